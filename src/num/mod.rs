//! Numbers: matrices, products with one fixed order of summation, factorizations, functions that cannot overflow, random
//! streams.
//!
//! Everything here gives the same bits on every CPU, see `docs/decisions/0002-same-bits.md`.

mod chacha;
mod cholesky;
#[doc(hidden)]
pub mod crew;
mod elementary;
#[doc(hidden)]
pub mod gang;
mod lanczos;
#[doc(hidden)]
pub mod lanes;
mod layout;
mod matrix;
mod mersenne;
mod normal;
mod objective;
mod product;
mod qr;
mod real;
mod shape;
mod singular;
#[doc(hidden)]
pub mod stable;
#[doc(hidden)]
pub mod stream;
mod symmetric;
#[doc(hidden)]
pub mod twofold;
#[doc(hidden)]
pub mod vector;

pub use cholesky::Cholesky;
pub use lanczos::largest_eigenvalue;
pub use layout::{Block, BlockRole, Layout};
pub use matrix::{MatMut, MatRef, Matrix, gather_rows, swap_order};
pub use mersenne::RandomState;
pub use normal::normal;
pub use objective::Objective;
pub use product::{
    Gram, add_product, add_product_transposed_left, product, product_transposed_left, product_transposed_right,
    product_with_bias, sum_rows, transpose,
};
pub use qr::Qr;
pub use real::{ByPrecision, PerPrecision, Precision, Real};
pub use shape::{Image, Shape};
pub use singular::singular_values;
pub use stream::{Purpose, Seed, Stream};
pub use symmetric::eigenvectors;
pub use twofold::Twofold;

/// The version of burnmark's numerics. It is part of every run's identity, and a change that alters bits of runs of all kinds
/// raises it: an order of summation, a random draw, a loss, a regularizer. Where only runs that use one entry of a registry
/// change, the entry's revision rises instead.
pub const NUMERICS_VERSION: u32 = 4;
