//! Which of the measures that a spec asks for fit what its runs predict.

use super::combinations::Combinations;
use super::run_spec::RunSpec;
use crate::measure::Measure;
use crate::model::Network;
use crate::record::{Compared, MEASURES, Quantity};
use crate::solve;
use crate::spec::{Fault, Mistake, Place};
use crate::train::{Probed, Trainer, predicted};
use std::collections::{BTreeMap, BTreeSet};

/// A run with its network, as far as it decides which quantities of a training it has.
#[must_use]
pub fn probed<'n>(run: &'n RunSpec, network: &'n Network) -> Probed<'n> {
    Probed { network, method: method(run), networks: run.train.ensemble, regularize: &run.regularize }
}

/// Who changes the parameters of a run.
fn method(run: &RunSpec) -> Trainer {
    match run.optimizer.kind.as_str() {
        kind if run.catalogue.solvers.find(kind).is_none() => Trainer::Optimizer,
        kind if kind == solve::LBFGS.entry.name => Trainer::Lbfgs,
        kind if solve::has_condition(kind) => Trainer::LeastSquares,
        _ => Trainer::OtherSolver,
    }
}

/// What is known of the measures after each data set was loaded.
#[derive(Default)]
pub struct MeasureFit {
    /// Those that fit some run.
    fits: BTreeSet<&'static str>,
    /// Those that do not fit some run: its data set, and why.
    unfit: BTreeMap<&'static str, (String, &'static str)>,
    /// All measures that some run could be asked for.
    possible: BTreeSet<&'static str>,
}

impl MeasureFit {
    /// Takes note of which measures a run has.
    pub fn note(&mut self, run: &RunSpec, network: &Network) {
        let probed = probed(run, network);
        let unfit = |measure: &Measure| match measure.quantity() {
            Some(quantity) => probed.unfit(quantity),
            None => measure.unfit(predicted(network)),
        };
        self.possible.extend(Measure::known().iter().filter(|of| unfit(of).is_none()).map(|of| of.name()));
        for measure in run.train.measures() {
            match unfit(measure) {
                None => drop(self.fits.insert(measure.name())),
                Some(why) => drop(self.unfit.entry(measure.name()).or_insert((run.data.set.kind.clone(), why))),
            }
        }
    }

    /// A measure that fits no run, and an outcome, a claim's quantity or what a protocol chooses by that some run does not have; all runs are asked for the
    /// same.
    pub fn mistakes(
        &self,
        combinations: &Combinations,
        outcome: (Compared, Option<&Place>),
        select: Option<(Quantity, &Place)>,
        claimed: Option<(Compared, &Place)>,
    ) -> Vec<Mistake> {
        let (draft, end) = (combinations.draft(0), &combinations.sweep.end);
        let Ok(run) = combinations.finish_draft(&draft, 0) else { return Vec::new() };
        let measures = draft.place(MEASURES).unwrap_or(end);
        let mut mistakes = Vec::new();
        let mut say = |path: &str, place: &Place, message: String, expected: String| {
            let fault = Fault::unfit(message, expected);
            mistakes.push(Mistake { place: place.clone(), path: path.to_owned(), fault });
        };
        let unfit = |name: &str| {
            let (data, why) = self.unfit.get(name)?;
            Some(format!("`{name}` does not fit the runs on `{data}`: {why}"))
        };
        for name in run.train.measures.iter().filter(|name| !self.fits.contains(name.as_str())) {
            unfit(name).into_iter().for_each(|message| say(MEASURES, measures, message, self.expected()));
        }
        let outcome = match outcome {
            (Compared::Measure(measure), place) => Some(("judge.outcome", "judged", measure, place.unwrap_or(end))),
            _ => None,
        };
        let select = match select {
            Some((Quantity::Measure(measure), place)) => Some(("protocol.select", "chosen", measure, place)),
            _ => None,
        };
        let claimed = match claimed {
            Some((Compared::Measure(measure), place)) => Some(("claim.quantity", "judged", measure, place)),
            _ => None,
        };
        for (path, done, measure, place) in [outcome, select, claimed].into_iter().flatten() {
            let name = measure.name();
            if !run.train.measures().contains(&measure) {
                let message = format!("the runs are {done} by `{name}`, and are not asked for it");
                say(path, place, message, format!("expected `{name}` in `{MEASURES}` too"));
            } else if let Some(message) = unfit(name).filter(|_| self.fits.contains(name)) {
                say(path, place, message, "expected a measure that all runs have".to_owned());
            }
        }
        mistakes
    }

    /// The measures that fit a run.
    fn expected(&self) -> String {
        let known = Measure::known();
        let names = known.iter().map(|measure| measure.name()).filter(|name| self.possible.contains(name));
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        if names.is_empty() {
            "expected no measure".to_owned()
        } else {
            format!("expected one of {}", names.join(", "))
        }
    }
}
