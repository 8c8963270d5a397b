//! Results had a second time: what a result folder says is run again from its manifest and compared, bit by bit.

mod again;
mod finding;
mod other_engine;
mod planned;
mod recorded;

pub use finding::{Finding, counts};
pub use other_engine::drift_bound;

use super::error::HarnessError;
use super::pool::Limits;
use crate::catalogue::{Catalogue, EntryKind};
use crate::engine::EngineKind;
use crate::formula::ORIGIN;
use crate::num::NUMERICS_VERSION;
use crate::plan::Spec;
use crate::record::{Measurement, RunId};
use crate::spec::Source;
use crate::store::{self, Finished, Manifest, StoreError};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// How results are to be verified.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// How many runs are done again, drawn from all; all, if there is no number.
    pub sample: Option<Sample>,
    pub workers: usize,
    /// The engine to run with; what it did not record is compared within a bound.
    pub engine: Option<EngineKind>,
    /// That bound, instead of [`drift_bound`].
    pub bound: Option<f64>,
    /// Where paths of the spec start, if the spec file does not lie where it did.
    pub folder: Option<PathBuf>,
    pub limits: Limits,
    pub quiet: bool,
    /// The entries that the runs may use.
    pub catalogue: Catalogue,
}

/// Runs that are drawn, so that nobody knows beforehand which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    pub runs: u64,
    /// The same seed draws the same runs.
    pub seed: u64,
}

impl Sample {
    /// With a seed that nobody foresees.
    #[must_use]
    pub fn unforeseen(runs: u64) -> Self {
        // The standard library's hash maps take their keys from the system's random numbers.
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), "sample");
        Self { runs, seed }
    }

    /// The places in the order of the draw: by the digest of seed and run.
    fn draw(self, runs: impl Iterator<Item = RunId>) -> Vec<usize> {
        let ticket = |run: RunId| *blake3::hash(format!("burnmark sample {} {run}", self.seed).as_bytes()).as_bytes();
        let mut tickets: Vec<([u8; 32], usize)> = runs.map(ticket).zip(0..).collect();
        tickets.sort_unstable();
        let most = usize::try_from(self.runs).unwrap_or(usize::MAX);
        tickets.into_iter().take(most).map(|(_, place)| place).collect()
    }
}

/// The most places that are listed.
const MOST_FINDINGS: usize = 10_000;

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    /// Runs of the experiment.
    pub planned: u64,
    /// Runs in the tables.
    pub recorded: u64,
    /// How those were drawn that were done again, where not all were.
    pub sample: Option<Sample>,
    /// Runs that were done again.
    pub repeated: u64,
    /// Of these, those with the recorded results: every bit, or within the bound for another engine.
    pub confirmed: u64,
    /// Runs that another engine cannot confirm: roundings took its path elsewhere, and at the same parameters both engines
    /// agree.
    pub drifted: Vec<RunId>,
    /// Of the losses of the runs that another engine confirmed.
    pub largest_gap: Option<f64>,
    /// What one should know, and is no fault.
    pub notes: Vec<String>,
    pub findings: Vec<Finding>,
}

/// Runs a result folder's runs again and compares.
///
/// # Errors
/// Where there are no results, the manifest is damaged, its spec cannot be run here, or a GPU is missing.
pub fn verify(results: &Path, options: &VerifyOptions, stop: &AtomicBool) -> Result<Verified, HarnessError> {
    let manifest = store::manifest_of(results).map_err(|why| match why {
        StoreError::NoResults(_) => why.into(),
        damaged => HarnessError::NotConfirmed(damaged),
    })?;
    if manifest.runs_finished == 0 && !results.join(store::RUNS).exists() {
        return Err(store::nothing_yet(results).into());
    }
    let (verified, doubtful, gpus) = (Verified::default(), HashSet::new(), BTreeMap::new());
    let mut verifying = Verifying { results, options, manifest, verified, doubtful, gpus };
    verifying.verify(stop)?;
    Ok(verifying.verified)
}

struct Verifying<'v> {
    results: &'v Path,
    options: &'v VerifyOptions,
    manifest: Manifest,
    verified: Verified,
    /// The runs that a finding names, also beyond those that are listed.
    doubtful: HashSet<RunId>,
    /// What the GPUs are called that runs are done again on, by engine.
    gpus: BTreeMap<String, String>,
}

