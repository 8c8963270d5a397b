//! σ, softplus and log-sum-exp in the forms that cannot overflow.

use super::Real;
use super::lanes::dispatch;
use pulp::{Simd, WithSimd};

/// The sigmoid σ(s) = 1 / (1 + e^−s), by the branch whose exponent is never positive.
pub fn sigmoid<R: Real>(s: R) -> R {
    dispatch(One(s)).1
}

/// softplus(s) = ln(1 + e^s) = max(0, s) + ln(1 + e^−|s|); −ln σ(s) is `softplus(-s)`.
pub fn softplus<R: Real>(s: R) -> R {
    dispatch(One(s)).0
}

/// softplus(s) and its derivative σ(s), by one exponential: for loops that run in vectors.
#[inline(always)]
pub fn softplus_and_sigmoid<R: Real>(s: R) -> (R, R) {
    let e = (-s.abs()).exp();
    // NaN must stay NaN: `max` would hide it behind the zero.
    let positive = if s <= R::ZERO { R::ZERO } else { s };
    (positive + e.ln_1p(), (if s >= R::ZERO { R::ONE } else { e }) / (R::ONE + e))
}

/// One number by itself, compiled for the CPU all the same: else each multiply-add would be a call.
struct One<R>(R);

impl<R: Real> WithSimd for One<R> {
    type Output = (R, R);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> (R, R) {
        softplus_and_sigmoid(self.0)
    }
}

/// ln Σ_c e^{s_c} = max(s) + ln Σ_c e^{s_c − max(s)}; −∞ for no terms, not a number where a term is none.
pub fn log_sum_exp<R: Real>(s: &[R]) -> R {
    dispatch(LogSumExp(s))
}

struct LogSumExp<'a, R>(&'a [R]);

impl<R: Real> WithSimd for LogSumExp<'_, R> {
    type Output = R;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> R {
        let largest = largest(self.0);
        if self.0.is_empty() || (!largest.is_finite() && largest < R::ZERO) {
            return R::from_f64(f64::NEG_INFINITY);
        }
        let sum = self.0.iter().fold(R::ZERO, |sum, &s_c| sum + (s_c - largest).exp());
        largest + sum.ln()
    }
}

/// The largest of `s`, not a number where one of them is none.
#[inline]
pub fn largest<R: Real>(s: &[R]) -> R {
    let mut largest = R::from_f64(f64::NEG_INFINITY);
    for &s_c in s {
        // `!(s_c <= largest)` is also true for a NaN, and no number is above a NaN afterwards.
        #[allow(clippy::neg_cmp_op_on_partial_ord)]
        if !(s_c <= largest) {
            largest = s_c;
            if s_c.to_f64().is_nan() {
                break;
            }
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_neither_overflow_nor_turn_into_nan() {
        for s in [-1e4_f64, -745.0, -40.0, 0.0, 40.0, 745.0, 1e4] {
            assert!((0.0..=1.0).contains(&sigmoid(s)), "σ({s})");
            assert!(softplus(s).is_finite() && softplus(s) >= s.max(0.0), "softplus({s})");
        }
        assert_eq!(sigmoid(1e30_f32), 1.0);
        assert_eq!(sigmoid(-1e30_f32), 0.0);
        assert_eq!(softplus(1e30_f32), 1e30);
        assert_eq!(log_sum_exp(&[1e4_f64, 1e4]), 1e4 + 2.0_f64.ln());
        assert_eq!(log_sum_exp::<f64>(&[]), f64::NEG_INFINITY);
        assert_eq!(log_sum_exp(&[f64::NEG_INFINITY]), f64::NEG_INFINITY);
    }

    /// Figures from 50 digits of `mpmath`, `tests/oracles/streams.py`; 2 units in the last place for two roundings and `libm`'s own.
    #[test]
    fn values_agree_with_high_precision() {
        let near = |value: f64, exact: f64| assert!(((value - exact) / exact).abs() < 4.5e-16, "{value} for {exact}");
        near(sigmoid(1.0), 0.731_058_578_630_004_9);
        near(sigmoid(-30.0), 9.357_622_968_839_299e-14);
        near(softplus(-30.0), 9.357_622_968_839_737e-14);
        near(softplus(1.0), 1.313_261_687_518_222_8);
        near(log_sum_exp(&[1.0, 2.0, 3.0]), 3.407_605_964_444_38);
    }

    #[test]
    fn not_a_number_stays_visible() {
        assert!(sigmoid(f64::NAN).is_nan());
        assert!(softplus(f64::NAN).is_nan());
        assert!(log_sum_exp(&[1.0, f64::NAN, 2.0]).is_nan());
        assert!(largest(&[f64::NAN, 2.0]).is_nan());
    }
}
