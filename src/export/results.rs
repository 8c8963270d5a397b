//! What an exporter is given.

use crate::record::{At, Measured, RunRecord};
use crate::store::{Finished, Manifest, Tables};

/// What a result folder holds.
pub struct StoredResults {
    pub manifest: Manifest,
    pub tables: Tables,
    pub runs: Vec<Finished>,
}

impl StoredResults {
    /// When the first session began, UTC, in seconds since 1970. Runs keep no times of their own.
    pub fn began(&self) -> u64 {
        self.manifest.sessions.first().map_or(0, |session| session.started_unix_seconds)
    }
}

/// A number that belongs to a run as a whole, at the training step where it was taken.
pub struct Picked {
    /// As the column of runs.parquet: `best_test_metric`.
    pub name: String,
    pub step: u64,
    pub value: f64,
}

/// Loss and metric on each part after the last epoch, at the best one and with early stopping, as runs.parquet has them.
pub fn picked(record: &RunRecord) -> Vec<Picked> {
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
