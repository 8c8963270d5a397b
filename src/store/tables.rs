//! Runs as Polars tables and Parquet files, and back.
//!
//! The bytes depend on the rows and their order only: one row group after another, no threads, no times.

use super::{CURVES, Finished, MEASUREMENTS, RUNS};
use crate::record::{Check, CurvePoint, Evaluation, Hashes, Measurement, Outcome, Pick, RunRecord, Setting};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

/// The columns of runs.parquet that are no settings.
const RUN_COLUMNS: &[&str] =
    &["run", "metric", "outcome", "diverged_step", "reason", "data_digest", "numerics_version"];
const HASH_COLUMNS: [&str; 3] = ["initial_weights", "batch_order", "final_parameters"];
const PICKS: [&str; 3] = ["final", "best", "stopped"];

/// Writes a table to a new file and to the disk.
pub fn write(path: &Path, mut table: DataFrame) -> PolarsResult<()> {
    let mut file = File::create(path)?;
    ParquetWriter::new(&mut file)
        .with_compression(ParquetCompression::Zstd(None))
        .set_parallel(false)
        .finish(&mut table)?;
    file.sync_all()?;
    Ok(())
}

/// The three tables of these runs, in their order.
pub fn tables(runs: &[&Finished]) -> PolarsResult<[(&'static str, DataFrame); 3]> {
    Ok([(RUNS, runs_table(runs)?), (CURVES, curves_table(runs)?), (MEASUREMENTS, measurements_table(runs)?)])
}

/// A column of one value per row.
fn column<T, R>(name: &str, rows: &[R], value: impl Fn(&R) -> Option<T>) -> Column
where
    Series: NamedFrom<Vec<Option<T>>, [Option<T>]>,
{
    Series::new(name.into(), rows.iter().map(value).collect::<Vec<_>>()).into_column()
}

fn runs_table(runs: &[&Finished]) -> PolarsResult<DataFrame> {
    let records: Vec<&RunRecord> = runs.iter().map(|run| &run.record).collect();
    let rows = records.as_slice();
    let mut columns = vec![column("run", rows, |r| Some(r.run.clone()))];
    let names: BTreeSet<&String> = rows.iter().flat_map(|record| record.settings.keys()).collect();
    columns.extend(names.into_iter().map(|name| settings_column(name, rows)));
    columns.extend([
        column("metric", rows, |r| Some(r.metric.clone())),
        column("outcome", rows, |r| Some(r.outcome.name().to_owned())),
        column("diverged_step", rows, |r| match r.outcome {
            Outcome::Diverged { step } => Some(step),
            _ => None,
        }),
        column("reason", rows, |r| match &r.outcome {
            Outcome::Failed { reason } => Some(reason.clone()),
            _ => None,
        }),
    ]);
    for name in PICKS {
        let picked: Vec<Option<CurvePoint>> = rows.iter().map(|record| picked(record, name)).collect();
        let rows = picked.as_slice();
        columns.push(column(&format!("{name}_epoch"), rows, |p| p.map(|p| p.epoch)));
        columns.extend(evaluation_columns(&format!("{name}_"), rows, |p| *p));
    }
    let hashes = |of: fn(&Hashes) -> &String| move |r: &&RunRecord| r.hashes.as_ref().map(|h| of(h).clone());
    columns.extend([
        column(HASH_COLUMNS[0], rows, hashes(|h| &h.initial_weights)),
        column(HASH_COLUMNS[1], rows, hashes(|h| &h.batch_order)),
        column(HASH_COLUMNS[2], rows, hashes(|h| &h.final_parameters)),
        column("data_digest", rows, |r| Some(r.data_digest.clone())),
        column("numerics_version", rows, |r| Some(r.numerics_version)),
    ]);
    DataFrame::new(runs.len(), columns)
}

/// Which point of its curve a run reports. A diverged run has none: it ranks last, whatever it reached before.
fn picked(record: &RunRecord, pick: &str) -> Option<CurvePoint> {
    if record.outcome != Outcome::Done {
        return None;
    }
    let pick = match pick {
        "final" => Pick::Final,
        "best" => Pick::Best,
        _ => match record.settings.get("train.patience") {
            Some(Setting::Integer(patience)) => Pick::Stopped { patience: *patience },
            _ => return None,
        },
    };
    pick.of(&record.curve).copied()
}

/// Loss and metric on the three parts.
fn evaluation_columns<R>(prefix: &str, rows: &[R], point: impl Fn(&R) -> Option<CurvePoint>) -> Vec<Column> {
    type Of = fn(&CurvePoint) -> Evaluation;
    let parts: [(&str, Of); 3] = [("train", |p| p.train), ("validation", |p| p.validation), ("test", |p| p.test)];
    let mut columns = Vec::new();
    for (part, of) in parts {
        columns.push(column(&format!("{prefix}{part}_loss"), rows, |r| point(r).map(|p| of(&p).loss)));
        columns.push(column(&format!("{prefix}{part}_metric"), rows, |r| point(r).map(|p| of(&p).metric)));
    }
    columns
}

/// A setting over all runs, in the narrowest type that holds every value.
fn settings_column(name: &str, rows: &[&RunRecord]) -> Column {
    let all = |fits: fn(&Setting) -> bool| rows.iter().filter_map(|r| r.settings.get(name)).all(fits);
    let value = |r: &&RunRecord| r.settings.get(name).cloned();
    if all(|s| matches!(s, Setting::Flag(_))) {
        column(name, rows, |r| match value(r)? {
            Setting::Flag(flag) => Some(flag),
            _ => None,
        })
    } else if all(|s| matches!(s, Setting::Integer(_))) {
        column(name, rows, |r| match value(r)? {
            Setting::Integer(integer) => Some(integer),
            _ => None,
        })
    } else if all(|s| matches!(s, Setting::Integer(_) | Setting::Number(_))) {
        #[allow(clippy::cast_precision_loss)] // whole numbers of a spec beside fractions are small
        column(name, rows, |r| match value(r)? {
            Setting::Integer(integer) => Some(integer as f64),
            Setting::Number(number) => Some(number),
            _ => None,
        })
    } else {
        column(name, rows, |r| {
            Some(match value(r)? {
                Setting::Flag(flag) => flag.to_string(),
                Setting::Integer(integer) => integer.to_string(),
                Setting::Number(number) => number.to_string(),
                Setting::Text(text) => text,
            })
        })
    }
}

fn curves_table(runs: &[&Finished]) -> PolarsResult<DataFrame> {
    let points: Vec<(&str, CurvePoint)> =
        runs.iter().flat_map(|r| r.record.curve.iter().map(|&point| (r.record.run.as_str(), point))).collect();
    let rows = points.as_slice();
    let mut columns = vec![
        column("run", rows, |(run, _)| Some((*run).to_owned())),
        column("epoch", rows, |(_, p)| Some(p.epoch)),
        column("step", rows, |(_, p)| Some(p.step)),
        column("learning_rate", rows, |(_, p)| Some(p.learning_rate)),
    ];
    columns.extend(evaluation_columns("", rows, |(_, p)| Some(*p)));
    DataFrame::new(rows.len(), columns)
}

fn measurements_table(runs: &[&Finished]) -> PolarsResult<DataFrame> {
    let rows: Vec<&Measurement> = runs.iter().map(|run| &run.measurement).collect();
    let rows = rows.as_slice();
    let columns = vec![
        column("run", rows, |m| Some(m.run.clone())),
        column("wall_seconds", rows, |m| Some(m.wall_seconds)),
        column("train_seconds", rows, |m| Some(m.train_seconds)),
        column("evaluation_seconds", rows, |m| Some(m.evaluation_seconds)),
        column("steps", rows, |m| Some(m.steps)),
        column("peak_memory_bytes", rows, |m| m.peak_memory_bytes),
        column("check_loss_gap", rows, |m| m.check.map(|c| c.loss_gap)),
        column("check_gradient_gap", rows, |m| m.check.map(|c| c.gradient_gap)),
        column("check_bound", rows, |m| m.check.map(|c| c.bound)),
        column("check_passed", rows, |m| m.check.map(|c| c.passed())),
    ];
    DataFrame::new(rows.len(), columns)
}

/// Reads the runs of a folder back; an empty list where it has no tables.
pub fn read(folder: &Path) -> Result<Vec<Finished>, String> {
    let open = |name: &str| {
        let path = folder.join(name);
        let damaged = |why: PolarsError| format!("`{}` cannot be read: {why}", path.display());
        let file = File::open(&path).map_err(|why| format!("cannot open `{}`: {why}", path.display()))?;
        ParquetReader::new(file).finish().map_err(damaged)
    };
    if !folder.join(RUNS).exists() {
        return Ok(Vec::new());
    }
    let (runs, curves, measurements) = (open(RUNS)?, open(CURVES)?, open(MEASUREMENTS)?);
    let damaged = |why: PolarsError| format!("the tables in `{}` are not burnmark's: {why}", folder.display());
    let mut curves = curves_by_run(&curves).map_err(damaged)?;
    let mut measurements = measurements_by_run(&measurements).map_err(damaged)?;
    let records = records(&runs).map_err(damaged)?;
    let finish = |mut record: RunRecord| {
        record.curve = curves.remove(&record.run).unwrap_or_default();
        let measurement = measurements.remove(&record.run);
        let measurement = measurement.ok_or_else(|| format!("run {} has no row in {MEASUREMENTS}", record.run))?;
        Ok(Finished { record, measurement })
    };
    records.into_iter().map(finish).collect()
}

/// Typed access to a table's rows.
struct Rows<'t>(&'t DataFrame);

