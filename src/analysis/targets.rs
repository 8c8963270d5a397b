//! How soon each method reaches a frozen target: a validation loss that no other method moves.

use super::paired::{Paired, obstacle, of_differences};
use super::select::Selected;
use super::stats::{Interval, Spent, TimeToTarget, log_speedups, mean, time_to_target};
use crate::record::{At, Goal, Outcome, Pick, VALIDATION_LOSS, Way, in_words, loss_unit, with_usual};
use crate::store::Finished;
use std::collections::BTreeMap;

/// How soon the methods reach one data set's target.
#[derive(Clone, Debug)]
pub struct SpeedTarget {
    pub data: String,
    /// Of the validation loss.
    pub loss: f64,
    /// Where the loss comes from.
    pub origin: TargetOrigin,
    /// Mean over seeds of the untrained loss, of what the target is fixed by, or else of the first method.
    pub untrained: f64,
    pub unit: SpeedUnit,
    pub methods: Vec<Reached>,
    /// Every pair of methods, positions in `methods`; not judged yet.
    pub pairs: Vec<Speedup>,
}

/// What is counted up to a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpeedUnit {
    #[default]
    TrainingSteps,
    /// Where a method takes more than one gradient for a step.
    Gradients,
    /// Where methods differ in the samples of a step, so that a step is not the same work for all.
    Epochs,
    /// Where they differ in both.
    EpochsOfGradients,
}

impl SpeedUnit {
    /// That of two targets together.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == other { self } else { Self::Gradients }
    }
}

/// What fixes a target.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetOrigin {
    /// The spec, or whoever asks.
    Given,
    /// This share of the way of this method.
    Way { baseline: String, way: f64 },
}

/// How soon a method reaches it, in the target's unit.
#[derive(Clone, Debug)]
pub struct Reached {
    pub method: String,
    pub time: TimeToTarget,
    /// For each run, ascending: the first evaluation that reaches it; none for a miss.
    pub hits: Vec<(Case, Option<Hit>)>,
    /// Each seed's steps, hits and runs.
    spent: BTreeMap<u64, Spent>,
    /// Whether every seed is a copy of one run.
    copies: bool,
    /// What is counted.
    pub unit: SpeedUnit,
}

impl Reached {
    /// What the runs of each seed spend, and how many of them reach it.
    #[must_use]
    pub fn spent(&self) -> &BTreeMap<u64, Spent> {
        &self.spent
    }

    /// Which share of each seed's runs reaches it.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of runs
    pub fn shares(&self) -> BTreeMap<u64, f64> {
        self.spent.iter().map(|(seed, spent)| (*seed, spent.hits as f64 / spent.runs as f64)).collect()
    }
}

/// The first evaluation that reaches a target: the end of an epoch, or a step within one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Training steps up to there, in the target's unit; a solver's iteration is one step, and at least 1.
    pub steps: f64,
    pub epochs: f64,
}

/// What tells the runs of one method apart: the seed, and in words the settings over which a protocol averages.
pub type Case = (u64, String);

/// How many times sooner the second method of a pair reaches the target than the first.
#[derive(Clone, Debug)]
pub struct Speedup {
    pub first: usize,
    pub second: usize,
    /// Of the logarithms: [`Paired::difference`] and its interval are those of ln(steps of the first / steps of the second).
    pub paired: Paired,
    /// Whether both reach it often enough; else the factor is a lower bound.
    pub exact: bool,
}

/// The factor of logarithms, with its interval: how many times sooner the second is.
#[must_use]
pub fn factor(of_logarithms: &Paired) -> Option<(f64, Option<Interval>)> {
    let powers = |of: Interval| Interval { low: of.low.exp(), high: of.high.exp() };
    Some((of_logarithms.difference?.exp(), of_logarithms.interval.map(powers)))
}

/// One target per data set; none for those where nothing can be said, such as where the baseline has no result.
#[must_use]
pub fn targets(rows: &[Selected<'_, '_>], goal: &Goal, at: At) -> Vec<SpeedTarget> {
    let of = |rows: &[Selected<'_, '_>]| Some(target(rows, aim(rows, goal, at)?));
    of_one_loss(rows).filter_map(of).collect()
}

/// The same at other losses: the shares of each target's way that are given, from the untrained loss on.
#[must_use]
pub fn targets_on_the_way(rows: &[Selected<'_, '_>], goal: &Goal, at: At, shares: &[f64]) -> Vec<SpeedTarget> {
    let of = |rows: &[Selected<'_, '_>]| -> Option<Vec<SpeedTarget>> {
        let (loss, origin, untrained) = aim(rows, goal, at)?;
        let end = match &origin {
            TargetOrigin::Way { way, .. } => untrained + (loss - untrained) / way,
            TargetOrigin::Given => loss,
        };
        let on_the_way = |share: &f64| target(rows, (untrained + share * (end - untrained), origin.clone(), untrained));
        Some(shares.iter().map(on_the_way).collect())
    };
    of_one_loss(rows).filter_map(of).flatten().collect()
}

