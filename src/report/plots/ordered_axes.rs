//! The test metric over the values of each ordered axis that is a question: where it rises, and where it is flat.

use super::axis::{PlotAxis, number};
use super::captions::{caption, chosen_by, measure, part};
use super::design::FigureDesign;
use super::letters::width;
use super::not_drawn::NotDrawn;
use super::palette::SOFT;
use super::panel::{MOST_PANELS, SIZE};
use super::plot::{Plot, Shows};
use super::sheet::{Anchor, Area, DrawResult, MARGIN, Sheet, Titles, colour, line, marker, text};
use super::upright::Upright;
use crate::analysis::stats::Interval;
use crate::analysis::{Configuration, Selected, questions, select};
use crate::record::is_label;
use crate::report::importance::plain;
use plotters::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub const PLOT: Plot = Plot {
    name: "ordered-axes",
    description: "test metric over each axis of numbers, everything else at its best for each, with 95 % intervals",
    source: "report/plots/ordered_axes.rs",
    shows: Shows::Compared,
    asks: false,
    draw: |material| plot(material.design, material.configurations),
};

/// Fewer values are no curve.
const FEWEST: usize = 3;
/// More values are no curve of markers.
const MOST_VALUES: usize = 60;
/// A panel without its title, and the room about its lines: for ticks and names.
const PANEL: (i32, i32) = (560, 300);
/// No panel becomes smaller than this.
const LEAST: (i32, i32) = (230, 170);
const LEFT: i32 = 74;
const RIGHT: i32 = 24;
const HEAD: i32 = 22;
const FOOT: i32 = 52;
const GAP: i32 = 8;

/// One axis on one data set.
struct ValueCurve {
    title: String,
    setting: String,
    y: PlotAxis,
    /// Ascending by their values.
    points: Vec<ValuePoint>,
}

/// One value of an axis; no mean where a seed has no result.
struct ValuePoint {
    value: f64,
    mean: Option<f64>,
    interval: Option<Interval>,
}

