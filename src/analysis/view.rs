//! What there is to compare in a folder, and what was tried for it: the same settings, or with a protocol those of two stages.

use super::axes::{SettingValues, axes, of_their_own};
use super::choose::{Tried, choose};
use super::configurations::{Configuration, OPTIMIZER, compared, configurations_by, varying};
use super::select::Selected;
use super::staged::{Allowed, Staged};
use crate::record::{At, Goal, Judge, Protocol, Stage, data_label, is_label, is_seed, with_usual};
use crate::store::{Finished, Manifest};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How the runs of a folder are read.
#[derive(Clone, Debug)]
pub struct View<'r> {
    compared: Vec<Configuration<'r>>,
    /// None without a protocol, where the same settings are tried and compared.
    tried: Option<Vec<Configuration<'r>>>,
    /// Whether runs of a protocol's first stage are missing: nothing was chosen from these alone.
    untuned: bool,
    /// The settings whose values are compared.
    keys: Vec<String>,
    /// The state of the trainings that counts.
    at: At,
    /// What a training has to reach for its speed to count.
    goal: Goal,
    /// What all others are compared with; none for all pairs.
    baseline: Option<String>,
    /// How many questions are asked of the same runs, this one and planned contrasts among them.
    questions: usize,
    /// What is compared, tuned and averaged over, where a protocol says so; of this question alone.
    protocol: Option<Protocol>,
}

impl<'r> View<'r> {
    /// The runs as the folder's protocol reads them, or else with the values of `key` compared.
    #[must_use]
    pub fn of(manifest: &Manifest, runs: &'r [Finished], key: &str, allowed: Allowed) -> Self {
        let (at, goal) = (manifest.judge.at, manifest.judge.goal());
        match &manifest.protocol {
            None => Self {
                compared: configurations_by(runs, key, &manifest.judge),
                tried: None,
                untuned: false,
                keys: vec![key.to_owned()],
                at,
                goal,
                baseline: manifest.judge.baseline.clone(),
                questions: 1 + manifest.judge.contrasts.len(),
                protocol: None,
            },
            Some(protocol) => {
                let questions = protocol.questions();
                let named = questions.iter().find(|question| question.compare == [key]);
                Self::staged(manifest, named.unwrap_or(&questions[0]), runs, allowed)
            }
        }
    }

    /// One view for each question: that of the protocol, or those that the folder's judge names, or every axis; the most important
    /// first.
    #[must_use]
    pub fn all_of(manifest: &Manifest, runs: &'r [Finished], allowed: Allowed) -> Vec<Self> {
        if let Some(protocol) = &manifest.protocol {
            let by = &manifest.judge.by;
            let asked = |question: &Protocol| by.is_empty() || by.iter().any(|key| question.compare == [key.as_str()]);
            let questions: Vec<Protocol> = protocol.questions().into_iter().filter(asked).collect();
            return questions.iter().map(|question| Self::staged(manifest, question, runs, allowed)).collect();
        }
        let first = Self::of(manifest, runs, OPTIMIZER, allowed);
        let mut keys = manifest.judge.by.clone();
        if keys.is_empty() {
            keys = questions(&first.compared);
            let (of_cases, others): (Vec<String>, Vec<String>) =
                keys.into_iter().partition(|key| manifest.judge.is_of_a_case(key));
            keys = if others.is_empty() { of_cases } else { others };
        }
        let questions = keys.len() + manifest.judge.contrasts.len();
        let of = |key: String| {
            let compared = first.compared.iter().map(|c| c.compared_by(&key)).collect();
            Self { compared, keys: vec![key], questions, ..first.clone() }
        };
        keys.into_iter().map(of).collect()
    }

