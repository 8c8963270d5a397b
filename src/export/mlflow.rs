//! An MLflow file store: the folder `mlruns` with one experiment, a run of it per run.
//!
//! Parameters are the settings; metrics are the curve (`train_loss`, `test_metric`, … at training steps), the curve by
//! steps (`step_loss`, …), and the single values `final_…`, `best_…`, `stopped_…` under the names of runs.parquet; tags
//! are outcome, digests and where the results come from. A run's identity is its id here too. Runs keep no times of their
//! own: each begins with the first session and lasts as long as it took its worker.
//!
//! Source: MLflow 3.17, `mlflow/store/tracking/file_store.py`: `meta.yaml`, and a file per parameter, metric (`time value
//! step` in each line) and tag.

use super::draft::ExportFolder;
use super::draft::plain;
use super::error::ExportError;
use super::exporter::Exporter;
use super::results::{StoredResults, picked};
use super::shell::shell_word;
use crate::record::{Measured, Outcome, RunRecord, counted};
use crate::store::Finished;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

pub const EXPORTER: Exporter = Exporter {
    name: "mlflow",
    description: "a file store for MLflow, mlruns/, with an experiment",
    write: |results, draft| {
        let experiment = Experiment::of(results, draft.out());
        experiment.write(results, draft)?;
        for run in &results.runs {
            experiment.write_run(run, results, draft)?;
        }
        let (out, runs) = (draft.out().join(STORE), results.runs.len());
        let shown = out.display();
        let out = shell_word(&shown.to_string());
        Ok(format!(
            "{shown}: {}; open with\n  MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri {out}\nor \
             take them into a database with\n  mlflow migrate-filestore --source {out} --target sqlite:///mlflow.db",
            counted(runs, "run")
        ))
    },
};

const STORE: &str = "mlruns";
/// MLflow refuses longer values of parameters and tags.
const LONGEST_VALUE: usize = 6000;

/// The experiment as the store knows it.
struct Experiment {
    /// Up to 18 digits, from the experiment's name.
    id: String,
    /// Where its runs lie, as an address.
    location: String,
    /// Milliseconds since 1970.
    began: u64,
}

impl Experiment {
    fn of(results: &StoredResults, out: &Path) -> Self {
        let digest = blake3::hash(results.manifest.name.as_bytes());
        let number = u64::from_le_bytes(*digest.as_bytes().first_chunk().expect("32 bytes"));
        let id = format!("{}", 100_000_000_000_000_000 + number % 900_000_000_000_000_000);
        let location = address(&out.join(STORE).join(&id));
        Self { id, location, began: 1000 * results.began() }
    }

    fn write(&self, results: &StoredResults, draft: &ExportFolder) -> Result<(), ExportError> {
        let began = self.began.to_string();
        let meta = [
            ("artifact_location", quoted(&self.location)),
            ("creation_time", began.clone()),
            ("experiment_id", quoted(&self.id)),
            ("last_update_time", began),
            ("lifecycle_stage", "active".to_owned()),
            ("name", quoted(&results.manifest.name)),
        ];
        write(draft, &[STORE, &self.id, "meta.yaml"], &yaml(&meta))?;
        write(draft, &[STORE, &self.id, "tags", "mlflow.note.content"], &one_value(&results.manifest.question))
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a time in milliseconds
    fn write_run(&self, run: &Finished, results: &StoredResults, draft: &ExportFolder) -> Result<(), ExportError> {
        let record = &run.record;
        let id = record.run.to_string();
        let lasted = (1000.0 * run.measurement.wall_seconds).clamp(0.0, 1e15) as u64;
        // MLflow's names of these numbers: 3 finished, 4 failed, 5 killed. Divergence is a result.
        let status = match record.outcome {
            Outcome::Done | Outcome::Diverged { .. } | Outcome::Unsolved { .. } => 3,
            Outcome::Failed { .. } => 4,
            Outcome::TimedOut => 5,
        };
        let meta = [
            ("artifact_uri", quoted(&format!("{}/{id}/artifacts", self.location))),
            ("end_time", (self.began + lasted).to_string()),
            ("entry_point_name", quoted("")),
            ("experiment_id", quoted(&self.id)),
            ("lifecycle_stage", "active".to_owned()),
            ("run_id", quoted(&id)),
            ("run_name", quoted(&run_name(record))),
            ("run_uuid", quoted(&id)),
            ("source_name", quoted("burnmark")),
            ("source_type", "4".to_owned()), // local
            ("source_version", quoted("")),
            ("start_time", self.began.to_string()),
            ("status", status.to_string()),
            ("tags", "[]".to_owned()),
            ("user_id", quoted("")),
        ];
        let home = [STORE, &self.id, &id];
        write(draft, &[&home[..], &["meta.yaml"]].concat(), &yaml(&meta))?;
        draft.folder(&[&home[..], &["artifacts"]].concat())?;
        for (name, setting) in &record.settings {
            write(draft, &[&home[..], &["params", &plain(name)]].concat(), &one_value(&setting.to_string()))?;
        }
        for (name, lines) in self.metrics(run) {
            write(draft, &[&home[..], &["metrics", name.as_str()]].concat(), &lines)?;
        }
        for (name, value) in tags(run, results) {
            write(draft, &[&home[..], &["tags", name]].concat(), &one_value(&value))?;
        }
        Ok(())
    }

    /// Each metric's file.
    fn metrics(&self, run: &Finished) -> Vec<(String, String)> {
        let mut metrics: Vec<(String, String)> = Vec::new();
        let mut add = |name: String, step: u64, value: f64| {
            let place = metrics.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                metrics.push((name, String::new()));
                metrics.len() - 1
            });
            writeln!(metrics[place].1, "{} {value:?} {step}", self.began).expect("a text takes all");
        };
        for (place, point) in run.record.curve.iter().enumerate() {
            add("learning_rate".to_owned(), point.step, point.learning_rate);
            for (part, of) in point.parts() {
                add(format!("{part}_loss"), point.step, of.loss);
                add(format!("{part}_metric"), point.step, of.metric);
            }
            for (measure, part, number) in run.record.measured_at(place) {
                add(format!("{part}_{}", Measured::column(measure)), point.step, number);
            }
        }
        for point in &run.record.steps {
            add("step_loss".to_owned(), point.step, point.loss);
            add("step_learning_rate".to_owned(), point.step, point.learning_rate);
            add("step_gradient_norm".to_owned(), point.step, point.gradient_norm);
            for (name, value) in run.record.traced.iter().zip(&point.traced) {
                add(format!("step_{}", plain(name)), point.step, *value);
            }
        }
        for pick in picked(&run.record) {
            add(pick.name, pick.step, pick.value);
        }
        metrics
    }
}

