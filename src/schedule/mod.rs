//! Annealing: how the learning rate falls (lecture L23). One file per rule, each a function of η₀ and the time t.
//!
//! t counts steps or epochs from 0, as `per` says (default `epoch`: the rate is then constant within an epoch), and T is
//! their number in the whole run. Add a rule: a file with its `ENTRY` and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod constant;
mod cosine;
mod exponential;
mod hyperbolic;
mod one_cycle;
mod polynomial;
mod step;
mod warm_up;

use crate::registry::{Choice, Chosen, Entry, Parameter, ParameterKind, Range, Registered};
use crate::value::Value;

/// An annealing rule in the registry.
pub struct ScheduleEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// The parameter that says how many steps or epochs the rule takes to get to η₀; a shorter run never does.
    pub lasts: Option<&'static str>,
    /// The rate at a time.
    pub rate: &'static RateRule,
}

/// η_t from the values of a rule's parameters, η₀ and t.
pub type RateRule = dyn Fn(&Choice, f64, Time) -> f64 + Send + Sync;

impl Registered for ScheduleEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// t and T, in steps or epochs.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// t, counted from 0.
    pub now: u64,
    /// T, of the whole run.
    pub total: u64,
}

/// Every annealing rule, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&ScheduleEntry] = &[
    &constant::ENTRY,
    &step::ENTRY,
    &exponential::ENTRY,
    &hyperbolic::ENTRY,
    &polynomial::ENTRY,
    &cosine::ENTRY,
    &warm_up::ENTRY,
    &one_cycle::ENTRY,
];

/// What t counts; a rule without this parameter counts epochs.
pub const PER: Parameter = Parameter::with_default(
    "per",
    "what t counts: `step` (one update) or `epoch` (one pass over the training part)",
    ParameterKind::OneOf(&["epoch", "step"]),
    Value::word("epoch"),
);

/// Where rules that fall over the whole run end.
const FINAL: Parameter = Parameter::with_default(
    "final",
    "last rate as a share of η₀",
    ParameterKind::Number(Range { low: 0.0, low_within: true, high: 1.0, high_within: true }),
    Value::Number(0.0),
);

/// How long a run must be for a rule of annealing to act in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Whether `least` counts steps, and not epochs.
    pub per_step: bool,
    /// In shorter runs the rate stays what it is at the first step, or a warm-up never gets to η₀. 1 of a rule that changes
    /// nothing in any run, such as `constant` or a factor of 1: it does what it says.
    pub least: u64,
}

impl Room {
    /// What this rule needs.
    #[must_use]
    pub fn of(annealing: &Chosen<ScheduleEntry>) -> Self {
        let Chosen { entry, choice } = annealing;
        let acts = |total: u64| {
            let rate = |now| (entry.rate)(choice, 1.0, Time { now, total });
            let last = total.saturating_sub(1);
            let changes = [1.min(last), last / 2, last].iter().any(|now| rate(*now) != rate(0));
            changes && entry.lasts.is_none_or(|lasts| choice.integer(lasts) <= total)
        };
        let least = if acts(u64::MAX) { first(acts) } else { 1 };
        Self { per_step: counts_steps(entry, choice), least }
    }
}

/// The first number from 1 on that has a property which all larger ones have too.
fn first(has: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, u64::MAX);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if has(middle) { high = middle } else { low = middle }
    }
    high
}

/// Whether t counts steps for this choice.
fn counts_steps(entry: &ScheduleEntry, choice: &Choice) -> bool {
    entry.entry.parameter("per").is_some() && choice.text("per") == "step"
}

/// A run's annealing rule.
pub struct Schedule {
    rate: &'static RateRule,
    choice: Choice,
    per_step: bool,
    initial_rate: f64,
    epochs: u64,
    steps: u64,
}

impl Schedule {
    /// The rule from the learning rate η₀ = `initial_rate`, for a run of so many epochs and steps.
    #[must_use]
    pub fn new(annealing: &Chosen<ScheduleEntry>, initial_rate: f64, epochs: u64, steps: u64) -> Self {
        let Chosen { entry, choice } = annealing;
        let per_step = counts_steps(entry, choice);
        Self { rate: entry.rate, choice: choice.clone(), per_step, initial_rate, epochs, steps }
    }

