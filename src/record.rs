//! Plain row types: what a run yields. Units are in the names; losses are means over answers, or sums where the spec says so.

mod protocol;
mod words;

pub use protocol::{Bounds, Criterion, Protocol, Quantity, Stage, Tuned};
pub use words::{data_label, in_words};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A run's identity as it is remembered: 128 bits. In files and messages it stands in hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId([u8; 16]);

impl RunId {
    /// The first half of BLAKE3 of what makes the run.
    #[must_use]
    pub fn of(canonical: &str) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(canonical.as_bytes()).as_bytes()[..16]);
        Self(id)
    }

    /// Of 32 lower-case hexadecimal digits; a run of another name is none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let digits: &[u8; 32] = text.as_bytes().try_into().ok()?;
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// All epochs trained.
    Done,
    /// The loss or a parameter stopped being a finite number at this step (counted from 0): a result. The curve ends
    /// with the last whole epoch before; nothing is filled in.
    Diverged { step: u64 },
    /// A solver found that there is no solution, such as a maximum of the likelihood on separable classes: a result.
    Unsolved {
        /// Its name, such as `separable`.
        problem: String,
    },
    /// The run took longer than its limit and was ended; it is tried again by the next `run`.
    TimedOut,
    /// The run could not be carried out; it is tried again by the next `run`.
    Failed { reason: String },
}

impl Outcome {
    /// The name in tables.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Diverged { .. } => "diverged",
            Self::Unsolved { .. } => "unsolved",
            Self::TimedOut => "timed-out",
            Self::Failed { .. } => "failed",
        }
    }

    /// Why the run has no result and is to be tried again; none where it has one.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Done | Self::Diverged { .. } | Self::Unsolved { .. } => None,
            Self::TimedOut => Some("it took longer than its limit"),
            Self::Failed { reason } => Some(reason),
        }
    }

    /// Whether the run need not be tried again.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.failure().is_none()
    }
}

/// Loss and metric over one part of the data, without dropout and without the penalty of weight decay.
///
/// The metric is the accuracy for classes and the coefficient of determination R² for a regression (1 is perfect), and the
/// number of correct decimal digits of θ for a problem without data. Higher is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub loss: f64,
    pub metric: f64,
}

/// The state of a training after an epoch; epoch 0 is the state before the first step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub epoch: u64,
    /// Steps taken so far.
    pub step: u64,
    /// Of the last step taken; at epoch 0 of the first one to come. Of a solver: the share of its step that was taken, 1 but
    /// for a line search.
    pub learning_rate: f64,
    pub train: Evaluation,
    pub validation: Evaluation,
    pub test: Evaluation,
}

/// One step of a training, where a run keeps them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPoint {
    /// Counted from 0.
    pub step: u64,
    /// Mean loss of the batch before the update, with dropout and noise, without penalties.
    pub loss: f64,
    pub learning_rate: f64,
    /// Euclidean norm of the loss's gradient over all parameters, before clipping and decay.
    pub gradient_norm: f64,
    /// What [`RunRecord::traced`] names, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traced: Vec<f64>,
}

impl StepPoint {
    /// Whether tables can hold it; a step that is not ends a run as diverged.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.loss.is_finite() && self.gradient_norm.is_finite() && self.traced.iter().all(|number| number.is_finite())
    }
}

/// One value of a run's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    Flag(bool),
    Integer(u64),
    Number(f64),
    Text(String),
}

impl fmt::Display for Setting {
    /// Numbers as short as they can be told apart: `0.1`, `3`, `1e-8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Integer(integer) => integer.fmt(f),
            Self::Number(number) => f.write_str(format!("{number:?}").trim_end_matches(".0")),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// What is the same whenever and wherever a run is carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// The run's identity: a digest of its settings, its data and the numerics version.
    pub run: String,
    /// Every setting, by its dotted name.
    pub settings: BTreeMap<String, Setting>,
    /// BLAKE3 of the data set's figures.
    pub data_digest: String,
    pub numerics_version: u32,
    /// `accuracy`, `r2` or `digits`.
    pub metric: String,
    /// Of a sweep with a protocol; others have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Of a solver: whether it came to rest within its epochs, so that more would change nothing. Trainings have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_rest: Option<bool>,
    /// Ascending epochs, from 0.
    pub curve: Vec<CurvePoint>,
    /// Ascending steps, from 0; empty unless the run keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepPoint>,
    /// The names of the further numbers of each step, such as `gradient_norm.layers.0`: columns of steps.parquet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traced: Vec<String>,
    pub hashes: Option<Hashes>,
}

