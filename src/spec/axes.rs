//! Reads `[sweep]`: axes of one setting each, `zip` tables whose lists vary together, and cases one by one.

use super::axis_parts::{CASES, Given, ZIP, good, good_of, settings, together, under, wrong};
use super::cases;
use super::document::DocumentReader;
use super::draft::Located;
use super::fault::Fault;
use super::range::{drawn, too_few};
use super::read::axis;
use super::reader::{Node, in_order};
use super::regularizers::{self, REGULARIZE};
use super::sweep::{SweepAxis, keys_of};
use crate::record::CASE;
use std::collections::HashSet;
use std::ops::Range;
use toml::de::DeValue;

/// Reads the axes, in the order of the file.
pub fn read(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let Some(table) = value.get_ref().as_table() else {
        return wrong(reading, "sweep", value.span(), Fault::no_table("sweep", "expected `[sweep]` with lists by key"));
    };
    for (name, value) in in_order(table) {
        match name.get_ref().as_ref() {
            ZIP => zips(reading, value),
            CASES => cases::read(reading, value),
            REGULARIZE if value.get_ref().is_array() => regularizers::read(reading, value),
            _ => under(reading, "", name, value).iter().for_each(|given| axis_of(reading, given)),
        }
    }
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
        let settings = table.get_ref().as_table().map(|table| settings(reading, table, None)).unwrap_or_default();
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
    together(reading, paths, alternatives, &spans, (Vec::new(), CASE));
}

/// A list of a zip, or numbers drawn for it, of which there are spare ones.
struct Zipped {
    count: usize,
    is_drawn: bool,
    values: std::vec::IntoIter<Located>,
}

fn values(count: usize) -> String {
    format!("{count} {}", if count == 1 { "value" } else { "values" })
}
