//! NumPy's files: `.npy`, one array, and `.npz`, a zip file of several.
//!
//! An array is `\x93NUMPY`, a version (1 to 3), the length of a header (2 or 4 bytes, little-endian), the header as a Python
//! dictionary with `descr`, `fortran_order` and `shape`, then the numbers. Numbers of 8 to 64 bits, whole or not, and flags are
//! read, of either order of bytes and of dimensions. Source: numpy/lib/format.py; a zip file: PKWARE's APPNOTE.

use super::array::{NumberBox, shown};
use super::error::{DataError, DataFault};
use super::figures::FigureList;
use super::file;
use super::table::shortened;
use flate2::read::DeflateDecoder;
use std::io::Read;
use std::path::Path;

/// Reads the array of a `.npy` file.
///
/// # Errors
/// If it cannot be read or holds no such array; the message names it.
pub fn read(path: &Path) -> Result<NumberBox, DataError> {
    let shown = path.display().to_string();
    array(file::open(path, file::MOST_BYTES)?).map_err(|why| why.in_file(&shown))
}

/// Reads an array of a `.npz` file by its name.
///
/// # Errors
/// If the file cannot be read, or holds no such array; the message names it.
pub fn read_member(path: &Path, name: &str) -> Result<NumberBox, DataError> {
    let bytes = file::read(path)?;
    let found = member(&bytes, name).map_err(|why| why.reworded(|why| format!("array `{}`: {why}", shortened(name))));
    found.map_err(|why| why.in_file(&path.display().to_string()))
}

const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that is read.
const MOST_HEADER: u32 = 1 << 16;

/// The array of these bytes. What is kept in memory is bounded by what the header says, and that by the most cells of a table.
pub fn array(mut source: impl Read) -> Result<NumberBox, DataError> {
    let mut start = [0; 8];
    exactly(&mut source, &mut start)?;
    if &start[..6] != MAGIC {
        return Err(DataFault::Format.error("this is no array of NumPy: it does not begin with `\\x93NUMPY`"));
    }
    let length = match start[6] {
        1 => {
            let mut length = [0; 2];
            exactly(&mut source, &mut length)?;
            u32::from(u16::from_le_bytes(length))
        }
        2 | 3 => {
            let mut length = [0; 4];
            exactly(&mut source, &mut length)?;
            u32::from_le_bytes(length)
        }
        version => return Err(DataFault::Format.error(format!("version {version} of NumPy's form is not known"))),
    };
    if length > MOST_HEADER {
        return Err(DataFault::TooLarge.error(format!("a header of {length} bytes; {MOST_HEADER} are read")));
    }
    let mut header = Vec::new();
    source.by_ref().take(u64::from(length)).read_to_end(&mut header).map_err(|why| damaged(&why))?;
    let header = NpyHeader::of(&String::from_utf8_lossy(&header))?;
    let count = NumberBox::count(&header.dimensions)?;
    let values = numbers(&mut source, count, header.number)
        .map_err(|why| why.reworded(|why| format!("the header says {}, but {why}", shown(&header.dimensions))))?;
    let values = match values {
        values if !header.columns_first => values,
        FigureList::Bytes(values) => FigureList::Bytes(rows_first(&values, &header.dimensions)),
        FigureList::Short(values) => FigureList::Short(rows_first(&values, &header.dimensions)),
        FigureList::Full(values) => FigureList::Full(rows_first(&values, &header.dimensions)),
    };
    NumberBox { dimensions: header.dimensions, whole: header.whole, values }.finite()
}

fn exactly(source: &mut impl Read, bytes: &mut [u8]) -> Result<(), DataError> {
    source.read_exact(bytes).map_err(|why| damaged(&why))
}

fn damaged(why: &std::io::Error) -> DataError {
    DataFault::Format.error(match why.kind() {
        std::io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
        _ => format!("damaged: {why}"),
    })
}

/// How many bytes a number has, and which numbers they are.
#[derive(Clone, Copy)]
struct NumberForm {
    width: usize,
    numbers: NumbersOf,
    big_endian: bool,
}

/// Turns the bytes of numbers, one behind the other, into these.
type NumbersOf = fn(&[u8], &mut Vec<f64>);

