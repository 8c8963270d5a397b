//! Performance profile: on which share of problems a method is within a factor of the fastest.

use super::axis::PlotAxis;
use super::captions::caption;
use super::figure::{Look, Panel, PlotLine, Point, draw};
use super::not_drawn::NotDrawn;
use super::plot::{Material, Plot, Shows};
use super::sheet::methods;
use crate::analysis::stats::{area, performance_ratios, share_within};
use crate::analysis::{Case, SpeedTarget, targets};
use crate::report::sooner::unit_in_words;
use std::collections::BTreeMap;

pub const PLOT: Plot = Plot {
    name: "performance-profile",
    description: "share of problems on which a method is within a factor of the fastest to the target",
    source: "Dolan and Moré 2002; report/plots/profile.rs",
    shows: Shows::Compared,
    asks: false,
    draw: plot,
};

/// Where the area ends: AlgoPerf's factor.
const UP_TO: f64 = 4.0;

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (configurations, (goal, at)) = (material.configurations, material.goal);
    let methods = methods(configurations);
    let targets = targets(material.selected, goal, at);
    let unit = unit_in_words(targets.first().map(|target| target.unit).unwrap_or_default());
    let (names, costs) = problems(&targets).ok_or("not every method was tried on every data set")?;
    if names.len() < 2 {
        return Err("a profile compares two methods or more".into());
    }
    let ratios = performance_ratios(&costs);
    let of = |method: usize| ratios.iter().map(|row| row[method]).collect::<Vec<_>>();
    let greatest = ratios.iter().flatten().copied().filter(|r| r.is_finite()).fold(UP_TO, f64::max);
    let shown = || names.iter().enumerate().filter(|(_, method)| material.design.shows(method));
    let lines = shown().map(|(place, method)| line(method, &of(place), 1.1 * greatest));
    let panel = Panel {
        title: format!("problems: {}, each run on each data set", costs.len()),
        note: None,
        x: PlotAxis::log(format!("factor τ in {unit} behind the fastest method")),
        y: PlotAxis::shares("share of problems solved within τ"),
        lines: lines.collect(),
    };
    let areas = shown().map(|(place, method)| format!("{method} ({:.2})", area(&of(place), UP_TO).unwrap_or(0.0)));
    let what = format!(
        "Solved: target of the plot time-to-target reached, each method at the setting that stands for it. Area up to τ = 4: {}.",
        areas.collect::<Vec<_>>().join("; ")
    );
    draw(material.design, ("Performance profile", &caption(&what, configurations)), vec![panel], &methods)
}

/// Methods, and costs[problem][method].
type CostTable = (Vec<String>, Vec<Vec<Option<f64>>>);

/// The methods, and the steps of each on each (data set, case) that all of them have; none if one lacks a data set.
fn problems(targets: &[SpeedTarget]) -> Option<CostTable> {
    let names: Vec<String> = targets.first()?.methods.iter().map(|reached| reached.method.clone()).collect();
    let mut costs = Vec::new();
    for target in targets {
        let by_case = |name: &String| -> Option<BTreeMap<&Case, Option<f64>>> {
            let method = target.methods.iter().find(|reached| reached.method == *name)?;
            Some(method.hits.iter().map(|(case, hit)| (case, hit.map(|hit| hit.steps))).collect())
        };
        let all: Vec<BTreeMap<&Case, Option<f64>>> = names.iter().map(by_case).collect::<Option<_>>()?;
        let cases = all[0].keys().filter(|case| all.iter().all(|method| method.contains_key(*case)));
        costs.extend(cases.map(|case| all.iter().map(|method| method[case]).collect::<Vec<_>>()));
    }
    Some((names, costs))
}

/// ρ(τ) as a staircase from τ = 1.
fn line(method: &str, ratios: &[f64], end: f64) -> PlotLine {
    let mut steps: Vec<f64> = ratios.iter().copied().filter(|ratio| ratio.is_finite()).chain([1.0, end]).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    let mut points: Vec<Point> = Vec::new();
    for step in steps {
        let before = points.last().map(|point: &Point| point.y);
        points.extend(before.map(|y| Point::at(step, y)));
        points.push(Point::at(step, share_within(ratios, step).unwrap_or(0.0)));
    }
    PlotLine { method: method.to_owned(), look: Look::Main, points, missing: Vec::new() }
}
