//! IDX files, the form of MNIST: images and labels as numbers in a box of any dimensions.
//!
//! Two zero bytes, a byte for the type (8 `u8`, 9 `i8`, 11 `i16`, 12 `i32`, 13 `f32`, 14 `f64`), one for the number of
//! dimensions, each dimension as a 32-bit number, then the numbers, all big-endian. The whole may be packed by gzip.
//! Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "File formats".

use super::array::{NumberBox, shown};
use super::error::{DataError, DataFault};
use super::figures::FigureList;
use super::file;
use flate2::bufread::MultiGzDecoder;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Reads a file, packed or not.
///
/// # Errors
/// Where it cannot be read or is damaged; the message names it.
pub fn read(path: &Path) -> Result<NumberBox, DataError> {
    let name = path.display().to_string();
    parse(BufReader::new(file::open(path, file::MOST_BYTES)?)).map_err(|why| why.in_file(&name))
}

/// Reads packed or plain bytes. What is kept in memory is bounded by what the header says, and that by the most cells of a table,
/// however far the packed bytes would unfold.
pub fn parse(mut source: impl BufRead) -> Result<NumberBox, DataError> {
    let start = source.fill_buf().map_err(|why| cut_short(&why))?;
    if start.starts_with(&[0x1F, 0x8B]) { unpacked(MultiGzDecoder::new(source)) } else { unpacked(source) }
}

fn cut_short(why: &std::io::Error) -> DataError {
    DataFault::Format.error(match why.kind() {
        std::io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
        _ => format!("damaged: {why}"),
    })
}

fn unpacked(mut source: impl Read) -> Result<NumberBox, DataError> {
    let mut magic = [0; 4];
    source.read_exact(&mut magic).map_err(|why| cut_short(&why))?;
    let [0, 0, kind, count] = magic else {
        return Err(DataFault::Format.error("this is no IDX file: it does not begin with two zero bytes"));
    };
    let (width, number): (usize, fn(&[u8]) -> f64) = match kind {
        0x08 => (1, |b| f64::from(b[0])),
        0x09 => (1, |b| f64::from(i8::from_be_bytes([b[0]]))),
        0x0B => (2, |b| f64::from(i16::from_be_bytes([b[0], b[1]]))),
        0x0C => (4, |b| f64::from(i32::from_be_bytes([b[0], b[1], b[2], b[3]]))),
        0x0D => (4, |b| f64::from(f32::from_be_bytes([b[0], b[1], b[2], b[3]]))),
        0x0E => (8, |b| f64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])),
        _ => return Err(DataFault::Format.error(format!("this is no IDX file: no type has the number {kind}"))),
    };
    let mut dimensions = Vec::new();
    for _ in 0..count {
        let mut dimension = [0; 4];
        source.read_exact(&mut dimension).map_err(|why| cut_short(&why))?;
        dimensions.push(
            usize::try_from(u32::from_be_bytes(dimension)).map_err(|why| DataFault::TooLarge.error(why.to_string()))?,
        );
    }
    let numbers = NumberBox::count(&dimensions)?;
    let values = read_numbers(&mut source, numbers, width, number)
        .map_err(|why| why.reworded(|why| format!("the header says {}, but {why}", shown(&dimensions))))?;
    NumberBox { dimensions, whole: kind < 0x0D, values }.finite()
}

/// So many numbers, and nothing behind them; piece by piece, so that they are not held twice.
fn read_numbers(
    source: &mut impl Read,
    count: usize,
    width: usize,
    number: fn(&[u8]) -> f64,
) -> Result<FigureList, DataError> {
    const PIECE: usize = 1 << 16;
    let (mut values, mut piece, mut numbers) = (FigureList::default(), Vec::new(), Vec::new());
    while values.len() < count {
        let wanted = (count - values.len()).min(PIECE) * width;
        piece.clear();
        source.take(wanted as u64).read_to_end(&mut piece).map_err(|why| cut_short(&why))?;
        numbers.clear();
        numbers.extend(piece.chunks_exact(width).map(number));
        values.extend(&numbers);
        if piece.len() < wanted {
            return Err(DataFault::Format.error(format!("the file ends after {} of {count} numbers", values.len())));
        }
    }
    // To read on shows what is too much, and lets gzip check its sum at the end.
    piece.clear();
    match source.take(1).read_to_end(&mut piece).map_err(|why| cut_short(&why))? {
        0 => Ok(values),
        _ => Err(DataFault::Format.error("more bytes follow")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn header(kind: u8, dimensions: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0, 0, kind, u8::try_from(dimensions.len()).unwrap()];
        bytes.extend(dimensions.iter().flat_map(|dimension| dimension.to_be_bytes()));
        bytes
    }

    #[test]
    fn every_type_is_read_plain_and_packed() {
        let data: [(u8, Vec<u8>, [f64; 2]); 6] = [
            (0x08, vec![7, 255], [7.0, 255.0]),
            (0x09, vec![7, 255], [7.0, -1.0]),
            (0x0B, vec![1, 2, 0xFF, 0xFE], [258.0, -2.0]),
            (0x0C, vec![0, 1, 0, 0, 0x80, 0, 0, 0], [65536.0, -2_147_483_648.0]),
            (0x0D, [1.5_f32, -0.25].iter().flat_map(|x| x.to_be_bytes()).collect(), [1.5, -0.25]),
            (0x0E, [0.1_f64, -1e300].iter().flat_map(|x| x.to_be_bytes()).collect(), [0.1, -1e300]),
        ];
        for (kind, data, values) in data {
            let bytes = [header(kind, &[2, 1]), data].concat();
            let expected = NumberBox { dimensions: vec![2, 1], whole: kind < 0x0D, values: values.as_slice().into() };
            assert_eq!(parse(bytes.as_slice()).unwrap(), expected);
            assert_eq!(parse(packed(&bytes).as_slice()).unwrap(), expected);
        }
    }

    #[test]
    fn damaged_files_are_told_apart() {
        let good = [header(8, &[3]), vec![1, 2, 3]].concat();
        let nan = [header(0x0D, &[2]), 1_f32.to_be_bytes().to_vec(), f32::NAN.to_be_bytes().to_vec()].concat();
        let mut wrong_sum = packed(&good);
        let end = wrong_sum.len();
        wrong_sum[end - 8] ^= 1;
        for (bytes, says) in [
            (Vec::new(), "ends too early"),
            (vec![0, 0, 8], "ends too early"),
            (vec![1, 0, 8, 1], "two zero bytes"),
            (header(7, &[1]), "no type has the number 7"),
            (header(8, &[]), "no dimension"),
            (header(8, &[3, 0]), "3 × 0: nothing"),
            (header(8, &[u32::MAX, u32::MAX, u32::MAX]), "at most 100000000 numbers are read"),
            (header(8, &[60_000, 28, 28]), "ends after 0 of 47040000 numbers"),
            (good[..6].to_vec(), "ends too early"),
            (good[..10].to_vec(), "ends after 2 of 3 numbers"),
            ([good.clone(), vec![0]].concat(), "more bytes follow"),
            (nan, "sample 2 holds `NaN`"),
            (packed(&good[..10]), "ends after 2 of 3 numbers"),
            (packed(&[good.clone(), vec![0; 1_000_000]].concat()), "more bytes follow"),
            (packed(&good)[..20].to_vec(), "ends too early"),
            (wrong_sum, "damaged: "),
            ([packed(&good), vec![9; 20]].concat(), "damaged: "),
        ] {
            let why = parse(bytes.as_slice()).unwrap_err().to_string();
            assert!(why.contains(says), "{bytes:?}: {why}");
        }
    }
}
