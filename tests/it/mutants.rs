//! Parquet files changed by what they consist of: a field of the footer or of a page's header, a page's bytes, the order of
//! pages. Everything else is made to fit again, so that readers look at what was changed.

#[path = "../../src/guard/thrift.rs"]
#[allow(dead_code)] // of the reader's own room
mod thrift;

use crate::fuzz::Dice;
use thrift::ThriftValue::{self, Binary, Byte, Double, Flag, I32, I64, List, Struct};

const MAGIC: &[u8] = b"PAR1";

/// A page of a column.
#[derive(Clone)]
struct Page<'b> {
    header: ThriftValue<'b>,
    body: Vec<u8>,
}

/// A file, taken apart: its footer and the pages of each column of each row group.
#[derive(Clone)]
struct Parts<'b> {
    footer: ThriftValue<'b>,
    columns: Vec<Vec<Page<'b>>>,
}

/// A good file with one to four of its parts changed.
pub fn mutant(dice: &mut Dice, file: &[u8]) -> Vec<u8> {
    let mut parts = Parts::of(file);
    for _ in 0..=dice.below(4) {
        match dice.below(8) {
            0..3 => change(&mut parts.footer, dice),
            3 | 4 => parts.change_page(dice, |page, dice| change(&mut page.header, dice)),
            5 => parts.change_page(dice, |page, dice| change_bytes(&mut page.body, dice)),
            6 => parts.change_page(dice, |page, dice| {
                // A level or an index that says more than there is.
                let at = dice.below(page.body.len() + 1);
                let edge = *dice.pick(EDGES);
                page.body.splice(at..at, varint(edge));
                set(&mut page.header, &[2], page.body.len());
                set(&mut page.header, &[3], page.body.len());
            }),
            _ => parts.exchange(dice),
        }
    }
    let fitted = dice.below(4) > 0;
    parts.written(fitted)
}

/// Numbers at the edges of their types, as varints say them.
const EDGES: &[u64] =
    &[0, 1, 2, 3, 4, 7, 8, 100, 255, 1 << 14, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 62, u64::MAX];

/// Steps to neighbouring numbers.
const NEAR: [i64; 4] = [-2, -1, 1, 2];
const TEXTS: &[&[u8]] = &[b"", b"run", b"\xff\xfe", b"a name that is longer than it was"];

impl<'b> Parts<'b> {
    fn of(file: &'b [u8]) -> Self {
        let end = file.len() - 8;
        let length = u32::from_le_bytes(file[end..end + 4].try_into().unwrap()) as usize;
        let (footer, _) = ThriftValue::read(&file[end - length..end], 1 << 20).unwrap();
        let groups = footer.field(4).and_then(ThriftValue::list).unwrap_or_default();
        let columns = groups.iter().flat_map(|group| group.field(1).and_then(ThriftValue::list).unwrap_or_default());
        let columns = columns.map(|column| pages(file, column.field(3).unwrap())).collect();
        Self { footer, columns }
    }

    fn change_page(&mut self, dice: &mut Dice, change: impl FnOnce(&mut Page<'b>, &mut Dice)) {
        let column = dice.below(self.columns.len());
        let page = dice.below(self.columns[column].len());
        change(&mut self.columns[column][page], dice);
    }

    /// Puts a page in the place of another, beside it, or nowhere.
    fn exchange(&mut self, dice: &mut Dice) {
        let from = &self.columns[dice.below(self.columns.len())];
        let page = from[dice.below(from.len())].clone();
        let column = dice.below(self.columns.len());
        let to = &mut self.columns[column];
        let at = dice.below(to.len());
        match dice.below(3) {
            0 => to[at] = page,
            1 => to.insert(at, page),
            _ if to.len() > 1 => drop(to.remove(at)),
            _ => {}
        }
    }

    /// The file; with its places and lengths made right if it is to be `fitted`.
    fn written(mut self, fitted: bool) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let mut places = Vec::new();
        for column in &self.columns {
            let (start, mut data) = (out.len(), None);
            for page in column {
                if page.header.field(1).and_then(ThriftValue::integer) != Some(2) {
                    data = data.or(Some(out.len()));
                }
                page.header.write(&mut out);
                out.extend(&page.body);
            }
            places.push((start, data.unwrap_or(start), out.len() - start));
        }
        let mut places = places.into_iter();
        if let (true, Some(List(groups))) = (fitted, field(&mut self.footer, 4)) {
            for group in groups {
                let Some(List(columns)) = field(group, 1) else { continue };
                for column in columns {
                    let Some((start, data, length)) = places.next() else { break };
                    set(column, &[3, 7], length);
                    set(column, &[3, 9], data);
                    set(column, &[3, 11], start);
                }
            }
        }
        let start = out.len();
        self.footer.write(&mut out);
        out.extend(u32::try_from(out.len() - start).unwrap().to_le_bytes());
        out.extend(MAGIC);
        out
    }
}

