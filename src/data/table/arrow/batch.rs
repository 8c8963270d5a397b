//! The cells of one batch of rows.

use super::field::{ArrowColumn, ArrowKind, ArrowLayout};
use super::flat::{FlatList, FlatTable};
use super::packed::{Packing, Unpacking};
use std::borrow::Cow;

/// A batch: its rows, and where the buffers of its columns lie.
pub struct ArrowBatch<'b> {
    pub rows: usize,
    nodes: FlatList<'b>,
    buffers: FlatList<'b>,
    views: Option<FlatList<'b>>,
    packing: Packing,
    body: &'b [u8],
}

/// Where in a batch a column begins.
#[derive(Clone, Copy, Default)]
pub struct ArrowCursor(ArrowLayout);

/// The cells of a column, of which some may be missing.
#[derive(Clone, Debug)]
pub enum ArrowCells {
    Integers(Vec<Option<i128>>),
    Numbers(Vec<Option<f64>>),
    Flags(Vec<Option<bool>>),
    Texts(Vec<Option<Box<str>>>),
}

/// What became of a column in a batch.
pub enum ReadColumn {
    Cells(ArrowCells),
    /// Its kind has no place in a table.
    NoPlace,
}

impl<'b> ArrowBatch<'b> {
    /// What a message says of its body; `None` where it is damaged.
    pub fn of(batch: FlatTable<'b>, body: &'b [u8]) -> Option<Self> {
        Some(Self {
            rows: usize::try_from(batch.i64(0).unwrap_or(0)).ok()?,
            nodes: batch.list(1, 16)?,
            buffers: batch.list(2, 16)?,
            views: batch.list(4, 8),
            packing: Packing::of(batch.table(3))?,
            body,
        })
    }

