//! Shares that each seed draws, of each class.

use super::super::error::{DataError, DataFault};
use super::super::rows::PartName;
use super::super::set::DataSet;
use super::units::DrawnUnits;
use super::{Indices, Shares, TestPart};
use crate::num::{Purpose, Stream};

/// Splits by seed. Of each class (for regression: of all samples; with groups: of all groups) with c samples, the nearest whole
/// numbers to c · validation and c · test go to those parts and the rest to training; which ones, a shuffle decides. Held-out samples
/// are taken out before that, by a shuffle that knows of no seed, or as the set says.
pub fn drawn(set: &DataSet, shares: Shares, seed: u64) -> Result<Indices, DataError> {
    let own = match shares.test {
        TestPart::Own => set.rows.own_test(set.samples())?,
        _ => Vec::new(),
    };
    let is_own = |row: usize| shares.test == TestPart::Own && set.rows.own_part(row) == Some(PartName::Test);
    let mut units = DrawnUnits::of(set, |row| !is_own(row));
    let classes = units.strata.len() > 1;
    let mut stream = Stream::new(seed, Purpose::Split, 0);
    let counts: Vec<usize> = units.strata.iter().map(Vec::len).collect();
    let held = held_out(&mut units.strata, shares.test);
    let [mut train, mut validation, mut test] = [Vec::new(), Vec::new(), held];
    for (class, mut stratum) in std::mem::take(&mut units.strata).into_iter().enumerate() {
        stream.shuffle(&mut stratum);
        let [for_train, for_validation, for_test] = class_parts(counts[class], shares);
        let for_test = if matches!(shares.test, TestPart::Drawn(_)) { for_test } else { 0 };
        if for_train == 0 {
            let of_class = if classes { format!(" of class {class}") } else { String::new() };
            let (noun, left) = (units.noun(), stratum.len());
            return Err(
                DataFault::Split.error(format!("no {noun}{of_class} is left for training: there are only {left}"))
            );
        }
        validation.extend(stratum.drain(..for_validation));
        test.extend(stratum.drain(..for_test));
        train.extend(stratum);
    }
    let test = [own, units.rows(test)].concat();
    Ok(Indices { train: units.rows(train), validation: units.rows(validation), test })
}

/// Takes the share that is held out from each class. Which samples depends on their classes, groups and order alone.
fn held_out(strata: &mut [Vec<usize>], test: TestPart) -> Vec<usize> {
    let TestPart::Held(share) = test else { return Vec::new() };
    let (mut held_out, mut stream) = (Vec::new(), Stream::new(0, Purpose::Holdout, 0));
    for stratum in strata {
        let mut order = stratum.clone();
        stream.shuffle(&mut order);
        order.truncate(part_of(stratum.len(), share));
        order.sort_unstable();
        stratum.retain(|sample| order.binary_search(sample).is_err());
        held_out.extend(order);
    }
    held_out
}

/// How many of a class's samples go to training, validation and test; a set's own test rows are not counted.
#[must_use]
pub fn class_parts(count: usize, shares: Shares) -> [usize; 3] {
    let test = match shares.test {
        TestPart::Drawn(share) | TestPart::Held(share) => part_of(count, share),
        TestPart::Own => 0,
    };
    let validation = part_of(count, shares.validation);
    [count.saturating_sub(validation + test), validation, test]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // counts of samples
pub(super) fn part_of(count: usize, share: f64) -> usize {
    (count as f64 * share).round() as usize
}
