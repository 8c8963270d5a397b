//! Reading `[sweep]`: axes of one setting each, `zip` tables whose lists vary together, and cases one by one.

use super::combinations::{Axis, typed_of};
use super::document::{Reading, in_order};
use super::draft::all_paths;
use super::keys::{Key, KeyKind, find};
use super::problem::{Place, nearest};
use super::read::{MOST_ALTERNATIVES, Node};
use super::typed::{Located, Typed};
use std::borrow::Cow;
use std::collections::HashSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of `[sweep]` whose lists vary together.
const ZIP: &str = "zip";
/// A list in `[sweep]` of tables, each with a value for several settings.
const CASES: &str = "cases";

/// A setting in a table of the sweep, and what stands behind its name.
struct Setting<'t, 'i> {
    path: String,
    name: &'t Spanned<Cow<'i, str>>,
    key: &'static Key,
    value: &'t Node<'i>,
}

impl Setting<'_, '_> {
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
                _ => self.settings("", name, value).iter().for_each(|setting| self.axis_of(setting)),
            }
        }
        self.sweep_spoiled |= self.problems.len() > before;
    }

    /// The settings that stand under a name: written with quoted dotted keys or as nested tables.
    fn settings<'t, 'i>(
        &mut self,
        prefix: &str,
        name: &'t Spanned<Cow<'i, str>>,
        value: &'t Node<'i>,
    ) -> Vec<Setting<'t, 'i>> {
        let path = format!("{prefix}{}", name.get_ref());
        if let Some((key, _)) = find(&path).filter(|(key, _)| !holds_parameters(key, value)) {
            self.seen.insert(path.clone());
            return vec![Setting { path, name, key, value }];
        }
        if let Some(table) = value.get_ref().as_table()
            && all_paths().iter().any(|known| known.starts_with(&format!("{path}.")))
        {
            return self.settings_of(&format!("{path}."), table);
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

    fn settings_of<'t, 'i>(&mut self, prefix: &str, table: &'t DeTable<'i>) -> Vec<Setting<'t, 'i>> {
        in_order(table).into_iter().flat_map(|(name, value)| self.settings(prefix, name, value)).collect()
    }

    /// Whether no axis has the setting yet; else says so.
    fn is_new(&mut self, setting: &Setting<'_, '_>) -> bool {
        let twice = self.document.combinations.axes.iter().any(|axis| axis.paths.contains(&setting.path));
        if twice {
            let message = format!("the axis `{}` stands twice", setting.path);
            self.reader(0).report(setting.name.span(), message, "expected its values in one place", None);
        }
        !twice
    }

    fn axis_of(&mut self, setting: &Setting<'_, '_>) {
        if self.is_new(setting)
            && let Some(values) = self.reader(0).axis(setting.key, setting.parameter(), setting.value, true)
        {
            let alternatives = values.into_iter().map(|value| vec![Some(value)]).collect();
            self.document.combinations.axes.push(Axis { paths: vec![setting.path.clone()], alternatives });
        }
    }

    /// `[sweep.zip]`, or several as `[[sweep.zip]]`.
    fn zips(&mut self, value: &Node<'_>) {
        match value.get_ref() {
            DeValue::Table(table) => self.zip(value, table),
            DeValue::Array(tables) if tables.iter().all(|table| table.get_ref().is_table()) => {
                for value in tables {
                    value.get_ref().as_table().into_iter().for_each(|table| self.zip(value, table));
                }
            }
            _ => self.reader(0).mismatch(value, "a table of lists, `[sweep.zip]`,").unwrap_or_default(),
        }
    }

    /// One table whose lists, all of one length, vary together.
    fn zip(&mut self, value: &Node<'_>, table: &DeTable<'_>) {
        let settings = self.settings_of("", table);
        if table.is_empty() {
            let expected = "expected lists of one length, by key";
            self.reader(0).report(value.span(), "nothing that varies together", expected, None);
        }
        let (mut paths, mut columns): (Vec<String>, Vec<Vec<Located>>) = (Vec::new(), Vec::new());
        for setting in &settings {
            if !self.is_new(setting) {
                return;
            }
            let Some(column) = self.reader(0).axis(setting.key, setting.parameter(), setting.value, false) else {
                return;
            };
            if let (Some(first), Some(path)) = (columns.first(), paths.first())
                && first.len() != column.len()
            {
                let message = format!("`{}` has {}, and `{path}` {}", setting.path, values(column.len()), first.len());
                let expected = "expected as many: they vary together";
                self.reader(0).report(setting.value.span(), message, expected, None);
                return;
            }
            paths.push(setting.path.clone());
            columns.push(column);
        }
        let count = columns.first().map_or(0, Vec::len);
        let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
        let row = |_| columns.iter_mut().map(Iterator::next).collect();
        self.together(paths, (0..count).map(row).collect());
    }

    /// `[[sweep.cases]]`: each table a case, or several where a choice in it holds lists.
    fn cases(&mut self, value: &Node<'_>) {
        let list = value.get_ref().as_array().filter(|list| list.iter().all(|case| case.get_ref().is_table()));
        let Some(list) = list.filter(|list| !list.is_empty()) else {
            return self.reader(0).mismatch(value, "a list of tables, `[[sweep.cases]]`,").unwrap_or_default();
        };
        let (mut paths, mut cases) = (Vec::<String>::new(), Vec::<Vec<(usize, Located)>>::new());
        for case in list.iter().filter_map(|case| case.get_ref().as_table()) {
            let mut these = vec![Vec::new()];
            for setting in self.settings_of("", case) {
                let mut reader = self.reader(0);
                let Some(values) = reader.alternative(setting.key, setting.parameter(), setting.value) else {
                    continue;
                };
                if cases.len() + these.len() * values.len() > MOST_ALTERNATIVES {
                    let expected = format!("expected {MOST_ALTERNATIVES} at most");
                    return reader.report(setting.value.span(), "too many cases", expected, None);
                }
                let known = paths.iter().position(|path| *path == setting.path);
                if known.is_none() {
                    if !self.is_new(&setting) {
                        return;
                    }
                    paths.push(setting.path.clone());
                }
                let column = known.unwrap_or(paths.len() - 1);
                let place = Place { source: 0, span: setting.value.span() };
                let with = |case: &Vec<(usize, Located)>, typed: &Typed| {
                    let value = Located { typed: typed.clone(), place: place.clone() };
                    case.iter().cloned().chain([(column, value)]).collect()
                };
                these = these.iter().flat_map(|case| values.iter().map(move |typed| with(case, typed))).collect();
            }
            cases.extend(these);
        }
        if paths.is_empty() {
            return; // each name in them is unknown, which was said, or there is none
        }
        let row = |case: Vec<(usize, Located)>| {
            let mut row = vec![None; paths.len()];
            case.into_iter().for_each(|(column, value)| row[column] = Some(value));
            row
        };
        let alternatives = cases.into_iter().map(row).collect();
        self.together(paths, alternatives);
    }

    /// An axis of several settings, each combination of which stands once.
    fn together(&mut self, paths: Vec<String>, alternatives: Vec<Vec<Option<Located>>>) {
        let mut seen = HashSet::new();
        for row in &alternatives {
            if !seen.insert(typed_of(row)) {
                let place = row.iter().flatten().next().map(|value| value.place.span.clone()).unwrap_or_default();
                let message = format!("the same values of `{}` stand twice", paths.join("`, `"));
                return self.reader(0).report(place, message, "expected each combination once", None);
            }
        }
        if !alternatives.is_empty() {
            self.document.combinations.axes.push(Axis { paths, alternatives });
        }
    }
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