    fn staged(manifest: &Manifest, protocol: &Protocol, runs: &'r [Finished], allowed: Allowed) -> Self {
        let mut tried = trials(protocol, runs, Stage::Tuning, &manifest.judge);
        let here = of_stage(protocol, runs, Stage::Tuning).count();
        let several = manifest.protocol.as_ref().is_some_and(|protocol| !protocol.further.is_empty());
        let planned =
            if several { protocol.tuning_runs } else { manifest.runs_planned.saturating_sub(protocol.report_runs) };
        let untuned = manifest.shard.is_some() || (here as u64) < planned;
        // Runs on the report's seeds without those that chose them, as among orphans, say nothing of a choice.
        let mut compared = if untuned { Vec::new() } else { trials(protocol, runs, Stage::Report, &manifest.judge) };
        if several {
            // The second stage has the choices of the other questions, too.
            let of = |c: &Configuration<'_>| (cell(c), protocol.trial(&c.settings));
            let chosen: HashSet<_> =
                choices(&tried, protocol).iter().map(|found| of(found.trials[found.chosen])).collect();
            compared.retain(|c| chosen.contains(&of(c)));
        }
        let mut counts: HashMap<(String, String), usize> = HashMap::new();
        tried.iter().for_each(|c| *counts.entry(cell(c)).or_insert(0) += 1);
        for c in tried.iter_mut().chain(&mut compared) {
            let trials = counts.get(&cell(c)).copied().unwrap_or(0);
            c.staged = c.staged.map(|staged| Staged { trials, allowed, ..staged });
        }
        let (keys, at) = (protocol.compare.clone(), protocol.select.at);
        let goal = manifest.judge.goal();
        Self {
            compared,
            tried: Some(tried),
            untuned,
            keys,
            at,
            goal,
            baseline: manifest.judge.baseline.clone(),
            questions: 1
                + manifest.protocol.iter().map(|all| all.further.len()).sum::<usize>()
                + manifest.judge.contrasts.len(),
            protocol: Some(protocol.clone()),
        }
    }

    /// Whether runs of a protocol's first stage are missing.
    #[must_use]
    pub fn untuned(&self) -> bool {
        self.untuned
    }

    /// What is compared, tuned and averaged over, where a protocol says so.
    #[must_use]
    pub fn protocol(&self) -> Option<&Protocol> {
        self.protocol.as_ref()
    }

    /// The settings that stand for methods.
    #[must_use]
    pub fn compared(&self) -> &[Configuration<'r>] {
        &self.compared
    }

    /// Every setting that was tried.
    #[must_use]
    pub fn tried(&self) -> &[Configuration<'r>] {
        self.tried.as_deref().unwrap_or(&self.compared)
    }

    /// The settings whose values are compared.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The state of the trainings that counts.
    #[must_use]
    pub fn at(&self) -> At {
        self.at
    }

    /// What a training has to reach for its speed to count.
    #[must_use]
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// What all others are compared with in this question: where it is one of its compared values.
    #[must_use]
    pub fn baseline(&self) -> Option<&str> {
        let named = self.baseline.as_deref()?;
        self.compared.iter().any(|c| c.optimizer == named).then_some(named)
    }

    /// How many questions are asked of the same runs, this one among them.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.questions
    }

    /// The same with the combinations of these settings' values compared, everything else at its best for each. With a protocol the
    /// tuning seeds choose, as if it compared these settings alone: no report seed has a say in what it tests.
    #[must_use]
    pub fn of_values(&self, keys: &[&str]) -> Vec<Configuration<'r>> {
        let with_values = |c: &Configuration<'r>| {
            let names: Vec<String> = keys.iter().map(|key| compared(&c.settings, key)).collect();
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            Configuration { optimizer: names.join("\n"), keys, ..c.clone() }
        };
        let has_them = |c: &&Configuration<'_>| c.settings.contains_key(keys[0]);
        let (Some(protocol), Some(tried)) = (&self.protocol, &self.tried) else {
            return self.compared.iter().filter(has_them).map(with_values).collect();
        };
        let tried: Vec<Configuration> = tried.iter().filter(has_them).map(with_values).collect();
        let tested = |TunedChoice { trials, chosen }: TunedChoice<'_, 'r>| {
            let chosen = trials[chosen];
            let key =
                |c: &Configuration<'_>| (c.data.clone(), protocol.compared(&c.settings), protocol.trial(&c.settings));
            let tested = with_values(self.compared.iter().find(|c| key(c) == key(chosen))?);
            let staged = tested.staged.map(|staged| Staged { trials: trials.len(), ..staged });
            Some(Configuration { staged, ..tested })
        };
        choices(&tried, protocol).into_iter().filter_map(tested).collect()
    }

    /// The settings that tell what was chosen: those that are tuned, or without a protocol those that vary.
    #[must_use]
    pub fn setting_names(&self) -> BTreeSet<String> {
        match &self.protocol {
            Some(protocol) => protocol.tuned().into_iter().cloned().collect(),
            None => varying(&self.compared),
        }
    }

    /// Those of these names that tell a method's settings apart. Of what a labelled case sets that is only what takes several values
    /// under its label.
    #[must_use]
    pub fn own_names(&self, row: &Selected<'_, '_>, names: &BTreeSet<String>) -> BTreeSet<String> {
        if !self.keys.iter().any(|key| is_label(key)) {
            return names.clone();
        }
        let own = || self.tried().iter().filter(|c| c.optimizer == row.optimizer && c.data == row.data);
        let varies = |name: &&String| {
            let mut values = own().map(|c| c.settings.get(*name));
            let first = values.next();
            !values.all(|value| Some(value) == first)
        };
        names.iter().filter(varies).cloned().collect()
    }

    /// Both.
    pub fn all(&self) -> impl Iterator<Item = &Configuration<'r>> {
        self.tried.iter().flatten().chain(&self.compared)
    }
}