fn plot(design: &FigureDesign, configurations: &[Configuration<'_>]) -> Result<String, NotDrawn> {
    design.without(false, true)?;
    let curves: Vec<ValueCurve> = asked(configurations).iter().flat_map(|key| curves(configurations, key)).collect();
    if curves.is_empty() {
        return Err(NotDrawn::NoAxis { fewest: FEWEST, most: MOST_VALUES });
    }
    let mut curves = design.panels(curves, |curve| &curve.title)?;
    for curve in &mut curves {
        curve.setting = design.x.clone().unwrap_or_else(|| curve.setting.clone());
        curve.y.name = design.y.clone().unwrap_or_else(|| curve.y.name.clone());
    }
    match curves.len() {
        count if count > MOST_PANELS => return Err(NotDrawn::TooManyPanels(count)),
        _ if curves.iter().flat_map(|curve| &curve.points).all(|point| point.mean.is_none()) => {
            return Err("every value has a seed without a result".into());
        }
        _ => {}
    }
    let what = format!(
        "For each value everything else is chosen by {}; marker: mean over seeds, line: its 95 % interval (t, corrected for \
                shared rows), ∞: a seed has no result. Values are at equal distances.",
        chosen_by(configurations)
    );
    let (columns, wide) = design.columns((curves.len().min(2), PANEL.0), LEAST.0);
    if wide < LEAST.0 {
        return Err(NotDrawn::NoRoom { width: true, needed: LEAST.0 });
    }
    let titles: Vec<String> = curves.iter().map(|curve| curve.title.clone()).collect();
    let titles = Titles::new(&titles, wide - 2 * MARGIN);
    let (beside, usual) = (titles.height(), if wide < PANEL.0 { PANEL.1.min(wide * 7 / 10) } else { PANEL.1 });
    let times = |count: usize, size: i32| i32::try_from(count).unwrap_or(1) * size;
    let caption = caption(&what, configurations);
    let words = ("Test metric over ordered axes", caption.as_str());
    let sheet = Sheet::new(design, words, &[], design.wide.unwrap_or(times(columns, wide)));
    let rows = curves.len().div_ceil(columns);
    let high = sheet.row_height(rows, usual + beside, LEAST.1 + beside)?;
    sheet.draw(times(rows, high), |area| {
        for (place, curve) in curves.iter().enumerate() {
            let (column, row) = (i32::try_from(place % columns)?, i32::try_from(place / columns)?);
            let (x, y) = (column * wide, row * high);
            titles.write(place, area, (x + MARGIN, y), Anchor::Left)?;
            curve.draw(area, (x, y + beside), (wide, high - beside))?;
        }
        Ok(())
    })
}

/// The settings that are questions: those that the results compare, and every axis of a sweep without a protocol.
fn asked(configurations: &[Configuration<'_>]) -> Vec<String> {
    let Some(first) = configurations.first() else { return Vec::new() };
    let mut keys = if first.keys.len() == 1 { first.keys.clone() } else { Vec::new() };
    if first.staged.is_none() {
        keys.extend(questions(configurations).into_iter().filter(|key| !first.keys.contains(key)));
    }
    keys
}

/// The curves of one setting, one for each data set on which it has several numbers and nothing else.
fn curves(configurations: &[Configuration<'_>], key: &str) -> Vec<ValueCurve> {
    if configurations.iter().any(|c| c.number(key).is_none()) {
        return Vec::new();
    }
    let of_group = |(label, members): (Option<String>, Vec<&Configuration>)| -> Vec<ValueCurve> {
        let by_key: Vec<Configuration> = members.iter().map(|c| c.compared_by(key)).collect();
        let rows = select(&by_key);
        let blocks =
            rows.chunk_by(|a, b| a.data == b.data).filter(|block| (FEWEST..=MOST_VALUES).contains(&block.len()));
        blocks.map(|block| curve(block, key, label.as_deref())).collect()
    };
    groups(configurations, key).into_iter().flat_map(of_group).collect()
}

/// The configurations among which a setting is a curve: all of them, or where labelled cases have values of their own, as each
/// regularizer its strengths, those of each case.
fn groups<'c, 'r>(
    configurations: &'c [Configuration<'r>],
    key: &str,
) -> Vec<(Option<String>, Vec<&'c Configuration<'r>>)> {
    let axis = configurations.iter().flat_map(|c| c.settings.keys()).find(|name| is_label(name));
    let mut groups: BTreeMap<Option<String>, Vec<&Configuration>> = BTreeMap::new();
    for c in configurations {
        let label = axis.and_then(|axis| c.settings.get(axis)).map(ToString::to_string);
        groups.entry(label).or_default().push(c);
    }
    let values = |of: &Vec<&Configuration>| of.iter().map(|c| c.settings.get(key).map(ToString::to_string)).collect();
    let lists: BTreeSet<BTreeSet<Option<String>>> = groups.values().map(values).collect();
    if lists.len() > 1 { groups.into_iter().collect() } else { vec![(None, configurations.iter().collect())] }
}

fn curve(block: &[Selected<'_, '_>], key: &str, label: Option<&str>) -> ValueCurve {
    let setting = plain(key);
    let mut points: Vec<ValuePoint> = block.iter().filter_map(|row| point(row, key)).collect();
    points.sort_by(|a, b| a.value.total_cmp(&b.value));
    let of_label = label.filter(|label| *label != setting).map_or(String::new(), |label| format!(" of {label}"));
    ValueCurve {
        title: format!("{}: {setting}{of_label}", block[0].data),
        y: PlotAxis::measure(measure(block.iter().map(|row| row.metric.as_str())), Some(part(false))),
        setting,
        points,
    }
}

fn point(row: &Selected<'_, '_>, key: &str) -> Option<ValuePoint> {
    let mean = row.test_metric.map(|metric| metric.mean).filter(|mean| mean.is_finite());
    let interval = row.interval().filter(|i| mean.is_some() && i.low.is_finite() && i.high.is_finite());
    Some(ValuePoint { value: row.compared?.number(key)?, mean, interval })
}

impl ValueCurve {
    fn draw(&self, area: &Area<'_>, (x, y): (i32, i32), (wide, high): (i32, i32)) -> DrawResult {
        let (left, right, top, bottom) = (x + LEFT, x + wide - RIGHT, y + HEAD, y + high - FOOT);
        let ends = self.points.iter().filter_map(|point| point.interval).flat_map(|i| [i.low, i.high]);
        let values = self.points.iter().filter_map(|point| point.mean).chain(ends);
        let upright = Upright::new(&self.y, values, (top, bottom));
        text(area, &self.y.name, (x + MARGIN, y + GAP), SIZE, Anchor::Left, SOFT)?;
        upright.draw(area, left, right)?;
        line(area, (left, bottom), (right, bottom), BLACK, 1)?;
        let step = (right - left) / i32::try_from(self.points.len())?.max(1);
        let middle = |place: usize| i32::try_from(place).map(|place| left + step * place + step / 2);
        let mut last: Option<(i32, i32)> = None;
        for (place, point) in self.points.iter().enumerate() {
            let at = point
                .mean
                .map(|mean| Ok::<_, std::num::TryFromIntError>((middle(place)?, upright.pixel(mean))))
                .transpose()?;
            if let (Some(from), Some(to)) = (last, at) {
                line(area, from, to, colour(0), 2)?;
            }
            last = at;
        }
        let labels: Vec<String> = self.points.iter().map(|point| number(point.value)).collect();
        let widest = labels.iter().map(|label| width(label, SIZE)).max().unwrap_or(0) + GAP;
        let every = usize::try_from((widest + step - 1) / step.max(1)).unwrap_or(1).max(1);
        for (place, point) in self.points.iter().enumerate() {
            let x = middle(place)?;
            if place % every == 0 {
                text(area, &labels[place], (x, bottom + 14), SIZE, Anchor::Middle, BLACK)?;
            }
            point.draw(area, x, (bottom, &upright))?;
        }
        text(area, &self.setting, (left, bottom + 34), SIZE, Anchor::Left, SOFT)
    }
}

impl ValuePoint {
    fn draw(&self, area: &Area<'_>, x: i32, (bottom, upright): (i32, &Upright<'_>)) -> DrawResult {
        let Some(mean) = self.mean else {
            return text(area, "∞", (x, bottom - 10), 15, Anchor::Middle, colour(0));
        };
        if let Some(Interval { low, high }) = self.interval {
            line(area, (x, upright.pixel(low)), (x, upright.pixel(high)), colour(0), 2)?;
        }
        marker(area, 0, (x, upright.pixel(mean)))
    }
}
