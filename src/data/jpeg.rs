//! JPEG images, by the crate `zune-jpeg` without its vector kernels: a decoder is free in how it rounds, and this one computes with whole
//! numbers in one way on every CPU. Another decoder may give a pixel that differs by 1 or 2 of 255.
//!
//! ITU-T T.81, baseline and progressive, gray or YCbCr. What a camera says of how it was held (Exif) is not looked at.

use super::error::{DataError, DataFault};
use super::png::Picture;
use crate::guard::guarded;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The largest width and height, and the most pixels.
const LONGEST: usize = 1 << 14;
const MOST_PIXELS: usize = 1 << 24;

/// The image of a file's bytes. Memory is taken for what the header says, which is bounded.
///
/// # Errors
/// If they are no JPEG image, are damaged, or have other colours than gray or YCbCr.
pub fn decode(bytes: &[u8]) -> Result<Picture, DataError> {
    if !bytes.starts_with(&[0xFF, 0xD8]) {
        return Err(DataFault::Format.error("this is no JPEG image"));
    }
    guarded(|| decoded(bytes)).unwrap_or_else(|| Err(DataFault::Format.error("this JPEG image is damaged")))
}

fn decoded(bytes: &[u8]) -> Result<Picture, DataError> {
    let options = DecoderOptions::default().set_max_width(LONGEST).set_max_height(LONGEST).set_strict_mode(true);
    let decoder = |colours| {
        let options = options.jpeg_set_out_colorspace(colours);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
        decoder.decode_headers().map(|()| decoder)
    };
    let damaged =
        |why: &dyn std::fmt::Display| DataFault::Format.error(format!("this JPEG image cannot be read: {why}"));
    let headers = decoder(ColorSpace::RGB).map_err(|why| damaged(&why))?;
    let (size, colours) = (headers.info(), headers.input_colorspace());
    let (Some(size), Some(colours)) = (size, colours) else { return Err(damaged(&"it has no header")) };
    let (width, height) = (usize::from(size.width), usize::from(size.height));
    if width * height > MOST_PIXELS {
        let message = format!("an image of {width} × {height} pixels; at most {MOST_PIXELS} are read");
        return Err(DataFault::TooLarge.error(message));
    }
    let (colours, channels) = match colours {
        ColorSpace::Luma => (ColorSpace::Luma, 1),
        ColorSpace::YCbCr | ColorSpace::RGB => (ColorSpace::RGB, 3),
        other => {
            let message = format!("an image in {other:?}; save it in gray or in the usual colours of screens");
            return Err(DataFault::Values.error(message));
        }
    };
    let pixels = decoder(colours).and_then(|mut decoder| decoder.decode()).map_err(|why| damaged(&why))?;
    if pixels.len() != width * height * channels {
        return Err(damaged(&"it ends too early"));
    }
    Ok(Picture { width, height, channels, values: pixels.into_iter().map(f64::from).collect() })
}
