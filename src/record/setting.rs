//! One value of a run's settings.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};

/// One value of a run's settings.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    Flag(bool),
    Integer(u64),
    Number(f64),
    Text(String),
}

impl Setting {
    /// Its kind and its bits, as digests have them.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let (kind, value) = match self {
            Self::Flag(flag) => (b'f', vec![u8::from(*flag)]),
            Self::Integer(integer) => (b'i', integer.to_le_bytes().to_vec()),
            Self::Number(number) => (b'n', number.to_le_bytes().to_vec()),
            Self::Text(text) => (b't', text.as_bytes().to_vec()),
        };
        [vec![kind], value].concat()
    }
}

impl Setting {
    /// The number that it is. A text that is written as a whole number is one, as in a column of counts with the word `full`.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // whole numbers of a spec are small
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Integer(integer) => Some(*integer as f64),
            Self::Text(text) => text.parse::<u64>().ok().filter(|n| n.to_string() == *text).map(|n| n as f64),
            Self::Flag(_) => None,
        }
    }
}

impl PartialEq for Setting {
    /// Numbers are equal where their bits are.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Flag(a), Self::Flag(b)) => a == b,
            (Self::Integer(a), Self::Integer(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Setting {}

impl Hash for Setting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Flag(flag) => (0_u8, flag).hash(state),
            Self::Integer(integer) => (1_u8, integer).hash(state),
            Self::Number(number) => (2_u8, number.to_bits()).hash(state),
            Self::Text(text) => (3_u8, text).hash(state),
        }
    }
}

impl fmt::Display for Setting {
    /// Numbers as short as they can be told apart: `0.1`, `3`, `1e-8`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Integer(integer) => integer.fmt(f),
            Self::Number(number) => f.write_str(format!("{number:?}").trim_end_matches(".0")),
            Self::Text(text) => text.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_equal_where_kind_and_bits_are() {
        let text = |text: &str| Setting::Text(text.to_owned());
        let all = [
            Setting::Number(f64::NAN),
            Setting::Number(0.0),
            Setting::Number(-0.0),
            Setting::Number(1.0),
            Setting::Integer(1),
            Setting::Flag(true),
            text("1"),
            text("true"),
        ];
        for (place, setting) in all.iter().enumerate() {
            for (other_place, other) in all.iter().enumerate() {
                assert_eq!(setting == other, place == other_place, "{setting:?} {other:?}");
                assert_eq!(setting.bytes() == other.bytes(), place == other_place, "{setting:?} {other:?}");
            }
        }
        assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), all.len());
        assert_eq!(Setting::Integer(258).bytes(), [b'i', 2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(Setting::Number(1.0).bytes(), [b'n', 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
        assert_eq!((text("é").bytes(), Setting::Flag(true).bytes()), (vec![b't', 0xc3, 0xa9], vec![b'f', 1]));
    }
}
