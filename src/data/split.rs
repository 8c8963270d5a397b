//! Training, validation and test part: stratified by class, drawn by their own stream.

use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::num::{Purpose, Stream};
use crate::value::Value;
use serde::{Deserialize, Serialize};

/// The parts' shares of the samples; each greater than 0, together 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Shares {
    pub train: f64,
    pub validation: f64,
    pub test: TestPart,
}

/// Where the test part comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestPart {
    /// A share that each seed draws anew.
    Drawn(f64),
    /// A share that is held out: the same rows for every seed.
    Held(f64),
    /// The test rows that the set comes with, for every seed; the other shares are of the rest.
    Own,
}

/// The word for [`TestPart::Own`].
pub const OWN: &str = "own";

impl Shares {
    /// 60 % to learn from, 20 % to choose by, 20 % to judge by.
    pub const USUAL: Self = Self { train: 0.6, validation: 0.2, test: TestPart::Drawn(0.2) };

    /// Whether the test part is the same for every seed.
    #[must_use]
    pub const fn is_held_out(&self) -> bool {
        !matches!(self.test, TestPart::Drawn(_))
    }
}

impl From<Shares> for Value {
    /// As a spec writes it.
    fn from(shares: Shares) -> Self {
        let Written { train, validation, test, holdout } = shares.into();
        let parts = [("train", Some(Self::Number(train))), ("validation", Some(Self::Number(validation)))];
        let parts = parts.into_iter().chain([("test", test.map(Self::Number)), ("holdout", holdout)]);
        Self::Table(parts.filter_map(|(name, share)| Some((name.into(), share?))).collect())
    }
}

/// Shares as specs and settings have them: with `test` or with `holdout`.
#[derive(Serialize, Deserialize)]
struct Written {
    train: f64,
    validation: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    test: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holdout: Option<Value>,
}

impl From<Shares> for Written {
    fn from(Shares { train, validation, test }: Shares) -> Self {
        let (test, holdout) = match test {
            TestPart::Drawn(share) => (Some(share), None),
            TestPart::Held(share) => (None, Some(Value::Number(share))),
            TestPart::Own => (None, Some(Value::text(OWN))),
        };
        Self { train, validation, test, holdout }
    }
}

impl TryFrom<Written> for Shares {
    type Error = DataError;

    fn try_from(Written { train, validation, test, holdout }: Written) -> Result<Self, DataError> {
        let test = match (test, holdout) {
            (Some(share), None) => TestPart::Drawn(share),
            (None, Some(Value::Number(share))) => TestPart::Held(share),
            (None, Some(Value::Text(word))) if word == OWN => TestPart::Own,
            _ => return Err(DataFault::Split.error("a split has `test` or `holdout`")),
        };
        Ok(Self { train, validation, test })
    }
}

/// Which samples belong to which part, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indices {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

/// Splits by seed. Of each class (for regression: of all samples) with c samples, the nearest whole numbers to
/// c · validation and c · test go to those parts and the rest to training; which ones, a shuffle decides. Held-out samples
/// are taken out before that, by a shuffle that knows of no seed, or as the set says. All points of an objective are every part.
///
/// # Errors
/// Where a part would be empty, or the training part lacks a class.
pub fn split(set: &DataSet, shares: Shares, seed: u64) -> Result<Indices, DataError> {
    let mut groups: Vec<Vec<usize>> = match &set.target {
        // The points are the problem: with a part of them it would be another one.
        Target::Objective(_) if shares.is_held_out() => {
            return Err(DataFault::Split.error("a problem without data has no rows to hold out"));
        }
        Target::Objective(_) => {
            let all: Vec<usize> = (0..set.samples()).collect();
            return Ok(Indices { train: all.clone(), validation: all.clone(), test: all });
        }
        Target::Classes { labels, count } if set.positions() == 1 => {
            let mut groups = vec![Vec::new(); *count];
            for (sample, &label) in labels.iter().enumerate() {
                groups[label as usize].push(sample);
            }
            groups
        }
        _ => vec![(0..set.samples()).collect()],
    };
    let classes = groups.len() > 1;
    let mut stream = Stream::new(seed, Purpose::Split, 0);
    let counts: Vec<usize> = groups.iter().map(Vec::len).collect();
    let held_out = held_out(set, &mut groups, shares.test)?;
    let mut parts = Indices { train: Vec::new(), validation: Vec::new(), test: held_out };
    for (class, mut group) in groups.into_iter().enumerate() {
        stream.shuffle(&mut group);
        let count = if shares.test == TestPart::Own { group.len() } else { counts[class] };
        let [train, validation, test] = class_parts(count, shares);
        let test = if shares.is_held_out() { 0 } else { test };
        if train == 0 {
            let of_class = if classes { format!(" of class {class}") } else { String::new() };
            return Err(DataFault::Split
                .error(format!("no sample{of_class} is left for training: there are only {}", group.len())));
        }
        parts.validation.extend(group.drain(..validation));
        parts.test.extend(group.drain(..test));
        parts.train.extend(group);
    }
    for (name, part) in
        [("validation", &mut parts.validation), ("test", &mut parts.test), ("training", &mut parts.train)]
    {
        if part.is_empty() {
            return Err(DataFault::Split.error(format!("the {name} part is empty: too few samples for its share")));
        }
        part.sort_unstable();
    }
    Ok(parts)
}

