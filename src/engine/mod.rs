//! Engines: gradient oracles.
//!
//! An engine is given parameters, a batch and the drawn dropout masks, and returns the loss and its gradient. It owns
//! no parameters, optimizer, schedule or randomness, so all engines see identical inputs at every step and a check of
//! one against another is exact. Three stand side by side: `reference` (by hand, the lecture's modules), and Burn's
//! automatic differentiation on two of its backends.

mod autodiff;
mod error;
pub mod reference;

pub use error::EngineError;

use crate::data::Targets;
use crate::model::Network;
use crate::num::{MatMut, MatRef, Real};
use std::fmt;

/// Training samples with the masks drawn for them.
#[derive(Clone, Copy)]
pub struct Batch<'a, R> {
    /// m × n₀
    pub inputs: MatRef<'a, R>,
    pub targets: TargetsRef<'a, R>,
    pub masks: Masks<'a, R>,
}

/// The targets of a batch.
#[derive(Clone, Copy)]
pub enum TargetsRef<'a, R> {
    /// A class for each answer, m times the positions, counted from 0.
    Classes(&'a [u32]),
    /// K numbers for each answer.
    Values(MatRef<'a, R>),
    /// None: an objective has no targets.
    None,
}

impl<R: Real> Targets<R> {
    /// All of them, borrowed.
    #[must_use]
    pub fn view(&self) -> TargetsRef<'_, R> {
        match self {
            Self::Classes(classes) => TargetsRef::Classes(classes),
            Self::Values(values) => TargetsRef::Values(values.view()),
            Self::None => TargetsRef::None,
        }
    }
}

/// Inverted dropout's masks: for each place of the network where dropout can act (0: the inputs), m × width factors, 0 for
/// an omitted value and 1/(1 − rate) for a kept one. Places without dropout have an empty mask; an empty list means no
/// dropout at all.
#[derive(Clone, Copy)]
pub struct Masks<'a, R>(pub &'a [Vec<R>]);

impl<'a, R> Masks<'a, R> {
    /// The mask of a place, if it has one for a batch of m samples with `width` values.
    #[must_use]
    pub fn at(&self, place: usize, samples: usize, width: usize) -> Option<MatRef<'a, R>> {
        let mask = self.0.get(place).filter(|mask| !mask.is_empty())?;
        Some(MatRef::new(samples, width, &mask[..samples * width]))
    }
}

/// A gradient oracle for one network.
pub trait Engine<R: Real> {
    /// The loss over the batch (a mean or a sum, as the network says), and its gradient with respect to all parameters.
    ///
    /// # Errors
    /// Where the engine itself fails; a loss that is not finite is a result, no error.
    fn loss_and_gradient(
        &mut self,
        parameters: &[R],
        batch: &Batch<'_, R>,
        gradient: &mut [R],
    ) -> Result<R, EngineError>;

    /// The outputs s of the last module (m × positions · K) without dropout: weights are used as trained, since inverted
    /// dropout already scaled the kept values.
    ///
    /// # Errors
    /// Where the engine itself fails.
    fn outputs(&mut self, parameters: &[R], inputs: MatRef<'_, R>, outputs: MatMut<'_, R>) -> Result<(), EngineError>;
}

/// Which engine computes gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngineKind {
    Burn,
    BurnNdarray,
    Reference,
}

impl EngineKind {
    pub const ALL: [Self; 3] = [Self::Burn, Self::BurnNdarray, Self::Reference];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burn => "burn",
            Self::BurnNdarray => "burn-ndarray",
            Self::Reference => "reference",
        }
    }

    /// From 1. A change that alters a bit of what the engine computes raises it, as that of a registry's entry.
    #[must_use]
    pub const fn revision(self) -> u32 {
        match self {
            Self::Burn | Self::BurnNdarray | Self::Reference => 1,
        }
    }

    /// One line for `burnmark list`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Burn => "Burn 0.22's automatic differentiation on burn-flex, its recommended CPU backend",
            Self::BurnNdarray => "the same on burn-ndarray, deprecated upstream",
            Self::Reference => "the lecture's modules, derived by hand; the same bits on every CPU",
        }
    }

    /// The engine that checks this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Reference => Self::Burn,
            Self::Burn | Self::BurnNdarray => Self::Reference,
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The numbers that every engine computes with.
pub trait EngineReal: Real + burn::tensor::Element {}
impl<R: Real + burn::tensor::Element> EngineReal for R {}

/// An engine for a network, ready for batches and evaluations of up to `most_samples`.
#[must_use]
pub fn build<R: EngineReal>(kind: EngineKind, network: &Network, most_samples: usize) -> Box<dyn Engine<R>> {
    match kind {
        EngineKind::Reference => Box::new(reference::Reference::new(network, most_samples)),
        EngineKind::Burn => Box::new(autodiff::Autodiff::new(network, burn::tensor::Device::flex())),
        #[allow(deprecated)] // asked for by name, and stays selectable as long as Burn has it
        EngineKind::BurnNdarray => Box::new(autodiff::Autodiff::new(network, burn::tensor::Device::ndarray())),
    }
}
