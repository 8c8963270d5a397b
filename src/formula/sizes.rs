//! How many numbers each block has of each shape, and where they lie.

use super::shape::{BlockSide, ValueShape};
use crate::num::Layout;
use std::ops::Range;

/// The sizes of a network's blocks.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Rows and columns.
    blocks: Vec<(usize, usize)>,
    /// Where each block begins, and behind them the whole length, by shape.
    starts: [[Vec<usize>; 3]; 3],
}

const SIDES: [BlockSide; 3] = [BlockSide::One, BlockSide::Rows, BlockSide::Columns];

impl Sizes {
    #[must_use]
    pub fn of(layout: &Layout) -> Self {
        let blocks: Vec<(usize, usize)> = layout.blocks().iter().map(|block| (block.rows, block.cols)).collect();
        let starts = SIDES.map(|rows| SIDES.map(|columns| starts(&blocks, rows, columns)));
        Self { blocks, starts }
    }

    #[must_use]
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    fn starts(&self, shape: ValueShape) -> &[usize] {
        let (rows, columns) = match shape {
            ValueShape::Network => (BlockSide::One, BlockSide::One),
            ValueShape::Block(rows, columns) => (rows, columns),
        };
        let index = |side: BlockSide| match side {
            BlockSide::One => 0,
            BlockSide::Rows => 1,
            BlockSide::Columns => 2,
        };
        &self.starts[index(rows)][index(columns)]
    }

    /// Numbers of this shape in all blocks.
    #[must_use]
    pub fn count(&self, shape: ValueShape) -> usize {
        self.starts(shape).last().copied().unwrap_or(0)
    }

    /// Where a block's numbers of this shape lie among those of all.
    #[must_use]
    pub fn range(&self, shape: ValueShape, block: usize) -> Range<usize> {
        let starts = self.starts(shape);
        starts[block]..starts[block + 1]
    }

    /// The rows and columns of this shape in a block.
    #[must_use]
    pub fn sides(&self, shape: ValueShape, block: usize) -> (usize, usize) {
        match shape {
            ValueShape::Network => (1, 1),
            ValueShape::Block(rows, columns) => (length(rows, self.blocks[block]), length(columns, self.blocks[block])),
        }
    }
}

fn length(side: BlockSide, block: (usize, usize)) -> usize {
    match side {
        BlockSide::One => 1,
        BlockSide::Rows => block.0,
        BlockSide::Columns => block.1,
    }
}

fn starts(blocks: &[(usize, usize)], rows: BlockSide, columns: BlockSide) -> Vec<usize> {
    let mut starts = vec![0_usize];
    for block in blocks {
        let count = length(rows, *block).saturating_mul(length(columns, *block));
        starts.push(starts[starts.len() - 1].saturating_add(count));
    }
    starts
}
