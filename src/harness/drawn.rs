//! The networks from parts that an experiment trains, layer by layer: what `burnmark plan` draws.

use super::error::HarnessError;
use super::execute::Cache;
use super::job::ExpectedData;
use crate::model::layers::{LayerRow, in_words};
use crate::plan::{RunSpec, Section, Spec, layer_rows};

/// One network from parts on one data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnNetwork {
    pub data: String,
    /// The layers on one line.
    pub layers: String,
    pub rows: Vec<LayerRow>,
}

/// Every network from parts on every data set that it is trained on.
///
/// # Errors
/// Where a data set cannot be loaded.
pub fn networks(spec: &Spec) -> Result<Vec<DrawnNetwork>, HarnessError> {
    let (mut cache, mut drawn) = (Cache::default(), Vec::new());
    let seeds = spec.seeds.len() as u64;
    for kind in spec.kinds(seen) {
        let run = spec.run(kind.index * seeds);
        if run.model.layers.is_empty() {
            continue;
        }
        cache.expect(&spec.folder, &run, ExpectedData::of(spec, &run));
        let set = cache.set(&run)?;
        let lists = std::iter::once(&run.model.layers).chain(&run.model.others);
        for (layers, rows) in lists.zip(layer_rows(&run, &set)?) {
            let network = DrawnNetwork { data: run.set_name(), layers: in_words(layers), rows };
            if !drawn.contains(&network) {
                drawn.push(network);
            }
        }
    }
    Ok(drawn)
}

/// What of a section changes a network.
fn seen(section: Section, run: &RunSpec) -> String {
    let of = match section {
        Section::Data => serde_json::to_value(&run.data),
        Section::Model => serde_json::to_value((&run.model.layers, &run.model.others)),
        _ => Ok(serde_json::Value::Null),
    };
    of.expect("settings are plain data").to_string()
}
