//! Data sets: built into the binary, generated, from files of one's own or fetched; their split, their scaling, their
//! batches.
//!
//! Add one: a file (or a row in `builtin.rs`) with its `ENTRY`, and one line in [`ENTRIES`], or in [`OUTSIDE`] if it needs
//! files.

mod about;
mod adding;
mod array;
mod autoencoder;
mod batches;
mod blobs;
mod builtin;
mod deepobs;
mod digest;
mod draw;
mod entry;
mod error;
#[doc(hidden)]
pub mod fetch;
mod figures;
mod file;
mod idx;
mod jpeg;
mod linear;
mod merged;
mod mnist;
mod mnist1d;
mod moons;
mod npy;
mod own;
mod parity;
mod png;
mod polynomial;
mod prepared;
mod proben1;
mod problems;
mod quadratic;
mod quadratic_file;
mod reading;
mod ready;
mod reber;
mod recall;
mod recipe;
mod rows;
mod scales;
mod scaling;
mod set;
mod spirals;
mod split;
mod table;
mod weighing;
mod wilson;

pub use about::{About, names_classes};
pub use batches::Order;
pub use builtin::{check as check_builtin, feature_names};
pub use draw::{Draw, is_drawn};
pub use entry::{ChosenSet, DataEntry, Loads, SEED, is_file, samples};
pub use error::{DataError, DataFault, DataPlace};
pub use figures::{FigureList, Figures};
pub use merged::{Merged, merged};
pub use mnist::load as load_fetched;
pub use own::{at, data_set, listed};
pub use prepared::{Beyond, Part, Prepared, Targets, beyond};
pub use reading::{name, name_of};
pub use ready::{Ready, ready};
pub use recipe::{Encoding, Fill, FillBy, Recipe};
pub use rows::{OwnParts, PartName, Rows};
pub use scales::{only_scales, without_scales};
pub use set::{DataSet, Target};
pub use split::{
    GIVEN, InOrder, Indices, LEAST_FOLDS, MOST_FOLDS, OWN, Shares, Split, TestPart, class_parts, divided_group,
    lacking, split, split_in_words,
};
pub use table::{Cells, Column, Features, Labels, Table, WrittenTable, as_written};
pub use weighing::{BALANCED, ClassWeights, EVEN, answer_weights, class_weights};

use crate::num::Objective;
use crate::value::Value;
use std::path::Path;

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
    &mnist1d::ENTRY,
    &recall::ENTRY,
    &adding::ENTRY,
    &parity::ENTRY,
    &reber::ENTRY,
    &autoencoder::ENTRY,
    &quadratic::ENTRY,
    &deepobs::ENTRY,
    &problems::ROSENBROCK,
    &problems::BEALE,
];

/// Data sets from files: one's own, and fetched ones. They come after [`ENTRIES`].
pub const OUTSIDE: &[&DataEntry] = &[
    &own::CSV,
    &own::PARQUET,
    &own::ARROW,
    &own::IDX,
    &own::NPY,
    &own::NPZ,
    &own::IMAGES,
    &quadratic_file::ENTRY,
    &mnist::MNIST,
    &mnist::FASHION_MNIST,
    &proben1::ENTRY,
];

/// Every set that can be fetched.
pub const REMOTES: &[&fetch::Remote] = &[&mnist::MNIST_FILES, &mnist::FASHION_MNIST_FILES, &proben1::FILES];

/// Loads or generates the chosen set; paths in the choice start from the working folder.
///
/// # Errors
/// Where its parameters go together with no set, or its figures are damaged.
pub fn load(set: &ChosenSet) -> Result<DataSet, DataError> {
    let name = set.name();
    let set = (set.entry.load)(&set.choice)?;
    let gaps = set.recipe.is_some();
    let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite() || (gaps && number.is_nan()));
    let targets_finite = match &set.target {
        Target::Objective(Objective::Quadratic(matrix)) => finite(matrix.data()),
        target => finite(target.numbers()),
    };
    if !(set.features.are_bytes() || set.features.pieces().all(|piece| finite(&piece))) || !targets_finite {
        return Err(DataFault::Values.error(format!("`{name}` holds numbers that are not finite")));
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
            *path = folder.join(path.as_ref()).to_string_lossy().into_owned().into();
        }
    }
    located
}
