//! How many numbers a value has: one for the network, or a matrix per block whose sides are known by name.
//!
//! Sides are checked by name before any network is known: rows × columns times rows × columns fits no network, even where a
//! block happens to be square.

use std::fmt;

/// One side of a block's matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlockSide {
    /// 1, which goes with any other side.
    One,
    /// As many as the block has rows: inputs.
    Rows,
    /// As many as the block has columns: outputs.
    Columns,
}

/// The shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValueShape {
    /// One number for the network.
    Network,
    /// A matrix for each block.
    Block(BlockSide, BlockSide),
}

/// What a sum, mean, norm, maximum or minimum runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Over {
    /// Each row: one number per row.
    Row,
    /// Each column: one number per column.
    Column,
    Block,
    /// The network.
    All,
}

impl Over {
    /// The words of the language.
    pub const WORDS: [(&'static str, Self); 4] =
        [("row", Self::Row), ("column", Self::Column), ("block", Self::Block), ("all", Self::All)];
}

impl ValueShape {
    pub const WEIGHT: Self = Self::Block(BlockSide::Rows, BlockSide::Columns);
    pub const ROW: Self = Self::Block(BlockSide::Rows, BlockSide::One);
    pub const COLUMN: Self = Self::Block(BlockSide::One, BlockSide::Columns);
    pub const BLOCK: Self = Self::Block(BlockSide::One, BlockSide::One);

    /// The shapes that a state can be declared with, and how.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("weight", Self::WEIGHT),
        ("row", Self::ROW),
        ("column", Self::COLUMN),
        ("block", Self::BLOCK),
        ("network", Self::Network),
        ("rows x rows", Self::Block(BlockSide::Rows, BlockSide::Rows)),
        ("columns x columns", Self::Block(BlockSide::Columns, BlockSide::Columns)),
    ];

    /// Whether it is one number, of the network or of each block. Such numbers are f64 in every run.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        matches!(self, Self::Network | Self::BLOCK)
    }

    /// The shape of an operation on both, number by number: each side of one goes with the same side, or with 1.
    #[must_use]
    pub fn join(self, other: Self) -> Option<Self> {
        let side = |a: BlockSide, b: BlockSide| match (a, b) {
            (BlockSide::One, side) | (side, BlockSide::One) => Some(side),
            (a, b) => (a == b).then_some(a),
        };
        match (self, other) {
            (Self::Network, shape) | (shape, Self::Network) => Some(shape),
            (Self::Block(a, b), Self::Block(c, d)) => Some(Self::Block(side(a, c)?, side(b, d)?)),
        }
    }

    /// The shape of the matrix product.
    #[must_use]
    pub fn product(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Block(rows, a), Self::Block(b, columns)) => (a == b).then_some(Self::Block(rows, columns)),
            _ => None,
        }
    }

    #[must_use]
    pub fn transposed(self) -> Self {
        match self {
            Self::Network => self,
            Self::Block(rows, columns) => Self::Block(columns, rows),
        }
    }

    /// What is left after a sum.
    #[must_use]
    pub fn over(self, over: Over) -> Self {
        match (self, over) {
            (Self::Network, _) | (_, Over::All) => Self::Network,
            (Self::Block(rows, _), Over::Row) => Self::Block(rows, BlockSide::One),
            (Self::Block(_, columns), Over::Column) => Self::Block(BlockSide::One, columns),
            (Self::Block(..), Over::Block) => Self::BLOCK,
        }
    }
}

impl fmt::Display for BlockSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "1",
            Self::Rows => "rows",
            Self::Columns => "columns",
        })
    }
}

impl fmt::Display for ValueShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Network => f.write_str("one number for the network"),
            Self::BLOCK => f.write_str("a number per block"),
            Self::WEIGHT => f.write_str("a number per weight"),
            Self::ROW => f.write_str("a number per row"),
            Self::COLUMN => f.write_str("a number per column"),
            Self::Block(rows, columns) => write!(f, "a matrix of {rows} × {columns}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_join_and_multiply_by_the_names_of_their_sides() {
        assert_eq!(ValueShape::ROW.join(ValueShape::COLUMN), Some(ValueShape::WEIGHT));
        assert_eq!(ValueShape::Network.join(ValueShape::BLOCK), Some(ValueShape::BLOCK));
        assert_eq!(ValueShape::WEIGHT.join(ValueShape::WEIGHT.transposed()), None);
        assert_eq!(ValueShape::WEIGHT.product(ValueShape::WEIGHT), None);
        let gram = ValueShape::WEIGHT.product(ValueShape::WEIGHT.transposed()).unwrap();
        assert_eq!(gram.to_string(), "a matrix of rows × rows");
        assert_eq!(gram.product(ValueShape::WEIGHT), Some(ValueShape::WEIGHT));
        assert_eq!(ValueShape::ROW.product(ValueShape::COLUMN), Some(ValueShape::WEIGHT));
        assert_eq!(ValueShape::WEIGHT.over(Over::Row), ValueShape::ROW);
        assert_eq!(ValueShape::ROW.over(Over::Block), ValueShape::BLOCK);
    }
}
