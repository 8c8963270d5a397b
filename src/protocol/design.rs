//! What the runs of a sweep are to its protocol: the trials of each compared value on each data set.
//!
//! A cell, one compared value on one data set, is made of one class of members of each part of the combinations; a trial of
//! it, of one value of the tuned settings in each. So both are counted part by part, and a trial's combinations are named
//! when they are asked for.

use crate::record::{Protocol, data_label, with_usual};
use crate::spec::{Fault, Mistake, Place, say};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The combinations of a sweep as those of independent parts: the settings of a part depend on which of its members is taken, and
/// not on the members of other parts.
pub trait Factorial {
    /// How many members each part has.
    fn parts(&self) -> Vec<u64>;
    /// Gives each member of a part to `each`, with the settings of the part; `None` where that fails.
    fn each_member(&self, part: usize, each: impl FnMut(u64, &BTreeMap<String, Value>) -> Option<()>) -> Option<()>;
    /// The settings of a combination.
    fn settings(&self, combination: u64) -> Option<BTreeMap<String, Value>>;
    /// The combination that has these members, one of each part.
    fn combination(&self, members: &[u64]) -> u64;
    /// Which member of a part a combination has.
    fn member(&self, part: usize, combination: u64) -> u64;
}

/// A protocol and the combinations that it is about.
#[derive(Clone, Debug)]
pub struct ProtocolDesign {
    pub protocol: Protocol,
    /// In the order in which they first occur.
    pub cells: Vec<Cell>,
    /// The place of each in that order, by its classes.
    places: HashMap<Vec<u32>, usize>,
    parts: Vec<Sorted>,
}

/// One compared value on one data set.
#[derive(Clone, Debug)]
pub struct Cell {
    pub data: String,
    pub method: String,
    /// How many settings are tried.
    pub trials: u64,
    /// Which class of each part it is made of.
    classes: Vec<u32>,
}

/// A part, its members by class.
#[derive(Clone, Debug)]
struct Sorted {
    /// The class of each member.
    of: Vec<u32>,
    /// By number.
    classes: Vec<Class>,
}

/// Members with the same compared value and the same data.
#[derive(Clone, Debug)]
struct Class {
    /// Each with its trial; the first member of all is the first here.
    members: Vec<(u64, u32)>,
    trials: u32,
    /// Settings over whose values not all trials are averaged alike.
    uneven: BTreeSet<String>,
    /// Settings whose values differ between compared values on the same data.
    bound: BTreeSet<String>,
}

impl ProtocolDesign {
    /// Sorts all combinations; what does not go together is said at `place`, where the protocol stands.
    pub fn of(
        mut protocol: Protocol,
        combinations: &impl Factorial,
        place: &Place,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let sorted = |part| Sorted::of(part, &protocol, combinations);
        let parts: Vec<Sorted> = (0..combinations.parts().len()).map(sorted).collect::<Option<_>>()?;
        let mut cells = Vec::new();
        for numbers in products(parts.iter().map(|sorted| sorted.classes.len()).collect()) {
            let classes = || parts.iter().zip(&numbers).map(|(sorted, &number)| &sorted.classes[number]);
            let firsts: Vec<u64> = classes().map(|class| class.members[0].0).collect();
            let first = combinations.combination(&firsts);
            let settings = with_usual(&combinations.settings(first)?);
            let (data, method) = (data_label(&settings), protocol.method(&settings));
            let trials = classes().map(|class| u64::from(class.trials)).product();
            let named = |of: fn(&Class) -> &BTreeSet<String>| -> Vec<&str> {
                classes().flat_map(of).map(String::as_str).collect()
            };
            let (uneven, bound) = (named(|class| &class.uneven), named(|class| &class.bound));
            if !uneven.is_empty() {
                let names = uneven.join("`, `");
                let message =
                    format!("the trials of {method} on {data} are not averaged over the same values of `{names}`");
                let expected = "expected each of these values with every tuned setting";
                let help = "tune what varies together with a tuned setting too; give the rest as lists of one table, or as axes \
                            of their own";
                say(mistakes, place, "protocol", Fault::unfit(message, expected).help(help.to_owned()));
            } else if !bound.is_empty() {
                let names = bound.join("`, `");
                let message = format!("`{names}` varies together with what is compared, on {data}");
                let expected = "expected it compared too, or the same values of it with each compared value";
                let help = "nobody could tell which of both made a difference".to_owned();
                say(mistakes, place, "protocol", Fault::unfit(message, expected).help(help));
            }
            let each: u64 = classes().map(|class| class.of_trial(0).count() as u64).product();
            protocol.report_runs += each * protocol.report_seeds.len() as u64;
            let classes = numbers.iter().map(|&number| u32::try_from(number)).collect::<Result<_, _>>().ok()?;
            cells.push((first, Cell { data, method, trials, classes }));
        }
        cells.sort_by_key(|(first, _)| *first);
        let cells: Vec<Cell> = cells.into_iter().map(|(_, cell)| cell).collect();
        let places = cells.iter().enumerate().map(|(place, cell)| (cell.classes.clone(), place)).collect();
        Some(Self { protocol, cells, places, parts })
    }

    /// The combinations of each trial of a cell, ascending: one for each value of what is averaged over. The trials stand in
    /// the order in which they first occur.
    pub fn trials(&self, cell: &Cell, combinations: &impl Factorial) -> Vec<Vec<u64>> {
        let of_parts: Vec<Vec<Vec<u64>>> =
            self.parts.iter().zip(&cell.classes).map(|(sorted, class)| sorted.trials(*class)).collect();
        let combined = |trial: Vec<usize>| {
            let members: Vec<&Vec<u64>> = of_parts.iter().zip(trial).map(|(trials, number)| &trials[number]).collect();
            let index = |picks: Vec<usize>| {
                let picked: Vec<u64> = members.iter().zip(picks).map(|(members, pick)| members[pick]).collect();
                combinations.combination(&picked)
            };
            let mut all: Vec<u64> =
                products(members.iter().map(|members| members.len()).collect()).map(index).collect();
            all.sort_unstable();
            all
        };
        let mut trials: Vec<Vec<u64>> = products(of_parts.iter().map(Vec::len).collect()).map(combined).collect();
        trials.sort_unstable();
        trials
    }

