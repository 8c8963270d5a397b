//! `{ pool = "max", size = 2 }`: one number for each stretch of steps or square of pixels, per feature or channel; without `size` one
//! for all of them.
//!
//! `last` keeps the last step. Steps and pixels beyond the last whole stretch or square are left out, as in PyTorch.
//!
//! Riesenhuber & Poggio 1999; over all pixels: Lin, Chen & Yan 2014, "Network in network".

use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::{Takes, usual_count};
use crate::model::{Module, Pool, Pooling};
use crate::num::{Image, Shape};
use crate::registry::{Entry, Parameter, ParameterKind};

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "pool",
        description: "the largest, the mean or the last of the steps of a sequence, or of the pixels of an image",
        revision: 1,
        source: "Riesenhuber & Poggio 1999; Lin, Chen & Yan 2014",
        parameters: &[
            Parameter::new("pool", "what stands for them", ParameterKind::OneOf(&["max", "mean", "last"])),
            usual_count("size", "steps, or pixels along a side, that one number stands for; 0 for all", (0, 1000), 0),
        ],
    },
    takes: Takes::NOTHING,
    build: &|layer, assembly| {
        let (size, got) = (layer.count("size"), assembly.shape_in_words());
        let pooling = match layer.text("pool") {
            "max" => Pooling::Max,
            "mean" => Pooling::Average,
            _ => Pooling::Last,
        };
        let image = match assembly.shape() {
            Shape::Flat => return Err(LayerError::NeedsPositions { got }),
            Shape::Image(_) if pooling == Pooling::Last => return Err(LayerError::NeedsSequence { got }),
            Shape::Sequence { steps, features } => Image { height: steps, width: 1, channels: features },
            Shape::Image(image) => image,
        };
        let is_line = matches!(assembly.shape(), Shape::Sequence { .. });
        let window = match size {
            0 => (image.height, image.width),
            size => (size, if is_line { 1 } else { size }),
        };
        if window.0 > image.height || window.1 > image.width {
            return Err(LayerError::TooSmall { got, size });
        }
        let pool = Pool { pooling, image, window };
        let Image { height, width, channels } = pool.pooled();
        assembly.builder.push(Module::Pool(pool));
        assembly.set_shape(match (size, is_line) {
            (0, _) => Shape::Flat,
            (_, true) => Shape::Sequence { steps: height, features: channels },
            (_, false) => Shape::Image(Image { height, width, channels }),
        });
        Ok(())
    },
};
