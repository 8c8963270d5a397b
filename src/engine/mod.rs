//! Engines: gradient oracles.
//!
//! An engine is given parameters, a batch and the drawn dropout masks, and returns the loss and its gradient. It owns
//! no parameters, optimizer, schedule or randomness, so all engines see identical inputs at every step and a check of
//! one against another is exact. Three stand side by side: `reference` (by hand, the lecture's modules), and Burn's
//! automatic differentiation on two of its backends. A program built for it has Burn on a GPU besides.

mod absent;
mod agreement;
mod autodiff;
mod error;
mod gpu;
mod kind;
mod oracle;
#[doc(hidden)]
pub mod reference;

pub use agreement::{Agreement, agreement};
pub use error::EngineError;
pub use gpu::{Driver, Gpu, NoGpu};
pub use kind::EngineKind;
pub use oracle::{Batch, Engine, EngineReal, Masks};

use crate::model::Network;

/// An engine for a network, ready for batches and evaluations of up to `most_samples`. One that lacks its GPU answers each
/// question by saying so; [`Gpu::open`] says it before.
#[must_use]
pub fn build<R: EngineReal>(kind: EngineKind, network: &Network, most_samples: usize) -> Box<dyn Engine<R>> {
    match kind {
        EngineKind::Reference => Box::new(reference::Reference::new(network, most_samples)),
        EngineKind::Burn => Box::new(autodiff::Autodiff::new(network, burn::tensor::Device::flex())),
        #[allow(deprecated)] // asked for by name, and stays selectable as long as Burn has it
        EngineKind::BurnNdarray => Box::new(autodiff::Autodiff::new(network, burn::tensor::Device::ndarray())),
        EngineKind::BurnGpu(driver) => match Gpu::open(driver, R::PRECISION) {
            Ok(gpu) => Box::new(autodiff::Autodiff::new(network, gpu.device)),
            Err(why) => Box::new(absent::Absent(why)),
        },
    }
}
