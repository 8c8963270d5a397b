//! The data on which adaptive methods find a worse classifier than gradient descent, though both fit the training part.
//!
//! Sample i has y = ±1, + for a `positive` share of the samples, and 3 + 5m features: feature 1 is y; features 2 and 3 are
//! 1; of its own five features the first is 1 where y = +1, all five are 1 where y = −1; the others' are 0. Only feature 1
//! tells a new sample's class. From w = 0 without a bias, adaptive methods' steps are ± the same in each feature, so
//! w ∝ sign(Xᵀy), and a new sample gets y + 2 > 0: always +. Gradient descent goes to the minimum-norm solution, which
//! classifies right where more than a third is positive.
//!
//! Class 1 is y = +1. Use it with `model.kind = "adaline"`, `model.bias = false`, `data.standardize = false` and full
//! batches.
//!
//! Source: Wilson, Roelofs, Stern, Srebro & Recht 2017, section 3.3.

use super::entry::{DataEntry, SEED, check_size};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "wilson",
        description: "2 classes on which adaptive methods generalize worse than gradient descent (generated)",
        revision: 1,
        source: "Wilson et al. 2017, section 3.3; data/wilson.rs",
        parameters: &[
            Parameter::with_default(
                "samples",
                "number of samples m, each with five features of its own",
                ParameterKind::Integer { least: 3, most: 3000 },
                Value::Integer(200),
            ),
            Parameter::with_default(
                "positive",
                "share of the samples with y = +1, rounded to whole samples",
                ParameterKind::Number(Range { low: 0.5, low_within: false, high: 1.0, high_within: false }),
                Value::Number(0.75),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // at most 3000
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let m = choice.count("samples");
    let n = 3 + 5 * m;
    check_size(m, n)?;
    let positive = (choice.number("positive") * m as f64).round() as usize;
    let mut labels: Vec<u32> = (0..m).map(|sample| u32::from(sample < positive)).collect();
    Stream::new(choice.integer("seed"), Purpose::Data, 0).shuffle(&mut labels);
    let mut features = Matrix::zeros(m, n);
    for (sample, &label) in labels.iter().enumerate() {
        let row = &mut features.data_mut()[sample * n..(sample + 1) * n];
        row[..3].copy_from_slice(&[if label == 1 { 1.0 } else { -1.0 }, 1.0, 1.0]);
        let own = 3 + 5 * sample;
        row[own..own + if label == 1 { 1 } else { 5 }].fill(1.0);
    }
    Ok(DataSet::flat(features, Target::Classes { labels, count: 2 }))
}
