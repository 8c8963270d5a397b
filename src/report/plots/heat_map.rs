//! Heat maps of two axes of the sweep: how they go together. All heat maps of a folder have one scale for each metric.

use super::axis::number;
use super::captions::{caption, chosen_by, is_tuning, measure, part};
use super::cut;
use super::design::FigureDesign;
use super::letters::{BEGINNING, cut, most_of, width};
use super::not_drawn::NotDrawn;
use super::palette::{FAINT, INK, SOFT};
use super::panel::{MOST_PANELS, SIZE};
use super::plot::{Material, Plot, Shows};
use super::shades::{ink, shade};
use super::sheet::{Anchor, Area, DrawResult, MARGIN, Sheet, Titles, line, text};
use crate::analysis::{Configuration, best, varying};
use crate::measure::{Better, Measure};
use crate::value::Value;
use plotters::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

pub const PLOT: Plot = Plot {
    name: "heat-map",
    description: "test metric over two axes of the sweep, everything else chosen by the validation part",
    source: "report/plots/heat_map.rs",
    shows: Shows::Tried,
    asks: false,
    draw: plot,
};

const CELL: (i32, i32) = (50, 30);
/// Cells in a figure of a given width are no narrower than this.
const LEAST_CELL: i32 = 8;
/// More values than this on an axis have smaller cells.
const MANY: usize = 16;
const LARGE_CELLS: i32 = 16;
/// More values than this on an axis are not drawn.
const MOST_VALUES: usize = 400;
/// Right of the cells: half of the last label.
const RIGHT: i32 = 28;
/// Between the title and the cells: the name of the axis at the left.
const HEAD: i32 = 22;
/// Below the cells: labels, the name of the axis, the scale of shades.
const FOOT: i32 = 84;
/// A panel is no narrower than this, for its title, and a sheet no wider than that.
const NARROWEST: i32 = 300;
const WIDEST: i32 = 2200;
/// The most panels beside one another.
const MOST_COLUMNS: i32 = 4;
/// A sheet is no narrower than this, for its own title and caption.
const NARROWEST_SHEET: i32 = 560;
/// The most panels of a figure.
/// The sizes of labels and of the numbers in cells, and what stays free between two labels.
const GAP: i32 = 6;
/// Labels at the left are no wider than this, in pixels.
const WIDEST_LABEL: i32 = 140;
/// The scale of shades: how many of them, each so wide and high.
const SHADES: i32 = 20;
const SHADE: (i32, i32) = (6, 10);
/// Metrics from here on are written as powers of ten.
const LARGE: f64 = 1e6;

/// What the shades of a metric mean.
#[derive(Clone, Copy)]
struct ShadeRange {
    /// Of the lightest and the darkest shade.
    least: f64,
    greatest: f64,
    /// Whether there are metrics below the least.
    cut: bool,
}

