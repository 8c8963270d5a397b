//! The commands, each a recipe: read → work → show.

use super::report::{show, tables};
use super::signals::stop_on_signal;
use super::{Failure, arguments, print};
use crate::analysis::{Allowed, View, judged};
use crate::catalogue::Catalogue;
use crate::console;
use crate::export::shell_word;
use crate::harness::{Options, Summary, Trouble, duration, estimate, shard_folder};
use crate::plan::{Spec, shortened};
use crate::record::counted;
use crate::report::{aligned, indented, readings};
use crate::store::{self, Finished, MEASUREMENTS};
use std::path::Path;

type Result = std::result::Result<(), Failure>;

pub fn load(experiment: &arguments::Experiment, catalogue: &Catalogue) -> std::result::Result<Spec, Failure> {
    Spec::load(&experiment.spec, &experiment.overrides(), catalogue)
        .map_err(|problems| Failure::Mistakes(problems.render(console::has_colours())))
}

pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// `burnmark plan`
pub fn plan(arguments: &arguments::Plan, catalogue: &Catalogue) -> Result {
    let spec = load(&arguments.experiment, catalogue)?;
    let workers = arguments.jobs.unwrap_or_else(cores);
    let estimate = estimate(&spec).map_err(Failure::Work)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for axis in spec.axes() {
        for (place, (path, lines)) in axis.settings.into_iter().enumerate() {
            let heads = match place {
                0 => [path.to_owned(), axis.values.to_string()],
                _ => [format!("+ {path}"), String::new()], // varies together with the first
            };
            for (head, line) in std::iter::once(heads).chain(std::iter::repeat(Default::default())).zip(lines) {
                rows.push(head.into_iter().chain([line]).collect());
            }
        }
    }
    let seeds: Vec<String> = spec.seeds.iter().map(ToString::to_string).collect();
    rows.push(vec!["seeds".to_owned(), seeds.len().to_string(), shortened(&seeds)]);
    #[allow(clippy::cast_precision_loss)] // at most a thousand workers
    let seconds = estimate.core_seconds / workers as f64;
    let workers = format!("{workers} {}", if workers == 1 { "worker" } else { "workers" });
    let report = spec.protocol().map_or(String::new(), |protocol| {
        let (tuning, report) = (spec.len(), protocol.report_runs);
        let most = if protocol.further.is_empty() { "" } else { "at most " };
        format!(": {tuning} to tune, then {most}{report} of what was chosen")
    });
    let totals = [
        vec!["runs".to_owned(), format!("{}{report}", estimate.runs)],
        vec!["training steps".to_owned(), estimate.steps.to_string()],
        vec!["time".to_owned(), format!("{} with {workers}, measured on this machine", about(seconds))],
    ];
    let protocol = spec.designs().iter().map(super::protocol::plan).collect::<String>();
    let title = title(&spec.name, &spec.question);
    let data = readings(spec.readings().values());
    let finds = super::prospect::finds(&spec, arguments)?;
    print(&format!("{title}\n\n{data}\n{}\n{protocol}{}{finds}", aligned(&rows), aligned(&totals)))
}

/// An experiment's name and question in one line.
pub fn title(name: &str, question: &str) -> String {
    let question: Vec<&str> = question.split_whitespace().collect();
    if question.is_empty() { name.to_owned() } else { format!("{name}: {}", question.join(" ")) }
}

fn about(seconds: f64) -> String {
    if seconds < 1.0 { duration(seconds) } else { format!("about {}", duration(seconds)) }
}

