//! Numbers that differ in a file and are equal once they are cast: f32 has 24 bits, and points in time in milliseconds take 41.

use super::Indices;
use super::prepared::ScaledNumbers;
use super::set::{DataSet, Target};
use crate::num::Real;

/// A feature, or the target, of which different numbers become equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Of the features, counted from 0; none for the target.
    pub column: Option<usize>,
    /// How many different numbers there are, as they are and once they are scaled and cast.
    pub before: usize,
    pub after: usize,
}

/// So many numbers are looked at: a second's work.
const MOST_NUMBERS: usize = 20_000_000;

/// Where one in a hundred different numbers or more becomes equal to another one in the precision R. Less than that happens by
/// chance, to a million random numbers in f32.
#[must_use]
pub fn merged<R: Real>(set: &DataSet, indices: &Indices, standardize: bool) -> Vec<Merged> {
    let targets = set.target.numbers();
    let cols = set.features.cols();
    let columns = (0..cols.min(MOST_NUMBERS / set.samples().max(1))).map(Some).chain([None]);
    let raw = |column: Option<usize>| -> Box<dyn Iterator<Item = f64> + '_> {
        match column {
            Some(column) => Box::new(set.features.column(column)),
            None => Box::new(targets.iter().copied()),
        }
    };
    let plain = |column: Option<usize>| (column.is_some() && set.features.are_bytes()) || are_plain(raw(column));
    let looked_at: Vec<Option<usize>> = columns.filter(|column| !plain(*column)).collect();
    if looked_at.is_empty() || matches!(set.target, Target::Objective(_)) {
        return Vec::new();
    }
    let features = ScaledNumbers::features(set, indices, standardize);
    let values = ScaledNumbers::values(set, indices, standardize).map(|values| values.all()).unwrap_or_default();
    let merged = |column: Option<usize>| {
        let scaled: Box<dyn Iterator<Item = f64> + '_> = match column {
            Some(column) => Box::new(features.column(column)),
            None => Box::new(values.iter().copied()),
        };
        let mut pairs: Vec<(f64, R)> = raw(column).zip(scaled.map(R::from_f64)).collect();
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let changes = |differ: fn(&(f64, R), &(f64, R)) -> bool| {
            pairs.windows(2).filter(|pair| differ(&pair[0], &pair[1])).count() + usize::from(!pairs.is_empty())
        };
        let (before, after) = (changes(|a, b| a.0 != b.0), changes(|a, b| a.1 != b.1));
        (100 * before.saturating_sub(after) >= before.max(1)).then_some(Merged { column, before, after })
    };
    looked_at.into_iter().filter_map(merged).collect()
}

/// Whether numbers stay different whatever is done here: whole ones, or all halves, of at most 22 bits.
fn are_plain(mut numbers: impl Iterator<Item = f64>) -> bool {
    numbers.all(|number| (2.0 * number).fract() == 0.0 && number.abs() < f64::from(1 << 21))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, Shares, load, split};
    use crate::num::Matrix;
    use crate::registry::Chosen;

    #[test]
    fn milliseconds_do_not_fit_f32_unless_they_are_scaled() {
        let (start, rows) = (1.7e12, 200_u16);
        let time = |row: u16| start + 1000.0 * f64::from(row);
        let features = (0..rows).flat_map(|row| [time(row), f64::from(row % 7)]).collect();
        let targets = (0..rows).map(|row| 0.1 * f64::from(row % 11)).collect();
        let set = DataSet::flat(Matrix::new(rows.into(), 2, features), Target::Values(targets));
        let indices = split(&set, Shares::USUAL, 0).unwrap();
        // Neighbours of 1.7e12 in f32 are 131,072 apart: 200 seconds cover two of them, or three.
        let found = merged::<f32>(&set, &indices, false);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].column == Some(0) && found[0].before == 200 && (2..=3).contains(&found[0].after), "{found:?}");
        assert!(merged::<f32>(&set, &indices, true).is_empty());
        assert!(merged::<f64>(&set, &indices, false).is_empty());
        let DataSet { features, .. } = set;
        let times = (0..rows).map(time).collect();
        let set = DataSet::flat(features.clone(), Target::Values(times));
        assert_eq!(merged::<f32>(&set, &indices, false).len(), 2, "the target too");
    }

    #[test]
    fn no_set_of_our_own_is_eaten() {
        for known in ENTRIES {
            let set = load(&Chosen::of(known)).unwrap();
            let indices = split(&set, Shares::USUAL, 0).unwrap();
            for standardize in [false, true] {
                assert_eq!(merged::<f32>(&set, &indices, standardize), [], "{}", known.entry.name);
            }
        }
    }
}
