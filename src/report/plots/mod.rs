//! Plots, one file each: analysis in, SVG out. Add one: a file with its `PLOT` and one line in [`ENTRIES`].

mod axis;
mod boundary;
mod captions;
mod claim;
mod contour;
mod critical_difference;
mod cut;
mod design;
mod expected_best;
mod few;
mod figure;
mod gaps;
mod gradient_norms;
mod heat_map;
mod isolines;
mod learning_curves;
mod learning_rate;
mod letters;
mod lines;
mod marks;
mod metric_curves;
mod not_drawn;
mod ordered_axes;
mod paired_seeds;
mod palette;
mod panel;
mod parallel;
mod plane;
mod plot;
mod profile;
mod published;
mod regularization_path;
mod rows;
mod runtime;
mod scale;
mod seeds;
mod shades;
mod sheet;
mod styles;
mod time_to_target;
mod upright;
mod weights;

pub use claim::claim;
pub use gaps::{drift, gaps};
pub use published::published;

use crate::analysis::{View, select};
pub use axis::number;
pub use design::{FigureDesign, LETTERS};
pub use not_drawn::NotDrawn;
pub use palette::dark_rules;
pub use plot::{Material, Plot, PlotSources, RunSettings, Shows, UnitOf};
pub use sheet::{description, size};
pub use styles::KNOWN;

/// A figure of a folder, or why there is none.
pub struct Figure {
    pub plot: &'static Plot,
    pub svg: Result<String, NotDrawn>,
}

/// Draws each of these plots.
#[must_use]
pub fn figures(plots: &[&'static Plot], view: &View<'_>, sources: &PlotSources<'_>) -> Vec<Figure> {
    drawn(plots.iter().copied(), view, sources)
}

/// Draws those of them that a question beside the first one has.
#[must_use]
pub fn figures_of_another(plots: &[&'static Plot], view: &View<'_>, sources: &PlotSources<'_>) -> Vec<Figure> {
    drawn(plots.iter().copied().filter(|plot| plot.asks), view, sources)
}

fn drawn(plots: impl Iterator<Item = &'static Plot>, view: &View<'_>, sources: &PlotSources<'_>) -> Vec<Figure> {
    let selected = select(view.compared());
    plots.map(|plot| Figure { plot, svg: plot.of(view, &selected, sources) }).collect()
}

/// Every plot, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&Plot] = &[
    &learning_curves::PLOT,
    &metric_curves::PLOT,
    &learning_rate::PLOT,
    &paired_seeds::PLOT,
    &seeds::PLOT,
    &critical_difference::PLOT,
    &profile::PLOT,
    &time_to_target::PLOT,
    &runtime::PLOT,
    &expected_best::PLOT,
    &heat_map::PLOT,
    &ordered_axes::PLOT,
    &parallel::PLOT,
    &regularization_path::PLOT,
    &weights::PLOT,
    &gradient_norms::PLOT,
    &contour::PLOT,
    &boundary::PLOT,
];
