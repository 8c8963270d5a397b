//! What all figures share: a sheet with title, legend and caption.

use super::design::FigureDesign;
use super::letters::{BEGINNING, characters, cut, most_of, shortened, width, wrapped};
use super::not_drawn::NotDrawn;
use super::palette::{COLOURS, INK, PAPER, SOFT};
use crate::analysis::Configuration;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub type DrawResult = Result<(), Box<dyn std::error::Error>>;

/// What stays free at the edges of a sheet.
pub const MARGIN: i32 = 16;
const TITLE: i32 = 44;
const LEGEND_ROW: i32 = 24;
/// The line and the marker before a name of the legend.
const LEGEND_SIGN: i32 = 36;
const CAPTION_ROW: i32 = 18;

/// The methods of a folder in the order in which they first occur.
pub fn methods(configurations: &[Configuration<'_>]) -> Vec<String> {
    let mut methods: Vec<String> = Vec::new();
    for c in configurations {
        if !methods.contains(&c.optimizer) {
            methods.push(c.optimizer.clone());
        }
    }
    methods
}

pub use super::palette::colour;
pub use super::styles::style;

/// How many shapes markers have.
const SHAPES: usize = 7;

/// A method's shape among all: after as many methods as there are colours, colours and shapes come in other pairs.
fn shape(style: usize) -> usize {
    (style + style / COLOURS) % SHAPES
}

/// A method's marker at a pixel. Those that are hollow let one see what they cover.
pub fn marker(area: &Area<'_>, style: usize, (x, y): (i32, i32)) -> DrawResult {
    let colour = colour(style);
    match shape(style) {
        0 => area.draw(&Circle::new((x, y), 4, colour.filled()))?,
        1 => area.draw(&Rectangle::new([(x - 5, y - 5), (x + 5, y + 5)], colour.stroke_width(2)))?,
        2 => area.draw(&TriangleMarker::new((x, y), 6, colour.filled()))?,
        3 => area.draw(&Cross::new((x, y), 4, colour.stroke_width(2)))?,
        4 => area.draw(&Circle::new((x, y), 6, colour.stroke_width(2)))?,
        5 => area.draw(&Polygon::new([(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)], colour))?,
        _ => {
            line(area, (x - 6, y), (x + 6, y), colour, 3)?;
            line(area, (x, y - 6), (x, y + 6), colour, 3)?;
        }
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
pub fn text(area: &Area<'_>, words: &str, at: (i32, i32), size: u32, anchor: Anchor, colour: RGBColor) -> DrawResult {
    let side = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let style = ("sans-serif", size).into_font().color(&colour).pos(Pos::new(side, VPos::Center));
    area.draw(&Text::new(characters(words), at, style))?;
    Ok(())
}

/// A straight line between two pixels.
pub fn line(area: &Area<'_>, from: (i32, i32), to: (i32, i32), colour: RGBColor, width: u32) -> DrawResult {
    area.draw(&PathElement::new(vec![from, to], colour.stroke_width(width)))?;
    Ok(())
}

/// The titles of a figure's panels: all of one size, in as many lines as the longest takes.
pub struct Titles {
    lines: Vec<Vec<String>>,
    size: u32,
}

/// The sizes that titles may have, and how many lines each; the last is for those that lose letters.
const TITLES: [(u32, usize); 5] = [(17, 1), (15, 1), (17, 2), (14, 2), (14, 4)];

impl Titles {
    /// Titles no wider than this. Letters are left out only of those that would take more than four lines of small ones, and
    /// never those by which titles differ.
    pub fn new(titles: &[String], wide: i32) -> Self {
        let lines = |titles: &[String], size: u32| titles.iter().map(|words| wrapped(words, size, wide)).collect();
        let fits = |(size, most): &(u32, usize)| titles.iter().all(|words| wrapped(words, *size, wide).len() <= *most);
        if let Some((size, _)) = TITLES.into_iter().find(fits) {
            return Self { lines: lines(titles, size), size };
        }
        // Two lines that follow one another are together wider than one: twice the width takes four lines at most.
        let (size, most) = TITLES[TITLES.len() - 1];
        Self { lines: lines(&shortened(titles, size, wide * i32::try_from(most / 2).unwrap_or(1)), size), size }
    }

    fn row(&self) -> i32 {
        i32::try_from(self.size).unwrap_or(0) + 3
    }

    /// How many lines the longest takes.
    fn rows(&self) -> usize {
        self.lines.iter().map(Vec::len).max().unwrap_or(1)
    }

    /// How much room they take above the panels.
    pub fn height(&self) -> i32 {
        self.row() * i32::try_from(self.rows()).unwrap_or(1) + 12
    }

    /// Writes one at the top of its panel, and returns the area below.
    pub fn above<'a>(&self, place: usize, area: &Area<'a>) -> Result<Area<'a>, Box<dyn std::error::Error>> {
        let (head, below) = area.split_vertically(self.height());
        let middle = i32::try_from(area.dim_in_pixel().0)? / 2;
        self.write(place, &head, (middle, 0), Anchor::Middle)?;
        Ok(below)
    }

    /// Writes one below this pixel, a short one as far down as the longest ends.
    pub fn write(&self, place: usize, area: &Area<'_>, (x, y): (i32, i32), anchor: Anchor) -> DrawResult {
        let lines = &self.lines[place];
        for (row, line) in (self.rows() - lines.len()..).zip(lines) {
            text(area, line, (x, y + self.row() * i32::try_from(row)? + 16), self.size, anchor, INK)?;
        }
        Ok(())
    }
}

/// An entry of a legend: a name with what stands for it.
pub struct LegendKey {
    name: String,
    sign: Sign,
}

#[derive(Clone, Copy)]
enum Sign {
    Method(usize),
    Line(RGBColor),
    Dashes(RGBColor),
}

impl LegendKey {
    /// Of these methods, each in its style among all.
    pub fn of(legend: &[String], methods: &[String]) -> Vec<Self> {
        let key = |method: &String| Self { name: method.clone(), sign: Sign::Method(style(methods, method)) };
        legend.iter().map(key).collect()
    }

    pub fn line(name: impl Into<String>, colour: RGBColor) -> Self {
        Self { name: name.into(), sign: Sign::Line(colour) }
    }

    pub fn dashes(name: impl Into<String>, colour: RGBColor) -> Self {
        Self { name: name.into(), sign: Sign::Dashes(colour) }
    }

    fn draw(&self, area: &Area<'_>, name: &str, (x, y): (i32, i32)) -> DrawResult {
        let ends = vec![(x, y), (x + 28, y)];
        match self.sign {
            Sign::Method(style) => {
                line(area, ends[0], ends[1], colour(style), 2)?;
                marker(area, style, (x + 14, y))?;
            }
            Sign::Line(colour) => line(area, ends[0], ends[1], colour, 2)?,
            Sign::Dashes(colour) => dashes(area, ends, colour)?,
        }
        text(area, name, (x + LEGEND_SIGN, y), 15, Anchor::Left, INK)
    }
}

/// A dashed line through pixels. Plotters would draw each dash by itself; here one line gets a width that no other has, which
/// [`sheet`] replaces.
pub fn dashes(area: &Area<'_>, points: Vec<(i32, i32)>, colour: RGBColor) -> DrawResult {
    area.draw(&PathElement::new(points, colour.stroke_width(DASHED)))?;
    Ok(())
}

/// The width that stands for dashes, and what it becomes.
const DASHED: u32 = 99;
const DASHES: &str = "stroke-width=\"2\" stroke-dasharray=\"7 4\"";

/// A figure in the making: its title, a legend in as many rows as it needs, a body, and the caption.
pub struct Sheet<'d> {
    design: &'d FigureDesign,
    title: String,
    caption: String,
    legend: &'d [LegendKey],
    /// The legend's names as they have room, and where each starts.
    names: Vec<String>,
    places: Vec<(i32, i32)>,
    wide: i32,
}

