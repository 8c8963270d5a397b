//! Critical-difference diagram: mean ranks over data sets, and which are not told apart.

use super::captions::{caption, of_each};
use super::letters::{shortened, width};
use super::not_drawn::NotDrawn;
use super::palette::INK;
use super::plot::{Material, Plot, Shows};
use super::sheet::{Anchor, Area, DrawResult, MARGIN, Sheet, line, marker, methods, style, text};
use crate::analysis::stats::LEVEL;
use crate::analysis::{OverData, over_data};
use crate::report::phrases::p_is as p;

pub const PLOT: Plot = Plot {
    name: "critical-difference",
    description: "mean ranks of the methods over data sets, bars join those that are not told apart",
    source: "Demšar 2006, figure 1; report/plots/critical_difference.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// The least width of the sheet, and of the axis from rank 1 to the last one.
const WIDE: i32 = 760;
const AXIS: i32 = 360;
/// In a figure of a given width the axis is at least this long, and where names have no room at both sides, all of them stand at the
/// right.
const LEAST_AXIS: i32 = 100;
const TOP: i32 = 78;
const ROW: i32 = 26;
/// From an end of the axis to the marker before a name, and from there to the name.
const TO_MARKER: i32 = 20;
const TO_NAME: i32 = 12;
const NAME_SIZE: u32 = 14;
/// Names are no wider than this, in pixels, or than that where there is little room.
const WIDEST_NAME: i32 = 300;
const SHORT_NAME: i32 = 130;

/// Mean ranks on an axis, with the names beside it.
struct Diagram<'o> {
    over: &'o OverData,
    /// By rank, as they are written.
    labels: Vec<String>,
    /// The pixels of rank 1 and of the last rank, and the width of the sheet.
    axis: (i32, i32),
    wide: i32,
    /// Whether all names are at the right.
    at_right: bool,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, design) = (material.configurations, material.design);
    design.without(true, true)?;
    let methods = methods(configurations);
    let over = over_data(material.selected, material.questions, None, None)
        .ok_or("ranks need two data sets and every method on each")?;
    let found = match over.adjusted_p() {
        _ if over.obstacle.is_some() => {
            "The methods were not tuned and run alike: read the order as chance.".to_owned()
        }
        Some(value) if over.found() => format!("{} finds a difference ({}).", over.test(), p(value)),
        Some(_) if over.ranks_agree == Some(false) => {
            format!("{} points the other way: read the order as chance.", over.test())
        }
        Some(value) => format!("{} finds no difference ({}): read the order as chance.", over.test(), p(value)),
        None => "The methods are equal on every data set.".to_owned(),
    };
    let what = format!(
        "{}. Mean rank of the test metric over {} data sets, 1 is best. {found} Bars join \
         methods whose ranks lie closer than Nemenyi's critical difference for {}, its share of the 5 % that all verdicts have.",
        of_each(configurations),
        over.families,
        percent(over.level)
    );
    let bars = 10 * i32::try_from(over.cliques.len()).unwrap_or(0);
    let diagram = Diagram::new(&over, design.wide)?;
    let high = TOP + 26 + bars + ROW * diagram.rows();
    let caption = caption(&what, configurations);
    let sheet = Sheet::new(design, ("Critical difference", &caption), &[], diagram.wide);
    sheet.row_height(1, high, high)?;
    sheet.draw(high, |area| diagram.draw(area, &methods))
}

/// `1.25 %`; of a test without a share that of all verdicts.
fn percent(level: f64) -> String {
    let level = if level > 0.0 { level } else { LEVEL };
    format!("{} %", crate::analysis::stats::rounded(100.0 * level))
}

/// Whether a place among k is one of the better half, which is named at the left; the others are at the right.
fn at_left(place: usize, k: usize) -> bool {
    place < k.div_ceil(2)
}

impl<'o> Diagram<'o> {
    /// As wide as its names need, or as it has to be.
    fn new(over: &'o OverData, wide: Option<i32>) -> Result<Self, NotDrawn> {
        let whole = Self::with(over, (WIDEST_NAME, false), AXIS);
        let Some(wide) = wide else { return Ok(whole.widened(WIDE)) };
        let narrow = [(WIDEST_NAME, false), (WIDEST_NAME, true), (SHORT_NAME, true)];
        let mut last = whole.wide;
        for room in narrow {
            let diagram = Self::with(over, room, LEAST_AXIS);
            if diagram.wide <= wide {
                return Ok(diagram.widened(wide));
            }
            last = diagram.wide;
        }
        Err(NotDrawn::NoRoom { width: true, needed: last })
    }

    /// With names no wider than this, at both sides or at the right only, and an axis of this length.
    fn with(over: &'o OverData, (widest, at_right): (i32, bool), axis: i32) -> Self {
        let k = over.ranks.len();
        let names: Vec<String> = over.ranks.iter().map(|(method, _)| method.clone()).collect();
        let is_left = |place: usize| !at_right && at_left(place, k);
        let label = |(place, (name, (_, rank))): (usize, (&String, &(String, f64)))| {
            if is_left(place) { format!("{name}  {rank:.2}") } else { format!("{rank:.2}  {name}") }
        };
        let labels: Vec<String> =
            shortened(&names, NAME_SIZE, widest).iter().zip(&over.ranks).enumerate().map(label).collect();
        let beside = |left: bool| {
            let labels = labels.iter().enumerate().filter(|(place, _)| is_left(*place) == left);
            labels.map(|(_, label)| width(label, NAME_SIZE) + TO_NAME + TO_MARKER).max().unwrap_or(0) + MARGIN
        };
        let (left, right) = (beside(true), beside(false));
        Self { over, labels, axis: (left, left + axis), wide: left + axis + right, at_right }
    }

