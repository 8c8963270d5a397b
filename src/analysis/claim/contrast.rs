//! What a claim makes of the numbers of one problem.

use super::number::slope;
use crate::analysis::distance::{largest, norm};
use crate::analysis::stats::{Spent, mean};
use crate::record::{Against, ClaimContrast, ClaimPair, ContrastScale};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of one compared value, by seed; none if a run has none.
#[derive(Clone, Debug)]
pub struct ClaimCell {
    /// The data set, without the setting along which a slope is taken.
    pub problem: String,
    pub settings: BTreeMap<String, Value>,
    pub numbers: BTreeMap<u64, Option<f64>>,
    /// By seed, where the claim counts up to a target: what runs spend, and how many reach it.
    pub spent: BTreeMap<u64, Spent>,
    /// By seed, where the claim compares parameters.
    pub parameters: BTreeMap<u64, Vec<f64>>,
    /// What repetitions share, see `CorrectedT`.
    pub overlap: f64,
    /// Over how many trials a protocol tuned it.
    pub trials: Option<usize>,
}

/// What the runs of each seed take to reach a target: their steps, each miss with what a hit takes on average over all these seeds on top.
/// Of seeds that never reach it a miss counts with its steps, the least that it can have taken.
#[allow(clippy::cast_precision_loss)] // counts of runs
pub fn counted(spent: &BTreeMap<u64, Spent>) -> BTreeMap<u64, f64> {
    let (time, hits) = spent.values().fold((0.0, 0), |(time, hits), of| (time + of.time, hits + of.hits));
    let expected = if hits > 0 { time / hits as f64 } else { 0.0 };
    let of = |spent: &Spent| (spent.time + (spent.runs - spent.hits) as f64 * expected) / spent.runs as f64;
    spent.iter().map(|(seed, spent)| (*seed, of(spent))).collect()
}

impl ClaimCell {
    /// How many of its runs miss the target, and how many there are.
    pub fn misses(&self) -> (usize, usize) {
        self.spent.values().fold((0, 0), |(misses, runs), of| (misses + of.runs - of.hits, runs + of.runs))
    }

    /// The same without a seed, and so with other expected times of misses.
    fn without(&self, seed: u64) -> Self {
        let mut spent = self.spent.clone();
        spent.remove(&seed);
        let mut numbers = self.numbers.clone();
        numbers.remove(&seed);
        numbers.extend(counted(&spent).into_iter().map(|(seed, count)| (seed, Some(count))));
        Self { numbers, spent, ..self.clone() }
    }

    /// Whether a setting has this value, as a sweep writes it.
    fn has(&self, setting: &str, value: &str) -> bool {
        let own = self.settings.get(setting).map_or("none".to_owned(), ToString::to_string);
        let numbers = || own.parse::<f64>().ok().zip(value.parse::<f64>().ok());
        own == value || numbers().is_some_and(|(own, value)| own.to_bits() == value.to_bits())
    }
}

/// The contrast of each seed of a problem; none if a number is missing. Where runs miss a target, their counts hold
/// what all seeds take on average, so contrasts depend on one another. Then a seed has its pseudo-value of the jackknife, as
/// [`crate::analysis::stats::log_speedups`] has it, moved so that their mean is that of the contrasts: the scatter is then that of the mean.
pub fn by_seed(cells: &[&ClaimCell], contrast: &ClaimContrast) -> BTreeMap<u64, Option<f64>> {
    let plain = of_each_seed(cells, contrast);
    let values: Option<Vec<f64>> = plain.values().copied().collect();
    let known = values.filter(|values| values.len() > 1 && cells.iter().any(|cell| cell.misses().0 > 0));
    let Some(all) = known.and_then(|values| mean(&values)) else { return plain };
    #[allow(clippy::cast_precision_loss)] // a count of seeds
    let n = plain.len() as f64;
    let of_others = |seed: &u64| {
        let others: Vec<ClaimCell> = cells.iter().map(|cell| cell.without(*seed)).collect();
        let others = of_each_seed(&others.iter().collect::<Vec<_>>(), contrast);
        mean(&others.into_values().collect::<Option<Vec<f64>>>()?)
    };
    let left_out: Option<Vec<f64>> = plain.keys().map(of_others).collect();
    let centre = left_out.as_ref().and_then(|means| mean(means));
    let Some((left_out, centre)) = left_out.zip(centre) else { return plain };
    plain.into_keys().zip(left_out).map(|(seed, of)| (seed, Some(all + (n - 1.0) * (centre - of)))).collect()
}

