//! The runs as they are judged: with the measure that is compared in the place of their metric, and with the names of cases.

use super::standings::NotComparable;
use crate::record::{CaseLabel, Compared, Selection, data_label, is_label, loss_unit, with_usual};
use crate::store::{Finished, Manifest};
use std::collections::BTreeMap;

/// The runs with the outcome that the manifest names as their metric, and the label of their case as a setting. Where runs on one data
/// set have several losses, the manifest's judge chooses settings by the outcome: the lowest of different losses means nothing.
///
/// # Errors
/// Where runs were not asked for the outcome, or it is the loss and runs on one data set have several.
pub fn judged(manifest: &mut Manifest, mut runs: Vec<Finished>) -> Result<Vec<Finished>, NotComparable> {
    if has_several_losses(runs.iter()) {
        if manifest.judge.outcome == Compared::Loss {
            return Err(NotComparable::SeveralLosses);
        }
        manifest.judge.select = Some(Selection::Outcome);
    }
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

/// Whether runs on one data set have losses that measure different things.
#[must_use]
pub fn has_several_losses<'r>(mut runs: impl Iterator<Item = &'r Finished>) -> bool {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    runs.any(|run| {
        let settings = &with_usual(&run.record.settings);
        let unit = loss_unit(settings);
        *known.entry(data_label(settings)).or_insert_with(|| unit.clone()) != unit
    })
}
