//! Training, validation and test part: stratified by class, drawn by their own stream.

use super::{DataSet, Target};
use crate::num::{Purpose, Stream};
use serde::{Deserialize, Serialize};

/// The parts' shares of the samples; each greater than 0, together 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    pub train: f64,
    pub validation: f64,
    pub test: f64,
}

impl Shares {
    /// 60 % to learn from, 20 % to choose by, 20 % to judge by.
    pub const USUAL: Self = Self { train: 0.6, validation: 0.2, test: 0.2 };
}

/// Which samples belong to which part, each ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indices {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
    pub test: Vec<usize>,
}

/// Splits by seed. Of each class (for regression: of all samples) with c samples, the nearest whole numbers to
/// c · validation and c · test go to those parts and the rest to training; which ones, a shuffle decides. All points of
/// an objective are every part.
///
/// # Errors
/// Where a part would be empty, or the training part lacks a class.
pub fn split(set: &DataSet, shares: Shares, seed: u64) -> Result<Indices, String> {
    let groups: Vec<Vec<usize>> = match &set.target {
        // The points are the problem: with a part of them it would be another one.
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
    let mut parts = Indices { train: Vec::new(), validation: Vec::new(), test: Vec::new() };
    for (class, mut group) in groups.into_iter().enumerate() {
        stream.shuffle(&mut group);
        let [train, validation, test] = class_parts(group.len(), shares);
        if train == 0 {
            let of_class = if classes { format!(" of class {class}") } else { String::new() };
            return Err(format!("no sample{of_class} is left for training: there are only {}", group.len()));
        }
        parts.validation.extend(group.drain(..validation));
        parts.test.extend(group.drain(..test));
        parts.train.extend(group);
    }
    for (name, part) in
        [("validation", &mut parts.validation), ("test", &mut parts.test), ("training", &mut parts.train)]
    {
        if part.is_empty() {
            return Err(format!("the {name} part is empty: too few samples for its share"));
        }
        part.sort_unstable();
    }
    Ok(parts)
}

/// How many of a class's samples go to training, validation and test.
#[must_use]
pub fn class_parts(count: usize, shares: Shares) -> [usize; 3] {
    let (validation, test) = (part_of(count, shares.validation), part_of(count, shares.test));
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
    use crate::registry::{Choice, Value};

    const SHARES: Shares = Shares::USUAL;

    #[test]
    fn every_sample_is_in_one_part_and_classes_keep_their_shares() {
        for entry in ENTRIES {
            let set = load(&Choice::of(&entry.entry)).unwrap();
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
            let set = load(&Choice::of(&entry.entry).with("samples", Value::Integer(samples))).unwrap();
            let all: Vec<usize> = (0..set.samples()).collect();
            let expected = Indices { train: all.clone(), validation: all.clone(), test: all };
            assert_eq!(split(&set, SHARES, 3).unwrap(), expected);
        }
    }

    #[test]
    fn the_seed_decides() {
        let set = load(&Choice::of(&ENTRIES[0].entry)).unwrap();
        assert_eq!(split(&set, SHARES, 1), split(&set, SHARES, 1));
        assert_ne!(split(&set, SHARES, 1), split(&set, SHARES, 2));
    }

    #[test]
    fn empty_parts_are_refused() {
        let set = load(&Choice::of(&ENTRIES[0].entry)).unwrap();
        let shares = Shares { train: 0.999, validation: 0.0005, test: 0.0005 };
        assert!(split(&set, shares, 0).unwrap_err().contains("validation part is empty"));
        let shares = Shares { train: 0.001, validation: 0.5, test: 0.499 };
        assert!(split(&set, shares, 0).unwrap_err().contains("no sample of class 0 is left"));
    }
}