    /// With a longer axis, so that it is at least this wide.
    fn widened(self, wide: i32) -> Self {
        let more = (wide - self.wide).max(0);
        Self { axis: (self.axis.0, self.axis.1 + more), wide: self.wide + more, ..self }
    }

    /// Whether a method is named at the left.
    fn is_left(&self, place: usize) -> bool {
        !self.at_right && at_left(place, self.over.ranks.len())
    }

    /// How many names stand below one another.
    fn rows(&self) -> i32 {
        let k = self.over.ranks.len();
        i32::try_from(if self.at_right { k } else { k.div_ceil(2) }).unwrap_or(0)
    }

    /// The pixel of a rank.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // pixels, and a number of methods
    fn pixel(&self, rank: f64) -> i32 {
        let last = self.over.ranks.len().max(2) as f64;
        let (start, end) = self.axis;
        start.saturating_add(((rank - 1.0) / (last - 1.0) * f64::from(end - start)).round() as i32)
    }

    fn draw(&self, area: &Area<'_>, methods: &[String]) -> DrawResult {
        self.draw_axis(area)?;
        self.draw_critical_difference(area)?;
        for (row, (first, last)) in (0..).zip(&self.over.cliques) {
            let y = TOP + 14 + 10 * row;
            let ends = [first, last].map(|place| self.pixel(self.over.ranks[*place].1));
            line(area, (ends[0] - 5, y), (ends[1] + 5, y), INK, 4)?;
        }
        self.draw_names(area, methods)
    }

    fn draw_axis(&self, area: &Area<'_>) -> DrawResult {
        let k = self.over.ranks.len();
        line(area, (self.axis.0, TOP), (self.axis.1, TOP), INK, 1)?;
        for rank in (1..=k).step_by(k.div_ceil(12)) {
            let x = self.pixel(f64::from(u32::try_from(rank)?));
            line(area, (x, TOP - 6), (x, TOP), INK, 1)?;
            text(area, &rank.to_string(), (x, TOP - 14), 13, Anchor::Middle, INK)?;
        }
        Ok(())
    }

    /// The critical difference as a length above the axis, its words above it.
    fn draw_critical_difference(&self, area: &Area<'_>) -> DrawResult {
        let difference = self.over.critical_difference;
        let (start, end) = (self.axis.0, self.pixel(1.0 + difference));
        let longer = end > self.axis.1;
        let words = format!("CD = {difference:.2}{}", if longer { " (longer than the axis)" } else { "" });
        text(area, &words, (start, 12), 13, Anchor::Left, INK)?;
        line(area, (start, 28), (end.min(self.axis.1), 28), INK, 2)?;
        line(area, (start, 24), (start, 32), INK, 2)?;
        if longer { Ok(()) } else { line(area, (end, 24), (end, 32), INK, 2) }
    }

    /// The outermost ranks stand highest, so that no line crosses another.
    fn draw_names(&self, area: &Area<'_>, methods: &[String]) -> DrawResult {
        let k = self.over.ranks.len();
        let below = TOP + 14 + 10 * i32::try_from(self.over.cliques.len())? + 12;
        for (place, ((method, rank), label)) in self.over.ranks.iter().zip(&self.labels).enumerate() {
            let left = self.is_left(place);
            let row = if left { place } else { k - 1 - place };
            let (x, y) = (self.pixel(*rank), below + ROW * i32::try_from(row)?);
            let end = if left { self.axis.0 - TO_MARKER } else { self.axis.1 + TO_MARKER };
            line(area, (x, TOP), (x, y), INK, 1)?;
            line(area, (x, y), (end, y), INK, 1)?;
            marker(area, style(methods, method), (end, y))?;
            let (from, anchor) = if left { (end - TO_NAME, Anchor::Right) } else { (end + TO_NAME, Anchor::Left) };
            text(area, label, (from, y), NAME_SIZE, anchor, INK)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(names: &[&str]) -> OverData {
        let ranks = (1_u8..).zip(names).map(|(rank, name)| ((*name).to_owned(), f64::from(rank))).collect();
        OverData {
            ranks,
            data_sets: 2,
            families: 2,
            level: 0.05,
            pairs: Vec::new(),
            friedman: None,
            signed_rank: None,
            ranks_agree: None,
            critical_difference: 1.0,
            cliques: Vec::new(),
            obstacle: None,
        }
    }

    #[test]
    fn names_have_the_room_that_they_need() {
        let room = |names: &[&str]| {
            let over = over(names);
            let diagram = Diagram::new(&over, None).unwrap();
            let (left, right) = (diagram.axis.0, diagram.wide - diagram.axis.1);
            for (place, label) in diagram.labels.iter().enumerate() {
                let beside = if at_left(place, names.len()) { left } else { right };
                assert!(width(label, NAME_SIZE) + TO_NAME + TO_MARKER <= beside, "{label}");
            }
            assert!(diagram.axis.1 - left >= AXIS);
            (left, right, diagram.labels.clone())
        };
        let (left, right, labels) = room(&["a", "a method of some length", "b"]);
        assert!(left > right && labels == ["a  1.00", "a method of some length  2.00", "3.00  b"]);
        let long = "adam, beta1 0.8, epsilon 0.00000001, annealing cosine, regularize.dropout ";
        let (_, _, labels) = room(&["a", &format!("{long}0.2"), &format!("{long}0.5")]);
        assert!(labels[1].contains("0.2  2.00") && labels[2].ends_with("0.5"), "{labels:?}");
    }
}
