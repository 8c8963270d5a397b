//! `{ flatten = true }`: the numbers of all steps of a sequence side by side, without an order in time.

use super::assembly::LayerBuilder;
use super::error::LayerError;
use super::kind::{LayerKind, Takes};
use crate::num::Shape;
use crate::registry::{Entry, Parameter, ParameterKind};

pub const BUILDER: LayerBuilder = LayerBuilder {
    kind: LayerKind {
        entry: Entry {
            name: "flatten",
            description: "all steps of a sequence side by side",
            revision: 1,
            source: "model/layers/flatten.rs",
            parameters: &[Parameter::new("flatten", "`true`", ParameterKind::OneOf(&["true"]))],
        },
        takes: Takes::NOTHING,
    },
    build: &|_, assembly| match assembly.shape() {
        Shape::Sequence { .. } => {
            assembly.set_shape(Shape::Flat);
            Ok(())
        }
        Shape::Image(_) => Err(LayerError::FlattensImage),
        Shape::Flat => Err(LayerError::FlattensNothing { got: assembly.shape_in_words() }),
    },
};
