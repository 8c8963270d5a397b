//! `burnmark verify`: results had a second time.

use super::arguments::{LimitArguments, ProgressArguments};
use super::failure::Failure;
use super::print::{Schema, print, print_json};
use super::signals::stop_on_signal;
use super::values::{self, cores};
use crate::catalogue::Catalogue;
use crate::engine::EngineKind;
use crate::export::Unbundled;
use crate::harness::{self, Sample, Verified, VerifyOptions, counts};
use crate::record::counted;
use crate::report::{aligned, indented};
use clap::Args;
use std::collections::HashSet;
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Args)]
pub struct VerifyArguments {
    /// A result folder, such as results/sweep, or a file that `bundle` wrote
    pub results: PathBuf,
    /// Rerun only so many runs, drawn from all of them [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Seed of the sample [default: a new one each time, which is printed]
    #[arg(long, value_name = "NUMBER", requires = "sample")]
    sample_seed: Option<u64>,
    /// Worker processes [default: one per core]
    #[arg(short, long, value_parser = values::workers)]
    pub jobs: Option<usize>,
    /// Rerun with this engine; runs that another engine recorded are compared within a bound
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// The bound for the gap of a loss [default: 1e-3 in f32, 1e-9 in f64]
    #[arg(long, value_name = "GAP", value_parser = values::bound)]
    pub bound: Option<f64>,
    /// Folder that relative paths in the spec start from, if the spec's file has moved
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub limits: LimitArguments,
    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub progress: ProgressArguments,
}

impl VerifyArguments {
    /// Which runs are drawn, where not all are to be rerun.
    pub fn sample(&self) -> Option<Sample> {
        let runs = self.sample?;
        Some(self.sample_seed.map_or_else(|| Sample::unforeseen(runs), |seed| Sample { runs, seed }))
    }
}

/// How many findings are shown; `--json` has all.
const MOST_SHOWN: usize = 20;

pub fn verify(arguments: &VerifyArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    arguments.progress.apply();
    let options = VerifyOptions {
        sample: arguments.sample(),
        workers: arguments.jobs.unwrap_or_else(cores),
        engine: arguments.engine.as_deref().map(values::engine).transpose()?,
        bound: arguments.bound,
        folder: arguments.folder.clone(),
        limits: arguments.limits.limits(),
        quiet: arguments.progress.quiet || arguments.json,
        catalogue: catalogue.clone(),
    };
    let stop = stop_on_signal()?;
    let bundle = if arguments.results.is_file() { Some(Unbundled::of(&arguments.results)?) } else { None };
    let results = bundle.as_ref().map_or(arguments.results.clone(), Unbundled::results);
    let verified = harness::verify(&results, &options, &stop)?;
    if arguments.json {
        print_json(Schema::Verify, &verified)?;
    } else {
        print(&shown(&verified, options.engine))?;
    }
    if stop.load(std::sync::atomic::Ordering::SeqCst) {
        return Err(Failure::Work("stopped: not all of these results were looked at".to_owned()));
    }
    match verified.findings.len() {
        0 => Ok(()),
        count => Err(Failure::Work(format!("{}: these results are not confirmed", counted(count, "finding")))),
    }
}

fn shown(verified: &Verified, engine: Option<EngineKind>) -> String {
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    let mut rows = vec![
        row("runs of the experiment", verified.planned.to_string()),
        row("in the tables", verified.recorded.to_string()),
        row("rerun", verified.repeated.to_string()),
    ];
    if let Some(Sample { seed, .. }) = verified.sample {
        rows.push(row("drawn by", format!("--sample-seed {seed}")));
    }
    match (engine, verified.largest_gap) {
        (Some(engine), Some(gap)) => {
            rows.push(row(&format!("confirmed by `{engine}` within the bound"), verified.confirmed.to_string()));
            rows.push(row("their largest gap of a loss", format!("{gap:.1e}")));
        }
        _ => rows.push(row("confirmed, bit for bit", verified.confirmed.to_string())),
    }
    if !verified.drifted.is_empty() {
        let what = "drifted: apart by roundings, agreed step by step";
        rows.push(row(what, verified.drifted.len().to_string()));
    }
    let mut text = aligned(&rows);
    for note in &verified.notes {
        let _ = writeln!(text, "note: {note}");
    }
    if verified.findings.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\nfindings");
    let counted = counts(&verified.findings).into_iter().map(|(kind, count)| vec![count.to_string(), kind.to_owned()]);
    text += &indented(&aligned(&counted.collect::<Vec<_>>()));
    text.push('\n');
    // The first of each run, then the others: one changed cell must not hide behind a thousand that follow from it.
    let mut seen = HashSet::new();
    let (first, later): (Vec<_>, Vec<_>) =
        verified.findings.iter().partition(|finding| finding.run().is_none_or(|run| seen.insert(run.to_owned())));
    for finding in first.iter().chain(&later).take(MOST_SHOWN) {
        let _ = writeln!(text, "{finding}");
    }
    if verified.findings.len() > MOST_SHOWN {
        let _ = writeln!(text, "… and {} more; `--json` shows all", verified.findings.len() - MOST_SHOWN);
    }
    text
}
