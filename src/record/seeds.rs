//! The settings that hold seeds, and the sources of randomness that each stands for.

/// A source of a run's randomness: its name in `seeds = { split = 3, start = 5 }`, and the setting that holds its seed. Where a run
/// does not have that setting, the source follows the run's own seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Randomness {
    /// Which samples are trained, chosen and tested on: the run's own seed.
    Split,
    /// Initial weights.
    Start,
    /// The order of the samples.
    Order,
    /// What dropout and DropConnect omit, and noise on inputs and weights.
    Dropout,
}

impl Randomness {
    pub const ALL: [Self; 4] = [Self::Split, Self::Start, Self::Order, Self::Dropout];

    /// The name in specs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Split => "split",
            Self::Start => "start",
            Self::Order => "order",
            Self::Dropout => "dropout",
        }
    }

    /// The setting, as in the tables' columns.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Split => "seed",
            Self::Start => "train.start_seed",
            Self::Order => "train.order_seed",
            Self::Dropout => "train.dropout_seed",
        }
    }

    /// The source of this name in specs.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// Whether a setting holds a seed: runs that differ in nothing else are repetitions of one setting.
#[must_use]
pub fn is_seed(setting: &str) -> bool {
    Randomness::ALL.iter().any(|source| source.setting() == setting)
}
