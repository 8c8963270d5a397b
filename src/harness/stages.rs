//! From the first stage of a protocol to the second: which settings are run again, and on which seeds.

use crate::analysis::{Tried, choose};
use crate::plan::Spec;
use std::collections::HashSet;

/// The places of the second stage's runs, in their order, from the results of all runs of the first stage in theirs. None
/// without a protocol.
pub fn report_places(spec: &Spec, tuning: &[Tried]) -> Option<Vec<u64>> {
    let seeds = spec.seeds.len();
    let mut chosen_combinations: Vec<u64> = Vec::new();
    spec.protocol()?;
    for (design, cell) in spec.designs().iter().flat_map(|design| design.cells.iter().map(move |cell| (design, cell))) {
        let runs_of = |combinations: &Vec<u64>| -> Option<Vec<Tried>> {
            let of = |combination: &u64| tuning.chunks(seeds).nth(usize::try_from(*combination).ok()?);
            Some(combinations.iter().map(of).collect::<Option<Vec<_>>>()?.concat())
        };
        let combinations = spec.trials(design, cell);
        let trials: Vec<Vec<Tried>> = combinations.iter().map(runs_of).collect::<Option<_>>()?;
        let chosen = choose(&trials)?;
        chosen_combinations.extend(&combinations[chosen]);
    }
    // Several questions may choose the same ones.
    let mut known = HashSet::new();
    chosen_combinations.retain(|combination| known.insert(*combination));
    Some(chosen_combinations.into_iter().flat_map(|combination| spec.report_places(combination)).collect())
}
