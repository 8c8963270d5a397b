//! A checked experiment: its base, its axes and the runs that they make.

use super::check::check_combinations;
use super::document::{Document, end_of};
use super::draft::{Draft, Located, labels};
use super::problem::{Place, Problem, Problems, Source};
use super::read::Typed;
use super::run_spec::RunSpec;
use crate::registry::Choice;
use std::collections::BTreeMap;
use std::path::Path;

/// The largest spec file that is read.
const MOST_BYTES: u64 = 1 << 20;

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
    /// Where what is missing could be added.
    pub(super) end: Place,
    /// The digest of each data set that occurs, by its canonical form.
    pub(super) digests: BTreeMap<String, String>,
}

/// One axis of a sweep.
#[derive(Clone, Debug)]
pub struct Axis {
    pub path: String,
    /// At least one.
    pub(super) alternatives: Vec<Located>,
}

impl Axis {
    /// An axis of these values, which stand at `place`.
    pub(super) fn new(path: String, values: Vec<Typed>, place: &Place) -> Self {
        let alternatives = values.into_iter().map(|typed| Located { typed, place: place.clone() }).collect();
        Self { path, alternatives }
    }

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
        let document = Document::read(&sources, overrides, &mut problems);
        if let (Some(name), true) = (document.name, problems.is_empty()) {
            let mut spec = Self {
                name,
                question: document.question,
                seeds: document.seeds.unwrap_or_else(|| vec![0]),
                axes: document.axes,
                end: end_of(&sources[0].text),
                sources: sources.clone(),
                base: document.base,
                digests: BTreeMap::new(),
            };
            check_combinations(&mut spec, &mut problems);
            if problems.is_empty() {
                return Ok(spec);
            }
        }
        problems.sort_by_key(|problem| (problem.place.source, problem.place.span.start));
        Err(Problems { sources, list: problems })
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
    pub(super) fn draft(&self, mut index: u64) -> Draft {
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

/// A data set's settings as the key of its digest.
pub(super) fn canonical(set: &Choice) -> String {
    serde_json::to_string(set).expect("a choice is plain data")
}
