//! What a network is trained for.

/// What the last module's outputs s are trained for (lecture L11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// ½ Σ_k (y_k − s_k)², for regression.
    SquaredError,
    /// ½ (y − s)² with y = −1 for class 0 and +1 for class 1: Widrow and Hoff's linear classifier.
    SignedSquaredError,
    /// −y ln σ(s) − (1−y) ln(1−σ(s)) from one output, for two classes.
    BinaryCrossEntropy,
    /// −ln softmax(s)_y, for K classes from K outputs.
    CrossEntropy,
    /// s itself.
    Objective,
}

/// What becomes of the losses of a batch's samples (and of each sample's positions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    Mean,
    Sum,
}

impl Reduction {
    pub const ALL: [Self; 2] = [Self::Mean, Self::Sum];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        }
    }
}
