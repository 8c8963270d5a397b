//! Formulas and their declarations in TOML: where each stands in the file, and what it says.

use super::mistake::FormulaMistake;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of a file, for reading key by key.
pub struct MethodTable<'t> {
    pub text: &'t str,
    pub table: &'t DeTable<'t>,
    /// Where mistakes of missing keys are shown.
    pub span: Range<usize>,
}

/// A text value and how its bytes lie in the file.
#[derive(Clone, Debug)]
pub struct Passage {
    pub text: String,
    /// Where the text begins, if it stands in the file byte by byte.
    offset: Option<usize>,
    span: Range<usize>,
}

impl Passage {
    pub fn new(text: &str, node: &Spanned<DeValue<'_>>, value: &str) -> Self {
        let span = node.span();
        let raw = text.get(span.clone()).unwrap_or_default();
        let quotes =
            ["\"\"\"", "'''", "\"", "'"].iter().find(|quotes| raw.starts_with(**quotes)).map_or(0, |q| q.len());
        let mut offset = span.start + quotes;
        if quotes == 3 {
            let behind = text.get(offset..).unwrap_or_default();
            offset += if behind.starts_with("\r\n") { 2 } else { usize::from(behind.starts_with('\n')) };
        }
        let is_verbatim = text.get(offset..).is_some_and(|behind| behind.starts_with(value));
        Self { text: value.to_owned(), offset: is_verbatim.then_some(offset), span }
    }

    /// A mistake in the text as one in the file.
    pub fn placed(&self, mistake: FormulaMistake) -> FormulaMistake {
        match self.offset {
            Some(offset) => mistake.moved(offset),
            None => FormulaMistake { span: self.span.clone(), ..mistake },
        }
    }
}

impl<'t> MethodTable<'t> {
    pub fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    /// Reports the keys that are none of these.
    pub fn only(&self, known: &[&str], mistakes: &mut Vec<FormulaMistake>) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let expected = format!("expected one of {}", known.join(", "));
                mistakes.push(
                    FormulaMistake::new(key.span(), format!("unknown key `{name}`"), expected)
                        .with_nearest(name, known.iter().copied()),
                );
            }
        }
    }

    /// A text, or `None` where it is missing or no text.
    pub fn passage(&self, key: &str, mistakes: &mut Vec<FormulaMistake>) -> Option<Passage> {
        let node = self.get(key)?;
        match node.get_ref().as_str() {
            Some(value) => Some(Passage::new(self.text, node, value)),
            None => {
                mistakes.push(FormulaMistake::new(
                    node.span(),
                    format!("`{key}` is no text"),
                    "expected a text in quotes",
                ));
                None
            }
        }
    }

    /// A text that has to be there.
    pub fn required(&self, key: &str, mistakes: &mut Vec<FormulaMistake>) -> Option<Passage> {
        if self.get(key).is_none() {
            mistakes.push(FormulaMistake::new(
                self.span.clone(),
                format!("missing `{key}`"),
                format!("expected `{key} = \"…\"` in this table"),
            ));
        }
        self.passage(key, mistakes)
    }

    /// A table within; nothing where it is missing.
    pub fn table(&self, key: &str, mistakes: &mut Vec<FormulaMistake>) -> Option<MethodTable<'t>> {
        let node = self.get(key)?;
        match node.get_ref().as_table() {
            Some(table) => Some(MethodTable { text: self.text, table, span: node.span() }),
            None => {
                mistakes.push(FormulaMistake::new(
                    node.span(),
                    format!("`{key}` is no table"),
                    "expected `{ name = …, … }`",
                ));
                None
            }
        }
    }

    pub fn number(&self, key: &str, mistakes: &mut Vec<FormulaMistake>) -> Option<f64> {
        let node = self.get(key)?;
        let found = number(node.get_ref());
        if found.is_none() {
            mistakes.push(FormulaMistake::new(
                node.span(),
                format!("`{key}` is no finite number"),
                "expected a number",
            ));
        }
        found
    }

    pub fn flag(&self, key: &str, mistakes: &mut Vec<FormulaMistake>) -> bool {
        let Some(node) = self.get(key) else { return false };
        node.get_ref().as_bool().unwrap_or_else(|| {
            mistakes.push(FormulaMistake::new(
                node.span(),
                format!("`{key}` is neither"),
                "expected `true` or `false`",
            ));
            false
        })
    }
}

/// A finite number, whole or not.
pub fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(integer) => {
            i64::from_str_radix(integer.as_str(), integer.radix()).ok()?.to_string().parse().ok()?
        }
        DeValue::Float(float) => float.as_str().parse::<f64>().ok()?,
        _ => return None,
    };
    Some(number).filter(|number: &f64| number.is_finite())
}

impl Passage {
    /// A text that does not stand in the file, for the value at this place.
    pub fn unplaced(text: &str, span: Range<usize>) -> Self {
        Self { text: text.to_owned(), offset: None, span }
    }
}

/// A text as TOML.
///
/// # Errors
/// Where it is none.
pub fn parsed(text: &str) -> Result<DeTable<'_>, Vec<FormulaMistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table.into_inner());
    }
    let mistake = |error: &toml::de::Error| {
        let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
        FormulaMistake::new(error.span().unwrap_or(text.len()..text.len()), message, "unexpected here")
    };
    Err(errors.iter().map(mistake).collect())
}