    /// η_t for a step (counted from 0 over the whole run) in an epoch (counted from 0).
    #[must_use]
    pub fn learning_rate(&self, step: u64, epoch: u64) -> f64 {
        let (now, total) = if self.per_step { (step, self.steps) } else { (epoch, self.epochs) };
        (self.rate)(&self.choice, self.initial_rate, Time { now, total })
    }
}

/// A count as a number: whole numbers up to 2⁵³ are exact.
#[allow(clippy::cast_precision_loss)]
fn number(count: u64) -> f64 {
    count as f64
}

/// t/T, at most 1.
#[must_use]
pub fn share(time: Time) -> f64 {
    (number(time.now) / number(time.total.max(1))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(choice: &Chosen<ScheduleEntry>, times: [u64; 4]) -> [f64; 4] {
        let schedule = Schedule::new(choice, 0.5, 200, 2000);
        times.map(|t| schedule.learning_rate(1000 + t, t))
    }

    fn near(values: [f64; 4], exact: [f64; 4]) {
        // One rounding of the formula's last operation and one of `exp`.
        assert!(values.iter().zip(exact).all(|(v, e)| ((v - e) / e).abs() < 4.5e-16), "{values:?} for {exact:?}");
    }

    #[test]
    fn rules_follow_their_formulas() {
        near(rates(&Chosen::of(&constant::ENTRY), [0, 1, 10, 100]), [0.5; 4]);
        let step = Chosen::of(&step::ENTRY).with("factor", Value::Number(0.5)).with("every", Value::Integer(10));
        near(rates(&step, [0, 9, 10, 25]), [0.5, 0.5, 0.25, 0.125]);
        let hyperbolic = Chosen::of(&hyperbolic::ENTRY).with("k", Value::Number(0.5));
        near(rates(&hyperbolic, [0, 1, 2, 6]), [0.5, 1.0 / 3.0, 0.25, 0.125]);
        let exponential = Chosen::of(&exponential::ENTRY).with("k", Value::Number(0.1));
        // e^-1 and e^-5 from Python's mpmath.
        near(
            rates(&exponential, [0, 10, 50, 0]),
            [0.5, 0.5 * 0.367_879_441_171_442_3, 0.5 * 0.006_737_946_999_085_467, 0.5],
        );
    }

    /// Figures of `tests/oracles/schedules.py`: T = 20, η₀ = 0.5, at these t. PyTorch multiplies factors up from step to
    /// step, so up to 20 roundings separate it from the closed form.
    #[test]
    #[allow(clippy::unreadable_literal)] // as printed
    fn rules_follow_pytorch() {
        let times = [0, 3, 5, 12, 19];
        let number = |choice: Chosen<ScheduleEntry>, name: &str, value: f64| choice.with(name, Value::Number(value));
        for (choice, expected) in [
            (
                number(Chosen::of(&cosine::ENTRY), "final", 0.1),
                [0.5, 0.47547646794238274, 0.4340990257669732, 0.20547117626563693, 0.05277012336609403],
            ),
            (number(Chosen::of(&polynomial::ENTRY), "power", 2.0), [0.5, 0.36125, 0.28125, 0.08, 0.00125]),
            (Chosen::of(&warm_up::ENTRY), [0.05, 0.32, 0.5, 0.5, 0.5]),
            (Chosen::of(&one_cycle::ENTRY), [0.02, 0.3341640786499874, 0.5, 0.250001, 2e-06]),
        ] {
            let schedule = Schedule::new(&choice, 0.5, 20, 400);
            for (t, exact) in times.into_iter().zip(expected) {
                let rate = schedule.learning_rate(999, t);
                assert!(((rate - exact) / exact).abs() < 5e-15, "{}, t = {t}: {rate} for {exact}", choice.name());
            }
        }
    }

    /// Runs so short that the rise has no room; figures of the same script.
    #[test]
    #[allow(clippy::unreadable_literal)] // as printed
    fn short_cycles_follow_pytorch() {
        for (total, rise, expected) in [
            (2, 0.3, vec![0.4058728269748815, 2e-06]),
            (3, 0.3, vec![0.49720771772545586, 0.23131855133348753, 2e-06]),
            (5, 0.9, vec![0.02, 0.11036244755390395, 0.31340502414951543, 0.4762325282965806, 2e-06]),
        ] {
            let choice = Chosen::of(&one_cycle::ENTRY).with("rise", Value::Number(rise));
            let schedule = Schedule::new(&choice, 0.5, total, total);
            for (t, exact) in (0..).zip(expected) {
                let rate = schedule.learning_rate(t, t);
                assert!(((rate - exact) / exact).abs() < 5e-15, "T = {total}, t = {t}: {rate} for {exact}");
            }
        }
    }

    #[test]
    fn every_rule_gives_finite_rates_over_runs_of_every_length() {
        for entry in ENTRIES {
            for total in [1, 2, 3, 10] {
                let schedule = Schedule::new(&Chosen::of(entry), 0.5, total, total);
                let rates: Vec<f64> = (0..total).map(|t| schedule.learning_rate(t, t)).collect();
                let fit = rates.iter().all(|rate| (0.0..=0.5 * (1.0 + 1e-15)).contains(rate));
                assert!(fit, "{}, T = {total}: {rates:?}", entry.entry.name);
            }
        }
    }

    #[test]
    fn rules_say_how_long_a_run_they_need() {
        let least = |choice: Chosen<ScheduleEntry>| {
            let room = Room::of(&choice);
            assert!(!room.per_step);
            room.least
        };
        let with = |entry: &'static ScheduleEntry, name, value| Chosen::of(entry).with(name, Value::Number(value));
        let count = |entry: &'static ScheduleEntry, name, value| Chosen::of(entry).with(name, Value::Integer(value));
        // As many as a step lasts and one more, and what takes the whole run is there in two.
        assert_eq!(least(count(&step::ENTRY, "every", 10)), 11);
        assert_eq!(least(count(&step::ENTRY, "every", u64::MAX >> 1)), (u64::MAX >> 1) + 1);
        assert_eq!(least(count(&warm_up::ENTRY, "length", 1000)), 1000);
        assert_eq!(least(count(&warm_up::ENTRY, "length", 1)), 2);
        for entry in [&exponential::ENTRY, &hyperbolic::ENTRY, &polynomial::ENTRY, &cosine::ENTRY, &one_cycle::ENTRY] {
            assert_eq!(least(Chosen::of(entry)), 2, "{}", entry.entry.name);
        }
        // A k so small that 1 − k t is 1 for a while.
        assert!(least(with(&exponential::ENTRY, "k", 1e-20)) > 1000);
        // What says itself that it changes nothing may stand beside others.
        for nothing in [
            Chosen::of(&constant::ENTRY),
            with(&exponential::ENTRY, "k", 0.0),
            with(&hyperbolic::ENTRY, "k", 0.0),
            with(&step::ENTRY, "factor", 1.0),
            with(&warm_up::ENTRY, "start", 1.0),
            with(&cosine::ENTRY, "final", 1.0),
            with(&polynomial::ENTRY, "final", 1.0),
        ] {
            assert_eq!(least(nothing), 1);
        }
        let by_step = Chosen::of(&cosine::ENTRY).with("per", Value::word("step"));
        assert_eq!(Room::of(&by_step), Room { per_step: true, least: 2 });
    }

    #[test]
    fn per_chooses_between_steps_and_epochs() {
        let choice = Chosen::of(&hyperbolic::ENTRY).with("k", Value::Number(1.0));
        let by_epoch = Schedule::new(&choice, 1.0, 10, 100);
        assert_eq!(by_epoch.learning_rate(99, 1), 0.5);
        let by_step = Schedule::new(&choice.with("per", Value::word("step")), 1.0, 10, 100);
        assert_eq!(by_step.learning_rate(99, 1), 0.01);
    }
}
