//! `burnmark reproduce`: published figures beside our runs. Runs what is missing, then compares and writes pages.

mod listed;
mod own;

use super::arguments::{LimitArguments, ProgressArguments};
use super::failure::{CommandResult, Failure};
use super::print::{Schema, print, print_json};
use super::signals::stop_on_signal;
use super::values::{self, cores};
use crate::analysis::{ComparedPairs, ComparedTable, reproduction, rivals};
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::{Options, Summary};
use crate::plan::{FiguresError, Spec, curve, figures};
use crate::record::{CaseLabel, Published, Rival, RunRecord, counted, with_usual};
use crate::report::plots;
use crate::report::{Reproduced, aligned, reproduction as as_text, reproduction_page};
use crate::store::{self, Finished};
use clap::Args;
use listed::{Listed, listed};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Where specs with published figures lie, and where their results do.
const SPECS: &str = "experiments/reproductions";
const RESULTS: &str = "results/reproductions";
/// Where the program writes its own specs, in the folder of the results.
const OWN: &str = "specs";

#[derive(Args)]
pub struct ReproduceArguments {
    /// Reproductions by name, or the beginning of several names; or spec files with `[published]`. Without any all are listed
    what: Vec<String>,
    /// Folder of the specs [default: experiments/reproductions, or without it those that come with the program]
    #[arg(long, value_name = "FOLDER")]
    specs: Option<PathBuf>,
    /// Folder of the results, one folder in it for each reproduction
    #[arg(short, long, value_name = "FOLDER", default_value = RESULTS)]
    out: PathBuf,
    /// Write a page for each into this folder, NAME.md
    #[arg(long, value_name = "FOLDER")]
    pages: Option<PathBuf>,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = values::workers)]
    jobs: Option<usize>,
    /// Skip the check of each run by the other engine
    #[arg(long)]
    no_check: bool,
    /// Print all cells as JSON; without a name the list
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    limits: LimitArguments,
    #[command(flatten)]
    progress: ProgressArguments,
}

/// One reproduction, compared.
#[derive(Serialize)]
struct ReproducedDocument {
    name: String,
    source: String,
    tables: Vec<ComparedTable>,
    /// Laid against another reproduction, where the spec names one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    against: Vec<ComparedPairs>,
}

/// A spec with figures, and the reproduction that it is laid against.
struct Loaded {
    file: PathBuf,
    spec: Spec,
    other: Option<Spec>,
}

/// `burnmark reproduce`
pub fn reproduce(arguments: &ReproduceArguments, catalogue: &Catalogue) -> CommandResult {
    arguments.progress.apply();
    if arguments.what.is_empty() {
        return list(arguments, catalogue);
    }
    let files = arguments.what.iter().map(|what| named(what, arguments)).collect::<CommandResult<Vec<_>>>()?;
    // All are read before anything runs, so that a mistake in the last one costs no time.
    let specs = files.concat().iter().map(|file| loaded(file, catalogue)).collect::<CommandResult<Vec<_>>>()?;
    let stop = stop_on_signal()?;
    let mut documents = Vec::new();
    for loaded in &specs {
        documents.push(one(arguments, loaded, &stop)?);
    }
    if arguments.json {
        print_json(Schema::Reproduce, &serde_json::json!({ "reproductions": documents }))
    } else {
        Ok(())
    }
}

/// The folder of the specs, where they are files; `None`: those of the program.
fn folder(arguments: &ReproduceArguments) -> Option<PathBuf> {
    let clone = || Some(PathBuf::from(SPECS)).filter(|folder| folder.is_dir());
    arguments.specs.clone().or_else(clone)
}

/// The spec files that a word names: a file, or those in the folder whose names begin so. Those of the program become files.
fn named(what: &str, arguments: &ReproduceArguments) -> CommandResult<Vec<PathBuf>> {
    let path = Path::new(what);
    if path.extension().is_some_and(|ending| ending == "toml") {
        return Ok(vec![path.to_owned()]);
    }
    let folder = &match folder(arguments) {
        Some(folder) => folder,
        None => unpacked(arguments)?,
    };
    let all = spec_files(folder)?;
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let exact: Vec<PathBuf> = all.iter().filter(|path| stem(path) == what).cloned().collect();
    let begins = || all.iter().filter(|path| stem(path).starts_with(what)).cloned().collect();
    let found: Vec<PathBuf> = if exact.is_empty() { begins() } else { exact };
    if found.is_empty() {
        let names: Vec<String> = all.iter().map(|path| format!("`{}`", stem(path))).collect();
        let message = format!("no reproduction `{what}` in `{}`; there are {}", folder.display(), names.join(", "));
        return Err(Failure::Request(message));
    }
    Ok(found)
}

