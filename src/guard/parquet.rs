//! A Parquet file of unknown origin, written anew before Polars sees it.
//!
//! Polars reserves memory for what a file says of itself: so many row groups, values in a page, bytes once unpacked. So
//! its footer and the headers of its pages are read here, held against the file and against limits, and written again;
//! of the file itself only the pages' bodies are left. What Polars does not need goes: statistics, indexes, keys, the
//! schema of Arrow. What a small file can grow to is bounded by its size ([`Growth`]). Encodings that state further
//! lengths within a page (`DELTA_…`) are refused. Columns that are nested or of a type that burnmark reads nowhere stay in
//! the schema, without values.
//!
//! Source: <https://github.com/apache/parquet-format>, README.md and `src/main/thrift/parquet.thrift`.

use super::error::ParquetError;
use super::format::{FOOTER, PAGE, fitted};
use super::thrift::ThriftValue::{self, I32, I64, List, Struct};

/// The most bytes of one page, and of all together, once unpacked.
const MOST_PAGE_BYTES: u64 = 1 << 30;
const MOST_UNPACKED: Growth = Growth { any: 64 << 20, per_byte: 1000, most: 8 << 30 };
/// The cells that any file may have, and how many more for each of its bytes: a table of one value packs to nothing.
const ANY_CELLS: u64 = 4_000_000;
const CELLS_PER_BYTE: u64 = 100;
/// The most values in a footer: 100,000 columns have some 4 million.
const MOST_FOOTER_VALUES: usize = 10_000_000;
/// The most values in a page's header: some 20 are usual.
const MOST_HEADER_VALUES: usize = 1000;
/// How deep a schema is nested at most.
const MOST_DEPTH: usize = 16;

/// What may come of a file: something of any file, and in proportion to its bytes. Files that tables are kept in stay below
/// a fiftieth of that; a file that goes beyond is made to fill the memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub any: u64,
    pub per_byte: u64,
    pub most: u64,
}

impl Growth {
    /// The most of a file of so many bytes.
    pub fn of(self, file_bytes: usize) -> u64 {
        (file_bytes as u64).saturating_mul(self.per_byte).saturating_add(self.any).min(self.most)
    }
}

const MAGIC: &[u8] = b"PAR1";

/// The same table as a file that says nothing untrue of itself.
///
/// # Errors
/// Where the file contradicts itself, or has more than `most_cells` cells; without its name.
pub fn rewritten(bytes: &[u8], most_cells: usize) -> Result<Vec<u8>, ParquetError> {
    if bytes.len() < 12 || !bytes.starts_with(MAGIC) || !bytes.ends_with(MAGIC) {
        return Err("it does not begin and end with `PAR1`, as a Parquet file does".into());
    }
    let footer = footer(bytes).ok_or("its footer makes no sense")?;
    let schema = footer.field(2).and_then(ThriftValue::list).unwrap_or_default();
    let leaves = leaves(schema).ok_or("its schema makes no sense")?;
    let groups = footer.field(4).and_then(ThriftValue::list).unwrap_or_default();
    let rows = groups.iter().try_fold(0, |sum: usize, group| sum.checked_add(size(group, 3)?));
    let rows = rows.filter(|rows| size(&footer, 3) == Some(*rows)).ok_or("it does not have the rows that it says")?;
    let most = Growth { any: ANY_CELLS, per_byte: CELLS_PER_BYTE, most: most_cells as u64 }.of(bytes.len());
    if rows.saturating_mul(leaves.len().max(1)) as u64 > most {
        return Err(ParquetError::TooManyCells { rows, columns: leaves.len(), bytes: bytes.len(), most });
    }
    let most_unpacked = MOST_UNPACKED.of(bytes.len());
    let mut writing = Rewriter { from: bytes, out: MAGIC.to_vec(), copied: 0, unpacked: 0, most_unpacked };
    let mut groups_anew = Vec::new();
    for (number, group) in groups.iter().enumerate() {
        let in_group = |fault| ParquetError::InGroup { group: number + 1, fault: Box::new(fault) };
        groups_anew.push(writing.group(group, &leaves).map_err(in_group)?);
    }
    let footer = [(1, I32(1)), (2, List(schema.to_vec())), (3, long(rows)), (4, List(groups_anew))];
    let mut out = writing.out;
    let start = out.len();
    Struct(footer.to_vec()).write(&mut out);
    let length = u32::try_from(out.len() - start).map_err(|_| "its footer is too large")?;
    out.extend(length.to_le_bytes());
    out.extend(MAGIC);
    Ok(out)
}