/// What an array's header says.
struct NpyHeader {
    dimensions: Vec<usize>,
    whole: bool,
    /// Whether the first dimension varies fastest.
    columns_first: bool,
    number: NumberForm,
}

impl NpyHeader {
    fn of(text: &str) -> Result<Self, DataError> {
        let field = |name: &str| -> Option<&str> {
            let (_, rest) = text.split_once(&format!("'{name}':"))?;
            Some(rest.trim_start())
        };
        let lacks = |name: &str| DataFault::Format.error(format!("the header has no `{name}`"));
        let descr = field("descr").ok_or_else(|| lacks("descr"))?;
        let descr = descr.strip_prefix('\'').and_then(|rest| rest.split('\'').next());
        let descr = descr.ok_or_else(|| {
            DataFault::Column.error("an array of several fields is not read; save the numbers as an array of their own")
        })?;
        let columns_first = field("fortran_order").ok_or_else(|| lacks("fortran_order"))?.starts_with("True");
        let shape = field("shape").and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.split(')').next());
        let shape = shape.ok_or_else(|| lacks("shape"))?;
        let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
        let dimensions: Option<Vec<usize>> = sizes.map(|size| size.parse().ok()).collect();
        let dimensions =
            dimensions.ok_or_else(|| DataFault::Format.error(format!("`({})` is no shape", shortened(shape))))?;
        if dimensions.len() > MOST_DIMENSIONS {
            return Err(DataFault::Format.error(format!("{} dimensions; NumPy has at most 64", dimensions.len())));
        }
        let (number, whole) = number_form(descr)?;
        Ok(Self { dimensions, whole, columns_first, number })
    }
}

const MOST_DIMENSIONS: usize = 64;

#[allow(clippy::cast_precision_loss)] // beyond 2⁵³ a whole number is the nearest float
fn number_form(descr: &str) -> Result<(NumberForm, bool), DataError> {
    // One loop for each type, which the compiler turns into vectors.
    macro_rules! numbers {
        ($width:literal, $number:expr) => {
            ($width, |bytes, to| to.extend(bytes.as_chunks::<$width>().0.iter().map(|bytes| $number(*bytes))))
        };
    }
    let kind = descr.strip_prefix(['<', '>', '|', '=']).unwrap_or(descr);
    let ((width, numbers), whole): ((usize, NumbersOf), bool) = match kind {
        "b1" => (numbers!(1, |b: [u8; 1]| f64::from(u8::from(b[0] != 0))), true),
        "u1" => (numbers!(1, |b: [u8; 1]| f64::from(b[0])), true),
        "i1" => (numbers!(1, |b| f64::from(i8::from_le_bytes(b))), true),
        "u2" => (numbers!(2, |b| f64::from(u16::from_le_bytes(b))), true),
        "i2" => (numbers!(2, |b| f64::from(i16::from_le_bytes(b))), true),
        "u4" => (numbers!(4, |b| f64::from(u32::from_le_bytes(b))), true),
        "i4" => (numbers!(4, |b| f64::from(i32::from_le_bytes(b))), true),
        "u8" => (numbers!(8, |b| u64::from_le_bytes(b) as f64), true),
        "i8" => (numbers!(8, |b| i64::from_le_bytes(b) as f64), true),
        "f4" => (numbers!(4, |b| f64::from(f32::from_le_bytes(b))), false),
        "f8" => (numbers!(8, f64::from_le_bytes), false),
        _ => {
            let can = "whole numbers of 8 to 64 bits, floats of 32 or 64, and flags can be read";
            return Err(DataFault::Column.error(format!("the array is of type `{}`; {can}", shortened(descr))));
        }
    };
    Ok((NumberForm { width, numbers, big_endian: descr.starts_with('>') }, whole))
}