    /// The buffers of a column, the first of which says what is there, and how far the next column's are.
    fn buffers(&self, at: &mut ArrowCursor, layout: ArrowLayout) -> Option<Vec<&'b [u8]>> {
        let mut count = layout.buffers;
        for view in at.0.views..at.0.views + layout.views {
            count = count.checked_add(usize::try_from(self.views?.i64(view, 8, 0)?).ok()?)?;
        }
        let end = at.0.buffers.checked_add(count).filter(|end| *end <= self.buffers.count)?;
        let buffer = |item: usize| {
            let [start, length] = [0, 8].map(|within| self.buffers.i64(item, 16, within));
            let start = usize::try_from(start?).ok()?;
            self.body.get(start..start.checked_add(usize::try_from(length?).ok()?)?)
        };
        let buffers = (at.0.buffers..end).map(buffer).collect();
        at.0 = ArrowLayout { nodes: at.0.nodes + layout.nodes, buffers: end, views: at.0.views + layout.views };
        buffers
    }

    /// The cells of the next column; `None` where it is damaged.
    pub fn next(&self, at: &mut ArrowCursor, column: &ArrowColumn, unpacking: &mut Unpacking) -> Option<ReadColumn> {
        let node = at.0.nodes;
        let buffers = self.buffers(at, column.layout)?;
        if matches!(column.kind, ArrowKind::Other(_)) {
            return Some(ReadColumn::NoPlace);
        }
        if usize::try_from(self.nodes.i64(node, 16, 0)?).ok()? != self.rows {
            return None;
        }
        self.cells(&column.kind, &buffers, unpacking).map(ReadColumn::Cells)
    }

    /// The cells of a dictionary, which is a batch of one column.
    pub fn of_dictionary(&self, kind: &ArrowKind, unpacking: &mut Unpacking) -> Option<ArrowCells> {
        let layout = match kind {
            ArrowKind::Text { .. } => ArrowLayout { nodes: 1, buffers: 3, views: 0 },
            ArrowKind::TextView => ArrowLayout { nodes: 1, buffers: 2, views: 1 },
            _ => return None,
        };
        self.cells(kind, &self.buffers(&mut ArrowCursor::default(), layout)?, unpacking)
    }

    fn cells(&self, kind: &ArrowKind, buffers: &[&'b [u8]], unpacking: &mut Unpacking) -> Option<ArrowCells> {
        let rows = self.rows;
        let mut unpack = |buffer: usize, most: usize| -> Option<Cow<'b, [u8]>> {
            unpacking.unpack(self.packing, buffers.get(buffer)?, most)
        };
        let valid = unpack(0, rows.div_ceil(8))?;
        let is_valid = |row: usize| valid.is_empty() || valid[row / 8] >> (row % 8) & 1 == 1;
        if !valid.is_empty() && valid.len() < rows.div_ceil(8) {
            return None;
        }
        let mut fixed = |size: usize| unpack(1, rows.checked_mul(size)?)?.get(..rows * size).map(<[u8]>::to_vec);
        Some(match kind {
            ArrowKind::Integer { bytes, signed } => {
                let numbers = fixed(*bytes)?;
                let number = |row: usize| integer(&numbers[row * bytes..(row + 1) * bytes], *signed);
                ArrowCells::Integers((0..rows).map(|row| is_valid(row).then(|| number(row))).collect())
            }
            ArrowKind::F32 => {
                let numbers = fixed(4)?;
                let all = numbers.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes)));
                ArrowCells::Numbers(all.enumerate().map(|(row, x)| is_valid(row).then_some(x)).collect())
            }
            ArrowKind::F64 => {
                let numbers = fixed(8)?;
                let all = numbers.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes));
                ArrowCells::Numbers(all.enumerate().map(|(row, x)| is_valid(row).then_some(x)).collect())
            }
            ArrowKind::Flag => {
                let bits = unpack(1, rows.div_ceil(8))?;
                let flag = |row: usize| Some(bits.get(row / 8)? >> (row % 8) & 1 == 1);
                let cell = |row: usize| if is_valid(row) { flag(row).map(Some) } else { Some(None) };
                ArrowCells::Flags((0..rows).map(cell).collect::<Option<_>>()?)
            }
            ArrowKind::Text { wide } => {
                let size = if *wide { 8 } else { 4 };
                // A batch of no rows may have no places.
                let places = unpack(1, rows.checked_add(1)?.checked_mul(size)?)?;
                let place = |row: usize| usize::try_from(integer(places.get(row * size..(row + 1) * size)?, true)).ok();
                let end = if rows == 0 { 0 } else { place(rows)? };
                let texts = unpack(2, end)?;
                let text =
                    |row: usize| Some(std::str::from_utf8(texts.get(place(row)?..place(row + 1)?)?).ok()?.into());
                let cell = |row: usize| if is_valid(row) { text(row).map(Some) } else { Some(None) };
                ArrowCells::Texts((0..rows).map(cell).collect::<Option<_>>()?)
            }
            ArrowKind::TextView => {
                let views = fixed(16)?;
                let elsewhere: Vec<Cow<'_, [u8]>> = (2..buffers.len())
                    .map(|buffer| unpacking.unpack(self.packing, buffers[buffer], usize::MAX))
                    .collect::<Option<_>>()?;
                let mut spread = 0_usize;
                let mut text = |row: usize| {
                    let view = &views[row * 16..(row + 1) * 16];
                    let part = |at: usize| usize::try_from(integer(&view[at..at + 4], true)).ok();
                    let length = part(0)?;
                    // Views may share their bytes; ours do not.
                    spread = spread.checked_add(length).filter(|spread| *spread <= MOST_SPREAD)?;
                    let bytes = if length <= 12 {
                        &view[4..4 + length]
                    } else {
                        let start = part(12)?;
                        elsewhere.get(part(8)?)?.get(start..start.checked_add(length)?)?
                    };
                    Some(std::str::from_utf8(bytes).ok()?.into())
                };
                let cell = |row: usize| if is_valid(row) { text(row).map(Some) } else { Some(None) };
                ArrowCells::Texts((0..rows).map(cell).collect::<Option<_>>()?)
            }
            ArrowKind::Other(_) => return None,
        })
    }
}

/// The most bytes of texts that views point to.
const MOST_SPREAD: usize = 1 << 28;

/// Up to 8 bytes, little-endian.
fn integer(bytes: &[u8], signed: bool) -> i128 {
    let unsigned = bytes.iter().rev().fold(0_i128, |number, byte| number << 8 | i128::from(*byte));
    let negative = signed && bytes.last().is_some_and(|last| *last >= 0x80);
    if negative { unsigned - (1_i128 << (8 * bytes.len())) } else { unsigned }
}
