//! Early stopping (lecture L36): training ends when the validation loss has not improved for some epochs, and the
//! parameters with the lowest one are kept.
//!
//! - `train.early_stopping`: default false: all epochs are trained, and what would have been kept stands beside the results
//!   (`stopped_…`).
//! - `train.patience`: epochs without a lower validation loss after which training stops, 1 or more, default 10.
//!
//! The state before the first step is not trained and never kept. What is kept is what is evaluated: averaged parameters where there
//! are some, all networks of an ensemble together. Prechelt 1998, "Early stopping, but when?", the criterion UP by single
//! epochs; PyTorch has none, Keras' `EarlyStopping(restore_best_weights=True)` does the same with its `min_delta` of 0.

use crate::num::Real;
use crate::record::CurvePoint;

/// The best parameters so far, and how long ago they were found.
pub struct EarlyStopping<R> {
    patience: Option<u64>,
    best_loss: f64,
    best_epoch: u64,
    best: Vec<Vec<R>>,
}

impl<R: Real> EarlyStopping<R> {
    /// What is kept; `None`: some other rule ends the training.
    pub fn new(patience: Option<u64>) -> Self {
        Self { patience, best_loss: f64::INFINITY, best_epoch: 0, best: Vec::new() }
    }

    /// Takes note of an evaluation of these networks' parameters; true: stop.
    pub fn is_over(&mut self, point: &CurvePoint, networks: &[&[R]]) -> bool {
        if point.epoch == 0 {
            return false;
        }
        if point.validation.loss < self.best_loss {
            (self.best_loss, self.best_epoch) = (point.validation.loss, point.epoch);
            self.best.resize(networks.len(), Vec::new());
            for (kept, parameters) in self.best.iter_mut().zip(networks) {
                kept.clear();
                kept.extend_from_slice(parameters);
            }
        }
        self.patience.is_some_and(|patience| point.epoch - self.best_epoch >= patience)
    }

    /// The parameters with the lowest validation loss; none before the first epoch was evaluated.
    pub fn into_best(self) -> Option<Vec<Vec<R>>> {
        Some(self.best).filter(|best| !best.is_empty())
    }
}
