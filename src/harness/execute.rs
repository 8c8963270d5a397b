//! One run, from its settings to its results, in this process.

use super::chosen::chosen;
use super::error::HarnessError;
use super::gangs::{least_runs, shared};
use super::job::{ExpectedData, Job};
use super::solved::Solving;
use super::{Parameters, WorkerAnswer, prepare};
use crate::data::{self, DataSet, Prepared, split};
use crate::engine::reference::GangReference;
use crate::engine::{self, EngineReal};
use crate::model::{Network, weights};
use crate::num::crew::threads_taken;
use crate::num::{Precision, Real};
use crate::optim::Build;
use crate::plan::{RunSpec, networks, probed};
use crate::record::{Measurement, Outcome, RunId};
use crate::store;
use crate::train::stop::StopRule;
use crate::train::{CrossCheck, Ganged, Member, Settings, Trained, trace_names, train_gang, train_members};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

/// Data sets loaded and prepared so far; the oldest are dropped when there are many.
#[derive(Default)]
pub struct Cache {
    /// Where paths start.
    folder: PathBuf,
    /// What sets are to be.
    expected: HashMap<String, ExpectedData>,
    sets: HashMap<String, Rc<DataSet>>,
    /// Sets whose inputs are learned from the training part of a seed.
    fitted: Recent<DataSet>,
    f32: Recent<Prepared<f32>>,
    f64: Recent<Prepared<f64>>,
}

/// How many prepared sets a worker keeps: a handful of data sets times a handful of seeds.
const MOST_PREPARED: usize = 16;
/// How many loaded sets it keeps.
const MOST_LOADED: usize = 8;

