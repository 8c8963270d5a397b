//! AskedSeeds as a spec gives them: a number of them, or a list.

use super::fault::Fault;
use super::keys::LARGEST;
use super::reader::{Node, ValueReader};
use std::collections::BTreeSet;

/// The most seeds of one experiment.
const MOST_SEEDS: u64 = 100_000;

/// AskedSeeds as they were given.
#[derive(Clone, Debug)]
pub enum AskedSeeds {
    Count(u64),
    /// Different ones, at least one.
    List(Vec<u64>),
}

impl AskedSeeds {
    /// The seeds, a number of them counted from `first` on; none if there are not so many.
    pub fn from(&self, first: u64) -> Option<Vec<u64>> {
        match self {
            Self::Count(count) => {
                first.checked_add(*count).filter(|end| *end <= LARGEST).map(|end| (first..end).collect())
            }
            Self::List(seeds) => Some(seeds.clone()),
        }
    }
}

/// The value of a key whose seeds these are.
pub fn read(reader: &mut ValueReader<'_>, key: &str, value: &Node<'_>) -> Option<AskedSeeds> {
    let Some(list) = value.get_ref().as_array() else {
        return reader.integer(key, 1, MOST_SEEDS, value).map(AskedSeeds::Count);
    };
    let seeds: Vec<_> = list.iter().map(|seed| reader.integer(key, 0, LARGEST, seed)).collect();
    let seeds = seeds.into_iter().collect::<Option<Vec<u64>>>()?;
    let distinct: BTreeSet<_> = seeds.iter().collect();
    if seeds.is_empty() || distinct.len() != seeds.len() {
        let message = if seeds.is_empty() { "an empty list of seeds" } else { "a seed is given twice" };
        reader.report(value.span(), Fault::twice(message, "expected a number of seeds, or a list of different ones"));
        return None;
    }
    Some(AskedSeeds::List(seeds))
}
