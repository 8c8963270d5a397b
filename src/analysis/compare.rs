//! Two result folders side by side.

use super::configurations::configurations;
use super::select::select;
use super::stats::Spread;
use crate::record::RunRecord;
use crate::store::Finished;
use std::collections::BTreeMap;

/// What two result folders have in common and where they differ.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Runs with the same settings (engine and precision aside) and the same bits.
    pub identical: usize,
    /// Runs with the same settings whose results differ, and why.
    pub changed: BTreeMap<Change, usize>,
    /// Settings that only one side has.
    pub only_first: usize,
    pub only_second: usize,
    pub standings: Vec<Standing>,
}

/// Why two runs of the same settings have different results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Engine,
    Precision,
    Data,
    Numerics,
    /// Nothing recorded differs: the same question got another answer.
    Unexplained,
}

impl Change {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Engine => "another engine",
            Self::Precision => "another precision",
            Self::Data => "other figures in the data set",
            Self::Numerics => "another numerics version",
            Self::Unexplained => "NOTHING that is recorded: the same run gave other bits",
        }
    }
}

/// An optimizer's test metric on a data set, on both sides, each with its own best setting.
#[derive(Clone, Debug)]
pub struct Standing {
    pub data: String,
    pub optimizer: String,
    pub metric: String,
    pub first: Option<Spread>,
    pub second: Option<Spread>,
}

/// Compares two sets of runs.
#[must_use]
pub fn compare(first: &[Finished], second: &[Finished]) -> Comparison {
    let records = |runs: &'_ [Finished]| runs.iter().map(|run| run.record.clone()).collect::<Vec<_>>();
    // First the same settings altogether, then, of what is left, the same but for engine and precision.
    let (mut both, a, b) = pairs(records(first), records(second), |_| true);
    let (others, a, b) = pairs(a, b, |setting| !["engine", "precision"].contains(&setting));
    both.extend(others);
    let mut changed = BTreeMap::new();
    for (a, b) in both.iter().filter(|(a, b)| !same_bits(a, b)) {
        *changed.entry(cause(a, b)).or_insert(0) += 1;
    }
    Comparison {
        identical: both.iter().filter(|(a, b)| same_bits(a, b)).count(),
        changed,
        only_first: a.len(),
        only_second: b.len(),
        standings: standings(first, second),
    }
}

/// Runs of both sides with the same values of those settings, each run in one pair at most; and what is left of each.
#[allow(clippy::type_complexity)] // pairs, and what is left of either side
fn pairs(
    first: Vec<RunRecord>,
    second: Vec<RunRecord>,
    relevant: fn(&str) -> bool,
) -> (Vec<(RunRecord, RunRecord)>, Vec<RunRecord>, Vec<RunRecord>) {
    let question = |record: &RunRecord| {
        let settings = record.settings.iter().filter(|(name, _)| relevant(name));
        settings.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
    };
    let mut waiting: BTreeMap<String, Vec<RunRecord>> = BTreeMap::new();
    for record in second.into_iter().rev() {
        waiting.entry(question(&record)).or_default().push(record);
    }
    let (mut both, mut left) = (Vec::new(), Vec::new());
    for record in first {
        match waiting.get_mut(&question(&record)).and_then(Vec::pop) {
            Some(other) => both.push((record, other)),
            None => left.push(record),
        }
    }
    (both, left, waiting.into_values().flatten().collect())
}

fn same_bits(a: &RunRecord, b: &RunRecord) -> bool {
    a.outcome == b.outcome && a.curve == b.curve && a.hashes == b.hashes
}

fn cause(a: &RunRecord, b: &RunRecord) -> Change {
    let differs = |name: &str| a.settings.get(name) != b.settings.get(name);
    if differs("engine") {
        Change::Engine
    } else if differs("precision") {
        Change::Precision
    } else if a.data_digest != b.data_digest {
        Change::Data
    } else if a.numerics_version != b.numerics_version {
        Change::Numerics
    } else {
        Change::Unexplained
    }
}

fn standings(first: &[Finished], second: &[Finished]) -> Vec<Standing> {
    let (a, b) = (configurations(first), configurations(second));
    let (a, b) = (select(&a), select(&b));
    let standing = |data: &str, optimizer: &str, metric: &str| {
        let find = |rows: &[super::Selected<'_, '_>]| {
            rows.iter().find(|row| row.data == data && row.optimizer == optimizer).and_then(|row| row.test_metric)
        };
        let (data, optimizer, metric) = (data.to_owned(), optimizer.to_owned(), metric.to_owned());
        Standing { first: find(&a), second: find(&b), data, optimizer, metric }
    };
    let mut all: Vec<Standing> = Vec::new();
    for row in a.iter().chain(&b) {
        if !all.iter().any(|known| known.data == row.data && known.optimizer == row.optimizer) {
            all.push(standing(&row.data, &row.optimizer, &row.metric));
        }
    }
    all
}