impl<'t> Rows<'t> {
    fn text(&self, name: &str) -> PolarsResult<Vec<Option<&'t str>>> {
        Ok(self.0.column(name)?.str()?.iter().collect())
    }
    fn integer(&self, name: &str) -> PolarsResult<Vec<Option<u64>>> {
        Ok(self.0.column(name)?.u64()?.iter().collect())
    }
    fn number(&self, name: &str) -> PolarsResult<Vec<Option<f64>>> {
        Ok(self.0.column(name)?.f64()?.iter().collect())
    }
}

fn needed<T: Clone>(values: &[Option<T>], row: usize, name: &str) -> PolarsResult<T> {
    values[row].clone().ok_or_else(|| polars_err!(ComputeError: "row {} has no `{}`", row, name))
}

fn records(table: &DataFrame) -> PolarsResult<Vec<RunRecord>> {
    let rows = Rows(table);
    let (run, metric, outcome) = (rows.text("run")?, rows.text("metric")?, rows.text("outcome")?);
    let (diverged, reason) = (rows.integer("diverged_step")?, rows.text("reason")?);
    let hashes = [rows.text(HASH_COLUMNS[0])?, rows.text(HASH_COLUMNS[1])?, rows.text(HASH_COLUMNS[2])?];
    let data_digest = rows.text("data_digest")?;
    let version: Vec<Option<u32>> = table.column("numerics_version")?.u32()?.iter().collect();
    let is_setting = |name: &str| {
        let result = PICKS.iter().any(|pick| name.starts_with(&format!("{pick}_")));
        !RUN_COLUMNS.contains(&name) && !HASH_COLUMNS.contains(&name) && !result
    };
    let mut settings = vec![BTreeMap::new(); table.height()];
    for column in table.columns().iter().filter(|column| is_setting(column.name())) {
        read_setting(column, &mut settings)?;
    }
    let record = |(row, settings): (usize, BTreeMap<String, Setting>)| {
        let outcome = match needed(&outcome, row, "outcome")? {
            "done" => Outcome::Done,
            "diverged" => Outcome::Diverged { step: needed(&diverged, row, "diverged_step")? },
            "failed" => Outcome::Failed { reason: needed(&reason, row, "reason")?.to_owned() },
            other => polars_bail!(ComputeError: "unknown outcome `{}`", other),
        };
        let hash = |index: usize| hashes[index][row].map(str::to_owned);
        let hashes = hash(0).zip(hash(1)).zip(hash(2));
        Ok(RunRecord {
            run: needed(&run, row, "run")?.to_owned(),
            settings,
            data_digest: needed(&data_digest, row, "data_digest")?.to_owned(),
            numerics_version: needed(&version, row, "numerics_version")?,
            metric: needed(&metric, row, "metric")?.to_owned(),
            outcome,
            curve: Vec::new(),
            hashes: hashes.map(|((initial_weights, batch_order), final_parameters)| Hashes {
                initial_weights,
                batch_order,
                final_parameters,
            }),
        })
    };
    settings.into_iter().enumerate().map(record).collect()
}

