//! PNG images, as far as data sets have them: without interlacing, of any depth, gray, in colours or by a palette.
//!
//! A signature, then chunks: length, type, bytes, checksum. `IHDR` has width, height, depth, colour type; `PLTE` the colours of a palette;
//! the `IDAT`s together are one zlib stream of rows, each behind a byte that says how it was filtered.
//! Source: Portable Network Graphics (PNG) Specification, third edition (W3C 2025).

use super::error::{DataError, DataFault};
use flate2::read::ZlibDecoder;
use std::io::Read;

/// An image: rows of pixels, from the top, each of 1 or 3 channels from 0 to 255.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    /// 1 for gray, 3 for red, green and blue.
    pub channels: usize,
    /// height × width × channels
    pub values: Vec<f64>,
}

/// The most numbers of one image.
const MOST_NUMBERS: usize = 1 << 26;
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What `IHDR` says.
struct PngHeader {
    width: usize,
    height: usize,
    depth: usize,
    /// Samples of a pixel in the file: with a palette one, with transparency one more.
    samples: usize,
    has_palette: bool,
    has_alpha: bool,
}

impl PngHeader {
    fn of(bytes: &[u8]) -> Result<Self, DataError> {
        let wrong = |what: String| DataFault::Format.error(what);
        let [w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, packing, filter, interlace] = *bytes else {
            return Err(wrong("the header `IHDR` has another length than 13".to_owned()));
        };
        let size = |bytes: [u8; 4]| usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX);
        let (width, height) = (size([w0, w1, w2, w3]), size([h0, h1, h2, h3]));
        let (samples, has_palette, has_alpha, depths): (usize, bool, bool, &[u8]) = match colour {
            0 => (1, false, false, &[1, 2, 4, 8, 16]),
            2 => (3, false, false, &[8, 16]),
            3 => (1, true, false, &[1, 2, 4, 8]),
            4 => (2, false, true, &[8, 16]),
            6 => (4, false, true, &[8, 16]),
            _ => return Err(wrong(format!("colour type {colour} is not known"))),
        };
        if !depths.contains(&depth) || packing != 0 || filter != 0 {
            return Err(wrong(format!(
                "no image of colour type {colour} has {depth} bits, packing {packing} and filter {filter}"
            )));
        }
        if interlace != 0 {
            return Err(wrong("the image is interlaced; save it without".to_owned()));
        }
        if width == 0 || height == 0 || width.saturating_mul(height).saturating_mul(4) > MOST_NUMBERS {
            let message = format!("an image of {width} × {height} pixels; at most {} are read", MOST_NUMBERS / 4);
            return Err(DataFault::TooLarge.error(message));
        }
        Ok(Self { width, height, depth: depth.into(), samples, has_palette, has_alpha })
    }

    /// Bytes of a row, without the byte of its filter.
    fn row(&self) -> usize {
        (self.width * self.samples * self.depth).div_ceil(8)
    }

    /// Bytes from a sample to the same one of the pixel to the right; 1 for pixels of less than a byte.
    fn step(&self) -> usize {
        (self.samples * self.depth / 8).max(1)
    }
}

/// The image of a file's bytes. Memory is taken for what the header says, which is bounded, however far the bytes would unfold.
///
/// # Errors
/// If they are no PNG image, are damaged, interlaced or partly transparent.
pub fn decode(bytes: &[u8]) -> Result<Picture, DataError> {
    let early = || DataFault::Format.error("the file ends too early");
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or_else(|| DataFault::Format.error("this is no PNG image"))?;
    let (mut header, mut palette, mut packed) = (None, &[][..], Vec::new());
    loop {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or_else(early)?;
        let (kind, behind) = behind.split_first_chunk::<4>().ok_or_else(early)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (data, behind) = behind.split_at_checked(length).ok_or_else(early)?;
        rest = behind.get(4..).ok_or_else(early)?;
        match kind {
            b"IHDR" => header = Some(PngHeader::of(data)?),
            b"PLTE" => palette = data,
            b"tRNS" => return Err(DataFault::Values.error("the image has transparent colours; save it without")),
            b"IDAT" => packed.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
    }
    let header = header.ok_or_else(|| DataFault::Format.error("the image has no header `IHDR`"))?;
    pixels(&header, palette, &unfiltered(&header, &packed)?)
}

/// The rows of an image, one behind the other, as they were before they were filtered and packed.
fn unfiltered(header: &PngHeader, packed: &[u8]) -> Result<Vec<u8>, DataError> {
    let (row, step) = (header.row(), header.step());
    let size = header.height * (row + 1);
    let mut raw = Vec::new();
    let read = ZlibDecoder::new(packed).take(size as u64 + 1).read_to_end(&mut raw);
    read.map_err(|why| DataFault::Format.error(format!("damaged: {why}")))?;
    if raw.len() != size {
        let how = if raw.len() < size { "fewer" } else { "more" };
        return Err(DataFault::Format.error(format!("the image has {how} bytes than its size asks for")));
    }
    let mut rows: Vec<u8> = Vec::with_capacity(header.height * row);
    let mut above = vec![0; row];
    for filtered in raw.chunks_exact(row + 1) {
        let (filter, mut line) = (filtered[0], filtered[1..].to_vec());
        for at in 0..row {
            let left = if at < step { 0 } else { line[at - step] };
            let corner = if at < step { 0 } else { above[at - step] };
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => left.midpoint(above[at]),
                4 => nearest(left, above[at], corner),
                _ => return Err(DataFault::Format.error(format!("a row is filtered by {filter}, which is not known"))),
            };
            line[at] = line[at].wrapping_add(guess);
        }
        rows.extend_from_slice(&line);
        above = line;
    }
    Ok(rows)
}

/// Paeth's predictor: of left, above and corner the one that is nearest to left + above − corner.
fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let guess = a + b - c;
    let [to_left, to_above, to_corner] = [a, b, c].map(|known| (guess - known).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

/// Samples as numbers from 0 to 255.
fn pixels(header: &PngHeader, palette: &[u8], rows: &[u8]) -> Result<Picture, DataError> {
    let channels = if header.has_palette || header.samples > 2 { 3 } else { 1 };
    let largest = f64::from((1_u32 << header.depth) - 1);
    let mut values = Vec::with_capacity(header.width * header.height * channels);
    for row in rows.chunks_exact(header.row()) {
        for pixel in 0..header.width {
            let sample = |number: usize| sample(row, header.depth, pixel * header.samples + number);
            if header.has_alpha && sample(header.samples - 1) != (1 << header.depth) - 1 {
                return Err(DataFault::Values.error("the image has transparent pixels; save it without"));
            }
            if header.has_palette {
                let at = 3 * sample(0) as usize;
                let colour = palette.get(at..at + 3);
                let colour =
                    colour.ok_or_else(|| DataFault::Format.error("a pixel has a colour that the palette lacks"))?;
                values.extend(colour.iter().map(|part| f64::from(*part)));
            } else {
                values.extend((0..channels).map(|number| f64::from(sample(number)) * 255.0 / largest));
            }
        }
    }
    Ok(Picture { width: header.width, height: header.height, channels, values })
}

/// A sample of a row, by its number; its bits are the high ones of a byte first.
fn sample(row: &[u8], depth: usize, number: usize) -> u32 {
    match depth {
        16 => u32::from(row[2 * number]) << 8 | u32::from(row[2 * number + 1]),
        8 => u32::from(row[number]),
        _ => {
            let bit = number * depth;
            u32::from(row[bit / 8]) >> (8 - depth - bit % 8) & ((1 << depth) - 1)
        }
    }
}
