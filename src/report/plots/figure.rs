//! A figure of panels: lines with their spread, and bars.

use super::axis::PlotAxis;
use super::design::FigureDesign;
pub use super::lines::{Look, PlotLine, Point};
use super::marks::{Marks, draw_signs};
use super::not_drawn::NotDrawn;
use super::palette::{INK, SOFT};
use super::sheet::{Anchor, Area, DrawResult, LegendKey, MARGIN, Sheet, Titles, colour, dashes, style, text};
use plotters::prelude::*;

/// One panel of a figure.
pub struct Panel {
    pub title: String,
    /// What is to be known of this panel alone, below its title.
    pub note: Option<String>,
    pub x: PlotAxis,
    pub y: PlotAxis,
    /// In the order in which they are drawn.
    pub lines: Vec<PlotLine>,
}

/// How the spread of the lines of a panel is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
enum SpreadStyle {
    /// A line at each point, those of different methods beside one another.
    Whiskers,
    Bands,
    /// So many bands would cover one another.
    None,
}

/// With more points than these, or in a panel of more lines, there are no whiskers.
const MOST_WHISKERS: usize = 16;
const MOST_WITH_WHISKERS: usize = 8;
/// In a panel of more lines there are no bands.
const MOST_WITH_BANDS: usize = 2;
/// How far whiskers of neighbouring lines are apart, in pixels.
const APART: i32 = 4;
/// Panels without their titles, by how many stand side by side.
const PANELS: [(i32, i32); 4] = [(760, 350), (560, 350), (400, 270), (330, 250)];
/// No panel becomes smaller than this, without its title.
const LEAST: (i32, i32) = (230, 150);
/// How high a panel of a given width is.
const HIGH_OF_WIDE: (i32, i32) = (7, 10);
/// Room around a panel, and for the ticks and names of its axes.
pub const EDGE: u32 = 12;
pub const FOOT: u32 = 44;
const SIDE: u32 = 64;
/// A note below a title.
const NOTE: i32 = 20;
/// How far ticks are apart at least, in pixels.
pub const TICK_X: i32 = 50;
const TICK_Y: i32 = 28;
/// The size of the name of an axis, and where it has little room.
const NAME: (u32, u32) = (14, 12);

/// Draws panels in a grid of two columns, with a title and a caption, and a legend of the methods that occur. A method's style
/// is its place in `methods`.
pub fn draw(
    design: &FigureDesign,
    words: (&str, &str),
    panels: Vec<Panel>,
    methods: &[String],
) -> Result<String, NotDrawn> {
    let panels = design.panels(panels, |panel| &panel.title)?;
    let occurs = |method: &&String| panels.iter().flat_map(|panel| &panel.lines).any(|line| line.method == **method);
    let legend: Vec<String> = methods.iter().filter(occurs).cloned().collect();
    let groups: Vec<Vec<Panel>> = match panels.len() {
        1 => vec![panels],
        _ => pairs(panels),
    };
    draw_groups(design, words, groups, &LegendKey::of(&legend, methods), methods)
}

fn pairs(panels: Vec<Panel>) -> Vec<Vec<Panel>> {
    let (mut panels, mut pairs) = (panels.into_iter(), Vec::new());
    while let Some(first) = panels.next() {
        pairs.push([Some(first), panels.next()].into_iter().flatten().collect());
    }
    pairs
}

