//! From values by key to a complete run, section by section, with every default filled in.

use super::model_spec::ModelSpec;
use super::run_spec::{LAYERS, OTHERS, RunSpec, Section};
use super::unfit::unfit;
use crate::activation::IDENTITY;
use crate::data::Split;
use crate::engine::EngineKind;
use crate::model::ModelEntry;
use crate::model::layers::{WrittenLayer, of_value};
use crate::num::Precision;
use crate::registry::{Choice, Entry};
use crate::spec::{Fault, KEYS, Key, KeyKind, Mistake, Place, RunDraft, fit};
use crate::train::Named;
use crate::value::Value;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The key of which a solver in closed form needs no value.
const EPOCHS: &str = "train.epochs";

/// Finishes some sections of a run, of which this draft may know no others; or what is missing or wrong.
pub fn finish_sections(
    draft: &RunDraft,
    sections: &[Section],
    end: &Place,
    run: &mut RunSpec,
) -> Result<(), Vec<Mistake>> {
    let mut finishing = Finishing { draft, end, mistakes: Vec::new() };
    let whole = sections.iter().all(|section| finishing.section(*section, run).is_some());
    if whole && finishing.mistakes.is_empty() { Ok(()) } else { Err(finishing.mistakes) }
}

/// The complete run, with every default filled in; or what is missing or does not fit, said at `end` where there
/// is no better place. `given`: which settings the spec names at all.
pub fn finish(draft: &RunDraft, seed: u64, end: &Place, given: impl Fn(&str) -> bool) -> Result<RunSpec, Vec<Mistake>> {
    let mut finishing = Finishing { draft, end, mistakes: Vec::new() };
    let run = finishing.run(seed);
    for unfit in run.iter().flat_map(|run| unfit(run, &given)) {
        finishing.unfit(unfit.path, &unfit.why, unfit.expected);
    }
    run.filter(|_| finishing.mistakes.is_empty()).ok_or(finishing.mistakes)
}

/// The complete run, without a look at what goes together.
pub fn complete(draft: &RunDraft, seed: u64, end: &Place) -> Result<RunSpec, Vec<Mistake>> {
    let mut finishing = Finishing { draft, end, mistakes: Vec::new() };
    finishing.run(seed).filter(|_| finishing.mistakes.is_empty()).ok_or(finishing.mistakes)
}

/// Puts a key's value into the settings of its section, where its path leads behind the section's name.
fn put(settings: &mut serde_json::Map<String, serde_json::Value>, path: &str, value: serde_json::Value) {
    let (_, name) = path.split_once('.').unwrap_or(("", path));
    match name.split_once('.') {
        None => _ = settings.insert(name.to_owned(), value),
        Some((table, _)) => {
            let within = settings.entry(table).or_insert_with(|| serde_json::Map::new().into());
            within.as_object_mut().into_iter().for_each(|within| put(within, name, value.clone()));
        }
    }
}

/// What a draft becomes: its sections, one after the other, with everything that is missing or wrong.
struct Finishing<'d> {
    draft: &'d RunDraft,
    end: &'d Place,
    mistakes: Vec<Mistake>,
}

