//! Autoencoders: the features of another set are its targets, too.
//!
//! Each of the n numbers of a sample is an answer, so a sample has n of them; scaled targets are the scaled features. Noise on the inputs
//! (`regularize.input_noise`) leaves the targets as they are: a denoising autoencoder.
//!
//! - `of`: the set, with its usual parameters, `digits` unless given; its own targets are left out.
//!
//! Rumelhart, Hinton & Williams 1986, "Learning internal representations by error propagation", section 8.

use super::builtin;
use super::entry::DataEntry;
use super::error::DataError;
use super::set::{DataSet, Target};
use super::{blobs, moons, reber, recall, spirals};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

/// The sets whose features can be targets.
const SETS: [&DataEntry; 10] = [
    &builtin::DIGITS,
    &builtin::IRIS,
    &builtin::WINE,
    &builtin::BREAST_CANCER,
    &builtin::DIABETES,
    &moons::ENTRY,
    &spirals::ENTRY,
    &blobs::ENTRY,
    &recall::ENTRY,
    &reber::ENTRY,
];

const NAMES: &[&str] = &{
    let mut names = [""; SETS.len()];
    let mut place = 0;
    while place < SETS.len() {
        names[place] = SETS[place].entry.name;
        place += 1;
    }
    names
};

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "autoencoder",
        description: "the features of another set, to be given back: its targets are its inputs",
        revision: 1,
        source: "Rumelhart, Hinton & Williams 1986",
        parameters: &[Parameter::with_default(
            "of",
            "the set, with its usual parameters",
            ParameterKind::OneOf(NAMES),
            Value::word("digits"),
        )],
    },
    licence: "that of the set",
    citation: "that of the set",
    load: &load,
};

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let of = choice.text("of");
    let entry = SETS.iter().find(|known| known.entry.name == of).expect("one of the names");
    let set = (entry.load)(&Choice::of(&entry.entry))?;
    let target = Target::Values(set.features.data().to_vec());
    Ok(DataSet { target, gives_back: true, ..set })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Indices, Prepared, Targets};

    /// The targets are scaled as the features are, one by one, by the training part.
    #[test]
    fn scaled_targets_are_the_scaled_features() {
        for name in NAMES {
            let set = load(&Choice::of(&ENTRY.entry).with("of", Value::text(*name))).unwrap();
            let indices =
                Indices { train: (0..40).collect(), validation: (40..50).collect(), test: (50..60).collect() };
            for standardize in [true, false] {
                let prepared = Prepared::<f64>::new(&set, &indices, standardize);
                for part in [&prepared.train, &prepared.test] {
                    let Targets::Values(values) = &part.targets else { panic!("numbers") };
                    assert_eq!(values.data(), part.inputs.data(), "{name}");
                    assert_eq!(values.cols(), 1);
                }
            }
        }
    }
}
