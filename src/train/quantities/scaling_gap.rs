//! How far dropout's scaling is from the average that it stands for (lecture L34, C17).
//!
//! mean |ŷ_scaling − ŷ_average| over the answers and their classes or outputs, the average being that of all 2^U thinned networks
//!
//! Of probabilities for classes, of outputs for numbers. Srivastava et al. 2014, section 7.5, compare the errors of both.

use super::state::{NetworkState, Which};
use crate::engine::EngineError;
use crate::train::Predictions;

#[allow(clippy::cast_precision_loss)] // counts stay below 2⁵³
pub fn scaling_gap(state: &mut NetworkState, theta: &[f64], part: Which) -> Result<Option<f64>, EngineError> {
    let Some(mut thinned) = state.thinned.take() else { return Ok(None) };
    let positions = state.network.positions();
    let answers = part.of(&state.data).samples() * positions;
    let outputs = state.network.outputs();
    let empty = || Predictions::new(state.network.loss(), answers, outputs);
    let (mut scaled, mut average) = (empty(), empty());
    scaled.add(1.0, state.outputs(theta, part)?.view().split_rows(positions));
    let added = thinned.for_each(theta, |weight, theta| {
        average.add(weight, state.outputs(theta, part)?.view().split_rows(positions));
        Ok::<_, EngineError>(())
    });
    state.thinned = Some(thinned);
    added?;
    let number = |of: f64| if state.network.loss().has_probabilities() { libm::exp(of) } else { of };
    let (scaled, average) = (scaled.mean(), average.mean());
    let gaps = scaled.iter().zip(&average).map(|(a, b)| (number(*a) - number(*b)).abs());
    Ok((!scaled.is_empty()).then(|| gaps.sum::<f64>() / scaled.len() as f64))
}