impl Finishing<'_> {
    /// All sections.
    fn run(&mut self, seed: u64) -> Option<RunSpec> {
        // Each section is finished before the first `?`, so that all that is missing is said at once.
        let engine = self.named::<EngineKind>("engine");
        let precision = self.named::<Precision>("precision");
        let (data, model, train) = (self.settings(Section::Data), self.model(), self.settings(Section::Train));
        let (optimizer, annealing) = (self.choice("optimizer"), self.choice("annealing"));
        let regularize = self.settings(Section::Regularize);
        Some(RunSpec {
            engine: engine?,
            precision: precision?,
            seed,
            data: data?,
            model: model?,
            train: train?,
            optimizer: optimizer?,
            annealing: annealing?,
            regularize: regularize?,
            catalogue: self.draft.catalogue.clone(),
        })
    }

    /// Finishes one section of a run.
    fn section(&mut self, section: Section, run: &mut RunSpec) -> Option<()> {
        match section {
            Section::Engine => run.engine = self.named("engine")?,
            Section::Precision => run.precision = self.named("precision")?,
            Section::Data => run.data = self.settings(section)?,
            Section::Model => run.model = self.model()?,
            Section::Train => run.train = self.settings(section)?,
            Section::Optimizer => run.optimizer = self.choice("optimizer")?,
            Section::Annealing => run.annealing = self.choice("annealing")?,
            Section::Regularize => run.regularize = self.settings(section)?,
        }
        Some(())
    }

    /// The settings of a section: a value for each of its keys, under the key's name.
    fn settings<T: DeserializeOwned>(&mut self, section: Section) -> Option<T> {
        let (mut settings, mut complete) = (serde_json::Map::new(), true);
        for key in Key::of(section.name()) {
            let known = self.draft.values.contains_key(key.path) || !key.optional;
            match known.then(|| self.value(key)) {
                Some(Some(value)) => put(&mut settings, key.path, value),
                Some(None) => complete = false,
                None => {}
            }
        }
        let typed = || serde_json::from_value(settings.into()).expect("the settings of a section have its keys");
        complete.then(typed)
    }

    /// A key's value, given or by default.
    fn value(&mut self, key: &'static Key) -> Option<serde_json::Value> {
        if matches!(key.kind, KeyKind::Choice(_)) {
            return self.choice(key.path).map(|choice| serde_json::json!(choice));
        }
        if key.path == EPOCHS && self.given(EPOCHS).is_none() && self.needs_no_epochs() {
            return Some(1.into());
        }
        let usual = match (self.given(key.path), key.kind) {
            (Some(given), _) => Some(given.clone()),
            (None, KeyKind::Split) => Some(self.usual_split()?.into()),
            (None, _) => key.default.clone(),
        };
        match usual {
            Some(value) => Some(serde_json::json!(value)),
            None => self.missing(key.path),
        }
    }

    /// The split of a spec that names none; it depends on what the set's file says.
    fn usual_split(&mut self) -> Option<Split> {
        self.choice("data.set").map(|set| Split::usual(&set))
    }

    /// A solver in closed form needs none.
    fn needs_no_epochs(&self) -> bool {
        let kind = self.given("optimizer").and_then(Value::kind);
        let solver = kind.and_then(|kind| self.draft.catalogue.solvers.find(kind));
        solver.is_some_and(|solver| !solver.iterates)
    }

    /// Reports a setting that does not fit the others.
    fn unfit(&mut self, path: &str, message: &str, expected: &str) {
        let place = self.draft.place(path).unwrap_or(self.end).clone();
        self.mistake(place, path, Fault::unfit(message, expected));
    }

    fn model(&mut self) -> Option<ModelSpec> {
        let Some(kind) = self.given("model.kind").and_then(Value::as_text).map(str::to_owned) else {
            return self.missing("model.kind");
        };
        let catalogue = &self.draft.catalogue;
        let entry = catalogue.models.find(&kind)?;
        let has = |name: &str| entry.keys.contains(&name);
        self.refuse_foreign_keys(entry);
        let activation = match (has("activation"), self.given("model.activation")) {
            (false, _) => None,
            (true, Some(_)) => Some(self.choice("model.activation")?),
            (true, None) => catalogue.activations.find(entry.activation?).map(|usual| Choice::of(&usual.entry)),
        };
        let layers = self.layers(has("layers"));
        let others = self.others(has("others"));
        let first = || {
            let mut all = Vec::new();
            layers.iter().flatten().for_each(|layer| layer.each(&mut |layer| all.extend(&layer.activation)));
            all.into_iter().find(|choice| choice.kind != IDENTITY.entry.name).cloned()
        };
        let initial = match self.given("model.initial") {
            Some(_) => self.choice("model.initial"),
            None => catalogue.usual_initial(entry, activation.clone().or_else(first).as_ref()),
        };
        let loss = match (has("loss"), self.given("model.loss")) {
            (true, Some(_)) => Some(self.choice("model.loss")),
            _ => None,
        };
        let own = self.own_parameters(&entry.entry);
        let hidden = self.widths("model.hidden", has("hidden"), has("hidden") && !has("channels"));
        let channels = self.widths("model.channels", has("channels"), has("channels"));
        let sizes = ["model.kernel", "model.pool"].map(|path| has("kernel").then(|| self.integer(path)));
        let [kernel, pool] = sizes.map(|size| size.flatten().and_then(|size| usize::try_from(size).ok()));
        Some(ModelSpec {
            kind,
            hidden: hidden?,
            layers: layers?,
            others,
            activation,
            bias: has("bias").then(|| self.flag("model.bias")),
            tied: has("tied").then(|| self.flag("model.tied")),
            channels: channels?,
            kernel,
            pooling: has("pooling").then(|| self.word("model.pooling")),
            pool,
            initial: initial?,
            loss: loss.map_or(Some(None), |loss| loss.map(Some))?,
            own: own?,
        })
    }

    /// Values for the parameters that a model's entry has of its own.
    fn own_parameters(&mut self, entry: &Entry) -> Option<BTreeMap<String, Value>> {
        let (mut choice, mut is_whole) = (Choice::of(entry), true);
        for parameter in entry.parameters {
            let path = format!("model.{}", parameter.name);
            match self.draft.values.get(&path).map(|located| (&located.value, &located.place)) {
                Some((value, place)) => match fit(parameter, value.clone()) {
                    Ok(value) => choice = choice.with(parameter.name, value),
                    Err(why) => {
                        let fault = Fault::out_of_range(why.to_string(), format!("expected {}", parameter.kind));
                        self.mistake(place.clone(), &path, fault);
                        is_whole = false;
                    }
                },
                _ if choice.parameters.contains_key(parameter.name) || parameter.left_out => {}
                _ => {
                    let message = format!("missing `{}` in `[model]`", parameter.name);
                    let fault = Fault::missing(message, format!("expected {}", parameter.kind));
                    self.mistake(self.end.clone(), &path, fault);
                    is_whole = false;
                }
            }
        }
        is_whole.then(|| choice.without_left_out(entry).parameters)
    }

    /// Says which of the given keys the model does not have.
    fn refuse_foreign_keys(&mut self, entry: &ModelEntry) {
        let catalogue = &self.draft.catalogue;
        let foreign = KEYS.iter().filter_map(|key| {
            let name = key.path.strip_prefix("model.")?;
            (!["kind", "initial"].contains(&name) && !entry.keys.contains(&name)).then_some(key.path)
        });
        for path in foreign {
            let Some(place) = self.draft.place(path).cloned() else { continue };
            let name = &path["model.".len()..];
            let having: Vec<_> =
                catalogue.models.iter().filter(|e| e.keys.contains(&name)).map(|e| e.entry.name).collect();
            let message = format!("the model `{}` has no `{path}`", entry.entry.name);
            let fault = Fault::unfit(message, format!("expected only for {}", having.join(", ")));
            self.mistake(place, path, fault);
        }
        // Parameters that other models have of their own.
        let foreign = self.draft.values.iter().filter_map(|(path, located)| {
            let name = path.strip_prefix("model.").filter(|_| !KEYS.iter().any(|key| key.path == path))?;
            let is_known = name.contains('.') || entry.entry.parameter(name).is_some();
            (!is_known).then(|| (located.place.clone(), path.clone(), name.to_owned()))
        });
        for (place, path, name) in foreign.collect::<Vec<_>>() {
            let having = self.draft.catalogue.models.entries().filter(|entry| entry.parameter(&name).is_some());
            let having: Vec<_> = having.map(|entry| entry.name).collect();
            let message = format!("the model `{}` has no `{path}`", entry.entry.name);
            let fault = Fault::unfit(message, format!("expected only for {}", having.join(", ")));
            self.mistake(place, &path, fault);
        }
    }

    /// A list of widths, empty where it does not apply or need not be given.
    fn widths(&mut self, path: &str, applies: bool, needed: bool) -> Option<Vec<usize>> {
        match self.given(path) {
            Some(Value::List(widths)) if needed && widths.is_empty() => {
                let help = if path == "model.hidden" {
                    "without hidden layers the model is `linear`, `logistic` or `softmax`"
                } else {
                    "without convolutions the model is `mlp`"
                };
                let place = self.draft.place(path).unwrap_or(self.end).clone();
                let fault = Fault::out_of_range(format!("`{path}` has no layers"), "expected at least one number");
                self.mistake(place, path, fault.help(help));
                None
            }
            Some(Value::List(widths)) if applies => {
                let width =
                    |width: &Value| if let Value::Integer(width) = width { usize::try_from(*width).ok() } else { None };
                widths.iter().map(width).collect()
            }
            _ if needed => self.missing(path),
            _ => Some(Vec::new()),
        }
    }

    /// The layers of a model from parts.
    fn layers(&mut self, applies: bool) -> Option<Vec<WrittenLayer>> {
        match self.given(LAYERS).map(of_value) {
            Some(layers) if applies => layers,
            _ if applies => self.missing(LAYERS),
            _ => Some(Vec::new()),
        }
    }

    /// The layers of the further networks of an ensemble.
    fn others(&self, applies: bool) -> Vec<Vec<WrittenLayer>> {
        match self.given(OTHERS) {
            Some(Value::List(lists)) if applies => lists.iter().filter_map(of_value).collect(),
            _ => Vec::new(),
        }
    }

    fn given(&self, path: &str) -> Option<&Value> {
        self.draft.values.get(path).map(|located| &located.value)
    }

    /// The value that is given, or the default.
    fn known(&self, path: &str) -> Option<&Value> {
        self.given(path).or_else(|| Self::key(path).default.as_ref())
    }

    fn key(path: &str) -> &'static Key {
        KEYS.iter().find(|key| key.path == path).unwrap_or_else(|| panic!("no key `{path}`"))
    }

    fn mistake(&mut self, place: Place, path: &str, fault: Fault) {
        self.mistakes.push(Mistake { place, path: path.to_owned(), fault });
    }

    fn missing<T>(&mut self, path: &str) -> Option<T> {
        let (message, help) = match path.split_once('.') {
            Some((section, name)) => {
                (format!("missing `{name}` in `[{section}]`"), format!("{name} = …  # in [{section}]"))
            }
            None => (format!("missing `{path}`"), format!("{path} = …")),
        };
        let description = Self::key(path).description;
        let help = format!("add `{help}`: {description}; or give its values in `[sweep]`");
        self.mistake(self.end.clone(), path, Fault::missing(message, "expected before the end").help(help));
        None
    }

    fn named<T: Named>(&mut self, path: &str) -> Option<T> {
        match self.known(path).and_then(Value::as_text) {
            Some(word) => T::from_name(word),
            None => self.missing(path),
        }
    }

    fn word(&self, path: &str) -> String {
        self.known(path).and_then(Value::as_text).unwrap_or_else(|| panic!("`{path}` has a default")).to_owned()
    }

    fn integer(&mut self, path: &str) -> Option<u64> {
        match self.known(path) {
            Some(Value::Integer(integer)) => Some(*integer),
            _ => self.missing(path),
        }
    }

    fn flag(&self, path: &str) -> bool {
        match self.known(path) {
            Some(Value::Flag(flag)) => *flag,
            _ => unreachable!("`{path}` has a default"),
        }
    }

    /// The entry that is chosen, with the parameters that the choice itself gives.
    fn chosen(&mut self, path: &str) -> Option<(&'static Entry, Choice)> {
        let KeyKind::Choice(kind) = Self::key(path).kind else { unreachable!("`{path}` is a choice") };
        let Some(value) = self.known(path).cloned() else { return self.missing(path) };
        let entry = self.draft.catalogue.entry(kind, value.kind().or(value.as_text())?)?;
        let given = value.parameters();
        Some((entry, given.fold(Choice::of(entry), |choice, (name, value)| choice.with(name, value.clone()))))
    }

    /// A choice with its parameters from wherever they are given, and its defaults.
    fn choice(&mut self, path: &str) -> Option<Choice> {
        let (entry, mut choice) = self.chosen(path)?;
        let prefix = format!("{path}.");
        let overrides: Vec<_> = self.draft.values.range(prefix.clone()..).collect();
        for (name, located) in overrides.into_iter().take_while(|(name, _)| name.starts_with(&prefix)) {
            let name = &name[prefix.len()..];
            let fitted = entry.parameter(name).map(|parameter| (parameter, fit(parameter, located.value.clone())));
            match fitted {
                Some((_, Ok(value))) => choice = choice.with(name, value),
                Some((parameter, Err(why))) => {
                    let fault = Fault::out_of_range(why.to_string(), format!("expected {}", parameter.kind));
                    self.mistake(located.place.clone(), &format!("{path}.{name}"), fault);
                    return None;
                }
                None => {
                    let message = format!("`{}` has no parameter `{name}`", entry.name);
                    let fault = Fault::unfit(message, "expected only where the entry has it");
                    self.mistake(located.place.clone(), &format!("{path}.{name}"), fault);
                }
            }
        }
        let mut complete = true;
        for parameter in entry.parameters {
            if !choice.parameters.contains_key(parameter.name) && !parameter.left_out {
                let place = self.draft.place(path).cloned().unwrap_or_else(|| self.end.clone());
                let message = format!("`{}` needs `{}`: {}", entry.name, parameter.name, parameter.description);
                let kind = parameter.kind;
                let expected = format!("expected {{ kind = \"{}\", {} = … }}, {kind}", entry.name, parameter.name);
                self.mistake(place, &format!("{path}.{}", parameter.name), Fault::missing(message, expected));
                complete = false;
            }
        }
        complete.then(|| choice.without_left_out(entry))
    }
}
