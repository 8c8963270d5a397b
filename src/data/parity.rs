//! Parity: whether the number of ones in a sequence of bits is odd, asked at the end or after every bit.
//!
//! A sample has T steps of one feature, 0 or 1 with equal probability. Class 1: odd.
//!
//! Source: Minsky & Papert 1969 for the predicate; as a task for recurrent networks, Hochreiter & Schmidhuber 1997.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "parity",
        description: "sequences of bits: is the number of ones odd (generated)",
        revision: 1,
        source: "Minsky & Papert 1969; data/parity.rs",
        parameters: &[
            samples(1000),
            Parameter::with_default(
                "steps",
                "length T",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(8),
            )
            .in_unit("steps"),
            Parameter::with_default(
                "answer",
                "after the `last` step, or at `every` step for the bits so far",
                ParameterKind::OneOf(&["last", "every"]),
                Value::word("last"),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, steps) = (choice.count("samples"), choice.count("steps"));
    check_size(m, steps)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let bits: Vec<u32> = (0..m * steps).map(|_| stream.below(2)).collect();
    let mut labels = Vec::new();
    for sample in bits.chunks_exact(steps) {
        let so_far = sample.iter().scan(0, |odd, bit| {
            *odd ^= bit;
            Some(*odd)
        });
        labels.extend(so_far.skip(if choice.text("answer") == "every" { 0 } else { steps - 1 }));
    }
    let features = Matrix::new(m, steps, bits.into_iter().map(f64::from).collect());
    Ok(DataSet::shaped(features, Shape::Sequence { steps, features: 1 }, Target::Classes { labels, count: 2 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_counts_the_ones_so_far() {
        let choice = Choice::of(&ENTRY.entry);
        let last = load(&choice).unwrap();
        let every = load(&choice.with("answer", Value::word("every"))).unwrap();
        let (Target::Classes { labels: last, .. }, Target::Classes { labels, .. }) = (&last.target, &every.target)
        else {
            panic!("classes")
        };
        assert_eq!((every.positions(), last.len()), (8, every.samples()));
        for sample in 0..every.samples() {
            for step in 0..8 {
                let ones: f64 = every.features.row(sample)[..=step].iter().sum();
                assert_eq!(f64::from(labels[sample * 8 + step]), ones % 2.0);
            }
            assert_eq!(last[sample], labels[sample * 8 + 7]);
        }
    }
}
