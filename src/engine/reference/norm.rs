//! Layer normalization: each row of n numbers brought to mean 0 and variance 1, then scaled and shifted.
//!
//! With μ = Σ_j z_j / n, v = Σ_j (z_j − μ)² / n, s = 1/√(v + ε) and x_j = (z_j − μ) s:
//! - forward: z'_j = γ_j x_j + β_j
//! - backward: with d_j = γ_j δ'_j: δ_j = s (d_j − Σ_k d_k / n − x_j Σ_k d_k x_k / n), since μ and v depend on every z_k
//! - parameter: ∂L/∂γ_j = Σ δ'_j x_j and ∂L/∂β_j = Σ δ'_j over the rows
//!
//! z is m × (p·n), p positions of each sample, which is m·p rows. Sums within a row run in ascending j.

use super::module::{Context, ForwardValues, Messages, Weights};
use crate::model;
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real, sum_rows};

pub struct LayerNormModule<R> {
    weights: Weights,
    positions: usize,
    epsilon: R,
    /// 1/n
    share: R,
    /// x, m·p × n.
    normalized: Vec<R>,
    /// s, m·p.
    scales: Vec<R>,
    /// δ' ∘ x, m·p × n.
    products: Vec<R>,
}

impl<R: Real> LayerNormModule<R> {
    #[allow(clippy::cast_precision_loss)] // widths stay far below 2⁵³
    pub fn new(description: model::LayerNorm, weights: Weights, most_samples: usize) -> Self {
        let rows = most_samples * description.positions;
        let zeros = || vec![R::ZERO; rows * description.width];
        Self {
            weights,
            positions: description.positions,
            epsilon: R::from_f64(description.epsilon),
            share: R::ONE / R::from_f64(description.width as f64),
            normalized: zeros(),
            scales: vec![R::ZERO; rows],
            products: zeros(),
        }
    }

    fn gain<'a>(&self, parameters: &'a [R]) -> &'a [R] {
        &parameters[self.weights.layer.weights.clone()]
    }
}

impl<R: Real> Messages<R> for LayerNormModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        let (z, mut z_next) = (z.split_rows(self.positions), z_next.split_rows(self.positions));
        let (n, share, epsilon) = (z.cols(), self.share, self.epsilon);
        let (gain, shift) = (self.gain(context.parameters), &context.parameters[self.weights.layer.bias.clone()]);
        let (normalized, scales) = (&mut self.normalized[..z.data().len()], &mut self.scales[..z.rows()]);
        let z_next = z_next.data();
        vectorized(
            #[inline(always)]
            move || {
                let rows = z.data().chunks_exact(n).zip(normalized.chunks_exact_mut(n));
                for (((z, x), scale), z_next) in rows.zip(scales.iter_mut()).zip(z_next.chunks_exact_mut(n)) {
                    let mean = z.iter().fold(R::ZERO, |sum, &z_j| sum + z_j) * share;
                    x.iter_mut().zip(z).for_each(|(x_j, &z_j)| *x_j = z_j - mean);
                    let variance = x.iter().fold(R::ZERO, |sum, &x_j| x_j.mul_add(x_j, sum)) * share;
                    *scale = R::ONE / (variance + epsilon).sqrt();
                    x.iter_mut().for_each(|x_j| *x_j *= *scale);
                    let learned = gain.iter().zip(shift);
                    for ((z_next, &x_j), (&gain, &shift)) in z_next.iter_mut().zip(&*x).zip(learned) {
                        *z_next = gain.mul_add(x_j, shift);
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
        let (n, share, gain) = (delta_next.cols(), self.share, self.gain(context.parameters));
        let (normalized, scales, delta) = (&self.normalized, &self.scales, delta.data());
        vectorized(
            #[inline(always)]
            move || {
                let rows = delta_next.data().chunks_exact(n).zip(normalized.chunks_exact(n));
                for (((delta_next, x), &scale), delta) in rows.zip(scales).zip(delta.chunks_exact_mut(n)) {
                    delta.iter_mut().zip(delta_next).zip(gain).for_each(|((d, &next), &gain)| *d = gain * next);
                    let mean = delta.iter().fold(R::ZERO, |sum, &d| sum + d) * share;
                    let along = delta.iter().zip(x).fold(R::ZERO, |sum, (&d, &x_j)| d.mul_add(x_j, sum)) * share;
                    delta.iter_mut().zip(x).for_each(|(d, &x_j)| *d = scale * (*d - mean - x_j * along));
                }
            },
        );
    }

    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        let delta_next = delta_next.split_rows(self.positions);
        let products = &mut self.products[..delta_next.data().len()];
        let (given, normalized) = (delta_next.data(), &self.normalized);
        let out = &mut *products;
        vectorized(
            #[inline(always)]
            move || {
                out.iter_mut().zip(given).zip(normalized).for_each(|((product, &next), &x_j)| *product = next * x_j);
            },
        );
        let products = MatRef::new(delta_next.rows(), delta_next.cols(), products);
        let Weights { layer, adds } = &self.weights;
        sum_rows(products, *adds, &mut gradient[layer.weights.clone()]);
        sum_rows(delta_next, *adds, &mut gradient[layer.bias.clone()]);
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
