//! `{ norm = "layer" }`, `{ norm = "batch" }`: numbers brought to mean 0 and variance 1, then scaled and shifted by what is learned.
//!
//! z'_j = γ_j (z_j − μ) / √(v + ε) + β_j; γ starts at 1, β at 0, and neither decays.
//!
//! | norm | μ and v, mean and variance |
//! |---|---|
//! | layer | of the n numbers at each position of a sample (all of it, a step of a sequence, a pixel of an image) |
//! | batch | of each of the n numbers over all samples of the batch and all their positions; at test time running averages |
//!
//! The running averages start at 0 and 1 and move by a tenth towards each batch's (`train/running.rs`). They are parts of θ, so early
//! stopping keeps them, averages of parameters average them, and files of parameters have them.
//!
//! Ba, Kiros & Hinton 2016, "Layer normalization"; Ioffe & Szegedy 2015, "Batch normalization". PyTorch's `LayerNorm(n)`,
//! `BatchNorm1d(n)` and `BatchNorm2d(n)` with their ε of 1e-5.

use super::assembly::AskedWeights;
use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::{Takes, frozen};
use crate::model::{BatchNorm, LayerNorm, Module};
use crate::num::BlockRole;
use crate::registry::{Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "norm",
        description: "mean 0 and variance 1 over the numbers of a position or over the batch, then a learned scale and shift",
        revision: 1,
        source: "Ba, Kiros & Hinton 2016; Ioffe & Szegedy 2015",
        parameters: &[
            Parameter::new(
                "norm",
                "over what; `batch` takes running averages at test time",
                ParameterKind::OneOf(&["layer", "batch"]),
            ),
            Parameter::with_default(
                "epsilon",
                "what is added to the variance",
                ParameterKind::Number(Range::POSITIVE),
                Value::Number(1e-5),
            ),
            frozen(),
        ],
    },
    takes: Takes::NAME,
    build: &|layer, assembly| {
        let ((positions, width), epsilon) = (assembly.positions(), layer.number("epsilon"));
        let asked = |suffix, role| AskedWeights { suffix, role, ..AskedWeights::of(1, width) };
        let gain = layer.weights(assembly, &asked("", BlockRole::Gain))?;
        let module = if layer.text("norm") == "layer" {
            Module::LayerNorm(LayerNorm { layer: gain, positions, width, epsilon })
        } else {
            if layer.name.is_some() {
                return Err(LayerError::OwnStatistics);
            }
            let statistics = layer.weights(assembly, &asked(".running", BlockRole::Statistic))?;
            Module::BatchNorm(BatchNorm { layer: gain, statistics, positions, width, epsilon })
        };
        assembly.builder.push(module);
        Ok(())
    },
};
