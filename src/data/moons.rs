//! Two moons: two interleaved half circles with Gaussian noise.
//!
//! Class 0: (cos t, sin t); class 1: (1 − cos t, ½ − sin t), t uniform on [0, π); each coordinate plus noise · N(0, 1).
//! scikit-learn's `make_moons` spaces t evenly instead.

use super::entry::{DataEntry, SEED, samples};
use super::error::DataError;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "two-moons",
        description: "two interleaved half circles, 2 features, 2 classes (generated)",
        revision: 1,
        source: "as scikit-learn's make_moons; data/moons.rs",
        parameters: &[samples(400), NOISE, SEED],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

const NOISE: Parameter = Parameter::with_default(
    "noise",
    "standard deviation of each coordinate's noise",
    ParameterKind::Number(Range::NOT_NEGATIVE),
    Value::Number(0.1),
);

#[allow(clippy::unnecessary_wraps)] // the registry's form
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, noise) = (choice.count("samples"), choice.number("noise"));
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let (mut data, mut labels) = (Vec::with_capacity(2 * m), Vec::with_capacity(m));
    for class in [0, 1].into_iter().cycle().take(m) {
        let t = std::f64::consts::PI * stream.uniform();
        let (x, y) = (libm::cos(t), libm::sin(t));
        let (x, y) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
        data.extend([x + noise * stream.normal(), y + noise * stream.normal()]);
        labels.push(class);
    }
    Ok(DataSet::flat(Matrix::new(m, 2, data), Target::Classes { labels, count: 2 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_noise_the_points_lie_on_their_half_circles() {
        let set = load(&Choice::of(&ENTRY.entry).with("noise", Value::Number(0.0))).unwrap();
        let Target::Classes { labels, .. } = &set.target else { panic!("classes") };
        for (i, &class) in labels.iter().enumerate() {
            let (x, y) = (set.features.row(i)[0], set.features.row(i)[1]);
            let (x, y) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
            assert!((x * x + y * y - 1.0).abs() < 1e-15 && y >= -1e-15, "{x}, {y}"); // two roundings
        }
    }
}
