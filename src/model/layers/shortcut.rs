//! `{ shortcut = [ … ] }`: what goes in, side by side with what the layers within make of it.
//!
//! z' = (z, f(z)) at each position. With a layer in each, every later layer sees the inputs and all earlier layers: the networks
//! with all shortcut connections of Proben1 (Prechelt 1994).
//!
//! Fahlman & Lebiere 1990, "The cascade-correlation learning architecture"; Huang et al. 2017, "Densely connected convolutional
//! networks".

use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::Takes;
use crate::model::{Module, Shortcut};
use crate::num::{Image, Shape};
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "shortcut",
        description: "z beside f(z): later layers see what goes in and what the layers within make of it",
        revision: 1,
        source: "Fahlman & Lebiere 1990; Prechelt 1994; Huang et al. 2017",
        parameters: &[],
    },
    takes: Takes { layers: Some("shortcut"), ..Takes::NOTHING },
    build: &|layer, assembly| {
        let (before, inputs) = (assembly.shape(), assembly.shape_in_words());
        let (positions, width) = assembly.positions();
        let within = layer.module_within(assembly)?;
        let shape = match (before, assembly.shape()) {
            (Shape::Flat, Shape::Flat) => Shape::Flat,
            (Shape::Sequence { steps, features }, Shape::Sequence { steps: same, features: more }) if steps == same => {
                Shape::Sequence { steps, features: features + more }
            }
            (Shape::Image(one), Shape::Image(other)) if (one.height, one.width) == (other.height, other.width) => {
                Shape::Image(Image { channels: one.channels + other.channels, ..one })
            }
            _ => return Err(LayerError::NotBeside { inputs, outputs: assembly.words_of(&within) }),
        };
        assembly.builder.push(Module::Shortcut(Shortcut { within: Box::new(within), positions, width }));
        assembly.set_shape(shape);
        Ok(())
    },
};
