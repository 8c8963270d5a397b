//! The runs that a result folder should have, with the identities that they had when they were recorded.

use super::Verifying;
use crate::analysis::Tried;
use crate::experiment::{RunSpec, Spec};
use crate::harness::orphans::possible_reports;
use crate::harness::stages::report_places;
use crate::record::{RunId, Stage};
use crate::store::Finished;
use std::collections::{BTreeSet, HashMap};

/// A run of the plan: its identity, its settings, and whether its data are those that it had.
pub struct Planned {
    pub id: RunId,
    pub run: RunSpec,
    pub data_digest: String,
    pub same_data: bool,
}

impl Verifying<'_> {
    pub fn planned(&self, spec: &Spec, run: RunSpec, changed: &BTreeSet<String>) -> Planned {
        let set = spec.data_key(&run);
        let data_digest = self.manifest.data_digests.get(&set).map_or(spec.data_digest(&run.data.set), |d| d);
        let (id, data_digest) = (run.identity(data_digest), data_digest.to_owned());
        Planned { id, run, data_digest, same_data: !changed.contains(&set) }
    }

    /// The runs of a protocol's second stage: those of the choice that the recorded first stage leads to. Where that is not
    /// whole, as among orphans, those that could be.
    pub fn report_stage(
        &self,
        spec: &Spec,
        tuning: &[Planned],
        recorded: &HashMap<RunId, Finished>,
        changed: &BTreeSet<String>,
    ) -> Vec<Planned> {
        let Some(protocol) = spec.protocol().filter(|_| self.manifest.shard.is_none()) else { return Vec::new() };
        let tried = |planned: &Planned| {
            let run = recorded.get(&planned.id).filter(|run| run.record.outcome.is_final())?;
            Some(Tried::of(run, protocol.select))
        };
        let tried: Option<Vec<Tried>> = tuning.iter().map(tried).collect();
        if let Some(places) = tried.and_then(|tried| report_places(spec, &tried)) {
            return places.into_iter().map(|place| self.planned(spec, spec.run(place), changed)).collect();
        }
        let is_report = |run: &Finished| run.record.seed().is_some_and(|seed| protocol.stage(seed) == Stage::Report);
        if !recorded.values().any(is_report) {
            return Vec::new();
        }
        let possible = possible_reports(spec).map(|(_, run)| self.planned(spec, run, changed));
        possible.filter(|planned| recorded.contains_key(&planned.id)).collect()
    }
}
