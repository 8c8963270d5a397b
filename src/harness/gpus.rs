//! The GPUs that runs compute on.

use crate::engine::{EngineKind, Gpu, NoGpu};
use crate::num::Precision;
use crate::plan::{RunSpec, Section, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// The GPUs of engines, by the engine's name; each is opened, to see that it computes in what is asked of it. Engines on a
/// processor need none.
///
/// # Errors
/// Where a GPU is missing.
pub(super) fn gpus(
    engines: impl IntoIterator<Item = (EngineKind, Precision)>,
) -> Result<BTreeMap<String, String>, NoGpu> {
    let mut gpus = BTreeMap::new();
    for (engine, precision) in engines {
        if let EngineKind::BurnGpu(driver) = engine {
            gpus.insert(engine.name().to_owned(), Gpu::open(driver, precision)?.name);
        }
    }
    Ok(gpus)
}

/// The engines of an experiment's runs, with what they compute in.
pub(super) fn engines(spec: &Spec) -> BTreeSet<(EngineKind, Precision)> {
    let seen = |section: Section, run: &RunSpec| match section {
        Section::Engine => run.engine.name().to_owned(),
        Section::Precision => run.precision.name().to_owned(),
        _ => String::new(),
    };
    let seeds = spec.seeds.len() as u64;
    let of = |index: u64| {
        let run = spec.run(index * seeds);
        (run.engine, run.precision)
    };
    spec.kinds(seen).into_iter().map(|kind| of(kind.index)).collect()
}
