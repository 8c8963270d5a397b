//! Reads a spec file and the overrides on the command line into a document.

use super::axes;
use super::by_source;
use super::claim;
use super::document::{Document, DocumentReader};
use super::fault::Fault;
use super::judge;
use super::key::{Key, KeyKind};
use super::keys::{find, names_in, sections, tables};
use super::methods::{self, METHODS};
use super::mistake::{Mistake, Place, Source};
use super::overrides::{self, Override};
use super::protocol;
use super::published;
use super::reader::in_order;
use super::syntax;
use crate::catalogue::Catalogue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the spec (the first source) and the overrides (the others); every mistake goes to `mistakes`.
pub fn parse(
    sources: &[Source],
    overrides: &[Override],
    catalogue: &Catalogue,
    mistakes: &mut Vec<Mistake>,
) -> Document {
    let text = &sources[0].text;
    let end = text.trim_end().len();
    let document = Document::empty(Place { source: 0, span: end..end }, catalogue.clone());
    let mut reading = DocumentReader { mistakes, document, sources: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        reading.document.is_toml = false;
        for (span, fault) in syntax::faults(text, &errors) {
            reading.reader(0, "").report(span, fault);
        }
        return reading.document;
    }
    let before = reading.mistakes.len();
    methods::read(&mut reading, text, table.get_ref(), overrides);
    if reading.mistakes.len() > before {
        reading.document.unread_methods = methods::names(table.get_ref(), overrides);
    }
    top(&mut reading, table.get_ref());
    // A choice before its parameters, which would be forgotten with what it replaces.
    let mut in_order: Vec<(usize, &Override)> = overrides.iter().enumerate().collect();
    in_order.sort_by_key(|(_, given)| given.path.matches('.').count());
    for (index, given) in in_order {
        if overrides[..index].iter().any(|other| other.path == given.path) {
            let message = format!("`{}` is given twice", given.path);
            reading
                .reader(index + 1, &given.path)
                .report(0..given.value.len(), Fault::twice(message, "expected one value"));
        }
        if !given.path.starts_with(METHODS) {
            overrides::apply(&mut reading, index + 1, given);
        }
    }
    if !reading.document.unread_methods.is_empty() {
        reading.mistakes.retain(|mistake| !methods::may_follow(mistake));
    }
    let DocumentReader { mistakes, mut document, sources } = reading;
    by_source::cross(sources, &document.seen, &mut document.sweep, mistakes);
    document
}

fn top(reading: &mut DocumentReader<'_>, table: &DeTable<'_>) {
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "name" => reading.name(0, value),
            "question" => match value.get_ref().as_str() {
                Some(question) => question.clone_into(&mut reading.document.question),
                None => reading.reader(0, "question").mismatch(value, "a sentence in quotes").unwrap_or_default(),
            },
            "seeds" => reading.seeds(0, value),
            "sweep" => axes::read(reading, value),
            "protocol" => reading.document.protocol = protocol::read(&mut reading.reader(0, "protocol"), value),
            "judge" => {
                let mut asked = std::mem::take(&mut reading.document.judge);
                judge::read(&mut reading.reader(0, "judge"), value, &mut asked);
                reading.document.judge = asked;
            }
            "claim" => reading.document.claim = claim::read(&mut reading.reader(0, "claim"), value),
            "published" => {
                reading.document.published = published::read(&mut reading.reader(0, "published"), value);
            }
            "methods" => {} // read before, since the rest names them
            "output" => output(reading, value),
            section if sections().contains(&section) => self::section(reading, section, value),
            path if !path.contains('.') && find(&reading.document.sweep.base.catalogue, path).is_some() => {
                reading.base_value(0, path, value);
            }
            _ => {
                let known = [
                    "name",
                    "question",
                    "seeds",
                    "output",
                    "judge",
                    "claim",
                    "protocol",
                    "published",
                    "sweep",
                    "methods",
                    "engine",
                    "precision",
                    "optimizer",
                    "annealing",
                ];
                let known = known.into_iter().chain(sections());
                reading.reader(0, "").unknown_key("", name, known);
            }
        }
    }
}

/// `[output]`: what is kept besides the tables.
fn output(reading: &mut DocumentReader<'_>, value: &Spanned<DeValue<'_>>) {
    let Some(table) = value.get_ref().as_table() else {
        reading.reader(0, "output").report(value.span(), Fault::no_table("output", "expected a table, `[output]`"));
        return;
    };
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "parameters" => reading.keep_parameters(0, value),
            _ => reading.reader(0, "output").unknown_key("output", name, ["parameters"]),
        }
    }
}

fn section(reading: &mut DocumentReader<'_>, section: &str, value: &Spanned<DeValue<'_>>) {
    let Some(table) = value.get_ref().as_table() else {
        reading.document.unread.insert(section.to_owned());
        let expected = format!("expected a table, `[{section}]`");
        reading.reader(0, section).report(value.span(), Fault::no_table(section, expected));
        return;
    };
    for (name, value) in in_order(table) {
        let path = format!("{section}.{}", name.get_ref());
        let catalogue = reading.document.sweep.base.catalogue.clone();
        match find(&catalogue, &path) {
            Some((_, None) | (Key { kind: KeyKind::Entry(_), .. }, Some(_))) => reading.base_value(0, &path, value),
            _ if tables().contains(&path.as_str()) => self::section(reading, &path, value),
            _ => {
                let known = names_in(&catalogue, section);
                reading.reader(0, &path).unknown_key(section, name, known.iter().map(String::as_str));
            }
        }
    }
}