/// The same with a row, or several, for each group, up to four panels side by side.
pub fn draw_groups(
    design: &FigureDesign,
    words: (&str, &str),
    groups: Vec<Vec<Panel>>,
    legend: &[LegendKey],
    methods: &[String],
) -> Result<String, NotDrawn> {
    let groups = chosen(design, groups)?;
    let columns = groups.iter().map(Vec::len).max().unwrap_or(1).clamp(1, PANELS.len());
    let usual = PANELS[columns - 1];
    let (columns, wide) = design.columns((columns, usual.0), LEAST.0);
    if wide < LEAST.0 {
        return Err(NotDrawn::NoRoom { width: true, needed: LEAST.0 });
    }
    let high = if wide < usual.0 { (wide * HIGH_OF_WIDE.0 / HIGH_OF_WIDE.1).min(usual.1) } else { usual.1 };
    let rows: Vec<&[Panel]> = groups.iter().flat_map(|group| group.chunks(columns)).collect();
    let titles: Vec<String> = rows.iter().copied().flatten().map(|panel| panel.title.clone()).collect();
    let titles = Titles::new(&titles, wide - 2 * MARGIN);
    let note = if rows.iter().copied().flatten().any(|panel| panel.note.is_some()) { NOTE } else { 0 };
    let beside = note + titles.height();
    let count = |n: usize| i32::try_from(n.max(1)).unwrap_or(1);
    let sheet = Sheet::new(design, words, legend, design.wide.unwrap_or(wide * count(columns)));
    let high = sheet.row_height(rows.len(), high + beside, LEAST.1 + beside)?;
    sheet.draw(high * count(rows.len()), |body| {
        let areas = body.split_evenly((rows.len().max(1), columns));
        let mut place = 0;
        for (row, panels) in rows.iter().enumerate() {
            for (column, panel) in panels.iter().enumerate() {
                let below = titles.above(place, &areas[row * columns + column])?;
                let (head, below) = below.split_vertically(note);
                if let Some(note) = &panel.note {
                    text(&head, note, (wide / 2, 6), 12, Anchor::Middle, SOFT)?;
                }
                panel.draw(&below, methods)?;
                place += 1;
            }
        }
        Ok(())
    })
}

/// The panels that are asked for, with the axes' names that are asked for.
fn chosen(design: &FigureDesign, groups: Vec<Vec<Panel>>) -> Result<Vec<Vec<Panel>>, NotDrawn> {
    let numbered = groups.into_iter().enumerate();
    let all: Vec<(usize, Panel)> =
        numbered.flat_map(|(group, panels)| panels.into_iter().map(move |panel| (group, panel))).collect();
    let mut groups: Vec<(usize, Vec<Panel>)> = Vec::new();
    for (group, mut panel) in design.panels(all, |(_, panel)| &panel.title)? {
        panel.x = panel.x.named(design.x.as_deref());
        panel.y = panel.y.named(design.y.as_deref());
        match groups.last_mut().filter(|(last, _)| *last == group) {
            Some((_, panels)) => panels.push(panel),
            None => groups.push((group, vec![panel])),
        }
    }
    Ok(groups.into_iter().map(|(_, panels)| panels).collect())
}

/// How the figure shows spreads, for its caption: `, whiskers: least to greatest`.
pub fn spread_in_words<'p>(panels: &(impl Iterator<Item = &'p Panel> + Clone)) -> String {
    let shown = |spread: SpreadStyle| panels.clone().any(|panel| panel.spread() == spread);
    let words = match (shown(SpreadStyle::Whiskers), shown(SpreadStyle::Bands)) {
        (true, true) => ", whiskers or band: least to greatest",
        (true, false) => ", whiskers: least to greatest",
        (false, true) => ", band: least to greatest",
        (false, false) => return String::new(),
    };
    let hidden = panels.clone().any(|panel| panel.spreads() > 0 && panel.spread() == SpreadStyle::None);
    let where_few = format!(", in panels of at most {MOST_WITH_BANDS} lines");
    format!("{words}{}", if hidden { where_few.as_str() } else { "" })
}

impl Panel {
    /// How many lines have a spread.
    fn spreads(&self) -> usize {
        let has = |line: &&PlotLine| line.look == Look::Main && line.points.iter().any(|point| point.low < point.high);
        self.lines.iter().filter(has).count()
    }

    fn spread(&self) -> SpreadStyle {
        let most = self.lines.iter().filter(|line| line.look == Look::Main).map(|line| line.points.len()).max();
        match (self.spreads(), most.unwrap_or(0)) {
            (0, _) => SpreadStyle::None,
            (lines, points) if points <= MOST_WHISKERS && lines <= MOST_WITH_WHISKERS => SpreadStyle::Whiskers,
            (lines, _) if lines <= MOST_WITH_BANDS => SpreadStyle::Bands,
            _ => SpreadStyle::None,
        }
    }

