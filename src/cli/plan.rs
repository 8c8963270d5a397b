//! `burnmark plan`: what an experiment would run, how much and for how long.

use super::arguments::SpecArguments;
use super::drawing::drawing;
use super::failure::Failure;
use super::print::print;
use super::prospect::finds;
use super::title::title;
use super::values::{self, cores};
use crate::catalogue::Catalogue;
use crate::harness::{duration, estimate, networks};
use crate::plan::shortened;
use crate::report::{aligned, readings};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct PlanArguments {
    #[command(flatten)]
    pub experiment: SpecArguments,
    /// Worker processes to estimate with [default: one per core]
    #[arg(short, long, value_parser = values::workers)]
    pub jobs: Option<usize>,
    /// Propose the seeds that find a difference of this size in the test metric with 80 %, such as 0.01
    #[arg(long, value_name = "DIFFERENCE", value_parser = values::positive, allow_hyphen_values = true)]
    pub find: Option<f64>,
    /// Results on the same data sets, which tell how much differences vary between seeds [default: those of the experiment itself]
    #[arg(long, value_name = "FOLDER")]
    pub like: Option<PathBuf>,
}

/// `burnmark plan`
pub fn plan(arguments: &PlanArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    let spec = arguments.experiment.load(catalogue)?;
    let workers = arguments.jobs.unwrap_or_else(cores);
    let estimate = estimate(&spec)?;
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
    let networks = drawing(&networks(&spec)?);
    let finds = finds(&spec, arguments.like.as_deref(), arguments.find)?;
    print(&format!("{title}\n\n{data}\n{networks}{}\n{protocol}{}{finds}", aligned(&rows), aligned(&totals)))
}

fn about(seconds: f64) -> String {
    if seconds < 1.0 { duration(seconds) } else { format!("about {}", duration(seconds)) }
}
