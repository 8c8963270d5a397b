//! The catalogue: every registry of methods, as one value that is handed down.
//!
//! A spec is read with a catalogue, and its runs carry it; so a program that adds entries of its own gets the whole command
//! line with them, see [`crate::main_with`]. Entries live as long as the program: most are constants, and one that is made at
//! run time is leaked once.

mod check;
mod kind;
mod origin;
mod unfit;

pub use kind::EntryKind;
pub use origin::{EntryOrigin, Package};
pub use unfit::{CatalogueError, UnknownEntry};

use crate::activation::{self, Activation, ActivationEntry};
use crate::data::{self, DataEntry, DataError, DataFault};
use crate::formula::{Definition, FormulaError, ORIGIN, OptimizerFormula, WrittenMethod};
use crate::measure::{self, Measure};
use crate::model::initial::{self, InitialEntry};
use crate::model::{self, ModelEntry};
use crate::optim::{self, OptimizerEntry};
use crate::registry::{Choice, Chosen, Entry, Parameter, Registered, Registry};
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
    pub data_sets: Registry<DataEntry>,
    pub models: Registry<ModelEntry>,
    pub activations: Registry<ActivationEntry>,
    pub initial: Registry<InitialEntry>,
    pub optimizers: Registry<OptimizerEntry>,
    pub solvers: Registry<SolverEntry>,
    pub annealing: Registry<ScheduleEntry>,
    pub averages: Registry<AverageEntry>,
    pub stops: Registry<StopEntry>,
    pub measures: Registry<Measure>,
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
            activations: Registry::new(activation::ENTRIES),
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

    #[must_use]
    pub fn data_set(self, entry: &'static DataEntry) -> Self {
        self.with(EntryKind::DataSet, entry, |all| &mut all.data_sets)
    }

    #[must_use]
    pub fn model(self, entry: &'static ModelEntry) -> Self {
        self.with(EntryKind::Model, entry, |all| &mut all.models)
    }

    #[must_use]
    pub fn activation(self, entry: &'static ActivationEntry) -> Self {
        self.with(EntryKind::Activation, entry, |all| &mut all.activations)
    }

    /// Adds a rule for initial weights.
    #[must_use]
    pub fn initial(self, entry: &'static InitialEntry) -> Self {
        self.with(EntryKind::Initial, entry, |all| &mut all.initial)
    }

    #[must_use]
    pub fn optimizer(self, entry: &'static OptimizerEntry) -> Self {
        self.with(EntryKind::Optimizer, entry, |all| &mut all.optimizers)
    }

    #[must_use]
    pub fn solver(self, entry: &'static SolverEntry) -> Self {
        self.with(EntryKind::Optimizer, entry, |all| &mut all.solvers)
    }

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

    #[must_use]
    pub fn plot(self, plot: &'static Plot) -> Self {
        self.changed(|all| all.plots.push(plot))
    }

    /// Adds a method as a formula, which this text defines. Its origin is its canonical form's digest.
    #[must_use]
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
    pub fn with_formulas(self, formulas: &[WrittenMethod]) -> Result<Self, FormulaError> {
        formulas.iter().try_fold(self, |catalogue, written| Ok(catalogue.formula(&written.read()?, &written.text)))
    }

    /// The texts of those methods that have one of these names.
    #[must_use]
    pub fn formulas(&self, names: &[&str]) -> Vec<WrittenMethod> {
        self.formulas.iter().filter(|written| names.contains(&written.name.as_str())).cloned().collect()
    }

    /// The optimizer of this name, where it is a formula.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&OptimizerFormula> {
        self.methods.iter().find(|method| method.name == name).map(Arc::as_ref)
    }

    /// What the entries of a kind say of themselves.
    #[must_use]
    pub fn entries(&self, kind: EntryKind) -> Vec<&'static Entry> {
        match kind {
            EntryKind::DataSet => self.data_sets.entries().collect(),
            EntryKind::Model => self.models.entries().collect(),
            EntryKind::Activation => self.activations.entries().collect(),
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
