//! DeepOBS's `quadratic_deep`: the mean over 1,000 points x of ½ (θ−x)ᵀ Q (θ−x) in 100 dimensions, as that suite draws them.
//!
//! Q = Rᵀ diag(λ) R with 90 eigenvalues λ uniform on [0, 1), 10 uniform on [30, 60) and a random rotation R; coordinates of points are normal with
//! deviation 0.6, rounded to f32. All numbers come from NumPy's generator with seeds of the suite, 42 for Q, 42 for the training points and 43 for the test points,
//! and so are always the same.
//!
//! `split = { holdout = "own" }` trains on the 1,000 training points and tests on the first 896 test points, since the suite leaves out what does not fill a
//! batch of 128; the other 104 are the validation part. Use it with `initial = { kind = "point", … }`, all ones, `batch = 128` and `drop_last = true`.
//!
//! Source: Schneider, Balles & Hennig 2019, "DeepOBS: a deep learning optimizer benchmark suite"; R by Diaconis & Shahshahani 1987, "The subgroup algorithm for
//! generating uniform random variables".

use super::entry::DataEntry;
use super::error::DataError;
use super::rows::{OwnParts, PartName, Rows};
use super::set::{DataSet, Target};
use crate::num::{Matrix, Objective, RandomState};
use crate::registry::{Choice, Entry};
use std::f64::consts::PI;
use std::sync::Arc;

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "quadratic-deep",
        description: "no data: DeepOBS's quadratic of 100 dimensions, with its own points and parts; for `objective` (generated)",
        revision: 1,
        source: "Schneider, Balles & Hennig 2019; data/deepobs.rs",
        parameters: &[],
    },
    licence: "generated",
    citation: "Schneider, Balles & Hennig 2019",
    load: &load,
};

const DIMENSIONS: usize = 100;
const POINTS: usize = 1000;
/// Seven batches of 128.
const TESTED: usize = 896;
const NOISE: f64 = 0.6;

#[allow(clippy::unnecessary_wraps)] // the form that all have
fn load(_: &Choice) -> Result<DataSet, DataError> {
    let part = |row: usize| match row {
        row if row < POINTS => PartName::Train,
        row if row < POINTS + TESTED => PartName::Test,
        _ => PartName::Validation,
    };
    let features = Matrix::new(2 * POINTS, DIMENSIONS, [points(42), points(43)].concat());
    let target = Target::Objective(Objective::Quadratic(Arc::new(hessian())));
    let own = Some(OwnParts::Each((0..2 * POINTS).map(part).collect()));
    Ok(DataSet { rows: Rows { own, ..Rows::default() }, ..DataSet::flat(features, target) })
}

#[allow(clippy::cast_possible_truncation)] // rounded as the suite rounds
fn points(seed: u32) -> Vec<f64> {
    let mut state = RandomState::new(seed);
    (0..POINTS * DIMENSIONS).map(|_| f64::from((NOISE * state.normal()) as f32)).collect()
}

/// Q, symmetric to the last bit.
fn hessian() -> Matrix<f64> {
    let mut state = RandomState::new(42);
    let mut between = |low: f64, high: f64| low + (high - low) * state.uniform();
    let eigenvalues: Vec<f64> =
        (0..DIMENSIONS).map(|i| if i < 90 { between(0.0, 1.0) } else { between(30.0, 60.0) }).collect();
    let rotation = rotation(&mut state);
    let entry = |i: usize, j: usize| {
        let term = |k: usize| rotation.row(k)[i] * eigenvalues[k] * rotation.row(k)[j];
        (0..DIMENSIONS).fold(0.0, |sum, k| sum + term(k))
    };
    let data = |at: usize| {
        let (i, j) = (at / DIMENSIONS, at % DIMENSIONS);
        entry(i.min(j), i.max(j))
    };
    Matrix::new(DIMENSIONS, DIMENSIONS, (0..DIMENSIONS * DIMENSIONS).map(data).collect())
}

/// A rotation, drawn uniformly: one of two dimensions, and for each further dimension a reflection that takes the first axis to a random direction.
fn rotation(state: &mut RandomState) -> Matrix<f64> {
    let angle = 2.0 * PI * state.uniform();
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let mut rotation = Matrix::new(2, 2, vec![cosine, sine, -sine, cosine]);
    for n in 3..=DIMENSIONS {
        let drawn: Vec<f64> = (0..n).map(|_| state.normal()).collect();
        let length = norm(&drawn);
        // The axis minus the direction, of length 1.
        let apart: Vec<f64> = drawn.iter().enumerate().map(|(i, v)| f64::from(u8::from(i == 0)) - v / length).collect();
        let length = norm(&apart);
        let apart: Vec<f64> = apart.iter().map(|x| x / length).collect();
        let mut larger = Matrix::zeros(n, n);
        larger.data_mut()[0] = 1.0;
        for row in 1..n {
            larger.data_mut()[row * n + 1..(row + 1) * n].copy_from_slice(rotation.row(row - 1));
        }
        let along: Vec<f64> = (0..n).map(|j| (0..n).fold(0.0, |sum, i| sum + apart[i] * larger.row(i)[j])).collect();
        larger.data_mut().iter_mut().enumerate().for_each(|(at, r)| *r -= 2.0 * apart[at / n] * along[at % n]);
        rotation = larger;
    }
    rotation.data_mut().iter_mut().for_each(|r| *r = -*r);
    rotation
}

fn norm(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |sum, x| sum + x * x).sqrt()
}

#[cfg(test)]
#[allow(clippy::unreadable_literal)] // as NumPy prints them
mod tests {
    use super::*;

    /// Entries of Q and coordinates of points by NumPy, tests/oracles/deepobs.py; 1e-11 is some hundred roundings of numbers up to 60.
    #[test]
    fn q_and_the_points_are_those_of_numpy() {
        let q = hessian();
        for (i, j, expected) in Q {
            assert!((q.row(i)[j] - expected).abs() < 1e-11, "{i}, {j}: {}", q.row(i)[j]);
        }
        for (seed, place, expected) in POINT {
            assert_eq!(points(seed)[place], expected, "{seed}, {place}");
        }
    }

    /// The loss of the first tested points at θ = (1, …, 1): each published run begins with it.
    #[test]
    fn the_untrained_loss_is_the_published_one() {
        let (q, points) = (hessian(), points(43));
        let loss = |x: &[f64]| {
            let apart: Vec<f64> = x.iter().map(|x| 1.0 - x).collect();
            let product = |i: usize| (0..DIMENSIONS).fold(0.0, |sum, j| sum + q.row(i)[j] * apart[j]);
            0.5 * (0..DIMENSIONS).fold(0.0, |sum, i| sum + apart[i] * product(i))
        };
        let mean = points.chunks(DIMENSIONS).take(TESTED).map(loss).sum::<f64>() / 896.0;
        assert!((mean - 353.446_764).abs() < 1e-4, "f32 of the published program: {mean}");
    }

    const Q: [(usize, usize, f64); 4] = [
        (0, 0, 6.221429443252536),
        (3, 7, 0.3974982334166829),
        (42, 99, 0.5673896676333554),
        (99, 99, 6.305663773355068),
    ];
    const POINT: [(u32, usize, f64); 4] = [
        (42, 0, 0.29802849888801575),
        (42, 99999, 0.07203776389360428),
        (43, 1, -0.5450888872146606),
        (43, 54321, 0.1433553546667099),
    ];
}
