//! What may be typed.

use crate::harness::Sample;
use crate::record::{At, Compared, Judge, Protocol};
use crate::spec::Override;
use crate::store::Shard;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Trains neural networks by many methods, compares them, and makes every result reproducible bit for bit.
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
    /// Run an experiment, or continue it
    Run(Run),
    /// Merge the shards of an experiment into one result, byte for byte that of a single run
    Merge {
        /// The result folder, such as results/sweep
        results: PathBuf,
        /// The shards' folders [default: those in shards/ of the result folder]
        shards: Vec<PathBuf>,
    },
    /// Show where results come from, or one run: its settings, its results, a spec that runs it alone
    Show(Show),
    /// Rerun a result folder from its manifest and compare every bit
    Verify(Verify),
    /// Compute every step of an experiment's runs with two engines, and show how far they differ
    Crosscheck(Crosscheck),
    /// Print a result folder's tables and answer; redraw its plots and its page, report.html
    Report(Report),
    /// Compare result folders with the first one, or the values of a setting within one folder
    Compare(Compare),
    /// Write a result folder's tables for other programs: CSV, JSON lines, TensorBoard, MLflow
    Export(super::export::Export),
    /// List what specs can name: engines, data sets, models, optimizers, annealing rules, plots and all keys
    List {
        /// List only this
        #[arg(value_enum)]
        what: Option<What>,
        /// With `methods`: the spec or file whose methods are listed
        file: Option<PathBuf>,
    },
    /// Check methods as formulas: read them, then run the tests of the built-in methods on them
    Check {
        /// A spec with `[methods.NAME]`, or a file with the keys of one method
        file: PathBuf,
    },
    /// Fit one linear, logistic or softmax regression to a file: coefficients, standard errors, intervals
    Fit(Fit),
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
        /// Check only this one
        name: Option<String>,
        #[command(flatten)]
        folder: DataFolder,
    },
}

#[derive(Args)]
pub struct Fit {
    /// A table with a header: .csv, .tsv or .parquet
    pub data: PathBuf,
    /// The column to predict
    #[arg(long)]
    pub target: String,
    /// How to fit it
    #[arg(long, value_enum)]
    pub method: Method,
    /// Strength λ for ridge and lasso; for ridge also `leave-one-out` or folds such as `10-fold`, to find it
    #[arg(long, allow_hyphen_values = true)]
    pub lambda: Option<String>,
    /// Standard deviation of the noise, in the target's units, for map
    #[arg(long, value_parser = positive, allow_hyphen_values = true)]
    pub sigma: Option<f64>,
    /// Standard deviation of each coefficient before the data, for map
    #[arg(long, value_parser = positive, allow_hyphen_values = true)]
    pub prior_sigma: Option<f64>,
    /// The label whose probability is modelled, for logistic-newton [default: the last in ascending order]
    #[arg(long, value_name = "LABEL", allow_hyphen_values = true)]
    pub positive: Option<String>,
    /// Leave these columns out; may be given more than once
    #[arg(long, value_name = "COLUMN,…")]
    pub drop: Vec<String>,
    /// No intercept: the model goes through the origin
    #[arg(long)]
    pub no_intercept: bool,
    /// Print JSON at full precision
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Least squares by Cholesky's factorization of XᵀX
    NormalEquations,
    /// Least squares by Householder's QR with column pivoting
    Qr,
    /// The shortest least squares solution, where columns depend on one another
    MinimumNorm,
    /// Least squares with the penalty λ‖w‖²
    Ridge,
    /// The posterior under a Gaussian prior: ridge with λ = σ²/σ₀²
    Map,
    /// Half of least squares with the penalty λ‖w‖₁
    Lasso,
    /// Logistic regression for two classes, by Newton's method
    LogisticNewton,
    /// Softmax regression for classes, by Newton's method
    SoftmaxNewton,
}

impl Method {
    /// As typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::NormalEquations => "normal-equations",
            Self::Qr => "qr",
            Self::MinimumNorm => "minimum-norm",
            Self::Ridge => "ridge",
            Self::Map => "map",
            Self::Lasso => "lasso",
            Self::LogisticNewton => "logistic-newton",
            Self::SoftmaxNewton => "softmax-newton",
        }
    }
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
    /// Compare the values of this setting only, such as annealing.kind; may be given more than once [default: what the spec says,
    /// else every axis, each a question of its own]
    #[arg(long, value_name = "KEY")]
    pub by: Vec<String>,
    #[command(flatten)]
    pub terms: Terms,
    #[command(flatten)]
    pub allow: Allow,
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
    /// Print everything as one JSON document
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print the metric differences as CSV, one row per comparison
    #[arg(long)]
    pub csv: bool,
    /// End with exit code 1 if this is found; can be given twice
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Vec<FailOn>,
    /// Let `--fail-on regression` pass where there is no verdict: too few seeds, or not shown to be within the margin
    #[arg(long)]
    pub allow_no_verdict: bool,
    #[command(flatten)]
    pub terms: Terms,
    #[command(flatten)]
    pub allow: Allow,
}

