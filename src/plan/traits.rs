//! What of a section's values the other sections may depend on.
//!
//! A sweep has far more combinations than kinds of them: 1,000 learning rates go together with other settings all in the same
//! way. So what has to be checked between sections looks at these traits and at nothing else, once for each kind.

use super::run_spec::{RunSpec, Section};
use crate::catalogue::Catalogue;
use crate::train::{BatchSize, Curve, DropoutAtTest};

/// The traits of a run's sections, besides those that count with every value: precision, data and model.
#[derive(Clone, Debug, PartialEq)]
pub struct Traits {
    /// The name of a model's entry.
    pub model: String,
    pub train: TrainTraits,
    /// The name of an optimizer's or a solver's entry.
    pub optimizer: String,
    /// Whether the annealing is anything but constant.
    pub annealed: bool,
    pub regularize: RegularizeTraits,
    /// Where the entries are found that the names mean.
    pub catalogue: Catalogue,
}

#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each its own setting
pub struct TrainTraits {
    pub batch: BatchSize,
    /// Whether several networks are trained.
    pub ensemble: bool,
    /// The epochs of a run that keeps its steps.
    pub epochs_by_steps: Option<u64>,
    pub clip: bool,
    pub evaluates_seldom: bool,
    pub evaluates_train_seldom: bool,
    pub early_stopping: bool,
    pub averages: bool,
}

/// Which regularizers have a strength greater than 0.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each its own setting
pub struct RegularizeTraits {
    pub dropout: bool,
    pub input_dropout: bool,
    pub dropout_at_test: DropoutAtTest,
    pub dropconnect: bool,
    pub input_noise: bool,
    pub weight_noise: bool,
    pub weight_decay: bool,
    pub decoupled: bool,
    pub l1: bool,
}

impl Traits {
    pub fn of(run: &RunSpec) -> Self {
        let (train, regularize) = (&run.train, &run.regularize);
        Self {
            model: run.model.kind.clone(),
            train: TrainTraits {
                batch: train.batch,
                ensemble: train.ensemble > 1,
                epochs_by_steps: (train.curve == Curve::Step).then_some(train.epochs),
                clip: train.clip > 0.0,
                evaluates_seldom: train.evaluate_every > 1,
                evaluates_train_seldom: train.evaluate_train_every > 1,
                early_stopping: train.early_stopping,
                averages: train.average.kind != "none",
            },
            optimizer: run.optimizer.kind.clone(),
            annealed: run.annealing.kind != "constant",
            regularize: RegularizeTraits {
                dropout: regularize.dropout > 0.0,
                input_dropout: regularize.input_dropout > 0.0,
                dropout_at_test: regularize.dropout_at_test,
                dropconnect: regularize.dropconnect > 0.0,
                input_noise: regularize.input_noise > 0.0,
                weight_noise: regularize.weight_noise > 0.0,
                weight_decay: regularize.weight_decay > 0.0,
                decoupled: regularize.decoupled,
                l1: regularize.l1 > 0.0,
            },
            catalogue: run.catalogue.clone(),
        }
    }

    /// What of a section other sections and the data depend on, as text: two values with the same go together with the same.
    pub fn key(section: Section, run: &RunSpec) -> String {
        match section {
            Section::Engine => String::new(),
            Section::Precision => run.precision.name().to_owned(),
            Section::Data => serde_json::to_string(&run.data).expect("settings are plain data"),
            Section::Model => serde_json::to_string(&run.model).expect("settings are plain data"),
            Section::Train => format!("{:?}", Self::of(run).train),
            Section::Optimizer => run.optimizer.kind.clone(),
            Section::Annealing => format!("{}", run.annealing.kind != "constant"),
            Section::Regularize => format!("{:?}", Self::of(run).regularize),
        }
    }
}
