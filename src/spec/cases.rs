//! `[[sweep.cases]]`: each table a case, or several where a choice in it holds lists.

use super::axis_parts::{CaseRows, good, good_of, settings, times, twice, wrong};
use super::document::DocumentReader;
use super::draft::Located;
use super::fault::Fault;
use super::mistake::Place;
use super::read::alternative;
use super::reader::{MOST_ALTERNATIVES, Node};
use crate::record::CASE;

/// What a case is called in answers, tables and figures.
pub const LABEL: &str = "label";

/// Reads the tables as one axis.
pub fn read(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let spoiled_before = std::mem::take(&mut reading.document.sweep_spoiled);
    let rows = rows(reading, value);
    let spoiled = std::mem::replace(&mut reading.document.sweep_spoiled, spoiled_before);
    reading.document.sweep_spoiled |= spoiled;
    if let Some(rows) = rows.filter(|_| !spoiled) {
        rows.into_axis(reading, CASE);
    }
}

/// The label of a case, if it has one.
pub fn label_of(reading: &mut DocumentReader<'_>, case: &Node<'_>) -> Option<String> {
    let node = case.get_ref().as_table()?.get(LABEL)?;
    let label = node.get_ref().as_str().map(str::trim).filter(|label| !label.is_empty() && !label.contains('\n'));
    if label.is_none() {
        let mistaken = reading.reader(0, "sweep.cases.label").mismatch(node, "a text of one line");
        return good(reading, mistaken);
    }
    label.map(str::to_owned)
}

/// The rows of all cases.
fn rows(reading: &mut DocumentReader<'_>, value: &Node<'_>) -> Option<CaseRows> {
    let list = value.get_ref().as_array().filter(|list| list.iter().all(|case| case.get_ref().is_table()));
    let Some(list) = list.filter(|list| !list.is_empty()) else {
        let mistaken = reading.reader(0, "sweep.cases").mismatch(value, "a list of tables, `[[sweep.cases]]`,");
        return good(reading, mistaken);
    };
    let mut rows = CaseRows::default();
    for case in list {
        let label = label_of(reading, case);
        if let Some(label) = label.as_ref().filter(|label| rows.has_label(label)) {
            let message = format!("the label `{label}` is given twice");
            let fault = Fault::twice(message, "expected a label of its own for each case");
            wrong(reading, "sweep.cases.label", case.span(), fault);
        }
        let these = of_case(reading, case, rows.len())?;
        these.into_iter().for_each(|row| rows.add(row, case.span(), label.clone()));
    }
    if rows.sets_nothing() && !reading.document.sweep_spoiled {
        let expected = "expected values for some settings in one case at least";
        wrong(reading, "sweep.cases", value.span(), Fault::missing("cases that set nothing", expected));
    }
    Some(rows)
}

/// The rows of one case, beside so many others; none if there are too many.
fn of_case(reading: &mut DocumentReader<'_>, case: &Node<'_>, others: usize) -> Option<Vec<Vec<(String, Located)>>> {
    let mut rows: Vec<Vec<(String, Located)>> = vec![Vec::new()];
    let table = case.get_ref().as_table();
    for given in table.map(|table| settings(reading, table, Some(LABEL))).unwrap_or_default() {
        let values = alternative(&mut reading.reader(0, &given.path), given.key, given.parameter(), given.value);
        let Some(values) = good_of(reading, &given.path, values) else { continue };
        if others + rows.len() * values.len() > MOST_ALTERNATIVES {
            let expected = format!("expected {MOST_ALTERNATIVES} at most");
            wrong(reading, &given.path, given.value.span(), Fault::too_many("too many cases", expected));
            return None;
        }
        if let Some((owner, parameter)) = given.path.rsplit_once('.')
            && rows
                .iter()
                .flatten()
                .any(|(path, located)| path == owner && located.value.parameters().any(|(given, _)| given == parameter))
        {
            twice(reading, &given.path, given.name.span());
        }
        let place = Place { source: 0, span: given.value.span() };
        let values: Vec<Located> = values.into_iter().map(|value| Located { value, place: place.clone() }).collect();
        rows = times(&rows, &given.path, &values);
    }
    Some(rows)
}
