//! Reads `[sweep]`: axes of one setting each, `zip` tables whose lists vary together, and cases one by one.

use super::document::DocumentReader;
use super::draft::Located;
use super::fault::Fault;
use super::key::{Key, KeyKind};
use super::keys::{all_paths, find};
use super::mistake::Place;
use super::names::meant_path;
use super::range::{drawn, too_few};
use super::read::{alternative, axis};
use super::reader::{MOST_ALTERNATIVES, Node, in_order};
use super::sweep::{SweepAxis, keys_of};
use crate::catalogue::Catalogue;
use crate::record::MEASURES;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of `[sweep]` whose lists vary together.
const ZIP: &str = "zip";
/// A list in `[sweep]` of tables, each with a value for several settings.
const CASES: &str = "cases";

/// What a case is called in answers, tables and figures.
const LABEL: &str = "label";

/// A setting that stands in a table of the sweep, and what stands behind its name.
struct Given<'t, 'i> {
    path: String,
    name: &'t Spanned<Cow<'i, str>>,
    key: &'static Key,
    value: &'t Node<'i>,
}

impl Given<'_, '_> {
    fn parameter(&self) -> Option<&str> {
        if self.path == self.key.path { None } else { self.path.rsplit_once('.').map(|(_, name)| name) }
    }
}

/// Reads the axes, in the order of the file.
pub fn read(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let Some(table) = value.get_ref().as_table() else {
        return wrong(reading, "sweep", value.span(), Fault::no_table("sweep", "expected `[sweep]` with lists by key"));
    };
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            ZIP => zips(reading, value),
            CASES => cases(reading, value),
            _ => under(reading, "", name, value).iter().for_each(|given| axis_of(reading, given)),
        }
    }
}

/// Says what is wrong with the axes. Not every mistake of a file is kept, so it is noted besides that there is one.
fn wrong(reading: &mut DocumentReader<'_>, path: &str, span: Range<usize>, fault: Fault) {
    reading.document.sweep_spoiled = true;
    reading.reader(0, path).report(span, fault);
}

/// Notes a mistake that was said already.
fn good<T>(reading: &mut DocumentReader<'_>, read: Option<T>) -> Option<T> {
    reading.document.sweep_spoiled |= read.is_none();
    read
}

/// Notes a mistake in the values of a setting that was said already.
fn good_of<T>(reading: &mut DocumentReader<'_>, path: &str, read: Option<T>) -> Option<T> {
    if read.is_none() {
        reading.document.unread.insert(path.to_owned());
    }
    good(reading, read)
}

/// The settings under a name, which no axis has yet: written with quoted dotted keys or as nested tables.
fn under<'t, 'i>(
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
    } else {
        Fault::unknown_axis(&path, expected).meaning(meant_path(&catalogue, &path))
    };
    wrong(reading, &path, name.span(), fault);
    Vec::new()
}

/// The settings of a table, each once.
fn settings<'t, 'i>(reading: &mut DocumentReader<'_>, table: &'t DeTable<'i>) -> Vec<Given<'t, 'i>> {
    settings_but(reading, table, None)
}

/// The settings of a case, which may have a label besides.
fn settings_of_case<'t, 'i>(reading: &mut DocumentReader<'_>, table: &'t DeTable<'i>) -> Vec<Given<'t, 'i>> {
    settings_but(reading, table, Some(LABEL))
}

fn settings_but<'t, 'i>(
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

fn twice(reading: &mut DocumentReader<'_>, path: &str, span: Range<usize>) {
    let expected = "expected its values in one place";
    wrong(reading, path, span, Fault::twice(format!("the axis `{path}` is given twice"), expected));
}

fn axis_of(reading: &mut DocumentReader<'_>, given: &Given<'_, '_>) {
    let values = axis(&mut reading.reader(0, &given.path), given.key, given.parameter(), given.value, true);
    if let Some(values) = good_of(reading, &given.path, values) {
        let alternatives = values.into_iter().map(|value| vec![Some(value)]).collect();
        reading.document.sweep.axes.push(SweepAxis::new(vec![given.path.clone()], alternatives));
    }
}

/// `[sweep.zip]`, or several as `[[sweep.zip]]`.
fn zips(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let tables: Option<Vec<&Node<'_>>> = match value.get_ref() {
        DeValue::Table(_) => Some(vec![value]),
        DeValue::Array(tables) => Some(tables.iter().filter(|table| table.get_ref().is_table()).collect())
            .filter(|found: &Vec<_>| found.len() == tables.len() && !found.is_empty()),
        _ => None,
    };
    let Some(tables) = tables else {
        let mistaken = reading.reader(0, "sweep.zip").mismatch::<()>(value, "a table of lists, `[sweep.zip]`,");
        good(reading, mistaken);
        return;
    };
    for table in tables {
        let settings = table.get_ref().as_table().map(|table| settings(reading, table)).unwrap_or_default();
        if settings.is_empty() && !reading.document.sweep_spoiled {
            let expected = "expected lists of one length, by key";
            wrong(reading, "sweep.zip", table.span(), Fault::missing("nothing that varies together", expected));
        }
        zip(reading, &settings);
    }
}

