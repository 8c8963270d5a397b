//! SVG, as far as plots have it: rectangles, lines, polygons, circles and texts, without groups, styles and clips.
//! Source: Scalable Vector Graphics (SVG) 1.1 (W3C 2011).

use super::drawing::{Drawing, DrawnShape, PlotPoint, TextAnchor, TextLine};
use super::error::PictureError;
use super::font::EX;
use super::paint::{Colour, Paint, colour};

type Read<T> = Result<T, PictureError>;

/// The size of letters where none is given.
const MEDIUM: f64 = 16.0;

impl Drawing {
    /// Reads a figure.
    ///
    /// # Errors
    /// Where it has more in it than what is drawn here.
    pub fn read(svg: &str) -> Read<Self> {
        let mut rest = svg;
        let mut drawing: Option<Self> = None;
        while let Some((_, after)) = rest.split_once('<') {
            let (tag, after) = after.split_once('>').ok_or_else(|| unknown("a tag without an end"))?;
            rest = after;
            let tag = Tag::of(tag);
            match (tag.name, &mut drawing) {
                ("svg", None) => drawing = Some(tag.sheet()?),
                (name, _) if name.starts_with(['/', '?', '!']) => {}
                ("desc" | "title", Some(_)) => {
                    let end = format!("</{}>", tag.name);
                    rest = rest.split_once(&end).ok_or_else(|| unknown("a description without an end"))?.1;
                }
                ("text", Some(drawing)) => {
                    let (words, after) = rest.split_once("</text>").ok_or_else(|| unknown("a text without an end"))?;
                    rest = after;
                    drawing.shapes.push(DrawnShape::Text(tag.line(words)?));
                }
                (_, Some(drawing)) => drawing.shapes.push(tag.shape()?),
                _ => return Err(unknown("no `<svg>` at its beginning")),
            }
        }
        drawing.ok_or_else(|| unknown("no `<svg>`"))
    }
}

fn unknown(what: impl Into<String>) -> PictureError {
    PictureError::Unknown(what.into())
}

/// The value of an attribute of a tag.
pub fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let (before, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if before.rsplit(char::is_whitespace).next() == Some(name) {
            return Some(value);
        }
        rest = after;
    }
}

/// An element's name and attributes.
struct Tag<'s> {
    name: &'s str,
    text: &'s str,
}

impl<'s> Tag<'s> {
    fn of(text: &'s str) -> Self {
        let text = text.trim_end_matches('/');
        Self { name: text.split(char::is_whitespace).next().unwrap_or_default(), text }
    }

