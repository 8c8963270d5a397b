//! Both engines on the runs of an experiment, step by step, in f32 and f64.

use super::error::HarnessError;
use super::execute::{Cache, settings};
use super::gpus::{engines, gpus};
use super::job::ExpectedData;
use super::prepare::prepared;
use super::scattered::scattered;
use crate::data::split;
use crate::engine::{EngineKind, EngineReal, NoGpu, build};
use crate::num::Precision;
use crate::optim::Build;
use crate::plan::{RunSpec, Spec, network};
use crate::record::{DriftRow, GapRow, RunId};
use crate::train::{Side, apart, at_the_same_parameters, bound};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// How an experiment is to be cross-checked.
#[derive(Clone, Copy, Debug)]
pub struct CrosscheckOptions {
    /// Runs, spread over the experiment.
    pub sample: u64,
    /// The most steps of each.
    pub steps: u64,
    /// The engine beside the run's own; without it the one that checks it.
    pub other: Option<EngineKind>,
    /// What a gap may be, instead of [`bound`].
    pub bound: Option<f64>,
    /// Whether both also train on their own.
    pub apart: bool,
}

/// The most rows that are kept: some 500 MB.
const MOST_ROWS: u64 = 5_000_000;

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Crosschecked {
    /// Runs of the experiment.
    pub planned: u64,
    pub pairs: Vec<EnginePair>,
    /// Runs of solvers, which have no steps to compare, by their solver; runs behind the last of the sample are not counted.
    pub left_out: BTreeMap<String, u64>,
    /// Precisions that were left out since a GPU does not compute in them, in words; the runs' own is an error.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub lacking: BTreeSet<String>,
    /// Whether each gap is kept.
    #[serde(skip)]
    keeps: bool,
    #[serde(skip)]
    pub gaps: Vec<GapRow>,
    #[serde(skip)]
    pub drift: Vec<DriftRow>,
}

/// A run in one precision by two engines.
#[derive(Clone, Debug, Serialize)]
pub struct EnginePair {
    pub run: String,
    /// In words: `mlp on iris by adam (…)`.
    pub what: String,
    pub leading: &'static str,
    pub other: &'static str,
    pub precision: &'static str,
    /// Steps that were compared, and steps that there are. Those at the edge of the numbers are left out: intermediate
    /// results overflow in one engine first.
    pub compared: u64,
    pub steps: u64,
    /// Whether it ended before its last step because a number was not finite.
    pub diverged: bool,
    pub bound: f64,
    /// Steps at which some gap is past the bound.
    pub past_bound: u64,
    /// The loss, then each block of parameters.
    pub largest: Vec<Largest>,
    /// Where both trained on their own.
    pub apart: Option<DriftSummary>,
}

impl EnginePair {
    #[must_use]
    pub fn passed(&self) -> bool {
        self.past_bound == 0
    }
}

/// The largest gap of a quantity over all steps, and the first step that has it.
#[derive(Clone, Debug, Serialize)]
pub struct Largest {
    pub quantity: String,
    pub gap: f64,
    pub step: u64,
}

/// How far two trainings have parted.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DriftSummary {
    pub steps: u64,
    pub diverged: bool,
    /// ‖θ_a − θ_b‖ / ‖θ_a‖ after the first step, and after the last.
    pub first: f64,
    pub last: f64,
    /// Of the loss, over all steps.
    pub largest_loss_gap: f64,
}

/// What the loss is called among the blocks.
pub const LOSS: &str = "loss";

/// Cross-checks an experiment.
///
/// # Errors
/// Where a GPU is missing, an engine fails, or there would be more rows than are kept. When `stop` is set, the pairs so far are returned.
pub fn crosscheck(spec: &Spec, options: &CrosscheckOptions, stop: &AtomicBool) -> Result<Crosschecked, HarnessError> {
    gpus(engines(spec))?;
    gpus(options.other.map(|other| (other, Precision::F32)))?;
    let planned = spec.len();
    let count = usize::try_from(planned)?;
    let sample = usize::try_from(options.sample).unwrap_or(usize::MAX);
    let mut all = Crosschecked { planned, keeps: true, ..Crosschecked::default() };
    let mut chosen: Vec<usize> = Vec::new();
    for index in scattered(count) {
        if chosen.len() == sample || stop.load(Ordering::SeqCst) {
            break;
        }
        let run = spec.run(index as u64);
        if options.other == Some(run.engine) {
            continue; // it agrees with itself
        }
        if run.catalogue.optimizers.find(&run.optimizer.kind).is_some() {
            chosen.push(index);
        } else {
            *all.left_out.entry(run.optimizer.kind).or_insert(0) += 1;
        }
    }
    chosen.sort_unstable();
    let mut cache = Cache::default();
    for index in chosen {
        let run = spec.run(index as u64);
        let id = spec.identity(&run);
        cache.expect(&spec.folder, &run, ExpectedData::of(spec, &run));
        for precision in Precision::ALL {
            if stop.load(Ordering::SeqCst) {
                return Ok(all);
            }
            let other = options.other.unwrap_or(run.engine.other());
            match gpus([run.engine, other].map(|engine| (engine, precision))) {
                Ok(_) => {}
                Err(NoGpu::Precision { driver, gpu, precision }) => {
                    let (engine, precision) = (driver.engine(), precision.name());
                    all.lacking.insert(format!("{precision}, in which `{engine}` on `{gpu}` does not compute"));
                    continue;
                }
                Err(why) => return Err(why.into()),
            }
            let pair = match precision {
                Precision::F32 => pair::<f32>(&run, id, options, &mut cache, &mut all),
                Precision::F64 => pair::<f64>(&run, id, options, &mut cache, &mut all),
            };
            let in_run = |why| HarnessError::InRun { run: id, precision, why: Box::new(why) };
            all.pairs.push(pair.map_err(in_run)?);
        }
    }
    Ok(all)
}

