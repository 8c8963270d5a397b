//! Parallel coordinates: every setting of a sweep as a line through its values, darker the better its validation metric.

use super::axis::{PlotAxis, number};
use super::captions::{caption, measure, part};
use super::letters::{BEGINNING, cut, width};
use super::not_drawn::NotDrawn;
use super::palette::{FAINT, SOFT};
use super::panel::{MOST_PANELS, SIZE};
use super::plot::{Material, Plot, Shows};
use super::sheet::{Anchor, Area, DrawResult, MARGIN, Sheet, Titles, colour, line, text};
use super::upright::Upright;
use crate::analysis::{Configuration, ReachedValue, reached_by, varied};
use crate::report::importance::plain;
use crate::value::Value;
use plotters::prelude::*;
use std::collections::HashSet;

pub const PLOT: Plot = Plot {
    name: "parallel",
    description: "every setting as a line through its values, darker the better its validation metric",
    source: "Inselberg 1985; report/plots/parallel.rs",
    shows: Shows::Tried,
    asks: false,
    draw: plot,
};

/// So many lines are drawn at most, in all panels together.
const MOST_LINES: usize = 3000;
/// More axes are no figure any more.
const MOST_AXES: usize = 10;
/// More numbers than these on an axis have their places by size; fewer stand at equal distances.
const MOST_EQUAL: usize = 12;
/// Labels of more words than these would touch.
const MOST_LABELS: usize = 16;
/// From this ratio of the greatest to the least number on places are by logarithms.
const LOGARITHMIC: f64 = 50.0;
/// How much of its room a value takes on an axis: its lines are spread over it, the better ones higher.
const SPREAD: f64 = 0.6;
/// Between two axes, and at least.
const AXIS: i32 = 118;
const LEAST_AXIS: i32 = 64;
const LEFT: i32 = 110;
const RIGHT: i32 = 84;
/// How high axes are, and at least.
const HIGH: i32 = 300;
const LEAST_HIGH: i32 = 160;
const HEAD: i32 = 30;
const FOOT: i32 = 20;
/// No sheet is wider than two panels, or this.
const WIDEST: i32 = 2200;
const NARROWEST: i32 = 640;

/// The settings of one data set.
struct Lines<'c> {
    title: String,
    metric: PlotAxis,
    columns: Vec<Coordinate<'c>>,
    /// By their metric, the worst first.
    reached: Vec<ReachedValue>,
    /// How many settings there are; fewer may be drawn.
    settings: usize,
}

/// The values of one setting.
struct Coordinate<'c> {
    name: String,
    /// Of each line; none if it does not have the setting.
    values: Vec<Option<&'c Value>>,
    /// The different ones, numbers ascending, words as they first occur; first that there is none.
    levels: Vec<Option<&'c Value>>,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let configurations = material.configurations;
    let design = material.design;
    design.without(true, true)?;
    let mut blocks: Vec<Vec<&Configuration>> = Vec::new();
    for c in configurations {
        match blocks.iter_mut().find(|block| block[0].data == c.data) {
            Some(block) => block.push(c),
            None => blocks.push(vec![c]),
        }
    }
    blocks.retain(|block| varied(block).len() > 1);
    if blocks.is_empty() {
        return Err("parallel coordinates need two settings that vary".into());
    }
    let blocks = design.panels(blocks, |block| &block[0].data)?;
    match blocks.len() {
        count if count > MOST_PANELS => return Err(NotDrawn::TooManyPanels(count)),
        _ => {}
    }
    let most = MOST_LINES / blocks.len();
    let panels: Vec<Lines> = blocks.iter().map(|block| lines(material, block, most)).collect();
    let sampled = panels.iter().find(|panel| panel.reached.len() < panel.settings);
    let part = sampled.map_or(String::new(), |panel| {
        format!(" Of {} settings {} are drawn, evenly by rank.", panel.settings, panel.reached.len())
    });
    let what = format!(
        "One line for each setting, mean over seeds: darker for a better rank by validation metric, orange: the best, gray: \
                a run diverged or ended below the untrained state (of R²: below 0), and counts as that. At a value the better \
                lines run higher.{part}"
    );
    let axes = panels.iter().map(|panel| panel.columns.len()).max().unwrap_or(1);
    let usual = width_of(axes, AXIS).max(NARROWEST);
    let columns = if panels.len() > 1 && 2 * usual <= WIDEST { 2 } else { 1 };
    let (columns, wide) = design.columns((columns, usual), width_of(axes, LEAST_AXIS));
    let axis = AXIS.min((wide - width_of(0, 0)) / i32::try_from(axes).unwrap_or(1));
    if axis < LEAST_AXIS {
        return Err(NotDrawn::NoRoom { width: true, needed: width_of(axes, LEAST_AXIS) });
    }
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.clone()).collect();
    let titles = Titles::new(&titles, wide - 2 * MARGIN);
    let beside = titles.height() + HEAD + FOOT;
    let times = |count: usize, size: i32| i32::try_from(count).unwrap_or(1) * size;
    let caption = caption(&what, configurations);
    let sheet = Sheet::new(design, ("All settings", &caption), &[], design.wide.unwrap_or(times(columns, wide)));
    let rows = panels.len().div_ceil(columns);
    let high = sheet.row_height(rows, HIGH + beside, LEAST_HIGH + beside)?;
    sheet.draw(times(rows, high), |area| {
        for (place, panel) in panels.iter().enumerate() {
            let (column, row) = (i32::try_from(place % columns)?, i32::try_from(place / columns)?);
            let (x, y) = (column * wide, row * high);
            titles.write(place, area, (x + MARGIN, y), Anchor::Left)?;
            panel.draw(area, (x, y + titles.height()), (axis, high - beside))?;
        }
        Ok(())
    })
}

