//! The gradient noise scale: about how many samples a batch can have before more of them stop helping.
//!
//! B = tr Σ / ‖G‖², G the mean of the gradients g_i of the single samples of the training part, tr Σ = mean ‖g_i − G‖²
//!
//! In samples. A batch of b samples has a gradient whose noise is as long as the gradient itself where b = B. The training part is all
//! there is to draw from, so both are exact and no estimate; `None` where G is 0. McCandlish, Kaplan, Amodei & OpenAI Dota team 2018,
//! "An empirical model of large-batch training", equation 2.9, B_simple.

use super::state::{NetworkState, batch};
use crate::engine::EngineError;
use crate::model::Reduction;
use crate::num::vector::dot;

#[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
pub fn noise_scale(state: &mut NetworkState, theta: &[f64]) -> Result<Option<f64>, EngineError> {
    let mut mean = vec![0.0; theta.len()];
    state.gradient(theta, &mut mean)?;
    let samples = state.data.train.samples();
    if state.network.reduction() == Reduction::Sum {
        mean.iter_mut().for_each(|g| *g /= samples as f64);
    }
    let (mut one, mut squares) = (vec![0.0; theta.len()], 0.0);
    for sample in 0..samples {
        let batch = batch(&state.data.train, state.network.positions(), &(sample..sample + 1));
        state.engine.loss_and_gradient(theta, &batch, &mut one)?;
        state.keep_trained(&mut one);
        one.iter_mut().zip(&mean).for_each(|(g, mean)| *g -= mean);
        squares += dot(&one, &one);
    }
    let scale = squares / samples as f64 / dot(&mean, &mean);
    Ok(Some(scale).filter(|scale| scale.is_finite()))
}
