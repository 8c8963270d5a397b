//! Loops for minima, maxima and choices.

use super::{Fuser, Loop, fused};
use crate::formula::graph::{Binary, Id, Operation, Unary};
use crate::formula::program::Fused;

impl Fuser<'_> {
    /// min(p a, q), max(p a, q), max(p a, |b| + q)
    pub(super) fn extreme(&self, function: Binary, a: Id, b: Id) -> Option<Loop> {
        let (p, first) = self.scaled(a)?;
        if self.is_scalar(b) {
            let kernel = if function == Binary::Min { Fused::MinScaled } else { Fused::MaxScaled };
            return Some(fused(kernel, &[first], &[p, b]));
        }
        let (size, q) = self.plus_scalar(b).filter(|_| function == Binary::Max)?;
        match self.within(size)? {
            Operation::Unary(Unary::Abs, of) if self.is_full(of) => {
                Some(fused(Fused::MaxScaledAbsPlus, &[first, of], &[p, q]))
            }
            _ => None,
        }
    }

    /// The choices after a comparison with a number: b where a > p or a < p, else c; one of both a number; a sum with one of both.
    pub(super) fn choice(&self, condition: Id, yes: Id, no: Id) -> Option<Loop> {
        if let Some(Operation::Binary(Binary::And, compared, q)) = self.within(condition)
            && self.is_scalar(q)
            && let Some((Binary::Less, a, p)) = self.compared(compared)
        {
            let fits = self.is_full(yes) && self.is_full(no);
            return fits.then(|| fused(Fused::WhereLessAnd, &[a, yes, no], &[p, q]));
        }
        let (function, a, p) = self.compared(condition)?;
        let is_less = function == Binary::Less;
        match (self.is_full(yes), self.is_full(no)) {
            (true, true) => match self.within(no) {
                Some(Operation::Binary(Binary::Add, b, c)) if is_less && b == yes && self.is_full(c) => {
                    Some(fused(Fused::PlusUnlessLess, &[yes, a, c], &[p]))
                }
                _ => {
                    let kernel = if is_less { Fused::WhereLess } else { Fused::WhereGreater };
                    Some(fused(kernel, &[a, yes, no], &[p]))
                }
            },
            (false, true) if is_less && self.is_scalar(yes) => Some(fused(Fused::WhereLessScalar, &[a, no], &[p, yes])),
            _ => None,
        }
    }

    /// Rprop's step b: min(p b, q) where a > 0, max(r b, s) where a < 0, else b.
    pub(super) fn step_by_sign(&self, condition: Id, grown: Id, otherwise: Id) -> Option<Loop> {
        let (Binary::Greater, a, _) = self.compared_with_zero(condition)? else { return None };
        let Operation::Where(condition, cut, b) = self.within(otherwise)? else { return None };
        let (Binary::Less, other, _) = self.compared_with_zero(condition)? else { return None };
        let (Operation::Binary(Binary::Min, grown, q), Operation::Binary(Binary::Max, cut, s)) =
            (self.within(grown)?, self.within(cut)?)
        else {
            return None;
        };
        let ((p, of_grown), (r, of_cut)) = (self.scaled(grown)?, self.scaled(cut)?);
        let fits = other == a && of_grown == b && of_cut == b && self.is_scalar(q) && self.is_scalar(s);
        if !fits || !self.is_full(b) {
            return None;
        }
        if let Some(Operation::Binary(Binary::Multiply, first, second)) = self.within(a)
            && let (Some(first), Some(second)) = (self.signed(first), self.signed(second))
        {
            return Some(fused(Fused::StepBySigns, &[b, first, second], &[p, q, r, s]));
        }
        Some(fused(Fused::StepBySign, &[b, a], &[p, q, r, s]))
    }

    /// A comparison of numbers with a single one.
    fn compared(&self, condition: Id) -> Option<(Binary, Id, Id)> {
        match self.within(condition)? {
            Operation::Binary(function @ (Binary::Less | Binary::Greater), a, p)
                if self.is_full(a) && self.is_scalar(p) =>
            {
                Some((function, a, p))
            }
            _ => None,
        }
    }

    fn compared_with_zero(&self, condition: Id) -> Option<(Binary, Id, Id)> {
        self.compared(condition).filter(|(_, _, p)| self.graph.node(*p) == Operation::number(0.0))
    }
}