/// Digests (BLAKE3, little-endian numbers) by which two runs can be compared bit for bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    pub initial_weights: String,
    /// Of the sample order over all epochs trained.
    pub batch_order: String,
    pub final_parameters: String,
}

/// What depends on the machine and its load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    pub run: String,
    /// Of the whole run in its worker.
    pub wall_seconds: f64,
    /// Of the steps alone.
    pub train_seconds: f64,
    /// Of the evaluations alone.
    pub evaluation_seconds: f64,
    pub steps: u64,
    /// The worker's largest resident memory so far, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    pub check: Option<Check>,
}

impl Measurement {
    /// Of a run about which nothing was measured.
    #[must_use]
    pub fn none(run: &str) -> Self {
        Self {
            run: run.to_owned(),
            wall_seconds: 0.0,
            train_seconds: 0.0,
            evaluation_seconds: 0.0,
            steps: 0,
            peak_memory_bytes: None,
            check: None,
        }
    }
}

/// How far the other engine was from this one, at the first, middle and last step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Largest gap of the loss.
    pub loss_gap: f64,
    /// Largest gap of the gradient.
    pub gradient_gap: f64,
    /// What either may be.
    pub bound: f64,
}

impl Check {
    #[must_use]
    pub fn passed(&self) -> bool {
        self.loss_gap <= self.bound && self.gradient_gap <= self.bound
    }
}

/// How far two engines were apart at one step, asked at the same parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapRow {
    pub run: String,
    /// The engine that trained.
    pub leading: String,
    pub other: String,
    pub precision: String,
    /// Counted from 0.
    pub step: u64,
    /// `loss`, or the block of parameters whose gradient it is.
    pub quantity: String,
    pub gap: f64,
}

/// How far two engines' trainings had parted after one step, each on its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftRow {
    pub run: String,
    pub leading: String,
    pub other: String,
    pub precision: String,
    /// Counted from 0.
    pub step: u64,
    /// Of the parameters, relative to their norm.
    pub parameters: f64,
    /// Of the loss.
    pub loss: f64,
}

/// Cells along each side of a [`Grid`].
pub const SIDE: usize = 160;

/// A function over a rectangle of the plane, at the middles of [`SIDE`] × [`SIDE`] cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The left and the right end.
    pub x: [f64; 2],
    /// The lower and the upper end.
    pub y: [f64; 2],
    /// Row by row, the lowest first.
    pub values: Vec<f64>,
    /// Where in the plane the function is least, inside of the rectangle or not; none where that is not known.
    pub minimum: Option<[f64; 2]>,
}

impl Grid {
    /// A rectangle without values.
    #[must_use]
    pub fn new(x: [f64; 2], y: [f64; 2]) -> Self {
        Self { x, y, values: Vec::new(), minimum: None }
    }

    /// The middle of a cell, counted row by row.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // small numbers
    pub fn middle(&self, cell: usize) -> [f64; 2] {
        let at = |[low, high]: [f64; 2], place: usize| low + (high - low) * (place as f64 + 0.5) / SIDE as f64;
        [at(self.x, cell % SIDE), at(self.y, cell / SIDE)]
    }
}

/// What a classifier of points in the plane answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Regions {
    /// How many there are.
    pub classes: usize,
    /// The class of each cell.
    pub grid: Grid,
    /// The training part: points and their classes.
    pub samples: Vec<([f64; 2], u32)>,
}

/// Which epoch of a curve is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The last epoch.
    Final,
    /// The epoch with the lowest validation loss, the first of equals.
    Best,
    /// The same among the epochs up to where the validation loss has not improved for `patience` epochs: what training
    /// with early stopping would have kept.
    Stopped { patience: u64 },
}

