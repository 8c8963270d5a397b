//! The mean of the parameters (lecture L41).
//!
//! θ̄ ← θ̄ + (θ − θ̄)/n after each step from epoch `from` on: the mean of the n iterates since.
//!
//! - `from`: epochs before the average begins, a whole number, default 0.
//!
//! Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging", eq. 4; with `from` greater than 0 the tail
//! average of Jain et al. 2018. PyTorch's `get_swa_avg_fn` does the same.

use super::{Average, AverageEntry};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ENTRY: AverageEntry = AverageEntry {
    entry: Entry {
        name: "polyak",
        description: "the mean of the parameters after each step, from some epoch on",
        revision: 1,
        source: "Polyak & Juditsky 1992, eq. 4; lecture L41",
        parameters: &[Parameter::with_default(
            "from",
            "when the average begins",
            ParameterKind::Integer { least: 0, most: 1_000_000_000 },
            Value::Integer(0),
        )
        .in_unit("epochs")],
    },
    begins: Some("from"),
    build: ByPrecision { f32: &build, f64: &build },
};

struct Polyak<R> {
    from: u64,
    /// n
    count: u64,
    mean: Vec<R>,
}

#[allow(clippy::unnecessary_wraps)] // the form that all have
fn build<R: Real>(choice: &Choice, parameters: usize) -> Option<Box<dyn Average<R>>> {
    Some(Box::new(Polyak { from: choice.integer("from"), count: 0, mean: vec![R::ZERO; parameters] }))
}

impl<R: Real> Average<R> for Polyak<R> {
    fn update(&mut self, epoch: u64, theta: &[R]) {
        if epoch < self.from {
            return;
        }
        self.count += 1;
        if self.count == 1 {
            self.mean.copy_from_slice(theta);
            return;
        }
        #[allow(clippy::cast_precision_loss)] // steps stay below 2⁵³
        let count = R::from_f64(self.count as f64);
        for (mean, &theta) in self.mean.iter_mut().zip(theta) {
            *mean += (theta - *mean) / count;
        }
    }

    fn mean(&self) -> Option<&[R]> {
        (self.count > 0).then_some(self.mean.as_slice())
    }
}
