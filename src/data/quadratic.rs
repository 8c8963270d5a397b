//! Quadratics: the mean over points x of ½ (θ−x)ᵀ Q (θ−x), with a chosen spectrum, rotation and noise.
//!
//! Q = R diag(λ) Rᵀ with eigenvalues λ from 1 to 1/condition, in equal ratios (`log`) or equal steps (`linear`); R is the
//! identity or a random rotation (Gram–Schmidt on normal draws). The points are c + noise · N(0, I), c normal with
//! ‖c‖ = √n, so that the start θ = 0 is as far from the minimum in any number of dimensions. One batch's gradient is
//! Q (θ − mean of its points): mini-batches make the gradient noisy, the full batch does not. All points are training,
//! validation and test part, so that what is trained is this mean. With `samples = 1` there is no noise.
//!
//! Source: the standard example for momentum, Polyak 1964; Goh 2017.

use super::entry::{DataEntry, SEED, check_size};
use super::error::DataError;
use super::linear::orthonormal_columns;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Objective, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;
use std::sync::Arc;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "quadratic",
        description: "no data: the mean over random points x of ½ (θ-x)ᵀ Q (θ-x); for `objective` (generated)",
        revision: 1,
        source: "Polyak 1964, for its use; data/quadratic.rs",
        parameters: &[
            Parameter::with_default(
                "dimensions",
                "length n of θ",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(10),
            ),
            Parameter::with_default(
                "condition",
                "largest over smallest eigenvalue of Q",
                ParameterKind::Number(Range { low: 1.0, low_within: true, high: 1e12, high_within: true }),
                Value::Number(100.0),
            ),
            Parameter::with_default(
                "spectrum",
                "eigenvalues in equal ratios, `log`, or equal steps, `linear`",
                ParameterKind::OneOf(&["log", "linear"]),
                Value::word("log"),
            ),
            Parameter::with_default(
                "rotation",
                "`random`, or `none` for a diagonal Q",
                ParameterKind::OneOf(&["random", "none"]),
                Value::word("random"),
            ),
            Parameter::with_default(
                "samples",
                "number of points",
                ParameterKind::Integer { least: 1, most: 1_000_000 },
                Value::Integer(1),
            ),
            Parameter::with_default(
                "noise",
                "standard deviation of each point's coordinates around their centre",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(1.0),
            ),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

#[allow(clippy::cast_precision_loss)] // dimensions stay below 2⁵³
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (n, m) = (choice.count("dimensions"), choice.count("samples"));
    check_size(m, n)?;
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let smallest = 1.0 / choice.number("condition");
    let eigenvalue = |i: usize| {
        let share = if n > 1 { i as f64 / (n - 1) as f64 } else { 0.0 };
        if choice.text("spectrum") == "log" { libm::pow(smallest, share) } else { 1.0 - share * (1.0 - smallest) }
    };
    let matrix = if choice.text("rotation") == "none" {
        let mut matrix = Matrix::zeros(n, n);
        (0..n).for_each(|i| matrix.data_mut()[i * n + i] = eigenvalue(i));
        matrix
    } else {
        let axes = orthonormal_columns(Vec::new(), n, n, &mut stream);
        let entry = |i: usize, j: usize| (0..n).fold(0.0, |sum, k| sum + axes[k][i] * eigenvalue(k) * axes[k][j]);
        // Symmetric to the last bit.
        Matrix::new(n, n, (0..n * n).map(|at| entry((at / n).min(at % n), (at / n).max(at % n))).collect())
    };
    let mut centre: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let length = centre.iter().fold(0.0, |sum, c| sum + c * c).sqrt();
    centre.iter_mut().for_each(|c| *c *= (n as f64).sqrt() / length);
    let noise = if m == 1 { 0.0 } else { choice.number("noise") };
    let points =
        (0..m * n).map(|at| centre[at % n] + if noise > 0.0 { noise * stream.normal() } else { 0.0 }).collect();
    let target = Target::Objective(Objective::Quadratic(Arc::new(matrix)));
    Ok(DataSet::flat(Matrix::new(m, n, points), target))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tr(Q) = Σ λ and tr(Q²) = Σ λ² whatever the rotation; 1e-13 is a hundred roundings of sums near 2.
    #[test]
    fn the_spectrum_is_as_asked() {
        for spectrum in ["log", "linear"] {
            for rotation in ["none", "random"] {
                let choice = Choice::of(&ENTRY.entry)
                    .with("spectrum", Value::text(spectrum))
                    .with("rotation", Value::text(rotation))
                    .with("dimensions", Value::Integer(5));
                let Target::Objective(Objective::Quadratic(q)) = load(&choice).unwrap().target else { panic!() };
                let expected: [f64; 5] = match spectrum {
                    "log" => [1.0, 0.1_f64.sqrt(), 0.1, 0.1_f64.powf(1.5), 0.01],
                    _ => [1.0, 0.7525, 0.505, 0.2575, 0.01],
                };
                let trace: f64 = (0..5).map(|i| q.row(i)[i]).sum();
                let squares: f64 = q.data().iter().map(|q| q * q).sum();
                assert!((trace - expected.iter().sum::<f64>()).abs() < 1e-13, "{spectrum} {rotation}");
                assert!((squares - expected.iter().map(|l| l * l).sum::<f64>()).abs() < 1e-13);
            }
        }
    }
}
