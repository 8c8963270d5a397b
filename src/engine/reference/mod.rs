//! The from-scratch engine: modules, each of which gives the lecture's three messages and nothing else (L15).
//!
//! - forward: z' = f(z)
//! - backward: δ_i = Σ_j δ'_j ∂z'_j/∂z_i, where δ' = ∂L/∂z' comes from the module behind
//! - parameter: ∂L/∂w_i = Σ_j δ'_j ∂z'_j/∂w_i
//!
//! z is m × inputs and z' m × outputs, a row per sample; δ and δ' have the shapes of z and z'. A chain of modules is a
//! module too, so modules nest; one that stands in two places with the same parameters shares them, and its parameter
//! messages add up. A network is a module with a loss behind it. All buffers are made once, for the largest
//! batch: nothing allocates inside a step. Every sum runs in one fixed order, so the results have the same bits on every
//! CPU.

mod activation;
mod around;
mod batch_norm;
mod chain;
mod convolution;
mod dropout;
mod embedding;
mod gang;
mod gated;
mod linear;
mod module;
mod norm;
mod objective;
mod operation;
mod pieces;
mod pool;
mod recurrent;
mod weighing;

use super::error::EngineError;
use super::{Batch, Engine, Masks};
use crate::loss::LossFunction;
use crate::model::{self, Layer, Module, Network, Reduction};
use crate::num::crew::most_threads;
use crate::num::{MatMut, MatRef, Real};
pub use gang::GangReference;
use module::{Context, ForwardValues, ReferenceModule, Simple, Weights};
use weighing::Weighing;

/// Makes modules from their descriptions, from the last to the first, as the way back goes: the first to write a layer's
/// gradient sets it, the others add.
struct Maker<'n> {
    layers: &'n [Layer],
    /// Which layers' gradients have been written by a module further back.
    written: Vec<bool>,
    most_samples: usize,
}

impl Maker<'_> {
    fn weights(&mut self, layer: usize) -> Weights {
        let adds = std::mem::replace(&mut self.written[layer], true);
        Weights { layer: self.layers[layer].clone(), adds }
    }

    fn module<R: Real>(&mut self, description: &Module) -> Box<dyn ReferenceModule<R>> {
        match description {
            Module::Linear { layer, positions } => {
                Box::new(Simple(linear::Linear::new(self.weights(*layer), *positions)))
            }
            Module::Activation { activation, .. } => activation::module(activation),
            Module::Dropout { place, .. } => Box::new(Simple(dropout::DropoutModule::at(*place))),
            Module::Recurrent(recurrent) => {
                let [input, hidden] = [recurrent.input, recurrent.hidden].map(|layer| self.weights(layer));
                Box::new(recurrent::RecurrentModule::new(recurrent, input, hidden, self.most_samples))
            }
            Module::Embedding(embedding) => Box::new(Simple(embedding::EmbeddingModule(self.weights(embedding.layer)))),
            Module::Gated(gated) => {
                let [input, hidden] = [gated.input, gated.hidden].map(|layer| self.weights(layer));
                Box::new(gated::GatedModule::new(*gated, input, hidden, self.most_samples))
            }
            Module::Convolution { layer, patches } => {
                Box::new(convolution::module(*patches, self.weights(*layer), self.most_samples))
            }
            Module::Pool(pool) => Box::new(Simple(pool::PoolModule::new(*pool))),
            Module::LayerNorm(norm) => {
                let weights = self.weights(norm.layer);
                Box::new(Simple(norm::LayerNormModule::new(*norm, weights, self.most_samples)))
            }
            Module::BatchNorm(norm) => {
                let [weights, statistics] = [norm.layer, norm.statistics].map(|layer| self.weights(layer));
                Box::new(Simple(batch_norm::BatchNormModule::new(*norm, weights, statistics, self.most_samples)))
            }
            Module::Operation(operated) => {
                let weights = operated.layers.iter().map(|layer| self.weights(*layer)).collect();
                Box::new(Simple(operation::OperationModule::new(operated, weights, self.most_samples)))
            }
            Module::Residual(within) => {
                let width = within.outputs(self.layers);
                Box::new(around::ResidualModule::new(self.module(within), width, self.most_samples))
            }
            Module::Shortcut(model::Shortcut { within, positions, width }) => {
                let widths = (*width, within.outputs(self.layers) / positions);
                Box::new(around::ShortcutModule::new(self.module(within), *positions, widths, self.most_samples))
            }
            Module::Chain(modules) => {
                let made = modules.iter().rev().map(|module| (self.module(module), module.outputs(self.layers)));
                let mut made: Vec<_> = made.collect();
                made.reverse();
                Box::new(chain::Chain::new(made, self.most_samples))
            }
            Module::Objective { layer, objective } => {
                Box::new(Simple(objective::module(objective, self.weights(*layer), self.most_samples)))
            }
        }
    }
}

