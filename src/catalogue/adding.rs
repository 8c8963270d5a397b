//! Entries from outside burnmark: methods of a catalogue that add one and say where it comes from.

use super::kind::EntryKind;
use super::origin::{EntryOrigin, Package};
use super::{Catalogue, Registries};
use crate::activation::ActivationEntry;
use crate::data::DataEntry;
use crate::formula::{Definition, FormulaError, ORIGIN, OptimizerFormula, WrittenMethod};
use crate::loss::LossEntry;
use crate::measure::Measure;
use crate::model::ModelEntry;
use crate::model::initial::InitialEntry;
use crate::model::layers::LayerEntry;
use crate::optim::OptimizerEntry;
use crate::registry::{Registered, Registry};
use crate::report::plots::Plot;
use crate::schedule::ScheduleEntry;
use crate::solve::SolverEntry;
use crate::train::average::AverageEntry;
use crate::train::stop::StopEntry;
use std::sync::{Arc, OnceLock};

impl Catalogue {
    /// Says which package the entries come from that are added next: by `burnmark::package!()` the one that calls. Its name is
    /// part of the identities of the runs that use them, and the manifest has its version.
    #[must_use]
    pub fn of_package(self, package: Package) -> Self {
        self.changed(|all| all.package = Some(package))
    }

    fn changed(mut self, change: impl FnOnce(&mut Registries)) -> Self {
        let all = Arc::make_mut(&mut self.0);
        all.parameters = OnceLock::new();
        change(all);
        self
    }

    /// Adds an entry of some kind, and where it comes from.
    fn with<E: Registered>(
        self,
        kind: EntryKind,
        entry: &'static E,
        registry: impl FnOnce(&mut Registries) -> &mut Registry<E>,
    ) -> Self {
        const UNNAMED: Package = Package { name: "a program of its own", version: "" };
        self.changed(|all| {
            registry(all).add(entry);
            all.origins.push((kind, entry.entry().name, all.package.unwrap_or(UNNAMED).into()));
        })
    }

    /// Adds a data set.
    #[must_use]
    pub fn data_set(self, entry: &'static DataEntry) -> Self {
        self.with(EntryKind::DataSet, entry, |all| &mut all.data_sets)
    }

    /// Adds a model.
    #[must_use]
    pub fn model(self, entry: &'static ModelEntry) -> Self {
        self.with(EntryKind::Model, entry, |all| &mut all.models)
    }

    /// Adds a kind of layer of networks from parts.
    #[must_use]
    pub fn layer(self, entry: &'static LayerEntry) -> Self {
        self.with(EntryKind::Layer, entry, |all| &mut all.layers)
    }

    /// Adds an activation.
    #[must_use]
    pub fn activation(self, entry: &'static ActivationEntry) -> Self {
        self.with(EntryKind::Activation, entry, |all| &mut all.activations)
    }

    /// Adds a loss.
    #[must_use]
    pub fn loss(self, entry: &'static LossEntry) -> Self {
        self.with(EntryKind::Loss, entry, |all| &mut all.losses)
    }

    /// Adds a rule for initial weights.
    #[must_use]
    pub fn initial(self, entry: &'static InitialEntry) -> Self {
        self.with(EntryKind::Initial, entry, |all| &mut all.initial)
    }

    /// Adds an optimizer.
    #[must_use]
    pub fn optimizer(self, entry: &'static OptimizerEntry) -> Self {
        self.with(EntryKind::Optimizer, entry, |all| &mut all.optimizers)
    }

    /// Adds a solver.
    #[must_use]
    pub fn solver(self, entry: &'static SolverEntry) -> Self {
        self.with(EntryKind::Optimizer, entry, |all| &mut all.solvers)
    }

    /// Adds an annealing rule.
    #[must_use]
    pub fn annealing(self, entry: &'static ScheduleEntry) -> Self {
        self.with(EntryKind::Annealing, entry, |all| &mut all.annealing)
    }

    /// Adds an average of the parameters along a run.
    #[must_use]
    pub fn average(self, entry: &'static AverageEntry) -> Self {
        self.with(EntryKind::Average, entry, |all| &mut all.averages)
    }

    /// Adds a rule that ends a training.
    #[must_use]
    pub fn stop(self, entry: &'static StopEntry) -> Self {
        self.with(EntryKind::Stop, entry, |all| &mut all.stops)
    }

    /// Adds a measure. The whole program then knows its name, since manifests and tables hold no more of it.
    #[must_use]
    pub fn measure(self, measure: &'static Measure) -> Self {
        Measure::add(measure);
        self.with(EntryKind::Measure, measure, |all| &mut all.measures)
    }

    /// Adds a figure.
    #[must_use]
    pub fn plot(self, plot: &'static Plot) -> Self {
        self.changed(|all| all.plots.push(plot))
    }

    /// Adds a method as a formula, which this text defines. Its origin is its canonical form's digest.
    #[must_use]
    #[doc(hidden)]
    pub fn formula(self, definition: &Definition, text: &str) -> Self {
        self.changed(|all| {
            let (kind, name) = match definition {
                Definition::Optimizer(method) => {
                    all.optimizers.add(method.entry());
                    all.methods.push(Arc::new(OptimizerFormula::clone(method)));
                    (EntryKind::Optimizer, method.entry().entry.name)
                }
                Definition::Annealing(rule) => {
                    all.annealing.add(rule.entry());
                    (EntryKind::Annealing, rule.entry().entry.name)
                }
                Definition::Loss(loss) => {
                    all.losses.add(loss.entry());
                    (EntryKind::Loss, loss.entry().entry.name)
                }
                Definition::Activation(activation) => {
                    all.activations.add(activation.entry());
                    (EntryKind::Activation, activation.entry().entry.name)
                }
            };
            let identity = format!("{ORIGIN}{}", definition.digest());
            all.origins.push((kind, name, EntryOrigin { description: identity.clone(), identity }));
            all.formulas.push(WrittenMethod { name: name.to_owned(), text: text.to_owned() });
        })
    }

    /// Adds methods as formulas by their texts, as another process had them.
    ///
    /// # Errors
    /// Where a text does not define its method.
    #[doc(hidden)]
    pub fn with_formulas(self, formulas: &[WrittenMethod]) -> Result<Self, FormulaError> {
        formulas.iter().try_fold(self, |catalogue, written| Ok(catalogue.formula(&written.read()?, &written.text)))
    }
}