/// `digits adam seed 0`, with a protocol `digits adam report seed 3`
fn run_name(record: &RunRecord) -> String {
    let word = |key: &str| record.settings.get(key).map(ToString::to_string).unwrap_or_default();
    let stage = record.stage.map(|stage| format!(" {}", stage.name())).unwrap_or_default();
    format!("{} {}{stage} seed {}", word("data.set.kind"), word("optimizer.kind"), word("seed"))
}

/// What is no setting and no number along the run. Those of MLflow's own names are shown in its columns.
fn tags(run: &Finished, results: &StoredResults) -> Vec<(&'static str, String)> {
    let record = &run.record;
    let mut tags = vec![
        ("mlflow.runName", run_name(record)),
        ("mlflow.source.name", "burnmark".to_owned()),
        ("mlflow.source.type", "LOCAL".to_owned()),
        ("burnmark.outcome", record.outcome.name().to_owned()),
        ("burnmark.metric", record.metric.clone()),
        ("burnmark.data_digest", record.data_digest.clone()),
        ("burnmark.numerics_version", record.numerics_version.to_string()),
        ("burnmark.plan_digest", results.manifest.plan_digest.clone()),
    ];
    tags.extend(record.stage.map(|stage| ("burnmark.stage", stage.name().to_owned())));
    match &record.outcome {
        Outcome::Diverged { step } => tags.push(("burnmark.diverged_step", step.to_string())),
        Outcome::Failed { reason } | Outcome::Unsolved { problem: reason } => {
            tags.push(("burnmark.reason", reason.clone()));
        }
        Outcome::Done | Outcome::TimedOut => {}
    }
    if let Some(hashes) = &record.hashes {
        tags.push(("burnmark.initial_weights", hashes.initial_weights.clone()));
        tags.push(("burnmark.batch_order", hashes.batch_order.clone()));
        tags.push(("burnmark.final_parameters", hashes.final_parameters.clone()));
    }
    let session = results.manifest.sessions.last();
    tags.extend(session.and_then(|session| Some(("mlflow.source.git.commit", session.program_commit.clone()?))));
    tags
}

fn write(draft: &ExportFolder, path: &[&str], text: &str) -> Result<(), ExportError> {
    draft.write(path, |file| file.write_all(text.as_bytes()))
}

/// A value on one line, as MLflow reads parameters, of a length that it takes.
fn one_value(text: &str) -> String {
    text.replace(['\n', '\r'], " ").chars().take(LONGEST_VALUE).collect()
}

fn yaml(entries: &[(&str, String)]) -> String {
    let lines: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    lines.join("\n") + "\n"
}

/// A text in YAML, in ASCII, between double quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => write!(quoted, "\\U{:08x}", u32::from(c)).expect("a text takes all"),
        }
    }
    quoted.push('"');
    quoted
}

/// The `file:` address of an absolute path (RFC 8089, RFC 3986): all but letters, digits and a few signs by their bytes.
fn address(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut address = format!("file://{}", if text.starts_with('/') { "" } else { "/" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            write!(address, "%{byte:02X}").expect("a text takes all");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(quoted("a: \"b\" \\ ä\n"), r#""a: \"b\" \\ \U000000e4\U0000000a""#);
        assert_eq!(one_value("two\nlines"), "two lines");
        assert_eq!(one_value(&"x".repeat(9000)).len(), LONGEST_VALUE);
        assert_eq!(address(Path::new("/a b/ä%/mlruns")), "file:///a%20b/%C3%A4%25/mlruns");
    }
}
