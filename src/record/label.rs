//! What labelled cases and regularizers of a sweep are called: in an analysis their label is a setting beside their own.

use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The setting that labelled cases have beside their own in an analysis: their label.
pub const CASE: &str = "case";

/// The same of the regularizers of a sweep.
pub const REGULARIZER: &str = "regularizer";

/// Whether a setting is none of a run but a label of its case.
#[must_use]
pub fn is_label(name: &str) -> bool {
    [CASE, REGULARIZER].contains(&name)
}

/// The name of a case of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLabel {
    /// The setting whose value it is: [`CASE`] or [`REGULARIZER`].
    #[serde(default = "case", skip_serializing_if = "is_case")]
    pub axis: String,
    pub label: String,
    /// What a run of the case has.
    pub settings: BTreeMap<String, Value>,
}

impl CaseLabel {
    /// Adds to settings, as [`super::with_usual`] has them, what the cases are called that a run with these belongs to.
    pub fn add(all: &[Self], settings: &mut BTreeMap<String, Value>) {
        let is = |case: &&Self| case.settings.iter().all(|(name, value)| settings.get(name) == Some(value));
        // A setting at its usual value may be left out, so that one case's settings are a part of another's: the one that says
        // most of the run is its case, and of equals the first.
        let of_axis = |axis: &str| {
            let cases = all.iter().filter(|case| case.axis == axis).filter(is);
            let most = cases.reduce(|most, case| if case.settings.len() > most.settings.len() { case } else { most });
            most.map(|case| case.label.clone())
        };
        let found = [CASE, REGULARIZER].map(|axis| (axis, of_axis(axis)));
        settings.extend(found.into_iter().filter_map(|(axis, label)| Some((axis.to_owned(), Value::text(label?)))));
    }
}

fn case() -> String {
    CASE.to_owned()
}

fn is_case(axis: &str) -> bool {
    axis == CASE
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A flag at its usual value is left out of a run's settings, so that the first case is a part of the second.
    #[test]
    fn a_case_is_the_one_that_says_most() {
        let settings = |flag: Option<bool>| {
            let kind = [("optimizer.kind".to_owned(), Value::word("adam"))];
            let flag = flag.map(|flag| ("optimizer.bias_correction".to_owned(), Value::Flag(flag)));
            kind.into_iter().chain(flag).collect::<BTreeMap<_, _>>()
        };
        let case = |label: &str, flag| CaseLabel { axis: case(), label: label.to_owned(), settings: settings(flag) };
        for cases in
            [[case("with", None), case("without", Some(false))], [case("without", Some(false)), case("with", None)]]
        {
            let label = |flag| {
                let mut settings = settings(flag);
                CaseLabel::add(&cases, &mut settings);
                settings[CASE].to_string()
            };
            assert_eq!((label(None), label(Some(false))), ("with".to_owned(), "without".to_owned()));
        }
    }
}
