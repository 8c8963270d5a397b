//! `burnmark crosscheck`: both engines on the same runs, step by step.

use super::arguments::SpecArguments;
use super::failure::Failure;
use super::print::{Schema, print, print_json};
use super::signals::stop_on_signal;
use super::values;
use crate::catalogue::Catalogue;
use crate::console;
use crate::engine::EngineKind;
use crate::harness::{self, CrosscheckOptions, Crosschecked, EnginePair, LOSS};
use crate::plan::{RunSpec, Section};
use crate::record::counted;
use crate::report::{aligned, indented, plots};
use crate::store::{self, Gaps, ReportFiles};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

#[derive(Args)]
pub struct CrosscheckArguments {
    #[command(flatten)]
    pub experiment: SpecArguments,
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
    #[arg(long, value_name = "GAP", value_parser = values::bound)]
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

pub fn crosscheck(arguments: &CrosscheckArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    let spec = arguments.experiment.load(catalogue)?;
    let options = CrosscheckOptions {
        sample: arguments.sample,
        steps: arguments.steps.unwrap_or(u64::MAX),
        other: arguments.against.as_deref().map(values::engine).transpose()?,
        bound: arguments.bound,
        apart: arguments.apart,
    };
    let own = |engine: EngineKind| {
        let by_engine = |section: Section, run: &RunSpec| match section {
            Section::Engine => run.engine.name().to_owned(),
            _ => String::new(),
        };
        let seeds = spec.seeds.len() as u64;
        spec.kinds(by_engine).iter().all(|kind| spec.run(kind.index * seeds).engine == engine)
    };
    if let Some(engine) = options.other.filter(|engine| own(*engine)) {
        let name = engine.name();
        let message =
            format!("`{name}` is the runs' own engine, which agrees with itself; give another one by `--against`");
        return Err(Failure::Request(message));
    }
    let stop = stop_on_signal()?;
    let checked = harness::crosscheck(&spec, &options, &stop)?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("results").join(&spec.name).join("crosscheck"));
    let files = files(&out, &checked)?;
    if arguments.json {
        print_json(Schema::Crosscheck, &checked)?;
    } else {
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        print(&format!("{}\nfiles\n{}", shown(&checked), indented(&files.join("\n"))))?;
    }
    if stop.load(Ordering::SeqCst) {
        return Err(Failure::Work("stopped".to_owned()));
    }
    if checked.pairs.is_empty() {
        return Err(Failure::Work("nothing was checked: no run of another engine takes steps by gradients".to_owned()));
    }
    let failed = checked.pairs.iter().filter(|pair| !pair.passed()).count();
    match failed {
        0 => Ok(()),
        _ => Err(Failure::Work(format!("past the bound: {failed} of {}", counted(checked.pairs.len(), "pair")))),
    }
}

/// Tables and plots.
fn files(out: &Path, checked: &Crosschecked) -> Result<Vec<PathBuf>, Failure> {
    let bounds: BTreeMap<String, f64> =
        checked.pairs.iter().map(|pair| (pair.precision.to_owned(), pair.bound)).collect();
    store::refuse_foreign(out)?;
    let gaps = Gaps::open(out)?;
    gaps.notice().iter().for_each(|notice| console::message(notice));
    let (mut files, mut drawn) = (vec![gaps.write_gaps(&checked.gaps)?], ReportFiles::new(out));
    if !checked.gaps.is_empty() {
        drawn.figure(store::GAPS_FIGURE, &plots::gaps(&checked.gaps, &bounds)?)?;
    }
    if !checked.drift.is_empty() {
        files.push(gaps.write_drift(&checked.drift)?);
        drawn.figure(store::DRIFT_FIGURE, &plots::drift(&checked.drift)?)?;
    }
    files.extend(drawn.publish()?);
    Ok(files)
}

