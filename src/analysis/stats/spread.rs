//! Mean and standard deviation of a handful of seeds.

use serde::Serialize;

/// Mean, sample standard deviation (divisor n − 1, from two values on) and range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    pub mean: f64,
    pub sd: Option<f64>,
    pub least: f64,
    pub greatest: f64,
}

impl Spread {
    /// `None` for no values.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // counts of seeds
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let n = values.len() as f64;
        let mean = super::mean(values)?;
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        let sd = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Self { mean, sd, least, greatest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_follow_their_definition() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[2.0]), Some(Spread { mean: 2.0, sd: None, least: 2.0, greatest: 2.0 }));
        let spread = Spread { mean: 2.0, sd: Some(1.0), least: 1.0, greatest: 3.0 };
        assert_eq!(Spread::of(&[3.0, 1.0, 2.0]), Some(spread));
    }
}