/// One method on one data set.
struct Map {
    data: String,
    method: String,
    title: String,
    xs: Vec<Value>,
    ys: Vec<Value>,
    /// By y and x; none if every setting diverged for some seed, absent where nothing was tried.
    cells: BTreeMap<(usize, usize), Option<f64>>,
    range: ShadeRange,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let configurations = material.configurations;
    let design = material.design;
    let (x, y) = axes(configurations).ok_or("a heat map needs two axes beside the data set and what is compared")?;
    let shown = maps(configurations, &x, &y).into_iter().filter(|map| design.shows(&map.method)).collect();
    let mut maps = design.panels(shown, |map: &Map| &map.title)?;
    if maps.iter().flat_map(|map| map.cells.values()).flatten().next().is_none() {
        return Err("every setting diverged for some seed".into());
    }
    let left_out = keep_few(&mut maps);
    let by = chosen_by(configurations);
    // What is darker is higher, and a loss is better where it is lower.
    let measure = measure(configurations.iter().filter_map(Configuration::outcome_name));
    let darker = if measure.better == Better::Lower { "higher, which is worse" } else { "better" };
    let what = format!(
        "Mean over seeds; everything else chosen by {by} in each cell. Darker is {darker}; all heat maps of these results share one \
         scale for each metric, so that panels compare. ∞: every setting diverged for some seed; empty: not tried.{left_out}"
    );
    let [of_x, of_y] = [&x, &y].map(|name| material.with_unit(short(name), name));
    let names = (design.x.as_deref().unwrap_or(&of_x), design.y.as_deref().unwrap_or(&of_y));
    let layout = HeatMapLayout::of(design, &maps, names)?;
    let of_part = if is_tuning(configurations) { "Validation" } else { "Test" };
    let title = format!("{of_part} metric by {} and {}", short(&y), short(&x));
    let caption = caption(&what, configurations);
    let sheet = Sheet::new(design, (&title, &caption), &[], design.wide.unwrap_or(layout.width()));
    let (rows, high) = (maps.len().div_ceil(layout.columns), layout.size.1);
    sheet.row_height(rows, high, high)?;
    sheet.draw(i32::try_from(rows).unwrap_or(1).saturating_mul(high), |area| {
        (0..maps.len()).try_for_each(|place| layout.draw(area, &maps, place))
    })
}

/// Where panels stand, and what stands beside their cells.
struct HeatMapLayout<'n> {
    /// The names of both axes.
    names: (&'n str, &'n str),
    titles: Titles,
    /// Room for the labels at the left.
    left: i32,
    /// Of a panel.
    size: (i32, i32),
    /// The most that a cell is wide.
    cell: i32,
    columns: usize,
}

impl<'n> HeatMapLayout<'n> {
    fn of(design: &FigureDesign, maps: &[Map], names: (&'n str, &'n str)) -> Result<Self, NotDrawn> {
        let labels = maps.iter().flat_map(|map| &map.ys).map(|value| width(&label(value), SIZE));
        let left = labels.chain([width(names.1, SIZE)]).max().unwrap_or(0) + GAP + MARGIN;
        let most = |of: &dyn Fn(&Map) -> i32| maps.iter().map(of).max().unwrap_or(0);
        let cells = most(&|map| count(&map.xs) * map.cell().0);
        let wide = (left + cells.max(width(names.0, SIZE)) + RIGHT).max(NARROWEST);
        let columns = maps.len().min(usize::try_from((WIDEST / wide).clamp(1, MOST_COLUMNS)).unwrap_or(1));
        let (columns, wide) = match design.wide {
            Some(all) => design.columns((maps.len().max(1), all), wide.min(all)),
            None => (columns, wide),
        };
        let most_values = most(&|map| count(&map.xs)).max(1);
        let cell = (wide - left - RIGHT) / most_values;
        if cell < LEAST_CELL && design.wide.is_some() {
            return Err(NotDrawn::NoRoom { width: true, needed: left + RIGHT + LEAST_CELL * most_values });
        }
        let cell = if design.wide.is_some() { cell.min(CELL.0) } else { CELL.0 };
        let titles: Vec<String> = maps.iter().map(|map| map.title.clone()).collect();
        let alone = if design.wide.is_none() && columns == 1 { wide.max(NARROWEST_SHEET) } else { wide };
        let titles = Titles::new(&titles, most_of(alone - 2 * MARGIN));
        let high = titles.height() + HEAD + most(&|map| count(&map.ys) * map.cell().1) + FOOT;
        Ok(Self { names, titles, left, size: (wide, high), cell, columns })
    }

    fn width(&self) -> i32 {
        (i32::try_from(self.columns).unwrap_or(1) * self.size.0).max(NARROWEST_SHEET)
    }

