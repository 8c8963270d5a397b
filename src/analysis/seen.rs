//! How far results that are there scatter between seeds: what a plan of further seeds goes by.

use super::held_out::variance_of_sum;
use super::select::{Selected, select};
use super::staged::Allowed;
use super::stats::{Pooled, mean, pooled};
use super::view::View;
use crate::store::{Finished, Manifest};
use std::collections::BTreeSet;

/// One question's methods on one data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub data: String,
    pub metric: String,
    /// The settings whose values are compared.
    pub keys: Vec<String>,
    /// The seeds that all these methods have.
    pub seeds: usize,
    /// Whether each method trains the same for every seed.
    pub certain: bool,
    /// Of the differences between methods, each at its chosen settings; none if there are too few results.
    pub pooled: Option<Pooled>,
    /// The variance of such a difference that held-out rows make, mean over the pairs; none if runs did not measure it.
    pub rows: Option<f64>,
}

/// What a folder's results show, for each of its questions and data sets. Methods that diverged for some seed are left out.
#[must_use]
pub fn seen(manifest: &Manifest, runs: &[Finished]) -> Vec<Seen> {
    let views = View::all_of(manifest, runs, Allowed::default());
    let of_view = |view: &View<'_>| -> Vec<Seen> {
        let rows = select(view.compared());
        rows.chunk_by(|a, b| a.data == b.data).map(|block| of_block(block, view.keys())).collect()
    };
    views.iter().flat_map(of_view).collect()
}

fn of_block(block: &[Selected<'_, '_>], keys: &[String]) -> Seen {
    let results = block.iter().map(Selected::to_compare).filter(|results| results.values().all(Option::is_some));
    let results: Vec<_> = results.collect();
    let seeds = results.iter().map(|results| results.keys().copied().collect::<BTreeSet<u64>>());
    let seeds = seeds.reduce(|a, b| &a & &b).unwrap_or_default();
    let of_method = |results: &std::collections::BTreeMap<u64, Option<f64>>| -> Vec<f64> {
        seeds.iter().filter_map(|seed| *results.get(seed)?).collect()
    };
    Seen {
        data: block[0].data.clone(),
        metric: block[0].metric.clone(),
        keys: keys.to_vec(),
        seeds: seeds.len(),
        certain: block.iter().all(|row| row.copies),
        pooled: pooled(&results.iter().map(of_method).collect::<Vec<_>>()),
        rows: mean(&rows_of(block)),
    }
}

/// The variance that held-out rows make of the difference of each two methods, where runs measured it.
fn rows_of(block: &[Selected<'_, '_>]) -> Vec<f64> {
    let pairs = (0..block.len()).flat_map(|i| (i + 1..block.len()).map(move |j| (i, j)));
    pairs
        .filter_map(|(i, j)| variance_of_sum(&[(&block[i].without_rows, 1.0), (&block[j].without_rows, -1.0)]))
        .collect()
}

/// What is known of a question on a data set: what results show of the same question, or else of all others there.
#[must_use]
pub fn known(seen: &[Seen], keys: &[String], data: &str, metric: &str) -> Option<Seen> {
    let here: Vec<&Seen> = seen
        .iter()
        .filter(|seen| seen.data == data && seen.metric == metric && (seen.certain || seen.pooled.is_some()))
        .collect();
    if let Some(same) = here.iter().find(|seen| seen.keys == keys) {
        return Some((*same).clone());
    }
    let pooled: Vec<Pooled> = here.iter().filter_map(|seen| seen.pooled).collect();
    let variance = mean(&pooled.iter().map(|pooled| pooled.deviation * pooled.deviation).collect::<Vec<_>>());
    let freedom = pooled.iter().map(|pooled| pooled.freedom).fold(f64::INFINITY, f64::min);
    let first = here.first()?;
    Some(Seen {
        certain: pooled.is_empty(),
        pooled: variance.map(|variance| Pooled { deviation: variance.sqrt(), freedom }),
        ..(*first).clone()
    })
}
