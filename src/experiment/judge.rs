//! `[judge]`: which state of a training is compared, from which difference on it matters, which axes are questions, and what a
//! fast training has to reach.

use super::document::in_order;
use super::problem::{Place, Problem, nearest};
use super::protocol::{Name, say};
use super::read::{Node, Reader};
use super::roles::{choice_of, is_swept, listed};
use super::swept::{Swept, names_data};
use crate::record::{At, Compared, Goal, Judge, Way, is_seed};
use std::collections::BTreeMap;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const JUDGE_KEYS: [(&str, &str); 6] = [
    (
        "at",
        "the state of a training that is compared, tuned on and tested: one of `end`, `best`, `stopped`, default end; `best` is known only afterwards",
    ),
    ("margin", "smallest difference of interest, in units of the test metric: a number greater than 0, default none"),
    (
        "baseline",
        "the compared value that all others are compared with, as answers name it, such as `momentum`: a text, default all pairs; fewer comparisons need fewer seeds",
    ),
    (
        "outcome",
        "what of the test part is compared: `metric`, `loss` or a measure of `train.measures`, default metric; the loss tells methods apart that are right equally often",
    ),
    ("by", "swept settings that are compared, each a question of its own: names, default every axis"),
    (
        "target",
        "validation loss to which steps are counted: a number, one for each data set such as { iris = 0.1 }, or a share of a baseline's way from the untrained loss such as { baseline = \"momentum\", way = 0.9 }, default 0.9 of the first value's way",
    ),
];

/// The keys of a target that is a share of a baseline's way.
const WAY_KEYS: [&str; 2] = ["baseline", "way"];

/// The table as it is written, with overrides.
#[derive(Clone, Debug, Default)]
pub struct AskedJudge {
    pub at: Option<At>,
    pub margin: Option<f64>,
    pub by: Option<Vec<Name>>,
    pub target: Option<Goal>,
    pub outcome: Option<(Compared, Place)>,
    pub baseline: Option<String>,
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
        let target = self.target.clone().unwrap_or_default();
        let (at, outcome) = (
            protocol.or(self.at).unwrap_or_default(),
            self.outcome.as_ref().map(|(outcome, _)| *outcome).unwrap_or_default(),
        );
        Judge { at, margin: self.margin, by, baseline: self.baseline.clone(), target, outcome }
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
            "baseline" => asked.baseline = self.compared_value(value).or(asked.baseline.take()),
            "outcome" => {
                let place = Place { source: self.source, span: value.span() };
                asked.outcome = self.outcome(value).map(|outcome| (outcome, place)).or(asked.outcome.take());
            }
            "margin" => asked.margin = self.positive("judge.margin", value).or(asked.margin),
            "target" => asked.target = self.target(value).or(asked.target.take()),
            _ => asked.by = self.names("by", value).or(asked.by.take()),
        }
        asked.spoiled |= self.problems.len() > before;
    }

    fn target(&mut self, node: &Node<'_>) -> Option<Goal> {
        let Some(table) = node.get_ref().as_table() else {
            return self.finite("judge.target", node).map(Goal::Loss);
        };
        if table.keys().any(|name| WAY_KEYS.contains(&name.get_ref().as_ref())) {
            return self.way(node).map(Goal::Way);
        }
        let losses: Vec<Option<(String, f64)>> = in_order(table)
            .into_iter()
            .map(|(name, value)| Some((name.get_ref().to_string(), self.finite("judge.target", value)?)))
            .collect();
        let losses: BTreeMap<String, f64> = losses.into_iter().collect::<Option<_>>()?;
        if losses.is_empty() {
            self.report(node.span(), "no target", "expected a number, or one for each data set", None);
            return None;
        }
        Some(Goal::Losses(losses))
    }

    fn way(&mut self, node: &Node<'_>) -> Option<Way> {
        let (mut baseline, mut way, before) = (None, None, self.problems.len());
        for (name, value) in node.get_ref().as_table().into_iter().flat_map(|table| in_order(table)) {
            match name.get_ref().as_ref() {
                "baseline" => baseline = self.compared_value(value),
                "way" => way = self.share("judge.target.way", value),
                _ => self.unknown("key in `judge.target`", name, WAY_KEYS),
            }
        }
        let usual = match Goal::default() {
            Goal::Way(usual) => usual.way,
            Goal::Loss(_) | Goal::Losses(_) => 1.0,
        };
        (self.problems.len() == before).then(|| Way { baseline, way: way.unwrap_or(usual) })
    }

    fn compared_value(&mut self, node: &Node<'_>) -> Option<String> {
        match node.get_ref().as_str() {
            Some(name) => Some(name.to_owned()),
            None => self.mismatch(node, "the name of a compared value, such as `\"momentum\"`"),
        }
    }

    fn state(&mut self, node: &Node<'_>) -> Option<At> {
        At::from_spec_name(self.word("state", &At::ALL.map(At::spec_name), node)?)
    }

    fn outcome(&mut self, node: &Node<'_>) -> Option<Compared> {
        Compared::from_name(self.word("outcome", &Compared::names(), node)?)
    }
}
