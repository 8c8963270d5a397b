//! `burnmark show`: where results come from, one run's settings and results, and a spec that runs it alone.

use super::failure::Failure;
use super::print::{Schema, print, print_data, print_json};
use super::title::title;
use crate::catalogue::Catalogue;
use crate::harness::{Planes, spec_of};
use crate::measure::{ACCURACY, Measure};
use crate::plan::{RunSpec, Spec, spec_of_one};
use crate::record::{At, CurvePoint, Measurement, Pick, Protocol, RunId, counted};
use crate::report::{aligned, indented, protocol, readings};
use crate::store::{self, Finished, Manifest, Session};
use crate::value::Value;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct ShowArguments {
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

/// The least that must be typed of a run's identity.
const LEAST_PREFIX: usize = 4;
/// How many points of a curve are shown; the tables have all.
const MOST_POINTS: usize = 12;
/// A table of more classes is not shown.
const MOST_CLASSES: usize = 30;
/// A run that took longer is not trained again for it.
const MOST_SECONDS: f64 = 10.0;

pub fn show(arguments: &ShowArguments, catalogue: &Catalogue) -> Result<(), Failure> {
    let Some(run) = &arguments.run else {
        let manifest = store::manifest_of(&arguments.results)?;
        if arguments.json {
            return print_json(Schema::Manifest, &manifest);
        }
        return print(&provenance(&manifest, store::waiting(&arguments.results).len()));
    };
    let (manifest, runs) = store::read(&arguments.results)?;
    let found = find(&runs, run)?;
    if arguments.spec {
        let spec = spec_of(&manifest, arguments.folder.as_deref(), catalogue)?;
        let id = found.record.run;
        let alone = alone(&spec, &[id]).remove(&id).ok_or_else(|| {
            Failure::Work(format!(
                "run {id} cannot be made from the manifest here: its data, a method's revision or the numerics version differ"
            ))
        })?;
        return print_data(&alone);
    }
    if arguments.json {
        return print_json(Schema::Run, found);
    }
    print(&(one(found, &arguments.results) + &confusion(found, &arguments.results, &manifest, catalogue)))
}

/// The one run whose identity begins so.
fn find<'r>(runs: &'r [Finished], typed: &str) -> Result<&'r Finished, Failure> {
    if typed.len() < LEAST_PREFIX {
        return Err(Failure::Request(format!(
            "`{typed}` is too short for a run: expected at least {LEAST_PREFIX} digits of its identity"
        )));
    }
    let mut matching = runs.iter().filter(|run| run.record.run.to_string().starts_with(typed));
    match (matching.next(), matching.next()) {
        (Some(run), None) => Ok(run),
        (None, _) => Err(Failure::Request(format!(
            "no run of these results begins with `{typed}`; the column `run` of the tables has all"
        ))),
        (Some(a), Some(b)) => Err(Failure::Request(format!(
            "`{typed}` is ambiguous: it begins {} and {}; type more of it",
            a.record.run, b.record.run
        ))),
    }
}

/// For each of these runs the spec whose only run it is, as far as it can be made here.
pub(super) fn alone(spec: &Spec, ids: &[RunId]) -> BTreeMap<RunId, String> {
    let text = |(id, run): (RunId, RunSpec)| {
        let name: String = format!("{}-{}", spec.name.chars().take(50).collect::<String>(), &id.to_string()[..8]);
        let question = format!("Run {id} of `{}` alone", spec.name);
        (id, spec_of_one(&run, &name, &question, &spec.folder))
    };
    spec.find_all(ids).into_iter().map(text).collect()
}

fn row(what: &str, value: impl Into<String>) -> Vec<String> {
    vec![what.to_owned(), value.into()]
}

