//! A checked experiment: its base, its axes and the runs that they make.

use super::combinations::SweepPart;
use super::identities::Identities;
use super::kinds::{Kind, Members, kinds};
use super::labels::{InWords, in_words};
use super::run_spec::{RunSpec, Section};
use super::space::{Space, data_key};
use crate::catalogue::Catalogue;
use crate::protocol::{Cell, ProtocolDesign};
use crate::record::{Judge, Origins, Protocol, Published, Randomness, Reading, Revisions, RunId};
use crate::spec::{Source, Sweep};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

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
    /// What the runs are laid beside.
    pub published: Option<Published>,
    pub(super) space: Space,
    pub(super) protocol: Option<Protocol>,
    /// One for each question of the protocol.
    pub(super) designs: Vec<ProtocolDesign>,
    /// What was read of each data set.
    pub(super) readings: BTreeMap<String, Reading>,
}

impl Spec {
    /// How many runs the experiment has; with a protocol those of its first stage, which are known beforehand.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.space.combinations.len() * self.seeds.len() as u64
    }

    /// How many combinations of settings the experiment has, seeds aside.
    #[must_use]
    pub fn combination_count(&self) -> u64 {
        self.space.combinations.len()
    }

    /// How many runs there are in both stages; at most, where a protocol has several questions.
    #[must_use]
    pub fn planned(&self) -> u64 {
        self.len() + self.protocol().map_or(0, |protocol| protocol.report_runs)
    }

    /// The seeds of the sources of randomness that have seeds of their own, by the name of the source.
    #[must_use]
    pub fn seeds_by_source(&self) -> Vec<(&'static str, Vec<u64>)> {
        let of = |source: Randomness| {
            let mut seeds: Vec<u64> =
                self.space.values(source.setting()).iter().filter_map(|seed| seed.parse().ok()).collect();
            seeds.sort_unstable();
            (source != Randomness::Split && !seeds.is_empty()).then_some((source.name(), seeds))
        };
        Randomness::ALL.into_iter().filter_map(of).collect()
    }

    /// What the runs are to each question of the protocol.
    #[must_use]
    pub fn designs(&self) -> &[ProtocolDesign] {
        &self.designs
    }

    #[must_use]
    pub fn protocol(&self) -> Option<&Protocol> {
        self.protocol.as_ref()
    }

    /// Never: a checked experiment has at least one run.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the axes vary, in the order of the file.
    pub fn axes(&self) -> impl Iterator<Item = InWords<'_>> {
        self.sweep().axes.iter().map(|axis| in_words(self.sweep(), axis))
    }

    /// All runs, made one at a time: the first axis varies slowest, the seeds fastest.
    pub fn runs(&self) -> impl Iterator<Item = RunSpec> + '_ {
        (0..self.space.combinations.len()).flat_map(move |index| {
            let run = self.space.finish(index, 0);
            self.seeds.iter().map(move |&seed| RunSpec { seed, ..run.clone() })
        })
    }

    /// The identities of all runs, in the same order and much faster.
    pub fn identities(&self) -> impl Iterator<Item = RunId> + '_ {
        let mut identities = Identities::new(&self.space, &self.seeds);
        (0..self.space.combinations.len()).flat_map(move |combination| identities.of(combination, &self.seeds))
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
        let (combination, seed) = self.combination_and_seed(index);
        self.space.finish(combination, seed)
    }

    /// The combination and the seed of such a run.
    #[must_use]
    pub fn combination_and_seed(&self, index: u64) -> (u64, u64) {
        let report = index.checked_sub(self.len()).zip(self.protocol());
        let (index, seeds) = report.map_or((index, &self.seeds), |(index, protocol)| (index, &protocol.report_seeds));
        let count = seeds.len() as u64;
        (index / count, seeds[usize::try_from(index % count).expect("seeds fit memory")])
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
        let (mut identities, mut found) = (Identities::new(&self.space, &seeds), BTreeMap::new());
        for combination in 0..self.space.combinations.len() {
            if wanted.is_empty() {
                break;
            }
            for (place, id) in identities.of(combination, &seeds).into_iter().enumerate() {
                if wanted.remove(&id) {
                    found.insert(id, self.space.finish(combination, seeds[place]));
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
        let mut members = |part: SweepPart| {
            let (mut members, mut cursor) = (Members::default(), self.space.combinations.cursor(&part));
            for (member, stands_for) in self.space.combinations.representatives(&part) {
                self.space.put(&mut cursor, member, &mut run);
                members.add(&part, (member, stands_for), &run, &key);
            }
            (part, members)
        };
        let parts: Vec<(SweepPart, Members)> = self.space.combinations.parts().into_iter().map(&mut members).collect();
        kinds(&self.space.combinations, &parts).collect()
    }

    /// The combinations of each trial of a cell of one of [`Self::designs`], ascending; the trials in the order in which they first
    /// occur.
    #[must_use]
    pub fn trials(&self, design: &ProtocolDesign, cell: &Cell) -> Vec<Vec<u64>> {
        design.trials(cell, &self.space)
    }

    /// The cell of one of [`Self::designs`] that a combination belongs to.
    #[must_use]
    pub fn cell<'d>(&self, design: &'d ProtocolDesign, combination: u64) -> Option<&'d Cell> {
        design.cell(combination, &self.space)
    }

    /// The entries that the spec was read with.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.sweep().base.catalogue
    }

    pub(crate) fn sweep(&self) -> &Sweep {
        &self.space.combinations.sweep
    }

    /// The revisions of all entries of registries that the runs use.
    #[must_use]
    pub fn revisions(&self) -> Revisions {
        let mut revisions = Revisions::new();
        self.each_section(|run, section| run.add_revisions(section, &mut revisions));
        revisions
    }

    /// Where the entries come from that the runs use and burnmark does not have itself.
    #[must_use]
    pub fn origins(&self) -> Origins {
        let mut origins = Origins::new();
        self.each_section(|run, section| run.add_origins(section, &mut origins));
        origins
    }

    /// Looks at each section of the runs with all values that tell entries apart.
    fn each_section(&self, mut look: impl FnMut(&RunSpec, Section)) {
        let mut run = self.run(0);
        for part in self.space.combinations.parts() {
            let mut cursor = self.space.combinations.cursor(&part);
            for (member, _) in self.space.combinations.representatives(&part) {
                self.space.put(&mut cursor, member, &mut run);
                part.sections.iter().for_each(|section| look(&run, *section));
            }
        }
    }

    /// The identity of one of the experiment's runs.
    #[must_use]
    pub fn identity(&self, run: &RunSpec) -> RunId {
        run.identity(self.data_digest(run))
    }

    /// The digest of the figures of a run's data set.
    #[must_use]
    pub fn data_digest(&self, run: &RunSpec) -> &str {
        self.space.data_digest(run)
    }

    /// The mark ([`crate::data::DataSet::mark`]) of the data set with this digest, where it has one.
    #[must_use]
    pub fn data_mark(&self, digest: &str) -> Option<&str> {
        self.space.marks.get(digest).map(String::as_str)
    }

    /// What a run's data set is called in [`Self::data_digests`].
    #[must_use]
    pub fn data_key(&self, run: &RunSpec) -> String {
        data_key(run)
    }

    /// The digests of all data sets of this experiment, by their settings.
    #[must_use]
    pub fn data_digests(&self) -> &BTreeMap<String, String> {
        &self.space.digests
    }

    /// What was read of all data sets of this experiment, by their settings.
    #[must_use]
    pub fn readings(&self) -> &BTreeMap<String, Reading> {
        &self.readings
    }
}
