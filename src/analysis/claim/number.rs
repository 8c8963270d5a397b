//! The number that a claim takes of each run.

use crate::analysis::distance::norm;
use crate::record::{At, Compared, DataPart, Observed, Outcome, RunRecord, StepPoint, Take, Window};
use crate::store::Finished;

/// The number of a run; none if it has none. What needs other runs (a target) is not looked up here.
pub fn of(run: &Finished, quantity: &Observed, at: At) -> Option<f64> {
    let record = &run.record;
    let number = match quantity {
        Observed::Of { what, part, untrained: true } => record.observed(0, *what, *part),
        Observed::Of { what, part, .. } => observed(record, *what, *part, at),
        Observed::Passes { what, part, bound } => {
            // A run that diverged does not pass.
            let passes = observed_at_end(record, *what, *part, at).map(|number| bound.holds(number));
            passes.or_else(|| is_over(record).then_some(false)).map(share)
        }
        Observed::Steps { column, take, window } => steps(record, column, *take, *window),
        Observed::Diverged => {
            record.outcome.is_final().then(|| share(matches!(record.outcome, Outcome::Diverged { .. })))
        }
        Observed::Solved => {
            record.outcome.is_final().then(|| share(record.no_minimum.is_none() && record.outcome == Outcome::Done))
        }
        Observed::AtRest => record.outcome.is_final().then(|| share(record.at_rest == Some(true))),
        Observed::Taken => {
            record.curve.last().filter(|_| record.outcome == Outcome::Done).map(|point| count(point.step))
        }
        Observed::StepSeconds => run.measurement.step_seconds(),
        // What compares parameters takes them and not this number, which says whether they are there.
        Observed::Parameters => (!run.parameters.is_empty()).then(|| norm(&run.parameters)),
        Observed::ToTarget | Observed::Reached => None,
    };
    number.filter(|number| number.is_finite())
}

fn share(is_so: bool) -> f64 {
    f64::from(u8::from(is_so))
}

#[allow(clippy::cast_precision_loss)] // a count
fn count(of: u64) -> f64 {
    of as f64
}

fn is_over(record: &RunRecord) -> bool {
    matches!(record.outcome, Outcome::Diverged { .. } | Outcome::Unsolved { .. })
}

fn observed_at_end(record: &RunRecord, what: Compared, part: DataPart, at: At) -> Option<f64> {
    record.observed(record.place(at)?, what, part)
}

/// At the state that counts; a run that diverged counts as untrained, since nobody would keep it.
fn observed(record: &RunRecord, what: Compared, part: DataPart, at: At) -> Option<f64> {
    match record.outcome {
        Outcome::Diverged { .. } => record.observed(0, what, part),
        _ => observed_at_end(record, what, part, at),
    }
}

/// A column of the steps, taken together.
fn steps(record: &RunRecord, column: &str, take: Take, window: Window) -> Option<f64> {
    // Columns have `_` where the names of quantities have `-`.
    let place = record.traced.iter().position(|name| name.replace('-', "_") == column.replace('-', "_"));
    let value = |point: &StepPoint| match column {
        "loss" => Some(point.loss),
        "learning_rate" => Some(point.learning_rate),
        "gradient_norm" => Some(point.gradient_norm),
        _ => point.traced.get(place?).copied(),
    };
    let known = record.steps.iter().filter_map(|point| Some((count(point.step) + 1.0, value(point)?)));
    let all: Vec<(f64, f64)> = known.filter(|(_, value)| !value.is_nan()).collect();
    let last = all.last()?.0;
    let within = |step: f64| step > window.from * last && step <= window.to * last;
    let points: Vec<(f64, f64)> = all.into_iter().filter(|(step, _)| within(*step)).collect();
    let n = count(points.len() as u64);
    match take {
        Take::Mean => (n > 0.0).then(|| points.iter().map(|(_, y)| y).sum::<f64>() / n),
        Take::Last => points.last().map(|(_, y)| *y),
        Take::LogSlope => slope(&points.iter().map(|(x, y)| (x.ln(), y.ln())).collect::<Vec<_>>()),
        Take::Rate => slope(&points.iter().map(|(x, y)| (*x, y.ln())).collect::<Vec<_>>()),
        Take::Rises => {
            (n > 1.0).then(|| count(points.windows(2).filter(|two| two[1].1 > two[0].1).count() as u64) / (n - 1.0))
        }
    }
}

/// The slope of the least-squares line; none without two places.
pub fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let n = count(points.len() as u64);
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / n, y + point.1 / n));
    let (products, squares) = points.iter().fold((0.0, 0.0), |(products, squares), point| {
        (products + (point.0 - x) * (point.1 - y), squares + (point.0 - x) * (point.0 - x))
    });
    (squares > 0.0).then(|| products / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_steps(norms: &[f64]) -> RunRecord {
        let point = |(step, norm): (usize, &f64)| StepPoint {
            step: step as u64,
            loss: 0.0,
            learning_rate: 0.1,
            gradient_norm: 1.0,
            traced: vec![*norm],
        };
        let results = crate::record::RunResults {
            steps: norms.iter().enumerate().map(point).collect(),
            traced: vec!["step_norm".to_owned()],
            ..crate::record::RunResults::default()
        };
        RunRecord {
            run: crate::record::RunId::of(&crate::digest::Digest::of("a run 1")),
            settings: std::collections::BTreeMap::new(),
            data_digest: String::new(),
            numerics_version: 1,
            stage: None,
            results,
        }
    }

    #[test]
    fn a_column_of_steps_is_read_in_its_window() {
        let falling = with_steps(&[1.0, 0.5_f64.sqrt(), (1.0 / 3.0_f64).sqrt(), 0.5]);
        let take = |take, from| steps(&falling, "step-norm", take, Window { from, to: 1.0 }).unwrap();
        assert!((take(Take::LogSlope, 0.0) + 0.5).abs() < 1e-12, "1/√t has the slope −½");
        assert!((take(Take::Mean, 0.5) - f64::midpoint((1.0_f64 / 3.0).sqrt(), 0.5)).abs() < 1e-15);
        assert_eq!((take(Take::Last, 0.0), take(Take::Rises, 0.0)), (0.5, 0.0));
        assert!(
            (take(Take::Rises, 0.0) - 0.0).abs() < 1e-15
                && steps(&falling, "gone", Take::Mean, Window::default()).is_none()
        );
        let halving = with_steps(&[1.0, 0.5, 0.25, 0.125]);
        let rate = steps(&halving, "step-norm", Take::Rate, Window::default()).unwrap();
        assert!((rate - 0.5_f64.ln()).abs() < 1e-12);
    }
}
