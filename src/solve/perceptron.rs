//! The perceptron rule (lecture L1): a McCulloch–Pitts neuron learns from its mistakes.
//!
//! s = w·x, ŷ = −1 if s < 0 else +1; for one sample after the other: where ŷ ≠ y, w ← w + y x
//!
//! X is m × p with the bias's column of ones (L2), y m numbers ±1, w p numbers, 0 at the start. A pass goes through the
//! samples in their order. On classes that a hyperplane separates a pass without a mistake comes after finitely many,
//! and the rule stops; on others it never does, so the passes are bounded, and the run's `at_rest` says whether it
//! stopped. Rosenblatt 1958; Novikoff 1962 for the proof. **Convention**: f(0) = +1. scikit-learn's `Perceptron`
//! shuffles and takes s = 0 for a mistake of either class.

use super::Design;
use crate::num::vector::{add_multiple, dot};

/// A perceptron between two passes.
#[derive(Clone, Debug)]
pub struct Perceptron {
    pub w: Vec<f64>,
}

impl Perceptron {
    /// From these weights, p numbers.
    #[must_use]
    pub fn new(w: Vec<f64>) -> Self {
        Self { w }
    }

    /// One pass; returns how many mistakes were made. Without one, w separates the classes and stays.
    pub fn pass(&mut self, design: &Design, y: &[f64]) -> usize {
        let mut mistakes = 0;
        for (i, &y) in y.iter().enumerate() {
            let x = design.x.row(i);
            let answer = if dot(&self.w, x) < 0.0 { -1.0 } else { 1.0 };
            if answer != y {
                add_multiple(y, x, &mut self.w);
                mistakes += 1;
            }
        }
        mistakes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Matrix;

    /// By hand: OR with inputs 0 and 1, then XOR, which no line separates.
    #[test]
    fn it_stops_where_the_classes_can_be_separated() {
        let features = Matrix::new(4, 2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
        let design = Design::new(features.view(), true);
        let mut or = Perceptron::new(vec![0.0; 3]);
        // s = 0 is +1: a mistake at (0, 0), w = (−1, 0, 0); then at (0, 1), w = (0, 0, 1), and the rest is right.
        assert_eq!(or.pass(&design, &[-1.0, 1.0, 1.0, 1.0]), 2);
        assert_eq!(or.w, [0.0, 0.0, 1.0]);
        let passes = (0..20).take_while(|_| or.pass(&design, &[-1.0, 1.0, 1.0, 1.0]) > 0).count();
        assert!(passes < 20);
        let before = or.w.clone();
        assert_eq!(or.pass(&design, &[-1.0, 1.0, 1.0, 1.0]), 0);
        assert_eq!(or.w, before);
        let mut xor = Perceptron::new(vec![0.0; 3]);
        assert!((0..1000).all(|_| xor.pass(&design, &[-1.0, 1.0, 1.0, -1.0]) > 0));
    }
}