    /// The cell of a combination.
    pub fn cell(&self, combination: u64, combinations: &impl Factorial) -> Option<&Cell> {
        let class = |(part, sorted): (usize, &Sorted)| {
            let member = usize::try_from(combinations.member(part, combination)).ok()?;
            sorted.of.get(member).copied()
        };
        let classes: Vec<u32> = self.parts.iter().enumerate().map(class).collect::<Option<_>>()?;
        self.cells.get(*self.places.get(&classes)?)
    }
}

impl Sorted {
    fn of(part: usize, protocol: &Protocol, combinations: &impl Factorial) -> Option<Self> {
        let (mut of, mut classes) = (Vec::new(), Vec::<Class>::new());
        let mut known: HashMap<String, u32> = HashMap::new();
        let mut trials: HashMap<(u32, String), u32> = HashMap::new();
        let mut conditions: HashMap<(u32, u32), Averaged> = HashMap::new();
        let mut data: Vec<String> = Vec::new();
        let mut known_values: HashMap<(String, String, Option<String>), BTreeSet<String>> = HashMap::new();
        combinations.each_member(part, |member, settings| {
            let of_data = data_label(settings);
            let next = u32::try_from(classes.len()).ok()?;
            let class = *known.entry(format!("{of_data}\n{}", protocol.compared(settings))).or_insert(next);
            if class == next {
                classes.push(Class { members: Vec::new(), trials: 0, uneven: BTreeSet::new(), bound: BTreeSet::new() });
                data.push(of_data);
            }
            let of_class = &mut classes[class as usize];
            let trial = *trials.entry((class, protocol.trial(settings))).or_insert(of_class.trials);
            of_class.trials = of_class.trials.max(trial + 1);
            of_class.members.push((member, trial));
            conditions.entry((class, trial)).or_default().add(protocol, settings);
            of.push(class);
            Some(())
        })?;
        for (number, class) in (0..).zip(&mut classes) {
            let first = &conditions[&(number, 0)];
            class.uneven = (0..class.trials).flat_map(|trial| first.differing(&conditions[&(number, trial)])).collect();
            // Beside the first class on the same data that has the setting.
            let data = &data[number as usize];
            let with_kind = |name: &String| (data.clone(), name.clone(), first.kinds.get(name).cloned());
            let mut differs = |(name, values): &(&String, &BTreeSet<String>)| {
                known_values.entry(with_kind(name)).or_insert_with(|| (*values).clone()) != *values
            };
            let values = first.values.iter().filter(|row| differs(row));
            class.bound = values.map(|(name, _)| name.clone()).collect();
        }
        Some(Self { of, classes })
    }

    /// The members of each trial of a class.
    fn trials(&self, class: u32) -> Vec<Vec<u64>> {
        let class = &self.classes[class as usize];
        let mut trials = vec![Vec::new(); class.trials as usize];
        class.members.iter().for_each(|(member, trial)| trials[*trial as usize].push(*member));
        trials
    }
}

/// What one trial is averaged over: the values of each setting, and the combinations of them.
#[derive(Default)]
struct Averaged {
    values: BTreeMap<String, BTreeSet<String>>,
    combinations: HashSet<String>,
    /// Of parameters of a choice whose kind is compared, the kind: what another kind has of that name is another thing.
    kinds: BTreeMap<String, String>,
}

impl Averaged {
    fn add(&mut self, protocol: &Protocol, settings: &BTreeMap<String, Value>) {
        if self.combinations.insert(protocol.condition(settings)) {
            for (name, value) in protocol.average.iter().filter_map(|name| Some((name, settings.get(name)?))) {
                self.values.entry(name.clone()).or_default().insert(value.to_string());
                let kind = name.rsplit_once('.').map(|(owner, _)| format!("{owner}.kind"));
                let kind = kind.filter(|kind| protocol.compare.contains(kind)).and_then(|kind| settings.get(&kind));
                kind.into_iter().for_each(|kind| _ = self.kinds.insert(name.clone(), kind.to_string()));
            }
        }
    }

    /// The settings of which both do not have the same values; all that both have where only their combinations differ.
    fn differing(&self, other: &Self) -> BTreeSet<String> {
        if self.combinations == other.combinations {
            return BTreeSet::new();
        }
        let names: BTreeSet<&String> = self.values.keys().chain(other.values.keys()).collect();
        let differs = |name: &&String| self.values.get(*name) != other.values.get(*name);
        let some: BTreeSet<String> = names.iter().copied().filter(differs).cloned().collect();
        if some.is_empty() { names.into_iter().cloned().collect() } else { some }
    }
}

impl Class {
    fn of_trial(&self, trial: u32) -> impl Iterator<Item = u64> + '_ {
        self.members.iter().filter(move |(_, of)| *of == trial).map(|(member, _)| *member)
    }
}

/// All ways to pick one of each of these numbers of things, the last varying fastest.
fn products(counts: Vec<usize>) -> impl Iterator<Item = Vec<usize>> {
    let all: usize = counts.iter().product();
    (0..all).map(move |mut number| {
        let mut picks: Vec<usize> = counts
            .iter()
            .rev()
            .map(|count| {
                let pick = number % count;
                number /= count;
                pick
            })
            .collect();
        picks.reverse();
        picks
    })
}
