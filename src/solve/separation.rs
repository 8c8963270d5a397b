//! Whether classes are separable, so that a likelihood has no finite maximum (lecture L8's erratum): with a proof.
//!
//! The loss falls for ever along a direction d with z·d ≥ 0 for every margin row z and > 0 for one: z_i = y_i x_i (y = ±1) for two
//! classes, x_i ⊗ (e_{y_i} − e_c) for each other class c of more. Complete separation: all z·d > 0. Where the minimum is finite there is
//! no such d, so one that is found proves the case:
//!
//! - the point itself, or the step to it, if all its margins are greater than their rounding errors;
//! - else, since under quasi-complete separation Newton's steps tend to such a d and leave the margins of the samples on the
//!   hyperplane where they are: the step's part that leaves them **exactly** so (its projection on the null space of their
//!   rows), if all other margins grow along it.
//!
//! Albert & Anderson 1984 for the three cases. R's `glm` warns of fitted probabilities near 0 or 1 at best; statsmodels raises on
//! perfect prediction and misses the quasi-complete case.

use super::{Design, MinimumNorm, Problem};
use crate::num::Matrix;

/// The margin rows z of some classes.
pub trait Margins {
    fn count(&self) -> usize;
    /// z·θ
    fn margin(&self, row: usize, theta: &[f64]) -> f64;
    /// Σ_j |z_j θ_j|, in whose last places z·θ is uncertain.
    fn size(&self, row: usize, theta: &[f64]) -> f64;
    /// z
    fn write(&self, row: usize, into: &mut [f64]);
}

/// Rounding errors of z·θ, relative to its size: generous for sums of thousands of terms.
const ROUNDING: f64 = 1e-12;

/// A step whose largest margin is below this has come near a finite minimum.
const STILL_MOVING: f64 = 0.1;

/// Margins below this share of the largest may be on the hyperplane; where they are not, the projection shows it.
const NEAR: [f64; 3] = [1e-2, 1e-4, 1e-6];

/// Proof of separation from the point θ and the last step to it.
pub fn separation(theta: &[f64], step: &[f64], margins: &impl Margins) -> Option<Problem> {
    let count = margins.count();
    let positive = |row: usize, d: &[f64]| margins.margin(row, d) > ROUNDING * margins.size(row, d);
    if (0..count).all(|row| positive(row, theta)) || (0..count).all(|row| positive(row, step)) {
        return Some(Problem::Separable { complete: true });
    }
    let of_step: Vec<f64> = (0..count).map(|row| margins.margin(row, step)).collect();
    let largest = of_step.iter().fold(0.0, |largest: f64, &margin| largest.max(margin));
    let lowest = of_step.iter().fold(0.0, |lowest: f64, &margin| lowest.min(margin));
    if largest < STILL_MOVING || -lowest > NEAR[0] * largest {
        return None;
    }
    NEAR.into_iter().find_map(|near| {
        let on: Vec<usize> = (0..count).filter(|&row| of_step[row].abs() <= near * largest).collect();
        let d = projected(step, &on, margins)?;
        // The projection takes away what was wrong with the step, not the step: else d is rounding alone.
        let grows = |row: usize| margins.margin(row, &d) > 0.1 * of_step[row] && positive(row, &d);
        let mut off = (0..count).filter(|&row| of_step[row].abs() > near * largest);
        off.all(grows).then_some(Problem::Separable { complete: false })
    })
}

/// The part of a step that leaves these margins as they are; none where only 0 does.
fn projected(step: &[f64], rows: &[usize], margins: &impl Margins) -> Option<Vec<f64>> {
    let p = step.len();
    let mut z = Matrix::zeros(rows.len(), p);
    for (into, &row) in z.data_mut().chunks_exact_mut(p).zip(rows) {
        margins.write(row, into);
    }
    let design = Design { x: z, intercept: false };
    let minimum_norm = MinimumNorm::new(&design);
    if minimum_norm.rank() == p {
        return None;
    }
    let moved = minimum_norm.solve(&design.outputs(step));
    Some(step.iter().zip(moved).map(|(step, moved)| step - moved).collect())
}
