//! What axes range over, in words: what `burnmark plan` shows of them.

use crate::data::{OWN, Shares, TestPart};
use crate::registry::Value;
use crate::spec::{Sweep, SweepAxis, Typed};
use std::collections::BTreeMap;

/// What an axis varies.
pub struct InWords<'a> {
    /// How many values it has.
    pub values: usize,
    /// Each of its settings with its values: all in one line, or a line for each entry of a choice with its parameters' values. Before
    /// them what its values are called, where they have names.
    pub settings: Vec<(&'a str, Vec<String>)>,
}

/// An axis in words.
pub fn in_words<'c>(sweep: &'c Sweep, axis: &'c SweepAxis) -> InWords<'c> {
    let lines = |setting: usize| {
        let values = sweep.column(axis, setting);
        match (axis.paths.len(), values.iter().map(Option::as_ref).collect::<Option<Vec<&Typed>>>()) {
            (1, Some(values)) => of_values(&values),
            _ => {
                vec![one_by_one(&values)]
            }
        }
    };
    let settings = axis.paths.iter().enumerate().map(|(setting, path)| (path.as_str(), lines(setting)));
    let names: Vec<String> = axis.names().into_iter().map(str::to_owned).collect();
    let names = axis.is_labelled().then(|| (axis.called, vec![shortened(&names)]));
    InWords { values: axis.values(), settings: names.into_iter().chain(settings).collect() }
}

/// Values as lines of text: one line of values, or one per entry with its parameters' values.
fn of_values(values: &[&Typed]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut entries: Vec<(&str, BTreeMap<&str, Vec<String>>)> = Vec::new();
    for typed in values {
        if let Typed::Choice(partial) = typed {
            let same = |known: &&mut (&str, _)| known.0 == partial.entry.name;
            let place = match entries.iter_mut().rev().find(same) {
                Some(entry) => entry,
                None => {
                    entries.push((partial.entry.name, BTreeMap::new()));
                    entries.last_mut().expect("just added")
                }
            };
            for (name, value) in &partial.given {
                let values = place.1.entry(name).or_default();
                let value = label(&Typed::Parameter(value.clone()));
                if values.last() != Some(&value) && (values.len() > MOST_LISTED || !values.contains(&value)) {
                    values.push(value);
                }
            }
        } else {
            lines.push(label(typed));
        }
    }
    if entries.is_empty() {
        return vec![shortened(&lines)];
    }
    if entries.iter().all(|(_, parameters)| parameters.is_empty()) {
        return vec![entries.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", ")];
    }
    let parameter = |(name, values): (&str, Vec<String>)| format!("{name} {}", shortened(&values));
    let line = |(name, parameters): (&str, BTreeMap<&str, Vec<String>>)| {
        let parameters: Vec<_> = parameters.into_iter().map(parameter).collect();
        if parameters.is_empty() { name.to_owned() } else { format!("{name}: {}", parameters.join("; ")) }
    };
    entries.into_iter().map(line).collect()
}

/// The values of a setting that varies together with others, one by one.
fn one_by_one(values: &[Option<Typed>]) -> String {
    let one = |typed: Option<&Typed>| match typed {
        None => "–".to_owned(),
        Some(Typed::Choice(partial)) if !partial.given.is_empty() => {
            let given = partial.given.iter().map(|(name, value)| format!("{name} {value}"));
            format!("{} ({})", partial.entry.name, given.collect::<Vec<_>>().join(", "))
        }
        Some(typed) => label(typed),
    };
    shortened(&values.iter().map(Option::as_ref).map(one).collect::<Vec<_>>())
}

/// The most values that are listed one by one.
const MOST_LISTED: usize = 12;

/// `0.1, 0.2, 0.3`, or `1, 2, 3, … 1000` for many.
pub fn shortened(values: &[String]) -> String {
    match values {
        [first, second, third, .., last] if values.len() > MOST_LISTED => {
            format!("{first}, {second}, {third}, … {last}")
        }
        _ => values.join(", "),
    }
}

/// One value as text.
fn label(typed: &Typed) -> String {
    match typed {
        Typed::Word(word) => (*word).to_owned(),
        Typed::Number(number) => Value::Number(*number).to_string(),
        Typed::Parameter(value) => value.to_string(),
        Typed::Integer(integer) => integer.to_string(),
        Typed::Flag(flag) => flag.to_string(),
        Typed::Widths(widths) => widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-"),
        Typed::Names(names) => names.join(", "),
        Typed::Shares(Shares { train, validation, test }) => match test {
            TestPart::Drawn(test) => format!("{train}/{validation}/{test}"),
            TestPart::Held(held) => format!("{train}/{validation}/holdout {held}"),
            TestPart::Own => format!("{train}/{validation}/holdout {OWN}"),
        },
        Typed::Choice(partial) => partial.entry.name.to_owned(),
    }
}
