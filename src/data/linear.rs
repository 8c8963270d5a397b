//! Gaussian linear regression with a chosen condition number and noise.
//!
//! X = Z D, Z with orthonormal columns times √m (from independent normal draws by modified Gram–Schmidt, twice), so that
//! XᵀX/m = D² and the condition number of X is D's largest entry over its smallest, exactly as asked; D falls from 1 to
//! 1/condition in equal ratios. y = X D⁻¹ w + noise · N(0, 1), w normal with ‖w‖ = 1: without noise the targets' mean
//! square is 1. There is no intercept in truth; where m ≤ n the columns cannot be orthonormal and the draw is refused.
//!
//! These columns have different scales, which standardization undoes. With `columns = "collinear"` X = Z B with columns of
//! one length instead: BᵀB is a random correlation matrix whose eigenvalues are D² times n / tr D². So the columns depend on
//! one another, X has the condition number as before, and standardization changes nothing but what the training part's
//! means and deviations differ by from those of the whole. Targets and Z are the same as without.
//!
//! With `columns = "independent"` Z has independent normal numbers, and there may be more features than samples: the rows are draws of one
//! distribution, as the theory of least squares supposes it.
//!
//! B is D times a random rotation, and n − 1 plane rotations of two columns each make one column's length 1: Bendel and Mickey
//! 1978; Davies and Higham 2000, "Numerically stable generation of correlation matrices and their factors".

use super::entry::{DataEntry, SEED, check_size, samples};
use super::error::{DataError, DataFault};
use super::set::{DataSet, Target};
use crate::num::{Matrix, Purpose, Stream};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "linear",
        description: "Gaussian linear regression with a chosen condition number and noise (generated)",
        revision: 1,
        source: "data/linear.rs",
        parameters: &[
            samples(300),
            Parameter::with_default(
                "features",
                "number of features n, fewer than samples unless columns are independent",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(10),
            ),
            Parameter::with_default(
                "condition",
                "condition number of X",
                ParameterKind::Number(Range { low: 1.0, low_within: true, high: 1e12, high_within: true }),
                Value::Number(10.0),
            ),
            Parameter::with_default(
                "noise",
                "standard deviation of the targets' noise",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(0.1),
            ),
            Parameter::with_default(
                "columns",
                "columns of different scales, which standardization undoes, or of one scale that depend on one another, or independent draws",
                ParameterKind::OneOf(&[SCALED, COLLINEAR, INDEPENDENT]),
                Value::word(SCALED),
            )
            .left_out(),
            SEED,
        ],
    },
    licence: "generated",
    citation: "burnmark",
    load: &load,
};

const SCALED: &str = "scaled";
const COLLINEAR: &str = "collinear";
const INDEPENDENT: &str = "independent";

/// Whether a choice of this set has columns whose scales alone make its condition number.
pub fn is_scaled(choice: &Choice) -> bool {
    columns(choice) != COLLINEAR
}

fn columns(choice: &Choice) -> &str {
    choice.parameters.get("columns").and_then(Value::as_text).unwrap_or(SCALED)
}

/// samples · features², four operations each: some ten seconds.
const MOST_WORK: usize = 5_000_000_000;

