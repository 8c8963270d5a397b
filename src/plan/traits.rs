//! What of a section's values the other sections may depend on.
//!
//! A sweep has far more combinations than kinds of them: 1,000 learning rates go together with other settings all in the same
//! way. So what has to be checked between sections looks at these traits and at nothing else, once for each kind. Which they are,
//! the table of keys says.

use super::run_spec::{RunSpec, Section};
use crate::catalogue::Catalogue;
use crate::solve;
use crate::spec::{Key, KeyKind, Visible};
use crate::value::Value;
use std::collections::BTreeMap;

/// The traits of a run's sections: what [`Visible`] says of each key.
#[derive(Clone, Debug, PartialEq)]
pub struct Traits {
    /// The values that are seen, and of others whether they are used.
    seen: BTreeMap<&'static str, Trait>,
    /// Whether L-BFGS is to take mini-batches.
    pub takes_mini_batches: bool,
    /// Where the entries are found that the values name.
    pub catalogue: Catalogue,
}

#[derive(Clone, Debug, PartialEq)]
enum Trait {
    Used(bool),
    /// As the tables have it; of a choice its entry.
    Value(String),
}

impl Traits {
    pub fn of(run: &RunSpec) -> Self {
        let mut seen = BTreeMap::new();
        for section in Section::ALL {
            let mut settings = BTreeMap::new();
            run.add_settings(section, &mut settings);
            seen.extend(Key::of(section.name()).filter_map(|key| Some((key.path, seen_of(key, &settings)?))));
        }
        let takes_mini_batches = solve::takes_mini_batches(&run.optimizer);
        Self { seen, takes_mini_batches, catalogue: run.catalogue.clone() }
    }

    /// Whether a setting has another value than the default; an optional one, whether it is given.
    ///
    /// # Panics
    /// Where the table of keys does not show it: a mistake in a check, found by any test of it.
    pub fn uses(&self, path: &str) -> bool {
        match &self.seen[path] {
            Trait::Used(used) => *used,
            Trait::Value(value) => usual(path).unwrap_or_default() != *value,
        }
    }

    /// The value of a setting, of a choice the entry.
    ///
    /// # Panics
    /// Where the table of keys does not show it.
    pub fn value(&self, path: &str) -> &str {
        match &self.seen[path] {
            Trait::Used(_) => panic!("only whether `{path}` is used is seen"),
            Trait::Value(value) => value,
        }
    }

    /// What of a section other sections and the data depend on, as text: two values with the same go together with the same.
    pub fn key(section: Section, run: &RunSpec) -> String {
        match section {
            // All of it, with the parameters of their choices.
            Section::Data => serde_json::to_string(&run.data).expect("settings are plain data"),
            Section::Model => serde_json::to_string(&run.model).expect("settings are plain data"),
            Section::Optimizer if solve::takes_mini_batches(&run.optimizer) => {
                format!("{} {}", run.optimizer.kind, solve::MINI_BATCHES)
            }
            Section::Optimizer => run.optimizer.kind.clone(),
            _ => {
                let mut settings = BTreeMap::new();
                run.add_settings(section, &mut settings);
                let seen = Key::of(section.name()).filter_map(|key| seen_of(key, &settings));
                seen.map(|seen| seen.text().to_owned()).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

impl Trait {
    fn text(&self) -> &str {
        match self {
            Self::Used(used) => {
                if *used {
                    "used"
                } else {
                    "unused"
                }
            }
            Self::Value(value) => value,
        }
    }
}

/// What is seen of a key among the settings of its section.
fn seen_of(key: &Key, settings: &BTreeMap<String, Value>) -> Option<Trait> {
    let value = |path: &str, kind: KeyKind| {
        let setting =
            if matches!(kind, KeyKind::Choice(_)) { settings.get(&format!("{path}.kind")) } else { settings.get(path) };
        setting.map(ToString::to_string).or_else(|| usual(path)).unwrap_or_default()
    };
    match key.seen {
        Visible::Nothing => None,
        Visible::Value | Visible::Kind => Some(Trait::Value(value(key.path, key.kind))),
        Visible::Used => Some(Trait::Used(usual(key.path).unwrap_or_default() != value(key.path, key.kind))),
        Visible::ValueWhere(other, word) => {
            let counts = settings.get(other).is_some_and(|setting| setting.to_string() == word);
            counts.then(|| Trait::Value(value(key.path, key.kind)))
        }
    }
}

/// A key's default, as the tables have it.
fn usual(path: &str) -> Option<String> {
    let key = Key::of(path.split('.').next()?).find(|key| key.path == path)?;
    key.default.as_ref().map(ToString::to_string)
}