/// The rows of each data set on which all have one loss: a target is a value of it, and means nothing for another loss.
fn of_one_loss<'s, 'c, 'r>(rows: &'s [Selected<'c, 'r>]) -> impl Iterator<Item = &'s [Selected<'c, 'r>]> {
    let has_one = |rows: &&[Selected<'_, '_>]| {
        let mut units = rows.iter().flat_map(|row| &row.runs).map(|run| loss_unit(&run.record.settings));
        let first = units.next();
        units.all(|unit| Some(&unit) == first.as_ref())
    };
    rows.chunk_by(|a, b| a.data == b.data).filter(has_one)
}

/// A loss, what fixes it, and the untrained loss.
type Aim = (f64, TargetOrigin, f64);

fn aim(rows: &[Selected<'_, '_>], goal: &Goal, at: At) -> Option<Aim> {
    let given = |loss: f64| Some((loss, TargetOrigin::Given, untrained(rows.first()?)?));
    match goal {
        Goal::Loss(loss) => given(*loss),
        Goal::Losses(losses) => given(*losses.get(&rows.first()?.data)?),
        Goal::Way(Way { baseline, way }) => {
            let trained = |row: &&Selected| end(row, at).is_some();
            let named = |name: &String| rows.iter().find(|row| row.optimizer == *name);
            // A question about something else does not have the baseline; there, too, the first one is it.
            let baseline = baseline.as_ref().and_then(named).or_else(|| rows.iter().find(trained))?;
            let (from, to) = (untrained(baseline)?, end(baseline, at)?);
            let origin = TargetOrigin::Way { baseline: baseline.optimizer.clone(), way: *way };
            Some((from + way * (to - from), origin, from))
        }
    }
}

/// Mean over runs of the loss before the first step.
fn untrained(row: &Selected<'_, '_>) -> Option<f64> {
    let first = row.runs.iter().filter_map(|run| Some(run.record.curve.first()?.validation.loss));
    mean(&first.collect::<Vec<_>>())
}

/// Mean over runs of the loss at the state that counts; none if a run has none.
fn end(row: &Selected<'_, '_>, at: At) -> Option<f64> {
    let losses: Option<Vec<f64>> = row.runs.iter().map(|run| Some(run.record.at(at)?.validation.loss)).collect();
    mean(&losses?).filter(|loss| loss.is_finite())
}

fn target(rows: &[Selected<'_, '_>], (loss, origin, untrained): Aim) -> SpeedTarget {
    let price = Price::of(rows);
    let methods: Vec<Reached> = rows.iter().map(|row| reached(row, loss, &price)).collect();
    let overlap = rows.iter().map(|row| row.sampled.overlap()).fold(0.0, f64::max);
    let pairs = (0..methods.len()).flat_map(|i| (i + 1..methods.len()).map(move |j| (i, j)));
    let pairs = pairs.filter_map(|(i, j)| {
        let mut pair = speedup((i, j), &methods, overlap)?;
        pair.paired.obstacle = obstacle(&rows[i], &rows[j]);
        Some(pair)
    });
    let pairs = pairs.collect();
    let unit = price.unit();
    SpeedTarget { data: rows[0].data.clone(), loss, origin, untrained, unit, methods, pairs }
}

fn reached(row: &Selected<'_, '_>, loss: f64, price: &Price) -> Reached {
    let case = |run: &&Finished| Some((case(row, run)?, hit(run, loss, price.of_step(run))?));
    let mut cases: Vec<(Case, Result<Hit, f64>)> = row.runs.iter().filter_map(case).collect();
    cases.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut spent: BTreeMap<u64, Spent> = BTreeMap::new();
    for ((seed, _), hit) in &cases {
        let of = spent.entry(*seed).or_insert(Spent { time: 0.0, hits: 0, runs: 0 });
        of.time += hit.map_or_else(|vain| vain, |hit| hit.steps);
        of.hits += usize::from(hit.is_ok());
        of.runs += 1;
    }
    let steps: Vec<Result<f64, f64>> = cases.iter().map(|(_, hit)| hit.map(|hit| hit.steps)).collect();
    Reached {
        method: row.optimizer.clone(),
        time: time_to_target(&steps),
        hits: cases.into_iter().map(|(case, hit)| (case, hit.ok())).collect(),
        spent,
        copies: row.copies,
        unit: price.unit(),
    }
}

