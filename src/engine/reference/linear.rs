//! The linear module (lecture L16), with its bias as weight 0 (L2).
//!
//! - forward: z'_j = w_0j + Σ_i w_ij z_i
//! - backward: ∂z'_j/∂z_i = w_ij, so δ_i = Σ_j δ'_j w_ij
//! - parameter: ∂z'_j/∂w_ik = I{j=k} z_i, so ∂L/∂w_ij = Σ δ'_j z_i and ∂L/∂w_0j = Σ δ'_j over the samples
//!
//! Parameters: (n+1) × K row-major, row 0 the bias. z is m × n, z' is m × K.

use super::{Context, Module, Values};
use crate::num::{MatMut, MatRef, Real, product, product_transposed_left, product_with_bias, transpose};

pub struct Linear<R> {
    inputs: usize,
    outputs: usize,
    /// Wᵀ, K × n, so that the backward product runs over contiguous rows.
    transposed: Vec<R>,
}

impl<R: Real> Linear<R> {
    pub fn new(inputs: usize, outputs: usize) -> Self {
        Self { inputs, outputs, transposed: vec![R::ZERO; inputs * outputs] }
    }

    fn weights<'a>(&self, parameters: &'a [R]) -> MatRef<'a, R> {
        MatRef::new(self.inputs, self.outputs, &parameters[self.outputs..])
    }
}

impl<R: Real> Module<R> for Linear<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        let bias = &context.parameters[..self.outputs];
        product_with_bias(z, bias, self.weights(context.parameters), z_next);
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        _values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let weights = self.weights(context.parameters);
        transpose(weights, MatMut::new(self.outputs, self.inputs, &mut self.transposed));
        product(delta_next, MatRef::new(self.outputs, self.inputs, &self.transposed), delta);
    }

    fn parameter(&mut self, z: MatRef<'_, R>, delta_next: MatRef<'_, R>, gradient: &mut [R]) {
        let (bias, weights) = gradient.split_at_mut(self.outputs);
        bias.fill(R::ZERO);
        for sample in 0..delta_next.rows() {
            bias.iter_mut().zip(delta_next.row(sample)).for_each(|(sum, &delta_j)| *sum += delta_j);
        }
        product_transposed_left(z, delta_next, MatMut::new(self.inputs, self.outputs, weights));
    }
}
