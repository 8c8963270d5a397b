//! What is to be run: the experiment's runs by their identities, or one shard of them.

use super::error::{Conflict, HarnessError};
use super::stages::report_places;
use crate::analysis::Tried;
use crate::digest::Digest;
use crate::plan::Spec;
use crate::record::RunId;
use crate::store::{self, Finished, Folder, Recovered, Shard, StoreError};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The runs of an experiment, or of one shard of it, in their order.
pub struct Plan {
    /// Their identities.
    pub runs: Vec<RunId>,
    shard: Option<Shard>,
    /// Of the runs of a protocol's second stage, which follow those of the first: their places.
    report: Vec<u64>,
    /// Of all identities of the experiment, whatever the shard; with a protocol of those of its first stage.
    pub digest: String,
    /// How many runs there are once the second stage of a protocol is known; before that at most.
    pub total: u64,
    /// Of a shard of the second stage: the digest of all identities of that stage.
    pub report_digest: Option<String>,
    /// Whether a second stage is still to come.
    awaits_choice: bool,
}

impl Plan {
    /// Every n-th run makes a shard, so that each has its share of the long ones. Of a protocol these are the runs of the
    /// first stage.
    #[must_use]
    pub fn of(spec: &Spec, shard: Option<Shard>) -> Self {
        let (mut runs, mut digest) = (Vec::new(), PlanDigest::default());
        for (place, id) in (0..).zip(spec.identities()) {
            digest.add(id);
            if shard.is_none_or(|shard| shard.has(place)) {
                runs.push(id);
            }
        }
        let awaits_choice = spec.protocol().is_some() && shard.is_none();
        let total = if awaits_choice { spec.planned() } else { runs.len() as u64 };
        Self { runs, shard, report: Vec::new(), digest: digest.finish(), total, report_digest: None, awaits_choice }
    }

    /// A shard of a protocol's second stage: every n-th of the runs that the first one, merged in a result folder, leads to. It is
    /// empty if the stage has fewer runs than shards.
    ///
    /// # Errors
    /// Where there is no protocol, or the folder does not hold its whole first stage.
    pub fn of_report_shard(spec: &Spec, shard: Shard, merged: &Path) -> Result<Self, HarnessError> {
        let Some(protocol) = spec.protocol() else { return Err(Conflict::NoSecondStage.into()) };
        let all = Self::of(spec, None);
        let unmerged = || Conflict::TuningNotMerged(merged.to_owned());
        if !store::manifest_of(merged).is_ok_and(|manifest| manifest.plan_digest == all.digest) {
            return Err(unmerged().into());
        }
        let (_, recorded) = store::read(merged)?;
        let tried = tuning_of(&all.runs, &recorded).ok_or_else(unmerged)?;
        let tried: Vec<Tried> = tried.into_iter().map(|run| Tried::of(run, protocol.select)).collect();
        let places = report_places(spec, &tried).ok_or_else(unmerged)?;
        let (mut digest, mut runs, mut report) = (PlanDigest::default(), Vec::new(), Vec::new());
        for (number, place) in (0..).zip(places) {
            let id = spec.identity(&spec.run(place));
            digest.add(id);
            if shard.has(number) {
                runs.push(id);
                report.push(place);
            }
        }
        let total = runs.len() as u64;
        let report_digest = Some(digest.finish());
        Ok(Self { runs, shard: Some(shard), report, total, report_digest, awaits_choice: false, ..all })
    }

    /// Adds the runs of the second stage, if one is to come and the first is done; whether it was so.
    ///
    /// # Errors
    /// Where a result of the first stage cannot be read.
    pub fn add_report_stage(
        &mut self,
        spec: &Spec,
        folder: &Folder,
        recovered: &Recovered,
    ) -> Result<bool, StoreError> {
        let Some(protocol) = spec.protocol().filter(|_| self.awaits_choice) else { return Ok(false) };
        if !self.runs.iter().all(|id| recovered.runs.get(id).is_some_and(crate::store::Known::is_final)) {
            return Ok(false);
        }
        let tried = folder.runs(recovered, &self.runs).map(|run| Ok(Tried::of(&*run?, protocol.select)));
        let tried: Vec<Tried> = tried.collect::<Result<_, StoreError>>()?;
        let Some(places) = report_places(spec, &tried) else { return Ok(false) };
        self.runs.extend(places.iter().map(|place| spec.identity(&spec.run(*place))));
        self.report = places;
        self.total = self.runs.len() as u64;
        self.awaits_choice = false;
        Ok(true)
    }

    /// Whether a second stage is still to come.
    #[must_use]
    pub fn awaits_choice(&self) -> bool {
        self.awaits_choice
    }

    /// The place of the plan's run with this number among all runs of the experiment.
    #[must_use]
    pub fn place(&self, number: usize) -> u64 {
        let first = self.runs.len() - self.report.len();
        match number.checked_sub(first).and_then(|number| self.report.get(number)) {
            Some(place) => *place,
            None => self.shard.map_or(number as u64, |shard| number as u64 * shard.of as u64 + shard.number as u64 - 1),
        }
    }

    #[must_use]
    pub fn ids(&self) -> HashSet<RunId> {
        self.runs.iter().copied().collect()
    }
}

/// The recorded runs with these identities, in their order; `None` if one is missing or failed.
fn tuning_of<'r>(runs: &[RunId], recorded: &'r [Finished]) -> Option<Vec<&'r Finished>> {
    let known: HashMap<RunId, &Finished> = recorded.iter().map(|run| (run.record.run, run)).collect();
    let whole = |id: &RunId| known.get(id).copied().filter(|run| run.record.outcome.is_final());
    runs.iter().map(whole).collect()
}

/// The digest of a plan's identities, in their order.
pub struct PlanDigest(Digest);

impl Default for PlanDigest {
    fn default() -> Self {
        Self(Digest::of("burnmark plan 1"))
    }
}

impl PlanDigest {
    pub fn add(&mut self, id: RunId) {
        self.0.field("run", id.to_string().as_bytes());
    }

    #[must_use]
    pub fn finish(self) -> String {
        self.0.hex()
    }
}

/// The digest of an experiment's plan, as the manifests of its folders have it.
#[must_use]
pub fn plan_digest(spec: &Spec) -> String {
    let mut digest = PlanDigest::default();
    spec.identities().for_each(|id| digest.add(id));
    digest.finish()
}

/// Where the shards of a result folder lie.
#[must_use]
pub fn shards_folder(out: &Path) -> PathBuf {
    out.join("shards")
}

/// Where one of them lies.
#[must_use]
pub fn shard_folder(out: &Path, shard: Shard) -> PathBuf {
    shards_folder(out).join(shard.folder_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Committed; `tests/oracles/digests.py` has it from a second implementation of the bytes.
    #[test]
    fn the_digest_is_the_committed_one() {
        let mut digest = PlanDigest::default();
        ["0", "1"].iter().for_each(|digit| digest.add(RunId::parse(&digit.repeat(32)).unwrap()));
        assert_eq!(digest.finish(), "f48a1ff78e99371db62c38476109a4b525beedc385ffd8a6ced4faed61e741fa");
    }
}
