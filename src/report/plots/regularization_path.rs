//! Regularization path: what becomes of each coefficient as the penalty grows.

use super::axis::PlotAxis;
use super::captions::{caption, chosen_by};
use super::figure::{Look, Panel, PlotLine, Point, draw, spread_in_words};
use super::not_drawn::NotDrawn;
use super::panel::MOST_PANELS;
use super::plot::{Material, Plot, Shows};
use crate::analysis::{Configuration, best};
use crate::record::in_words;
use std::collections::{BTreeMap, BTreeSet};

pub const PLOT: Plot = Plot {
    name: "regularization-path",
    description: "coefficients of linear models against the penalty λ; needs `output.parameters`",
    source: "Hastie, Tibshirani & Friedman 2009, figures 3.8 and 3.10; report/plots/regularization_path.rs",
    shows: Shows::Tried,
    asks: false,
    draw: plot,
};

/// The settings that are penalties, the first that varies counts.
const PENALTIES: [&str; 3] = ["optimizer.lambda", "regularize.l1", "regularize.weight_decay"];
/// A setting that changes which coefficients there are.
const DEGREE: &str = "data.degree";
/// The most coefficients of a panel: those that are largest somewhere.
const MOST_LINES: usize = 10;
/// More coefficients than this are no lines that can be told apart.
const MOST_FEATURES: usize = 100_000;

/// The coefficients at one penalty: the means over seeds with the least and the greatest, by feature.
struct Step {
    coefficients: Vec<Point>,
}

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    material.design.without(false, true)?;
    let configurations = material.configurations;
    let swept = configurations.iter().map(degree).collect::<BTreeSet<_>>().len() > 1;
    let mut panels = Vec::new();
    for (data, method) in pairs(configurations, swept) {
        let group: Vec<&Configuration> =
            configurations.iter().filter(|c| c.data == data && besides_penalty(c, swept) == method).collect();
        let Some(penalty) = PENALTIES.into_iter().find(|name| penalties(&group, name).len() > 1) else { continue };
        let steps: Vec<Step> =
            penalties(&group, penalty).into_values().filter_map(|at| step(material, &at, penalty)).collect();
        if steps.len() > 1 && steps.iter().all(|step| step.coefficients.len() == steps[0].coefficients.len()) {
            let title = if method.is_empty() { data } else { format!("{data}: {method}") };
            let names = names(&(material.features)(&group[0].settings), steps[0].coefficients.len(), degree(group[0]));
            panels.push(panel(title, penalty, &steps, &names));
        }
    }
    if panels.is_empty() {
        return Err(
            "no linear model with several penalties λ > 0 whose parameters were kept by `output.parameters`".into()
        );
    }
    if panels.len() > MOST_PANELS {
        return Err(NotDrawn::TooManyPanels(panels.len()));
    }
    let panels = material.design.panels(panels, |panel| &panel.title)?;
    let names = in_order(&panels);
    let by = chosen_by(configurations);
    let what = format!(
        "Lines: coefficients of the features, by their names in the data or else x1, x2, … in the data's order, and of their products, \
         at most the {MOST_LINES} largest of a panel; mean over seeds{}. Other settings chosen by {by} at each λ.",
        spread_in_words(&panels.iter())
    );
    draw(material.design, ("Regularization path", &caption(&what, configurations)), panels, &names)
}