fn of_each_seed(cells: &[&ClaimCell], contrast: &ClaimContrast) -> BTreeMap<u64, Option<f64>> {
    let seeds: BTreeSet<u64> = cells.iter().flat_map(|cell| cell.numbers.keys().copied()).collect();
    let finite = |value: f64| Some(value).filter(|value| value.is_finite());
    seeds.into_iter().map(|seed| (seed, sloped(cells, contrast, seed).and_then(finite))).collect()
}

fn sloped(cells: &[&ClaimCell], contrast: &ClaimContrast, seed: u64) -> Option<f64> {
    let Some(along) = &contrast.along else { return by(cells, contrast, seed) };
    let place = |cell: &ClaimCell| cell.settings.get(&along.setting).and_then(Value::as_number);
    let places: Option<Vec<f64>> = cells.iter().map(|cell| place(cell)).collect();
    let mut places = places?;
    places.sort_by(f64::total_cmp);
    places.dedup();
    let point = |x: f64| {
        let here: Vec<&ClaimCell> = cells.iter().filter(|cell| place(cell) == Some(x)).copied().collect();
        Some((if along.logarithms { x.ln() } else { x }, by(&here, contrast, seed)?))
    };
    slope(&places.into_iter().map(point).collect::<Option<Vec<_>>>()?)
}

fn by(cells: &[&ClaimCell], contrast: &ClaimContrast, seed: u64) -> Option<f64> {
    let Some(ClaimPair { setting, first, second }) = &contrast.by else { return pair(cells, contrast, seed) };
    let Against::Value(second) = second else { return None };
    let under = |value: &str| {
        let here: Vec<&ClaimCell> = cells.iter().filter(|cell| cell.has(setting, value)).copied().collect();
        pair(&here, contrast, seed)
    };
    Some(under(first)? - under(second)?)
}

fn pair(cells: &[&ClaimCell], contrast: &ClaimContrast, seed: u64) -> Option<f64> {
    let number = |cell: &ClaimCell| *cell.numbers.get(&seed)?;
    let Some(ClaimPair { setting, first, second }) = &contrast.pair else {
        let [one] = cells else { return None };
        let number = number(one)?;
        return Some(if contrast.scale == ContrastScale::Ratio { number.ln() } else { number });
    };
    let with = |value: &str| cells.iter().find(|cell| cell.has(setting, value)).copied();
    let second = match second {
        Against::Value(value) => with(value)?,
        Against::Least => best(cells, |a, b| a < b)?,
        Against::Greatest => best(cells, |a, b| a > b)?,
    };
    if contrast.scale.is_of_parameters() {
        let unit = match &contrast.from {
            Some(from) => Some(with(from)?),
            None => None,
        };
        let of = |cell: &'_ ClaimCell| cell.parameters.get(&seed).cloned();
        let unit = unit.map(|unit| of(unit).ok_or(())).transpose().ok()?;
        return apart(contrast.scale, &of(with(first)?)?, &of(second)?, unit.as_deref());
    }
    let (first, second) = (number(with(first)?)?, number(second)?);
    Some(match contrast.scale {
        ContrastScale::Difference => first - second,
        ContrastScale::Ratio => (first / second).ln(),
        ContrastScale::Smaller if first < second => 1.0,
        ContrastScale::Smaller if first > second => 0.0,
        ContrastScale::Smaller => 0.5,
        ContrastScale::Distance | ContrastScale::LargestGap => return None,
    })
}

