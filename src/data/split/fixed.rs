//! Parts that no seed draws: rows in their order, and parts that a set comes with.

use super::super::error::{DataError, DataFault};
use super::super::rows::PartName;
use super::super::set::DataSet;
use super::drawn::{drawn, part_of};
use super::{Indices, Shares, TestPart};

/// The first rows train, the next ones validate, the last ones test; with a column `time`, from the earliest to the latest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InOrder {
    /// So many rows each.
    Counts([u64; 3]),
    /// Shares of the rows, together 1.
    Shares([f64; 3]),
    /// So many rows to train and to validate; the test rows are the set's own.
    CountsOfRest([u64; 2]),
    /// Shares of the rows that are not the set's own test rows, together 1.
    SharesOfRest([f64; 2]),
}

impl InOrder {
    /// As [`Shares::USUAL`].
    pub const USUAL: Self = Self::Shares([0.6, 0.2, 0.2]);

    const fn takes_own_test(self) -> bool {
        matches!(self, Self::CountsOfRest(_) | Self::SharesOfRest(_))
    }

    /// How many of so many rows train, validate and test; by shares the last part takes what is left.
    fn counts(self, rows: usize) -> [u64; 3] {
        let bounds = |train: f64, validation: f64| {
            let first = part_of(rows, train);
            [first as u64, part_of(rows, train + validation).saturating_sub(first) as u64]
        };
        match self {
            Self::Counts(counts) => counts,
            Self::CountsOfRest([train, validation]) => [train, validation, 0],
            Self::Shares([train, validation, _]) => {
                let [train, validation] = bounds(train, validation);
                [train, validation, (rows as u64).saturating_sub(train + validation)]
            }
            Self::SharesOfRest([train, _]) => {
                let [train, _] = bounds(train, 0.0);
                [train, (rows as u64).saturating_sub(train), 0]
            }
        }
    }
}

/// Rows in their order. Rows behind the counted ones are in no part.
pub fn in_order(set: &DataSet, sizes: InOrder) -> Result<Indices, DataError> {
    let samples = set.samples();
    let own = if sizes.takes_own_test() { set.rows.own_test(samples)? } else { Vec::new() };
    let is_free = |row: &usize| !sizes.takes_own_test() || set.rows.own_part(*row) != Some(PartName::Test);
    let order: Vec<usize> = match &set.rows.in_time {
        Some(order) => order.iter().copied().filter(is_free).collect(),
        None => (0..samples).filter(is_free).collect(),
    };
    let counts = sizes.counts(order.len());
    let (wanted, there) = (counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count)), order.len());
    if wanted > there as u64 {
        let rest = if sizes.takes_own_test() { " besides the set's own test rows" } else { "" };
        return Err(DataFault::Split.error(format!("the parts take {wanted} rows, and there are {there}{rest}")));
    }
    let [train, validation, test] = counts.map(|count| usize::try_from(count).unwrap_or(there));
    let piece = |first: usize, count: usize| order[first..first + count].to_vec();
    let parts = Indices {
        train: piece(0, train),
        validation: piece(train, validation),
        test: [own, piece(train + validation, test)].concat(),
    };
    check_groups(set, &parts)?;
    Ok(parts)
}

/// No group may be in two parts, since a network could know its test rows by their group.
fn check_groups(set: &DataSet, parts: &Indices) -> Result<(), DataError> {
    match divided_group(set, parts) {
        Some(group) => Err(DataFault::Split
            .error(format!("group {} is in two parts; counts that end with a group keep each in one", group + 1))),
        None => Ok(()),
    }
}

/// The first group, counted from 0, of which two parts have rows.
pub fn divided_group(set: &DataSet, parts: &Indices) -> Option<u32> {
    let groups = set.rows.groups.as_ref()?;
    let mut part_of = vec![None; groups.iter().max().map_or(0, |last| *last as usize + 1)];
    let rows = parts.named().into_iter().flat_map(|(name, part)| part.iter().map(move |row| (name, *row)));
    rows.into_iter().find_map(|(name, row)| {
        let known = part_of[groups[row] as usize].get_or_insert(name);
        (*known != name).then_some(groups[row])
    })
}

/// The parts that the set comes with; where it has no validation rows, a fifth of the training rows, which the seed draws.
pub fn own(set: &DataSet, seed: u64) -> Result<Indices, DataError> {
    let rows = |part| set.rows.of_own_part(part, set.samples());
    let validation = rows(PartName::Validation);
    if validation.is_empty() {
        return drawn(set, Shares { train: 0.8, validation: 0.2, test: TestPart::Own }, seed);
    }
    Ok(Indices { train: rows(PartName::Train), validation, test: set.rows.own_test(set.samples())? })
}
