//! What the forms of an axis have in common: the settings that a table of `[sweep]` names, and rows of values that go together.

use super::document::DocumentReader;
use super::draft::Located;
use super::fault::{Fault, Meant};
use super::key::{Key, KeyKind};
use super::keys::{all_paths, find, sections};
use super::names::meant_path;
use super::reader::{Node, in_order};
use super::sweep::{SweepAxis, keys_of};
use crate::catalogue::Catalogue;
use crate::record::MEASURES;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::DeTable;

/// A table of `[sweep]` whose lists vary together.
pub const ZIP: &str = "zip";
/// A list in `[sweep]` of tables, each with a value for several settings.
pub const CASES: &str = "cases";

/// A setting that stands in a table of the sweep, and what stands behind its name.
pub struct Given<'t, 'i> {
    pub path: String,
    pub name: &'t Spanned<Cow<'i, str>>,
    pub key: &'static Key,
    pub value: &'t Node<'i>,
}

impl Given<'_, '_> {
    pub fn parameter(&self) -> Option<&str> {
        if self.path == self.key.path { None } else { self.path.rsplit_once('.').map(|(_, name)| name) }
    }
}

/// Says what is wrong with the axes. Not every mistake of a file is kept, so it is noted besides that there is one.
pub fn wrong(reading: &mut DocumentReader<'_>, path: &str, span: Range<usize>, fault: Fault) {
    reading.document.sweep_spoiled = true;
    reading.reader(0, path).report(span, fault);
}

/// Notes a mistake that was said already.
pub fn good<T>(reading: &mut DocumentReader<'_>, read: Option<T>) -> Option<T> {
    reading.document.sweep_spoiled |= read.is_none();
    read
}

/// Notes a mistake in the values of a setting that was said already.
pub fn good_of<T>(reading: &mut DocumentReader<'_>, path: &str, read: Option<T>) -> Option<T> {
    if read.is_none() {
        reading.document.unread.insert(path.to_owned());
    }
    good(reading, read)
}

/// The settings under a name, which no axis has yet: written with quoted dotted keys or as nested tables.
pub fn under<'t, 'i>(
    reading: &mut DocumentReader<'_>,
    prefix: &str,
    name: &'t Spanned<Cow<'i, str>>,
    value: &'t Node<'i>,
) -> Vec<Given<'t, 'i>> {
    let path = format!("{prefix}{}", name.get_ref());
    let catalogue = reading.document.sweep.base.catalogue.clone();
    let is_axis = |(key, parameter): &(&Key, Option<&str>)| {
        path != MEASURES && (parameter.is_some() || !holds_parameters(&catalogue, key, value))
    };
    if let Some((key, _)) = find(&catalogue, &path).filter(is_axis) {
        reading.document.seen.insert(path.clone());
        if reading.document.sweep.axes.iter().any(|axis| axis.paths.contains(&path)) {
            twice(reading, &path, name.span());
            return Vec::new();
        }
        return vec![Given { path, name, key, value }];
    }
    if let Some(table) = value.get_ref().as_table()
        && all_paths(&catalogue).iter().any(|known| known.starts_with(&format!("{path}.")))
    {
        return in_order(table)
            .into_iter()
            .flat_map(|(name, value)| under(reading, &format!("{path}."), name, value))
            .collect();
    }
    let expected = "expected the dotted name of a setting, such as \"train.batch\"";
    let fault = if path == MEASURES {
        let why = "all runs are compared by the same measures";
        Fault::unfit(format!("`{path}` cannot be swept: {why}"), "expected them in `[train]`")
    } else if ["seeds", "name", ZIP, CASES].contains(&path.as_str()) {
        Fault::unfit(format!("`{path}` cannot be swept"), expected)
    } else if sections().contains(&path.as_str()) {
        let help = format!(
            "whole alternatives are cases: `[[sweep.cases]]`, each with `label = \"…\"` and `{path} = {{ … }}`"
        );
        Fault::unfit(format!("`{path}` cannot be swept as a whole"), expected)
            .meaning(Some(Meant { path: format!("{path}.kind"), help }))
    } else {
        Fault::unknown_axis(&path, expected).meaning(meant_path(&catalogue, &path))
    };
    wrong(reading, &path, name.span(), fault);
    Vec::new()
}

