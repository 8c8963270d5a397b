//! `{ embedding = 8, of = 100 }`: a row of numbers for each whole number from 0 on, looked up and learned.
//!
//! z'_t = E_{z_t}, E of V × D. The inputs are V different whole numbers, not scaled: `data.standardize = false`. A table of n such columns
//! becomes a sequence of n steps.
//!
//! Bengio, Ducharme, Vincent & Jauvin 2003, "A neural probabilistic language model". PyTorch's `Embedding(V, D)`.

use super::assembly::AskedWeights;
use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::{Takes, count, frozen};
use crate::model::{Embedding, Module};
use crate::num::Shape;
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "embedding",
        description: "a learned row of numbers for each of the whole numbers that are the inputs; the first layer",
        revision: 1,
        source: "Bengio et al. 2003",
        parameters: &[
            count("embedding", "numbers in a row", 100_000),
            count("of", "how many different whole numbers there are, from 0 on", 1_000_000),
            frozen(),
        ],
    },
    takes: Takes::NAME,
    build: &|layer, assembly| {
        if !assembly.builder.is_empty() {
            return Err(LayerError::NotFirst);
        }
        let (width, of) = (layer.count("embedding"), layer.count("of"));
        let numbers = assembly.builder.width();
        let (steps, each) = match assembly.shape() {
            Shape::Flat => (numbers, 1),
            Shape::Sequence { steps, features } => (steps, features),
            Shape::Image(_) => return Err(LayerError::NeedsSequence { got: assembly.shape_in_words() }),
        };
        let asked = AskedWeights { bias: false, ..AskedWeights::of(of, width) };
        let rows = layer.weights(assembly, &asked)?;
        assembly.builder.push(Module::Embedding(Embedding { layer: rows, numbers }));
        assembly.set_shape(Shape::Sequence { steps, features: each * width });
        Ok(())
    },
};
