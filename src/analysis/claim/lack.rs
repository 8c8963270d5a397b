//! Why a problem has no contrast.

use super::contrast::ClaimCell;
use crate::analysis::configurations::method_name;
use crate::record::{Claim, ContrastScale, Observed};
use crate::value::Value;
use std::collections::BTreeMap;

/// What a problem lacks, of the compared value that lacks it on the most seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    pub kind: LackKind,
    /// The compared value, such as `rprop`; empty where the claim compares none.
    pub of: String,
    /// On so many of all seeds.
    pub seeds: usize,
    pub all: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LackKind {
    /// No seed has a run of every compared value.
    NoRun,
    /// Its runs have no such number: they failed, or do not measure it.
    NoNumber,
    /// No run reaches the target.
    Unreached,
    /// Its number is 0 or less, of which there is no ratio.
    NoRatio,
    /// The numbers are there, and what is made of them is none: a slope along a single place, a distance in units of 0.
    NoContrast,
}

/// What these cells of one problem lack for a contrast on every seed; none if every seed has one.
pub fn lack(cells: &[&ClaimCell], claim: &Claim, seeds: &BTreeMap<u64, Option<f64>>) -> Option<Lack> {
    let without: Vec<u64> = seeds.iter().filter(|(_, value)| value.is_none()).map(|(seed, _)| *seed).collect();
    if seeds.is_empty() {
        return Some(Lack { kind: LackKind::NoRun, of: String::new(), seeds: 0, all: 0 });
    }
    if without.is_empty() {
        return None;
    }
    let lacks = |cell: &&ClaimCell| {
        let kinds: Vec<LackKind> = without.iter().filter_map(|seed| of_cell(cell, claim, *seed)).collect();
        Some(Lack { kind: *kinds.first()?, of: named(cell, claim), seeds: kinds.len(), all: seeds.len() })
    };
    let worst =
        cells.iter().filter_map(lacks).reduce(|worst, next| if next.seeds > worst.seeds { next } else { worst });
    Some(worst.unwrap_or(Lack {
        kind: LackKind::NoContrast,
        of: String::new(),
        seeds: without.len(),
        all: seeds.len(),
    }))
}

fn of_cell(cell: &ClaimCell, claim: &Claim, seed: u64) -> Option<LackKind> {
    let counts = claim.quantity == Observed::ToTarget && cell.spent.contains_key(&seed);
    match cell.numbers.get(&seed) {
        Some(Some(number)) if claim.contrast.scale == ContrastScale::Ratio && *number <= 0.0 => Some(LackKind::NoRatio),
        Some(Some(_)) => None,
        _ if counts => Some(LackKind::Unreached),
        _ => Some(LackKind::NoNumber),
    }
}

/// The compared values of a cell as answers name them; the data names itself.
fn named(cell: &ClaimCell, claim: &Claim) -> String {
    let settings = claim.contrast.settings().into_iter().filter(|name| !name.starts_with("data."));
    let value = |name: &str| cell.settings.get(name).map_or("none".to_owned(), Value::to_string);
    settings.map(|name| method_name(name, &value(name))).collect::<Vec<_>>().join(", ")
}
