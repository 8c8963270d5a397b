//! How soon each method gets where the others get too.

use super::select::Selected;
use super::stats::{TimeToTarget, mean, median, time_to_target};
use crate::record::{Outcome, Pick, in_words, with_usual};
use crate::store::Finished;

/// The target lies this far from the untrained loss to the loss that the median method reaches.
pub const SHARE_OF_WAY: f64 = 0.9;

/// How soon the methods reach one data set's target.
#[derive(Clone, Debug)]
pub struct Target {
    pub data: String,
    /// Of the validation loss: nine tenths of the way from the untrained loss (mean over methods and seeds) to what the
    /// median method reaches at the epoch that counts (mean over seeds), among the methods that train for every seed.
    pub loss: f64,
    pub methods: Vec<Reached>,
}

/// How soon a method's best setting reaches it, in training steps.
#[derive(Clone, Debug)]
pub struct Reached {
    pub method: String,
    pub time: TimeToTarget,
    /// For each run, ascending: the steps to the first epoch that reaches it; none for a miss.
    pub steps: Vec<(Case, Option<f64>)>,
}

/// What tells the runs of one method apart: the seed, and in words the settings over which a protocol averages.
pub type Case = (u64, String);

/// One target per data set; none for those where nothing can be said, such as where every method diverged.
#[must_use]
pub fn targets(rows: &[Selected<'_, '_>]) -> Vec<Target> {
    rows.chunk_by(|a, b| a.data == b.data).filter_map(target).collect()
}

fn target(rows: &[Selected<'_, '_>]) -> Option<Target> {
    let untrained = rows.iter().flat_map(runs_of).filter_map(|run| Some(run.record.curve.first()?.validation.loss));
    let untrained = mean(&untrained.collect::<Vec<_>>())?;
    let reached: Vec<f64> = rows.iter().filter_map(|row| Some(row.validation_loss?.mean)).collect();
    let loss = untrained + SHARE_OF_WAY * (median(&reached)? - untrained);
    let methods = rows.iter().map(|row| {
        let case = |run: &Finished| Some((case(row, run)?, steps_to(run, loss)?));
        let mut cases: Vec<(Case, Result<f64, f64>)> = runs_of(row).into_iter().filter_map(case).collect();
        cases.sort_by(|(a, _), (b, _)| a.cmp(b));
        Reached {
            method: row.optimizer.clone(),
            time: time_to_target(&cases.iter().map(|(_, steps)| *steps).collect::<Vec<_>>()),
            steps: cases.into_iter().map(|(case, steps)| (case, steps.ok())).collect(),
        }
    });
    Some(Target { data: rows[0].data.clone(), loss, methods: methods.collect() })
}

/// The runs of what stands for a method.
fn runs_of<'r>(row: &Selected<'_, 'r>) -> Vec<&'r Finished> {
    row.compared.map(|c| c.runs.clone()).unwrap_or_default()
}

/// Which run of a method it is; none without a seed.
fn case(row: &Selected<'_, '_>, run: &Finished) -> Option<Case> {
    let shared = &row.compared?.settings;
    let settings = with_usual(&run.record.settings);
    let own = settings.keys().filter(|name| !shared.contains_key(*name) && *name != "seed").collect();
    Some((run.record.seed()?, in_words(&settings, &own)))
}

/// A run's steps to the loss, or those it took in vain. A run that diverges later has missed: nobody would keep it. None for
/// failed runs.
#[allow(clippy::cast_precision_loss)] // counts of steps
fn steps_to(run: &Finished, loss: f64) -> Option<Result<f64, f64>> {
    Some(match run.record.outcome {
        Outcome::Failed { .. } | Outcome::TimedOut => return None,
        Outcome::Unsolved { .. } => Err(run.record.curve.last().map_or(0.0, |point| point.step as f64)),
        Outcome::Diverged { step } => Err(step as f64),
        Outcome::Done => {
            let hit = run.record.curve.iter().find(|point| point.validation.loss <= loss);
            let last = Pick::Final.of(&run.record.curve)?;
            // A solver is there at once; it counts as one step.
            hit.map(|point| point.step.max(1) as f64).ok_or(last.step as f64)
        }
    })
}