#[allow(clippy::cast_precision_loss)]
fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let (m, n) = (choice.count("samples"), choice.count("features"));
    let independent = columns(choice) == INDEPENDENT;
    if n >= m && !independent {
        return Err(DataFault::Parameters.error(format!(
            "`linear` with {n} features needs more than {n} samples, got {m}; `columns = \"independent\"` takes fewer"
        )));
    }
    if n < 2 && !is_scaled(choice) {
        return Err(DataFault::Parameters.error("`linear` with collinear columns needs at least 2 features"));
    }
    check_size(m, n)?;
    if !independent && m.saturating_mul(n * n) > MOST_WORK {
        return Err(DataFault::Parameters
            .error(format!("`linear` of {m} samples and {n} features takes too long to make orthogonal")));
    }
    let mut stream = Stream::new(choice.integer("seed"), Purpose::Data, 0);
    let root = (m as f64).sqrt();
    let (columns, root) = if independent {
        ((0..n).map(|_| (0..m).map(|_| stream.normal()).collect()).collect::<Vec<Vec<f64>>>(), 1.0)
    } else {
        (orthonormal_columns(vec![vec![1.0 / root; m]], m, n, &mut stream), root)
    };
    let mut w: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
    let length = norm(&w);
    for weight in &mut w {
        *weight /= length;
    }

    let step = if n > 1 { 1.0 / (n - 1) as f64 } else { 0.0 };
    let scale: Vec<f64> = (0..n).map(|j| libm::pow(choice.number("condition"), -(j as f64) * step)).collect();
    let rotation = (!is_scaled(choice)).then(|| of_one_length(&scale, choice.integer("seed")));
    let mut data = Vec::with_capacity(m * n);
    let mut targets = Vec::with_capacity(m);
    for i in 0..m {
        let z = columns.iter().map(|column| root * column[i]);
        targets.push(z.clone().zip(&w).fold(0.0, |sum, (z, w)| sum + z * w));
        match &rotation {
            None => data.extend(z.zip(&scale).map(|(z, d)| z * d)),
            Some(b) => data.extend(b.iter().map(|b| z.clone().zip(b).fold(0.0, |sum, (z, b)| sum + z * b))),
        }
    }
    for target in &mut targets {
        *target += choice.number("noise") * stream.normal();
    }
    Ok(DataSet::flat(Matrix::new(m, n, data), Target::Values(targets)))
}

/// The columns of B: n vectors of n numbers, of length 1, with singular values in the ratios of `scale`.
#[allow(clippy::cast_precision_loss)] // a count of features
fn of_one_length(scale: &[f64], seed: u64) -> Vec<Vec<f64>> {
    let n = scale.len();
    let unit = (n as f64).sqrt() / norm(scale);
    let mut columns = orthonormal_columns(Vec::new(), n, n, &mut Stream::new(seed, Purpose::Data, 1));
    for column in &mut columns {
        column.iter_mut().zip(scale).for_each(|(b, d)| *b *= unit * d);
    }
    for _ in 1..n {
        let lengths: Vec<f64> = columns.iter().map(|column| dot(column, column)).collect();
        let by_length = |a: &usize, b: &usize| lengths[*a].total_cmp(&lengths[*b]);
        let (Some(short), Some(long)) = ((0..n).min_by(by_length), (0..n).max_by(by_length)) else { break };
        if lengths[short] < 1.0 && lengths[long] > 1.0 {
            rotate(&mut columns, (short, lengths[short]), (long, lengths[long]));
        }
    }
    columns
}

