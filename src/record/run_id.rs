//! A run's identity.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A run's identity: 128 bits. Files and messages show it as 32 hexadecimal digits, and nothing else is read as one. So a
/// name that is made of it, such as that of a file of parameters, cannot lead out of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId([u8; 16]);

impl RunId {
    /// The first half of BLAKE3 of what makes the run.
    #[must_use]
    pub fn of(canonical: &str) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&blake3::hash(canonical.as_bytes()).as_bytes()[..16]);
        Self(id)
    }

    /// Of 32 lower-case hexadecimal digits; any other text is not an identity.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let digits: &[u8; 32] = text.as_bytes().try_into().ok()?;
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a run's identity: expected 32 hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_are_32_digits() {
        let id = RunId::of("a run");
        assert_eq!(RunId::parse(&id.to_string()), Some(id));
        assert_eq!(id.to_string(), blake3::hash(b"a run").to_hex()[..32]);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<RunId>(&json).unwrap(), id);
        let wrong =
            ["", "0123", &"A".repeat(32), &"é".repeat(16), &"0".repeat(33), "../../../../../../../victim/of/it"];
        for wrong in wrong {
            assert_eq!(RunId::parse(wrong), None);
            assert!(serde_json::from_str::<RunId>(&format!("{wrong:?}")).is_err());
        }
    }
}