/// So many numbers, and nothing behind them; piece by piece, so that memory is taken for what is there.
fn numbers(source: &mut impl Read, count: usize, form: NumberForm) -> Result<FigureList, DataError> {
    const PIECE: usize = 1 << 16;
    let (mut values, mut piece, mut numbers) = (FigureList::default(), Vec::new(), Vec::new());
    while values.len() < count {
        let wanted = (count - values.len()).min(PIECE) * form.width;
        piece.clear();
        source.take(wanted as u64).read_to_end(&mut piece).map_err(|why| damaged(&why))?;
        if form.big_endian {
            piece.chunks_exact_mut(form.width).for_each(<[u8]>::reverse);
        }
        numbers.clear();
        (form.numbers)(&piece, &mut numbers);
        values.extend(&numbers);
        if piece.len() < wanted {
            return Err(DataFault::Format.error(format!("the file ends after {} of {count} numbers", values.len())));
        }
    }
    piece.clear();
    match source.take(1).read_to_end(&mut piece).map_err(|why| damaged(&why))? {
        0 => Ok(values),
        _ => Err(DataFault::Format.error("more bytes follow")),
    }
}

/// Numbers of which the first dimension varies fastest, in the other order.
fn rows_first<T: Copy>(values: &[T], dimensions: &[usize]) -> Vec<T> {
    let mut strides = vec![1; dimensions.len()];
    for axis in 1..dimensions.len() {
        strides[axis] = strides[axis - 1] * dimensions[axis - 1];
    }
    let mut place = vec![0; dimensions.len()];
    let mut next = || {
        let at: usize = place.iter().zip(&strides).map(|(place, stride)| place * stride).sum();
        for axis in (0..dimensions.len()).rev() {
            place[axis] += 1;
            if place[axis] < dimensions[axis] {
                break;
            }
            place[axis] = 0;
        }
        values[at]
    };
    (0..values.len()).map(|_| next()).collect()
}

/// The array of a name in a zip file's bytes.
pub fn member(zip: &[u8], name: &str) -> Result<NumberBox, DataError> {
    let members = members(zip)?;
    let is_it = |member: &&ZipMember<'_>| member.name == name || member.name.strip_suffix(".npy") == Some(name);
    let found = members.iter().find(is_it).ok_or_else(|| {
        let names =
            members.iter().take(10).map(|known| format!("`{}`", shortened(known.name.trim_end_matches(".npy"))));
        DataFault::Column.error(format!("not in this file; it has {}", names.collect::<Vec<_>>().join(", ")))
    })?;
    match found.method {
        0 => array(found.packed),
        8 => array(DeflateDecoder::new(found.packed)),
        method => {
            Err(DataFault::Format.error(format!("packed by method {method} of zip files; `numpy.savez` takes another")))
        }
    }
}

/// A file in a zip file.
struct ZipMember<'z> {
    name: &'z str,
    method: u16,
    packed: &'z [u8],
}

/// Every file in a zip file, by its directory at the end.
fn members(zip: &[u8]) -> Result<Vec<ZipMember<'_>>, DataError> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    let wrong = || DataFault::Format.error("this is no `.npz` file: it has no directory of a zip file");
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let piece = zip.get(at..at.checked_add(bytes)?)?;
        Some(piece.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    };
    // A remark of at most 65,535 bytes may follow.
    let tail = zip.len().saturating_sub(65_557);
    let end = zip[tail..].windows(4).rposition(|window| window == END).map(|at| at + tail).ok_or_else(wrong)?;
    let (count, mut at) = number(end + 10, 2).zip(number(end + 16, 4)).ok_or_else(wrong)?;
    let mut members = Vec::new();
    for _ in 0..count {
        let read = || {
            (zip.get(at..at.checked_add(4)?)? == ENTRY).then_some(())?;
            let (method, size) = (number(at + 10, 2)?, number(at + 20, 4)?);
            let [name, extra, remark] = [number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?];
            let local = number(at + 42, 4)?;
            let name_of = std::str::from_utf8(zip.get(at + 46..at + 46 + name)?).ok()?;
            let start = local.checked_add(30)? + number(local.checked_add(26)?, 2)? + number(local + 28, 2)?;
            let packed = zip.get(start..start.checked_add(size)?)?;
            Some((
                ZipMember { name: name_of, method: u16::try_from(method).ok()?, packed },
                at + 46 + name + extra + remark,
            ))
        };
        let (member, next) = read().ok_or_else(|| {
            DataFault::Format.error("the directory of the zip file is damaged, or of a file beyond 4 GiB")
        })?;
        members.push(member);
        at = next;
    }
    Ok(members)
}
