//! Reads the tables of definitions: what optimizers, annealing rules and activations have in common.

use super::check::{Checked, Scope, check};
use super::mistake::FormulaMistake;
use super::names::FormulaPurpose;
use super::parameters::Declared;
use super::parse::parse;
use super::shape::ValueShape;
use super::text::{MethodTable, Passage};

/// A table and the mistakes found in it so far.
pub struct DefinitionReader<'r, 't> {
    pub table: &'r MethodTable<'t>,
    pub mistakes: Vec<FormulaMistake>,
}

impl<'r, 't> DefinitionReader<'r, 't> {
    pub fn of(table: &'r MethodTable<'t>) -> Self {
        Self { table, mistakes: Vec::new() }
    }

    pub fn only(&mut self, keys: &[&str]) {
        self.table.only(keys, &mut self.mistakes);
    }

    /// The description and the source.
    pub fn head(&mut self) -> (Option<String>, String) {
        let description = self.table.required("description", &mut self.mistakes).map(|passage| passage.text);
        let source = self.table.passage("source", &mut self.mistakes).map(|passage| passage.text);
        (description, source.unwrap_or_else(|| "a formula".to_owned()))
    }

    /// The formula of a key that may be missing.
    pub fn formula(
        &mut self,
        key: &str,
        purpose: FormulaPurpose,
        parameters: &[Declared],
        states: &[(String, ValueShape)],
    ) -> Option<Checked> {
        let passage = self.table.passage(key, &mut self.mistakes)?;
        self.checked(&passage, purpose, parameters, states)
    }

    /// The formula of a key that has to be there.
    pub fn required_formula(
        &mut self,
        key: &str,
        purpose: FormulaPurpose,
        parameters: &[Declared],
        states: &[(String, ValueShape)],
    ) -> Option<Checked> {
        let passage = self.table.required(key, &mut self.mistakes)?;
        self.checked(&passage, purpose, parameters, states)
    }

    pub fn checked(
        &mut self,
        passage: &Passage,
        purpose: FormulaPurpose,
        parameters: &[Declared],
        states: &[(String, ValueShape)],
    ) -> Option<Checked> {
        let names: Vec<(String, Vec<String>)> =
            parameters.iter().map(|declared| (declared.name.clone(), declared.words().to_vec())).collect();
        let scope = Scope { purpose, parameters: &names, states };
        let mut found = Vec::new();
        let statements = parse(&passage.text, &mut found);
        let end = passage.text.trim_end().len();
        let checked = if found.is_empty() { check(scope, &statements, end, &mut found) } else { None };
        self.mistakes.extend(found.into_iter().map(|mistake| passage.placed(mistake)));
        checked
    }

    /// What was read, if nothing is wrong.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, Vec<FormulaMistake>> {
        match read {
            Some(read) if self.mistakes.is_empty() => Ok(read),
            _ => Err(self.mistakes),
        }
    }
}
