//! Heat maps of two axes of the sweep: how they go together.

use super::figure::number;
use super::sheet::{Anchor, Area, Drawn, line, sheet, text, width};
use super::{Plot, Shows, caption, chosen_by, is_tuning, metric_name};
use crate::analysis::{Configuration, best, varying};
use crate::record::Setting;
use crate::registry::Entry;
use plotters::prelude::*;
use std::collections::BTreeMap;

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "heat-map",
        description: "test metric over two axes of the sweep, everything else chosen by the validation part",
        source: "report/plots/heat_map.rs",
        parameters: &[],
    },
    shows: Shows::Tried,
    draw: |material| plot(material.configurations),
};

const CELL: (i32, i32) = (50, 30);
/// Room for a panel's title, its axis below and between panels.
const PADDING: (i32, i32) = (40, 92);
/// More panels than this are no figure any more.
const MOST_PANELS: usize = 24;
/// More values than this on an axis have no names, and cells no numbers.
const MANY: usize = 16;

/// One optimizer on one data set.
struct Map {
    title: String,
    xs: Vec<Setting>,
    ys: Vec<Setting>,
    /// By y and x; none where every setting diverged for some seed, absent where nothing was tried.
    cells: BTreeMap<(usize, usize), Option<f64>>,
    /// The least and greatest metric of the data set's panels.
    range: (f64, f64),
}

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let (x, y) = axes(configurations).ok_or("a heat map needs two axes beside the data set and the optimizer")?;
    let maps = maps(configurations, &x, &y);
    if maps.iter().flat_map(|map| map.cells.values()).flatten().next().is_none() {
        return Err("every setting diverged for some seed".to_owned());
    }
    if maps.len() > MOST_PANELS {
        return Err(format!("{} panels are too many for one figure", maps.len()));
    }
    let by = chosen_by(configurations);
    let what = format!(
        "Mean over seeds; everything else chosen by {by} in each cell. Darker is better, one scale per data \
                set; ∞: every setting diverged for some seed; empty: not tried."
    );
    let names =
        maps.iter().flat_map(|map| &map.ys).map(|value| width(&word(value), 12)).max().unwrap_or(0).min(140) + 12;
    let cells = |count: usize, size: i32| i32::try_from(count.min(400)).unwrap_or(0) * scaled(count, size);
    let wide = names + PADDING.0 + maps.iter().map(|map| cells(map.xs.len(), CELL.0)).max().unwrap_or(0);
    let titles = maps.iter().map(|map| width(&map.title, 15)).max().unwrap_or(0);
    let wide = wide.max(names + titles);
    let high = PADDING.1 + maps.iter().map(|map| cells(map.ys.len(), CELL.1)).max().unwrap_or(0);
    let columns = maps.len().min(usize::try_from((2200 / wide).clamp(1, 4)).unwrap_or(1));
    let rows = maps.len().div_ceil(columns);
    let size = (wide * i32::try_from(columns).unwrap_or(1), high * i32::try_from(rows).unwrap_or(1));
    let size = (u32::try_from(size.0.max(560)).unwrap_or(0), u32::try_from(size.1).unwrap_or(0));
    let part = if is_tuning(configurations) { "Validation" } else { "Test" };
    let title = format!("{part} metric by {} and {}", short(&y), short(&x));
    sheet(&title, &caption(&what, configurations), (&[], &[]), size, |area| {
        for (place, map) in maps.iter().enumerate() {
            let (column, row) = (i32::try_from(place % columns)?, i32::try_from(place / columns)?);
            map.draw(area, (column * wide + names, row * high), (short(&x), short(&y)))?;
        }
        Ok(())
    })
}

/// Cells shrink where there are many.
fn scaled(count: usize, size: i32) -> i32 {
    if count > MANY { (size * 16 / i32::try_from(count).unwrap_or(i32::MAX)).max(3) } else { size }
}

