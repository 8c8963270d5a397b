//! `burnmark submit slurm`: runs an experiment on a cluster.

use super::arguments::{LimitArguments, SpecArguments};
use super::failure::Failure;
use super::print::{print, print_data};
use super::values;
use crate::catalogue::Catalogue;
use crate::cluster::{Done, JobKind, JobSettings, JobStep, Paper, Slurm, Submitted, follow, scripts_folder, submit};
use crate::console;
use crate::export::shell_word;
use crate::harness::{duration, estimate, status};
use crate::plan::Spec;
use crate::record::{Stage, counted};
use crate::store;
use clap::{Args, Subcommand};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf, absolute};

#[derive(Subcommand)]
pub enum SubmitCommand {
    /// Submit an array job that runs the shards and a job that merges them; given again, submit what is missing
    Slurm(SubmitArguments),
}

#[derive(Args)]
pub struct SubmitArguments {
    #[command(flatten)]
    experiment: SpecArguments,
    /// Result folder, on a file system that all nodes share [default: results/NAME, NAME from the spec]
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// Tasks that share the runs [default: so many that each takes about 10 minutes, 64 at most]
    #[arg(long, value_name = "N", value_parser = values::shards)]
    shards: Option<usize>,
    /// Cores and worker processes of each task
    #[arg(short, long, default_value_t = 1, value_parser = values::workers)]
    jobs: usize,
    /// Partition of the jobs
    #[arg(long)]
    partition: Option<String>,
    /// Most time of each job, as Slurm takes it: 30, 2:00:00, 1-12
    #[arg(long)]
    time: Option<String>,
    /// Account of the jobs
    #[arg(long)]
    account: Option<String>,
    /// One more option of sbatch for all jobs, such as --sbatch=--mem=4G; may be given more than once
    #[arg(long, value_name = "OPTION", allow_hyphen_values = true)]
    sbatch: Vec<String>,
    #[command(flatten)]
    flags: RunFlags,
    #[command(flatten)]
    limits: LimitArguments,
    /// Wait until everything is done; submit tasks that fail again, three times at most
    #[arg(long, conflicts_with = "print")]
    wait: bool,
    /// Print the scripts and the commands that submit them, and submit nothing
    #[arg(long)]
    print: bool,
}

/// What each task does beside its runs.
#[derive(Args)]
struct RunFlags {
    /// Skip the check of each run by the other engine at its first, middle and last step
    #[arg(long)]
    no_check: bool,
    /// Keep each run's final parameters
    #[arg(long)]
    keep_parameters: bool,
    /// Train similar runs of small networks in one pass, on or off [default: on]; results are the same, times are shares
    #[arg(long, value_name = "ON|OFF", value_parser = values::switch)]
    gangs: Option<bool>,
}

/// Seconds that a task lasts where the number of tasks is left to burnmark.
const TASK_SECONDS: f64 = 600.0;
/// The most tasks then.
const MOST_TASKS: u64 = 64;

/// `burnmark submit`
pub fn submit_to(SubmitCommand::Slurm(arguments): &SubmitCommand, catalogue: &Catalogue) -> Result<(), Failure> {
    if arguments.experiment.spec == Path::new("-") {
        let message = "the tasks read the spec when they begin; expected a file, not standard input";
        return Err(Failure::Request(message.to_owned()));
    }
    let spec = arguments.experiment.load(catalogue)?;
    let typed = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&spec.name));
    let at = |path: &Path| absolute(path).map_err(|why| Failure::Request(format!("`{}`: {why}", path.display())));
    let out = at(&typed)?;
    store::refuse_foreign(&out)?;
    let shards = division(arguments, &spec, &out)?;
    let report = spec.protocol().map(|protocol| fitting(shards, protocol.report_runs));
    let steps = JobStep::all(shards, report);
    let settings = JobSettings {
        name: spec.name.clone(),
        program: std::env::current_exe().map_err(|why| Failure::Work(format!("cannot find this program: {why}")))?,
        folder: at(Path::new("."))?,
        out,
        run: arguments.run_words(),
        cores: arguments.jobs,
        options: arguments.slurm_options(),
    };
    let mut done = Done::of(&spec, &settings.out);
    if done.is_whole() {
        let folder = typed.display();
        return print(&format!("everything is done: `{folder}` holds the whole experiment\n"));
    }
    let scripts: Vec<(PathBuf, String)> =
        steps.iter().map(|step| Ok((settings.path(*step), settings.script(*step)?))).collect::<Result<_, Failure>>()?;
    if arguments.print {
        let mut paper = Paper::default();
        submit(&settings, &steps, |step, number| done.has(step, number), &mut paper)?;
        let mut shown: Vec<String> =
            scripts.iter().map(|(path, text)| format!("# {}\n{text}", path.display())).collect();
        shown.push(format!("# submitted by\n{}\n", paper.lines.join("\n")));
        return print_data(&shown.join("\n"));
    }
    write(&settings.out, &scripts)?;
    let submitted = submit(&settings, &steps, |step, number| done.has(step, number), &mut Slurm)?;
    print(&told(&submitted, &spec, &typed))?;
    if !arguments.wait {
        return Ok(());
    }
    let again = |submitted: &[Submitted]| {
        console::message(&format!("some tasks failed and are submitted again\n{}", jobs(submitted, &spec).trim_end()));
    };
    if follow(&settings, &steps, &mut done, &mut Slurm, again)? {
        return print(&format!("everything is done: `{}` holds the whole experiment\n", typed.display()));
    }
    let folder = shell_word(&typed.display().to_string());
    Err(Failure::Work(format!("some tasks fail each time; `burnmark status {folder}` names them and their logs")))
}

