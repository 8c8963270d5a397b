//! Whether a run goes together with its data: the model, the initial weights, the split and the batch.

use super::data_fit::{beyond_precision, constant_part, labels_hint, thin_class};
use super::network::{NoNetwork, networks};
use super::run_spec::{LAYERS, RunSpec};
use super::unfit::CLASS_WEIGHTS;
use crate::data::{DataSet, Indices, answer_weights, split};
use crate::loss::{ONE_HOT_SQUARED_ERROR, SQUARED_ERROR};
use crate::model::initial::InitialRule;
use crate::model::{InitialError, Network, initial};
use crate::num::Precision;
use crate::solve;
use crate::spec::{Fault, Mistake, Place, RunDraft};
use crate::train::{self, DropoutAtTest, FULL, TrainError};
use std::path::Path;

/// The largest network: with its gradient and an optimizer's state some 2 GB in f32.
const MOST_PARAMETERS: usize = 100_000_000;

/// The most numbers that copies of a training part hold: 400 MB in f64.
const MOST_NUMBERS: usize = 50_000_000;

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
        let networks = match networks(run, set) {
            Ok(networks) => networks,
            Err(NoNetwork::Model(why)) if why.is_of_loss() => {
                return self.report(
                    "model.loss",
                    format!("`{}` on `{name}`: {why}{}", run.model.kind, labels_hint(run, set)),
                    "expected a loss that suits the data",
                );
            }
            Err(why) => {
                return self.report(
                    if run.model.layers.is_empty() { "model.kind" } else { LAYERS },
                    format!("`{}` on `{name}`: {why}{}", run.model.kind, labels_hint(run, set)),
                    "expected a model that suits the data",
                );
            }
        };
        let count = networks.iter().map(Network::parameter_count).fold(0, usize::saturating_add);
        if run.model.initial.kind == "start" && networks[0].objective().is_none() {
            let message = format!("`{}` has no usual starting point: only a problem without data has", run.model.kind);
            return self.report("model.initial", message, "expected another rule");
        }
        if count > MOST_PARAMETERS {
            let message = format!("a network of {count} parameters");
            return self.report("model.hidden", message, &format!("expected at most {MOST_PARAMETERS}"));
        }
        for network in &networks {
            if self.needs_steps(network) || self.cannot_look_up(network) {
                return;
            }
        }
        for network in &networks {
            let before = self.mistakes.len();
            self.thinned_networks(network);
            self.errors(network);
            self.method(network);
            self.initial_weights(network);
            if self.mistakes.len() > before {
                return;
            }
        }
    }

    /// Whether a network has parts that only training steps make or leave alone, and a solver is to solve it; says so.
    fn needs_steps(&mut self, network: &Network) -> bool {
        let solver = &self.run.optimizer.kind;
        let by_steps = !(network.statistics().is_empty() && network.frozen().is_empty());
        let unfit = by_steps && self.run.catalogue.solvers.find(solver).is_some();
        if unfit {
            let message = format!(
                "`{solver}` takes no training steps: it makes no running averages for a batch norm, and leaves no layer frozen"
            );
            self.report(
                "optimizer",
                message,
                "expected an optimizer, or layers without `norm = \"batch\"` and `frozen`",
            );
        }
        unfit
    }

    /// Whether the inputs cannot be looked up in the rows of an embedding; says why.
    fn cannot_look_up(&mut self, network: &Network) -> bool {
        let why = network.vocabulary().and_then(|of| unfit_for_lookup(self.run, self.set, of));
        let is_unfit = why.is_some();
        if let Some(why) = why {
            self.report(LAYERS, why, "expected whole numbers from 0 to one less than `of`, unscaled and without noise");
        }
        is_unfit
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

    /// How far outputs are from their targets is asked of one network's outputs, which only these losses compare with targets.
    fn errors(&mut self, network: &Network) {
        let train = &self.run.train;
        if train.stop.as_ref().is_none_or(|rule| rule.kind != train::LEARNED) {
            return;
        }
        let loss = network.loss().entry.entry.name;
        if ![SQUARED_ERROR, ONE_HOT_SQUARED_ERROR].iter().any(|of| of.entry.name == loss) {
            let message = format!(
                "`{}` asks how far outputs are from their targets, and `{loss}` takes outputs for something else",
                train::LEARNED
            );
            self.report(
                "train.stop",
                message,
                "expected another rule, or `model.loss = \"one-hot-squared-error\"` for classes",
            );
        } else if train.ensemble > 1 || self.run.regularize.dropout_at_test != DropoutAtTest::Scaling {
            let message =
                format!("`{}` asks for the outputs of one network, and here several predict together", train::LEARNED);
            self.report("train.stop", message, "expected another rule, or one network");
        }
    }

    fn method(&mut self, network: &Network) {
        let method = self.run.catalogue.method(&self.run.optimizer.kind);
        if method.is_some_and(|method| method.drawn_gradient_when.is_some()) && !train::can_be_drawn(network.loss()) {
            let (optimizer, loss) = (&self.run.optimizer.kind, network.loss().entry.entry.name);
            self.report(
                "optimizer",
                format!(
                    "`{optimizer}` draws labels from the network's answers, and `{loss}` is no likelihood to draw from"
                ),
                "expected a loss of probabilities such as cross-entropy, or squared error",
            );
        }
        if let Some(why) = method.and_then(|method| method.fits(&network.layout()).err()) {
            self.report("optimizer", why.to_string(), "expected a method that keeps less, or narrower layers");
        }
    }

    fn initial_weights(&mut self, network: &Network) {
        if let Err(why) = initial_weights_fit(self.run, network) {
            let expected = match self.run.model.initial.kind.as_str() {
                kind if kind == initial::FILE.entry.name => "expected a safetensors file of this network's parameters",
                kind if kind == initial::TRANSFER.entry.name => "expected a safetensors file with these layers",
                _ => "expected a point such as `{ kind = \"point\", at = \"-1.5, 2\" }`",
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
            self.weights(seeds);
        }
    }

    /// Whether the training part of each seed can be weighted as it is asked for.
    fn weights(&mut self, seeds: &[u64]) {
        let (run, set, name) = (self.run, self.set, &self.run.data.set.kind);
        let solver = run.catalogue.solvers.find(&run.optimizer.kind);
        if set.rows.weights.is_some() && solver.is_some_and(|solver| !solver.takes_weights) {
            let message = format!(
                "`{}` learns from each mistake alike, and the rows of `{name}` have weights",
                run.optimizer.kind
            );
            self.report("optimizer", message, "expected an optimizer or another solver, or a set without `weight`");
        }
        let why = seeds.iter().find_map(|&seed| {
            let parts = split(set, run.data.split, seed).ok()?;
            Some((seed, answer_weights(set, &parts, &run.train.class_weights).err()?))
        });
        if let Some((seed, why)) = why {
            let (path, expected) = if run.train.class_weights.is_even() {
                ("data.set", "expected rows with weights in each training part")
            } else {
                (CLASS_WEIGHTS, "expected `balanced`, a weight for each class, or no weights")
            };
            self.report(path, format!("`{name}`, seed {seed}: {why}"), expected);
        }
    }

    /// How many numbers the training part has with its copies.
    fn numbers(&self, parts: &Indices) -> usize {
        self.run.data.training_rows(parts).saturating_mul(self.set.features.cols())
    }

    /// Whether a batch has more samples than the training part.
    fn exceeds(&self, parts: &Indices) -> bool {
        let samples = self.run.data.training_rows(parts);
        self.run.train.batch.of(samples) > samples
    }

    fn parts(&mut self) {
        let (run, name) = (self.run, &self.run.data.set.kind);
        let solver = run.catalogue.solvers.find(&run.optimizer.kind);
        match split(self.set, run.data.split, run.seed) {
            Err(why) => {
                self.report("data.split", format!("`{name}` cannot be split so: {why}"), "expected other shares");
            }
            // A solver takes no batches.
            Ok(parts) if run.data.copies > 1 && self.numbers(&parts) > MOST_NUMBERS => {
                let (rows, columns) = (run.data.training_rows(&parts), self.set.features.cols());
                let message = format!("{} copies make {rows} training rows of {columns} features", run.data.copies);
                self.report(
                    "data.copies",
                    message,
                    &format!("expected at most {MOST_NUMBERS} numbers, so fewer copies"),
                );
            }
            Ok(parts) if (solver.is_none() || solve::takes_mini_batches(&run.optimizer)) && self.exceeds(&parts) => {
                let (default, key) = match self.draft.place("train.batch") {
                    Some(_) => ("", ""),
                    None => (", the default,", "`batch` in `[train]`, "),
                };
                let batch = run.train.batch.of(0);
                let message = format!("a batch of {batch}{default} is larger than the training part of `{name}`");
                let expected = format!("expected {key}at most {}, or `{FULL}`", run.data.training_rows(&parts));
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

/// Why the inputs cannot be looked up in so many rows of an embedding.
#[allow(clippy::cast_precision_loss)] // far below 2⁵³
fn unfit_for_lookup(run: &RunSpec, set: &DataSet, of: usize) -> Option<String> {
    const SCALED: &str =
        "an `embedding` looks up whole numbers, and the inputs are scaled; set `data.standardize = false`";
    const NOISY: &str = "an `embedding` looks up whole numbers, and `input_noise` changes them";
    if run.data.standardize {
        return Some(SCALED.to_owned());
    }
    if run.regularize.input_noise > 0.0 {
        return Some(NOISY.to_owned());
    }
    let is_row = |number: f64| number.fract() == 0.0 && (0.0..of as f64).contains(&number);
    let (at, number) = set.features.data().iter().enumerate().find(|(_, number)| !is_row(**number))?;
    let (row, column) = (at / set.features.cols() + 1, at % set.features.cols() + 1);
    Some(format!("an `embedding` of {of} looks up 0 to {}, and row {row} has {number} in feature {column}", of - 1))
}

/// Weights from a file are read once, as each run will read them.
fn initial_weights_fit(run: &RunSpec, network: &Network) -> Result<(), InitialError> {
    let chosen = run.catalogue.initial.chosen(&run.model.initial);
    let Some(initial) = chosen.filter(|chosen| !matches!(chosen.entry.rule, InitialRule::Drawn(_))) else {
        return Ok(());
    };
    match run.precision {
        Precision::F32 => initial::initial_weights::<f32>(&initial, network, run.start_seed()).map(drop),
        Precision::F64 => initial::initial_weights::<f64>(&initial, network, run.start_seed()).map(drop),
    }
}