/// The lines of a data set, no more than these: evenly by rank, the worst and the best among them.
fn lines<'c>(material: &Material<'_>, block: &[&'c Configuration<'_>], most: usize) -> Lines<'c> {
    let (reached, _) = reached_by(block);
    let measure = measure(block.iter().flat_map(|c| &c.runs).map(|run| run.record.metric.as_str()));
    let worth = |place: usize| measure.oriented(reached[place].value);
    let mut order: Vec<usize> = (0..block.len()).collect();
    order.sort_by(|&a, &b| worth(a).total_cmp(&worth(b)));
    let last = order.len() - 1;
    let drawn = order.len().min(most.max(2));
    let kept: Vec<usize> = (0..drawn).map(|place| order[place * last / (drawn - 1).max(1)]).collect();
    let column = |name: String| {
        let values: Vec<Option<&Value>> = kept.iter().map(|&place| block[place].settings.get(&name)).collect();
        let mut known = HashSet::new();
        let all = block.iter().map(|c| c.settings.get(&name));
        let mut levels: Vec<Option<&Value>> = all.filter(|value| known.insert(*value)).collect();
        let size = |value: Option<&Value>| value.and_then(Value::as_number).unwrap_or(f64::NEG_INFINITY);
        levels.sort_by(|a, b| a.is_some().cmp(&b.is_some()).then(size(*a).total_cmp(&size(*b))));
        Coordinate { name: material.with_unit(&plain(&name), &name), values, levels }
    };
    Lines {
        title: block[0].data.clone(),
        metric: PlotAxis::measure(measure, Some(part(true))),
        columns: varied(block).into_iter().take(MOST_AXES).map(column).collect(),
        reached: kept.iter().map(|&place| reached[place].clone()).collect(),
        settings: block.len(),
    }
}

/// How wide a panel with so many axes is.
fn width_of(axes: usize, axis: i32) -> i32 {
    LEFT + axis * i32::try_from(axes).unwrap_or(0) + RIGHT
}

impl Lines<'_> {
    fn draw(&self, area: &Area<'_>, (x, y): (i32, i32), (axis, high): (i32, i32)) -> DrawResult {
        let (top, bottom) = (y + HEAD, y + HEAD + high);
        let at = |column: usize| i32::try_from(column).map(|column| x + LEFT + axis * column);
        let metric = Upright::new(&self.metric, self.reached.iter().map(|of| of.value), (top, bottom));
        let heights: Vec<Vec<i32>> = self.columns.iter().map(|column| column.heights((top, bottom))).collect();
        for (place, of) in self.reached.iter().enumerate() {
            let mut points = Vec::new();
            for (column, heights) in heights.iter().enumerate() {
                points.push((at(column)?, heights[place]));
            }
            points.push((at(heights.len())?, metric.pixel(of.value)));
            area.draw(&PathElement::new(points, self.style(place)))?;
        }
        for (place, column) in self.columns.iter().enumerate() {
            column.draw(area, (at(place)?, axis), (top, bottom))?;
        }
        let right = at(self.columns.len())?;
        metric.draw_at_end(area, right)?;
        // Between close axes its name is longer than what is left to it.
        if axis < AXIS {
            return text(area, &self.metric.name, (right + RIGHT - MARGIN, top - HEAD + 4), SIZE, Anchor::Right, SOFT);
        }
        text(area, &self.metric.name, (right, top - 14), SIZE, Anchor::Middle, SOFT)
    }

    /// Of a line by its rank: the best in a colour of its own, others the more transparent the worse they are.
    #[allow(clippy::cast_precision_loss)] // counts of lines
    fn style(&self, place: usize) -> ShapeStyle {
        let rank = place as f64 / (self.reached.len() - 1).max(1) as f64;
        match self.reached[place].floored {
            _ if place + 1 == self.reached.len() => colour(1).stroke_width(3),
            0 => colour(0).mix(0.08 + 0.72 * rank * rank).stroke_width(1),
            _ => FAINT.mix(0.5).stroke_width(1),
        }
    }
}

