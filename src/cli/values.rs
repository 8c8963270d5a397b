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

/// More threads than this would all wait for memory.
const MOST_THREADS: usize = 256;

pub fn threads(typed: &str) -> Result<usize, Expected> {
    match typed.parse() {
        Ok(count) if (1..=MOST_THREADS).contains(&count) => Ok(count),
        _ => Err(Expected(format!("expected a whole number from 1 to {MOST_THREADS}"))),
    }
}

pub fn positive(typed: &str) -> Result<f64, Expected> {
    match typed.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        _ => Err("expected a number greater than 0".into()),
    }
}

/// Units of lengths in points, which are 1/72 inch.
const UNITS: [(&str, f64); 6] =
    [("mm", 72.0 / 25.4), ("cm", 72.0 / 2.54), ("m", 7200.0 / 2.54), ("in", 72.0), ("pt", 1.0), ("px", 0.75)];
/// The lengths that a figure's sides may have: 1 cm to 5 m.
const LENGTHS: std::ops::RangeInclusive<f64> = 72.0 / 2.54..=500.0 * 72.0 / 2.54;

/// A length in points.
pub fn length(typed: &str) -> Result<f64, Expected> {
    // Of `mm`, `m` is no unit: the rest is no number.
    let of = |(unit, points): (&str, f64)| Some(typed.strip_suffix(unit)?.trim().parse::<f64>().ok()? * points);
    let points = UNITS.into_iter().find_map(of).filter(|points| LENGTHS.contains(points));
    points.ok_or("expected a length from 1cm to 5m with its unit, such as 88mm, 18cm, 3.5in, 250pt or 1200px".into())
}

/// The height of letters in points.
pub fn letters(typed: &str) -> Result<f64, Expected> {
    let points = typed.strip_suffix("pt").unwrap_or(typed).trim().parse::<f64>().ok();
    points.filter(|points| (4.0..=72.0).contains(points)).ok_or("expected points from 4 to 72, such as 8 or 8pt".into())
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

pub fn switch(text: &str) -> Result<bool, Expected> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("expected `on` or `off`".into()),
    }
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
