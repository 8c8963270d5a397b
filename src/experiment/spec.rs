//! A checked experiment: its base, its axes and the runs that they make.

use super::draft::{Draft, Located, all_paths, labels};
use super::keys::{find, sections};
use super::problem::{Place, Problem, Problems, Source};
use super::read::{Reader, Typed};
use super::run_spec::{RunSpec, network};
use crate::data::{self, DataSet, split};
use crate::registry::Choice;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest spec file that is read.
const MOST_BYTES: u64 = 1 << 20;
/// The most runs of one experiment, and seeds among them.
const MOST_RUNS: u64 = 10_000_000;
const MOST_SEEDS: u64 = 100_000;

/// An experiment that has been checked as a whole.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Names the result folder.
    pub name: String,
    pub question: String,
    pub seeds: Vec<u64>,
    /// In the order of the file; the first varies slowest.
    pub axes: Vec<Axis>,
    /// The spec's text and the overrides, as they were given.
    pub sources: Vec<Source>,
    base: Draft,
    end: Place,
    /// The digest of each data set that occurs, by its canonical form.
    digests: BTreeMap<String, String>,
}

/// One axis of a sweep.
#[derive(Clone, Debug)]
pub struct Axis {
    pub path: String,
    alternatives: Vec<Located>,
}

impl Axis {
    /// How many values the axis has.
    #[must_use]
    pub fn values(&self) -> usize {
        self.alternatives.len()
    }

    /// The values as lines of text.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        labels(&self.alternatives)
    }
}

/// A setting from the command line: replaces the key's value and its axis.
#[derive(Clone, Debug)]
pub struct Override {
    pub path: String,
    /// TOML; what is none is taken as text.
    pub value: String,
}

impl Spec {
    /// Reads and checks a spec file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self, Problems> {
        let name = path.display().to_string();
        let failed = |message: String, expected: &str| Problems {
            sources: vec![Source { name: name.clone(), text: String::new() }],
            list: vec![Problem {
                place: Place { source: 0, span: 0..0 },
                message,
                expected: expected.to_owned(),
                help: None,
            }],
        };
        let size = std::fs::metadata(path)
            .map_err(|why| failed(format!("cannot read `{name}`: {why}"), "expected a spec file"))?;
        if size.len() > MOST_BYTES || !size.is_file() {
            return Err(failed(format!("`{name}` is no spec"), "expected a file of at most 1 MiB"));
        }
        let bytes = std::fs::read(path)
            .map_err(|why| failed(format!("cannot read `{name}`: {why}"), "expected a spec file"))?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let at = why.utf8_error().valid_up_to();
            failed(format!("`{name}` is not UTF-8 text, from byte {at} on"), "expected a TOML file")
        })?;
        Self::parse(name, text, overrides)
    }

    /// Checks the text of a spec; `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: String, text: String, overrides: &[Override]) -> Result<Self, Problems> {
        let mut sources = vec![Source { name, text }];
        sources.extend(
            overrides.iter().map(|given| Source {
                name: format!("--set {}={}", given.path, given.value),
                text: given.value.clone(),
            }),
        );
        let mut problems = Vec::new();
        let spec = Parsing { problems: &mut problems, axes: Vec::new(), base: Draft::default(), head: Head::default() }
            .spec(&sources, overrides);
        match spec {
            Some(spec) if problems.is_empty() => Ok(spec),
            _ => {
                problems.sort_by_key(|problem| (problem.place.source, problem.place.span.start));
                Err(Problems { sources, list: problems })
            }
        }
    }

    /// How many runs the experiment has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.axes.iter().map(|axis| axis.alternatives.len() as u64).product::<u64>() * self.seeds.len() as u64
    }

    /// Never: a checked experiment has at least one run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All runs, made one at a time: the first axis varies slowest, the seeds fastest.
    pub fn runs(&self) -> impl Iterator<Item = RunSpec> + '_ {
        let settings = self.len() / self.seeds.len() as u64;
        (0..settings).flat_map(move |index| {
            let run = self.draft(index).finish(0, &self.end).expect("every combination was checked");
            self.seeds.iter().map(move |&seed| RunSpec { seed, ..run.clone() })
        })
    }

    /// The run at a place of [`Self::runs`].
    #[must_use]
    pub fn run(&self, index: u64) -> RunSpec {
        let seeds = self.seeds.len() as u64;
        let seed = self.seeds[usize::try_from(index % seeds).expect("seeds fit memory")];
        self.draft(index / seeds).finish(seed, &self.end).expect("every combination was checked")
    }

    /// The identity of one of the experiment's runs.
    #[must_use]
    pub fn identity(&self, run: &RunSpec) -> String {
        run.identity(self.data_digest(&run.data.set))
    }

    /// The digest of the figures of a data set of this experiment.
    #[must_use]
    pub fn data_digest(&self, set: &Choice) -> &str {
        &self.digests[&canonical(set)]
    }

    /// The digests of all data sets of this experiment, by their settings.
    #[must_use]
    pub fn data_digests(&self) -> &BTreeMap<String, String> {
        &self.digests
    }

    /// The base with one combination of the axes' alternatives.
    fn draft(&self, mut index: u64) -> Draft {
        let mut picks = vec![0; self.axes.len()];
        for (axis, pick) in self.axes.iter().zip(&mut picks).rev() {
            let count = axis.alternatives.len() as u64;
            *pick = usize::try_from(index % count).expect("an axis fits memory");
            index /= count;
        }
        let mut draft = self.base.clone();
        for (axis, pick) in self.axes.iter().zip(picks) {
            draft.set(&axis.path, axis.alternatives[pick].clone());
        }
        draft
    }
}