struct Recent<T>(Vec<(String, Rc<T>)>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Recent<T> {
    fn get_or_make(
        &mut self,
        key: String,
        make: impl FnOnce() -> Result<T, HarnessError>,
    ) -> Result<Rc<T>, HarnessError> {
        if let Some((_, value)) = self.0.iter().find(|(known, _)| *known == key) {
            return Ok(Rc::clone(value));
        }
        let value = Rc::new(make()?);
        if self.0.len() == MOST_PREPARED {
            self.0.remove(0);
        }
        self.0.push((key, Rc::clone(&value)));
        Ok(value)
    }
}

impl Cache {
    /// Says where paths start, and which data a run was planned with: a file may change between plan and run.
    pub fn expect(&mut self, folder: &Path, run: &RunSpec, data: ExpectedData) {
        folder.clone_into(&mut self.folder);
        if let Ok(key) = key(&run.set())
            && !self.expected.contains_key(&key)
        {
            self.expected.insert(key, data);
        }
    }

    /// The data set of a run, with its columns as inputs.
    ///
    /// # Errors
    /// Where it cannot be loaded, or is not the one that was expected.
    pub fn set(&mut self, run: &RunSpec) -> Result<Rc<DataSet>, HarnessError> {
        let set = self.loaded(run)?;
        if set.recipe.is_none() {
            return Ok(set);
        }
        self.fitted.get_or_make(key(&(&run.data, run.seed))?, || {
            Ok(data::ready(&set, run.data.split, run.data.degree, run.seed)?.set.into_owned())
        })
    }

    /// The data set of a run; with polynomial features, unless its inputs are still to be learned.
    fn loaded(&mut self, run: &RunSpec) -> Result<Rc<DataSet>, HarnessError> {
        let choice = run.set();
        let with_degree = key(&(&choice, run.data.degree))?;
        if let Some(set) = self.sets.get(&with_degree) {
            return Ok(Rc::clone(set));
        }
        if self.sets.len() == MOST_LOADED {
            self.sets.clear();
        }
        let set = data::load(&run.set_in(&self.folder)?)?;
        if self.expected.get(&key(&choice)?).is_some_and(|expected| !expected.are(&set)) {
            return Err(HarnessError::DataChanged(run.data.set.to_string()));
        }
        let set = Rc::new(if set.recipe.is_some() { set } else { set.polynomial(run.data.degree)?.into_owned() });
        self.sets.insert(with_degree, Rc::clone(&set));
        Ok(set)
    }
}

fn key(of: &impl serde::Serialize) -> Result<String, HarnessError> {
    Ok(serde_json::to_string(of)?)
}

/// Carries a run out. Whatever goes wrong is an outcome.
#[must_use]
pub fn execute(run: &RunSpec, id: RunId, check: bool, cache: &mut Cache) -> WorkerAnswer {
    execute_and_keep(run, id, check, &Parameters::Nothing, cache)
}

/// The same with a check of its steps, where what goes wrong is an error.
pub(super) fn try_execute(run: &RunSpec, id: RunId, cache: &mut Cache) -> Result<WorkerAnswer, HarnessError> {
    timed(run, id, true, &Parameters::Nothing, cache)
}

/// The same, and does with the final parameters of a run that is done what is asked for.
#[must_use]
pub fn execute_and_keep(
    run: &RunSpec,
    id: RunId,
    check: bool,
    parameters: &Parameters,
    cache: &mut Cache,
) -> WorkerAnswer {
    let start = Instant::now();
    timed(run, id, check, parameters, cache).unwrap_or_else(|why| {
        let mut answer = WorkerAnswer::failed(id, why.to_string());
        answer.measurement.wall_seconds = start.elapsed().as_secs_f64();
        answer.measurement.peak_memory_bytes = peak_memory_bytes();
        answer
    })
}

fn timed(
    run: &RunSpec,
    id: RunId,
    check: bool,
    parameters: &Parameters,
    cache: &mut Cache,
) -> Result<WorkerAnswer, HarnessError> {
    let start = Instant::now();
    let _ = threads_taken(); // by what was before
    let mut answer = match run.precision {
        Precision::F32 => execute_in::<f32>(run, id, check, parameters, cache, |cache| &mut cache.f32),
        Precision::F64 => execute_in::<f64>(run, id, check, parameters, cache, |cache| &mut cache.f64),
    }?;
    answer.measurement.threads = threads_taken() as u64;
    answer.measurement.wall_seconds = start.elapsed().as_secs_f64();
    answer.measurement.peak_memory_bytes = peak_memory_bytes();
    Ok(answer)
}

fn execute_in<R: Build + EngineReal>(
    run: &RunSpec,
    id: RunId,
    check: bool,
    parameters: &Parameters,
    cache: &mut Cache,
    prepared: fn(&mut Cache) -> &mut Recent<Prepared<R>>,
) -> Result<WorkerAnswer, HarnessError> {
    let (networks, prepared) = ready(run, cache, prepared)?;
    let trained = trained(run, &networks, &prepared, check)?;
    answer(run, id, parameters, (&networks, &prepared), trained)
}

/// A run's networks and data.
fn ready<R: Real>(
    run: &RunSpec,
    cache: &mut Cache,
    prepared: fn(&mut Cache) -> &mut Recent<Prepared<R>>,
) -> Result<(Vec<Network>, Rc<Prepared<R>>), HarnessError> {
    let set = cache.set(run)?;
    let networks = networks(run, &set)?;
    let prepared = prepared(cache).get_or_make(key(&(&run.data, run.seed, &run.train.class_weights))?, || {
        prepare::prepared(run, &set, &split(&set, run.data.split, run.seed)?)
    })?;
    Ok((networks, prepared))
}

/// What is answered about a run that was trained, its parameters kept as asked for.
fn answer<R: Real>(
    run: &RunSpec,
    id: RunId,
    parameters: &Parameters,
    (networks, prepared): (&[Network], &Prepared<R>),
    mut trained: Trained<R>,
) -> Result<WorkerAnswer, HarnessError> {
    let network = &networks[0];
    let results = &mut trained.results;
    network.loss().entry.targets.metric().name().clone_into(&mut results.metric);
    results.held_out = run.data.split.is_held_out().then(|| prepared.test.samples() as u64);
    if !results.steps.is_empty() {
        results.traced = trace_names(&probed(run, network), &run.train);
    }
    let mut parameters_digest = None;
    if results.outcome == Outcome::Done && *parameters != Parameters::Nothing {
        let bytes = weights::to_bytes_of(networks, &trained.parameters)?;
        match parameters {
            Parameters::File(path) => store::write_parameters(path, &bytes)?,
            _ => parameters_digest = Some(blake3::hash(&bytes).to_hex().to_string()),
        }
    }
    Ok(WorkerAnswer {
        results: trained.results,
        parameters_digest,
        measurement: Measurement {
            run: id,
            runs_together: 1,
            wall_seconds: 0.0,
            train_seconds: trained.train_time.as_secs_f64(),
            evaluation_seconds: trained.evaluation_time.as_secs_f64(),
            steps: trained.steps,
            peak_memory_bytes: None,
            check: trained.check,
            threads: 1,
        },
        cpu_features: store::cpu_features(),
    })
}

/// Carries out runs that were put together (`gangs.rs`), each measured by its share of the time. `None` where there is but one, they
/// are not faster together, or anything goes wrong: then nothing has been done, and each is to be carried out by itself.
pub(super) fn execute_gang(jobs: &[Job], cache: &mut Cache) -> Option<Vec<WorkerAnswer>> {
    let (first, start) = (jobs.first().filter(|_| jobs.len() > 1)?, Instant::now());
    let alike = |job: &Job| {
        job.spec.seed == first.spec.seed
            && job.data_digest == first.data_digest
            && shared(&job.spec).is_some_and(|of| Some(of) == shared(&first.spec))
    };
    if !jobs.iter().all(alike) {
        return None;
    }
    cache.expect(&first.folder, &first.spec, first.expected_data());
    let answers = match first.spec.precision {
        Precision::F32 => gang_in::<f32>(jobs, cache, |cache| &mut cache.f32),
        Precision::F64 => gang_in::<f64>(jobs, cache, |cache| &mut cache.f64),
    };
    let mut answers = answers.ok()??;
    #[allow(clippy::cast_precision_loss)] // a few runs
    let share = start.elapsed().as_secs_f64() / jobs.len() as f64;
    let memory = peak_memory_bytes();
    for answer in &mut answers {
        answer.measurement.runs_together = jobs.len() as u64;
        answer.measurement.wall_seconds = share;
        answer.measurement.peak_memory_bytes = memory;
    }
    Some(answers)
}

fn gang_in<R: Build + EngineReal>(
    jobs: &[Job],
    cache: &mut Cache,
    prepared: fn(&mut Cache) -> &mut Recent<Prepared<R>>,
) -> Result<Option<Vec<WorkerAnswer>>, HarnessError> {
    let run = &jobs[0].spec;
    let (networks, prepared) = ready(run, cache, prepared)?;
    let (network, samples) = (&networks[0], prepared.train.samples());
    let batch = run.train.batch.of(samples);
    let Some(mut lanes) = GangReference::new(network, batch) else { return Ok(None) };
    let least = least_runs(lanes.size(), network.parameter_count(), &run.model.hidden, batch);
    if jobs.len() < least || !prepared.train.weights.is_empty() {
        return Ok(None);
    }
    let settings = jobs.iter().map(|job| settings(&job.spec, samples)).collect::<Result<Vec<_>, _>>()?;
    let mut engines: Vec<_> = jobs.iter().map(|_| engine::build::<R>(run.engine, network, batch)).collect();
    let other = |job: &Job| job.check.then(|| engine::build::<R>(run.engine.other(), network, batch));
    let mut others: Vec<_> = jobs.iter().map(other).collect();
    let runs = settings.iter().zip(engines.iter_mut().zip(&mut others)).map(|(settings, (engine, other))| {
        let check = other.as_mut().map(|other| CrossCheck::new(other.as_mut(), network.output_width()));
        Ganged { settings, member: Member { network, engine: engine.as_mut(), check } }
    });
    let Some(trained) = train_gang(runs.collect(), &prepared, &mut lanes, least)? else { return Ok(None) };
    let answers = jobs
        .iter()
        .zip(trained)
        .map(|(job, trained)| answer(&job.spec, job.run, &job.parameters, (&networks, &prepared), trained));
    Ok(Some(answers.collect::<Result<_, _>>()?))
}

/// A run's training, or its solver's iterations; `networks`: those that an ensemble takes in turn, or one.
pub(super) fn trained<R: Build + EngineReal>(
    run: &RunSpec,
    networks: &[Network],
    prepared: &Prepared<R>,
    check: bool,
) -> Result<Trained<R>, HarnessError> {
    let solver = run.catalogue.solvers.find(&run.optimizer.kind);
    let samples = prepared.train.samples();
    let batch = if solver.is_some() { samples } else { run.train.batch.of(samples) };
    // Of fewer networks than architectures the others are not trained.
    let networks = &networks[..networks.len().min(run.train.ensemble as usize).max(1)];
    let engines = |kind| -> Vec<_> { networks.iter().map(|of| engine::build::<R>(kind, of, batch)).collect() };
    let mut leading = engines(run.engine);
    let mut others = if check { engines(run.engine.other()) } else { Vec::new() };
    let mut checks =
        others.iter_mut().zip(networks).map(|(other, of)| CrossCheck::new(other.as_mut(), of.output_width()));
    if let Some(solver) = solver {
        let solving = Solving { run, solver, network: &networks[0], data: prepared };
        return solving.run(leading[0].as_mut(), checks.next());
    }
    let members = leading.iter_mut().zip(networks);
    let members = members.map(|(engine, network)| Member { network, engine: engine.as_mut(), check: checks.next() });
    Ok(train_members(&settings(run, samples)?, members.collect(), prepared)?)
}

/// What the training loop needs of a run's settings, on a training part of this many samples.
///
/// # Errors
/// Where the catalogue lacks an entry that they name.
pub(super) fn settings(run: &RunSpec, samples: usize) -> Result<Settings, HarnessError> {
    let catalogue = &run.catalogue;
    Ok(Settings {
        seed: run.seed,
        engine: run.engine,
        train: run.train.clone(),
        batch: run.train.batch.of(samples),
        stop: StopRule {
            rule: run.train.stop.as_ref().map(|stop| chosen(&catalogue.stops, stop)).transpose()?,
            least_progress: run.train.least_progress,
            strip: run.train.strip,
        },
        average: chosen(&catalogue.averages, &run.train.average)?,
        optimizer: chosen(&catalogue.optimizers, &run.optimizer)?,
        annealing: chosen(&catalogue.annealing, &run.annealing)?,
        initial: chosen(&catalogue.initial, &run.model.initial)?,
        regularize: run.regularize,
    })
}

/// The largest resident memory of this process so far, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
