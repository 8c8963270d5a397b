//! `regularize = [ … ]` in `[sweep]`: regularizers as a choice of kinds, each with strengths of its own. It writes the settings that
//! there are: a case for each strength, under one label for each regularizer.

use super::axis_parts::{CaseRows, good_of, times, under, wrong};
use super::cases::{LABEL, label_of};
use super::document::DocumentReader;
use super::draft::Located;
use super::fault::Fault;
use super::keys::{KEYS, find};
use super::mistake::Place;
use super::read::{alternative, axis};
use super::reader::{MOST_ALTERNATIVES, Node, in_order};
use crate::record::REGULARIZER;
use crate::value::Value;
use toml::de::{DeTable, DeValue};

/// The name of the list, which is that of a section, too.
pub const REGULARIZE: &str = "regularize";
const SWEEP_REGULARIZE: &str = "sweep.regularize";
/// The word for the base as it is.
const NONE: &str = "none";
const EARLY_STOPPING: &str = "early_stopping";
const PATIENCE: &str = "patience";
/// What says how another setting is meant, and is no regularizer by itself.
const MANNERS: [&str; 3] = ["dropout_at_test", "dropout_samples", "decoupled"];

/// What a table of the list can set: the keys of `[regularize]`, and those of early stopping.
fn known() -> Vec<&'static str> {
    let own = KEYS.iter().filter_map(|key| key.path.strip_prefix(REGULARIZE)?.strip_prefix('.'));
    own.chain([EARLY_STOPPING, PATIENCE]).collect()
}

/// Reads the list as one axis.
pub fn read(reading: &mut DocumentReader<'_>, value: &Node<'_>) {
    let spoiled_before = std::mem::take(&mut reading.document.sweep_spoiled);
    let rows = rows(reading, value);
    let spoiled = std::mem::replace(&mut reading.document.sweep_spoiled, spoiled_before);
    reading.document.sweep_spoiled |= spoiled;
    if !spoiled && rows.sets_nothing() {
        let expected = "expected regularizers such as `[\"none\", { dropout = [0.2, 0.5] }]`";
        wrong(reading, SWEEP_REGULARIZE, value.span(), Fault::missing("no regularizer", expected));
    } else if !spoiled {
        rows.into_axis(reading, REGULARIZER);
    }
}

fn rows(reading: &mut DocumentReader<'_>, value: &Node<'_>) -> CaseRows {
    let mut rows = CaseRows::default();
    for item in value.get_ref().as_array().into_iter().flatten() {
        let Some((label, cases)) = regularizer(reading, item) else {
            reading.document.sweep_spoiled = true;
            continue;
        };
        if rows.has_label(&label) {
            let message = format!("the regularizer `{label}` is given twice");
            let expected = "expected its strengths in one list, or a `label` of its own for each";
            wrong(reading, SWEEP_REGULARIZE, item.span(), Fault::twice(message, expected));
        }
        if rows.len() + cases.len() > MOST_ALTERNATIVES {
            let expected = format!("expected {MOST_ALTERNATIVES} at most");
            wrong(reading, SWEEP_REGULARIZE, item.span(), Fault::too_many("too many cases", expected));
            break;
        }
        cases.into_iter().for_each(|case| rows.add(case, item.span(), Some(label.clone())));
    }
    rows
}

/// A regularizer: what it is called, and a row for each combination of its strengths.
type Regularizer = (String, Vec<Vec<(String, Located)>>);

fn regularizer(reading: &mut DocumentReader<'_>, item: &Node<'_>) -> Option<Regularizer> {
    let expected = "`\"none\"` or a table such as `{ dropout = [0.2, 0.5] }`";
    match item.get_ref() {
        DeValue::String(word) if word == NONE => Some((NONE.to_owned(), vec![Vec::new()])),
        DeValue::Table(table) => of_table(reading, table, item),
        DeValue::String(word) => {
            let help = known().contains(&word.as_ref()).then(|| format!("give its strengths: `{{ {word} = [ … ] }}`"));
            let fault = Fault::unknown("regularizer", word, [NONE]).or_help(help);
            reading.reader(0, SWEEP_REGULARIZE).report(item.span(), fault);
            None
        }
        _ => reading.reader(0, SWEEP_REGULARIZE).mismatch(item, expected),
    }
}

