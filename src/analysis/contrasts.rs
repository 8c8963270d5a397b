//! Planned contrasts: a slope over an ordered axis, a difference of differences. Each is one weighted sum of methods' results per seed,
//! whose weights add up to 0, tested like the difference of two methods.

use super::configurations::compared;
use super::held_out::{FREEDOM, variance_of_sum};
use super::level::split;
use super::over_data::family;
use super::paired::{Level, Paired, judge, obstacle, of_contrast, of_differences};
use super::select::{Selected, select};
use super::stats::{LEVEL, least_p, mean};
use super::view::View;
use crate::record::Contrast;
use std::collections::{BTreeMap, BTreeSet};

/// What a planned contrast shows.
#[derive(Clone, Debug)]
pub struct Contrasted {
    pub contrast: Contrast,
    /// One for a slope; for an interaction one for each two values of both settings.
    pub lines: Vec<Line>,
}

/// One weighted sum.
#[derive(Clone, Debug)]
pub struct Line {
    pub change: Change,
    pub on: Vec<OnSet>,
    /// Over so many families of data sets, two at least: the mean of each counts once.
    pub over: Option<(usize, Paired)>,
}

/// What changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The setting from its least to its greatest value, along a straight line.
    Slope { least: f64, greatest: f64 },
    /// What the second of `effect` gains on the first, under the second of `by` as against the first, in words.
    Effects { effect: [String; 2], by: [String; 2] },
}

/// On one data set.
#[derive(Clone, Debug)]
pub struct OnSet {
    pub data: String,
    pub metric: String,
    /// Of the sum over seeds, higher is better; or for how many seeds some method of it has no result.
    pub found: Result<Paired, usize>,
}

/// The slope takes logarithms where values are positive and the greatest is so many times the least.
const WIDE: f64 = 10.0;

/// Judges the contrasts of a folder; together each has as large a part of the level as each of its questions. With a protocol each
/// is about the first question that compares its settings.
#[must_use]
pub fn contrasts(contrasts: &[Contrast], views: &[View<'_>], margin: Option<f64>) -> Vec<Contrasted> {
    let of = |contrast: &Contrast| {
        let compares = |view: &&View<'_>| contrast.settings().iter().all(|key| view.keys().iter().any(|of| of == key));
        // Without the question that it is about there is nothing to say of it.
        let view = views.iter().find(|view| view.protocol().is_none() || compares(view))?;
        let mut lines = match contrast {
            Contrast::Slope { slope } => lines_of(view, &[slope], |block| slopes(block, slope)),
            Contrast::Interaction { effect, by } => {
                lines_of(view, &[effect, by], |block| interactions(block, effect, by))
            }
        };
        correct(&mut lines, view.questions(), margin);
        Some(Contrasted { contrast: contrast.clone(), lines })
    };
    contrasts.iter().filter_map(of).collect()
}

/// A sum on one data set: what changes, and the weight of each of its methods, by their places among the methods.
type Sum = (Change, Vec<(usize, f64)>);

fn lines_of(view: &View<'_>, keys: &[&str], sums: impl Fn(&[Selected<'_, '_>]) -> Vec<Sum>) -> Vec<Line> {
    let compared = view.of_values(keys);
    let rows = select(&compared);
    let mut lines: Vec<Line> = Vec::new();
    for block in rows.chunk_by(|a, b| a.data == b.data) {
        for (change, weights) in sums(block) {
            let of: Vec<(&Selected, f64)> = weights.iter().map(|&(place, weight)| (&block[place], weight)).collect();
            let on = OnSet { data: block[0].data.clone(), metric: block[0].metric.clone(), found: summed(&of) };
            match lines.iter_mut().find(|line| line.change == change) {
                Some(line) => line.on.push(on),
                None => lines.push(Line { change, on: vec![on], over: None }),
            }
        }
    }
    lines.iter_mut().for_each(|line| line.over = over_families(&line.on));
    lines
}

/// The change along a least-squares line over the setting's range; none with fewer than three values, or where one is no number.
#[allow(clippy::cast_precision_loss)] // a count of values
fn slopes(block: &[Selected<'_, '_>], key: &str) -> Vec<Sum> {
    let values: Option<Vec<f64>> = block.iter().map(|row| row.compared?.number(key)).collect();
    let Some(values) = values.filter(|values| values.len() > 2) else { return Vec::new() };
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scale = |value: f64| if least > 0.0 && greatest / least >= WIDE { value.ln() } else { value };
    let places: Vec<f64> = values.iter().map(|value| scale(*value)).collect();
    let centre = places.iter().sum::<f64>() / places.len() as f64;
    let square: f64 = places.iter().map(|x| (x - centre) * (x - centre)).sum();
    let range = scale(greatest) - scale(least);
    let weights = places.iter().map(|x| (x - centre) * range / square).enumerate().collect();
    vec![(Change::Slope { least, greatest }, weights)]
}

/// The difference of differences for each two values of both settings.
fn interactions(block: &[Selected<'_, '_>], effect: &str, by: &str) -> Vec<Sum> {
    let value = |row: &Selected<'_, '_>, key: &str| row.compared.map_or(String::new(), |c| compared(&c.settings, key));
    let (effects, bys) = (in_order_met(block, |row| value(row, effect)), in_order_met(block, |row| value(row, by)));
    let place = |a: &String, b: &String| block.iter().position(|row| value(row, effect) == *a && value(row, by) == *b);
    let mut sums = Vec::new();
    for (a, b) in two(&effects) {
        for (with, instead) in two(&bys) {
            let places = [place(b, instead), place(a, instead), place(b, with), place(a, with)];
            let [Some(b2), Some(a2), Some(b1), Some(a1)] = places else { continue };
            let change = Change::Effects { effect: [a.clone(), b.clone()], by: [with.clone(), instead.clone()] };
            sums.push((change, vec![(b2, 1.0), (a2, -1.0), (b1, -1.0), (a1, 1.0)]));
        }
    }
    sums
}

fn in_order_met<'b>(block: &'b [Selected<'_, '_>], of: impl Fn(&'b Selected<'_, '_>) -> String) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    block.iter().map(of).for_each(|value| {
        if !known.contains(&value) {
            known.push(value);
        }
    });
    known
}

