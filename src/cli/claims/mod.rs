//! `burnmark claims`: claims with rules that were fixed before their runs, and what the runs say of them.

mod lecture;

use super::arguments::ProgressArguments;
use super::failure::Failure;
use super::print::{Schema, print, print_json};
use super::report::written;
use super::signals::stop_on_signal;
use super::values::{self, cores};
use crate::analysis::{Allowed, Estimated, View, estimate, judge_claims, judged};
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::{Limits, Options};
use crate::plan::Spec;
use crate::record::counted;
use crate::report::{ClaimFolder, ClaimRow, claims_document, claims_markdown, claims_page, claims_table, explained};
use crate::spec::{Mistakes, Override};
use crate::store::{self, Manifest};
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// How far the second set of seeds is from the first.
const AGAIN: u64 = 1000;
/// What the folder of the second set ends with.
const SUFFIX: &str = "-again";

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // flags
pub struct ClaimsArguments {
    /// Specs with a `[claim]`, or rows of the lecture such as C1 [default: all rows of the lecture]
    pub claims: Vec<String>,
    /// Folder of the results, one folder for each claim in it
    #[arg(short, long, value_name = "FOLDER", default_value = "results/claims")]
    pub out: PathBuf,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = values::workers)]
    pub jobs: Option<usize>,
    /// Run each claim on a second set of seeds, too; a claim whose verdicts differ is undecided
    #[arg(long)]
    pub again: bool,
    /// Run nothing: judge what is there
    #[arg(long)]
    pub no_run: bool,
    /// Skip the check of each run by the other engine
    #[arg(long)]
    pub no_check: bool,
    /// Print formula, experiment, verdict, figure and what to try next of each claim
    #[arg(long, group = "printed")]
    pub explain: bool,
    /// Print the table in Markdown
    #[arg(long, group = "printed")]
    pub markdown: bool,
    /// Print everything as one JSON document
    #[arg(long, group = "printed")]
    pub json: bool,
    /// Write all claims with their figures to this file, as one page
    #[arg(long, value_name = "FILE")]
    pub page: Option<PathBuf>,
    /// Write the spec files of the chosen rows to this folder and run nothing
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["again", "no_run"])]
    pub specs: Option<PathBuf>,
    #[command(flatten)]
    pub progress: ProgressArguments,
}

/// A claim's spec: where it comes from, and its text.
struct ClaimSpec {
    file: String,
    text: Option<&'static str>,
}

/// What is known of a claim's two sets of seeds before they are judged.
struct TwoSets {
    name: String,
    spec: String,
    first: Estimated,
    again: Option<Estimated>,
    seconds: Option<u64>,
}

/// `burnmark claims`
pub fn claims(arguments: &ClaimsArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    arguments.progress.apply();
    let specs = chosen(&arguments.claims)?;
    if let Some(folder) = &arguments.specs {
        return write_specs(&specs, folder);
    }
    let loaded: Vec<Spec> = specs.iter().map(|spec| load(spec, &[], catalogue)).collect::<Result<_, _>>()?;
    if let Some((spec, from)) = loaded.iter().zip(&specs).find(|(spec, _)| spec.judge.claim.is_none()) {
        let message =
            format!("`{}` has no `[claim]`; expected a sentence and its rule, see docs/guide/claims.md", from.file);
        let _ = spec;
        return Err(Failure::Request(message));
    }
    let stop = stop_on_signal()?;
    let mut measured = Vec::new();
    for (spec, from) in loaded.iter().zip(&specs) {
        let folder = arguments.out.join(&spec.name);
        let (first, seconds) = result(spec, &folder, (arguments, catalogue), &stop)?;
        let beside = arguments.out.join(format!("{}{SUFFIX}", spec.name));
        let again = if arguments.again {
            let other = load(from, &other_seeds(spec), catalogue)?;
            Some(result(&other, &beside, (arguments, catalogue), &stop)?.0)
        } else if beside.join(store::MANIFEST).exists() {
            Some(read(&beside, spec)?.0)
        } else {
            None
        };
        let of = if from.text.is_some() {
            format!("[{0}](../experiments/claims/{0}.toml)", spec.name)
        } else {
            spec.name.clone()
        };
        measured.push(TwoSets { name: spec.name.clone(), spec: of, first, again, seconds });
    }
    let rows = judge(measured);
    if let Some(file) = &arguments.page {
        let failed = |why: std::io::Error| Failure::Work(format!("cannot write `{}`: {why}", file.display()));
        std::fs::write(file, claims_page(&rows)).map_err(failed)?;
    }
    if arguments.json {
        return print_json(Schema::Claims, &claims_document(&rows));
    }
    if arguments.markdown {
        return print(&claims_markdown(&rows));
    }
    if arguments.explain {
        let texts: Vec<String> =
            rows.iter().zip(&specs).map(|(row, spec)| explain(row, spec, &arguments.out, rows.len())).collect();
        return print(&texts.join("\n"));
    }
    print(&claims_table(&rows))
}

