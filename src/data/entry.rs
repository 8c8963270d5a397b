//! A data set in the registry, and the parameters that several have.

use super::error::{DataError, DataFault};
use super::set::DataSet;
use crate::registry::{Choice, Chosen, Entry, Parameter, ParameterKind, Registered};
use crate::value::Value;

/// A data set in the registry.
pub struct DataEntry {
    pub entry: Entry,
    /// What may be done with it, as its keepers say.
    pub licence: &'static str,
    /// How to cite it.
    pub citation: &'static str,
    pub load: &'static Loads,
}

/// What loads or generates a set from the values of its parameters; paths start from the working folder.
pub type Loads = dyn Fn(&Choice) -> Result<DataSet, DataError> + Send + Sync;

impl Registered for DataEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// A data set with values for its parameters.
pub type ChosenSet = Chosen<DataEntry>;

/// Whether a parameter of a data set is the path of a file.
#[must_use]
pub fn is_file(entry: &Entry, parameter: &str) -> bool {
    entry.parameter(parameter).is_some_and(|parameter| matches!(parameter.kind, ParameterKind::File))
}

/// The seed of a generated set: the same for all seeds of an experiment, which then differ by split and weights, unless each has a
/// draw of its own ([`super::Draw`]).
pub const SEED: Parameter = Parameter::with_default(
    "seed",
    "which draw of the generated set",
    ParameterKind::Integer { least: 0, most: u64::MAX },
    Value::Integer(0),
);

/// How many samples to generate; a million of ten features take 80 MB.
#[must_use]
pub const fn samples(default: u64) -> Parameter {
    Parameter::with_default(
        "samples",
        "number of samples m",
        ParameterKind::Integer { least: 3, most: 1_000_000 },
        Value::Integer(default),
    )
}

/// The most numbers that a generated set holds: 400 MB in f64.
const MOST_NUMBERS: usize = 50_000_000;

/// Refuses a generated set of more than [`MOST_NUMBERS`].
pub fn check_size(samples: usize, features: usize) -> Result<(), DataError> {
    if samples.saturating_mul(features) > MOST_NUMBERS {
        let message = format!("{samples} samples of {features} features are more than {MOST_NUMBERS} numbers");
        return Err(DataFault::TooLarge.error(message));
    }
    Ok(())
}
