//! A column of a table.

use super::cell::{CellKind, shortened};
use super::texts::{Text, Texts};
use std::borrow::Cow;

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// No other column's; empty for an index only.
    pub name: String,
    pub cells: Cells,
    /// Whether it numbers or names the rows, as pandas and R write it: it is no feature.
    pub is_index: bool,
}

/// What a column holds.
#[derive(Clone, Debug)]
pub enum Cells {
    /// Finite numbers only.
    Numbers(Vec<f64>),
    /// Whole numbers only, some of them so large that a 64-bit float cannot tell them from their neighbours.
    Whole(Vec<i128>),
    /// Numbers of a Parquet file, some of which are missing (NaN here) or infinite.
    Broken(Vec<f64>),
    /// `true` and `false`, in any case, some of which may be missing.
    Flags(Vec<Option<bool>>),
    /// Anything else, without the blanks around it: words, or in a text file numbers among which some are missing or broken.
    Text(Texts),
    /// A column of a Parquet file whose type has no place here; holds the type's name.
    Unsupported(String),
}

impl Cells {
    /// How many rows there are, if they were read.
    pub fn rows(&self) -> Option<usize> {
        match self {
            Self::Numbers(numbers) | Self::Broken(numbers) => Some(numbers.len()),
            Self::Whole(numbers) => Some(numbers.len()),
            Self::Flags(flags) => Some(flags.len()),
            Self::Text(texts) => Some(texts.len()),
            Self::Unsupported(_) => None,
        }
    }

    /// The cells of these texts, not all of which are numbers that a float tells from its neighbours.
    pub fn of_texts(texts: Texts) -> Self {
        let whole: Option<Vec<i128>> = texts.iter().map(|cell| cell.whole_number()).collect();
        if let Some(whole) = whole {
            return Self::Whole(whole);
        }
        let flag = |cell: Text<'_>| match cell.kind {
            CellKind::Flag(flag) => Some(Some(flag)),
            CellKind::Missing => Some(None),
            _ => None,
        };
        let flags: Option<Vec<Option<bool>>> = texts.iter().map(flag).collect();
        match flags.filter(|flags| flags.iter().any(Option::is_some)) {
            Some(flags) => Self::Flags(flags),
            None => Self::Text(texts),
        }
    }
}

impl Column {
    /// The name for a message.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        shortened(if self.name.is_empty() { "(no name)" } else { &self.name })
    }

    /// The name for a command or a spec, not for ever.
    #[must_use]
    pub fn typed(&self) -> String {
        const MOST: usize = 200;
        self.name.chars().take(MOST).collect()
    }

    /// Whether the column holds words or codes, and neither numbers nor flags.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(&self.cells, Cells::Text(texts) if !texts.are_meant_as_numbers() && !texts.are_missing())
    }

    /// Whether a cell is missing.
    #[must_use]
    pub fn has_gaps(&self) -> bool {
        match &self.cells {
            Cells::Broken(numbers) => numbers.iter().any(|number| number.is_nan()),
            Cells::Flags(flags) => flags.iter().any(Option::is_none),
            Cells::Text(texts) => texts.iter().any(|cell| cell.kind == CellKind::Missing),
            Cells::Numbers(_) | Cells::Whole(_) | Cells::Unsupported(_) => false,
        }
    }

    /// Whether the column holds numbers, be it that some are missing or broken.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        match &self.cells {
            Cells::Numbers(_) | Cells::Whole(_) | Cells::Broken(_) => true,
            Cells::Text(texts) => texts.are_meant_as_numbers(),
            Cells::Flags(_) | Cells::Unsupported(_) => false,
        }
    }
}