/// The text that a file has under a key of its metadata, if any.
#[must_use]
pub fn note<'b>(bytes: &'b [u8], key: &str) -> Option<&'b str> {
    let binary = |value: &ThriftValue<'b>, id: i16| match value.field(id)? {
        ThriftValue::Binary(bytes) => Some(*bytes),
        _ => None,
    };
    let footer = if bytes.len() < 12 { None } else { footer(bytes) }?;
    let notes = footer.field(5).and_then(ThriftValue::list)?;
    let note = notes.iter().find(|note| binary(note, 1) == Some(key.as_bytes()))?;
    std::str::from_utf8(binary(note, 2)?).ok()
}

fn footer(bytes: &[u8]) -> Option<ThriftValue<'_>> {
    let end = bytes.len() - 8;
    let length = u32::from_le_bytes(bytes[end..end + 4].try_into().ok()?);
    let start = end.checked_sub(length.try_into().ok()?).filter(|start| *start >= MAGIC.len())?;
    fitted(ThriftValue::read(&bytes[start..end], MOST_FOOTER_VALUES)?.0, &FOOTER)
}

/// For each column at the end of the schema's branches that is copied, since it is of a type that is read and not nested, the
/// fewest bytes of an entry of its dictionary.
fn leaves(schema: &[ThriftValue]) -> Option<Vec<Option<usize>>> {
    // Flags, integers and floats of 32 and 64 bits, byte arrays behind their lengths.
    const READ: [(i64, usize); 6] = [(0, 1), (1, 4), (2, 8), (4, 4), (5, 8), (6, 4)];
    const REPEATED: i64 = 2;
    let children = |element: &ThriftValue| element.field(5).map_or(Some(0), |_| size(element, 5));
    let (root, elements) = schema.split_first()?;
    let mut open = vec![children(root)?]; // how many children are still to come, from the root on
    let mut leaves = Vec::new();
    for element in elements {
        while open.last() == Some(&0) {
            open.pop();
        }
        *open.last_mut()? -= 1;
        match children(element)? {
            0 => {
                let kind = element.field(1).and_then(ThriftValue::integer)?;
                let repeated = element.field(3).and_then(ThriftValue::integer)? == REPEATED;
                let read = READ.into_iter().find(|(read, _)| *read == kind).map(|(_, bytes)| bytes);
                leaves.push(read.filter(|_| open.len() == 1 && !repeated));
            }
            _ if open.len() == MOST_DEPTH => return None,
            children => open.push(children),
        }
    }
    open.iter().all(|children| *children == 0).then_some(leaves)
}

/// A field that counts something.
fn size(value: &ThriftValue, id: i16) -> Option<usize> {
    value.field(id).and_then(ThriftValue::integer)?.try_into().ok()
}

fn long(number: usize) -> ThriftValue<'static> {
    I64(i64::try_from(number).unwrap_or(i64::MAX)) // a place in memory
}

/// The new file so far.
struct Rewriter<'b> {
    from: &'b [u8],
    out: Vec<u8>,
    /// Bytes of columns so far; those of an honest file do not overlap.
    copied: usize,
    unpacked: u64,
    most_unpacked: u64,
}

