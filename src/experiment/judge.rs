//! `[judge]`: which state of a training is compared, from which difference on it matters, and which axes are questions.

use super::document::in_order;
use super::problem::{Problem, nearest};
use super::protocol::{Name, say};
use super::read::{Node, Reader};
use super::roles::{choice_of, is_swept, listed};
use super::swept::{Swept, names_data};
use crate::record::{At, Judge, is_seed};

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const JUDGE_KEYS: [(&str, &str); 3] = [
    (
        "at",
        "the state of a training that is compared, tuned on and tested: one of `end`, `best`, `stopped`, default end; `best` is known only afterwards",
    ),
    ("margin", "smallest difference of interest, in units of the test metric: a number greater than 0, default none"),
    ("by", "swept settings that are compared, each a question of its own: names, default every axis"),
];

/// The names of the states.
fn states() -> [&'static str; 3] {
    At::ALL.map(At::spec_name)
}

/// The table as it is written, with overrides.
#[derive(Clone, Debug, Default)]
pub struct AskedJudge {
    pub at: Option<At>,
    pub margin: Option<f64>,
    pub by: Option<Vec<Name>>,
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

impl AskedJudge {
    /// The table with what the protocol says of the state, or else what is usual; names that fit no axis go to `problems`.
    pub fn resolve(&self, swept: &[Swept], protocol: Option<At>, problems: &mut Vec<Problem>) -> Judge {
        let mut by = Vec::new();
        for name in self.by.iter().flatten() {
            let path = &name.path;
            if path == "seeds" || is_seed(path) || names_data(path) {
                let expected =
                    "expected other settings: every figure is a mean over seeds, and data sets are compared over";
                say(problems, &name.place, format!("`{path}` is no question"), expected, None);
            } else if !is_swept(path, swept) {
                let help = nearest(path, swept.iter().map(|swept| swept.setting.as_str()));
                let message = format!("`{path}` is not swept");
                say(problems, &name.place, message, &format!("expected {}", listed(swept)), help);
            } else if protocol.is_some() {
                let expected = "expected `compare` in `[protocol]` alone, which names what is compared";
                say(problems, &name.place, "`by` beside a protocol".to_owned(), expected, None);
            } else {
                by.push(choice_of(path).unwrap_or_else(|| path.clone()));
            }
        }
        Judge { at: protocol.or(self.at).unwrap_or_default(), margin: self.margin, by }
    }
}

impl Reader<'_> {
    /// Reads the table into what is asked.
    pub fn judge(&mut self, value: &Node<'_>, asked: &mut AskedJudge) {
        let Some(table) = value.get_ref().as_table() else {
            self.report(value.span(), "`judge` is no table", "expected a table, `[judge]`", None);
            asked.spoiled = true;
            return;
        };
        for (name, value) in in_order(table) {
            let key = name.get_ref().as_ref();
            if JUDGE_KEYS.iter().any(|(known, _)| *known == key) {
                self.judge_key(key, value, asked);
            } else {
                self.unknown("key in `[judge]`", name, JUDGE_KEYS.map(|(known, _)| known));
                asked.spoiled = true;
            }
        }
    }

    /// Reads one key of the table.
    pub fn judge_key(&mut self, key: &str, value: &Node<'_>, asked: &mut AskedJudge) {
        let before = self.problems.len();
        match key {
            "at" => asked.at = self.state(value).or(asked.at),
            "margin" => asked.margin = self.positive("judge.margin", value).or(asked.margin),
            _ => asked.by = self.names("by", value).or(asked.by.take()),
        }
        asked.spoiled |= self.problems.len() > before;
    }

    fn state(&mut self, node: &Node<'_>) -> Option<At> {
        let listed = states().map(|name| format!("`{name}`")).join(", ");
        let Some(typed) = node.get_ref().as_str() else {
            return self.mismatch(node, &format!("one of {listed}"));
        };
        let found = At::from_spec_name(typed);
        if found.is_none() {
            let help = nearest(typed, states());
            self.report(node.span(), format!("unknown state `{typed}`"), format!("expected one of {listed}"), help);
        }
        found
    }
}
