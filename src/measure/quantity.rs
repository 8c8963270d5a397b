//! What of a training can be measured: `training.rs` has a measure for each.

/// What of a training is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingQuantity {
    StepNorm,
    EffectiveRate,
    GradientEvaluations,
    SignFlips,
    LossGap,
    MetricGap,
    Rises,
    FailedSearches,
    Condition,
    GradientNorm,
    GradientNormFirst,
    GradientNormLast,
    GradientNormRatio,
    WeightNormFirst,
    WeightNormLast,
    WeightNormRatio,
    ZeroShare,
    DeadUnits,
    UnitCorrelation,
    CutLoss,
    LinearShare,
    ScalingGap,
    Sharpness,
    SharpnessShare,
    GradientNoiseScale,
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
