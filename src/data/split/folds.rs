//! Cross-validation: each seed tests one of k folds.

use super::super::error::{DataError, DataFault};
use super::super::set::DataSet;
use super::Indices;
use super::units::DrawnUnits;
use crate::num::{Purpose, Stream};

/// The parts of one seed. The samples of each class (or all groups) are shuffled and dealt to the k folds in turn, so that folds differ
/// by one sample in size, and by one sample of each class. Seed s tests fold s mod k, validates on the next one, and trains on the
/// others; s div k draws the folds, so that k seeds in a row test each row once and the next k are another round.
pub fn folds(set: &DataSet, folds: u64, seed: u64) -> Result<Indices, DataError> {
    let mut units = DrawnUnits::of(set, |_| true);
    let count: usize = units.strata.iter().map(Vec::len).sum();
    if (count as u64) < folds {
        let noun = units.noun();
        return Err(DataFault::Split.error(format!("{folds} folds of {count} {noun}s: some would be empty")));
    }
    let mut stream = Stream::new(seed / folds, Purpose::Folds, 0);
    let [mut train, mut validation, mut test] = [Vec::new(), Vec::new(), Vec::new()];
    let (tested, validated, mut dealt) = (seed % folds, (seed + 1) % folds, 0);
    for mut stratum in std::mem::take(&mut units.strata) {
        stream.shuffle(&mut stratum);
        for unit in stratum {
            let fold = dealt % folds;
            dealt += 1;
            let part = if fold == tested {
                &mut test
            } else if fold == validated {
                &mut validation
            } else {
                &mut train
            };
            part.push(unit);
        }
    }
    Ok(Indices { train: units.rows(train), validation: units.rows(validation), test: units.rows(test) })
}
