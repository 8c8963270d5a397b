//! Whether a run goes together with its data: the model, the initial weights, the split and the batch.

use super::data_fit::{beyond_precision, constant_part, labels_hint, thin_class};
use super::network::network;
use super::run_spec::RunSpec;
use crate::data::{DataSet, split};
use crate::model::{InitialError, Network, initial};
use crate::num::Precision;
use crate::spec::{Fault, Mistake, Place, RunDraft};
use crate::train::{self, DropoutAtTest, FULL, TrainError};
use std::path::Path;

/// The largest network: with its gradient and an optimizer's state some 2 GB in f32.
const MOST_PARAMETERS: usize = 100_000_000;

/// A run beside its data set, and what does not go together.
struct AgainstData<'d> {
    draft: &'d RunDraft,
    run: &'d RunSpec,
    set: &'d DataSet,
    end: &'d Place,
    mistakes: Vec<Mistake>,
}

/// What of a run does not go together with its data set.
pub fn check_against_data(
    draft: &RunDraft,
    run: &RunSpec,
    set: &DataSet,
    (seeds, folder, end): (&[u64], &Path, &Place),
) -> Vec<Mistake> {
    let mut against = AgainstData { draft, run, set, end, mistakes: Vec::new() };
    against.model();
    against.data(seeds, folder);
    against.mistakes
}

impl AgainstData<'_> {
    fn report(&mut self, path: &str, message: String, expected: &str) {
        let place = place_of(self.draft, path, self.end);
        self.mistakes.push(Mistake { place, path: path.to_owned(), fault: Fault::unfit(message, expected) });
    }

    fn model(&mut self) {
        let (run, set, name) = (self.run, self.set, &self.run.data.set.kind);
        match network(run, set) {
            Err(why) => self.report(
                "model.kind",
                format!("`{}` on `{name}`: {why}{}", run.model.kind, labels_hint(run, set)),
                "expected a model that suits the data",
            ),
            Ok(network) if run.model.initial.kind == "start" && network.objective().is_none() => self.report(
                "model.initial",
                format!("`{}` has no usual starting point: only a problem without data has", run.model.kind),
                "expected another rule",
            ),
            Ok(network) if network.parameter_count() > MOST_PARAMETERS => self.report(
                "model.hidden",
                format!("a network of {} parameters", network.parameter_count()),
                &format!("expected at most {MOST_PARAMETERS}"),
            ),
            Ok(network) => {
                self.thinned_networks(&network);
                self.initial_weights(&network);
            }
        }
    }

    fn thinned_networks(&mut self, network: &Network) {
        let regularize = &self.run.regularize;
        let units = train::units(regularize, network);
        let thins = regularize.dropout_at_test != DropoutAtTest::Scaling && units > 0;
        if thins && !train::feeds_layers(network) {
            self.report("regularize.dropout_at_test", TrainError::NotThinned.to_string(), "expected `scaling`");
        } else if regularize.dropout_at_test == DropoutAtTest::Exact && units > train::MOST_UNITS {
            self.report(
                "regularize.dropout_at_test",
                format!("{units} units with dropout make 2^{units} thinned networks"),
                &format!("expected at most {} units, or `monte-carlo`", train::MOST_UNITS),
            );
        }
    }

    fn initial_weights(&mut self, network: &Network) {
        if let Err(why) = initial_weights_fit(self.run, network) {
            let expected = if self.run.model.initial.kind == initial::FILE.entry.name {
                "expected a safetensors file of this network's parameters"
            } else {
                "expected a point such as `{ kind = \"point\", at = \"-1.5, 2\" }`"
            };
            self.report("model.initial", why.to_string(), expected);
        }
    }

    /// The set by itself, and its parts. Where the numbers or the classes are unusable, nothing is said of the parts.
    fn data(&mut self, seeds: &[u64], folder: &Path) {
        let (run, set, name) = (self.run, self.set, &self.run.data.set.kind);
        if let Some((seed, part)) = constant_part(run, set, seeds) {
            let message =
                format!("all targets in the {part} part of `{name}` are equal for seed {seed}: R² is undefined there");
            self.report("data.split", message, "expected a larger share, or more samples");
        }
        if let Some(why) = beyond_precision(run, set, seeds, folder) {
            self.report("data.set", why, "expected numbers of another unit, or `precision = \"f64\"`");
        } else if let Some(why) = thin_class(run, set) {
            self.report("data.set", why, "expected at least one sample of each class in each part");
        } else {
            self.parts();
        }
    }

    fn parts(&mut self) {
        let (run, name) = (self.run, &self.run.data.set.kind);
        let solver = run.catalogue.solvers.find(&run.optimizer.kind);
        match split(self.set, run.data.split, run.seed) {
            Err(why) => {
                self.report("data.split", format!("`{name}` cannot be split so: {why}"), "expected other shares");
            }
            // A solver takes no batches.
            Ok(parts) if solver.is_none() && run.train.batch.of(parts.train.len()) > parts.train.len() => {
                let (default, key) = match self.draft.place("train.batch") {
                    Some(_) => ("", ""),
                    None => (", the default,", "`batch` in `[train]`, "),
                };
                let batch = run.train.batch.of(0);
                let message = format!("a batch of {batch}{default} is larger than the training part of `{name}`");
                let expected = format!("expected {key}at most {}, or `{FULL}`", parts.train.len());
                self.report("train.batch", message, &expected);
            }
            Ok(_) => {}
        }
    }
}

/// Where a path's value stands; where it is a default, what it does not fit: the model or the data.
pub fn place_of(draft: &RunDraft, path: &str, end: &Place) -> Place {
    let owner = if path.starts_with("model.") { "model.kind" } else { "data.set" };
    draft.place(path).or_else(|| draft.place(owner)).unwrap_or(end).clone()
}

/// Weights from a file are read once, as each run will read them.
fn initial_weights_fit(run: &RunSpec, network: &Network) -> Result<(), InitialError> {
    let chosen = run.catalogue.initial.chosen(&run.model.initial);
    let Some(initial) = chosen.filter(|chosen| !chosen.entry.is_drawn()) else { return Ok(()) };
    match run.precision {
        Precision::F32 => initial::initial_weights::<f32>(&initial, network, run.start_seed()).map(drop),
        Precision::F64 => initial::initial_weights::<f64>(&initial, network, run.start_seed()).map(drop),
    }
}