    fn word(&self, name: &str) -> Option<&'s str> {
        attribute(self.text, name)
    }

    fn number(&self, name: &str, usual: f64) -> Read<f64> {
        let Some(word) = self.word(name) else { return Ok(usual) };
        let number = word.trim_end_matches("px").parse::<f64>().ok().filter(|number| number.is_finite());
        number.ok_or_else(|| unknown(format!("`{name}=\"{word}\"`")))
    }

    fn sheet(&self) -> Read<Drawing> {
        let view: Vec<f64> = self.word("viewBox").map(numbers).transpose()?.unwrap_or_default();
        let [width, height] = match view[..] {
            [0.0, 0.0, width, height] => [width, height],
            [] => [self.number("width", 0.0)?, self.number("height", 0.0)?],
            _ => return Err(unknown("a `viewBox` that does not begin at 0")),
        };
        if !(width > 0.0 && height > 0.0) {
            return Err(unknown("no size"));
        }
        Ok(Drawing { width, height, shapes: Vec::new() })
    }

    fn shape(&self) -> Read<DrawnShape> {
        if let Some(transform) = self.word("transform") {
            return Err(unknown(format!("`transform=\"{transform}\"` of a `<{}>`", self.name)));
        }
        let paint = self.paint()?;
        let number = |name| self.number(name, 0.0);
        match self.name {
            "rect" => {
                let ([x, y], [wide, high]) = ([number("x")?, number("y")?], [number("width")?, number("height")?]);
                let corners = vec![[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]];
                Ok(DrawnShape::Polygon { corners, paint })
            }
            "line" => {
                let points = vec![[number("x1")?, number("y1")?], [number("x2")?, number("y2")?]];
                Ok(DrawnShape::Path { points, paint })
            }
            "polyline" if paint.fill.is_none() => Ok(DrawnShape::Path { points: self.points()?, paint }),
            "polygon" | "polyline" => Ok(DrawnShape::Polygon { corners: self.points()?, paint }),
            "circle" => {
                Ok(DrawnShape::Circle { middle: [number("cx")?, number("cy")?], radius: number("r")?.max(0.0), paint })
            }
            name => Err(unknown(format!("`<{name}>`"))),
        }
    }

    fn points(&self) -> Read<Vec<PlotPoint>> {
        let numbers = numbers(self.word("points").unwrap_or_default())?;
        Ok(numbers.chunks_exact(2).map(|two| [two[0], two[1]]).collect())
    }

    fn colour(&self, name: &str, usual: Option<Colour>) -> Read<Option<Colour>> {
        let Some(word) = self.word(name) else { return Ok(usual) };
        colour(word).map_err(|()| unknown(format!("the colour `{word}`")))
    }

    fn paint(&self) -> Read<Paint> {
        Ok(Paint {
            fill: self.colour("fill", Some([0; 3]))?,
            stroke: self.colour("stroke", None)?,
            width: self.number("stroke-width", 1.0)?.max(0.0),
            dashes: self.word("stroke-dasharray").map(numbers).transpose()?.unwrap_or_default(),
            opacity: self.number("opacity", 1.0)?.clamp(0.0, 1.0),
        })
    }

    fn line(&self, words: &str) -> Read<TextLine> {
        if words.contains('<') {
            return Err(unknown("a text with elements in it"));
        }
        let size = self.number("font-size", MEDIUM)?;
        let below = match self.word("dy") {
            None => 0.0,
            Some(dy) => length(dy, size)?,
        };
        let anchor = match self.word("text-anchor").unwrap_or("start") {
            "start" => TextAnchor::Start,
            "middle" => TextAnchor::Middle,
            "end" => TextAnchor::End,
            other => return Err(unknown(format!("`text-anchor=\"{other}\"`"))),
        };
        let at = [self.number("x", 0.0)?, self.number("y", 0.0)?];
        let mut line = TextLine {
            words: unescaped(words.trim()),
            at,
            anchor,
            size,
            turned: self.turned(at)?,
            colour: self.colour("fill", Some([0; 3]))?.unwrap_or([255; 3]),
            opacity: self.number("opacity", 1.0)?.clamp(0.0, 1.0),
        };
        let [x, y] = line.turn([0.0, below]);
        line.at = [at[0] + x, at[1] + y];
        Ok(line)
    }

    /// How many quarters of a turn a text is turned about its own point.
    fn turned(&self, at: PlotPoint) -> Read<u8> {
        let Some(transform) = self.word("transform") else { return Ok(0) };
        let inside = transform.strip_prefix("rotate(").and_then(|rest| rest.strip_suffix(')'));
        match inside.map(numbers).transpose()?.unwrap_or_default()[..] {
            [angle, x, y] if [x, y] == at => [0.0, 90.0, 180.0, 270.0].iter().position(|known| *known == angle),
            _ => None,
        }
        .and_then(|quarters| u8::try_from(quarters).ok())
        .ok_or_else(|| unknown(format!("`transform=\"{transform}\"`")))
    }
}

/// Numbers between commas and blanks.
fn numbers(words: &str) -> Read<Vec<f64>> {
    let parts = words.split([',', ' ', '\n', '\t', '\r']).filter(|part| !part.is_empty());
    let number = |part: &str| part.parse::<f64>().ok().filter(|number| number.is_finite());
    parts.map(|part| number(part).ok_or_else(|| unknown(format!("`{part}` among numbers")))).collect()
}

