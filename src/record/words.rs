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
    for (beside, name, usual) in [
        ("data.set.kind", "data.degree", Value::Integer(1)),
        ("data.set.kind", "data.copies", Value::Integer(1)),
        ("train.evaluate_every", "train.evaluate_train_every", Value::Integer(1)),
        ("train.ensemble", "train.bootstrap", Value::Flag(false)),
    ] {
        if settings.contains_key(beside) {
            settings.entry(name.to_owned()).or_insert(usual);
        }
    }
    settings
}

/// The parameter of a data set that says what it is called.
pub const LABEL: &str = "label";

/// The data set of these settings: `digits`, `two-moons (noise 0.1, samples 400, seed 0)`, or of a file its label, or else its path:
/// `mine.csv (target y)`. A label has no parentheses: what stands before them is the name of a family of data sets.
#[must_use]
pub fn data_label(settings: &BTreeMap<String, Value>) -> String {
    let prefix = "data.set.";
    let kind = settings.get("data.set.kind").map(ToString::to_string).unwrap_or_default();
    // A path that could be the name of a generated set is told as one of a file.
    let path = settings.get("data.set.path").map(ToString::to_string).filter(|path| path.contains(['.', '/']));
    let label = settings.get("data.set.label").map(ToString::to_string).filter(|label| !label.is_empty());
    let is_head = |name: &str| label.is_some() || name == "kind" || (name == "path" && path.is_some());
    let says_nothing = |name: &str, value: &str| value.is_empty() || (name == "task" && value == "auto");
    let parameters: Vec<_> = settings
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix).filter(|name| !is_head(name))?, value)))
        .map(|(name, value)| (name, value.to_string()))
        .filter(|(name, value)| !says_nothing(name, value))
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    // Losses of a regression have other units then, and must not be ranked with standardized ones.
    let raw = settings.get("data.standardize") == Some(&Value::Flag(false));
    let drawn = settings.contains_key("data.draw");
    let words = [(raw, "not standardized"), (drawn, "drawn anew for each seed")];
    let words = words.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words.to_owned());
    let parameters: Vec<_> = parameters.into_iter().chain(words).collect();
    if let Some(label) = label {
        let words = if parameters.is_empty() { String::new() } else { format!(" [{}]", parameters.join(", ")) };
        return label.replace('(', "[").replace(')', "]") + &words;
    }
    let head = path.clone().unwrap_or(kind);
    if parameters.is_empty() { head } else { format!("{head} ({})", parameters.join(", ")) }
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
    fn a_file_is_called_by_its_path() {
        let label = |path: &str, task: &str| {
            let settings = [("kind", "csv"), ("path", path), ("target", "y"), ("task", task), ("drop", "")];
            let settings = settings.map(|(name, word)| (format!("data.set.{name}"), Value::text(word)));
            data_label(&BTreeMap::from(settings))
        };
        assert_eq!(label("in/a.csv", "auto"), "in/a.csv (target y)");
        assert_eq!(label("a.csv", "binary"), "a.csv (target y, task binary)");
        assert_eq!(label("iris", "auto"), "csv (path iris, target y)");
    }

    #[test]
    fn a_file_is_called_by_its_label() {
        let label = |label: &str, standardize: bool| {
            let settings = [("kind", "csv"), ("path", "a.csv"), ("target", "y"), ("label", label)];
            let settings = settings.map(|(name, word)| (format!("data.set.{name}"), Value::text(word)));
            let standardize = ("data.standardize".to_owned(), Value::Flag(standardize));
            data_label(&settings.into_iter().chain([standardize]).collect())
        };
        assert_eq!([label("Trees", true), label("Trees (felled)", true)], ["Trees", "Trees [felled]"]);
        assert_eq!([label("Trees", false), label("", true)], ["Trees [not standardized]", "a.csv (target y)"]);
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
