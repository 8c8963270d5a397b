//! Xavier's initial weights, for sigmoid and tanh: uniform within ±√(6 / (inputs + outputs)).
//!
//! Glorot & Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", eq. 16.

use super::entry::within;
use super::{InitialEntry, InitialRule, fans};
use crate::registry::Entry;

/// Xavier's initial weights, for sigmoid and tanh: uniform within ±√(6 / (inputs + outputs)).
pub const ENTRY: InitialEntry = InitialEntry {
    entry: Entry {
        name: "xavier",
        description: "uniform within ±√(6 / (inputs + outputs)), for sigmoid and tanh; a convolution's outputs count once for each pixel of its kernel",
        revision: 1,
        source: "Glorot & Bengio 2010, eq. 16",
        parameters: &[],
    },
    rule: InitialRule::Drawn(&|_, layer| {
        let (inputs, outputs) = fans(layer);
        Box::new(within((6.0 / (inputs + outputs)).sqrt()))
    }),
};
