//! What of an experiment is done, from its result folder.

use super::step::{JobKind, JobStep};
use crate::harness::{plan_digest, shard_folder};
use crate::plan::Spec;
use crate::record::Stage;
use crate::store::{Manifest, Shard, manifest_of};
use std::path::Path;

/// What of an experiment is done. Results of another form of it, as before its spec was changed, do not count.
pub struct Done<'s> {
    spec: &'s Spec,
    out: &'s Path,
    digest: String,
    /// Whether the result folder holds the first stage merged, and everything.
    tuned: bool,
    whole: bool,
}

impl<'s> Done<'s> {
    #[must_use]
    pub fn of(spec: &'s Spec, out: &'s Path) -> Self {
        let mut done = Self { spec, out, digest: plan_digest(spec), tuned: false, whole: false };
        done.look();
        done
    }

    /// Looks at the result folder again.
    pub fn look(&mut self) {
        let merged = manifest_of(self.out).ok().filter(|merged| merged.shard.is_none() && self.is_ours(merged));
        self.tuned = merged.as_ref().is_some_and(|merged| merged.runs_finished >= self.spec.len());
        self.whole = merged.is_some_and(|merged| merged.runs_finished == merged.runs_planned);
    }

    /// Whether a folder's runs are those of this experiment, and none failed.
    fn is_ours(&self, manifest: &Manifest) -> bool {
        manifest.plan_digest == self.digest
            && manifest.protocol.as_ref() == self.spec.protocol()
            && manifest.judge == self.spec.judge
            && manifest.runs_failed == 0
    }

    /// Whether everything is done.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether a task of a step is done.
    #[must_use]
    pub fn has(&self, step: JobStep, number: usize) -> bool {
        if self.whole || self.tuned && step.stage == Stage::Tuning {
            return true;
        }
        let of_shard = || {
            let shard = Shard { number, of: step.tasks, stage: step.stage };
            let manifest = manifest_of(&shard_folder(self.out, shard)).ok()?;
            Some(self.is_ours(&manifest) && manifest.runs_finished == manifest.runs_planned)
        };
        step.kind == JobKind::Shards && of_shard().unwrap_or(false)
    }
}
