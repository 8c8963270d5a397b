//! How long a sweep will take, measured: a few steps and an evaluation of each kind of run on this machine.

use super::execute::{Cache, execute};
use crate::data::split;
use crate::experiment::{RunSpec, Spec};
use crate::record::Outcome;
use crate::solve;
use std::collections::HashMap;

/// What a sweep will cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Estimate {
    /// Of both stages, where there is a protocol; the second is reckoned with the mean of what could be chosen.
    pub runs: u64,
    pub steps: u64,
    /// Of one core.
    pub core_seconds: f64,
}

/// Two epochs tell enough: their time is that of steps, evaluations and the check's share.
const PROBE_EPOCHS: u64 = 2;
/// Kinds of runs that are probed; further ones cost what the last one did per step.
const MOST_PROBES: usize = 40;

/// Counts runs and steps, and measures one short run of each combination of engine, precision, data and model.
///
/// # Errors
/// Where a data set cannot be loaded or split, or a probe fails.
#[allow(clippy::cast_precision_loss)]
pub fn estimate(spec: &Spec) -> Result<Estimate, String> {
    let mut cache = Cache::default();
    let mut probed: HashMap<String, (u64, f64)> = HashMap::new();
    let mut sum = Estimate::default();
    let mut last = 0.0;
    // Seeds change neither what a run costs nor how many steps it has.
    let seeds = spec.seeds.len() as u64;
    let mut report_steps = 0.0;
    let report_seeds = report_seeds(spec);
    for combination in 0..spec.combinations() {
        let run = spec.run(combination * seeds);
        cache.expect(&spec.folder, &run.data.set, spec.data_digest(&run.data.set));
        let train = (run.train.batch, run.train.drop_last, run.train.ensemble);
        let test = (run.regularize.dropout_at_test, run.regularize.dropout_samples);
        let solver = solve::find(&run.optimizer.kind);
        let method = solver.map(|_| &run.optimizer);
        let kind = (run.engine.name(), run.precision.name(), &run.data, &run.model, train, test, method);
        let kind = serde_json::to_string(&kind).map_err(|why| why.to_string())?;
        let (steps_per_epoch, epoch_seconds) = match probed.get(&kind) {
            Some(known) => *known,
            None => {
                let set = cache.set(&run)?;
                let train = split(&set, run.data.split, run.seed)?.train.len();
                let steps = super::execute::settings(&run, train).steps_per_epoch(train);
                let steps = if solver.is_some() { 1 } else { steps };
                if probed.len() < MOST_PROBES {
                    last = probe(&run, &mut cache)?;
                }
                probed.insert(kind, (steps, last * steps as f64 * f64::from(run.train.ensemble)));
                (steps, last * steps as f64 * f64::from(run.train.ensemble))
            }
        };
        let epochs = if solver.is_some_and(|solver| !solver.iterates) { 1 } else { run.train.epochs };
        let steps = steps_per_epoch.saturating_mul(epochs).saturating_mul(run.train.ensemble.into());
        sum.steps = sum.steps.saturating_add(steps.saturating_mul(seeds));
        let again = usize::try_from(combination).ok().and_then(|place| report_seeds.get(place)).copied().unwrap_or(0.0);
        report_steps += steps as f64 * again;
        sum.core_seconds += epoch_seconds * epochs as f64 * (seeds as f64 + again);
    }
    sum.runs = spec.planned();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as it should
    let report_steps = report_steps.round() as u64;
    sum.steps = sum.steps.saturating_add(report_steps);
    Ok(sum)
}

/// For each combination, how many report seeds it is to be expected to run on: one of its trials is chosen, and which one is
/// not known. Empty without a protocol.
#[allow(clippy::cast_precision_loss)] // counts
fn report_seeds(spec: &Spec) -> Vec<f64> {
    let Some(design) = spec.design() else { return Vec::new() };
    let mut all = vec![0.0; usize::try_from(spec.combinations()).unwrap_or(0)];
    for cell in &design.cells {
        let share = design.protocol.report_seeds.len() as f64 / cell.trials.len() as f64;
        for combination in cell.trials.iter().flatten().filter_map(|place| usize::try_from(*place).ok()) {
            all[combination] = share;
        }
    }
    all
}

/// Seconds per step of such a run, all its costs included. The first time warms caches and is not counted.
#[allow(clippy::cast_precision_loss)]
fn probe(run: &RunSpec, cache: &mut Cache) -> Result<f64, String> {
    let mut short = run.clone();
    short.train.epochs = run.train.epochs.min(PROBE_EPOCHS);
    let mut seconds = f64::INFINITY;
    for _ in 0..2 {
        let answer = execute(&short, "probe", true, cache);
        if let Outcome::Failed { reason } = answer.outcome {
            return Err(format!("a probe of this experiment failed: {reason}"));
        }
        seconds = seconds.min(answer.measurement.wall_seconds / answer.measurement.steps.max(1) as f64);
    }
    Ok(seconds)
}
