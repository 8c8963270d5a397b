//! Arithmetic of a layer that comes from another crate: its three messages, at each position of a row.
//!
//! z is m × (p·n), z' is m × (p·k) for p positions, which the operation sees as m·p rows.

use super::module::{Context, ForwardValues, Messages, Weights};
use crate::model::Layer;
use crate::model::operation::{Operated, OperationFunction, OperationGradient, OperationSize, OperationWeights};
use crate::num::{MatMut, MatRef, Real};

pub struct OperationModule<R> {
    function: Box<dyn OperationFunction<R>>,
    positions: usize,
    sets: Vec<Layer>,
    /// Which sets another module has written to before.
    adds: Vec<bool>,
}

impl<R: Real> OperationModule<R> {
    pub fn new(operated: &Operated, weights: Vec<Weights>, most_samples: usize) -> Self {
        let Operated { operation, choice, positions, inputs, outputs, .. } = operated;
        let size = OperationSize { rows: most_samples * positions, inputs: *inputs, outputs: *outputs };
        let (sets, adds) = weights.into_iter().map(|Weights { layer, adds }| (layer, adds)).unzip();
        Self { function: operation.function.of::<R>()(choice, size), positions: *positions, sets, adds }
    }
}

impl<R: Real> Messages<R> for OperationModule<R> {
    fn forward(&mut self, context: Context<'_, R>, z: MatRef<'_, R>, z_next: MatMut<'_, R>) {
        let weights = OperationWeights::new(context.parameters, &self.sets);
        self.function.forward(weights, z.split_rows(self.positions), z_next.split_rows(self.positions));
    }

    fn backward(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        delta: MatMut<'_, R>,
    ) {
        let weights = OperationWeights::new(context.parameters, &self.sets);
        let [z, delta_next] = [values.z, delta_next].map(|rows| rows.split_rows(self.positions));
        self.function.backward(weights, z, delta_next, delta.split_rows(self.positions));
    }

    fn parameter(
        &mut self,
        context: Context<'_, R>,
        values: ForwardValues<'_, R>,
        delta_next: MatRef<'_, R>,
        gradient: &mut [R],
    ) {
        for (set, _) in self.sets.iter().zip(&self.adds).filter(|(_, adds)| !**adds) {
            gradient[set.parameters()].fill(R::ZERO);
        }
        let weights = OperationWeights::new(context.parameters, &self.sets);
        let [z, delta_next] = [values.z, delta_next].map(|rows| rows.split_rows(self.positions));
        self.function.parameter(weights, z, delta_next, OperationGradient::new(gradient, &self.sets));
    }

    fn has_parameters(&self) -> bool {
        !self.sets.is_empty()
    }
}
