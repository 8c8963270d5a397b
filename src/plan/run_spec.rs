//! One run's settings: complete, so that nothing is decided after them, and with an identity.

use super::model_spec::ModelSpec;
use crate::catalogue::Catalogue;
use crate::data::{self, ChosenSet, DataError, Draw, Indices, Split};
use crate::engine::EngineKind;
use crate::formula::WrittenMethod;
use crate::model::initial;
use crate::model::layers::in_words;
use crate::num::Precision;
use crate::registry::Choice;
use crate::spec::ColumnKind;
use crate::train::{RegularizeSettings, TrainSpec, by_name};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// The setting that has the layers of a model from parts.
pub(super) const LAYERS: &str = "model.layers";

/// The key of the layers of an ensemble's further networks.
pub(super) const OTHERS: &str = "model.others";

/// Everything that determines a run's results, besides the data's figures, the numerics version and the revisions of the
/// registries' entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    #[serde(with = "by_name")]
    pub engine: EngineKind,
    #[serde(with = "by_name")]
    pub precision: Precision,
    pub seed: u64,
    pub data: DataSpec,
    pub model: ModelSpec,
    pub train: TrainSpec,
    pub optimizer: Choice,
    pub annealing: Choice,
    pub regularize: RegularizeSettings,
    /// Where the entries are found that the settings name; not a setting.
    #[serde(skip)]
    pub catalogue: Catalogue,
}

/// The sections of a run's settings, in the order of its fields, each named as in specs. Which values one can take does not
/// depend on the others, but for the parts of `combinations.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Engine,
    Precision,
    Data,
    Model,
    Train,
    Optimizer,
    Annealing,
    Regularize,
}

impl Section {
    pub const ALL: [Self; 8] = [
        Self::Engine,
        Self::Precision,
        Self::Data,
        Self::Model,
        Self::Train,
        Self::Optimizer,
        Self::Annealing,
        Self::Regularize,
    ];

    /// What the paths of its keys begin with.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Precision => "precision",
            Self::Data => "data",
            Self::Model => "model",
            Self::Train => "train",
            Self::Optimizer => "optimizer",
            Self::Annealing => "annealing",
            Self::Regularize => "regularize",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSpec {
    pub set: Choice,
    /// Absent where it is one for all seeds.
    #[serde(default, with = "by_name", skip_serializing_if = "is_once")]
    pub draw: Draw,
    pub standardize: bool,
    /// Of polynomial features; absent where it is 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub degree: u64,
    /// Of each row of the training part; absent where it is 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub copies: u64,
    pub split: Split,
}

impl DataSpec {
    /// How often each row of the training part is in it.
    #[must_use]
    pub fn copies(&self) -> usize {
        usize::try_from(self.copies).unwrap_or(usize::MAX)
    }

    /// The rows of the training part, each as often as it is in it.
    #[must_use]
    pub fn training_rows(&self, parts: &Indices) -> usize {
        parts.train.len().saturating_mul(self.copies())
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_once(draw: &Draw) -> bool {
    *draw == Draw::Once
}

const fn one() -> u64 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
const fn is_one(number: &u64) -> bool {
    *number == 1
}

impl RunSpec {
    /// The texts of the formulas that the settings name.
    #[must_use]
    pub fn formulas(&self) -> Vec<WrittenMethod> {
        let of_model = self.model.activations().into_iter().chain(&self.model.loss).map(|choice| choice.kind.as_str());
        let names: Vec<&str> = of_model.chain([self.optimizer.kind.as_str(), &self.annealing.kind]).collect();
        self.catalogue.formulas(&names)
    }

    /// The seed of the initial weights.
    #[must_use]
    pub fn start_seed(&self) -> u64 {
        self.train.start_seed.unwrap_or(self.seed)
    }

    /// The data set as this run's seed sees it.
    #[must_use]
    pub fn set(&self) -> Cow<'_, Choice> {
        self.data.draw.of(&self.data.set, self.seed)
    }

    /// The same with its entry, its paths started from a folder.
    ///
    /// # Errors
    /// Where the catalogue has no such data set.
    pub fn set_in(&self, folder: &Path) -> Result<ChosenSet, DataError> {
        Ok(data::located(&self.catalogue.chosen_set(&self.set())?, folder))
    }

    /// What the data set is called where it is spoken of.
    #[must_use]
    pub fn set_name(&self) -> String {
        self.catalogue.chosen_set(&self.data.set).map_or_else(|_| self.data.set.to_string(), |set| data::name(&set))
    }

    /// Every setting by its dotted name, as in the tables' columns.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, Value> {
        let mut settings = BTreeMap::from([("seed".to_owned(), Value::Integer(self.seed))]);
        for section in Section::ALL {
            self.add_settings(section, &mut settings);
        }
        settings
    }

    /// Those of one section.
    pub fn add_settings(&self, section: Section, settings: &mut BTreeMap<String, Value>) {
        let value = match section {
            Section::Engine => serde_json::to_value(self.engine.name()),
            Section::Precision => serde_json::to_value(self.precision.name()),
            Section::Data => serde_json::to_value(&self.data),
            Section::Model => serde_json::to_value(self.without_path()),
            Section::Train => serde_json::to_value(&self.train),
            Section::Optimizer => serde_json::to_value(&self.optimizer),
            Section::Annealing => serde_json::to_value(&self.annealing),
            Section::Regularize => serde_json::to_value(self.regularize),
        };
        let value = Value::of_json(value.expect("settings are plain data"));
        value.into_iter().for_each(|value| flatten(&self.catalogue, section.name().to_owned(), value, settings));
        if section == Section::Model && !self.model.layers.is_empty() {
            settings.insert(LAYERS.to_owned(), Value::text(in_words(&self.model.layers)));
        }
        if section == Section::Model && !self.model.others.is_empty() {
            let lists: Vec<String> = self.model.others.iter().map(|layers| in_words(layers)).collect();
            settings.insert(OTHERS.to_owned(), Value::text(lists.join(" | ")));
        }
    }

    /// The model without where its file of initial weights lies: what is in the file counts, its digest.
    fn without_path(&self) -> ModelSpec {
        let mut model = self.model.clone();
        model.initial.parameters.remove(initial::PATH);
        (model.layers, model.others) = (Vec::new(), Vec::new()); // they are one setting each, in words
        model
    }
}

/// Adds the parts of a table one by one, under dotted names; a list is one text.
fn flatten(catalogue: &Catalogue, path: String, value: Value, settings: &mut BTreeMap<String, Value>) {
    let setting = match value {
        Value::Table(parts) => {
            return parts
                .into_iter()
                .for_each(|(name, value)| flatten(catalogue, format!("{path}.{name}"), value, settings));
        }
        list @ Value::List(_) => Value::text(list.to_string()),
        value => value,
    };
    let setting = match ColumnKind::of(catalogue, &path) {
        Some(column) => column.put(setting),
        None => setting,
    };
    settings.insert(path, setting);
}