fn canonical(set: &Choice) -> String {
    serde_json::to_string(set).expect("a choice is plain data")
}

/// The keys that belong to the experiment as a whole.
#[derive(Default)]
struct Head {
    name: Option<String>,
    question: String,
    seeds: Option<Vec<u64>>,
}

struct Parsing<'p> {
    problems: &'p mut Vec<Problem>,
    base: Draft,
    axes: Vec<Axis>,
    head: Head,
}

impl Parsing<'_> {
    fn reader(&mut self, source: usize) -> Reader<'_> {
        Reader { source, problems: self.problems }
    }

    fn spec(mut self, sources: &[Source], overrides: &[Override]) -> Option<Spec> {
        let text = &sources[0].text;
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or(text.len()..text.len());
            let message = error.message().replace('\n', ", ");
            self.reader(0).report(span, format!("not valid TOML: {message}"), "the file stops making sense here", None);
        }
        self.document(table.get_ref());
        for (index, given) in overrides.iter().enumerate() {
            self.overridden(index + 1, given);
        }
        if self.head.name.is_none() && errors.is_empty() && !self.problems.iter().any(|p| p.message.contains("`name`"))
        {
            let help = Some("add `name = \"…\"`: it names the result folder".to_owned());
            self.reader(0).report(0..0, "missing `name`", "expected before the first table", help);
        }
        // What is missing and what does not fit together can only be told once everything given is understood.
        if !self.problems.is_empty() {
            if errors.is_empty() {
                self.report_missing(text);
            }
            return None;
        }
        let end = Place { source: 0, span: text.trim_end().len()..text.trim_end().len() };
        let mut spec = Spec {
            name: self.head.name?,
            question: self.head.question,
            seeds: self.head.seeds.unwrap_or_else(|| vec![0]),
            axes: self.axes,
            sources: sources.to_vec(),
            base: self.base,
            end,
            digests: BTreeMap::new(),
        };
        check_combinations(&mut spec, self.problems);
        self.problems.is_empty().then_some(spec)
    }

    /// Reports what is missing beside what is wrong, unless what is wrong may be the missing thing itself.
    fn report_missing(&mut self, text: &str) {
        let end = Place { source: 0, span: text.trim_end().len()..text.trim_end().len() };
        let mut draft = self.base.clone();
        for axis in &self.axes {
            if let Some(first) = axis.alternatives.first() {
                draft.set(&axis.path, first.clone());
            }
        }
        for problem in draft.finish(0, &end).err().into_iter().flatten() {
            let name = problem.message.split('`').nth(1).unwrap_or_default();
            let wrong_already = name.is_empty() || text.contains(name);
            if problem.message.starts_with("missing") && !wrong_already {
                self.problems.push(problem);
            }
        }
    }

    fn document(&mut self, table: &DeTable<'_>) {
        for (name, value) in in_order(table) {
            match name.get_ref().as_ref() {
                "name" => self.name(value),
                "question" => match value.get_ref().as_str() {
                    Some(question) => question.clone_into(&mut self.head.question),
                    None => self.reader(0).report(
                        value.span(),
                        "`question` is no text",
                        "expected a sentence in quotes",
                        None,
                    ),
                },
                "seeds" => self.head.seeds = self.seeds(0, value),
                "sweep" => self.sweep(value),
                section if sections().contains(&section) => self.section(section, value),
                path if find(path).is_some() => self.base_value(0, path, value),
                _ => {
                    let known = ["name", "question", "seeds", "sweep", "engine", "precision", "optimizer", "annealing"];
                    let known = known.into_iter().chain(sections());
                    self.reader(0).unknown("key", name, known);
                }
            }
        }
    }

    fn name(&mut self, value: &Spanned<DeValue<'_>>) {
        const EXPECTED: &str = "expected 1 to 64 letters, digits, `-`, `_` or `.`, the first no `.` or `-`";
        let fits = |name: &&str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            (1..=64).contains(&name.len()) && name.chars().all(plain) && !name.starts_with(['.', '-'])
        };
        match value.get_ref().as_str().filter(fits) {
            Some(name) => self.head.name = Some(name.to_owned()),
            None => self.reader(0).report(value.span(), "`name` cannot name a result folder", EXPECTED, None),
        }
    }

    /// A number of seeds, counted from 0, or a list of seeds.
    fn seeds(&mut self, source: usize, value: &Spanned<DeValue<'_>>) -> Option<Vec<u64>> {
        let mut reader = self.reader(source);
        let Some(list) = value.get_ref().as_array() else {
            return reader.integer("seeds", 1, MOST_SEEDS, value).map(|count| (0..count).collect());
        };
        let seeds: Option<Vec<u64>> =
            list.iter().map(|seed| reader.integer("seeds", 0, i64::MAX as u64, seed)).collect();
        let seeds = seeds?;
        let distinct: BTreeSet<_> = seeds.iter().collect();
        if seeds.is_empty() || distinct.len() != seeds.len() {
            let message = if seeds.is_empty() { "an empty list of seeds" } else { "a seed stands twice" };
            reader.report(value.span(), message, "expected a number of seeds, or a list of different ones", None);
            return None;
        }
        Some(seeds)
    }

    fn section(&mut self, section: &str, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
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
                    let known = super::keys::KEYS.iter().filter_map(|key| key.path.strip_prefix(&prefix));
                    self.reader(0).unknown(&format!("key in `[{section}]`"), name, known);
                }
            }
        }
    }

    fn base_value(&mut self, source: usize, path: &str, value: &Spanned<DeValue<'_>>) {
        let Some((key, parameter)) = find(path) else { return };
        if let Some(typed) = self.reader(source).value(key, parameter, value) {
            self.base.set(path, Located { typed, place: Place { source, span: value.span() } });
        }
    }

    fn sweep(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = value.get_ref().as_table() else {
            self.reader(0).report(value.span(), "`sweep` is no table", "expected `[sweep]` with lists by key", None);
            return;
        };
        self.sweep_table("", table);
    }

    /// Axes may be written with quoted dotted keys or as nested tables.
    fn sweep_table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in in_order(table) {
            let path = format!("{prefix}{}", name.get_ref());
            if let Some((key, parameter)) = find(&path) {
                if let Some(alternatives) = self.reader(0).axis(key, parameter, value) {
                    let place = Place { source: 0, span: value.span() };
                    self.axes.push(axis(path, alternatives, &place));
                }
            } else if let Some(table) = value.get_ref().as_table()
                && all_paths().iter().any(|known| known.starts_with(&format!("{path}.")))
            {
                self.sweep_table(&format!("{path}."), table);
            } else {
                let paths = all_paths();
                let help = super::problem::nearest(&path, paths.iter().map(String::as_str));
                let message = if path == "seeds" || path == "name" {
                    format!("`{path}` cannot be swept")
                } else {
                    format!("unknown axis `{path}`")
                };
                let expected = "expected the dotted name of a setting, such as \"train.batch\"";
                self.reader(0).report(name.span(), message, expected, help);
            }
        }
    }

    fn overridden(&mut self, source: usize, given: &Override) {
        let text = given.value.as_str();
        let value = DeValue::parse(text)
            .unwrap_or_else(|_| Spanned::new(0..text.len(), DeValue::String(std::borrow::Cow::Borrowed(text))));
        if given.path == "seeds" {
            self.head.seeds = self.seeds(source, &value).or(self.head.seeds.take());
            return;
        }
        if given.path == "name" {
            self.name(&value);
            return;
        }
        if find(&given.path).is_none() {
            let paths = all_paths();
            let help = super::problem::nearest(&given.path, paths.iter().map(String::as_str));
            let message = format!("unknown key `{}`", given.path);
            self.reader(source).report(0..text.len(), message, "expected KEY=VALUE, such as train.epochs=5", help);
            return;
        }
        let whole = format!("{}.", given.path);
        self.axes.retain(|axis| axis.path != given.path && !axis.path.starts_with(&whole));
        self.base_value(source, &given.path, &value);
    }
}