/// The reference engine for one network.
pub struct Reference<R> {
    network: Box<dyn ReferenceModule<R>>,
    loss: Box<dyn LossFunction<R>>,
    reduction: Reduction,
    /// Samples of an evaluation that are taken at once.
    piece: usize,
    /// K and the positions of each sample.
    outputs: usize,
    positions: usize,
    /// s of the last batch, m × positions × K, and δ = ∂L/∂s.
    values: Vec<R>,
    delta: Vec<R>,
    weighing: Weighing<R>,
}

impl<R: Real> Reference<R> {
    /// An engine for batches of up to `most_samples`, and for evaluations of any number.
    #[must_use]
    pub fn new(network: &Network, most_samples: usize) -> Self {
        let piece = pieces::samples_at_once(network, size_of::<R>()) * most_threads();
        let (batch, most_samples) = (most_samples.max(1), most_samples.max(piece));
        let written = vec![false; network.layers().len()];
        let mut maker = Maker { layers: network.layers(), written, most_samples };
        let numbers = batch * network.output_width();
        Self {
            network: maker.module(network.chain()),
            loss: network.loss().function(batch * network.positions(), network.outputs()),
            reduction: network.reduction(),
            piece,
            outputs: network.outputs(),
            positions: network.positions(),
            values: vec![R::ZERO; numbers],
            delta: vec![R::ZERO; numbers],
            weighing: Weighing::default(),
        }
    }
}

impl<R: Real> Engine<R> for Reference<R> {
    fn loss_and_gradient(
        &mut self,
        parameters: &[R],
        batch: &Batch<'_, R>,
        gradient: &mut [R],
    ) -> Result<R, EngineError> {
        let (samples, answers) = (batch.inputs.rows(), batch.inputs.rows() * self.positions);
        let (width, numbers) = (self.positions * self.outputs, answers * self.outputs);
        let context = Context { parameters, masks: batch.masks, training: true };
        self.network.forward(context, batch.inputs, MatMut::new(samples, width, &mut self.values[..numbers]));

        let (values, delta) = (&self.values[..numbers], &mut self.delta[..numbers]);
        // The loss sees each position of a sample as a row of its own: the same numbers in the same order.
        let s = MatRef::new(answers, self.outputs, values);
        let (share, message) = (self.reduction.share(answers), MatMut::new(answers, self.outputs, delta));
        let loss = match batch.weights {
            [] => self.loss.loss_and_delta(s, batch.targets, share, message),
            weights => self.weighing.loss_and_delta(self.loss.as_mut(), (s, batch.targets), (weights, share), message),
        };

        let values = ForwardValues { z: batch.inputs, z_next: MatRef::new(samples, width, values) };
        self.network.back(context, values, MatRef::new(samples, width, delta), None, gradient);
        Ok(loss)
    }

    fn outputs(
        &mut self,
        parameters: &[R],
        inputs: MatRef<'_, R>,
        mut outputs: MatMut<'_, R>,
    ) -> Result<(), EngineError> {
        // In pieces that fit the cache, for batches of any size; samples do not influence one another.
        let width = outputs.cols();
        let context = Context { parameters, masks: Masks(&[]), training: false };
        for (index, out) in outputs.data().chunks_mut(self.piece * width).enumerate() {
            let (start, samples) = (index * self.piece, out.len() / width);
            let inputs = inputs.rows_between(start, start + samples);
            self.network.forward(context, inputs, MatMut::new(samples, width, out));
        }
        Ok(())
    }
}
