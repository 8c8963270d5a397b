//! What all figures share: a sheet with title, legend and caption, and one style per method.
//!
//! Methods differ by colour (Okabe & Ito 2008, readable by the colour-blind) and by marker (readable in black and
//! white), and keep both in every figure of a folder.

use crate::analysis::Configuration;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Okabe & Ito 2008, in an order that also differs in lightness; yellow is left out, it is too light for a line.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];
const MARGIN: i32 = 16;
const TITLE: i32 = 44;
const LEGEND_ROW: i32 = 24;
const CAPTION_ROW: i32 = 18;

/// The methods of a folder in the order in which they first occur: a method's place is its style.
pub fn methods(configurations: &[Configuration<'_>]) -> Vec<String> {
    let mut methods: Vec<String> = Vec::new();
    for c in configurations {
        if !methods.contains(&c.optimizer) {
            methods.push(c.optimizer.clone());
        }
    }
    methods
}

/// A method's place among all.
pub fn style(methods: &[String], method: &str) -> usize {
    methods.iter().position(|known| known == method).unwrap_or(0)
}

pub fn colour(style: usize) -> RGBColor {
    COLOURS[style % COLOURS.len()]
}

/// A method's marker at a pixel: filled circle, hollow square, triangle, cross or hollow circle, in turn. Those that are
/// hollow let one see what they cover.
pub fn marker(area: &Area<'_>, style: usize, (x, y): (i32, i32)) -> Drawn {
    let colour = colour(style);
    match style % 5 {
        0 => area.draw(&Circle::new((x, y), 4, colour.filled()))?,
        1 => area.draw(&Rectangle::new([(x - 5, y - 5), (x + 5, y + 5)], colour.stroke_width(2)))?,
        2 => area.draw(&TriangleMarker::new((x, y), 6, colour.filled()))?,
        3 => area.draw(&Cross::new((x, y), 4, colour.stroke_width(2)))?,
        _ => area.draw(&Circle::new((x, y), 6, colour.stroke_width(2)))?,
    }
    Ok(())
}

/// Where a text stands about its pixel.
#[derive(Clone, Copy)]
pub enum Anchor {
    Left,
    Middle,
    Right,
}

/// A line of text, centred vertically on its pixel.
pub fn text(area: &Area<'_>, words: &str, at: (i32, i32), size: u32, anchor: Anchor, colour: RGBColor) -> Drawn {
    let side = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let style = ("sans-serif", size).into_font().color(&colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(words.to_owned(), at, style))?;
    Ok(())
}

/// A straight line between two pixels.
pub fn line(area: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: RGBColor, width: u32) -> Drawn {
    area.draw(&PathElement::new(vec![from, to], colour.stroke_width(width)))?;
    Ok(())
}

/// How wide a text is at most, in pixels: sans-serif letters are some 0.6 of their height, and figures not more.
pub fn width(words: &str, size: u32) -> i32 {
    let letters = i32::try_from(words.chars().count()).unwrap_or(i32::MAX / 100);
    letters * i32::try_from(size).unwrap_or(16) * 3 / 5
}

/// A title that fits its panel: where it is too long, its middle is left out, since a data set's name stands at the beginning and
/// what is shown of it at the end.
pub fn fitting(words: &str, size: u32, area: &Area<'_>) -> String {
    cut(words, size, i32::try_from(area.dim_in_pixel().0).unwrap_or(i32::MAX))
}

fn cut(words: &str, size: u32, most: i32) -> String {
    let letters: Vec<char> = words.chars().collect();
    let fit = usize::try_from(most * 5 / (3 * i32::try_from(size).unwrap_or(16))).unwrap_or(0).max(3);
    if letters.len() <= fit {
        return words.to_owned();
    }
    let (begin, end) = (fit / 2, fit - fit / 2 - 1);
    letters[..begin].iter().chain(&['…']).chain(&letters[letters.len() - end..]).collect()
}

/// A text in lines no wider than this.
fn wrapped(words: &str, size: u32, most: i32) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let last = lines.last_mut().expect("there is one");
        let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        // Running text is narrower than single words: half of its height per letter.
        if width(&longer, size) * 5 / 6 <= most || last.is_empty() {
            *last = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Draws a figure: title, a legend of these methods in as many rows as it needs, a body of this size, and the caption.
pub fn sheet(
    title: &str,
    caption: &str,
    (legend, methods): (&[String], &[String]),
    body: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<String, String> {
    let wide = i32::try_from(body.0).unwrap_or(i32::MAX) - 2 * MARGIN;
    let captions = wrapped(caption, 13, wide);
    let places = legend_places(legend, wide);
    let rows = places.last().map_or(0, |(_, row)| row + 1);
    let head = TITLE + LEGEND_ROW * rows + 6;
    let foot = CAPTION_ROW * i32::try_from(captions.len()).unwrap_or(1) + 12;
    let size = (body.0, body.1 + u32::try_from(head + foot).unwrap_or(0));
    let mut svg = String::new();
    let drawn = || -> Drawn {
        let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        root.fill(&WHITE)?;
        let (top, rest) = root.split_vertically(head);
        let (middle, bottom) = rest.split_vertically(body.1);
        text(&top, title, (MARGIN, 24), 22, Anchor::Left, BLACK)?;
        for (name, (x, row)) in legend.iter().zip(&places) {
            let (x, y, style) = (MARGIN + x, TITLE + LEGEND_ROW * row + 10, style(methods, name));
            line(&top, (x, y), (x + 28, y), colour(style), 2)?;
            marker(&top, style, (x + 14, y))?;
            text(&top, name, (x + 36, y), 15, Anchor::Left, BLACK)?;
        }
        draw(&middle)?;
        for (row, line) in (0..).zip(&captions) {
            text(&bottom, line, (MARGIN, 12 + CAPTION_ROW * row), 13, Anchor::Left, RGBColor(70, 70, 70))?;
        }
        root.present()?;
        Ok(())
    };
    drawn().map_err(|why| format!("cannot draw: {why}"))?;
    Ok(svg)
}

/// Where each name of the legend starts: pixels from the left, and its row.
fn legend_places(legend: &[String], wide: i32) -> Vec<(i32, i32)> {
    let (mut x, mut row) = (0, 0);
    let place = |name: &String| {
        let needed = 36 + width(name, 15) + 20;
        if x > 0 && x + needed > wide {
            (x, row) = (0, row + 1);
        }
        let place = (x, row);
        x += needed;
        place
    };
    legend.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_lose_their_middle() {
        assert_eq!(cut("short", 17, 560), "short");
        let title = cut(&format!("csv (path {}): adam", "x".repeat(200)), 17, 528);
        assert!(title.starts_with("csv (path") && title.contains('…') && title.ends_with("): adam"), "{title}");
        assert!(width(&title, 17) <= 528);
    }

    #[test]
    fn long_captions_and_legends_get_more_rows() {
        assert_eq!(wrapped("one two three four", 10, 50), ["one two", "three four"]);
        assert_eq!(wrapped("", 10, 60), [""]);
        let names: Vec<String> = (0..20).map(|i| format!("method {i}")).collect();
        let places = legend_places(&names, 500);
        assert!(places.iter().zip(&names).all(|((x, _), name)| x + 36 + width(name, 15) <= 500));
        assert!(places.last().unwrap().1 > 3);
    }
}
