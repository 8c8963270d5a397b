//! What a run that keeps its steps keeps of each besides loss, rate and norm of the gradient: the norm of each layer's
//! gradient, and θ itself where it is a point in the plane.

use super::TrainSpec;
use super::clip::norm;
use super::quantities::{Probed, step_columns};
use crate::model::{Layer, Network};
use crate::num::{BlockRole, Real};
use crate::record::VALIDATION_LOSS;
use std::ops::Range;

/// The further numbers of the last step.
pub struct Trace {
    /// Bias and weights of each layer.
    layers: Vec<Range<usize>>,
    /// The places of θ that are kept.
    theta: Range<usize>,
    numbers: Vec<f64>,
}

impl Trace {
    pub fn new(network: &Network) -> Self {
        let layers: Vec<_> = trained(network).map(Layer::parameters).collect();
        let theta = theta(network);
        Self { numbers: Vec::with_capacity(layers.len() + theta.len()), layers, theta }
    }

    /// Takes the numbers of a step: the gradient before clipping and decay, θ before the update.
    pub fn take<R: Real>(&mut self, gradient: &[R], parameters: &[R]) {
        self.numbers.clear();
        self.numbers.extend(self.layers.iter().map(|layer| norm(&gradient[layer.clone()])));
        self.numbers.extend(parameters[self.theta.clone()].iter().map(|theta| theta.to_f64()));
    }

    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// The names of these numbers, in their order: `gradient_norm.layers.0`, …; `theta.0` and `theta.1`; quantities of the steps that are
/// asked for; and [`VALIDATION_LOSS`] where steps are evaluated.
#[must_use]
pub fn trace_names(of: &Probed<'_>, train: &TrainSpec) -> Vec<String> {
    let network = of.network;
    let layers = trained(network).map(|layer| format!("gradient_norm.{}", layer.name));
    let theta = theta(network).map(|place| format!("theta.{place}"));
    let evaluated = train.evaluate_steps.map(|_| VALIDATION_LOSS.to_owned());
    layers.chain(theta).chain(step_columns(train, of)).chain(evaluated).collect()
}

/// The layers that a gradient moves.
fn trained(network: &Network) -> impl Iterator<Item = &Layer> {
    network.layers().iter().filter(|layer| layer.role != BlockRole::Statistic)
}

/// Of a problem without a network, in two dimensions.
fn theta(network: &Network) -> Range<usize> {
    let in_the_plane = network.objective().is_some() && network.parameter_count() == 2;
    0..if in_the_plane { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};
    use crate::loss::{Loss, SQUARED_ERROR};
    use crate::train::{RegularizeSettings, Trainer};

    #[test]
    fn each_layer_has_its_norm() {
        let network = Network::new(1, &[1], 1, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
        let mut trace = Trace::new(&network);
        trace.take(&[3.0, 4.0, 0.0, -2.0], &[0.0; 4]);
        assert_eq!(trace.numbers(), [5.0, 2.0]);
        let regularize = &RegularizeSettings::NONE;
        let of = Probed { network: &network, method: Trainer::Optimizer, networks: 1, regularize };
        assert_eq!(trace_names(&of, &TrainSpec::plain(1)), ["gradient_norm.layers.0", "gradient_norm.layers.1"]);
    }
}
