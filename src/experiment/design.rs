//! What the runs of a sweep are to its protocol: the trials of each compared value on each data set.

use super::combinations::Combinations;
use super::files::Files;
use super::problem::{Place, Problem};
use super::protocol::say;
use crate::record::{Protocol, data_label};
use std::collections::{BTreeSet, HashMap};

/// A protocol and the combinations that it is about.
#[derive(Clone, Debug)]
pub struct Design {
    pub protocol: Protocol,
    /// In the order in which they first occur.
    pub cells: Vec<Cell>,
}

/// One compared value on one data set.
#[derive(Clone, Debug)]
pub struct Cell {
    pub data: String,
    pub method: String,
    /// The combinations of each trial, ascending: one for each value of what is averaged over.
    pub trials: Vec<Vec<u64>>,
}

impl Design {
    /// Sorts all combinations; what does not go together is said at `place`, where the protocol stands.
    pub fn of(
        mut protocol: Protocol,
        combinations: &Combinations,
        files: &Files,
        place: &Place,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut known: HashMap<(String, String), usize> = HashMap::new();
        let mut trials: HashMap<(usize, String), usize> = HashMap::new();
        let mut conditions: Vec<Vec<BTreeSet<String>>> = Vec::new();
        for index in 0..combinations.len() {
            let mut run = combinations.finish(index, 0).ok()?;
            files.complete(&mut run);
            let settings = run.settings();
            let (data, method) = (data_label(&settings), protocol.method(&settings));
            let cell = *known.entry((data.clone(), method.clone())).or_insert_with(|| {
                cells.push(Cell { data, method, trials: Vec::new() });
                conditions.push(Vec::new());
                cells.len() - 1
            });
            let trial = *trials.entry((cell, protocol.trial(&settings))).or_insert_with(|| {
                cells[cell].trials.push(Vec::new());
                conditions[cell].push(BTreeSet::new());
                cells[cell].trials.len() - 1
            });
            cells[cell].trials[trial].push(index);
            conditions[cell][trial].insert(protocol.condition(&settings));
        }
        for (cell, conditions) in cells.iter().zip(&conditions) {
            if conditions.iter().any(|found| *found != conditions[0]) {
                let message = format!(
                    "the trials of {} on {} are not averaged over the same values of `{}`",
                    cell.method,
                    cell.data,
                    protocol.average.join("`, `")
                );
                let expected = "expected each of these values with every tuned setting";
                let help = "give them as lists of one table, or as axes of their own".to_owned();
                say(problems, place, message, expected, Some(help));
            }
        }
        let runs: usize = cells.iter().map(|cell| cell.trials[0].len()).sum();
        protocol.report_runs = runs as u64 * protocol.report_seeds.len() as u64;
        Some(Self { protocol, cells })
    }
}