/// The pages of a column.
fn pages<'b>(file: &'b [u8], column: &ThriftValue<'b>) -> Vec<Page<'b>> {
    let number = |id| column.field(id).and_then(ThriftValue::integer).map(|number| usize::try_from(number).unwrap());
    let start = number(11).or(number(9)).unwrap();
    let mut rest = &file[start..start + number(7).unwrap()];
    let mut pages = Vec::new();
    while !rest.is_empty() {
        let (header, length) = ThriftValue::read(rest, 1 << 10).unwrap();
        let size = usize::try_from(header.field(3).and_then(ThriftValue::integer).unwrap()).unwrap();
        pages.push(Page { header, body: rest[length..length + size].to_vec() });
        rest = &rest[length + size..];
    }
    pages
}

fn field<'v, 'b>(value: &'v mut ThriftValue<'b>, id: i16) -> Option<&'v mut ThriftValue<'b>> {
    match value {
        Struct(fields) => fields.iter_mut().find(|(known, _)| *known == id).map(|(_, value)| value),
        _ => None,
    }
}

/// Sets a number that is there.
fn set(value: &mut ThriftValue<'_>, path: &[i16], number: usize) {
    let found = path.iter().try_fold(value, |value, id| field(value, *id));
    match found {
        Some(I32(known)) => *known = i32::try_from(number).unwrap_or(i32::MAX),
        Some(I64(known)) => *known = i64::try_from(number).unwrap(),
        _ => {}
    }
}

/// Changes one value somewhere in a tree.
fn change(value: &mut ThriftValue<'_>, dice: &mut Dice) {
    let edge = dice.pick(EDGES).cast_signed();
    match value {
        Struct(fields) if !fields.is_empty() => {
            let at = dice.below(fields.len());
            match dice.below(12) {
                0 => drop(fields.remove(at)),
                1 => fields[at].0 = i16::try_from(dice.below(20)).unwrap(),
                2 => fields.push(fields[at].clone()),
                3 => fields[at].1 = other_kind(dice),
                _ => change(&mut fields[at].1, dice),
            }
        }
        List(items) if !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(12) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => {
                    let other = dice.below(items.len());
                    items.swap(at, other);
                }
                _ => change(&mut items[at], dice),
            }
        }
        I32(number) => {
            *number = if dice.below(2) == 0 { edge as i32 } else { number.wrapping_add(NEAR[dice.below(4)] as i32) }
        }
        I64(number) => *number = if dice.below(2) == 0 { edge } else { number.wrapping_add(NEAR[dice.below(4)]) },
        Flag(flag) => *flag = !*flag,
        Byte(byte) => *byte = dice.below(256) as u8,
        Binary(text) => *text = TEXTS[dice.below(TEXTS.len())],
        other => *other = other_kind(dice),
    }
}

/// A value of some kind.
fn other_kind(dice: &mut Dice) -> ThriftValue<'static> {
    match dice.below(8) {
        0 => Flag(true),
        1 => Byte(255),
        2 => I32(-1),
        3 => I64(i64::MAX),
        4 => Double([0xff; 8]),
        5 => Binary(b"x"),
        6 => List(vec![I32(1); 3]),
        _ => Struct(Vec::new()),
    }
}

fn change_bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    match dice.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, dice.below(256) as u8),
        2 if at < bytes.len() => bytes[at] = dice.below(256) as u8,
        _ if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        _ => {}
    }
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}