    fn draw(&self, area: &Area<'_>, methods: &[String]) -> DrawResult {
        let (lines, spread) = (self.placed(), self.spread());
        let missing = lines.iter().flat_map(|line| line.missing.iter().copied());
        let (wide, high) = area.dim_in_pixel();
        let little = i32::try_from(wide)? < PANELS[2].0;
        let (wide, high) = (i32::try_from(wide - SIDE - 2 * EDGE)?, i32::try_from(high - FOOT - EDGE)?);
        let xs = lines.iter().flat_map(PlotLine::xs).chain(missing);
        let x = self.x.scale(xs, wide, TICK_X);
        let zero = lines.iter().any(|line| matches!(line.look, Look::Bars { .. })).then_some(0.0);
        let mut y = self.y.scale(lines.iter().flat_map(|line| line.ys(spread)).chain(zero), high, TICK_Y);
        if zero.is_some() {
            y.range.start = 0.0;
        }
        let foot_of_y = y.range.start;
        let mut chart = ChartBuilder::on(area)
            .margin(EDGE)
            .margin_top(0)
            .x_label_area_size(FOOT)
            .y_label_area_size(SIDE)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .x_desc(&self.x.name)
            .y_desc(&self.y.name)
            .label_style(("sans-serif", 13))
            .axis_desc_style(("sans-serif", if little { NAME.1 } else { NAME.0 }))
            .light_line_style(TRANSPARENT)
            .bold_line_style(INK.mix(0.12))
            .draw()?;
        // Pixels are those of the whole sheet; marks are drawn on the panel, whose own start at its corner.
        let (left, top) = area.get_base_pixel();
        let pixel = |x: f64, y: f64| {
            let (x, y) = chart.plotting_area().map_coordinate(&(self.x.place(x), self.y.place(y)));
            (x - left, y - top)
        };
        let marks = Marks { area, methods, pixel: &pixel };
        if spread == SpreadStyle::Bands {
            lines.iter().filter(|line| line.look == Look::Main).try_for_each(|line| marks.band(line))?;
        }
        let main: Vec<&PlotLine> = lines.iter().filter(|line| line.look == Look::Main).collect();
        for line in &lines {
            match line.look {
                Look::Main => {
                    let place = main.iter().position(|other| std::ptr::eq(*other, line)).unwrap_or(0);
                    let whiskers = spread == SpreadStyle::Whiskers;
                    let aside = if whiskers { aside(place, main.len()) } else { 0 };
                    marks.main(line, (&self.y, whiskers, aside))?;
                }
                Look::Dashes => dashes(area, marks.path(line), colour(style(methods, &line.method)))?,
                Look::Thin { colour, dots } => marks.thin(line, colour, dots)?,
                Look::Bars { width } => marks.bars(line, width)?,
            }
        }
        let foot = chart.plotting_area().map_coordinate(&(0.0, foot_of_y)).1 - top;
        draw_signs(area, methods, &lines, |x| (pixel(x, 0.0).0, foot))
    }

    /// The lines without points that no axis can show, such as infinite ones and logarithms of 0; a spread that has no place ends
    /// at its line.
    fn placed(&self) -> Vec<PlotLine> {
        let end = |spread: f64, y: f64| if self.y.has(spread) { spread } else { y };
        let point = |point: &Point| {
            let Point { x, y, low, high } = *point;
            (self.x.has(x) && self.y.has(y)).then(|| Point { x, y, low: end(low, y), high: end(high, y) })
        };
        let line = |line: &PlotLine| PlotLine {
            method: line.method.clone(),
            look: line.look,
            points: line.points.iter().filter_map(point).collect(),
            missing: line.missing.iter().copied().filter(|x| self.x.has(*x)).collect(),
        };
        self.lines.iter().map(line).collect()
    }
}

impl PlotLine {
    /// Where it lies from left to right.
    fn xs(&self) -> impl Iterator<Item = f64> {
        let half = if let Look::Bars { width } = self.look { 0.5 * width } else { 0.0 };
        self.points.iter().flat_map(move |point| [point.x - half, point.x + half])
    }