/// How results are judged, instead of what their spec says.
#[derive(Args)]
pub struct Terms {
    /// Compare this state of trainings: end, best (in hindsight) or stopped [default: what the spec says, else end]
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub at: Option<At>,
    /// Smallest difference of interest, in units of the test metric [default: what the spec says, else none]
    #[arg(long, value_name = "DIFFERENCE", value_parser = positive, allow_hyphen_values = true)]
    pub margin: Option<f64>,
    /// Compare this of the test part: metric, loss, or a measure that the runs were asked for, such as f1 [default: what the spec
    /// says, else metric]
    #[arg(long, value_name = "WHAT", value_parser = outcome)]
    pub outcome: Option<Compared>,
}

impl Terms {
    /// Puts these in the place of what a manifest says.
    ///
    /// # Errors
    /// Where a protocol has tuned at another state.
    pub fn put(&self, judge: &mut Judge, protocol: Option<&Protocol>) -> Result<(), String> {
        if let Some((at, tuned)) = self.at.zip(protocol.map(|protocol| protocol.select.at)).filter(|(at, of)| at != of)
        {
            return Err(format!(
                "the protocol of these results tuned at the state `{}`, not `{}`; leave `--at` out",
                tuned.spec_name(),
                at.spec_name()
            ));
        }
        judge.at = self.at.unwrap_or(judge.at);
        judge.margin = self.margin.or(judge.margin);
        judge.outcome = self.outcome.unwrap_or(judge.outcome);
        Ok(())
    }
}

fn state(text: &str) -> Result<At, String> {
    let known = At::ALL.map(At::spec_name).join(", ");
    At::from_spec_name(text).ok_or_else(|| format!("expected one of {known}"))
}

fn outcome(text: &str) -> Result<Compared, String> {
    Compared::from_name(text).ok_or_else(|| format!("expected one of {}", Compared::names().join(", ")))
}

/// What may be missing under a protocol.
#[derive(Args)]
pub struct Allow {
    /// Give verdicts under a protocol in spite of this; can be given twice
    #[arg(long, value_enum, value_name = "WHAT")]
    allow: Vec<Allowed>,
}

impl Allow {
    pub fn allowed(&self) -> crate::analysis::Allowed {
        crate::analysis::Allowed {
            unequal_budgets: self.allow.contains(&Allowed::UnequalBudgets),
            unpaired_seeds: self.allow.contains(&Allowed::UnpairedSeeds),
        }
    }
}

/// What a protocol asks for before a verdict.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Allowed {
    /// Compared values that were tuned over different numbers of trials
    UnequalBudgets,
    /// Seeds that only some of the compared values have
    UnpairedSeeds,
}

/// What counts as a failure of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A method judged worse, that no longer trains for every seed, or that has no verdict; with `--margin` one that is not shown to
    /// be worse by less than that
    Regression,
    /// A method judged slower, from measurements taken alone
    Slowdown,
}

#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    pub experiment: Experiment,
    /// Worker processes to estimate with [default: one per core]
    #[arg(short, long, value_parser = workers)]
    pub jobs: Option<usize>,
    /// Propose the seeds that find a difference of this size in the test metric with 80 %, such as 0.01
    #[arg(long, value_name = "DIFFERENCE", value_parser = positive, allow_hyphen_values = true)]
    pub find: Option<f64>,
    /// Results on the same data sets, which tell how much differences vary between seeds [default: those of the experiment itself]
    #[arg(long, value_name = "FOLDER")]
    pub like: Option<PathBuf>,
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
    /// Run only one of several equal parts, such as 3/16, in shards/3-of-16 of the result folder
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub shard: Option<Shard>,
    /// Skip the check of each run by the other engine at its first, middle and last step
    #[arg(long)]
    pub no_check: bool,
    /// Keep each run's final parameters, in parameters/RUN.safetensors of the result folder
    #[arg(long)]
    pub keep_parameters: bool,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub allow: Allow,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Show {
    /// A result folder, such as results/sweep
    pub results: PathBuf,
    /// A run: its identity, or the first digits of it
    pub run: Option<String>,
    /// Print a spec whose only run is this one, with every setting written out
    #[arg(long, requires = "run")]
    pub spec: bool,
    /// Folder that relative paths in the spec start from, if the spec's file has moved
    #[arg(long, value_name = "FOLDER", requires = "spec")]
    pub folder: Option<PathBuf>,
    /// Print the manifest or the run as JSON
    #[arg(long, conflicts_with = "spec")]
    pub json: bool,
}

