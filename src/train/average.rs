//! Averages of the parameters along one run (lecture L41): the averaged network is the one that is evaluated and kept.
//!
//! - `polyak`: θ̄ ← θ̄ + (θ − θ̄)/n after each step from epoch `from` on (a whole number, counted from 0, default 0): the mean
//!   of the n iterates since. Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging", eq. 4; with
//!   `from` greater than 0 the tail average of Jain et al. 2018. PyTorch's `get_swa_avg_fn` does the same.
//! - `ema`: θ̄ ← dθ̄ + (1 − d)θ after each step, with θ̄ = θ after the first one; `decay` (d), 0 ≤ d < 1 per step, default
//!   0.999. The same as PyTorch's `get_ema_avg_fn`; Optax's `ema` starts from 0 and corrects for it, as Adam does.
//! - `none`: the parameters themselves.
//!
//! Training goes on from θ; θ̄ is only looked at. Until the average has begun, θ is what is evaluated. Shapes: θ̄ has θ's.

use crate::num::Real;
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind, Range};

/// No average.
pub const NONE: Entry = Entry {
    name: "none",
    description: "the last parameters themselves",
    revision: 1,
    source: "train/average.rs",
    parameters: &[],
};
/// The mean.
pub const POLYAK: Entry = Entry {
    name: "polyak",
    description: "the mean of the parameters after each step, from some epoch on",
    revision: 1,
    source: "Polyak & Juditsky 1992, eq. 4; lecture L41",
    parameters: &[Parameter {
        name: "from",
        description: "epochs before the average begins",
        kind: ParameterKind::Integer { least: 0, most: 1_000_000_000 },
        default: Some(Default::Integer(0)),
    }],
};
const EMA: Entry = Entry {
    name: "ema",
    description: "an exponential moving average of the parameters after each step",
    revision: 1,
    source: "as PyTorch's get_ema_avg_fn; lecture L41",
    parameters: &[Parameter {
        name: "decay",
        description: "share d of the average that is kept per step",
        kind: ParameterKind::Number(Range::BELOW_ONE),
        default: Some(Default::Number(0.999)),
    }],
};

/// Every average, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&Entry] = &[&NONE, &POLYAK, &EMA];

/// How much of a new iterate enters.
#[derive(Clone, Copy, Debug)]
enum Rule<R> {
    Polyak { from: u64 },
    Ema { decay: R, rest: R },
}

/// θ̄ of one training.
#[derive(Clone, Debug)]
pub struct Average<R> {
    rule: Rule<R>,
    /// n
    count: u64,
    mean: Vec<R>,
}

impl<R: Real> Average<R> {
    /// For this many parameters; `None` if nothing is to be averaged.
    ///
    /// # Errors
    /// Where no average has the choice's name.
    pub fn new(choice: &Choice, parameters: usize) -> Result<Option<Self>, String> {
        let rule = match choice.kind.as_str() {
            "none" => return Ok(None),
            "polyak" => Rule::Polyak { from: choice.integer("from") },
            "ema" => {
                let decay = choice.number("decay");
                Rule::Ema { decay: R::from_f64(decay), rest: R::from_f64(1.0 - decay) }
            }
            unknown => return Err(format!("unknown average `{unknown}`")),
        };
        Ok(Some(Self { rule, count: 0, mean: vec![R::ZERO; parameters] }))
    }

    /// Takes in the parameters after a step of an epoch.
    pub fn update(&mut self, epoch: u64, theta: &[R]) {
        if matches!(self.rule, Rule::Polyak { from } if epoch < from) {
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
            match self.rule {
                Rule::Polyak { .. } => *mean += (theta - *mean) / count,
                Rule::Ema { decay, rest } => *mean = decay * *mean + rest * theta,
            }
        }
    }

    /// θ̄, once it has begun.
    #[must_use]
    pub fn mean(&self) -> Option<&[R]> {
        (self.count > 0).then_some(self.mean.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Value;

    fn after(choice: &Choice, iterates: &[(u64, f64)]) -> Option<f64> {
        let mut average = Average::<f64>::new(choice, 1).unwrap().unwrap();
        iterates.iter().for_each(|&(epoch, theta)| average.update(epoch, &[theta]));
        average.mean().map(|mean| mean[0])
    }

    /// Worked by hand, exact in binary.
    #[test]
    fn averages_follow_their_formulas() {
        let polyak = |from| Choice::of(&POLYAK).with("from", Value::Integer(from));
        assert_eq!(after(&polyak(0), &[(0, 1.0), (0, 3.0), (1, 8.0), (1, 0.0)]), Some(3.0));
        assert_eq!(after(&polyak(1), &[(0, 1.0), (0, 3.0), (1, 8.0), (1, 0.0)]), Some(4.0));
        assert_eq!(after(&polyak(2), &[(0, 1.0), (1, 0.0)]), None);
        let ema = Choice::of(&EMA).with("decay", Value::Number(0.75));
        assert_eq!(after(&ema, &[(0, 4.0), (0, 8.0), (1, 1.0)]), Some(0.75 * 5.0 + 0.25));
        assert!(Average::<f32>::new(&Choice::of(&NONE), 3).unwrap().is_none());
    }
}
