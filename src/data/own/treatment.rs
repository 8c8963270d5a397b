//! What a spec says of words and missing cells: `text`, `one_hot`, `ordered`, `missing`, `fill`, `na`.

use super::super::error::{DataError, DataFault};
use super::super::recipe::FillBy;
use super::super::table::{Column, shortened};
use super::files::SetFiles;
use super::parameters::{FILL, MISSING, NA, ONE_HOT, ORDERED, TEXT, given};
use crate::registry::{Choice, Parameter};

/// What is done with words and missing cells.
pub struct Treatment {
    /// With columns of words that nothing else is said of.
    pub text: TextRule,
    /// Names of columns of which each value is a level.
    pub one_hot: Vec<String>,
    /// Names of columns with their levels in order.
    pub ordered: Vec<(String, Vec<String>)>,
    /// With missing numbers; `None`: they are refused.
    pub missing: Option<FillBy>,
    pub indicator: bool,
    /// Names of columns with what takes the place of missing cells.
    pub fill: Vec<(String, String)>,
    /// Cells that count as missing.
    pub na: Vec<String>,
}

/// What is done with a column of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRule {
    Refuse,
    OneHot { without_first: bool },
    Drop,
}

impl Treatment {
    /// What a spec says; every column that it names is there.
    pub fn of(choice: &Choice, files: &SetFiles) -> Result<Self, DataError> {
        let text = match given(choice, &TEXT) {
            Some("one-hot") => TextRule::OneHot { without_first: false },
            Some("dummy") => TextRule::OneHot { without_first: true },
            Some("drop") => TextRule::Drop,
            _ => TextRule::Refuse,
        };
        let missing = match given(choice, &MISSING) {
            Some("mean" | "mean-indicator") => Some(FillBy::Mean),
            Some("median" | "median-indicator") => Some(FillBy::Median),
            _ => None,
        };
        let indicator = given(choice, &MISSING).is_some_and(|word| word.ends_with("-indicator"));
        let ordered = pairs(choice, &ORDERED, "size: small < medium < large")?;
        let ordered = ordered.into_iter().map(|(name, levels)| (name, list(&levels, '<')));
        let treatment = Self {
            text,
            one_hot: given(choice, &ONE_HOT).map(|names| list(names, ',')).unwrap_or_default(),
            ordered: ordered.collect(),
            missing,
            indicator,
            fill: pairs(choice, &FILL, "income: 0; city: unknown")?,
            na: given(choice, &NA).map(|words| list(words, ',')).unwrap_or_default(),
        };
        let ordered = treatment.ordered.iter().map(|(name, _)| name);
        for name in treatment.one_hot.iter().chain(ordered).chain(treatment.fill.iter().map(|(name, _)| name)) {
            files.first.column(name)?;
        }
        for (name, levels) in &treatment.ordered {
            let twice = levels.iter().enumerate().find(|(place, level)| levels[..*place].contains(level));
            if levels.len() < 2 || twice.is_some() {
                let message =
                    format!("`ordered` needs two levels of `{name}` or more, each once, as in `size: small < large`");
                return Err(DataFault::Parameters.error(message));
            }
            if treatment.one_hot.contains(name) {
                return Err(
                    DataFault::Parameters.error(format!("`{name}` is in `one_hot` and in `ordered`; leave one out"))
                );
            }
        }
        Ok(treatment)
    }

    /// The levels of a column in order, if it has an order.
    pub fn order_of(&self, column: &Column) -> Option<&[String]> {
        self.ordered.iter().find(|(name, _)| *name == column.name).map(|(_, levels)| levels.as_slice())
    }

    /// Whether each value of a column is a level, and whether the first one has no input.
    pub fn levels_of(&self, column: &Column) -> Option<bool> {
        let without_first = self.text == TextRule::OneHot { without_first: true };
        let is_asked = self.one_hot.contains(&column.name);
        let by_rule =
            matches!(self.text, TextRule::OneHot { .. }) && column.is_text() && self.order_of(column).is_none();
        (is_asked || by_rule).then_some(without_first)
    }

    /// Whether a column is left out, since it is of words.
    pub fn drops(&self, column: &Column) -> bool {
        self.text == TextRule::Drop
            && column.is_text()
            && self.order_of(column).is_none()
            && !self.one_hot.contains(&column.name)
    }

    /// What takes the place of missing cells of a column, if the spec says it.
    pub fn fill_of(&self, column: &Column) -> Option<&str> {
        self.fill.iter().find(|(name, _)| *name == column.name).map(|(_, value)| value.as_str())
    }

    /// Whether missing cells of a column are welcome.
    pub fn fills(&self, column: &Column) -> bool {
        self.missing.is_some() || self.fill_of(column).is_some()
    }

    /// The parameters that name a column which is no feature; the first of them.
    pub fn foreign<'t>(&'t self, features: &[&Column]) -> Option<(&'static str, &'t str)> {
        let named = self.one_hot.iter().map(|name| (ONE_HOT.name, name.as_str()));
        let named = named.chain(self.ordered.iter().map(|(name, _)| (ORDERED.name, name.as_str())));
        let mut named = named.chain(self.fill.iter().map(|(name, _)| (FILL.name, name.as_str())));
        named.find(|(_, name)| !features.iter().any(|column| column.name == *name))
    }
}

/// The pieces of a text, without the blanks around them.
fn list(text: &str, between: char) -> Vec<String> {
    text.split(between).map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// `name: value; name: value`
fn pairs(choice: &Choice, parameter: &Parameter, example: &str) -> Result<Vec<(String, String)>, DataError> {
    let Some(text) = given(choice, parameter) else { return Ok(Vec::new()) };
    let pair = |piece: &str| match piece.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => {
            let message = format!(
                "`{}` holds `{}`; expected columns with values, as in `{example}`",
                parameter.name,
                shortened(piece.trim())
            );
            Err(DataFault::Parameters.error(message))
        }
    };
    text.split(';').filter(|piece| !piece.trim().is_empty()).map(pair).collect()
}