fn read_setting(column: &Column, settings: &mut [BTreeMap<String, Setting>]) -> PolarsResult<()> {
    let values: Vec<Option<Setting>> = match column.dtype() {
        DataType::Boolean => column.bool()?.iter().map(|v| v.map(Setting::Flag)).collect(),
        DataType::UInt64 => column.u64()?.iter().map(|v| v.map(Setting::Integer)).collect(),
        DataType::Float64 => column.f64()?.iter().map(|v| v.map(Setting::Number)).collect(),
        _ => column.str()?.iter().map(|v| v.map(|text| Setting::Text(text.to_owned()))).collect(),
    };
    for (row, value) in settings.iter_mut().zip(values) {
        row.extend(value.map(|value| (column.name().to_string(), value)));
    }
    Ok(())
}

fn curves_by_run(table: &DataFrame) -> PolarsResult<BTreeMap<String, Vec<CurvePoint>>> {
    let rows = Rows(table);
    let (run, epoch, step, rate) =
        (rows.text("run")?, rows.integer("epoch")?, rows.integer("step")?, rows.number("learning_rate")?);
    let part =
        |name: &str| PolarsResult::Ok((rows.number(&format!("{name}_loss"))?, rows.number(&format!("{name}_metric"))?));
    let (train, validation, test) = (part("train")?, part("validation")?, part("test")?);
    let mut curves: BTreeMap<String, Vec<CurvePoint>> = BTreeMap::new();
    for row in 0..table.height() {
        let at = |part: &(Vec<Option<f64>>, Vec<Option<f64>>)| {
            PolarsResult::Ok(Evaluation {
                loss: needed(&part.0, row, "loss")?,
                metric: needed(&part.1, row, "metric")?,
            })
        };
        curves.entry(needed(&run, row, "run")?.to_owned()).or_default().push(CurvePoint {
            epoch: needed(&epoch, row, "epoch")?,
            step: needed(&step, row, "step")?,
            learning_rate: needed(&rate, row, "learning_rate")?,
            train: at(&train)?,
            validation: at(&validation)?,
            test: at(&test)?,
        });
    }
    Ok(curves)
}