impl Verifying<'_> {
    fn add(&mut self, finding: Finding) {
        self.doubtful.extend(finding.run().and_then(RunId::parse));
        if self.verified.findings.len() < MOST_FINDINGS {
            self.verified.findings.push(finding);
        }
    }

    fn verify(&mut self, stop: &AtomicBool) -> Result<(), HarnessError> {
        let changed = store::changed_tables(self.results, &self.manifest);
        if let Some(interrupted) = store::interrupted(self.results).filter(|_| !changed.is_empty()) {
            self.add(Finding::File { message: interrupted.to_string() });
            return Ok(());
        }
        for changed in changed {
            self.add(Finding::File { message: changed.to_string() });
        }
        if self.manifest.numerics_version != NUMERICS_VERSION {
            let last = self.manifest.sessions.last();
            let finding = Finding::Numerics {
                recorded: self.manifest.numerics_version,
                here: NUMERICS_VERSION,
                burnmark_version: last.map(|session| session.burnmark_version.clone()).unwrap_or_default(),
                program_commit: last.and_then(|session| session.program_commit.clone()),
            };
            self.add(finding);
            return Ok(());
        }
        let spec = spec_of(&self.manifest, self.options.folder.as_deref(), &self.options.catalogue)?;
        self.head(&spec);
        let (mut planned, changed) = self.plan(&spec);
        let Some(tables) = self.tables() else {
            self.planned_count(&spec, None);
            return Ok(());
        };
        let (runs, torn) = match tables.runs() {
            Ok(read) => read,
            Err(why) => {
                self.add(Finding::File { message: why.to_string() });
                return Ok(());
            }
        };
        // A run without a measurement is given one, so that its other rows are compared and this one is missed.
        let torn = torn.into_iter().map(|record| Finished {
            measurement: Measurement::none(record.run),
            record,
            parameters: Vec::new(),
        });
        let mut recorded: HashMap<RunId, Finished> =
            runs.into_iter().chain(torn).map(|run| (run.record.run, run)).collect();
        self.verified.recorded = recorded.len() as u64;
        self.counts(&recorded);
        self.strays(&recorded);
        let (second, chosen) = self.report_stage(&spec, &planned, &recorded, &changed);
        planned.extend(second);
        self.planned_count(&spec, chosen);
        self.missing(&planned, &recorded);
        let again = self.again(&spec, &planned, &recorded, stop)?;
        self.hint(&planned);
        // The rows as they should be: settings from the plan, results from the repetition where there is one.
        let mut expected = Vec::new();
        for planned in &planned {
            let Some(mut run) = recorded.remove(&planned.id) else { continue };
            run.record.settings = planned.run.settings();
            run.record.data_digest.clone_from(&planned.data_digest);
            run.record.numerics_version = NUMERICS_VERSION;
            run.record.assign(spec.protocol());
            if let Some(answer) = again.get(&planned.id) {
                run.record.results.clone_from(&answer.results);
            }
            expected.push(run);
        }
        let found = store::compare(&tables, &expected.iter().collect::<Vec<_>>(), MOST_FINDINGS);
        let found = found?;
        let cells = found.len();
        if cells > 0 {
            self.hint_gpus();
        }
        found.into_iter().for_each(|cell| self.add(Finding::Table(cell)));
        self.doubtful.extend(self.verified.drifted.iter().copied());
        // Where the comparison ended early, nobody knows which runs it would have named.
        let all_named = cells < MOST_FINDINGS;
        let confirmed = again.keys().filter(|run| all_named && !self.doubtful.contains(run)).count();
        self.verified.confirmed = confirmed as u64;
        Ok(())
    }
}

/// The experiment that a manifest describes.
///
/// # Errors
/// Where it cannot be run here, as when a data file is missing.
pub fn spec_of(manifest: &Manifest, folder: Option<&Path>, catalogue: &Catalogue) -> Result<Spec, HarnessError> {
    for (setting, entries) in &manifest.origins {
        // A formula comes with the spec.
        let mut of_programs = entries.iter().filter(|(_, origin)| !origin.starts_with(ORIGIN));
        if let Some(lacking) = of_programs.find_map(|(name, origin)| lacks(catalogue, setting, name, origin)) {
            return Err(lacking);
        }
    }
    let source = |source: &store::SourceText| Source { name: source.name.clone(), text: source.text.clone() };
    let sources: Vec<Source> = manifest.spec.iter().map(source).collect();
    Spec::again(&sources, folder, catalogue)
        .map_err(|mistakes| HarnessError::Experiment { mistakes: Box::new(mistakes), folder_given: folder.is_some() })
}

/// Why results cannot be verified by a program that lacks an entry from outside burnmark, or has another one.
fn lacks(catalogue: &Catalogue, setting: &str, name: &str, origin: &str) -> Option<HarnessError> {
    let kind = EntryKind::of_setting(setting)?;
    let has_another = catalogue.entry(kind, name).is_some();
    let same = catalogue.origin(kind, name).is_some_and(|here| origin.starts_with(&here.identity));
    let (name, origin) = (name.to_owned(), origin.to_owned());
    (!same).then_some(HarnessError::Lacks { kind, name, origin, has_another })
}