/// What the manifest says, and how many runs wait to be taken into the tables.
fn provenance(manifest: &Manifest, waiting: usize) -> String {
    let Manifest { name, question, runs_planned, runs_finished, runs_diverged, runs_failed, .. } = manifest;
    let mut text = format!("{}\n\n", title(name, question));
    text += &aligned(&[
        row("runs", format!("{runs_finished} of {runs_planned}, {runs_diverged} diverged, {runs_failed} failed")),
        row("numerics version", manifest.numerics_version.to_string()),
    ]);
    if waiting > 0 {
        let _ = writeln!(text, "{}", store::waiting_in_words(waiting));
    }
    for told in manifest.protocol.iter().flat_map(Protocol::questions) {
        let rows: Vec<Vec<String>> = protocol(&told).into_iter().map(|row| row.to_vec()).collect();
        let _ = write!(text, "\nprotocol\n{}", indented(&aligned(&rows)));
    }
    if !manifest.data.is_empty() {
        let _ = write!(text, "\ndata\n{}", indented(&readings(manifest.data.values())));
    }
    let digests = |title: &str, digests: &std::collections::BTreeMap<String, String>| {
        let rows: Vec<_> = digests.iter().map(|(of, digest)| row(of, digest.clone())).collect();
        format!("\n{title}\n{}", indented(&aligned(&rows)))
    };
    if !manifest.table_digests.is_empty() {
        text += &digests("tables, BLAKE3", &manifest.table_digests);
    }
    text += &digests("data sets, BLAKE3 of their figures", &manifest.data_digests);
    for (number, session) in manifest.sessions.iter().enumerate() {
        let _ = write!(text, "\nsession {}\n{}", number + 1, indented(&aligned(&session_rows(session))));
    }
    for source in &manifest.spec {
        let _ = write!(text, "\n{}\n{}", source.name, indented(&source.text));
    }
    text
}

fn session_rows(session: &Session) -> Vec<Vec<String>> {
    let seconds = session.ended_unix_seconds.saturating_sub(session.started_unix_seconds);
    let duration = crate::harness::duration(u32::try_from(seconds).unwrap_or(u32::MAX).into());
    let crates: Vec<_> = session.crate_versions.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let gpus = session.gpus.iter().map(|(engine, gpu)| row(&format!("GPU of {engine}"), gpu.clone()));
    let rows = [
        row("command line", session.command_line.join(" ")),
        row("runs carried out", format!("{} by {}", session.runs_carried_out, counted(session.workers, "worker"))),
        row("started", format!("{}, for {duration}", utc(session.started_unix_seconds))),
        row("burnmark", session.burnmark_version.clone()),
        row("binary, BLAKE3", session.binary_digest.clone().unwrap_or("unknown".to_owned())),
        row("program's commit", session.program_commit_in_words().unwrap_or("none".to_owned())),
        row("spec's commit", session.spec_commit.clone().unwrap_or("none".to_owned())),
        row("crates that results depend on", crates.join(", ")),
        row("compiler", session.compiler.clone().unwrap_or("unknown".to_owned())),
        row("processor", session.cpu.clone()),
        row("its features", session.cpu_features.join(", ")),
        row("operating system", session.operating_system.clone()),
    ];
    rows.into_iter().chain(gpus).collect()
}

/// One run's settings and results.
fn one(run: &Finished, results: &Path) -> String {
    let record = &run.record;
    let mut text = format!("run {} of {}\n\nsettings\n", record.run, results.display());
    let settings: Vec<_> = record.settings.iter().map(|(name, value)| row(name, value.to_string())).collect();
    text += &indented(&aligned(&settings));
    let mut rows: Vec<_> = record.stage.map(|stage| row("stage", stage.name())).into_iter().collect();
    rows.extend([row("outcome", record.ending()), row("data digest", record.data_digest.clone())]);
    rows.push(row("numerics version", record.numerics_version.to_string()));
    if let Some(hashes) = &record.hashes {
        rows.push(row("initial weights, BLAKE3", hashes.initial_weights.clone()));
        rows.push(row("batch order, BLAKE3", hashes.batch_order.clone()));
        rows.push(row("final parameters, BLAKE3", hashes.final_parameters.clone()));
    }
    let place = record.place(At::Final);
    for (measure, part, number) in place.into_iter().flat_map(|place| record.measured_at(place)) {
        rows.push(row(
            &format!("{part} {} at the end", Measure::of_metric(measure).words.table),
            format!("{number:?}"),
        ));
    }
    let Measurement { wall_seconds, steps, runs_together, .. } = run.measurement;
    let share = if run.measurement.is_shared() {
        format!(
            ", an equal share of the time of {runs_together} runs trained together (`--gangs off` times each by itself)"
        )
    } else {
        String::new()
    };
    rows.push(row("time", format!("{wall_seconds:.3} s, {}{share}{}", counted(steps, "step"), threads(run))));
    if let Some(check) = &run.measurement.check {
        let gaps = format!("loss {:.1e}, gradient {:.1e}, bound {:e}", check.loss_gap, check.gradient_gap, check.bound);
        rows.push(row("gap to the other engine", gaps));
    }
    let _ = write!(text, "\nresults\n{}", indented(&aligned(&rows)));
    if !record.curve.is_empty() {
        let _ = write!(text, "\ncurve\n{}", indented(&aligned(&curve(&record.curve, &record.metric, record))));
    }
    text
}

