//! What an experiment is going to compare and on which data, as far as it can be known before any run.

use super::combinations::SweepPart;
use super::run_spec::{RunSpec, Section};
use super::spec::Spec;
use crate::data::Draw;
use crate::model::initial::InitialEntry;
use crate::record::{CaseLabel, LearningTask, data_label, with_usual};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A data set of an experiment, with what is compared on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    pub data: String,
    pub task: LearningTask,
    /// Samples of the test part, the fewest where runs split differently.
    pub test_samples: u64,
    /// n_test / n_train where seeds split the same rows, 0 for a problem without rows; the largest where runs split differently.
    pub overlap: f64,
    /// Whether all seeds are tested on the same rows.
    pub held_out: bool,
    /// Whether every seed trains the same: nothing is split, drawn or shuffled.
    pub seeds_change_nothing: bool,
    /// The values that are compared, for each of the settings asked for.
    pub values: Vec<BTreeSet<String>>,
}

/// What the members of one part tell of a data set, or of all data sets where the part names none.
#[derive(Clone, Default)]
struct PartOutline {
    /// Of each setting asked for.
    values: Vec<BTreeSet<String>>,
    /// Whether weights, noise or omissions are drawn.
    draws: bool,
    /// Whether samples come in an order that is drawn.
    shuffles: bool,
    overlap: f64,
    /// Whether the test part is the same for every seed.
    held_out: bool,
    /// What the data set is called among what was read.
    key: Option<String>,
}

impl PartOutline {
    fn add(&mut self, part: &SweepPart, settings: &BTreeMap<String, Value>, keys: &[String]) {
        self.values.resize(keys.len(), BTreeSet::new());
        for (key, values) in keys.iter().zip(&mut self.values) {
            if part.sections.iter().any(|section| key.split('.').next() == Some(section.name())) {
                values.insert(settings.get(key).map_or("none".to_owned(), ToString::to_string));
            }
        }
    }

    /// Takes note of what is drawn.
    fn note(&mut self, section: Section, run: &RunSpec) {
        let regularize = &run.regularize;
        match section {
            Section::Model => {
                let initial = run.catalogue.initial.find(&run.model.initial.kind);
                self.draws |= initial.is_some_and(InitialEntry::is_drawn);
            }
            Section::Regularize => {
                let strengths = [regularize.dropout, regularize.input_dropout, regularize.dropconnect];
                let noise = [regularize.input_noise, regularize.weight_noise];
                self.draws |= strengths.iter().chain(&noise).any(|strength| *strength > 0.0);
            }
            Section::Train => self.shuffles |= run.train.draws_samples(),
            // Left out where one first step is for all weights.
            Section::Optimizer => self.draws |= run.optimizer.parameters.contains_key("lr_to"),
            _ => {}
        }
    }
}

impl Spec {
    /// The values that each setting takes, as the tables will have them, and the labels of cases.
    #[must_use]
    pub fn values(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for CaseLabel { axis, label, .. } in &self.judge.labels {
            values.entry(axis.clone()).or_default().insert(label.clone());
        }
        self.each_member(|_, settings, _| {
            for (name, value) in settings {
                values.entry(name.clone()).or_default().insert(value.to_string());
            }
        });
        values
    }

    /// Those of these axes that are questions of their own: `of_their_own` is asked for each section's settings.
    #[must_use]
    pub fn questions(
        &self,
        axes: &[String],
        of_their_own: impl Fn(&[String], &[&BTreeMap<String, Value>]) -> Vec<String>,
    ) -> Vec<String> {
        let mut parts: BTreeMap<&str, HashSet<BTreeMap<String, Value>>> = BTreeMap::new();
        self.each_member(|part, settings, _| {
            let known = parts.entry(part.sections[0].name()).or_default();
            let mut settings = settings.clone();
            settings.retain(|name, _| axes.contains(name));
            known.insert(settings);
        });
        let mut own = axes.to_vec();
        for members in parts.values() {
            let (here, _): (Vec<String>, Vec<String>) =
                axes.iter().cloned().partition(|name| members.iter().any(|settings| settings.contains_key(name)));
            let kept = of_their_own(&here, &members.iter().collect::<Vec<_>>());
            own.retain(|name| !here.contains(name) || kept.contains(name));
        }
        own
    }

