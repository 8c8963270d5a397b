//! Critical-difference diagram: mean ranks over data sets, and which are not told apart.

use super::captions::{caption, of_each};
use super::letters::{shortened, width};
use super::not_drawn::NotDrawn;
use super::palette::INK;
use super::plot::{Material, Plot, Shows};
use super::sheet::{Anchor, Area, DrawResult, MARGIN, line, marker, methods, sheet, style, text};
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
const TOP: i32 = 78;
const ROW: i32 = 26;
/// From an end of the axis to the marker before a name, and from there to the name.
const TO_MARKER: i32 = 20;
const TO_NAME: i32 = 12;
const NAME_SIZE: u32 = 14;
/// Names are no wider than this, in pixels.
const WIDEST_NAME: i32 = 300;

/// Mean ranks on an axis, with the names beside it.
struct Diagram<'o> {
    over: &'o OverData,
    /// By rank, as they are written.
    labels: Vec<String>,
    /// The pixels of rank 1 and of the last rank, and the width of the sheet.
    axis: (i32, i32),
    wide: i32,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let configurations = material.configurations;
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
    let rows = ROW * i32::try_from(over.ranks.len().div_ceil(2)).unwrap_or(0);
    let bars = 10 * i32::try_from(over.cliques.len()).unwrap_or(0);
    let high = u32::try_from(TOP + 26 + bars + rows).unwrap_or(0);
    let diagram = Diagram::new(&over);
    let size = (u32::try_from(diagram.wide).unwrap_or(0), high);
    sheet("Critical difference", &caption(&what, configurations), &[], size, |area| diagram.draw(area, &methods))
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
    /// As wide as its names need.
    fn new(over: &'o OverData) -> Self {
        let k = over.ranks.len();
        let names: Vec<String> = over.ranks.iter().map(|(method, _)| method.clone()).collect();
        let label = |(place, (name, (_, rank))): (usize, (&String, &(String, f64)))| {
            if at_left(place, k) { format!("{name}  {rank:.2}") } else { format!("{rank:.2}  {name}") }
        };
        let labels: Vec<String> =
            shortened(&names, NAME_SIZE, WIDEST_NAME).iter().zip(&over.ranks).enumerate().map(label).collect();
        let beside = |left: bool| {
            let labels = labels.iter().enumerate().filter(|(place, _)| at_left(*place, k) == left);
            labels.map(|(_, label)| width(label, NAME_SIZE)).max().unwrap_or(0) + TO_NAME + TO_MARKER + MARGIN
        };
        let (left, right) = (beside(true), beside(false));
        let wide = WIDE.max(left + AXIS + right);
        Self { over, labels, axis: (left, wide - right), wide }
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
            let left = at_left(place, k);
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
            let diagram = Diagram::new(&over);
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
