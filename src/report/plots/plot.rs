//! A plot in the registry, and what it is made of.

use super::design::FigureDesign;
use super::not_drawn::NotDrawn;
use crate::analysis::{Configuration, Selected, View};
use crate::record::{At, Goal, Grid, Regions, RunId};
use crate::store::Tensor;
use crate::value::Value;
use std::collections::BTreeMap;

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
    pub draw: fn(&Material<'_>) -> Result<String, NotDrawn>,
}

/// A run's objective over a rectangle of the plane, by the run's identity and the ends of both axes.
pub type ObjectiveSource<'a> = dyn Fn(RunId, [f64; 2], [f64; 2]) -> Option<Grid> + 'a;

/// What plots are made of beside the rows of runs.
pub struct PlotSources<'a> {
    /// The final parameters of a run, by its identity; none if they were not kept, or cannot be read.
    pub parameters: &'a dyn Fn(RunId) -> Option<Vec<Tensor>>,
    /// The objective of a run over a rectangle of θ, x and y; none if it has no two parameters.
    pub objective: &'a ObjectiveSource<'a>,
    /// What a run's final network answers over the plane of its inputs; none if it has no two, or kept no parameters.
    pub regions: &'a dyn Fn(RunId) -> Option<Regions>,
    /// What the features of the data set with these settings are called, the first ones at least; empty where that is not known.
    pub features: &'a dyn Fn(&RunSettings) -> Vec<String>,
    /// How figures are laid out.
    pub design: &'a FigureDesign,
    /// What the numbers of a setting count or measure, such as `epochs`.
    pub units: &'a UnitOf<'a>,
}

/// The unit of a setting.
pub type UnitOf<'a> = dyn Fn(&str) -> Option<&'static str> + 'a;

/// The settings of runs, by name.
pub type RunSettings = BTreeMap<String, Value>;

/// What one plot is made of.
pub struct Material<'a> {
    pub configurations: &'a [Configuration<'a>],
    /// What of them stands for each method; empty for what was tried.
    pub selected: &'a [Selected<'a, 'a>],
    /// How many questions are asked of the same runs, which share the level of all tests.
    pub questions: usize,
    /// What a training has to reach for its speed to count, and the state of trainings that counts.
    pub goal: (&'a Goal, At),
    /// The others as in [`PlotSources`].
    pub parameters: &'a dyn Fn(RunId) -> Option<Vec<Tensor>>,
    pub objective: &'a ObjectiveSource<'a>,
    pub regions: &'a dyn Fn(RunId) -> Option<Regions>,
    pub features: &'a dyn Fn(&RunSettings) -> Vec<String>,
    pub design: &'a FigureDesign,
    pub units: &'a UnitOf<'a>,
}

impl Material<'_> {
    /// The name of a setting with its unit, as an axis has it: `batch (samples)`.
    pub(super) fn with_unit(&self, name: &str, setting: &str) -> String {
        (self.units)(setting).map_or_else(|| name.to_owned(), |unit| format!("{name} ({unit})"))
    }
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
    pub(super) fn of(
        &self,
        view: &View<'_>,
        selected: &[Selected<'_, '_>],
        sources: &PlotSources<'_>,
    ) -> Result<String, NotDrawn> {
        let (configurations, selected) = match self.shows {
            Shows::Compared if view.compared().is_empty() && !view.tried().is_empty() => {
                let why = if view.untuned() {
                    "runs of the tuning are missing"
                } else {
                    "the chosen settings have not run yet"
                };
                return Err(why.into());
            }
            Shows::Compared => (view.compared(), selected),
            Shows::Tried => (view.tried(), &[][..]),
        };
        let &PlotSources { parameters, objective, regions, features, design, units } = sources;
        let (questions, goal) = (view.questions(), (view.goal(), view.at()));
        (self.draw)(&Material {
            configurations,
            selected,
            questions,
            goal,
            parameters,
            objective,
            regions,
            features,
            design,
            units,
        })
    }
}
