//! A step length that satisfies the strong Wolfe conditions, for L-BFGS.
//!
//! φ(α) = L(θ + αd); wanted: φ(α) ≤ φ(0) + c₁ α φ'(0) and |φ'(α)| ≤ c₂ |φ'(0)|, c₁ = 10⁻⁴, c₂ = 0.9
//!
//! First α grows until an interval holds such a step, then the interval shrinks, by the cubic through both ends' values
//! and slopes, or by halves where that leads too near to an end. Nocedal & Wright 2006, algorithms 3.5 and 3.6, with
//! their constants for quasi-Newton methods. As SciPy's `line_search` and PyTorch's `strong_wolfe`, which bound the
//! trials alike.

/// φ and φ' at α.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    pub alpha: f64,
    pub value: f64,
    pub slope: f64,
}

const C1: f64 = 1e-4;
const C2: f64 = 0.9;
/// Trials are whole passes over the data.
const MOST_TRIALS: u32 = 40;

/// Whether a trial that lowers φ satisfies the strong Wolfe conditions, for a slope φ'(0) < 0.
#[must_use]
pub fn is_flat_enough(trial: Trial, slope: f64) -> bool {
    trial.slope.abs() <= -C2 * slope
}

/// The trial that satisfies the conditions, given φ(0), φ'(0) < 0 and a first α; the best one found that lowers φ if
/// none does within the trials; `None` if φ cannot be lowered. `at` evaluates φ; it may answer with NaN.
///
/// # Errors
/// Those of `at`.
pub fn strong_wolfe<E>(
    start: Trial,
    first: f64,
    mut at: impl FnMut(f64) -> Result<Trial, E>,
) -> Result<Option<Trial>, E> {
    let enough = |alpha: f64| start.value + C1 * alpha * start.slope;
    // A decrease that rounds to none is none.
    let lowers = |trial: &Trial| trial.value < start.value && trial.value <= enough(trial.alpha);
    let (mut low, mut high, mut alpha) = (start, None::<Trial>, first);
    for _ in 0..MOST_TRIALS {
        let trial = at(alpha)?;
        let higher = !lowers(&trial) || (low.alpha > 0.0 && trial.value >= low.value);
        if !higher && is_flat_enough(trial, start.slope) {
            return Ok(Some(trial));
        }
        if higher {
            high = Some(trial);
        } else {
            // The minimum lies between this one and the end to which φ falls from here.
            let towards = high.map_or(1.0, |high| high.alpha - low.alpha);
            if trial.slope * towards >= 0.0 {
                high = Some(low);
            }
            low = trial;
        }
        alpha = match high {
            None => 2.0 * trial.alpha,
            Some(high) => between(low, high),
        };
        if alpha == low.alpha {
            break;
        }
    }
    Ok((low.alpha > 0.0).then_some(low))
}

/// A point inside of an interval: the cubic's minimum, kept a tenth of the interval away from the ends.
fn between(low: Trial, high: Trial) -> f64 {
    let width = high.alpha - low.alpha;
    let middle = low.alpha + 0.5 * width;
    let d1 = low.slope + high.slope - 3.0 * (high.value - low.value) / width;
    let d2 = width.signum() * (d1 * d1 - low.slope * high.slope).sqrt();
    let cubic = high.alpha - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let share = (cubic - low.alpha) / width;
    if share.is_finite() && (0.1..=0.9).contains(&share) { cubic } else { middle }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(phi: impl Fn(f64) -> (f64, f64), first: f64) -> Option<Trial> {
        let at = |alpha: f64| {
            let (value, slope) = phi(alpha);
            Ok::<_, String>(Trial { alpha, value, slope })
        };
        let start = at(0.0).unwrap();
        strong_wolfe(start, first, at).unwrap()
    }

    #[test]
    fn steps_satisfy_the_conditions_from_any_first_length() {
        let functions: [fn(f64) -> (f64, f64); 3] = [
            |a| ((a - 3.0) * (a - 3.0), 2.0 * (a - 3.0)),
            |a| (-a / (a * a + 2.0), (a * a - 2.0) / (a * a + 2.0).powi(2)), // Moré & Thuente 1994, function 1
            |a| {
                ((a + 0.004).powi(5) - 2.0 * (a + 0.004).powi(4), 5.0 * (a + 0.004).powi(4) - 8.0 * (a + 0.004).powi(3))
            }, // 2
        ];
        for phi in functions {
            for first in [1e-3, 0.1, 1.0, 10.0, 1000.0] {
                let (start, found) = (phi(0.0), search(phi, first).unwrap());
                assert!(found.value <= start.0 + C1 * found.alpha * start.1, "{found:?}");
                assert!(found.slope.abs() <= -C2 * start.1, "{found:?} from {first}");
            }
        }
    }

    #[test]
    fn what_cannot_be_lowered_and_what_is_no_number_end_well() {
        assert_eq!(search(|_| (1.0, -1.0), 1.0), None);
        let wall = |a: f64| if a > 0.5 { (f64::NAN, f64::NAN) } else { ((a - 0.4) * (a - 0.4), 2.0 * (a - 0.4)) };
        assert!((search(wall, 1.0).unwrap().alpha - 0.4).abs() < 0.4);
    }
}
