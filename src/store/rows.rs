//! Runs from their tables: what `tables` wrote, as it was.

use super::error::StoreError;
use super::finished::Finished;
use super::names::{CURVES, MEASUREMENTS, RUNS, STEPS};
use super::parquet;
use super::rare::RARE;
use super::tables::{HASH_COLUMNS, LATER_COLUMNS, RUN_COLUMNS, RUNS_TOGETHER, STAGE, STEP_COLUMNS, THREADS};
use crate::guard::guarded;
use crate::record::{
    At, Check, CurvePoint, Evaluation, Hashes, Measured, Measurement, OfParts, Outcome, RunId, RunRecord, RunResults,
    Stage, StepPoint, asked_measures,
};
use crate::value::Value;
use polars::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The tables of a folder, as they were read.
pub struct Tables {
    pub runs: DataFrame,
    pub curves: DataFrame,
    pub steps: Option<DataFrame>,
    pub measurements: DataFrame,
}

impl Tables {
    /// Reads the tables of a folder; `None` if it has no `runs.parquet`.
    ///
    /// # Errors
    /// Where one is missing or damaged.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoreError> {
        if !folder.join(RUNS).exists() {
            return Ok(None);
        }
        let read = |name: &str| parquet::read(&folder.join(name));
        let steps = if folder.join(STEPS).exists() { Some(read(STEPS)?) } else { None };
        Ok(Some(Self { runs: read(RUNS)?, curves: read(CURVES)?, steps, measurements: read(MEASUREMENTS)? }))
    }

    /// The runs with their curves and measurements, and those whose measurement is missing, which are no whole runs.
    ///
    /// # Errors
    /// Where a column is missing or of another type.
    pub fn runs(&self) -> Result<(Vec<Finished>, Vec<RunRecord>), StoreError> {
        let read = || {
            let mut curves = curves_by_run(&self.curves)?;
            let mut steps = self.steps.as_ref().map(steps_by_run).transpose()?.unwrap_or_default();
            let mut measurements = measurements_by_run(&self.measurements)?;
            let (mut whole, mut torn) = (Vec::new(), Vec::new());
            let mut measured = measured_by_run(&self.curves)?;
            for mut record in records(&self.runs)? {
                record.curve = curves.remove(&record.run).unwrap_or_default();
                record.measured = asked_of(&record, measured.remove(&record.run).unwrap_or_default());
                (record.traced, record.steps) = steps.remove(&record.run).unwrap_or_default();
                match measurements.remove(&record.run) {
                    Some(measurement) => whole.push(Finished { record, measurement, parameters: Vec::new() }),
                    None => torn.push(record),
                }
            }
            Ok((whole, torn))
        };
        let damaged = |why: PolarsError| StoreError::NotOurs { folder: None, why };
        guarded(read).unwrap_or_else(|| Err(polars_err!(ComputeError: "they are damaged"))).map_err(damaged)
    }

    /// The runs, all of which are to be whole; `folder` is where the tables come from, for messages.
    ///
    /// # Errors
    /// As [`Self::runs`], and where a run's measurement is missing.
    pub fn whole_runs(&self, folder: &Path) -> Result<Vec<Finished>, StoreError> {
        let (runs, torn) = self.runs().map_err(|fault| match fault {
            StoreError::NotOurs { why, .. } => StoreError::NotOurs { folder: Some(folder.to_owned()), why },
            other => other,
        })?;
        match torn.first() {
            Some(torn) => Err(StoreError::NoMeasurement { folder: folder.to_owned(), run: torn.run }),
            None => Ok(runs),
        }
    }
}

/// Reads the runs of a folder back; an empty list where it has no tables.
pub fn read(folder: &Path) -> Result<Vec<Finished>, StoreError> {
    Tables::read(folder)?.map_or(Ok(Vec::new()), |tables| tables.whole_runs(folder))
}

/// Typed access to a table's rows.
struct TableRows<'t>(&'t DataFrame);

