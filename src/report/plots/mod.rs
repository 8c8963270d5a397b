//! Plots, one file each: analysis in, SVG out. Add one: a file with its `PLOT` and one line in [`ENTRIES`].

mod axis;
mod boundary;
mod contour;
mod critical_difference;
mod cut;
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
mod metric_curves;
mod ordered_axes;
mod paired_seeds;
mod palette;
mod parallel;
mod plane;
mod profile;
mod regularization_path;
mod rows;
mod runtime;
mod seeds;
mod sheet;
mod time_to_target;
mod upright;
mod weights;

pub use gaps::{drift, gaps};

use super::protocol::compared;
use crate::analysis::{Configuration, Selected, View, select};
use crate::measure::Measure;
use crate::record::{At, Goal, Grid, Quantity, Regions, RunId, Setting, Stage};
use crate::store::Tensor;
pub use axis::number;
pub use palette::dark_rules;
use std::collections::{BTreeMap, BTreeSet};

/// A plot in the registry.
pub struct Plot {
    /// Of the figure, and of its file without the ending.
    pub name: &'static str,
    /// One line, without a full stop.
    pub description: &'static str,
    /// The file that draws it.
    pub source: &'static str,
    /// Which settings it shows; with a protocol they are not the same.
    pub shows: Shows,
    /// Whether the page has it for each question, or for the first one only.
    pub asks: bool,
    /// The SVG's text, or why these results have no such plot.
    pub draw: fn(&Material<'_>) -> Result<String, String>,
}

/// A run's objective over a rectangle of the plane, by the run's identity and the ends of both axes.
pub type Objective<'a> = dyn Fn(RunId, [f64; 2], [f64; 2]) -> Option<Grid> + 'a;

/// What plots are made of beside the rows of runs.
pub struct Sources<'a> {
    /// The final parameters of a run, by its identity; none if they were not kept, or cannot be read.
    pub parameters: &'a dyn Fn(RunId) -> Option<Vec<Tensor>>,
    /// The objective of a run over a rectangle of θ, x and y; none if it has no two parameters.
    pub objective: &'a Objective<'a>,
    /// What a run's final network answers over the plane of its inputs; none if it has no two, or kept no parameters.
    pub regions: &'a dyn Fn(RunId) -> Option<Regions>,
    /// What the features of the data set with these settings are called, the first ones at least; empty where that is not known.
    pub features: &'a dyn Fn(&Settings) -> Vec<String>,
}

/// The settings of runs, by name.
pub type Settings = BTreeMap<String, Setting>;

/// What one plot is made of.
pub struct Material<'a> {
    pub configurations: &'a [Configuration<'a>],
    /// What of them stands for each method; empty for what was tried.
    pub selected: &'a [Selected<'a, 'a>],
    /// How many questions are asked of the same runs, which share the level of all tests.
    pub questions: usize,
    /// What a training has to reach for its speed to count, and the state of trainings that counts.
    pub goal: (&'a Goal, At),
    /// The others as in [`Sources`].
    pub parameters: &'a dyn Fn(RunId) -> Option<Vec<Tensor>>,
    pub objective: &'a Objective<'a>,
    pub regions: &'a dyn Fn(RunId) -> Option<Regions>,
    pub features: &'a dyn Fn(&Settings) -> Vec<String>,
}

/// A figure of a folder, or why there is none.
pub struct Figure {
    pub plot: &'static Plot,
    pub svg: Result<String, String>,
}