#[derive(Args)]
pub struct Verify {
    /// A result folder, such as results/sweep
    pub results: PathBuf,
    /// Rerun only so many runs, drawn from all of them [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Seed of the sample [default: a new one each time, which is printed]
    #[arg(long, value_name = "NUMBER", requires = "sample")]
    sample_seed: Option<u64>,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = workers)]
    pub jobs: Option<usize>,
    /// Rerun with this engine; runs that another engine recorded are compared within a bound
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// The bound for the gap of a loss [default: 1e-3 in f32, 1e-9 in f64]
    #[arg(long, value_name = "GAP", value_parser = bound)]
    pub bound: Option<f64>,
    /// Folder that relative paths in the spec start from, if the spec's file has moved
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub limits: Limits,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct Crosscheck {
    #[command(flatten)]
    pub experiment: Experiment,
    /// Runs that are checked, spread over the experiment
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..))]
    pub sample: u64,
    /// Largest number of steps of each run [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub steps: Option<u64>,
    /// The engine beside the run's own [default: the one that checks it]
    #[arg(long, value_name = "ENGINE")]
    pub against: Option<String>,
    /// Largest gap that passes [default: 1e-2 in f32, 1e-9 in f64]
    #[arg(long, value_name = "GAP", value_parser = bound)]
    pub bound: Option<f64>,
    /// Also train each engine on its own, and show how they drift apart
    #[arg(long)]
    pub apart: bool,
    /// Folder for tables and plots [default: results/NAME/crosscheck, NAME from the spec]
    #[arg(short, long)]
    pub out: Option<PathBuf>,
    /// Print the largest gaps as JSON
    #[arg(long)]
    pub json: bool,
}

impl Verify {
    /// Which runs are drawn, where not all are to be rerun.
    pub fn sample(&self) -> Option<Sample> {
        let runs = self.sample?;
        Some(self.sample_seed.map_or_else(|| Sample::unforeseen(runs), |seed| Sample { runs, seed }))
    }
}

/// What each run may take.
#[derive(Args)]
pub struct Limits {
    /// End a run that takes longer than this; it counts as timed out and is tried again by the next `run`
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    limit_seconds: Option<Duration>,
    /// End a run whose worker takes more memory than this (Linux only); it counts as failed
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..1 << 40))]
    limit_memory: Option<u64>,
}

impl Limits {
    pub fn limits(&self) -> crate::harness::Limits {
        crate::harness::Limits { time: self.limit_seconds, memory_bytes: self.limit_memory.map(|mib| mib << 20) }
    }
}

/// An experiment, and what replaces values in its file.
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
    /// Compare the values of this axis only, such as annealing; may be given more than once
    #[arg(long, value_name = "KEY")]
    by: Vec<String>,
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
        let quoted: Vec<String> = self.by.iter().map(|key| toml::Value::String(key.clone()).to_string()).collect();
        let by = (!quoted.is_empty()).then(|| ("judge.by".to_owned(), format!("[{}]", quoted.join(", "))));
        let all = short.chain(by).chain(self.assignments.iter().cloned());
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
    Solvers,
    Annealing,
    Averages,
    Methods,
    Measures,
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

fn positive(typed: &str) -> Result<f64, String> {
    match typed.parse() {
        Ok(number) if number > 0.0 && f64::is_finite(number) => Ok(number),
        _ => Err("expected a number greater than 0".to_owned()),
    }
}

fn seconds(typed: &str) -> Result<Duration, String> {
    let seconds = typed.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "expected a number of seconds greater than 0".to_owned())
}

/// More shards than this have never been of use.
const MOST_SHARDS: usize = 100_000;

fn shard(typed: &str) -> Result<Shard, String> {
    let numbers = typed.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match numbers {
        Some((number, of)) if (1..=of).contains(&number) && of <= MOST_SHARDS => Ok(Shard { number, of }),
        _ => Err(format!("expected I/N, such as 3/16, with I from 1 to N and N at most {MOST_SHARDS}")),
    }
}

fn bound(typed: &str) -> Result<f64, String> {
    let bound = typed.parse::<f64>().ok().filter(|bound| *bound >= 0.0);
    bound.ok_or_else(|| "expected a number, 0 or greater".to_owned())
}

fn assignment(typed: &str) -> Result<(String, String), String> {
    let (key, value) = typed.split_once('=').ok_or("expected KEY=VALUE, such as train.epochs=5")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