/// `burnmark run`
pub fn run(arguments: &arguments::Run, catalogue: &Catalogue) -> Result {
    let spec = load(&arguments.experiment, catalogue)?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&spec.name));
    if out.is_file() {
        let message = format!("`{}` is a file; expected a folder for the results, by `--out`", out.display());
        return Err(Failure::Request(message));
    }
    if let Some(shard) = arguments.shard.filter(|shard| shard.of as u64 > spec.len()) {
        let (of, runs) = (shard.of, spec.len());
        return Err(Failure::Request(format!("{of} shards of {}: some would be empty", counted(runs, "run"))));
    }
    let options = Options {
        out: arguments.shard.map_or(out.clone(), |shard| shard_folder(&out, shard)),
        workers: arguments.jobs.unwrap_or_else(cores),
        check: !arguments.no_check,
        keep_parameters: arguments.keep_parameters || spec.keep_parameters,
        shard: arguments.shard,
        limits: arguments.limits.limits(),
        quiet: arguments.quiet,
    };
    if !options.quiet {
        console::message(readings(spec.readings().values()).trim_end());
    }
    let stop = stop_on_signal().map_err(Failure::Work)?;
    let (folder, summary) = crate::harness::run(&spec, &options, &stop).map_err(|trouble| match trouble {
        Trouble::Strangers(message) => Failure::Request(message),
        Trouble::Work(message) => Failure::Work(message),
    })?;
    if summary.waits {
        return Err(Failure::Work(waiting(&summary, folder.path()).map_err(Failure::Work)?));
    }
    if summary.left > 0 {
        return Err(Failure::Work(stopped(&summary, folder.path())));
    }
    finish(folder.path(), &summary, arguments.allow.allowed(), arguments.quiet, catalogue)
}

/// From so many runs on, conclusions are left to `report`: they need all runs in memory, and `run` does not.
pub const MOST_CONCLUDED: u64 = 50_000;
/// Where to read why runs failed, of so many runs.
const FAILURES: &str = "see the column `reason` in runs.parquet";

/// Shows the results of a folder, and says whether they can be relied on.
pub fn finish(folder: &Path, summary: &Summary, allowed: Allowed, quiet: bool, catalogue: &Catalogue) -> Result {
    if summary.planned > MOST_CONCLUDED {
        let Summary { planned, diverged, failed, .. } = summary;
        let files =
            indented(&tables(folder).iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("\n"));
        print(&format!(
            "{}, {diverged} diverged, {failed} failed\n\nfiles\n{files}\nconclusions and plots, from {MOST_CONCLUDED} \
             runs on by a command of their own\n  burnmark report {}\n",
            counted(*planned, "run"),
            shell_word(&folder.display().to_string())
        ))?;
        return verdict(summary, FAILURES);
    }
    let (manifest, runs) = store::read(folder).map_err(Failure::Work)?;
    let runs = judged(&manifest, runs).map_err(Failure::Work)?;
    let shown = show(folder, &manifest, &runs, &View::all_of(&manifest, &runs, allowed), (quiet, catalogue));
    // Both can fail, and both are said.
    match (shown, verdict(summary, &first_failure(&runs))) {
        (Err(Failure::Work(shown)), Err(Failure::Work(runs))) => Err(Failure::Work(format!("{shown}\n{runs}"))),
        (shown, verdict) => shown.and(verdict),
    }
}

fn stopped(summary: &Summary, out: &Path) -> String {
    let again = std::env::args_os().map(|word| shell_word(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
    let why = summary.halted.as_ref().map_or(String::new(), |why| format!("{why}\n"));
    format!(
        "{why}stopped: {} of {} done and kept in `{}`; to go on, give the same command again:\n  {again}",
        summary.planned - summary.left,
        counted(summary.planned, "run"),
        out.display()
    )
}

/// Why the second stage of a protocol does not begin.
fn waiting(summary: &Summary, folder: &Path) -> std::result::Result<String, String> {
    let why =
        if summary.planned > MOST_CONCLUDED { FAILURES.to_owned() } else { first_failure(&store::read(folder)?.1) };
    Ok(format!(
        "{} failed; the next `run` tries again; {why}\nnothing is chosen before every tuning run has a result; remove settings \
         that always fail from the grid",
        counted(summary.failed, "tuning run")
    ))
}

/// What to say of the first run that failed.
fn first_failure(runs: &[Finished]) -> String {
    let reason = runs.iter().find_map(|run| run.record.outcome.failure());
    format!("the first: {}", reason.unwrap_or_default())
}

/// Whether the results can be relied on.
fn verdict(summary: &Summary, why_failed: &str) -> Result {
    let mut complaints = Vec::new();
    if summary.failed > 0 {
        complaints.push(format!("{} failed; the next `run` tries again; {why_failed}", counted(summary.failed, "run")));
    }
    if summary.suspect > 0 {
        complaints.push(format!(
            "{} where the two engines differ by more than their bound: see `check_passed` in {MEASUREMENTS}",
            counted(summary.suspect, "run")
        ));
    }
    if complaints.is_empty() { Ok(()) } else { Err(Failure::Work(complaints.join("\n"))) }
}
