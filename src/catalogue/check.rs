//! Whether the entries of a catalogue go together.

use super::Catalogue;
use super::kind::EntryKind;
use super::unfit::CatalogueError;
use crate::model::layers::ACTIVATION;
use crate::registry::Entry;
use std::collections::BTreeSet;

impl Catalogue {
    /// Checks that entries from outside go together with the others: names are unique, parameters of one name have values of
    /// one type (so that the tables' columns stay what they are), and entries that name others find them.
    ///
    /// # Errors
    /// The first entry that does not.
    pub fn check(&self) -> Result<(), CatalogueError> {
        for kind in EntryKind::ALL {
            let (noun, mut names) = (kind.noun(), BTreeSet::new());
            for Entry { name, parameters, .. } in self.entries(kind) {
                let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                if name.is_empty() || !name.chars().all(plain) {
                    return Err(CatalogueError::BadName { noun, name });
                }
                if !names.insert(name) {
                    return Err(CatalogueError::TwiceNamed { noun, name });
                }
                for parameter in *parameters {
                    let others = self.parameters(kind, parameter.name);
                    // The first entry that has it says the type.
                    if others.first().is_some_and(|other| other.kind.type_name() != parameter.kind.type_name()) {
                        return Err(CatalogueError::OtherType { noun, name, parameter: parameter.name });
                    }
                }
            }
        }
        if let Some(measure) = self.measures.iter().find(|measure| !measure.is_the_known()) {
            return Err(CatalogueError::TwiceNamed { noun: EntryKind::Measure.noun(), name: measure.name() });
        }
        let mut plots = BTreeSet::new();
        if let Some(plot) = self.plots.iter().find(|plot| !plots.insert(plot.name)) {
            return Err(CatalogueError::TwiceNamed { noun: "plot", name: plot.name });
        }
        if let Some(activation) = self.activations.iter().find(|known| self.initial.find(known.initial).is_none()) {
            let (noun, name) = (EntryKind::Activation.noun(), activation.entry.name);
            return Err(CatalogueError::NoSuchEntry { noun, name, other: activation.initial });
        }
        for layer in self.layers.iter() {
            let (name, keys) = (layer.entry.name, layer.keys());
            if !keys.contains(&name) {
                return Err(CatalogueError::NoKey { name });
            }
            let other = |key: &&str| *key != name && *key != ACTIVATION && self.layers.find(key).is_some();
            if let Some(key) = keys.into_iter().find(other) {
                return Err(CatalogueError::KeyOfAnother { name, key });
            }
        }
        for model in self.models.iter() {
            if let Some(other) = model.activation.filter(|usual| self.activations.find(usual).is_none()) {
                return Err(CatalogueError::NoSuchEntry {
                    noun: EntryKind::Model.noun(),
                    name: model.entry.name,
                    other,
                });
            }
        }
        Ok(())
    }
}