impl<'d> Sheet<'d> {
    /// A figure of this width.
    pub fn new(design: &'d FigureDesign, (title, caption): (&str, &str), legend: &'d [LegendKey], wide: i32) -> Self {
        let inside = wide - 2 * MARGIN;
        let names: Vec<String> = legend.iter().map(|key| key.name.clone()).collect();
        let names = shortened(&names, 15, inside - LEGEND_SIGN);
        let places = legend_places(&names, inside);
        let title = design.title.as_deref().unwrap_or(title).to_owned();
        Self { design, title, caption: caption.to_owned(), legend, names, places, wide }
    }

    fn title_height(&self) -> i32 {
        if self.title.is_empty() { MARGIN / 2 } else { TITLE }
    }

    fn head(&self) -> i32 {
        let rows = self.places.last().map_or(0, |(_, row)| row + 1);
        self.title_height() + LEGEND_ROW * rows + 6
    }

    /// The caption's lines; none if it is the figure's description.
    fn captions(&self) -> Vec<String> {
        if self.design.described {
            return Vec::new();
        }
        wrapped(&self.caption, 13, most_of(self.wide - 2 * MARGIN))
    }

    fn foot(&self) -> i32 {
        match self.captions().len() {
            0 => 0,
            rows => CAPTION_ROW * i32::try_from(rows).unwrap_or(1) + 12,
        }
    }

    /// How high each of so many rows of the body is: `usual`, or where the design has a height what it leaves.
    ///
    /// # Errors
    /// If that is less than `least`.
    pub fn row_height(&self, rows: usize, usual: i32, least: i32) -> Result<i32, NotDrawn> {
        let Some(high) = self.design.high else { return Ok(usual) };
        let (rows, beside) = (i32::try_from(rows.max(1)).unwrap_or(i32::MAX), self.head() + self.foot());
        let each = (high - beside) / rows;
        if each < least {
            return Err(NotDrawn::NoRoom { width: false, needed: rows.saturating_mul(least).saturating_add(beside) });
        }
        Ok(each)
    }

