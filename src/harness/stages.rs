//! From the first stage of a protocol to the second: which settings are run again, and on which seeds.

use crate::analysis::choose;
use crate::experiment::Spec;
use crate::store::Finished;

/// The places of the second stage's runs, in their order; `result` has the run of a place of the first stage. None without a
/// protocol, and as long as a run of the first stage has no result: the choice would be another one with it.
pub fn report_places<'f>(spec: &Spec, result: impl Fn(u64) -> Option<&'f Finished>) -> Option<Vec<u64>> {
    let design = spec.design()?;
    let seeds = spec.seeds.len() as u64;
    let mut places = Vec::new();
    for cell in &design.cells {
        let runs_of = |combinations: &Vec<u64>| -> Option<Vec<&'f Finished>> {
            let of_trial = combinations.iter().flat_map(|combination| combination * seeds..(combination + 1) * seeds);
            of_trial.map(|place| result(place).filter(|run| run.record.outcome.is_final())).collect()
        };
        let trials: Vec<Vec<&Finished>> = cell.trials.iter().map(runs_of).collect::<Option<_>>()?;
        let chosen = choose(&trials, design.protocol.select)?;
        places.extend(cell.trials[chosen].iter().flat_map(|combination| spec.report_places(*combination)));
    }
    Some(places)
}
