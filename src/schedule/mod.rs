//! Annealing: how the learning rate falls (lecture L23). One file per rule, each a function of η₀ and the time t.
//!
//! t counts steps or epochs from 0, as `per` says (default `epoch`: the rate is then constant within an epoch). Add a
//! rule: a file with its `ENTRY` and one line in [`ENTRIES`].

mod constant;
mod exponential;
mod hyperbolic;
mod step;

use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind};

/// An annealing rule in the registry.
pub struct ScheduleEntry {
    pub entry: Entry,
    /// η_t from the choice's parameters, η₀ and t.
    rate: fn(&Choice, f64, u64) -> f64,
}

/// Every annealing rule, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&ScheduleEntry] = &[&constant::ENTRY, &step::ENTRY, &exponential::ENTRY, &hyperbolic::ENTRY];

/// What t counts.
const PER: Parameter = Parameter {
    name: "per",
    description: "what t counts: `step` (one update) or `epoch` (one pass over the training part)",
    kind: ParameterKind::OneOf(&["epoch", "step"]),
    default: Some(Default::Text("epoch")),
};

/// A run's annealing rule.
pub struct Schedule {
    rate: fn(&Choice, f64, u64) -> f64,
    choice: Choice,
    per_step: bool,
    initial_rate: f64,
}

impl Schedule {
    /// The rule of this choice from the learning rate η₀ = `initial_rate`.
    ///
    /// # Errors
    /// Where no rule has the choice's name.
    pub fn new(choice: &Choice, initial_rate: f64) -> Result<Self, String> {
        let entry = ENTRIES.iter().find(|known| known.entry.name == choice.kind);
        let entry = entry.ok_or_else(|| format!("unknown annealing `{}`", choice.kind))?;
        let per_step = entry.entry.parameter("per").is_some() && choice.text("per") == "step";
        Ok(Self { rate: entry.rate, choice: choice.clone(), per_step, initial_rate })
    }

    /// η_t for a step (counted from 0 over the whole run) in an epoch (counted from 0).
    #[must_use]
    pub fn learning_rate(&self, step: u64, epoch: u64) -> f64 {
        (self.rate)(&self.choice, self.initial_rate, if self.per_step { step } else { epoch })
    }
}

/// t as a number: whole numbers up to 2⁵³ are exact.
#[allow(clippy::cast_precision_loss)]
fn time(t: u64) -> f64 {
    t as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Value;

    fn rates(choice: &Choice, times: [u64; 4]) -> [f64; 4] {
        let schedule = Schedule::new(choice, 0.5).unwrap();
        times.map(|t| schedule.learning_rate(1000 + t, t))
    }

    fn near(values: [f64; 4], exact: [f64; 4]) {
        // One rounding of the formula's last operation and one of `exp`.
        assert!(values.iter().zip(exact).all(|(v, e)| ((v - e) / e).abs() < 4.5e-16), "{values:?} for {exact:?}");
    }

    #[test]
    fn rules_follow_their_formulas() {
        near(rates(&Choice::of(&constant::ENTRY.entry), [0, 1, 10, 100]), [0.5; 4]);
        let step = Choice::of(&step::ENTRY.entry).with("factor", Value::Number(0.5)).with("every", Value::Integer(10));
        near(rates(&step, [0, 9, 10, 25]), [0.5, 0.5, 0.25, 0.125]);
        let hyperbolic = Choice::of(&hyperbolic::ENTRY.entry).with("k", Value::Number(0.5));
        near(rates(&hyperbolic, [0, 1, 2, 6]), [0.5, 1.0 / 3.0, 0.25, 0.125]);
        let exponential = Choice::of(&exponential::ENTRY.entry).with("k", Value::Number(0.1));
        // e^-1 and e^-5 from Python's mpmath.
        near(
            rates(&exponential, [0, 10, 50, 0]),
            [0.5, 0.5 * 0.367_879_441_171_442_3, 0.5 * 0.006_737_946_999_085_467, 0.5],
        );
    }

    #[test]
    fn per_chooses_between_steps_and_epochs() {
        let choice = Choice::of(&hyperbolic::ENTRY.entry).with("k", Value::Number(1.0));
        let by_epoch = Schedule::new(&choice, 1.0).unwrap();
        assert_eq!(by_epoch.learning_rate(99, 1), 0.5);
        let by_step = Schedule::new(&choice.with("per", Value::Text("step".to_owned())), 1.0).unwrap();
        assert_eq!(by_step.learning_rate(99, 1), 0.01);
    }
}
