//! Runs as Polars tables and Parquet files; `rows` reads them back.
//!
//! The bytes depend on the rows and their order only: one row group after another, no threads, no times.

use super::column::column;
use super::finished::Finished;
use super::names::{CURVES, MEASUREMENTS, RUNS, STEPS};
use super::shape::{ColumnType, TableShape};
use crate::record::{
    At, CurvePoint, Evaluation, Hashes, Measured, Measurement, OfParts, Outcome, RunId, RunRecord, StepPoint,
};
use crate::value::Value;
use polars::prelude::*;
use std::borrow::Borrow;
use std::fs::File;
use std::io::{BufWriter, Write};

/// The columns of runs.parquet that are no settings.
pub(super) const RUN_COLUMNS: &[&str] =
    &["run", STAGE, "metric", "outcome", "diverged_step", "reason", "at_rest", "data_digest", "numerics_version"];
/// The column that only runs of a sweep with a protocol have.
pub(super) const STAGE: &str = "stage";
/// The columns that steps.parquet always has.
pub(super) const STEP_COLUMNS: [&str; 5] = ["run", "step", "loss", "learning_rate", "gradient_norm"];
/// Columns of measurements.parquet that tables of earlier programs lack, which trained each run by itself and by one thread: there each is 1.
pub(super) const LATER_COLUMNS: [&str; 2] = [RUNS_TOGETHER, THREADS];
/// Runs that were trained together.
pub(super) const RUNS_TOGETHER: &str = "runs_together";
/// Threads that a run was computed by.
pub(super) const THREADS: &str = "threads";
pub(super) const HASH_COLUMNS: [&str; 3] = ["initial_weights", "batch_order", "final_parameters"];

/// Writes a table to a new file and to the disk.
pub fn write(file: File, mut table: DataFrame) -> PolarsResult<()> {
    let mut file = BufWriter::new(file); // Polars writes many pieces of a byte
    writer(&mut file).finish(&mut table)?;
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(())
}

/// The key of a table's metadata that has the version of its schema. A table without it is of version 1.
pub const SCHEMA_KEY: &str = "burnmark.schema";
/// The version of the tables' schema: a column that goes or means something else raises it, a new column does not.
pub const SCHEMA_VERSION: u64 = 1;

/// How all tables are written.
pub(super) fn writer<W: Write>(file: W) -> ParquetWriter<W> {
    let schema = KeyValueMetadata::from_static(vec![(SCHEMA_KEY.to_owned(), SCHEMA_VERSION.to_string())]);
    let writer = ParquetWriter::new(file).with_compression(ParquetCompression::Zstd(None));
    writer.set_parallel(false).with_key_value_metadata(Some(schema))
}

/// The names of the tables; runs.parquet comes last, since its rows refer to the others'. Curves by steps are a table only
/// where a run keeps one.
pub(super) fn names(has_steps: bool) -> Vec<&'static str> {
    let names = [MEASUREMENTS, CURVES, STEPS, RUNS];
    names.into_iter().filter(|name| has_steps || *name != STEPS).collect()
}

/// The rows of these runs in one of the tables, in their order; `shape` says which settings have a column.
pub(super) fn table<F: Borrow<Finished>>(name: &str, runs: &[F], shape: &TableShape) -> PolarsResult<DataFrame> {
    let runs: Vec<&Finished> = runs.iter().map(Borrow::borrow).collect();
    match name {
        MEASUREMENTS => measurements_table(&runs),
        CURVES => curves_table(&runs, shape),
        STEPS => steps_table(&runs, shape),
        _ => runs_table(&runs, shape),
    }
}

/// All tables of these runs.
pub fn tables(runs: &[&Finished]) -> PolarsResult<Vec<(&'static str, DataFrame)>> {
    let shape = TableShape::of(runs.iter().map(|run| &run.record));
    let names = names(runs.iter().any(|run| !run.record.steps.is_empty()));
    names.into_iter().map(|name| Ok((name, table(name, runs, &shape)?))).collect()
}