/// How far a is from b, in the unit of the scale; `None` if they are of different networks or the unit is 0.
fn apart(scale: ContrastScale, a: &[f64], b: &[f64], c: Option<&[f64]>) -> Option<f64> {
    let gap = |from: &[f64]| {
        (from.len() == b.len()).then(|| from.iter().zip(b).map(|(from, to)| from - to).collect::<Vec<f64>>())
    };
    let size = |numbers: &[f64]| if scale == ContrastScale::LargestGap { largest(numbers) } else { norm(numbers) };
    let gaps = gap(a)?;
    let unit = match c {
        Some(c) => size(&gap(c)?),
        None => size(b),
    };
    (unit > 0.0).then(|| size(&gaps) / unit)
}

/// The cell with the best mean over seeds; one without a number for every seed is not it.
fn best<'c>(cells: &[&'c ClaimCell], better: impl Fn(f64, f64) -> bool) -> Option<&'c ClaimCell> {
    let mean_of = |cell: &&'c ClaimCell| {
        let numbers: Option<Vec<f64>> = cell.numbers.values().copied().collect();
        Some((*cell, mean(&numbers?)?))
    };
    let known = cells.iter().filter_map(mean_of);
    known.reduce(|best, cell| if better(cell.1, best.1) { cell } else { best }).map(|(cell, _)| cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Along;

    fn cell(settings: &[(&str, f64)], numbers: &[f64]) -> ClaimCell {
        ClaimCell {
            problem: "p".to_owned(),
            settings: settings.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect(),
            numbers: (0..).zip(numbers.iter().map(|number| Some(*number))).collect(),
            spent: BTreeMap::new(),
            parameters: BTreeMap::new(),
            overlap: 0.0,
            trials: None,
        }
    }

    fn of(cells: &[ClaimCell], contrast: &ClaimContrast) -> Vec<f64> {
        let cells: Vec<&ClaimCell> = cells.iter().collect();
        by_seed(&cells, contrast).into_values().map(|value| value.unwrap()).collect()
    }

    fn of_two(setting: &str, first: &str, second: Against) -> ClaimPair {
        ClaimPair { setting: setting.to_owned(), first: first.to_owned(), second }
    }

    #[test]
    fn contrasts_are_taken_seed_by_seed() {
        let two = [cell(&[("a", 1.0)], &[2.0, 6.0]), cell(&[("a", 2.0)], &[1.0, 3.0])];
        let against = |value: &str| Against::Value(value.to_owned());
        let contrast =
            |scale| ClaimContrast { scale, pair: Some(of_two("a", "1", against("2"))), ..ClaimContrast::default() };
        assert_eq!(of(&two, &contrast(ContrastScale::Difference)), [1.0, 3.0]);
        assert_eq!(of(&two, &contrast(ContrastScale::Ratio)), [2.0_f64.ln(); 2]);
        assert_eq!(of(&two, &contrast(ContrastScale::Smaller)), [0.0; 2]);
        let least = ClaimContrast { pair: Some(of_two("a", "1", Against::Least)), ..ClaimContrast::default() };
        assert_eq!(of(&two, &least), [1.0, 3.0]);
        assert_eq!(
            of(&two[1..], &ClaimContrast { pair: Some(of_two("a", "2", Against::Least)), ..ClaimContrast::default() }),
            [0.0; 2]
        );
    }

    /// a = (3, 4), b = (0, 4), c = (0, −2): ‖a − b‖ = 3 of ‖c − b‖ = 6, of ‖b‖ = 4, and of the largest |b|.
    #[test]
    fn distances_of_parameters() {
        let of_cell = |value: f64, parameters: &[f64]| ClaimCell {
            parameters: BTreeMap::from([(0, parameters.to_vec())]),
            ..cell(&[("a", value)], &[1.0])
        };
        let cells = [of_cell(1.0, &[3.0, 4.0]), of_cell(2.0, &[0.0, 4.0]), of_cell(3.0, &[0.0, -2.0])];
        let contrast = |scale, from: Option<&str>| ClaimContrast {
            scale,
            pair: Some(of_two("a", "1", Against::Value("2".to_owned()))),
            from: from.map(str::to_owned),
            ..ClaimContrast::default()
        };
        assert_eq!(of(&cells, &contrast(ContrastScale::Distance, Some("3"))), [0.5]);
        assert_eq!(of(&cells, &contrast(ContrastScale::Distance, None)), [0.75]);
        assert_eq!(of(&cells, &contrast(ContrastScale::LargestGap, None)), [0.75]);
        let all: Vec<&ClaimCell> = cells.iter().collect();
        let gone = contrast(ContrastScale::Distance, Some("4"));
        assert_eq!(by_seed(&all, &gone), BTreeMap::from([(0, None)]), "a missing unit is no unit");
    }

    fn with_misses(setting: f64, runs: &[Result<f64, f64>]) -> ClaimCell {
        let spent = |run: &Result<f64, f64>| Spent {
            time: run.unwrap_or_else(|spent| spent),
            hits: usize::from(run.is_ok()),
            runs: 1,
        };
        let spent: BTreeMap<u64, Spent> = (0..).zip(runs.iter().map(spent)).collect();
        let numbers = counted(&spent).into_iter().map(|(seed, count)| (seed, Some(count))).collect();
        ClaimCell { numbers, spent, ..cell(&[("a", setting)], &[]) }
    }

    /// The same numbers as those of targets anywhere else: a run that misses counts with its steps and an expected hit.
    #[test]
    fn runs_that_miss_their_target_count() {
        let (first, second) =
            ([Ok(100.0), Err(500.0), Ok(300.0), Ok(250.0)], [Ok(50.0), Ok(70.0), Err(500.0), Ok(90.0)]);
        let cells = [with_misses(1.0, &first), with_misses(2.0, &second)];
        // By hand: 1150 steps for three hits.
        assert_eq!(cells[0].numbers[&1], Some(500.0 + 1150.0 / 3.0));
        assert_eq!(cells[0].misses(), (1, 4));
        let pair = Some(of_two("a", "1", Against::Value("2".to_owned())));
        let contrast = ClaimContrast { scale: ContrastScale::Ratio, pair, ..ClaimContrast::default() };
        let spent: Vec<(Spent, Spent)> = (0..4).map(|seed| (cells[0].spent[&seed], cells[1].spent[&seed])).collect();
        let (expected, _) = crate::analysis::stats::log_speedups(&spent).unwrap();
        let found = of(&cells, &contrast);
        let centred = |values: &[f64]| {
            let centre = mean(values).unwrap();
            values.iter().map(|value| value - centre).collect::<Vec<f64>>()
        };
        for (found, expected) in centred(&found).into_iter().zip(centred(&expected)) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        let plain = (0..4).map(|seed| (cells[0].numbers[&seed].unwrap() / cells[1].numbers[&seed].unwrap()).ln());
        assert!((mean(&found).unwrap() - mean(&plain.collect::<Vec<f64>>()).unwrap()).abs() < 1e-12);
        // Without a miss nothing changes.
        let all_hit = [with_misses(1.0, &[Ok(100.0), Ok(300.0)]), with_misses(2.0, &[Ok(50.0), Ok(150.0)])];
        assert_eq!(of(&all_hit, &contrast), [2.0_f64.ln(); 2]);
    }

    #[test]
    fn a_second_setting_and_a_slope() {
        let of_cell = |a: f64, b: f64, number: f64| cell(&[("a", a), ("b", b)], &[number]);
        let cells = [of_cell(1.0, 1.0, 8.0), of_cell(2.0, 1.0, 1.0), of_cell(1.0, 4.0, 5.0), of_cell(2.0, 4.0, 1.0)];
        let value = |value: &str| Against::Value(value.to_owned());
        let by = ClaimContrast {
            pair: Some(of_two("a", "1", value("2"))),
            by: Some(of_two("b", "4", value("1"))),
            ..ClaimContrast::default()
        };
        assert_eq!(of(&cells, &by), [-3.0]);
        let along = ClaimContrast {
            pair: Some(of_two("a", "1", value("2"))),
            along: Some(Along { setting: "b".to_owned(), logarithms: false }),
            ..ClaimContrast::default()
        };
        assert_eq!(of(&cells, &along), [-1.0]);
    }
}