/// Takes the samples that are held out from each group. Which ones depends on the samples' classes and order alone.
fn held_out(set: &DataSet, groups: &mut [Vec<usize>], test: TestPart) -> Result<Vec<usize>, DataError> {
    let mut held_out = Vec::new();
    match test {
        TestPart::Drawn(_) => {}
        TestPart::Held(share) => {
            let mut stream = Stream::new(0, Purpose::Holdout, 0);
            for group in groups {
                let mut order = group.clone();
                stream.shuffle(&mut order);
                order.truncate(part_of(group.len(), share));
                order.sort_unstable();
                group.retain(|sample| order.binary_search(sample).is_err());
                held_out.extend(order);
            }
        }
        TestPart::Own => {
            let own = set.about.own_test.clone().ok_or_else(|| {
                DataFault::Split.error(
                    "this set has no test rows of its own, as `mnist` has; a share is held out by a number, `holdout = 0.2`",
                )
            })?;
            for group in groups {
                held_out.extend(group.iter().filter(|sample| own.contains(sample)));
                group.retain(|sample| !own.contains(sample));
            }
        }
    }
    Ok(held_out)
}

/// How many of a class's samples go to training, validation and test; a set's own test rows are not counted.
#[must_use]
pub fn class_parts(count: usize, shares: Shares) -> [usize; 3] {
    let test = match shares.test {
        TestPart::Drawn(share) | TestPart::Held(share) => part_of(count, share),
        TestPart::Own => 0,
    };
    let validation = part_of(count, shares.validation);
    [count.saturating_sub(validation + test), validation, test]
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // counts of samples
fn part_of(count: usize, share: f64) -> usize {
    (count as f64 * share).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ENTRIES, load};
    use crate::registry::Chosen;

    const SHARES: Shares = Shares::USUAL;

    #[test]
    fn every_sample_is_in_one_part_and_classes_keep_their_shares() {
        for entry in ENTRIES {
            let set = load(&Chosen::of(entry)).unwrap();
            let parts = split(&set, SHARES, 5).unwrap();
            if matches!(set.target, Target::Objective(_)) {
                continue;
            }
            let mut all: Vec<_> =
                [&parts.train, &parts.validation, &parts.test].into_iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, (0..set.samples()).collect::<Vec<_>>(), "{}", entry.entry.name);
            if let (Target::Classes { labels, count }, 1) = (&set.target, set.positions()) {
                for class in 0..*count {
                    let of = |part: &[usize]| part.iter().filter(|&&i| labels[i] as usize == class).count();
                    let total = labels.iter().filter(|&&label| label as usize == class).count();
                    assert_eq!(of(&parts.test), part_of(total, 0.2), "{} class {class}", entry.entry.name);
                    assert_eq!(of(&parts.validation), part_of(total, 0.2), "{} class {class}", entry.entry.name);
                }
            }
        }
    }

    #[test]
    fn every_point_of_an_objective_is_in_every_part() {
        let entry = ENTRIES.iter().find(|entry| entry.entry.name == "quadratic").unwrap();
        for samples in [1, 5] {
            let set = load(&Chosen::of(*entry).with("samples", Value::Integer(samples))).unwrap();
            let all: Vec<usize> = (0..set.samples()).collect();
            let expected = Indices { train: all.clone(), validation: all.clone(), test: all };
            assert_eq!(split(&set, SHARES, 3).unwrap(), expected);
        }
    }

    #[test]
    fn the_seed_decides() {
        let set = load(&Chosen::of(ENTRIES[0])).unwrap();
        assert_eq!(split(&set, SHARES, 1), split(&set, SHARES, 1));
        assert_ne!(split(&set, SHARES, 1), split(&set, SHARES, 2));
    }

    #[test]
    fn empty_parts_are_refused() {
        let set = load(&Chosen::of(ENTRIES[0])).unwrap();
        let shares = Shares { train: 0.999, validation: 0.0005, test: TestPart::Drawn(0.0005) };
        assert!(split(&set, shares, 0).unwrap_err().to_string().contains("validation part is empty"));
        let shares = Shares { train: 0.001, validation: 0.5, test: TestPart::Drawn(0.499) };
        assert!(split(&set, shares, 0).unwrap_err().to_string().contains("no sample of class 0 is left"));
    }

    const HELD: Shares = Shares { test: TestPart::Held(0.2), ..SHARES };

    #[test]
    fn held_out_rows_are_the_same_for_every_seed_and_in_no_other_part() {
        for name in ["iris", "diabetes", "temporal-reber"] {
            let Some(entry) = ENTRIES.iter().find(|entry| entry.entry.name == name) else { continue };
            let set = load(&Chosen::of(entry)).unwrap();
            let (first, second) = (split(&set, HELD, 1).unwrap(), split(&set, HELD, 2).unwrap());
            assert_eq!(first.test, second.test, "{name}");
            assert_ne!(first.validation, second.validation, "{name}");
            let drawn = split(&set, SHARES, 1).unwrap();
            assert_eq!(first.test.len(), drawn.test.len());
            assert_eq!(first.validation.len(), drawn.validation.len());
            let mut all = [first.train, first.validation, first.test].concat();
            all.sort_unstable();
            assert_eq!(all, (0..set.samples()).collect::<Vec<_>>(), "{name}");
        }
    }

    /// Neither features nor their polynomials choose, so that degrees are compared on the same rows.
    #[test]
    fn features_do_not_choose_what_is_held_out() {
        let set = load(&Chosen::of(ENTRIES[0])).unwrap();
        let other = set.polynomial(2).unwrap();
        assert_eq!(split(&set, HELD, 1).unwrap().test, split(&other, HELD, 9).unwrap().test);
        let test = split(&set, HELD, 1).unwrap().test;
        let of_class = |class: usize| test.iter().filter(|&&row| row / 50 == class).count();
        assert_eq!([0, 1, 2].map(of_class), [10; 3]);
    }

    #[test]
    fn a_set_s_own_test_rows_are_held_out() {
        let shares = Shares { train: 0.75, validation: 0.25, test: TestPart::Own };
        let mut set = load(&Chosen::of(ENTRIES[0])).unwrap();
        assert!(split(&set, shares, 0).unwrap_err().to_string().contains("no test rows of its own"));
        set.about.own_test = Some(130..150);
        let parts = split(&set, shares, 0).unwrap();
        assert_eq!(parts.test, (130..150).collect::<Vec<_>>());
        assert_eq!((parts.validation.len(), parts.train.len()), (13 + 13 + 8, 37 + 37 + 22));
        let objective = load(&Chosen::of(&crate::data::quadratic::ENTRY)).unwrap();
        assert!(split(&objective, HELD, 0).unwrap_err().to_string().contains("no rows to hold out"));
    }

    #[test]
    fn shares_are_written_as_they_are_read() {
        let json = |shares: Shares| serde_json::to_string(&shares).unwrap();
        assert_eq!(json(SHARES), r#"{"train":0.6,"validation":0.2,"test":0.2}"#);
        assert_eq!(json(HELD), r#"{"train":0.6,"validation":0.2,"holdout":0.2}"#);
        let own = Shares { train: 0.9, validation: 0.1, test: TestPart::Own };
        assert_eq!(json(own), r#"{"train":0.9,"validation":0.1,"holdout":"own"}"#);
        for shares in [SHARES, HELD, own] {
            assert_eq!(serde_json::from_str::<Shares>(&json(shares)).unwrap(), shares);
        }
        assert!(serde_json::from_str::<Shares>(r#"{"train":0.6,"validation":0.2}"#).is_err());
    }
}
