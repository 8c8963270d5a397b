//! What is to be run: the experiment's runs by their identities, or one shard of them.

use super::stages::report_places;
use crate::experiment::Spec;
use crate::store::{Finished, Shard};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// The runs of an experiment, or of one shard of it, in their order.
pub struct Plan {
    /// Each with its place among all runs of the experiment, and its identity.
    pub runs: Vec<(u64, String)>,
    /// Of all identities of the experiment, whatever the shard; with a protocol of those of its first stage.
    pub digest: String,
    /// How many runs there are once the second stage of a protocol is known.
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
        for (place, run) in (0..).zip(spec.runs()) {
            let id = spec.identity(&run);
            digest.add(&id);
            if shard.is_none_or(|shard| shard.has(place)) {
                runs.push((place, id));
            }
        }
        let awaits_choice = spec.protocol().is_some() && shard.is_none();
        let total = if awaits_choice { spec.planned() } else { runs.len() as u64 };
        Self { runs, digest: digest.finish(), total, awaits_choice }
    }

    /// Adds the runs of the second stage, if one is to come and the first is done; whether it was so.
    pub fn add_report_stage(&mut self, spec: &Spec, finished: &HashMap<String, Finished>) -> bool {
        let result = |place: u64| finished.get(&self.runs[usize::try_from(place).ok()?].1);
        let Some(places) = Some(()).filter(|()| self.awaits_choice).and_then(|()| report_places(spec, result)) else {
            return false;
        };
        self.runs.extend(places.into_iter().map(|place| (place, spec.identity(&spec.run(place)))));
        self.awaits_choice = false;
        true
    }

    /// Whether a second stage is still to come.
    #[must_use]
    pub fn awaits_choice(&self) -> bool {
        self.awaits_choice
    }

    #[must_use]
    pub fn ids(&self) -> HashSet<&str> {
        self.runs.iter().map(|(_, id)| id.as_str()).collect()
    }
}

/// BLAKE3 of a plan's identities, in their order.
#[derive(Default)]
pub struct PlanDigest(blake3::Hasher);

impl PlanDigest {
    pub fn add(&mut self, id: &str) {
        self.0.update(id.as_bytes());
        self.0.update(b"\n");
    }

    #[must_use]
    pub fn finish(self) -> String {
        self.0.finalize().to_hex().to_string()
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
