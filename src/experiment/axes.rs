//! Reading `[sweep]`: axes of one setting each, `zip` tables whose lists vary together, and cases one by one.

use super::combinations::{Axis, typed_of};
use super::document::{Reading, in_order};
use super::draft::all_paths;
use super::keys::{Key, KeyKind, find};
use super::problem::{Place, nearest};
use super::range::drawn;
use super::read::{MOST_ALTERNATIVES, Node};
use super::typed::Located;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of `[sweep]` whose lists vary together.
const ZIP: &str = "zip";
/// A list in `[sweep]` of tables, each with a value for several settings.
const CASES: &str = "cases";

/// A setting that stands in a table of the sweep, and what stands behind its name.
struct Given<'t, 'i> {
    path: String,
    name: &'t Spanned<Cow<'i, str>>,
    key: &'static Key,
    value: &'t Node<'i>,
}

impl Given<'_, '_> {
    fn parameter(&self) -> Option<&str> {
        find(&self.path)?.1
    }
}

impl Reading<'_> {
    /// Reads the axes, in the order of the file.
    pub fn sweep(&mut self, value: &Node<'_>) {
        let Some(table) = value.get_ref().as_table() else {
            self.reader(0).report(value.span(), "`sweep` is no table", "expected `[sweep]` with lists by key", None);
            return;
        };
        let before = self.problems.len();
        for (name, value) in in_order(table) {
            match name.get_ref().as_ref() {
                ZIP => self.zips(value),
                CASES => self.cases(value),
                _ => self.under("", name, value).iter().for_each(|given| self.axis_of(given)),
            }
        }
        self.sweep_spoiled |= self.problems.len() > before;
    }

    /// The settings under a name, which no axis has yet: written with quoted dotted keys or as nested tables.
    fn under<'t, 'i>(
        &mut self,
        prefix: &str,
        name: &'t Spanned<Cow<'i, str>>,
        value: &'t Node<'i>,
    ) -> Vec<Given<'t, 'i>> {
        let path = format!("{prefix}{}", name.get_ref());
        if let Some((key, _)) =
            find(&path).filter(|(key, parameter)| parameter.is_some() || !holds_parameters(key, value))
        {
            self.seen.insert(path.clone());
            if self.document.combinations.axes.iter().any(|axis| axis.paths.contains(&path)) {
                self.twice(&path, name.span());
                return Vec::new();
            }
            return vec![Given { path, name, key, value }];
        }
        if let Some(table) = value.get_ref().as_table()
            && all_paths().iter().any(|known| known.starts_with(&format!("{path}.")))
        {
            return in_order(table)
                .into_iter()
                .flat_map(|(name, value)| self.under(&format!("{path}."), name, value))
                .collect();
        }
        let paths = all_paths();
        let help = nearest(&path, paths.iter().map(String::as_str));
        let message = if ["seeds", "name", ZIP, CASES].contains(&path.as_str()) {
            format!("`{path}` cannot be swept")
        } else {
            format!("unknown axis `{path}`")
        };
        let expected = "expected the dotted name of a setting, such as \"train.batch\"";
        self.reader(0).report(name.span(), message, expected, help);
        Vec::new()
    }

    /// The settings of a table, each once.
    fn settings<'t, 'i>(&mut self, table: &'t DeTable<'i>) -> Vec<Given<'t, 'i>> {
        let mut all: Vec<Given<'t, 'i>> = Vec::new();
        for (name, value) in in_order(table) {
            for given in self.under("", name, value) {
                if all.iter().any(|other| other.path == given.path) {
                    self.twice(&given.path, given.name.span());
                } else {
                    all.push(given);
                }
            }
        }
        all
    }

    fn twice(&mut self, path: &str, span: Range<usize>) {
        let expected = "expected its values in one place";
        self.reader(0).report(span, format!("the axis `{path}` stands twice"), expected, None);
    }

    fn axis_of(&mut self, given: &Given<'_, '_>) {
        if let Some(values) = self.reader(0).axis(given.key, given.parameter(), given.value, true) {
            let alternatives = values.into_iter().map(|value| vec![Some(value)]).collect();
            self.document.combinations.axes.push(Axis { paths: vec![given.path.clone()], alternatives });
        }
    }

    /// `[sweep.zip]`, or several as `[[sweep.zip]]`.
    fn zips(&mut self, value: &Node<'_>) {
        let tables: Option<Vec<&Node<'_>>> = match value.get_ref() {
            DeValue::Table(_) => Some(vec![value]),
            DeValue::Array(tables) => Some(tables.iter().filter(|table| table.get_ref().is_table()).collect())
                .filter(|found: &Vec<_>| found.len() == tables.len() && !found.is_empty()),
            _ => None,
        };
        let Some(tables) = tables else {
            self.reader(0).mismatch::<()>(value, "a table of lists, `[sweep.zip]`,");
            return;
        };
        for table in tables {
            let Some(table) = table.get_ref().as_table().filter(|table| !table.is_empty()) else {
                let expected = "expected lists of one length, by key";
                self.reader(0).report(table.span(), "nothing that varies together", expected, None);
                continue;
            };
            self.zip(table);
        }
    }

    /// One table whose lists, all of one length, vary together.
    fn zip(&mut self, table: &DeTable<'_>) {
        let before = self.problems.len();
        let settings = self.settings(table);
        let mut columns: Vec<Column> = Vec::new();
        for given in &settings {
            let Some(values) = self.reader(0).axis(given.key, given.parameter(), given.value, false) else { continue };
            let count = drawn(given.value).unwrap_or(values.len());
            columns.push(Column { count, is_drawn: drawn(given.value).is_some(), values: values.into_iter() });
        }
        if self.problems.len() > before {
            return;
        }
        let Some(count) = columns.first().map(|column| column.count) else { return };
        for (given, column) in settings.iter().zip(&columns).filter(|(_, column)| column.count != count) {
            let (path, first, own) = (&given.path, &settings[0].path, values(column.count));
            let message = format!("`{path}` has {own}, and `{first}` {count}");
            self.reader(0).report(given.value.span(), message, "expected as many: they vary together", None);
        }
        if self.problems.len() > before {
            return;
        }
        let paths: Vec<String> = settings.iter().map(|given| given.path.clone()).collect();
        let (mut alternatives, mut seen) = (Vec::new(), HashSet::new());
        let is_drawn = columns.iter().any(|column| column.is_drawn);
        for _ in 0..count {
            let mut row: Vec<Option<Located>> = columns.iter_mut().map(|column| column.values.next()).collect();
            // What was drawn before is drawn anew; lists stand as they are.
            while is_drawn && !seen.insert(typed_of(&row)) {
                for (value, column) in row.iter_mut().zip(&mut columns).filter(|(_, column)| column.is_drawn) {
                    *value = column.values.next();
                }
                if row.iter().any(Option::is_none) {
                    let place = settings.iter().find(|given| drawn(given.value).is_some());
                    place.into_iter().for_each(|given| _ = self.reader(0).too_few::<()>(count, given.value));
                    return;
                }
            }
            alternatives.push(row);
        }
        let spans: Vec<Range<usize>> = vec![settings[0].name.span(); count];
        self.together(paths, alternatives, &spans);
    }

    /// `[[sweep.cases]]`: each table a case, or several where a choice in it holds lists.
    fn cases(&mut self, value: &Node<'_>) {
        let before = self.problems.len();
        let list = value.get_ref().as_array().filter(|list| list.iter().all(|case| case.get_ref().is_table()));
        let Some(list) = list.filter(|list| !list.is_empty()) else {
            self.reader(0).mismatch::<()>(value, "a list of tables, `[[sweep.cases]]`,");
            return;
        };
        let mut paths: Vec<String> = Vec::new();
        let (mut cases, mut spans) = (Vec::<Vec<(usize, Located)>>::new(), Vec::new());
        for case in list {
            let mut these = vec![Vec::new()];
            for given in case.get_ref().as_table().map(|table| self.settings(table)).unwrap_or_default() {
                let mut reader = self.reader(0);
                let Some(values) = reader.alternative(given.key, given.parameter(), given.value) else { continue };
                if cases.len() + these.len() * values.len() > MOST_ALTERNATIVES {
                    let expected = format!("expected {MOST_ALTERNATIVES} at most");
                    return reader.report(given.value.span(), "too many cases", expected, None);
                }
                let known = paths.iter().position(|path| *path == given.path);
                let column = known.unwrap_or_else(|| {
                    paths.push(given.path.clone());
                    paths.len() - 1
                });
                let place = Place { source: 0, span: given.value.span() };
                let value = |typed| (column, Located { typed, place: place.clone() });
                let values: Vec<(usize, Located)> = values.into_iter().map(value).collect();
                let with = |case: &Vec<(usize, Located)>| {
                    let case = case.clone();
                    values
                        .iter()
                        .map(move |value| case.iter().cloned().chain([value.clone()]).collect())
                        .collect::<Vec<_>>()
                };
                these = these.iter().flat_map(with).collect();
            }
            spans.extend(vec![case.span(); these.len()]);
            cases.extend(these);
        }
        if self.problems.len() > before {
            return;
        }
        let row = |case: Vec<(usize, Located)>| {
            let mut row = vec![None; paths.len()];
            case.into_iter().for_each(|(column, value)| row[column] = Some(value));
            row
        };
        let alternatives = cases.into_iter().map(row).collect();
        if paths.is_empty() {
            let expected = "expected values for some settings in one case at least";
            return self.reader(0).report(value.span(), "cases that set nothing", expected, None);
        }
        self.together(paths, alternatives, &spans);
    }

    /// An axis of several settings, each combination of which stands once; the spans say where each is written.
    fn together(&mut self, paths: Vec<String>, alternatives: Vec<Vec<Option<Located>>>, spans: &[Range<usize>]) {
        let mut seen = HashSet::new();
        for (row, span) in alternatives.iter().zip(spans) {
            if !seen.insert(typed_of(row)) {
                let place = row.iter().flatten().next().map_or(span, |value| &value.place.span);
                let message = format!("the same values of `{}` stand twice", paths.join("`, `"));
                return self.reader(0).report(place.clone(), message, "expected each combination once", None);
            }
        }
        self.document.combinations.axes.push(Axis { paths, alternatives });
    }
}

/// A list of a zip, or numbers drawn for it, of which there are spare ones.
struct Column {
    count: usize,
    is_drawn: bool,
    values: std::vec::IntoIter<Located>,
}

fn values(count: usize) -> String {
    format!("{count} {}", if count == 1 { "value" } else { "values" })
}

/// Whether a table under a choice's path holds axes for its parameters, and is no range or choice itself.
fn holds_parameters(key: &Key, value: &Node<'_>) -> bool {
    let KeyKind::Choice(entries) = key.kind else { return false };
    let known = |name: &str| entries().iter().any(|entry| entry.parameter(name).is_some());
    value
        .get_ref()
        .as_table()
        .is_some_and(|table| !table.is_empty() && table.iter().all(|(name, _)| known(name.get_ref())))
}
