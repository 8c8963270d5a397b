//! What is to be run: the experiment's runs by their identities, or one shard of them.

use super::stages::report_places;
use crate::analysis::Tried;
use crate::digest::Digest;
use crate::plan::Spec;
use crate::record::RunId;
use crate::store::{Folder, Recovered, Shard, StoreError};
use std::collections::HashSet;
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
    /// Whether a second stage is still to come.
    awaits_choice: bool,
}

impl Plan {
    /// Every n-th run makes a shard, so that each has its share of the long ones. Of a protocol these are the runs of the
    /// first stage; a shard has no other.
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
        Self { runs, shard, report: Vec::new(), digest: digest.finish(), total, awaits_choice }
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

/// Where the shards of a result folder lie.
#[must_use]
pub fn shards_folder(out: &Path) -> PathBuf {
    out.join("shards")
}

/// Where one of them lies.
#[must_use]
pub fn shard_folder(out: &Path, shard: Shard) -> PathBuf {
    shards_folder(out).join(format!("{}-of-{}", shard.number, shard.of))
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
