//! Plots, one file each: analysis in, SVG out. Add one: a file with its `PLOT` and one line in [`ENTRIES`].

mod figure;
mod learning_curves;
mod learning_rate;

use crate::analysis::Configuration;
use crate::registry::Entry;

/// A plot in the registry.
pub struct Plot {
    pub entry: Entry,
    /// The SVG's text, or why these results have no such plot.
    pub draw: fn(&[Configuration<'_>]) -> Result<String, String>,
}

/// Every plot, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&Plot] = &[&learning_curves::PLOT, &learning_rate::PLOT];
