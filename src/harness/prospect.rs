//! What an experiment is going to find, put together from its spec and from results that are like it.

use crate::analysis::stats::Scatter;
use crate::analysis::{Asked, Basis, DISAGREE, Planned, Prospect, Seen, axes, known, method_name, of_their_own};
use crate::measure;
use crate::plan::{Outline, Spec};
use crate::protocol::ProtocolDesign;
use crate::record::{Compared, LearningTask};
use std::collections::BTreeSet;

/// What the spec's experiment is going to find, where differences scatter as in the results `seen`. `None` if nothing is compared.
#[must_use]
pub fn prospect(spec: &Spec, seen: &[Seen]) -> Option<Prospect> {
    let (seeds, questions) = match spec.protocol() {
        None => (spec.seeds.len(), without_protocol(spec, seen)),
        Some(protocol) => {
            let questions = spec.designs().len() + spec.judge.contrasts.len();
            let of_design = |design: &ProtocolDesign| {
                let of = |outline: Outline| {
                    let cells = design.cells.iter().filter(|cell| cell.data == outline.data);
                    (cells.map(|cell| cell.method.clone()).collect(), outline)
                };
                let sets = spec.outlines(&[]).into_iter().map(of).collect();
                asked(spec, &design.protocol.compare, sets, questions, seen)
            };
            (protocol.report_seeds.len(), spec.designs().iter().map(of_design).collect())
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
    let mut keys = if spec.judge.by.is_empty() {
        spec.questions(&axes(&spec.values()), of_their_own)
    } else {
        spec.judge.by.clone()
    };
    let labels = |axis: &str| -> BTreeSet<String> {
        let of_axis = spec.judge.labels.iter().filter(|case| case.axis == axis);
        of_axis.map(|case| case.label.clone()).collect()
    };
    if spec.judge.by.is_empty() {
        keys.retain(|key| !spec.judge.is_of_a_case(key));
    }
    let questions = keys.len() + spec.judge.contrasts.len();
    let outlines = spec.outlines(&keys);
    let of_key = |(place, key): (usize, &String)| {
        let of = |outline: &Outline| {
            let names = outline.values[place].iter().map(|value| method_name(key, value));
            let cases = labels(key);
            let methods = if cases.is_empty() { names.collect() } else { cases.into_iter().collect() };
            (methods, outline.clone())
        };
        asked(spec, std::slice::from_ref(key), outlines.iter().map(of).collect(), questions, seen)
    };
    keys.iter().enumerate().map(of_key).collect()
}

/// One of so many questions, with the methods on each data set.
fn asked(spec: &Spec, keys: &[String], sets: Vec<(Vec<String>, Outline)>, questions: usize, seen: &[Seen]) -> Asked {
    // As in the answer, a baseline counts where it is one of the compared values.
    let baseline = spec.judge.baseline.as_ref().filter(|name| sets.iter().any(|(methods, _)| methods.contains(name)));
    let planned = |(methods, outline): (Vec<String>, Outline)| {
        let pairs = match baseline {
            None => methods.len() * methods.len().saturating_sub(1) / 2,
            Some(name) if methods.contains(name) => methods.len() - 1,
            Some(_) => 0,
        };
        planned(spec, outline, (methods.len(), pairs), keys, seen)
    };
    let sets = sets.into_iter().map(planned).collect();
    Asked { keys: keys.to_vec(), sets, questions }
}

fn planned(spec: &Spec, outline: Outline, (methods, pairs): (usize, usize), keys: &[String], seen: &[Seen]) -> Planned {
    let measure = match (spec.judge.outcome, &outline.task) {
        (Compared::Measure(measure), _) => measure,
        (Compared::Loss, _) => &measure::LOSS,
        (Compared::Metric, LearningTask::Regression { .. }) => &measure::R2,
        (Compared::Metric, LearningTask::Classes { .. }) => &measure::ACCURACY,
        (Compared::Metric, LearningTask::Objective) => &measure::DIGITS,
    };
    let metric = measure.name();
    let overlap = outline.overlap;
    // Rows that all seeds are tested on have an error that no seed makes smaller, see `Sampled`.
    #[allow(clippy::cast_precision_loss)] // a count of samples
    let rows = if outline.held_out && measure.is_share { DISAGREE / outline.test_samples as f64 } else { 0.0 };
    let basis = match known(seen, keys, &outline.data, metric) {
        _ if outline.seeds_change_nothing => Basis::Certain,
        Some(Seen { pooled: Some(pooled), seeds, rows: known, .. }) => {
            let rows = known.filter(|_| outline.held_out).unwrap_or(rows);
            let scatter = Scatter::new(pooled.deviation, pooled.freedom, overlap).with_shared(rows);
            Basis::Results { scatter, seeds }
        }
        Some(Seen { certain: true, .. }) => Basis::Certain,
        _ => Basis::assumed(metric, outline.test_samples, overlap),
    };
    Planned { data: outline.data, metric: metric.to_owned(), methods, pairs, basis }
}
