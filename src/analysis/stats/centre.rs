//! Where a handful of values lies: mean, median, interquartile mean.
//!
//! The interquartile mean leaves ⌊n/4⌋ values out at either end and averages the rest: a compromise between the mean, which
//! one bad run can move at will, and the median, which hears the middle only. With fewer than 4 values it is the mean.
//!
//! None of them must be taken over runs of which the diverged ones were left out first: the result would praise what
//! diverges.
//!
//! Source: Agarwal et al. 2021, "Deep reinforcement learning at the edge of the statistical precipice", section 4.3.

/// Σx / n, the sum exact; `None` for no values.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of runs
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| exact_sum(values) / values.len() as f64)
}

/// Σx rounded once, so that no order of the values changes it: partial sums without common bits (Shewchuk 1997, "Adaptive precision
/// floating-point arithmetic", as Python's `math.fsum`). Where a value is not finite, or a partial sum overflows, the plain sum.
#[must_use]
pub fn exact_sum(values: &[f64]) -> f64 {
    let mut partials: Vec<f64> = Vec::new();
    for &value in values {
        let mut x = value;
        let mut kept = 0;
        for place in 0..partials.len() {
            let mut y = partials[place];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        partials.push(x);
        if !x.is_finite() {
            return values.iter().sum();
        }
    }
    // From the largest down, until something is lost; then half a unit in the last place is rounded by what follows.
    let mut rest = partials.into_iter().rev();
    let Some(mut sum) = rest.next() else { return 0.0 };
    let mut rest = rest.peekable();
    while let Some(next) = rest.next() {
        let total = sum + next;
        let lost = next - (total - sum);
        sum = total;
        if lost != 0.0 {
            let same_side = rest.peek().is_some_and(|after| (lost < 0.0) == (*after < 0.0));
            let twice = 2.0 * lost;
            if same_side && twice == (sum + twice) - sum {
                sum += twice;
            }
            break;
        }
    }
    sum
}

/// The number with twelve significant digits, by which means are ranked: two that differ by roundings only are one.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    if value.is_finite() { format!("{value:.11e}").parse().unwrap_or(value) } else { value }
}

/// Whether two numbers differ by roundings only.
#[must_use]
pub fn equal(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// The middle value, or the mean of the middle two; `None` for no values.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// The mean of the middle half; `None` for no values.
#[must_use]
pub fn interquartile_mean(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let cut = sorted.len() / 4;
    mean(&sorted[cut..sorted.len() - cut])
}

/// Ascending.
pub(super) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_have_no_order() {
        assert_eq!(exact_sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(exact_sum(&[0.1; 10]), 1.0);
        let values = [0.9333, 0.1, 1e-17, 0.8666, -0.3, 1e16, 3.0, -1e16];
        let mut turned = values;
        turned.reverse();
        assert_eq!(exact_sum(&values).to_bits(), exact_sum(&turned).to_bits());
        assert_eq!(exact_sum(&[]), 0.0);
        assert_eq!(exact_sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        assert_eq!(exact_sum(&[1e308, 1e308]), f64::INFINITY);
    }

    /// 300 right of 360 three times, and the same 900 in other parts.
    #[test]
    fn roundings_make_no_difference() {
        let of = |counts: [f64; 3]| rounded(mean(&counts.map(|count| count / 360.0)).unwrap());
        assert_eq!(of([300.0; 3]).to_bits(), of([299.0, 300.0, 301.0]).to_bits());
        assert_eq!(of([300.0; 3]).to_bits(), of([290.0, 305.0, 305.0]).to_bits());
        assert!(equal(0.1 + 0.2, 0.3) && !equal(0.3, 0.300_001));
    }
}
