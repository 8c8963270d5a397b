//! Runs done again by another engine than the one that recorded them: compared within a bound, and step by step past it.

use super::planned::PlannedRun;
use super::{Finding, Verifying};
use crate::engine::EngineKind;
use crate::harness::crosscheck::agree;
use crate::harness::execute::{Cache, execute};
use crate::harness::gpus::gpus;
use crate::harness::job::{Job, WorkerAnswer};
use crate::measure::{Engines, Measure};
use crate::num::Precision;
use crate::plan::RunSpec;
use crate::record::{CurvePoint, Measured, Outcome, StepPoint, counted};
use crate::store::{self, Finished, Session};
use std::collections::BTreeSet;

/// What a loss along the training may differ by between two engines, each on its own path, relative to the recorded loss
/// or to 0.1 if that is larger.
///
/// Roundings of 1e-16 (f64) and 6e-8 (f32) grow along a training, by as much as it is sensitive to its own past: for most
/// runs little, for some without end (`docs/decisions/0007-verify.md`). A run past this bound is looked at again, step by
/// step at the same parameters, where the bound is [`crate::train::bound`].
#[must_use]
pub fn drift_bound(precision: Precision) -> f64 {
    match precision {
        Precision::F32 => 1e-3,
        Precision::F64 => 1e-9,
    }
}

/// Below this, gaps of losses are absolute.
const SMALL: f64 = 0.1;

