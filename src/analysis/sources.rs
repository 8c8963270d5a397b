//! Which source of randomness the differences between the runs of one setting come from, where seeds are given by source.

use super::select::Selected;
use super::stats::{Factor, mean, random_effects};
use crate::record::Randomness;
use crate::store::Finished;
use std::collections::{BTreeSet, HashMap};

/// The components of the test metric's variance on a data set.
#[derive(Clone, Debug)]
pub struct Sources {
    pub data: String,
    pub metric: String,
    /// The sources that are crossed, each with the number of its seeds.
    pub crossed: Vec<(Randomness, usize)>,
    /// Of each method at its best setting, as far as all its runs have a result.
    pub methods: Vec<OfMethod>,
    /// The mean over these methods.
    pub together: OfMethod,
}

/// Components of variance, those of single sources first.
#[derive(Clone, Debug)]
pub struct OfMethod {
    pub method: String,
    /// The estimates, some of which may be negative.
    pub components: Vec<(Vec<Randomness>, f64)>,
}

impl OfMethod {
    /// The variance of a run: all components, where negative ones count as 0.
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.components.iter().map(|(_, variance)| variance.max(0.0)).sum()
    }

    /// The share of what `of` picks; 0 where nothing varies.
    #[must_use]
    pub fn share(&self, of: impl Fn(&[Randomness]) -> bool) -> f64 {
        let picked = self.components.iter().filter(|(sources, _)| of(sources)).map(|(_, variance)| variance.max(0.0));
        let all = self.variance();
        if all > 0.0 { picked.sum::<f64>() / all } else { 0.0 }
    }
}

/// The components on one data set, from its methods; `None` if fewer than two sources have several seeds, or no method has a result
/// for each combination.
#[must_use]
pub fn sources(block: &[Selected<'_, '_>]) -> Option<Sources> {
    let shown = || block.iter().filter_map(|row| Some((row, row.compared?)));
    let seeds = |source: Randomness| -> BTreeSet<u64> {
        shown().flat_map(|(_, c)| &c.runs).filter_map(|run| seed(run, source)).collect()
    };
    let crossed: Vec<(Randomness, usize)> = Randomness::ALL
        .into_iter()
        .map(|source| (source, seeds(source).len()))
        .filter(|(_, count)| *count > 1)
        .collect();
    if crossed.len() < 2 {
        return None;
    }
    let kinds: Vec<Randomness> = crossed.iter().map(|(source, _)| *source).collect();
    let methods: Vec<OfMethod> = shown()
        .filter_map(|(row, c)| {
            let metric = |run: &&Finished| run.record.at(c.at).map(|point| c.outcome.of(point.test));
            let metrics: Vec<f64> = c.runs.iter().map(metric).collect::<Option<_>>()?;
            let factors: Vec<Factor> = kinds.iter().map(|source| factor(&c.runs, *source)).collect::<Option<_>>()?;
            if !is_cross(&factors, metrics.len()) {
                return None;
            }
            let named = |of: Vec<usize>| of.into_iter().map(|place| kinds[place]).collect();
            let found = random_effects(&metrics, &factors)?;
            let components = found.into_iter().map(|component| (named(component.of), component.variance)).collect();
            Some(OfMethod { method: row.optimizer.clone(), components })
        })
        .collect();
    let first = methods.first()?;
    let average = |place: usize| mean(&methods.iter().map(|of| of.components[place].1).collect::<Vec<_>>());
    let components = first.components.iter().enumerate().map(|(place, (of, _))| Some((of.clone(), average(place)?)));
    let together = OfMethod { method: String::new(), components: components.collect::<Option<_>>()? };
    Some(Sources { data: block[0].data.clone(), metric: block[0].metric.clone(), crossed, methods, together })
}

fn seed(run: &Finished, source: Randomness) -> Option<u64> {
    run.record.settings.get(source.setting()).and_then(|seed| seed.to_string().parse().ok())
}

/// The levels of a source; `None` if a run has no seed of it.
fn factor(runs: &[&Finished], source: Randomness) -> Option<Factor> {
    let mut places: HashMap<u64, usize> = HashMap::new();
    let mut level = |seed: u64| {
        let next = places.len();
        *places.entry(seed).or_insert(next)
    };
    let levels: Option<Vec<usize>> = runs.iter().map(|run| seed(run, source).map(&mut level)).collect();
    Some(Factor { levels: levels?, within: Vec::new() })
}

/// Whether no combination of levels occurs twice.
fn is_cross(factors: &[Factor], points: usize) -> bool {
    let at = |point: usize| factors.iter().map(|factor| factor.levels[point]).collect::<Vec<_>>();
    (0..points).map(at).collect::<BTreeSet<_>>().len() == points
}
