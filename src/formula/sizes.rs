//! How many numbers each block has of each shape, and where they lie.

use super::shape::{Shape, Side};
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

const SIDES: [Side; 3] = [Side::One, Side::Rows, Side::Columns];

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

    fn starts(&self, shape: Shape) -> &[usize] {
        let (rows, columns) = match shape {
            Shape::Network => (Side::One, Side::One),
            Shape::Block(rows, columns) => (rows, columns),
        };
        let index = |side: Side| match side {
            Side::One => 0,
            Side::Rows => 1,
            Side::Columns => 2,
        };
        &self.starts[index(rows)][index(columns)]
    }

    /// Numbers of this shape in all blocks.
    #[must_use]
    pub fn count(&self, shape: Shape) -> usize {
        self.starts(shape).last().copied().unwrap_or(0)
    }

    /// Where a block's numbers of this shape lie among those of all.
    #[must_use]
    pub fn range(&self, shape: Shape, block: usize) -> Range<usize> {
        let starts = self.starts(shape);
        starts[block]..starts[block + 1]
    }

    /// The rows and columns of this shape in a block.
    #[must_use]
    pub fn sides(&self, shape: Shape, block: usize) -> (usize, usize) {
        match shape {
            Shape::Network => (1, 1),
            Shape::Block(rows, columns) => (length(rows, self.blocks[block]), length(columns, self.blocks[block])),
        }
    }
}

fn length(side: Side, block: (usize, usize)) -> usize {
    match side {
        Side::One => 1,
        Side::Rows => block.0,
        Side::Columns => block.1,
    }
}

fn starts(blocks: &[(usize, usize)], rows: Side, columns: Side) -> Vec<usize> {
    let mut starts = vec![0_usize];
    for block in blocks {
        let count = length(rows, *block).saturating_mul(length(columns, *block));
        starts.push(starts[starts.len() - 1].saturating_add(count));
    }
    starts
}
