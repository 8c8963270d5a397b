//! The methods of two sides, each with its own best setting, on the same seeds.

use super::configurations::OPTIMIZER;
use super::paired::{Level, Paired, judge, paired_methods};
use super::select::{Selected, select};
use super::staged::Allowed;
use super::stats::{Interval, Spread};
use super::view::View;
use crate::record::{Compared, MEASURES, NotMeasured, Protocol, is_seed, with_usual};
use crate::store::{Finished, Manifest};
use serde::Serialize;

/// A result folder that takes part.
#[derive(Clone, Copy)]
pub struct ComparedFolder<'a> {
    pub name: &'a str,
    pub manifest: &'a Manifest,
    pub runs: &'a [Finished],
}

/// A method's test metric on a data set, on both sides.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    pub data: String,
    /// The method; against a baseline of the same folder, the second's.
    pub method: String,
    pub metric: String,
    /// Of the side's own best setting; none if every setting diverged for some seed, or the side has none.
    pub first: Option<Spread>,
    pub second: Option<Spread>,
    /// None if one side lacks the method. Differences are oriented: higher is better.
    pub paired: Option<Paired>,
    #[serde(skip)]
    pub outcome: Compared,
}

impl Standing {
    /// Second − first in the metric's own units.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        Some(self.outcome.oriented(self.paired.as_ref()?.difference?))
    }

    /// Of that difference.
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        let Interval { low, high } = self.paired.as_ref()?.interval?;
        let (a, b) = (self.outcome.oriented(low), self.outcome.oriented(high));
        Some(Interval { low: a.min(b), high: a.max(b) })
    }
}

/// One standing per data set and method of either side. Not judged yet.
#[must_use]
pub fn standings(first: ComparedFolder<'_>, second: ComparedFolder<'_>, allowed: Allowed) -> Vec<Standing> {
    let [a, b] = [first, second].map(|side| View::of(side.manifest, side.runs, OPTIMIZER, allowed));
    let (a, b) = (select(a.compared()), select(b.compared()));
    let mut all: Vec<Standing> = Vec::new();
    for row in a.iter().chain(&b) {
        let same = |other: &&Selected| other.data == row.data && other.optimizer == row.optimizer;
        if !all.iter().any(|known| known.data == row.data && known.method == row.optimizer) {
            all.push(standing(row, a.iter().find(same), b.iter().find(same)));
        }
    }
    all
}

fn standing(row: &Selected<'_, '_>, first: Option<&Selected<'_, '_>>, second: Option<&Selected<'_, '_>>) -> Standing {
    Standing {
        data: row.data.clone(),
        method: row.optimizer.clone(),
        metric: row.metric.clone(),
        outcome: row.outcome,
        first: first.and_then(|row| row.test_metric),
        second: second.and_then(|row| row.test_metric),
        paired: first.zip(second).map(|(first, second)| paired_methods(first, second)),
    }
}

/// Sorts values and leaves each once: numbers by their size, before words.
pub(super) fn in_order(values: &mut Vec<String>) {
    let number = |text: &String| text.parse::<f64>().map_or(f64::INFINITY, |number| number);
    values.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
    values.dedup();
}

/// Why values of a setting cannot be compared within a folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    #[error("seeds cannot be compared: every figure is a mean over them")]
    Seeds,
    /// `example` is a setting that could be meant.
    #[error("no run has a setting `{key}`; settings are the columns of runs.parquet, such as `{example}`")]
    NoSetting { key: String, example: &'static str },
    #[error("no run has `{key}` = `{value}`; there are `{}`", values.join("`, `"))]
    NoValue { key: String, value: String, values: Vec<String> },
    #[error("every run has `{key}` = `{value}`; nothing to compare it with")]
    OneValue { key: String, value: String },
    #[error("{why}: these results cannot be compared by it; ask for `{}` in `{MEASURES}` and run again", why.measure)]
    NotMeasured { why: NotMeasured },
    #[error(
        "these runs have different losses, whose values cannot be compared; compare them by the metric or by a measure of `{MEASURES}`"
    )]
    SeveralLosses,
    /// A protocol compares something else; `instead` says what to do.
    #[error("the protocol of these results compares `{compared}`; {instead}")]
    Protocol { compared: String, instead: &'static str },
}

/// What a protocol compares, where none of its questions is about this setting alone.
#[must_use]
pub fn not_compared(protocol: &Protocol, key: &str) -> Option<String> {
    let questions = protocol.questions();
    let names: Vec<String> = questions.iter().map(|question| question.compare.join("`, `")).collect();
    (!questions.iter().any(|question| question.compare == [key])).then(|| names.join("` or `"))
}

/// Every other value of a setting against this one, within one folder; judged. With a protocol its compared values.
///
/// # Errors
/// Where no run has that setting or that value, or all have; where a protocol compares something else.
pub fn against(
    manifest: &Manifest,
    runs: &[Finished],
    (key, value): (&str, &str),
    allowed: Allowed,
) -> Result<Vec<Standing>, NotComparable> {
    if is_seed(key) {
        return Err(NotComparable::Seeds);
    }
    let mut values: Vec<String> =
        runs.iter().filter_map(|run| Some(with_usual(&run.record.settings).get(key)?.to_string())).collect();
    in_order(&mut values);
    if values.is_empty() {
        return Err(NotComparable::NoSetting { key: key.to_owned(), example: "optimizer.kind" });
    }
    // `1e-1` is 0.1 too.
    let number = |text: &str| text.parse::<f64>().ok();
    let is_meant = |known: &String| known == value || (number(value).is_some() && number(known) == number(value));
    let Some(value) = values.iter().find(|known| is_meant(known)) else {
        return Err(NotComparable::NoValue { key: key.to_owned(), value: value.to_owned(), values });
    };
    if values.len() == 1 {
        return Err(NotComparable::OneValue { key: key.to_owned(), value: value.clone() });
    }
    if let Some(compared) = manifest.protocol.as_ref().and_then(|protocol| not_compared(protocol, key)) {
        return Err(NotComparable::Protocol { compared, instead: "expected a value of that" });
    }
    let view = View::of(manifest, runs, key, allowed);
    let rows = select(view.compared());
    let is_baseline = |row: &&Selected| {
        row.compared.and_then(|c| c.settings.get(key)).is_some_and(|setting| setting.to_string() == *value)
    };
    let mut standings: Vec<Standing> = Vec::new();
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        let baseline = block.iter().find(is_baseline);
        standings.extend(block.iter().filter(|row| !is_baseline(row)).map(|row| standing(row, baseline, Some(row))));
    }
    judge(standings.iter_mut().filter_map(|standing| standing.paired.as_mut()), Level::whole(), manifest.judge.margin);
    Ok(standings)
}