/// Whether two engines agree along one run, asked at the same parameters: then it is roundings by which their own paths part.
/// At one step of a hundred they may be past the bound: in f32 a pre-activation within rounding of 0 can fall on the other
/// side of ReLU's kink and move one unit's share of the gradient. A wrong formula is wrong at every step.
///
/// # Errors
/// Where an engine fails.
pub(super) fn agree(run: &RunSpec, id: RunId, other: EngineKind, cache: &mut Cache) -> Result<bool, HarnessError> {
    let options = CrosscheckOptions { sample: 1, steps: u64::MAX, other: Some(other), bound: None, apart: false };
    let mut all = Crosschecked::default();
    let pair = match run.precision {
        Precision::F32 => pair::<f32>(run, id, &options, cache, &mut all),
        Precision::F64 => pair::<f64>(run, id, &options, cache, &mut all),
    };
    let pair = pair?;
    Ok(pair.past_bound.saturating_mul(100) <= pair.compared)
}

fn pair<R: Build + EngineReal>(
    run: &RunSpec,
    id: RunId,
    options: &CrosscheckOptions,
    cache: &mut Cache,
    all: &mut Crosschecked,
) -> Result<EnginePair, HarnessError> {
    let set = cache.set(run)?;
    let network = network(run, &set)?;
    let data = prepared::<R>(run, &set, &split(&set, run.data.split, run.seed)?)?;
    let settings = settings(run, data.train.samples())?;
    let (leading, other) = (run.engine, options.other.unwrap_or(run.engine.other()));
    let layout = network.layout();
    let names = || layout.blocks().iter().map(|block| block.name.as_str());
    let steps = settings.steps_per_epoch(data.train.samples()).saturating_mul(settings.train.epochs).min(options.steps);
    let rows = steps.saturating_mul(layout.blocks().len() as u64 + 1);
    if all.keeps && (all.gaps.len() as u64).saturating_add(rows) > MOST_ROWS {
        return Err(HarnessError::TooManyGaps { most: MOST_ROWS });
    }
    let mut engines = [leading, other].map(|kind| build::<R>(kind, &network, settings.batch));
    let [a, b] = &mut engines;
    let side = at_the_same_parameters(&settings, &network, &data, a.as_mut(), b.as_mut(), options.steps)?;
    let row = |step: u64, quantity: &str, gap: f64| GapRow {
        run: id.to_string(),
        leading: leading.name().to_owned(),
        other: other.name().to_owned(),
        precision: R::PRECISION.name().to_owned(),
        step,
        quantity: quantity.to_owned(),
        gap,
    };
    let quantities: Vec<&str> = std::iter::once(LOSS).chain(names()).collect();
    let mut largest: Vec<Largest> =
        quantities.iter().map(|name| Largest { quantity: (*name).to_owned(), gap: 0.0, step: 0 }).collect();
    let (bound, mut past_bound) = (options.bound.unwrap_or(bound(R::PRECISION)), 0);
    for gaps in side.steps() {
        let values = || std::iter::once(gaps.loss_gap).chain(gaps.gradient_gaps.iter().copied());
        past_bound += u64::from(values().any(|gap| gap > bound));
        for (largest, gap) in largest.iter_mut().zip(values()) {
            if gap > largest.gap {
                (largest.gap, largest.step) = (gap, gaps.step);
            }
            if all.keeps {
                all.gaps.push(row(gaps.step, &largest.quantity, gap));
            }
        }
    }
    let apart = if options.apart {
        let [a, b] = &mut engines;
        let side = apart(&settings, &network, &data, [a.as_mut(), b.as_mut()], options.steps)?;
        all.drift.extend(side.steps().iter().map(|parted| DriftRow {
            run: id.to_string(),
            leading: leading.name().to_owned(),
            other: other.name().to_owned(),
            precision: R::PRECISION.name().to_owned(),
            step: parted.step,
            parameters: parted.parameters,
            loss: parted.loss,
        }));
        Some(summary(&side))
    } else {
        None
    };
    Ok(EnginePair {
        run: id.to_string(),
        what: format!("{} on {} by {}", run.model.kind, run.data.set, run.optimizer),
        leading: leading.name(),
        other: other.name(),
        precision: R::PRECISION.name(),
        compared: side.steps().len() as u64,
        steps,
        diverged: matches!(side, Side::Diverged(_)),
        bound,
        past_bound,
        largest,
        apart,
    })
}

fn summary(side: &Side<crate::train::Parted>) -> DriftSummary {
    let steps = side.steps();
    DriftSummary {
        steps: steps.len() as u64,
        diverged: matches!(side, Side::Diverged(_)),
        first: steps.first().map_or(0.0, |parted| parted.parameters),
        last: steps.last().map_or(0.0, |parted| parted.parameters),
        largest_loss_gap: steps.iter().fold(0.0, |largest, parted| largest.max(parted.loss)),
    }
}
