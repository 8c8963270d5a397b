//! What may be typed.

use crate::experiment::Override;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Trains neural networks by many methods, keeps every number, and lets anyone get it again, bit for bit.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Show what an experiment would run, how much and for how long
    Plan(Plan),
    /// Run an experiment, or go on with it
    Run(Run),
    /// Show what a result folder says; draw its plots and write its page, report.html, again
    Report(Report),
    /// Compare result folders with a first one, or the values of a setting within one folder
    Compare(Compare),
    /// List what specs can name: engines, data sets, models, optimizers, annealing rules, plots and all keys
    List {
        /// Only this
        #[arg(value_enum)]
        what: Option<What>,
    },
    /// List, fetch and check data sets
    Data {
        #[command(subcommand)]
        command: Data,
    },
    #[command(name = crate::harness::WORKER_COMMAND, hide = true)]
    Worker,
}

/// What to do with data sets.
#[derive(Subcommand)]
pub enum Data {
    /// Show every data set, and which of those that are fetched are there
    List {
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Fetch a data set from its publisher into the data folder, each file checked against its pinned SHA-256
    Fetch {
        /// mnist or fashion-mnist
        name: String,
        /// Fetch from this address instead, which holds the same files
        #[arg(long, value_name = "URL")]
        from: Option<String>,
        #[command(flatten)]
        folder: DataFolder,
    },
    /// Check the digests of the data sets in the binary and in the data folder
    Check {
        /// Only this one
        name: Option<String>,
        #[command(flatten)]
        folder: DataFolder,
    },
}

#[derive(Args)]
pub struct DataFolder {
    /// The data folder [default: what BURNMARK_DATA says, else burnmark in XDG_DATA_HOME or ~/.local/share]
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

#[derive(Args)]
pub struct Report {
    /// A result folder, such as results/sweep
    pub results: PathBuf,
    /// Compare the values of this setting instead of the optimizers, such as annealing.kind
    #[arg(long, value_name = "KEY", default_value = crate::analysis::OPTIMIZER)]
    pub by: String,
    /// Print a summary in Markdown and write nothing
    #[arg(long)]
    pub markdown: bool,
}

#[derive(Args)]
pub struct Compare {
    /// Result folders: each other one is compared with the first
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// Compare the other values of a setting with this one, within one folder: optimizer.kind=momentum
    #[arg(long, value_name = "KEY=VALUE", value_parser = assignment)]
    pub baseline: Option<(String, String)>,
    /// Everything as one JSON document
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// The metric differences as CSV, one row per comparison
    #[arg(long)]
    pub csv: bool,
    /// End with exit code 1 where there is such a thing; can be given twice
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Vec<FailOn>,
}

/// What counts as a failure of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A method judged worse, or that no longer trains for every seed
    Regression,
    /// A method judged slower, from measurements taken alone
    Slowdown,
}

#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    pub experiment: Experiment,
    /// Workers to reckon with [default: one per core]
    #[arg(short, long, value_parser = workers)]
    pub jobs: Option<usize>,
}

#[derive(Args)]
pub struct Run {
    #[command(flatten)]
    pub experiment: Experiment,
    /// Result folder [default: results/NAME, NAME from the spec]
    #[arg(short, long)]
    pub out: Option<PathBuf>,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = workers)]
    pub jobs: Option<usize>,
    /// Do not let the other engine check each run at its first, middle and last step
    #[arg(long)]
    pub no_check: bool,
    /// Keep each run's final parameters, in parameters/RUN.safetensors of the result folder
    #[arg(long)]
    pub keep_parameters: bool,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

/// An experiment and what is to be different from its file.
#[derive(Args)]
pub struct Experiment {
    /// A spec file, such as experiments/sweep.toml
    pub spec: PathBuf,
    /// Engine: burn, burn-ndarray or reference
    #[arg(long, value_name = "ENGINE")]
    engine: Option<String>,
    /// Floating-point type: f32 or f64
    #[arg(long, value_name = "TYPE")]
    precision: Option<String>,
    /// Number of seeds
    #[arg(long, value_name = "N")]
    seeds: Option<String>,
    /// Epochs of each run
    #[arg(long, value_name = "N")]
    epochs: Option<String>,
    /// Another value for any key of the spec, such as --set train.batch=64; replaces the key's axis too
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = assignment)]
    assignments: Vec<(String, String)>,
}

impl Experiment {
    /// What is typed, as settings.
    pub fn overrides(&self) -> Vec<Override> {
        let short = [
            ("engine", &self.engine),
            ("precision", &self.precision),
            ("seeds", &self.seeds),
            ("train.epochs", &self.epochs),
        ];
        let short = short.into_iter().filter_map(|(path, value)| Some((path.to_owned(), value.clone()?)));
        let all = short.chain(self.assignments.iter().cloned());
        all.map(|(path, value)| Override { path, value }).collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    Engines,
    Data,
    Models,
    Activations,
    Initial,
    Optimizers,
    Annealing,
    Averages,
    Plots,
    Keys,
}

/// More workers than this have never been of use.
const MOST_WORKERS: usize = 1024;

fn workers(typed: &str) -> Result<usize, String> {
    match typed.parse() {
        Ok(count) if (1..=MOST_WORKERS).contains(&count) => Ok(count),
        _ => Err(format!("expected a whole number from 1 to {MOST_WORKERS}")),
    }
}

fn assignment(typed: &str) -> Result<(String, String), String> {
    let (key, value) = typed.split_once('=').ok_or("expected KEY=VALUE, such as train.epochs=5")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
