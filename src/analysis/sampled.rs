//! What the seeds of a comparison are a sample of: that is what its verdicts are about.

use crate::record::Setting;
use std::collections::BTreeMap;

/// What seeds sample on a data set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sampled {
    /// Trainings on a problem without rows.
    Trainings,
    /// Splits of the same rows, with n_test / n_train: repetitions overlap.
    Splits { overlap: f64 },
    /// New draws of a generator: repetitions are independent.
    Draws,
}

impl Sampled {
    /// By the settings of a run.
    #[must_use]
    pub fn of(settings: &BTreeMap<String, Setting>) -> Self {
        let is = |name: &str, value: &str| settings.get(name).is_some_and(|setting| setting.to_string() == value);
        if is("model.kind", "objective") {
            return Self::Trainings;
        }
        if is("data.draw", "each-seed") {
            return Self::Draws;
        }
        let share = |part: &str, usual: f64| {
            settings.get(&format!("data.split.{part}")).and_then(Setting::as_number).unwrap_or(usual)
        };
        Self::Splits { overlap: share("test", 0.2) / share("train", 0.6) }
    }

    /// n_test / n_train where repetitions share rows, else 0.
    #[must_use]
    pub fn overlap(self) -> f64 {
        match self {
            Self::Splits { overlap } => overlap,
            Self::Trainings | Self::Draws => 0.0,
        }
    }

    /// Of several methods or settings, the one whose repetitions share the most.
    #[must_use]
    pub fn widest(self, other: Self) -> Self {
        if other.overlap() > self.overlap() { other } else { self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_say_what_seeds_sample() {
        let of = |pairs: &[(&str, Setting)]| {
            Sampled::of(&pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
        };
        let text = |word: &str| Setting::Text(word.to_owned());
        assert_eq!(of(&[]), Sampled::Splits { overlap: 0.2 / 0.6 });
        let split = [("data.split.train", Setting::Number(0.8)), ("data.split.test", Setting::Number(0.1))];
        assert_eq!(of(&split), Sampled::Splits { overlap: 0.1 / 0.8 });
        assert_eq!(of(&[("data.draw", text("each-seed"))]), Sampled::Draws);
        assert_eq!(of(&[("data.draw", text("each-seed"))]).overlap(), 0.0);
        assert_eq!(of(&[("model.kind", text("objective"))]), Sampled::Trainings);
    }
}
