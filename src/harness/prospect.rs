//! What an experiment is going to find, put together from its spec and from results that are like it.

use crate::analysis::stats::Scatter;
use crate::analysis::{Asked, Basis, Planned, Prospect, Seen, axes, known};
use crate::experiment::{Outline, Spec};
use crate::record::{Compared, Task};

/// What the spec's experiment is going to find, where differences scatter as in the results `seen`. `None` if nothing is compared.
#[must_use]
pub fn prospect(spec: &Spec, seen: &[Seen]) -> Option<Prospect> {
    let (seeds, questions) = match spec.design() {
        None => (spec.seeds.len(), without_protocol(spec, seen)),
        Some(design) => {
            let methods = |data: &str| design.cells.iter().filter(|cell| cell.data == data).count();
            let sets = spec.outlines(&[]).into_iter();
            let keys = &design.protocol.compare;
            let sets = sets.map(|outline| planned(spec, &outline, methods(&outline.data), keys, seen)).collect();
            (design.protocol.report_seeds.len(), vec![Asked { keys: keys.clone(), sets, questions: 1 }])
        }
    };
    let compares = |asked: &Asked| asked.sets.iter().any(|set| set.methods > 1);
    questions.iter().any(compares).then_some(Prospect {
        seeds,
        staged: spec.protocol().is_some(),
        margin: spec.judge.margin,
        questions,
    })
}

fn without_protocol(spec: &Spec, seen: &[Seen]) -> Vec<Asked> {
    let keys = if spec.judge.by.is_empty() { axes(&spec.values()) } else { spec.judge.by.clone() };
    let outlines = spec.outlines(&keys);
    let asked = |(place, key): (usize, &String)| {
        let key = [key.clone()];
        let sets = outlines.iter().map(|outline| planned(spec, outline, outline.values[place], &key, seen));
        Asked { sets: sets.collect(), keys: key.to_vec(), questions: keys.len() }
    };
    keys.iter().enumerate().map(asked).collect()
}

fn planned(spec: &Spec, outline: &Outline, methods: usize, keys: &[String], seen: &[Seen]) -> Planned {
    let metric = match (spec.judge.outcome, &outline.task) {
        (Compared::Loss, _) => Compared::Loss.name(),
        (Compared::Metric, Task::Regression { .. }) => "r2",
        (Compared::Metric, Task::Classes { .. }) => "accuracy",
        (Compared::Metric, Task::Objective) => "digits",
    };
    let overlap = outline.overlap;
    let basis = match known(seen, keys, &outline.data, metric) {
        _ if outline.seeds_change_nothing => Basis::Certain,
        Some(Seen { pooled: Some(pooled), seeds, .. }) => {
            let scatter = Scatter::new(pooled.deviation, pooled.freedom, overlap);
            Basis::Results { scatter, seeds }
        }
        Some(Seen { certain: true, .. }) => Basis::Certain,
        _ => Basis::assumed(metric, outline.test_samples, overlap),
    };
    Planned { data: outline.data.clone(), metric: metric.to_owned(), methods, basis }
}