    fn draw(&self, area: &Area<'_>, maps: &[Map], place: usize) -> DrawResult {
        let (column, row) = (i32::try_from(place % self.columns)?, i32::try_from(place / self.columns)?);
        let (x, y) = (column * self.size.0, row * self.size.1);
        self.titles.write(place, area, (x + MARGIN, y), Anchor::Left)?;
        let cell = maps[place].cell();
        maps[place].draw(
            area,
            (x + self.left, y + self.titles.height() + HEAD),
            (self.names, (cell.0.min(self.cell), cell.1)),
        )
    }
}

/// How many values of an axis are drawn.
fn count(values: &[Value]) -> i32 {
    i32::try_from(values.len().min(MOST_VALUES)).unwrap_or(0)
}

/// Cells shrink where there are many.
fn scaled(count: usize, size: i32) -> i32 {
    if count > MANY { (size * LARGE_CELLS / i32::try_from(count).unwrap_or(i32::MAX)).max(3) } else { size }
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
    let ranges = ranges(configurations);
    let map = |(data, method, group): &(&str, &str, Vec<&Configuration>)| {
        let (measure, tuning) = metric_of(group);
        let range = ranges.get(measure.name()).copied().unwrap_or(ShadeRange { least: 0.0, greatest: 1.0, cut: false });
        let title = format!("{data}: {method}, {}", measure.axis(Some(part(tuning))));
        Map { data: (*data).to_owned(), method: (*method).to_owned(), title, range, ..map(group, x, y) }
    };
    groups.iter().map(map).collect()
}