fn speedup((first, second): (usize, usize), methods: &[Reached], overlap: f64) -> Option<Speedup> {
    let (a, b) = (&methods[first].spent, &methods[second].spent);
    let seeds: Vec<(Spent, Spent)> = a.iter().filter_map(|(seed, a)| Some((*a, *b.get(seed)?))).collect();
    let (values, exact) = log_speedups(&seeds)?;
    let certain = methods[first].copies && methods[second].copies;
    Some(Speedup { first, second, paired: of_differences(&values, overlap, certain), exact })
}

/// Which run of a method it is; none without a seed.
fn case(row: &Selected<'_, '_>, run: &Finished) -> Option<Case> {
    let settings = with_usual(&run.record.settings);
    // Where each seed has its own choice, a seed has one run.
    let shared = if row.nested { &settings } else { &row.compared?.settings };
    let own = settings.keys().filter(|name| !shared.contains_key(*name) && *name != "seed").collect();
    Some((run.record.seed()?, in_words(&settings, &own)))
}

/// What a step costs, in the unit in which the methods of a target are compared.
struct Price {
    /// The steps of an epoch by the size of batches, where methods differ in that: then a step is not the same work for all.
    per_epoch: Option<BTreeMap<String, f64>>,
    /// Whether a method takes more than one gradient for a step.
    several_gradients: bool,
}

impl Price {
    #[allow(clippy::cast_precision_loss)] // counts of steps
    fn of(rows: &[Selected<'_, '_>]) -> Self {
        let runs = || rows.iter().flat_map(|row| row.runs.iter().copied());
        let steps = |run: &Finished| {
            // A solver's iteration is a step whatever the batch.
            let last = run.record.curve.last().filter(|point| point.epoch > 0 && run.record.at_rest.is_none())?;
            Some((batch(run), last.step as f64 / last.epoch as f64))
        };
        let sizes: BTreeMap<String, f64> = runs().filter_map(steps).collect();
        Self {
            per_epoch: (sizes.len() > 1).then_some(sizes),
            several_gradients: runs().any(|run| run.record.gradients_per_step.is_some_and(|count| count > 1)),
        }
    }

    fn unit(&self) -> SpeedUnit {
        match (&self.per_epoch, self.several_gradients) {
            (None, false) => SpeedUnit::TrainingSteps,
            (None, true) => SpeedUnit::Gradients,
            (Some(_), false) => SpeedUnit::Epochs,
            (Some(_), true) => SpeedUnit::EpochsOfGradients,
        }
    }

    #[allow(clippy::cast_precision_loss)] // a small count
    fn of_step(&self, run: &Finished) -> f64 {
        let gradients = run.record.gradients_per_step.map_or(1.0, |count| count as f64);
        let per_epoch = self.per_epoch.as_ref().and_then(|sizes| sizes.get(&batch(run))).copied().unwrap_or(1.0);
        gradients / per_epoch
    }
}

/// The samples of a run's step, and how often the training part repeats itself.
fn batch(run: &Finished) -> String {
    let setting = |name: &str| run.record.settings.get(name).map(ToString::to_string).unwrap_or_default();
    format!("{} {}", setting("train.batch"), setting("data.copies"))
}

/// After how many steps a run reaches the loss, where it is evaluated within epochs.
#[allow(clippy::cast_precision_loss)] // a count of steps
fn within_epoch(run: &Finished, loss: f64) -> Option<f64> {
    let place = run.record.traced.iter().position(|name| name == VALIDATION_LOSS)?;
    let reached = run.record.steps.iter().find(|point| point.traced.get(place).is_some_and(|known| *known <= loss))?;
    Some((reached.step + 1) as f64)
}

/// Where a run reaches the loss, or what it spent in vain; a step costs `each`. A run that diverges later has missed: nobody would keep it. None for
/// failed runs.
#[allow(clippy::cast_precision_loss)] // counts of steps
fn hit(run: &Finished, loss: f64, each: f64) -> Option<Result<Hit, f64>> {
    Some(match run.record.outcome {
        Outcome::Failed { .. } | Outcome::TimedOut => return None,
        Outcome::Unsolved { .. } => Err(run.record.curve.last().map_or(1.0, |point| each * point.step.max(1) as f64)),
        Outcome::Diverged { step } => Err(each * step.max(1) as f64),
        Outcome::Done => {
            let first = run.record.curve.iter().find(|point| point.validation.loss <= loss);
            let last = Pick::Final.of(&run.record.curve)?;
            // A solver is there at once; it counts as one step.
            let hit = first.map(|at| Hit { steps: at.step.max(1) as f64, epochs: at.epoch.max(1) as f64 });
            let per_epoch = last.step as f64 / last.epoch.max(1) as f64;
            let within = within_epoch(run, loss).map(|steps| Hit { steps, epochs: steps / per_epoch });
            let hit = within.filter(|within| hit.is_none_or(|hit| within.steps < hit.steps)).or(hit);
            hit.map(|hit| Hit { steps: each * hit.steps, ..hit }).ok_or(each * last.step.max(1) as f64)
        }
    })
}
