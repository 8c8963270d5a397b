//! An activation as a formula: `f = "s*sigmoid(1.702*s)"`; its derivative is derived.

use super::canonical;
use super::check::{Checked, OutputTarget};
use super::compile::compile;
use super::derive::message;
use super::graph::{Input, Operation};
use super::machine::{Machine, ProgramInputs};
use super::mistake::{FormulaError, FormulaMistake};
use super::names::FormulaPurpose;
use super::parameters::{self, Declared};
use super::places::Surroundings;
use super::program::{ArrayPlace, Home, ProgramTables, TooWide, Work};
use super::reader::DefinitionReader;
use super::shape::ValueShape;
use super::specialize::{settings, specialize};
use super::text::MethodTable;
use crate::num::{Layout, Real};
use crate::registry::Choice;

/// An activation as a formula.
#[derive(Clone, Debug)]
pub struct ActivationFormula {
    pub name: String,
    pub description: String,
    pub source: String,
    pub parameters: Vec<Declared>,
    pub f: Checked,
    /// The rule for initial weights that suits it.
    pub initial: &'static str,
    /// Of the canonical form, in hex.
    pub digest: String,
}

/// The keys of an activation's table.
pub const KEYS: [&str; 5] = ["description", "source", "parameters", "f", "initial"];

/// The rules for initial weights that an activation can name; the first where it names none.
const INITIAL: [&str; 2] = ["xavier", "he"];

impl ActivationFormula {
    /// Reads the table of an activation.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &MethodTable<'_>) -> Result<Self, Vec<FormulaMistake>> {
        let mut reader = DefinitionReader::of(table);
        reader.only(&KEYS);
        let (description, source) = reader.head();
        let parameters = parameters::read(table, FormulaPurpose::Activation, &mut reader.mistakes);
        let f = reader.required_formula("f", FormulaPurpose::Activation, &parameters, &[]);
        if let Some(f) = &f
            && f.outputs.iter().any(|(_, id)| f.graph.shape(*id) != ValueShape::WEIGHT)
        {
            reader.mistakes.push(FormulaMistake::new(
                table.span.clone(),
                "the activation does not depend on `s`",
                "expected a formula of `s`",
            ));
        }
        let asked = table.passage("initial", &mut reader.mistakes).map(|passage| passage.text);
        let initial = INITIAL.iter().find(|known| asked.as_deref().is_none_or(|asked| asked == **known));
        if initial.is_none() {
            let place = table.get("initial").map_or(table.span.clone(), toml::Spanned::span);
            reader.mistakes.push(FormulaMistake::new(
                place,
                "unknown rule for initial weights",
                "expected `xavier` or `he`",
            ));
        }
        let activation = f.zip(description).map(|(f, description)| {
            let digest = canonical::digest_of("f", &parameters, &f);
            let initial = initial.copied().unwrap_or(INITIAL[0]);
            Self { name: name.to_owned(), description, source, parameters, f, initial, digest }
        });
        reader.finish(activation)
    }

    /// f and δ f' at these parameters, for slices of any length.
    ///
    /// # Errors
    /// Where the choice's parameters are not those of the activation.
    pub fn build<R: Real>(&self, choice: &Choice) -> Result<FormulaUnit<R>, FormulaError> {
        let settings = settings(&self.parameters, choice)?;
        let f = specialize(&self.f, &settings, |x| R::from_f64(x).to_f64());
        let mut backward = f.clone();
        let delta = backward.graph.add(Operation::Input(Input::Gradient), ValueShape::WEIGHT);
        let value = backward.outputs.first().map_or(delta, |(_, id)| *id);
        let message = message(&mut backward.graph, value, delta);
        backward.outputs = vec![(OutputTarget::Value, message)];
        let mut tables = ProgramTables::default();
        let homes = [(Home::Numbers(ArrayPlace::Out), ValueShape::WEIGHT)];
        let around = Surroundings { states: &[], homes: &homes, in_place: false };
        let mut program = |checked: &Checked| compile(checked, around, &mut tables);
        let too_wide = |TooWide| FormulaError::TooWide(self.name.clone());
        let (forward, backward) = (program(&f).map_err(too_wide)?, program(&backward).map_err(too_wide)?);
        let machine = Machine::new(tables, &Layout::flat(0), [forward.as_slice(), &backward]);
        Ok(FormulaUnit { forward, backward, machine })
    }
}

/// An activation at its parameters.
pub struct FormulaUnit<R> {
    forward: Vec<Work>,
    backward: Vec<Work>,
    machine: Machine<R>,
}

impl<R: Real> FormulaUnit<R> {
    /// z' = f(z)
    pub fn forward(&mut self, z: &[R], z_next: &mut [R]) {
        let given = ProgramInputs { gradient: &[], theta: z, out: z_next, time: 0.0, rate: 0.0, loss: 0.0 };
        self.machine.run(&self.forward, given);
    }

    /// δ = δ' f'(z)
    pub fn backward(&mut self, delta_next: &[R], z: &[R], delta: &mut [R]) {
        let given = ProgramInputs { gradient: delta_next, theta: z, out: delta, time: 0.0, rate: 0.0, loss: 0.0 };
        self.machine.run(&self.backward, given);
    }
}
