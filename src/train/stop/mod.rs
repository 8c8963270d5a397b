//! Rules that end a training by its course so far, one file each (Prechelt 1998, "Early stopping, but when?"). The parameters with the
//! lowest validation loss are kept, as by early stopping.
//!
//! Letters: E_va(t) is the validation loss after epoch t, E_opt(t) the lowest up to then, without the untrained state. E_tr(t) is the
//! training loss of epoch t, measured within it: the mean over its steps. Epochs are divided into strips of k; rules that compare
//! strips look at the end of each. All of them are ratios of losses, so no scale of the loss changes when they fire.
//!
//! Add one: a file with its `ENTRY`, a `mod` line and one place in [`ENTRIES`].

#![warn(missing_docs)]

mod course;
mod generalization_loss;
mod learned;
mod quotient;
mod up;

use crate::registry::{Choice, Chosen, Entry, Registered};
pub use course::Course;

/// A rule in the registry.
pub struct StopEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// Whether training ends here, with strips of so many epochs. Asked after each evaluation, the one of the untrained state excepted.
    pub is_over: fn(&Choice, &Course, u64) -> bool,
}

impl Registered for StopEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// Every rule, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&StopEntry] = &[&generalization_loss::ENTRY, &quotient::ENTRY, &up::ENTRY, &learned::ENTRY];

/// What ends a training besides its last epoch and patience.
#[derive(Clone)]
pub struct StopRule {
    /// A rule of the registry.
    pub rule: Option<Chosen<StopEntry>>,
    /// Per mille; 0 for any.
    pub least_progress: f64,
    /// Epochs of a strip.
    pub strip: u64,
}

/// The rule that asks how far outputs are from their targets.
pub const LEARNED: &str = learned::ENTRY.entry.name;

impl StopRule {
    /// Whether anything ends a training.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.rule.is_some() || self.least_progress > 0.0
    }

    /// Whether it asks how far the outputs of the training part are from their targets.
    #[must_use]
    pub fn asks_for_errors(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.name() == LEARNED)
    }

    /// Whether training ends here.
    #[must_use]
    pub fn is_over(&self, course: &Course) -> bool {
        let by_rule = self.rule.as_ref().is_some_and(|rule| (rule.entry.is_over)(&rule.choice, course, self.strip));
        let progress = course.progress(self.strip).filter(|_| self.least_progress > 0.0);
        by_rule || progress.is_some_and(|progress| progress < self.least_progress)
    }
}

impl std::fmt::Debug for StopRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.rule.as_ref().map(|rule| &rule.choice);
        write!(f, "StopRule({kind:?}, progress {}, strip {})", self.least_progress, self.strip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn course(training: &[f64], validation: &[(u64, f64)]) -> Course {
        let mut course = Course::default();
        training.iter().for_each(|loss| course.add_training(*loss));
        validation.iter().for_each(|(epoch, loss)| course.add_validation(*epoch, *loss));
        course
    }

    fn rule(entry: &'static StopEntry, parameters: &[(&'static str, Value)]) -> StopRule {
        let rule = parameters.iter().fold(Chosen::of(entry), |rule, (name, value)| rule.with(name, value.clone()));
        StopRule { rule: Some(rule), least_progress: 0.0, strip: 2 }
    }

    /// Worked by hand.
    #[test]
    fn the_course_has_prechelts_figures() {
        let of = course(&[4.0, 2.0, 2.0, 1.0], &[(0, 1.0), (2, 4.0), (4, 5.0)]);
        assert_eq!(of.generalization_loss(), Some(25.0), "the untrained state does not count");
        // 1000 · ((2 + 1) / (2 · 1) − 1), and of four epochs 1000 · (9 / 4 − 1).
        assert_eq!((of.progress(2), of.progress(4)), (Some(500.0), Some(1250.0)));
        assert_eq!(of.progress(5), None);
        assert_eq!(course(&[1.0; 3], &[(3, 1.0)]).progress(2), None, "not the end of a strip");
    }

    #[test]
    fn rules_fire_by_their_formulas() {
        let alpha = |alpha: f64| [("alpha", Value::Number(alpha))];
        let of = course(&[4.0, 2.0, 2.0, 1.0], &[(2, 4.0), (4, 5.0)]);
        // GL is 25 and P₂ 500.
        assert!(rule(&generalization_loss::ENTRY, &alpha(24.9)).is_over(&of));
        assert!(!rule(&generalization_loss::ENTRY, &alpha(25.0)).is_over(&of));
        assert!(rule(&quotient::ENTRY, &alpha(0.049)).is_over(&of));
        assert!(!rule(&quotient::ENTRY, &alpha(0.05)).is_over(&of));
        let ups = |strips| rule(&up::ENTRY, &[("strips", Value::Integer(strips))]);
        let rising = course(&[1.0; 8], &[(2, 1.0), (4, 2.0), (6, 2.5), (8, 3.0)]);
        assert!(ups(3).is_over(&rising) && !ups(4).is_over(&rising));
        let flat = course(&[1.0; 8], &[(2, 1.0), (4, 2.0), (6, 2.0), (8, 3.0)]);
        assert!(ups(1).is_over(&flat) && !ups(2).is_over(&flat));
    }

    #[test]
    fn a_training_has_learned_when_no_output_is_far_from_its_target() {
        let learned = rule(&learned::ENTRY, &[("within", Value::Number(0.4))]);
        let mut of = course(&[1.0], &[(1, 1.0)]);
        assert!(learned.asks_for_errors() && !rule(&up::ENTRY, &[]).asks_for_errors());
        assert!(!learned.is_over(&of), "nothing is known");
        for (error, is_over) in [(Some(0.4), false), (Some(0.39), true), (None, false)] {
            of.set_largest_error(error);
            assert_eq!(learned.is_over(&of), is_over, "{error:?}");
        }
    }

    #[test]
    fn little_progress_ends_a_training_without_a_rule() {
        let stop = |least_progress| StopRule { rule: None, least_progress, strip: 2 };
        // P₂ is 1000 · (2.0002 / 2 − 1) = 0.1.
        let of = course(&[3.0, 3.0, 1.0002, 1.0], &[(4, 1.0)]);
        assert!(stop(0.11).is_over(&of) && !stop(0.09).is_over(&of));
        assert!(!stop(0.0).is_any() && !stop(0.0).is_over(&course(&[1.0; 2], &[(2, 1.0)])));
    }
}
