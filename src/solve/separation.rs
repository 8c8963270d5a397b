//! Whether classes are separable, so that a likelihood has no finite maximum (lecture L8's erratum): with a proof.
//!
//! The loss falls for ever along a direction d with z·d ≥ 0 for every margin row z and > 0 for one: z_i = y_i x_i (y =
//! ±1) for two classes, x_i ⊗ (e_{y_i} − e_c) for each other class c of more. Complete separation: all z·d > 0. By
//! Stiemke's lemma there is such a d, or there are λ > 0 with Zᵀλ = 0, and not both. So:
//!
//! - a point whose margins are all greater than their rounding errors proves complete separation;
//! - at a maximum, where the iteration is at rest, the gradient is Zᵀλ with λ_i the probability of the wrong class, and it is 0: where these λ_i, but
//!   for the
//!   ones near 0, belong to rows that span the space, d could only be 0;
//! - else min ‖Zᵀλ‖ over λ ≥ 1 decides. It is a least squares problem with bounds; where its residual r = Zᵀλ is not 0,
//!   the
//!   conditions of its minimum say that z·r ≥ 0 for all rows: d = r. A d found so is believed only when every margin along
//!   it, computed anew, is at least 0 but for rounding.
//!
//! Albert & Anderson 1984 for the three cases; Lawson & Hanson 1974, chapter 23, for the bounds. R's `glm` warns of
//! fitted probabilities near 0 or 1; statsmodels warns of perfect prediction, and not of quasi-complete separation.

use super::{Design, MinimumNorm, Problem};
use crate::num::vector::{add_multiple, dot, norm};
use crate::num::{Cholesky, Gram, Matrix};

/// Rounding errors of z·d, relative to Σ_j |z_j d_j|: generous for sums of thousands of terms.
const ROUNDING: f64 = 1e-12;

/// Probabilities of the wrong class below this share of the largest may be 0 in the limit.
const NEAR_ZERO: f64 = 1e-5;

/// A direction's largest margin, for rows and d of length 1, that is more than rounding left over.
const REAL: f64 = 1e-9;

/// Whether all margins z·θ are greater than their rounding errors; `size` is Σ_j |z_j θ_j| of a row.
pub fn separates(rows: usize, margin: impl Fn(usize) -> f64, size: impl Fn(usize) -> f64) -> Option<Problem> {
    let separates = (0..rows).all(|row| margin(row) > ROUNDING * size(row));
    separates.then_some(Problem::Separable { complete: true })
}

/// Proof of separation from all margin rows and the probabilities of the wrong class where an iteration ended, one a row;
/// `row` writes p numbers. Where it is not at rest the gradient is not 0, and the probabilities prove nothing.
pub fn separation(p: usize, row: impl Fn(usize, &mut [f64]), probabilities: &[f64], at_rest: bool) -> Option<Problem> {
    let gather = |chosen: &[usize]| {
        let mut rows = Matrix::zeros(chosen.len(), p);
        for (&i, to) in chosen.iter().zip(rows.data_mut().chunks_exact_mut(p)) {
            row(i, to);
        }
        rows
    };
    let largest = probabilities.iter().fold(0.0, |largest: f64, &p| largest.max(p));
    let all: Vec<usize> = (0..probabilities.len()).collect();
    let counting: Vec<usize> = all.iter().copied().filter(|&i| probabilities[i] >= NEAR_ZERO * largest).collect();
    // Mostly a few of the counting rows span the space.
    let few = &counting[..counting.len().min(4 * p)];
    if at_rest && (counting.len() == all.len() || spans(&gather(few)) || spans(&gather(&counting))) {
        return None;
    }
    let mut rows = gather(&all);
    for row in rows.data_mut().chunks_exact_mut(p) {
        let length = norm(row);
        // A row of zeros is on every hyperplane.
        row.iter_mut().for_each(|z| *z /= if length > 0.0 { length } else { 1.0 });
    }
    let d = direction(&rows)?;
    let margins: Vec<f64> = (0..rows.rows()).map(|row| dot(rows.row(row), &d)).collect();
    let least = margins.iter().fold(f64::INFINITY, |least, &margin| least.min(margin));
    let most = margins.iter().fold(0.0, |most: f64, &margin| most.max(margin));
    (least >= -ROUNDING && most > REAL).then_some(Problem::Separable { complete: least > ROUNDING })
}