fn axis(path: String, alternatives: Vec<Typed>, place: &Place) -> Axis {
    let alternatives = alternatives.into_iter().map(|typed| Located { typed, place: place.clone() }).collect();
    Axis { path, alternatives }
}

/// A table's entries in the order of the file.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

/// Finishes every combination once, loads every data set once, and checks that they go together.
fn check_combinations(spec: &mut Spec, problems: &mut Vec<Problem>) {
    let mut settings: u64 = 1;
    for axis in &spec.axes {
        settings = settings.saturating_mul(axis.alternatives.len() as u64);
    }
    if settings.saturating_mul(spec.seeds.len() as u64) > MOST_RUNS {
        let message = format!("more than {MOST_RUNS} runs");
        let expected = "expected fewer values, or several experiments";
        problems.push(Problem { place: spec.end.clone(), message, expected: expected.to_owned(), help: None });
        return;
    }
    let mut sets: BTreeMap<String, Option<DataSet>> = BTreeMap::new();
    let mut fitting = BTreeSet::new(); // what of a run has to do with its data, each checked once
    for index in 0..settings {
        let draft = spec.draft(index);
        let found = match draft.finish(spec.seeds[0], &spec.end) {
            Err(found) => found,
            Ok(run) => {
                let name = canonical(&run.data.set);
                let loaded = sets.entry(name).or_insert_with(|| match data::load(&run.data.set) {
                    Ok(set) => Some(set),
                    Err(why) => {
                        let place = draft.place("data.set").unwrap_or(&spec.end).clone();
                        let expected = "expected a set that can be made".to_owned();
                        problems.push(Problem { place, message: why, expected, help: None });
                        None
                    }
                });
                let relevant = serde_json::to_string(&(&run.data, &run.model, run.train.batch)).unwrap_or_default();
                match loaded {
                    Some(set) if fitting.insert(relevant) => check_against_data(&draft, &run, set, spec),
                    _ => Vec::new(),
                }
            }
        };
        for problem in found {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    let digests = sets.into_iter().filter_map(|(name, set)| Some((name, set?.digest())));
    spec.digests = digests.collect();
}

fn check_against_data(draft: &Draft, run: &RunSpec, set: &DataSet, spec: &Spec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |path: &str, message: String, expected: &str| {
        let place = draft.place(path).unwrap_or(&spec.end).clone();
        problems.push(Problem { place, message, expected: expected.to_owned(), help: None });
    };
    let name = &run.data.set.kind;
    if let Err(why) = network(&run.model, set) {
        report(
            "model.kind",
            format!("`{}` on `{name}`: {why}", run.model.kind.name()),
            "expected a model that suits the data",
        );
    }
    match split(set, run.data.split, run.seed) {
        Err(why) => report("data.split", format!("`{name}` cannot be split so: {why}"), "expected other shares"),
        Ok(parts) if run.train.batch > parts.train.len() => report(
            "train.batch",
            format!("a batch of {} is larger than the training part of `{name}`", run.train.batch),
            &format!("expected at most {}", parts.train.len()),
        ),
        Ok(_) => {}
    }
    problems
}
