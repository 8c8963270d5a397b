//! Data sets: built into the binary or generated; their split, their scaling, their batches.
//!
//! Add one: a file (or a row in `builtin.rs`) with its `ENTRY`, and one line in [`ENTRIES`].

mod batches;
mod blobs;
mod builtin;
mod linear;
mod moons;
mod prepared;
mod spirals;
mod split;

pub use batches::Order;
pub use prepared::{Part, Prepared, Targets};
pub use split::{Indices, Shares, split};

use crate::num::{Matrix, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};

/// A data set as loaded: m samples of n features, each with its target.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// m × n, in the set's own units.
    pub features: Matrix<f64>,
    pub target: Target,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One class per sample, counted from 0; `count` classes.
    Classes { labels: Vec<u32>, count: usize },
    /// One number per sample.
    Values(Vec<f64>),
}

impl DataSet {
    /// m
    #[must_use]
    pub fn samples(&self) -> usize {
        self.features.rows()
    }

    /// The BLAKE3 digest over shape, features and targets (little-endian f64), in hex: two sets with one digest hold
    /// the same bits.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut bytes = Vec::new();
        for count in [self.features.rows(), self.features.cols()] {
            bytes.extend((count as u64).to_le_bytes());
        }
        f64::extend_bytes(self.features.data(), &mut bytes);
        match &self.target {
            Target::Classes { labels, count } => {
                bytes.extend((*count as u64).to_le_bytes());
                bytes.extend(labels.iter().flat_map(|label| label.to_le_bytes()));
            }
            Target::Values(values) => f64::extend_bytes(values, &mut bytes),
        }
        blake3::hash(&bytes).to_hex().to_string()
    }
}

/// A data set in the registry.
pub struct DataEntry {
    pub entry: Entry,
    /// What may be done with it, as its keepers say.
    pub licence: &'static str,
    /// How to cite it.
    pub citation: &'static str,
    load: fn(&Choice) -> Result<DataSet, String>,
}

/// Every data set, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&DataEntry] = &[
    &builtin::IRIS,
    &builtin::WINE,
    &builtin::BREAST_CANCER,
    &builtin::DIGITS,
    &builtin::DIABETES,
    &linear::ENTRY,
    &moons::ENTRY,
    &spirals::ENTRY,
    &blobs::ENTRY,
];

/// The seed of a generated set: the same for all seeds of an experiment, which then differ by split and weights.
const SEED: Parameter = Parameter {
    name: "seed",
    description: "which draw of the generated set",
    kind: ParameterKind::Integer { least: 0, most: u64::MAX },
    default: Some(crate::registry::Default::Integer(0)),
};

/// How many samples to generate; a million of ten features take 80 MB.
const fn samples(default: u64) -> Parameter {
    Parameter {
        name: "samples",
        description: "number of samples m",
        kind: ParameterKind::Integer { least: 3, most: 1_000_000 },
        default: Some(crate::registry::Default::Integer(default)),
    }
}

/// Loads or generates the chosen set.
///
/// # Errors
/// Where no data set has the choice's name, its parameters go together with no set, or its figures are damaged.
pub fn load(choice: &Choice) -> Result<DataSet, String> {
    let entry = ENTRIES.iter().find(|known| known.entry.name == choice.kind);
    let entry = entry.ok_or_else(|| format!("unknown data set `{}`", choice.kind))?;
    let set = (entry.load)(choice)?;
    let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
    let targets_finite = if let Target::Values(values) = &set.target { finite(values) } else { true };
    if !finite(set.features.data()) || !targets_finite {
        return Err(format!("`{}` holds numbers that are not finite", choice.kind));
    }
    Ok(set)
}

/// The most numbers that a generated set holds: 400 MB in f64.
const MOST_NUMBERS: usize = 50_000_000;

/// Refuses a generated set of more than [`MOST_NUMBERS`].
fn check_size(samples: usize, features: usize) -> Result<(), String> {
    if samples.saturating_mul(features) > MOST_NUMBERS {
        return Err(format!("{samples} samples of {features} features are more than {MOST_NUMBERS} numbers"));
    }
    Ok(())
}