impl<'b> Rewriter<'b> {
    fn group(&mut self, group: &ThriftValue<'b>, leaves: &[Option<usize>]) -> Result<ThriftValue<'b>, ParquetError> {
        let columns = group.field(1).and_then(ThriftValue::list).unwrap_or_default();
        let rows = size(group, 3).unwrap_or_default();
        if columns.len() != leaves.len() {
            return Err(ParquetError::Columns { found: columns.len(), expected: leaves.len() });
        }
        let mut anew = Vec::new();
        for (number, (column, entry)) in columns.iter().zip(leaves).enumerate() {
            let start = self.out.len();
            let codec = column.field(3).and_then(|column| column.field(4)).and_then(ThriftValue::integer);
            let codec = codec.and_then(|codec| i32::try_from(codec).ok()).unwrap_or(-1);
            if let Some(entry) = *entry {
                let pages = self.pages(column, rows, entry);
                pages.map_err(|fault| ParquetError::InColumn { column: number + 1, fault: Box::new(fault) })?;
            }
            let values = if entry.is_some() { rows } else { 0 };
            let length = long(self.out.len() - start);
            let data = [(4, I32(codec)), (5, long(values)), (6, length.clone()), (7, length), (9, long(start))];
            anew.push(Struct(vec![(2, long(start)), (3, Struct(data.to_vec()))]));
        }
        Ok(Struct(vec![(1, List(anew)), (2, I64(0)), (3, long(rows))]))
    }

    /// Copies the pages of a column that has as many values as the group has rows; an entry of its dictionary takes at least
    /// so many bytes.
    fn pages(&mut self, column: &ThriftValue<'b>, rows: usize, entry: usize) -> Result<(), ParquetError> {
        let column = column.field(3).filter(|column| size(column, 5) == Some(rows));
        let column = column.ok_or("it does not have as many values as there are rows")?;
        let start = size(column, if column.field(11).is_some() { 11 } else { 9 });
        let range = start.zip(size(column, 7)).and_then(|(start, length)| Some(start..start.checked_add(length)?));
        let bytes = range.and_then(|range| self.from.get(range)).ok_or("it lies outside of the file")?;
        self.copied += bytes.len();
        if self.copied > self.from.len() {
            return Err("it overlaps others".into());
        }
        let (mut rest, mut seen, mut first) = (bytes, 0, true);
        while seen < rows {
            let page = ThriftValue::read(rest, MOST_HEADER_VALUES).and_then(|(page, length)| {
                rest = &rest[length..];
                fitted(page, &PAGE)
            });
            let page = page.ok_or("a page's header makes no sense")?;
            let body = size(&page, 3).and_then(|length| rest.split_at_checked(length));
            let (body, after) = body.ok_or("a page ends after the column")?;
            seen += self.values(&page, first, rows - seen, entry)?;
            page.write(&mut self.out);
            self.out.extend(body);
            (rest, first) = (after, false);
        }
        Ok(())
    }

    /// How many rows a page of data has; 0 for a dictionary.
    fn values(&mut self, page: &ThriftValue, first: bool, most: usize, entry: usize) -> Result<usize, ParquetError> {
        const DATA: i64 = 0;
        const DICTIONARY: i64 = 2;
        const DATA_V2: i64 = 3;
        let unpacked = size(page, 2).ok_or("a page has no size")? as u64;
        self.unpacked += unpacked;
        if unpacked > MOST_PAGE_BYTES || self.unpacked > self.most_unpacked {
            return Err(ParquetError::TooManyBytes {
                most_of_page: MOST_PAGE_BYTES,
                bytes: self.from.len(),
                most: self.most_unpacked,
            });
        }
        let no_sense = "a page's header makes no sense";
        let kind = page.field(1).and_then(ThriftValue::integer);
        let (header, encoding) = match kind {
            Some(DATA) => (page.field(5), 2),
            Some(DICTIONARY) if first => (page.field(7), 2),
            Some(DATA_V2) => (page.field(8), 4),
            _ => (None, 0),
        };
        let header = header.ok_or(no_sense)?;
        let values = size(header, 1).ok_or(no_sense)?;
        known(header.field(encoding).and_then(ThriftValue::integer).ok_or(no_sense)?)?;
        if kind == Some(DICTIONARY) {
            let least = values.saturating_mul(entry) as u64;
            return if least <= unpacked { Ok(0) } else { Err(no_sense.into()) };
        }
        if values > most {
            return Err("its pages have more values than there are rows".into());
        }
        if kind == Some(DATA_V2) {
            let (nulls, rows) = (size(header, 2), size(header, 3));
            let levels = size(header, 5).zip(size(header, 6)).map(|(a, b)| (a + b) as u64);
            if nulls.is_none_or(|nulls| nulls > values) || rows != Some(values) || levels.is_none_or(|l| l > unpacked) {
                return Err(no_sense.into());
            }
        }
        Ok(values)
    }
}

/// Encodings whose lengths are those of the page.
fn known(encoding: i64) -> Result<(), ParquetError> {
    match encoding {
        0 | 2 | 3 | 8 | 9 => Ok(()), // plain, dictionaries old and new, runs, split bytes
        5..=7 => {
            let names = ["DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"];
            let name = names.get(usize::try_from(encoding - 5).unwrap_or_default()).unwrap_or(&"DELTA");
            Err(ParquetError::RefusedEncoding(name))
        }
        other => Err(ParquetError::UnknownEncoding(other)),
    }
}

#[cfg(test)]
mod tests;
