//! Parts of an experiment that are run on their own and merged.

use super::error::NoShard;
use crate::record::Stage;
use serde::{Deserialize, Serialize};

/// One of several equal parts of an experiment, with a protocol of one of its stages: the runs whose place, counted from 0, leaves
/// number − 1 when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TypedShard")]
pub struct Shard {
    /// From 1 to `of`.
    pub number: usize,
    pub of: usize,
    /// The first stage also where there is no protocol.
    #[serde(skip_serializing_if = "is_first")]
    pub stage: Stage,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_first(stage: &Stage) -> bool {
    *stage == Stage::Tuning
}

/// A shard as a manifest has it, before it is checked.
#[derive(Deserialize)]
struct TypedShard {
    number: usize,
    of: usize,
    stage: Option<Stage>,
}

impl TryFrom<TypedShard> for Shard {
    type Error = NoShard;

    fn try_from(TypedShard { number, of, stage }: TypedShard) -> Result<Self, NoShard> {
        let stage = stage.unwrap_or(Stage::Tuning);
        if (1..=of).contains(&number) { Ok(Self { number, of, stage }) } else { Err(NoShard { number, of }) }
    }
}

impl Shard {
    /// Whether the run at a place is part of it.
    #[must_use]
    pub fn has(self, place: u64) -> bool {
        place % self.of as u64 == self.number as u64 - 1
    }

    /// The name of its folder: `3-of-16`, of the second stage `report-3-of-16`.
    #[must_use]
    pub fn folder_name(self) -> String {
        let Self { number, of, stage } = self;
        match stage {
            Stage::Tuning => format!("{number}-of-{of}"),
            Stage::Report => format!("{}-{number}-of-{of}", stage.name()),
        }
    }

    /// The options of `burnmark run` that run it.
    #[must_use]
    pub fn options(self) -> String {
        match self.stage {
            Stage::Tuning => format!("--shard {self}"),
            Stage::Report => format!("--shard {self} --stage {}", self.stage.name()),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