/// Every axis of these configurations that is a question, the most important first.
#[must_use]
pub fn questions(configurations: &[Configuration<'_>]) -> Vec<String> {
    let tried: Vec<&BTreeMap<String, Value>> = configurations.iter().map(|c| &c.settings).collect();
    of_their_own(&axes(&values(configurations)), &tried)
}

/// The values that each setting of these takes.
fn values(configurations: &[Configuration<'_>]) -> SettingValues {
    let mut values = SettingValues::new();
    for (name, value) in configurations.iter().flat_map(|c| &c.settings) {
        match values.get_mut(name) {
            Some(known) => drop(known.insert(value.to_string())),
            None => drop(values.insert(name.clone(), [value.to_string()].into())),
        }
    }
    values
}

fn cell(c: &Configuration<'_>) -> (String, String) {
    (c.data.clone(), c.optimizer.clone())
}

/// The runs of a stage.
fn of_stage<'r>(protocol: &Protocol, runs: &'r [Finished], stage: Stage) -> impl Iterator<Item = &'r Finished> {
    let report: std::collections::HashSet<u64> = protocol.report_seeds.iter().copied().collect();
    runs.iter()
        .filter(move |run| run.record.seed().is_some_and(|seed| report.contains(&seed) == (stage == Stage::Report)))
}

/// The trials that the runs of a stage make, in the order in which they first occur.
fn trials<'r>(protocol: &Protocol, runs: &'r [Finished], stage: Stage, judge: &Judge) -> Vec<Configuration<'r>> {
    let outcome = judge.outcome;
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Configuration> = Vec::new();
    let defined = |run: &&Finished| !run.record.is_undefined(protocol.select.at, outcome);
    for run in of_stage(protocol, runs, stage).filter(defined) {
        let settings = &with_usual(&run.record.settings);
        let (data, method) = (data_label(settings), protocol.method(settings));
        let place = *places.entry(format!("{data}\n{method}\n{}", protocol.trial(settings))).or_insert(all.len());
        if place == all.len() {
            let mut settings = settings.clone();
            settings.retain(|name, _| !is_seed(name));
            all.push(Configuration {
                certain: judge.certain.contains(&data),
                data,
                optimizer: method,
                keys: protocol.compare.clone(),
                settings,
                runs: Vec::new(),
                at: protocol.select.at,
                outcome,
                by: protocol.select.quantity,
                staged: Some(Staged { stage, trials: 0, allowed: Allowed::default() }),
            });
        }
        // What is averaged over is no setting of the whole, nor what follows from it.
        all[place].settings.retain(|name, value| settings.get(name) == Some(value));
        all[place].runs.push(run);
    }
    all
}

/// The trials of one compared value on one data set, at least one.
pub struct TunedChoice<'v, 'r> {
    pub trials: Vec<&'v Configuration<'r>>,
    /// The place of the chosen one.
    pub chosen: usize,
}

/// The trials of each compared value on each data set, in the order in which these first occur, with the choice.
#[must_use]
pub fn choices<'v, 'r>(tried: &'v [Configuration<'r>], protocol: &Protocol) -> Vec<TunedChoice<'v, 'r>> {
    let mut cells: Vec<Vec<&Configuration>> = Vec::new();
    for c in tried {
        match cells.iter_mut().find(|known| known[0].data == c.data && known[0].optimizer == c.optimizer) {
            Some(known) => known.push(c),
            None => cells.push(vec![c]),
        }
    }
    let choice = |trials: Vec<&'v Configuration<'r>>| {
        let of = |c: &&Configuration| c.runs.iter().map(|run| Tried::of(run, protocol.select)).collect();
        choose(&trials.iter().map(of).collect::<Vec<_>>()).map(|chosen| TunedChoice { trials, chosen })
    };
    cells.into_iter().filter_map(choice).collect()
}