impl<'t> TableRows<'t> {
    fn text(&self, name: &str) -> PolarsResult<Vec<Option<&'t str>>> {
        Ok(self.0.column(name)?.str()?.iter().collect())
    }
    /// The runs that the rows belong to.
    fn ids(&self) -> PolarsResult<Vec<RunId>> {
        let id = |(row, text): (usize, Option<&str>)| {
            let id = text.and_then(RunId::parse);
            id.ok_or_else(|| polars_err!(ComputeError: "row {} does not name a run by its 32 digits", row))
        };
        self.0.column("run")?.str()?.iter().enumerate().map(id).collect()
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
    let rows = TableRows(table);
    let (run, metric, outcome) = (rows.ids()?, rows.text("metric")?, rows.text("outcome")?);
    let (diverged, reason) = (rows.integer("diverged_step")?, rows.text("reason")?);
    let hashes = [rows.text(HASH_COLUMNS[0])?, rows.text(HASH_COLUMNS[1])?, rows.text(HASH_COLUMNS[2])?];
    let data_digest = rows.text("data_digest")?;
    // Tables of earlier versions have no solvers.
    let at_rest: Vec<Option<bool>> = match table.column("at_rest") {
        Ok(column) => column.bool()?.iter().collect(),
        Err(_) => vec![None; table.height()],
    };
    // Only a sweep with a protocol has stages.
    let stages: Vec<Option<&str>> = match table.column(STAGE) {
        Ok(column) => column.str()?.iter().collect(),
        Err(_) => vec![None; table.height()],
    };
    let version: Vec<Option<u32>> = table.column("numerics_version")?.u32()?.iter().collect();
    let is_setting = |name: &str| {
        let result = At::ALL.iter().any(|at| name.starts_with(&format!("{}_", at.name())));
        let rare = RARE.iter().any(|result| result.name == name);
        !RUN_COLUMNS.contains(&name) && !HASH_COLUMNS.contains(&name) && !result && !rare
    };
    // By name, so that each row's map is built of sorted pairs.
    let mut columns: Vec<&Column> = table.columns().iter().filter(|column| is_setting(column.name())).collect();
    columns.sort_by_key(|column| column.name().as_str());
    let mut columns: Vec<(&str, ColumnValues<'_>)> =
        columns.into_iter().map(|column| Ok((column.name().as_str(), values(column)?))).collect::<PolarsResult<_>>()?;
    let record = |row: usize| {
        let settings = columns.iter_mut().filter_map(|(name, values)| Some(((*name).to_owned(), values.next()??)));
        let settings: BTreeMap<String, Value> = settings.collect();
        let outcome = match needed(&outcome, row, "outcome")? {
            "done" => Outcome::Done,
            "diverged" => Outcome::Diverged { step: needed(&diverged, row, "diverged_step")? },
            "unsolved" => Outcome::Unsolved { problem: needed(&reason, row, "reason")?.to_owned() },
            "timed-out" => Outcome::TimedOut,
            "failed" => Outcome::Failed { reason: needed(&reason, row, "reason")?.to_owned() },
            other => polars_bail!(ComputeError: "unknown outcome `{}`", other),
        };
        let stage = match stages[row].map(Stage::from_name) {
            Some(None) => polars_bail!(ComputeError: "unknown stage `{}`", stages[row].unwrap_or_default()),
            known => known.flatten(),
        };
        let hash = |index: usize| hashes[index][row].map(str::to_owned);
        let hashes = hash(0).zip(hash(1)).zip(hash(2));
        Ok(RunRecord {
            run: run[row],
            settings,
            data_digest: needed(&data_digest, row, "data_digest")?.to_owned(),
            numerics_version: needed(&version, row, "numerics_version")?,
            stage,
            results: RunResults {
                metric: metric[row].unwrap_or_default().to_owned(),
                outcome,
                at_rest: at_rest[row],
                hashes: hashes.map(|((initial_weights, batch_order), final_parameters)| Hashes {
                    initial_weights,
                    batch_order,
                    final_parameters,
                }),
                ..RunResults::default()
            },
        })
    };
    let mut records: Vec<RunRecord> = (0..table.height()).map(record).collect::<PolarsResult<_>>()?;
    for result in RARE {
        // A column only where a run has it.
        if let Ok(column) = table.column(result.name) {
            result.read(column, &mut records)?;
        }
    }
    Ok(records)
}

/// A setting's values, row by row.
type ColumnValues<'t> = Box<dyn Iterator<Item = Option<Value>> + 't>;

fn values(column: &Column) -> PolarsResult<ColumnValues<'_>> {
    Ok(match column.dtype() {
        DataType::Boolean => Box::new(column.bool()?.iter().map(|v| v.map(Value::Flag))),
        DataType::UInt64 => Box::new(column.u64()?.iter().map(|v| v.map(Value::Integer))),
        DataType::Float64 => Box::new(column.f64()?.iter().map(|v| v.map(Value::Number))),
        _ => Box::new(column.str()?.iter().map(|v| v.map(Value::text))),
    })
}

