//! A run's identity: the digest of everything that its results follow from.
//!
//! These are its settings with their names, kinds and bits, as the tables have them, but for the places of files; for each
//! setting that names an entry of a registry the entry's revision; the digest of the data; and the numerics version. The
//! experiment's name, paths and the number of workers are left out.

use super::run_spec::{LAYERS, OTHERS, RunSpec, Section};
use crate::catalogue::{Catalogue, EntryKind, EntryOrigin};
use crate::data;
use crate::digest::Digest;
use crate::engine::EngineKind;
use crate::num::NUMERICS_VERSION;
use crate::record::{BETWEEN_NAMES, LABEL, Origins, Revisions, RunId};
use crate::registry::Choice;
use crate::spec::{KEYS, KeyKind};
use crate::train::Named;
use crate::value::Value;
use std::collections::BTreeMap;

/// What an identity is the digest of, and the version of its fields.
const RUN: &str = "burnmark run 1";

/// The same of a section of the settings.
const SECTION: &str = "burnmark settings 1";

/// The revision of the entry that a setting names (`optimizer.kind`, `adam`); `None` if the setting names no entry.
pub type RevisionOf<'r> = &'r dyn Fn(&str, &str) -> Option<u32>;

/// The digest of a section of a run's settings.
pub(super) type SectionDigest = [u8; 32];

/// The revision that an entry has in this catalogue, by the setting that names it.
#[must_use]
pub fn revision(catalogue: &Catalogue, setting: &str, name: &str) -> Option<u32> {
    if setting == Section::Engine.name() {
        return EngineKind::from_name(name).map(EngineKind::revision);
    }
    let entries = catalogue.entries(EntryKind::of_setting(setting)?);
    entries.into_iter().find(|entry| entry.name == name).map(|entry| entry.revision)
}

/// The identity of a run, from the digests of its sections.
pub(super) fn identity_of(data_digest: &str, seed: u64, sections: &[SectionDigest; 8]) -> RunId {
    let mut digest = Digest::of(RUN);
    digest.field("numerics version", &u64::from(NUMERICS_VERSION).to_le_bytes());
    digest.field("data digest", data_digest.as_bytes());
    digest.field("seed", &seed.to_le_bytes());
    for (section, settings) in Section::ALL.iter().zip(sections) {
        digest.field(section.name(), settings);
    }
    RunId::of(&digest)
}

impl RunSpec {
    /// The run's identity.
    #[must_use]
    pub fn identity(&self, data_digest: &str) -> RunId {
        self.identity_by(data_digest, &|setting, name| revision(&self.catalogue, setting, name))
    }

    /// The identity that the run has where the registries' entries have these revisions.
    #[must_use]
    pub fn identity_by(&self, data_digest: &str, revision_of: RevisionOf<'_>) -> RunId {
        let sections = Section::ALL.map(|section| self.section_digest(section, revision_of));
        identity_of(data_digest, self.seed, &sections)
    }

    /// The digest of a section.
    #[must_use]
    pub(super) fn section_digest(&self, section: Section, revision_of: RevisionOf<'_>) -> SectionDigest {
        let mut settings = BTreeMap::new();
        self.add_settings(section, &mut settings);
        let mut digest = Digest::of(SECTION);
        for (name, setting) in settings.iter().filter(|(name, _)| !self.is_place(name)) {
            digest.field(name, &setting.bytes());
            for (_, _, revision) in self.revisions_named(name, setting, revision_of) {
                digest.field("revision", &u64::from(revision).to_le_bytes());
            }
            for (_, _, origin) in self.origins(name, setting) {
                digest.field("origin", origin.identity.as_bytes());
            }
        }
        digest.bytes()
    }

