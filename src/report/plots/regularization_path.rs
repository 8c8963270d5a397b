//! Regularization path: what becomes of each coefficient as the penalty grows.

use super::axis::Axis;
use super::figure::{Line, Panel, Point, draw};
use super::{Material, Plot, Shows, caption, chosen_by};
use crate::analysis::{Configuration, best};
use crate::record::in_words;
use crate::registry::Entry;
use std::collections::{BTreeMap, BTreeSet};

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "regularization-path",
        description: "coefficients of linear models against the penalty λ; needs `output.parameters`",
        source: "Hastie, Tibshirani & Friedman 2009, figures 3.8 and 3.10; report/plots/regularization_path.rs",
        parameters: &[],
    },
    shows: Shows::Tried,
    draw: plot,
};

/// The settings that are penalties, the first that varies counts.
const PENALTIES: [&str; 3] = ["optimizer.lambda", "regularize.l1", "regularize.weight_decay"];
/// A setting that changes which coefficients there are.
const DEGREE: &str = "data.degree";
/// The most coefficients of a panel: those that are largest somewhere.
const MOST_LINES: usize = 10;
/// More panels than this are no figure any more.
const MOST_PANELS: usize = 24;

/// The coefficients at one penalty: the means over seeds with the least and the greatest, by feature.
struct Step {
    coefficients: Vec<Point>,
}

fn plot(material: &Material<'_>) -> Result<String, String> {
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
            panels.push(panel(title, penalty, &steps, degree(group[0])));
        }
    }
    if panels.is_empty() {
        return Err(
            "no linear model with several penalties λ > 0 whose parameters were kept by `output.parameters`".to_owned()
        );
    }
    if panels.len() > MOST_PANELS {
        return Err(format!("{} panels are too many for one figure", panels.len()));
    }
    let names: BTreeSet<&String> = panels.iter().flat_map(|panel| &panel.lines).map(|line| &line.method).collect();
    let mut names: Vec<String> = names.into_iter().cloned().collect();
    names.sort_by_key(|name| (name.len(), name.clone())); // x2 before x10
    let by = chosen_by(configurations);
    let what = format!(
        "Lines: coefficients of the features x1, x2, … in the data's order and of their products, at most the {MOST_LINES} largest of a panel; \
         mean over seeds, band: least to greatest. Other settings chosen by {by} at each λ."
    );
    draw("Regularization path", &caption(&what, configurations), &panels, &names)
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

/// None where a seed has no parameters, or they are no single row of coefficients.
fn step(material: &Material<'_>, at: &[&Configuration<'_>], penalty: &str) -> Option<Step> {
    let best = best(at)?;
    let rows = best.runs.iter().map(|run| {
        let tensors = (material.parameters)(run.record.run)?;
        let mut weights = tensors.into_iter().filter(|tensor| tensor.name.ends_with(".weight"));
        let first = weights.next().filter(|tensor| tensor.name == "layers.0.weight" && tensor.shape[..1] == [1])?;
        weights.next().is_none().then_some(first.numbers)
    });
    let rows: Vec<Vec<f64>> = rows.collect::<Option<_>>()?;
    let features = rows.first()?.len();
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

/// The features' names: x1, x2, … and their products up to the degree, in the data's order; without the products where their
/// number is another.
fn names(count: usize, degree: usize) -> Vec<String> {
    let products = |features: usize| {
        let mut all: Vec<Vec<usize>> = (1..=features).map(|feature| vec![feature]).collect();
        let mut from = 0;
        for _ in 1..degree {
            let last = all[from..].to_vec();
            from = all.len();
            all.extend(last.iter().flat_map(|product| {
                (product[product.len() - 1]..=features).map(move |next| [product.as_slice(), &[next]].concat())
            }));
            if all.len() > count {
                break;
            }
        }
        all
    };
    let found = (1..=count).map(products).find(|all| all.len() >= count).filter(|all| all.len() == count);
    let word = |product: &Vec<usize>| product.iter().map(|x| format!("x{x}")).collect::<Vec<_>>().join("·");
    found.map_or_else(|| (1..=count).map(|x| format!("x{x}")).collect(), |all| all.iter().map(word).collect())
}

fn panel(title: String, penalty: &str, steps: &[Step], degree: usize) -> Panel {
    let features = steps[0].coefficients.len();
    let names = names(features, degree);
    let line = |feature: usize| Line {
        method: names[feature].clone(),
        points: steps.iter().map(|step| step.coefficients[feature]).collect(),
        missing: Vec::new(),
    };
    let mut lines: Vec<Line> = (0..features).map(line).collect();
    let largest = |line: &Line| line.points.iter().map(|point| point.y.abs()).fold(0.0, f64::max);
    lines.sort_by(|a, b| largest(b).total_cmp(&largest(a)));
    lines.truncate(MOST_LINES);
    Panel {
        title,
        x: Axis::log(format!("penalty λ ({penalty})")),
        y: Axis::linear("coefficient of the features as trained on"),
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in `data/polynomial.rs`, and scikit-learn's `get_feature_names_out`.
    #[test]
    fn products_have_their_factors_names() {
        assert_eq!(names(3, 1), ["x1", "x2", "x3"]);
        assert_eq!(names(5, 2), ["x1", "x2", "x1·x1", "x1·x2", "x2·x2"]);
        assert_eq!(names(3, 3), ["x1", "x1·x1", "x1·x1·x1"]);
        assert_eq!(names(9, 3)[5..], ["x1·x1·x1", "x1·x1·x2", "x1·x2·x2", "x2·x2·x2"]);
        assert_eq!(names(4, 2), ["x1", "x2", "x3", "x4"]);
    }
}
