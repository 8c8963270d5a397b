//! Where an ordered axis is flat: the values about the best one that no verdict tells apart from it.

use super::conclusions::{Flat, OnData};
use super::select::Selected;
use super::verdict::Verdict;

/// Fewer values have no range.
const FEWEST: usize = 3;

/// The flat range of the setting `key` on a data set whose pairs are judged; `block` are its methods. `None` if a value is no
/// number, there are fewer than three, or a pair with the best one has no verdict.
#[must_use]
pub fn flat(on: &OnData, block: &[Selected<'_, '_>], key: &str) -> Option<Flat> {
    let value = |method: &str| block.iter().find(|row| row.optimizer == method)?.compared?.number(key);
    let values: Vec<f64> = on.methods.iter().map(|ranked| value(&ranked.method)).collect::<Option<_>>()?;
    on.methods.first()?.mean?;
    if values.len() < FEWEST {
        return None;
    }
    let verdict =
        |place: usize| on.pairs.iter().find(|(i, j, _)| (*i, *j) == (0, place)).map(|(_, _, pair)| pair.verdict);
    let verdicts: Vec<Verdict> = (1..values.len()).map(verdict).collect::<Option<_>>()?;
    if verdicts.iter().any(|verdict| *verdict == Verdict::TooFewSeeds || verdict.is_blocked()) {
        return None;
    }
    let mut ascending: Vec<usize> = (0..values.len()).collect();
    ascending.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let best = ascending.iter().position(|&place| place == 0)?;
    let near = |place: &&usize| !verdicts[**place - 1].is_difference();
    let below: Vec<usize> = ascending[..best].iter().rev().take_while(near).copied().collect();
    let above: Vec<usize> = ascending[best + 1..].iter().take_while(near).copied().collect();
    let end = |side: &[usize]| side.last().map_or(values[0], |&place| values[place]);
    let beside = || below.iter().chain(&above);
    Some(Flat {
        best: values[0],
        least: end(&below),
        greatest: end(&above),
        all: beside().count() + 1 == values.len(),
        same: beside().all(|&place| matches!(verdicts[place - 1], Verdict::Same | Verdict::SameWithinMargin)),
    })
}
