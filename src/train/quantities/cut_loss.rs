//! What a network loses without a hidden unit: the mean, over its hidden units, of the loss with that unit's value at 0 minus the loss.
//!
//! A unit is cut by 0 in the place of the weights that it feeds. Units that depend on one another have more to lose; dropout is said to
//! prevent that (lecture C37). Morcos, Barrett, Rabinowitz & Botvinick 2018 cut units so.

use super::state::{NetworkState, Which};
use crate::engine::EngineError;
use crate::model::Layer;
use crate::train::feeds_layers;

#[allow(clippy::cast_precision_loss)] // units stay below 2⁵³
pub fn cut_loss(state: &mut NetworkState, theta: &[f64], part: Which) -> Result<Option<f64>, EngineError> {
    if !feeds_layers(&state.network) {
        return Ok(None);
    }
    // What feeds the first layer are the inputs.
    let layers: Vec<Layer> = state.network.layers().iter().skip(1).cloned().collect();
    let whole = state.loss(theta, part)?;
    let (mut cut, mut sum, mut units) = (theta.to_vec(), 0.0, 0);
    for layer in layers {
        for unit in 0..layer.inputs {
            let start = layer.weights.start + unit * layer.outputs;
            let row = start..start + layer.outputs;
            cut[row.clone()].fill(0.0);
            sum += state.loss(&cut, part)? - whole;
            cut[row.clone()].copy_from_slice(&theta[row]);
            units += 1;
        }
    }
    Ok((units > 0).then(|| sum / f64::from(units)))
}
