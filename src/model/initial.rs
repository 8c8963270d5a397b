//! Initial weights. Biases start at 0; each layer draws from its own stream.

use super::{ModelEntry, Network, weights};
use crate::num::{Purpose, Real, Seed, Stream};
use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind, Range};
use std::path::Path;

const HE: Entry = Entry {
    name: "he",
    description: "normal with variance 2 / inputs, for ReLU",
    revision: 1,
    source: "He et al. 2015, eq. 10",
    parameters: &[],
};
const XAVIER: Entry = Entry {
    name: "xavier",
    description: "uniform within ±√(6 / (inputs + outputs)), for sigmoid and tanh; a convolution's outputs count once for each pixel of its kernel",
    revision: 1,
    source: "Glorot & Bengio 2010, eq. 16",
    parameters: &[],
};
const UNIFORM: Entry = Entry {
    name: "uniform",
    description: "uniform within ±limit",
    revision: 1,
    source: "LeCun et al. 1998, section 4.6, for its use",
    parameters: &[Parameter {
        name: "limit",
        description: "largest absolute weight",
        kind: ParameterKind::Number(Range::POSITIVE),
        default: Some(Default::Number(0.1)),
    }],
};
/// All weights 0.
pub const ZERO: Entry = Entry {
    name: "zero",
    description: "all weights 0: right for a convex loss, stuck in symmetry with hidden layers",
    revision: 1,
    source: "lecture C12",
    parameters: &[],
};

/// The usual starting point of a problem without data.
pub const START: Entry = Entry {
    name: "start",
    description: "the usual starting point of a problem without data, for `objective` only",
    revision: 1,
    source: "num/objective.rs",
    parameters: &[],
};
const FROM_FILE: Entry = Entry {
    name: FILE,
    description: "weights and biases from a safetensors file, named and shaped as PyTorch's",
    revision: 1,
    source: "model/weights.rs",
    parameters: &[Parameter {
        name: PATH,
        description: "the file, relative to the spec's folder; what counts for a run's identity is its digest",
        kind: ParameterKind::Text,
        default: None,
    }],
};

/// The name of the rule that reads a file, and what a complete choice of it has: where the file lies, and the digest that
/// it had when the spec was checked.
pub const FILE: &str = "file";
pub const PATH: &str = "path";
pub const DIGEST: &str = "digest";

/// Every rule for initial weights.
pub const ENTRIES: &[&Entry] = &[&HE, &XAVIER, &UNIFORM, &ZERO, &START, &FROM_FILE];

/// The rule that suits a model, for specs that name none: with hidden units `he` for (leaky) ReLU and `xavier` otherwise,
/// `start` for an objective, `zero` for the rest.
#[must_use]
pub fn usual_for(model: &ModelEntry, activation: &str) -> Choice {
    Choice::of(match (model.hidden_units, activation) {
        (true, "relu" | "leaky-relu") => &HE,
        (true, _) => &XAVIER,
        (false, _) if model.entry.name == super::objective::ENTRY.entry.name => &START,
        (false, _) => &ZERO,
    })
}

/// θ₀, drawn in f64 and rounded once, so that both precisions start from the same point.
///
/// # Errors
/// Where no rule has the choice's name, the network has no starting point of its own, or the file is not what it was.
#[allow(clippy::cast_precision_loss)] // widths stay far below 2⁵³
pub fn initial_weights<R: Real>(choice: &Choice, network: &Network, seed: impl Into<Seed>) -> Result<Vec<R>, String> {
    let seed = seed.into();
    if choice.kind == FILE {
        return from_file(choice, network);
    }
    let mut theta = vec![R::ZERO; network.parameter_count()];
    if choice.kind == START.name {
        let objective = network.objective().ok_or("only a problem without data has a usual starting point")?;
        return Ok(objective.start().into_iter().map(R::from_f64).collect());
    }
    for (index, layer) in network.layers().iter().enumerate() {
        // Of a convolution each input goes into every output once for each pixel of the kernel.
        let (inputs, outputs) =
            (layer.inputs as f64, (layer.outputs * layer.kernel.map_or(1, |side| side * side)) as f64);
        let index = u32::try_from(index).expect("fewer than 2³² layers");
        let mut stream = Stream::new(seed, Purpose::InitialWeights { layer: index }, 0);
        let mut fill = |draw: &mut dyn FnMut(&mut Stream) -> f64| {
            for weight in &mut theta[layer.weights.clone()] {
                *weight = R::from_f64(draw(&mut stream));
            }
        };
        let within = |limit: f64| move |stream: &mut Stream| limit * (2.0 * stream.uniform() - 1.0);
        match choice.kind.as_str() {
            "he" => fill(&mut |stream| (2.0 / inputs).sqrt() * stream.normal()),
            "xavier" => fill(&mut within((6.0 / (inputs + outputs)).sqrt())),
            "uniform" => fill(&mut within(choice.number("limit"))),
            "zero" => {}
            unknown => return Err(format!("unknown initial weights `{unknown}`")),
        }
    }
    Ok(theta)
}

fn from_file<R: Real>(choice: &Choice, network: &Network) -> Result<Vec<R>, String> {
    let path = choice.text(PATH);
    let bytes = weights::read(Path::new(path))?;
    if weights::digest_of(&bytes) != choice.text(DIGEST) {
        return Err(format!("`{path}` has changed since the experiment was checked"));
    }
    weights::from_bytes(&bytes, network).map_err(|why| format!("`{path}`: {why}"))
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss)]
mod tests {
    use super::*;
    use crate::model::builder::Builder;
    use crate::model::module::Patches;
    use crate::model::{Activation, Loss, Module};
    use crate::num::Image;

    fn weights(kind: &str) -> (Network, Vec<f64>) {
        let network = Network::new(200, &[100], 50, Activation::Tanh, Loss::CrossEntropy);
        let entry = ENTRIES.iter().find(|entry| entry.name == kind).unwrap();
        let theta = initial_weights(&Choice::of(entry), &network, 3).unwrap();
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

    /// As `torch.nn.init.xavier_uniform_` has it: for 80 channels of 3 × 3 kernels over one, within ±√(6 / (9 + 720)).
    #[test]
    fn a_convolution_counts_the_pixels_of_its_kernel() {
        let image = Image { height: 8, width: 8, channels: 1 };
        let mut builder = Builder::new(64);
        let layer = builder.convolution("layers.0".to_owned(), 3, 9, 80);
        builder.push(Module::Convolution { layer, patches: Patches { image, size: 3 } });
        let network = builder.finish(80, 36, Loss::CrossEntropy);
        let theta = initial_weights::<f64>(&Choice::of(&XAVIER), &network, 3).unwrap();
        let largest = theta.iter().fold(0.0, |largest: f64, w| largest.max(w.abs()));
        let limit = (6.0_f64 / (9.0 + 720.0)).sqrt();
        assert!(largest < limit && largest > 0.98 * limit, "{largest} within {limit}");
    }

    #[test]
    fn a_layer_draws_its_own_weights() {
        let deep = Network::new(4, &[3, 3], 2, Activation::Tanh, Loss::CrossEntropy);
        let flat = Network::new(4, &[3], 2, Activation::Tanh, Loss::CrossEntropy);
        let [deep, flat] = [&deep, &flat].map(|n| initial_weights::<f32>(&Choice::of(&HE), n, 9).unwrap());
        assert_eq!(deep[..15], flat[..15]);
    }
}
