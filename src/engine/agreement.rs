//! Whether a network's gradient is the same however it is computed: how a layer, an activation or a loss of another crate is tested.

use super::error::EngineError;
use super::{Batch, EngineKind, Masks, build};
use crate::data::Targets;
use crate::loss::TargetForm;
use crate::model::Network;
use crate::num::{Matrix, Purpose, Stream};

/// Samples of the batch: no multiple of what a CPU takes at once.
const SAMPLES: usize = 17;
/// The step of a difference: its error, h²·L'''/6 + u·|L|/h, is about 1e-10 for a loss near 1.
const STEP: f64 = 1e-5;

/// How far gradients lie apart, max|a − b| over the largest entry of the reference engine's in f64.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Between the reference engine and Burn: below 1e-12 where both compute the same function.
    pub engines: f64,
    /// Between the reference engine and central differences of its loss: below 1e-6 where the gradient is that of the loss.
    pub differences: f64,
}

/// Compares the gradients of a network at random parameters on a batch of random samples.
///
/// ```
/// use burnmark::activation::{Activation, TANH};
/// use burnmark::engine::agreement;
/// use burnmark::loss::{CROSS_ENTROPY, Loss};
/// use burnmark::model::Network;
///
/// let network = Network::new(4, &[8], 3, Activation::of(&TANH), Loss::of(&CROSS_ENTROPY));
/// let agreement = agreement(&network)?;
/// assert!(agreement.engines < 1e-12 && agreement.differences < 1e-6);
/// # Ok::<(), burnmark::engine::EngineError>(())
/// ```
///
/// # Errors
/// Where an engine fails.
pub fn agreement(network: &Network) -> Result<Agreement, EngineError> {
    let mut stream = Stream::new(1, Purpose::Data, 0);
    let mut normal = |count: usize| -> Vec<f64> { (0..count).map(|_| stream.normal()).collect() };
    let theta: Vec<f64> = normal(network.parameter_count()).iter().map(|number| 0.5 * number).collect();
    let inputs = match network.vocabulary() {
        Some(words) => (0..SAMPLES * network.inputs()).map(|i| count(i * 7 % words)).collect(),
        None => normal(SAMPLES * network.inputs()),
    };
    let answers = SAMPLES * network.positions();
    let targets = match network.loss().entry.targets {
        TargetForm::Numbers => {
            Targets::Values(Matrix::new(answers, network.outputs(), normal(answers * network.outputs())))
        }
        TargetForm::Signs | TargetForm::ZeroOne => classes(answers, 2),
        TargetForm::OneHot => classes(answers, network.outputs()),
        TargetForm::Nothing => Targets::None,
    };
    let inputs = Matrix::new(SAMPLES, network.inputs(), inputs);
    let batch = Batch { inputs: inputs.view(), targets: targets.view(), weights: &[], masks: Masks(&[]) };

    let mut reference = build::<f64>(EngineKind::Reference, network, SAMPLES);
    let mut answer = |theta: &[f64]| {
        let mut gradient = vec![0.0; theta.len()];
        reference.loss_and_gradient(theta, &batch, &mut gradient).map(|loss| (loss, gradient))
    };
    let (_, gradient) = answer(&theta)?;
    let mut differences = gradient.clone();
    for place in moved(network) {
        let mut at = |step: f64| {
            let mut moved = theta.clone();
            moved[place] += step;
            answer(&moved).map(|(loss, _)| loss)
        };
        differences[place] = (at(STEP)? - at(-STEP)?) / (2.0 * STEP);
    }
    let mut by_burn = vec![0.0; theta.len()];
    build::<f64>(EngineKind::Burn, network, SAMPLES).loss_and_gradient(&theta, &batch, &mut by_burn)?;
    Ok(Agreement { engines: gap(&gradient, &by_burn), differences: gap(&gradient, &differences) })
}

/// The parameters that a gradient moves: running averages have none.
fn moved(network: &Network) -> impl Iterator<Item = usize> {
    let statistics = network.statistics();
    (0..network.parameter_count()).filter(move |place| !statistics.iter().any(|range| range.contains(place)))
}

#[allow(clippy::cast_precision_loss)] // far below 2⁵³
fn count(number: usize) -> f64 {
    number as f64
}

fn classes(answers: usize, classes: usize) -> Targets<f64> {
    let class = |answer: usize| u32::try_from((answer * 7 + 2) % classes).expect("few classes");
    Targets::Classes((0..answers).map(class).collect())
}

fn gap(a: &[f64], b: &[f64]) -> f64 {
    let largest = a.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    // A NaN stays one, so that no bound holds.
    let furthest =
        a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |most, gap| if gap <= most { most } else { gap });
    if largest > 0.0 { furthest / largest } else { furthest }
}
