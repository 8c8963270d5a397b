//! Runs that differ by their seed only, taken together.

use super::stats::Spread;
use crate::record::{CurvePoint, Outcome, Pick, Setting};
use crate::store::Finished;
use std::collections::{BTreeMap, BTreeSet};

/// One combination of settings with its runs, one per seed.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    /// The data set, with its parameters where it has some.
    pub data: String,
    /// What is compared: the optimizer's name, or the value of another setting (`key`).
    pub optimizer: String,
    /// The setting whose values are compared, `optimizer.kind` unless asked otherwise.
    pub key: String,
    /// Every setting but the seed.
    pub settings: BTreeMap<String, Setting>,
    pub runs: Vec<&'a Finished>,
}

impl Configuration<'_> {
    /// The point of each run's curve with the lowest validation loss; `None` unless every run was done: a configuration
    /// that diverges for one seed is not one to choose.
    #[must_use]
    pub fn best_points(&self) -> Option<Vec<&CurvePoint>> {
        let done = |run: &&Finished| run.record.outcome == Outcome::Done;
        self.runs
            .iter()
            .map(|run| Some(run).filter(|run| done(run)).and_then(|run| Pick::Best.of(&run.record.curve)))
            .collect()
    }

    /// Mean over seeds of a number at the best points.
    #[must_use]
    pub fn over_seeds(&self, of: impl Fn(&CurvePoint) -> f64) -> Option<Spread> {
        Spread::of(&self.best_points()?.into_iter().map(of).collect::<Vec<_>>())
    }

    /// Each finished seed's test metric at its best point; `None` where the run diverged or had no solution. Failed runs
    /// are not there.
    #[must_use]
    pub fn test_metrics(&self) -> BTreeMap<u64, Option<f64>> {
        let of = |run: &&Finished| match (run.record.settings.get("seed"), &run.record.outcome) {
            (Some(Setting::Integer(seed)), Outcome::Done) => {
                // R² of a part whose target does not vary is no number: the worst, as nothing can be said for it.
                let metric = Pick::Best.of(&run.record.curve).map(|point| point.test.metric);
                Some((*seed, metric.filter(|metric| metric.is_finite())))
            }
            (Some(Setting::Integer(seed)), Outcome::Diverged { .. } | Outcome::Unsolved { .. }) => Some((*seed, None)),
            _ => None,
        };
        self.runs.iter().filter_map(of).collect()
    }

    /// How many of its runs diverged.
    #[must_use]
    pub fn diverged(&self) -> usize {
        self.runs.iter().filter(|run| matches!(run.record.outcome, Outcome::Diverged { .. })).count()
    }

    /// The learning rate η₀, where the optimizer has one.
    #[must_use]
    pub fn learning_rate(&self) -> Option<f64> {
        match self.settings.get("optimizer.lr")? {
            Setting::Number(rate) => Some(*rate),
            _ => None,
        }
    }

    /// The given settings in words: `exponential, k 0.05, lr 0.01`.
    #[must_use]
    pub fn label(&self, of: &BTreeSet<String>) -> String {
        // What a choice is stands before its parameters.
        let mut names: Vec<&String> = of.iter().collect();
        names.sort_by_key(|name| {
            let (owner, own) = name.rsplit_once('.').unwrap_or(("", name));
            (owner, own != "kind", own)
        });
        let words = names.into_iter().filter_map(|name| Some((name, self.settings.get(name)?)));
        let word = |(name, value): (&String, &Setting)| {
            let short = name.rsplit('.').next().unwrap_or(name);
            if short == "kind" { value.to_string() } else { format!("{short} {value}") }
        };
        words.map(word).collect::<Vec<_>>().join(", ")
    }
}

/// The configurations of these runs, in the order in which they first occur.
#[must_use]
pub fn configurations(runs: &[Finished]) -> Vec<Configuration<'_>> {
    configurations_by(runs, OPTIMIZER)
}

/// The setting that is compared unless asked otherwise.
pub const OPTIMIZER: &str = "optimizer.kind";

/// The same, to compare the values of another setting than the optimizer.
#[must_use]
pub fn configurations_by<'r>(runs: impl IntoIterator<Item = &'r Finished>, key: &str) -> Vec<Configuration<'r>> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut all: Vec<Configuration> = Vec::new();
    for run in runs {
        let mut settings = run.record.settings.clone();
        settings.remove("seed");
        let place = *places.entry(format!("{settings:?}")).or_insert(all.len());
        if place == all.len() {
            all.push(Configuration {
                data: data_label(&settings),
                optimizer: compared(&settings, key),
                key: key.to_owned(),
                settings,
                runs: Vec::new(),
            });
        }
        all[place].runs.push(run);
    }
    all
}

/// `adam`; for another setting than the optimizer its name too: `dropout 0.2`.
fn compared(settings: &BTreeMap<String, Setting>, key: &str) -> String {
    let value = settings.get(key).map_or("none".to_owned(), ToString::to_string);
    let name = key.strip_suffix(".kind").unwrap_or(key);
    if key == OPTIMIZER { value } else { format!("{} {value}", name.rsplit('.').next().unwrap_or(name)) }
}

/// `digits`, or `two-moons (noise 0.1, samples 400, seed 0)`.
fn data_label(settings: &BTreeMap<String, Setting>) -> String {
    let prefix = "data.set.";
    let parameters: Vec<_> = settings
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(prefix).filter(|name| *name != "kind")?, value)))
        .map(|(name, value)| (name, value.to_string()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    // Losses of a regression have other units then, and must not be ranked with standardized ones.
    let raw = settings.get("data.standardize") == Some(&Setting::Flag(false));
    let parameters: Vec<_> = parameters.into_iter().chain(raw.then(|| "not standardized".to_owned())).collect();
    let kind = settings.get("data.set.kind").map(ToString::to_string).unwrap_or_default();
    if parameters.is_empty() { kind } else { format!("{kind} ({})", parameters.join(", ")) }
}

/// The settings that differ between configurations, without the data set and the optimizer's name, which head the
/// tables. A choice's parameter counts where it differs within one kind: defaults of different optimizers are not what
/// was tried. The learning rate always counts.
#[must_use]
pub fn varying(configurations: &[Configuration<'_>]) -> BTreeSet<String> {
    let names: BTreeSet<&String> = configurations.iter().flat_map(|c| c.settings.keys()).collect();
    let key = configurations.first().map_or(OPTIMIZER, |c| &c.key);
    let heads = |name: &str| name.starts_with("data.set.") || name == "data.standardize" || name == key;
    let varies = |name: &str| {
        let kind = name.rsplit_once('.').map(|(owner, _)| format!("{owner}.kind")).filter(|kind| kind != name);
        let kind = kind.filter(|_| name != "optimizer.lr");
        let mut first: BTreeMap<Option<String>, &Setting> = BTreeMap::new();
        configurations.iter().filter_map(|c| Some((c, c.settings.get(name)?))).any(|(c, value)| {
            let kind = kind.as_ref().and_then(|kind| c.settings.get(kind)).map(ToString::to_string);
            *first.entry(kind).or_insert(value) != value
        })
    };
    names.into_iter().filter(|name| !heads(name) && varies(name)).cloned().collect()
}
