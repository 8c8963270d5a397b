//! The functions of the language on single numbers, in f64.
//!
//! Numbers of the network and of blocks are few, so they are f64 in every run. The functions are those of `libm`, as in the
//! annealing rules, and the same on every CPU.

use super::graph::{Binary, Fold, Unary};
use crate::num::stable;
use std::f64::consts::FRAC_1_SQRT_2;

/// 1/√(2π)
pub const INVERSE_ROOT_OF_TWO_PI: f64 = 0.398_942_280_401_432_7;

/// Φ(x) = ½ erfc(−x/√2)
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// 1 for yes, 0 for no.
#[must_use]
pub fn truth(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// f(x); `rounded` brings a number to the run's precision.
#[must_use]
pub fn unary(function: Unary, x: f64, rounded: impl Fn(f64) -> f64) -> f64 {
    match function {
        Unary::Negative => -x,
        Unary::Abs => x.abs(),
        Unary::Sign if x > 0.0 => 1.0,
        Unary::Sign if x < 0.0 => -1.0,
        Unary::Sign => x,
        Unary::Sqrt => x.sqrt(),
        Unary::Exp => libm::exp(x),
        Unary::Log => libm::log(x),
        Unary::LogOnePlus => libm::log1p(x),
        Unary::Tanh => libm::tanh(x),
        Unary::Sigmoid => stable::sigmoid(x),
        Unary::Softplus => stable::softplus(x),
        Unary::NormalCdf => normal_cdf(x),
        Unary::NormalPdf => libm::exp(-0.5 * x * x) * INVERSE_ROOT_OF_TWO_PI,
        Unary::Not => 1.0 - x,
        Unary::Rounded => rounded(x),
        Unary::Floor => libm::floor(x),
        Unary::Sin => libm::sin(x),
        Unary::Cos => libm::cos(x),
    }
}

/// f(x, y)
#[must_use]
pub fn binary(function: Binary, x: f64, y: f64) -> f64 {
    match function {
        Binary::Add => x + y,
        Binary::Subtract => x - y,
        Binary::Multiply | Binary::And => x * y,
        Binary::Divide => x / y,
        Binary::Power => libm::pow(x, y),
        Binary::Min if x < y || x.is_nan() => x,
        Binary::Max if x > y || x.is_nan() => x,
        Binary::Min | Binary::Max => y,
        Binary::Less => truth(x < y),
        Binary::LessOrEqual => truth(x <= y),
        Binary::Greater => truth(x > y),
        Binary::GreaterOrEqual => truth(x >= y),
        Binary::Equal => truth(x == y),
        Binary::NotEqual => truth(x != y),
        Binary::Or => x.max(y),
    }
}

impl Fold {
    /// Of no numbers.
    #[must_use]
    pub fn nothing(self) -> f64 {
        match self {
            Self::Sum | Self::SumOfSquares => 0.0,
            Self::Max => f64::NEG_INFINITY,
            Self::Min => f64::INFINITY,
        }
    }

    /// Two partial results as one.
    #[inline(always)]
    #[must_use]
    pub fn joined(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Sum | Self::SumOfSquares => a + b,
            Self::Max => {
                if a > b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Self::Min => {
                if a < b || a.is_nan() {
                    a
                } else {
                    b
                }
            }
        }
    }
}
