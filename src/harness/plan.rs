//! What is to be run: the experiment's runs by their identities, or one shard of them.

use crate::experiment::Spec;
use crate::record::RunId;
use crate::store::Shard;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The runs of an experiment, or of one shard of it, in their order.
pub struct Plan {
    /// Their identities.
    pub runs: Vec<RunId>,
    shard: Option<Shard>,
    /// Of all identities of the experiment, whatever the shard.
    pub digest: String,
}

impl Plan {
    /// Every n-th run makes a shard, so that each has its share of the long ones.
    #[must_use]
    pub fn of(spec: &Spec, shard: Option<Shard>) -> Self {
        let (mut runs, mut digest) = (Vec::new(), PlanDigest::default());
        for (place, id) in (0..).zip(spec.identities()) {
            digest.add(&id.to_string());
            if shard.is_none_or(|shard| shard.has(place)) {
                runs.push(id);
            }
        }
        Self { runs, shard, digest: digest.finish() }
    }

    /// The place among all runs of the experiment of the plan's run with this number.
    #[must_use]
    pub fn place(&self, number: usize) -> u64 {
        self.shard.map_or(number as u64, |shard| number as u64 * shard.of as u64 + shard.number as u64 - 1)
    }

    #[must_use]
    pub fn ids(&self) -> HashSet<RunId> {
        self.runs.iter().copied().collect()
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
