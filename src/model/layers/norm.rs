//! `{ norm = "layer" }`: numbers brought to mean 0 and variance 1, then scaled and shifted by what is learned.
//!
//! Over the n numbers at each position of a sample (all of it, a step of a sequence, a pixel of an image):
//! z'_j = γ_j (z_j − μ) / √(v + ε) + β_j, with μ their mean and v their variance (divisor n). γ starts at 1, β at 0; neither decays.
//!
//! Ba, Kiros & Hinton 2016, "Layer normalization". PyTorch's `LayerNorm(n)` with its ε of 1e-5.

use super::assembly::{AskedWeights, LayerBuilder};
use super::kind::{LayerKind, Takes};
use crate::model::{LayerNorm, Module};
use crate::num::BlockRole;
use crate::registry::{DefaultValue, Entry, Parameter, ParameterKind, Range};

pub const BUILDER: LayerBuilder = LayerBuilder {
    kind: LayerKind {
        entry: Entry {
            name: "norm",
            description: "mean 0 and variance 1 over the numbers of a sample, of a step or of a pixel, then a learned scale and shift",
            revision: 1,
            source: "Ba, Kiros & Hinton 2016",
            parameters: &[
                Parameter {
                    name: "norm",
                    description: "over what",
                    kind: ParameterKind::OneOf(&["layer"]),
                    default: None,
                },
                Parameter {
                    name: "epsilon",
                    description: "what is added to the variance",
                    kind: ParameterKind::Number(Range::POSITIVE),
                    default: Some(DefaultValue::Number(1e-5)),
                },
            ],
        },
        takes: Takes::NAME,
    },
    build: &|layer, assembly| {
        let (positions, width) = assembly.positions();
        let asked = AskedWeights { suffix: "", inputs: 1, outputs: width, bias: true, role: BlockRole::Gain };
        let gain = assembly.weights(layer.name.as_ref(), &asked)?;
        let epsilon = layer.choice.number("epsilon");
        assembly.builder.push(Module::LayerNorm(LayerNorm { layer: gain, positions, width, epsilon }));
        Ok(())
    },
};
