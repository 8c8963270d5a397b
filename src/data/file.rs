//! The bytes of a data file that somebody gave us: a regular file, no larger than a stated limit.

use super::error::{DataError, DataFault};
use crate::guard::file::{self, Links};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// The largest file that is read: 1 GiB.
pub const MOST_BYTES: u64 = 1 << 30;

/// Opens a regular file of at most `most` bytes.
///
/// # Errors
/// Where there is none, it is a folder or a device, cannot be read, or is too large; the message names it.
pub fn open(path: &Path, most: u64) -> Result<File, DataError> {
    Ok(file::open(path, most, Links::Followed)?)
}

/// All bytes of such a file.
///
/// # Errors
/// As [`open`], and where reading fails.
pub fn read(path: &Path) -> Result<Vec<u8>, DataError> {
    Ok(file::read(path, MOST_BYTES, Links::Followed)?)
}

/// All bytes of such a file, which may be no larger than this.
///
/// # Errors
/// As [`open`], and where reading fails.
pub fn read_up_to(path: &Path, most: u64) -> Result<Vec<u8>, DataError> {
    Ok(file::read(path, most, Links::Followed)?)
}

/// What any packed file may unfold to, and what each of its bytes may add.
const ANY: u64 = 64 << 20;
const PER_BYTE: u64 = 100;

/// The bytes that gzip has packed. They are bounded by what is packed, before they are there.
///
/// # Errors
/// If they are damaged, or unfold to too much.
pub fn unpacked(packed: &[u8]) -> Result<Vec<u8>, DataError> {
    let most = MOST_BYTES.min(ANY + PER_BYTE * packed.len() as u64);
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed).take(most + 1).read_to_end(&mut bytes);
    read.map_err(|why| {
        DataFault::Format.error(match why.kind() {
            std::io::ErrorKind::UnexpectedEof => "the packed file ends too early".to_owned(),
            _ => format!("damaged, or not packed by gzip: {why}"),
        })
    })?;
    if bytes.len() as u64 > most {
        let message =
            format!("unpacks to more than {} MiB, which is as much as is read of {} bytes", most >> 20, packed.len());
        return Err(DataFault::TooLarge.error(message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packed_bytes_are_bounded() {
        assert_eq!(unpacked(&packed(b"a,b\n1,2\n")).unwrap(), b"a,b\n1,2\n");
        let long = packed(&vec![0; 200 << 20]);
        let why = unpacked(&long).unwrap_err().to_string();
        assert!(why.contains("unpacks to more than 8"), "{why}");
        let good = packed(b"a,b\n1,2\n");
        for end in 0..good.len() {
            assert!(unpacked(&good[..end]).is_err() || end == 0, "{end}");
        }
        assert!(unpacked(b"a,b\n1,2\n3,4\n5,6\n").unwrap_err().to_string().contains("not packed by gzip"));
    }
}