/// Whether rows span the whole space, well enough for no doubt.
fn spans(rows: &Matrix<f64>) -> bool {
    let mut gram = Gram::new(rows.cols());
    gram.add(rows.view(), None);
    rows.rows() >= rows.cols() && Cholesky::new(gram.lower(), 1e-8).is_ok()
}

/// The direction of least ‖Zᵀλ‖ over λ ≥ 1, of length 1; `None` if that is 0. Rows of length 1.
fn direction(rows: &Matrix<f64>) -> Option<Vec<f64>> {
    let (count, p) = (rows.rows(), rows.cols());
    let mut sum = vec![0.0; p];
    (0..count).for_each(|row| add_multiple(1.0, rows.row(row), &mut sum));
    // λ = 1 + μ, μ ≥ 0 and greater than 0 on the active rows only, whose margins along r are 0.
    let (mut active, mut mu): (Vec<usize>, Vec<f64>) = (Vec::new(), Vec::new());
    for _ in 0..50 + 10 * p {
        let r = unit(&part_without(&sum, &rows.gather(&active))?)?;
        let margin = |row: usize| if active.contains(&row) { 0.0 } else { dot(rows.row(row), &r) };
        let (worst, least) = (0..count).map(|row| (row, margin(row))).min_by(|a, b| a.1.total_cmp(&b.1))?;
        if least >= -ROUNDING {
            return Some(r);
        }
        active.push(worst);
        mu.push(0.0);
        // Where the unbounded solution would make some μ negative, the way there ends at the first that reaches 0.
        loop {
            let solution = weights(rows, &active, &sum)?;
            let reached = |i: usize| mu[i] / (mu[i] - solution[i]);
            let first =
                (0..active.len()).filter(|&i| solution[i] <= 0.0).min_by(|&a, &b| reached(a).total_cmp(&reached(b)));
            let Some(first) = first else {
                mu = solution;
                break;
            };
            let share = reached(first).clamp(0.0, 1.0);
            mu.iter_mut().zip(&solution).for_each(|(mu, to)| *mu += share * (to - *mu));
            active.remove(first);
            mu.remove(first);
            if active.is_empty() {
                return None; // rounding alone took the last one away
            }
        }
    }
    None
}

/// μ of least ‖Σ μ_i z_i + sum‖ over the active rows; `None` if it cannot be computed.
fn weights(rows: &Matrix<f64>, active: &[usize], sum: &[f64]) -> Option<Vec<f64>> {
    let p = rows.cols();
    let mut x = Matrix::zeros(p, active.len());
    for (place, &row) in active.iter().enumerate() {
        for (j, &z) in rows.row(row).iter().enumerate() {
            x.data_mut()[j * active.len() + place] = z;
        }
    }
    let minus: Vec<f64> = sum.iter().map(|s| -s).collect();
    MinimumNorm::new(&Design::of(x, false)).solve(&minus).ok()
}

/// The part of v that is orthogonal to these rows; `None` if it cannot be computed.
fn part_without(v: &[f64], rows: &Matrix<f64>) -> Option<Vec<f64>> {
    if rows.rows() == 0 {
        return Some(v.to_vec());
    }
    let design = Design::of(rows.clone(), false);
    let minimum_norm = MinimumNorm::new(&design);
    let mut part = v.to_vec();
    // Twice, so that what rounding left of the rows goes too.
    for _ in 0..2 {
        let along = minimum_norm.solve(&design.outputs(&part)).ok()?;
        add_multiple(-1.0, &along, &mut part);
    }
    let (before, after) = (norm(v), norm(&part));
    Some(if after > 1e-10 * before { part } else { vec![0.0; v.len()] })
}

/// v / ‖v‖; none for 0.
fn unit(v: &[f64]) -> Option<Vec<f64>> {
    let length = norm(v);
    (length > 0.0).then(|| v.iter().map(|v| v / length).collect())
}
