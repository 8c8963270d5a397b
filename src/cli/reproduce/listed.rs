//! What the list of reproductions says of each: its runs, its time, how far it is.

use super::own::{self, OwnReproduction};
use crate::catalogue::Catalogue;
use crate::data::fetch;
use crate::plan::Spec;
use crate::report::time;
use crate::store;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// One reproduction in the list.
#[derive(Serialize)]
pub struct Listed {
    name: String,
    /// `None` of a spec that cannot be read.
    runs: Option<u64>,
    /// On one core: as its runs here took, else as it was measured when its results were published; `None` where neither is known.
    seconds: Option<f64>,
    state: Readiness,
    /// The set that `burnmark data fetch` gets for it, where it lacks one.
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<String>,
    /// The paper; of a spec that cannot be read what is wrong with it.
    source: String,
}

/// How far a reproduction is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Readiness {
    Done,
    NotRun,
    /// Its data or its spec are not as it needs them.
    NotReady,
}

impl Listed {
    /// Its row of the table.
    pub fn row(&self) -> Vec<String> {
        let none = || "–".to_owned();
        let took = match (self.seconds, self.state) {
            (Some(seconds), Readiness::Done) => time(seconds),
            (Some(seconds), _) => format!("about {}", time(seconds)),
            (None, _) => none(),
        };
        let state = match (self.state, &self.needs) {
            (Readiness::Done, _) => "done".to_owned(),
            (Readiness::NotRun, _) => "not run yet".to_owned(),
            (Readiness::NotReady, Some(data)) => format!("needs `burnmark data fetch {data}`"),
            (Readiness::NotReady, None) => "not ready".to_owned(),
        };
        let runs = self.runs.map_or_else(none, |runs| runs.to_string());
        vec![self.name.clone(), runs, took, state, self.source.clone()]
    }
}

/// All reproductions: of spec files, or else those of the program; their results lie in folders of `out`.
pub fn listed(files: Option<&[PathBuf]>, out: &Path, catalogue: &Catalogue) -> Vec<Listed> {
    match files {
        Some(files) => files.iter().filter_map(|file| of_file(file, out, catalogue)).collect(),
        None => own::list().iter().map(|of| of_program(of, out)).collect(),
    }
}

/// What the list says of a spec file; nothing of one without figures.
fn of_file(file: &Path, out: &Path, catalogue: &Catalogue) -> Option<Listed> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let known = own::list().into_iter().find(|of| of.name == name && is_own(file));
    let needs = known.as_ref().and_then(lacks);
    Some(match Spec::load(file, &[], catalogue) {
        Ok(spec) => {
            let source = spec.published.as_ref()?.source.clone();
            let (seconds, state) = timed(&out.join(&spec.name), known.as_ref());
            Listed { name, runs: Some(spec.planned()), seconds, state, needs: None, source }
        }
        Err(mistakes) => {
            let (runs, seconds) = (known.as_ref().map(|of| of.runs), known.as_ref().map(|of| of.seconds));
            let first = mistakes.list.first().map_or("", |mistake| mistake.fault.message());
            let paper = known.and_then(|of| own::source(&of.name)).filter(|_| needs.is_some());
            Listed { name, runs, seconds, state: Readiness::NotReady, needs, source: paper.unwrap_or(first.to_owned()) }
        }
    })
}

/// Whether a file is a spec of the program, letter by letter.
fn is_own(file: &Path) -> bool {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    own::spec(&stem).is_some_and(|text| std::fs::read(file).is_ok_and(|bytes| bytes == text.as_bytes()))
}

/// What the list says of a spec that the program has.
fn of_program(of: &OwnReproduction, out: &Path) -> Listed {
    let (seconds, state) = timed(&out.join(&of.name), Some(of));
    let needs = lacks(of).filter(|_| state == Readiness::NotRun);
    let state = if needs.is_some() { Readiness::NotReady } else { state };
    let source = own::source(&of.name).unwrap_or_default();
    Listed { name: of.name.clone(), runs: Some(of.runs), seconds, state, needs, source }
}

/// The set that has to be fetched first. What lies in the data folder is checked when it is used.
fn lacks(of: &OwnReproduction) -> Option<String> {
    let is_fetched = |set: &String| fetch::folder().is_ok_and(|folder| folder.join(set).is_dir());
    of.data.clone().filter(|set| !is_fetched(set))
}

/// How long the runs of a folder took, or else take elsewhere; and how far they are.
fn timed(folder: &Path, known: Option<&OwnReproduction>) -> (Option<f64>, Readiness) {
    match store::read(folder) {
        Ok((_, runs)) => (Some(runs.iter().map(|run| run.measurement.core_seconds()).sum()), Readiness::Done),
        Err(_) => (known.map(|of| of.seconds), Readiness::NotRun),
    }
}