fn shown(checked: &Crosschecked) -> String {
    let of = |see: fn(&EnginePair) -> &str| checked.pairs.iter().map(see).collect::<BTreeSet<&str>>();
    let (runs, precisions) = (of(|pair| &pair.run).len(), of(|pair| pair.precision));
    let precisions = precisions.into_iter().collect::<Vec<_>>().join(" and ");
    let each = if runs == 0 { String::new() } else { format!(", each in {precisions}") };
    let mut text = format!("{runs} of {}{each}\n\n", counted(checked.planned, "run"));
    text += &aligned(&quantities(&checked.pairs));
    text += "\neach run\n";
    let heads = ["run", "precision", "engines", "steps", "loss", "gradient", "at step", "bound", "", "what"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(checked.pairs.iter().map(row));
    text += &indented(&aligned(&rows));
    if checked.pairs.iter().any(|pair| pair.apart.is_some()) {
        text += "\neach engine on its own path: ‖θ_a − θ_b‖ / ‖θ_a‖\n";
        let heads = ["run", "precision", "steps", "after the first", "after the last", "largest gap of the loss"];
        let mut rows = vec![heads.map(str::to_owned).to_vec()];
        rows.extend(checked.pairs.iter().filter_map(drift_row));
        text += &indented(&aligned(&rows));
    }
    for why in &checked.lacking {
        let _ = writeln!(text, "left out: {why}");
    }
    for (solver, runs) in &checked.left_out {
        let runs = counted(usize::try_from(*runs).unwrap_or(usize::MAX), "run");
        let _ = writeln!(text, "left out: {runs} of `{solver}`, a solver, whose steps are not those of a training");
    }
    text
}

/// The largest gap of each quantity over all runs, by precision.
fn quantities(pairs: &[EnginePair]) -> Vec<Vec<String>> {
    let mut names: Vec<&str> = Vec::new();
    let mut worst: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for pair in pairs {
        for largest in &pair.largest {
            if !names.contains(&largest.quantity.as_str()) {
                names.push(&largest.quantity);
            }
            let known = worst.entry((pair.precision, &largest.quantity)).or_insert(0.0);
            *known = known.max(largest.gap);
        }
    }
    let cell = |precision, name| worst.get(&(precision, name)).map_or("–".to_owned(), |gap| scientific(*gap));
    let mut rows = vec![["largest gap of", "f32", "f64"].map(str::to_owned).to_vec()];
    for name in names {
        let what = if name == LOSS { name.to_owned() } else { format!("gradient of {name}") };
        rows.push(vec![what, cell("f32", name), cell("f64", name)]);
    }
    rows
}

/// `1.2e-7`, or `0`.
fn scientific(gap: f64) -> String {
    if gap == 0.0 { "0".to_owned() } else { format!("{gap:.1e}") }
}

fn row(pair: &EnginePair) -> Vec<String> {
    let largest = |of_loss: bool| {
        let of = pair.largest.iter().filter(|largest| (largest.quantity == LOSS) == of_loss);
        of.max_by(|a, b| a.gap.total_cmp(&b.gap))
    };
    let (loss, gradient) = (largest(true), largest(false));
    let worst = pair.largest.iter().max_by(|a, b| a.gap.total_cmp(&b.gap));
    let diverged = if pair.diverged { ", diverged" } else { "" };
    let of = if pair.compared < pair.steps { format!(" of {}", pair.steps) } else { String::new() };
    let steps = format!("{}{of}{diverged}", pair.compared);
    vec![
        pair.run[..8].to_owned(),
        pair.precision.to_owned(),
        format!("{}, {}", pair.leading, pair.other),
        steps,
        loss.map_or("–".to_owned(), |largest| scientific(largest.gap)),
        gradient.map_or("–".to_owned(), |largest| scientific(largest.gap)),
        worst.map_or("–".to_owned(), |largest| largest.step.to_string()),
        if pair.bound == 0.0 { "0".to_owned() } else { format!("{:e}", pair.bound) },
        if pair.passed() { String::new() } else { format!("PAST THE BOUND, steps: {}", pair.past_bound) },
        pair.what.clone(),
    ]
}

fn drift_row(pair: &EnginePair) -> Option<Vec<String>> {
    let apart = pair.apart?;
    let steps = if apart.diverged { format!("{}, diverged", apart.steps) } else { apart.steps.to_string() };
    let numbers = [apart.first, apart.last, apart.largest_loss_gap].map(scientific);
    let head = [pair.run[..8].to_owned(), pair.precision.to_owned(), steps];
    Some([head.to_vec(), numbers.to_vec()].concat())
}