impl Pick {
    /// The picked point of a curve; `None` for an empty one.
    #[must_use]
    pub fn of(self, curve: &[CurvePoint]) -> Option<&CurvePoint> {
        let mut best = curve.first()?;
        for point in curve {
            if point.validation.loss < best.validation.loss {
                best = point;
            } else if matches!(self, Self::Stopped { patience } if point.epoch - best.epoch >= patience) {
                break;
            }
        }
        if self == Self::Final { curve.last() } else { Some(best) }
    }
}

/// Which point of its curve a run reports; the tables' columns begin with the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// After the last epoch. With early stopping a run ends with the parameters of its best epoch.
    Final,
    /// At the lowest validation loss.
    Best,
    /// Where early stopping by the run's patience would have ended.
    Stopped,
}

impl At {
    pub const ALL: [Self; 3] = [Self::Final, Self::Best, Self::Stopped];

    /// The name in the tables' columns.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Best => "best",
            Self::Stopped => "stopped",
        }
    }
}

impl RunRecord {
    /// The point that the run reports. A run that was not done has none: it ranks last, whatever it reached before.
    #[must_use]
    pub fn at(&self, at: At) -> Option<&CurvePoint> {
        if self.outcome != Outcome::Done {
            return None;
        }
        let early_stopping = self.settings.get("train.early_stopping") == Some(&Setting::Flag(true));
        let pick = match at {
            At::Final if !early_stopping => Pick::Final,
            At::Final | At::Best => Pick::Best,
            At::Stopped => match self.settings.get("train.patience") {
                Some(Setting::Integer(patience)) => Pick::Stopped { patience: *patience },
                _ => return None,
            },
        };
        pick.of(&self.curve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(validation_losses: &[f64]) -> Vec<CurvePoint> {
        let point = |(epoch, &loss): (usize, &f64)| {
            let evaluation = Evaluation { loss, metric: 0.0 };
            let (train, validation, test) = (evaluation, evaluation, evaluation);
            CurvePoint { epoch: epoch as u64, step: 0, learning_rate: 0.1, train, validation, test }
        };
        validation_losses.iter().enumerate().map(point).collect()
    }

    #[test]
    fn picks_find_their_epochs() {
        let curve = curve(&[5.0, 3.0, 4.0, 3.0, 3.5, 1.0, 2.0]);
        let epoch = |pick: Pick| pick.of(&curve).unwrap().epoch;
        assert_eq!(epoch(Pick::Final), 6);
        assert_eq!(epoch(Pick::Best), 5);
        assert_eq!(epoch(Pick::Stopped { patience: 3 }), 1);
        assert_eq!(epoch(Pick::Stopped { patience: 4 }), 5);
        assert!(Pick::Best.of(&[]).is_none());
    }

    #[test]
    fn identities_are_32_digits() {
        let id = RunId::of("a run");
        assert_eq!(RunId::parse(&id.to_string()), Some(id));
        assert_eq!(id.to_string(), blake3::hash(b"a run").to_hex()[..32]);
        for wrong in ["", "0123", &"A".repeat(32), &"é".repeat(16), &"0".repeat(33)] {
            assert_eq!(RunId::parse(wrong), None);
        }
    }

    #[test]
    fn records_survive_json_with_every_bit() {
        let record = RunRecord {
            run: "1".to_owned(),
            settings: BTreeMap::from([
                ("a".to_owned(), Setting::Number(0.1 + 0.2)),
                ("b".to_owned(), Setting::Integer(3)),
                ("c".to_owned(), Setting::Flag(true)),
                ("d".to_owned(), Setting::Number(1.0)),
            ]),
            data_digest: "d".to_owned(),
            numerics_version: 1,
            metric: "accuracy".to_owned(),
            stage: Some(Stage::Report),
            outcome: Outcome::Diverged { step: 812 },
            at_rest: None,
            curve: curve(&[1.0 / 3.0]),
            steps: vec![StepPoint {
                step: 0,
                loss: 0.1 + 0.2,
                learning_rate: 0.1,
                gradient_norm: 1.0 / 3.0,
                traced: vec![1.0 / 7.0],
            }],
            traced: vec!["gradient_norm.layers.0".to_owned()],
            hashes: None,
        };
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<RunRecord>(&json).unwrap(), record);
    }
}