/// What is shown of some settings, and whether they were tuned.
fn metric_of(group: &[&Configuration<'_>]) -> (&'static Measure, bool) {
    let tuning = group.iter().any(|c| c.is_tuning());
    (measure(group.iter().filter_map(|c| c.outcome_name())), tuning)
}

/// The scale of each metric, over all settings that train, whatever is compared.
fn ranges(configurations: &[Configuration<'_>]) -> BTreeMap<&'static str, ShadeRange> {
    let mut all: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for c in configurations.iter().filter(|c| c.cost().is_some()) {
        let shown = c.over_seeds(|point| c.shown(point)).map(|metric| metric.mean);
        all.entry(metric_of(&[c]).0.name()).or_default().extend(shown.filter(|metric| metric.is_finite()));
    }
    let range = |(metric, values): (&'static str, Vec<f64>)| {
        let floor = cut::floor(Measure::of_metric(metric), values.iter().copied());
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (least <= greatest)
            .then(|| (metric, ShadeRange { least: floor.unwrap_or(least), greatest, cut: floor.is_some() }))
    };
    all.into_iter().filter_map(range).collect()
}

/// Keeps the data sets that one figure has room for, and says how many are left out.
fn keep_few(maps: &mut Vec<Map>) -> String {
    let (all, mut kept) = (maps.len(), MOST_PANELS);
    if all <= kept {
        return String::new();
    }
    // A data set is there with all of its methods, if it has room at all.
    while kept > 1 && maps[kept - 1].data == maps[kept].data {
        kept -= 1;
    }
    let kept = if kept > 1 { kept } else { MOST_PANELS };
    maps.truncate(kept);
    format!(" The first {kept} of {all} panels.")
}

/// The cells of some settings.
fn map(group: &[&Configuration<'_>], x: &str, y: &str) -> Map {
    let (xs, ys) = (values(group, x), values(group, y));
    let places = |values: &[Value]| -> HashMap<String, usize> {
        values.iter().enumerate().map(|(place, value)| (value.to_string(), place)).collect()
    };
    let (columns, rows) = (places(&xs), places(&ys));
    let place = |c: &Configuration<'_>, name: &str, places: &HashMap<String, usize>| {
        places.get(&c.settings.get(name)?.to_string()).copied()
    };
    // One pass over the settings: a random search has as many rows and columns as it has settings.
    let mut here: BTreeMap<(usize, usize), Vec<&Configuration>> = BTreeMap::new();
    for &c in group {
        if let (Some(row), Some(column)) = (place(c, y, &rows), place(c, x, &columns)) {
            here.entry((row, column)).or_default().push(c);
        }
    }
    let shown = |here: Vec<&Configuration>| best(&here).and_then(|c| c.over_seeds(|point| c.shown(point)));
    let cells = here.into_iter().map(|(place, here)| (place, shown(here).map(|metric| metric.mean))).collect();
    let range = ShadeRange { least: 0.0, greatest: 1.0, cut: false };
    Map { data: String::new(), method: String::new(), title: String::new(), xs, ys, cells, range }
}

/// The values of a setting, numbers ascending, words as they first occur.
fn values(group: &[&Configuration<'_>], name: &str) -> Vec<Value> {
    let mut known = HashSet::new();
    let all = group.iter().filter_map(|c| c.settings.get(name));
    let mut values: Vec<Value> = all.filter(|value| known.insert(value.to_string())).cloned().collect();
    values.sort_by(|a, b| a.as_number().partial_cmp(&b.as_number()).unwrap_or(std::cmp::Ordering::Equal));
    values
}

/// A value as short as an axis wants it.
fn word(value: &Value) -> String {
    match value.as_number() {
        Some(value) => number(value),
        None => value.to_string(),
    }
}

/// The same, no wider than there is room.
fn label(value: &Value) -> String {
    cut(&word(value), SIZE, WIDEST_LABEL, BEGINNING)
}

/// `lr`, `dropout`, `annealing`.
fn short(name: &str) -> &str {
    name.strip_suffix(".kind").unwrap_or(name).rsplit('.').next().unwrap_or(name)
}

impl Map {
    /// The size of a cell.
    fn cell(&self) -> (i32, i32) {
        (scaled(self.xs.len(), CELL.0), scaled(self.ys.len(), CELL.1))
    }

    fn draw(&self, area: &Area<'_>, (left, top): (i32, i32), ((x, y), size): ((&str, &str), (i32, i32))) -> DrawResult {
        text(area, y, (left - GAP, top - 10), SIZE, Anchor::Right, SOFT)?;
        for ((row, column), metric) in &self.cells {
            let (row, column) = (i32::try_from(*row)?, i32::try_from(*column)?);
            if row < count(&self.ys) && column < count(&self.xs) {
                self.draw_cell(area, ((left + size.0 * column, top + size.1 * row), size), *metric)?;
            }
        }
        let foot = top + size.1 * count(&self.ys);
        for (row, value) in labelled(&self.ys, size.1, |_| i32::try_from(SIZE).unwrap_or(0)) {
            let at = (left - GAP, top + size.1 * row + size.1 / 2);
            text(area, &label(value), at, SIZE, Anchor::Right, INK)?;
        }
        for (column, value) in labelled(&self.xs, size.0, |label| width(label, SIZE)) {
            let at = (left + size.0 * column + size.0 / 2, foot + 10);
            text(area, &label(value), at, SIZE, Anchor::Middle, INK)?;
        }
        text(area, x, (left, foot + 28), SIZE, Anchor::Left, SOFT)?;
        self.draw_scale(area, (left, foot + 48))
    }

    /// All shades, with the metrics that have the lightest and the darkest one.
    fn draw_scale(&self, area: &Area<'_>, (left, top): (i32, i32)) -> DrawResult {
        let ShadeRange { least, greatest, cut } = self.range;
        let (middle, greatest) = (top + SHADE.1 / 2, metric(greatest));
        let least = format!("{}{}", if cut { "≤ " } else { "" }, metric(least));
        let start = left + width(&least, SIZE) + GAP;
        text(area, &least, (left, middle), SIZE, Anchor::Left, INK)?;
        for place in 0..SHADES {
            let corner = (start + SHADE.0 * place, top);
            let share = f64::from(place) / f64::from(SHADES - 1);
            let corners = [corner, (corner.0 + SHADE.0, corner.1 + SHADE.1)];
            area.draw(&Rectangle::new(corners, shade(share).filled()))?;
        }
        let end = start + SHADE.0 * SHADES + GAP;
        text(area, &greatest, (end, middle), SIZE, Anchor::Left, INK)
    }

    fn draw_cell(&self, area: &Area<'_>, ((x, y), size): ((i32, i32), (i32, i32)), value: Option<f64>) -> DrawResult {
        let corners = [(x, y), (x + size.0 - 1, y + size.1 - 1)];
        let middle = (x + size.0 / 2, y + size.1 / 2);
        let high_enough = size.1 > i32::try_from(SIZE)?;
        let Some(value) = value else {
            area.draw(&Rectangle::new(corners, SOFT.stroke_width(1)))?;
            line(area, corners[0], corners[1], FAINT, 1)?;
            return if high_enough { text(area, "∞", middle, 14, Anchor::Middle, INK) } else { Ok(()) };
        };
        let ShadeRange { least, greatest, .. } = self.range;
        // Differences of halves are finite.
        let share = (0.5 * value - 0.5 * least) / (0.5 * greatest - 0.5 * least);
        let shade = shade(if greatest > least { share } else { 1.0 });
        area.draw(&Rectangle::new(corners, shade.filled()))?;
        let words = metric(value);
        let fits = high_enough && width(&words, SIZE) < size.0;
        if fits { text(area, &words, middle, SIZE, Anchor::Middle, ink(shade)) } else { Ok(()) }
    }
}

/// The values that have labels, with their places: every one, or every so many that labels do not touch.
fn labelled(values: &[Value], cell: i32, room: impl Fn(&str) -> i32) -> impl Iterator<Item = (i32, &Value)> {
    let widest = values.iter().map(|value| room(&label(value))).max().unwrap_or(0) + GAP;
    let every = usize::try_from((widest + cell - 1) / cell).unwrap_or(1).max(1);
    (0..count(values)).zip(values).step_by(every)
}

/// A metric as cells and scale show it.
fn metric(value: f64) -> String {
    if value.abs() < LARGE { format!("{value:.3}") } else { number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_touch() {
        let values: Vec<Value> = (0..20).map(|i| Value::Number(0.001 * 1.4_f64.powi(i))).collect();
        let places =
            |cell: i32| labelled(&values, cell, |label| width(label, SIZE)).map(|(place, _)| place).collect::<Vec<_>>();
        assert_eq!(places(50).len(), 20, "every one has room");
        let few = places(20);
        assert!(few.len() > 4 && few[0] == 0);
        let widest = values.iter().map(|value| width(&label(value), SIZE)).max().unwrap();
        assert!(few.windows(2).all(|two| (two[1] - two[0]) * 20 > widest), "{few:?}");
    }

    #[test]
    fn the_name_of_the_axis_has_room() {
        let (one, two) = (Value::Number(0.1), Value::Number(0.2));
        let title = "a data set with a name ".repeat(10);
        let range = ShadeRange { least: 0.0, greatest: 1.0, cut: false };
        let (xs, ys, cells) = (vec![one.clone(), two], vec![one], BTreeMap::new());
        let map = Map { data: String::new(), method: String::new(), title, xs, ys, cells, range };
        let of = |design: &FigureDesign| {
            HeatMapLayout::of(design, std::slice::from_ref(&map), ("lr", "dropout_of_the_inputs"))
        };
        let layout = of(&FigureDesign::default()).unwrap();
        assert!(layout.left > width("dropout_of_the_inputs", SIZE) + GAP);
        assert!(layout.width() <= 560, "a long title does not make the sheet wide");
        let narrow = |wide| of(&FigureDesign { wide: Some(wide), ..FigureDesign::default() });
        assert!(narrow(316).unwrap().cell < CELL.0 + 1 && narrow(316).unwrap().size.0 == 316);
        assert!(matches!(narrow(150), Err(NotDrawn::NoRoom { width: true, .. })));
    }
}