    /// Draws it with a body of this height.
    ///
    /// # Errors
    /// Where the library cannot.
    pub fn draw(self, high: i32, draw: impl FnOnce(&Area<'_>) -> DrawResult) -> Result<String, NotDrawn> {
        let (head, captions) = (self.head(), self.captions());
        let all = self.design.high.unwrap_or(0).max(head + high + self.foot());
        let size = (u32::try_from(self.wide).unwrap_or(1), u32::try_from(all).unwrap_or(1));
        let mut svg = String::new();
        let drawn = || -> DrawResult {
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            root.fill(&PAPER)?;
            let (top, rest) = root.split_vertically(head);
            let (_, rest) = rest.split_vertically((all - head - high - self.foot()) / 2);
            let (middle, bottom) = rest.split_vertically(high);
            let title = cut(&self.title, 22, self.wide - 2 * MARGIN, BEGINNING);
            if !title.is_empty() {
                text(&top, &title, (MARGIN, 24), 22, Anchor::Left, INK)?;
            }
            for ((key, name), (x, row)) in self.legend.iter().zip(&self.names).zip(&self.places) {
                key.draw(&top, name, (MARGIN + x, self.title_height() + LEGEND_ROW * row + 10))?;
            }
            draw(&middle)?;
            for (row, line) in (0..).zip(&captions) {
                text(&bottom, line, (MARGIN, 12 + CAPTION_ROW * row), 13, Anchor::Left, SOFT)?;
            }
            root.present()?;
            Ok(())
        };
        drawn().map_err(|why| NotDrawn::Library(why.to_string()))?;
        let svg = svg.replace(&format!("stroke-width=\"{DASHED}\""), DASHES);
        Ok(if self.design.described { with_description(&svg, &self.caption) } else { svg })
    }
}

/// A figure that says what it shows without drawing it.
fn with_description(svg: &str, words: &str) -> String {
    let words = characters(words).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    svg.replacen(">\n", &format!(">\n<desc>{words}</desc>\n"), 1)
}

/// What a figure shows where it does not say so itself.
#[must_use]
pub fn description(svg: &str) -> Option<String> {
    let words = svg.split_once("<desc>")?.1.split_once("</desc>")?.0;
    Some(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// A figure's width and height in its pixels.
#[must_use]
pub fn size(svg: &str) -> Option<[f64; 2]> {
    let view = svg.split_once("viewBox=\"")?.1.split_once('"')?.0;
    let numbers: Vec<f64> = view.split([' ', ',']).map(|number| number.parse().ok()).collect::<Option<_>>()?;
    <[f64; 4]>::try_from(numbers).ok().map(|[_, _, width, height]| [width, height])
}

/// Where each name of the legend starts: pixels from the left, and its row.
fn legend_places(legend: &[String], wide: i32) -> Vec<(i32, i32)> {
    let (mut x, mut row) = (0, 0);
    let place = |name: &String| {
        let needed = LEGEND_SIGN + width(name, 15) + 20;
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
    fn titles_shrink_before_they_lose_letters() {
        let lines = |titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
            let Titles { lines, size } = Titles::new(&titles, 300);
            assert!(lines.iter().flatten().all(|line| width(line, size) <= 300), "{lines:?}");
            (lines, size)
        };
        assert_eq!(lines(&["iris", "wine"]), (vec![vec!["iris".to_owned()], vec!["wine".to_owned()]], 17));
        let spirals = |noise: &str| format!("spirals (classes 2, noise {noise}, samples 300, seed 0, turns 1)");
        let (two, size) = lines(&["iris", &spirals("0.02")]);
        assert_eq!((two[1].len(), two[1].join(" "), size), (2, spirals("0.02"), 17));
        let long = |noise: &str| format!("{}: a method of fifteen or so letters", spirals(noise));
        let (two, size) = lines(&[&long("0.02"), &long("0.2")]);
        assert_eq!((two[0].join(" "), size), (long("0.02"), 14));
        let endless = |noise: &str| format!("{} {noise}", "long ".repeat(50));
        let (four, _) = lines(&[&endless("0.02"), &endless("0.2")]);
        assert!(four[0] != four[1] && four[0].len() <= 4, "{four:?}");
    }

    #[test]
    fn long_legends_get_more_rows() {
        let names: Vec<String> = (0..20).map(|i| format!("method {i}")).collect();
        let places = legend_places(&names, 500);
        assert!(places.iter().zip(&names).all(|((x, _), name)| x + LEGEND_SIGN + width(name, 15) <= 500));
        assert!(places.last().unwrap().1 > 3);
    }

    #[test]
    fn the_first_methods_differ_in_their_pairs_of_colour_and_marker() {
        let pairs: std::collections::BTreeSet<_> = (0..49).map(|style| (style % COLOURS, shape(style))).collect();
        assert_eq!(pairs.len(), 49);
        let shapes: std::collections::BTreeSet<_> = (0..7).map(shape).collect();
        assert_eq!(shapes.len(), SHAPES, "the first seven differ without colour");
    }
}
