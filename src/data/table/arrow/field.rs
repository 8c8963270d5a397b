//! What a file says of its columns.

use super::flat::FlatTable;
use crate::data::error::{DataError, DataFault};

/// A column.
#[derive(Debug)]
pub struct ArrowColumn {
    pub name: String,
    pub kind: ArrowKind,
    /// Its cells are places in the dictionary of this number.
    pub dictionary: Option<(i64, ArrowKind)>,
    /// How its cells lie in a batch.
    pub layout: ArrowLayout,
}

/// What a cell is, as far as tables take it.
#[derive(Clone, Debug, PartialEq)]
pub enum ArrowKind {
    Integer {
        bytes: usize,
        signed: bool,
    },
    F32,
    F64,
    Flag,
    /// With places of 32 or 64 bits.
    Text {
        wide: bool,
    },
    /// Short texts in place, longer ones elsewhere.
    TextView,
    /// By name.
    Other(&'static str),
}

/// How many nodes and buffers a column has in a batch; those of views, which have more, are counted by the batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArrowLayout {
    pub nodes: usize,
    pub buffers: usize,
    pub views: usize,
}

impl ArrowLayout {
    const fn plain(buffers: usize) -> Self {
        Self { nodes: 1, buffers, views: 0 }
    }

    fn and(self, other: Self) -> Self {
        Self { nodes: self.nodes + other.nodes, buffers: self.buffers + other.buffers, views: self.views + other.views }
    }
}

/// How deep columns may lie in one another, and how many there may be in all.
const DEEPEST: usize = 20;
const MOST_FIELDS: usize = 200_000;

/// The columns of a schema.
pub fn columns(schema: FlatTable<'_>) -> Result<Vec<ArrowColumn>, DataError> {
    if schema.i16(0).unwrap_or(0) != 0 {
        return Err(DataFault::Format.error("its numbers are big-endian, which is not read; save it anew as Parquet"));
    }
    let mut count = 0;
    schema.tables(1).into_iter().map(|field| column(field, 0, &mut count)).collect()
}

fn column(field: FlatTable<'_>, depth: usize, count: &mut usize) -> Result<ArrowColumn, DataError> {
    *count += 1;
    if depth > DEEPEST || *count > MOST_FIELDS {
        return Err(DataFault::TooLarge
            .error(format!("more than {MOST_FIELDS} columns, or columns {DEEPEST} deep in one another")));
    }
    let (of, kind) = (field.u8(2).unwrap_or(0), field.table(3));
    let children = field.tables(5).into_iter().map(|child| column(child, depth + 1, count));
    let within = children.map(|child| Ok(child?.layout)).collect::<Result<Vec<ArrowLayout>, DataError>>()?;
    let within = within.into_iter().fold(ArrowLayout::default(), ArrowLayout::and);
    let name = field.text(0).unwrap_or_default().trim().to_owned();
    let (kind, layout) = kind_of(of, kind, within);
    let Some(dictionary) = field.table(4) else { return Ok(ArrowColumn { name, kind, dictionary: None, layout }) };
    // Without a type the places are of 32 bits.
    let places = dictionary.table(1).map_or(ArrowKind::Integer { bytes: 4, signed: true }, integer);
    let number = dictionary.i64(0).unwrap_or(0);
    Ok(ArrowColumn { name, kind: places, dictionary: Some((number, kind)), layout: ArrowLayout::plain(2) })
}

fn integer(of: FlatTable<'_>) -> ArrowKind {
    let bytes = usize::try_from(of.i32(0).unwrap_or(0)).unwrap_or(0) / 8;
    match bytes {
        1 | 2 | 4 | 8 => ArrowKind::Integer { bytes, signed: of.u8(1).unwrap_or(0) != 0 },
        _ => ArrowKind::Other("integer of another size"),
    }
}

/// A type by its number in Arrow's `Schema.fbs`, and how its cells lie; `within`: what its children have together.
fn kind_of(number: u8, of: Option<FlatTable<'_>>, within: ArrowLayout) -> (ArrowKind, ArrowLayout) {
    let other = |name, buffers| (ArrowKind::Other(name), ArrowLayout::plain(buffers));
    match number {
        1 => other("null", 0),
        2 => (of.map_or(ArrowKind::Other("integer of another size"), integer), ArrowLayout::plain(2)),
        3 => match of.and_then(|of| of.i16(0)).unwrap_or(0) {
            1 => (ArrowKind::F32, ArrowLayout::plain(2)),
            2 => (ArrowKind::F64, ArrowLayout::plain(2)),
            _ => other("float of 16 bits", 2),
        },
        4 | 19 => other("bytes", 3),
        5 => (ArrowKind::Text { wide: false }, ArrowLayout::plain(3)),
        6 => (ArrowKind::Flag, ArrowLayout::plain(2)),
        7 => other("decimal number", 2),
        8 => other("date", 2),
        9 => other("time of day", 2),
        10 => other("point in time", 2),
        11 | 18 => other("length of time", 2),
        12 | 17 | 21 => (ArrowKind::Other("list"), ArrowLayout::plain(2).and(within)),
        13 => (ArrowKind::Other("struct"), ArrowLayout::plain(1).and(within)),
        14 => {
            let dense = of.and_then(|of| of.i16(0)).unwrap_or(0) == 1;
            (ArrowKind::Other("struct"), ArrowLayout::plain(if dense { 2 } else { 1 }).and(within))
        }
        15 => other("bytes", 2),
        16 => (ArrowKind::Other("list"), ArrowLayout::plain(1).and(within)),
        20 => (ArrowKind::Text { wide: true }, ArrowLayout::plain(3)),
        22 => (ArrowKind::Other("another kind"), ArrowLayout::plain(0).and(within)),
        23 => (ArrowKind::Other("bytes"), ArrowLayout { views: 1, ..ArrowLayout::plain(2) }),
        24 => (ArrowKind::TextView, ArrowLayout { views: 1, ..ArrowLayout::plain(2) }),
        25 | 26 => (ArrowKind::Other("list"), ArrowLayout::plain(3).and(within)),
        _ => other("another kind", 0),
    }
}
