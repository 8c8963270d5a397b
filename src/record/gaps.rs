//! How far two engines were apart.

use serde::{Deserialize, Serialize};

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
    /// The largest gaps of both, which have one bound.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        let (loss_gap, gradient_gap) = (self.loss_gap.max(other.loss_gap), self.gradient_gap.max(other.gradient_gap));
        Self { loss_gap, gradient_gap, ..self }
    }

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