/// The two settings with the most values, the learning rate first if it is one of several.
fn axes(configurations: &[Configuration<'_>]) -> Option<(String, String)> {
    let values = |name: &str| {
        let mut all: Vec<String> =
            configurations.iter().filter_map(|c| Some(c.settings.get(name)?.to_string())).collect();
        all.sort();
        all.dedup();
        all.len()
    };
    let mut names: Vec<(usize, String)> =
        varying(configurations).into_iter().map(|name| (values(&name), name)).collect();
    names.retain(|(count, _)| *count > 1);
    // The most values first; of equals, in the order of names.
    names.sort_by(|(a, first), (b, second)| {
        let rate = |name: &str| name == "optimizer.lr";
        rate(second).cmp(&rate(first)).then(b.cmp(a)).then(first.cmp(second))
    });
    let mut names = names.into_iter().map(|(_, name)| name);
    Some((names.next()?, names.next()?))
}

fn maps(configurations: &[Configuration<'_>], x: &str, y: &str) -> Vec<Map> {
    let mut groups: Vec<(&str, &str, Vec<&Configuration>)> = Vec::new();
    for c in configurations.iter().filter(|c| c.settings.contains_key(x) && c.settings.contains_key(y)) {
        match groups.iter_mut().find(|(data, optimizer, _)| *data == c.data && *optimizer == c.optimizer) {
            Some((_, _, group)) => group.push(c),
            None => groups.push((&c.data, &c.optimizer, vec![c])),
        }
    }
    groups.sort_by_key(|(data, _, _)| configurations.iter().position(|c| c.data == *data));
    let mut maps: Vec<(&str, Map)> = groups
        .iter()
        .map(|(data, optimizer, group)| (*data, map(title(data, optimizer, group), group, x, y)))
        .collect();
    for block in maps.chunk_by_mut(|a, b| a.0 == b.0) {
        let known = || block.iter().flat_map(|(_, map)| map.cells.values()).flatten().copied();
        let range = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        block.iter_mut().for_each(|(_, map)| map.range = range);
    }
    maps.into_iter().map(|(_, map)| map).collect()
}

/// `digits: adam, test accuracy`
fn title(data: &str, optimizer: &str, group: &[&Configuration<'_>]) -> String {
    let tuning = group.iter().any(|c| c.is_tuning());
    let metric = metric_name(group.iter().flat_map(|c| &c.runs).map(|run| run.record.metric.as_str()), tuning);
    format!("{data}: {optimizer}, {metric}")
}

fn map(title: String, group: &[&Configuration<'_>], x: &str, y: &str) -> Map {
    let (xs, ys) = (values(group, x), values(group, y));
    let mut cells = BTreeMap::new();
    for (row, value_y) in ys.iter().enumerate() {
        for (column, value_x) in xs.iter().enumerate() {
            let at = |c: &&&Configuration| c.settings.get(x) == Some(value_x) && c.settings.get(y) == Some(value_y);
            let here: Vec<&Configuration> = group.iter().filter(at).copied().collect();
            if !here.is_empty() {
                let best = best(&here).and_then(|c| c.over_seeds(|point| c.shown(point)));
                cells.insert((row, column), best.map(|metric| metric.mean));
            }
        }
    }
    Map { title, xs, ys, cells, range: (0.0, 1.0) }
}

/// The values of a setting, numbers ascending, words as they first occur.
fn values(group: &[&Configuration<'_>], name: &str) -> Vec<Setting> {
    let mut values: Vec<Setting> = Vec::new();
    for value in group.iter().filter_map(|c| c.settings.get(name)) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    values.sort_by(|a, b| numeric(a).partial_cmp(&numeric(b)).unwrap_or(std::cmp::Ordering::Equal));
    values
}

#[allow(clippy::cast_precision_loss)] // for the order only
fn numeric(value: &Setting) -> Option<f64> {
    match value {
        Setting::Number(number) => Some(*number),
        Setting::Integer(integer) => Some(*integer as f64),
        _ => None,
    }
}

/// A value as short as an axis wants it.
fn word(value: &Setting) -> String {
    match numeric(value) {
        Some(value) => number(value),
        None => value.to_string(),
    }
}

/// `lr`, `dropout`, `annealing`.
fn short(name: &str) -> &str {
    name.strip_suffix(".kind").unwrap_or(name).rsplit('.').next().unwrap_or(name)
}

impl Map {
    fn draw(&self, area: &Area<'_>, (left, top): (i32, i32), (x, y): (&str, &str)) -> Drawn {
        let size = (scaled(self.xs.len(), CELL.0), scaled(self.ys.len(), CELL.1));
        let (top, wide) = (top + 40, size.0 * i32::try_from(self.xs.len())?);
        text(area, &self.title, (left, top - 24), 15, Anchor::Left, BLACK)?;
        text(area, y, (left - 6, top - 8), 12, Anchor::Right, RGBColor(70, 70, 70))?;
        for row in 0..self.ys.len() {
            for column in 0..self.xs.len() {
                let corner = (left + size.0 * i32::try_from(column)?, top + size.1 * i32::try_from(row)?);
                if let Some(metric) = self.cells.get(&(row, column)) {
                    self.cell(area, corner, size, *metric)?;
                }
            }
        }
        let foot = top + size.1 * i32::try_from(self.ys.len())?;
        let named = |values: &[Setting]| values.len() <= MANY;
        for (row, value) in self.ys.iter().enumerate().filter(|_| named(&self.ys)) {
            let at = (left - 6, top + size.1 * i32::try_from(row)? + size.1 / 2);
            text(area, &word(value), at, 12, Anchor::Right, BLACK)?;
        }
        for (column, value) in self.xs.iter().enumerate().filter(|_| named(&self.xs)) {
            let at = (left + size.0 * i32::try_from(column)? + size.0 / 2, foot + 10);
            text(area, &word(value), at, 11, Anchor::Middle, BLACK)?;
        }
        text(area, x, (left + wide / 2, foot + 28), 12, Anchor::Middle, RGBColor(70, 70, 70))
    }

    fn cell(&self, area: &Area<'_>, (x, y): (i32, i32), size: (i32, i32), metric: Option<f64>) -> Drawn {
        let corners = [(x, y), (x + size.0 - 1, y + size.1 - 1)];
        let numbered = size == CELL;
        let middle = (x + size.0 / 2, y + size.1 / 2);
        let Some(metric) = metric else {
            area.draw(&Rectangle::new(corners, RGBColor(150, 150, 150).stroke_width(1)))?;
            line(area, corners[0], corners[1], RGBColor(200, 200, 200), 1)?;
            return if numbered { text(area, "∞", middle, 14, Anchor::Middle, BLACK) } else { Ok(()) };
        };
        let (least, greatest) = self.range;
        let share = if greatest > least { (metric - least) / (greatest - least) } else { 1.0 };
        area.draw(&Rectangle::new(corners, shade(share).filled()))?;
        let ink = if share > 0.55 { WHITE } else { BLACK };
        if numbered { text(area, &format!("{metric:.3}"), middle, 12, Anchor::Middle, ink) } else { Ok(()) }
    }
}

/// From nearly white to dark blue: the lightness falls all the way, so it reads without colour too.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
fn shade(share: f64) -> RGBColor {
    let mix = |light: f64, dark: f64| (light + share.clamp(0.0, 1.0) * (dark - light)).round() as u8;
    RGBColor(mix(240.0, 8.0), mix(246.0, 48.0), mix(252.0, 107.0))
}
