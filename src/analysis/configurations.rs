//! Runs that differ by their seed only, taken together.

use super::sampled::Sampled;
use super::staged::Staged;
use super::stats::{Spread, mean};
use crate::record::{
    At, Compared, Criterion, CurvePoint, Judge, Outcome, Quantity, Stage, blew_up, data_label, in_words, is_label,
    is_seed, with_usual,
};
use crate::store::Finished;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One combination of settings with its runs, one per seed; where a protocol averages over settings, one for each of their
/// values and seed.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    /// The data set, with its parameters where it has some.
    pub data: String,
    /// What is compared: the optimizer's name, or the values of other settings (`keys`).
    pub optimizer: String,
    /// The settings whose values are compared, `optimizer.kind` unless asked otherwise.
    pub keys: Vec<String>,
    /// Every setting that its runs share, but the seed.
    pub settings: BTreeMap<String, Value>,
    pub runs: Vec<&'a Finished>,
    /// Which point of each run's curve counts.
    pub at: At,
    /// What of the test part is compared.
    pub outcome: Compared,
    /// What of the validation part it is chosen by.
    pub by: Quantity,
    /// What it is to the protocol, where there is one.
    pub staged: Option<Staged>,
    /// Whether seeds change nothing on its data set, as the plan knows.
    pub certain: bool,
}

impl<'a> Configuration<'a> {
    /// The point of each run's curve that counts; `None` unless every run was done: a configuration that diverges for one
    /// seed is not one to choose.
    #[must_use]
    pub fn points(&self) -> Option<Vec<&CurvePoint>> {
        self.runs.iter().map(|run| run.record.at(self.at)).collect()
    }

    /// Mean and spread over seeds of a number at these points; a seed with several runs counts with their mean.
    #[must_use]
    pub fn over_seeds(&self, of: impl Fn(&CurvePoint) -> f64) -> Option<Spread> {
        self.spread(self.points()?.into_iter().map(of))
    }

    /// Mean and spread over seeds of a number for each run.
    fn spread(&self, numbers: impl Iterator<Item = f64>) -> Option<Spread> {
        let mut seeds: Vec<Vec<f64>> = Vec::new();
        let mut places: HashMap<Option<u64>, usize> = HashMap::new();
        for (run, number) in self.runs.iter().zip(numbers) {
            let place = *places.entry(run.record.seed()).or_insert(seeds.len());
            if place == seeds.len() {
                seeds.push(Vec::new());
            }
            seeds[place].push(number);
        }
        Spread::of(&seeds.iter().filter_map(|numbers| mean(numbers)).collect::<Vec<_>>())
    }

    /// What of the validation part it is chosen by, at which state.
    #[must_use]
    pub fn criterion(&self) -> Criterion {
        Criterion { at: self.at, quantity: self.by }
    }

    /// The mean over seeds of what it is chosen by, lower for better; `None` unless every run was done and none blew up.
    #[must_use]
    pub fn cost(&self) -> Option<f64> {
        let costs: Option<Vec<f64>> = self.runs.iter().map(|run| run.record.cost(self.criterion())).collect();
        self.spread(costs?.into_iter()).map(|cost| cost.mean).filter(|_| self.blown_up() == 0)
    }

    /// Each finished seed's share of the cost; `None` if a run diverged, blew up or had no solution.
    #[must_use]
    pub fn costs(&self) -> BTreeMap<u64, Option<f64>> {
        self.by_seed(|run| {
            let cost = run.record.cost(self.criterion()).filter(|_| !blew_up(&run.record.curve));
            cost.filter(|cost| cost.is_finite())
        })
    }

    /// How many of its runs ended far above their lowest validation loss.
    #[must_use]
    pub fn blown_up(&self) -> usize {
        let blown = |run: &&&Finished| run.record.outcome == Outcome::Done && blew_up(&run.record.curve);
        self.runs.iter().filter(blown).count()
    }

    /// What its seeds are a sample of.
    #[must_use]
    pub fn sampled(&self) -> Sampled {
        Sampled::of(&self.settings, self.runs.iter().find_map(|run| run.record.held_out))
    }

    /// What is shown of a point: the outcome on the test part, but that on the validation part of what was tuned, since the test
    /// part is for the report alone.
    #[must_use]
    pub fn shown(&self, point: &CurvePoint) -> f64 {
        self.outcome.of(if self.is_tuning() { point.validation } else { point.test })
    }

