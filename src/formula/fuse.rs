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
            Operation::Binary(Binary::Subtract, a, b) => self.difference(a, b),
            Operation::Binary(Binary::Divide, a, b) => self.scaled_first(Fused::ScaledOver, a, b),
            Operation::Binary(Binary::Multiply, a, b) => self.scaled_first(Fused::ScaledTimes, a, b),
            Operation::Unary(Unary::Sqrt, of) => match self.within(of)? {
                Operation::Binary(Binary::Add, a, p) => {
                    let (a, p) = if self.is_scalar(p) { (a, p) } else { (p, a) };
                    (self.is_full(a) && self.is_scalar(p)).then(|| fused(Fused::RootOfSum, &[a], &[p], &[of]))
                }
                _ => None,
            },
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

    fn difference(&self, a: Id, b: Id) -> Option<Loop> {
        if self.is_full(a)
            && let Some(Operation::Binary(Binary::Divide, above, below)) = self.within(b)
            && let Some((p, scaled)) = self.scaled(above)
            && self.is_full(below)
        {
            return Some(fused(Fused::MinusScaledOver, &[a, scaled, below], &[p], &[b, above]));
        }
        let (q, second) = self.scaled(b)?;
        if let Some((p, first)) = self.scaled(a) {
            return Some(fused(Fused::DifferenceOfScaled, &[first, second], &[p, q], &[a, b]));
        }
        self.is_full(a).then(|| fused(Fused::MinusScaled, &[a, second], &[q], &[b]))
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
