//! Messages of Protocol Buffers, as far as event files need them: a field is its number and type as a variable-length
//! integer, then its value.
//!
//! Source: the encoding's documentation, protobuf.dev/programming-guides/encoding.

/// A message in the making.
#[derive(Default)]
pub struct Message(Vec<u8>);

/// How a field's value is written.
const VARINT: u64 = 0;
const FIXED_64: u64 = 1;
const LENGTH: u64 = 2;
const FIXED_32: u64 = 5;

impl Message {
    pub fn new() -> Self {
        Self::default()
    }

    /// Of bool, enum and the integers that are not negative.
    pub fn integer(mut self, field: u64, value: u64) -> Self {
        self.varint(field << 3 | VARINT);
        self.varint(value);
        self
    }

    pub fn double(mut self, field: u64, value: f64) -> Self {
        self.varint(field << 3 | FIXED_64);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub fn float(mut self, field: u64, value: f32) -> Self {
        self.varint(field << 3 | FIXED_32);
        self.0.extend(value.to_le_bytes());
        self
    }

    pub fn text(self, field: u64, value: &str) -> Self {
        self.bytes(field, value.as_bytes())
    }

    pub fn message(self, field: u64, value: &Self) -> Self {
        self.bytes(field, &value.0)
    }

    pub fn bytes(mut self, field: u64, value: &[u8]) -> Self {
        self.varint(field << 3 | LENGTH);
        self.varint(value.len() as u64);
        self.0.extend(value);
        self
    }

    pub fn encoded(&self) -> &[u8] {
        &self.0
    }

    /// Seven bits a byte, the lowest first; all but the last have the eighth bit set.
    #[allow(clippy::cast_possible_truncation)] // the lowest byte is what is wanted
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the encoding's documentation: `a = 150`, `b = "testing"`, and the first as field 3 of another.
    #[test]
    fn fields_are_encoded_as_documented() {
        let a = Message::new().integer(1, 150);
        assert_eq!(a.encoded(), [0x08, 0x96, 0x01]);
        assert_eq!(Message::new().text(2, "testing").encoded(), b"\x12\x07testing");
        assert_eq!(Message::new().message(3, &a).encoded(), [0x1a, 0x03, 0x08, 0x96, 0x01]);
        assert_eq!(Message::new().float(1, 1.0).encoded(), [0x0d, 0, 0, 0x80, 0x3f]);
        assert_eq!(Message::new().integer(1, u64::MAX).encoded().len(), 11);
    }
}
