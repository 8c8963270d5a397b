//! Gaussian linear regression with a chosen condition number and noise.
//!
//! X = Z D, Z with orthonormal columns times √m (from independent normal draws by modified Gram–Schmidt, twice), so that
//! XᵀX/m = D² and the condition number of X is D's largest entry over its smallest, exactly as asked; D falls from 1 to
//! 1/condition in equal ratios. y = X D⁻¹ w + noise · N(0, 1), w normal with ‖w‖ = 1: without noise the targets' mean
//! square is 1. There is no intercept in truth; where m ≤ n the columns cannot be orthonormal and the draw is refused.
//! Standardization would undo the scaling, so set `data.standardize = false` to see the condition number.

use super::{DataEntry, DataSet, SEED, Target, samples};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind, Range};

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "linear",
        description: "Gaussian linear regression with a chosen condition number and noise (generated)",
        revision: 1,
        source: "data/linear.rs",
        parameters: &[
            samples(300),
            Parameter {
                name: "features",
                description: "number of features n, fewer than samples",
                kind: ParameterKind::Integer { least: 1, most: 1000 },
                default: Some(Default::Integer(10)),
            },
            Parameter {
                name: "condition",
                description: "condition number of X",
                kind: ParameterKind::Number(Range { low: 1.0, low_within: true, high: 1e12, high_within: true }),
                default: Some(Default::Number(10.0)),
            },
            Parameter {
                name: "noise",
                description: "standard deviation of the targets' noise",
                kind: ParameterKind::Number(Range::NOT_NEGATIVE),
                default: Some(Default::Number(0.1)),
            },
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load,
};

/// samples · features², four operations each: some ten seconds.
const MOST_WORK: usize = 5_000_000_000;

#[allow(clippy::cast_precision_loss)]
fn load(choice: &Choice) -> Result<DataSet, String> {
    let (m, n) = (choice.count("samples"), choice.count("features"));
    if n >= m {
        return Err(format!("`linear` with {n} features needs more than {n} samples, got {m}"));
    }
    super::check_size(m, n)?;
    if m.saturating_mul(n * n) > MOST_WORK {
        return Err(format!("`linear` of {m} samples and {n} features takes too long to make orthogonal"));
    }
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let ones = vec![1.0 / (m as f64).sqrt(); m];
    let columns = orthonormal_columns(vec![ones], m, n, &mut stream);
    let mut w: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let length = norm(&w);
    for weight in &mut w {
        *weight /= length;
    }

    let step = if n > 1 { 1.0 / (n - 1) as f64 } else { 0.0 };
    let scale: Vec<f64> = (0..n).map(|j| libm::pow(choice.number("condition"), -(j as f64) * step)).collect();
    let root = (m as f64).sqrt();
    let mut data = Vec::with_capacity(m * n);
    let mut targets = Vec::with_capacity(m);
    for i in 0..m {
        let z = columns.iter().map(|column| root * column[i]);
        targets.push(z.clone().zip(&w).fold(0.0, |sum, (z, w)| sum + z * w));
        data.extend(z.zip(&scale).map(|(z, d)| z * d));
    }
    for target in &mut targets {
        *target += choice.number("noise") * stream.normal();
    }
    Ok(DataSet::flat(Matrix::new(m, n, data), Target::Values(targets)))
}

/// n vectors of m numbers, of length 1 and at right angles to one another and to those given.
pub fn orthonormal_columns(given: Vec<Vec<f64>>, m: usize, n: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let before = given.len();
    let mut columns = given;
    for _ in 0..n {
        let mut column: Vec<f64> = (0..m).map(|_| stream.normal()).collect();
        for _twice in 0..2 {
            for earlier in &columns {
                let overlap = dot(&column, earlier);
                column.iter_mut().zip(earlier).for_each(|(value, e)| *value -= overlap * e);
            }
        }
        let length = norm(&column);
        for value in &mut column {
            *value /= length;
        }
        columns.push(column);
    }
    columns.split_off(before)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + a * b)
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Value;

    #[test]
    fn the_gram_matrix_is_as_asked() {
        let choice = Choice::of(&ENTRY.entry)
            .with("condition", Value::Number(1000.0))
            .with("features", Value::Integer(4))
            .with("noise", Value::Number(0.0));
        let set = load(&choice).unwrap();
        let Target::Values(targets) = &set.target else { panic!("regression") };
        // Rounding of 300 additions: far below 1e-13.
        for (j, d) in [1.0, 0.1, 0.01, 0.001].into_iter().enumerate() {
            let square = (0..300).map(|i| set.features.row(i)[j].powi(2)).sum::<f64>() / 300.0;
            assert!((square / (d * d) - 1.0).abs() < 1e-13, "column {j}: {square}");
        }
        let cross = (0..300).map(|i| set.features.row(i)[0] * set.features.row(i)[3]).sum::<f64>() / 300.0;
        assert!(cross.abs() < 1e-13 * 0.001 * 100.0, "{cross}");
        assert!((targets.iter().map(|y| y * y).sum::<f64>() / 300.0 - 1.0).abs() < 1e-13);
    }

    #[test]
    fn more_features_than_samples_are_refused() {
        let choice = Choice::of(&ENTRY.entry).with("samples", Value::Integer(10));
        assert!(load(&choice).unwrap_err().contains("needs more than 10 samples, got 10"));
    }
}