/// The method without its penalty where that is compared, and the degree where it is swept: others have other coefficients.
fn besides_penalty(c: &Configuration<'_>, swept: bool) -> String {
    let keys = c.keys.iter().filter(|name| !PENALTIES.contains(&name.as_str()) && *name != DEGREE);
    let method = in_words(&c.settings, &keys.collect());
    let degree = swept.then(|| format!("degree {}", degree(c)));
    [Some(method), degree].into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Up to which degree the features' products are features.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small whole number
fn degree(c: &Configuration<'_>) -> usize {
    c.number(DEGREE).unwrap_or(1.0) as usize
}

/// Data sets and methods that occur together, in their order.
fn pairs(configurations: &[Configuration<'_>], swept: bool) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for c in configurations {
        let pair = (c.data.clone(), besides_penalty(c, swept));
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    pairs
}

/// The configurations by a penalty, ascending; a logarithmic axis has no place for 0.
fn penalties<'c, 'r>(group: &[&'c Configuration<'r>], name: &str) -> BTreeMap<u64, Vec<&'c Configuration<'r>>> {
    let mut by_penalty: BTreeMap<u64, Vec<&Configuration>> = BTreeMap::new();
    for c in group {
        // The bits of numbers greater than 0 are in their order.
        if let Some(lambda) = c.number(name).filter(|lambda| *lambda > 0.0) {
            by_penalty.entry(lambda.to_bits()).or_default().push(c);
        }
    }
    by_penalty
}

/// None if a seed has no parameters, or they are no single row of coefficients.
fn step(material: &Material<'_>, at: &[&Configuration<'_>], penalty: &str) -> Option<Step> {
    let best = best(at)?;
    let rows = best.runs.iter().map(|run| {
        let tensors = (material.parameters)(run.record.run)?;
        let mut weights = tensors.into_iter().filter(|tensor| tensor.name.ends_with(".weight"));
        let first =
            weights.next().filter(|tensor| tensor.name == "layers.0.weight" && tensor.shape.first() == Some(&1))?;
        weights.next().is_none().then_some(first.numbers)
    });
    let rows: Vec<Vec<f64>> = rows.collect::<Option<_>>()?;
    let features = rows.first()?.len();
    if features > MOST_FEATURES {
        return None;
    }
    let lambda = best.number(penalty)?;
    if rows.iter().any(|row| row.len() != features) {
        return None;
    }
    Some(Step { coefficients: (0..features).map(|feature| over_seeds(&rows, feature, lambda)).collect() })
}

#[allow(clippy::cast_precision_loss)] // a number of seeds
fn over_seeds(rows: &[Vec<f64>], feature: usize, lambda: f64) -> Point {
    let values = || rows.iter().map(|row| row[feature]);
    Point {
        x: lambda,
        y: values().sum::<f64>() / rows.len() as f64,
        low: values().fold(f64::INFINITY, f64::min),
        high: values().fold(f64::NEG_INFINITY, f64::max),
    }
}

/// The names of all lines, in the order of the coefficients.
fn in_order(panels: &[Panel]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in panels.iter().flat_map(|panel| &panel.lines) {
        if !names.contains(&line.method) {
            names.push(line.method.clone());
        }
    }
    names
}

/// The features' names, or x1, x2, … where they have none, and their products up to the degree, in the data's order; without the
/// products where their number is another.
fn names(known: &[String], count: usize, degree: usize) -> Vec<String> {
    let name = |x: usize| known.get(x - 1).cloned().unwrap_or_else(|| format!("x{x}"));
    let plain = || (1..=count).map(name).collect();
    if degree < 2 {
        return plain();
    }
    let Some(features) = (1..=count).find(|features| products(*features, degree, count) >= count) else {
        return plain();
    };
    if products(features, degree, count) > count {
        return plain();
    }
    let mut all: Vec<Vec<usize>> = (1..=features).map(|feature| vec![feature]).collect();
    let mut from = 0;
    while all.len() < count {
        let last = all[from..].to_vec();
        from = all.len();
        all.extend(last.iter().flat_map(|product| {
            (product[product.len() - 1]..=features).map(move |next| [product.as_slice(), &[next]].concat())
        }));
    }
    let word = |product: &Vec<usize>| product.iter().map(|x| name(*x)).collect::<Vec<_>>().join("·");
    all.iter().map(word).collect()
}

/// How many products of up to `degree` of so many features there are, C(features + degree, degree) − 1; `most` + 1 for more
/// than `most`.
fn products(features: usize, degree: usize, most: usize) -> usize {
    let (less, more) = (features.min(degree), features.max(degree) as u128);
    let mut all = 1_u128;
    for i in 1..=less as u128 {
        all = all * (more + i) / i; // C(more + i, i): the division leaves no rest
        if all > most as u128 + 1 {
            return most + 1;
        }
    }
    usize::try_from(all - 1).unwrap_or(most + 1)
}

fn panel(title: String, penalty: &str, steps: &[Step], names: &[String]) -> Panel {
    let features = steps[0].coefficients.len();
    let line = |feature: usize| PlotLine {
        method: names[feature].clone(),
        look: Look::Main,
        points: steps.iter().map(|step| step.coefficients[feature]).collect(),
        missing: Vec::new(),
    };
    let mut lines: Vec<PlotLine> = (0..features).map(line).collect();
    let largest = |line: &PlotLine| line.points.iter().map(|point| point.y.abs()).fold(0.0, f64::max);
    lines.sort_by(|a, b| largest(b).total_cmp(&largest(a)));
    lines.truncate(MOST_LINES);
    lines.sort_by_key(|line| names.iter().position(|name| *name == line.method));
    Panel {
        title,
        note: None,
        x: PlotAxis::log(format!("penalty λ ({penalty})")),
        y: PlotAxis::linear("coefficient of the features as trained on"),
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in `data/polynomial.rs`, and scikit-learn's `get_feature_names_out`.
    #[test]
    fn products_have_their_factors_names() {
        assert_eq!(names(&[], 3, 1), ["x1", "x2", "x3"]);
        assert_eq!(names(&[], 5, 2), ["x1", "x2", "x1·x1", "x1·x2", "x2·x2"]);
        assert_eq!(names(&[], 3, 3), ["x1", "x1·x1", "x1·x1·x1"]);
        assert_eq!(names(&[], 9, 3)[5..], ["x1·x1·x1", "x1·x1·x2", "x1·x2·x2", "x2·x2·x2"]);
        assert_eq!(names(&[], 4, 2), ["x1", "x2", "x3", "x4"]);
        assert_eq!(names(&[], 4, usize::MAX)[..2], ["x1", "x2"]);
        assert_eq!(names(&[], 4, 4).last().unwrap(), "x1·x1·x1·x1");
        let known = ["age".to_owned(), "bmi".to_owned()];
        assert_eq!(names(&known, 5, 2), ["age", "bmi", "age·age", "age·bmi", "bmi·bmi"]);
        assert_eq!(names(&known[..1], 2, 1), ["age", "x2"], "a file names its first columns only");
        assert_eq!([products(3, 1, 99), products(3, 3, 99), products(2, 2, 4), products(99, 99, 9)], [3, 19, 5, 10]);
    }
}
