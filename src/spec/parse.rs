//! Reads a spec file and the overrides on the command line into a document.

use super::axes;
use super::by_source;
use super::document::{Document, Reading};
use super::judge;
use super::keys::{KEYS, find, sections};
use super::overrides::{self, Override};
use super::problem::{Place, Problem, Source};
use super::protocol;
use super::reader::in_order;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the spec (the first source) and the overrides (the others); every mistake goes to `problems`.
pub fn parse(sources: &[Source], overrides: &[Override], problems: &mut Vec<Problem>) -> Document {
    let text = &sources[0].text;
    let end = text.trim_end().len();
    let document = Document::empty(Place { source: 0, span: end..end });
    let mut reading = Reading { problems, document, sources: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(text.len()..text.len());
        let message = error.message().replace('\n', ", ");
        let expected = "unexpected here";
        reading.reader(0).report(span, format!("not valid TOML: {message}"), expected, None);
    }
    reading.document.is_toml = errors.is_empty();
    top(&mut reading, table.get_ref());
    // A choice before its parameters, which would be forgotten with what it replaces.
    let mut in_order: Vec<(usize, &Override)> = overrides.iter().enumerate().collect();
    in_order.sort_by_key(|(_, given)| given.path.matches('.').count());
    for (index, given) in in_order {
        if overrides[..index].iter().any(|other| other.path == given.path) {
            let message = format!("`{}` is given twice", given.path);
            reading.reader(index + 1).report(0..given.value.len(), message, "expected one value", None);
        }
        overrides::apply(&mut reading, index + 1, given);
    }
    let Reading { problems, mut document, sources } = reading;
    by_source::cross(sources, &document.seen, &mut document.sweep, problems);
    document
}

fn top(reading: &mut Reading<'_>, table: &DeTable<'_>) {
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "name" => reading.name(0, value),
            "question" => match value.get_ref().as_str() {
                Some(question) => question.clone_into(&mut reading.document.question),
                None => reading.reader(0).report(
                    value.span(),
                    "`question` is no text",
                    "expected a sentence in quotes",
                    None,
                ),
            },
            "seeds" => reading.seeds(0, value),
            "sweep" => axes::read(reading, value),
            "protocol" => reading.document.protocol = protocol::read(&mut reading.reader(0), value),
            "judge" => {
                let mut asked = std::mem::take(&mut reading.document.judge);
                judge::read(&mut reading.reader(0), value, &mut asked);
                reading.document.judge = asked;
            }
            "output" => output(reading, value),
            section if sections().contains(&section) => self::section(reading, section, value),
            path if !path.contains('.') && find(path).is_some() => reading.base_value(0, path, value),
            _ => {
                let known = [
                    "name",
                    "question",
                    "seeds",
                    "output",
                    "judge",
                    "protocol",
                    "sweep",
                    "engine",
                    "precision",
                    "optimizer",
                    "annealing",
                ];
                let known = known.into_iter().chain(sections());
                reading.reader(0).unknown("key", name, known);
            }
        }
    }
}

/// `[output]`: what is kept besides the tables.
fn output(reading: &mut Reading<'_>, value: &Spanned<DeValue<'_>>) {
    let Some(table) = value.get_ref().as_table() else {
        reading.reader(0).report(value.span(), "`output` is no table", "expected a table, `[output]`", None);
        return;
    };
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            "parameters" => reading.keep_parameters(0, value),
            _ => reading.reader(0).unknown("key in `[output]`", name, ["parameters"]),
        }
    }
}

fn section(reading: &mut Reading<'_>, section: &str, value: &Spanned<DeValue<'_>>) {
    let Some(table) = value.get_ref().as_table() else {
        reading.document.seen.insert(section.to_owned());
        let expected = format!("expected a table, `[{section}]`");
        reading.reader(0).report(value.span(), format!("`{section}` is no table"), expected, None);
        return;
    };
    for (name, value) in in_order(table) {
        let path = format!("{section}.{}", name.get_ref());
        match find(&path) {
            Some((_, None)) => reading.base_value(0, &path, value),
            _ => {
                let prefix = format!("{section}.");
                let known = KEYS.iter().filter_map(|key| key.path.strip_prefix(&prefix));
                reading.reader(0).unknown(&format!("key in `[{section}]`"), name, known);
            }
        }
    }
}
