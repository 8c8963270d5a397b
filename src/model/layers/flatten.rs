//! `{ flatten = true }`: the numbers of all steps of a sequence side by side, without an order in time.

use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::{Takes, always};
use crate::num::Shape;
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "flatten",
        description: "all steps of a sequence side by side",
        revision: 1,
        source: "model/layers/flatten.rs",
        parameters: &[always("flatten")],
    },
    takes: Takes::NOTHING,
    build: &|_, assembly| match assembly.shape() {
        Shape::Sequence { .. } => {
            assembly.set_shape(Shape::Flat);
            Ok(())
        }
        Shape::Image(_) => Err(LayerError::FlattensImage),
        Shape::Flat => Err(LayerError::FlattensNothing { got: assembly.shape_in_words() }),
    },
};
