//! Why the runs of an experiment cannot be carried out, merged or verified.

#![allow(missing_docs)] // the message of each kind says what it is

use crate::catalogue::EntryKind;
use crate::data::DataError;
use crate::engine::{EngineError, NoGpu};
use crate::model::{InitialError, WeightsError};
use crate::num::Precision;
use crate::plan::NoNetwork;
use crate::record::{RunId, Stage, counted};
use crate::spec::Mistakes;
use crate::store::{Shard, StoreError};
use crate::train::TrainError;
use std::num::TryFromIntError;
use std::path::{Path, PathBuf};

/// Why work on the runs of an experiment ended.
#[derive(Debug, thiserror::Error)]
pub enum HarnessError {
    /// The folders that were named do not go together with the request; nothing was done.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Data(#[from] DataError),
    /// The model of a run does not suit the data.
    #[error(transparent)]
    Network(#[from] NoNetwork),
    #[error(transparent)]
    Initial(#[from] InitialError),
    /// Parameters that were kept are not those of the run's network, or they cannot be kept.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// Results under verification whose manifest cannot be read.
    #[error(transparent)]
    NotConfirmed(StoreError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The GPU that runs are to compute on is missing.
    #[error(transparent)]
    NoGpu(#[from] NoGpu),
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A setting of a run names an entry that this program lacks.
    #[error("this program has no `{0}`")]
    NoEntry(String),
    /// Settings have no form as a key.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// More runs than this machine can count.
    #[error(transparent)]
    TooManyRuns(#[from] TryFromIntError),
    /// Any of these with the run's name.
    #[error("run {run} in {precision}: {why}")]
    InRun { run: RunId, precision: Precision, why: Box<Self> },
    /// A manifest's spec that cannot be run here.
    #[error(
        "the experiment of these results cannot be run here:\n\n{}{}",
        mistakes.render(false), if *folder_given { "" } else { FOLDER_HINT }
    )]
    Experiment { mistakes: Box<Mistakes>, folder_given: bool },
    /// Results that use an entry from outside burnmark which this program does not have, or has another one of that name.
    #[error(
        "these results use the {} `{name}` of {origin}, {}; give this command to the program that made them",
        kind.noun(),
        if *has_another { "and this program has another one of that name" } else { "which this program does not have" }
    )]
    Lacks { kind: EntryKind, name: String, origin: String, has_another: bool },
    #[error("cannot start a worker: {0}")]
    NoWorker(std::io::Error),
    /// More rows of a cross-check than are kept.
    #[error("more than {most} rows of gaps; give fewer runs by `--sample`, or fewer `--steps`")]
    TooManyGaps { most: u64 },
    #[error("the data of `{0}` have changed since this experiment was checked; start it again")]
    DataChanged(String),
    /// A folder that is written to is a link.
    #[error("{0}")]
    Link(std::io::Error),
    #[error("a probe of this experiment failed: {0}")]
    Probe(Box<Self>),
    #[error("cannot keep orphans: {0}")]
    Orphans(std::io::Error),
    #[error("cannot move `{}`: {why}", path.display())]
    Unmoved { path: PathBuf, why: std::io::Error },
    /// The network with which a run ended is not available, or there is not a single one.
    #[error("{0}")]
    NoNetwork(&'static str),
    #[error(
        "its parameters were not kept, and training it again takes {seconds:.0} s; `parameters = true` in `[output]` keeps them"
    )]
    NotKept { seconds: f64 },
    /// A run has no picture in the plane.
    #[error("{0}")]
    NoPlane(&'static str),
}

const FOLDER_HINT: &str = "`--folder` says where the files that the spec names lie\n";

/// Folders that do not go together with what is asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    #[error(
        "`{}` holds {} of another experiment and {own} of this one: settings, data or the numerics version have changed; give this \
         one its own folder with `--out`, or move `{}` away",
        folder.display(), counted(*foreign, "run"), folder.display()
    )]
    OtherExperiment { folder: PathBuf, foreign: usize, own: usize },
    #[error("no shards in `{}`: expected folders such as `{}`", below.display(), example.display())]
    NoShards { below: PathBuf, example: PathBuf },
    #[error("`{}` is no shard: it was run without `--shard`", .0.display())]
    NotAShard(PathBuf),
    /// Each with its folder and its experiment's name.
    #[error(
        "`{}` (`{name}`) is a shard of another experiment than `{}` (`{other_name}`), or of another form of it: settings, data or \
         the numerics version differ",
        folder.display(), other.display()
    )]
    ShardOfOther { folder: PathBuf, name: String, other: PathBuf, other_name: String },
    #[error("`{}` has another protocol or judge than `{}`; run the shards again, from one spec", folder.display(), other.display())]
    OtherJudge { folder: PathBuf, other: PathBuf },
    #[error("{}", overlap(first, second))]
    Overlap { first: (PathBuf, Shard), second: (PathBuf, Shard) },
    #[error(
        "`{}` is unfinished: {left} of {} still to do; give its `run {}` again",
        folder.display(), counted(*all, "run"), shard.options()
    )]
    Unfinished { folder: PathBuf, shard: Shard, left: u64, all: u64 },
    /// The first of the missing shards, and how many more there are.
    #[error(
        "missing: shard {}{}{}; expected `{}` and so on, or their folders as arguments",
        listed(first), if *more > 0 { format!(" and {more} more") } else { String::new() }, of_stage(first), place.display()
    )]
    MissingShards { first: Vec<Shard>, more: usize, place: PathBuf },
    #[error("the runs of the shards are together not those of the experiment; run the shards again, from one spec")]
    OtherRuns,
    #[error("`{}` does not hold the parameters that a run wrote; run its shard again", .0.display())]
    OtherParameters(PathBuf),
    #[error("this experiment has no `[protocol]`, so it has no second stage; leave `--stage` out")]
    NoSecondStage,
    #[error(
        "`{}` does not hold the whole first stage of this experiment; run its shards and give `burnmark merge {}` first",
        .0.display(), .0.display()
    )]
    TuningNotMerged(PathBuf),
    #[error("`{}` and `{}` are shards of different stages; merge one stage at a time", .0.display(), .1.display())]
    OtherStage(PathBuf, PathBuf),
    #[error("`{}` holds these shards merged, and runs of the second stage; there is nothing to merge", .0.display())]
    AlreadyMerged(PathBuf),
    #[error(
        "`{}` holds {} of another experiment; merge into another folder, or move it away",
        folder.display(), counted(*foreign, "run")
    )]
    HoldsOthers { folder: PathBuf, foreign: usize },
}

fn overlap((first, a): &(PathBuf, Shard), (second, b): &(PathBuf, Shard)) -> String {
    let (one, other) = (Path::display(first), Path::display(second));
    if a == b {
        format!("`{one}` and `{other}` are both shard {a}: they overlap")
    } else {
        format!("`{one}` is shard {a} and `{other}` shard {b}: they overlap")
    }
}

/// Of which stage shards are, where it is not the first.
fn of_stage(shards: &[Shard]) -> &'static str {
    if shards.iter().any(|shard| shard.stage == Stage::Report) { " of the second stage" } else { "" }
}

fn listed(shards: &[Shard]) -> String {
    shards.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
