//! The seeds that a difference takes, in words, and the line of the spec that asks for them.

use super::prospect::{digits, named, notes, percent};
use super::protocol::compared;
use super::terminal::{aligned, folded, indented};
use crate::analysis::stats::POWER;
use crate::analysis::{Asked, Basis, Planned, Prospect};
use crate::record::counted;

/// The seeds that find a difference, on each data set and on all; and the line of the spec that says so. `like` is the folder of the
/// results that it goes by, where it does.
#[must_use]
pub fn proposal(prospect: &Prospect, difference: f64, like: &str) -> String {
    let asked: Vec<&Asked> = prospect.questions.iter().filter(|asked| asked.pairs() > 0).collect();
    let cells = |place: usize| -> Vec<Proposed> {
        asked.iter().map(|asked| found_on(asked, &asked.sets[place], difference)).collect()
    };
    let sets = &prospect.questions[0].sets;
    let all: Vec<Vec<Proposed>> = (0..sets.len()).map(cells).collect();
    let mut text = format!("seeds that find a difference of {difference} with {}\n", percent(POWER));
    if !asked.is_empty() {
        let row = |head: &str, cells: &mut dyn Iterator<Item = String>| {
            std::iter::once(head.to_owned()).chain(cells).collect()
        };
        let mut rows = vec![row("data set", &mut asked.iter().map(|asked| compared(&asked.keys)))];
        let of_set =
            |(set, cells): (&Planned, &Vec<Proposed>)| row(named(prospect, set), &mut cells.iter().map(Proposed::word));
        rows.extend(sets.iter().zip(&all).map(of_set));
        text += &indented(&aligned(&rows));
    }
    let found = Findable::of(&all.concat());
    found.sentences(prospect, difference).iter().for_each(|said| text += &folded(said, "  ", "  "));
    text += &found.line(prospect);
    notes(prospect, like).iter().for_each(|note| text += &folded(note, "  ", "  "));
    text
}

/// What a difference takes for one question on one data set.
#[derive(Clone, Copy, PartialEq)]
enum Proposed {
    Seeds(usize),
    /// No number of seeds finds it; any number finds this.
    Never(Option<f64>),
    /// Nobody knows how differences vary.
    Unknown,
    /// There is nothing to find, or nothing to test.
    Nothing,
}

fn found_on(asked: &Asked, set: &Planned, difference: f64) -> Proposed {
    if set.methods < 2 || set.basis == Basis::Certain {
        Proposed::Nothing
    } else if !set.basis.is_in_units() {
        Proposed::Unknown
    } else {
        asked.seeds_for(set, difference).map_or_else(|| Proposed::Never(asked.difference_ever(set)), Proposed::Seeds)
    }
}

impl Proposed {
    fn word(&self) -> String {
        match self {
            Self::Seeds(seeds) => seeds.to_string(),
            Self::Never(ever) => ever.map_or("never".to_owned(), |ever| format!("never below {}", digits(ever))),
            Self::Unknown => "unknown".to_owned(),
            Self::Nothing => "–".to_owned(),
        }
    }
}

/// What a difference takes on all data sets.
struct Findable {
    /// The most of what finds it.
    seeds: Option<usize>,
    /// Whether there is something that no number of seeds finds, and something of which nobody knows.
    never: bool,
    unknown: bool,
}

impl Findable {
    fn of(cells: &[Proposed]) -> Self {
        let seeds = cells.iter().filter_map(|cell| if let Proposed::Seeds(seeds) = cell { Some(*seeds) } else { None });
        Self {
            seeds: seeds.max(),
            never: cells.iter().any(|cell| matches!(cell, Proposed::Never(_))),
            unknown: cells.contains(&Proposed::Unknown),
        }
    }

    fn sentences(&self, prospect: &Prospect, difference: f64) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(needed) = self.seeds {
            let several = prospect.questions.len() > 1 || prospect.questions[0].sets.len() > 1;
            let on = match (self.never || self.unknown, several) {
                (true, _) => " wherever the table has a number",
                (false, true) => " everywhere",
                (false, false) => "",
            };
            let enough = if needed <= prospect.seeds {
                format!("; the experiment has {}", prospect.seeds)
            } else {
                String::new()
            };
            let (needed, power) = (counted(needed, "seed"), percent(POWER));
            said.push(format!("{needed} find a difference of {difference} with {power}{on}{enough}."));
        }
        if self.never {
            let never = "Where it says never, no number of seeds does: seeds split the same rows, and more splits are no more rows. More \
                         data or fewer comparisons (`[judge] by`) find smaller differences.";
            said.push(never.to_owned());
        }
        said
    }

    /// What to write into the spec, and what tells its cost.
    fn line(&self, prospect: &Prospect) -> String {
        let Some(seeds) = self.seeds.filter(|seeds| *seeds > prospect.seeds) else { return String::new() };
        if prospect.staged {
            format!("  In the spec, under `[protocol]`:\n    report_seeds = {seeds}\n")
        } else {
            format!("  In the spec:\n    seeds = {seeds}\n")
        }
    }
}
