//! Loops for sums, differences and products.

use super::{Fuser, Loop, fused};
use crate::formula::graph::{Binary, Id, Operation, Unary};
use crate::formula::program::Fused;

impl Fuser<'_> {
    /// a + b, in this order or the other: the sum is the same.
    pub(super) fn sum(&self, a: Id, b: Id) -> Option<Loop> {
        if let (Some((p, first)), Some((q, square))) = (self.scaled(a), self.scaled(b))
            && let Some(Operation::Binary(Binary::Multiply, c, d)) = self.within(square)
            && c == d
            && self.is_full(c)
        {
            return Some(fused(Fused::ScaledPlusScaledSquare, &[first, c], &[p, q]));
        }
        if let (Some((p, first)), Some((q, second))) = (self.scaled(a), self.scaled(b)) {
            return Some(fused(Fused::SumOfScaled, &[first, second], &[p, q]));
        }
        if let (Some((p, first)), Some(Operation::Binary(Binary::Multiply, c, d))) = (self.scaled(a), self.within(b))
            && let Some((q, second)) = self.scaled(c)
            && second == d
        {
            return Some(fused(Fused::ScaledPlusSquare, &[first, d], &[p, q]));
        }
        if self.is_full(a)
            && let Some(Operation::Binary(Binary::Multiply, c, d)) = self.within(b)
            && c == d
        {
            return Some(fused(Fused::PlusSquare, &[a, c], &[]));
        }
        if self.is_full(a)
            && let Some((p, second)) = self.scaled(b)
        {
            return Some(fused(Fused::PlusScaled, &[a, second], &[p]));
        }
        if self.is_scalar(b)
            && let Some(Operation::Unary(Unary::Sqrt, of)) = self.within(a)
            && self.is_full(of)
        {
            return Some(match self.scaled(of) {
                Some((p, first)) => fused(Fused::RootOfScaledPlus, &[first], &[p, b]),
                None => fused(Fused::RootPlus, &[of], &[b]),
            });
        }
        None
    }

    /// a − p b / c, and the same with what Adam divides by: √(q c) + r.
    pub(super) fn less_quotient(&self, a: Id, b: Id) -> Option<Loop> {
        let Operation::Binary(Binary::Divide, above, below) = self.within(b)? else { return None };
        let (p, scaled) = self.scaled(above)?;
        if !self.is_full(a) || !self.is_full(below) {
            return None;
        }
        if let Some((root, r)) = self.plus_scalar(below)
            && let Some(Operation::Unary(Unary::Sqrt, of)) = self.within(root)
            && let Some((q, c)) = self.scaled(of)
        {
            return Some(fused(Fused::MinusScaledOverRoot, &[a, scaled, c], &[p, q, r]));
        }
        Some(fused(Fused::MinusScaledOver, &[a, scaled, below], &[p]))
    }

    pub(super) fn difference(&self, a: Id, b: Id) -> Option<Loop> {
        let Some((q, second)) = self.scaled(b) else { return self.less_product(a, b) };
        if let Some((p, first)) = self.scaled(a) {
            return Some(fused(Fused::DifferenceOfScaled, &[first, second], &[p, q]));
        }
        if !self.is_full(a) {
            return None;
        }
        Some(match self.within(second) {
            Some(Operation::Binary(Binary::Divide, c, d)) if self.is_full(c) && self.is_full(d) => {
                fused(Fused::MinusScaledQuotient, &[a, c, d], &[q])
            }
            Some(Operation::Unary(Unary::Sign, of)) => match self.within(of) {
                Some(Operation::Binary(Binary::Add, c, d)) if self.scaled(c).is_some() && self.scaled(d).is_some() => {
                    let ((p, c_of), (r, d_of)) = (self.scaled(c)?, self.scaled(d)?);
                    fused(Fused::MinusScaledSignOfSum, &[a, c_of, d_of], &[q, p, r])
                }
                _ if self.is_full(of) => fused(Fused::MinusScaledSign, &[a, of], &[q]),
                _ => return None,
            },
            _ => fused(Fused::MinusScaled, &[a, second], &[q]),
        })
    }

    /// a − b c, a − sign(b) c
    fn less_product(&self, a: Id, b: Id) -> Option<Loop> {
        match self.within(b)? {
            Operation::Binary(Binary::Multiply, c, d)
                if self.signed(c).is_some() && [a, d].iter().all(|id| self.is_full(*id)) =>
            {
                Some(fused(Fused::MinusSignTimes, &[a, self.signed(c)?, d], &[]))
            }
            Operation::Binary(Binary::Multiply, c, d) if [a, c, d].iter().all(|id| self.is_full(*id)) => {
                Some(fused(Fused::MinusProduct, &[a, c, d], &[]))
            }
            _ => None,
        }
    }

    /// √(a + p) / √(b + q) · c
    pub(super) fn roots_times(&self, quotient: Id, c: Id) -> Option<Loop> {
        let Operation::Binary(Binary::Divide, above, below) = self.within(quotient)? else { return None };
        let (Operation::Unary(Unary::Sqrt, first), Operation::Unary(Unary::Sqrt, second)) =
            (self.within(above)?, self.within(below)?)
        else {
            return None;
        };
        let ((a, p), (b, q)) = (self.plus_scalar(first)?, self.plus_scalar(second)?);
        (self.is_full(c) && above != below).then(|| fused(Fused::RootOverRootTimes, &[a, b, c], &[p, q]))
    }

    pub(super) fn times_sign(&self, a: Id, b: Id) -> Option<Loop> {
        match self.within(b)? {
            Operation::Unary(Unary::Sign, of) if self.is_full(a) && self.is_full(of) => {
                Some(fused(Fused::TimesSign, &[a, of], &[]))
            }
            _ => None,
        }
    }
}