    /// Where the entries come from that a setting names, if burnmark does not have them itself; each with the setting of its kind
    /// and its name.
    fn origins<'r>(&'r self, name: &'r str, setting: &Value) -> Vec<(&'r str, String, &'r EntryOrigin)> {
        let of = |(setting, entry): (&'r str, String)| {
            let origin = self.catalogue.origin(EntryKind::of_setting(setting)?, &entry)?;
            Some((setting, entry, origin))
        };
        self.named(name, setting).into_iter().filter_map(of).collect()
    }

    /// Adds the descriptions of where the entries come from that a section names, but for burnmark's own.
    pub(super) fn add_origins(&self, section: Section, origins: &mut Origins) {
        let mut settings = BTreeMap::new();
        self.add_settings(section, &mut settings);
        for (name, setting) in &settings {
            for (setting, entry, origin) in self.origins(name, setting) {
                origins.entry(setting.to_owned()).or_default().insert(entry, origin.description.clone());
            }
        }
    }

    /// Whether a setting says where a file of data lies, or what the data are called. What is in the file counts, by the digest of
    /// the data.
    fn is_place(&self, setting: &str) -> bool {
        let set = || self.catalogue.data_sets.find(&self.data.set.kind);
        let parameter = setting.strip_prefix("data.set.");
        parameter.is_some_and(|parameter| {
            parameter == LABEL || set().is_some_and(|set| data::is_file(&set.entry, parameter))
        })
    }

    /// Adds the revisions of the entries that a section names.
    pub(super) fn add_revisions(&self, section: Section, revisions: &mut Revisions) {
        let mut settings = BTreeMap::new();
        self.add_settings(section, &mut settings);
        for (name, setting) in &settings {
            let revision_of = |setting: &str, name: &str| revision(&self.catalogue, setting, name);
            for (setting, entry, revision) in self.revisions_named(name, setting, &revision_of) {
                revisions.entry(setting.to_owned()).or_default().insert(entry, revision);
            }
        }
    }

    /// The entries that a setting names, each with the setting of its kind: one, or those of a list. A list of layers names kinds of
    /// layers and activations.
    fn named<'r>(&self, name: &'r str, setting: &Value) -> Vec<(&'r str, String)> {
        let Some(text) = setting.as_text() else { return Vec::new() };
        if name == LAYERS || name == OTHERS {
            let mut named = Vec::new();
            let others = || self.model.others.iter().flatten();
            let layers: Vec<_> = if name == LAYERS { self.model.layers.iter().collect() } else { others().collect() };
            for layer in layers {
                layer.each(&mut |layer| {
                    named.push((LAYERS, layer.layer.clone()));
                    let of_activation = |of: &Choice| (EntryKind::Activation.setting(), of.kind.clone());
                    named.extend(layer.activation.iter().map(of_activation));
                });
            }
            return named;
        }
        // The rule for the weights that a file does not have.
        let name = if name == "model.initial.rest" { EntryKind::Initial.setting() } else { name };
        let is_list = KEYS.iter().any(|key| key.path == name && matches!(key.kind, KeyKind::Names(_)));
        let entries = if is_list { text.split(BETWEEN_NAMES).collect() } else { vec![text] };
        entries.into_iter().map(|entry| (name, entry.to_owned())).collect()
    }

    /// The same with their revisions.
    fn revisions_named<'r>(
        &self,
        name: &'r str,
        setting: &Value,
        revision_of: RevisionOf<'_>,
    ) -> Vec<(&'r str, String, u32)> {
        let of = |(setting, entry): (&'r str, String)| {
            let revision = revision_of(setting, &entry)?;
            Some((setting, entry, revision))
        };
        self.named(name, setting).into_iter().filter_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Spec;
    use crate::record::MEASURES;

    fn run(text: &str) -> RunSpec {
        Spec::parse("x.toml".to_owned(), text.to_owned(), &[])
            .map_err(|mistakes| mistakes.render(false))
            .unwrap()
            .run(0)
    }

    /// A run that names an entry of every registry.
    fn network() -> RunSpec {
        run(
            "name = \"x\"\nengine = \"reference\"\noptimizer = { kind = \"adam\", lr = 0.01 }\ndata = { set = \"iris\" }\n\
             model = { kind = \"mlp\", hidden = [16, 8] }\ntrain = { epochs = 30 }\nseeds = [7]",
        )
    }

    /// Committed; `tests/oracles/digests.py` has it from a second implementation of the bytes. A change here changes the
    /// identity of every run ever recorded.
    #[test]
    fn the_identity_is_the_committed_one() {
        let run = network();
        assert_eq!(run.identity("0123").to_string(), "b881d401f3ce7b6b34f576f390a2b92b", "{:#?}", run.settings());
    }

    /// Every setting that names an entry, with the names of its registry.
    fn registries() -> Vec<(String, Vec<&'static str>)> {
        let catalogue = Catalogue::standard();
        let names = |kind: EntryKind| catalogue.entries(kind).into_iter().map(|entry| entry.name).collect();
        let mut registries: Vec<_> = EntryKind::ALL.map(|kind| (kind.setting().to_owned(), names(kind))).to_vec();
        registries.push(("engine".to_owned(), EngineKind::ALL.map(EngineKind::name).to_vec()));
        registries
    }

    /// The run with another entry, the other settings as they are.
    fn with(run: &RunSpec, setting: &str, name: &str) -> RunSpec {
        let mut value = serde_json::to_value(run).unwrap();
        let place = setting.split('.').fold(&mut value, |value, key| &mut value[key]);
        // A loss, and a rule that ends a training, are named only where there is one.
        assert!(place.is_string() || place.is_null() || setting == MEASURES, "{setting}");
        *place = match setting {
            MEASURES => serde_json::json!([name]),
            LAYERS => serde_json::json!([{ "layer": name, "said": [] }]),
            _ => name.into(),
        };
        serde_json::from_value(value).unwrap()
    }

    /// Raising an entry's revision changes the identities of the runs that use it and of no others.
    #[test]
    fn a_revision_is_part_of_the_identities_of_its_entry_s_runs() {
        let (network, registries) = (network(), registries());
        let settings: Vec<&str> = registries.iter().map(|(setting, _)| setting.as_str()).collect();
        assert!(settings.contains(&MEASURES), "{settings:?}");
        for (setting, names) in &registries {
            let runs: Vec<RunSpec> = names.iter().map(|name| with(&network, setting, name)).collect();
            for raised in names {
                let revision_of = |of: &str, name: &str| {
                    Some(revision(&network.catalogue, of, name)? + u32::from((of, name) == (setting.as_str(), *raised)))
                };
                for (run, name) in runs.iter().zip(names) {
                    let same = run.identity_by("0123", &revision_of) == run.identity("0123");
                    assert_eq!(same, name != raised, "{setting} {name}: revision of {raised}");
                }
            }
        }
    }

    #[test]
    fn revisions_are_those_of_the_entries_that_a_run_uses() {
        let (network, mut revisions) = (network(), Revisions::new());
        Section::ALL.iter().for_each(|section| network.add_revisions(*section, &mut revisions));
        let names: Vec<_> =
            revisions.iter().flat_map(|(setting, names)| names.keys().map(move |n| (&**setting, &**n))).collect();
        let expected = [
            ("annealing.kind", "constant"),
            ("data.set.kind", "iris"),
            ("engine", "reference"),
            ("model.activation.kind", "relu"),
            ("model.initial.kind", "he"),
            ("model.kind", "mlp"),
            ("optimizer.kind", "adam"),
            ("train.average.kind", "none"),
        ];
        assert_eq!(names, expected);
    }

    /// Every setting counts, by name, kind and bits.
    #[test]
    fn every_setting_is_part_of_the_identity() {
        let run = network();
        let mut all = std::collections::BTreeSet::from([run.identity("0123"), run.identity("0124")]);
        let mut changed = |change: fn(&mut RunSpec)| {
            let mut other = run.clone();
            change(&mut other);
            assert!(all.insert(other.identity("0123")), "{other:?}");
        };
        changed(|run| run.seed += 1);
        changed(|run| run.model.hidden = vec![16]);
        changed(|run| run.train.epochs += 1);
        changed(|run| run.train.drop_last = true);
        changed(|run| run.data.degree = 2);
        changed(|run| run.regularize.l1 = 1e-300);
        changed(|run| {
            run.optimizer = run.optimizer.clone().with("lr", crate::value::Value::Number(0.01_f64.next_up()));
        });
    }
}
