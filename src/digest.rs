//! Digests of named, versioned bytes.
//!
//! A digest that tables, manifests and files keep is BLAKE3 over fields that the code writes down one by one, never over the
//! text that a library prints for a value: such a text may change with the library and the digest with it, while the bits
//! that it stands for stay the same.
//!
//! A field is the length of its name, the name, the length of its bytes, and the bytes; lengths are u64, and all numbers are
//! little-endian. The first field is `form`: what the digest is of and the version of its fields, such as `burnmark data 1`.
//! A change of the fields gets the next version. Each form has a golden test beside the code that writes it.
//!
//! The digest of a whole file is BLAKE3 of its bytes, as `b3sum` prints it, and needs no form.

use std::fmt;

/// A digest in the making.
#[derive(Clone)]
pub struct Digest(blake3::Hasher);

impl Digest {
    /// A digest of this form, so far without other fields.
    #[must_use]
    pub fn of(form: &str) -> Self {
        Self(blake3::Hasher::new()).with("form", form.as_bytes())
    }

    /// Adds a field.
    pub fn field(&mut self, name: &str, bytes: &[u8]) {
        self.begin(name, bytes.len());
        self.go_on(bytes);
    }

    /// Adds a field that is a whole number.
    pub fn count(&mut self, name: &str, count: usize) {
        self.field(name, &(count as u64).to_le_bytes());
    }

    /// Begins a field of so many bytes; [`Self::go_on`] adds them, piece by piece.
    pub fn begin(&mut self, name: &str, length: usize) {
        self.0.update(&(name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update(&(length as u64).to_le_bytes());
    }

    /// Adds bytes to the field that was begun.
    pub fn go_on(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The same with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, bytes: &[u8]) -> Self {
        self.field(name, bytes);
        self
    }

    /// All 256 bits.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }

    /// The same in hex.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.finalize().to_hex().to_string()
    }

    /// The first 128 bits.
    #[must_use]
    pub fn half(&self) -> [u8; 16] {
        let mut half = [0; 16];
        half.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        half
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Digest").field(&self.hex()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes are those that the head of this file describes.
    #[test]
    fn a_digest_is_that_of_the_bytes_described() {
        let mut bytes = Vec::new();
        bytes.extend([4, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(b"form");
        bytes.extend([6, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(b"test 1");
        bytes.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(b"n");
        bytes.extend([8, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(258_u64.to_le_bytes());
        let mut digest = Digest::of("test 1");
        digest.count("n", 258);
        assert_eq!(digest.hex(), blake3::hash(&bytes).to_hex().to_string());
        assert_eq!(digest.half(), blake3::hash(&bytes).as_bytes()[..16]);
    }

    /// What goes in whole and in pieces is the same, and no two lists of fields have the same bytes.
    #[test]
    fn fields_do_not_run_into_one_another() {
        let mut pieces = Digest::of("test 1");
        pieces.begin("a", 4);
        pieces.go_on(b"bc");
        pieces.go_on(b"de");
        let whole = Digest::of("test 1").with("a", b"bcde");
        assert_eq!(pieces.hex(), whole.hex());
        let others = [
            Digest::of("test 1").with("ab", b"cde"),
            Digest::of("test 1").with("a", b"bc").with("d", b"e"),
            Digest::of("test 1").with("a", b"bcde").with("", b""),
            Digest::of("test 2").with("a", b"bcde"),
        ];
        others.iter().for_each(|other| assert_ne!(other.hex(), whole.hex()));
    }
}
