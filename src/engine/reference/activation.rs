//! Activation modules (lecture L3, L18): z' = f(z) per unit, so δ = δ' · f'(z), written by z' where that is shorter.
//!
//! | f | z' | f'(z) |
//! |---|---|---|
//! | sigmoid | σ(z) | z' (1 − z') |
//! | tanh | tanh(z) | 1 − z'² |
//! | ReLU | max(0, z) | 1 where z > 0, else 0 (**Convention**: ReLU'(0) = 0) |
//! | leaky ReLU | z where z > 0, else slope · z | 1 where z > 0, else slope |

use super::{Context, Messages, Module, Simple, Values};
use crate::model::Activation;
use crate::num::stable::sigmoid;
use crate::num::{MatMut, MatRef, Real};

/// f and the backward message of one unit.
struct PerUnit<F, B> {
    f: F,
    /// δ = δ' · f'(z) from (δ', z, z'). Where f' is 0 the message is 0 and no product, so that an infinite δ' of a
    /// diverging network does not turn into 0 · ∞.
    backward: B,
}

pub fn module<R: Real>(activation: Activation) -> Box<dyn Module<R>> {
    let (zero, one) = (R::ZERO, R::ONE);
    match activation {
        Activation::Identity => Box::new(Simple(PerUnit { f: |z| z, backward: |delta_next, _, _| delta_next })),
        Activation::Sigmoid => Box::new(Simple(PerUnit {
            f: sigmoid,
            backward: move |delta_next, _, z_next| delta_next * (z_next * (one - z_next)),
        })),
        Activation::Tanh => Box::new(Simple(PerUnit {
            f: R::tanh,
            backward: move |delta_next, _, z_next| delta_next * (one - z_next * z_next),
        })),
        // `z <= 0` is false for what is not a number: it passes through, so that a diverged run is seen.
        Activation::Relu => Box::new(Simple(PerUnit {
            f: move |z| if z <= zero { zero } else { z },
            backward: move |delta_next, z, _| if z > zero { delta_next } else { zero },
        })),
        Activation::LeakyRelu { slope } => {
            let slope = R::from_f64(slope);
            Box::new(Simple(PerUnit {
                f: move |z| if z <= zero { slope * z } else { z },
                backward: move |delta_next, z, _| if z > zero { delta_next } else { slope * delta_next },
            }))
        }
    }
}

impl<R: Real, F: Fn(R) -> R, B: Fn(R, R, R) -> R> Messages<R> for PerUnit<F, B> {
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
            *out = (self.backward)(delta_next, z, z_next);
        }
    }
}
