//! Activations of hidden units (lecture L3): one file each, with the function and its derivative for the reference engine and the
//! expression for Burn's automatic differentiation.
//!
//! **Conventions** where a derivative has a jump: ReLU'(0) = 0 and leaky ReLU'(0) = slope, the left-hand derivatives, as
//! in PyTorch, as ELU'(0) = α; Burn's own `leaky_relu` takes 1 there, so its expression spells the function out.
//!
//! Add one: a file with its `ENTRY` and one line in [`ENTRIES`].

#![warn(missing_docs)]

mod elu;
mod gelu;
mod gelu_tanh;
mod identity;
mod leaky_relu;
mod relu;
mod sigmoid;
mod silu;
mod softplus;
mod softsign;
mod step;
mod tanh;

use crate::num::crew::{SamePlaces, side_by_side};
use crate::num::lanes::vectorized;
use crate::num::{ByPrecision, PerPrecision, Real};
use crate::registry::{Choice, Chosen, Entry, Registered};

/// Tensors of Burn, of the version that burnmark uses.
pub use burn::tensor;
use tensor::Tensor;

/// An activation in the registry.
pub struct ActivationEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// The name of the rule for initial weights that suits hidden units with it, for specs that name none.
    pub initial: &'static str,
    /// f and its derivative, for the reference engine; mostly `ByPrecision { f32: &unit, f64: &unit }` for a
    /// `fn unit<R: Real>(choice: &Choice) -> Box<dyn Unit<R>>`.
    pub unit: ByPrecision<Units>,
    /// f as an expression that Burn can differentiate.
    pub expression: &'static Expression,
}

/// f(s) of a tensor.
pub type Expression = dyn Fn(&Choice, Tensor<2>) -> Tensor<2> + Send + Sync;

/// What makes a [`Unit`] of a precision from the values of the activation's parameters.
pub struct Units;

impl PerPrecision for Units {
    type Of<R: Real> = dyn Fn(&Choice) -> Box<dyn Unit<R>> + Send + Sync;
}

impl Registered for ActivationEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// f(s) = s.
pub const IDENTITY: ActivationEntry = identity::ENTRY;
/// The logistic function.
pub const SIGMOID: ActivationEntry = sigmoid::ENTRY;
/// The hyperbolic tangent.
pub const TANH: ActivationEntry = tanh::ENTRY;
/// The rectifier.
pub const RELU: ActivationEntry = relu::ENTRY;
/// The rectifier with a slope left of 0.
pub const LEAKY_RELU: ActivationEntry = leaky_relu::ENTRY;
/// The Gaussian error linear unit, exact.
pub const GELU: ActivationEntry = gelu::ENTRY;
/// The same by a hyperbolic tangent.
pub const GELU_TANH: ActivationEntry = gelu_tanh::ENTRY;
/// The sigmoid linear unit.
pub const SILU: ActivationEntry = silu::ENTRY;
/// The exponential linear unit.
pub const ELU: ActivationEntry = elu::ENTRY;
/// The smooth rectifier.
pub const SOFTPLUS: ActivationEntry = softplus::ENTRY;
/// s / (1 + |s|).
pub const SOFTSIGN: ActivationEntry = softsign::ENTRY;
/// The sign, which gradients cannot train.
pub const STEP: ActivationEntry = step::ENTRY;

/// Every activation, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&ActivationEntry] =
    &[&IDENTITY, &SIGMOID, &TANH, &RELU, &LEAKY_RELU, &GELU, &GELU_TANH, &SILU, &ELU, &SOFTPLUS, &SOFTSIGN, &STEP];

/// Whether gradients reach what feeds units with the activation of this name: not those of the step, whose derivative is 0.
#[must_use]
pub fn learns(name: &str) -> bool {
    name != STEP.entry.name
}

/// f(s) of every hidden unit, with values for its parameters.
pub type Activation = Chosen<ActivationEntry>;

impl Activation {
    /// Whether f(s) = s, so that no engine needs to do anything.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.name() == IDENTITY.entry.name
    }

    /// f and its derivative.
    #[must_use]
    pub fn unit<R: Real>(&self) -> Box<dyn Unit<R>> {
        self.entry.unit.of::<R>()(&self.choice)
    }

    /// f as an expression.
    #[must_use]
    pub fn expression(&self, s: Tensor<2>) -> Tensor<2> {
        (self.entry.expression)(&self.choice, s)
    }
}

/// f and its backward message (lecture L15, L18), for many units at once. All slices have a number per unit.
pub trait Unit<R> {
    /// z' = f(z)
    fn forward(&self, z: &[R], z_next: &mut [R]);

    /// δ = δ' · f'(z), from δ', z and z'.
    fn backward(&self, delta_next: &[R], z: &[R], z_next: &[R], delta: &mut [R]);
}

/// The unit with this f(z), and this δ from (δ', z, z').
///
/// Where f' is 0 the message has to be 0 and no product, so that an infinite δ' of a diverging network does not turn into
/// 0 · ∞. Both closures must carry `#[inline(always)]`, or the compiler makes no vectors of the loops.
pub fn per_unit<R: Real>(
    f: impl Fn(R) -> R + Copy + Sync + 'static,
    backward: impl Fn(R, R, R) -> R + Copy + Sync + 'static,
) -> Box<dyn Unit<R>> {
    Box::new(PerUnit { f, backward })
}

struct PerUnit<F, B> {
    f: F,
    backward: B,
}

/// Units that are worth another thread.
const LEAST_UNITS: usize = 1 << 14;
/// Threads have multiples of so many, which are whole vectors and lines of the cache.
const UNITS_OF_PARTS: usize = 16;

impl<R: Real, F: Fn(R) -> R + Copy + Sync, B: Fn(R, R, R) -> R + Copy + Sync> Unit<R> for PerUnit<F, B> {
    fn forward(&self, z: &[R], z_next: &mut [R]) {
        let f = self.f;
        side_by_side(
            SamePlaces { to: z_next, from: [z] },
            LEAST_UNITS,
            UNITS_OF_PARTS,
            move |SamePlaces { to, from: [z] }| {
                vectorized(
                    #[inline(always)]
                    move || {
                        for (z_next, &z) in to.iter_mut().zip(z) {
                            *z_next = f(z);
                        }
                    },
                );
            },
        );
    }

    fn backward(&self, delta_next: &[R], z: &[R], z_next: &[R], delta: &mut [R]) {
        let backward = self.backward;
        let whole = SamePlaces { to: delta, from: [delta_next, z, z_next] };
        side_by_side(whole, LEAST_UNITS, UNITS_OF_PARTS, move |SamePlaces { to, from: [delta_next, z, z_next] }| {
            vectorized(
                #[inline(always)]
                move || {
                    let values = z.iter().zip(z_next);
                    for ((delta, &delta_next), (&z, &z_next)) in to.iter_mut().zip(delta_next).zip(values) {
                        *delta = backward(delta_next, z, z_next);
                    }
                },
            );
        });
    }
}