/// The settings of a table, each once, but for a key that is none.
pub fn settings<'t, 'i>(
    reading: &mut DocumentReader<'_>,
    table: &'t DeTable<'i>,
    no_setting: Option<&str>,
) -> Vec<Given<'t, 'i>> {
    let mut all: Vec<Given<'t, 'i>> = Vec::new();
    for (name, value) in in_order(table).into_iter().filter(|(name, _)| Some(name.get_ref().as_ref()) != no_setting) {
        for given in under(reading, "", name, value) {
            if all.iter().any(|other| other.path == given.path) {
                twice(reading, &given.path, given.name.span());
            } else {
                all.push(given);
            }
        }
    }
    all
}

pub fn twice(reading: &mut DocumentReader<'_>, path: &str, span: Range<usize>) {
    let expected = "expected its values in one place";
    wrong(reading, path, span, Fault::twice(format!("the axis `{path}` is given twice"), expected));
}

/// Rows of an axis of several settings: cases of one value each.
#[derive(Default)]
pub struct CaseRows {
    /// The settings, as they first occur.
    paths: Vec<String>,
    /// Of each row its values, by the places of their settings.
    rows: Vec<Vec<(usize, Located)>>,
    /// Where each row is written.
    spans: Vec<Range<usize>>,
    /// What each row is called, if it is; empty where no row can be.
    labels: Vec<Option<String>>,
}

impl CaseRows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no row sets anything.
    pub fn sets_nothing(&self) -> bool {
        self.paths.is_empty()
    }

    /// Whether some row is called so.
    pub fn has_label(&self, label: &str) -> bool {
        self.labels.iter().flatten().any(|known| known == label)
    }

    /// Adds a row: values by their settings, where it is written and what it is called.
    pub fn add(&mut self, row: Vec<(String, Located)>, span: Range<usize>, label: Option<String>) {
        let placed = |(path, value): (String, Located)| {
            let known = self.paths.iter().position(|known| *known == path);
            let place = known.unwrap_or_else(|| {
                self.paths.push(path);
                self.paths.len() - 1
            });
            (place, value)
        };
        let row = row.into_iter().map(placed).collect();
        self.rows.push(row);
        self.spans.push(span);
        self.labels.push(label);
    }

    /// Makes one axis of the rows, with their names as values of the setting `called`.
    pub fn into_axis(self, reading: &mut DocumentReader<'_>, called: &'static str) {
        let count = self.paths.len();
        let row = |row: Vec<(usize, Located)>| {
            let mut values = vec![None; count];
            row.into_iter().for_each(|(place, value)| values[place] = Some(value));
            values
        };
        let alternatives = self.rows.into_iter().map(row).collect();
        together(reading, self.paths, alternatives, &self.spans, (self.labels, called));
    }
}

/// The rows that each of some rows makes with each of some values of a setting.
pub fn times(rows: &[Vec<(String, Located)>], path: &str, values: &[Located]) -> Vec<Vec<(String, Located)>> {
    let with = |row: &Vec<(String, Located)>| {
        let row = row.clone();
        values.iter().map(move |value| row.iter().cloned().chain([(path.to_owned(), value.clone())]).collect())
    };
    rows.iter().flat_map(with).collect()
}

/// An axis of several settings, each combination of which stands once; the spans say where each is written.
pub fn together(
    reading: &mut DocumentReader<'_>,
    paths: Vec<String>,
    alternatives: Vec<Vec<Option<Located>>>,
    spans: &[Range<usize>],
    (labels, called): (Vec<Option<String>>, &'static str),
) {
    let mut seen = HashSet::new();
    for (row, span) in alternatives.iter().zip(spans) {
        if !seen.insert(keys_of(row)) {
            let place = row.iter().flatten().next().map_or(span, |value| &value.place.span);
            let message = format!("the same values of `{}` are given twice", paths.join("`, `"));
            return wrong(reading, "sweep", place.clone(), Fault::twice(message, "expected each combination once"));
        }
    }
    reading.document.sweep.axes.push(SweepAxis { labels, called, ..SweepAxis::new(paths, alternatives) });
}

/// Whether a table under a choice's path holds axes for its parameters, and is no range or choice itself.
fn holds_parameters(catalogue: &Catalogue, key: &Key, value: &Node<'_>) -> bool {
    let KeyKind::Choice(kind) = key.kind else { return false };
    let known = |name: &str| !catalogue.parameters(kind, name).is_empty();
    value
        .get_ref()
        .as_table()
        .is_some_and(|table| !table.is_empty() && table.iter().all(|(name, _)| known(name.get_ref())))
}