fn runs_table(runs: &[&Finished], shape: &TableShape) -> PolarsResult<DataFrame> {
    let records: Vec<&RunRecord> = runs.iter().map(|run| &run.record).collect();
    let rows = records.as_slice();
    let mut columns = vec![column("run", rows, |r| Some(r.run.to_string()))];
    if shape.has_stages() {
        columns.push(column(STAGE, rows, |r| r.stage.map(|stage| stage.name().to_owned())));
    }
    columns.extend(shape.columns().map(|(name, kind)| settings_column(name, kind, rows)));
    columns.extend([
        // A run that ended before its first evaluation has none.
        column("metric", rows, |r| Some(r.metric.clone()).filter(|metric| !metric.is_empty())),
        column("outcome", rows, |r| Some(r.outcome.name().to_owned())),
        column("diverged_step", rows, |r| match r.outcome {
            Outcome::Diverged { step } => Some(step),
            _ => None,
        }),
        column("reason", rows, |r| match &r.outcome {
            Outcome::Failed { reason } => Some(reason.clone()),
            Outcome::Unsolved { problem } => Some(problem.clone()),
            _ => None,
        }),
        column("at_rest", rows, |r| r.at_rest),
    ]);
    columns.extend(shape.results().iter().map(|result| result.column(rows)));
    for at in At::ALL {
        let (name, picked) = (at.name(), rows.iter().map(|record| record.at(at).copied()).collect::<Vec<_>>());
        let rows = picked.as_slice();
        columns.push(column(&format!("{name}_epoch"), rows, |p| p.map(|p| p.epoch)));
        columns.extend(evaluation_columns(&format!("{name}_"), rows, |p| *p));
        for measure in shape.measures() {
            let of = |record: &&RunRecord| {
                let of = record.measured.iter().find(|of| of.name == measure)?;
                of.points.get(record.place(at)?).copied()
            };
            let rows: Vec<Option<OfParts>> = records.iter().map(of).collect();
            columns.extend(measure_columns(&format!("{name}_"), measure, &rows));
        }
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

/// Loss and metric on the three parts.
fn evaluation_columns<R>(prefix: &str, rows: &[R], point: impl Fn(&R) -> Option<CurvePoint>) -> Vec<Column> {
    type Of = fn(&CurvePoint) -> Option<Evaluation>;
    let parts: [(&str, Of); 3] =
        [("train", |p| p.train), ("validation", |p| Some(p.validation)), ("test", |p| Some(p.test))];
    let mut columns = Vec::new();
    for (part, of) in parts {
        columns.push(column(&format!("{prefix}{part}_loss"), rows, |r| Some(of(&point(r)?)?.loss)));
        columns.push(column(&format!("{prefix}{part}_metric"), rows, |r| Some(of(&point(r)?)?.metric)));
    }
    columns
}

/// A setting over some runs, in a type that holds every value of all.
fn settings_column(name: &str, kind: ColumnType, rows: &[&RunRecord]) -> Column {
    match kind {
        ColumnType::Flag => column(name, rows, |r| match r.settings.get(name)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }),
        ColumnType::Integer => column(name, rows, |r| match r.settings.get(name)? {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        }),
        #[allow(clippy::cast_precision_loss)] // whole numbers of a spec beside fractions are small
        ColumnType::Number => column(name, rows, |r| match r.settings.get(name)? {
            Value::Integer(integer) => Some(*integer as f64),
            Value::Number(number) => Some(*number),
            _ => None,
        }),
        ColumnType::Text => column(name, rows, |r| {
            Some(match r.settings.get(name)? {
                Value::Number(number) => number.to_string(),
                other => other.to_string(),
            })
        }),
    }
}

/// A measure on the three parts.
fn measure_columns(prefix: &str, measure: &str, rows: &[Option<OfParts>]) -> Vec<Column> {
    let ending = Measured::column(measure);
    let of = |place: usize, part: &str| column(&format!("{prefix}{part}_{ending}"), rows, |r| (*r)?.parts()[place].1);
    let parts = ["train", "validation", "test"].into_iter().enumerate();
    parts
        .filter(|(place, _)| *place == 2 || !Measured::is_of_test_alone(measure))
        .map(|(place, part)| of(place, part))
        .collect()
}

fn curves_table(runs: &[&Finished], shape: &TableShape) -> PolarsResult<DataFrame> {
    let points: Vec<(RunId, CurvePoint)> =
        runs.iter().flat_map(|r| r.record.curve.iter().map(|&point| (r.record.run, point))).collect();
    let rows = points.as_slice();
    let mut columns = vec![
        column("run", rows, |(run, _)| Some(run.to_string())),
        column("epoch", rows, |(_, p)| Some(p.epoch)),
        column("step", rows, |(_, p)| Some(p.step)),
        column("learning_rate", rows, |(_, p)| Some(p.learning_rate)),
    ];
    columns.extend(evaluation_columns("", rows, |(_, p)| Some(*p)));
    for measure in shape.measures() {
        let of_run = |run: &&Finished| {
            let measured = run.record.measured.iter().find(|measured| measured.name == measure);
            let points = measured.map_or(&[][..], |measured| &measured.points).iter().copied().map(Some);
            points.chain(std::iter::repeat(None)).take(run.record.curve.len()).collect::<Vec<_>>()
        };
        let rows: Vec<Option<OfParts>> = runs.iter().flat_map(of_run).collect();
        columns.extend(measure_columns("", measure, &rows));
    }
    DataFrame::new(rows.len(), columns)
}

fn steps_table(runs: &[&Finished], shape: &TableShape) -> PolarsResult<DataFrame> {
    let points: Vec<(&RunRecord, &StepPoint)> =
        runs.iter().flat_map(|r| r.record.steps.iter().map(|point| (&r.record, point))).collect();
    let rows = points.as_slice();
    let mut columns = vec![
        column("run", rows, |(record, _)| Some(record.run.to_string())),
        column("step", rows, |(_, p)| Some(p.step)),
        column("loss", rows, |(_, p)| Some(p.loss)),
        column("learning_rate", rows, |(_, p)| Some(p.learning_rate)),
        column("gradient_norm", rows, |(_, p)| Some(p.gradient_norm)),
    ];
    // Networks differ in their layers: a run has no values in the columns of others.
    for name in shape.traced() {
        let places = runs.iter().map(|run| run.record.traced.iter().position(|known| known == name));
        let values = runs
            .iter()
            .zip(places)
            .flat_map(|(run, place)| run.record.steps.iter().map(move |point| point.traced.get(place?).copied()));
        let values: Vec<Option<f64>> = values.collect();
        columns.push(Series::new(name.into(), values).into_column());
    }
    DataFrame::new(rows.len(), columns)
}

fn measurements_table(runs: &[&Finished]) -> PolarsResult<DataFrame> {
    let rows: Vec<&Measurement> = runs.iter().map(|run| &run.measurement).collect();
    let rows = rows.as_slice();
    let columns = vec![
        column("run", rows, |m| Some(m.run.to_string())),
        column(RUNS_TOGETHER, rows, |m| Some(m.runs_together)),
        column("wall_seconds", rows, |m| Some(m.wall_seconds)),
        column("train_seconds", rows, |m| Some(m.train_seconds)),
        column("evaluation_seconds", rows, |m| Some(m.evaluation_seconds)),
        column("steps", rows, |m| Some(m.steps)),
        column("peak_memory_bytes", rows, |m| m.peak_memory_bytes),
        column(THREADS, rows, |m| Some(m.threads)),
        column("check_loss_gap", rows, |m| m.check.map(|c| c.loss_gap)),
        column("check_gradient_gap", rows, |m| m.check.map(|c| c.gradient_gap)),
        column("check_bound", rows, |m| m.check.map(|c| c.bound)),
        column("check_passed", rows, |m| m.check.map(|c| c.passed())),
    ];
    DataFrame::new(rows.len(), columns)
}
