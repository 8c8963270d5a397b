//! From the first stage of a protocol to the second: which settings are run again, and on which seeds.

use crate::analysis::{Tried, choose};
use crate::plan::Spec;

/// The places of the second stage's runs, in their order, from the results of all runs of the first stage in theirs. None
/// without a protocol.
pub fn report_places(spec: &Spec, tuning: &[Tried]) -> Option<Vec<u64>> {
    let seeds = spec.seeds.len();
    let mut places = Vec::new();
    for cell in &spec.design()?.cells {
        let runs_of = |combinations: &Vec<u64>| -> Option<Vec<Tried>> {
            let of = |combination: &u64| tuning.chunks(seeds).nth(usize::try_from(*combination).ok()?);
            Some(combinations.iter().map(of).collect::<Option<Vec<_>>>()?.concat())
        };
        let combinations = spec.trials(cell);
        let trials: Vec<Vec<Tried>> = combinations.iter().map(runs_of).collect::<Option<_>>()?;
        let chosen = choose(&trials)?;
        places.extend(combinations[chosen].iter().flat_map(|combination| spec.report_places(*combination)));
    }
    Some(places)
}