fn measurements_by_run(table: &DataFrame) -> PolarsResult<BTreeMap<String, Measurement>> {
    let rows = Rows(table);
    let run = rows.text("run")?;
    let (wall, train, evaluation) =
        (rows.number("wall_seconds")?, rows.number("train_seconds")?, rows.number("evaluation_seconds")?);
    let (steps, memory) = (rows.integer("steps")?, rows.integer("peak_memory_bytes")?);
    let (loss, gradient, bound) =
        (rows.number("check_loss_gap")?, rows.number("check_gradient_gap")?, rows.number("check_bound")?);
    let measurement = |row: usize| {
        let check = loss[row].zip(gradient[row]).zip(bound[row]);
        let run = needed(&run, row, "run")?.to_owned();
        Ok((
            run.clone(),
            Measurement {
                run,
                wall_seconds: needed(&wall, row, "wall_seconds")?,
                train_seconds: needed(&train, row, "train_seconds")?,
                evaluation_seconds: needed(&evaluation, row, "evaluation_seconds")?,
                steps: needed(&steps, row, "steps")?,
                peak_memory_bytes: memory[row],
                check: check.map(|((loss_gap, gradient_gap), bound)| Check { loss_gap, gradient_gap, bound }),
            },
        ))
    };
    (0..table.height()).map(measurement).collect()
}
