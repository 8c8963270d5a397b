//! An annealing rule as a formula: `rate = "lr * (1 - t/T)^0.9"`.

use super::canonical;
use super::check::Checked;
use super::graph::{Input, Node};
use super::mistake::Mistake;
use super::names::Purpose;
use super::parameters::{self, Declared};
use super::reader::Reader;
use super::scalar::{binary, unary};
use super::specialize::{Setting, settings};
use super::text::Table;
use crate::registry::Choice;

/// An annealing rule as a formula.
#[derive(Clone, Debug)]
pub struct Rule {
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

impl Rule {
    /// Reads the table of a rule.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &Table<'_>) -> Result<Self, Vec<Mistake>> {
        let mut reader = Reader::of(table);
        reader.only(&KEYS);
        let (description, source) = reader.head();
        let parameters = parameters::read(table, Purpose::Rate, &mut reader.mistakes);
        if let Some(lr) = parameters.iter().find(|declared| declared.name == "lr") {
            let message = format!("`{}` is the optimizer's", lr.name);
            reader.mistakes.push(Mistake::new(table.span.clone(), message, "expected no parameter of this name"));
        }
        let rate = reader.required_formula("rate", Purpose::Rate, &parameters, &[]);
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
    pub fn rate(&self, choice: &Choice, initial: f64, now: f64, total: f64) -> Result<f64, String> {
        let settings = settings(&self.parameters, choice)?;
        let graph = &self.rate.graph;
        let mut values: Vec<f64> = Vec::with_capacity(graph.count());
        for id in 0..graph.count() {
            values.push(match graph.node(id) {
                Node::Number(bits) => f64::from_bits(bits),
                Node::Parameter(parameter) => match settings[parameter] {
                    Setting::Number(number) => number,
                    Setting::Word(_) => f64::NAN,
                },
                Node::IsWord(parameter, word) => super::scalar::truth(settings[parameter] == Setting::Word(word)),
                Node::Input(Input::Rate) => initial,
                Node::Input(Input::Time) => now,
                Node::Input(Input::Total) => total,
                Node::Unary(function, a) => unary(function, values[a], |x| x),
                Node::Binary(function, a, b) => binary(function, values[a], values[b]),
                Node::Where(c, a, b) => {
                    if values[c] == 0.0 {
                        values[b]
                    } else {
                        values[a]
                    }
                }
                // Of a network's numbers there is nothing in a rule.
                _ => f64::NAN,
            });
        }
        Ok(self.rate.outputs.first().map_or(f64::NAN, |(_, id)| values[*id]))
    }
}
