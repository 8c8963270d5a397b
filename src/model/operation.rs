//! Modules with arithmetic of their own, for layers that come from another crate.
//!
//! An operation maps each position of a sample (all of its numbers, a step of a sequence, a pixel of an image) by itself: rows × n
//! numbers to rows × k, with sets of weights that it asked for. It is computed twice, as everything is: by the three messages of a
//! module (lecture L15) in the reference engine, and by an expression that Burn differentiates.
//!
//! A kind of layer puts one behind the layers that are there by [`Assembly::operation`](super::layers::Assembly::operation). What acts
//! differently in training and at test time is no operation.

use super::Layer;
use crate::num::{ByPrecision, MatMut, MatRef, PerPrecision, Real};
use crate::registry::Choice;
use std::fmt;

/// Tensors of Burn, of the version that burnmark uses.
pub use burn::tensor;
use tensor::Tensor;

/// The arithmetic of a module, a constant of the crate that adds it.
pub struct LayerOperation {
    /// The three messages, for the reference engine; mostly `ByPrecision { f32: &function, f64: &function }` for a
    /// `fn function<R: Real>(choice: &Choice, size: OperationSize) -> Box<dyn OperationFunction<R>>`.
    pub function: ByPrecision<OperationFunctions>,
    /// z' of z as an expression that Burn can differentiate.
    pub expression: &'static OperationExpression,
}

/// What makes an [`OperationFunction`] of a precision from the values of the layer's parameters.
pub struct OperationFunctions;

impl PerPrecision for OperationFunctions {
    type Of<R: Real> = dyn Fn(&Choice, OperationSize) -> Box<dyn OperationFunction<R>> + Send + Sync;
}

/// z', rows × k, of the sets of weights and of z, rows × n.
pub type OperationExpression = dyn Fn(&Choice, &[LayerTensors], Tensor<2>) -> Tensor<2> + Send + Sync;

/// A set of weights as tensors: W of n × K, and 1 × K if it has a bias.
#[derive(Clone, Debug)]
pub struct LayerTensors {
    /// b
    pub bias: Option<Tensor<2>>,
    /// W
    pub weights: Tensor<2>,
}

/// What an operation has to have room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationSize {
    /// The most rows of a batch.
    pub rows: usize,
    /// n
    pub inputs: usize,
    /// k
    pub outputs: usize,
}

/// The three messages of an operation (lecture L15). z is rows × n, z' rows × k; δ and δ' have the shapes of z and z'.
pub trait OperationFunction<R: Real> {
    /// z' = f(w; z)
    fn forward(&mut self, weights: OperationWeights<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>);

    /// δ_i = Σ_j δ'_j ∂z'_j/∂z_i
    fn backward(
        &mut self,
        weights: OperationWeights<'_, R>,
        z: MatRef<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    );

    /// Adds ∂L/∂w = Σ δ'_j ∂z'_j/∂w to the gradient; an operation without weights has nothing to do.
    fn parameter(
        &mut self,
        _weights: OperationWeights<'_, R>,
        _z: MatRef<'_, R>,
        _delta_next: MatRef<'_, R>,
        _gradient: OperationGradient<'_, R>,
    ) {
    }
}

/// The sets of weights of an operation, by their place in the list that it asked for.
#[derive(Clone, Copy)]
pub struct OperationWeights<'a, R> {
    parameters: &'a [R],
    sets: &'a [Layer],
}

impl<'a, R> OperationWeights<'a, R> {
    /// Those of these sets in θ.
    #[must_use]
    pub(crate) fn new(parameters: &'a [R], sets: &'a [Layer]) -> Self {
        Self { parameters, sets }
    }

    /// W of a set, n × K.
    #[must_use]
    pub fn matrix(&self, set: usize) -> MatRef<'a, R> {
        let layer = &self.sets[set];
        MatRef::new(layer.inputs, layer.outputs, &self.parameters[layer.weights.clone()])
    }

    /// b of a set, K numbers; empty without a bias.
    #[must_use]
    pub fn bias(&self, set: usize) -> &'a [R] {
        &self.parameters[self.sets[set].bias.clone()]
    }
}

/// Where an operation adds its part of the gradient, for the same sets of weights.
pub struct OperationGradient<'a, R> {
    gradient: &'a mut [R],
    sets: &'a [Layer],
}

impl<'a, R> OperationGradient<'a, R> {
    /// For these sets in ∂L/∂θ.
    #[must_use]
    pub(crate) fn new(gradient: &'a mut [R], sets: &'a [Layer]) -> Self {
        Self { gradient, sets }
    }

    /// ∂L/∂W of a set, n × K.
    #[must_use]
    pub fn matrix(&mut self, set: usize) -> MatMut<'_, R> {
        let layer = &self.sets[set];
        MatMut::new(layer.inputs, layer.outputs, &mut self.gradient[layer.weights.clone()])
    }

    /// ∂L/∂b of a set, K numbers; empty without a bias.
    #[must_use]
    pub fn bias(&mut self, set: usize) -> &mut [R] {
        &mut self.gradient[self.sets[set].bias.clone()]
    }
}

/// An operation in a network, at each of so many positions.
#[derive(Clone)]
pub struct Operated {
    /// The arithmetic.
    pub operation: &'static LayerOperation,
    /// Names the kind of layer, with values for its parameters.
    pub choice: Choice,
    /// Its sets of weights.
    pub layers: Vec<usize>,
    /// p, positions of a sample.
    pub positions: usize,
    /// n
    pub inputs: usize,
    /// k
    pub outputs: usize,
}

impl PartialEq for Operated {
    fn eq(&self, other: &Self) -> bool {
        let of = |operated: &Self| (operated.positions, operated.inputs, operated.outputs);
        std::ptr::eq(self.operation, other.operation)
            && (&self.choice, &self.layers, of(self)) == (&other.choice, &other.layers, of(other))
    }
}

impl fmt::Debug for Operated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Operated({}, {:?}, {} × {} → {})",
            self.choice, self.layers, self.positions, self.inputs, self.outputs
        )
    }
}
