//! Which of two reproductions has the lower numbers: as published, and by our runs.
//!
//! Both sides are asked the same question: do the means of a cell differ, by the tests of [`stats::agreement`](super::stats::agreement) corrected by
//! Holm over the cells of a side? Published runs are known by their means and spreads alone, so tests of theirs that need the runs, such as
//! those of logarithms or without outliers, cannot be repeated.

use super::reproduction::{ComparedCell, ComparedTable};
use super::stats::{LEVEL, SampleMean, agreement, holm};
use serde::Serialize;
use std::collections::BTreeMap;

/// Which of two is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreferredOne {
    /// The reproduction that was asked.
    This,
    /// The one that it is laid against.
    Other,
    /// Too little is known for either.
    CannotBeTold,
}

/// Two means, and which of them is lower.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Preferred {
    pub this: f64,
    pub other: f64,
    /// Of equal means, corrected over the cells of the side.
    pub p: f64,
    pub better: PreferredOne,
}

/// Both sides of one cell.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedPair {
    pub keys: BTreeMap<String, String>,
    pub published: Preferred,
    pub ours: Preferred,
}

/// All cells that both reproductions have, under one choice of the protocol.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedPairs {
    pub choice: BTreeMap<String, String>,
    pub quantity: String,
    pub pairs: Vec<ComparedPair>,
}

impl ComparedPairs {
    /// How many pairs have these answers, as published and by our runs.
    #[must_use]
    pub fn count(&self, of: impl Fn(PreferredOne, PreferredOne) -> bool) -> usize {
        self.pairs.iter().filter(|pair| of(pair.published.better, pair.ours.better)).count()
    }
}

/// Lays the cells of one quantity against those of another reproduction with the same keys, for each choice that both have.
/// Cells that our runs of either have no number for are left out.
#[must_use]
pub fn rivals(quantity: &str, this: &[ComparedTable], other: &[ComparedTable]) -> Vec<ComparedPairs> {
    let pairs = |of: &ComparedTable| {
        let beside = other.iter().find(|table| table.choice == of.choice)?;
        let cells = |table: &ComparedTable| -> Vec<ComparedCell> {
            table.cells.iter().filter(|cell| cell.quantity == quantity && cell.ours.is_some()).cloned().collect()
        };
        let (these, others) = (cells(of), cells(beside));
        let both = these.iter().filter_map(|cell| Some((cell, others.iter().find(|other| other.keys == cell.keys)?)));
        let both: Vec<_> = both.collect();
        let (published, ours) = (side(&both, published), side(&both, own));
        let pair = |((cell, _), (published, ours)): (&(&ComparedCell, _), _)| ComparedPair {
            keys: cell.keys.clone(),
            published,
            ours,
        };
        let pairs = both.iter().zip(published.into_iter().zip(ours)).map(pair).collect();
        Some(ComparedPairs { choice: of.choice.clone(), quantity: quantity.to_owned(), pairs })
    };
    this.iter().filter_map(pairs).filter(|of| !of.pairs.is_empty()).collect()
}

/// Mean, spread and half of the last digit.
type PrintedMean = (SampleMean, f64);

#[allow(clippy::cast_precision_loss)] // counts of runs
fn published(cell: &ComparedCell) -> PrintedMean {
    let sd = cell.published_sd.unwrap_or(0.0);
    (SampleMean { mean: cell.published, sd, runs: cell.published_runs as f64 }, cell.rounding)
}

#[allow(clippy::cast_precision_loss)] // counts of runs
fn own(cell: &ComparedCell) -> PrintedMean {
    let (mean, sd, runs) = cell.ours.map_or((f64::NAN, None, 0), |ours| (ours.mean, ours.sd, ours.runs));
    (SampleMean { mean, sd: sd.unwrap_or(0.0), runs: runs as f64 }, 0.0)
}

/// The answers of one side.
fn side(both: &[(&ComparedCell, &ComparedCell)], of: impl Fn(&ComparedCell) -> PrintedMean) -> Vec<Preferred> {
    let means: Vec<(PrintedMean, PrintedMean)> = both.iter().map(|(this, other)| (of(this), of(other))).collect();
    let p =
        |(this, other): &(PrintedMean, PrintedMean)| agreement(this.0, other.0, this.1 + other.1, 0.0, false).differs;
    let corrected = holm(&means.iter().map(p).collect::<Vec<f64>>());
    let answer = |(((this, _), (other, _)), p): (&(PrintedMean, PrintedMean), f64)| {
        let better = match p < LEVEL {
            true if this.mean < other.mean => PreferredOne::This,
            true => PreferredOne::Other,
            false => PreferredOne::CannotBeTold,
        };
        Preferred { this: this.mean, other: other.mean, p, better }
    };
    means.iter().zip(corrected).map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{CellVerdict, Ours};

    fn cell(set: &str, published: f64, ours: f64) -> ComparedCell {
        ComparedCell {
            keys: BTreeMap::from([("set".to_owned(), set.to_owned())]),
            quantity: "test".to_owned(),
            published,
            rounding: 0.005,
            published_sd: Some(1.0),
            published_runs: 60,
            ours: Some(Ours { mean: ours, sd: Some(1.0), runs: 20 }),
            without: 0,
            margin: 1.0,
            in_sd: None,
            p_differs: 1.0,
            p_agrees: 1.0,
            verdict: CellVerdict::CannotBeTold,
        }
    }

    fn table(cells: Vec<ComparedCell>) -> ComparedTable {
        ComparedTable { choice: BTreeMap::new(), cells }
    }

    #[test]
    fn each_side_has_its_own_answer() {
        let this =
            table(vec![cell("a", 5.0, 5.0), cell("b", 5.0, 5.0), cell("c", 5.0, 5.0), cell("only here", 1.0, 1.0)]);
        let other = table(vec![cell("a", 8.0, 8.0), cell("b", 2.0, 8.0), cell("c", 5.1, 5.1)]);
        let [found] = &rivals("test", std::slice::from_ref(&this), &[other])[..] else { panic!("one table") };
        let answers: Vec<_> = found.pairs.iter().map(|pair| (pair.published.better, pair.ours.better)).collect();
        let [this_one, other_one, open] = [PreferredOne::This, PreferredOne::Other, PreferredOne::CannotBeTold];
        assert_eq!(answers, [(this_one, this_one), (other_one, this_one), (open, open)]);
        assert_eq!(found.count(|a, b| a == b), 2);
        assert!(rivals("loss", std::slice::from_ref(&this), std::slice::from_ref(&this)).is_empty());
    }

    #[test]
    fn other_choices_are_not_compared() {
        let with = |alpha: &str| {
            let choice = BTreeMap::from([("alpha".to_owned(), alpha.to_owned())]);
            ComparedTable { choice, cells: vec![cell("a", 1.0, 1.0)] }
        };
        let found = rivals("test", &[with("2"), with("5")], &[with("5")]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].choice["alpha"], "5");
    }
}
