//! Small convolutional network (lecture L40): stages of convolution, activation and pooling, then a perceptron.
//!
//! Each output channel of a convolution is a linear unit that looks at every k × k patch of the image with the same
//! weights: z'_{p,c} = b_c + Σ_i w_{i,c} z_{p,i} over the patch p. No padding: an image of h × w becomes
//! (h−k+1) × (w−k+1), and pooling by q leaves ⌊·/q⌋ of each side.
//!
//! Shapes: a pixel's channels stand side by side (PyTorch: channels first); weights (k·k·C) × C'.
//!
//! Source: LeCun et al. 1989; max pooling: Riesenhuber & Poggio 1999.

use super::error::ModelError;
use super::{Architecture, Builder, KernelShape, ModelEntry, Module, Network, Patches, Pool, Task, mlp};
use crate::num::{Image, Shape};
use crate::registry::Entry;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "cnn",
        description: "convolutional network: stages of convolution, activation and pooling, then hidden layers",
        revision: 1,
        source: "LeCun et al. 1989; lecture L40",
        parameters: &[],
    },
    keys: &["channels", "kernel", "pooling", "pool", "hidden", "activation"],
    hidden_units: true,
    activation: Some("relu"),
    initial: None,
    build: &build,
};

fn build(architecture: &Architecture, task: &Task) -> Result<Network, ModelError> {
    let Shape::Image(mut image) = task.shape else {
        return Err(ModelError::NeedsImages);
    };
    let (outputs, loss) = task.answer.usual()?;
    mlp::one_answer(task)?;
    let Architecture { activation, kernel, pooling, pool: size, .. } = architecture;
    let (kernel, pooling, size) = (*kernel, *pooling, *size);
    let mut builder = Builder::new(task.inputs);
    for (index, &channels) in architecture.channels.iter().enumerate() {
        let Image { height, width, .. } = image;
        if height.min(width) < kernel + size - 1 {
            return Err(ModelError::TooFewPixels { stage: index + 1, height, width, kernel, pool: size });
        }
        let patches = Patches::within(image, KernelShape::Square(kernel));
        let dropout = builder.dropout();
        let layer = builder.convolution(format!("layers.{index}"), kernel, patches.numbers(), channels);
        let (height, width) = patches.places();
        let convolved = Image { height, width, channels };
        let pool = Pool { pooling, image: convolved, window: (size, size) };
        let convolution = Module::Convolution { layer, patches };
        let activation = Builder::activation(activation, convolved.numbers());
        let stage =
            [dropout, convolution].into_iter().chain(activation).chain((size > 1).then_some(Module::Pool(pool)));
        builder.push(Module::Chain(stage.collect()));
        image = if size > 1 { pool.pooled() } else { convolved };
    }
    let first = architecture.channels.len();
    mlp::dense_layers(&mut builder, first, &architecture.hidden, outputs, activation, false);
    builder.takes_pixels(first, image.height * image.width);
    Ok(builder.finish(outputs, 1, loss))
}
