//! Which operations of a sweep are one loop.

mod choices;
mod sums;

use super::graph::{Binary, Graph, Id, Operation, Unary};
use super::program::{Fused, Kernel};
use super::schedule::operands;
use super::shape::ValueShape;
use std::collections::{BTreeMap, BTreeSet};

/// A loop for an operation and those that it takes in.
pub struct Loop {
    pub kernel: Kernel,
    pub from: Vec<Id>,
    pub scalars: Vec<Id>,
}

/// What becomes of an operation.
pub enum Placement {
    /// It has a loop with others.
    Loop(Loop),
    /// It is computed within the loops that read it.
    Within,
}

/// The operations of a sweep, for finding loops.
pub struct Fuser<'g> {
    pub graph: &'g Graph,
    pub shape: ValueShape,
    /// Whether an operation is read within this sweep alone, and how many times.
    pub reads_here: &'g dyn Fn(Id) -> Option<usize>,
    /// What the loops found so far read.
    needed: BTreeSet<Id>,
}

impl<'g> Fuser<'g> {
    pub fn new(graph: &'g Graph, shape: ValueShape, reads_here: &'g dyn Fn(Id) -> Option<usize>) -> Self {
        Self { graph, shape, reads_here, needed: BTreeSet::new() }
    }

    /// The fused loops of operations, found from the last to the first, and those that need no loop; the others have one by themselves.
    pub fn plan(mut self, operations: &[Id]) -> BTreeMap<Id, Placement> {
        let mut planned = BTreeMap::new();
        for &id in operations.iter().rev() {
            let is_fold = matches!(self.graph.node(id), Operation::Fold(..));
            if !is_fold && (self.reads_here)(id).is_some() && !self.needed.contains(&id) {
                planned.insert(id, Placement::Within);
            } else if let Some(found) = self.find(id) {
                self.needed.extend(&found.from);
                planned.insert(id, Placement::Loop(found));
            } else {
                self.needed.extend(operands(self.graph, id));
            }
        }
        planned
    }

    /// The loop of an operation, if it is more than the operation alone.
    fn find(&self, id: Id) -> Option<Loop> {
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
            Operation::Where(condition, yes, no) => {
                self.step_by_sign(condition, yes, no).or_else(|| self.choice(condition, yes, no))
            }
            Operation::Unary(Unary::Sqrt, of) => {
                let (a, p) = self.plus_scalar(of)?;
                Some(fused(Fused::RootOfSum, &[a], &[p]))
            }
            Operation::Unary(Unary::Negative, of) => {
                let Operation::Binary(Binary::Multiply, signed, b) = self.within(of)? else { return None };
                let a = self.signed(signed).filter(|_| self.is_full(b))?;
                Some(fused(Fused::NegativeSignTimes, &[a, b], &[]))
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

    /// The operation, where it can be taken in: it has one reader, or is as cheap as reading it. What has a loop anyway is read.
    fn within(&self, id: Id) -> Option<Operation> {
        let reads = (self.reads_here)(id).filter(|_| self.is_full(id) && !self.needed.contains(&id))?;
        (reads == 1 || self.is_cheap(id)).then(|| self.graph.node(id))
    }

    /// Signs, their products and comparisons.
    fn is_cheap(&self, id: Id) -> bool {
        let is_sign = |id| matches!(self.graph.node(id), Operation::Unary(Unary::Sign, _));
        match self.graph.node(id) {
            Operation::Binary(Binary::Less | Binary::Greater, ..) => true,
            Operation::Binary(Binary::Multiply, a, b) => is_sign(a) && is_sign(b),
            _ => is_sign(id),
        }
    }

    /// a of sign(a).
    fn signed(&self, id: Id) -> Option<Id> {
        match self.within(id)? {
            Operation::Unary(Unary::Sign, of) => Some(of).filter(|of| self.is_full(*of)),
            _ => None,
        }
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

    /// a and p of a + p, where the sum can be taken in.
    fn plus_scalar(&self, id: Id) -> Option<(Id, Id)> {
        let Operation::Binary(Binary::Add, a, p) = self.within(id)? else { return None };
        let (a, p) = if self.is_scalar(p) { (a, p) } else { (p, a) };
        (self.is_full(a) && self.is_scalar(p)).then_some((a, p))
    }

    fn scaled_first(&self, kernel: Fused, a: Id, b: Id) -> Option<Loop> {
        let (p, first) = self.scaled(a)?;
        self.is_full(b).then(|| fused(kernel, &[first, b], &[p]))
    }
}

fn fused(kernel: Fused, from: &[Id], scalars: &[Id]) -> Loop {
    Loop { kernel: Kernel::Fused(kernel), from: from.to_vec(), scalars: scalars.to_vec() }
}
