//! A checked formula: its operations in the order in which they are computed, each once.
//!
//! Names are gone: a local is the number of the operation that gave it. An operation that occurs twice with the same
//! operands is one, and a repeated block is written out.

use super::shape::{Over, ValueShape};
use std::collections::HashMap;

/// The number of an operation in its graph.
pub type Id = usize;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A number by its bits.
    Number(u64),
    /// The number of a parameter.
    Parameter(usize),
    /// Whether a parameter is the word of this number among its words.
    IsWord(usize, usize),
    Input(Input),
    /// A state as it was before this step.
    State(usize),
    Unary(Unary, Id),
    Binary(Binary, Id, Id),
    /// The second where the first holds, else the third.
    Where(Id, Id, Id),
    /// A sum or the like over rows, columns or blocks, never over all.
    Fold(Fold, Over, Id),
    /// The same over the blocks' own numbers.
    OverBlocks(Fold, Id),
    /// A matrix product.
    Product(Id, Id),
    Transpose(Id),
    /// The eigenvectors of a symmetric matrix, where the second holds: of the network. Nobody reads them elsewhere.
    Eigenvectors(Id, Id),
}

/// What a step is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    Theta,
    Gradient,
    /// t, from 0.
    Time,
    /// T
    Total,
    /// η_t
    Rate,
    Loss,
    /// Of a block.
    Rows,
    Columns,
    /// Of the network.
    Weights,
    Blocks,
    /// Whether a block has this role.
    HasRole(usize),
    /// Whether a block belongs to the first or the last layer.
    First,
    Last,
    /// A unit's potential or an output, and the target of an output.
    Potential,
    Target,
}

/// Functions of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    Negative,
    Abs,
    Sign,
    Sqrt,
    Exp,
    Log,
    LogOnePlus,
    Tanh,
    Sigmoid,
    Softplus,
    /// Φ and φ: the standard normal distribution and its density.
    NormalCdf,
    NormalPdf,
    Not,
    /// Of single numbers only, as are those below.
    Rounded,
    Floor,
    Sin,
    Cos,
}

/// Functions of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// What runs over many numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fold {
    Sum,
    SumOfSquares,
    Max,
    Min,
}

impl Operation {
    #[must_use]
    pub fn number(number: f64) -> Self {
        Self::Number(number.to_bits())
    }

    /// The operations that it needs.
    #[must_use]
    pub fn operands(&self) -> Vec<Id> {
        match *self {
            Self::Unary(_, a) | Self::Fold(_, _, a) | Self::OverBlocks(_, a) | Self::Transpose(a) => vec![a],
            Self::Binary(_, a, b) | Self::Product(a, b) | Self::Eigenvectors(a, b) => vec![a, b],
            Self::Where(a, b, c) => vec![a, b, c],
            _ => Vec::new(),
        }
    }

    /// The same operation on other operands.
    #[must_use]
    pub fn with(self, of: impl Fn(Id) -> Id) -> Self {
        match self {
            Self::Unary(function, a) => Self::Unary(function, of(a)),
            Self::Fold(fold, over, a) => Self::Fold(fold, over, of(a)),
            Self::OverBlocks(fold, a) => Self::OverBlocks(fold, of(a)),
            Self::Transpose(a) => Self::Transpose(of(a)),
            Self::Eigenvectors(a, when) => Self::Eigenvectors(of(a), of(when)),
            Self::Binary(function, a, b) => Self::Binary(function, of(a), of(b)),
            Self::Product(a, b) => Self::Product(of(a), of(b)),
            Self::Where(a, b, c) => Self::Where(of(a), of(b), of(c)),
            leaf => leaf,
        }
    }
}

/// The operations of one formula; each one's operands come before it.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Operation>,
    shapes: Vec<ValueShape>,
    known: HashMap<(Operation, ValueShape), Id>,
}

impl Graph {
    /// The operation's number, new or known.
    pub fn add(&mut self, node: Operation, shape: ValueShape) -> Id {
        let (known, next) = (&mut self.known, self.nodes.len());
        *known.entry((node, shape)).or_insert_with(|| {
            self.nodes.push(node);
            self.shapes.push(shape);
            next
        })
    }

    #[must_use]
    pub fn node(&self, id: Id) -> Operation {
        self.nodes[id]
    }

    #[must_use]
    pub fn shape(&self, id: Id) -> ValueShape {
        self.shapes[id]
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// Whether each operation is needed for one of these.
    #[must_use]
    pub fn needed(&self, outputs: impl IntoIterator<Item = Id>) -> Vec<bool> {
        let mut needed = vec![false; self.nodes.len()];
        outputs.into_iter().for_each(|id| needed[id] = true);
        for id in (0..self.nodes.len()).rev() {
            if needed[id] {
                self.nodes[id].operands().into_iter().for_each(|operand| needed[operand] = true);
            }
        }
        needed
    }

    /// Whether an input is needed for one of these.
    #[must_use]
    pub fn uses(&self, input: Input, outputs: impl IntoIterator<Item = Id>) -> bool {
        let needed = self.needed(outputs);
        self.nodes.iter().zip(needed).any(|(node, needed)| needed && *node == Operation::Input(input))
    }
}
