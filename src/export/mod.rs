//! Results in the formats of other programs. Each format is one file that renders what `store` has read, and computes
//! nothing of its own. Add one: a file with its `EXPORTER` and one line in [`ENTRIES`].
//!
//! Numbers are written as the shortest decimals that give the same 64 bits again, wherever the format has decimals. The
//! same results give the same bytes.

mod csv;
mod draft;
mod json_lines;
mod mlflow;
mod protobuf;
mod records;
mod sheet;
mod tensorboard;

use crate::record::{At, Measured, RunRecord};
use crate::store::{self, Finished, Manifest, Tables};
use draft::Draft;
use std::path::Path;

/// A format in the registry.
pub struct Exporter {
    /// As typed.
    pub name: &'static str,
    /// One line, without a full stop.
    pub description: &'static str,
    /// Writes everything and says in a line or two what there is now, with the command that opens it.
    write: fn(&Results, &Draft) -> Result<String, String>,
}

/// Every format, in the order in which the help shows them.
pub const ENTRIES: &[&Exporter] = &[&csv::EXPORTER, &json_lines::EXPORTER, &tensorboard::EXPORTER, &mlflow::EXPORTER];

/// A word as a shell takes it.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// What a result folder holds.
struct Results {
    manifest: Manifest,
    tables: Tables,
    runs: Vec<Finished>,
}

/// Why nothing was exported.
#[derive(Debug)]
pub enum Trouble {
    /// What was asked for cannot be done.
    Request(String),
    /// It could not be written; what had been written is removed.
    Work(String),
}

/// Writes the results of one folder to another in this format, and returns what to say of it. The folder `out` appears
/// with everything in it, or not at all.
///
/// # Errors
/// Where there are no results, or damaged ones; where `out` is there and not empty; where it cannot be written.
pub fn export(results: &Path, exporter: &Exporter, out: &Path) -> Result<String, Trouble> {
    let (manifest, tables) = store::read_tables(results).map_err(Trouble::Request)?;
    let runs = tables.whole_runs(results).map_err(Trouble::Request)?;
    let draft = Draft::begin(out).map_err(Trouble::Request)?;
    let said = (exporter.write)(&Results { manifest, tables, runs }, &draft).map_err(Trouble::Work)?;
    draft.finish().map_err(Trouble::Work)?;
    Ok(said)
}

impl Results {
    /// When the first session began, UTC, in seconds since 1970. Runs keep no times of their own.
    fn began(&self) -> u64 {
        self.manifest.sessions.first().map_or(0, |session| session.started_unix_seconds)
    }
}

/// A number that belongs to a run as a whole, at the training step where it was taken.
struct Picked {
    /// As the column of runs.parquet: `best_test_metric`.
    name: String,
    step: u64,
    value: f64,
}

/// Loss and metric on each part after the last epoch, at the best one and with early stopping, as runs.parquet has them.
fn picked(record: &RunRecord) -> Vec<Picked> {
    let mut all = Vec::new();
    for at in At::ALL {
        let Some((place, point)) = record.place(at).zip(record.at(at)) else { continue };
        for (part, evaluation) in point.parts() {
            for (what, value) in [("loss", evaluation.loss), ("metric", evaluation.metric)] {
                all.push(Picked { name: format!("{}_{part}_{what}", at.name()), step: point.step, value });
            }
        }
        let measured = record.measured_at(place).map(|(measure, part, value)| Picked {
            name: format!("{}_{part}_{}", at.name(), Measured::column(measure)),
            step: point.step,
            value,
        });
        all.extend(measured);
    }
    all
}
