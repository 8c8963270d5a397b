//! A spec's text as values by key: what stands in the file and in the overrides, read and collected, not yet put together.

use super::by_source::OfSource;
use super::combinations::Combinations;
use super::draft::Draft;
use super::judge::AskedJudge;
use super::keys::{KEYS, find, sections};
use super::overrides::Override;
use super::problem::{Place, Problem, Source};
use super::protocol::Asked;
use super::read::Reader;
use super::roles::resolve;
use super::swept::swept;
use super::typed::Located;
use crate::record::{Judge, Protocol, Randomness};
use std::collections::BTreeSet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What a spec's text holds.
pub struct Document {
    pub name: Option<String>,
    pub question: String,
    pub seeds: Option<Vec<u64>>,
    /// Whether final parameters are kept; no setting of a run, since it changes none.
    pub keep_parameters: bool,
    pub combinations: Combinations,
    /// With the place where it stands; how many runs its second stage has is not known yet.
    pub protocol: Option<(Protocol, Place)>,
    pub judge: Judge,
    /// Where the outcome is that is judged.
    pub outcome: Option<Place>,
}

impl Document {
    /// Reads the spec (the first source) and the overrides (the others); every mistake goes to `problems`.
    pub fn read(sources: &[Source], overrides: &[Override], problems: &mut Vec<Problem>) -> Self {
        let text = &sources[0].text;
        let end = text.trim_end().len();
        let end = Place { source: 0, span: end..end };
        let combinations = Combinations { base: Draft::default(), axes: Vec::new(), end };
        let document = Self {
            name: None,
            question: String::new(),
            seeds: None,
            keep_parameters: false,
            combinations,
            protocol: None,
            judge: Judge::default(),
            outcome: None,
        };
        let mut reading = Reading {
            problems,
            document,
            seen: BTreeSet::new(),
            protocol: None,
            judge: AskedJudge::default(),
            sweep_spoiled: false,
            seeds_spoiled: false,
            sources: Vec::new(),
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or(text.len()..text.len());
            let message = error.message().replace('\n', ", ");
            let expected = "unexpected here";
            reading.reader(0).report(span, format!("not valid TOML: {message}"), expected, None);
        }
        reading.document(table.get_ref());
        // A choice before its parameters, which would be forgotten with what it replaces.
        let mut in_order: Vec<(usize, &Override)> = overrides.iter().enumerate().collect();
        in_order.sort_by_key(|(_, given)| given.path.matches('.').count());
        for (index, given) in in_order {
            if overrides[..index].iter().any(|other| other.path == given.path) {
                let message = format!("`{}` is given twice", given.path);
                reading.reader(index + 1).report(0..given.value.len(), message, "expected one value", None);
            }
            reading.overridden(index + 1, given);
        }
        reading.cross_seeds();
        if errors.is_empty() {
            reading.resolve_protocol();
            reading.resolve_judge();
            reading.report_missing_name();
            reading.report_missing_keys();
        }
        reading.document
    }
}

/// A spec while it is read.
pub struct Reading<'p> {
    pub problems: &'p mut Vec<Problem>,
    pub document: Document,
    /// The paths that stand somewhere, well or wrong.
    pub seen: BTreeSet<String>,
    pub protocol: Option<Asked>,
    pub judge: AskedJudge,
    /// Whether something is wrong with the axes, or with the seeds.
    pub sweep_spoiled: bool,
    seeds_spoiled: bool,
    /// The seeds of single sources of randomness, beside the split's.
    pub sources: Vec<OfSource>,
}

