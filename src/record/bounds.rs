//! Which numbers a setting can take: a range of the registry, in the form that manifests keep.

use crate::registry::Range;
use serde::{Deserialize, Serialize};

/// Which numbers a setting can take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "WrittenBounds", into = "WrittenBounds")]
pub struct Bounds {
    pub range: Range,
    /// Whether only whole numbers count.
    pub whole: bool,
}

/// The form in a manifest.
#[derive(Serialize, Deserialize)]
struct WrittenBounds {
    /// The end, and whether it is within; none for no end.
    low: Option<(f64, bool)>,
    high: Option<(f64, bool)>,
    whole: bool,
}

impl From<Bounds> for WrittenBounds {
    fn from(bounds: Bounds) -> Self {
        let end = |end: f64, within: bool| end.is_finite().then_some((end, within));
        let Range { low, low_within, high, high_within } = bounds.range;
        Self { low: end(low, low_within), high: end(high, high_within), whole: bounds.whole }
    }
}

impl From<WrittenBounds> for Bounds {
    fn from(written: WrittenBounds) -> Self {
        let (low, low_within) = written.low.unwrap_or((f64::NEG_INFINITY, false));
        let (high, high_within) = written.high.unwrap_or((f64::INFINITY, false));
        Self { range: Range { low, low_within, high, high_within }, whole: written.whole }
    }
}

impl Bounds {
    /// Numbers greater than 0, such as rates.
    pub const POSITIVE: Self = Self::of(Range::POSITIVE);

    /// The numbers of a range.
    #[must_use]
    pub const fn of(range: Range) -> Self {
        Self { range, whole: false }
    }

    /// The whole numbers from `least` to `most`.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // ends of a range that nothing reaches
    pub const fn whole(least: u64, most: u64) -> Self {
        let range = Range { low: least as f64, low_within: true, high: most as f64, high_within: true };
        Self { range, whole: true }
    }

    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        self.range.contains(value) && (!self.whole || value.fract() == 0.0)
    }

    /// What either of the two allows.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { range: self.range.or(other.range), whole: self.whole && other.whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_know_their_ends() {
        let below_one = Bounds::of(Range::BELOW_ONE);
        assert!(below_one.contains(0.0) && !below_one.contains(1.0) && !below_one.contains(-0.1));
        let counts = Bounds { range: Range { low: 1.0, low_within: true, ..Range::FINITE }, whole: true };
        assert!(counts.contains(3.0) && !counts.contains(2.5) && !counts.contains(f64::INFINITY));
    }

    #[test]
    fn manifests_keep_ends_as_they_always_did() {
        let counts = Bounds { range: Range { low: 1.0, low_within: true, ..Range::FINITE }, whole: true };
        for (bounds, form) in [
            (Bounds::of(Range::FINITE), r#"{"low":null,"high":null,"whole":false}"#),
            (Bounds::of(Range::BELOW_ONE), r#"{"low":[0.0,true],"high":[1.0,false],"whole":false}"#),
            (Bounds::POSITIVE, r#"{"low":[0.0,false],"high":null,"whole":false}"#),
            (counts, r#"{"low":[1.0,true],"high":null,"whole":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&bounds).unwrap(), form);
            assert_eq!(serde_json::from_str::<Bounds>(form).unwrap(), bounds);
        }
    }

    #[test]
    fn either_of_two_bounds_reaches_as_far_as_the_wider_one() {
        let either = Bounds::whole(2, 5).or(Bounds::of(Range::BELOW_ONE));
        let range = Range { low: 0.0, low_within: true, high: 5.0, high_within: true };
        assert_eq!(either, Bounds::of(range));
        assert_eq!(Bounds::POSITIVE.or(Bounds::of(Range::FACTOR)), Bounds::POSITIVE);
        assert_eq!(
            Bounds::of(Range::BELOW_ONE).or(Bounds::of(Range::FACTOR)).range,
            Range { high_within: true, ..Range::BELOW_ONE }
        );
    }
}
