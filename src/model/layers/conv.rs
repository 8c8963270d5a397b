//! `{ conv = 16, kernel = 3 }`: a convolution of so many channels, over the steps of a sequence or the pixels of an image (lecture L40).
//!
//! z'_{p,c} = f(b_c + Σ_i w_{i,c} z_{p,i}) over the patch p. A patch of a sequence has `kernel` steps, one of an image `kernel` ×
//! `kernel` pixels; `stride` is from one to the next, and `padding` zeros are put around. PyTorch's `Conv1d` and `Conv2d`.
//!
//! LeCun et al. 1989.

use super::assembly::AskedWeights;
use super::chosen::LayerEntry;
use super::error::LayerError;
use super::kind::{Takes, count, frozen, usual_count};
use crate::model::{KernelShape, Module, Patches};
use crate::num::{BlockRole, Image, Shape};
use crate::registry::Entry;

const MOST: u64 = 1000;

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "conv",
        description: "convolution of so many channels over the steps of a sequence or the pixels of an image",
        revision: 1,
        source: "LeCun et al. 1989; lecture L40",
        parameters: &[
            count("conv", "channels", 100_000),
            usual_count("kernel", "steps, or pixels along a side, of a patch", (1, MOST), 3),
            usual_count("stride", "steps or pixels from one patch to the next", (1, MOST), 1),
            usual_count("padding", "zeros on each side", (0, MOST), 0),
            frozen(),
        ],
    },
    takes: Takes { activation: true, name: true, layers: None },
    build: &|layer, assembly| {
        let [channels, size, stride, padding] = ["conv", "kernel", "stride", "padding"].map(|name| layer.count(name));
        let got = || LayerError::NeedsPositions { got: assembly.shape_in_words() };
        let (image, kernel) = match assembly.shape() {
            Shape::Flat => return Err(got()),
            Shape::Sequence { steps, features } => {
                (Image { height: steps, width: 1, channels: features }, KernelShape::Line(size))
            }
            Shape::Image(image) => (image, KernelShape::Square(size)),
        };
        let patches = Patches { image, kernel, stride, padding };
        if padding >= size {
            return Err(LayerError::PadsTooMuch { kernel: size, padding });
        }
        if !patches.fit() {
            return Err(LayerError::TooSmall { got: assembly.shape_in_words(), size });
        }
        let asked = AskedWeights { role: BlockRole::Kernel, ..AskedWeights::of(patches.numbers(), channels) };
        let weights = layer.weights(assembly, &asked)?;
        assembly.builder.has_kernel(weights, kernel);
        let dropout = assembly.builder.dropout();
        assembly.builder.push(dropout);
        assembly.builder.push(Module::Convolution { layer: weights, patches });
        let (height, width) = patches.places();
        assembly.set_shape(match kernel {
            KernelShape::Line(_) => Shape::Sequence { steps: height, features: channels },
            KernelShape::Square(_) => Shape::Image(Image { height, width, channels }),
        });
        assembly.activation(layer.activation.as_ref());
        Ok(())
    },
};
