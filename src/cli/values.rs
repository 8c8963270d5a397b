//! Values on the command line.

use super::failure::Failure;
use crate::engine::EngineKind;
use crate::record::{At, Compared, Stage};
use crate::store::Shard;
use std::time::Duration;

/// What a value on the command line should have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Expected(String);

impl From<&str> for Expected {
    fn from(expected: &str) -> Self {
        Self(expected.to_owned())
    }
}

pub fn state(text: &str) -> Result<At, Expected> {
    let known = At::ALL.map(At::spec_name).join(", ");
    At::from_spec_name(text).ok_or_else(|| Expected(format!("expected one of {known}")))
}

pub fn outcome(text: &str) -> Result<Compared, Expected> {
    Compared::from_name(text).ok_or_else(|| Expected(format!("expected one of {}", Compared::names().join(", "))))
}

/// More workers than this have never been of use.
const MOST_WORKERS: usize = 1024;

pub fn workers(typed: &str) -> Result<usize, Expected> {
    match typed.parse() {
        Ok(count) if (1..=MOST_WORKERS).contains(&count) => Ok(count),
        _ => Err(Expected(format!("expected a whole number from 1 to {MOST_WORKERS}"))),
    }
}

pub fn positive(typed: &str) -> Result<f64, Expected> {
    match typed.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        _ => Err("expected a number greater than 0".into()),
    }
}

pub fn seconds(typed: &str) -> Result<Duration, Expected> {
    let seconds = typed.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or("expected a number of seconds greater than 0".into())
}

/// More shards than this have never been of use.
const MOST_SHARDS: usize = 100_000;

pub fn stage(text: &str) -> Result<Stage, Expected> {
    Stage::from_name(text).ok_or("expected `tuning` or `report`".into())
}

pub fn shards(typed: &str) -> Result<usize, Expected> {
    match typed.parse() {
        Ok(count) if (1..=MOST_SHARDS).contains(&count) => Ok(count),
        _ => Err(Expected(format!("expected a whole number from 1 to {MOST_SHARDS}"))),
    }
}

/// A part of the first stage.
pub fn shard(typed: &str) -> Result<Shard, Expected> {
    let numbers = typed.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number, of)) if (1..=of).contains(&number) && of <= MOST_SHARDS => {
            Ok(Shard { number, of, stage: Stage::Tuning })
        }
        _ => Err(Expected(format!("expected I/N, such as 3/16, with I from 1 to N and N at most {MOST_SHARDS}"))),
    }
}

pub fn bound(typed: &str) -> Result<f64, Expected> {
    let bound = typed.parse::<f64>().ok().filter(|bound| *bound >= 0.0);
    bound.ok_or("expected a number, 0 or greater".into())
}

pub fn assignment(typed: &str) -> Result<(String, String), Expected> {
    let (key, value) = typed.split_once('=').ok_or("expected KEY=VALUE, such as train.epochs=5")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// The number of processor cores.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The engine of a name that was typed.
pub fn engine(name: &str) -> Result<EngineKind, Failure> {
    let known = EngineKind::ALL.into_iter().find(|kind| kind.name() == name);
    let names = EngineKind::ALL.map(|kind| format!("`{kind}`")).join(", ");
    known.ok_or_else(|| Failure::Request(format!("unknown engine `{name}`; there are {names}")))
}
