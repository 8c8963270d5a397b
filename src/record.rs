//! Plain row types: what a run yields. Units are in the names; losses are means over answers, or sums where the spec says so.

mod bounds;
mod claim;
mod compared;
mod curve;
mod gaps;
mod harmless;
mod judge;
mod label;
mod loss_unit;
mod measured;
mod measurement;
mod of_run;
mod outcome;
mod plane;
mod protocol;
mod published;
mod reading;
mod run_id;
mod seeds;
mod words;

pub use bounds::Bounds;
pub use claim::{
    Against, Along, AveragedOver, Bound, Claim, ClaimContrast, ClaimPair, ContrastScale, DataPart, Effect, Observed,
    Reduce, Take, Window,
};
pub use compared::Compared;
pub use curve::{At, CurvePoint, Evaluation, Pick, StepPoint, VALIDATION_LOSS, blew_up};
pub use gaps::{Check, DriftRow, GapRow};
pub use harmless::harmless;
pub use judge::{Contrast, Goal, Judge, Selection, Way};
pub use label::{CASE, CaseLabel, REGULARIZER, is_label};
pub use loss_unit::loss_unit;
pub use measured::{BETWEEN_NAMES, GROUPS, JACKKNIFE, MEASURES, Measured, OfParts, asked_measures, in_groups};
pub use measurement::Measurement;
pub use of_run::{CourseQuantity, QuantityAt, QuantityOf, QuantityPart, RunQuantity};
pub use outcome::Outcome;
pub use plane::{Grid, Regions, SIDE};
pub use protocol::{Criterion, Protocol, Quantity, Roles, Stage, Tuned};
pub use published::{Published, PublishedFigure, PublishedNumber, PublishedPlot, PublishedPoint, Rival};
pub use reading::{LearningTask, LeftOutColumn, MOST_NAMED, Names, Reading, Why};
pub use run_id::RunId;
pub use seeds::{Randomness, is_seed};
pub use words::{LABEL, counted, data_label, in_words, problem_in_words, with_usual};

use crate::measure::Measure;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// The revisions of the registries' entries that runs use: by the setting that names an entry (`optimizer.kind`), then by the
/// entry's name.
pub type Revisions = BTreeMap<String, BTreeMap<String, u32>>;

/// Where the entries come from that burnmark does not have itself, such as `own-optimizer 0.1.0`, in the same order.
pub type Origins = BTreeMap<String, BTreeMap<String, String>>;

/// What is the same whenever and wherever a run is carried out: its row in the tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run's identity: a digest of its settings, its data and the numerics version.
    pub run: RunId,
    /// Every setting, by its dotted name.
    pub settings: BTreeMap<String, Value>,
    /// BLAKE3 of the data set's figures.
    pub data_digest: String,
    pub numerics_version: u32,
    /// Of a sweep with a protocol; others have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[serde(flatten)]
    pub results: RunResults,
}

/// What a run yields, from the training to the tables. A field is declared here alone; one that only some runs have is also a row of
/// `RARE` in the room `store`, which makes its column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunResults {
    /// `accuracy`, `r2` or `digits`.
    pub metric: String,
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Of a solver: whether it came to rest within its epochs, so that more would change nothing. Trainings have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_rest: Option<bool>,
    /// Of a solver that ended with an answer all the same: why the function that it minimizes has no minimum, as was proved;
    /// `separable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_minimum: Option<String>,
    /// The rows of the test part where they are held out: the same for every seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_out: Option<u64>,
    /// How many gradients a training step takes, where it is more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradients_per_step: Option<u64>,
    /// Ascending epochs, from 0.
    pub curve: Vec<CurvePoint>,
    /// The measures that the run was asked for, each at the points of the curve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<Measured>,
    /// Ascending steps, from 0; empty unless the run keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepPoint>,
    /// The names of the further numbers of each step, such as `gradient_norm.layers.0`: columns of steps.parquet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traced: Vec<String>,
    pub hashes: Option<Hashes>,
}

/// A record's results are read and written as its own fields.
impl Deref for RunRecord {
    type Target = RunResults;

    fn deref(&self) -> &RunResults {
        &self.results
    }
}

impl DerefMut for RunRecord {
    fn deref_mut(&mut self) -> &mut RunResults {
        &mut self.results
    }
}

/// Digests (BLAKE3, little-endian numbers) by which two runs can be compared bit for bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    pub initial_weights: String,
    /// Of the sample order over all epochs trained.
    pub batch_order: String,
    pub final_parameters: String,
}

/// A measure that a run was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("run {run} has no `{measure}`")]
pub struct NotMeasured {
    pub run: RunId,
    pub measure: &'static str,
}

