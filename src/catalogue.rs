//! The catalogue: every registry of methods, as one value that is handed down.
//!
//! A spec is read with a catalogue, and its runs carry it; so a program that adds entries of its own gets the whole command
//! line with them, see [`crate::main_with`]. Entries live as long as the program: most are constants, and one that is made at
//! run time is leaked once.

#![warn(missing_docs)]

mod adding;
mod check;
mod kind;
mod origin;
mod unfit;

pub use kind::EntryKind;
pub use origin::{EntryOrigin, Package};
pub use unfit::{CatalogueError, UnknownEntry};

use crate::activation::{self, Activation, ActivationEntry};
use crate::data::{self, DataEntry, DataError, DataFault};
use crate::formula::{OptimizerFormula, WrittenMethod};
use crate::loss::{self, Loss, LossEntry};
use crate::measure::{self, Measure};
use crate::model::initial::{self, InitialEntry};
use crate::model::layers::{self, ChosenLayer, LayerEntry, WrittenLayer};
use crate::model::{self, ModelEntry};
use crate::optim::{self, OptimizerEntry};
use crate::registry::{Choice, Chosen, Entry, Parameter, Registry};
use crate::report::plots::{self, Plot};
use crate::schedule::{self, ScheduleEntry};
use crate::solve::{self, SolverEntry};
use crate::train::average::{self, AverageEntry};
use crate::train::stop::{self, StopEntry};
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, OnceLock};

/// All registries. A clone is the same catalogue.
#[derive(Clone)]
pub struct Catalogue(Arc<Registries>);

/// The registries of a catalogue, each in the order in which `burnmark list` shows it.
#[derive(Clone)]
pub struct Registries {
    /// Data sets, with those that need files.
    pub data_sets: Registry<DataEntry>,
    /// Models.
    pub models: Registry<ModelEntry>,
    /// The kinds of layers of networks from parts.
    pub layers: Registry<LayerEntry>,
    /// Activations of hidden units.
    pub activations: Registry<ActivationEntry>,
    /// Losses.
    pub losses: Registry<LossEntry>,
    /// Rules for initial weights.
    pub initial: Registry<InitialEntry>,
    /// Optimizers.
    pub optimizers: Registry<OptimizerEntry>,
    /// Solvers, which are given all of X and y.
    pub solvers: Registry<SolverEntry>,
    /// Annealing rules.
    pub annealing: Registry<ScheduleEntry>,
    /// Averages of the parameters along a run.
    pub averages: Registry<AverageEntry>,
    /// Rules that end a training.
    pub stops: Registry<StopEntry>,
    /// What a spec can ask for besides loss and metric, and both of them.
    pub measures: Registry<Measure>,
    /// Figures.
    pub plots: Vec<&'static Plot>,
    /// The texts of methods as formulas, and the optimizers among them.
    formulas: Vec<WrittenMethod>,
    methods: Vec<Arc<OptimizerFormula>>,
    /// Where entries come from that burnmark does not have itself.
    origins: Vec<(EntryKind, &'static str, EntryOrigin)>,
    /// Of the entries that are added next.
    package: Option<Package>,
    /// All parameters by kind and name; made when the first is asked for.
    parameters: OnceLock<HashMap<EntryKind, HashMap<&'static str, Vec<&'static Parameter>>>>,
}

impl Catalogue {
    /// What burnmark itself has.
    #[must_use]
    pub fn standard() -> Self {
        static STANDARD: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);
        STANDARD.clone()
    }

    fn new() -> Self {
        Self(Arc::new(Registries {
            data_sets: Registry::new(&[data::ENTRIES, data::OUTSIDE].concat()),
            models: Registry::new(model::ENTRIES),
            layers: Registry::new(layers::ENTRIES),
            activations: Registry::new(activation::ENTRIES),
            losses: Registry::new(loss::ENTRIES),
            initial: Registry::new(initial::ENTRIES),
            optimizers: Registry::new(optim::ENTRIES),
            solvers: Registry::new(solve::ENTRIES),
            annealing: Registry::new(schedule::ENTRIES),
            averages: Registry::new(average::ENTRIES),
            stops: Registry::new(stop::ENTRIES),
            measures: Registry::new(measure::ENTRIES),
            plots: plots::ENTRIES.to_vec(),
            formulas: Vec::new(),
            methods: Vec::new(),
            origins: Vec::new(),
            package: None,
            parameters: OnceLock::new(),
        }))
    }

    /// The texts of those methods that have one of these names.
    #[must_use]
    #[doc(hidden)]
    pub fn formulas(&self, names: &[&str]) -> Vec<WrittenMethod> {
        self.formulas.iter().filter(|written| names.contains(&written.name.as_str())).cloned().collect()
    }

