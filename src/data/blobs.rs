//! Blobs with a chosen margin: classes that a linear model can separate, and by how much.
//!
//! Class c of K is centred on corner c of a regular simplex with edge 1 (K features at least). Each sample is its
//! corner plus spread · N(0, I), drawn again until it lies nearer to its own corner than to any other by `margin`,
//! measured from the boundary between the two. So the margin of the generated set is at least `margin`: a perceptron
//! must stop on it, and logistic regression has no finite minimum.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "blobs",
        description: "separable classes around the corners of a simplex, with a chosen margin (generated)",
        revision: 1,
        source: "data/blobs.rs",
        parameters: &[
            samples(300),
            Parameter::with_default(
                "classes",
                "number of classes K",
                ParameterKind::Integer { least: 2, most: 100 },
                Value::Integer(3),
            ),
            Parameter::with_default(
                "features",
                "number of features, at least K",
                ParameterKind::Integer { least: 2, most: 1000 },
                Value::Integer(3),
            ),
            Parameter::with_default(
                "spread",
                "standard deviation around a corner, in edges",
                ParameterKind::Number(Range { low: 0.0, low_within: false, high: 1.0, high_within: true }),
                Value::Number(0.2),
            ),
            Parameter::with_default(
                "margin",
                "least distance to the boundary between two classes, in edges",
                ParameterKind::Number(Range { low: 0.0, low_within: true, high: 0.4, high_within: true }),
                Value::Number(0.1),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

/// Draws may miss the margin this often, and ten times more per sample, before the spread is called too wide for it.
const MOST_MISSES: usize = 10_000;
const MISSES_PER_SAMPLE: usize = 10;

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, n, count) = (choice.count("samples"), choice.count("features"), choice.count("classes"));
    if n < count {
        return Err(
            DataFault::Parameters.error(format!("`blobs` of {count} classes needs at least {count} features, got {n}"))
        );
    }
    check_size(m, n)?;
    let (spread, margin) = (choice.number("spread"), choice.number("margin"));
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    // e_c/√2 are the corners of a simplex with edge 1, so the boundary between c and d is x_c = x_d, at the distance
    // (x_c − x_d)/√2.
    let corner = std::f64::consts::FRAC_1_SQRT_2;
    let (mut data, mut labels) = (Vec::with_capacity(m * n), Vec::with_capacity(m));
    let mut misses = 0;
    for i in 0..m {
        let class = i % count;
        let mut sample = vec![0.0; n];
        loop {
            for x in &mut sample {
                *x = spread * stream.normal();
            }
            sample[class] += corner;
            let nearest = (0..count).filter(|&d| d != class).map(|d| sample[d]).fold(f64::NEG_INFINITY, f64::max);
            if (sample[class] - nearest) * corner >= margin {
                break;
            }
            misses += 1;
            if misses > MOST_MISSES + MISSES_PER_SAMPLE * m {
                return Err(DataFault::Parameters
                    .error(format!("`blobs` with spread {spread} finds no samples with margin {margin}")));
            }
        }
        data.extend(sample);
        labels.push(u32::try_from(class).expect("at most 100 classes"));
    }
    Ok(DataSet::flat(Matrix::new(m, n, data), Target::Classes { labels, count }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_keeps_the_margin() {
        let choice = Choice::of(&ENTRY.entry).with("margin", Value::Number(0.25)).with("spread", Value::Number(0.5));
        let set = load(&choice).unwrap();
        let Target::Classes { labels, .. } = &set.target else { panic!("classes") };
        for (i, &class) in labels.iter().enumerate() {
            let x = set.features.row(i);
            for other in (0..3).filter(|&other| other != class as usize) {
                assert!((x[class as usize] - x[other]) / 2.0_f64.sqrt() >= 0.25 - 1e-15, "sample {i}"); // one rounding
            }
        }
    }

    #[test]
    fn too_few_features_are_refused() {
        let choice = Choice::of(&ENTRY.entry).with("classes", Value::Integer(4));
        assert!(load(&choice).unwrap_err().to_string().contains("at least 4 features, got 3"));
    }
}
