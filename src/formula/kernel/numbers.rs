//! Functions of single numbers.

use crate::num::Real;

/// The smaller of two numbers, NaN where the first is.
#[allow(clippy::eq_op)] // only NaN is not itself
#[inline(always)]
pub fn smaller<R: Real>(x: R, y: R) -> R {
    if x < y || x != x { x } else { y }
}

/// The larger of two numbers, NaN where the first is.
#[allow(clippy::eq_op)] // only NaN is not itself
#[inline(always)]
pub fn larger<R: Real>(x: R, y: R) -> R {
    if x > y || x != x { x } else { y }
}

#[inline(always)]
pub fn truth<R: Real>(holds: bool) -> R {
    if holds { R::ONE } else { R::ZERO }
}

/// 1, 0 or −1; not a number stays none.
#[inline(always)]
pub fn sign<R: Real>(x: R) -> R {
    if x > R::ZERO {
        R::ONE
    } else if x < R::ZERO {
        -R::ONE
    } else {
        x
    }
}

/// x^y = e^{y ln x} for x ≥ 0, in f64 in every run: in f32 the exponent's rounding would cost digits.
#[inline(always)]
pub fn power<R: Real>(x: R, y: R) -> R {
    let exponent = y.to_f64() * x.to_f64().ln();
    let value = R::from_f64(Real::exp(exponent));
    if y == R::ZERO { R::ONE } else { value }
}
