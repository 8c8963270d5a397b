//! Thrift's compact protocol, as far as Parquet uses it: a value from bytes that may say anything, and back.
//!
//! What is read takes memory in proportion to the bytes that are there, never to a length that they state.
//!
//! Source: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// A value. Strings borrow from the bytes that they were read from.
#[derive(Clone, Debug, PartialEq)]
pub enum ThriftValue<'b> {
    Flag(bool),
    Byte(u8),
    /// 16 bits too.
    I32(i32),
    I64(i64),
    Double([u8; 8]),
    Binary(&'b [u8]),
    List(Vec<ThriftValue<'b>>),
    /// By field id, in the order of the bytes.
    Struct(Vec<(i16, ThriftValue<'b>)>),
}

/// How deep values are nested at most; Parquet needs 8.
const MOST_DEPTH: usize = 16;

impl<'b> ThriftValue<'b> {
    /// The struct that the bytes begin with, of at most so many values, and how many bytes it takes; `None` if there is no
    /// such struct.
    pub fn read(bytes: &'b [u8], most_values: usize) -> Option<(Self, usize)> {
        let mut reader = ThriftReader { bytes, at: 0, left: most_values };
        let value = reader.value(STRUCT, MOST_DEPTH)?;
        Some((value, reader.at))
    }

    /// A field of a struct: the last one of that id.
    pub fn field(&self, id: i16) -> Option<&Self> {
        match self {
            Self::Struct(fields) => fields.iter().rev().find(|(known, _)| *known == id).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::I32(number) => Some((*number).into()),
            Self::I64(number) => Some(*number),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// Appends the value to bytes; a list's values must be of one kind.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flag(flag) => bytes.push(if *flag { TRUE } else { FALSE }), // in a list; a field has it in its head
            Self::Byte(byte) => bytes.push(*byte),
            Self::I32(number) => varint(zigzag((*number).into()), bytes),
            Self::I64(number) => varint(zigzag(*number), bytes),
            Self::Double(double) => bytes.extend(double),
            Self::Binary(text) => {
                varint(text.len() as u64, bytes);
                bytes.extend(*text);
            }
            Self::List(items) => {
                let kind = items.first().map_or(STRUCT, Self::kind);
                bytes.push(0xf0 | kind);
                varint(items.len() as u64, bytes);
                items.iter().for_each(|item| item.write(bytes));
            }
            Self::Struct(fields) => {
                for (id, value) in fields {
                    bytes.push(value.kind());
                    varint(zigzag((*id).into()), bytes);
                    if !matches!(value, Self::Flag(_)) {
                        value.write(bytes);
                    }
                }
                bytes.push(STOP);
            }
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Flag(true) => TRUE,
            Self::Flag(false) => FALSE,
            Self::Byte(_) => BYTE,
            Self::I32(_) => I32,
            Self::I64(_) => I64,
            Self::Double(_) => DOUBLE,
            Self::Binary(_) => BINARY,
            Self::List(_) => LIST,
            Self::Struct(_) => STRUCT,
        }
    }
}

const STOP: u8 = 0;
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

struct ThriftReader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// How many more values there may be.
    left: usize,
}

impl<'b> ThriftReader<'b> {
    fn value(&mut self, kind: u8, depth: usize) -> Option<ThriftValue<'b>> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        Some(match kind {
            TRUE => ThriftValue::Flag(true),
            FALSE => ThriftValue::Flag(false),
            BYTE => ThriftValue::Byte(self.take(1)?[0]),
            I16 | I32 => ThriftValue::I32(self.zigzag()?.try_into().ok()?),
            I64 => ThriftValue::I64(self.zigzag()?),
            DOUBLE => ThriftValue::Double(self.take(8)?.try_into().ok()?),
            BINARY => {
                let length = self.varint()?.try_into().ok()?;
                ThriftValue::Binary(self.take(length)?)
            }
            LIST => self.list(depth)?,
            STRUCT => {
                let (mut fields, mut id) = (Vec::new(), 0_i16);
                loop {
                    let head = self.take(1)?[0];
                    let (delta, kind) = (head >> 4, head & 15);
                    if kind == STOP {
                        return Some(ThriftValue::Struct(fields));
                    }
                    id = if delta == 0 { self.zigzag()?.try_into().ok()? } else { id.checked_add(delta.into())? };
                    fields.push((id, self.value(kind, depth)?));
                }
            }
            _ => return None, // Parquet has neither sets nor maps
        })
    }

    fn list(&mut self, depth: usize) -> Option<ThriftValue<'b>> {
        let head = self.take(1)?[0];
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(match head & 15 {
                TRUE | FALSE => {
                    self.left = self.left.checked_sub(1)?;
                    ThriftValue::Flag(self.take(1)?[0] == TRUE)
                }
                kind => self.value(kind, depth)?,
            });
        }
        Some(ThriftValue::List(items))
    }

    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    /// Seven bits a byte, the lowest first.
    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

fn varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let inner = ThriftValue::Struct(vec![
            (1, ThriftValue::Flag(true)),
            (300, ThriftValue::Flag(false)),
            (2, ThriftValue::Byte(7)),
        ]);
        let list = ThriftValue::List((0..20).map(|number| ThriftValue::I64(i64::MIN + number)).collect());
        let fields = vec![(1, ThriftValue::I32(-5)), (4, ThriftValue::Binary(b"name")), (5, inner), (6, list)];
        let value = ThriftValue::Struct(fields.into_iter().chain([(9, ThriftValue::Double([3; 8]))]).collect());
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        assert_eq!(ThriftValue::read(&bytes, 100), Some((value.clone(), bytes.len())));
        assert_eq!(value.field(1).and_then(ThriftValue::integer), Some(-5));
        assert_eq!(ThriftValue::read(&bytes, 20), None); // too many values
        assert!((0..bytes.len()).all(|end| ThriftValue::read(&bytes[..end], 100).is_none()));
    }

    #[test]
    fn lengths_are_not_believed() {
        // A list of 2³¹ structs, a text of 2⁶⁰ bytes, structs in structs without end.
        assert_eq!(ThriftValue::read(&[0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07], 1 << 20), None);
        assert_eq!(ThriftValue::read(&[0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 1], 1 << 20), None);
        assert_eq!(ThriftValue::read(&[0x1c; 10_000], 1 << 20), None);
        // A list of empty structs ends with the bytes, one of flags takes no more than they have.
        assert_eq!(ThriftValue::read(&[0x19, 0xfc, 0x80, 0x80, 0x80, 0x08, 0, 0], 1 << 20), None);
    }
}
