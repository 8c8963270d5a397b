//! Which method reaches the targets sooner, in words.

use super::enough::takes;
use super::phrases::joined;
use super::phrases::p_is;
use crate::analysis::stats::Interval;
use crate::analysis::{Paired, Sooner, SpeedTarget, SpeedUnit, TargetOrigin, Verdict, factor};
use std::collections::BTreeMap;

/// What fixes a target: `0.9 of the way of momentum from the untrained loss`.
#[must_use]
pub fn fixed_by(target: &SpeedTarget) -> String {
    match &target.origin {
        TargetOrigin::Given => "the validation loss that was given".to_owned(),
        TargetOrigin::Way { baseline, way } => {
            format!("the validation loss at {way} of {baseline}'s way from the untrained loss")
        }
    }
}

/// What is counted up to a target, as axes and sentences say it.
#[must_use]
pub const fn unit_in_words(unit: SpeedUnit) -> &'static str {
    match unit {
        SpeedUnit::TrainingSteps => "training steps",
        SpeedUnit::Gradients => "gradients",
        SpeedUnit::Epochs => "epochs",
        SpeedUnit::EpochsOfGradients => "epochs of gradients",
    }
}

/// Who reaches the targets sooner, in a sentence or two; none if there is nothing to compare, and where nothing is shown about a
/// target that nobody asked for.
#[must_use]
pub fn sooner(sooner: &Sooner, asked: bool) -> Option<String> {
    let first = sooner.targets.first().filter(|_| sooner.targets.iter().any(|target| target.methods.len() > 1))?;
    let unit = unit_in_words(sooner.targets.iter().map(|target| target.unit).fold(first.unit, SpeedUnit::or));
    let over = over_data(sooner, unit);
    let single = if over.is_some() { None } else { single(&sooner.targets, unit) };
    let open = asked.then(|| {
        let none = format!("no method is shown to need fewer {unit} to the target than another");
        clearest(&sooner.targets).map_or(none.clone(), |clearest| format!("{none}; {clearest}"))
    });
    let said = over.or(single).or(open)?;
    Some(format!("Speed: {said}; the target is {}.", fixed_by(first)))
}

/// The pair that is closest to a verdict, and the seeds that would be enough for it.
fn clearest(targets: &[SpeedTarget]) -> Option<String> {
    let pairs = targets.iter().flat_map(|target| target.pairs.iter().map(move |pair| (target, pair)));
    let open = pairs.filter_map(|(target, pair)| Some((target, pair, pair.paired.p?, takes(&pair.paired, "seeds")?)));
    let (target, pair, _, takes) = open.min_by(|(.., a, _), (.., b, _)| a.total_cmp(b))?;
    let [first, second] = [pair.first, pair.second].map(|place| target.methods[place].method.as_str());
    let (by, _) = factor(&pair.paired)?;
    let p = pair.paired.adjusted_p.map_or(String::new(), |p| format!(" ({})", p_is(p)));
    let by = times(by.max(by.recip()));
    Some(format!(
        "the clearest difference, a factor of {by} between {first} and {second} on {}{p}, may be chance: {takes}",
        target.data
    ))
}

/// Of one pair: the sooner one, the later one, and by how much.
struct Told {
    sooner: String,
    later: String,
    by: String,
    least: f64,
}

/// The pair in words, where it has a verdict.
fn told(names: [&str; 2], paired: &Paired, exact: bool) -> Option<Told> {
    let turned = match paired.verdict {
        Verdict::Better => false,
        Verdict::Worse => true,
        _ => return None,
    };
    let (by, interval) = factor(paired)?;
    let turn = |interval: Interval| Interval { low: interval.high.recip(), high: interval.low.recip() };
    let (by, interval) = if turned { (by.recip(), interval.map(turn)) } else { (by, interval) };
    let [later, sooner] = if turned { [names[1], names[0]] } else { names };
    let low = interval.map_or(by, |interval| interval.low);
    let of = interval.map_or(String::new(), |i| format!(", 95 % interval {} to {}", times(i.low), times(i.high)));
    let p = paired.adjusted_p.map_or(String::new(), |p| format!(", {}", p_is(p)));
    let bound = if exact { "" } else { "at least " };
    Some(Told {
        sooner: sooner.to_owned(),
        later: later.to_owned(),
        by: format!("{bound}{} times fewer{of}{p}", times(by)),
        least: low,
    })
}

/// Two digits of a factor.
fn times(factor: f64) -> String {
    if factor < 9.95 { format!("{factor:.1}") } else { format!("{factor:.0}") }
}

fn over_data(sooner: &Sooner, unit: &str) -> Option<String> {
    let families = sooner.over_data.first()?.families;
    let found = sooner.over_data.iter().filter_map(|p| told([&p.first, &p.second], &p.paired, p.exact));
    let said = grouped(&found.collect::<Vec<_>>(), unit)?;
    Some(format!("over {families} families of data sets {said}"))
}

fn single(targets: &[SpeedTarget], unit: &str) -> Option<String> {
    let said = targets.iter().filter_map(|target| {
        let name = |place: usize| target.methods[place].method.as_str();
        let found = target.pairs.iter().filter_map(|p| told([name(p.first), name(p.second)], &p.paired, p.exact));
        Some(format!("on {} {}", target.data, grouped(&found.collect::<Vec<_>>(), unit)?))
    });
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// `adam needs fewer training steps to the target than momentum (3.1 times fewer, …)`: for each sooner method all later ones; the method
/// that is sooner than most comes first.
fn grouped(found: &[Told], unit: &str) -> Option<String> {
    let mut by_sooner: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    found.iter().for_each(|told| by_sooner.entry(&told.sooner).or_default().push(told));
    let mut groups: Vec<(&str, Vec<&Told>)> = by_sooner.into_iter().collect();
    groups.sort_by_key(|(_, later)| std::cmp::Reverse(later.len()));
    let clause = |(sooner, mut later): (&str, Vec<&Told>)| {
        later.sort_by(|a, b| b.least.total_cmp(&a.least));
        let listed: Vec<String> = later.iter().map(|told| format!("{} ({})", told.later, told.by)).collect();
        format!("{sooner} needs fewer {unit} to the target than {}", joined(&listed))
    };
    let clauses: Vec<String> = groups.into_iter().map(clause).collect();
    (!clauses.is_empty()).then(|| clauses.join("; "))
}
