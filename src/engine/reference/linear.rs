//! The linear module (lecture L16), with its bias as weight 0 (L2).
//!
//! - forward: z'_j = w_0j + Σ_i w_ij z_i
//! - backward: ∂z'_j/∂z_i = w_ij, so δ_i = Σ_j δ'_j w_ij
//! - parameter: ∂z'_j/∂w_ik = I{j=k} z_i, so ∂L/∂w_ij = Σ δ'_j z_i and ∂L/∂w_0j = Σ δ'_j over the samples
//!
//! Parameters: (n+1) × K row-major, row 0 the bias; n × K without a bias. z is m × (p·n), z' is m × (p·K): the same map at
//! each of p positions of a row, which is the map of m·p rows of n numbers.

use super::{Context, ForwardValues, Messages, Weights};
use crate::num::{
    MatMut, MatRef, Real, add_product_transposed_left, product, product_transposed_left, product_transposed_right,
    product_with_bias, sum_rows,
};

pub struct Linear {
    weights: Weights,
    positions: usize,
}

impl Linear {
    pub fn new(weights: Weights, positions: usize) -> Self {
        Self { weights, positions }
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

    /// δ = δ' Wᵀ
    pub fn backward<R: Real>(&self, parameters: &[R], delta_next: MatRef<'_, R>, delta: MatMut<'_, R>) {
        product_transposed_right(delta_next, self.matrix(parameters), delta);
    }

    /// ∂L/∂W = zᵀ δ' and ∂L/∂b = Σ δ', set or added.
    pub fn parameter<R: Real>(&self, z: MatRef<'_, R>, delta_next: MatRef<'_, R>, gradient: &mut [R]) {
        if !self.layer.bias.is_empty() {
            sum_rows(delta_next, self.adds, &mut gradient[self.layer.bias.clone()]);
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

impl<R: Real> Messages<R> for Linear {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        self.weights.forward(context.parameters, z.split_rows(self.positions), z_next.split_rows(self.positions));
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let (delta_next, delta) = (delta_next.split_rows(self.positions), delta.split_rows(self.positions));
        self.weights.backward(context.parameters, delta_next, delta);
    }

    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        self.weights.parameter(values.z.split_rows(self.positions), delta_next.split_rows(self.positions), gradient);
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
