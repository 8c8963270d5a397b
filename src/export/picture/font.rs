//! The font of PDF and PNG: DejaVu Sans 2.37 with its Latin, Greek and Cyrillic letters, numbers, arrows and signs of mathematics, without
//! hints and ligatures (`sans.ttf`, whose licence is the file `LICENSE-DejaVu`). `pyftsubset` of fonttools makes it of the original; docs/decisions/0021-doors.md has the command.

use super::drawing::PlotPoint;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The file's bytes.
pub const BYTES: &[u8] = include_bytes!("sans.ttf");

static FACE: LazyLock<Face<'static>> = LazyLock::new(|| Face::parse(BYTES, 0).expect("a font that a test opens"));

/// The height of the letter x, in ems.
pub const EX: f64 = 0.547;

/// A letter of a line: its glyph, and how far the next one is, in ems.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    pub id: u16,
    pub letter: char,
    pub advance: f64,
}

/// The letters of a text; those that the font lacks are a box.
pub fn glyphs(words: &str) -> Vec<Glyph> {
    let glyph = |letter: char| {
        let id = FACE.glyph_index(letter).unwrap_or_default();
        Glyph { id: id.0, letter, advance: advance(id.0) }
    };
    words.chars().map(glyph).collect()
}

/// How far it is from a glyph to the next one, in ems.
pub fn advance(id: u16) -> f64 {
    f64::from(FACE.glyph_hor_advance(GlyphId(id)).unwrap_or(0)) / em()
}

/// The letters of these texts that the font lacks.
pub fn missing<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeSet<char> {
    texts.flat_map(str::chars).filter(|letter| FACE.glyph_index(*letter).is_none()).collect()
}

fn em() -> f64 {
    f64::from(FACE.units_per_em())
}

/// What a PDF says of the font, in thousandths of an em.
pub struct Descriptor {
    pub bounds: [i32; 4],
    pub ascent: i32,
    pub descent: i32,
    pub capital: i32,
}

pub fn descriptor() -> Descriptor {
    let thousandths = |units: i16| i32::from(units) * 1000 / i32::from(FACE.units_per_em());
    let bounds = FACE.global_bounding_box();
    Descriptor {
        bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(thousandths),
        ascent: thousandths(FACE.ascender()),
        descent: thousandths(FACE.descender()),
        capital: 729,
    }
}

/// The outline of a glyph as polygons, in ems, with y upwards from the base line.
pub fn outline(id: u16) -> Vec<Vec<PlotPoint>> {
    let mut outline = GlyphOutline { polygons: Vec::new(), scale: 1.0 / em() };
    FACE.outline_glyph(GlyphId(id), &mut outline);
    outline.polygons
}

struct GlyphOutline {
    polygons: Vec<Vec<PlotPoint>>,
    scale: f64,
}

/// Straight lines in the place of a curve.
const PIECES: u8 = 6;

impl GlyphOutline {
    fn add(&mut self, x: f64, y: f64) {
        if let Some(last) = self.polygons.last_mut() {
            last.push([x * self.scale, y * self.scale]);
        }
    }

    fn last(&self) -> PlotPoint {
        let [x, y] = self.polygons.last().and_then(|polygon| polygon.last()).copied().unwrap_or([0.0; 2]);
        [x / self.scale, y / self.scale]
    }
}

impl OutlineBuilder for GlyphOutline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.polygons.push(Vec::new());
        self.add(x.into(), y.into());
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add(x.into(), y.into());
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ([x0, y0], [x1, y1], [x, y]) = (self.last(), [x1, y1].map(f64::from), [x, y].map(f64::from));
        for piece in 1..=PIECES {
            let (t, s) = (f64::from(piece) / f64::from(PIECES), 1.0 - f64::from(piece) / f64::from(PIECES));
            let at = |a: f64, b: f64, c: f64| s * s * a + 2.0 * s * t * b + t * t * c;
            self.add(at(x0, x1, x), at(y0, y1, y));
        }
    }

    /// Fonts of this kind have none.
    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        self.add(x.into(), y.into());
    }

    fn close(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_all_letters_that_they_write() {
        let signs = "0123456789.,±·×÷−–… ηθλτεμσ₀₁²³ηρΔ∞≤≥↓←→√∂∇ÄÖÜäöüßéñç";
        assert_eq!(missing([signs].into_iter()), BTreeSet::new());
        assert_eq!(missing(["日本x"].into_iter()), BTreeSet::from(['日', '本']));
        assert_eq!(glyphs("日")[0].id, 0);
    }

    /// DejaVu Sans has an em of 2048 units; its `M` is 1767 wide and 1493 high.
    #[test]
    fn outlines_are_in_ems() {
        let glyph = glyphs("M")[0];
        assert_eq!(glyph.advance, 1767.0 / 2048.0);
        let points = outline(glyph.id).concat();
        let top = points.iter().map(|[_, y]| *y).fold(0.0, f64::max);
        assert!((top - 1493.0 / 2048.0).abs() < 1e-12, "{top}");
        assert_eq!(outline(glyphs("o")[0].id).len(), 2, "outside and inside");
    }
}