impl RunRecord {
    /// The run's seed, where it has one.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        match self.settings.get("seed") {
            Some(Value::Integer(seed)) => Some(*seed),
            _ => None,
        }
    }

    /// Says which stage of a protocol the run belongs to; to none without one.
    pub fn assign(&mut self, protocol: Option<&Protocol>) {
        self.stage = protocol.zip(self.seed()).map(|(protocol, seed)| protocol.stage(seed));
    }

    /// Whether early stopping ends it, with the parameters of its best epoch.
    #[must_use]
    pub fn stops_early(&self) -> bool {
        let by_rule = ["train.stop.kind", "train.least_progress"].iter().any(|name| self.settings.contains_key(*name));
        by_rule || self.settings.get("train.early_stopping") == Some(&Value::Flag(true))
    }

    /// How the run ended, in words; what a solver's answer is worth instead of `done`.
    #[must_use]
    pub fn ending(&self) -> String {
        match (&self.outcome, &self.no_minimum, self.at_rest) {
            (Outcome::Diverged { step }, ..) => format!("diverged at step {step}"),
            (Outcome::Failed { reason }, ..) => format!("failed: {reason}"),
            (Outcome::Unsolved { problem }, ..) => match problem_in_words(problem) {
                words if words == problem => format!("unsolved: {problem}"),
                words => format!("unsolved: {problem}; {words}"),
            },
            (Outcome::Done, Some(problem), _) => {
                format!("{}, and more epochs change the answer", problem_in_words(problem))
            }
            (Outcome::Done, None, Some(false)) => "done, but not at rest: more epochs change the answer".to_owned(),
            (outcome, ..) => outcome.name().to_owned(),
        }
    }

    /// What the run was asked for at a point of its curve: the measure, the part and the number, as far as it is defined.
    pub fn measured_at(&self, place: usize) -> impl Iterator<Item = (&str, &'static str, f64)> {
        let of_point = move |of: &Measured| of.points.get(place).copied().unwrap_or_default().parts();
        let defined = |(part, number): (&'static str, Option<f64>)| Some((part, number?));
        self.measured.iter().flat_map(move |of| {
            of_point(of).into_iter().filter_map(defined).map(|(part, number)| (of.name.as_str(), part, number))
        })
    }

    /// Puts a measure in the place of the metric, in the whole curve, and the metric in its place; NaN where it is undefined.
    ///
    /// # Errors
    /// Where the run was not asked for it.
    pub fn judge_by(&mut self, measure: &Measure) -> Result<(), NotMeasured> {
        if self.metric == measure.name() || !self.outcome.is_final() {
            return Ok(());
        }
        let results = &mut self.results;
        let Some(measured) = results.measured.iter_mut().find(|measured| measured.name == measure.name()) else {
            return Err(NotMeasured { run: self.run, measure: measure.name() });
        };
        for (point, of) in results.curve.iter_mut().zip(&mut measured.points) {
            let own = OfParts::metrics(point);
            let parts = [point.train.as_mut(), Some(&mut point.validation), Some(&mut point.test)];
            for (part, (_, number)) in parts.into_iter().zip(of.parts()) {
                part.into_iter().for_each(|part| part.metric = number.unwrap_or(f64::NAN));
            }
            *of = own;
        }
        measured.name = std::mem::replace(&mut results.metric, measure.name().to_owned());
        Ok(())
    }

    /// Whether the run ended with parameters for which the outcome is undefined: it says nothing of the method.
    #[must_use]
    pub fn is_undefined(&self, at: At, outcome: Compared) -> bool {
        let undefined = |point: &CurvePoint| point.test.metric.is_nan() || point.validation.metric.is_nan();
        matches!(outcome, Compared::Measure(_)) && self.at(at).is_some_and(undefined)
    }

    /// What settings are chosen by, lower for better: of the validation part at the state that counts. None for a run that was not
    /// done, and NaN for a measure that is undefined there. The same whatever [`Self::judge_by`] put in the place of the metric.
    #[must_use]
    pub fn cost(&self, by: Criterion) -> Option<f64> {
        let place = self.place(by.at)?;
        let point = &self.curve[place];
        let (measure, name) = match by.quantity {
            Quantity::Loss => return Some(point.validation.loss),
            Quantity::Metric => (Measure::of_metric(self.own_metric()), self.own_metric()),
            Quantity::Measure(measure) => (measure, measure.name()),
        };
        let number = if self.metric == name {
            Some(point.validation.metric)
        } else {
            let measured = self.measured.iter().find(|measured| measured.name == name);
            measured.and_then(|measured| measured.points.get(place)?.validation)
        };
        Some(number.map_or(f64::NAN, |number| -measure.oriented(number)))
    }

    /// A metric, loss or measure of a part of the data at a place of the curve; none if it is missing or undefined.
    #[must_use]
    pub fn observed(&self, place: usize, what: Compared, part: DataPart) -> Option<f64> {
        let point = self.curve.get(place)?;
        let evaluation = match part {
            DataPart::Train => point.train,
            DataPart::Validation => Some(point.validation),
            DataPart::Test => Some(point.test),
        };
        let name = match what {
            Compared::Loss => return evaluation.map(|of| of.loss),
            Compared::Metric => self.own_metric(),
            Compared::Measure(measure) => measure.name(),
        };
        if self.metric == name {
            return evaluation.map(|of| of.metric).filter(|metric| !metric.is_nan());
        }
        let measured = self.measured.iter().find(|measured| measured.name == name)?.points.get(place)?;
        match part {
            DataPart::Train => measured.train,
            DataPart::Validation => measured.validation,
            DataPart::Test => measured.test,
        }
    }

    /// What of the test part is compared, at the state that counts, without each group of held-out rows; none if the run did not
    /// measure that, or it is undefined without one of them.
    #[must_use]
    pub fn without_rows(&self, at: At, outcome: Compared) -> Option<Vec<f64>> {
        let place = self.place(at)?;
        let number = |group: usize| {
            let name = Measured::without(outcome.name(), group);
            self.measured.iter().find(|measured| measured.name == name)?.points.get(place)?.test
        };
        (0..GROUPS).map(number).collect()
    }

    /// The metric that comes with every evaluation of the run, also where another measure is in its place.
    fn own_metric(&self) -> &str {
        let is_asked_for = |name: &str| Measure::of_metric(name).is_asked_for();
        let is_metric = |name: &str| Measure::find(name).is_some_and(|measure| !measure.is_asked_for());
        let moved = self.measured.iter().find(|measured| is_metric(&measured.name));
        moved.filter(|_| is_asked_for(&self.metric)).map_or(&self.metric, |measured| &measured.name)
    }

    /// The point that the run reports. A run that was not done has none: it ranks last, whatever it reached before. A solver has
    /// reached what its last iteration says, in every reading.
    #[must_use]
    pub fn at(&self, at: At) -> Option<&CurvePoint> {
        self.curve.get(self.place(at)?)
    }

    /// The place of that point in the curve.
    #[must_use]
    pub fn place(&self, at: At) -> Option<usize> {
        if self.outcome != Outcome::Done {
            return None;
        }
        if self.at_rest.is_some() {
            return Pick::Final.place(&self.curve);
        }
        let pick = match at {
            At::Final if !self.stops_early() => Pick::Final,
            At::Final | At::Best => Pick::Best,
            At::Stopped => match self.settings.get("train.patience") {
                Some(Value::Integer(patience)) => Pick::Stopped { patience: *patience },
                _ => return None,
            },
        };
        pick.place(&self.curve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;

    #[test]
    fn records_survive_json_with_every_bit() {
        let third = Evaluation { loss: 1.0 / 3.0, metric: 1.0 / 3.0 };
        let record = RunRecord {
            run: RunId::of(&Digest::of("a run 1")),
            settings: BTreeMap::from([
                ("a".to_owned(), Value::Number(0.1 + 0.2)),
                ("b".to_owned(), Value::Integer(3)),
                ("c".to_owned(), Value::Flag(true)),
                ("d".to_owned(), Value::Number(1.0)),
            ]),
            data_digest: "d".to_owned(),
            numerics_version: 1,
            stage: Some(Stage::Report),
            results: RunResults {
                metric: "accuracy".to_owned(),
                outcome: Outcome::Diverged { step: 812 },
                no_minimum: Some("separable".to_owned()),
                held_out: Some(30),
                gradients_per_step: Some(2),
                curve: vec![CurvePoint {
                    epoch: 0,
                    step: 0,
                    learning_rate: 0.1,
                    train: Some(third),
                    validation: third,
                    test: third,
                }],
                measured: vec![Measured {
                    name: "roc-auc".to_owned(),
                    points: vec![OfParts { train: Some(1.0 / 3.0), validation: None, test: Some(0.1 + 0.2) }],
                }],
                steps: vec![StepPoint {
                    step: 0,
                    loss: 0.1 + 0.2,
                    learning_rate: 0.1,
                    gradient_norm: 1.0 / 3.0,
                    traced: vec![1.0 / 7.0],
                }],
                traced: vec!["gradient_norm.layers.0".to_owned()],
                ..RunResults::default()
            },
        };
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<RunRecord>(&json).unwrap(), record);
    }
}
