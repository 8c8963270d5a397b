//! Runs done again by another engine than the one that recorded them: compared within a bound, and step by step past it.

use super::planned::Planned;
use super::{Finding, Verifying};
use crate::engine::EngineKind;
use crate::experiment::RunSpec;
use crate::harness::crosscheck::agree;
use crate::harness::execute::Cache;
use crate::harness::{Answer, Job};
use crate::num::Precision;
use crate::optim;
use crate::record::{CurvePoint, Outcome};
use crate::store::{Finished, Session};

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
    /// A run that left the bound by another engine: if both agree wherever they are asked the same, it has drifted.
    pub(super) fn explain(&mut self, job: &Job, recorded: EngineKind, findings: Vec<Finding>, cache: &mut Cache) {
        if optim::entry(&job.spec.optimizer).is_err() {
            return findings.into_iter().for_each(|finding| self.add(finding)); // a solver asks no gradients step by step
        }
        cache.expect(&job.folder, &job.spec.data.set, &job.data_digest);
        match agree(&job.spec, &job.run, recorded, cache) {
            Ok(true) => self.verified.drifted.push(job.run.clone()),
            Ok(false) => findings.into_iter().for_each(|finding| self.add(finding)),
            Err(why) => self.add(Finding::Failed { run: job.run.clone(), why }),
        }
    }

    /// What does not depend on the engine must be the same; outcome and losses that are past the bound are returned.
    pub(super) fn judge_other_engine(
        &mut self,
        recorded: &Finished,
        (precision, early_stopping): (Precision, bool),
        answer: &Answer,
    ) -> Vec<Finding> {
        let record = &recorded.record;
        let bound = self.options.bound.unwrap_or_else(|| drift_bound(precision));
        let apart = |place: &str, quantity: &str, a: String, b: String, gap| Finding::Apart {
            run: record.run.clone(),
            place: place.to_owned(),
            quantity: quantity.to_owned(),
            recorded: a,
            again: b,
            gap,
            bound,
        };
        let mut found = Vec::new();
        if record.outcome.name() != answer.outcome.name() {
            let (a, b) = (record.outcome.name().to_owned(), answer.outcome.name().to_owned());
            found.push(apart("at the end", "outcome", a, b, None));
        }
        let both_done = matches!((&record.outcome, &answer.outcome), (Outcome::Done, Outcome::Done));
        if both_done && record.hashes.is_none() {
            self.add(apart("at the end", "digests", "none".to_owned(), "those of weights and order".to_owned(), None));
        }
        if let (Some(a), Some(b)) = (&record.hashes, &answer.hashes) {
            if a.initial_weights != b.initial_weights {
                let (a, b) = (a.initial_weights.clone(), b.initial_weights.clone());
                self.add(apart("at the start", "initial weights", a, b, None));
            }
            // The order of a run that ended earlier is shorter.
            if a.batch_order != b.batch_order && record.curve.len() == answer.curve.len() {
                let (a, b) = (a.batch_order.clone(), b.batch_order.clone());
                self.add(apart("over all epochs", "batch order", a, b, None));
            }
        }
        if both_done && record.curve.len() != answer.curve.len() {
            // Which epoch is the best one, and so when patience ends, is a matter of roundings; all else is not.
            let [a, b] = [&record.curve, &answer.curve].map(|curve| format!("{} points", curve.len()));
            let finding = apart("over all epochs", "curve", a, b, None);
            if early_stopping { found.push(finding) } else { self.add(finding) }
        }
        let mut largest: f64 = 0.0;
        for (point, other) in record.curve.iter().zip(&answer.curve) {
            if point.epoch != other.epoch || point.train.is_some() != other.train.is_some() {
                let [a, b] = [point, other].map(|point| {
                    format!(
                        "epoch {}, {} training part",
                        point.epoch,
                        if point.train.is_some() { "with" } else { "without" }
                    )
                });
                self.add(apart("in the curve", "point", a, b, None));
                break;
            }
            for Quantity { name, recorded, again, scale, bound } in quantities([point, other], &record.metric, bound) {
                // Equal numbers have no gap, infinite ones too; what is no number on one side only is as far off as can be.
                let same = recorded == again || (recorded.is_nan() && again.is_nan());
                let gap = if same { 0.0 } else { (recorded - again).abs() / scale };
                if name.ends_with("loss") {
                    largest = largest.max(gap);
                }
                if gap.is_nan() || gap > bound {
                    let (a, b) = (format!("{recorded:?}"), format!("{again:?}"));
                    found.push(apart(&format!("epoch {}", point.epoch), name, a, b, Some(gap)));
                }
            }
        }
        if found.is_empty() {
            self.verified.largest_gap = Some(self.verified.largest_gap.unwrap_or(0.0).max(largest));
        }
        found
    }

    /// Burn's bits are those of one kind of machine; where they differ on another, that is the first thing to know.
    pub(super) fn hint(&mut self, planned: &[Planned]) {
        let engine = |run: &RunSpec| self.options.engine.unwrap_or(run.engine);
        if planned.iter().all(|planned| engine(&planned.run) == EngineKind::Reference) {
            return;
        }
        let here = Session::of_this_process(0, 0, 0, None);
        let other = |session: &&Session| session.cpu_features != here.cpu_features || session.cpu != here.cpu;
        if let Some(session) = self.manifest.sessions.iter().find(other) {
            let note = format!(
                "recorded on `{}`, verified on `{}`: Burn's bits may differ between processors; `--engine reference` \
                 compares within a bound",
                session.cpu, here.cpu
            );
            self.verified.notes.push(note);
        }
    }
}

/// A number of a point that two curves have.
struct Quantity {
    name: &'static str,
    recorded: f64,
    again: f64,
    /// What its gap is relative to, and may be.
    scale: f64,
    bound: f64,
}

/// The losses of a point, then its metrics: an accuracy moves by whole answers, of which in f32 a few may lie on the edge; R²
/// is compared as the loss that it is made of. The digits of θ are no quantity to compare: next to a minimum all of them are
/// roundings.
fn quantities(points: [&CurvePoint; 2], metric: &str, bound: f64) -> Vec<Quantity> {
    let [a, b] = points;
    let parts = [
        ("train_loss", "train_metric", a.train.zip(b.train)),
        ("validation_loss", "validation_metric", Some((a.validation, b.validation))),
        ("test_loss", "test_metric", Some((a.test, b.test))),
    ];
    let mut all = Vec::new();
    for (loss, name, part) in parts {
        let Some((a, b)) = part else { continue };
        all.push(Quantity { name: loss, recorded: a.loss, again: b.loss, scale: a.loss.abs().max(SMALL), bound });
        let (recorded, again) = (a.metric, b.metric);
        let edge = if bound < SURE { bound } else { FEW_ANSWERS };
        match metric {
            "accuracy" => all.push(Quantity { name, recorded, again, scale: 1.0, bound: edge }),
            "r2" => all.push(Quantity { name, recorded, again, scale: (1.0 - recorded).abs().max(SMALL), bound }),
            _ => {}
        }
    }
    all
}

/// Where losses agree so well, so do all answers.
const SURE: f64 = 1e-6;
/// The share of the answers that may lie on the edge between two classes.
const FEW_ANSWERS: f64 = 0.05;
