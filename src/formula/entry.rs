//! Methods of a user as entries of the registries, beside the built-in ones.
//!
//! Entries live as long as the program; the same definition is the same entry.

use super::activation::{ActivationFormula, FormulaUnit};
use super::graph::Input;
use super::loss::LossFormula;
use super::method::OptimizerFormula;
use super::parameters::Declared;
use super::rule::AnnealingFormula;
use super::specialize::{settings, specialize};
use super::tensor::expression;
use crate::activation::{self, ActivationEntry};
use crate::loss::{AnswerSum, LossEntry, LossFunction, LossSize, OfLogProbabilities, OutputLink, TargetsRef};
use crate::num::{ByPrecision, Layout, MatMut, MatRef, Real};
use crate::optim::{Construct, Now, Optimizer, OptimizerEntry, Rate};
use crate::registry::{Choice, Entry, Parameter};
use crate::schedule::{PER, ScheduleEntry, Time};
use burn::tensor::Tensor;
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// All that a definition says: one that says the same is the same entry.
#[derive(Clone, PartialEq)]
struct Stated {
    kind: &'static str,
    name: String,
    description: String,
    source: String,
    parameters: Vec<Declared>,
    digest: String,
}

impl Stated {
    fn of(kind: &'static str, of: [&str; 4], parameters: &[Declared]) -> Self {
        let [name, description, source, digest] = of.map(str::to_owned);
        Self { kind, name, description, source, parameters: parameters.to_vec(), digest }
    }
}

/// An entry of any kind, with what its definition says.
type StatedEntry = (Stated, &'static (dyn Any + Send + Sync));

/// The entries made so far, by the digests of their definitions.
static ENTRIES: Mutex<BTreeMap<String, Vec<StatedEntry>>> = Mutex::new(BTreeMap::new());

/// The entry of this definition, new or known.
fn known<E: Any + Send + Sync>(said: Stated, new: impl Fn() -> E) -> &'static E {
    let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
    let of_digest = entries.entry(said.digest.clone()).or_default();
    let same = of_digest.iter().find(|(known, _)| *known == said);
    if let Some(entry) = same.and_then(|(_, entry)| entry.downcast_ref::<E>()) {
        return entry;
    }
    let entry: &'static E = Box::leak(Box::new(new()));
    of_digest.push((said, entry));
    entry
}

/// What an entry says of itself.
fn entry(name: &str, description: &str, source: &str, parameters: impl Iterator<Item = Parameter>) -> Entry {
    let text = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let parameters: Vec<Parameter> = parameters.collect();
    Entry {
        name: text(name),
        description: text(description),
        revision: 1,
        source: text(source),
        parameters: Box::leak(parameters.into_boxed_slice()),
    }
}

impl OptimizerFormula {
    /// The method as an entry.
    #[must_use]
    pub fn entry(&self) -> &'static OptimizerEntry {
        let of = [&*self.name, &self.description, &self.source, &self.digest];
        known(Stated::of("optimizer", of, &self.parameters), || self.new_entry())
    }

    fn new_entry(&self) -> OptimizerEntry {
        let (for_f32, for_f64) = (self.clone(), self.clone());
        let build_f32: Box<Construct<f32>> = Box::new(move |choice, layout| built(&for_f32, choice, layout));
        let build_f64: Box<Construct<f64>> = Box::new(move |choice, layout| built(&for_f64, choice, layout));
        let is_annealed = self.update.graph.uses(Input::Rate, self.update.outputs.iter().map(|(_, id)| *id));
        let parameters = self.parameters.iter().map(Declared::leaked);
        OptimizerEntry {
            entry: entry(&self.name, &self.description, &self.source, parameters),
            rate: if is_annealed { Rate::Annealed } else { Rate::FirstStep },
            build_f32: Box::leak(build_f32),
            build_f64: Box::leak(build_f64),
        }
    }
}

fn built<R: Real>(method: &OptimizerFormula, choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    match method.build::<R>(choice, layout) {
        Ok(optimizer) => Box::new(optimizer),
        Err(_) => Box::new(NotBuilt),
    }
}

/// In the place of a method that a network is too large for, or that cannot have a rate for each block: the run diverges at its
/// first step. The check of a spec finds such methods before anything runs, see [`OptimizerFormula::fits`] and
/// [`OptimizerFormula::with_rates_of_blocks`].
struct NotBuilt;

impl<R: Real> Optimizer<R> for NotBuilt {
    fn knows_rates(&self) -> bool {
        true
    }

    fn step(&mut self, _now: Now<R>, parameters: &mut [R], _gradient: &[R]) {
        parameters.fill(R::from_f64(f64::NAN));
    }
}

impl AnnealingFormula {
    /// The rule as an entry; `per` says what t counts.
    #[must_use]
    pub fn entry(&self) -> &'static ScheduleEntry {
        let of = [&*self.name, &self.description, &self.source, &self.digest];
        known(Stated::of("rule", of, &self.parameters), || {
            let rule = self.clone();
            #[allow(clippy::cast_precision_loss)] // whole numbers up to 2⁵³ are exact
            let rate = move |choice: &Choice, initial: f64, Time { now, total }: Time| {
                rule.rate(choice, initial, now as f64, total as f64).unwrap_or(f64::NAN)
            };
            let parameters = self.parameters.iter().map(Declared::leaked).chain([PER]);
            let entry = entry(&self.name, &self.description, &self.source, parameters);
            ScheduleEntry { entry, lasts: None, rate: Box::leak(Box::new(rate)) }
        })
    }
}

