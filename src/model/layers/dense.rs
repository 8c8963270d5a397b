//! `{ dense = 32, activation = "gelu" }`: a linear layer and an activation (lecture L16, L18).
//!
//! z' = f(z W + b). Of a sequence it takes each step by itself, with the same weights; of an image all pixels together.

use super::assembly::AskedWeights;
use super::chosen::LayerEntry;
use super::kind::{Takes, count, flag, frozen};
use crate::num::Shape;
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "dense",
        description: "linear layer of so many units; of a sequence at each step",
        revision: 1,
        source: "lecture L16",
        parameters: &[count("dense", "units", 1_000_000), flag("bias", "whether it has a bias", "true"), frozen()],
    },
    takes: Takes { activation: true, name: true, layers: None },
    build: &|layer, assembly| {
        let positions = if let Shape::Sequence { steps, .. } = assembly.shape() { steps } else { 1 };
        let inputs = assembly.builder.width() / positions;
        let asked = AskedWeights { bias: layer.flag("bias"), ..AskedWeights::of(inputs, layer.count("dense")) };
        let weights = layer.weights(assembly, &asked)?;
        assembly.linear(weights, positions);
        assembly.activation(layer.activation.as_ref());
        Ok(())
    },
};
