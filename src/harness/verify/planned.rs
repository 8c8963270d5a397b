//! The runs that a result folder should have, with the identities that they had when they were recorded.

use super::Verifying;
use crate::analysis::Tried;
use crate::harness::orphans::possible_reports;
use crate::harness::stages::report_places;
use crate::plan::{RunSpec, Spec, revision};
use crate::record::{RunId, Stage};
use crate::store::Finished;
use crate::value::Value;
use std::collections::{BTreeSet, HashMap};

/// A run of the plan, with the identity that it had when it was recorded.
pub struct PlannedRun {
    pub id: RunId,
    pub run: RunSpec,
    pub data_digest: String,
    /// Whether its data, and the revisions of what it uses, are those that it had.
    pub is_repeatable: bool,
}

/// What is not as it was when the runs were recorded; a run that uses it is not done again.
#[derive(Default)]
pub struct Changed {
    /// Data sets with other figures.
    pub sets: BTreeSet<String>,
    /// Entries of registries in another revision, each with the setting that names it.
    pub entries: BTreeSet<(String, String)>,
}

impl Changed {
    fn concerns(&self, set: &str, run: &RunSpec) -> bool {
        let is_changed = |(setting, name): (String, Value)| self.entries.contains(&(setting, name.to_string()));
        self.sets.contains(set) || (!self.entries.is_empty() && run.settings().into_iter().any(is_changed))
    }
}

impl Verifying<'_> {
    pub fn planned(&self, spec: &Spec, run: RunSpec, changed: &Changed) -> PlannedRun {
        let set = spec.data_key(&run);
        let data_digest = self.manifest.data_digests.get(&set).map_or(spec.data_digest(&run), |d| d);
        let recorded = |setting: &str, name: &str| self.manifest.revisions.get(setting)?.get(name).copied();
        let revision_of =
            |setting: &str, name: &str| recorded(setting, name).or_else(|| revision(&run.catalogue, setting, name));
        let (id, data_digest) = (run.identity_by(data_digest, &revision_of), data_digest.to_owned());
        let is_repeatable = !changed.concerns(&set, &run);
        PlannedRun { id, run, data_digest, is_repeatable }
    }

    /// The runs of a protocol's second stage: those of the choice that the recorded first stage leads to. Where that is not
    /// whole, as among orphans and in a shard of the second stage, those that could be. And how many there are, where the choice is known.
    pub fn report_stage(
        &self,
        spec: &Spec,
        tuning: &[PlannedRun],
        recorded: &HashMap<RunId, Finished>,
        changed: &Changed,
    ) -> (Vec<PlannedRun>, Option<usize>) {
        let of_report = self.manifest.shard.map(|shard| shard.stage == Stage::Report);
        let Some(protocol) = spec.protocol().filter(|_| of_report != Some(false)) else {
            return (Vec::new(), None);
        };
        let tried = |planned: &PlannedRun| {
            let run = recorded.get(&planned.id).filter(|run| run.record.outcome.is_final())?;
            Some(Tried::of(run, protocol.select))
        };
        let tried: Option<Vec<Tried>> = tuning.iter().map(tried).collect();
        let tried = tried.filter(|_| of_report.is_none());
        if let Some(places) = tried.and_then(|tried| report_places(spec, &tried)) {
            let chosen = places.len();
            let runs = places.into_iter().map(|place| self.planned(spec, spec.run(place), changed));
            return (runs.collect(), Some(chosen));
        }
        let is_report = |run: &Finished| run.record.seed().is_some_and(|seed| protocol.stage(seed) == Stage::Report);
        if !recorded.values().any(is_report) {
            return (Vec::new(), None);
        }
        let possible = possible_reports(spec).map(|(_, run)| self.planned(spec, run, changed));
        (possible.filter(|planned| recorded.contains_key(&planned.id)).collect(), None)
    }
}
