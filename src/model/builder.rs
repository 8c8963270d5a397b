//! Puts a network together: layers get their places in θ, dropout its places, in the order in which they are asked for.

use super::{Layer, Module, Network, Reduction};
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
        });
        self.layers.len() - 1
    }

    /// A new layer for a convolution with kernels of this side.
    pub fn convolution(&mut self, name: String, kernel: usize, inputs: usize, outputs: usize) -> usize {
        let layer = self.layer(name, inputs, outputs, true);
        self.layers[layer].role = BlockRole::Kernel;
        self.layers[layer].kernel = Some(kernel);
        self.layers[layer].pixels = kernel * kernel;
        layer
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
