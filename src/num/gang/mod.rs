//! Several runs at once, one in each lane of a vector.
//!
//! A **gang** of G runs writes each number of a network G times, side by side: number i of run g stands at i · G + g, and G is
//! how many numbers a vector of this CPU holds ([`gang_size`]). So every operation is one of whole vectors, and no lane sees
//! another: each run gets the terms that it has alone in the order that it has alone, and with them its bits
//! (`docs/decisions/0026-gangs.md`). What all runs share, such as the inputs, is written once.

mod pass;
mod product;
mod transpose;

pub use pass::{PATTERN, Pattern, each_lane, pattern};
pub use product::{GangFactor, gang_product_transposed_left, gang_product_transposed_right, gang_product_with_bias};
pub use transpose::{gather_lane, scatter_lane};

use super::Real;
use super::lanes::dispatch;
use pulp::{Simd, WithSimd};
use std::marker::PhantomData;

/// How many runs a gang has on this CPU: as many as its vectors hold numbers; 1, so no gang, where there are no vectors.
#[must_use]
pub fn gang_size<R: Real>() -> usize {
    dispatch(GangSize(PhantomData::<R>))
}

struct GangSize<R>(PhantomData<R>);

impl<R: Real> WithSimd for GangSize<R> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        R::lanes::<S>()
    }
}
