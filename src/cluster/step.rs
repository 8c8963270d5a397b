//! The jobs of a submission, in their order.

use crate::record::Stage;
use std::collections::BTreeSet;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobKind {
    /// Its tasks run a shard each.
    Shards,
    /// It merges them.
    Merge,
}

/// A job of a submission. Each begins when all tasks of the one before it have succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobStep {
    pub stage: Stage,
    pub kind: JobKind,
    /// The number of its tasks.
    pub tasks: usize,
}

impl JobStep {
    /// The jobs of an experiment that is divided into so many shards; with a protocol, `report` is the number of shards of its
    /// second stage.
    #[must_use]
    pub fn all(shards: usize, report: Option<usize>) -> Vec<Self> {
        let stages = [(Stage::Tuning, Some(shards)), (Stage::Report, report)];
        let of = |(stage, shards): (Stage, Option<usize>)| {
            let step = move |(kind, tasks)| Self { stage, kind, tasks };
            shards.into_iter().flat_map(move |tasks| [(JobKind::Shards, tasks), (JobKind::Merge, 1)].map(step))
        };
        stages.into_iter().flat_map(of).collect()
    }

    /// The name of its script, and in its job's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.stage, self.kind) {
            (Stage::Tuning, JobKind::Shards) => "shards",
            (Stage::Tuning, JobKind::Merge) => "merge",
            (Stage::Report, JobKind::Shards) => "report-shards",
            (Stage::Report, JobKind::Merge) => "report-merge",
        }
    }

    /// Numbers of its tasks, from 1 on.
    #[must_use]
    pub fn numbers(self) -> BTreeSet<usize> {
        (1..=self.tasks).collect()
    }
}
