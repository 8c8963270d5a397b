//! Methods of a user as entries of the registry, beside the built-in ones.
//!
//! An entry is known by name, and its parameter `formula` holds the digest of the canonical form as its only value: so it is
//! part of every run's settings and identity, and a changed formula makes other runs.

use super::graph::Input;
use super::method::Method;
use super::parameters::Declared;
use crate::num::{Layout, Real};
use crate::optim::{Construct, Now, Optimizer, OptimizerEntry, Rate};
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The entries made so far, by all that they say: the same definition is the same entry.
static ENTRIES: Mutex<BTreeMap<String, &'static OptimizerEntry>> = Mutex::new(BTreeMap::new());

/// A text that lives as long as the program.
pub fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// An entry's parameters: the declared ones, and the formula's digest.
pub fn parameters(declared: &[Declared], digest: &str) -> &'static [Parameter] {
    let digest = leaked(digest);
    let of_formula = Parameter {
        name: "formula",
        description: "digest of the formula in canonical form",
        kind: ParameterKind::OneOf(Box::leak(vec![digest].into_boxed_slice())),
        default: Some(Default::Text(digest)),
    };
    let all: Vec<Parameter> = declared.iter().map(Declared::leaked).chain([of_formula]).collect();
    Box::leak(all.into_boxed_slice())
}

impl Method {
    /// The method as an entry, which lives as long as the program.
    #[must_use]
    pub fn entry(&self) -> &'static OptimizerEntry {
        let key = format!("{:?}", (&self.name, &self.description, &self.source, &self.parameters, &self.digest));
        let mut entries = ENTRIES.lock().unwrap_or_else(PoisonError::into_inner);
        entries.entry(key).or_insert_with(|| self.new_entry())
    }

    fn new_entry(&self) -> &'static OptimizerEntry {
        let (for_f32, for_f64) = (self.clone(), self.clone());
        let build_f32: Box<Construct<f32>> = Box::new(move |choice, layout| built(&for_f32, choice, layout));
        let build_f64: Box<Construct<f64>> = Box::new(move |choice, layout| built(&for_f64, choice, layout));
        let is_annealed = self.update.graph.uses(Input::Rate, self.update.outputs.iter().map(|(_, id)| *id));
        Box::leak(Box::new(OptimizerEntry {
            entry: Entry {
                name: leaked(&self.name),
                description: leaked(&self.description),
                revision: 1,
                source: leaked(&self.source),
                parameters: parameters(&self.parameters, &self.digest),
            },
            rate: if is_annealed { Rate::Annealed } else { Rate::FirstStep },
            build_f32: Box::leak(build_f32),
            build_f64: Box::leak(build_f64),
        }))
    }
}

fn built<R: Real>(method: &Method, choice: &Choice, layout: &Layout) -> Box<dyn Optimizer<R>> {
    match method.build::<R>(choice, layout) {
        Ok(optimizer) => Box::new(optimizer),
        Err(_) => Box::new(TooLarge),
    }
}

/// In the place of a method whose matrices are too large for a network, which [`Method::build`] says with the numbers: the
/// run diverges at its first step.
struct TooLarge;

impl<R: Real> Optimizer<R> for TooLarge {
    fn step(&mut self, _now: Now<R>, parameters: &mut [R], _gradient: &[R]) {
        parameters.fill(R::from_f64(f64::NAN));
    }
}
