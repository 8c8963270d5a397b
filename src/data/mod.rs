//! Data sets: built into the binary, generated, from files of one's own or fetched; their split, their scaling, their
//! batches.
//!
//! Add one: a file (or a row in `builtin.rs`) with its `ENTRY`, and one line in [`ENTRIES`], or in [`OUTSIDE`] if it needs
//! files.

mod adding;
mod batches;
mod blobs;
mod builtin;
mod digest;
mod draw;
pub mod fetch;
mod file;
mod idx;
mod linear;
mod merged;
mod mnist;
mod moons;
mod own;
mod parity;
mod polynomial;
mod prepared;
mod problems;
mod quadratic;
mod quadratic_file;
mod reading;
mod reber;
mod recall;
mod scales;
mod spirals;
mod split;
mod table;
mod wilson;

pub use batches::Order;
pub use builtin::{check as check_builtin, feature_names};
pub use draw::{Draw, is_drawn};
pub use merged::{Merged, merged};
pub use mnist::{REMOTES, load as load_fetched};
pub use own::{at, data_set, listed};
pub use prepared::{Beyond, Part, Prepared, Targets, beyond};
pub use reading::{About, name, name_of, names_classes};
pub use scales::{only_scales, without_scales};
pub use split::{Indices, OWN, Shares, TestPart, class_parts, split};
pub use table::{Cells, Column, Features, Labels, Table};

use crate::num::{Matrix, Objective, Shape};
use crate::registry::{Choice, Chosen, Entry, Parameter, ParameterKind, Registered, Value};
use std::path::Path;

/// A data set as loaded: m samples of n features, each with its target.
#[derive(Clone, Debug)]
pub struct DataSet {
    /// m × n, in the set's own units.
    pub features: Matrix<f64>,
    /// What a row of features is.
    pub shape: Shape,
    pub target: Target,
    /// What its file says besides the numbers; not part of the digest.
    pub about: About,
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A class for each answer, counted from 0; `count` classes. A sample has one answer, or one per step of a sequence.
    Classes { labels: Vec<u32>, count: usize },
    /// A number for each answer.
    Values(Vec<f64>),
    /// Nothing: the rows are points of a function that is to be minimized.
    Objective(Objective),
}

impl DataSet {
    /// A set whose rows are numbers without neighbours.
    #[must_use]
    pub fn flat(features: Matrix<f64>, target: Target) -> Self {
        Self { features, shape: Shape::Flat, target, about: About::default() }
    }

    /// A set whose rows are of some shape.
    #[must_use]
    pub fn shaped(features: Matrix<f64>, shape: Shape, target: Target) -> Self {
        Self { shape, ..Self::flat(features, target) }
    }

    /// m
    #[must_use]
    pub fn samples(&self) -> usize {
        self.features.rows()
    }

    /// Answers per sample: 1, or the steps of sequences that are answered at each step.
    #[must_use]
    pub fn positions(&self) -> usize {
        let answers = match &self.target {
            Target::Classes { labels, .. } => labels.len(),
            Target::Values(values) => values.len(),
            Target::Objective(_) => self.samples(),
        };
        answers / self.samples().max(1)
    }
}

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
pub type Loads = dyn Fn(&Choice) -> Result<DataSet, String> + Send + Sync;

impl Registered for DataEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// A data set with values for its parameters.
pub type ChosenSet = Chosen<DataEntry>;

/// Every data set that needs no file, in the order in which `burnmark list` shows them.
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
    &wilson::ENTRY,
    &recall::ENTRY,
    &adding::ENTRY,
    &parity::ENTRY,
    &reber::ENTRY,
    &quadratic::ENTRY,
    &problems::ROSENBROCK,
    &problems::BEALE,
];

/// Data sets from files: one's own, and fetched ones. They come after [`ENTRIES`].
pub const OUTSIDE: &[&DataEntry] =
    &[&own::CSV, &own::PARQUET, &own::IDX, &quadratic_file::ENTRY, &mnist::MNIST, &mnist::FASHION_MNIST];

/// The seed of a generated set: the same for all seeds of an experiment, which then differ by split and weights, unless each has a
/// draw of its own ([`Draw`]).
pub const SEED: Parameter = Parameter {
    name: "seed",
    description: "which draw of the generated set",
    kind: ParameterKind::Integer { least: 0, most: u64::MAX },
    default: Some(crate::registry::Default::Integer(0)),
};

/// How many samples to generate; a million of ten features take 80 MB.
#[must_use]
pub const fn samples(default: u64) -> Parameter {
    Parameter {
        name: "samples",
        description: "number of samples m",
        kind: ParameterKind::Integer { least: 3, most: 1_000_000 },
        default: Some(crate::registry::Default::Integer(default)),
    }
}

/// Loads or generates the chosen set; paths in the choice start from the working folder.
///
/// # Errors
/// Where its parameters go together with no set, or its figures are damaged.
pub fn load(set: &ChosenSet) -> Result<DataSet, String> {
    let name = set.name();
    let set = (set.entry.load)(&set.choice)?;
    let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
    let targets_finite = match &set.target {
        Target::Values(values) => finite(values),
        Target::Objective(Objective::Quadratic(matrix)) => finite(matrix.data()),
        Target::Classes { .. } | Target::Objective(_) => true,
    };
    if !finite(set.features.data()) || !targets_finite {
        return Err(format!("`{name}` holds numbers that are not finite"));
    }
    Ok(set)
}

/// The set with its paths started from a folder, the spec's.
#[must_use]
pub fn located(set: &ChosenSet, folder: &Path) -> ChosenSet {
    let mut located = set.clone();
    for (name, value) in &mut located.choice.parameters {
        if let (true, Value::Text(path)) = (is_file(&set.entry.entry, name), value) {
            // A folder whose name is no Unicode becomes one that is not there, and the message shows it.
            *path = folder.join(&*path).to_string_lossy().into_owned();
        }
    }
    located
}

/// Whether a parameter of a data set is the path of a file.
#[must_use]
pub fn is_file(entry: &Entry, parameter: &str) -> bool {
    entry.parameter(parameter).is_some_and(|parameter| matches!(parameter.kind, ParameterKind::File))
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