fn curves_by_run(table: &DataFrame) -> PolarsResult<HashMap<RunId, Vec<CurvePoint>>> {
    let rows = TableRows(table);
    let (run, epoch, step, rate) =
        (rows.ids()?, rows.integer("epoch")?, rows.integer("step")?, rows.number("learning_rate")?);
    let part =
        |name: &str| PolarsResult::Ok((rows.number(&format!("{name}_loss"))?, rows.number(&format!("{name}_metric"))?));
    let (train, validation, test) = (part("train")?, part("validation")?, part("test")?);
    let mut curves: HashMap<RunId, Vec<CurvePoint>> = HashMap::new();
    for (row, run) in run.into_iter().enumerate() {
        let at = |part: &(Vec<Option<f64>>, Vec<Option<f64>>)| {
            PolarsResult::Ok(Evaluation {
                loss: needed(&part.0, row, "loss")?,
                metric: needed(&part.1, row, "metric")?,
            })
        };
        curves.entry(run).or_default().push(CurvePoint {
            epoch: needed(&epoch, row, "epoch")?,
            step: needed(&step, row, "step")?,
            learning_rate: needed(&rate, row, "learning_rate")?,
            train: (train.0[row].is_some() || train.1[row].is_some()).then(|| at(&train)).transpose()?,
            validation: at(&validation)?,
            test: at(&test)?,
        });
    }
    Ok(curves)
}

/// What the table has besides loss and metric, for each run; nothing where no run was asked for a measure.
fn measured_by_run(table: &DataFrame) -> PolarsResult<HashMap<RunId, Vec<Measured>>> {
    let rows = TableRows(table);
    let names = table.columns().iter().filter_map(|column| column.name().strip_prefix("test_"));
    let names: Vec<&str> = names.filter(|name| !["loss", "metric"].contains(name)).collect();
    let column = |name: &str| {
        let part = |part: &str| rows.number(&format!("{part}_{name}"));
        let alone = table.column(&format!("train_{name}")).is_err();
        let [train, validation] =
            if alone { [(); 2].map(|()| vec![None; table.height()]) } else { [part("train")?, part("validation")?] };
        PolarsResult::Ok([train, validation, part("test")?])
    };
    let columns = names.iter().map(|name| column(name)).collect::<PolarsResult<Vec<_>>>()?;
    let mut measured: HashMap<RunId, Vec<Measured>> = HashMap::new();
    let runs = if names.is_empty() { Vec::new() } else { rows.ids()? };
    for (row, run) in runs.into_iter().enumerate() {
        let empty = || names.iter().map(|name| Measured { name: (*name).to_owned(), points: Vec::new() }).collect();
        for (of, [train, validation, test]) in measured.entry(run).or_insert_with(empty).iter_mut().zip(&columns) {
            of.points.push(OfParts { train: train[row], validation: validation[row], test: test[row] });
        }
    }
    Ok(measured)
}

