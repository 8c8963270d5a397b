//! Figures as PDF: one page of vectors and texts, with the font in it, as publishers ask for.
//! Source: PDF 1.7 (ISO 32000-1:2008), sections 7.5 (files), 8 (graphics), 9 (texts).

use super::drawing::{Drawing, DrawnShape, PlotPoint, TextLine, circle};
use super::error::PictureError;
use super::font::{self, Descriptor};
use super::paint::{Colour, Paint};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

/// Objects by number: catalogue, pages, page, content, four of the font, its letters.
const PAGE: usize = 3;
const CONTENT: usize = 4;
const FONT: usize = 5;
const NAME: &str = "BMFIGS+DejaVuSans";

/// Writes it, so many points for a pixel of the plot.
///
/// # Errors
/// If it cannot be packed.
pub fn pdf(drawing: &Drawing, points: f64) -> Result<Vec<u8>, PictureError> {
    let content = Content::of(drawing, points);
    let states: String = content.opacities.iter().fold(String::new(), |mut all, (share, place)| {
        let share = number(f64::from(*share) / 1000.0);
        let _ = write!(all, "/G{place} <</ca {share} /CA {share}>> ");
        all
    });
    let size = [drawing.width, drawing.height].map(|length| number(length * points));
    let page = format!(
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Contents {CONTENT} 0 R /Resources <</Font <</F {FONT} 0 R>> /ExtGState \
         <<{states}>>>>>>",
        size[0], size[1]
    );
    let letters: BTreeMap<u16, char> =
        drawing.texts().flat_map(font::glyphs).map(|glyph| (glyph.id, glyph.letter)).collect();
    let objects = [
        b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
        format!("<</Type /Pages /Kids [{PAGE} 0 R] /Count 1>>").into_bytes(),
        page.into_bytes(),
        stream("", content.text.as_bytes())?,
        format!(
            "<</Type /Font /Subtype /Type0 /BaseFont /{NAME} /Encoding /Identity-H /DescendantFonts [{} 0 R] /ToUnicode {} 0 R>>",
            FONT + 1,
            FONT + 4
        )
        .into_bytes(),
        cid_font(&letters.keys().copied().collect()).into_bytes(),
        descriptor(&font::descriptor()).into_bytes(),
        stream(&format!("/Length1 {} ", font::BYTES.len()), font::BYTES)?,
        stream("", to_unicode(&letters).as_bytes())?,
    ];
    Ok(file(&objects))
}

/// Numbers as four digits each.
fn hexadecimal(numbers: impl Iterator<Item = u16>) -> String {
    numbers.fold(String::new(), |mut digits, number| {
        let _ = write!(digits, "{number:04X}");
        digits
    })
}

/// Head, objects, where each begins, and the end.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xc2\xb5\xc2\xb6\n".to_vec();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        let _ = writeln!(places, "{:010} 00000 n ", bytes.len());
        bytes.extend(format!("{number} 0 obj\n").into_bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let (start, count) = (bytes.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{places}trailer\n<</Size {count} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    bytes.extend(end.into_bytes());
    bytes
}

fn stream(more: &str, bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let unpacked = |why: std::io::Error| PictureError::Unpacked(why.to_string());
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).map_err(unpacked)?;
    let packed = encoder.finish().map_err(unpacked)?;
    let head = format!("<<{more}/Filter /FlateDecode /Length {}>>\nstream\n", packed.len());
    Ok([head.as_bytes(), &packed, b"\nendstream"].concat())
}

fn cid_font(glyphs: &BTreeSet<u16>) -> String {
    let width = |glyph: &u16| format!("{glyph} [{}]", number(1000.0 * font::advance(*glyph)));
    let widths: Vec<String> = glyphs.iter().map(width).collect();
    format!(
        "<</Type /Font /Subtype /CIDFontType2 /BaseFont /{NAME} /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> \
         /FontDescriptor {} 0 R /CIDToGIDMap /Identity /W [{}]>>",
        FONT + 2,
        widths.join(" ")
    )
}

fn descriptor(of: &Descriptor) -> String {
    let [left, low, right, high] = of.bounds;
    format!(
        "<</Type /FontDescriptor /FontName /{NAME} /Flags 32 /FontBBox [{left} {low} {right} {high}] /ItalicAngle 0 /Ascent {} /Descent \
         {} /CapHeight {} /StemV 80 /FontFile2 {} 0 R>>",
        of.ascent,
        of.descent,
        of.capital,
        FONT + 3
    )
}

/// Which letter each glyph is, so that texts can be searched and copied.
fn to_unicode(letters: &BTreeMap<u16, char>) -> String {
    let mut text = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) \
                    /Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> \
                    endcodespacerange\n"
        .to_owned();
    let all: Vec<(&u16, &char)> = letters.iter().collect();
    for some in all.chunks(100) {
        let _ = writeln!(text, "{} beginbfchar", some.len());
        for (glyph, letter) in some {
            let mut units = [0; 2];
            let units = hexadecimal(letter.encode_utf16(&mut units).iter().copied());
            let _ = writeln!(text, "<{glyph:04X}> <{units}>");
        }
        text += "endbfchar\n";
    }
    text + "endcmap CMapName currentdict /CMap defineresource pop end end\n"
}

/// What is drawn, in PDF's own words.
struct Content {
    text: String,
    /// By thousandths, each with its number among the states.
    opacities: BTreeMap<u16, usize>,
}

impl Content {
    fn of(drawing: &Drawing, points: f64) -> Self {
        let mut content = Self { text: String::new(), opacities: BTreeMap::new() };
        // From here on points are counted as in the plot, from the upper left corner; lines meet in rounds, as in PNG.
        let (down, top) = (number(-points), number(drawing.height * points));
        let _ = writeln!(content.text, "{} 0 0 {down} 0 {top} cm 1 j", number(points));
        drawing.shapes.iter().for_each(|shape| content.draw(shape));
        content
    }