impl Verifying<'_> {
    /// A run that left the bound by another engine. Where the engine that recorded it has its numbers again here, and both
    /// agree wherever they are asked the same, it has drifted; else what was found stands.
    pub(super) fn explain(
        &mut self,
        job: &Job,
        recorded: &Finished,
        engine: EngineKind,
        beyond: Vec<Finding>,
        cache: &mut Cache,
    ) {
        if job.spec.catalogue.optimizers.find(&job.spec.optimizer.kind).is_none() {
            return beyond.into_iter().for_each(|finding| self.add(finding)); // a solver asks no gradients step by step
        }
        cache.expect(&job.folder, &job.spec, job.expected_data());
        if let Err(why) = gpus([(engine, job.spec.precision)]) {
            let note = format!("whether a run past the bound has drifted cannot be told: {why}");
            if !self.verified.notes.contains(&note) {
                self.verified.notes.push(note);
            }
            return beyond.into_iter().for_each(|finding| self.add(finding));
        }
        // That two engines agree says nothing of what was recorded.
        let own = RunSpec { engine, ..job.spec.clone() };
        let again = execute(&own, job.run, false, cache);
        let had = if engine == EngineKind::Reference {
            let record = &recorded.record;
            (&record.outcome, &record.hashes) == (&again.results.outcome, &again.results.hashes)
                && CurvePoint::all_equal(&record.curve, &again.results.curve)
                && StepPoint::all_equal(&record.steps, &again.results.steps)
        } else {
            // Burn's bits are those of one kind of processor.
            let apart = self.compare(recorded, &own, &again);
            apart.surely.is_empty() && apart.beyond.is_empty()
        };
        if had && agree(&job.spec, job.run, engine, cache).is_ok_and(|agree| agree) {
            self.verified.drifted.push(job.run);
        } else {
            beyond.into_iter().for_each(|finding| self.add(finding));
        }
    }

    /// What does not depend on the engine must be the same; outcome and numbers that are past the bound are returned.
    pub(super) fn judge_other_engine(
        &mut self,
        recorded: &Finished,
        spec: &RunSpec,
        answer: &WorkerAnswer,
    ) -> Vec<Finding> {
        let RunDifferences { surely, beyond, largest } = self.compare(recorded, spec, answer);
        if beyond.is_empty() {
            self.verified.largest_gap = Some(self.verified.largest_gap.unwrap_or(0.0).max(largest));
        }
        surely.into_iter().for_each(|finding| self.add(finding));
        beyond
    }

    /// How far a run done again is from the recorded one.
    fn compare(&self, recorded: &Finished, spec: &RunSpec, answer: &WorkerAnswer) -> RunDifferences {
        let record = &recorded.record;
        let bound = self.options.bound.unwrap_or_else(|| drift_bound(spec.precision));
        let within = |bound: f64, place: &str, quantity: &str, a: String, b: String, gap| Finding::Apart {
            run: record.run.to_string(),
            place: place.to_owned(),
            quantity: quantity.to_owned(),
            recorded: a,
            again: b,
            gap,
            bound,
        };
        let apart = |place: &str, quantity: &str, a, b| within(bound, place, quantity, a, b, None);
        let mut surely = Vec::new();
        let mut beyond = Vec::new();
        if record.outcome.name() != answer.results.outcome.name() {
            let (a, b) = (record.outcome.name().to_owned(), answer.results.outcome.name().to_owned());
            beyond.push(apart("at the end", "outcome", a, b));
        }
        let both_done = matches!((&record.outcome, &answer.results.outcome), (Outcome::Done, Outcome::Done));
        if both_done && record.hashes.is_none() {
            let there = "those of weights and order".to_owned();
            surely.push(apart("at the end", "digests", "none".to_owned(), there));
        }
        if let (Some(a), Some(b)) = (&record.hashes, &answer.results.hashes) {
            if a.initial_weights != b.initial_weights {
                let (a, b) = (a.initial_weights.clone(), b.initial_weights.clone());
                surely.push(apart("at the start", "initial weights", a, b));
            }
            // The order of a run that ended earlier is shorter.
            if a.batch_order != b.batch_order && record.curve.len() == answer.results.curve.len() {
                let (a, b) = (a.batch_order.clone(), b.batch_order.clone());
                surely.push(apart("over all epochs", "batch order", a, b));
            }
        }
        if both_done && record.curve.len() != answer.results.curve.len() {
            // Which epoch is the best one, and so when training ends, is a matter of roundings; all else is not.
            let [a, b] = [&record.curve, &answer.results.curve].map(|curve| counted(curve.len(), "point"));
            let finding = apart("over all epochs", "curve", a, b);
            if record.stops_early() { beyond.push(finding) } else { surely.push(finding) }
        }
        let mut largest: f64 = 0.0;
        for (place, (point, other)) in record.curve.iter().zip(&answer.results.curve).enumerate() {
            // Of a solver it is the share of a step, which a line search finds.
            let same = point.step == other.step && point.learning_rate.to_bits() == other.learning_rate.to_bits();
            if !same && spec.catalogue.optimizers.find(&spec.optimizer.kind).is_some() {
                let [a, b] = [point, other].map(|p| format!("step {}, learning rate {:?}", p.step, p.learning_rate));
                surely.push(apart(&format!("epoch {}", point.epoch), "place", a, b));
            }
            if point.epoch != other.epoch || point.train.is_some() != other.train.is_some() {
                let with = |point: &CurvePoint| if point.train.is_some() { "with" } else { "without" };
                let [a, b] = [point, other].map(|p| format!("epoch {}, {} training part", p.epoch, with(p)));
                surely.push(apart("in the curve", "point", a, b));
                break;
            }
            let measures = measured(&record.measured, &answer.results.measured, place, spec.precision, bound);
            for quantity in
                quantities([point, other], &record.metric, spec.precision, bound).into_iter().chain(measures)
            {
                let gap = quantity.gap();
                let ComparedQuantity { name, recorded, again, bound, .. } = quantity;
                if LOSSES.contains(&name.as_str()) {
                    largest = largest.max(gap);
                }
                if gap > bound {
                    let place = format!("epoch {}", point.epoch);
                    beyond.push(within(bound, &place, &name, format!("{recorded:?}"), format!("{again:?}"), Some(gap)));
                }
            }
        }
        if both_done
            && record.curve.len() == answer.results.curve.len()
            && record.steps.len() != answer.results.steps.len()
        {
            let [a, b] = [&record.steps, &answer.results.steps].map(|steps| counted(steps.len(), "step"));
            surely.push(apart("over all steps", "curve by steps", a, b));
        }
        for (point, other) in record.steps.iter().zip(&answer.results.steps) {
            let (recorded, again) = (point.loss, other.loss);
            let loss =
                ComparedQuantity { name: "loss".to_owned(), recorded, again, scale: recorded.abs().max(SMALL), bound };
            if point.step != other.step || point.learning_rate.to_bits() != other.learning_rate.to_bits() {
                let [a, b] = [point, other].map(|p| format!("step {}, learning rate {:?}", p.step, p.learning_rate));
                surely.push(apart("in the curve by steps", "place", a, b));
                break;
            }
            if loss.gap() > bound {
                let [a, b] = [recorded, again].map(|loss| format!("{loss:?}"));
                beyond.push(within(bound, &format!("step {}", point.step), "loss", a, b, Some(loss.gap())));
                break; // the first says it
            }
        }
        RunDifferences { surely, beyond, largest }
    }

    /// Burn's bits are those of one kind of machine; where they differ on another, that is the first thing to know.
    pub(super) fn hint(&mut self, planned: &[PlannedRun]) {
        let engine = |run: &RunSpec| self.options.engine.unwrap_or(run.engine);
        let on_processor = |kind| matches!(kind, EngineKind::Burn | EngineKind::BurnNdarray);
        if !planned.iter().any(|planned| on_processor(engine(&planned.run))) {
            return;
        }
        let (cpu, features) = (store::cpu(), store::cpu_features());
        let other = |session: &&Session| session.cpu_features != features || session.cpu != cpu;
        if let Some(session) = self.manifest.sessions.iter().find(other) {
            let note = format!(
                "recorded on `{}`, verified on `{}`: Burn's bits may differ between processors; `--engine reference` \
                 compares within a bound",
                session.cpu, cpu
            );
            self.verified.notes.push(note);
        }
    }

    /// So are those of a GPU and its driver, whose version nobody tells.
    pub(super) fn hint_gpus(&mut self) {
        for (engine, here) in &self.gpus {
            let recorded: BTreeSet<&str> = self
                .manifest
                .sessions
                .iter()
                .filter_map(|session| session.gpus.get(engine))
                .map(String::as_str)
                .collect();
            let recorded = recorded.into_iter().map(|gpu| format!("`{gpu}`")).collect::<Vec<_>>().join(", ");
            self.verified.notes.push(format!(
                "recorded by `{engine}` on {recorded}, verified on `{here}`: its bits are those of one GPU with one driver; \
                 `--engine reference` compares within a bound",
            ));
        }
    }
}

