//! Spirals: one arm per class, wound around the origin.
//!
//! Arm c of C: radius r uniform on [0.05, 1], angle 2π (turns · r + c/C); each coordinate plus noise · N(0, 1). The task
//! of Lang & Witbrock 1988 ("Learning to tell two spirals apart"), with as many arms as asked.

use super::entry::{DataEntry, SEED, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "spirals",
        description: "one spiral arm per class, 2 features (generated)",
        revision: 1,
        source: "Lang & Witbrock 1988; data/spirals.rs",
        parameters: &[
            samples(600),
            Parameter::with_default(
                "classes",
                "number of arms",
                ParameterKind::Integer { least: 2, most: 100 },
                Value::Integer(2),
            ),
            Parameter::with_default(
                "turns",
                "how often an arm winds around the origin",
                ParameterKind::Number(Range::POSITIVE),
                Value::Number(1.0),
            ),
            Parameter::with_default(
                "noise",
                "standard deviation of each coordinate's noise",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.02),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

#[allow(clippy::unnecessary_wraps)] // the registry's form
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, count) = (choice.count("samples"), choice.count("classes"));
    let (turns, noise) = (choice.number("turns"), choice.number("noise"));
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let (mut data, mut labels) = (Vec::with_capacity(2 * m), Vec::with_capacity(m));
    for i in 0..m {
        let class = u32::try_from(i % count).expect("at most 100 classes");
        let radius = 0.05 + 0.95 * stream.uniform();
        let angle = std::f64::consts::TAU * (turns * radius + f64::from(class) / choice.number("classes"));
        data.push(radius * libm::cos(angle) + noise * stream.normal());
        data.push(radius * libm::sin(angle) + noise * stream.normal());
        labels.push(class);
    }
    Ok(DataSet::flat(Matrix::new(m, 2, data), Target::Classes { labels, count }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_radius_and_angle_tell_the_arm() {
        let choice = Choice::of(&ENTRY.entry).with("noise", Value::Number(0.0)).with("classes", Value::Integer(3));
        let set = load(&choice).unwrap();
        let Target::Classes { labels, .. } = &set.target else { panic!("classes") };
        for (i, &class) in labels.iter().enumerate() {
            let (x, y) = (set.features.row(i)[0], set.features.row(i)[1]);
            let turns = y.atan2(x) / std::f64::consts::TAU - x.hypot(y);
            let arm = (turns * 3.0).rem_euclid(3.0);
            let off = (arm - f64::from(class)).abs();
            assert!(off.min(3.0 - off) < 1e-12, "{arm} for {class}"); // radius ≥ 0.05 amplifies roundings 20 times
        }
    }
}
