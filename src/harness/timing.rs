//! How long a sweep will take, measured: a few steps and an evaluation of each kind of run on this machine.

use super::error::HarnessError;
use super::execute::{Cache, try_execute};
use super::gpus::{engines, gpus};
use super::job::ExpectedData;
use crate::data::split;
use crate::digest::Digest;
use crate::plan::{Kind, RunSpec, Section, Spec};
use crate::protocol::ProtocolDesign;
use crate::record::RunId;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

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
/// Where a GPU is missing, a data set cannot be loaded or split, or a probe fails.
#[allow(clippy::cast_precision_loss)]
pub fn estimate(spec: &Spec) -> Result<Estimate, HarnessError> {
    gpus(engines(spec))?;
    let mut cache = Cache::default();
    let mut sum = Estimate::default();
    let (mut probes, mut last) = (0, 0.0);
    // Seeds change neither what a run costs nor how many steps it has.
    let seeds = spec.seeds.len() as u64;
    let mut report_steps = 0.0;
    let mut known: HashMap<String, (u64, f64)> = HashMap::new();
    for Alike { index, combinations, again } in alike(spec) {
        let run = spec.run(index * seeds);
        cache.expect(&spec.folder, &run, ExpectedData::of(spec, &run));
        let solver = run.catalogue.solvers.find(&run.optimizer.kind);
        let of_cost: Vec<String> = Section::ALL.iter().map(|section| cost(*section, &run)).collect();
        let (steps_per_epoch, epoch_seconds) = match known.entry(of_cost.join("\n")) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let set = cache.set(&run)?;
                let train = run.data.training_rows(&split(&set, run.data.split, run.seed)?);
                let steps = match solver {
                    Some(_) => 1,
                    None => super::execute::settings(&run, train)?.steps_per_epoch(train),
                };
                if probes < MOST_PROBES {
                    last = probe(&run, &mut cache)?;
                    probes += 1;
                }
                *place.insert((steps, last * steps as f64 * f64::from(run.train.ensemble)))
            }
        };
        let runs = combinations * seeds;
        let epochs = if solver.is_some_and(|solver| !solver.iterates) { 1 } else { run.train.epochs };
        let steps = steps_per_epoch.saturating_mul(epochs).saturating_mul(run.train.ensemble.into());
        sum.steps = sum.steps.saturating_add(steps.saturating_mul(runs));
        report_steps += steps as f64 * again;
        sum.core_seconds += epoch_seconds * epochs as f64 * (runs as f64 + again);
    }
    sum.runs = spec.planned();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as it should
    let report_steps = report_steps.round() as u64;
    sum.steps = sum.steps.saturating_add(report_steps);
    Ok(sum)
}

/// Combinations whose runs cost the same.
struct Alike {
    /// The first.
    index: u64,
    combinations: u64,
    /// How many runs of theirs on report seeds are to be expected.
    again: f64,
}

/// The combinations by what their runs cost, and with a protocol by their compared value: one of its trials is chosen, and
/// which one is not known.
#[allow(clippy::cast_precision_loss)] // counts
fn alike(spec: &Spec) -> Vec<Alike> {
    let compared = |section: Section, run: &RunSpec| {
        let mut settings = BTreeMap::new();
        if !spec.designs().is_empty() {
            run.add_settings(section, &mut settings);
        }
        spec.designs().iter().map(|design| design.protocol.compared(&settings)).collect::<Vec<_>>().join("\n")
    };
    let kinds = spec.kinds(|section, run| cost(section, run) + &epochs(section, run) + &compared(section, run));
    let again = |kind: &Kind| {
        let of = |design: &ProtocolDesign| {
            let cell = spec.cell(design, kind.index)?;
            Some(kind.combinations as f64 * design.protocol.report_seeds.len() as f64 / cell.trials as f64)
        };
        spec.designs().iter().filter_map(of).sum::<f64>()
    };
    let alike = |kind: Kind| Alike { index: kind.index, combinations: kind.combinations, again: again(&kind) };
    kinds.into_iter().map(alike).collect()
}

/// What of a section makes an epoch cost more or less, and its steps many or few.
fn cost(section: Section, run: &RunSpec) -> String {
    let of = match section {
        Section::Engine => serde_json::to_value(run.engine.name()),
        Section::Precision => serde_json::to_value(run.precision.name()),
        Section::Data => serde_json::to_value(&run.data),
        Section::Model => serde_json::to_value(&run.model),
        Section::Train => serde_json::to_value((run.train.batch, run.train.drop_last, run.train.ensemble)),
        // Optimizers cost next to nothing beside their gradients.
        Section::Optimizer => {
            serde_json::to_value(run.catalogue.solvers.find(&run.optimizer.kind).map(|_| &run.optimizer))
        }
        Section::Annealing => Ok(serde_json::Value::Null),
        Section::Regularize => serde_json::to_value((run.regularize.dropout_at_test, run.regularize.dropout_samples)),
    };
    of.expect("settings are plain data").to_string()
}

fn epochs(section: Section, run: &RunSpec) -> String {
    if section == Section::Train { format!(" {}", run.train.epochs) } else { String::new() }
}

/// Seconds per step of such a run, all its costs included. The first time warms caches and is not counted.
#[allow(clippy::cast_precision_loss)]
fn probe(run: &RunSpec, cache: &mut Cache) -> Result<f64, HarnessError> {
    let mut short = run.clone();
    short.train.epochs = run.train.epochs.min(PROBE_EPOCHS);
    let mut seconds = f64::INFINITY;
    for _ in 0..2 {
        let id = RunId::of(&Digest::of("burnmark probe 1"));
        let answer = try_execute(&short, id, cache).map_err(|why| HarnessError::Probe(Box::new(why)))?;
        seconds = seconds.min(answer.measurement.wall_seconds / answer.measurement.steps.max(1) as f64);
    }
    Ok(seconds)
}
