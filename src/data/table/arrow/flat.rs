//! Reading the tables of `FlatBuffers`, in which Arrow writes what a file holds.
//!
//! A table begins with the distance back to its list of places: the list's size, the table's size, then for each field its distance
//! from the table's start, 0 where the field is absent. Tables, texts and lists within it are distances forward; a list begins with its
//! count, a text is a list of bytes. All are little-endian. Every place is held against the bytes that are there: what leads outside
//! of them counts as absent.

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct FlatTable<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// A list of items of one size.
#[derive(Clone, Copy, Debug)]
pub struct FlatList<'b> {
    bytes: &'b [u8],
    at: usize,
    pub count: usize,
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// Where a distance at this place leads.
fn forward(bytes: &[u8], at: usize) -> Option<usize> {
    at.checked_add(usize::try_from(u32::from_le_bytes(number(bytes, at)?)).ok()?).filter(|to| *to < bytes.len())
}

impl<'b> FlatTable<'b> {
    /// The table that a buffer holds.
    pub fn root(bytes: &'b [u8]) -> Option<Self> {
        Some(Self { bytes, at: forward(bytes, 0)? })
    }

    /// Where a field lies.
    fn field(&self, number_of_field: usize) -> Option<usize> {
        let back = i32::from_le_bytes(number(self.bytes, self.at)?);
        let list = usize::try_from(i64::try_from(self.at).ok()? - i64::from(back)).ok()?;
        let size = usize::from(u16::from_le_bytes(number(self.bytes, list)?));
        let place = 4 + 2 * number_of_field;
        if place + 2 > size {
            return None;
        }
        let within = usize::from(u16::from_le_bytes(number(self.bytes, list.checked_add(place)?)?));
        (within > 0).then(|| self.at.checked_add(within)).flatten()
    }

    pub fn u8(&self, field: usize) -> Option<u8> {
        self.bytes.get(self.field(field)?).copied()
    }

    pub fn i16(&self, field: usize) -> Option<i16> {
        Some(i16::from_le_bytes(number(self.bytes, self.field(field)?)?))
    }

    pub fn i32(&self, field: usize) -> Option<i32> {
        Some(i32::from_le_bytes(number(self.bytes, self.field(field)?)?))
    }

    pub fn i64(&self, field: usize) -> Option<i64> {
        Some(i64::from_le_bytes(number(self.bytes, self.field(field)?)?))
    }

    pub fn table(&self, field: usize) -> Option<Self> {
        Some(Self { bytes: self.bytes, at: forward(self.bytes, self.field(field)?)? })
    }

    /// A list of items of so many bytes, all of which are there.
    pub fn list(&self, field: usize, size: usize) -> Option<FlatList<'b>> {
        let start = forward(self.bytes, self.field(field)?)?;
        let count = usize::try_from(u32::from_le_bytes(number(self.bytes, start)?)).ok()?;
        let (at, length) = (start.checked_add(4)?, count.checked_mul(size)?);
        (at.checked_add(length)? <= self.bytes.len()).then_some(FlatList { bytes: self.bytes, at, count })
    }

    pub fn text(&self, field: usize) -> Option<&'b str> {
        let list = self.list(field, 1)?;
        std::str::from_utf8(self.bytes.get(list.at..list.at + list.count)?).ok()
    }

    /// The tables of a list.
    pub fn tables(&self, field: usize) -> Vec<FlatTable<'b>> {
        let Some(list) = self.list(field, 4) else { return Vec::new() };
        let table = |item: usize| Some(Self { bytes: list.bytes, at: forward(list.bytes, list.at + 4 * item)? });
        (0..list.count).map_while(table).collect()
    }
}

impl FlatList<'_> {
    /// A number `within` the item of this size.
    pub fn i64(&self, item: usize, size: usize, within: usize) -> Option<i64> {
        (item < self.count)
            .then(|| number(self.bytes, self.at + item * size + within).map(i64::from_le_bytes))
            .flatten()
    }

    /// The same of 32 bits.
    pub fn i32(&self, item: usize, size: usize, within: usize) -> Option<i32> {
        (item < self.count)
            .then(|| number(self.bytes, self.at + item * size + within).map(i32::from_le_bytes))
            .flatten()
    }
}
