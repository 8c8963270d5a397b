//! `[methods.NAME]`: methods of the spec's own, as formulas, which join the catalogue that the rest of the spec is read with.
//!
//! A method can be in a file of its own: `methods.NAME = "own.toml"`, or `{ file = "own.toml", … }` where it is chosen, which names
//! it by the file. Whoever loads a spec gives the file's text as an override of the path `methods.NAME`, so that it is kept with
//! the spec and nothing else is needed to rerun it.

use super::document::DocumentReader;
use super::fault::{Fault, FaultKind};
use super::mistake::Mistake;
use super::overrides::Override;
use crate::catalogue::{Catalogue, EntryKind};
use crate::formula::{Definition, FormulaMistake, InFile, files, in_choices, is_name};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

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
    let files = method_files(table, overrides);
    for (place, (source, file)) in files.iter().enumerate() {
        let is_taken = |known: &str| known == file.name;
        let in_text = || table.get("methods").and_then(|methods| methods.get_ref().as_table()?.get(file.name.as_str()));
        if files[..place].iter().any(|(_, known)| is_taken(&known.name))
            || in_text().is_some_and(|node| node.get_ref().is_table())
        {
            let message = format!("`{}` is the name of another method, too", file.name);
            let mistake = FormulaMistake::new(file.span.clone(), message, "expected a name of its own for each file");
            let help = format!("name one of them in `[methods]`: own-name = \"{}\"", file.path);
            report(reading, *source, mistake.with_help(help));
        } else {
            read_file(reading, *source, file, overrides);
        }
    }
    let is_named = |given: &Override| files.iter().any(|(_, file)| given.path == format!("{METHODS}{}", file.name));
    for (index, given) in overrides.iter().enumerate().filter(|(_, given)| given.path.starts_with(METHODS)) {
        if !is_named(given) {
            let expected = "expected the name of a method that the spec takes from a file";
            let fault = Fault::unknown_key(&given.path, expected);
            reading.reader(index + 1, &given.path).report(0..given.value.len(), fault);
        }
    }
}

/// The names of all methods of a spec and its overrides.
pub fn names(table: &DeTable<'_>, overrides: &[Override]) -> BTreeSet<String> {
    let methods = table.get("methods").and_then(|methods| methods.get_ref().as_table());
    let named = methods.into_iter().flatten().map(|(name, _)| name.get_ref().to_string());
    named.chain(method_files(table, overrides).into_iter().map(|(_, file)| file.name)).collect()
}

/// Whether a mistake may be there only because methods are wrong: it names a parameter that one of them may declare.
pub fn may_follow(mistake: &Mistake) -> bool {
    let chooses =
        |kind: EntryKind| kind.setting().strip_suffix("kind").is_some_and(|owner| mistake.path.starts_with(owner));
    let is_parameter = [EntryKind::Optimizer, EntryKind::Annealing, EntryKind::Activation].into_iter().any(chooses);
    mistake.fault.kind == FaultKind::Unknown && is_parameter
}

/// The files that a spec and its overrides take methods from, with the source that names each. The text of a file is no override
/// that names others.
pub fn method_files(table: &DeTable<'_>, overrides: &[Override]) -> Vec<(usize, InFile)> {
    let mut all: Vec<(usize, InFile)> = files(table).into_iter().map(|file| (0, file)).collect();
    for (index, given) in overrides.iter().enumerate().filter(|(_, given)| !given.path.starts_with(METHODS)) {
        let mut chosen = Vec::new();
        DeValue::parse(&given.value).iter().for_each(|value| in_choices(&given.path, value, &mut chosen));
        for file in chosen {
            if !all.iter().any(|(_, known)| (&known.name, &known.path) == (&file.name, &file.path)) {
                all.push((index + 1, file));
            }
        }
    }
    all
}

fn read_file(reading: &mut DocumentReader<'_>, source: usize, file: &InFile, overrides: &[Override]) {
    if !is_name(&file.name) {
        let message = format!("`{}` cannot name a method by its file", file.path);
        let expected = "expected a file's name of small letters, digits and `-`, a letter first, at most 40";
        let mistake = FormulaMistake::new(file.span.clone(), message, expected);
        let help = format!("name it in `[methods]`: own-name = \"{}\"", file.path);
        return report(reading, source, mistake.with_help(help));
    }
    let path = format!("{METHODS}{}", file.name);
    let Some(index) = overrides.iter().position(|given| given.path == path) else {
        let message = format!("cannot read `{}`", file.path);
        let mistake = FormulaMistake::new(file.span.clone(), message, "expected a file beside the spec");
        return report(reading, source, mistake);
    };
    match Definition::parse(&file.name, &overrides[index].value) {
        Ok(definition) => add(reading, source, &definition, &overrides[index].value, file.span.clone()),
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
