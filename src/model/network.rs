//! A network: a chain of modules with its parameters' places and its loss.

use super::{Layer, Module, Reduction};
use crate::loss::Loss;
use crate::num::{BlockRole, Layout, Objective};
use std::ops::Range;

/// A chain of modules with its parameters' places and its loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(super) inputs: usize,
    /// K, per position.
    pub(super) outputs: usize,
    pub(super) positions: usize,
    /// What is trained, from inputs to the last linear outputs.
    pub(super) chain: Module,
    pub(super) layers: Vec<Layer>,
    /// Widths of the places where dropout can act.
    pub(super) dropout_places: Vec<usize>,
    pub(super) loss: Loss,
    pub(super) reduction: Reduction,
}

impl Network {
    /// The same network with another reduction.
    #[must_use]
    pub fn reduced_by(self, reduction: Reduction) -> Self {
        Self { reduction, ..self }
    }

    /// Numbers per sample that go in.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// K, the outputs s at each position.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// How many answers a sample has: the steps of a sequence that is answered at each step, 1 otherwise.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.positions
    }

    /// Numbers per sample that come out: positions × K.
    #[must_use]
    pub fn output_width(&self) -> usize {
        self.positions * self.outputs
    }

    /// The whole as one module.
    #[must_use]
    pub fn chain(&self) -> &Module {
        &self.chain
    }

    /// What the outputs are trained for.
    #[must_use]
    pub fn loss(&self) -> &Loss {
        &self.loss
    }

    /// How the losses of a batch become one.
    #[must_use]
    pub fn reduction(&self) -> Reduction {
        self.reduction
    }

    /// The widths of the places where dropout can act: the inputs (place 0), then what feeds each further layer.
    #[must_use]
    pub fn dropout_places(&self) -> &[usize] {
        &self.dropout_places
    }

    /// The layers of weights in order, with their places in θ.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Where the weights lie that penalties, noise and omissions act on: those of linear maps that are trained, not biases and not gains.
    #[must_use]
    pub fn weights(&self) -> Vec<Range<usize>> {
        let linear = |layer: &&Layer| !layer.frozen && layer.role.is_penalized();
        self.layers.iter().filter(linear).map(|layer| layer.weights.clone()).collect()
    }

    /// Where the running averages lie, which no gradient moves: their place in a gradient has what they are to move towards.
    #[must_use]
    pub fn statistics(&self) -> Vec<Range<usize>> {
        let moves = |layer: &&Layer| layer.role == BlockRole::Statistic && !layer.frozen;
        self.layers.iter().filter(moves).map(Layer::parameters).collect()
    }

    /// Where the parameters lie that training leaves as they are.
    #[must_use]
    pub fn frozen(&self) -> Vec<Range<usize>> {
        self.layers.iter().filter(|layer| layer.frozen).map(Layer::parameters).collect()
    }

    /// How many different whole numbers the inputs are, where the first layer looks them up.
    #[must_use]
    pub fn vocabulary(&self) -> Option<usize> {
        let Module::Chain(modules) = &self.chain else { return None };
        let Some(Module::Embedding(embedding)) = modules.first() else { return None };
        Some(self.layers[embedding.layer].inputs)
    }

    /// How many numbers θ holds.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.weights.end)
    }

    /// The blocks of θ: bias and weights of each layer, named as `layers.0.bias` and `layers.0.weight`.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let mut layout = Layout::default();
        for layer in &self.layers {
            let (bias, weights) = layer.names();
            if !layer.bias.is_empty() {
                let role = if layer.role == BlockRole::Statistic { layer.role } else { BlockRole::Bias };
                layout.push(bias, role, 1, layer.outputs);
            }
            layout.push(weights, layer.role, layer.inputs, layer.outputs);
        }
        layout
    }

    /// The objective, where the network is one.
    #[must_use]
    pub fn objective(&self) -> Option<&Objective> {
        match &self.chain {
            Module::Objective { objective, .. } => Some(objective),
            _ => None,
        }
    }
}