/// Turns two columns, one shorter and one longer than 1, in their plane so that the shorter one has length 1.
fn rotate(columns: &mut [Vec<f64>], (short, a): (usize, f64), (long, b): (usize, f64)) {
    // (b − 1) t² − 2 g t + (a − 1) = 0 has roots of both signs; the smaller one turns less.
    let g = dot(&columns[short], &columns[long]);
    let root = (g * g - (a - 1.0) * (b - 1.0)).sqrt();
    let t = (a - 1.0) / if g < 0.0 { g - root } else { g + root };
    let c = 1.0 / (1.0 + t * t).sqrt();
    let s = c * t;
    let Ok([short, long]) = columns.get_disjoint_mut([short, long]) else { return };
    for (x, y) in short.iter_mut().zip(long) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
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

    fn collinear(condition: f64, features: u64) -> Choice {
        Choice::of(&ENTRY.entry)
            .with("condition", Value::Number(condition))
            .with("features", Value::Integer(features))
            .with("columns", Value::text(COLLINEAR))
    }

    /// Largest over smallest singular value of some rows.
    fn condition(features: &Matrix<f64>, rows: &[usize]) -> f64 {
        let rows = features.gather(rows);
        let (m, n) = (rows.rows(), rows.cols());
        let transposed = (0..n).flat_map(|j| (0..m).map(move |i| (i, j))).map(|(i, j)| rows.row(i)[j]).collect();
        let values = crate::num::singular_values(Matrix::new(n, m, transposed));
        values[0] / values[n - 1]
    }

    #[test]
    fn collinear_columns_have_one_length_and_the_condition_number() {
        for (asked, features) in [(1.0, 2), (10.0, 10), (1e3, 5), (1e7, 10), (1e10, 30)] {
            let set = load(&collinear(asked, features)).unwrap();
            let all: Vec<usize> = (0..300).collect();
            for j in 0..set.features.cols() {
                let (sum, squares) =
                    all.iter().map(|&i| set.features.row(i)[j]).fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
                assert!(
                    (squares / 300.0 - 1.0).abs() < 1e-12 && sum.abs() < 1e-10,
                    "{asked} {features} {j}: {squares}"
                );
            }
            // Roundings of the largest singular value, relative to the smallest.
            let found = condition(&set.features, &all);
            assert!((found / asked - 1.0).abs() < 1e-13 * asked + 1e-12, "{asked} {features}: {found}");
        }
    }

    /// More features than samples; columns vary as a distribution's draws do, and depend on one another by chance alone.
    #[test]
    fn independent_columns_may_be_more_than_samples() {
        let of = |samples: u64, features: u64| {
            let choice = Choice::of(&ENTRY.entry)
                .with("samples", Value::Integer(samples))
                .with("features", Value::Integer(features))
                .with("condition", Value::Number(1.0))
                .with("columns", Value::text(INDEPENDENT));
            load(&choice).unwrap()
        };
        assert_eq!((of(20, 300).features.rows(), of(20, 300).features.cols()), (20, 300));
        let set = of(4000, 3);
        let mean = |f: &dyn Fn(&[f64]) -> f64| (0..4000).map(|i| f(set.features.row(i))).sum::<f64>() / 4000.0;
        // Five standard errors: of a mean 0.08, of a mean square 0.11.
        assert!(mean(&|x| x[0]).abs() < 0.08 && (mean(&|x| x[1] * x[1]) - 1.0).abs() < 0.11);
        assert!(mean(&|x| x[0] * x[2]).abs() < 0.08);
        assert!(load(&Choice::of(&ENTRY.entry).with("features", Value::Integer(300))).is_err(), "scaled ones may not");
    }

    /// What the columns are is all that differs.
    #[test]
    fn targets_are_those_of_scaled_columns() {
        let scaled = Choice::of(&ENTRY.entry).with("condition", Value::Number(100.0));
        let (scaled, collinear) = (load(&scaled).unwrap(), load(&collinear(100.0, 10)).unwrap());
        assert!(scaled.target == collinear.target && scaled.features != collinear.features);
    }

    /// On the standardized training part the condition number of scaled columns is that of chance, and that of collinear ones stays.
    #[test]
    fn collinear_columns_stay_so_when_they_are_standardized() {
        let of = |choice: &Choice| {
            let set = load(choice).unwrap();
            let parts = crate::data::split(&set, crate::data::Shares::USUAL, 1).unwrap();
            let train = crate::data::Prepared::<f64>::new(&set, &parts, true).train.inputs;
            condition(&train, &(0..train.rows()).collect::<Vec<_>>())
        };
        for asked in [1e2, 1e4, 1e7] {
            let scaled = Choice::of(&ENTRY.entry).with("condition", Value::Number(asked));
            let (scaled, collinear) = (of(&scaled), of(&collinear(asked, 10)));
            assert!(scaled < 2.0 && (0.5..2.0).contains(&(collinear / asked)), "{asked}: {scaled} {collinear}");
        }
    }

    #[test]
    fn one_column_depends_on_none() {
        assert!(load(&collinear(10.0, 1)).unwrap_err().to_string().contains("needs at least 2 features"));
    }

    #[test]
    fn more_features_than_samples_are_refused() {
        let choice = Choice::of(&ENTRY.entry).with("samples", Value::Integer(10));
        assert!(load(&choice).unwrap_err().to_string().contains("needs more than 10 samples, got 10"));
    }
}