/// What differs between a recorded run and the same done again.
struct RunDifferences {
    /// What no roundings can explain.
    surely: Vec<Finding>,
    /// Numbers past the bound.
    beyond: Vec<Finding>,
    /// The largest gap of a loss.
    largest: f64,
}

/// A number of a point that two curves have.
struct ComparedQuantity {
    name: String,
    recorded: f64,
    again: f64,
    /// What its gap is relative to, and may be.
    scale: f64,
    bound: f64,
}

impl ComparedQuantity {
    /// Equal numbers have no gap, infinite ones too; what is no number on one side only is as far off as can be.
    fn gap(&self) -> f64 {
        let &Self { recorded, again, scale, .. } = self;
        let gap = (recorded - again).abs() / scale;
        if recorded == again || (recorded.is_nan() && again.is_nan()) {
            0.0
        } else if gap.is_nan() {
            f64::INFINITY
        } else {
            gap
        }
    }
}

/// The losses and metrics of a point: an accuracy moves by whole answers, of which in f32 a few may lie on the edge; R² is
/// compared as the loss that it is made of. The digits of θ are no quantity to compare: next to a minimum all of them are
/// roundings.
fn quantities(points: [&CurvePoint; 2], metric: &str, precision: Precision, bound: f64) -> Vec<ComparedQuantity> {
    let [a, b] = points;
    let parts = [
        (LOSSES[0], "train_metric", a.train.zip(b.train)),
        (LOSSES[1], "validation_metric", Some((a.validation, b.validation))),
        (LOSSES[2], "test_metric", Some((a.test, b.test))),
    ];
    let mut all = Vec::new();
    for (loss, name, part) in parts {
        let Some((a, b)) = part else { continue };
        all.push(ComparedQuantity {
            name: loss.to_owned(),
            recorded: a.loss,
            again: b.loss,
            scale: a.loss.abs().max(SMALL),
            bound,
        });
        let (recorded, again) = (a.metric, b.metric);
        let metric = scale(Measure::of_metric(metric), recorded, precision, bound);
        all.extend(metric.map(|(scale, bound)| ComparedQuantity {
            name: name.to_owned(),
            recorded,
            again,
            scale,
            bound,
        }));
    }
    all
}

/// The measures that a run was asked for, at a point of its curve.
fn measured(
    recorded: &[Measured],
    again: &[Measured],
    place: usize,
    precision: Precision,
    bound: f64,
) -> Vec<ComparedQuantity> {
    let mut all = Vec::new();
    for of in recorded {
        let other = again.iter().find(|other| other.name == of.name).and_then(|other| other.points.get(place));
        let (Some(point), Some(other)) = (of.points.get(place), other) else { continue };
        for ((part, recorded), (_, again)) in point.parts().into_iter().zip(other.parts()) {
            let Some((recorded, again)) = recorded.zip(again) else { continue };
            let name = format!("{part}_{}", Measured::column(&of.name));
            let scale = scale(Measure::of_metric(&of.name), recorded, precision, bound);
            all.extend(scale.map(|(scale, bound)| ComparedQuantity { name, recorded, again, scale, bound }));
        }
    }
    all
}

/// Relative to what a measure is compared, and its bound; `None` where its differences say nothing.
fn scale(measure: &Measure, recorded: f64, precision: Precision, bound: f64) -> Option<(f64, f64)> {
    match (measure.engines, precision) {
        (Engines::FewAnswers, Precision::F32) => Some((1.0, FEW_ANSWERS)),
        (Engines::FewAnswers | Engines::Answers, Precision::F64) => Some((1.0, bound)),
        (Engines::From(value), _) => Some(((recorded - value).abs().max(2.0 * SMALL), bound)),
        (Engines::Answers, Precision::F32) | (Engines::Any, _) => None,
    }
}

/// What is a loss of a point.
const LOSSES: [&str; 3] = ["train_loss", "validation_loss", "test_loss"];

/// The share of the answers that may lie on the edge between two classes: one of the 20 that a small part has.
const FEW_ANSWERS: f64 = 0.05;
