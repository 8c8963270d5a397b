//! Batch normalization: each of n numbers brought to mean 0 and variance 1 over the rows of a batch, then scaled and shifted.
//!
//! Over the N rows of a batch (N = m·p, p positions of each sample): μ_j = Σ_i z_ij / N, v_j = Σ_i (z_ij − μ_j)² / N,
//! s_j = 1/√(v_j + ε), x_ij = (z_ij − μ_j) s_j:
//! - forward: z'_ij = γ_j x_ij + β_j
//! - backward: δ_ij = γ_j s_j (δ'_ij − Σ_k δ'_kj / N − x_ij Σ_k δ'_kj x_kj / N), since μ_j and v_j depend on every z_kj
//! - parameter: ∂L/∂γ_j = Σ_i δ'_ij x_ij and ∂L/∂β_j = Σ_i δ'_ij
//!
//! In evaluations μ and v are running averages, which are part of θ. In training their place in the gradient gets what the average is to
//! move towards: μ_j, and v_j N/(N − 1), as in PyTorch (v_j of a single row). Sums over the rows run in their order.

use super::module::{Context, ForwardValues, Messages, Weights};
use crate::model;
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real, sum_rows};

pub struct BatchNormModule<R> {
    weights: Weights,
    statistics: Weights,
    positions: usize,
    epsilon: R,
    /// x, N × n, and what is summed over the rows.
    normalized: Vec<R>,
    products: Vec<R>,
    /// n each: μ, v, s, Σ δ', Σ δ' x.
    mean: Vec<R>,
    variance: Vec<R>,
    scale: Vec<R>,
    total: Vec<R>,
    along: Vec<R>,
}

/// 1/N
#[allow(clippy::cast_precision_loss)] // batches stay far below 2⁵³ rows
fn share<R: Real>(rows: usize) -> R {
    R::ONE / R::from_f64(rows as f64)
}

impl<R: Real> BatchNormModule<R> {
    pub fn new(description: model::BatchNorm, weights: Weights, statistics: Weights, most_samples: usize) -> Self {
        let model::BatchNorm { positions, width, epsilon, .. } = description;
        let zeros = |numbers: usize| vec![R::ZERO; numbers];
        let all = most_samples * positions * width;
        Self {
            weights,
            statistics,
            positions,
            epsilon: R::from_f64(epsilon),
            normalized: zeros(all),
            products: zeros(all),
            mean: zeros(width),
            variance: zeros(width),
            scale: zeros(width),
            total: zeros(width),
            along: zeros(width),
        }
    }

    /// μ and v of these rows.
    fn measure(&mut self, z: MatRef<'_, R>) {
        let (n, share) = (z.cols(), share::<R>(z.rows()));
        sum_rows(z, false, &mut self.mean);
        self.mean.iter_mut().for_each(|mean| *mean *= share);
        let (mean, squares) = (&self.mean, &mut self.products[..z.data().len()]);
        let out = &mut *squares;
        vectorized(
            #[inline(always)]
            move || {
                for (squares, z) in out.chunks_exact_mut(n).zip(z.data().chunks_exact(n)) {
                    squares
                        .iter_mut()
                        .zip(z)
                        .zip(mean)
                        .for_each(|((square, &z), &mean)| *square = (z - mean) * (z - mean));
                }
            },
        );
        sum_rows(MatRef::new(z.rows(), n, squares), false, &mut self.variance);
        self.variance.iter_mut().for_each(|variance| *variance *= share);
    }
}

impl<R: Real> Messages<R> for BatchNormModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        let (z, mut z_next) = (z.split_rows(self.positions), z_next.split_rows(self.positions));
        let (n, epsilon, parameters) = (z.cols(), self.epsilon, context.parameters);
        if context.training {
            self.measure(z);
        } else {
            self.mean.copy_from_slice(&parameters[self.statistics.layer.bias.clone()]);
            self.variance.copy_from_slice(&parameters[self.statistics.layer.weights.clone()]);
        }
        self.scale.iter_mut().zip(&self.variance).for_each(|(s, &v)| *s = R::ONE / (v + epsilon).sqrt());
        let (mean, scale, normalized) = (&self.mean, &self.scale, &mut self.normalized[..z.data().len()]);
        let (gain, shift) =
            (&parameters[self.weights.layer.weights.clone()], &parameters[self.weights.layer.bias.clone()]);
        let z_next = z_next.data();
        vectorized(
            #[inline(always)]
            move || {
                let rows = z.data().chunks_exact(n).zip(normalized.chunks_exact_mut(n));
                for ((z, x), z_next) in rows.zip(z_next.chunks_exact_mut(n)) {
                    for ((x, &z), (&mean, &scale)) in x.iter_mut().zip(z).zip(mean.iter().zip(scale)) {
                        *x = (z - mean) * scale;
                    }
                    for ((z_next, &x), (&gain, &shift)) in z_next.iter_mut().zip(&*x).zip(gain.iter().zip(shift)) {
                        *z_next = gain.mul_add(x, shift);
                    }
                }
            },
        );
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let (delta_next, mut delta) = (delta_next.split_rows(self.positions), delta.split_rows(self.positions));
        let (n, share) = (delta_next.cols(), share::<R>(delta_next.rows()));
        let gain = &context.parameters[self.weights.layer.weights.clone()];
        let (total, along, scale, normalized) = (&self.total, &self.along, &self.scale, &self.normalized);
        let delta = delta.data();
        vectorized(
            #[inline(always)]
            move || {
                let rows = delta_next.data().chunks_exact(n).zip(normalized.chunks_exact(n));
                for ((next, x), delta) in rows.zip(delta.chunks_exact_mut(n)) {
                    let learned = gain.iter().zip(scale).zip(total.iter().zip(along));
                    for (((delta, &next), &x), ((&gain, &scale), (&total, &along))) in
                        delta.iter_mut().zip(next).zip(x).zip(learned)
                    {
                        *delta = gain * scale * (next - total * share - x * (along * share));
                    }
                }
            },
        );
    }

    /// Comes before the backward message, which takes the sums from it.
    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        let delta_next = delta_next.split_rows(self.positions);
        let (given, normalized) = (delta_next.data(), &self.normalized);
        let products = &mut self.products[..given.len()];
        let out = &mut *products;
        vectorized(
            #[inline(always)]
            move || out.iter_mut().zip(given).zip(normalized).for_each(|((product, &next), &x)| *product = next * x),
        );
        sum_rows(MatRef::new(delta_next.rows(), delta_next.cols(), products), false, &mut self.along);
        sum_rows(delta_next, false, &mut self.total);
        let rows = delta_next.rows();
        let [gain, shift] = [&self.weights.layer.weights, &self.weights.layer.bias].map(Clone::clone);
        gradient[gain].copy_from_slice(&self.along);
        gradient[shift].copy_from_slice(&self.total);
        let [variance, mean] = [&self.statistics.layer.weights, &self.statistics.layer.bias].map(Clone::clone);
        gradient[mean].copy_from_slice(&self.mean);
        #[allow(clippy::cast_precision_loss)]
        let unbiased = if rows > 1 { R::from_f64(rows as f64 / (rows as f64 - 1.0)) } else { R::ONE };
        gradient[variance].iter_mut().zip(&self.variance).for_each(|(to, &v)| *to = v * unbiased);
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