    fn draw(&mut self, shape: &DrawnShape) {
        match shape {
            DrawnShape::Polygon { corners, paint } => {
                self.through(corners);
                self.text += "h ";
                self.painted(paint);
            }
            DrawnShape::Path { points, paint } => {
                self.through(points);
                self.painted(&Paint { fill: None, ..paint.clone() });
            }
            DrawnShape::Circle { middle, radius, paint } => {
                let (start, curves) = circle(*middle, *radius);
                self.through(&[start]);
                for curve in curves {
                    curve.into_iter().for_each(|point| self.point(point));
                    self.text += "c ";
                }
                self.text += "h ";
                self.painted(paint);
            }
            DrawnShape::Text(line) => self.line(line),
        }
    }

    fn point(&mut self, [x, y]: PlotPoint) {
        let _ = write!(self.text, "{} {} ", number(x), number(y));
    }

    fn through(&mut self, points: &[PlotPoint]) {
        for (place, point) in points.iter().enumerate() {
            self.point(*point);
            self.text += if place == 0 { "m " } else { "l " };
        }
    }

    /// Ends a path: what is set before one may not stand in it, so that the path is moved behind.
    fn painted(&mut self, paint: &Paint) {
        let path = self.text.rfind('\n').map_or_else(String::new, |end| self.text.split_off(end + 1));
        self.opacity(paint.opacity);
        if let Some(colour) = paint.fill {
            self.colour(colour, "rg");
        }
        if let Some(colour) = paint.stroke {
            self.colour(colour, "RG");
            let dashes: Vec<String> = paint.dashes.iter().map(|dash| number(*dash)).collect();
            let _ = write!(self.text, "{} w [{}] 0 d ", number(paint.width), dashes.join(" "));
        }
        self.text += &path;
        self.text += match (paint.fill, paint.stroke) {
            (Some(_), Some(_)) => "B\n",
            (Some(_), None) => "f\n",
            (None, Some(_)) => "S\n",
            (None, None) => "n\n",
        };
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 1000
    fn opacity(&mut self, share: f64) {
        let next = self.opacities.len();
        let place = *self.opacities.entry((1000.0 * share).round() as u16).or_insert(next);
        let _ = write!(self.text, "/G{place} gs ");
    }

    fn colour(&mut self, colour: Colour, operator: &str) {
        for part in colour {
            let _ = write!(self.text, "{} ", number(f64::from(part) / 255.0));
        }
        let _ = write!(self.text, "{operator} ");
    }

    fn line(&mut self, line: &TextLine) {
        let glyphs = font::glyphs(&line.words);
        let wide: f64 = glyphs.iter().map(|glyph| glyph.advance * line.size).sum();
        self.opacity(line.opacity);
        self.colour(line.colour, "rg");
        // Letters stand upright on a page whose y goes down.
        let ([a, b], [c, d], [x, y]) = (line.turn([1.0, 0.0]), line.turn([0.0, -1.0]), line.start(wide));
        let matrix = [a, b, c, d, x, y].map(number).join(" ");
        let codes = hexadecimal(glyphs.iter().map(|glyph| glyph.id));
        let _ = writeln!(self.text, "BT /F {} Tf {matrix} Tm <{codes}> Tj ET", number(line.size));
    }
}

/// A number as PDF has them: without an exponent.
fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(body: &str) -> Vec<u8> {
        let svg = format!("<svg width=\"40\" height=\"20\" viewBox=\"0 0 40 20\">{body}</svg>");
        pdf(&Drawing::read(&svg).unwrap(), 0.75).unwrap()
    }

    fn content(body: &str) -> String {
        let svg = format!("<svg width=\"40\" height=\"20\" viewBox=\"0 0 40 20\">{body}</svg>");
        Content::of(&Drawing::read(&svg).unwrap(), 0.75).text
    }

    #[test]
    fn each_object_is_where_the_table_says() {
        let bytes = written("<text x=\"1\" y=\"2\">η 1</text>");
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        let table = text.split("startxref\n").nth(1).unwrap().split('\n').next().unwrap().parse::<usize>().unwrap();
        let table: String = bytes[table..].iter().map(|byte| char::from(*byte)).collect();
        let places = table.lines().skip(3).take_while(|line| line.ends_with("n "));
        for (number, place) in (1..).zip(places) {
            let place: usize = place[..10].parse().unwrap();
            assert!(bytes[place..].starts_with(format!("{number} 0 obj\n").as_bytes()), "{number}");
        }
        assert!(text.contains("/MediaBox [0 0 30 15]"));
    }

    #[test]
    fn shapes_are_painted_as_in_svg() {
        let rectangle = content(
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" opacity=\"0.5\" fill=\"#FF0000\" stroke=\"#000000\"/>",
        );
        let line = "/G0 gs 1 0 0 rg 0 0 0 RG 1 w [] 0 d 1 2 m 4 2 l 4 6 l 1 6 l h B\n";
        assert_eq!(rectangle, format!("0.75 0 0 -0.75 0 15 cm 1 j\n{line}"));
        assert!(content("<circle cx=\"1\" cy=\"1\" r=\"1\" fill=\"none\" stroke=\"#000\"/>").ends_with("h S\n"));
    }

    #[test]
    fn texts_stand_at_their_points() {
        let line = content("<text x=\"10\" y=\"5\" font-size=\"8\" transform=\"rotate(270, 10, 5)\">a</text>");
        assert!(line.contains("Tf 0 -1 -1 0 10 5 Tm"), "{line}");
        assert_eq!([number(-0.000_01), number(0.5), number(1e6)], ["0", "0.5", "1000000"]);
    }
}
