//! Result folders with runs that nobody trained, so that tests know what is to be found in them.

use burnmark::digest::Digest;
use burnmark::num::{Purpose, Stream};
use burnmark::record::{CurvePoint, Evaluation, Hashes, Judge, Measurement, Outcome, RunId, RunRecord, RunResults};
use burnmark::store::{Finished, Folder, Manifest, Session};
use burnmark::value::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A sweep to be made up: every data set, method, learning rate and seed.
#[derive(Clone)]
pub struct Fake {
    pub data: Vec<&'static str>,
    /// Name, and what its test metric is better by.
    pub methods: Vec<(&'static str, f64)>,
    pub rates: Vec<f64>,
    pub seeds: u64,
    pub epochs: u64,
    /// Which world it is: another one has other chance.
    pub world: u64,
    /// From this rate on every run diverges.
    pub diverges_from: f64,
    /// What the seeds of a setting share: the variance of that, as a multiple of the one that each run has of its own.
    pub shared: f64,
    /// How many runs share each time.
    pub runs_together: u64,
}

impl Fake {
    pub fn new(methods: &[(&'static str, f64)], seeds: u64) -> Self {
        Self {
            data: vec!["iris", "wine"],
            methods: methods.to_vec(),
            rates: vec![0.01, 0.1, 1.0],
            seeds,
            epochs: 3,
            world: 0,
            diverges_from: f64::INFINITY,
            shared: 0.0,
            runs_together: 1,
        }
    }

    /// Each seed has a share of luck that all methods have in common, deviation 0.02; each run has its own besides,
    /// deviation 0.01, in the test metric and again in the validation loss. All seeds of a setting may share luck, as splits of the
    /// same rows do.
    pub fn runs(&self) -> Vec<Finished> {
        let mut chance = Stream::new(self.world, Purpose::Data, 0);
        let mut runs = Vec::new();
        for data in &self.data {
            let luck: Vec<f64> = (0..self.seeds).map(|_| 0.02 * chance.normal()).collect();
            for (method, better) in &self.methods {
                for &rate in &self.rates {
                    let shared = if self.shared > 0.0 { 0.01 * self.shared.sqrt() * chance.normal() } else { 0.0 };
                    for seed in 0..self.seeds {
                        let metric = 0.8 + better + shared + luck[seed as usize] + 0.01 * chance.normal();
                        let loss = 1.0 - metric + 0.01 * chance.normal();
                        runs.push(self.run([data, method], rate, seed, (metric, loss)));
                    }
                }
            }
        }
        runs
    }

    fn run(&self, [data, method]: [&str; 2], rate: f64, seed: u64, (metric, loss): (f64, f64)) -> Finished {
        let text = |text: &str| Value::text(text);
        let settings = [
            ("engine", text("reference")),
            ("precision", text("f64")),
            ("seed", Value::Integer(seed)),
            ("data.set.kind", text(data)),
            ("model.kind", text("mlp")),
            ("model.hidden", text("8")),
            ("optimizer.kind", text(method)),
            ("optimizer.lr", Value::Number(rate)),
        ];
        let settings: BTreeMap<String, Value> = settings.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let diverged = rate >= self.diverges_from;
        let point = |epoch: u64| {
            let way = epoch as f64 / self.epochs as f64;
            let evaluation = Evaluation { loss: 2.0 + way * (loss - 2.0), metric: 0.3 + way * (metric - 0.3) };
            let (train, validation, test) = (evaluation, evaluation, evaluation);
            CurvePoint { epoch, step: 10 * epoch, learning_rate: rate, train: Some(train), validation, test }
        };
        let run = RunId::of(&Digest::of(&format!("{settings:?}")));
        let hash = |what: &str| blake3_like(&format!("{what} {metric} {loss}"));
        let hashes = Hashes {
            initial_weights: hash("weights"),
            batch_order: hash("order"),
            final_parameters: hash("parameters"),
        };
        Finished {
            record: RunRecord {
                run,
                settings,
                data_digest: data.to_owned(),
                numerics_version: 1,
                stage: None,
                results: RunResults {
                    metric: "accuracy".to_owned(),
                    outcome: if diverged { Outcome::Diverged { step: 7 } } else { Outcome::Done },
                    curve: (0..=if diverged { 0 } else { self.epochs }).map(point).collect(),
                    hashes: Some(hashes),
                    ..RunResults::default()
                },
            },
            measurement: Measurement {
                run,
                runs_together: self.runs_together,
                wall_seconds: 0.5,
                train_seconds: 0.2 + 0.001 * metric,
                evaluation_seconds: 0.1,
                steps: 10 * self.epochs,
                peak_memory_bytes: None,
                check: None,
                threads: 1,
            },
            parameters: Vec::new(),
        }
    }

    /// Writes the runs as a result folder.
    pub fn write(&self, path: &Path, change: impl FnOnce(&mut Manifest)) {
        let runs = self.runs();
        let mut manifest = manifest(runs.len() as u64);
        change(&mut manifest);
        Folder::open(path).unwrap().write(&runs.iter().collect::<Vec<_>>(), manifest).unwrap();
    }
}

/// 32 hex digits that differ where the text differs.
fn blake3_like(text: &str) -> String {
    let fold =
        |start: u64| text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:016x}{:016x}", fold(0xcbf2_9ce4_8422_2325), fold(0x9e37_79b9_7f4a_7c15))
}

/// A manifest of one session by one worker.
pub fn manifest(runs: u64) -> Manifest {
    let session = Session {
        runs_carried_out: runs,
        command_line: vec!["burnmark".to_owned(), "run".to_owned(), "fake.toml".to_owned()],
        workers: 1,
        started_unix_seconds: 1_700_000_000,
        ended_unix_seconds: 1_700_000_100,
        burnmark_version: "0.1.0".to_owned(),
        binary_digest: None,
        crate_versions: BTreeMap::from([("burn".to_owned(), "0.22.1".to_owned())]),
        compiler: None,
        program_commit: None,
        program_dirty: None,
        spec_commit: None,
        cpu: "one".to_owned(),
        cpu_features: Vec::new(),
        gpus: BTreeMap::new(),
        operating_system: "linux".to_owned(),
    };
    Manifest {
        name: "fake".to_owned(),
        question: "Which one is best?".to_owned(),
        spec: Vec::new(),
        plan_digest: "0".to_owned(),
        shard: None,
        report_digest: None,
        protocol: None,
        judge: Judge::default(),
        runs_planned: runs,
        runs_finished: runs,
        runs_diverged: 0,
        runs_failed: 0,
        numerics_version: 1,
        revisions: BTreeMap::from([("optimizer.kind".to_owned(), ["a", "b"].map(|name| (name.to_owned(), 1)).into())]),
        data_digests: BTreeMap::new(),
        origins: BTreeMap::new(),
        data: BTreeMap::new(),
        table_digests: BTreeMap::new(),
        sessions: vec![session],
    }
}
