//! How far the final parameters of runs are from those of a paired run: of the same data, model and seeds.
//!
//! a the parameters of a run, b those of the run it is paired with, c those of a third one where there is one:
//!
//! | number | what |
//! |---|---|
//! | distance | ‖a − b‖ |
//! | relative | ‖a − b‖/‖b‖; none if b is 0 |
//! | largest | max_i \|a_i − b_i\| / max_i \|b_i\|: the largest gap, relative to the largest parameter (lecture C15) |
//! | share | ‖a − b‖/‖c − b‖: what is left of the way from c to b (lecture C14) |

use crate::record::{Outcome, RunId, RunRecord, in_words, is_seed, with_usual};
use crate::store::{self, Finished, StoreError, Tensor};
use crate::value::Value;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

/// A setting and its value, which some runs have.
pub type SettingValue<'a> = (&'a str, &'a str);

/// How far a run is from the one that it is paired with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distance {
    pub run: RunId,
    /// The run that it is paired with.
    pub to: RunId,
    pub data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What its settings differ in from the other's, in words.
    pub method: String,
    pub distance: f64,
    pub relative: Option<f64>,
    pub largest: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// Why runs have no distance.
#[derive(Debug, thiserror::Error)]
pub enum NoDistance {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no run has `{key} = {value}`")]
    NoRun { key: String, value: String },
    #[error(
        "run {run} could be paired with several runs of `{key} = {value}`: {count} of its data, model and seed have it; name a setting that \
         one of them has, such as optimizer.lambda=1"
    )]
    Several { run: RunId, key: String, value: String, count: usize },
    #[error("run {0} has no kept parameters; set `output.parameters = true` and run the experiment again")]
    NotKept(RunId),
    #[error("runs {0} and {1} are of different networks: their parameters have other names or shapes")]
    OtherNetwork(RunId, RunId),
}

/// The distances of all runs that are done to the one with `to` of the same data, model and seeds, with shares of the distance of the one
/// with `from`. Runs that are paired with none are left out.
///
/// # Errors
/// Where no run has such a setting, a run could be paired with several, or parameters are missing or damaged.
pub fn distances(
    folder: &Path,
    runs: &[Finished],
    to: SettingValue<'_>,
    from: Option<SettingValue<'_>>,
) -> Result<Vec<Distance>, NoDistance> {
    let done: Vec<&RunRecord> =
        runs.iter().map(|run| &run.record).filter(|record| record.outcome == Outcome::Done).collect();
    for (key, value) in [Some(to), from].into_iter().flatten() {
        if !done.iter().any(|record| has(record, (key, value))) {
            return Err(NoDistance::NoRun { key: key.to_owned(), value: value.to_owned() });
        }
    }
    let mut blocks: HashMap<Vec<(&String, &Value)>, Vec<&RunRecord>> = HashMap::new();
    done.iter().for_each(|record| blocks.entry(pairing(record)).or_default().push(record));
    let mut found = Vec::new();
    for record in &done {
        if has(record, to) || from.is_some_and(|from| has(record, from)) {
            continue;
        }
        let block = &blocks[&pairing(record)];
        let Some(baseline) = partner(record, block, to)? else { continue };
        let third = from.map(|from| partner(record, block, from)).transpose()?.flatten();
        found.push(distance(folder, record, baseline, third)?);
    }
    Ok(found)
}

/// What two paired runs have in common.
fn pairing(record: &RunRecord) -> Vec<(&String, &Value)> {
    let is_common = |name: &str| is_seed(name) || name.starts_with("data.") || name.starts_with("model.");
    record.settings.iter().filter(|(name, _)| is_common(name)).collect()
}

/// The only run of a block with a setting; `None` where there is none.
fn partner<'r>(
    of: &RunRecord,
    block: &[&'r RunRecord],
    (key, value): SettingValue<'_>,
) -> Result<Option<&'r RunRecord>, NoDistance> {
    let with: Vec<&'r RunRecord> = block.iter().copied().filter(|record| has(record, (key, value))).collect();
    if with.len() > 1 {
        let (key, value) = (key.to_owned(), value.to_owned());
        return Err(NoDistance::Several { run: of.run, key, value, count: with.len() });
    }
    Ok(with.first().copied())
}

/// Whether a run has a setting at this value; `1e-1` is 0.1 too.
fn has(record: &RunRecord, (key, value): SettingValue<'_>) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let is_meant = |known: &str| known == value || (number(value).is_some() && number(known) == number(value));
    match record.settings.get(key) {
        Some(known) => is_meant(&known.to_string()),
        None => with_usual(&record.settings).get(key).is_some_and(|known| is_meant(&known.to_string())),
    }
}

fn distance(folder: &Path, of: &RunRecord, to: &RunRecord, from: Option<&RunRecord>) -> Result<Distance, NoDistance> {
    let kept = |run: RunId| store::read_parameters(folder, run)?.ok_or(NoDistance::NotKept(run));
    let (a, b) = (kept(of.run)?, kept(to.run)?);
    let gaps = gaps(&a, &b).ok_or(NoDistance::OtherNetwork(of.run, to.run))?;
    let share = match from {
        None => None,
        Some(from) => {
            let c = kept(from.run)?;
            let whole = norm(&self::gaps(&c, &b).ok_or(NoDistance::OtherNetwork(from.run, to.run))?);
            (whole > 0.0).then(|| norm(&gaps) / whole)
        }
    };
    let b: Vec<f64> = b.into_iter().flat_map(|tensor| tensor.numbers).collect();
    let relative = |gap: f64, size: f64| (size > 0.0).then(|| gap / size);
    Ok(Distance {
        run: of.run,
        to: to.run,
        data: of.settings.get("data.set.kind").map(Value::to_string).unwrap_or_default(),
        seed: of.seed(),
        method: difference(of, to),
        distance: norm(&gaps),
        relative: relative(norm(&gaps), norm(&b)),
        largest: relative(largest(&gaps), largest(&b)),
        share,
    })
}

/// What of a run's settings differs from another's, in words.
fn difference(of: &RunRecord, to: &RunRecord) -> String {
    let differs = |(name, value): &(&String, &Value)| to.settings.get(*name) != Some(value) && !is_seed(name);
    let names: BTreeSet<&String> = of.settings.iter().filter(differs).map(|(name, _)| name).collect();
    let words = in_words(&of.settings, &names);
    if words.is_empty() { "without what the other one has".to_owned() } else { words }
}

/// a − b, number by number; `None` for other names or shapes.
fn gaps(a: &[Tensor], b: &[Tensor]) -> Option<Vec<f64>> {
    let alike = |(a, b): (&Tensor, &Tensor)| (&a.name, &a.shape) == (&b.name, &b.shape);
    if a.len() != b.len() || !a.iter().zip(b).all(alike) {
        return None;
    }
    let numbers = a.iter().zip(b).flat_map(|(a, b)| a.numbers.iter().zip(&b.numbers));
    Some(numbers.map(|(a, b)| a - b).collect())
}

/// The largest absolute value.
pub(super) fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()))
}

/// ‖x‖, without overflow in between.
pub(super) fn norm(numbers: &[f64]) -> f64 {
    let largest = largest(numbers);
    if largest == 0.0 {
        return 0.0;
    }
    numbers.iter().map(|x| x / largest).fold(0.0, |sum: f64, x| x.mul_add(x, sum)).sqrt() * largest
}
