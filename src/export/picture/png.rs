//! Figures as PNG: 8 bits for each of red, green and blue.
//! Source: Portable Network Graphics (PNG) Specification, third edition (W3C 2025).

use super::drawing::{Drawing, DrawnShape, PlotPoint, TextLine};
use super::error::PictureError;
use super::font;
use super::paint::Paint;
use super::raster::Raster;
use super::scale::FigureScale;
use super::stroke::{dashed, disc, stroke};
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::{self, Write};

/// The most pixels.
const MOST_PIXELS: u64 = 1 << 26;
/// Points in an inch, inches in a metre.
const POINTS: f64 = 72.0;
const METRE: f64 = 1.0 / 0.0254;

/// Draws it.
///
/// # Errors
/// If it would be too large.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the sizes are checked
pub fn png(drawing: &Drawing, scale: FigureScale) -> Result<Vec<u8>, PictureError> {
    let pixels = scale.points * scale.dpi / POINTS;
    let size = |length: f64| (length * pixels).round().max(1.0) as u64;
    let (width, height) = (size(drawing.width), size(drawing.height));
    if width.saturating_mul(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    let mut raster = Raster::new(width as usize, height as usize);
    drawing.shapes.iter().for_each(|shape| draw(&mut raster, shape, pixels));
    packed(&raster, scale.dpi).map_err(|why| PictureError::Unpacked(why.to_string()))
}

/// Draws a shape, with so many pixels of the image for one of the plot.
fn draw(raster: &mut Raster, shape: &DrawnShape, pixels: f64) {
    let scaled = |points: &[PlotPoint]| points.iter().map(|[x, y]| [x * pixels, y * pixels]).collect::<Vec<_>>();
    match shape {
        DrawnShape::Polygon { corners, paint } => outlined(raster, scaled(corners), paint, pixels),
        DrawnShape::Circle { middle, radius, paint } => {
            outlined(raster, disc(middle.map(|x| x * pixels), radius * pixels), paint, pixels);
        }
        DrawnShape::Path { points, paint } => {
            let Some(colour) = paint.stroke else { return };
            let dashes: Vec<f64> = paint.dashes.iter().map(|dash| dash * pixels).collect();
            let parts = dashed(&scaled(points), &dashes);
            let polygons: Vec<_> = parts.iter().flat_map(|part| stroke(part, paint.width * pixels, false)).collect();
            raster.fill(&polygons, colour, paint.opacity);
        }
        DrawnShape::Text(line) => raster.fill(&letters(line, pixels), line.colour, line.opacity),
    }
}

fn outlined(raster: &mut Raster, polygon: Vec<PlotPoint>, paint: &Paint, pixels: f64) {
    let outline = paint.stroke.map(|colour| (colour, stroke(&polygon, paint.width * pixels, true)));
    if let Some(colour) = paint.fill {
        raster.fill(&[polygon], colour, paint.opacity);
    }
    if let Some((colour, outline)) = outline {
        raster.fill(&outline, colour, paint.opacity);
    }
}

/// The outlines of a line's letters.
fn letters(line: &TextLine, pixels: f64) -> Vec<Vec<PlotPoint>> {
    let glyphs = font::glyphs(&line.words);
    let wide: f64 = glyphs.iter().map(|glyph| glyph.advance * line.size).sum();
    let start = line.start(wide);
    let (mut along, mut polygons) = (0.0, Vec::new());
    for glyph in glyphs {
        for polygon in font::outline(glyph.id) {
            let point = |[x, y]: &PlotPoint| {
                let [x, y] = line.turn([along + x * line.size, -y * line.size]);
                [(start[0] + x) * pixels, (start[1] + y) * pixels]
            };
            polygons.push(polygon.iter().map(point).collect());
        }
        along += glyph.advance * line.size;
    }
    polygons
}

/// The file of an image.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked sizes, pixels per metre
fn packed(raster: &Raster, dpi: f64) -> io::Result<Vec<u8>> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend((raster.width as u32).to_be_bytes());
    head.extend((raster.height as u32).to_be_bytes());
    head.extend([8, 2, 0, 0, 0]); // bits, colours, packing, filter, no interlacing
    chunk(&mut file, *b"IHDR", &head)?;
    let per_metre = ((dpi * METRE).round() as u32).to_be_bytes();
    chunk(&mut file, *b"pHYs", &[&per_metre[..], &per_metre, &[1]].concat())?;
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in raster.bytes.chunks(3 * raster.width) {
        rows.write_all(&[0])?;
        rows.write_all(row)?;
    }
    chunk(&mut file, *b"IDAT", &rows.finish()?)?;
    chunk(&mut file, *b"IEND", &[])?;
    Ok(file)
}

/// Length, name, bytes, checksum.
fn chunk(file: &mut Vec<u8>, name: [u8; 4], bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut sum = Crc::new();
    sum.update(&name);
    sum.update(bytes);
    file.extend(length.to_be_bytes());
    file.extend(name);
    file.extend(bytes);
    file.extend(sum.sum().to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: FigureScale = FigureScale { points: 0.75, dpi: 192.0 };

    fn drawn(body: &str) -> Vec<u8> {
        let svg = format!("<svg width=\"40\" height=\"20\" viewBox=\"0 0 40 20\">{body}</svg>");
        png(&Drawing::read(&svg).unwrap(), SCALE).unwrap()
    }

    #[test]
    fn a_figure_has_its_pixels() {
        let bytes = drawn("<rect x=\"0\" y=\"0\" width=\"40\" height=\"20\" fill=\"#FFFFFF\"/>");
        assert_eq!(bytes[16..24], [0, 0, 0, 80, 0, 0, 0, 40]);
        assert!(bytes.ends_with(b"IEND\xae\x42\x60\x82"), "a chunk without bytes has this sum");
        let large = Drawing { width: 1e9, height: 1.0, shapes: Vec::new() };
        assert!(matches!(png(&large, SCALE), Err(PictureError::TooLarge { .. })));
    }

    #[test]
    fn letters_are_drawn_where_they_belong() {
        let ink = |anchor: &str| {
            let text = format!("<text x=\"20\" y=\"15\" font-size=\"10\" text-anchor=\"{anchor}\">M</text>");
            let svg = format!("<svg viewBox=\"0 0 40 20\">{text}</svg>");
            let drawing = Drawing::read(&svg).unwrap();
            let DrawnShape::Text(line) = &drawing.shapes[0] else { panic!("a text") };
            let points = letters(line, 1.0).concat();
            let ends = |k: usize| {
                points.iter().map(|point| point[k]).fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)))
            };
            (ends(0), ends(1))
        };
        let ((left, right), (top, foot)) = ink("start");
        assert!(
            left > 20.0 && right < 20.0 + 8.63 && foot == 15.0 && (top - 7.71).abs() < 0.01,
            "{left} {right} {top}"
        );
        assert!(ink("end").0.1 < 20.0 && (ink("middle").0.0 + ink("middle").0.1 - 40.0).abs() < 0.1);
    }
}
