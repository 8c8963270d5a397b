//! How fast two sides were, from measurements.

use super::configurations::OPTIMIZER;
use super::stats::{Interval, LEVEL, Spread};
use crate::store::{Finished, Manifest, Session};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::collections::BTreeMap;

/// What can be said of the second's speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pace {
    Faster,
    Slower,
    /// The interval holds ratios that do not matter.
    NotToldApart,
    /// Taken while other runs competed for the cores, of several runs together, or on different processors.
    NotComparable,
}

impl Pace {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "SLOWER",
            Self::NotToldApart => "not told apart",
            Self::NotComparable => "not comparable",
        }
    }
}

/// Times per training step of the runs that both sides have.
#[derive(Clone, Debug, Serialize)]
pub struct Speed {
    pub method: String,
    pub pairs: usize,
    /// Second over first, geometric mean over pairs.
    pub ratio: f64,
    /// For 95 %: mean and t interval of the logarithms, from 2 pairs on.
    pub interval: Option<Interval>,
    pub pace: Pace,
}

/// A ratio below this is not worth a verdict: even alone on a machine, a step's time varies by a few percent.
const MATTERS: f64 = 1.05;

/// One row per method, in the order of its first pair.
#[must_use]
pub fn speeds(pairs: &[(&Finished, &Finished)], comparable: bool) -> Vec<Speed> {
    let mut order: Vec<String> = Vec::new();
    let mut logarithms: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (a, b) in pairs {
        let method = a.record.settings.get(OPTIMIZER).map(ToString::to_string).unwrap_or_default();
        if let Some(ratio) = step_seconds(b).zip(step_seconds(a)).map(|(b, a)| b / a) {
            let values = logarithms.entry(method.clone()).or_default();
            if values.is_empty() {
                order.push(method);
            }
            values.push(ratio.ln());
        }
    }
    order.into_iter().filter_map(|method| speed(&logarithms[&method], method, comparable)).collect()
}

/// Seconds per step; none if no step was taken or the clock saw none.
#[allow(clippy::cast_precision_loss)] // counts
fn step_seconds(run: &Finished) -> Option<f64> {
    let (seconds, steps) = (run.measurement.train_seconds, run.measurement.steps);
    (steps > 0 && seconds > 0.0 && seconds.is_finite()).then(|| seconds / steps as f64)
}

#[allow(clippy::cast_precision_loss)] // counts
fn speed(logarithms: &[f64], method: String, comparable: bool) -> Option<Speed> {
    let spread = Spread::of(logarithms)?;
    let n = logarithms.len() as f64;
    let half = spread.sd.and_then(|sd| {
        let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
        Some(t.inverse_cdf(1.0 - LEVEL / 2.0) * sd / n.sqrt())
    });
    let interval = half.map(|half| Interval { low: (spread.mean - half).exp(), high: (spread.mean + half).exp() });
    let pace = match interval {
        _ if !comparable => Pace::NotComparable,
        Some(interval) if interval.low > MATTERS => Pace::Slower,
        Some(interval) if interval.high < 1.0 / MATTERS => Pace::Faster,
        _ => Pace::NotToldApart,
    };
    Some(Speed { method, pairs: logarithms.len(), ratio: spread.mean.exp(), interval, pace })
}

/// Why times of these pairs from two folders cannot be compared; none if all were taken of single runs by one worker on the same processor,
/// each pair with as many threads. Whether something else ran on the machine is not recorded.
#[must_use]
pub fn obstacle(first: &Manifest, second: &Manifest, pairs: &[(&Finished, &Finished)]) -> Option<String> {
    let sessions = || first.sessions.iter().chain(&second.sessions);
    let crowded = sessions().map(|session| session.workers).find(|workers| *workers > 1);
    let together = pairs.iter().any(|(a, b)| a.measurement.is_shared() || b.measurement.is_shared());
    let crowd = crowded.map(|workers| format!("with {workers} workers")).unwrap_or_default();
    let reason = match (crowded.is_some(), together) {
        (true, true) => Some((format!("{crowd}, and of several runs together"), "--jobs 1 --gangs off")),
        (true, false) => Some((crowd, "--jobs 1")),
        (false, true) => Some(("of several runs together".to_owned(), "--gangs off")),
        (false, false) => None,
    };
    if let Some((how, instead)) = reason {
        return Some(format!("taken {how}; use `{instead}` on both sides"));
    }
    let threads = |(a, b): &(&Finished, &Finished)| (a.measurement.threads, b.measurement.threads);
    if let Some((a, b)) = pairs.iter().map(threads).find(|(a, b)| a != b) {
        return Some(format!("runs taken with {a} and {b} threads; use the same `--threads` on both sides"));
    }
    let first = sessions().next()?.processors();
    let other = sessions().map(Session::processors).find(|other| *other != first)?;
    Some(format!("taken on `{first}` and `{other}`"))
}
