//! What an entry can be.

use crate::record::MEASURES;

/// What an entry can be, named as the settings that choose one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// A data set.
    DataSet,
    /// A model.
    Model,
    /// A kind of layer of networks from parts.
    Layer,
    /// An activation.
    Activation,
    /// A loss.
    Loss,
    /// A rule for initial weights.
    Initial,
    /// An optimizer or a solver: one axis compares both.
    Optimizer,
    /// An annealing rule.
    Annealing,
    /// An average of the parameters along a run.
    Average,
    /// A rule that ends a training.
    Stop,
    /// What a spec can ask for besides loss and metric.
    Measure,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::DataSet,
        Self::Model,
        Self::Layer,
        Self::Activation,
        Self::Loss,
        Self::Initial,
        Self::Optimizer,
        Self::Annealing,
        Self::Average,
        Self::Stop,
        Self::Measure,
    ];

    /// The setting that chooses an entry, as the tables have it.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::DataSet => "data.set.kind",
            Self::Model => "model.kind",
            Self::Layer => "model.layers",
            Self::Activation => "model.activation.kind",
            Self::Loss => "model.loss.kind",
            Self::Initial => "model.initial.kind",
            Self::Optimizer => "optimizer.kind",
            Self::Annealing => "annealing.kind",
            Self::Average => "train.average.kind",
            Self::Stop => "train.stop.kind",
            Self::Measure => MEASURES,
        }
    }

    /// What an entry is called in a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::DataSet => "data set",
            Self::Model => "model",
            Self::Layer => "kind of layer",
            Self::Activation => "activation",
            Self::Loss => "loss",
            Self::Initial => "rule for initial weights",
            Self::Optimizer => "optimizer",
            Self::Annealing => "annealing rule",
            Self::Average => "average",
            Self::Stop => "stopping rule",
            Self::Measure => "measure",
        }
    }

    /// The kind whose entries a setting chooses.
    #[must_use]
    pub fn of_setting(setting: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.setting() == setting)
    }
}
