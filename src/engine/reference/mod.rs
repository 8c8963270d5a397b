//! The from-scratch engine: modules, each of which gives the lecture's three messages and nothing else (L15).
//!
//! - forward: z' = f(z)
//! - backward: δ_i = Σ_j δ'_j ∂z'_j/∂z_i, where δ' = ∂L/∂z' comes from the module behind
//! - parameter: ∂L/∂w_i = Σ_j δ'_j ∂z'_j/∂w_i
//!
//! z is m × inputs and z' m × outputs, a row per sample; δ and δ' have the shapes of z and z'. A network is a chain of
//! modules with a loss module at its end. All buffers are made once, for the largest batch: nothing allocates inside a
//! step. Every sum runs in one fixed order, so the results have the same bits on every CPU.

mod activation;
mod dropout;
mod linear;
mod loss;

use super::{Batch, Engine, Masks};
use crate::model::{Activation, Network};
use crate::num::{MatMut, MatRef, Real};
use loss::LossModule;
use std::ops::Range;

/// What a module may look at while it works: all parameters are given from outside, as are the drawn masks.
#[derive(Clone, Copy)]
struct Context<'a, R> {
    /// This module's own parameters.
    parameters: &'a [R],
    masks: Masks<'a, R>,
}

/// One module: three messages.
trait Module<R: Real> {
    /// z' = f(z)
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>);

    /// δ_i = Σ_j δ'_j ∂z'_j/∂z_i
    fn backward(
        &mut self,
        context: Context<'_, R>,
        values: Values<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    );

    /// ∂L/∂w_i = Σ_j δ'_j ∂z'_j/∂w_i, written to `gradient`, for modules with parameters.
    fn parameter(&mut self, _z: MatRef<'_, R>, _delta_next: MatRef<'_, R>, _gradient: &mut [R]) {}

    /// Whether the module is the identity outside training.
    fn only_in_training(&self) -> bool {
        false
    }
}

/// What went in and came out at the forward message.
#[derive(Clone, Copy)]
struct Values<'a, R> {
    z: MatRef<'a, R>,
    z_next: MatRef<'a, R>,
}

/// A module in its place: which parameters are its own, and how many numbers per sample come out.
struct Placed<R> {
    module: Box<dyn Module<R>>,
    parameters: Range<usize>,
    outputs: usize,
}

/// The reference engine for one network.
pub struct Reference<R> {
    chain: Vec<Placed<R>>,
    loss: Box<dyn LossModule<R>>,
    /// z' of each module, m × its outputs at most.
    values: Vec<Vec<R>>,
    /// δ and δ', in turn.
    deltas: [Vec<R>; 2],
}

impl<R: Real> Reference<R> {
    /// An engine for batches of up to `most_samples`.
    #[must_use]
    pub fn new(network: &Network, most_samples: usize) -> Self {
        let mut chain: Vec<Placed<R>> = Vec::new();
        let layers = network.layers();
        for (index, layer) in layers.iter().enumerate() {
            let mut place = |module, parameters, outputs| chain.push(Placed { module, parameters, outputs });
            place(Box::new(dropout::Dropout::before(index)), 0..0, layer.inputs);
            place(Box::new(linear::Linear::new(layer.inputs, layer.outputs)), layer.parameters(), layer.outputs);
            if index + 1 < layers.len() && network.activation() != Activation::Identity {
                place(activation::module(network.activation()), 0..0, layer.outputs);
            }
        }
        let values = chain.iter().map(|placed| vec![R::ZERO; most_samples * placed.outputs]).collect();
        let widest = chain.iter().map(|placed| placed.outputs).max().unwrap_or(0);
        let delta = vec![R::ZERO; most_samples * widest];
        Self { chain, loss: loss::module(network.loss()), values, deltas: [delta.clone(), delta] }
    }

    /// Sends the forward message through the modules that act: those of training, or all but those.
    /// Returns what comes out of the last.
    fn forward<'a>(
        &'a mut self,
        parameters: &[R],
        inputs: MatRef<'a, R>,
        masks: Masks<'_, R>,
        training: bool,
    ) -> MatRef<'a, R> {
        let samples = inputs.rows();
        let mut z = inputs;
        for (placed, values) in self.chain.iter_mut().zip(&mut self.values) {
            if placed.is_skipped(masks, training) {
                continue;
            }
            let context = Context { parameters: &parameters[placed.parameters.clone()], masks };
            let values = &mut values[..samples * placed.outputs];
            placed.module.forward(context, z, MatMut::new(samples, placed.outputs, values));
            z = MatRef::new(samples, placed.outputs, values);
        }
        z
    }
}

impl<R: Real> Placed<R> {
    /// Whether the module is the identity now, so that its neighbours are joined directly.
    fn is_skipped(&self, masks: Masks<'_, R>, training: bool) -> bool {
        self.module.only_in_training() && (!training || masks.0.is_empty())
    }
}

impl<R: Real> Engine<R> for Reference<R> {
    fn loss_and_gradient(&mut self, parameters: &[R], batch: &Batch<'_, R>, gradient: &mut [R]) -> Result<R, String> {
        let samples = batch.inputs.rows();
        self.forward(parameters, batch.inputs, batch.masks, true);

        let Self { chain, loss, values, deltas } = self;
        let of = |index: usize, width: usize| MatRef::new(samples, width, &values[index][..samples * width]);
        let last = chain.len() - 1; // the output layer, a linear module
        let width = chain[last].outputs;
        let [mut next, mut here] = deltas.each_mut();
        let delta = MatMut::new(samples, width, &mut next[..samples * width]);
        let mean_loss = loss.forward_and_backward(of(last, width), batch.targets, delta);

        let acting: usize = chain.iter().take_while(|placed| placed.parameters.is_empty()).count();
        for index in (acting..chain.len()).rev() {
            if chain[index].is_skipped(batch.masks, true) {
                continue;
            }
            let before = (0..index).rev().find(|&before| !chain[before].is_skipped(batch.masks, true));
            let z = before.map_or(batch.inputs, |before| of(before, chain[before].outputs));
            let Placed { module, parameters: own, outputs } = &mut chain[index];
            let delta_next = MatRef::new(samples, *outputs, &next[..samples * *outputs]);
            module.parameter(z, delta_next, &mut gradient[own.clone()]);
            if index > acting {
                let context = Context { parameters: &parameters[own.clone()], masks: batch.masks };
                let delta = MatMut::new(samples, z.cols(), &mut here[..samples * z.cols()]);
                module.backward(context, Values { z, z_next: of(index, *outputs) }, delta_next, delta);
                std::mem::swap(&mut next, &mut here);
            }
        }
        Ok(mean_loss)
    }

    fn outputs(&mut self, parameters: &[R], inputs: MatRef<'_, R>, mut outputs: MatMut<'_, R>) -> Result<(), String> {
        // In pieces that fit the buffers; samples do not influence one another.
        let piece = self.values.iter().zip(&self.chain).map(|(values, placed)| values.len() / placed.outputs).min();
        let piece = piece.unwrap_or(1).max(1);
        let width = outputs.cols();
        for (index, out) in outputs.data().chunks_mut(piece * width).enumerate() {
            let (start, end) = (index * piece, (index * piece + piece).min(inputs.rows()));
            let s = self.forward(parameters, inputs.rows_between(start, end), Masks(&[]), false);
            out.copy_from_slice(s.data());
        }
        Ok(())
    }
}