    /// The measure that is compared, by name: `accuracy`, `loss`, `f1`; none if no run has come to an evaluation.
    #[must_use]
    pub fn outcome_name(&self) -> Option<&'a str> {
        let known = self.runs.iter().map(|run| run.record.metric.as_str()).find(|metric| !metric.is_empty())?;
        Some(if self.outcome == Compared::Loss { Compared::Loss.name() } else { known })
    }

    /// Whether it is a trial of a protocol.
    #[must_use]
    pub fn is_tuning(&self) -> bool {
        self.staged.is_some_and(|staged| staged.stage == Stage::Tuning)
    }

    /// How many seeds it has.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.runs.iter().map(|run| run.record.seed()).collect::<BTreeSet<_>>().len()
    }

    /// Each finished seed's outcome on the test part; `None` if a run diverged or had no solution. Seeds with failed or missing runs
    /// are not there. A seed with several runs counts with their mean.
    #[must_use]
    pub fn test_metrics(&self) -> BTreeMap<u64, Option<f64>> {
        // R² of a part whose target does not vary is no number: the worst, as nothing can be said for it.
        self.by_seed(|run| {
            run.record.at(self.at).map(|point| self.outcome.of(point.test)).filter(|metric| metric.is_finite())
        })
    }

    /// The mean over each finished seed's runs of a number; `None` if a run has none.
    fn by_seed(&self, of: impl Fn(&Finished) -> Option<f64>) -> BTreeMap<u64, Option<f64>> {
        let mut seeds: BTreeMap<u64, Vec<&'a Finished>> = BTreeMap::new();
        for run in &self.runs {
            run.record.seed().into_iter().for_each(|seed| seeds.entry(seed).or_default().push(run));
        }
        let most = seeds.values().map(Vec::len).max().unwrap_or(0);
        let whole = seeds.into_iter().filter(|(_, runs)| runs.len() == most);
        let finished = whole.filter(|(_, runs)| runs.iter().all(|run| run.record.outcome.is_final()));
        let number = |runs: Vec<&Finished>| {
            let numbers: Option<Vec<f64>> = runs.into_iter().map(&of).collect();
            mean(&numbers?)
        };
        finished.map(|(seed, runs)| (seed, number(runs))).collect()
    }

    /// Whether each of several seeds had the very same training, with the same result: they are no sample of anything. One seed says
    /// the same where the plan knows that seeds change nothing.
    #[must_use]
    pub fn is_the_same_for_every_seed(&self) -> bool {
        let mut seeds: BTreeMap<Option<u64>, BTreeSet<(&str, Option<u64>)>> = BTreeMap::new();
        for run in &self.runs {
            let (Outcome::Done, Some(hashes)) = (&run.record.outcome, &run.record.hashes) else { return false };
            let metric = run.record.at(self.at).map(|point| self.outcome.of(point.test).to_bits());
            seeds.entry(run.record.seed()).or_default().insert((&hashes.final_parameters, metric));
        }
        let mut each = seeds.values();
        let first = each.next();
        (seeds.len() > 1 || self.certain) && each.all(|results| Some(results) == first)
    }

    /// Why there is no solution, for each of its runs that found so.
    #[must_use]
    pub fn unsolved(&self) -> Vec<&'a str> {
        let problem = |run: &&'a Finished| match &run.record.outcome {
            Outcome::Unsolved { problem } => Some(problem.as_str()),
            _ => None,
        };
        self.runs.iter().filter_map(problem).collect()
    }

    /// How many of its runs diverged.
    #[must_use]
    pub fn diverged(&self) -> usize {
        self.runs.iter().filter(|run| matches!(run.record.outcome, Outcome::Diverged { .. })).count()
    }

    /// The learning rate η₀, where the optimizer has one.
    #[must_use]
    pub fn learning_rate(&self) -> Option<f64> {
        let kind = self.settings.get("optimizer.kind").map(ToString::to_string).unwrap_or_default();
        self.number("optimizer.lr").filter(|_| !WITHOUT_RATE.contains(&kind.as_str()))
    }

    /// A setting that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.settings.get(name)?.as_number()
    }

    /// The same with the values of another setting compared.
    #[must_use]
    pub fn compared_by(&self, key: &str) -> Self {
        Self { optimizer: compared(&self.settings, key), keys: vec![key.to_owned()], ..self.clone() }
    }

    /// The given settings in words, and what the answers of a solver at them are worth where that is less than it seems.
    #[must_use]
    pub fn label_with_ending(&self, of: &BTreeSet<String>) -> String {
        let any = |is_so: fn(&Finished) -> bool| self.runs.iter().any(|run| is_so(run));
        let ending = if any(|run| run.record.no_minimum.is_some()) {
            "no maximum (proved)"
        } else if any(|run| run.record.at_rest == Some(false)) {
            "not at rest"
        } else {
            ""
        };
        let parts = [self.label(of), ending.to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The given settings in words: `exponential, k 0.05, lr 0.01`.
    #[must_use]
    pub fn label(&self, of: &BTreeSet<String>) -> String {
        in_words(&self.settings, &of.iter().collect())
    }
}

/// The configurations of these runs, in the order in which they first occur.
#[must_use]
pub fn configurations(runs: &[Finished]) -> Vec<Configuration<'_>> {
    configurations_by(runs, OPTIMIZER, &Judge::default())
}