impl Coordinate<'_> {
    /// Where a number lies from 0 to 1, where numbers have their places by size.
    fn by_size(&self) -> Option<impl Fn(f64) -> f64 + use<>> {
        let numbers: Option<Vec<f64>> = self.levels.iter().flatten().map(|value| value.as_number()).collect();
        let numbers =
            numbers.filter(|numbers| self.levels.len() > MOST_EQUAL && numbers.iter().all(|n| n.is_finite()))?;
        let (least, greatest) = (*numbers.first()?, *numbers.last()?);
        let log = least > 0.0 && greatest / least > LOGARITHMIC;
        let place = move |value: f64| if log { value.ln() } else { 0.5 * value };
        let (start, end) = (place(least), place(greatest));
        (end > start && (end - start).is_finite()).then_some(move |value: f64| (place(value) - start) / (end - start))
    }

    /// The height of each line on this axis.
    #[allow(clippy::cast_precision_loss)] // counts of lines and levels
    fn heights(&self, ends: (i32, i32)) -> Vec<i32> {
        let by_size = self.by_size();
        let count = self.levels.len() as f64;
        let rank = |place: usize| place as f64 / (self.values.len() - 1).max(1) as f64 - 0.5;
        let share = |place: usize, value: Option<&Value>| match (&by_size, value.and_then(Value::as_number)) {
            (Some(by_size), Some(number)) => by_size(number),
            (Some(_), None) => 0.0,
            (None, _) => {
                let level = self.levels.iter().position(|level| *level == value).unwrap_or(0);
                (level as f64 + 0.5 + SPREAD * rank(place)) / count
            }
        };
        self.values.iter().enumerate().map(|(place, value)| height(share(place, *value), ends)).collect()
    }

    #[allow(clippy::cast_precision_loss)] // a count of levels
    fn draw(&self, area: &Area<'_>, (x, axis): (i32, i32), (top, bottom): (i32, i32)) -> DrawResult {
        line(area, (x, top), (x, bottom), BLACK, 1)?;
        text(area, &cut(&self.name, SIZE, axis - 10, BEGINNING), (x, top - 14), SIZE, Anchor::Middle, SOFT)?;
        let by_size = self.by_size();
        let every = self.levels.len().div_ceil(MOST_LABELS).max(1);
        for (place, level) in self.levels.iter().enumerate().step_by(every) {
            let share = match (&by_size, level.and_then(Value::as_number)) {
                (Some(by_size), number) => number.map_or(0.0, by_size),
                (None, _) => (place as f64 + 0.5) / self.levels.len() as f64,
            };
            label(area, (&word(*level), axis - 20), (x, height(share, (top, bottom))))?;
        }
        Ok(())
    }
}

/// A value beside its axis, on paper that lets lines shine through.
fn label(area: &Area<'_>, (words, most): (&str, i32), (x, y): (i32, i32)) -> DrawResult {
    let words = cut(words, SIZE, most, BEGINNING);
    let corners = [(x - width(&words, SIZE) - 7, y - 8), (x - 4, y + 8)];
    area.draw(&Rectangle::new(corners, WHITE.mix(0.8).filled()))?;
    text(area, &words, (x - 6, y), SIZE, Anchor::Right, BLACK)
}

fn word(value: Option<&Value>) -> String {
    match value.map(|value| (value, value.as_number())) {
        None => "–".to_owned(),
        Some((_, Some(value))) => number(value),
        Some((value, None)) => value.to_string(),
    }
}

#[allow(clippy::cast_possible_truncation)] // pixels
fn height(share: f64, (top, bottom): (i32, i32)) -> i32 {
    bottom - (share.clamp(0.0, 1.0) * f64::from(bottom - top)).round() as i32
}
