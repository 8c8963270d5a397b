//! How the losses of answers add up in an expression: each once, or each times its weight.

use burn::tensor::Tensor;

/// The sum over answers, each with its weight where there are weights.
pub struct AnswerSum {
    /// m × 1
    weights: Option<Tensor<2>>,
}

impl AnswerSum {
    /// Every answer counts once.
    pub const EVEN: Self = Self { weights: None };

    /// Answer i counts `weights` i times; m × 1.
    #[must_use]
    pub fn weighted(weights: Tensor<2>) -> Self {
        Self { weights: Some(weights) }
    }

    /// The sum of all numbers of a tensor with a row for each answer.
    #[must_use]
    pub fn of(&self, numbers: Tensor<2>) -> Tensor<1> {
        match &self.weights {
            None => numbers.sum(),
            Some(weights) => (numbers * weights.clone()).sum(),
        }
    }
}
