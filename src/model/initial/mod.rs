//! Initial weights: one file per rule. Biases start at 0, a norm's gains and variances at 1; each layer draws from its own stream.
//!
//! Add one: a file with its `ENTRY` and one line in [`ENTRIES`].

mod entry;
mod file;
mod he;
mod point;
mod start;
mod transfer;
mod uniform;
mod xavier;
mod zero;

pub use entry::{Draws, Gives, InitialEntry, InitialRule, Puts, fans};
pub use file::{DIGEST, ENTRY as FILE, PATH};
pub use he::ENTRY as HE;
pub use point::ENTRY as POINT;
pub use start::ENTRY as START;
pub use transfer::ENTRY as TRANSFER;
pub use uniform::ENTRY as UNIFORM;
pub use xavier::ENTRY as XAVIER;
pub use zero::ENTRY as ZERO;

use super::error::InitialError;
use super::{LayerStart, Network};
use crate::num::{Purpose, Real, Seed, Stream};
use crate::registry::{Choice, Chosen};

/// Every rule for initial weights, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&InitialEntry] =
    &[&he::ENTRY, &xavier::ENTRY, &uniform::ENTRY, &ZERO, &START, &POINT, &FILE, &TRANSFER];

/// A rule with values for its parameters.
pub type Initial = Chosen<InitialEntry>;

/// θ₀, drawn in f64 and rounded once, so that both precisions start from the same point.
///
/// # Errors
/// Where the network has no starting point of its own, or the file is not what it was.
pub fn initial_weights<R: Real>(
    initial: &Initial,
    network: &Network,
    seed: impl Into<Seed>,
) -> Result<Vec<R>, InitialError> {
    match initial.entry.rule {
        InitialRule::Given(gives) => {
            let theta = gives(&initial.choice, network, R::PRECISION)?;
            Ok(theta.into_iter().map(R::from_f64).collect())
        }
        InitialRule::Drawn(draws) => Ok(drawn(draws, &initial.choice, network, seed.into())),
        InitialRule::Partly(puts) => {
            let rest = initial.choice.text(transfer::REST);
            let rule = ENTRIES.iter().find(|known| known.entry.name == rest).map(|known| Initial::of(known));
            let Some(Chosen { entry: InitialEntry { rule: InitialRule::Drawn(draws), .. }, choice }) = rule else {
                return Err(InitialError::Other(format!("no rule `{rest}` draws weights")));
            };
            let mut theta: Vec<f64> = drawn(draws, &choice, network, seed.into());
            puts(&initial.choice, network, R::PRECISION, &mut theta)?;
            Ok(theta.into_iter().map(R::from_f64).collect())
        }
    }
}

/// Weights by a rule, each layer's from its own stream.
fn drawn<R: Real>(draws: &Draws, choice: &Choice, network: &Network, seed: Seed) -> Vec<R> {
    let mut theta = vec![R::ZERO; network.parameter_count()];
    for (index, layer) in network.layers().iter().enumerate() {
        let index = u32::try_from(index).expect("fewer than 2³² layers");
        if let LayerStart::At { weights, bias } = layer.start {
            theta[layer.weights.clone()].fill(R::from_f64(weights));
            theta[layer.bias.clone()].fill(R::from_f64(bias));
            continue;
        }
        let mut stream = Stream::new(seed, Purpose::InitialWeights { layer: index }, 0);
        let mut draw = draws(choice, layer);
        for weight in &mut theta[layer.weights.clone()] {
            *weight = R::from_f64(draw(&mut stream));
        }
    }
    theta
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss)]
mod tests {
    use super::*;
    use crate::activation::{self, Activation};
    use crate::loss::{CROSS_ENTROPY, Loss, OBJECTIVE};
    use crate::model::KernelShape;
    use crate::model::Module;
    use crate::model::builder::Builder;
    use crate::model::module::Patches;
    use crate::num::Image;

    fn weights(kind: &str) -> (Network, Vec<f64>) {
        let network = Network::new(200, &[100], 50, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
        let entry = ENTRIES.iter().find(|known| known.entry.name == kind).unwrap();
        let theta = initial_weights(&Initial::of(entry), &network, 3).unwrap();
        (network, theta)
    }

    #[test]
    fn variances_are_those_of_the_papers() {
        // Tolerance: five standard errors of a variance over 20,000 and 5,000 weights.
        for (kind, of) in [
            ("he", (|n, _| 2.0 / n) as fn(f64, f64) -> f64),
            ("xavier", |n, k| 6.0 / (n + k) / 3.0),
            ("uniform", |_, _| 0.01 / 3.0),
        ] {
            let (network, theta) = weights(kind);
            for layer in network.layers() {
                let expected = of(layer.inputs as f64, layer.outputs as f64);
                let weights = &theta[layer.weights.clone()];
                let variance = weights.iter().map(|w| w * w).sum::<f64>() / weights.len() as f64;
                let tolerance = 5.0 * (2.0 / weights.len() as f64).sqrt();
                assert!((variance / expected - 1.0).abs() < tolerance, "{kind}: {variance} for {expected}");
                assert!(theta[layer.bias.clone()].iter().all(|&bias| bias == 0.0), "{kind}: biases");
            }
        }
        assert!(weights("zero").1.iter().all(|&w| w == 0.0));
    }

    #[test]
    fn a_problem_starts_where_one_says() {
        let mut builder = Builder::new(1);
        let layer = builder.layer("theta".to_owned(), 1, 2, false);
        builder.push(Module::Objective { layer, objective: crate::num::Objective::Beale });
        let network = builder.finish(1, 1, Loss::of(&OBJECTIVE));
        let start = |at: &str| {
            let point = Initial::of(&POINT).with("at", crate::value::Value::text(at));
            initial_weights::<f64>(&point, &network, 3)
        };
        assert_eq!(start("-1.5, 2e-1").unwrap(), [-1.5, 0.2]);
        assert_eq!(start("1").unwrap_err().to_string(), "`at` gives 1 for the 2 dimensions of θ");
        assert_eq!(start("1,inf").unwrap_err().to_string(), "`inf` in `at` is no finite number");
    }

    /// As `torch.nn.init.xavier_uniform_` has it: for 80 channels of 3 × 3 kernels over one, within ±√(6 / (9 + 720)).
    #[test]
    fn a_convolution_counts_the_pixels_of_its_kernel() {
        let image = Image { height: 8, width: 8, channels: 1 };
        let mut builder = Builder::new(64);
        let layer = builder.convolution("layers.0".to_owned(), 3, 9, 80);
        builder.push(Module::Convolution { layer, patches: Patches::within(image, KernelShape::Square(3)) });
        let network = builder.finish(80, 36, Loss::of(&CROSS_ENTROPY));
        let theta = initial_weights::<f64>(&Initial::of(&xavier::ENTRY), &network, 3).unwrap();
        let largest = theta.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
        let limit = (6.0_f64 / (9.0 + 720.0)).sqrt();
        assert!(largest < limit && largest > 0.98 * limit, "{largest} within {limit}");
    }

    #[test]
    fn a_layer_draws_its_own_weights() {
        let deep = Network::new(4, &[3, 3], 2, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
        let flat = Network::new(4, &[3], 2, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
        let [deep, flat] = [&deep, &flat].map(|n| initial_weights::<f32>(&Initial::of(&he::ENTRY), n, 9).unwrap());
        assert_eq!(deep[..15], flat[..15]);
    }
}
