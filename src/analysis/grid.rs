//! The grid that some configurations make: which settings vary, independently of which others, and whether every combination is there.

use super::configurations::Configuration;
use super::stats::Factor;
use crate::record::is_label;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What varies in a full grid.
#[derive(Clone, Debug)]
pub struct SettingGrid {
    pub axes: Vec<GridAxis>,
    /// The same as a formula has it, in the same order.
    pub factors: Vec<Factor>,
}

/// One axis of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridAxis {
    /// The setting, and others that follow from it but for its own parameters.
    pub names: Vec<String>,
    /// The settings within whose values it has values of its own, as each optimizer its learning rates; none if it exists for one
    /// of these only.
    pub within: Vec<String>,
    /// Whether its values are numbers.
    pub is_numeric: bool,
}

/// A setting that varies, with the level of each configuration.
struct Varies {
    name: String,
    levels: Vec<usize>,
    /// The level of those that do not have it.
    none: Option<usize>,
    is_numeric: bool,
}

impl SettingGrid {
    /// The grid of configurations of one data set, an axis by its setting's name after those that it is within. `None` if some
    /// combinations are missing.
    #[must_use]
    pub fn of(configurations: &[&Configuration<'_>]) -> Option<Self> {
        let all = varies(configurations);
        let (order, parts) = parted(&all);
        let mut factors: Vec<Factor> = Vec::new();
        for v in &order {
            let owners: Vec<usize> = (0..factors.len()).filter(|&place| owns(&order[place].name, &v.name)).collect();
            let own = has_own_lists(&v.levels, &owners, &factors);
            let chain = owners.iter().flat_map(|&place| factors[place].within.iter().copied().chain([place]));
            let within: BTreeSet<usize> = if own { chain.collect() } else { BTreeSet::new() };
            factors.push(Factor { levels: v.levels.clone(), within: within.into_iter().collect() });
        }
        let axis = |(v, factor): (&&Varies, &Factor)| GridAxis {
            names: names(v, &order, &parts),
            within: owners(v, factor, &factors).iter().map(|&place| order[place].name.clone()).collect(),
            is_numeric: v.is_numeric,
        };
        let axes = order.iter().zip(&factors).map(axis).collect();
        is_full(&factors, configurations.len()).then_some(Self { axes, factors })
    }
}

/// The settings that vary independently of one another, a choice before its parameters; those that follow from another one are left
/// out.
#[must_use]
pub fn varied(configurations: &[&Configuration<'_>]) -> Vec<String> {
    parted(&varies(configurations)).0.into_iter().map(|v| v.name.clone()).collect()
}

/// The axes, and what follows from them.
fn parted(all: &[Varies]) -> (Vec<&Varies>, Vec<&Varies>) {
    let (parts, mut order): (Vec<&Varies>, Vec<&Varies>) =
        all.iter().partition(|v| all.iter().any(|other| is_part_of(v, other, all)));
    // What owns others has a shorter path, and comes first.
    order.sort_by_key(|v| (depth(&v.name), v.name.clone()));
    (order, parts)
}

fn depth(name: &str) -> usize {
    let owner = name.strip_suffix(".kind").unwrap_or(name);
    owner.matches('.').count()
}

/// Whether a setting is a choice that another one is a parameter of: `optimizer.kind` and `optimizer.lr`.
fn owns(kind: &str, name: &str) -> bool {
    let choice = kind.strip_suffix(".kind");
    choice.is_some_and(|choice| name != kind && name.strip_prefix(choice).is_some_and(|rest| rest.starts_with('.')))
}

/// The settings that differ between these configurations, by name; levels are counted in the order in which they first occur.
fn varies(configurations: &[&Configuration<'_>]) -> Vec<Varies> {
    let names: BTreeSet<&String> = configurations.iter().flat_map(|c| c.settings.keys()).collect();
    let of = |name: &String| {
        let values = configurations.iter().map(|c| c.settings.get(name));
        let mut places: HashMap<Option<&Value>, usize> = HashMap::new();
        let levels: Vec<usize> = values
            .map(|value| {
                let next = places.len();
                *places.entry(value).or_insert(next)
            })
            .collect();
        let is_numeric = places.keys().flatten().all(|value| value.as_number().is_some());
        let none = places.get(&None).copied();
        (places.len() > 1).then(|| Varies { name: name.clone(), levels, none, is_numeric })
    };
    names.into_iter().filter_map(of).collect()
}

/// Whether the levels of a setting follow from another one's, so that it is no axis of its own: defaults of a kind, or all but the
/// first of those that vary together. Its own parameters never make a kind follow from them.
fn is_part_of(this: &Varies, other: &Varies, all: &[Varies]) -> bool {
    if this.name == other.name || owns(&this.name, &other.name) || !follows(&this.levels, &other.levels) {
        return false;
    }
    let same = follows(&other.levels, &this.levels);
    let place = |v: &Varies| all.iter().position(|known| known.name == v.name);
    let rank = |v: &Varies| (!is_label(&v.name), place(v));
    !same || owns(&other.name, &this.name) || rank(other) < rank(this)
}

/// The owners of an axis for several of whose levels it has values.
fn owners(axis: &Varies, factor: &Factor, factors: &[Factor]) -> Vec<usize> {
    let has = |list: &&BTreeSet<usize>| list.iter().any(|level| Some(*level) != axis.none);
    let several = lists(&axis.levels, &factor.within, factors).values().filter(has).count() > 1;
    if several { factor.within.clone() } else { Vec::new() }
}

/// The name of an axis, and of what follows from it and from none before it; a label says all that its cases set.
fn names(axis: &Varies, order: &[&Varies], parts: &[&Varies]) -> Vec<String> {
    if is_label(&axis.name) {
        return vec![axis.name.clone()];
    }
    let host = |part: &Varies| order.iter().find(|other| follows(&part.levels, &other.levels)).map(|other| &other.name);
    let others = parts.iter().filter(|part| host(part) == Some(&axis.name) && !owns(&axis.name, &part.name));
    [axis].into_iter().chain(others.copied()).map(|v| v.name.clone()).collect()
}

/// Whether each level of `of` has one of these levels.
fn follows(levels: &[usize], of: &[usize]) -> bool {
    let mut known: HashMap<usize, usize> = HashMap::new();
    of.iter().zip(levels).all(|(of, level)| known.entry(*of).or_insert(*level) == level)
}

/// The levels that occur for each combination of some factors' levels.
fn lists(levels: &[usize], by: &[usize], factors: &[Factor]) -> BTreeMap<Vec<usize>, BTreeSet<usize>> {
    let mut lists: BTreeMap<Vec<usize>, BTreeSet<usize>> = BTreeMap::new();
    for (point, level) in levels.iter().enumerate() {
        lists.entry(key(by, factors, point)).or_default().insert(*level);
    }
    lists
}

fn key(by: &[usize], factors: &[Factor], point: usize) -> Vec<usize> {
    by.iter().map(|&place| factors[place].levels[point]).collect()
}

/// Whether not all combinations of the owners' levels have the same levels of a factor.
fn has_own_lists(levels: &[usize], owners: &[usize], factors: &[Factor]) -> bool {
    let lists = lists(levels, owners, factors);
    let mut each = lists.values();
    let first = each.next();
    each.any(|list| Some(list) != first)
}

/// Whether each factor has, for every combination of those before it, all levels that its owners allow, and no point occurs twice.
fn is_full(factors: &[Factor], points: usize) -> bool {
    let all: Vec<usize> = (0..factors.len()).collect();
    let different: BTreeSet<Vec<usize>> = (0..points).map(|point| key(&all, factors, point)).collect();
    let whole = |place: &usize| {
        let (before, within) = (&all[..*place], &factors[*place].within);
        let [given, allowed] = [before, within].map(|by| lists(&factors[*place].levels, by, factors));
        (0..points).all(|point| given[&key(before, factors, point)] == allowed[&key(within, factors, point)])
    };
    different.len() == points && all.iter().all(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{At, Compared, Quantity};

    /// Configurations of these settings: `a.kind=x a.b=0.1`.
    fn made(settings: &[&str]) -> Vec<Configuration<'static>> {
        let one = |text: &&str| {
            let setting = |word: &str| {
                let (name, value) = word.split_once('=').unwrap();
                let value = value.parse().map_or(Value::text(value), Value::Number);
                (name.to_owned(), value)
            };
            let settings = text.split(' ').map(setting).collect();
            let (data, optimizer, keys, runs) = ("d".to_owned(), String::new(), Vec::new(), Vec::new());
            let (at, outcome, by) = (At::default(), Compared::default(), Quantity::Loss);
            Configuration { data, optimizer, keys, settings, runs, at, outcome, by, staged: None, certain: false }
        };
        settings.iter().map(one).collect()
    }

    /// The axes in words, `none` where it is no full grid.
    fn axes(settings: &[&str]) -> Vec<String> {
        let made = made(settings);
        let Some(grid) = SettingGrid::of(&made.iter().collect::<Vec<_>>()) else { return vec!["none".to_owned()] };
        let word = |axis: &GridAxis| format!("{} in {}", axis.names.join("+"), axis.within.join("+"));
        grid.axes.iter().map(|axis| word(axis).trim_end_matches(" in ").to_owned()).collect()
    }

    #[test]
    fn equal_lists_are_crossed_and_others_within() {
        let two = |second: &str| {
            let rates = |kind: &str, list: &str| -> Vec<String> {
                let all = list.split(',').flat_map(|lr| ["0", "1"].map(|d| format!("o.kind={kind} o.lr={lr} d={d}")));
                all.collect()
            };
            let all = [rates("a", "1,2"), rates("b", second)].concat();
            axes(&all.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(two("1,2"), ["d", "o.kind", "o.lr"]);
        assert_eq!(two("2,3"), ["d", "o.kind", "o.lr in o.kind"]);
        assert_eq!(two("3,4,5"), ["d", "o.kind", "o.lr in o.kind"]);
        assert_eq!(two("3"), ["d", "o.kind", "o.lr in o.kind"]);
        let one = ["o.kind=a o.mu=1", "o.kind=a o.mu=2", "o.kind=b"];
        assert_eq!(axes(&one), ["o.kind", "o.mu"], "of one kind alone");
    }

    #[test]
    fn what_follows_is_no_axis() {
        assert_eq!(axes(&["o.kind=a o.lr=1 d=0", "o.kind=b o.lr=2 d=0"]), ["o.kind"], "one rate each");
        assert_eq!(axes(&["a=1 b=2", "a=2 b=4"]), ["a+b"], "a zip");
        assert_eq!(axes(&["a=1 case=x b=2", "a=2 case=y b=4"]), ["case"], "a labelled case");
        assert_eq!(axes(&["i=he a=relu", "i=he a=leaky", "i=xavier a=tanh"]), ["a+i"], "a default");
        let cases = ["o.kind=a o.lr=1 d=0", "o.kind=a o.lr=2 d=1", "o.kind=b o.lr=3 d=0", "o.kind=b o.lr=4 d=0"];
        assert_eq!(axes(&cases), ["o.kind", "o.lr+d in o.kind"]);
    }

    #[test]
    fn a_missing_combination_is_seen() {
        assert_eq!(axes(&["a=1 b=1", "a=1 b=2", "a=2 b=1", "a=2 b=2"]), ["a", "b"]);
        assert_eq!(axes(&["a=1 b=1", "a=1 b=2", "a=2 b=1"]), ["none"]);
        let own = [
            "o.kind=a o.lr=1 d=0",
            "o.kind=a o.lr=1 d=1",
            "o.kind=a o.lr=2 d=0",
            "o.kind=b o.lr=3 d=0",
            "o.kind=b o.lr=3 d=1",
        ];
        assert_eq!(axes(&own), ["none"]);
        assert_eq!(axes(&[&own[..], &["o.kind=a o.lr=2 d=1"]].concat()), ["d", "o.kind", "o.lr in o.kind"]);
    }
}
