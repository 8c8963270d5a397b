//! `burnmark run`: runs an experiment, or continues it.

use super::arguments::{Allow, LimitArguments, ProgressArguments, SpecArguments};
use super::failure::Failure;
use super::finish::{FAILURES, MOST_CONCLUDED, finish, finish_shard, first_failure};
use super::signals::stop_on_signal;
use super::values::{self, cores};
use crate::catalogue::Catalogue;
use crate::console::{self, ConsoleEvent};
use crate::export::shell_word;
use crate::harness::{Options, Summary};
use crate::record::{Stage, counted};
use crate::report::readings;
use crate::store::{self, Shard};
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct RunArguments {
    #[command(flatten)]
    pub experiment: SpecArguments,
    /// Result folder [default: results/NAME, NAME from the spec]
    #[arg(short, long)]
    pub out: Option<PathBuf>,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = values::workers)]
    pub jobs: Option<usize>,
    /// Run only one of several equal parts, such as 3/16, in shards/3-of-16 of the result folder
    #[arg(long, value_name = "I/N", value_parser = values::shard)]
    pub shard: Option<Shard>,
    /// With `--shard`: of which stage of the `[protocol]`, tuning or report [default: tuning]
    #[arg(long, requires = "shard", value_parser = values::stage, default_value = "tuning", hide_default_value = true)]
    pub stage: Stage,
    /// Skip the check of each run by the other engine at its first, middle and last step
    #[arg(long)]
    pub no_check: bool,
    /// Keep each run's final parameters, in parameters/RUN.safetensors of the result folder
    #[arg(long)]
    pub keep_parameters: bool,
    /// Train similar runs of small networks in one pass, on or off [default: on]; results are the same, times are shares
    #[arg(long, value_name = "ON|OFF", value_parser = values::switch)]
    pub gangs: Option<bool>,
    /// Threads within each run of the engine `reference` [default: 1, or the cores of `--jobs` where fewer runs are left]; results
    /// are the same
    #[arg(long, value_name = "N", value_parser = values::threads)]
    pub threads: Option<usize>,
    #[command(flatten)]
    pub limits: LimitArguments,
    #[command(flatten)]
    pub allow: Allow,
    #[command(flatten)]
    pub progress: ProgressArguments,
}

/// `burnmark run`
pub fn run(arguments: &RunArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    arguments.progress.apply();
    let spec = arguments.experiment.load(catalogue)?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&spec.name));
    if out.is_file() {
        let message = format!("`{}` is a file; expected a folder for the results, by `--out`", out.display());
        return Err(Failure::Request(message));
    }
    let shard = arguments.shard.map(|shard| Shard { stage: arguments.stage, ..shard });
    let runs = if arguments.stage == Stage::Report { u64::MAX } else { spec.len() }; // the choice may leave few
    if let Some(of) = shard.map(|shard| shard.of).filter(|of| *of as u64 > runs) {
        return Err(Failure::Request(format!("{of} shards of {}: some would be empty", counted(runs, "run"))));
    }
    let options = Options {
        out,
        workers: arguments.jobs.unwrap_or_else(|| (cores() / arguments.threads.unwrap_or(1)).max(1)),
        check: !arguments.no_check,
        keep_parameters: arguments.keep_parameters || spec.keep_parameters,
        shard,
        limits: arguments.limits.limits(),
        gangs: arguments.gangs.unwrap_or(true),
        threads: arguments.threads,
        quiet: arguments.progress.quiet,
    };
    if !options.quiet {
        console::message(readings(spec.readings().values()).trim_end());
    }
    let stop = stop_on_signal()?;
    let (folder, summary) = crate::harness::run(&spec, &options, &stop)?;
    console::tell(&ConsoleEvent::End {
        folder: folder.path().display().to_string(),
        runs: summary.planned,
        finished: summary.planned - summary.left,
        diverged: summary.diverged,
        failed: summary.failed,
    });
    if summary.waits {
        return Err(Failure::Work(waiting(&summary, folder.path())?));
    }
    if summary.left > 0 {
        return Err(Failure::Work(stopped(&summary, folder.path())));
    }
    match options.shard {
        Some(shard) => finish_shard(folder.path(), shard, &options.out, &summary),
        None => finish(folder.path(), &summary, arguments.allow.allowed(), arguments.progress.quiet, catalogue),
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
fn waiting(summary: &Summary, folder: &Path) -> Result<String, Failure> {
    let why = if summary.planned > MOST_CONCLUDED {
        FAILURES.to_owned()
    } else {
        first_failure(&store::read(folder).map_err(Failure::NotReadBack)?.1)
    };
    Ok(format!(
        "{} failed; the next `run` tries again; {why}\nnothing is chosen before every tuning run has a result; remove settings \
         that always fail from the grid",
        counted(summary.failed, "tuning run")
    ))
}
