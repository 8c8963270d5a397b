//! Which operations of a sweep are one loop.

use super::graph::{Binary, Graph, Id, Operation, Unary};
use super::program::{Fused, Kernel};
use super::shape::ValueShape;

/// A loop for an operation and those that it takes in.
pub struct Loop {
    pub kernel: Kernel,
    pub from: Vec<Id>,
    pub scalars: Vec<Id>,
    pub taken_in: Vec<Id>,
}

/// The operations of a sweep, for finding loops.
pub struct Fuser<'g> {
    pub graph: &'g Graph,
    pub shape: ValueShape,
    /// Whether an operation is of this sweep and has one reader, so that it need not be computed by itself.
    pub can_be_taken_in: &'g dyn Fn(Id) -> bool,
}

impl Fuser<'_> {
    /// The loop of an operation, if it is more than the operation alone.
    pub fn find(&self, id: Id) -> Option<Loop> {
        match self.graph.node(id) {
            Operation::Binary(Binary::Add, a, b) => self.sum(a, b).or_else(|| self.sum(b, a)),
            Operation::Binary(Binary::Subtract, a, b) => self.less_quotient(a, b).or_else(|| self.difference(a, b)),
            Operation::Binary(Binary::Divide, a, b) => self.scaled_first(Fused::ScaledOver, a, b),
            Operation::Binary(Binary::Multiply, a, b) => {
                let scaled = || self.scaled_first(Fused::ScaledTimes, a, b);
                self.roots_times(a, b)
                    .or_else(scaled)
                    .or_else(|| self.times_sign(a, b))
                    .or_else(|| self.times_sign(b, a))
            }
            Operation::Binary(function @ (Binary::Min | Binary::Max), a, b) => self.extreme(function, a, b),
            Operation::Where(condition, yes, no) => self.choice(condition, yes, no),
            Operation::Unary(Unary::Sqrt, of) => {
                let (a, p) = self.plus_scalar(of)?;
                Some(fused(Fused::RootOfSum, &[a], &[p], &[of]))
            }
            _ => None,
        }
    }

    fn is_full(&self, id: Id) -> bool {
        self.graph.shape(id) == self.shape
    }

    fn is_scalar(&self, id: Id) -> bool {
        self.graph.shape(id).is_scalar()
    }

    /// The operation, where it can be taken in.
    fn within(&self, id: Id) -> Option<Operation> {
        (self.is_full(id) && (self.can_be_taken_in)(id)).then(|| self.graph.node(id))
    }

    /// p and a of p a.
    fn scaled(&self, id: Id) -> Option<(Id, Id)> {
        match self.within(id)? {
            Operation::Binary(Binary::Multiply, a, b) => {
                let (p, a) = if self.is_scalar(a) { (a, b) } else { (b, a) };
                (self.is_scalar(p) && self.is_full(a)).then_some((p, a))
            }
            _ => None,
        }
    }

    /// a + b, in this order or the other: the sum is the same.
    fn sum(&self, a: Id, b: Id) -> Option<Loop> {
        if let (Some((p, first)), Some((q, square))) = (self.scaled(a), self.scaled(b))
            && let Some(Operation::Binary(Binary::Multiply, c, d)) = self.within(square)
            && c == d
            && self.is_full(c)
        {
            return Some(fused(Fused::ScaledPlusScaledSquare, &[first, c], &[p, q], &[a, b, square]));
        }
        if let (Some((p, first)), Some((q, second))) = (self.scaled(a), self.scaled(b)) {
            return Some(fused(Fused::SumOfScaled, &[first, second], &[p, q], &[a, b]));
        }
        if let (Some((p, first)), Some(Operation::Binary(Binary::Multiply, c, d))) = (self.scaled(a), self.within(b))
            && let Some((q, second)) = self.scaled(c)
            && second == d
        {
            return Some(fused(Fused::ScaledPlusSquare, &[first, d], &[p, q], &[a, b, c]));
        }
        if self.is_full(a)
            && let Some(Operation::Binary(Binary::Multiply, c, d)) = self.within(b)
            && c == d
        {
            return Some(fused(Fused::PlusSquare, &[a, c], &[], &[b]));
        }
        if self.is_full(a)
            && let Some((p, second)) = self.scaled(b)
        {
            return Some(fused(Fused::PlusScaled, &[a, second], &[p], &[b]));
        }
        if self.is_scalar(b)
            && let Some(Operation::Unary(Unary::Sqrt, of)) = self.within(a)
            && self.is_full(of)
        {
            return Some(match self.scaled(of) {
                Some((p, first)) => fused(Fused::RootOfScaledPlus, &[first], &[p, b], &[a, of]),
                None => fused(Fused::RootPlus, &[of], &[b], &[a]),
            });
        }
        None
    }

    /// a − p b / c, and the same with what Adam divides by: √(q c) + r.
    fn less_quotient(&self, a: Id, b: Id) -> Option<Loop> {
        let Operation::Binary(Binary::Divide, above, below) = self.within(b)? else { return None };
        let (p, scaled) = self.scaled(above)?;
        if !self.is_full(a) || !self.is_full(below) {
            return None;
        }
        if let Some((root, r)) = self.plus_scalar(below)
            && let Some(Operation::Unary(Unary::Sqrt, of)) = self.within(root)
            && let Some((q, c)) = self.scaled(of)
        {
            let taken = [b, above, below, root, of];
            return Some(fused(Fused::MinusScaledOverRoot, &[a, scaled, c], &[p, q, r], &taken));
        }
        Some(fused(Fused::MinusScaledOver, &[a, scaled, below], &[p], &[b, above]))
    }

    fn difference(&self, a: Id, b: Id) -> Option<Loop> {
        let Some((q, second)) = self.scaled(b) else { return self.less_product(a, b) };
        if let Some((p, first)) = self.scaled(a) {
            return Some(fused(Fused::DifferenceOfScaled, &[first, second], &[p, q], &[a, b]));
        }
        if !self.is_full(a) {
            return None;
        }
        Some(match self.within(second) {
            Some(Operation::Binary(Binary::Divide, c, d)) if self.is_full(c) && self.is_full(d) => {
                fused(Fused::MinusScaledQuotient, &[a, c, d], &[q], &[b, second])
            }
            Some(Operation::Unary(Unary::Sign, of)) => match self.within(of) {
                Some(Operation::Binary(Binary::Add, c, d)) if self.scaled(c).is_some() && self.scaled(d).is_some() => {
                    let ((p, c_of), (r, d_of)) = (self.scaled(c)?, self.scaled(d)?);
                    fused(Fused::MinusScaledSignOfSum, &[a, c_of, d_of], &[q, p, r], &[b, second, of, c, d])
                }
                _ if self.is_full(of) => fused(Fused::MinusScaledSign, &[a, of], &[q], &[b, second]),
                _ => return None,
            },
            _ => fused(Fused::MinusScaled, &[a, second], &[q], &[b]),
        })
    }

    /// a − b c
    fn less_product(&self, a: Id, b: Id) -> Option<Loop> {
        match self.within(b)? {
            Operation::Binary(Binary::Multiply, c, d) if [a, c, d].iter().all(|id| self.is_full(*id)) => {
                Some(fused(Fused::MinusProduct, &[a, c, d], &[], &[b]))
            }
            _ => None,
        }
    }

    /// √(a + p) / √(b + q) · c
    fn roots_times(&self, quotient: Id, c: Id) -> Option<Loop> {
        let Operation::Binary(Binary::Divide, above, below) = self.within(quotient)? else { return None };
        let (Operation::Unary(Unary::Sqrt, first), Operation::Unary(Unary::Sqrt, second)) =
            (self.within(above)?, self.within(below)?)
        else {
            return None;
        };
        let ((a, p), (b, q)) = (self.plus_scalar(first)?, self.plus_scalar(second)?);
        let taken = [quotient, above, below, first, second];
        (self.is_full(c) && above != below).then(|| fused(Fused::RootOverRootTimes, &[a, b, c], &[p, q], &taken))
    }

    fn times_sign(&self, a: Id, b: Id) -> Option<Loop> {
        match self.within(b)? {
            Operation::Unary(Unary::Sign, of) if self.is_full(a) && self.is_full(of) => {
                Some(fused(Fused::TimesSign, &[a, of], &[], &[b]))
            }
            _ => None,
        }
    }

    /// min(p a, q), max(p a, q), max(p a, |b| + q)
    fn extreme(&self, function: Binary, a: Id, b: Id) -> Option<Loop> {
        let (p, first) = self.scaled(a)?;
        if self.is_scalar(b) {
            let kernel = if function == Binary::Min { Fused::MinScaled } else { Fused::MaxScaled };
            return Some(fused(kernel, &[first], &[p, b], &[a]));
        }
        let (size, q) = self.plus_scalar(b).filter(|_| function == Binary::Max)?;
        match self.within(size)? {
            Operation::Unary(Unary::Abs, of) if self.is_full(of) => {
                Some(fused(Fused::MaxScaledAbsPlus, &[first, of], &[p, q], &[a, b, size]))
            }
            _ => None,
        }
    }

    /// b where a > p or a < p, else c
    fn choice(&self, condition: Id, yes: Id, no: Id) -> Option<Loop> {
        let kernel = |function| match function {
            Binary::Greater => Some(Fused::WhereGreater),
            Binary::Less => Some(Fused::WhereLess),
            _ => None,
        };
        let Operation::Binary(function, a, p) = self.within(condition)? else { return None };
        let fits = [a, yes, no].iter().all(|id| self.is_full(*id)) && self.is_scalar(p);
        kernel(function).filter(|_| fits).map(|kernel| fused(kernel, &[a, yes, no], &[p], &[condition]))
    }

    /// a and p of a + p, where the sum can be taken in.
    fn plus_scalar(&self, id: Id) -> Option<(Id, Id)> {
        let Operation::Binary(Binary::Add, a, p) = self.within(id)? else { return None };
        let (a, p) = if self.is_scalar(p) { (a, p) } else { (p, a) };
        (self.is_full(a) && self.is_scalar(p)).then_some((a, p))
    }

    fn scaled_first(&self, kernel: Fused, a: Id, b: Id) -> Option<Loop> {
        let (p, first) = self.scaled(a)?;
        self.is_full(b).then(|| fused(kernel, &[first, b], &[p], &[a]))
    }
}

fn fused(kernel: Fused, from: &[Id], scalars: &[Id], taken_in: &[Id]) -> Loop {
    let kernel = Kernel::Fused(kernel);
    Loop { kernel, from: from.to_vec(), scalars: scalars.to_vec(), taken_in: taken_in.to_vec() }
}
