//! Inverted dropout (lecture L33): z' = mask ∘ z with mask 0 (omitted) or 1/(1 − rate) (kept), so δ = mask ∘ δ'.
//!
//! The masks are drawn outside, per sample and step. **Erratum**: the slides use p for omission and for retention; our
//! key `dropout` is the probability of omission. Srivastava et al. 2014, section 10, scale at test time instead: the
//! expected outputs are the same.

use super::module::{Context, ForwardValues, Messages};
use crate::num::crew::{SamePlaces, side_by_side};
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real};

/// Numbers that are worth another thread.
const LEAST_MASKED: usize = 1 << 14;
/// Threads have multiples of so many, which are whole vectors and lines of the cache.
const MASKED_OF_PARTS: usize = 16;

/// Acts at one of the network's places for it.
pub struct DropoutModule {
    place: usize,
}

impl DropoutModule {
    pub fn at(place: usize) -> Self {
        Self { place }
    }

    fn mask<R: Real>(&self, context: Context<'_, R>, from: MatRef<'_, R>, mut to: MatMut<'_, R>) {
        match context.masks.at(self.place, from.rows(), from.cols()) {
            None => to.data().copy_from_slice(from.data()),
            Some(mask) => {
                let whole = SamePlaces { to: to.data(), from: [from.data(), mask.data()] };
                side_by_side(whole, LEAST_MASKED, MASKED_OF_PARTS, |SamePlaces { to, from: [from, mask] }| {
                    vectorized(
                        #[inline(always)]
                        move || {
                            for ((to, &from), &mask) in to.iter_mut().zip(from).zip(mask) {
                                *to = mask * from;
                            }
                        },
                    );
                });
            }
        }
    }
}

impl<R: Real> Messages<R> for DropoutModule {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        self.mask(context, z, z_next);
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        _values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        self.mask(context, delta_next, delta);
    }

    fn is_identity(&self, context: Context<'_, R>) -> bool {
        !context.training || context.masks.0.is_empty()
    }
}