/// Draws each of these plots.
#[must_use]
pub fn figures(plots: &[&'static Plot], view: &View<'_>, sources: &Sources<'_>) -> Vec<Figure> {
    drawn(plots.iter().copied(), view, sources)
}

/// Draws those of them that a question beside the first one has.
#[must_use]
pub fn figures_of_another(plots: &[&'static Plot], view: &View<'_>, sources: &Sources<'_>) -> Vec<Figure> {
    drawn(plots.iter().copied().filter(|plot| plot.asks), view, sources)
}

fn drawn(plots: impl Iterator<Item = &'static Plot>, view: &View<'_>, sources: &Sources<'_>) -> Vec<Figure> {
    let selected = select(view.compared());
    plots.map(|plot| Figure { plot, svg: plot.of(view, &selected, sources) }).collect()
}

/// What a plot is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// What stands for each method: with a protocol the chosen settings, on the report seeds.
    Compared,
    /// All that was tried: with a protocol the trials, on the tuning seeds, by the validation part.
    Tried,
}

impl Plot {
    /// The plot of these results, or why they have none.
    fn of(&self, view: &View<'_>, selected: &[Selected<'_, '_>], sources: &Sources<'_>) -> Result<String, String> {
        let (configurations, selected) = match self.shows {
            Shows::Compared if view.compared().is_empty() && !view.tried().is_empty() => {
                let why = if view.untuned() {
                    "runs of the tuning are missing"
                } else {
                    "the chosen settings have not run yet"
                };
                return Err(why.to_owned());
            }
            Shows::Compared => (view.compared(), selected),
            Shows::Tried => (view.tried(), &[][..]),
        };
        let &Sources { parameters, objective, regions, features } = sources;
        let (questions, goal) = (view.questions(), (view.goal(), view.at()));
        (self.draw)(&Material { configurations, selected, questions, goal, parameters, objective, regions, features })
    }
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

/// The measure that a metric is, from the first run that knows.
fn measure<'m>(mut known: impl Iterator<Item = &'m str>) -> &'static Measure {
    Measure::of_metric(known.find(|metric| !metric.is_empty()).unwrap_or_default())
}

/// The part of which a measure is shown: the test part, but the validation part of what was tuned.
fn part(tuning: bool) -> &'static str {
    if tuning { "validation" } else { "test" }
}

/// Whether these are trials of a protocol.
fn is_tuning(configurations: &[Configuration<'_>]) -> bool {
    configurations.first().is_some_and(Configuration::is_tuning)
}

/// Which settings stand for methods: `Best setting of each optimizer by validation loss`; of those that had one setting each `Each
/// optimizer`.
fn of_each(configurations: &[Configuration<'_>]) -> String {
    let compared = configurations.first().map_or("method".to_owned(), |c| compared(&c.keys));
    if configurations.iter().any(|c| c.staged.is_some()) {
        format!("Each {compared} at the setting that tuning chose")
    } else if tuned(configurations) {
        format!("Best setting of each {compared} by validation loss")
    } else {
        format!("Each {compared}")
    }
}

/// Whether a method has several settings on a data set.
fn tuned(configurations: &[Configuration<'_>]) -> bool {
    let mut known = BTreeSet::new();
    configurations.iter().any(|c| !known.insert((&c.data, &c.optimizer)))
}

/// What settings are chosen by: `validation loss`.
fn chosen_by(configurations: &[Configuration<'_>]) -> String {
    let by = configurations.first().map_or(Quantity::Loss, Configuration::by);
    format!("validation {}", by.name())
}

/// What a plot shows, and the settings that all its runs share.
fn caption(what: &str, configurations: &[Configuration<'_>]) -> String {
    let shared = ["engine", "precision", "model.kind", "model.hidden", "train.batch"].into_iter().filter_map(|name| {
        let mut values =
            configurations.iter().map(|c| c.settings.get(name).map(ToString::to_string).unwrap_or_default());
        let first = values.next()?;
        let same = !first.is_empty() && values.all(|value| value == first);
        same.then(|| match name {
            "engine" => format!("Engine {first}"),
            "model.hidden" => format!("hidden {first}"),
            "train.batch" => format!("batch {first}"),
            _ => first,
        })
    });
    let seeds = configurations.iter().map(Configuration::seeds).max().unwrap_or(0);
    let stage = match configurations.first().and_then(|c| c.staged).map(|staged| staged.stage) {
        Some(Stage::Tuning) => "tuning ",
        Some(Stage::Report) => "report ",
        None => "",
    };
    let seeds = format!("{seeds} {stage}{}", if seeds == 1 { "seed" } else { "seeds" });
    let shared: Vec<String> = shared.chain([seeds]).collect();
    format!("{what} {}.", shared.join(", "))
}