/// All pairs, in order.
fn two<T>(of: &[T]) -> impl Iterator<Item = (&T, &T)> {
    (0..of.len()).flat_map(move |i| (i + 1..of.len()).map(move |j| (&of[i], &of[j])))
}

/// The weighted sum for each seed that all of these methods have, tested.
fn summed(of: &[(&Selected<'_, '_>, f64)]) -> Result<Paired, usize> {
    let results: Vec<(BTreeMap<u64, Option<f64>>, f64)> = of.iter().map(|(row, w)| (row.to_compare(), *w)).collect();
    let seeds: BTreeSet<u64> = results[0].0.keys().copied().collect();
    let common = seeds.into_iter().filter(|seed| results.iter().all(|(known, _)| known.contains_key(seed)));
    let sums =
        common.map(|seed| results.iter().map(|(known, weight)| Some(weight * known[&seed]?)).sum::<Option<f64>>());
    let sums: Vec<Option<f64>> = sums.collect();
    let undone = sums.iter().filter(|sum| sum.is_none()).count();
    if undone > 0 {
        return Err(undone);
    }
    let sums: Vec<f64> = sums.into_iter().flatten().collect();
    let rows = || of.iter().map(|(row, _)| *row);
    let sampled = rows().fold(of[0].0.sampled, |widest, row| widest.widest(row.sampled));
    // The sum is at most half its weights times the widest difference of two methods, and so is its deviation.
    let half = of.iter().map(|(_, weight)| weight.abs()).sum::<f64>() / 2.0;
    let means: Vec<f64> = rows().filter_map(|row| Some(row.test_metric?.mean)).collect();
    let variance = |(a, b): (&f64, &f64)| sampled.variance_of_difference(&of[0].0.metric, Some((*a, *b)));
    let bound = || (half * half * two(&means).map(variance).fold(0.0, f64::max), f64::INFINITY);
    let without: Vec<_> = of.iter().map(|(row, weight)| (&row.without_rows, *weight)).collect();
    let shared = variance_of_sum(&without).map_or_else(bound, |variance| (variance, FREEDOM));
    let mut paired = of_contrast(&sums, sampled.overlap(), shared, rows().all(|row| row.copies));
    paired.obstacle = rows().find_map(|row| obstacle(of[0].0, row));
    Ok(paired)
}

/// The mean of each family of data sets as one repetition; none for a single family, or where a data set has no sum.
fn over_families(on: &[OnSet]) -> Option<(usize, Paired)> {
    let mut families: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut blocked = None;
    for set in on {
        let paired = set.found.as_ref().ok()?;
        blocked = blocked.or(paired.obstacle);
        families.entry(family(&set.data)).or_default().push(paired.difference?);
    }
    let means: Vec<f64> = families.values().filter_map(|sums| mean(sums)).collect();
    let mut paired = of_differences(&means, 0.0, false);
    paired.obstacle = blocked;
    (means.len() > 1).then_some((means.len(), paired))
}

/// Judges all sums of a contrast together, at the level of one of so many questions.
#[allow(clippy::cast_precision_loss)] // a count
fn correct(lines: &mut [Line], questions: usize, margin: Option<f64>) {
    let level = LEVEL / questions.max(1) as f64;
    let least = |all: Vec<usize>| all.into_iter().map(least_p).sum::<f64>() / level;
    let single: Vec<usize> =
        lines.iter().flat_map(|line| &line.on).filter_map(|on| Some(on.found.as_ref().ok()?.pairs)).collect();
    let over: Vec<usize> = lines.iter().filter_map(|line| Some(line.over.as_ref()?.0)).collect();
    let (none_over, none_single) = (over.is_empty(), single.is_empty());
    let (on_over, on_single) = (least(over), least(single));
    let (over_share, single_share) =
        split(|share| !none_over && on_over < share, |share| !none_single && on_single < share);
    let of = |share: f64| Level { level: share * level, planned: level.min(share.max(0.5) * level) };
    let singles = lines.iter_mut().flat_map(|line| line.on.iter_mut().filter_map(|on| on.found.as_mut().ok()));
    judge(singles, of(single_share), margin);
    judge(lines.iter_mut().filter_map(|line| Some(&mut line.over.as_mut()?.1)), of(over_share), margin);
}