fn of_table(reading: &mut DocumentReader<'_>, table: &DeTable<'_>, item: &Node<'_>) -> Option<Regularizer> {
    let (mut rows, mut named, mut whole) = (vec![Vec::new()], Vec::new(), true);
    let label = label_of(reading, item);
    for (name, value) in in_order(table).into_iter().filter(|(name, _)| name.get_ref() != LABEL) {
        let key = name.get_ref().as_ref();
        if !known().contains(&key) {
            reading.reader(0, SWEEP_REGULARIZE).unknown("key of a regularizer", name, known());
            whole = false;
            continue;
        }
        named.push(key.to_owned());
        let section = if [EARLY_STOPPING, PATIENCE].contains(&key) { "train." } else { "regularize." };
        for given in under(reading, section, name, value) {
            match strengths(reading, &given.path, value) {
                Some(values) if rows.len() * values.len() <= MOST_ALTERNATIVES => {
                    rows = times(&rows, &given.path, &values);
                }
                Some(_) => {
                    let expected = format!("expected {MOST_ALTERNATIVES} at most");
                    wrong(reading, &given.path, value.span(), Fault::too_many("too many cases", expected));
                    return None;
                }
                None => whole = false,
            }
        }
    }
    if named.iter().any(|name| name == PATIENCE) && !named.iter().any(|name| name == EARLY_STOPPING) {
        let stops = Located { value: Value::Flag(true), place: Place { source: 0, span: item.span() } };
        rows = times(&rows, &format!("train.{EARLY_STOPPING}"), &[stops]);
    }
    let label = label.or_else(|| called(&named));
    if label.is_none() && whole {
        let expected = format!("expected a strength, such as `{{ dropout = [0.2, 0.5] }}`, or `\"{NONE}\"`");
        wrong(reading, SWEEP_REGULARIZE, item.span(), Fault::missing("a regularizer without a strength", expected));
    }
    Some((label?, rows)).filter(|_| whole)
}

/// One value, a list of values, or a range.
fn strengths(reading: &mut DocumentReader<'_>, path: &str, value: &Node<'_>) -> Option<Vec<Located>> {
    let catalogue = reading.document.sweep.base.catalogue.clone();
    let (key, _) = find(&catalogue, path)?;
    let mut reader = reading.reader(0, path);
    let values = if value.get_ref().is_array() || value.get_ref().is_table() {
        axis(&mut reader, key, None, value, true)
    } else {
        let place = Place { source: 0, span: value.span() };
        let located = |value| Located { value, place: place.clone() };
        alternative(&mut reader, key, None, value).map(|all| all.into_iter().map(located).collect())
    };
    let off = |located: &Located| located.value == Value::Flag(false) && path.ends_with(EARLY_STOPPING);
    if values.iter().flatten().any(off) {
        let fault = Fault::unfit("early stopping that is off".to_owned(), format!("expected `true`, or `\"{NONE}\"`"));
        wrong(reading, path, value.span(), fault);
        return None;
    }
    good_of(reading, path, values)
}

/// What a regularizer with these keys is called: `dropout`, `weight decay and l1`.
fn called(named: &[String]) -> Option<String> {
    let stops = named.iter().any(|name| name == PATIENCE || name == EARLY_STOPPING);
    let is_own =
        |name: &&String| ![EARLY_STOPPING, PATIENCE].contains(&name.as_str()) && !MANNERS.contains(&name.as_str());
    let own = named.iter().filter(is_own).cloned();
    let words: Vec<String> =
        own.chain(stops.then(|| EARLY_STOPPING.to_owned())).map(|name| name.replace('_', " ")).collect();
    (!words.is_empty()).then(|| words.join(" and "))
}
