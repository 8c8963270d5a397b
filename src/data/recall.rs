//! Delayed recall: a symbol is shown, then only noise; at the end the network has to say which it was.
//!
//! A sample has delay + 2 steps of K + 1 features. Step 0: the symbol k as a one-hot vector; steps 1 to delay: noise ·
//! N(0, 1) in the K symbols' places; last step: 1 in the last feature, the cue. Class: k. Symbols take turns, so classes
//! are of equal size.
//!
//! Source: the latching problem of Bengio, Simard & Frasconi 1994, with K symbols.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "delayed-recall",
        description: "sequences: tell the first symbol after a delay of noise (generated)",
        revision: 1,
        source: "after Bengio, Simard & Frasconi 1994; data/recall.rs",
        parameters: &[
            samples(600),
            Parameter::with_default(
                "symbols",
                "number of symbols K, the classes",
                ParameterKind::Integer { least: 2, most: 100 },
                Value::Integer(4),
            ),
            Parameter::with_default(
                "delay",
                "steps of noise between symbol and cue",
                ParameterKind::Integer { least: 0, most: 1000 },
                Value::Integer(10),
            )
            .in_unit("steps"),
            Parameter::with_default(
                "noise",
                "standard deviation of the noise in each feature",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.1),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, symbols, delay) = (choice.count("samples"), choice.count("symbols"), choice.count("delay"));
    let (steps, features) = (delay + 2, symbols + 1);
    check_size(m, steps * features)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let mut data = Vec::with_capacity(m * steps * features);
    let mut labels = Vec::with_capacity(m);
    for sample in 0..m {
        let symbol = sample % symbols;
        labels.push(u32::try_from(symbol).expect("at most a hundred symbols"));
        data.extend((0..features).map(|feature| if feature == symbol { 1.0 } else { 0.0 }));
        for _ in 0..delay {
            data.extend((0..symbols).map(|_| choice.number("noise") * stream.normal()));
            data.push(0.0);
        }
        data.extend((0..features).map(|feature| if feature == symbols { 1.0 } else { 0.0 }));
    }
    let target = Target::Classes { labels, count: symbols };
    Ok(DataSet::shaped(Matrix::new(m, steps * features, data), Shape::Sequence { steps, features }, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_tells_and_the_last_asks() {
        let set = load(&Choice::of(&ENTRY.entry)).unwrap();
        let Target::Classes { labels, count: 4 } = &set.target else { panic!("four classes") };
        for (sample, &label) in labels.iter().enumerate() {
            let row = set.features.row(sample);
            assert!((0..5).all(|k| row[k] == f64::from(u8::from(k == label as usize))));
            assert_eq!(row[11 * 5..], [0.0, 0.0, 0.0, 0.0, 1.0]);
        }
    }
}