    /// The optimizer of this name, where it is a formula.
    #[must_use]
    #[doc(hidden)]
    pub fn method(&self, name: &str) -> Option<&OptimizerFormula> {
        self.methods.iter().find(|method| method.name == name).map(Arc::as_ref)
    }

    /// What the entries of a kind say of themselves.
    #[must_use]
    pub fn entries(&self, kind: EntryKind) -> Vec<&'static Entry> {
        match kind {
            EntryKind::DataSet => self.data_sets.entries().collect(),
            EntryKind::Model => self.models.entries().collect(),
            EntryKind::Layer => self.layers.entries().collect(),
            EntryKind::Activation => self.activations.entries().collect(),
            EntryKind::Loss => self.losses.entries().collect(),
            EntryKind::Initial => self.initial.entries().collect(),
            EntryKind::Optimizer => self.optimizers.entries().chain(self.solvers.entries()).collect(),
            EntryKind::Annealing => self.annealing.entries().collect(),
            EntryKind::Average => self.averages.entries().collect(),
            EntryKind::Stop => self.stops.entries().collect(),
            EntryKind::Measure => {
                self.measures.iter().filter(|known| known.is_asked_for()).map(|known| &known.entry).collect()
            }
        }
    }

    /// The entry of a kind and name.
    #[must_use]
    pub fn entry(&self, kind: EntryKind, name: &str) -> Option<&'static Entry> {
        self.entries(kind).into_iter().find(|entry| entry.name == name)
    }

    /// The parameters of this name that entries of a kind have.
    #[must_use]
    pub fn parameters(&self, kind: EntryKind, name: &str) -> &[&'static Parameter] {
        let all = self.parameters.get_or_init(|| {
            let of_kind = |kind| {
                let mut of_kind: HashMap<&'static str, Vec<_>> = HashMap::new();
                let parameters = self.entries(kind).into_iter().flat_map(|entry| entry.parameters);
                parameters.for_each(|parameter| of_kind.entry(parameter.name).or_default().push(parameter));
                (kind, of_kind)
            };
            EntryKind::ALL.map(of_kind).into_iter().collect()
        });
        all.get(&kind).and_then(|of_kind| of_kind.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Where an entry comes from; `None` for burnmark's own.
    #[must_use]
    pub fn origin(&self, kind: EntryKind, name: &str) -> Option<&EntryOrigin> {
        self.origins.iter().find(|(of, known, _)| *of == kind && *known == name).map(|(_, _, origin)| origin)
    }

    /// The initial weights of a model that names none, whose hidden units have this activation.
    #[must_use]
    pub fn usual_initial(&self, model: &ModelEntry, activation: Option<&Choice>) -> Option<Choice> {
        let suited = || {
            // Units without an activation are as the identity.
            let name = activation.map_or(activation::IDENTITY.entry.name, |activation| &activation.kind);
            self.initial.find(self.activations.find(name)?.initial)
        };
        model.initial.or_else(suited).map(|usual| Choice::of(&usual.entry))
    }

    /// The data set of a choice.
    ///
    /// # Errors
    /// Where there is none of its name.
    pub fn chosen_set(&self, choice: &Choice) -> Result<Chosen<DataEntry>, DataError> {
        let unknown = || DataFault::UnknownSet.error(format!("unknown data set `{}`", choice.kind));
        self.data_sets.chosen(choice).ok_or_else(unknown)
    }

    /// The activation of a choice.
    ///
    /// # Errors
    /// Where there is none of its name.
    pub fn chosen_activation(&self, choice: &Choice) -> Result<Activation, UnknownEntry> {
        let unknown = || UnknownEntry { noun: "activation", name: choice.kind.clone() };
        self.activations.chosen(choice).ok_or_else(unknown)
    }

    /// A layer that a spec writes, complete, with those within.
    ///
    /// # Errors
    /// Where it names a kind of layer or an activation that there is not.
    pub fn chosen_layer(&self, written: &WrittenLayer) -> Result<ChosenLayer, UnknownEntry> {
        let unknown = || UnknownEntry { noun: EntryKind::Layer.noun(), name: written.layer.clone() };
        let kind = Chosen::of(self.layers.find(&written.layer).ok_or_else(unknown)?);
        let within = written.layers_within().iter().map(|layer| self.chosen_layer(layer));
        Ok(ChosenLayer {
            kind: written.said.iter().fold(kind, |kind, (name, value)| kind.with(name, value.clone())),
            activation: written.activation.as_ref().map(|choice| self.chosen_activation(choice)).transpose()?,
            name: written.name.clone(),
            within: within.collect::<Result<_, _>>()?,
            words: written.alone_in_words(),
        })
    }

    /// The loss of a choice.
    ///
    /// # Errors
    /// Where there is none of its name.
    pub fn chosen_loss(&self, choice: &Choice) -> Result<Loss, UnknownEntry> {
        let unknown = || UnknownEntry { noun: EntryKind::Loss.noun(), name: choice.kind.clone() };
        self.losses.chosen(choice).ok_or_else(unknown)
    }
}

impl Deref for Catalogue {
    type Target = Registries;

    fn deref(&self) -> &Registries {
        &self.0
    }
}

impl PartialEq for Catalogue {
    /// By where the entries come from; burnmark's own are the same in all.
    fn eq(&self, other: &Self) -> bool {
        self.origins == other.origins
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::standard()
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("origins", &self.origins).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{ParameterKind, Range};

    const PACKAGE: Package = Package { name: "elsewhere", version: "1.2.3" };
    /// An optimizer of another name, with one parameter.
    const fn named(name: &'static str, parameters: &'static [Parameter]) -> OptimizerEntry {
        let known = optim::ENTRIES[0];
        let entry = Entry { name, description: "d", revision: 1, source: "s", parameters };
        OptimizerEntry { entry, rate: known.rate, build_f32: known.build_f32, build_f64: known.build_f64 }
    }
    const NEW: OptimizerEntry = named("new", &[optim::LEARNING_RATE]);
    const TWICE: OptimizerEntry = named("adam", &[optim::LEARNING_RATE]);
    const BAD: OptimizerEntry = named("Bad name", &[]);
    const OTHER_TYPE: OptimizerEntry =
        named("other", &[Parameter::new("lr", "d", ParameterKind::OneOf(&["fast", "slow"]))]);

    #[test]
    fn the_standard_catalogue_and_a_new_entry_pass() {
        assert_eq!(Catalogue::standard().check(), Ok(()));
        let catalogue = Catalogue::standard().of_package(PACKAGE).optimizer(&NEW);
        assert_eq!(catalogue.check(), Ok(()));
        let origin = catalogue.origin(EntryKind::Optimizer, "new").unwrap();
        assert_eq!((origin.identity.as_str(), origin.description.as_str()), ("elsewhere", "elsewhere 1.2.3"));
        assert_eq!(catalogue.origin(EntryKind::Optimizer, "adam"), None);
        assert!(Catalogue::standard().optimizers.find("new").is_none(), "the standard one stays what it is");
    }

    #[test]
    fn entries_that_do_not_go_with_the_others_are_refused() {
        let says = |entry: &'static OptimizerEntry| {
            Catalogue::standard().optimizer(entry).check().map_err(|why| why.to_string()).unwrap_err()
        };
        assert_eq!(
            says(&TWICE),
            "this program has two entries `adam` of the kind optimizer; give one of them another name"
        );
        assert_eq!(says(&BAD), "the optimizer `Bad name` has a name that is not of lower-case letters, digits and `-`");
        assert_eq!(
            says(&OTHER_TYPE),
            "the optimizer `other` has a parameter `lr` of another type than that of other entries; give it another name"
        );
    }

    #[test]
    fn a_measure_from_outside_is_asked_for_by_its_catalogue_and_known_by_its_name() {
        const fn measure(name: &'static str, description: &'static str) -> Measure {
            let entry = Entry { name, description, revision: 1, source: "s", parameters: &[] };
            let computed = measure::Computed::FromClasses(|_| Some(0.5));
            Measure { entry, computed, words: measure::Words::of("half"), ..Measure::SHARE }
        }
        const HALF: Measure = measure("half", "always a half");
        const OTHER: Measure = measure("half", "another one of this name");
        assert_eq!(Measure::of_metric("half").words.table, "metric", "nothing is known of it yet");
        let catalogue = Catalogue::standard().of_package(PACKAGE).measure(&HALF);
        assert_eq!((catalogue.check(), Measure::of_metric("half").words.table), (Ok(()), "half"));
        assert!(catalogue.entries(EntryKind::Measure).iter().any(|entry| entry.name == "half"));
        assert!(Catalogue::standard().entries(EntryKind::Measure).iter().all(|entry| entry.name != "half"));
        assert_eq!(catalogue.origin(EntryKind::Measure, "half").unwrap().identity, "elsewhere");
        let twice = CatalogueError::TwiceNamed { noun: "measure", name: "half" };
        assert_eq!(Catalogue::standard().measure(&OTHER).check(), Err(twice));
    }

    #[test]
    fn parameters_are_found_in_all_entries() {
        let catalogue = Catalogue::standard();
        let all = catalogue.parameters(EntryKind::Optimizer, "mu");
        assert!(all.iter().all(|parameter| matches!(parameter.kind, ParameterKind::Number(Range { .. }))));
        assert!(all.len() > 1 && catalogue.parameters(EntryKind::Optimizer, "none-such").is_empty());
    }
}
