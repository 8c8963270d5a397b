//! Histograms of the final weights, a panel for each layer and method.

use super::axis::PlotAxis;
use super::captions::{caption, of_each};
use super::few::few;
use super::figure::{Look, Panel, PlotLine, Point, draw_groups};
use super::not_drawn::NotDrawn;
use super::plot::{Material, Plot, Shows};
use super::sheet::methods;
use crate::analysis::{Configuration, Selected};
use std::collections::BTreeMap;

pub const PLOT: Plot = Plot {
    name: "weights",
    description: "histograms of each layer's final weights; needs `output.parameters`",
    source: "Glorot & Bengio 2010, figures 6 and 7; report/plots/weights.rs",
    shows: Shows::Compared,
    asks: true,
    draw: plot,
};

/// The most bins; a layer has twice the cube root of the number of its weights (Rice's rule).
const MOST_BINS: usize = 40;
/// The share of the weights beyond each end of the axis: they count in the last bin there.
const BEYOND: f64 = 0.005;
/// Larger ones are no weights of a network that answers anything.
const LARGEST: f64 = 1e300;
/// More panels than this are no figure any more.
const MOST_PANELS: usize = 48;

/// The weights of a layer, of all seeds, by method.
type WeightLayer = Vec<(String, Vec<f64>)>;

fn plot(material: &Material<'_>) -> Result<String, NotDrawn> {
    let (rows, left_out) = few((material.design, material.selected), |row| row.best.is_some());
    let mut groups: Vec<Vec<Panel>> = Vec::new();
    for rows in &rows {
        let title = |layer: &str| format!("{}: {layer}", rows[0].data);
        groups.extend(layers(material, rows).into_iter().map(|(layer, methods)| panels(&title(&layer), &methods)));
    }
    if groups.is_empty() {
        return Err("no parameters were kept; `output.parameters = true` keeps them".into());
    }
    let (all, mut panels) = (groups.len(), 0);
    groups.retain(|group| {
        panels += group.len();
        panels <= MOST_PANELS
    });
    let layers_left_out =
        if groups.len() < all { format!(" The first {} of {all} layers.", groups.len()) } else { String::new() };
    let each = of_each(material.configurations);
    let what = format!(
        "{each}, the weights of all seeds together, without biases. Bars: shares of the weights; panels of a layer have one \
         scale. The outermost {} % at either end count in the last bar there.{left_out}{layers_left_out}",
        100.0 * BEYOND
    );
    let methods = methods(material.configurations);
    let caption = caption(&what, material.configurations);
    draw_groups(material.design, ("Final weights", &caption), groups, &[], &methods)
}

/// The layers that the best settings on a data set have.
fn layers(material: &Material<'_>, rows: &[&Selected<'_, '_>]) -> BTreeMap<String, WeightLayer> {
    let mut layers: BTreeMap<String, WeightLayer> = BTreeMap::new();
    for row in rows {
        // The parameters of a problem without data are a point, no weights.
        let is_network =
            |c: &&Configuration<'_>| c.settings.get("model.kind").is_some_and(|kind| kind.to_string() != "objective");
        let runs = row.best.filter(is_network).into_iter().flat_map(|best| &best.runs);
        let tensors = runs.filter_map(|run| (material.parameters)(run.record.run)).flatten();
        for tensor in tensors {
            let Some(layer) = tensor.name.strip_suffix(".weight") else { continue };
            let methods = layers.entry(layer.to_owned()).or_default();
            match methods.iter_mut().find(|(method, _)| *method == row.optimizer) {
                Some((_, weights)) => weights.extend(tensor.numbers),
                None => methods.push((row.optimizer.clone(), tensor.numbers)),
            }
        }
    }
    // A file of parameters may hold anything: of what is no weight, or of no weights, there is no share.
    layers.values_mut().flatten().for_each(|(_, weights)| weights.retain(|weight| weight.abs() <= LARGEST));
    layers.values_mut().for_each(|layer| layer.retain(|(_, weights)| !weights.is_empty()));
    layers.retain(|_, layer| !layer.is_empty());
    layers
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // counts; bins, 0 for what lies below
fn panels(title: &str, layer: &WeightLayer) -> Vec<Panel> {
    let mut all: Vec<f64> = layer.iter().flat_map(|(_, weights)| weights).copied().collect();
    all.sort_by(f64::total_cmp);
    let beyond = (BEYOND * all.len() as f64) as usize;
    let (low, high) = (all[beyond], all[all.len() - 1 - beyond]);
    let fewest = layer.iter().map(|(_, weights)| weights.len()).min().unwrap_or(1);
    let bins = ((2.0 * (fewest as f64).cbrt()).ceil() as usize).clamp(5, MOST_BINS);
    // Equal weights have a bin too.
    let width = ((high - low) / bins as f64).max(f64::MIN_POSITIVE.max(1e-9 * high.abs()));
    let line = |(method, weights): &(String, Vec<f64>)| {
        let mut shares = vec![0.0; bins];
        for weight in weights {
            shares[(((weight - low) / width) as usize).min(bins - 1)] += 1.0 / weights.len() as f64;
        }
        let middle = |bin: usize| low + (bin as f64 + 0.5) * width;
        let points = shares.iter().enumerate().map(|(bin, share)| Point::at(middle(bin), *share)).collect();
        PlotLine { method: method.clone(), look: Look::Bars { width }, points, missing: Vec::new() }
    };
    let lines: Vec<PlotLine> = layer.iter().map(line).collect();
    let heights = lines.iter().flat_map(|line| &line.points).map(|point| point.y).chain([0.0]);
    let y = PlotAxis::shares("share of the weights").holding(heights);
    let panel = |line: PlotLine| Panel {
        title: format!("{title}, {}", line.method),
        note: None,
        x: PlotAxis::linear("weight"),
        y: y.clone(),
        lines: vec![line],
    };
    lines.into_iter().map(panel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_in_a_bin() {
        let far = [-1e9, 1e9].into_iter().chain((0..398).map(|i| f64::from(i) / 100.0));
        let line = &panels("", &vec![("a".to_owned(), far.collect())])[0].lines[0];
        assert!(line.points.len() == 15 && line.points.iter().all(|point| (-0.1..4.1).contains(&point.x)));
        let layer = vec![("a".to_owned(), vec![-1.0, 0.0, 0.1, 1.0]), ("b".to_owned(), vec![0.5])];
        for (panel, weights) in panels("", &layer).iter().zip([4.0, 1.0]) {
            let shares: Vec<f64> = panel.lines[0].points.iter().map(|point| point.y).collect();
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(shares.iter().all(|share| (share * weights).fract() == 0.0));
        }
        let equal = panels("", &vec![("a".to_owned(), vec![0.0, 0.0])]);
        assert_eq!(equal[0].lines[0].points[0].y, 1.0, "all weights in one place");
    }
}