/// Those of the columns that the run was asked for, under the names of the measures. A run that ended before its first evaluation has
/// them without points.
fn asked_of(record: &RunRecord, mut columns: Vec<Measured>) -> Vec<Measured> {
    let mut measured = |name: &str| {
        let column = Measured::column(name);
        let place = columns.iter().position(|of| of.name == column);
        let points = place.map(|place| columns.swap_remove(place).points).unwrap_or_default();
        Measured { name: name.to_owned(), points }
    };
    let asked = asked_measures(&record.settings).map(|name| measured(&name)).collect();
    if record.metric.is_empty() { Vec::new() } else { asked }
}

/// The names of what each step of a run has besides, and its steps.
type RunSteps = (Vec<String>, Vec<StepPoint>);

fn steps_by_run(table: &DataFrame) -> PolarsResult<HashMap<RunId, RunSteps>> {
    let rows = TableRows(table);
    let (run, step) = (rows.ids()?, rows.integer("step")?);
    let (loss, rate, norm) = (rows.number("loss")?, rows.number("learning_rate")?, rows.number("gradient_norm")?);
    let names = table.columns().iter().map(|column| column.name().as_str());
    let names: Vec<&str> = names.filter(|name| !STEP_COLUMNS.contains(name)).collect();
    let columns = names.iter().map(|name| rows.number(name)).collect::<PolarsResult<Vec<_>>>()?;
    let mut steps: HashMap<RunId, RunSteps> = HashMap::new();
    for row in 0..table.height() {
        let of_run = steps.entry(run[row]).or_default();
        if of_run.1.is_empty() {
            let has = |(name, column): (&&str, &Vec<Option<f64>>)| column[row].map(|_| (*name).to_owned());
            of_run.0 = names.iter().zip(&columns).filter_map(has).collect();
        }
        let of_step = names.iter().zip(&columns).filter(|(name, _)| of_run.0.iter().any(|known| known == **name));
        let traced = of_step.map(|(name, column)| needed(column, row, name)).collect::<PolarsResult<_>>()?;
        of_run.1.push(StepPoint {
            step: needed(&step, row, "step")?,
            loss: needed(&loss, row, "loss")?,
            learning_rate: needed(&rate, row, "learning_rate")?,
            gradient_norm: needed(&norm, row, "gradient_norm")?,
            traced,
        });
    }
    Ok(steps)
}

fn measurements_by_run(table: &DataFrame) -> PolarsResult<HashMap<RunId, Measurement>> {
    let rows = TableRows(table);
    let run = rows.ids()?;
    let (wall, train, evaluation) =
        (rows.number("wall_seconds")?, rows.number("train_seconds")?, rows.number("evaluation_seconds")?);
    let (steps, memory) = (rows.integer("steps")?, rows.integer("peak_memory_bytes")?);
    let later = |name| if table.column(name).is_ok() { rows.integer(name) } else { Ok(vec![Some(1); table.height()]) };
    let [together, threads] = LATER_COLUMNS.map(later);
    let (together, threads) = (together?, threads?);
    let (loss, gradient, bound) =
        (rows.number("check_loss_gap")?, rows.number("check_gradient_gap")?, rows.number("check_bound")?);
    let measurement = |row: usize| {
        let check = loss[row].zip(gradient[row]).zip(bound[row]);
        Ok((
            run[row],
            Measurement {
                run: run[row],
                runs_together: needed(&together, row, RUNS_TOGETHER)?,
                wall_seconds: needed(&wall, row, "wall_seconds")?,
                train_seconds: needed(&train, row, "train_seconds")?,
                evaluation_seconds: needed(&evaluation, row, "evaluation_seconds")?,
                steps: needed(&steps, row, "steps")?,
                peak_memory_bytes: memory[row],
                check: check.map(|((loss_gap, gradient_gap), bound)| Check { loss_gap, gradient_gap, bound }),
                threads: needed(&threads, row, THREADS)?,
            },
        ))
    };
    (0..table.height()).map(measurement).collect()
}
