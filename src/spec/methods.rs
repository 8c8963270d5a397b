//! `[methods.NAME]`: methods of the spec's own, as formulas, which join the catalogue that the rest of the spec is read with.
//!
//! A method can be in a file of its own: `methods.NAME = "own.toml"`. Whoever loads a spec gives the file's text as an override of
//! this path, so that it is kept with the spec and nothing else is needed to rerun it.

use super::document::DocumentReader;
use super::fault::{Fault, FaultKind};
use super::mistake::Mistake;
use super::overrides::Override;
use crate::catalogue::{Catalogue, EntryKind};
use crate::formula::{Definition, FormulaMistake, InFile, files};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::DeTable;

/// What the paths of methods begin with.
pub const METHODS: &str = "methods.";

/// Reads the methods of a spec.
pub fn read(reading: &mut DocumentReader<'_>, text: &str, table: &DeTable<'_>, overrides: &[Override]) {
    match Definition::all(text, table) {
        Ok(definitions) => {
            for definition in definitions {
                let span = key_of(table, definition.name());
                add(reading, 0, &definition, text, span);
            }
        }
        Err(mistakes) => mistakes.into_iter().for_each(|mistake| report(reading, 0, mistake)),
    }
    let files = files(table);
    for file in &files {
        read_file(reading, file, overrides);
    }
    let is_named = |given: &Override| files.iter().any(|file| given.path == format!("{METHODS}{}", file.name));
    for (index, given) in overrides.iter().enumerate().filter(|(_, given)| given.path.starts_with(METHODS)) {
        if !is_named(given) {
            let expected = "expected the name of a method that the spec takes from a file";
            let fault = Fault::unknown_key(&given.path, expected);
            reading.reader(index + 1, &given.path).report(0..given.value.len(), fault);
        }
    }
}

/// The names of all methods of a spec.
pub fn names(table: &DeTable<'_>) -> BTreeSet<String> {
    let methods = table.get("methods").and_then(|methods| methods.get_ref().as_table());
    methods.into_iter().flatten().map(|(name, _)| name.get_ref().to_string()).collect()
}

/// Whether a mistake may be there only because methods are wrong: it names a parameter that one of them may declare.
pub fn may_follow(mistake: &Mistake) -> bool {
    let chooses =
        |kind: EntryKind| kind.setting().strip_suffix("kind").is_some_and(|owner| mistake.path.starts_with(owner));
    let is_parameter = [EntryKind::Optimizer, EntryKind::Annealing, EntryKind::Activation].into_iter().any(chooses);
    mistake.fault.kind == FaultKind::Unknown && is_parameter
}

fn read_file(reading: &mut DocumentReader<'_>, file: &InFile, overrides: &[Override]) {
    let path = format!("{METHODS}{}", file.name);
    let Some(index) = overrides.iter().position(|given| given.path == path) else {
        let message = format!("cannot read `{}`", file.path);
        let mistake = FormulaMistake::new(file.span.clone(), message, "expected a file beside the spec");
        return report(reading, 0, mistake);
    };
    match Definition::parse(&file.name, &overrides[index].value) {
        Ok(definition) => add(reading, 0, &definition, &overrides[index].value, file.span.clone()),
        Err(mistakes) => mistakes.into_iter().for_each(|mistake| report(reading, index + 1, mistake)),
    }
}

/// The place of a method's name.
fn key_of(table: &DeTable<'_>, name: &str) -> Range<usize> {
    let methods = table.get("methods").and_then(|methods| methods.get_ref().as_table());
    methods.and_then(|methods| methods.get_key_value(name)).map(|(key, _)| key.span()).unwrap_or_default()
}

/// Adds a method to the catalogue, if it goes together with what is there.
fn add(reading: &mut DocumentReader<'_>, source: usize, definition: &Definition, text: &str, span: Range<usize>) {
    let catalogue = reading.document.sweep.base.catalogue.clone();
    if let Some(noun) = taken(&catalogue, definition) {
        let message = format!("burnmark has {noun} `{}` already", definition.name());
        return report(reading, source, FormulaMistake::new(span, message, "expected another name"));
    }
    let catalogue = catalogue.formula(definition, text);
    match catalogue.check() {
        Ok(()) => reading.document.sweep.base.catalogue = catalogue,
        Err(why) => report(reading, source, FormulaMistake::new(span, why.to_string(), "expected another name")),
    }
}

/// What a name means already.
fn taken(catalogue: &Catalogue, definition: &Definition) -> Option<&'static str> {
    let (kind, noun) = match definition {
        Definition::Optimizer(_) => (EntryKind::Optimizer, "an optimizer or solver"),
        Definition::Annealing(_) => (EntryKind::Annealing, "an annealing rule"),
        Definition::Activation(_) => (EntryKind::Activation, "an activation"),
    };
    catalogue.entries(kind).iter().any(|entry| entry.name == definition.name()).then_some(noun)
}

fn report(reading: &mut DocumentReader<'_>, source: usize, mistake: FormulaMistake) {
    let fault = Fault::formula(mistake.message, mistake.expected).or_help(mistake.help);
    reading.reader(source, "methods").report(mistake.span, fault);
}
