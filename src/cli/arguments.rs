//! Arguments that several commands have.

use super::failure::Failure;
use super::values;
use crate::analysis::Allowed;
use crate::catalogue::Catalogue;
use crate::console;
use crate::harness::Limits;
use crate::plan::Spec;
use crate::record::{At, Compared, Judge, Protocol};
use crate::spec::Override;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// How results are judged, instead of what their spec says.
#[derive(Args)]
pub struct Terms {
    /// Compare this state of trainings: end, best (in hindsight) or stopped [default: what the spec says, else end]
    #[arg(long, value_name = "STATE", value_parser = values::state)]
    pub at: Option<At>,
    /// Smallest difference of interest, in units of the test metric [default: what the spec says, else none]
    #[arg(long, value_name = "DIFFERENCE", value_parser = values::positive, allow_hyphen_values = true)]
    pub margin: Option<f64>,
    /// Compare this of the test part: metric, loss, or a measure that the runs were asked for, such as f1 [default: what the spec
    /// says, else metric]
    #[arg(long, value_name = "WHAT", value_parser = values::outcome)]
    pub outcome: Option<Compared>,
}

impl Terms {
    /// Puts these in the place of what a manifest says.
    ///
    /// # Errors
    /// Where a protocol has tuned at another state.
    pub fn put(&self, judge: &mut Judge, protocol: Option<&Protocol>) -> Result<(), Failure> {
        if let Some((at, tuned)) = self.at.zip(protocol.map(|protocol| protocol.select.at)).filter(|(at, of)| at != of)
        {
            return Err(Failure::Request(format!(
                "the protocol of these results tuned at the state `{}`, not `{}`; leave `--at` out",
                tuned.spec_name(),
                at.spec_name()
            )));
        }
        judge.at = self.at.unwrap_or(judge.at);
        judge.margin = self.margin.or(judge.margin);
        judge.outcome = self.outcome.unwrap_or(judge.outcome);
        Ok(())
    }
}

/// What may be missing under a protocol.
#[derive(Args)]
pub struct Allow {
    /// Give verdicts under a protocol in spite of this; can be given twice
    #[arg(long, value_enum, value_name = "WHAT")]
    allow: Vec<AllowValue>,
}

impl Allow {
    pub fn allowed(&self) -> Allowed {
        Allowed {
            unequal_budgets: self.allow.contains(&AllowValue::UnequalBudgets),
            unpaired_seeds: self.allow.contains(&AllowValue::UnpairedSeeds),
        }
    }
}

/// What a protocol asks for before a verdict.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AllowValue {
    /// Compared values that were tuned over different numbers of trials
    UnequalBudgets,
    /// Seeds that only some of the compared values have
    UnpairedSeeds,
}

/// What each run may take.
#[derive(Args)]
pub struct LimitArguments {
    /// End a run that takes longer than this; it counts as timed out and is tried again by the next `run`
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds)]
    limit_seconds: Option<Duration>,
    /// End a run whose worker takes more memory than this (Linux only); it counts as failed
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..1 << 40))]
    limit_memory: Option<u64>,
}

impl LimitArguments {
    pub fn limits(&self) -> Limits {
        Limits { time: self.limit_seconds, memory_bytes: self.limit_memory.map(|mib| mib << 20) }
    }

    /// These arguments as they are typed.
    pub fn words(&self) -> Vec<String> {
        let time = self.limit_seconds.map(|time| format!("--limit-seconds={}", time.as_secs_f64()));
        let memory = self.limit_memory.map(|mib| format!("--limit-memory={mib}"));
        time.into_iter().chain(memory).collect()
    }
}

/// What is said while runs are carried out.
#[derive(Args)]
pub struct ProgressArguments {
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
    /// How progress and messages are written to stderr
    #[arg(long, value_enum, value_name = "FORM", default_value = "auto", conflicts_with = "quiet")]
    progress: ProgressForm,
}

impl ProgressArguments {
    /// Lets messages have the form that is asked for.
    pub fn apply(&self) {
        if self.progress == ProgressForm::Json {
            console::speak_json();
        }
    }
}

/// How progress is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProgressForm {
    /// A bar on a terminal, a line now and then elsewhere
    Auto,
    /// Lines of JSON for a program, see docs/guide/json.md
    Json,
}

/// An experiment, and what replaces values in its file.
#[derive(Args)]
pub struct SpecArguments {
    /// A spec file, such as experiments/sweep.toml
    pub spec: PathBuf,
    /// Engine: burn, burn-ndarray or reference; on a GPU burn-cuda, burn-rocm or burn-wgpu
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
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = values::assignment)]
    assignments: Vec<(String, String)>,
}

impl SpecArguments {
    /// Reads and checks the experiment.
    ///
    /// # Errors
    /// All mistakes in the spec.
    pub fn load(&self, catalogue: &Catalogue) -> Result<Spec, Failure> {
        Spec::load(&self.spec, &self.overrides(), catalogue)
            .map_err(|problems| Failure::Mistakes(problems.render(console::has_colours())))
    }

    /// These arguments as they are typed.
    pub fn words(&self) -> Vec<String> {
        let named = [
            ("engine", &self.engine),
            ("precision", &self.precision),
            ("seeds", &self.seeds),
            ("epochs", &self.epochs),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some(format!("--{name}={}", value.as_ref()?)));
        let by = self.by.iter().map(|key| format!("--by={key}"));
        let set = self.assignments.iter().map(|(key, value)| format!("--set={key}={value}"));
        std::iter::once(self.spec.display().to_string()).chain(named).chain(by).chain(set).collect()
    }

    /// What is typed, as settings.
    fn overrides(&self) -> Vec<Override> {
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
