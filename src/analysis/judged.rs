//! The measure by which results are judged, in the place of their metric.

use super::standings::NotComparable;
use crate::record::Compared;
use crate::store::{Finished, Manifest};

/// The runs with the outcome that the manifest names as their metric.
///
/// # Errors
/// Where runs were not asked for it.
pub fn judged(manifest: &Manifest, mut runs: Vec<Finished>) -> Result<Vec<Finished>, NotComparable> {
    if let Compared::Measure(measure) = manifest.judge.outcome {
        for run in &mut runs {
            run.record.judge_by(measure).map_err(|why| NotComparable::NotMeasured { why })?;
        }
    }
    Ok(runs)
}
