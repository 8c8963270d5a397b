//! Embedding: a row of weights for each whole number.
//!
//! - forward: z'_t = E_k for k = z_t, the row k of E, V × D; a number that is none of 0 … V−1 gives NaN, so that it is seen
//! - backward: 0, since whole numbers have no neighbours
//! - parameter: ∂L/∂E_k = Σ δ'_t over all t with z_t = k, in the order of the samples and their numbers
//!
//! z is m × n, z' m × (n·D).

use super::module::{Context, ForwardValues, Messages, Weights};
use crate::num::{MatMut, MatRef, Real};

pub struct EmbeddingModule(pub Weights);

impl EmbeddingModule {
    /// The row of a number.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // in range
    fn row<R: Real>(&self, z: R) -> Option<usize> {
        let z = z.to_f64();
        let inputs = self.0.layer.inputs;
        let is_one = z >= 0.0 && z.fract() == 0.0 && z < inputs as f64;
        is_one.then_some(z as usize)
    }
}

impl<R: Real> Messages<R> for EmbeddingModule {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let rows = self.0.matrix(context.parameters);
        for (&z, z_next) in z.data().iter().zip(z_next.data().chunks_exact_mut(rows.cols())) {
            match self.row(z) {
                Some(row) => z_next.copy_from_slice(rows.row(row)),
                None => z_next.fill(R::from_f64(f64::NAN)),
            }
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        _delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        delta.data().fill(R::ZERO);
    }

    fn parameter(
        &mut self,
        _context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        let (layer, width) = (&self.0.layer, self.0.layer.outputs);
        let gradient = &mut gradient[layer.weights.clone()];
        if !self.0.adds {
            gradient.fill(R::ZERO);
        }
        for (&z, delta) in values.z.data().iter().zip(delta_next.data().chunks_exact(width)) {
            let Some(row) = self.row(z) else { continue };
            gradient[row * width..][..width].iter_mut().zip(delta).for_each(|(sum, &delta)| *sum += delta);
        }
    }

    fn has_parameters(&self) -> bool {
        true
    }
}
