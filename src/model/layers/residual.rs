//! `{ residual = [ … ] }`: what goes in, added to what the layers within make of it.
//!
//! z' = z + f(z); both have the same shape.
//!
//! He, Zhang, Ren & Sun 2016, "Deep residual learning for image recognition", eq. 1.

use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::Takes;
use crate::model::Module;
use crate::registry::Entry;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "residual",
        description: "z + f(z): what goes in is added to what the layers within make of it",
        revision: 1,
        source: "He, Zhang, Ren & Sun 2016",
        parameters: &[],
    },
    takes: Takes { layers: Some("residual"), ..Takes::NOTHING },
    build: &|layer, assembly| {
        let (shape, inputs, width) = (assembly.shape(), assembly.shape_in_words(), assembly.builder.width());
        let within = layer.module_within(assembly)?;
        if (assembly.shape(), within.outputs(assembly.builder.layers())) != (shape, width) {
            let outputs = assembly.words_of(&within);
            return Err(LayerError::NotResidual { inputs, outputs });
        }
        assembly.builder.push(Module::Residual(Box::new(within)));
        Ok(())
    },
};
