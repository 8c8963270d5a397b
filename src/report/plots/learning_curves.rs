//! Learning curves: the loss of the training and of the validation part against epochs, a panel for each method at its best
//! setting. Where the one falls on and the other rises again, the method overfits.

use super::axis::PlotAxis;
use super::captions::{caption, of_each};
use super::cut;
use super::few::few;
use super::figure::{Look, Panel, PlotLine, Point, draw_groups, spread_in_words};
use super::not_drawn::NotDrawn;
use super::palette::{FAINT, INK};
use super::plot::{Material, Plot, Shows};
use super::sheet::{LegendKey, methods};
use crate::analysis::{Configuration, Selected};
use crate::measure::{self, Measure};
use crate::record::{CurvePoint, Evaluation};

pub const PLOT: Plot = Plot {
    name: "learning-curves",
    description: "loss of the training and the validation part against epochs, each method at its best setting",
    source: "report/plots/learning_curves.rs",
    shows: Shows::Compared,
    asks: true,
    draw: |material| plot(material, &LOSS),
};

/// What of an evaluation is shown.
pub struct Shown {
    pub title: &'static str,
    pub of: fn(Evaluation) -> f64,
    /// What it is of these rows.
    pub measure: fn(&[&Selected<'_, '_>]) -> &'static Measure,
    /// The axis for these rows.
    pub axis: fn(&[&Selected<'_, '_>]) -> PlotAxis,
    /// Whether lower is better, on a logarithmic axis.
    pub falls: bool,
}

const LOSS: Shown = Shown {
    title: "Learning curves: loss",
    of: |evaluation| evaluation.loss,
    measure: |_| &measure::LOSS,
    axis: |rows| PlotAxis::log(loss(rows)),
    falls: true,
};

/// Curves of all seeds at one setting: over them the mean, the least and the greatest.
struct Curves {
    method: String,
    validation: Vec<Point>,
    /// None if there is none, or it is the same.
    training: Option<Vec<Point>>,
}

pub fn plot(material: &Material<'_>, shown: &Shown) -> Result<String, NotDrawn> {
    let (configurations, selected) = (material.configurations, material.selected);
    let (groups, left_out) = few((material.design, selected), |row| row.best.is_some());
    let groups: Vec<Vec<Panel>> = groups.iter().map(|rows| panels(rows, shown)).collect();
    let panels = || groups.iter().flatten();
    if panels().next().is_none() {
        return Err("every setting diverged for some seed".into());
    }
    let trained = panels().flat_map(|panel| &panel.lines).any(|line| line.look == Look::Dashes);
    let others = groups.iter().any(|group| group.len() > 1);
    let mut legend = vec![LegendKey::line("validation part", INK)];
    legend.extend(trained.then(|| LegendKey::dashes("training part", INK)));
    legend.extend(others.then(|| LegendKey::line("validation part of the other methods", FAINT)));
    let stopped = stopped_early(selected);
    let what = format!(
        "{}; lines: mean over seeds{}. {}{stopped}{left_out} Panels of a data set have one scale.",
        of_each(configurations),
        spread_in_words(&panels()),
        if shown.falls {
            "A power of ten below the lowest line the axis ends."
        } else {
            "What lies below an axis is drawn at its foot."
        }
    );
    let caption = caption(&what, configurations);
    draw_groups(material.design, (shown.title, &caption), groups, &legend, &methods(configurations))
}

/// Whether seeds of a setting stopped at different epochs, in words.
fn stopped_early(selected: &[Selected<'_, '_>]) -> &'static str {
    let ends_early =
        |c: &Configuration<'_>| c.runs.windows(2).any(|two| two[0].record.curve.len() != two[1].record.curve.len());
    if selected.iter().filter_map(|row| row.best).any(ends_early) {
        " A line ends where the first seed stops."
    } else {
        ""
    }
}

/// A panel for each method on one data set, on one scale.
fn panels(rows: &[&Selected<'_, '_>], shown: &Shown) -> Vec<Panel> {
    let curves: Vec<Curves> = rows.iter().filter_map(|row| curves(row, shown)).collect();
    let mut all: Vec<Vec<PlotLine>> = (0..curves.len()).map(|place| lines(&curves, place)).collect();
    if shown.falls {
        keep_near_the_lines(all.iter_mut().flatten());
    }
    let points = || all.iter().flatten().filter(|line| line.look != Look::Dashes).flat_map(|line| &line.points);
    let floor = cut::floor((shown.measure)(rows), points().map(|point| point.y));
    let axis = (shown.axis)(rows).from(floor);
    let held = |line: &PlotLine| match line.look {
        Look::Main => line.points.iter().flat_map(|point| [point.y, point.low, point.high]).collect::<Vec<_>>(),
        _ => line.points.iter().map(|point| point.y).collect(),
    };
    let axis = axis.holding(all.iter().flatten().flat_map(held));
    let title = |curves: &Curves| format!("{}: {}", rows[0].data, curves.method);
    let panel = |(curves, lines): (&Curves, Vec<PlotLine>)| Panel {
        title: title(curves),
        note: None,
        x: PlotAxis::linear("epochs").counts(),
        y: axis.clone(),
        lines,
    };
    curves.iter().zip(all).map(panel).collect()
}

