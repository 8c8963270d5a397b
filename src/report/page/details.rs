//! What opens below a row of the table of runs: all settings, the curve, and a spec that runs this run alone. Only the first rows
//! have it, so that ten thousand runs stay a page that opens.

use crate::record::{CurvePoint, RunId};
use crate::store::Finished;
use crate::value::Value;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// How many rows open.
pub const MOST: usize = 200;
/// How many points of a curve are drawn.
const MOST_POINTS: usize = 60;

/// The details of the first rows.
#[derive(Serialize)]
struct Details<'r> {
    /// Settings that all of these runs share.
    shared: BTreeMap<&'r str, String>,
    /// The lines of all specs, each once.
    lines: Vec<String>,
    runs: Vec<Detail<'r>>,
}

#[derive(Serialize)]
struct Detail<'r> {
    /// Settings that some of these runs do not share.
    own: BTreeMap<&'r str, String>,
    /// The places of the spec's lines; empty where there is none.
    spec: Vec<usize>,
    epochs: Vec<u64>,
    /// Loss and metric of the training and the validation part; nothing for what is missing.
    curves: [Vec<Option<f64>>; 4],
}

/// The details of the first of these rows, safe inside a `<script>` element; `specs` are those of runs alone.
pub fn json(runs: &[&Finished], specs: &BTreeMap<RunId, String>) -> String {
    let runs: Vec<&Finished> = runs.iter().copied().take(MOST).collect();
    let is_shared = |(name, value): (&String, &Value)| {
        runs.iter().all(|run| run.record.settings.get(name).is_some_and(|other| other == value))
    };
    let first = runs.first().map(|run| &run.record.settings);
    let shared: BTreeMap<&str, String> = first
        .into_iter()
        .flatten()
        .filter(|entry| is_shared(*entry))
        .map(|(name, value)| (name.as_str(), value.to_string()))
        .collect();
    let (mut lines, mut places) = (Vec::new(), HashMap::new());
    let mut place = |line: &str| {
        *places.entry(line.to_owned()).or_insert_with(|| {
            lines.push(line.to_owned());
            lines.len() - 1
        })
    };
    let details = runs.iter().map(|run| {
        let settings = run.record.settings.iter().filter(|(name, _)| !shared.contains_key(name.as_str()));
        let points = thinned(&run.record.curve);
        Detail {
            own: settings.map(|(name, value)| (name.as_str(), value.to_string())).collect(),
            spec: specs.get(&run.record.run).map(|spec| spec.lines().map(&mut place).collect()).unwrap_or_default(),
            epochs: points.iter().map(|point| point.epoch).collect(),
            curves: [
                of(&points, |point| point.train.map(|train| train.loss)),
                of(&points, |point| Some(point.validation.loss)),
                of(&points, |point| point.train.map(|train| train.metric)),
                of(&points, |point| Some(point.validation.metric)),
            ],
        }
    });
    let runs: Vec<Detail> = details.collect();
    super::runs::within_script(&Details { shared, lines, runs })
}

/// Points of a curve, its first and its last among them.
fn thinned(curve: &[CurvePoint]) -> Vec<&CurvePoint> {
    let every = curve.len().div_ceil(MOST_POINTS).max(1);
    let is_kept = |place: usize| place.is_multiple_of(every) || place + 1 == curve.len();
    curve.iter().enumerate().filter(|(place, _)| is_kept(*place)).map(|(_, point)| point).collect()
}

/// A number of each point with four digits.
fn of(points: &[&CurvePoint], number: impl Fn(&CurvePoint) -> Option<f64>) -> Vec<Option<f64>> {
    let short = |value: f64| format!("{value:.3e}").parse().ok().filter(|value: &f64| value.is_finite());
    points.iter().map(|point| number(point).and_then(short)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Evaluation;

    #[test]
    fn curves_keep_their_ends() {
        let point = |epoch: u64| {
            let evaluation = Evaluation { loss: f64::NAN, metric: 1.0 / 3.0 };
            CurvePoint { epoch, step: epoch, learning_rate: 0.1, train: None, validation: evaluation, test: evaluation }
        };
        let curve: Vec<CurvePoint> = (0..1000).map(point).collect();
        let points = thinned(&curve);
        assert!(points.len() <= MOST_POINTS + 1 && points[0].epoch == 0 && points[points.len() - 1].epoch == 999);
        assert_eq!(of(&points[..1], |point| Some(point.validation.metric)), [Some(0.3333)]);
        assert_eq!(of(&points[..1], |point| Some(point.validation.loss)), [None]);
        assert!(thinned(&[]).is_empty());
    }
}
