//! What of a training can be measured: `training.rs` has a measure for each.

/// What of a training is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingQuantity {
    /// ‖Δθ‖ of the last step.
    StepNorm,
    /// ‖Δθ‖/‖g‖ of the last step.
    EffectiveRate,
    /// Gradients of single samples taken so far.
    GradientEvaluations,
    /// Changes of sign of θ − θ* along the steepest direction so far.
    SignFlips,
    /// Loss of a part minus that of the training part.
    LossGap,
    /// Metric of the training part minus that of a part.
    MetricGap,
    /// Share of the evaluations so far at which the training loss rose.
    Rises,
    /// Share of the line searches so far that found no point.
    FailedSearches,
    /// Condition number of what a solver solves.
    Condition,
    /// Norm of the training loss's gradient.
    GradientNorm,
    /// The same of the first layer that is trained.
    GradientNormFirst,
    /// The same of the last layer.
    GradientNormLast,
    /// First over last.
    GradientNormRatio,
    /// Norm of the first layer's weights.
    WeightNormFirst,
    /// Norm of the last layer's weights.
    WeightNormLast,
    /// First over last.
    WeightNormRatio,
    /// Share of the hidden units' values that are 0.
    ZeroShare,
    /// Share of the hidden units that are 0 for every sample.
    DeadUnits,
    /// Mean size of the correlation of two units of a layer.
    UnitCorrelation,
    /// What the training loss rises by without one hidden unit, the mean over units.
    CutLoss,
    /// Share of the outputs' variance that a linear model of the inputs explains.
    LinearShare,
    /// Mean distance between the two ways in which a network with dropout predicts.
    ScalingGap,
    /// Largest eigenvalue of the training loss's Hessian.
    Sharpness,
    /// The same times η/2: 1 at the edge of stability.
    SharpnessShare,
    /// Scale of the noise of gradients, in samples.
    GradientNoiseScale,
    /// Loss of an objective minus its least value.
    ExcessLoss,
}

impl TrainingQuantity {
    /// Whether every step has it, so that it is a column of the curve by steps, too.
    #[must_use]
    pub const fn is_of_steps(self) -> bool {
        matches!(self, Self::StepNorm | Self::EffectiveRate | Self::GradientEvaluations | Self::SignFlips)
    }

    /// Whether it is of the parameters and the data, so that an engine is asked for it.
    #[must_use]
    pub const fn is_of_state(self) -> bool {
        let of_curve = matches!(self, Self::LossGap | Self::MetricGap | Self::Rises);
        let of_solver = matches!(self, Self::FailedSearches | Self::Condition);
        !(self.is_of_steps() || of_curve || of_solver)
    }
}
