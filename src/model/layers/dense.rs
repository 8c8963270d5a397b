//! `{ dense = 32, activation = "gelu" }`: a linear layer and an activation (lecture L16, L18).
//!
//! z' = f(z W + b). Of a sequence it takes each step by itself, with the same weights; of an image all pixels together.

use super::assembly::{AskedWeights, LayerBuilder};
use super::kind::{LayerKind, Takes, count, flag, frozen};
use crate::num::{BlockRole, Shape};
use crate::registry::Entry;

pub const BUILDER: LayerBuilder = LayerBuilder {
    kind: LayerKind {
        entry: Entry {
            name: "dense",
            description: "linear layer of so many units; of a sequence at each step",
            revision: 1,
            source: "lecture L16",
            parameters: &[count("dense", "units", 1_000_000), flag("bias", "whether it has a bias", "true"), frozen()],
        },
        takes: Takes { activation: true, name: true, layers: None },
    },
    build: &|layer, assembly| {
        let positions = if let Shape::Sequence { steps, .. } = assembly.shape() { steps } else { 1 };
        let asked = AskedWeights {
            suffix: "",
            inputs: assembly.builder.width() / positions,
            outputs: layer.choice.count("dense"),
            bias: layer.flag("bias"),
            role: BlockRole::Weights,
        };
        let weights = assembly.weights(layer, &asked)?;
        assembly.linear(weights, positions);
        assembly.activation(layer.activation.as_ref());
        Ok(())
    },
};
