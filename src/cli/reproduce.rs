//! `burnmark reproduce`: published figures beside our runs. Runs what is missing, then compares and writes pages.

use super::arguments::{LimitArguments, ProgressArguments};
use super::failure::{CommandResult, Failure};
use super::print::{Schema, print, print_json};
use super::signals::stop_on_signal;
use super::values::{self, cores};
use crate::analysis::{ComparedTable, reproduction};
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::{Options, Summary};
use crate::plan::{Spec, figures};
use crate::record::{Published, RunRecord, counted};
use crate::report::{Reproduced, aligned, reproduction as as_text, reproduction_page, time};
use crate::store::{self, Finished};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Where specs with published figures lie, and where their results do.
const SPECS: &str = "experiments/reproductions";
const RESULTS: &str = "results/reproductions";

#[derive(Args)]
pub struct ReproduceArguments {
    /// Reproductions by name, or the beginning of several names; or spec files with `[published]`. Without any all are listed
    what: Vec<String>,
    /// Folder of the specs
    #[arg(long, value_name = "FOLDER", default_value = SPECS)]
    specs: PathBuf,
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
    /// Print all cells as JSON
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
}

/// `burnmark reproduce`
pub fn reproduce(arguments: &ReproduceArguments, catalogue: &Catalogue) -> CommandResult {
    arguments.progress.apply();
    if arguments.what.is_empty() {
        return list(arguments, catalogue);
    }
    let files = arguments.what.iter().map(|what| named(what, &arguments.specs)).collect::<CommandResult<Vec<_>>>()?;
    // All are read before anything runs, so that a mistake in the last one costs no time.
    let specs = files.concat().iter().map(|file| loaded(file, catalogue)).collect::<CommandResult<Vec<_>>>()?;
    let stop = stop_on_signal()?;
    let mut documents = Vec::new();
    for (file, spec) in &specs {
        documents.push(one(arguments, (file, spec), &stop)?);
    }
    if arguments.json {
        print_json(Schema::Reproduce, &serde_json::json!({ "reproductions": documents }))
    } else {
        Ok(())
    }
}

/// The spec files that a word names: a file, or those in the folder whose names begin so.
fn named(what: &str, folder: &Path) -> CommandResult<Vec<PathBuf>> {
    let path = Path::new(what);
    if path.extension().is_some_and(|ending| ending == "toml") {
        return Ok(vec![path.to_owned()]);
    }
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

fn loaded(file: &Path, catalogue: &Catalogue) -> CommandResult<(PathBuf, Spec)> {
    let spec = Spec::load(file, &[], catalogue);
    let spec = spec.map_err(|mistakes| Failure::Mistakes(mistakes.render(console::has_colours())))?;
    if spec.published.is_none() {
        let message = format!("`{}` has no `[published]`: there is nothing to compare its runs with", file.display());
        return Err(Failure::Request(message));
    }
    Ok((file.to_owned(), spec))
}

/// Runs what is missing of one, compares and shows it.
fn one(
    arguments: &ReproduceArguments,
    (file, spec): (&Path, &Spec),
    stop: &AtomicBool,
) -> CommandResult<ReproducedDocument> {
    let published = spec.published.as_ref().expect("checked when it was loaded");
    let figures = figures(published, &spec.folder).map_err(|why| Failure::Request(why.to_string()))?;
    check_settings(spec, published)?;
    let runs = run_missing(arguments, spec, stop)?;
    let records: Vec<&RunRecord> = runs.iter().map(|run| &run.record).collect();
    let tables = reproduction(published, &figures, &records);
    let document = ReproducedDocument { name: spec.name.clone(), source: published.source.clone(), tables };
    let shown = shown(spec, (file, published), &document.tables, &runs);
    if let Some(pages) = &arguments.pages {
        let page = pages.join(format!("{}.md", spec.name));
        let written = std::fs::create_dir_all(pages).and_then(|()| std::fs::write(&page, reproduction_page(&shown)));
        written.map_err(|why| Failure::Work(format!("cannot write `{}`: {why}", page.display())))?;
    }
    if !arguments.json {
        print(&as_text(&shown))?;
    }
    Ok(document)
}

/// Whether each setting that figures are found by is one of some run.
fn check_settings(spec: &Spec, published: &Published) -> CommandResult {
    for name in published.keys.values().chain(&published.choices) {
        if !spec.runs().any(|run| run.settings().contains_key(name)) {
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
    tables: &'r [ComparedTable],
    runs: &[Finished],
) -> Reproduced<'r> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    Reproduced {
        name: &spec.name,
        question: &spec.question,
        published,
        tables,
        command: format!("burnmark reproduce {stem}"),
        runs: runs.len() as u64,
        seconds: runs.iter().map(|run| run.measurement.wall_seconds).sum(),
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

/// All reproductions with their times, as far as they were run.
fn list(arguments: &ReproduceArguments, catalogue: &Catalogue) -> CommandResult {
    let mut rows = vec![["name", "runs", "time on one core", "source"].map(str::to_owned).to_vec()];
    for file in spec_files(&arguments.specs)? {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        rows.push(match Spec::load(&file, &[], catalogue) {
            Ok(Spec { published: None, .. }) => continue,
            Ok(spec) => {
                let source = spec.published.as_ref().map(|published| published.source.clone()).unwrap_or_default();
                vec![name, spec.planned().to_string(), took(&arguments.out.join(&spec.name)), source]
            }
            Err(mistakes) => {
                let first = mistakes.list.first().map_or("", |mistake| mistake.fault.message());
                vec![name, "–".to_owned(), "–".to_owned(), format!("not ready: {first}")]
            }
        });
    }
    print(&aligned(&rows))
}

/// How long the runs of a folder took.
fn took(folder: &Path) -> String {
    let runs = store::read(folder).map(|(_, runs)| runs);
    runs.map_or("not run yet".to_owned(), |runs| time(runs.iter().map(|run| run.measurement.wall_seconds).sum()))
}
