//! The two floating-point types that burnmark computes in.

use super::elementary;
use super::lanes::Lanes;
use std::fmt::{self, Debug, Display};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

/// Which floating-point type a run computes in; `f64` is for truth, `f32` for speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// 32 bits.
    F32,
    /// 64 bits.
    F64,
}

impl Precision {
    /// Both.
    pub const ALL: [Self; 2] = [Self::F32, Self::F64];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }
}

impl Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A real number: `f32` or `f64`.
///
/// `exp`, `ln`, `ln_1p` and `tanh` are our own (`num/elementary.rs`), never the platform's, so that every machine computes
/// the same bits. `+ − × ÷ √` and the fused multiply-add are exactly rounded by IEEE 754 and need no such care.
pub trait Real:
    Lanes
    + Default
    + PartialOrd
    + Debug
    + Display
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Sum
{
    const ZERO: Self;
    const ONE: Self;
    const PRECISION: Precision;

    /// The nearest number of this type.
    fn from_f64(value: f64) -> Self;
    /// The same number; exact for both types.
    fn to_f64(self) -> f64;
    /// `self · factor + addend` with one rounding.
    #[must_use]
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    #[must_use]
    fn abs(self) -> Self;
    #[must_use]
    fn sqrt(self) -> Self;
    #[must_use]
    fn exp(self) -> Self;
    #[must_use]
    fn ln(self) -> Self;
    /// `ln(1 + self)`, exact near zero.
    #[must_use]
    fn ln_1p(self) -> Self;
    #[must_use]
    fn tanh(self) -> Self;
    fn is_finite(self) -> bool;
    fn is_nan(self) -> bool;

    /// Appends the little-endian bytes of `values` to `bytes`: the form in which numbers are hashed. Every NaN is one
    /// pattern of bits: IEEE 754 leaves open which of two such operands an operation hands on.
    fn extend_bytes(values: &[Self], bytes: &mut Vec<u8>);

    /// The one of this precision.
    fn of<P: PerPrecision>(by_precision: &ByPrecision<P>) -> &'static P::Of<Self>;
}

/// A family of types, one for each precision.
pub trait PerPrecision {
    /// The type of a precision.
    type Of<R: Real>: ?Sized + 'static;
}

/// A value of each type of such a family.
pub struct ByPrecision<P: PerPrecision> {
    /// The value for f32.
    pub f32: &'static P::Of<f32>,
    /// The value for f64.
    pub f64: &'static P::Of<f64>,
}

impl<P: PerPrecision> ByPrecision<P> {
    /// The one for a precision.
    #[must_use]
    pub fn of<R: Real>(&self) -> &'static P::Of<R> {
        R::of(self)
    }
}

macro_rules! real {
    ($type:ident, $precision:ident) => {
        impl Real for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const PRECISION: Precision = Precision::$precision;

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation)] // rounding to the nearest is what is wanted
            fn from_f64(value: f64) -> Self {
                value as $type
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self.into()
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                <$type>::mul_add(self, factor, addend)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$type>::abs(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                <$type>::sqrt(self)
            }
            #[inline(always)]
            fn exp(self) -> Self {
                elementary::$type::exp(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                elementary::$type::ln(self)
            }
            #[inline(always)]
            fn ln_1p(self) -> Self {
                elementary::$type::ln_1p(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                elementary::$type::tanh(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                <$type>::is_finite(self)
            }
            fn is_nan(self) -> bool {
                <$type>::is_nan(self)
            }
            fn extend_bytes(values: &[Self], bytes: &mut Vec<u8>) {
                let one_pattern = |value: &Self| if <$type>::is_nan(*value) { <$type>::NAN } else { *value };
                let start = bytes.len();
                bytes.resize(start + size_of_val(values), 0);
                let places = bytes[start..].as_chunks_mut::<{ size_of::<$type>() }>().0;
                places.iter_mut().zip(values).for_each(|(place, value)| *place = one_pattern(value).to_le_bytes());
            }
            fn of<P: PerPrecision>(by_precision: &ByPrecision<P>) -> &'static P::Of<Self> {
                by_precision.$type
            }
        }
    };
}

real!(f32, F32);
real!(f64, F64);