/// One method's lines before those of the others.
fn lines(curves: &[Curves], place: usize) -> Vec<PlotLine> {
    let line = |curves: &Curves, look: Look, points: &[Point]| PlotLine {
        method: curves.method.clone(),
        look,
        points: points.to_vec(),
        missing: Vec::new(),
    };
    let others = curves.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other);
    let faint = Look::Thin { colour: FAINT, dots: false };
    let mut lines: Vec<PlotLine> = others.map(|other| line(other, faint, &other.validation)).collect();
    let own = &curves[place];
    lines.extend(own.training.as_ref().map(|points| line(own, Look::Dashes, points)));
    lines.push(line(own, Look::Main, &own.validation));
    lines
}

fn curves(row: &Selected<'_, '_>, shown: &Shown) -> Option<Curves> {
    let curves: Vec<&[CurvePoint]> = row.best?.runs.iter().map(|run| run.record.curve.as_slice()).collect();
    // All seeds of a setting are evaluated after the same epochs, but early stopping ends some sooner.
    let evaluations = curves.iter().map(|curve| curve.len()).min()?;
    let over_seeds = |place: usize, part: fn(&CurvePoint) -> Option<Evaluation>| {
        let numbers: Option<Vec<f64>> = curves.iter().map(|curve| part(&curve[place]).map(shown.of)).collect();
        Some(over(curves[0][place].epoch, &numbers?))
    };
    let validation: Vec<Point> =
        (0..evaluations).filter_map(|place| over_seeds(place, |p| Some(p.validation))).collect();
    let training: Vec<Point> = (0..evaluations).filter_map(|place| over_seeds(place, |p| p.train)).collect();
    let differs = |point: &Point| validation.iter().any(|other| other.x == point.x && other.y != point.y);
    let training = training.iter().any(differs).then_some(training);
    Some(Curves { method: row.optimizer.clone(), validation, training })
}

/// Mean, least and greatest of numbers after an epoch.
#[allow(clippy::cast_precision_loss)]
fn over(epoch: u64, numbers: &[f64]) -> Point {
    Point {
        x: epoch as f64,
        y: numbers.iter().sum::<f64>() / numbers.len() as f64,
        low: numbers.iter().copied().fold(f64::INFINITY, f64::min),
        high: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }
}

/// What the loss is: of a problem without data its objective, or else what `train.reduction` makes of the samples' losses.
fn loss(rows: &[&Selected<'_, '_>]) -> &'static str {
    let all = |name: &str, value: &str| {
        let is = |c: &Configuration<'_>| c.settings.get(name).is_some_and(|known| known.to_string() == value);
        rows.iter().filter_map(|row| row.best).all(is)
    };
    if all("model.kind", "objective") {
        "objective f(θ)"
    } else if all("train.reduction", "mean") {
        "loss, mean per sample"
    } else if all("train.reduction", "sum") {
        "loss, sum over samples"
    } else {
        "loss"
    }
}

/// Losses of 0 have no place on a logarithmic axis, and one seed's 1e-200 would leave none to the others: what lies more
/// than a power of ten below the lowest mean is drawn there.
pub fn keep_near_the_lines<'l>(lines: impl Iterator<Item = &'l mut PlotLine>) {
    let mut lines: Vec<&mut PlotLine> = lines.collect();
    let means = lines.iter().flat_map(|line| &line.points).map(|point| point.y).filter(|&y| y > 0.0);
    let floor = means.fold(f64::INFINITY, f64::min) / 10.0;
    let floor = if floor.is_finite() { floor.max(f64::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    for point in lines.iter_mut().flat_map(|line| &mut line.points) {
        for value in [&mut point.y, &mut point.low, &mut point.high] {
            *value = value.max(floor);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: Vec<Point>) -> PlotLine {
        PlotLine { method: "a".to_owned(), look: Look::Main, points, missing: Vec::new() }
    }

    #[test]
    fn a_loss_of_nothing_does_not_stretch_the_axis() {
        let point = |y, low| Point { x: 0.0, y, low, high: 1.0 };
        let mut lines = [line(vec![point(0.5, 1e-300), point(0.1, 0.0)]), line(vec![point(0.0, 0.0)])];
        keep_near_the_lines(lines.iter_mut());
        let floor = 0.1 / 10.0;
        assert_eq!(lines[0].points.iter().map(|p| (p.y, p.low)).collect::<Vec<_>>(), [(0.5, floor), (0.1, floor)]);
        assert_eq!((lines[1].points[0].y, lines[1].points[0].low), (floor, floor));
    }

    #[test]
    fn a_panel_has_both_parts_of_its_method_and_the_others_faintly() {
        let points = |y: f64| vec![Point::at(0.0, y)];
        let of = |method: &str, training| Curves { method: method.to_owned(), validation: points(0.5), training };
        let curves = [of("a", Some(points(0.1))), of("b", None), of("c", None)];
        let looks = |place: usize| -> Vec<(String, Look)> {
            lines(&curves, place).into_iter().map(|line| (line.method, line.look)).collect()
        };
        let faint = Look::Thin { colour: FAINT, dots: false };
        let own = |name: &str, look| (name.to_owned(), look);
        assert_eq!(looks(0), [own("b", faint), own("c", faint), own("a", Look::Dashes), own("a", Look::Main)]);
        assert_eq!(looks(1), [own("a", faint), own("c", faint), own("b", Look::Main)]);
    }
}
