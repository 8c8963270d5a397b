//! The linear module (lecture L16), with its bias as weight 0 (L2).
//!
//! - forward: z'_j = w_0j + Σ_i w_ij z_i
//! - backward: ∂z'_j/∂z_i = w_ij, so δ_i = Σ_j δ'_j w_ij
//! - parameter: ∂z'_j/∂w_ik = I{j=k} z_i, so ∂L/∂w_ij = Σ δ'_j z_i and ∂L/∂w_0j = Σ δ'_j over the samples
//!
//! Parameters: (n+1) × K row-major, row 0 the bias; n × K without a bias. z is m × (p·n), z' is m × (p·K): the same map at
//! each of p positions of a row, which is the map of m·p rows of n numbers.

use super::{Context, Messages, Values, Weights};
use crate::num::{
    MatMut, MatRef, Real, add_product_transposed_left, product, product_transposed_left, product_with_bias, transpose,
};

pub struct Linear<R> {
    weights: Weights,
    positions: usize,
    /// Wᵀ, K × n, so that the backward product runs over contiguous rows.
    transposed: Vec<R>,
}

impl<R: Real> Linear<R> {
    pub fn new(weights: Weights, positions: usize) -> Self {
        let transposed = vec![R::ZERO; weights.layer.weights.len()];
        Self { weights, positions, transposed }
    }
}

impl Weights {
    /// W, n × K.
    pub fn matrix<'a, R>(&self, parameters: &'a [R]) -> MatRef<'a, R> {
        MatRef::new(self.layer.inputs, self.layer.outputs, &parameters[self.layer.weights.clone()])
    }

    /// z' = z W + b, for z m × n.
    pub fn forward<R: Real>(&self, parameters: &[R], z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        match &parameters[self.layer.bias.clone()] {
            [] => product(z, self.matrix(parameters), z_next),
            bias => product_with_bias(z, bias, self.matrix(parameters), z_next),
        }
    }

    /// δ = δ' Wᵀ; `transposed` is a buffer for Wᵀ.
    pub fn backward<R: Real>(
        &self,
        parameters: &[R],
        transposed: &mut [R],
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let (inputs, outputs) = (self.layer.inputs, self.layer.outputs);
        transpose(self.matrix(parameters), MatMut::new(outputs, inputs, transposed));
        product(delta_next, MatRef::new(outputs, inputs, transposed), delta);
    }

    /// ∂L/∂W = zᵀ δ' and ∂L/∂b = Σ δ', set or added.
    pub fn parameter<R: Real>(&self, z: MatRef<'_, R>, delta_next: MatRef<'_, R>, gradient: &mut [R]) {
        if !self.layer.bias.is_empty() {
            let bias = &mut gradient[self.layer.bias.clone()];
            if !self.adds {
                bias.fill(R::ZERO);
            }
            for sample in 0..delta_next.rows() {
                bias.iter_mut().zip(delta_next.row(sample)).for_each(|(sum, &delta_j)| *sum += delta_j);
            }
        }
        let weights = &mut gradient[self.layer.weights.clone()];
        let weights = MatMut::new(self.layer.inputs, self.layer.outputs, weights);
        if self.adds {
            add_product_transposed_left(z, delta_next, weights);
        } else {
            product_transposed_left(z, delta_next, weights);
        }
    }
}

impl<R: Real> Messages<R> for Linear<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        self.weights.forward(context.parameters, z.split_rows(self.positions), z_next.split_rows(self.positions));
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        _values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let (delta_next, delta) = (delta_next.split_rows(self.positions), delta.split_rows(self.positions));
        self.weights.backward(context.parameters, &mut self.transposed, delta_next, delta);
    }

    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        self.weights.parameter(values.z.split_rows(self.positions), delta_next.split_rows(self.positions), gradient);
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
