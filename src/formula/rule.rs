//! An annealing rule as a formula: `rate = "lr * (1 - t/T)^0.9"`.

use super::canonical;
use super::check::Checked;
use super::graph::Input;
use super::mistake::{FormulaError, FormulaMistake};
use super::names::FormulaPurpose;
use super::parameters::{self, Declared};
use super::reader::DefinitionReader;
use super::single::value;
use super::specialize::settings;
use super::text::MethodTable;
use crate::registry::Choice;

/// An annealing rule as a formula.
#[derive(Clone, Debug)]
pub struct AnnealingFormula {
    pub name: String,
    pub description: String,
    pub source: String,
    pub parameters: Vec<Declared>,
    pub rate: Checked,
    /// Of the canonical form, in hex.
    pub digest: String,
}

/// The keys of a rule's table.
pub const KEYS: [&str; 4] = ["description", "source", "parameters", "rate"];

impl AnnealingFormula {
    /// Reads the table of a rule.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &MethodTable<'_>) -> Result<Self, Vec<FormulaMistake>> {
        let mut reader = DefinitionReader::of(table);
        reader.only(&KEYS);
        let (description, source) = reader.head();
        let parameters = parameters::read(table, FormulaPurpose::Rate, &mut reader.mistakes);
        if let Some(lr) = parameters.iter().find(|declared| declared.name == "lr") {
            let message = format!("`{}` is the optimizer's", lr.name);
            reader.mistakes.push(FormulaMistake::new(
                table.span.clone(),
                message,
                "expected no parameter of this name",
            ));
        }
        let rate = reader.required_formula("rate", FormulaPurpose::Rate, &parameters, &[]);
        let rule = rate.zip(description).map(|(rate, description)| {
            let digest = canonical::digest_of("rate", &parameters, &rate);
            Self { name: name.to_owned(), description, source, parameters, rate, digest }
        });
        reader.finish(rule)
    }

    /// η_t from the rate η₀ = `initial`, the time and how long the run is.
    ///
    /// # Errors
    /// Where the choice's parameters are not those of the rule.
    pub fn rate(&self, choice: &Choice, initial: f64, now: f64, total: f64) -> Result<f64, FormulaError> {
        let settings = settings(&self.parameters, choice)?;
        Ok(value(&self.rate, &settings, |input| match input {
            Input::Rate => initial,
            Input::Time => now,
            Input::Total => total,
            // Of a network's numbers there is nothing in a rule.
            _ => f64::NAN,
        }))
    }
}