/// The learning rates of these configurations, ascending, each once.
pub fn learning_rates<'c, 'r: 'c>(configurations: impl Iterator<Item = &'c Configuration<'r>>) -> Vec<f64> {
    let mut rates: Vec<f64> = configurations.filter_map(Configuration::learning_rate).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    rates
}

/// Optimizers whose `lr` is no rate but the size of their first step.
pub const WITHOUT_RATE: [&str; 4] = ["rprop", "rprop-plus", "irprop-minus", "irprop-plus"];

/// The setting that is compared unless asked otherwise.
pub const OPTIMIZER: &str = "optimizer.kind";

/// The same, to compare the values of another setting than the optimizer, as a judge says.
#[must_use]
pub fn configurations_by<'r>(
    runs: impl IntoIterator<Item = &'r Finished>,
    key: &str,
    judge: &Judge,
) -> Vec<Configuration<'r>> {
    let Criterion { at, quantity: by } = judge.criterion();
    let outcome = judge.outcome;
    let mut places: HashMap<BTreeMap<String, Value>, usize> = HashMap::new();
    let mut all: Vec<Configuration> = Vec::new();
    // A measure is undefined for a part of the data, whatever the method: such a seed is left out of all of them.
    for run in runs.into_iter().filter(|run| !run.record.is_undefined(at, outcome)) {
        let mut settings = with_usual(&run.record.settings);
        settings.retain(|name, _| !is_seed(name));
        let known = places.get(&settings).copied();
        if known.is_none() {
            places.insert(settings.clone(), all.len());
            let data = data_label(&settings);
            all.push(Configuration {
                certain: judge.certain.contains(&data),
                data,
                optimizer: compared(&settings, key),
                keys: vec![key.to_owned()],
                settings,
                runs: Vec::new(),
                at,
                outcome,
                by,
                staged: None,
            });
        }
        let place = known.unwrap_or(all.len() - 1);
        all[place].runs.push(run);
    }
    all
}

/// `adam`; for another setting than the optimizer its name too: `dropout 0.2`.
pub fn compared(settings: &BTreeMap<String, Value>, key: &str) -> String {
    method_name(key, &settings.get(key).map_or("none".to_owned(), ToString::to_string))
}

/// What a compared value of a setting is called: `adam`, `dropout 0.2`.
#[must_use]
pub fn method_name(key: &str, value: &str) -> String {
    let name = key.strip_suffix(".kind").unwrap_or(key);
    if key == OPTIMIZER || is_label(key) {
        value.to_owned()
    } else {
        format!("{} {value}", name.rsplit('.').next().unwrap_or(name))
    }
}

/// The settings that differ between configurations, without the data set and the optimizer's name, which head the
/// tables. A choice's parameter counts where it differs within one kind: defaults of different optimizers are not what
/// was tried. The learning rate always counts.
#[must_use]
pub fn varying(configurations: &[Configuration<'_>]) -> BTreeSet<String> {
    let names: BTreeSet<&String> = configurations.iter().flat_map(|c| c.settings.keys()).collect();
    let keys: &[String] = configurations.first().map_or(&[], |c| &c.keys);
    let heads = |name: &str| {
        name.starts_with("data.set.")
            || ["data.draw", "data.standardize"].contains(&name)
            || keys.iter().any(|key| key == name)
    };
    let varies = |name: &str| {
        let kind = name.rsplit_once('.').map(|(owner, _)| format!("{owner}.kind")).filter(|kind| kind != name);
        let kind = kind.filter(|_| name != "optimizer.lr");
        let mut first: BTreeMap<Option<String>, &Value> = BTreeMap::new();
        configurations.iter().filter_map(|c| Some((c, c.settings.get(name)?))).any(|(c, value)| {
            let kind = kind.as_ref().and_then(|kind| c.settings.get(kind)).map(ToString::to_string);
            *first.entry(kind).or_insert(value) != value
        })
    };
    names.into_iter().filter(|name| !heads(name) && varies(name)).cloned().collect()
}
