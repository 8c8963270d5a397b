//! Settings in words.

use super::is_label;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A number of things: `1 run`, `2 runs`.
#[must_use]
pub fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(count: N, what: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Some settings in words: `exponential, k 0.05, lr 0.01`. What a choice is stands before its parameters.
#[must_use]
pub fn in_words(settings: &BTreeMap<String, Value>, of: &BTreeSet<&String>) -> String {
    let mut names: Vec<&&String> = of.iter().collect();
    names.sort_by_key(|name| {
        let (owner, own) = name.rsplit_once('.').unwrap_or(("", name));
        (owner, own != "kind", own)
    });
    let words = names.into_iter().filter_map(|name| Some((name, settings.get(*name)?)));
    let word = |(name, value): (&&String, &Value)| {
        let (owner, short) = name.rsplit_once('.').unwrap_or(("", name));
        let value = value.to_string();
        match short {
            // `average none`: the word alone does not say what there is none of.
            "kind" if value == "none" => format!("{} {value}", owner.rsplit('.').next().unwrap_or(owner)),
            "kind" => value,
            _ if is_label(name) => value,
            _ => format!("{short} {value}"),
        }
    };
    words.map(word).collect::<Vec<_>>().join(", ")
}

/// Settings with those that runs leave out at their usual value, so that they can be named and compared like others.
#[must_use]
pub fn with_usual(settings: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    let mut settings = settings.clone();
    for (beside, name) in [("data.set.kind", "data.degree"), ("train.evaluate_every", "train.evaluate_train_every")] {
        if settings.contains_key(beside) {
            settings.entry(name.to_owned()).or_insert(Value::Integer(1));
        }
    }
    settings
}

/// The parameter of a data set that says what it is called.
pub const LABEL: &str = "label";

/// The data set of these settings: `digits`, or `two-moons (noise 0.1, samples 400, seed 0)`. A set from a file is called by its label, or
/// by its path with what is read of it: `trees.csv[volume]`. Parentheses stand behind the names of generators only, which are families.
#[must_use]
pub fn data_label(settings: &BTreeMap<String, Value>) -> String {
    let prefix = "data.set.";
    let mut given: BTreeMap<&str, String> = settings
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, value.to_string())))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let kind = given.remove("kind").unwrap_or_default();
    let (label, path) = (given.remove(LABEL), given.remove("path"));
    let target = if path.is_some() { given.remove("target") } else { None };
    given.retain(|name, value| path.is_none() || *name != "task" || value != "auto");
    let parameters = given.into_iter().map(|(name, value)| format!("{name} {value}"));
    let parameters: Vec<String> = target.into_iter().chain(parameters).filter(|_| label.is_none()).collect();
    // Losses of a regression have other units then, and must not be ranked with standardized ones.
    let raw = settings.get("data.standardize") == Some(&Value::Flag(false));
    let drawn = settings.contains_key("data.draw");
    let words = [(raw, "not standardized"), (drawn, "drawn anew for each seed")];
    let words = words.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words.to_owned());
    let parameters = parameters.into_iter().chain(words).collect::<Vec<_>>().join(", ");
    match label.or(path) {
        None if parameters.is_empty() => kind,
        None => format!("{kind} ({parameters})"),
        Some(name) if parameters.is_empty() => name.replace('(', "[").replace(')', "]"),
        Some(name) => format!("{name}[{parameters}]").replace('(', "[").replace(')', "]"),
    }
}

/// Why a solver has no solution, by its name in tables.
#[must_use]
pub fn problem_in_words(problem: &str) -> &str {
    match problem {
        "separable" => "the classes can be separated (proved): there is no maximum",
        "rank-deficient" => "columns depend on one another: many solutions are equally good",
        "overflow" => "the numbers are too large to be squared",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_from_files_are_called_by_their_paths_or_labels() {
        let label = |settings: &[(&str, &str)]| {
            let settings = settings.iter().map(|(name, value)| (format!("data.set.{name}"), Value::text(*value)));
            data_label(&settings.collect())
        };
        let trees =
            [("kind", "csv"), ("path", "a/trees (1).csv"), ("target", "volume"), ("task", "auto"), ("drop", "")];
        assert_eq!(label(&trees), "a/trees [1].csv[volume]");
        assert_eq!(
            label(&[&trees[..3], &[("na", "-"), ("task", "binary")]].concat()),
            "a/trees [1].csv[volume, na -, task binary]"
        );
        assert_eq!(label(&[&trees[..], &[("label", "Trees (felled)")]].concat()), "Trees [felled]");
        assert_eq!(label(&[("kind", "images"), ("path", "flowers")]), "flowers");
        assert_eq!(label(&[("kind", "wilson"), ("target", "x"), ("a", "1")]), "wilson (a 1, target x)");
    }

    #[test]
    fn words_say_what_there_is_none_of_and_what_tables_leave_out() {
        let text = |word: &str| Value::text(word);
        let settings = [("data.set.kind", text("iris")), ("train.average.kind", text("none"))];
        let settings = BTreeMap::from(settings.map(|(name, value)| (name.to_owned(), value)));
        let names = ["data.degree".to_owned(), "train.average.kind".to_owned()];
        assert_eq!(in_words(&with_usual(&settings), &names.iter().collect()), "degree 1, average none");
    }
}
