//! Activation modules (lecture L3, L18): z' = f(z) per unit, so δ = δ' · f'(z). The functions are those of the activation's entry.

use super::{Context, ForwardValues, Messages, ReferenceModule, Simple};
use crate::activation::{Activation, Unit};
use crate::num::{MatMut, MatRef, Real};

pub fn module<R: Real>(activation: &Activation) -> Box<dyn ReferenceModule<R>> {
    Box::new(Simple(activation.unit::<R>()))
}

impl<R: Real> Messages<R> for Box<dyn Unit<R>> {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        self.as_ref().forward(z.data(), z_next.data());
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        self.as_ref().backward(delta_next.data(), values.z.data(), values.z_next.data(), delta.data());
    }
}
