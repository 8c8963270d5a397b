//! Speed as an outcome: which method reaches the frozen targets sooner, on single data sets and over families of them.

use super::level::split;
use super::over_data::family;
use super::paired::{Level, Paired, judge, of_differences};
use super::stats::{CorrectedT, LEVEL, least_p, mean};
use super::targets::SpeedTarget;
use std::collections::{BTreeMap, BTreeSet};

/// How much sooner methods are over families of data sets: the geometric mean of the factors.
#[derive(Clone, Debug)]
pub struct SoonerOverData {
    pub first: String,
    pub second: String,
    pub families: usize,
    /// As `Speedup::paired`, with a family in the place of a seed.
    pub paired: Paired,
    /// Whether every factor is exact.
    pub exact: bool,
}

/// The speed of the methods of one question.
#[derive(Clone, Debug)]
pub struct Sooner {
    pub targets: Vec<SpeedTarget>,
    /// Every pair of methods that has a factor on every data set, of two families or more.
    pub over_data: Vec<SoonerOverData>,
}

/// Judges all targets of one of so many questions, in which all are compared with the baseline if there is one. Speed has a level of
/// its own beside that of the test metric.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a count
pub fn sooner(mut targets: Vec<SpeedTarget>, questions: usize, baseline: Option<&str>) -> Sooner {
    let mut over_data = over_data(&targets);
    if let Some(name) = baseline {
        over_data.retain(|pair| pair.first == name || pair.second == name);
        for target in &mut targets {
            let place = target.methods.iter().position(|reached| reached.method == name);
            target.pairs.retain(|pair| Some(pair.first) == place || Some(pair.second) == place);
        }
    }
    let level = LEVEL / questions.max(1) as f64;
    let least = |pairs: &[&Paired]| pairs.iter().map(|pair| least_p(pair.pairs)).sum::<f64>() / level;
    let single: Vec<&Paired> = targets.iter().flat_map(|target| target.pairs.iter().map(|pair| &pair.paired)).collect();
    let over: Vec<&Paired> = over_data.iter().map(|pair| &pair.paired).collect();
    let [on_single, on_over] = [least(&single), least(&over)];
    let (over_share, single_share) =
        split(|share| !over.is_empty() && on_over < share, |share| !single.is_empty() && on_single < share);
    let of = |share: f64| Level { level: share * level, planned: level.min(share.max(0.5) * level) };
    let singles = targets.iter_mut().flat_map(|target| target.pairs.iter_mut().map(|pair| &mut pair.paired));
    judge(singles, of(single_share), None);
    judge(over_data.iter_mut().map(|pair| &mut pair.paired), of(over_share), None);
    Sooner { targets, over_data }
}

fn over_data(targets: &[SpeedTarget]) -> Vec<SoonerOverData> {
    let Some(first) = targets.first() else { return Vec::new() };
    let names: Vec<&String> = first.methods.iter().map(|method| &method.method).collect();
    let pairs = (0..names.len()).flat_map(|i| (i + 1..names.len()).map(move |j| (i, j)));
    let pair = |(i, j): (usize, usize)| {
        let of = |target: &SpeedTarget| {
            let place = |name: &String| target.methods.iter().position(|method| method.method == *name);
            let (a, b) = (place(names[i])?, place(names[j])?);
            let found = target.pairs.iter().find(|pair| [pair.first, pair.second] == [a.min(b), a.max(b)])?;
            let turned = if a < b { 1.0 } else { -1.0 };
            Some((turned * found.paired.difference?, found.exact, found.paired.obstacle))
        };
        let mut families: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let (mut bounds, mut blocked) = (Vec::new(), None);
        for target in targets {
            let (factor, exact, obstacle) = of(target)?;
            bounds.extend((!exact).then_some(factor));
            blocked = blocked.or(obstacle);
            families.entry(family(&target.data)).or_default().push(factor);
        }
        let means: Vec<f64> = families.values().filter_map(|factors| mean(factors)).collect();
        let all = CorrectedT::of(&means, 0.0)?.mean;
        // A lower bound of how much later one method is bounds the mean only if that one is the later one over all.
        if bounds.iter().any(|bound| bound * all <= 0.0) {
            return None;
        }
        let (first, second) = (names[i].clone(), names[j].clone());
        let mut paired = of_differences(&means, 0.0, false);
        paired.obstacle = blocked;
        Some(SoonerOverData { first, second, families: means.len(), paired, exact: bounds.is_empty() })
    };
    let known: BTreeSet<&str> = targets.iter().map(|target| family(&target.data)).collect();
    if known.len() < 2 { Vec::new() } else { pairs.filter_map(pair).collect() }
}
