//! Learning curves: validation loss against epochs, one line per optimizer at its best setting, a band over seeds.

use super::figure::{Axis, Line, Panel, Point, draw};
use super::sheet::methods;
use super::{Plot, caption};
use crate::analysis::{Configuration, Selected, select};
use crate::record::CurvePoint;
use crate::registry::Entry;

pub const PLOT: Plot = Plot {
    entry: Entry {
        name: "learning-curves",
        description: "validation loss against epochs, each optimizer at its best setting",
        source: "report/plots/learning_curves.rs",
        parameters: &[],
    },
    draw: plot,
};

fn plot(configurations: &[Configuration<'_>]) -> Result<String, String> {
    let selected = select(configurations);
    let panels: Vec<Panel> = selected.chunk_by(|a, b| a.data == b.data).map(panel).collect();
    if panels.iter().all(|panel| panel.lines.is_empty()) {
        return Err("every setting diverged for some seed".to_owned());
    }
    let what = "Best setting of each optimizer by validation loss; line: mean over seeds, band: least to greatest.";
    draw("Learning curves", &caption(what, configurations), &panels, &methods(configurations))
}

fn panel(rows: &[Selected<'_, '_>]) -> Panel {
    let lines = rows.iter().filter_map(|row| {
        let curves: Vec<&[CurvePoint]> = row.best?.runs.iter().map(|run| run.record.curve.as_slice()).collect();
        let evaluations = curves.iter().map(|curve| curve.len()).min()?;
        let points = (0..evaluations).map(|place| over_seeds(&curves, place)).collect();
        Some(Line { method: row.optimizer.clone(), points, missing: Vec::new() })
    });
    Panel {
        title: rows[0].data.clone(),
        x: Axis { name: "epochs".to_owned(), log: false },
        y: Axis { name: "validation loss, mean per sample".to_owned(), log: true },
        lines: lines.collect(),
    }
}

/// Mean, least and greatest validation loss at one evaluation; all seeds of a setting are evaluated after the same epochs.
#[allow(clippy::cast_precision_loss)]
fn over_seeds(curves: &[&[CurvePoint]], place: usize) -> Point {
    let losses = || curves.iter().map(|curve| curve[place].validation.loss.max(f64::MIN_POSITIVE));
    Point {
        x: curves[0][place].epoch as f64,
        y: losses().sum::<f64>() / curves.len() as f64,
        low: losses().fold(f64::INFINITY, f64::min),
        high: losses().fold(0.0, f64::max),
    }
}
