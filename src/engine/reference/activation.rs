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
use crate::num::lanes::vectorized;
use crate::num::stable::softplus_and_sigmoid;
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
        Activation::Identity => per_unit(
            #[inline(always)]
            |z| z,
            #[inline(always)]
            |delta_next, _, _| delta_next,
        ),
        Activation::Sigmoid => per_unit(
            #[inline(always)]
            |z| softplus_and_sigmoid(z).1,
            #[inline(always)]
            move |delta_next, _, z_next| delta_next * (z_next * (one - z_next)),
        ),
        Activation::Tanh => per_unit(
            #[inline(always)]
            |z: R| z.tanh(),
            #[inline(always)]
            move |delta_next, _, z_next| delta_next * (one - z_next * z_next),
        ),
        // `z <= 0` is false for NaN: it passes through, so that a diverged run is seen.
        Activation::Relu => per_unit(
            #[inline(always)]
            move |z| if z <= zero { zero } else { z },
            #[inline(always)]
            move |delta_next, z, _| if z > zero { delta_next } else { zero },
        ),
        Activation::LeakyRelu { slope } => {
            let slope = R::from_f64(slope);
            per_unit(
                #[inline(always)]
                move |z| if z <= zero { slope * z } else { z },
                #[inline(always)]
                move |delta_next, z, _| if z > zero { delta_next } else { slope * delta_next },
            )
        }
    }
}

fn per_unit<R: Real>(
    f: impl Fn(R) -> R + Copy + 'static,
    backward: impl Fn(R, R, R) -> R + Copy + 'static,
) -> Box<dyn Module<R>> {
    Box::new(Simple(PerUnit { f, backward }))
}

impl<R: Real, F: Fn(R) -> R + Copy, B: Fn(R, R, R) -> R + Copy> Messages<R> for PerUnit<F, B> {
    fn forward(&mut self, _context: Context<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let (f, z, z_next) = (self.f, z.data(), z_next.data());
        vectorized(
            #[inline(always)]
            move || {
                for (z_next, &z) in z_next.iter_mut().zip(z) {
                    *z_next = f(z);
                }
            },
        );
    }

    fn backward(
        &mut self,
        _context: Context<'_, R>,
        values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let (backward, delta) = (self.backward, delta.data());
        vectorized(
            #[inline(always)]
            move || {
                let values = values.z.data().iter().zip(values.z_next.data());
                for ((delta, &delta_next), (&z, &z_next)) in delta.iter_mut().zip(delta_next.data()).zip(values) {
                    *delta = backward(delta_next, z, z_next);
                }
            },
        );
    }
}
