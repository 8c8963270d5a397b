//! A checked experiment: its base, its axes and the runs that they make.

use super::again::SET;
use super::by_source::idle_seeds;
use super::check::check;
use super::combinations::{Combinations, Part, Putting};
use super::design::{Cell, Design};
use super::document::Document;
use super::files::Files;
use super::identities::Identities;
use super::kinds::{Kind, Members, kinds};
use super::labels::{InWords, in_words};
use super::overrides::Override;
use super::problem::{Place, Problem, Problems, Source};
use super::run_spec::{RunSpec, Section};
use super::sets::canonical;
use crate::guard::file::{self, Links};
use crate::record::{Judge, Protocol, Reading, Revisions, RunId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The largest spec file that is read.
pub(super) const MOST_BYTES: u64 = 1 << 20;
/// What a spec from a pipe is called.
const PIPE: &str = "pipe";

/// An experiment that has been checked as a whole.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Names the result folder.
    pub name: String,
    pub question: String,
    /// With a protocol those of its first stage.
    pub seeds: Vec<u64>,
    /// The spec's text and the overrides, as they were given.
    pub sources: Vec<Source>,
    /// The folder that the spec lies in; paths in it start there.
    pub folder: PathBuf,
    /// Whether final parameters are to be kept.
    pub keep_parameters: bool,
    /// How the results are judged.
    pub judge: Judge,
    combinations: Combinations,
    design: Option<Design>,
    files: Files,
    /// The digest of each data set that occurs, by its canonical form.
    digests: BTreeMap<String, String>,
    /// What was read of each.
    readings: BTreeMap<String, Reading>,
}

