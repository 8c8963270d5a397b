//! Where an axis ends below, so that absurd values leave the others their room.

use crate::measure::{Better, Measure, R2};

/// A share or an R² is never drawn on less than this because of a cut: small differences stay small.
const LEAST: f64 = 0.2;
/// An axis reaches this many times as far down as the better half of the values.
const REACH: f64 = 4.0;
/// The better half has at least a part of the axis of one in so many.
const WIDEST: f64 = 10.0;
/// An R² below this is worse than the target's mean as every answer, and how much worse says nothing.
const WORST_R2: f64 = -0.25;
/// It is cut off where it takes so many times as much room as all that is better.
const ABSURD: f64 = 2.0;

/// Where an axis of a measure ends for these values; none if it needs no end, and for a measure whose best values are the lowest.
pub fn floor(measure: &Measure, values: impl Iterator<Item = f64>) -> Option<f64> {
    if measure.better == Better::Lower {
        return None;
    }
    let mut values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    let (best, least) = (*values.first()?, *values.last()?);
    // Differences of halves are finite.
    let half = |from: f64, to: f64| 0.5 * from - 0.5 * to;
    // An R² that nothing lifts above the worst one is shown as it is, and so is one that is not much worse.
    let absurd = measure == &R2 && best > WORST_R2 && half(best, least) > ABSURD * half(best, WORST_R2);
    let worst = if absurd { WORST_R2 } else { f64::NEG_INFINITY };
    let [middle, lowest] = [values[values.len() / 2], least].map(|value| value.max(worst));
    let by_one = measure.bounds[1].is_finite();
    let squeezed = half(best, lowest) > WIDEST * half(best, middle);
    let reach = (2.0 * REACH * half(best, middle)).max(if by_one { LEAST } else { 0.0 });
    let floor = if squeezed && reach > 0.0 { (best - reach).max(worst) } else { worst };
    (floor.is_finite() && least < floor).then_some(floor)
}

/// `2 of 20 below the axis, the least 1e-3`; nothing where no value is.
pub fn said(floor: Option<f64>, values: impl Iterator<Item = f64>, what: &str) -> Option<String> {
    let floor = floor?;
    let values: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let below = values.iter().filter(|value| **value < floor).count();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let all = values.len();
    (below > 0).then(|| format!("↓ {below} of {all} {what} below the axis, the least {}", super::number(least)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{ACCURACY, DIGITS, LOSS};

    #[test]
    fn absurd_values_are_cut_off() {
        let floor = |measure: &Measure, values: &[f64]| super::floor(measure, values.iter().copied());
        assert_eq!(floor(&R2, &[0.9, 0.8, -1e6, -1e9]), Some(-0.25), "half of them absurd");
        assert_eq!(floor(&R2, &[0.9, 0.8, 0.1]), None);
        assert_eq!(floor(&R2, &[0.55, 0.4, 0.3, -0.6]), None, "bad, and no reason to hide it");
        assert_eq!(floor(&R2, &[-3.0, -5.0]), None, "nothing better");
        assert_eq!(floor(&LOSS, &[1e9, 1e9, 1e9, 0.1]), None, "the lowest loss is the best");
        let cut = floor(&ACCURACY, &[0.97, 0.97, 0.96, 0.1]).unwrap();
        assert!((cut - 0.77).abs() < 1e-12, "{cut}");
        assert_eq!(floor(&ACCURACY, &[0.97, 0.9, 0.8, 0.6]), None, "a curve of its own");
        assert_eq!(floor(&DIGITS, &[9.0, 8.5, 8.0, -300.0]), Some(5.0));
        assert_eq!(floor(&ACCURACY, &[f64::NAN]), None);
        assert_eq!(floor(&DIGITS, &[f64::MAX, f64::MAX, f64::MIN]), None, "equal ones have no reach");
        let values = || [0.9, -1e6].into_iter();
        assert_eq!(said(Some(-0.25), values(), "points").unwrap(), "↓ 1 of 2 points below the axis, the least -1e6");
        assert_eq!(said(Some(-2e6), values(), "points"), None);
    }
}
