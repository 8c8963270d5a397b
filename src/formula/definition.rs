//! `[methods.NAME]` in a spec: an optimizer, an annealing rule or an activation, told apart by what the table defines.

use super::activation::ActivationFormula;
use super::method::OptimizerFormula;
use super::mistake::{FormulaError, FormulaMistake};
use super::rule::AnnealingFormula;
use super::text::{MethodTable, parsed};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The most definitions of a text.
const MOST: usize = 100;

/// A text that defines methods, and which of them is meant: what another process needs to have it, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenMethod {
    pub name: String,
    pub text: String,
}

impl WrittenMethod {
    /// The method.
    ///
    /// # Errors
    /// Where the text does not define it.
    pub fn read(&self) -> Result<Definition, FormulaError> {
        let missing = || FormulaError::NotDefined(self.name.clone());
        let table = parsed(&self.text).map_err(|_| missing())?;
        if !table.contains_key("methods") {
            return Definition::parse(&self.name, &self.text).map_err(|_| missing());
        }
        let all = Definition::all(&self.text, &table).map_err(|_| missing())?;
        all.into_iter().find(|definition| definition.name() == self.name).ok_or_else(missing)
    }
}

/// A method as a formula.
#[derive(Clone, Debug)]
pub enum Definition {
    Optimizer(Box<OptimizerFormula>),
    Annealing(AnnealingFormula),
    Activation(ActivationFormula),
}

impl Definition {
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Optimizer(method) => &method.name,
            Self::Annealing(rule) => &rule.name,
            Self::Activation(activation) => &activation.name,
        }
    }

    /// Of the canonical form, in hex.
    #[must_use]
    pub fn digest(&self) -> &str {
        match self {
            Self::Optimizer(method) => &method.digest,
            Self::Annealing(rule) => &rule.digest,
            Self::Activation(activation) => &activation.digest,
        }
    }

    /// Reads the table of one method.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &MethodTable<'_>) -> Result<Self, Vec<FormulaMistake>> {
        if !is_name(name) {
            let expected = "expected small letters, digits and `-`, a letter first, at most 40";
            return Err(vec![FormulaMistake::new(
                table.span.clone(),
                format!("`{name}` cannot name a method"),
                expected,
            )]);
        }
        match ["update", "rate", "f"].map(|key| table.get(key).is_some()) {
            [true, false, false] => OptimizerFormula::read(name, table).map(|method| Self::Optimizer(Box::new(method))),
            [false, true, false] => AnnealingFormula::read(name, table).map(Self::Annealing),
            [false, false, true] => ActivationFormula::read(name, table).map(Self::Activation),
            [false, false, false] => {
                let expected = "expected `update` of an optimizer, `rate` of an annealing rule or `f` of an activation";
                Err(vec![FormulaMistake::new(table.span.clone(), "this method has no formula", expected)])
            }
            _ => {
                let message = "this method has formulas of several kinds";
                Err(vec![FormulaMistake::new(table.span.clone(), message, "expected one of `update`, `rate` and `f`")])
            }
        }
    }

    /// Reads a file that holds the keys of one method, without a table around them.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<FormulaMistake>> {
        let table = parsed(text)?;
        Self::read(name, &MethodTable { text, table: &table, span: 0..0 })
    }

    /// Reads the tables `[methods.NAME]` of a text. Methods that name a file are left out, see [`files`].
    ///
    /// # Errors
    /// Where something in them is wrong: every mistake that was found.
    pub fn all(text: &str, table: &DeTable<'_>) -> Result<Vec<Self>, Vec<FormulaMistake>> {
        let Some(node) = table.get("methods") else { return Ok(Vec::new()) };
        let Some(methods) = node.get_ref().as_table() else {
            return Err(vec![FormulaMistake::new(node.span(), "`methods` is no table", "expected `[methods.NAME]`")]);
        };
        if methods.len() > MOST {
            return Err(vec![FormulaMistake::new(node.span(), "too many methods", format!("expected at most {MOST}"))]);
        }
        let (mut all, mut mistakes) = (Vec::new(), Vec::new());
        for (name, node) in methods {
            match node.get_ref().as_table() {
                Some(table) => match Self::read(name.get_ref(), &MethodTable { text, table, span: name.span() }) {
                    Ok(definition) => all.push(definition),
                    Err(found) => mistakes.extend(found),
                },
                None if node.get_ref().is_str() => {}
                None => {
                    let expected = "expected `[methods.NAME]`, or a file's path in quotes";
                    mistakes.push(FormulaMistake::new(node.span(), "this method is no table", expected));
                }
            }
        }
        if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
    }
}

/// Whether a method can be called so.
#[must_use]
pub fn is_name(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// What the identity and the description of a formula's origin begin with.
pub const ORIGIN: &str = "formula ";

/// A method in a file: `[methods]` with `NAME = "own.toml"`, or `{ file = "own.toml", … }` where one is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFile {
    pub name: String,
    pub path: String,
    pub span: Range<usize>,
}

/// The methods of a text that are in files: those of `[methods]`, then those that are chosen by their files.
#[must_use]
pub fn files(table: &DeTable<'_>) -> Vec<InFile> {
    let methods = table.get("methods").and_then(|methods| methods.get_ref().as_table());
    let named = methods.into_iter().flatten().filter_map(|(name, node)| {
        let path = node.get_ref().as_str()?.to_owned();
        Some(InFile { name: name.get_ref().to_string(), path, span: node.span() })
    });
    let mut all: Vec<InFile> = named.collect();
    let mut chosen = Vec::new();
    for (key, node) in table.iter().filter(|(key, _)| key.get_ref() != "methods") {
        in_choices(key.get_ref(), node, &mut chosen);
    }
    chosen.sort_by_key(|file| file.span.start);
    for file in chosen {
        if !all.iter().any(|known| (&known.name, &known.path) == (&file.name, &file.path)) {
            all.push(file);
        }
    }
    all
}

/// The settings that choose a method.
const CHOOSING: [&str; 3] = ["optimizer", "annealing", "activation"];

/// The files by which methods are chosen in the value of this key.
pub fn in_choices(key: &str, node: &Spanned<DeValue<'_>>, found: &mut Vec<InFile>) {
    let chooses = key.rsplit('.').next().is_some_and(|key| CHOOSING.contains(&key));
    match node.get_ref() {
        DeValue::Array(list) => list.iter().for_each(|item| in_choices(key, item, found)),
        DeValue::Table(table) => match table.get("file").filter(|_| chooses) {
            Some(file) => found.extend(file.get_ref().as_str().map(|path| InFile {
                name: name_of(path).to_owned(),
                path: path.to_owned(),
                span: file.span(),
            })),
            None => table.iter().for_each(|(key, node)| in_choices(key.get_ref(), node, found)),
        },
        _ => {}
    }
}

/// What a method is called that is chosen by its file: the file's name without its ending.
#[must_use]
pub fn name_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
