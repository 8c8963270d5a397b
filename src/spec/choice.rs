//! Reading a choice: an entry by name, or a table with its `kind` and parameters, which may hold lists.

use super::fault::Fault;
use super::key::{Key, KeyKind};
use super::names::nearest_help;
use super::range::{self, Ranged, different, drawn};
use super::reader::{MOST_ALTERNATIVES, Node, ValueReader, scalar};
use crate::catalogue::EntryKind;
use crate::formula::name_of;
use crate::registry::{Entry, Parameter, ParameterKind};
use crate::value::Value;

/// An entry by name, or a table with its `kind`; lists in the table multiply, but values that are drawn go together.
pub fn read(
    reader: &mut ValueReader<'_>,
    key: &'static Key,
    entries: &[&'static Entry],
    node: &Node<'_>,
) -> Option<Vec<Value>> {
    let what = key.path.rsplit('.').next().unwrap_or(key.path);
    let what = if what == "set" { "data set" } else { what };
    let table = node.get_ref().as_table();
    let kind = match table {
        None => Some(node),
        Some(table) => table.get("kind"),
    };
    let file = table.and_then(|table| table.get("file")).filter(|_| is_method(key));
    if let Some(file) = file.filter(|_| kind.is_some()) {
        let fault = Fault::twice("`file` beside `kind`", "expected one of the two: the file names the method");
        reader.report(file.span(), fault);
        return None;
    }
    // `{ csv = "mine.csv", … }` is short for `{ kind = "csv", path = "mine.csv", … }`.
    let is_short = |entry: &&&Entry| {
        entry.parameter("path").is_some() && table.is_some_and(|table| table.contains_key(entry.name))
    };
    let short = entries.iter().find(is_short).filter(|_| kind.is_none());
    let entry = match (short, kind, file) {
        (Some(entry), _, _) => *entry,
        (None, Some(kind), _) => named_entry(reader, what, entries, kind)?,
        (None, None, Some(file)) => entry_in_file(reader, what, entries, file)?,
        (None, None, None) => {
            let names = entries.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
            let expected = format!("expected `kind = \"…\"`, one of {names}");
            reader.report(node.span(), Fault::missing(format!("this {what} has no `kind`"), expected));
            return None;
        }
    };
    let mut choices = vec![Value::choice(entry.name)];
    let mut complete = true;
    let is_kind = |name: &str| name == "kind" || name == "file" && file.is_some();
    let mut fields: Vec<_> = table.into_iter().flatten().filter(|(name, _)| !is_kind(name.get_ref())).collect();
    fields.sort_by_key(|(name, _)| name.span().start);
    let draws: Vec<usize> = fields.iter().filter_map(|(_, value)| drawn(value)).collect();
    let alone = draws.len() < 2;
    let mut columns: Vec<(&'static str, Vec<Value>)> = Vec::new();
    for (name, value) in fields {
        let parameter = match (short, name.get_ref().as_ref()) {
            (Some(short), name) if name == short.name => entry.parameter("path"),
            (Some(_), "path") => None, // it would be given twice
            (_, name) => entry.parameter(name),
        };
        let Some(parameter) = parameter else {
            let known: Vec<_> = entry.parameters.iter().map(|parameter| parameter.name).collect();
            reader.unknown(&format!("parameter of `{}`", entry.name), name, known);
            complete = false;
            continue;
        };
        let path = format!("{}.{}", key.path, parameter.name);
        let Some(values) = parameter_values(reader, parameter, (&path, alone), value) else {
            complete = false;
            continue;
        };
        let Some(count) = drawn(value) else {
            let rows: Vec<Vec<_>> = values.into_iter().map(|value| vec![(parameter.name, value)]).collect();
            choices = multiplied(reader, &choices, &rows, value)?;
            continue;
        };
        if count == draws[0] {
            columns.push((parameter.name, values));
        } else {
            let message = format!("{count} draws of `{}` beside {} of another parameter", parameter.name, draws[0]);
            reader.report(value.span(), Fault::unfit(message, "expected as many: those of a table go together"));
            complete = false;
        }
    }
    if let Some((_, first)) = columns.first() {
        let row = |draw: usize| columns.iter().map(|(name, values)| (*name, values[draw].clone())).collect();
        let rows: Vec<Vec<(&str, Value)>> = different((0..first.len()).map(row), draws[0]);
        if rows.len() < draws[0] {
            return range::too_few(reader, draws[0], node);
        }
        choices = multiplied(reader, &choices, &rows, node)?;
    }
    complete.then_some(choices)
}

/// Each of these with each row of parameters.
fn multiplied(
    reader: &mut ValueReader<'_>,
    choices: &[Value],
    rows: &[Vec<(&'static str, Value)>],
    node: &Node<'_>,
) -> Option<Vec<Value>> {
    if choices.len() * rows.len() > MOST_ALTERNATIVES {
        let expected = format!("expected {MOST_ALTERNATIVES} at most");
        reader.report(node.span(), Fault::too_many("too many combinations", expected));
        return None;
    }
    let with = |choice: &Value, row: &Vec<(&'static str, Value)>| {
        row.iter().fold(choice.clone(), |choice, (name, value)| choice.with(name, value.clone()))
    };
    Some(choices.iter().flat_map(|choice| rows.iter().map(move |row| with(choice, row))).collect())
}

/// The entry of a name.
fn named_entry(
    reader: &mut ValueReader<'_>,
    what: &str,
    entries: &[&'static Entry],
    kind: &Node<'_>,
) -> Option<&'static Entry> {
    let names = || entries.iter().map(|entry| entry.name);
    let Some(typed) = kind.get_ref().as_str() else {
        return reader.mismatch(kind, &format!("the name of one {what}, or a table with its `kind`,"));
    };
    let entry = entries.iter().find(|entry| entry.name == typed).copied();
    if entry.is_none() && !reader.unread_methods.contains(typed) {
        let other = || (what == "optimizer").then(|| other_name(typed)).flatten();
        let help = other().or_else(|| nearest_help(typed, names())).or(Some("`burnmark list` shows all".to_owned()));
        reader.report(kind.span(), Fault::unknown(what, typed, names()).or_help(help));
    }
    entry
}

/// Whether a key chooses a method that can be a formula in a file.
fn is_method(key: &Key) -> bool {
    use EntryKind::{Activation, Annealing, Optimizer};
    matches!(key.kind, KeyKind::Choice(Optimizer | Annealing | Activation))
}

/// The entry that a file defines; it was read before, see `methods.rs`.
fn entry_in_file(
    reader: &mut ValueReader<'_>,
    what: &str,
    entries: &[&'static Entry],
    file: &Node<'_>,
) -> Option<&'static Entry> {
    let Some(path) = file.get_ref().as_str() else {
        return reader.mismatch(file, "the path of a file with a formula");
    };
    let entry = entries.iter().find(|entry| entry.name == name_of(path)).copied();
    if entry.is_none() && !reader.unread_methods.contains(name_of(path)) {
        let message = format!("`{path}` defines no {what}");
        reader.report(file.span(), Fault::unfit(message, "expected a file that defines one"));
    }
    entry
}

/// The values of a parameter inside a choice: one, a list or a range.
fn parameter_values(
    reader: &mut ValueReader<'_>,
    parameter: &Parameter,
    (path, alone): (&str, bool),
    node: &Node<'_>,
) -> Option<Vec<Value>> {
    let whole = matches!(parameter.kind, ParameterKind::Integer { .. });
    if let Some(range) = range::numbers_if_any(reader, &Ranged { path, whole, alone }, node) {
        let values: Vec<_> = range?.into_iter().map(Value::Number).collect();
        return values.into_iter().map(|value| checked(reader, parameter, value, node)).collect();
    }
    if let (ParameterKind::Columns, false, Some(names)) = (parameter.kind, reader.varies, names_in(node)) {
        return checked(reader, parameter, names, node).map(|value| vec![value]);
    }
    let items: Vec<&Node<'_>> = node.get_ref().as_array().map_or(vec![node], |list| list.iter().collect());
    if items.is_empty() {
        let message = format!("an empty list for `{}`", parameter.name);
        reader.report(node.span(), Fault::missing(message, "expected at least one value"));
        return None;
    }
    let values: Vec<_> = items
        .into_iter()
        .map(|item| {
            match scalar(item.get_ref()).or_else(|| columns(parameter, item)).or_else(|| flag(parameter, item)) {
                Some(value) => checked(reader, parameter, value, item),
                None => reader.mismatch(item, &parameter.kind.to_string()),
            }
        })
        .collect();
    values.into_iter().collect()
}

/// `true` or `false`, where a parameter takes it.
fn flag(parameter: &Parameter, node: &Node<'_>) -> Option<Value> {
    let flag = node.get_ref().as_bool().filter(|_| matches!(parameter.kind, ParameterKind::Flag))?;
    Some(Value::Flag(flag))
}

/// A list of columns' names as one value, in a list of alternatives.
fn columns(parameter: &Parameter, node: &Node<'_>) -> Option<Value> {
    names_in(node).filter(|_| matches!(parameter.kind, ParameterKind::Columns))
}

/// The texts of a list as one, with commas between them.
fn names_in(node: &Node<'_>) -> Option<Value> {
    let names: Option<Vec<&str>> = node.get_ref().as_array()?.iter().map(|item| item.get_ref().as_str()).collect();
    names.filter(|names| !names.is_empty()).map(|names| Value::text(names.join(", ")))
}

fn checked(reader: &mut ValueReader<'_>, parameter: &Parameter, value: Value, node: &Node<'_>) -> Option<Value> {
    match fit(parameter, value) {
        Ok(value) => Some(value),
        Err(why) => {
            reader.report(node.span(), Fault::missing(why.to_string(), format!("expected {}", parameter.kind)));
            None
        }
    }
}

/// What an optimizer is here that goes by another name elsewhere: in PyTorch, Optax, or the literature.
fn other_name(typed: &str) -> Option<String> {
    const OTHERS: &[(&[&str], &str)] = &[
        (&["adamw"], "AdamW is `adam` with `regularize.weight_decay` and `regularize.decoupled = true`"),
        (&["nadamw"], "NAdamW is `nadam` with `regularize.weight_decay` and `regularize.decoupled = true`"),
        (&["sgd", "gd", "bgd"], "gradient descent, on batches of any size, is `gradient-descent`"),
        (&["asgd"], "averaged gradient descent is `gradient-descent` with `train.average = \"polyak\"`"),
        (&["sgdm", "sgd-momentum", "heavy-ball", "polyak"], "gradient descent with momentum is `momentum`"),
        (&["nag"], "Nesterov's accelerated gradient is `nesterov`"),
        (&["l-bfgs", "bfgs"], "the quasi-Newton method is `lbfgs`"),
        (&["ols", "least-squares", "lstsq"], "least squares are `normal-equations`, `qr` and `minimum-norm`"),
    ];
    let typed = typed.to_lowercase().replace('_', "-");
    OTHERS.iter().find(|(names, _)| names.contains(&typed.as_str())).map(|(_, here)| (*here).to_owned())
}

/// A value that a parameter does not take, with the parameter's name.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParameterMisfit {
    /// A text, as far as it is shown, for a number.
    #[error("`{name}` is the text \"{text}\"")]
    Text { name: &'static str, text: String },
    #[error("`{name}` is `{number:?}`, which is not finite")]
    NotFinite { name: &'static str, number: f64 },
    /// Outside the range or the words, or of another type.
    #[error("`{name}` is `{value}`")]
    Outside { name: &'static str, value: Value },
}

/// A parameter's value in its own type, if it lies in its range.
pub fn fit(parameter: &Parameter, value: Value) -> Result<Value, ParameterMisfit> {
    let name = parameter.name;
    #[allow(clippy::cast_precision_loss)] // a number that was typed as a whole one
    match (parameter.kind, value) {
        (ParameterKind::Number(range), Value::Integer(integer)) if range.contains(integer as f64) => {
            Ok(Value::Number(integer as f64))
        }
        (ParameterKind::Number(range), Value::Number(number)) if range.contains(number) => Ok(Value::Number(number)),
        (ParameterKind::Integer { least, most }, Value::Integer(integer)) if (least..=most).contains(&integer) => {
            Ok(Value::Integer(integer))
        }
        // 100.0 is a whole number too, as a range's points are written.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // exact below 2⁵³
        (ParameterKind::Integer { .. }, Value::Number(number))
            if number.fract() == 0.0 && (0.0..9e15).contains(&number) =>
        {
            fit(parameter, Value::Integer(number as u64))
        }
        (ParameterKind::Text | ParameterKind::Columns | ParameterKind::File, Value::Text(text))
            if !text.is_empty() || parameter.default().is_some() =>
        {
            Ok(Value::Text(text))
        }
        (ParameterKind::Flag, Value::Flag(flag)) => Ok(Value::Flag(flag)),
        (ParameterKind::OneOf(words), Value::Text(text)) if words.contains(&text.as_ref()) => Ok(Value::Text(text)),
        (ParameterKind::Text, Value::Text(text)) if !text.is_empty() => Ok(Value::Text(text)),
        (ParameterKind::Number(_) | ParameterKind::Integer { .. }, Value::Text(text)) => {
            Err(ParameterMisfit::Text { name, text: text.chars().take(40).collect() })
        }
        (_, Value::Number(number)) if !number.is_finite() => Err(ParameterMisfit::NotFinite { name, number }),
        (_, value) => Err(ParameterMisfit::Outside { name, value }),
    }
}
