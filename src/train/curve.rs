//! How finely the curve of a training is kept.

/// How finely a run's curve is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    Epoch,
    Step,
}

impl Curve {
    pub const ALL: [Self; 2] = [Self::Epoch, Self::Step];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Epoch => "epoch",
            Self::Step => "step",
        }
    }
}
