//! What is wrong in a formula: errors as data, with the place in the text.

use std::ops::Range;
use thiserror::Error;

/// One mistake in a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaMistake {
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong, lower case, without a full stop, values in backticks.
    pub message: String,
    /// What was expected at the place.
    pub expected: String,
    /// The nearest name, or what to do instead.
    pub help: Option<String>,
}

impl FormulaMistake {
    #[must_use]
    pub fn new(span: Range<usize>, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { span, message: message.into(), expected: expected.into(), help: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with the known name nearest to what was typed, if one is near enough to be a slip.
    #[must_use]
    pub fn with_nearest<'a>(mut self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let near = |name: &'a str| (name, strsim::jaro_winkler(&typed.to_lowercase(), name));
        let best = known.into_iter().map(near).max_by(|(_, a), (_, b)| a.total_cmp(b));
        let near_enough = best.filter(|(_, similarity)| *similarity > 0.7);
        self.help = near_enough.map(|(name, _)| format!("did you mean `{name}`?")).or(self.help);
        self
    }

    /// The same in a text that the formula is a part of, from `offset` on.
    #[must_use]
    pub fn moved(mut self, offset: usize) -> Self {
        self.span = self.span.start + offset..self.span.end + offset;
        self
    }
}

/// How many mistakes of one text are collected.
pub const MOST: usize = 20;

/// Why a checked formula cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FormulaError {
    /// A choice that is not complete: a registry's choices always are.
    #[error("`{method}` has no parameter `{parameter}`")]
    NoParameter { method: String, parameter: String },
    #[error("`{0}` needs too many values at once")]
    TooWide(String),
    /// Its matrices would be too large for a network.
    #[error(
        "`{method}` keeps {kept} numbers for a network of {weights} weights: more than 64 for each and 4 million, {most}"
    )]
    TooLarge { method: String, kept: usize, weights: usize, most: usize },
    /// A state for the network follows from the rate, so that blocks cannot have rates of their own.
    #[error("`{method}` keeps a number for the network that follows from `lr`, so that all blocks have one rate")]
    OneRate { method: String },
    /// A text does not define a method that it should.
    #[error("no method `{0}` is defined")]
    NotDefined(String),
}