impl ActivationFormula {
    /// The activation as an entry.
    #[must_use]
    pub fn entry(&self) -> &'static ActivationEntry {
        let of = [&*self.name, &self.description, &self.source, &self.digest];
        known(Stated::of("activation", of, &self.parameters), || {
            let (for_f32, for_f64, for_burn) = (self.clone(), self.clone(), self.clone());
            let unit_f32: Box<MakesUnit<f32>> = Box::new(move |choice| unit(&for_f32, choice));
            let unit_f64: Box<MakesUnit<f64>> = Box::new(move |choice| unit(&for_f64, choice));
            let of_tensor = move |choice: &Choice, s: Tensor<2>| match settings(&for_burn.parameters, choice) {
                Ok(settings) => expression(&specialize(&for_burn.f, &settings, |x| x), &s, None),
                Err(_) => s * f64::NAN,
            };
            let parameters = self.parameters.iter().map(Declared::leaked);
            ActivationEntry {
                entry: entry(&self.name, &self.description, &self.source, parameters),
                initial: self.initial,
                unit: ByPrecision { f32: Box::leak(unit_f32), f64: Box::leak(unit_f64) },
                expression: Box::leak(Box::new(of_tensor)),
            }
        })
    }
}

/// What makes a unit from the values of parameters.
type MakesUnit<R> = dyn Fn(&Choice) -> Box<dyn activation::Unit<R>> + Send + Sync;

fn unit<R: Real>(activation: &ActivationFormula, choice: &Choice) -> Box<dyn activation::Unit<R>> {
    Box::new(OfFormula(activation.build::<R>(choice).ok().map(RefCell::new)))
}

/// A formula as the engine's unit; `None` if its parameters are missing, which a registry's choice never lacks.
struct OfFormula<R>(Option<RefCell<FormulaUnit<R>>>);

impl<R: Real> activation::Unit<R> for OfFormula<R> {
    fn forward(&self, z: &[R], z_next: &mut [R]) {
        match &self.0 {
            Some(unit) => unit.borrow_mut().forward(z, z_next),
            None => z_next.fill(R::from_f64(f64::NAN)),
        }
    }

    fn backward(&self, delta_next: &[R], z: &[R], _z_next: &[R], delta: &mut [R]) {
        match &self.0 {
            Some(unit) => unit.borrow_mut().backward(delta_next, z, delta),
            None => delta.fill(R::from_f64(f64::NAN)),
        }
    }
}

impl LossFormula {
    /// The loss as an entry.
    #[must_use]
    pub fn entry(&self) -> &'static LossEntry {
        let of = [&*self.name, &self.description, &self.source, &self.digest];
        known(Stated::of("loss", of, &self.parameters), || {
            let (for_f32, for_f64, for_burn) = (self.clone(), self.clone(), self.clone());
            let in_f32: Box<MakesLoss<f32>> = Box::new(move |choice, size| loss_function(&for_f32, choice, size));
            let in_f64: Box<MakesLoss<f64>> = Box::new(move |choice, size| loss_function(&for_f64, choice, size));
            let of_tensors = move |choice: &Choice, s: Tensor<2>, y: Tensor<2>, sum: &AnswerSum| match settings(
                &for_burn.parameters,
                choice,
            ) {
                Ok(settings) => sum.of(expression(&specialize(&for_burn.loss, &settings, |x| x), &s, Some(&y))),
                Err(_) => s.sum() * f64::NAN,
            };
            let link = if self.is_sigmoid {
                let by_logarithms = self.clone();
                let of_log: Box<OfLogProbabilities> = Box::new(move |choice, log_probabilities, class| {
                    by_logarithms.of_log_probabilities(choice, log_probabilities, class)
                });
                OutputLink::Probabilities(Box::leak(of_log))
            } else {
                OutputLink::Identity
            };
            LossEntry {
                entry: entry(&self.name, &self.description, &self.source, self.parameters.iter().map(Declared::leaked)),
                targets: self.targets,
                link,
                // Nothing is known of it.
                falls_for_ever: &|_| false,
                function: ByPrecision { f32: Box::leak(in_f32), f64: Box::leak(in_f64) },
                expression: Box::leak(Box::new(of_tensors)),
            }
        })
    }
}

/// What makes a loss's function from the values of parameters.
type MakesLoss<R> = dyn Fn(&Choice, LossSize) -> Box<dyn LossFunction<R>> + Send + Sync;

fn loss_function<R: Real>(loss: &LossFormula, choice: &Choice, size: LossSize) -> Box<dyn LossFunction<R>> {
    match loss.build::<R>(choice, (size.answers, size.outputs)) {
        Ok(function) => Box::new(function),
        Err(_) => Box::new(NoLoss),
    }
}

/// In the place of a loss that is too wide for the machine: the run diverges at its first step.
struct NoLoss;

impl<R: Real> LossFunction<R> for NoLoss {
    fn loss_and_delta(&mut self, _: MatRef<'_, R>, _: TargetsRef<'_, R>, _: R, mut delta: MatMut<'_, R>) -> R {
        delta.data().fill(R::from_f64(f64::NAN));
        R::from_f64(f64::NAN)
    }

    fn losses(&mut self, _: MatMut<'_, R>, _: TargetsRef<'_, R>, losses: &mut [R]) {
        losses.fill(R::from_f64(f64::NAN));
    }
}