/// The folder to which the program's own specs were written.
fn unpacked(arguments: &ReproduceArguments) -> CommandResult<PathBuf> {
    let folder = arguments.out.join(OWN);
    let failed = |why: std::io::Error| Failure::Work(format!("cannot write to `{}`: {why}", folder.display()));
    own::unpack(&folder).map_err(failed)?;
    Ok(folder)
}

/// The spec files of a folder by name.
fn spec_files(folder: &Path) -> CommandResult<Vec<PathBuf>> {
    let unread = |why: std::io::Error| {
        let shown = folder.display();
        Failure::Request(format!("cannot read `{shown}`: {why}; `--specs` names the folder of reproductions"))
    };
    let entries = std::fs::read_dir(folder).map_err(unread)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    Ok(files)
}

fn loaded(file: &Path, catalogue: &Catalogue) -> CommandResult<Loaded> {
    let spec = with_figures(file, catalogue)?;
    let beside = spec.published.as_ref().and_then(|published| published.against.as_ref());
    let other =
        beside.map(|Rival { spec: other, .. }| with_figures(&spec.folder.join(other), catalogue)).transpose()?;
    Ok(Loaded { file: file.to_owned(), spec, other })
}

fn with_figures(file: &Path, catalogue: &Catalogue) -> CommandResult<Spec> {
    let spec = Spec::load(file, &[], catalogue);
    let spec = spec.map_err(|mistakes| Failure::Mistakes(mistakes.render(console::has_colours())))?;
    if spec.published.is_none() {
        let message = format!("`{}` has no `[published]`: there is nothing to compare its runs with", file.display());
        return Err(Failure::Request(message));
    }
    Ok(spec)
}

/// Runs what is missing of one, compares and shows it.
fn one(arguments: &ReproduceArguments, loaded: &Loaded, stop: &AtomicBool) -> CommandResult<ReproducedDocument> {
    let Loaded { file, spec, other } = loaded;
    let published = published(spec);
    let (tables, runs) = compared(arguments, spec, stop)?;
    let pairs = other.as_ref().map(|other| laid_against(arguments, (spec, &tables), other, stop)).transpose()?;
    let source = published.source.clone();
    let document = ReproducedDocument { name: spec.name.clone(), source, tables, against: pairs.unwrap_or_default() };
    let mut shown = shown(spec, (file, published), &document, &runs);
    if let Some(pages) = &arguments.pages {
        std::fs::create_dir_all(pages)
            .map_err(|why| Failure::Work(format!("cannot write to `{}`: {why}", pages.display())))?;
        shown.figure = figure(spec, &document, pages)?;
        write(&pages.join(format!("{}.md", spec.name)), &reproduction_page(&shown))?;
    }
    if !arguments.json {
        print(&as_text(&shown))?;
    }
    Ok(document)
}

/// The section of a spec that [`with_figures`] has loaded.
fn published(spec: &Spec) -> &Published {
    spec.published.as_ref().expect("checked when it was loaded")
}

/// The tables of a spec, and its runs after those that were missing.
fn compared(
    arguments: &ReproduceArguments,
    spec: &Spec,
    stop: &AtomicBool,
) -> CommandResult<(Vec<ComparedTable>, Vec<Finished>)> {
    let published = published(spec);
    let refused = |why: FiguresError| Failure::Request(why.to_string());
    let figures = figures(published, &spec.folder).map_err(refused)?;
    curve(published, &spec.folder).map_err(refused)?; // before anything runs
    check_settings(spec, published)?;
    let runs = run_missing(arguments, spec, stop)?;
    let records = labelled(spec, &runs);
    Ok((reproduction(published, &figures, &records.iter().collect::<Vec<_>>()), runs))
}

/// The runs, with what labelled cases of the spec are called among their settings.
fn labelled(spec: &Spec, runs: &[Finished]) -> Vec<RunRecord> {
    let mut records: Vec<RunRecord> = runs.iter().map(|run| run.record.clone()).collect();
    if !spec.judge.labels.is_empty() {
        for record in &mut records {
            let mut settings = with_usual(&record.settings);
            CaseLabel::add(&spec.judge.labels, &mut settings);
            record.settings = settings;
        }
    }
    records
}

