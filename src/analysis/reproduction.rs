//! Published figures beside our runs: cell by cell, under each choice of the protocol.
//!
//! [`stats::agreement`](super::stats::agreement) says how two means are compared; here cells find their runs, and p values are corrected over the
//! cells of a table.

use super::stats::{LEVEL, SampleMean, Spread, agreement, benjamini_hochberg, holm, median};
use crate::record::{Published, PublishedFigure, RunRecord};
use crate::value::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a cell comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CellVerdict {
    /// The means are the same within the margin.
    Agrees,
    /// The means differ.
    Differs,
    /// Neither is shown.
    CannotBeTold,
}

/// Our side of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ours {
    pub mean: f64,
    /// `None` for a single run.
    pub sd: Option<f64>,
    pub runs: u64,
}

/// One published number beside ours.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedCell {
    pub keys: BTreeMap<String, String>,
    pub quantity: String,
    pub published: f64,
    /// Half of its last digit.
    #[serde(skip)]
    pub rounding: f64,
    /// Of the published runs.
    pub published_sd: Option<f64>,
    pub published_runs: u64,
    /// `None` where no run has it.
    pub ours: Option<Ours>,
    /// Runs of the cell without the number, such as diverged ones; with any there is no verdict.
    pub without: u64,
    /// The largest difference that counts as agreement, without what rounding hides.
    pub margin: f64,
    /// Ours minus the published one, in published standard deviations; in margins where there is none.
    pub in_sd: Option<f64>,
    /// Corrected over the table: of equal means, and of means that differ by the margin or more.
    pub p_differs: f64,
    pub p_agrees: f64,
    pub verdict: CellVerdict,
}

/// The figures under one choice of the protocol.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedTable {
    /// The values of the settings that the protocol leaves open, by setting; empty where it leaves none.
    pub choice: BTreeMap<String, String>,
    pub cells: Vec<ComparedCell>,
}

impl ComparedTable {
    /// How many cells have this verdict.
    #[must_use]
    pub fn count(&self, verdict: CellVerdict) -> usize {
        self.cells.iter().filter(|cell| cell.verdict == verdict).count()
    }

    /// The median of the differences' sizes, in published standard deviations; `None` where no cell has one.
    #[must_use]
    pub fn median_difference(&self) -> Option<f64> {
        let of_cells: Vec<f64> = self.cells.iter().filter_map(|cell| cell.in_sd.map(f64::abs)).collect();
        median(&of_cells)
    }
}

/// Lays published figures beside runs: a table for each choice, in the order of the runs.
#[must_use]
pub fn reproduction(published: &Published, figures: &[PublishedFigure], runs: &[&RunRecord]) -> Vec<ComparedTable> {
    let mut choices: Vec<BTreeMap<String, String>> = Vec::new();
    for run in runs {
        let choice = chosen(published, run);
        if !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    let table = |choice: BTreeMap<String, String>| {
        let of_choice: Vec<&RunRecord> = runs.iter().copied().filter(|run| chosen(published, run) == choice).collect();
        let cells = figures.iter().map(|figure| cell(published, figure, &of_choice)).collect();
        ComparedTable { choice, cells: corrected(cells) }
    };
    choices.into_iter().map(table).collect()
}

fn chosen(published: &Published, run: &RunRecord) -> BTreeMap<String, String> {
    let value = |name: &String| run.settings.get(name).map_or("none".to_owned(), ToString::to_string);
    published.choices.iter().map(|name| (name.clone(), value(name))).collect()
}

/// Whether a run has this value of a setting, as figures write it.
fn has(run: &RunRecord, setting: &str, value: &str) -> bool {
    let Some(own) = run.settings.get(setting) else { return value == "none" };
    let as_number = || own.as_number().zip(value.parse::<f64>().ok()).is_some_and(|(own, value)| own == value);
    matches!(own, Value::Text(text) if text == value) || own.to_string() == value || as_number()
}

/// The cell, its p values not corrected yet and its verdict open.
fn cell(published: &Published, figure: &PublishedFigure, runs: &[&RunRecord]) -> ComparedCell {
    let is_of = |run: &&&RunRecord| figure.keys.iter().all(|(column, value)| has(run, &published.keys[column], value));
    let quantity = &published.quantities[&figure.quantity];
    let per = quantity.per.as_ref().and_then(|per| figure.others.get(per)?.parse().ok()).unwrap_or(1.0);
    let all: Vec<Option<f64>> = runs.iter().filter(is_of).map(|run| run.quantity(quantity, per)).collect();
    let values: Vec<f64> = all.iter().copied().flatten().collect();
    let without = (all.len() - values.len()) as u64;
    let ours = Spread::of(&values).map(|of| Ours { mean: of.mean, sd: of.sd, runs: values.len() as u64 });
    let number = figure.number;
    let usual = number.sd.map_or(published.tolerance * number.mean.abs(), |(sd, _)| published.margin * sd);
    let margin = number.margin.unwrap_or(usual);
    let unit = number.sd.map_or(margin, |(sd, _)| sd);
    let unit = if unit > 0.0 { unit } else { number.rounding };
    // A number without a spread beside a single run is compared as a number.
    let can_be_told = |ours: &Ours| without == 0 && (ours.sd.is_some() || number.sd.is_none());
    let found = ours.filter(can_be_told).map(|ours| {
        #[allow(clippy::cast_precision_loss)] // counts of runs
        let (theirs, our_side) = (
            SampleMean {
                mean: number.mean,
                sd: number.sd.map_or(0.0, |(sd, rounding)| sd + rounding),
                runs: number.runs as f64,
            },
            SampleMean { mean: ours.mean, sd: ours.sd.unwrap_or(0.0), runs: ours.runs as f64 },
        );
        agreement(theirs, our_side, number.rounding, margin, number.sd.is_none())
    });
    ComparedCell {
        keys: figure.keys.clone(),
        quantity: figure.quantity.clone(),
        published: number.mean,
        rounding: number.rounding,
        published_sd: number.sd.map(|(sd, _)| sd),
        published_runs: number.runs,
        in_sd: ours.map(|ours| (ours.mean - number.mean) / unit),
        ours,
        without,
        margin,
        p_differs: found.map_or(1.0, |found| found.differs),
        p_agrees: found.map_or(1.0, |found| found.agrees),
        verdict: CellVerdict::CannotBeTold,
    }
}

/// Corrects the p values over the table, and gives the verdicts. A small difference that is sure is agreement where it is surely
/// within the margin.
fn corrected(mut cells: Vec<ComparedCell>) -> Vec<ComparedCell> {
    let of = |p: fn(&ComparedCell) -> f64, cells: &[ComparedCell]| cells.iter().map(p).collect::<Vec<f64>>();
    let differs = holm(&of(|cell| cell.p_differs, &cells));
    let agrees = benjamini_hochberg(&of(|cell| cell.p_agrees, &cells));
    for ((cell, differs), agrees) in cells.iter_mut().zip(differs).zip(agrees) {
        (cell.p_differs, cell.p_agrees) = (differs, agrees);
        cell.verdict = match (agrees < LEVEL, differs < LEVEL) {
            (true, _) => CellVerdict::Agrees,
            (false, true) => CellVerdict::Differs,
            (false, false) => CellVerdict::CannotBeTold,
        };
    }
    cells
}