/// By how many threads a run was computed, where by more than one.
fn threads(run: &Finished) -> String {
    if run.measurement.threads == 1 { String::new() } else { format!(", by {} threads", run.measurement.threads) }
}

/// How often each class of the test part was taken for each, of a run that predicts classes.
fn confusion(run: &Finished, results: &Path, manifest: &Manifest, catalogue: &Catalogue) -> String {
    if run.record.metric != ACCURACY.name() {
        return String::new();
    }
    let confused = Planes::of(results, manifest, catalogue).and_then(|planes| planes.confusion(run, MOST_SECONDS));
    let table = match confused {
        Ok(confused) if confused.names.len() <= MOST_CLASSES => {
            let (head, rows) = confused.table();
            aligned(&[vec![head], rows].concat())
        }
        Ok(confused) => format!("not shown: {} classes\n", confused.names.len()),
        Err(why) => format!("not known: {}\n", why.to_string().lines().next().unwrap_or_default()),
    };
    format!("\nclasses of the test part (rows) and what the final network says (columns)\n{}", indented(&table))
}

/// Some points of the curve, the best and the last among them, with every digit.
fn curve(points: &[CurvePoint], metric: &str, record: &crate::record::RunRecord) -> Vec<Vec<String>> {
    let best = Pick::Best.of(points).map(|point| point.epoch);
    let stopped = match record.settings.get("train.patience") {
        Some(Value::Integer(patience)) => Pick::Stopped { patience: *patience }.of(points).map(|point| point.epoch),
        _ => None,
    };
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let shown = |(index, point): &(usize, &CurvePoint)| {
        index % every == 0 || index + 1 == points.len() || Some(point.epoch) == best || Some(point.epoch) == stopped
    };
    let heads = ["epoch", "train loss", "validation loss", "test loss", &format!("test {metric}"), ""];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for (_, point) in points.iter().enumerate().filter(shown) {
        let mark = match (Some(point.epoch) == best, Some(point.epoch) == stopped) {
            (true, true) => "best, early-stopped",
            (true, false) => "best",
            (false, true) => "early-stopped",
            (false, false) => "",
        };
        let train = point.train.map(|train| train.loss);
        let numbers = [train, Some(point.validation.loss), Some(point.test.loss), Some(point.test.metric)];
        let cells = numbers.map(|number| number.map_or("–".to_owned(), |number| format!("{number:?}")));
        rows.push([vec![point.epoch.to_string()], cells.to_vec(), vec![mark.to_owned()]].concat());
    }
    rows
}

/// A time as `2026-01-31 13:05:00 UTC`, by the civil calendar (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`).
fn utc(unix_seconds: u64) -> String {
    let (days, seconds) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let shifted = days + 719_468; // from 1 March of the year 0
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::utc;

    /// By GNU date: `date -u -d @N`.
    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(utc(951_782_399), "2000-02-28 23:59:59 UTC");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(utc(1_735_689_599), "2024-12-31 23:59:59 UTC");
        assert_eq!(utc(4_107_542_400), "2100-03-01 00:00:00 UTC");
    }
}