/// Settings whose lists, all of one length, vary together.
fn zip(reading: &mut DocumentReader<'_>, settings: &[Given<'_, '_>]) {
    let column = |given: &Given<'_, '_>| {
        let values =
            axis(&mut reading.reader(0, &given.path), given.key, given.parameter(), given.value, settings.len() == 1);
        let values = good_of(reading, &given.path, values)?;
        let (count, is_drawn) = (drawn(given.value).unwrap_or(values.len()), drawn(given.value).is_some());
        Some(Zipped { count, is_drawn, values: values.into_iter() })
    };
    // Each is read, so that each mistake is said.
    let columns: Vec<Option<Zipped>> = settings.iter().map(column).collect();
    let Some(mut columns) = columns.into_iter().collect::<Option<Vec<Zipped>>>() else { return };
    let Some(count) = columns.first().map(|column| column.count) else { return };
    if let Some((given, column)) = settings.iter().zip(&columns).find(|(_, column)| column.count != count) {
        let (path, first, own) = (&given.path, &settings[0].path, values(column.count));
        let message = format!("`{path}` has {own}, and `{first}` {count}");
        return wrong(
            reading,
            &given.path,
            given.value.span(),
            Fault::unfit(message, "expected as many: they vary together"),
        );
    }
    let paths: Vec<String> = settings.iter().map(|given| given.path.clone()).collect();
    let (mut alternatives, mut seen) = (Vec::new(), HashSet::new());
    let first_drawn = settings.iter().find(|given| drawn(given.value).is_some());
    for _ in 0..count {
        let mut row: Vec<Option<Located>> = columns.iter_mut().map(|column| column.values.next()).collect();
        // What was drawn before is drawn anew; lists stand as they are.
        while let Some(drawn) = first_drawn {
            if row.iter().any(Option::is_none) {
                let too_few = too_few::<()>(&mut reading.reader(0, "sweep.zip"), count, drawn.value);
                good(reading, too_few);
                return;
            }
            if seen.insert(keys_of(&row)) {
                break;
            }
            for (value, column) in row.iter_mut().zip(&mut columns).filter(|(_, column)| column.is_drawn) {
                *value = column.values.next();
            }
        }
        alternatives.push(row);
    }
    let spans: Vec<Range<usize>> = vec![settings[0].name.span(); count];
    together(reading, paths, alternatives, &spans, Vec::new());
}

/// `[[sweep.cases]]`: each table a case, or several where a choice in it holds lists.
fn cases(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let spoiled_before = std::mem::take(&mut reading.document.sweep_spoiled);
    let axis = cases_of(reading, value);
    let spoiled = std::mem::replace(&mut reading.document.sweep_spoiled, spoiled_before);
    reading.document.sweep_spoiled |= spoiled;
    if let Some((paths, alternatives, spans, labels)) = axis.filter(|_| !spoiled) {
        together(reading, paths, alternatives, &spans, labels);
    }
}

/// The label of a case, if it has one.
fn label_of(reading: &mut DocumentReader<'_>, case: &Node<'_>) -> Option<String> {
    let node = case.get_ref().as_table()?.get(LABEL)?;
    let label = node.get_ref().as_str().map(str::trim).filter(|label| !label.is_empty() && !label.contains('\n'));
    if label.is_none() {
        let mistaken = reading.reader(0, "sweep.cases.label").mismatch(node, "a text of one line");
        return good(reading, mistaken);
    }
    label.map(str::to_owned)
}