fn explain(row: &ClaimRow, spec: &ClaimSpec, out: &Path, among: usize) -> String {
    let folder = out.join(&row.name);
    let shown = |path: PathBuf| path.exists().then(|| path.display().to_string());
    explained(
        row,
        &ClaimFolder {
            figure: shown(folder.join(store::FIGURES).join("claim.svg")),
            page: shown(folder.join(store::REPORT)),
            command: format!(
                "burnmark claims {}",
                if spec.text.is_some() { &row.first.estimated.claim.row } else { &spec.file }
            ),
        },
        among,
    )
}

/// The verdicts of the first sets together, and of the second ones.
fn judge(measured: Vec<TwoSets>) -> Vec<ClaimRow> {
    let (mut first, mut again, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for TwoSets { name, spec, first: one, again: two, seconds } in measured {
        names.push((name, spec, seconds, two.is_some()));
        first.push(one);
        again.extend(two);
    }
    let (first, mut again) = (judge_claims(first), judge_claims(again).into_iter());
    let row = |(first, (name, spec, seconds, twice)): (_, (String, String, Option<u64>, bool))| ClaimRow {
        name,
        spec,
        first,
        again: if twice { again.next() } else { None },
        seconds,
    };
    first.into_iter().zip(names).map(row).collect()
}

/// The specs that are meant: files, rows of the lecture, or all of these.
fn chosen(asked: &[String]) -> Result<Vec<ClaimSpec>, Failure> {
    let of_lecture = |(file, text): &(&str, &'static str)| ClaimSpec {
        file: format!("experiments/claims/{file}"),
        text: Some(*text),
    };
    if asked.is_empty() {
        return Ok(lecture::SPECS.iter().map(of_lecture).collect());
    }
    let mut specs = Vec::new();
    for name in asked {
        let of_row: Vec<ClaimSpec> = match lecture::row(name) {
            Some(row) => {
                lecture::SPECS.iter().filter(|(file, _)| lecture::row_of(file) == Some(row)).map(of_lecture).collect()
            }
            None => Vec::new(),
        };
        match (of_row.is_empty(), lecture::row(name)) {
            (false, _) => specs.extend(of_row),
            (true, Some(row)) => {
                let rows: Vec<String> = lecture::SPECS
                    .iter()
                    .filter_map(|(file, _)| lecture::row_of(file))
                    .map(|row| format!("C{row}"))
                    .collect();
                let message = format!("no claim has the row C{row}; expected a file, or one of {}", rows.join(", "));
                return Err(Failure::Request(message));
            }
            (true, None) => specs.push(ClaimSpec { file: name.clone(), text: None }),
        }
    }
    Ok(specs)
}

fn load(spec: &ClaimSpec, overrides: &[Override], catalogue: &Catalogue) -> Result<Spec, Failure> {
    let loaded: Result<Spec, Mistakes> = match spec.text {
        Some(text) => Spec::parse_with(catalogue, spec.file.clone(), text.to_owned(), overrides),
        None => Spec::load(Path::new(&spec.file), overrides, catalogue),
    };
    loaded.map_err(|mistakes| Failure::Mistakes(mistakes.render(console::has_colours())))
}

/// The same numbers of seeds, all of them others.
fn other_seeds(spec: &Spec) -> Vec<Override> {
    let list = |seeds: &[u64]| format!("{:?}", seeds.iter().map(|seed| seed + AGAIN).collect::<Vec<u64>>());
    let sources = spec.seeds_by_source();
    let value = match sources.as_slice() {
        [] => list(&spec.seeds),
        others => {
            let others = others.iter().map(|(name, seeds)| format!(", {name} = {}", list(seeds)));
            format!("{{ split = {}{} }}", list(&spec.seeds), others.collect::<String>())
        }
    };
    let seeds = Override { path: "seeds".to_owned(), value };
    let report = spec
        .protocol()
        .map(|protocol| Override { path: "protocol.report_seeds".to_owned(), value: list(&protocol.report_seeds) });
    std::iter::once(seeds).chain(report).collect()
}

/// What a folder shows of a spec's claim, once its runs are there; and how long they took.
fn result(
    spec: &Spec,
    folder: &Path,
    (arguments, catalogue): (&ClaimsArguments, &Catalogue),
    stop: &AtomicBool,
) -> Result<(Estimated, Option<u64>), Failure> {
    if folder.join(store::MANIFEST).exists() {
        fits(&store::manifest_of(folder)?, spec, folder)?;
    }
    if !arguments.no_run {
        carry_out(spec, folder, (arguments, catalogue), stop)?;
    }
    read(folder, spec)
}

fn carry_out(
    spec: &Spec,
    folder: &Path,
    (arguments, catalogue): (&ClaimsArguments, &Catalogue),
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let is_whole = |manifest: Manifest| manifest.runs_finished == manifest.runs_planned && manifest.runs_failed == 0;
    let quiet = arguments.progress.quiet || store::manifest_of(folder).is_ok_and(is_whole);
    if !quiet && !folder.join(store::RUNS).exists() {
        console::message(&format!("{}: {}", spec.name, counted(spec.planned(), "run")));
    }
    let options = Options {
        out: folder.to_owned(),
        workers: arguments.jobs.unwrap_or_else(cores),
        check: !arguments.no_check,
        keep_parameters: spec.keep_parameters,
        shard: None,
        limits: Limits::default(),
        gangs: false,
        threads: None,
        quiet,
    };
    let (_, summary) = crate::harness::run(spec, &options, stop)?;
    if stop.load(Ordering::SeqCst) || summary.left > 0 {
        let done = summary.planned - summary.left;
        return Err(Failure::Work(format!(
            "stopped in `{}`: {done} of {} done and kept; the same command goes on",
            spec.name,
            counted(summary.planned, "run")
        )));
    }
    if summary.kept < summary.planned || !folder.join(store::REPORT).exists() {
        let (mut manifest, runs) = store::read(folder)?;
        let runs = judged(&mut manifest, runs)?;
        let views = View::all_of(&manifest, &runs, Allowed::default());
        written((folder, folder), &manifest, &runs, &views, catalogue).complete()?;
    }
    Ok(())
}

/// Whether a folder's results were made for the rule that the spec has now.
fn fits(manifest: &Manifest, spec: &Spec, folder: &Path) -> Result<(), Failure> {
    if manifest.judge.claim == spec.judge.claim {
        return Ok(());
    }
    Err(Failure::Request(format!(
        "`{}` was made for another rule than `{}` has now; a rule is fixed before its runs: give another folder by `--out`, or remove this one",
        folder.display(),
        spec.name
    )))
}

/// What a folder shows of its claim, and how long its runs took by the clock.
fn read(folder: &Path, spec: &Spec) -> Result<(Estimated, Option<u64>), Failure> {
    let (mut manifest, runs) = store::read(folder)?;
    fits(&manifest, spec, folder)?;
    let runs = judged(&mut manifest, runs)?;
    let claim = estimate(&manifest, &runs, Allowed::default());
    let working = manifest.sessions.iter().filter(|session| session.runs_carried_out > 0);
    let seconds = working.map(|session| session.ended_unix_seconds.saturating_sub(session.started_unix_seconds)).sum();
    let claim = claim.ok_or_else(|| Failure::Request(format!("`{}` has no claim", folder.display())))?;
    Ok((claim, Some(seconds)))
}

/// Writes the specs of these claims for somebody who wants to change them.
fn write_specs(specs: &[ClaimSpec], folder: &Path) -> Result<(), Failure> {
    let failed = |why: std::io::Error| Failure::Work(format!("cannot write to `{}`: {why}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut files = String::new();
    for spec in specs {
        let (Some(text), Some(name)) = (spec.text, Path::new(&spec.file).file_name()) else { continue };
        let file = folder.join(name);
        if file.exists() {
            return Err(Failure::Request(format!("`{}` is there already; expected a new folder", file.display())));
        }
        std::fs::write(&file, text).map_err(failed)?;
        let _ = writeln!(files, "{}", file.display());
    }
    print(&files)
}
