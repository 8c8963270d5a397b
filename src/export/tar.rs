//! Archives of regular files in the format ustar (POSIX.1-1988, as POSIX.1-2017 `pax` describes it): blocks of 512 bytes, a head
//! before each file, two blocks of zeros at the end. Owners and times are 0, so the same files give the same bytes.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;
/// The longest name: that of the head's first field.
const LONGEST: usize = 100;
/// Where the fields of a head are.
const NAME: std::ops::Range<usize> = 0..LONGEST;
const MODE: std::ops::Range<usize> = 100..108;
const ZEROS: [std::ops::Range<usize>; 3] = [108..116, 116..124, 136..148]; // owner, group, time
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..265;
const USTAR: &[u8; 8] = b"ustar\x0000";

/// Writes a file of this size.
///
/// # Errors
/// If the name is too long, if the content has another size, and if it cannot be read or written.
pub fn write(to: &mut impl Write, name: &str, size: u64, content: &mut impl Read) -> io::Result<()> {
    to.write_all(&head(name, size).ok_or_else(|| io::Error::other(format!("`{name}` is too long or too large")))?)?;
    if io::copy(&mut content.take(size.saturating_add(1)), to)? != size {
        return Err(io::Error::other(format!("`{name}` changed while it was read")));
    }
    to.write_all(&[0; BLOCK][..padding(size)])
}

/// Ends an archive.
///
/// # Errors
/// If it cannot be written.
pub fn end(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[0; 2 * BLOCK])
}

/// Reads the head of the next file: its name and size; `None` at the end.
///
/// # Errors
/// If it is no head of a regular file.
pub fn next(from: &mut impl Read) -> io::Result<Option<(String, u64)>> {
    let mut head = [0; BLOCK];
    from.read_exact(&mut head)?;
    if head == [0; BLOCK] {
        return Ok(None);
    }
    let told = octal(&head[SUM]);
    if told != Some(sum(&head)) || &head[MAGIC] != USTAR || head[BLOCK - 167..].iter().any(|byte| *byte != 0) {
        return Err(io::Error::other("a damaged head of a file"));
    }
    if head[KIND] != b'0' {
        return Err(io::Error::other("an entry that is not a regular file"));
    }
    let name = head[NAME].split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(io::Error::other)?.to_owned();
    octal(&head[SIZE]).map(|size| Some((name, size))).ok_or_else(|| io::Error::other("a damaged size of a file"))
}

/// Skips what follows a file of this size up to the next head.
///
/// # Errors
/// If the archive ends there.
pub fn skip_padding(from: &mut impl Read, size: u64) -> io::Result<()> {
    from.read_exact(&mut [0; BLOCK][..padding(size)])
}

fn padding(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    (BLOCK - over) % BLOCK
}

fn head(name: &str, size: u64) -> Option<[u8; BLOCK]> {
    let mut head = [0; BLOCK];
    head.get_mut(..name.len()).filter(|_| name.len() < LONGEST)?.copy_from_slice(name.as_bytes());
    head[MODE].copy_from_slice(b"0000644\0");
    for field in ZEROS {
        let zeros = field.len() - 1;
        head[field.start..field.start + zeros].fill(b'0');
    }
    let size = format!("{size:011o}\0");
    head.get_mut(SIZE).filter(|field| field.len() == size.len())?.copy_from_slice(size.as_bytes());
    head[KIND] = b'0';
    head[MAGIC].copy_from_slice(USTAR);
    let sum = format!("{:06o}\0 ", sum(&head));
    head[SUM].copy_from_slice(sum.as_bytes());
    Some(head)
}

/// The sum of a head's bytes, those of the sum itself as blanks.
fn sum(head: &[u8; BLOCK]) -> u64 {
    let byte = |(place, byte): (usize, &u8)| u64::from(if SUM.contains(&place) { b' ' } else { *byte });
    head.iter().enumerate().map(byte).sum()
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(digits, 8).ok().filter(|_| !digits.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, content) in files {
            write(&mut bytes, name, content.len() as u64, &mut &**content).unwrap();
        }
        end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        let long = vec![7; 1000];
        let bytes = archive(&[("a/b", b"xyz"), ("a/empty", b""), ("a/long", &long)]);
        assert_eq!(bytes.len() % BLOCK, 0);
        let mut from = bytes.as_slice();
        for (name, content) in [("a/b", &b"xyz"[..]), ("a/empty", b""), ("a/long", &long)] {
            let (read, size) = next(&mut from).unwrap().unwrap();
            let mut found = vec![0; usize::try_from(size).unwrap()];
            from.read_exact(&mut found).unwrap();
            skip_padding(&mut from, size).unwrap();
            assert_eq!((read.as_str(), found.as_slice()), (name, content));
        }
        assert_eq!(next(&mut from).unwrap(), None);
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let whole = archive(&[("a", b"x")]);
        for (place, byte) in [(0, b'b'), (KIND, b'2'), (SIZE.start, b'9'), (MAGIC.start, b'x'), (400, 1)] {
            let mut damaged = whole.clone();
            damaged[place] = byte;
            assert!(next(&mut damaged.as_slice()).is_err(), "{place}");
            let head: [u8; BLOCK] = damaged[..BLOCK].try_into().unwrap();
            damaged[SUM].copy_from_slice(format!("{:06o}\0 ", sum(&head)).as_bytes());
            assert_eq!(next(&mut damaged.as_slice()).is_err(), place != 0, "{place}, with a sum that fits");
        }
        assert!(next(&mut &whole[..100]).is_err(), "cut off");
        assert!(write(&mut Vec::new(), &"x".repeat(100), 0, &mut &b""[..]).is_err());
        assert!(write(&mut Vec::new(), "a", 1, &mut &b"xy"[..]).is_err());
        assert!(write(&mut Vec::new(), "a", 1 << 33, &mut &b""[..]).is_err());
    }
}