/// A length in pixels: `0.5ex`, `0.76em`, `3`.
fn length(word: &str, size: f64) -> Read<f64> {
    let units = [("em", size), ("ex", EX * size), ("px", 1.0), ("", 1.0)];
    let of = |(unit, pixels): (&str, f64)| Some(pixels * word.strip_suffix(unit)?.parse::<f64>().ok()?);
    units
        .into_iter()
        .find_map(of)
        .filter(|pixels| pixels.is_finite())
        .ok_or_else(|| unknown(format!("`dy=\"{word}\"`")))
}

/// A text with its characters in the place of their names.
fn unescaped(words: &str) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('&') {
        text += before;
        let (name, after) = after.split_once(';').unwrap_or((after, ""));
        let number = |digits: &str| match digits.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => digits.parse().ok(),
        };
        text.extend(match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            name => name.strip_prefix('#').and_then(number).and_then(char::from_u32),
        });
        rest = after;
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(body: &str) -> Read<Vec<DrawnShape>> {
        Drawing::read(&format!("<svg width=\"9\" height=\"8\" viewBox=\"0 0 9 8\">\n{body}\n</svg>\n"))
            .map(|drawing| drawing.shapes)
    }

    #[test]
    fn what_plots_draw_is_read() {
        let DrawnShape::Polygon { corners, paint } = &shapes(
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" opacity=\"0.5\" fill=\"#0072B2\" stroke=\"none\"/>",
        )
        .unwrap()[0] else {
            panic!("a polygon")
        };
        assert_eq!(corners[..], [[1.0, 2.0], [4.0, 2.0], [4.0, 6.0], [1.0, 6.0]]);
        assert_eq!((paint.fill, paint.stroke, paint.opacity), (Some([0, 114, 178]), None, 0.5));
        let line =
            "<polyline fill=\"none\" stroke=\"#000\" stroke-width=\"2\" stroke-dasharray=\"7 4\" points=\"1,2 3,4 \"/>";
        let DrawnShape::Path { points, paint } = &shapes(line).unwrap()[0] else { panic!("a path") };
        assert_eq!((points[..].to_vec(), paint.dashes[..].to_vec()), (vec![[1.0, 2.0], [3.0, 4.0]], vec![7.0, 4.0]));
    }

    #[test]
    fn texts_have_their_base_line() {
        let text = |more: &str| {
            let text = format!("<text x=\"5\" y=\"6\" font-size=\"10\" {more}>\n a &lt; b &#955;\n</text>");
            let shapes = shapes(&text).unwrap();
            let DrawnShape::Text(line) = &shapes[0] else { panic!("a text") };
            (line.words.clone(), line.at, line.turned)
        };
        assert_eq!(text(""), ("a < b λ".to_owned(), [5.0, 6.0], 0));
        assert_eq!(text("dy=\"0.5em\"").1, [5.0, 11.0]);
        assert_eq!(text("dy=\"0.5em\" transform=\"rotate(270, 5, 6)\"").1, [10.0, 6.0], "the line runs upwards");
    }

    #[test]
    fn what_is_not_drawn_is_named() {
        for (body, named) in [
            ("<path d=\"M 0 0\"/>", "`<path>`"),
            ("<rect fill=\"url(#a)\"/>", "the colour `url(#a)`"),
            ("<rect x=\"1e999\"/>", "`x=\"1e999\"`"),
            ("<text transform=\"rotate(45, 0, 0)\">x</text>", "`transform=\"rotate(45, 0, 0)\"`"),
            ("<circle r=\"1\" transform=\"scale(2)\"/>", "`transform=\"scale(2)\"` of a `<circle>`"),
            ("<text>a<tspan>b</tspan></text>", "a text with elements in it"),
        ] {
            assert_eq!(shapes(body).unwrap_err(), unknown(named), "{body}");
        }
        assert!(Drawing::read("no drawing").is_err() && Drawing::read("<svg").is_err());
    }
}
