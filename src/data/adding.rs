//! The adding problem: of a sequence of random numbers two are marked; their sum is asked for at the end.
//!
//! A sample has T steps of two features: a number uniform on [0, 1), and a mark that is 1 at one random step of the first
//! half and at one of the second, else 0. Target: the sum of the marked numbers; predicting their mean 1 leaves a squared
//! error of 1/6.
//!
//! Source: Hochreiter & Schmidhuber 1997, section 5.4, with numbers from [0, 1) as in Martens & Sutskever 2011.

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "adding",
        description: "sequences: the sum of the two marked numbers (generated, regression)",
        revision: 1,
        source: "Hochreiter & Schmidhuber 1997, section 5.4; data/adding.rs",
        parameters: &[
            samples(1000),
            Parameter::with_default(
                "steps",
                "length T",
                ParameterKind::Integer { least: 2, most: 1000 },
                Value::Integer(20),
            )
            .in_unit("steps"),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, steps) = (choice.count("samples"), choice.count("steps"));
    check_size(m, 2 * steps)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let half = u32::try_from(steps / 2).expect("at most a thousand steps");
    let rest = u32::try_from(steps).expect("at most a thousand steps") - half;
    let mut data = Vec::with_capacity(m * 2 * steps);
    let mut targets = Vec::with_capacity(m);
    for _ in 0..m {
        let marked = [stream.below(half) as usize, (half + stream.below(rest)) as usize];
        let numbers: Vec<f64> = (0..steps).map(|_| stream.uniform()).collect();
        for (step, &number) in numbers.iter().enumerate() {
            data.extend([number, if marked.contains(&step) { 1.0 } else { 0.0 }]);
        }
        targets.push(numbers[marked[0]] + numbers[marked[1]]);
    }
    let shape = Shape::Sequence { steps, features: 2 };
    Ok(DataSet::shaped(Matrix::new(m, 2 * steps, data), shape, Target::Values(targets)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_the_sums_of_one_number_from_each_half() {
        let set = load(&Choice::of(&ENTRY.entry)).unwrap();
        let Target::Values(targets) = &set.target else { panic!("numbers") };
        for (sample, &target) in targets.iter().enumerate() {
            let row = set.features.row(sample);
            let half = |steps: std::ops::Range<usize>| -> Vec<f64> {
                steps.filter(|step| row[2 * step + 1] == 1.0).map(|step| row[2 * step]).collect()
            };
            let (first, second) = (half(0..10), half(10..20));
            assert_eq!((first.len(), second.len()), (1, 1));
            assert_eq!(first[0] + second[0], target);
        }
    }
}
