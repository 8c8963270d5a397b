//! `[judge]`: which state of a training is compared, from which difference on it matters, which axes are questions, and what a
//! fast training has to reach.

use super::document::in_order;
use super::problem::{Problem, nearest};
use super::protocol::{Name, say};
use super::read::{Node, Reader};
use super::roles::{choice_of, is_swept, listed};
use super::swept::{Swept, names_data};
use crate::record::{At, Compared, Contrast, Goal, Judge, Protocol, Way, is_seed};
use std::collections::BTreeMap;

/// The keys of the table, each with what `burnmark list keys` says of it.
pub const JUDGE_KEYS: [(&str, &str); 7] = [
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
        "what of the test part is compared: one of `metric`, `loss`, default metric; the loss tells methods apart that are right equally often",
    ),
    (
        "contrasts",
        "differences of interest beside the questions: a list such as [{ slope = \"regularize.dropout\" }, { effect = \"annealing\", by = \"optimizer\" }], default none",
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
    pub outcome: Option<Compared>,
    pub baseline: Option<String>,
    /// Each by the names of its settings: one of a slope, two of an interaction.
    pub contrasts: Option<Vec<Vec<Name>>>,
    /// Whether anything of it is wrong and was reported.
    pub spoiled: bool,
}

impl AskedJudge {
    /// The table with what the protocol says of the state, or else what is usual; names that fit no axis go to `problems`.
    pub fn resolve(&self, swept: &[Swept], protocol: Option<&Protocol>, problems: &mut Vec<Problem>) -> Judge {
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
            protocol.map(|protocol| protocol.select.at).or(self.at).unwrap_or_default(),
            self.outcome.unwrap_or_default(),
        );
        let contrasts = self.contrasts(swept, protocol, problems);
        Judge { at, margin: self.margin, by, baseline: self.baseline.clone(), target, outcome, contrasts }
    }

    fn contrasts(&self, swept: &[Swept], protocol: Option<&Protocol>, problems: &mut Vec<Problem>) -> Vec<Contrast> {
        let mut known = |name: &Name| {
            let path = choice_of(&name.path).unwrap_or_else(|| name.path.clone());
            if !is_swept(&path, swept) {
                let help = nearest(&name.path, swept.iter().map(|swept| swept.setting.as_str()));
                let message = format!("`{}` is not swept", name.path);
                say(problems, &name.place, message, &format!("expected {}", listed(swept)), help);
            } else if let Some(protocol) = protocol.filter(|protocol| !protocol.compare.contains(&path)) {
                let message = format!("the protocol does not compare `{}`", name.path);
                let compared: Vec<String> = protocol.compare.iter().map(|name| format!("`{name}`")).collect();
                let expected = format!("expected what it compares, {}, or this in `compare`", compared.join(", "));
                say(problems, &name.place, message, &expected, None);
            }
            path
        };
        let contrast = |names: &Vec<Name>| match names.as_slice() {
            [effect, by] => Contrast::Interaction { effect: known(effect), by: known(by) },
            one => Contrast::Slope { slope: one.iter().map(&mut known).collect() },
        };
        self.contrasts.iter().flatten().map(contrast).collect()
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
            "outcome" => asked.outcome = self.outcome(value).or(asked.outcome),
            "margin" => asked.margin = self.positive("judge.margin", value).or(asked.margin),
            "contrasts" => asked.contrasts = self.contrasts(value).or(asked.contrasts.take()),
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

    /// A list of tables, `{ slope = … }` or `{ effect = …, by = … }`.
    fn contrasts(&mut self, node: &Node<'_>) -> Option<Vec<Vec<Name>>> {
        let Some(list) = node.get_ref().as_array() else {
            return self.mismatch(node, "a list such as `[{ slope = \"regularize.dropout\" }]`");
        };
        let contrasts: Vec<Option<Vec<Name>>> = list.iter().map(|item| self.contrast(item)).collect();
        contrasts.into_iter().collect()
    }

    fn contrast(&mut self, node: &Node<'_>) -> Option<Vec<Name>> {
        let expected = "one setting, `{ slope = … }`, or two, `{ effect = …, by = … }`";
        let Some(table) = node.get_ref().as_table() else { return self.mismatch(node, expected) };
        let mut keys: Vec<&str> = table.keys().map(|name| name.get_ref().as_ref()).collect();
        keys.sort_unstable();
        let in_turn: &[&str] = match keys.as_slice() {
            ["slope"] => &["slope"],
            ["by", "effect"] => &["effect", "by"],
            _ => return self.mismatch(node, expected),
        };
        let named = |reader: &mut Self, key: &str| {
            let names = table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)?;
            match reader.names(key, names)?.as_slice() {
                [one] => Some(one.clone()),
                _ => reader.mismatch(names, "the name of one swept setting"),
            }
        };
        in_turn.iter().map(|key| named(self, key)).collect()
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
        let name = self.word("outcome", &Compared::ALL.map(Compared::name), node)?;
        Compared::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}
