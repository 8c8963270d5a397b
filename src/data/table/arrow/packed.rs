//! Buffers as they lie in a file: plain, or packed one by one by LZ4 or Zstandard behind their length.

use super::flat::FlatTable;
use std::borrow::Cow;
use std::io::Read;

/// How the buffers of a batch are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Plain,
    Lz4,
    Zstandard,
}

impl Packing {
    /// As a batch says; `None` for one that is not known.
    pub fn of(compression: Option<FlatTable<'_>>) -> Option<Self> {
        match compression.map(|compression| compression.u8(0).unwrap_or(0)) {
            None => Some(Self::Plain),
            Some(0) => Some(Self::Lz4),
            Some(1) => Some(Self::Zstandard),
            Some(_) => None,
        }
    }
}

/// What may still be unpacked of a file.
pub struct Unpacking {
    left: usize,
}

/// Buffers end at multiples of 64 bytes, and their lengths may count that.
const PADDING: usize = 64;

impl Unpacking {
    /// Of a file of so many bytes: as much as of any packed file.
    pub fn of(bytes: usize) -> Self {
        Self { left: (64 << 20) + bytes.saturating_mul(100) }
    }

    /// The bytes of a buffer; `None` where it is damaged, unpacks to more than `most` (and padding), or all buffers to too much.
    pub fn unpack<'b>(&mut self, packing: Packing, buffer: &'b [u8], most: usize) -> Option<Cow<'b, [u8]>> {
        if packing == Packing::Plain || buffer.is_empty() {
            return Some(Cow::Borrowed(buffer));
        }
        let (length, packed) = buffer.split_first_chunk::<8>()?;
        let length = match i64::from_le_bytes(*length) {
            -1 => return Some(Cow::Borrowed(packed)),
            length => usize::try_from(length).ok()?,
        };
        let most = most.saturating_add(PADDING).min(self.left);
        if length > most {
            return None;
        }
        self.left -= length;
        let mut bytes = Vec::new();
        let limit = length as u64 + 1;
        match packing {
            Packing::Lz4 => lz4::Decoder::new(packed).ok()?.take(limit).read_to_end(&mut bytes).ok()?,
            _ => zstd::stream::read::Decoder::new(packed).ok()?.take(limit).read_to_end(&mut bytes).ok()?,
        };
        (bytes.len() == length).then_some(Cow::Owned(bytes))
    }
}