impl Spec {
    /// Reads and checks a spec file, or what comes from standard input (`-`) or another pipe. Paths in a spec start in the
    /// folder of its file; those of a spec from a pipe start in the working folder.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self, Problems> {
        let piped = file::is_piped(path);
        let name = if piped { PIPE.to_owned() } else { path.display().to_string() };
        let failed = |message: String, expected: &str| Problems {
            sources: vec![Source { name: name.clone(), text: String::new() }],
            list: vec![Problem {
                place: Place { source: 0, span: 0..0 },
                message,
                expected: expected.to_owned(),
                help: None,
            }],
        };
        let expected = "expected a spec: a file of at most 1 MiB";
        let read =
            if piped { file::read_piped(path, MOST_BYTES) } else { file::read(path, MOST_BYTES, Links::Followed) };
        let bytes = read.map_err(|why| failed(why.to_string(), expected))?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let at = why.utf8_error().valid_up_to();
            failed(format!("`{name}` is not UTF-8 text, from byte {at} on"), "expected a TOML file")
        })?;
        let files = Files::beside(&name);
        let folder = if piped { Path::new("") } else { path.parent().unwrap_or(path) };
        Self::parse_in(folder, files, name, text, overrides)
    }

    /// Checks the text of a spec; `name` is its file, for messages and for the paths in it.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(name: String, text: String, overrides: &[Override]) -> Result<Self, Problems> {
        let folder = Path::new(&name).parent().unwrap_or(Path::new("")).to_owned();
        Self::parse_in(&folder, Files::beside(&name), name, text, overrides)
    }

    pub(super) fn parse_in(
        folder: &Path,
        mut files: Files,
        name: String,
        text: String,
        overrides: &[Override],
    ) -> Result<Self, Problems> {
        let mut sources = vec![Source { name, text }];
        sources.extend(
            overrides.iter().map(|given| Source {
                name: format!("{SET}{}={}", given.path, given.value),
                text: given.value.clone(),
            }),
        );
        let mut problems = Vec::new();
        let document = Document::read(&sources, overrides, &mut problems);
        if let (Some(name), true) = (document.name, problems.is_empty()) {
            let combinations = document.combinations;
            let seeds = document.seeds.unwrap_or_else(|| vec![0]);
            let report_seeds = document.protocol.as_ref().map(|(protocol, _)| protocol.report_seeds.as_slice());
            let all_seeds = (seeds.as_slice(), report_seeds.unwrap_or_default());
            let sets = check(&combinations, all_seeds, folder, &mut files, &mut problems);
            let design = document
                .protocol
                .filter(|_| problems.is_empty())
                .and_then(|(protocol, place)| Design::of(protocol, &combinations, &files, &place, &mut problems));
            if problems.is_empty() {
                problems.extend(idle_seeds(&combinations, seeds[0]));
            }
            if problems.is_empty() {
                let (question, folder) = (document.question, folder.to_owned());
                let (keep_parameters, judge) = (document.keep_parameters, document.judge);
                return Ok(Self {
                    name,
                    question,
                    seeds,
                    sources,
                    folder,
                    keep_parameters,
                    judge,
                    combinations,
                    design,
                    files,
                    digests: sets.digests,
                    readings: sets.readings,
                });
            }
        }
        problems.sort_by_key(|problem| (problem.place.source, problem.place.span.start));
        Err(Problems { sources, list: problems })
    }

    /// How many runs the experiment has; with a protocol those of its first stage, which are known beforehand.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.combinations.len() * self.seeds.len() as u64
    }

    /// How many combinations of settings the experiment has, seeds aside.
    #[must_use]
    pub fn combination_count(&self) -> u64 {
        self.combinations.len()
    }

    /// How many runs there are in both stages.
    #[must_use]
    pub fn planned(&self) -> u64 {
        self.len() + self.protocol().map_or(0, |protocol| protocol.report_runs)
    }

    /// The protocol, and what the runs are to it.
    #[must_use]
    pub fn design(&self) -> Option<&Design> {
        self.design.as_ref()
    }

    #[must_use]
    pub fn protocol(&self) -> Option<&Protocol> {
        self.design.as_ref().map(|design| &design.protocol)
    }

    /// The seeds of all stages.
    pub(super) fn all_seeds(&self) -> impl Iterator<Item = u64> + '_ {
        let report = self.protocol().map(|protocol| protocol.report_seeds.as_slice());
        self.seeds.iter().chain(report.unwrap_or_default()).copied()
    }

    /// Never: a checked experiment has at least one run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the axes vary, in the order of the file.
    pub fn axes(&self) -> impl Iterator<Item = InWords<'_>> {
        self.combinations.axes.iter().map(|axis| in_words(&self.combinations, axis))
    }

    /// All runs, made one at a time: the first axis varies slowest, the seeds fastest.
    pub fn runs(&self) -> impl Iterator<Item = RunSpec> + '_ {
        (0..self.combinations.len()).flat_map(move |index| {
            let run = self.finish(index, 0);
            self.seeds.iter().map(move |&seed| RunSpec { seed, ..run.clone() })
        })
    }

    /// The identities of all runs, in the same order and much faster.
    pub fn identities(&self) -> impl Iterator<Item = RunId> + '_ {
        let mut identities = Identities::new(self);
        (0..self.combinations.len()).flat_map(move |combination| identities.of(combination, &self.seeds))
    }

    /// The places of a combination's runs on the report seeds: beyond those of [`Self::runs`]. Each could be part of the
    /// second stage; which ones are, the first one tells.
    pub fn report_places(&self, combination: u64) -> impl Iterator<Item = u64> + use<> {
        let seeds = self.protocol().map_or(0, |protocol| protocol.report_seeds.len() as u64);
        let first = self.len() + combination * seeds;
        first..first + seeds
    }

    /// The run at a place of [`Self::runs`], or beyond them at one of [`Self::report_places`].
    #[must_use]
    pub fn run(&self, index: u64) -> RunSpec {
        let report = index.checked_sub(self.len()).zip(self.protocol());
        let (index, seeds) = report.map_or((index, &self.seeds), |(index, protocol)| (index, &protocol.report_seeds));
        let count = seeds.len() as u64;
        let seed = seeds[usize::try_from(index % count).expect("seeds fit memory")];
        self.finish(index / count, seed)
    }

    /// The run of this identity, if the experiment can have it in one of its stages.
    #[must_use]
    pub fn find(&self, id: RunId) -> Option<RunSpec> {
        self.find_all(&[id]).remove(&id)
    }

    /// Those of these runs that the experiment has, in one pass over all of its runs.
    #[must_use]
    pub fn find_all(&self, ids: &[RunId]) -> BTreeMap<RunId, RunSpec> {
        let mut wanted: BTreeSet<RunId> = ids.iter().copied().collect();
        let report_seeds = self.protocol().map(|protocol| protocol.report_seeds.as_slice());
        let seeds = [&self.seeds, report_seeds.unwrap_or_default()].concat();
        let (mut identities, mut found) = (Identities::new(self), BTreeMap::new());
        for combination in 0..self.combinations.len() {
            if wanted.is_empty() {
                break;
            }
            for (place, id) in identities.of(combination, &seeds).into_iter().enumerate() {
                if wanted.remove(&id) {
                    found.insert(id, self.finish(combination, seeds[place]));
                }
            }
        }
        found
    }

    /// The combinations of settings by kind; `key` says what makes a kind, section by section. It looks at no parameter that
    /// stands alone, such as β₁, and of a regularizer's strength at whether it is 0.
    #[must_use]
    pub fn kinds(&self, key: impl Fn(Section, &RunSpec) -> String) -> Vec<Kind> {
        let mut run = self.run(0);
        let mut members = |part: Part| {
            let (mut members, mut putting) = (Members::default(), self.combinations.putting(&part));
            for (member, stands_for) in self.combinations.representatives(&part) {
                self.put(&mut putting, member, &mut run);
                members.add(&part, (member, stands_for), &run, &key);
            }
            (part, members)
        };
        let parts: Vec<(Part, Members)> = self.combinations.parts().into_iter().map(&mut members).collect();
        kinds(&self.combinations, &parts).collect()
    }

    /// The combinations of each trial of a cell of the protocol, ascending; the trials in the order in which they first occur.
    #[must_use]
    pub fn trials(&self, cell: &Cell) -> Vec<Vec<u64>> {
        self.design.as_ref().map(|design| design.trials(cell, &self.combinations)).unwrap_or_default()
    }

    /// The cell of the protocol that a combination belongs to.
    #[must_use]
    pub fn cell(&self, combination: u64) -> Option<&Cell> {
        self.design.as_ref()?.cell(combination, &self.combinations)
    }

    pub(super) fn combinations(&self) -> &Combinations {
        &self.combinations
    }

    /// Puts a part's member into a run.
    pub(super) fn put(&self, putting: &mut Putting<'_>, member: u64, run: &mut RunSpec) {
        putting.put(member, run).expect("every combination was checked");
        if putting.sections.contains(&Section::Model) {
            self.files.complete(run);
        }
    }

    fn finish(&self, index: u64, seed: u64) -> RunSpec {
        let mut run = self.combinations.finish(index, seed).expect("every combination was checked");
        self.files.complete(&mut run);
        run
    }

    /// The revisions of all entries of registries that the runs use.
    #[must_use]
    pub fn revisions(&self) -> Revisions {
        let (mut run, mut revisions) = (self.run(0), Revisions::new());
        for part in self.combinations.parts() {
            let mut putting = self.combinations.putting(&part);
            for (member, _) in self.combinations.representatives(&part) {
                self.put(&mut putting, member, &mut run);
                part.sections.iter().for_each(|section| run.add_revisions(*section, &mut revisions));
            }
        }
        revisions
    }

    /// The identity of one of the experiment's runs.
    #[must_use]
    pub fn identity(&self, run: &RunSpec) -> RunId {
        run.identity(self.data_digest(run))
    }

    /// The digest of the figures of a run's data set.
    #[must_use]
    pub fn data_digest(&self, run: &RunSpec) -> &str {
        &self.digests[&self.data_key(run)]
    }

    /// What a run's data set is called in [`Self::data_digests`].
    #[must_use]
    pub fn data_key(&self, run: &RunSpec) -> String {
        canonical(&run.set())
    }

    /// The digests of all data sets of this experiment, by their settings.
    #[must_use]
    pub fn data_digests(&self) -> &BTreeMap<String, String> {
        &self.digests
    }

    /// What was read of all data sets of this experiment, by their settings.
    #[must_use]
    pub fn readings(&self) -> &BTreeMap<String, Reading> {
        &self.readings
    }
}
