//! What plots are made of beside the rows of a folder's runs.

use crate::catalogue::Catalogue;
use crate::data;
use crate::harness::Planes;
use crate::report::plots::{FigureDesign, PlotSources, RunSettings};
use crate::spec::unit_of;
use crate::store::{self, Manifest};
use crate::value::Value;
use std::cell::OnceCell;
use std::path::Path;

/// What the features of the data set with these settings are called: of a built-in set all of them, of a file's the first ones, as
/// the manifest keeps them.
fn feature_names(manifest: &Manifest, settings: &RunSettings) -> Vec<String> {
    let kind = settings.get("data.set.kind").map(ToString::to_string).unwrap_or_default();
    let is_it = |set: &str| {
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(set).unwrap_or_default();
        let agrees = |(name, value): (&String, &serde_json::Value)| {
            settings.get(&format!("data.set.{name}")).is_some_and(|setting| match value {
                serde_json::Value::String(text) => setting.to_string() == *text,
                serde_json::Value::Number(number) => setting.as_number() == number.as_f64(),
                other => other.as_bool().is_some_and(|flag| *setting == Value::Flag(flag)),
            })
        };
        !fields.is_empty() && fields.iter().all(agrees)
    };
    let names = data::feature_names(&kind);
    if !names.is_empty() {
        return names;
    }
    manifest.data.iter().find(|(set, _)| is_it(set)).map(|(_, read)| read.features.first.clone()).unwrap_or_default()
}

/// What plots are made of beside the rows of a folder's runs.
pub struct FolderPlanes<'f> {
    folder: &'f Path,
    manifest: &'f Manifest,
    catalogue: &'f Catalogue,
    /// Made only where a plot asks: most results have nothing in the plane.
    planes: OnceCell<Option<Planes>>,
}

impl<'f> FolderPlanes<'f> {
    pub fn new(folder: &'f Path, manifest: &'f Manifest, catalogue: &'f Catalogue) -> Self {
        Self { folder, manifest, catalogue, planes: OnceCell::new() }
    }

    pub fn get(&self) -> Option<&Planes> {
        self.planes.get_or_init(|| Planes::of(self.folder, self.manifest, self.catalogue).ok()).as_ref()
    }

    /// Gives the sources to what draws.
    pub fn sources<T>(&self, design: &FigureDesign, draw: impl FnOnce(&PlotSources<'_>) -> T) -> T {
        draw(&PlotSources {
            parameters: &|run| store::read_parameters(self.folder, run).ok().flatten(),
            objective: &|run, x, y| self.get()?.objective(run, x, y).ok(),
            regions: &|run| self.get()?.regions(run).ok(),
            features: &|settings| feature_names(self.manifest, settings),
            design,
            units: &|setting| unit_of(self.catalogue, setting),
        })
    }
}