    /// Where it lies from below to above, with the spread that is drawn of it.
    fn ys(&self, spread: SpreadStyle) -> impl Iterator<Item = f64> {
        let spreads = self.look == Look::Main && spread != SpreadStyle::None;
        let ends = move |point: &Point| if spreads { [point.low, point.y, point.high] } else { [point.y; 3] };
        self.points.iter().flat_map(ends)
    }
}

/// How far a line is moved aside, so that whiskers do not cover one another.
fn aside(place: usize, lines: usize) -> i32 {
    let [place, lines] = [place, lines].map(|n| i32::try_from(n).unwrap_or(0));
    APART * place - APART * (lines - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(title: &str, lines: Vec<PlotLine>) -> Panel {
        Panel { title: title.to_owned(), note: None, x: PlotAxis::linear("x"), y: PlotAxis::linear("y"), lines }
    }

    fn line(method: &str, points: usize) -> PlotLine {
        let point = |place: u8| Point { x: place.into(), y: 1.0, low: 0.0, high: 2.0 };
        let points = (0..u8::try_from(points).unwrap()).map(point).collect();
        PlotLine { method: method.to_owned(), look: Look::Main, points, missing: vec![] }
    }

    #[test]
    fn names_are_escaped() {
        let svg = draw(
            &FigureDesign::default(),
            ("a", "b"),
            vec![panel("<script>", vec![line("<b>&", 1)])],
            &["<b>&".to_owned()],
        )
        .unwrap();
        assert!(!svg.contains("<script>") && !svg.contains("<b>") && svg.contains("&lt;script&gt;"));
        assert!(svg.contains("&lt;b&gt;"), "the legend's name");
    }

    #[test]
    fn spreads_can_be_told_apart_or_are_not_drawn() {
        let of = |lines: usize, points: usize| panel("p", (0..lines).map(|_| line("a", points)).collect());
        let spread = |lines: usize, points: usize| of(lines, points).spread();
        assert_eq!(spread(4, 5), SpreadStyle::Whiskers);
        assert_eq!(
            [spread(1, 40), spread(2, 40), spread(3, 40)],
            [SpreadStyle::Bands, SpreadStyle::Bands, SpreadStyle::None]
        );
        assert_eq!(spread(12, 5), SpreadStyle::None);
        let said = |panels: &[Panel]| spread_in_words(&panels.iter());
        assert_eq!(said(&[of(4, 5)]), ", whiskers: least to greatest");
        assert_eq!(said(&[of(2, 40), of(4, 40)]), ", band: least to greatest, in panels of at most 2 lines");
        assert_eq!(said(&[of(9, 40)]), "");
        assert_eq!([0, 1, 2].map(|place| aside(place, 3)), [-APART, 0, APART]);
    }

    #[test]
    fn an_axis_has_no_room_for_what_is_not_drawn() {
        let of = |look: Look, spread: SpreadStyle| PlotLine { look, ..line("a", 1) }.ys(spread).collect::<Vec<_>>();
        assert_eq!(of(Look::Main, SpreadStyle::Bands), [0.0, 1.0, 2.0]);
        assert_eq!(
            [of(Look::Main, SpreadStyle::None), of(Look::Dashes, SpreadStyle::Bands)],
            [vec![1.0; 3], vec![1.0; 3]]
        );
    }

    #[test]
    fn bars_start_at_zero() {
        let points = vec![Point::at(1.0, 0.4), Point::at(2.0, 0.6)];
        let line = PlotLine {
            method: "gradient-descent".to_owned(),
            look: Look::Bars { width: 1.0 },
            points,
            missing: vec![],
        };
        let svg =
            draw(&FigureDesign::default(), ("a", "b"), vec![panel("p", vec![line])], &["gradient-descent".to_owned()])
                .unwrap();
        let number = |tag: &str, name: &str| -> i32 {
            tag.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
        };
        let rectangles = svg.split("<rect").skip(1).map(|tag| tag.split('>').next().unwrap());
        let bars = rectangles.filter(|tag| tag.contains("fill=\"#0072B2\""));
        let feet: Vec<i32> = bars.map(|bar| number(bar, "y") + number(bar, "height")).collect();
        assert!(feet.len() == 2 && feet[0] == feet[1], "{feet:?}");
    }
}
