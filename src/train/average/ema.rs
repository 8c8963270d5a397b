//! An exponential moving average of the parameters (lecture L41).
//!
//! θ̄ ← dθ̄ + (1 − d)θ after each step, with θ̄ = θ after the first one.
//!
//! - `decay` (d): share of the average that is kept per step, 0 ≤ d < 1, default 0.999.
//!
//! The same as PyTorch's `get_ema_avg_fn`; Optax's `ema` starts from 0 and corrects for it, as Adam does.

use super::{Average, AverageEntry};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: AverageEntry = AverageEntry {
    entry: Entry {
        name: "ema",
        description: "an exponential moving average of the parameters after each step",
        revision: 1,
        source: "as PyTorch's get_ema_avg_fn; lecture L41",
        parameters: &[Parameter::with_default(
            "decay",
            "share d of the average that is kept per step",
            ParameterKind::Number(Range::BELOW_ONE),
            Value::Number(0.999),
        )],
    },
    begins: None,
    build: ByPrecision { f32: &build, f64: &build },
};

struct Ema<R> {
    decay: R,
    rest: R,
    mean: Vec<R>,
    has_begun: bool,
}

#[allow(clippy::unnecessary_wraps)] // the form that all have
fn build<R: Real>(choice: &Choice, parameters: usize) -> Option<Box<dyn Average<R>>> {
    let decay = choice.number("decay");
    let (decay, rest) = (R::from_f64(decay), R::from_f64(1.0 - decay));
    Some(Box::new(Ema { decay, rest, mean: vec![R::ZERO; parameters], has_begun: false }))
}

impl<R: Real> Average<R> for Ema<R> {
    fn update(&mut self, _epoch: u64, theta: &[R]) {
        if !self.has_begun {
            self.has_begun = true;
            self.mean.copy_from_slice(theta);
            return;
        }
        for (mean, &theta) in self.mean.iter_mut().zip(theta) {
            *mean = self.decay * *mean + self.rest * theta;
        }
    }

    fn mean(&self) -> Option<&[R]> {
        self.has_begun.then_some(self.mean.as_slice())
    }
}