/// The settings of all cases, the cases, and where each is written.
fn cases_of(reading: &mut DocumentReader<'_>, value: &Node<'_>) -> Option<Cases> {
    let list = value.get_ref().as_array().filter(|list| list.iter().all(|case| case.get_ref().is_table()));
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        let mistaken = reading.reader(0, "sweep.cases").mismatch(value, "a list of tables, `[[sweep.cases]]`,");
        return good(reading, mistaken);
    };
    let mut paths: Vec<String> = Vec::new();
    let (mut cases, mut spans) = (Vec::<Vec<(usize, Located)>>::new(), Vec::new());
    let mut labels: Vec<Option<String>> = Vec::new();
    for case in list {
        let mut these = vec![Vec::new()];
        let label = label_of(reading, case);
        if label.is_some() && labels.contains(&label) {
            let message = format!("the label `{}` is given twice", label.clone().unwrap_or_default());
            let fault = Fault::twice(message, "expected a label of its own for each case");
            wrong(reading, "sweep.cases.label", case.span(), fault);
        }
        for given in case.get_ref().as_table().map(|table| settings_of_case(reading, table)).unwrap_or_default() {
            let values = alternative(&mut reading.reader(0, &given.path), given.key, given.parameter(), given.value);
            let Some(values) = good_of(reading, &given.path, values) else { continue };
            if cases.len() + these.len() * values.len() > MOST_ALTERNATIVES {
                let expected = format!("expected {MOST_ALTERNATIVES} at most");
                wrong(reading, &given.path, given.value.span(), Fault::too_many("too many cases", expected));
                return None;
            }
            if let Some((_, parameter)) = given.path.rsplit_once('.')
                && these.iter().flatten().any(|(column, located): &(usize, Located)| {
                    given.path == format!("{}.{parameter}", paths[*column])
                        && located.value.parameters().any(|(given, _)| given == parameter)
                })
            {
                twice(reading, &given.path, given.name.span());
            }
            let known = paths.iter().position(|path| *path == given.path);
            let column = known.unwrap_or_else(|| {
                paths.push(given.path.clone());
                paths.len() - 1
            });
            let place = Place { source: 0, span: given.value.span() };
            let value = |value| (column, Located { value, place: place.clone() });
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
        labels.extend(vec![label; these.len()]);
        cases.extend(these);
    }
    let row = |case: Vec<(usize, Located)>| {
        let mut row = vec![None; paths.len()];
        case.into_iter().for_each(|(column, value)| row[column] = Some(value));
        row
    };
    let alternatives = cases.into_iter().map(row).collect();
    if paths.is_empty() && !reading.document.sweep_spoiled {
        let expected = "expected values for some settings in one case at least";
        wrong(reading, "sweep.cases", value.span(), Fault::missing("cases that set nothing", expected));
    }
    Some((paths, alternatives, spans, labels))
}

/// An axis of several settings, each combination of which stands once; the spans say where each is written.
fn together(
    reading: &mut DocumentReader<'_>,
    paths: Vec<String>,
    alternatives: Vec<Vec<Option<Located>>>,
    spans: &[Range<usize>],
    labels: Vec<Option<String>>,
) {
    let mut seen = HashSet::new();
    for (row, span) in alternatives.iter().zip(spans) {
        if !seen.insert(keys_of(row)) {
            let place = row.iter().flatten().next().map_or(span, |value| &value.place.span);
            let message = format!("the same values of `{}` are given twice", paths.join("`, `"));
            return wrong(reading, "sweep", place.clone(), Fault::twice(message, "expected each combination once"));
        }
    }
    reading.document.sweep.axes.push(SweepAxis { labels, ..SweepAxis::new(paths, alternatives) });
}

/// Settings, rows of their values, and where each row is written; and its label, for none or all of them.
type Cases = (Vec<String>, Vec<Vec<Option<Located>>>, Vec<Range<usize>>, Vec<Option<String>>);

/// A list of a zip, or numbers drawn for it, of which there are spare ones.
struct Zipped {
    count: usize,
    is_drawn: bool,
    values: std::vec::IntoIter<Located>,
}

fn values(count: usize) -> String {
    format!("{count} {}", if count == 1 { "value" } else { "values" })
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