/// The number of shards: as typed, else that of the result folder, else by the time that the runs take.
fn division(arguments: &SubmitArguments, spec: &Spec, out: &Path) -> Result<usize, Failure> {
    let there = status(out)?.stages.into_iter().filter(|stage| stage.stage == Stage::Tuning);
    let there: Vec<usize> = there.map(|stage| stage.shards.len()).collect();
    let typed = arguments.shards.map(|shards| fitting(shards, spec.len()));
    if let Some(typed) = arguments.shards.filter(|_| typed < arguments.shards) {
        let (runs, shards) = (counted(spec.len(), "run"), counted(fitting(typed, spec.len()) as u64, "shard"));
        console::message(&format!("{runs} make {shards}, not {typed}"));
    }
    if let [of] = there[..] {
        return match typed {
            Some(typed) if typed != of => Err(Failure::Request(format!(
                "`{}` is divided into {of} shards, not {typed}; give `--shards {of}`, or another folder by `--out`",
                out.display()
            ))),
            _ => Ok(of),
        };
    }
    if let Some(typed) = typed {
        return Ok(typed);
    }
    #[allow(clippy::cast_precision_loss)] // cores of a task
    let seconds = estimate(spec)?.core_seconds / arguments.jobs as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates, as it should
    let tasks = (seconds / TASK_SECONDS).ceil() as u64;
    let shards = fitting(usize::try_from(tasks.clamp(1, MOST_TASKS)).unwrap_or(1), spec.len());
    #[allow(clippy::cast_precision_loss)]
    let each = duration(seconds / shards as f64);
    let (shards_in_words, each_of) = (counted(shards as u64, "shard"), if shards > 1 { "each " } else { "" });
    console::message(&format!("{shards_in_words}, {each_of}about {each} at the pace of this machine"));
    Ok(shards)
}

/// No more shards than runs.
fn fitting(shards: usize, runs: u64) -> usize {
    shards.min(usize::try_from(runs).unwrap_or(usize::MAX)).max(1)
}

fn write(out: &Path, scripts: &[(PathBuf, String)]) -> Result<(), Failure> {
    let folder = scripts_folder(out);
    let failed = |path: &Path, why| Failure::Work(format!("cannot write `{}`: {why}", path.display()));
    store::refuse_link(&folder).map_err(|why| Failure::Request(why.to_string()))?;
    fs::create_dir_all(&folder).map_err(|why| failed(&folder, why))?;
    scripts.iter().try_for_each(|(path, text)| {
        store::refuse_link(path).map_err(|why| Failure::Request(why.to_string()))?;
        fs::write(path, text).map_err(|why| failed(path, why))
    })
}

/// What was submitted, a line for each job.
fn jobs(submitted: &[Submitted], spec: &Spec) -> String {
    let what = |step: JobStep, tasks: usize| match step.kind {
        JobKind::Shards => format!("{} of {} shards", tasks, step.tasks),
        JobKind::Merge => "merge".to_owned(),
    };
    let of = |step: JobStep| if spec.protocol().is_some() { format!("{}, ", step.stage.name()) } else { String::new() };
    let mut text = String::new();
    for Submitted { step, job, under_way } in submitted {
        if let Some((job, tasks)) = job {
            let _ = writeln!(text, "submitted: {}{}, job {job}", of(*step), what(*step, tasks.len()));
        }
        if *under_way > 0 {
            let _ = writeln!(text, "in the queue already: {}{}", of(*step), what(*step, *under_way));
        }
    }
    text
}

/// What was submitted, and how to follow it.
fn told(submitted: &[Submitted], spec: &Spec, out: &Path) -> String {
    let (jobs, out) = (jobs(submitted, spec), shell_word(&out.display().to_string()));
    format!(
        "{jobs}\nhow far it is\n  burnmark status {out}\nscripts and logs\n  {out}/slurm\nwhen a task has failed, give this command \
         again: it submits what is missing\n"
    )
}

impl SubmitArguments {
    /// The spec and the options of `burnmark run` for each task.
    fn run_words(&self) -> Vec<String> {
        let RunFlags { no_check, keep_parameters, gangs } = self.flags;
        let flags = [("--no-check", no_check), ("--keep-parameters", keep_parameters)];
        let flags = flags.into_iter().filter(|(_, given)| *given).map(|(flag, _)| flag.to_owned());
        let gangs = gangs.map(|gangs| format!("--gangs={}", if gangs { "on" } else { "off" }));
        let flags = flags.chain(gangs);
        self.experiment.words().into_iter().chain(self.limits.words()).chain(flags).collect()
    }

    fn slurm_options(&self) -> Vec<String> {
        let named = [("partition", &self.partition), ("time", &self.time), ("account", &self.account)];
        let named = named.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?)));
        named.chain(self.sbatch.iter().cloned()).collect()
    }
}