    /// The data sets, in their order, with the values of each of these settings that are compared there.
    #[must_use]
    pub fn outlines(&self, keys: &[String]) -> Vec<Outline> {
        let mut order: Vec<String> = Vec::new();
        let mut gathered: BTreeMap<(&str, String), PartOutline> = BTreeMap::new();
        self.each_member(|part, settings, run| {
            let names_data = part.sections.contains(&Section::Data);
            let label = if names_data { data_label(settings) } else { String::new() };
            if names_data && !order.contains(&label) {
                order.push(label.clone());
            }
            let known = gathered.entry((part.sections[0].name(), label)).or_default();
            known.add(part, settings, keys);
            part.sections.iter().for_each(|section| known.note(*section, run));
            if names_data {
                known.held_out |= run.data.split.is_held_out();
                if run.data.draw == Draw::Once {
                    known.overlap = known.overlap.max(run.data.split.overlap());
                }
                known.key = Some(self.data_key(run));
            }
        });
        let of = |data: String| {
            let parts = gathered.iter().filter(|((_, label), _)| label.is_empty() || *label == data);
            self.outline(&data, &parts.map(|(_, known)| known).collect::<Vec<_>>())
        };
        order.into_iter().filter_map(of).collect()
    }

    /// The data sets on which seeds change nothing.
    pub(super) fn without_chance(&self) -> BTreeSet<String> {
        if !self.readings().values().any(|reading| reading.task == LearningTask::Objective) {
            return BTreeSet::new(); // rows are split, and most specs have nothing else
        }
        let certain = self.outlines(&[]).into_iter().filter(|outline| outline.seeds_change_nothing);
        certain.map(|outline| outline.data).collect()
    }

    fn outline(&self, data: &str, parts: &[&PartOutline]) -> Option<Outline> {
        let reading = parts.iter().find_map(|known| self.readings().get(known.key.as_ref()?))?;
        let objective = reading.task == LearningTask::Objective;
        let shuffles = reading.samples > 1 && parts.iter().any(|known| known.shuffles);
        let values = |place: usize| parts.iter().flat_map(|known| known.values[place].clone()).collect();
        Some(Outline {
            data: data.to_owned(),
            task: reading.task.clone(),
            test_samples: reading.parts.iter().map(|[_, _, test]| *test).min().unwrap_or(reading.samples),
            overlap: if objective { 0.0 } else { parts.iter().map(|known| known.overlap).fold(0.0, f64::max) },
            held_out: parts.iter().any(|known| known.held_out),
            seeds_change_nothing: objective && !shuffles && !parts.iter().any(|known| known.draws),
            values: (0..parts[0].values.len()).map(values).collect(),
        })
    }

    /// Gives each value of each setting to `each`, with the other settings of its part. Values that go together with others in the same
    /// way are given once for each data set and each kind of its part, not for each of the others.
    fn each_member(&self, mut each: impl FnMut(&SweepPart, &BTreeMap<String, Value>, &RunSpec)) {
        let (combinations, mut run) = (&self.space.combinations, self.run(0));
        for part in combinations.parts() {
            let mut cursor = combinations.cursor(&part);
            let mut heads: HashSet<String> = HashSet::new();
            let mut give = |member: u64| {
                self.space.put(&mut cursor, member, &mut run);
                let mut settings = BTreeMap::new();
                part.sections.iter().for_each(|section| run.add_settings(*section, &mut settings));
                let mut settings = with_usual(&settings);
                CaseLabel::add(&self.judge.labels, &mut settings);
                each(&part, &settings, &run);
                head(&settings)
            };
            for (member, _) in combinations.representatives(&part) {
                if heads.insert(give(member)) {
                    combinations.represented(&part, member).into_iter().flatten().for_each(|other| drop(give(other)));
                }
            }
        }
    }
}

/// The data set and the kinds of all choices among these settings.
fn head(settings: &BTreeMap<String, Value>) -> String {
    let kinds =
        settings.iter().filter(|(name, _)| name.rsplit('.').next() == Some("kind")).map(|(_, kind)| kind.to_string());
    kinds.fold(data_label(settings), |head, kind| format!("{head}\n{kind}"))
}