/// Which of two reproductions is better.
fn laid_against(
    arguments: &ReproduceArguments,
    (spec, tables): (&Spec, &[ComparedTable]),
    other: &Spec,
    stop: &AtomicBool,
) -> CommandResult<Vec<ComparedPairs>> {
    let quantity = published(spec).against.as_ref().map_or("", |against| against.quantity.as_str());
    let pairs = rivals(quantity, tables, &compared(arguments, other, stop)?.0);
    if pairs.is_empty() {
        let message = format!(
            "`{}` cannot be laid against `{}`: no `{quantity}` of both has the same keys and choices",
            spec.name, other.name
        );
        return Err(Failure::Request(message));
    }
    Ok(pairs)
}

/// Draws the figure of a page beside it, where the spec has one, and says its file.
fn figure(spec: &Spec, document: &ReproducedDocument, pages: &Path) -> CommandResult<Option<String>> {
    let published = published(spec);
    let Some(plot) = &published.figure else { return Ok(None) };
    let curve = curve(published, &spec.folder).map_err(|why| Failure::Request(why.to_string()))?;
    let svg = plots::published(plot, &spec.name, &document.tables, &curve)?;
    let name = format!("{}.svg", spec.name);
    write(&pages.join(&name), &svg)?;
    Ok(Some(name))
}

fn write(file: &Path, text: &str) -> CommandResult {
    let failed = |why| Failure::Work(format!("cannot write `{}`: {why}", file.display()));
    std::fs::write(file, text).map_err(failed)
}

/// Whether each setting that figures are found by is one of some run.
fn check_settings(spec: &Spec, published: &Published) -> CommandResult {
    for name in published.keys.values().chain(&published.choices) {
        let is_label = spec.judge.labels.iter().any(|label| label.axis == *name);
        if !is_label && !spec.runs().any(|run| run.settings().contains_key(name)) {
            let known: Vec<String> = spec.run(0).settings().into_keys().map(|name| format!("`{name}`")).collect();
            let message = format!(
                "`[published]` of `{}`: no run has the setting `{name}`; there are {}",
                spec.name,
                known.join(", ")
            );
            return Err(Failure::Request(message));
        }
    }
    Ok(())
}

fn shown<'r>(
    spec: &'r Spec,
    (file, published): (&Path, &'r Published),
    document: &'r ReproducedDocument,
    runs: &[Finished],
) -> Reproduced<'r> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    Reproduced {
        name: &spec.name,
        question: &spec.question,
        published,
        tables: &document.tables,
        pairs: &document.against,
        figure: None,
        command: format!("burnmark reproduce {stem}"),
        runs: runs.len() as u64,
        seconds: runs.iter().map(|run| run.measurement.core_seconds()).sum(),
    }
}

/// All runs of the spec, after those that were missing.
fn run_missing(arguments: &ReproduceArguments, spec: &Spec, stop: &AtomicBool) -> CommandResult<Vec<Finished>> {
    let options = Options {
        out: arguments.out.join(&spec.name),
        workers: arguments.jobs.unwrap_or_else(cores),
        check: !arguments.no_check,
        keep_parameters: false,
        shard: None,
        limits: arguments.limits.limits(),
        gangs: false,
        threads: None,
        quiet: arguments.progress.quiet || arguments.json,
    };
    if !options.quiet {
        console::message(&format!("{}: {}", spec.name, counted(spec.planned(), "run")));
    }
    let (folder, summary) = crate::harness::run(spec, &options, stop)?;
    let Summary { planned, left, failed, .. } = summary;
    if left > 0 {
        let message = format!(
            "`{}`: {} of {} are missing; the next `reproduce` goes on",
            spec.name,
            left,
            counted(planned, "run")
        );
        return Err(Failure::Work(message));
    }
    let (_, runs) = store::read(folder.path()).map_err(Failure::NotReadBack)?;
    if failed > 0 {
        let why = super::finish::first_failure(&runs);
        return Err(Failure::Work(format!("`{}`: {} failed; {why}", spec.name, counted(failed, "run"))));
    }
    Ok(runs)
}

/// All reproductions with their times.
fn list(arguments: &ReproduceArguments, catalogue: &Catalogue) -> CommandResult {
    let files = folder(arguments).map(|folder| spec_files(&folder)).transpose()?;
    let listed = listed(files.as_deref(), &arguments.out, catalogue);
    if arguments.json {
        return print_json(Schema::Reproduce, &serde_json::json!({ "list": listed }));
    }
    let head = ["name", "runs", "time on one core", "state", "source"].map(str::to_owned).to_vec();
    let rows = listed.iter().map(Listed::row).collect();
    print(&aligned(&[vec![head], rows].concat()))
}
