//! What was read of data sets, in words.

use super::terminal::indented;
use crate::record::{LearningTask, LeftOutColumn, Names, Reading, Why, counted};
use std::fmt::Write;

/// So many data sets are told of with classes, features and notes; of more, each has one line.
const MOST_IN_FULL: usize = 3;
/// So many have a line.
const MOST_LINES: usize = 12;
/// So many warnings are shown.
const MOST_WARNINGS: usize = 20;
/// So many names are shown of one kind.
const MOST_NAMED: usize = 8;

/// What was read of some data sets; of warnings those of all.
#[must_use]
pub fn readings<'r>(readings: impl Iterator<Item = &'r Reading>) -> String {
    let readings: Vec<&Reading> = readings.collect();
    let in_full = readings.len() <= MOST_IN_FULL;
    let (mut text, mut warnings) = (String::new(), 0);
    for (place, reading) in readings.iter().enumerate() {
        if place < MOST_LINES {
            let _ = writeln!(text, "{}: {}", reading.name, head(reading, in_full));
        }
        if in_full {
            details(reading).iter().for_each(|line| text += &indented(line));
        }
        let of = if place < MOST_LINES { String::new() } else { format!("{}: ", reading.name) };
        for warning in reading.warnings.iter().take(MOST_WARNINGS.saturating_sub(warnings)) {
            text += &indented(&format!("{of}warning: {warning}"));
        }
        warnings += reading.warnings.len();
    }
    let mut more = |count: usize, of: &str| {
        if count > 0 {
            let _ = writeln!(text, "… and {}", counted(count, of));
        }
    };
    more(readings.len().saturating_sub(MOST_LINES), "more data set");
    more(warnings.saturating_sub(MOST_WARNINGS), "more warning");
    text
}

/// `3 classes of `name`, 150 samples (90 train, 30 validation, 30 test), 4 features`
fn head(reading: &Reading, in_full: bool) -> String {
    let task = match &reading.task {
        LearningTask::Objective => return format!("a function to minimize, {}", counted(reading.samples, "point")),
        LearningTask::Regression { answers: 1 } => "regression".to_owned(),
        LearningTask::Regression { answers } => format!("regression, {answers} answers a sample"),
        LearningTask::Classes { answers: 1, count, .. } => format!("{count} classes"),
        LearningTask::Classes { answers, count, .. } => format!("{count} classes, {answers} answers a sample"),
    };
    let target = reading.target.as_ref().map(|target| format!(" of `{target}`")).unwrap_or_default();
    let parts: Vec<String> = reading.parts.iter().take(MOST_NAMED).map(parts).collect();
    let parts = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" or ")) };
    let features = counted(reading.features.count, "feature");
    let shape = reading.shape.as_ref().filter(|_| in_full).map(|shape| format!(", {shape}")).unwrap_or_default();
    format!("{task}{target}, {}{parts}, {features}{shape}", counted(reading.samples, "sample"))
}

fn parts([train, validation, test]: &[u64; 3]) -> String {
    format!("{train} train, {validation} validation, {test} test")
}

/// Classes, features, columns left out and notes, a line each.
fn details(reading: &Reading) -> Vec<String> {
    let mut lines = Vec::from_iter(classes(reading));
    let Names { count, first } = &reading.features;
    if !first.is_empty() {
        lines.push(format!("features: {}", listed(first.iter().map(|name| format!("`{name}`")), *count)));
    }
    lines.extend(left_out(reading));
    lines.extend(reading.notes.iter().map(|note| format!("note: {note}")));
    lines
}

/// `classes: `rose` 30, `lily` 30`
pub(super) fn classes(reading: &Reading) -> Option<String> {
    let LearningTask::Classes { count, first, .. } = &reading.task else { return None };
    let classes = first.iter().map(|(class, samples)| format!("`{class}` {samples}"));
    Some(format!("classes: {}", listed(classes, *count)))
}

/// `left out: `id`, `Unnamed: 0` (a row index; …)`
pub(super) fn left_out(reading: &Reading) -> Option<String> {
    let of = |why: Why| {
        let columns: Vec<&LeftOutColumn> = reading.left_out.iter().filter(|column| column.why == why).collect();
        let names = columns.iter().map(|left_out| match left_out.column.as_str() {
            "" => "a column without a name".to_owned(),
            name => format!("`{name}`"),
        });
        (!columns.is_empty()).then(|| match why {
            Why::Asked => listed(names, columns.len() as u64),
            Why::Role => {
                let says = if columns.len() == 1 { "it says" } else { "they say" };
                format!("{} ({says} what rows are)", listed(names, columns.len() as u64))
            }
            Why::Index => {
                let names = listed(names, columns.len() as u64);
                let is = if columns.len() == 1 { "a row index" } else { "row indexes" };
                format!("{names} ({is}; as a column with a name of its own, it is a feature)")
            }
        })
    };
    let both: Vec<String> = [Why::Asked, Why::Role, Why::Index].into_iter().filter_map(of).collect();
    (!both.is_empty()).then(|| format!("left out: {}", both.join(", ")))
}

/// The first of some words; `count` says how many there are.
fn listed(words: impl Iterator<Item = String>, count: u64) -> String {
    let shown: Vec<String> = words.take(MOST_NAMED).collect();
    let more = count.saturating_sub(shown.len() as u64);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    shown.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn reading() -> Reading {
        let first = ["rose", "lily"].map(|class| (class.to_owned(), 30)).to_vec();
        let left_out = |column: &str, why| LeftOutColumn { column: column.to_owned(), why };
        Reading {
            name: "f.csv".to_owned(),
            task: LearningTask::Classes { answers: 1, count: 2, first },
            target: Some("name".to_owned()),
            samples: 60,
            parts: BTreeSet::from([[36, 12, 12]]),
            features: Names { count: 9, first: "abcdefghi".chars().map(String::from).collect() },
            shape: None,
            left_out: vec![left_out("id", Why::Asked), left_out("", Why::Index)],
            notes: vec!["something".to_owned()],
            warnings: vec!["beware".to_owned()],
        }
    }

    #[test]
    fn few_sets_are_told_of_in_full() {
        let expected = "\
f.csv: 2 classes of `name`, 60 samples (36 train, 12 validation, 12 test), 9 features
  classes: `rose` 30, `lily` 30
  features: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 1 more
  left out: `id`, a column without a name (a row index; as a column with a name of its own, it is a feature)
  note: something
  warning: beware
";
        assert_eq!(readings([reading()].iter()), expected);
    }

    #[test]
    fn many_sets_have_a_line_each_and_no_warning_is_lost() {
        let many: Vec<Reading> = (0..15).map(|number| Reading { name: format!("{number}.csv"), ..reading() }).collect();
        let text = readings(many.iter());
        assert_eq!(text.lines().filter(|line| line.contains("2 classes of `name`")).count(), 12, "{text}");
        assert_eq!(text.matches("warning: beware").count(), 15);
        assert!(text.contains("  14.csv: warning: beware\n") && text.ends_with("… and 3 more data sets\n"), "{text}");
        let warned = Reading { warnings: vec!["beware".to_owned(); 25], ..reading() };
        assert!(readings([warned].iter()).ends_with("… and 5 more warnings\n"));
        assert!(!text.contains("note:") && !text.contains("features:"), "{text}");
    }
}
