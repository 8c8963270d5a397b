//! Puts a network together: layers get their places in θ, dropout its places, in the order in which they are asked for.

use super::{KernelShape, Layer, LayerStart, Module, Network, Reduction};
use crate::activation::{self, Activation};
use crate::loss::Loss;
use crate::num::BlockRole;

/// A network in the making.
#[derive(Debug)]
pub struct Builder {
    inputs: usize,
    modules: Vec<Module>,
    layers: Vec<Layer>,
    dropout_places: Vec<usize>,
}

/// A chain that is left for one within it.
#[derive(Debug)]
pub struct Opened {
    inputs: usize,
    modules: Vec<Module>,
}

impl Builder {
    /// For samples of this many numbers.
    #[must_use]
    pub fn new(inputs: usize) -> Self {
        Self { inputs, modules: Vec::new(), layers: Vec::new(), dropout_places: Vec::new() }
    }

    /// Puts a module at the end of the chain.
    pub fn push(&mut self, module: Module) {
        self.modules.push(module);
    }

    /// Starts a chain within the chain, for [`Self::close`]; what is returned is what was there before.
    #[must_use]
    pub fn open(&mut self) -> Opened {
        let width = self.width();
        let inputs = std::mem::replace(&mut self.inputs, width);
        Opened { inputs, modules: std::mem::take(&mut self.modules) }
    }

    /// Ends a chain within the chain: it becomes one module, which is not yet part of the chain.
    pub fn close(&mut self, before: Opened) -> Module {
        let width = std::mem::replace(&mut self.inputs, before.inputs);
        let mut modules = std::mem::replace(&mut self.modules, before.modules);
        if modules.is_empty() {
            modules.push(Module::Activation { activation: Activation::of(&activation::IDENTITY), width });
        }
        Module::Chain(modules)
    }

    /// The layers of weights so far.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// How many parameters they have.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.layers.last().map_or(0, |last| last.weights.end)
    }

    /// How many of them are learned, whether or not they are frozen: all but running averages.
    #[must_use]
    pub fn trained_count(&self) -> usize {
        let trained = self.layers.iter().filter(|layer| layer.role != BlockRole::Statistic);
        trained.map(|layer| layer.parameters().len()).sum()
    }

    /// Says that training leaves a layer as it is.
    pub fn freeze(&mut self, layer: usize) {
        self.layers[layer].frozen = true;
    }

    /// Says what a layer's weights do. The factors of norms and running averages start at 1, with a bias at 0.
    pub fn has_role(&mut self, layer: usize, role: BlockRole) {
        self.layers[layer].role = role;
        if matches!(role, BlockRole::Gain | BlockRole::Statistic) {
            self.starts(layer, LayerStart::At { weights: 1.0, bias: 0.0 });
        }
    }

    /// Says where a layer's parameters start.
    pub fn starts(&mut self, layer: usize, start: LayerStart) {
        self.layers[layer].start = start;
    }

    /// Whether nothing is in the chain so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// Numbers per sample that come out of the chain so far.
    #[must_use]
    pub fn width(&self) -> usize {
        self.modules.last().map_or(self.inputs, |last| last.outputs(&self.layers))
    }

    /// A new layer's number; its weights come next in θ.
    pub fn layer(&mut self, name: String, inputs: usize, outputs: usize, has_bias: bool) -> usize {
        let start = self.layers.last().map_or(0, |last| last.weights.end);
        let bias = start..start + if has_bias { outputs } else { 0 };
        let weights = bias.end..bias.end + inputs * outputs;
        self.layers.push(Layer {
            name,
            role: BlockRole::Weights,
            inputs,
            outputs,
            bias,
            weights,
            kernel: None,
            pixels: 1,
            start: LayerStart::Drawn,
            frozen: false,
        });
        self.layers.len() - 1
    }

    /// A new layer for a convolution with kernels of this side.
    pub fn convolution(&mut self, name: String, kernel: usize, inputs: usize, outputs: usize) -> usize {
        let layer = self.layer(name, inputs, outputs, true);
        self.layers[layer].role = BlockRole::Kernel;
        self.has_kernel(layer, KernelShape::Square(kernel));
        layer
    }

    /// Says that a layer's inputs are the patches of a kernel.
    pub fn has_kernel(&mut self, layer: usize, kernel: KernelShape) {
        self.layers[layer].kernel = Some(kernel);
        self.layers[layer].pixels = kernel.pixels();
    }

    /// A new layer by which this many units feed themselves, without a bias.
    pub fn recurrent(&mut self, name: String, units: usize) -> usize {
        let layer = self.layer(name, units, units, false);
        self.layers[layer].role = BlockRole::Recurrent;
        layer
    }

    /// Says that a layer's inputs are an image of so many pixels.
    pub fn takes_pixels(&mut self, layer: usize, pixels: usize) {
        self.layers[layer].pixels = pixels;
    }

    /// A new place for dropout, before what comes next.
    pub fn dropout(&mut self) -> Module {
        let width = self.width();
        self.dropout_places.push(width);
        Module::Dropout { place: self.dropout_places.len() - 1, width }
    }

    /// f on every unit of a width; `None` for the identity.
    #[must_use]
    pub fn activation(activation: &Activation, width: usize) -> Option<Module> {
        let module = || Module::Activation { activation: activation.clone(), width };
        (!activation.is_identity()).then(module)
    }

    /// Puts dropout, a linear layer and an activation at the end, as one module.
    pub fn dense(&mut self, layer: usize, activation: &Activation) {
        let dropout = self.dropout();
        let linear = Module::Linear { layer, positions: 1 };
        let width = linear.outputs(&self.layers);
        let modules = [dropout, linear].into_iter().chain(Self::activation(activation, width)).collect();
        self.push(Module::Chain(modules));
    }

    /// Puts dropout and a linear layer at the end, as one module.
    pub fn linear(&mut self, layer: usize) {
        self.dense(layer, &Activation::of(&activation::IDENTITY));
    }

    /// The network, with K outputs at each position.
    #[must_use]
    pub fn finish(self, outputs: usize, positions: usize, loss: Loss) -> Network {
        debug_assert_eq!(self.width(), outputs * positions, "what the chain gives");
        let Self { inputs, mut modules, layers, dropout_places } = self;
        let chain = if modules.len() == 1 { modules.remove(0) } else { Module::Chain(modules) };
        Network { inputs, outputs, positions, chain, layers, dropout_places, loss, reduction: Reduction::Mean }
    }
}
