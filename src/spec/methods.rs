//! `[methods.NAME]`: methods of the spec's own, as formulas, which join the catalogue that the rest of the spec is read with.

use super::document::Reading;
use super::fault::Fault;
use crate::catalogue::{Catalogue, Kind};
use crate::formula::{self, Definition};
use toml::de::DeTable;

/// Reads the methods of a spec.
pub fn read(reading: &mut Reading<'_>, text: &str, table: &DeTable<'_>) {
    let definitions = match Definition::all(text, table) {
        Ok(definitions) => definitions,
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| report(reading, mistake));
            return;
        }
    };
    for definition in definitions {
        let catalogue = reading.document.sweep.base.catalogue.clone();
        match taken(&catalogue, &definition) {
            None => reading.document.sweep.base.catalogue = catalogue.formula(&definition, text),
            Some(noun) => {
                let name = definition.name();
                let methods = table.get("methods").and_then(|methods| methods.get_ref().as_table());
                let key = methods.and_then(|methods| methods.get_key_value(name)).map(|(key, _)| key.span());
                let message = format!("burnmark has {noun} `{name}` already");
                let mistake = formula::Mistake::new(key.unwrap_or_default(), message, "expected another name");
                report(reading, mistake);
            }
        }
    }
}

/// What a name means already.
fn taken(catalogue: &Catalogue, definition: &Definition) -> Option<&'static str> {
    let kind = match definition {
        Definition::Optimizer(_) => Kind::Optimizer,
        Definition::Annealing(_) => Kind::Annealing,
        Definition::Activation(_) => Kind::Activation,
    };
    let is_taken = catalogue.entries(kind).iter().any(|entry| entry.name == definition.name());
    is_taken.then_some(match kind {
        Kind::Annealing => "an annealing rule",
        Kind::Activation => "an activation",
        _ => "an optimizer or solver",
    })
}

fn report(reading: &mut Reading<'_>, mistake: formula::Mistake) {
    reading.document.unread.insert("optimizer".to_owned());
    let fault = Fault::formula(mistake.message, mistake.expected).or_help(mistake.help);
    reading.reader(0, "methods").report(mistake.span, fault);
}
