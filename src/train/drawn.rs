//! Labels drawn from the network's own answers.
//!
//! The gradient with such labels in the place of the true ones estimates the curvature: for a likelihood, the mean over labels of the
//! square of one sample's gradient is the diagonal of the Gauss–Newton matrix (Liu et al. 2023, algorithm 2).
//!
//! A class k is drawn with the probability ŷ_k, and a number from the normal distribution with mean s and variance 1, of which the squared
//! error ½ (y − s)² is −ln up to a constant. The answers are those without dropout.

use super::predictions::log_softmax;
use crate::loss::{Loss, SQUARED_ERROR, TargetsRef};
use crate::model::Network;
use crate::num::{MatMut, MatRef, Purpose, Real, Seed, Stream};

/// Whether labels can be drawn: the loss is a likelihood of classes or the squared error of numbers.
#[must_use]
pub fn can_be_drawn(loss: &Loss) -> bool {
    loss.has_probabilities() || loss.entry.entry.name == SQUARED_ERROR.entry.name
}

/// The labels of a step's samples, and the answers that they are drawn from.
pub struct DrawnLabels<R> {
    seed: Seed,
    of_classes: bool,
    /// Outputs K of an answer, and those of a sample.
    columns: usize,
    width: usize,
    outputs: Vec<R>,
    log_probabilities: Vec<f64>,
    classes: Vec<u32>,
}

impl<R: Real> DrawnLabels<R> {
    pub fn new(network: &Network, seed: Seed) -> Self {
        let (of_classes, columns) = (network.loss().has_probabilities(), network.outputs());
        Self {
            seed,
            of_classes,
            columns,
            width: network.output_width(),
            outputs: Vec::new(),
            log_probabilities: vec![0.0; columns.max(2)],
            classes: Vec::new(),
        }
    }

    /// Where the engine writes the outputs of so many samples.
    pub fn outputs(&mut self, samples: usize) -> MatMut<'_, R> {
        self.outputs.resize(samples * self.width, R::ZERO);
        MatMut::new(samples, self.width, &mut self.outputs)
    }

    /// Draws a label for each answer, by a stream of the step's own; numbers take the place of the outputs.
    pub fn draw(&mut self, step: u64) {
        let mut stream = Stream::new(self.seed, Purpose::DrawnLabels, step);
        if !self.of_classes {
            self.outputs.iter_mut().for_each(|s| *s = R::from_f64(s.to_f64() + stream.normal()));
            return;
        }
        self.classes.clear();
        for s in self.outputs.chunks_exact(self.columns) {
            log_softmax(s, &mut self.log_probabilities);
            self.classes.push(class_at(stream.uniform(), &self.log_probabilities));
        }
    }

    /// The labels as targets of a batch.
    pub fn targets(&self) -> TargetsRef<'_, R> {
        if self.of_classes {
            return TargetsRef::Classes(&self.classes);
        }
        TargetsRef::Values(MatRef::new(self.outputs.len() / self.columns, self.columns, &self.outputs))
    }
}

/// The first class up to which the probabilities add up to more than u; the last one if roundings leave none.
fn class_at(u: f64, log_probabilities: &[f64]) -> u32 {
    let mut sum = 0.0;
    let passes = |ln: &f64| {
        sum += Real::exp(*ln);
        u < sum
    };
    let place = log_probabilities.iter().position(passes).unwrap_or(log_probabilities.len() - 1);
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{Activation, TANH};
    use crate::loss::{BINARY_CROSS_ENTROPY, CROSS_ENTROPY};

    const STEPS: u64 = 4000;

    fn drawn(loss: Loss, outputs: &[f64]) -> Vec<DrawnLabels<f64>> {
        let network = Network::new(2, &[], outputs.len(), Activation::of(&TANH), loss);
        let draw = |step| {
            let mut drawn = DrawnLabels::new(&network, Seed::from(3));
            drawn.outputs(1).data().copy_from_slice(outputs);
            drawn.draw(step);
            drawn
        };
        (0..STEPS).map(draw).collect()
    }

    /// The share of each class among so many draws: its standard deviation is at most 0.008.
    fn assert_shares(loss: Loss, outputs: &[f64], expected: &[f64]) {
        let drawn = drawn(loss, outputs);
        for (class, expected) in (0_u32..).zip(expected) {
            let count = drawn.iter().filter(|drawn| drawn.targets().classes() == [class]).count();
            #[allow(clippy::cast_precision_loss)] // small counts
            let share = count as f64 / STEPS as f64;
            assert!((share - expected).abs() < 0.032, "class {class}: {share} for {expected}");
        }
    }

    #[test]
    fn classes_are_drawn_by_their_probabilities() {
        let ln = |p: f64| libm::log(p) + 5.0;
        assert_shares(Loss::of(&CROSS_ENTROPY), &[ln(0.2), ln(0.7), ln(0.1)], &[0.2, 0.7, 0.1]);
        assert_shares(Loss::of(&BINARY_CROSS_ENTROPY), &[libm::log(3.0)], &[0.25, 0.75]);
    }

    /// Mean and variance of 4,000 normal numbers: standard deviations of 0.016 and 0.022.
    #[test]
    fn numbers_are_drawn_around_the_answers() {
        let drawn = drawn(Loss::of(&SQUARED_ERROR), &[2.0, -7.0]);
        #[allow(clippy::cast_precision_loss)] // a small count
        let mean =
            |of: &dyn Fn(&[f64]) -> f64| drawn.iter().map(|drawn| of(&drawn.outputs)).sum::<f64>() / STEPS as f64;
        assert!((mean(&|y| y[0]) - 2.0).abs() < 0.064 && (mean(&|y| y[1]) + 7.0).abs() < 0.064);
        assert!((mean(&|y| (y[0] - 2.0).powi(2)) - 1.0).abs() < 0.09);
        assert!(mean(&|y| (y[0] - 2.0) * (y[1] + 7.0)).abs() < 0.064, "noise of its own for each output");
    }
}
