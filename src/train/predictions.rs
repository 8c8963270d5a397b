//! The mean of several networks' predictions (lecture L34, L41): of their class probabilities where the loss makes them, of their
//! outputs otherwise.
//!
//! ŷ = Σ_j w_j ŷ_j / Σ_j w_j
//!
//! Probabilities are kept as logarithms, so that one that is too small for a number still has a loss. Sums run over the
//! networks in the order in which they are added. Shapes: s is m × K, as an engine gives it; for two classes from one
//! output both probabilities are kept.

use crate::data::Targets;
use crate::loss::{Loss, OutputLink};
use crate::num::stable::{log_sum_exp, softplus};
use crate::num::{MatMut, MatRef, Real};

/// A mean in the making.
#[derive(Clone, Debug)]
pub struct Predictions {
    loss: Loss,
    /// K, or 2 for the probabilities of two classes.
    columns: usize,
    /// m × columns: Σ w s, or ln Σ w ŷ.
    sums: Vec<f64>,
    total: f64,
}

impl Predictions {
    /// For m samples and K outputs of networks with this loss.
    #[must_use]
    pub fn new(loss: &Loss, samples: usize, outputs: usize) -> Self {
        let of_probabilities = loss.has_probabilities();
        let columns = if of_probabilities { outputs.max(2) } else { outputs };
        let start = if of_probabilities { f64::NEG_INFINITY } else { 0.0 };
        Self { loss: loss.clone(), columns, sums: vec![start; samples * columns], total: 0.0 }
    }

    /// Whether the mean is of probabilities.
    pub(super) fn are_probabilities(&self) -> bool {
        self.loss.has_probabilities()
    }

    /// Adds a network's linear outputs s with its weight, greater than 0.
    pub fn add<R: Real>(&mut self, weight: f64, s: MatRef<'_, R>) {
        self.total += weight;
        let log_weight = Real::ln(weight);
        let mut log_probabilities = vec![0.0; self.columns];
        let of_probabilities = self.are_probabilities();
        for (sample, sums) in self.sums.chunks_exact_mut(self.columns).enumerate() {
            if !of_probabilities {
                sums.iter_mut().zip(s.row(sample)).for_each(|(sum, s)| *sum += weight * s.to_f64());
                continue;
            }
            log_softmax(s.row(sample), &mut log_probabilities);
            for (sum, &log_probability) in sums.iter_mut().zip(&log_probabilities) {
                *sum = log_add(*sum, log_weight + log_probability);
            }
        }
    }

    /// The mean outputs, or the logarithms of the mean probabilities, m × columns.
    #[must_use]
    pub fn mean(mut self) -> Vec<f64> {
        if self.are_probabilities() {
            let log_total = Real::ln(self.total);
            self.sums.iter_mut().for_each(|sum| *sum -= log_total);
        } else {
            self.sums.iter_mut().for_each(|sum| *sum /= self.total);
        }
        self.sums
    }

    /// The sum of the samples' losses, and how many classes are right.
    pub(super) fn of_classes(self, classes: &[u32]) -> (f64, usize) {
        let (loss, columns) = (self.loss.clone(), self.columns);
        let mut mean = self.mean();
        let is_right = |(of, class): &(&[f64], &u32)| loss.class_of(of) == **class;
        let right = mean.chunks_exact(columns).zip(classes).filter(is_right).count();
        let sum = match loss.entry.link {
            OutputLink::Probabilities(of_log) => {
                let each = mean.chunks_exact(columns).zip(classes);
                each.fold(0.0, |sum, (of, &class)| sum + of_log(&loss.choice, of, class as usize))
            }
            OutputLink::Identity => {
                let (samples, targets) = (classes.len(), Targets::<f64>::Classes(classes.to_vec()));
                let mut losses = vec![0.0; samples];
                let mut function = loss.function::<f64>(samples, columns);
                function.losses(MatMut::new(samples, columns, &mut mean), targets.view(), &mut losses);
                losses.iter().fold(0.0, |sum, loss| sum + loss)
            }
        };
        (sum, right)
    }
}

/// ln softmax(s), or [ln(1 − σ(s)), ln σ(s)] of one output.
pub(super) fn log_softmax<R: Real>(s: &[R], into: &mut [f64]) {
    if let [s] = s {
        let s = s.to_f64();
        into.copy_from_slice(&[-softplus(s), -softplus(-s)]);
        return;
    }
    into.iter_mut().zip(s).for_each(|(log_probability, s)| *log_probability = s.to_f64());
    let norm = log_sum_exp(into);
    into.iter_mut().for_each(|log_probability| *log_probability -= norm);
}

/// ln(e^a + e^b).
fn log_add(a: f64, b: f64) -> f64 {
    if a == f64::NEG_INFINITY { b } else { a + softplus(b - a) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss;
    use crate::num::Matrix;

    /// Two networks of two classes with ŷ = (½, ½) and (¼, ¾), weights 1 and 3; a few roundings of `exp` and `ln`.
    #[test]
    fn means_follow_their_definitions() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} for {b}");
        let s = |s1: f64| Matrix::new(1, 2, vec![0.0, s1]);
        let mut predictions = Predictions::new(&Loss::of(&loss::CROSS_ENTROPY), 1, 2);
        predictions.add(1.0, s(0.0).view());
        predictions.add(3.0, s(3.0_f64.ln()).view());
        let mean = predictions.mean();
        near(mean[0].exp(), (0.5 + 0.75) / 4.0);
        near(mean[1].exp(), (0.5 + 2.25) / 4.0);
        let mut outputs = Predictions::new(&Loss::of(&loss::SQUARED_ERROR), 1, 2);
        outputs.add(1.0, s(1.0).view());
        outputs.add(3.0, s(5.0).view());
        assert_eq!(outputs.mean(), [0.0, 4.0]);
    }

    /// Probabilities that are 0 as numbers still have logarithms, and one output is two classes.
    #[test]
    fn certain_and_wrong_has_a_finite_loss() {
        let mut predictions = Predictions::new(&Loss::of(&loss::BINARY_CROSS_ENTROPY), 1, 1);
        predictions.add(0.5, Matrix::new(1, 1, vec![1000.0_f64]).view());
        predictions.add(0.5, Matrix::new(1, 1, vec![2000.0_f64]).view());
        let (loss, right) = predictions.of_classes(&[0]);
        assert!((loss - (1000.0 + 2.0_f64.ln())).abs() < 1e-12 && right == 0, "{loss}");
    }
}
