//! The runs as they are judged: with the measure that is compared in the place of their metric, and with the names of cases.

use super::standings::NotComparable;
use crate::record::{CaseLabel, Compared, is_label, with_usual};
use crate::store::{Finished, Manifest};

/// The runs with the outcome that the manifest names as their metric, and the label of their case as a setting.
///
/// # Errors
/// Where runs were not asked for it.
pub fn judged(manifest: &Manifest, mut runs: Vec<Finished>) -> Result<Vec<Finished>, NotComparable> {
    if let Compared::Measure(measure) = manifest.judge.outcome {
        for run in &mut runs {
            run.record.judge_by(measure).map_err(|why| NotComparable::NotMeasured { why })?;
        }
    }
    if !manifest.judge.labels.is_empty() {
        for settings in runs.iter_mut().map(|run| &mut run.record.settings) {
            let mut labelled = with_usual(settings);
            CaseLabel::add(&manifest.judge.labels, &mut labelled);
            settings.extend(labelled.into_iter().filter(|(name, _)| is_label(name)));
        }
    }
    Ok(runs)
}