impl Reading<'_> {
    pub fn reader(&mut self, source: usize) -> Reader<'_> {
        Reader { source, problems: self.problems }
    }

    fn report_missing_name(&mut self) {
        let said = self.problems.iter().any(|problem| problem.message.contains("`name`"));
        if self.document.name.is_none() && !said {
            let help = Some("add `name = \"…\"`: it names the result folder".to_owned());
            self.reader(0).report(0..0, "missing `name`", "expected before the first table", help);
        }
    }

    /// Reports what is missing beside what is wrong, unless the missing thing itself stands there and is wrong, or is
    /// what a misspelled name was meant to be. Without other mistakes the combinations are checked as a whole later.
    fn report_missing_keys(&mut self) {
        if self.problems.is_empty() {
            return;
        }
        let missing = self.document.combinations.finish(0, 0).err().unwrap_or_default();
        // Whether epochs are needed is told by an optimizer that can be read.
        let unread = self.seen.contains("optimizer") && missing.iter().any(|p| p.message == "missing `optimizer`");
        for problem in missing {
            let names: Vec<&str> = problem.message.split('`').skip(1).step_by(2).collect();
            let path = match names.as_slice() {
                [name, section] => format!("{}.{name}", section.trim_matches(['[', ']'])),
                names => names.concat(),
            };
            let section = path.split('.').next().unwrap_or_default();
            let meant = |known: &Problem| {
                let help = known.help.as_deref().unwrap_or_default();
                names.first().is_some_and(|name| help.contains(&format!("`{name}`")))
                    || help.contains(&format!("`{section}`"))
            };
            let said = (unread && path == "train.epochs")
                || self.seen.contains(&path)
                || self.seen.contains(section)
                || self.problems.iter().any(meant);
            if problem.message.starts_with("missing") && !said {
                self.problems.push(problem);
            }
        }
    }

    fn document(&mut self, table: &DeTable<'_>) {
        for (name, value) in in_order(table) {
            match name.get_ref().as_ref() {
                "name" => self.name(0, value),
                "question" => match value.get_ref().as_str() {
                    Some(question) => question.clone_into(&mut self.document.question),
                    None => self.reader(0).report(
                        value.span(),
                        "`question` is no text",
                        "expected a sentence in quotes",
                        None,
                    ),
                },
                "seeds" => self.seeds(0, value),
                "sweep" => self.sweep(value),
                "protocol" => self.protocol = self.reader(0).protocol(value),
                "judge" => {
                    let mut asked = std::mem::take(&mut self.judge);
                    self.reader(0).judge(value, &mut asked);
                    self.judge = asked;
                }
                "output" => self.output(value),
                section if sections().contains(&section) => self.section(section, value),
                path if !path.contains('.') && find(path).is_some() => self.base_value(0, path, value),
                _ => {
                    let known = [
                        "name",
                        "question",
                        "seeds",
                        "output",
                        "judge",
                        "protocol",
                        "sweep",
                        "engine",
                        "precision",
                        "optimizer",
                        "annealing",
                    ];
                    let known = known.into_iter().chain(sections());
                    self.reader(0).unknown("key", name, known);
                }
            }
        }
    }

    pub fn name(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        const EXPECTED: &str = "expected 1 to 64 letters, digits, `-`, `_` or `.`, the first no `.` or `-`";
        let fits = |name: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            (1..=64).contains(&name.len()) && name.chars().all(plain) && !name.starts_with(['.', '-'])
        };
        match value.get_ref().as_str().filter(fits) {
            Some(name) => self.document.name = Some(name.to_owned()),
            None => self.reader(source).report(value.span(), "`name` cannot name a result folder", EXPECTED, None),
        }
    }

    /// A number of seeds, counted from 0, or a list of seeds; or such for each source of randomness.
    pub fn seeds(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        let mut reader = self.reader(source);
        let by_source = match value.get_ref().as_table() {
            Some(table) => reader.seeds_by_source(table, value.span()),
            None => reader
                .seeds("seeds", value)
                .and_then(|seeds| seeds.from(0))
                .map(|seeds| vec![(Randomness::Split, seeds, Place { source, span: value.span() })]),
        };
        let Some(by_source) = by_source else {
            self.seeds_spoiled = true;
            return;
        };
        let (split, others): (Vec<OfSource>, _) =
            by_source.into_iter().partition(|(source, ..)| *source == Randomness::Split);
        self.document.seeds = split.into_iter().next().map(|(_, seeds, _)| seeds);
        self.sources = others;
    }

    /// Puts the protocol beside the axes, once all of them are known.
    fn resolve_protocol(&mut self) {
        let Some(asked) = self.protocol.take() else { return };
        let swept = swept(&self.document.combinations);
        let tuning = match &self.document.seeds {
            Some(seeds) => seeds.as_slice(),
            None if self.seeds_spoiled => &[],
            None => &[0],
        };
        let resolved = resolve(&asked, (&swept, !self.sweep_spoiled), tuning, self.judge.at, self.problems);
        self.document.protocol = resolved.map(|protocol| (protocol, asked.place));
    }

    /// Puts what is judged beside the axes.
    fn resolve_judge(&mut self) {
        if self.judge.spoiled || self.sweep_spoiled {
            return;
        }
        let swept = swept(&self.document.combinations);
        let at = self.document.protocol.as_ref().map(|(protocol, _)| protocol.select.at);
        self.document.judge = self.judge.resolve(&swept, at, self.problems);
        self.document.outcome = self.judge.outcome.as_ref().map(|(_, place)| place.clone());
    }

    /// `[output]`: what is kept besides the tables.
    fn output(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
            self.reader(0).report(value.span(), "`output` is no table", "expected a table, `[output]`", None);
            return;
        };
        for (name, value) in in_order(table) {
            match name.get_ref().as_ref() {
                "parameters" => self.keep_parameters(0, value),
                _ => self.reader(0).unknown("key in `[output]`", name, ["parameters"]),
            }
        }
    }

    pub fn keep_parameters(&mut self, source: usize, value: &Spanned<DeValue<'_>>) {
        match value.get_ref().as_bool() {
            Some(keep) => self.document.keep_parameters = keep,
            None => {
                self.reader(source).mismatch::<()>(value, "`true` or `false`");
            }
        }
    }

    fn section(&mut self, section: &str, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
            self.seen.insert(section.to_owned());
            let expected = format!("expected a table, `[{section}]`");
            self.reader(0).report(value.span(), format!("`{section}` is no table"), expected, None);
            return;
        };
        for (name, value) in in_order(table) {
            let path = format!("{section}.{}", name.get_ref());
            match find(&path) {
                Some((_, None)) => self.base_value(0, &path, value),
                _ => {
                    let prefix = format!("{section}.");
                    let known = KEYS.iter().filter_map(|key| key.path.strip_prefix(&prefix));
                    self.reader(0).unknown(&format!("key in `[{section}]`"), name, known);
                }
            }
        }
    }

    pub fn base_value(&mut self, source: usize, path: &str, value: &Spanned<DeValue<'_>>) {
        let Some((key, parameter)) = find(path) else { return };
        self.seen.insert(path.to_owned());
        if let Some(typed) = self.reader(source).value(key, parameter, value) {
            self.document.combinations.base.set(path, Located { typed, place: Place { source, span: value.span() } });
        }
    }
}

/// A table's entries in the order of the file.
pub fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}
