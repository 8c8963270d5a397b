//! Loops that do what several others would do.

use super::Piece;
use super::numbers::{larger, sign, smaller, truth};
use crate::formula::program::{Fused, Pair};
use crate::num::Real;

impl<R: Real> Piece<'_, R> {
    #[inline(always)]
    pub(super) fn fused(&mut self, fused: Fused, to: u8, [a, b, c]: [u8; 3], [p, q, r, s, _]: [R; 5]) {
        macro_rules! run {
            (|$x:ident, $y:ident, $z:ident| $value:expr) => {
                self.over_first(
                    to,
                    [a, b, c],
                    #[inline(always)]
                    |$x: R, $y: R, $z: R| $value,
                )
            };
            (|$x:ident, $y:ident| $value:expr) => {
                self.two(
                    to,
                    a,
                    b,
                    #[inline(always)]
                    |$x: R, $y: R| $value,
                )
            };
            (|$x:ident| $value:expr) => {
                self.one(
                    to,
                    a,
                    #[inline(always)]
                    |$x: R| $value,
                )
            };
        }
        match fused {
            Fused::SumOfScaled => run!(|x, y| p * x + q * y),
            Fused::DifferenceOfScaled => run!(|x, y| p * x - q * y),
            Fused::ScaledPlusSquare => run!(|x, y| p * x + q * y * y),
            Fused::ScaledPlusScaledSquare => run!(|x, y| p * x + q * (y * y)),
            Fused::PlusSquare => run!(|x, y| x + y * y),
            Fused::PlusScaled => run!(|x, y| x + p * y),
            Fused::MinusScaledOver => run!(|x, y, z| x - p * y / z),
            Fused::MinusScaledOverRoot => run!(|x, y, z| x - p * y / ((q * z).sqrt() + r)),
            Fused::MinusScaledQuotient => run!(|x, y, z| x - p * (y / z)),
            Fused::MinusScaledSign => run!(|x, y| x - p * sign(y)),
            Fused::MinusScaledSignOfSum => run!(|x, y, z| x - p * sign(q * y + r * z)),
            Fused::MinusProduct => run!(|x, y, z| x - y * z),
            Fused::MinusScaled => run!(|x, y| x - p * y),
            Fused::ScaledOver => run!(|x, y| p * x / y),
            Fused::ScaledTimes => run!(|x, y| p * x * y),
            Fused::TimesSign => run!(|x, y| x * sign(y)),
            Fused::RootOfScaledPlus => run!(|x| (p * x).sqrt() + q),
            Fused::RootPlus => run!(|x| x.sqrt() + p),
            Fused::RootOfSum => run!(|x| (x + p).sqrt()),
            Fused::RootOverRootTimes => run!(|x, y, z| (x + p).sqrt() / (y + q).sqrt() * z),
            Fused::MinScaled => run!(|x| smaller(p * x, q)),
            Fused::MaxScaled => run!(|x| larger(p * x, q)),
            Fused::MaxScaledAbsPlus => run!(|x, y| larger(p * x, y.abs() + q)),
            Fused::WhereGreater => run!(|x, y, z| if x > p { y } else { z }),
            Fused::WhereLess => run!(|x, y, z| if x < p { y } else { z }),
            Fused::WhereLessScalar => run!(|x, y| if x < p { q } else { y }),
            Fused::WhereLessAnd => run!(|x, y, z| if truth::<R>(x < p) * q == R::ZERO { z } else { y }),
            Fused::PlusUnlessLess => run!(|x, y, z| if y < p { x } else { x + z }),
            Fused::MinusSignTimes => run!(|x, y, z| x - sign(y) * z),
            Fused::NegativeSignTimes => run!(|x, y| -(sign(x) * y)),
            Fused::StepBySign => run!(|x, y| step(x, y, [p, q, r, s])),
            Fused::StepBySigns => run!(|x, y, z| step(x, sign(y) * sign(z), [p, q, r, s])),
        }
    }

    /// Two loops in one.
    #[inline(always)]
    pub(super) fn pair(&mut self, pair: Pair, x: u8, [y, z, _]: [u8; 3], [p, q, r, s, t]: [R; 5]) {
        macro_rules! run {
            (|$x:ident, $y:ident, $z:ident| $first:expr, $second:expr) => {
                self.both(
                    [x, y],
                    z,
                    #[inline(always)]
                    |$x: R, $y: R, $z: R| {
                        let $x = $first;
                        ($x, $second)
                    },
                )
            };
        }
        match pair {
            Pair::SumThenPlus => run!(|x, y, z| p * x + q * z, y + x),
            Pair::DifferenceThenPlus => run!(|x, y, z| p * x - q * z, y + x),
            Pair::SumThenMinusScaled => run!(|x, y, z| p * x + q * z, y - r * x),
            Pair::SumAndSquare => run!(|x, y, z| p * x + q * z, r * y + s * z * z),
            Pair::SignOfSumAndSum => run!(|x, y, z| x - p * sign(q * y + r * z), s * y + t * z),
        }
    }

    #[inline(always)]
    fn both(&mut self, [x, y]: [u8; 2], z: u8, f: impl Fn(R, R, R) -> (R, R)) {
        let ((first, range), (second, other)) = (self.take(x), self.take(y));
        let (x_out, y_out) = (&mut first[range], &mut second[other]);
        let z = &self.read(z)[..x_out.len()];
        let y_out = &mut y_out[..x_out.len()];
        for i in 0..x_out.len() {
            (x_out[i], y_out[i]) = f(x_out[i], y_out[i], z[i]);
        }
        self.put(x, first);
        self.put(y, second);
    }
}

/// Rprop's next step after x, by the sign of y.
#[inline(always)]
fn step<R: Real>(x: R, y: R, [p, q, r, s]: [R; 4]) -> R {
    let (grown, cut) = (smaller(p * x, q), larger(r * x, s));
    if y > R::ZERO {
        grown
    } else if y < R::ZERO {
        cut
    } else {
        x
    }
}
