//! Activation modules (lecture L3, L18): z' = f(z) per unit, so δ = δ' · f'(z), written by z' where that is shorter.
//!
//! | f | z' | f'(z) |
//! |---|---|---|
//! | sigmoid | σ(z) | z' (1 − z') |
//! | tanh | tanh(z) | 1 − z'² |
//! | ReLU | max(0, z) | 1 where z > 0, else 0 (**Convention**: ReLU'(0) = 0) |
//! | leaky ReLU | z where z > 0, else slope · z | 1 where z > 0, else slope |

use super::{Context, Module, Values};
use crate::model::Activation;
use crate::num::stable::sigmoid;
use crate::num::{MatMut, MatRef, Real};

/// f and f' of one unit.
struct PerUnit<F, D> {
    f: F,
    /// f'(z) from (z, z').
    derivative: D,
}

pub fn module<R: Real>(activation: Activation) -> Box<dyn Module<R>> {
    let one = R::ONE;
    match activation {
        Activation::Identity => Box::new(PerUnit { f: |z| z, derivative: move |_, _| one }),
        Activation::Sigmoid => Box::new(PerUnit { f: sigmoid, derivative: move |_, z_next| z_next * (one - z_next) }),
        Activation::Tanh => Box::new(PerUnit { f: R::tanh, derivative: move |_, z_next| one - z_next * z_next }),
        Activation::Relu => Box::new(leaky(R::ZERO)),
        Activation::LeakyRelu { slope } => Box::new(leaky(R::from_f64(slope))),
    }
}

/// ReLU is the leaky one with slope 0; not a number passes through, so that a diverged run is seen.
fn leaky<R: Real>(slope: R) -> PerUnit<impl Fn(R) -> R, impl Fn(R, R) -> R> {
    PerUnit {
        f: move |z| if z > R::ZERO { z } else { slope * z },
        derivative: move |z, _| if z > R::ZERO { R::ONE } else { slope },
    }
}

impl<R: Real, F: Fn(R) -> R, D: Fn(R, R) -> R> Module<R> for PerUnit<F, D> {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        for (out, &z) in z_next.data().iter_mut().zip(z.data()) {
            *out = (self.f)(z);
        }
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let values = values.z.data().iter().zip(values.z_next.data());
        for ((out, &delta_next), (&z, &z_next)) in delta.data().iter_mut().zip(delta_next.data()).zip(values) {
            *out = delta_next * (self.derivative)(z, z_next);
        }
    }
}
