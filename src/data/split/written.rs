//! A split as specs and settings have it.

use super::super::error::{DataError, DataFault};
use super::{InOrder, LEAST_FOLDS, MOST_FOLDS, Shares, Split, TestPart};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The word for the parts that a set comes with.
pub const OWN: &str = "own";
/// The word for the order of the rows.
pub const GIVEN: &str = "given";

impl Split {
    /// Every name that a split can have, in the order in which it is written.
    pub const NAMES: [&'static str; 6] = ["train", "validation", "test", "holdout", "order", "folds"];
}

impl fmt::Display for Split {
    /// `0.6/0.2/0.2`, `0.9/0.1/holdout own`, `350/175/174 in order`, `10 folds`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Written { train, validation, test, holdout, order, folds } = Written::from(*self);
        let held = holdout.map(|held| format!("holdout {held}"));
        let shares = [train, validation, test].into_iter().flatten().map(|share| share.to_string());
        f.write_str(&shares.chain(held).collect::<Vec<_>>().join("/"))?;
        if order.is_some() {
            f.write_str(" in order")?;
        }
        folds.map_or(Ok(()), |folds| write!(f, "{folds} folds"))
    }
}

impl From<Split> for Value {
    /// As a spec writes it.
    fn from(split: Split) -> Self {
        let Written { train, validation, test, holdout, order, folds } = split.into();
        let parts = [("train", train), ("validation", validation), ("test", test)];
        let parts = parts.into_iter().map(|(name, size)| (name, size.map(Self::Number)));
        let others = [("holdout", holdout), ("order", order.map(Self::text)), ("folds", folds.map(Self::Integer))];
        Self::Table(parts.chain(others).filter_map(|(name, value)| Some((name.into(), value?))).collect())
    }
}

/// A split's table in words; `None` for other values.
#[must_use]
pub fn split_in_words(value: &Value) -> Option<String> {
    let is_known = |name: &str| Split::NAMES.contains(&name);
    let Value::Table(parts) = value else { return None };
    let all_known = !parts.is_empty() && parts.keys().all(|name| is_known(name));
    let split: Split = serde_json::from_value(serde_json::json!(value)).ok().filter(|_| all_known)?;
    Some(split.to_string())
}

/// Every value that a split can have.
#[derive(Default, Serialize, Deserialize)]
pub struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    train: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validation: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    test: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holdout: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folds: Option<u64>,
}

impl From<Split> for Written {
    fn from(split: Split) -> Self {
        let own = || Some(Value::word(OWN));
        #[allow(clippy::cast_precision_loss)] // counts of rows
        let written = |numbers: &[f64], order: Option<&str>| Self {
            train: Some(numbers[0]),
            validation: Some(numbers[1]),
            test: numbers.get(2).copied(),
            order: order.map(str::to_owned),
            ..Self::default()
        };
        #[allow(clippy::cast_precision_loss)] // counts of rows
        let number = |count: u64| count as f64;
        match split {
            Split::Drawn(Shares { train, validation, test }) => {
                let written = written(&[train, validation], None);
                match test {
                    TestPart::Drawn(test) => Self { test: Some(test), ..written },
                    TestPart::Held(held) => Self { holdout: Some(Value::Number(held)), ..written },
                    TestPart::Own => Self { holdout: own(), ..written },
                }
            }
            Split::InOrder(InOrder::Counts(counts)) => written(&counts.map(number), Some(GIVEN)),
            Split::InOrder(InOrder::Shares(shares)) => written(&shares, Some(GIVEN)),
            Split::InOrder(InOrder::CountsOfRest(counts)) => {
                Self { holdout: own(), ..written(&counts.map(number), Some(GIVEN)) }
            }
            Split::InOrder(InOrder::SharesOfRest(shares)) => Self { holdout: own(), ..written(&shares, Some(GIVEN)) },
            Split::Folds(folds) => Self { folds: Some(folds), ..Self::default() },
            Split::Own => Self { holdout: own(), ..Self::default() },
        }
    }
}

impl TryFrom<Written> for Split {
    type Error = DataError;

    fn try_from(written: Written) -> Result<Self, DataError> {
        let Written { train, validation, test, holdout, order, folds } = written;
        let is_given = order.as_deref() == Some(GIVEN);
        let (own, held) = match &holdout {
            Some(Value::Text(word)) => (word == OWN, None),
            Some(Value::Number(share)) => (false, Some(*share)),
            _ => (false, None),
        };
        match (train.zip(validation), test, (own, held), folds) {
            (None, None, (false, None), Some(folds))
                if train.or(validation).is_none() && order.is_none() && (LEAST_FOLDS..=MOST_FOLDS).contains(&folds) =>
            {
                Ok(Self::Folds(folds))
            }
            (None, None, (true, _), None) if train.or(validation).is_none() && order.is_none() => Ok(Self::Own),
            (Some((train, validation)), Some(test), (false, None), None) if is_given => {
                Ok(Self::InOrder(by_size([train, validation, test], InOrder::Counts, InOrder::Shares)))
            }
            (Some((train, validation)), None, (true, _), None) if is_given => {
                Ok(Self::InOrder(by_size([train, validation], InOrder::CountsOfRest, InOrder::SharesOfRest)))
            }
            (Some((train, validation)), test, (own, held), None) if !is_given => {
                let test = match (test, own, held) {
                    (Some(share), false, None) => TestPart::Drawn(share),
                    (None, false, Some(share)) => TestPart::Held(share),
                    (None, true, _) => TestPart::Own,
                    _ => return Err(DataFault::Split.error("a split has `test` or `holdout`")),
                };
                Ok(Self::Drawn(Shares { train, validation, test }))
            }
            _ => Err(DataFault::Split.error("a split has shares, counts of rows, folds, or `holdout = \"own\"`")),
        }
    }
}

/// Sizes of parts in order: counts from 1 on, shares below.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole and not negative
fn by_size<const N: usize>(
    sizes: [f64; N],
    counts: fn([u64; N]) -> InOrder,
    shares: fn([f64; N]) -> InOrder,
) -> InOrder {
    if sizes.iter().all(|size| *size >= 1.0) { counts(sizes.map(|size| size as u64)) } else { shares(sizes) }
}
