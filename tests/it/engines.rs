//! Every engine on every model: against one another, against finite differences, and trained side by side.

use burnmark::data::{Part, Targets};
use burnmark::engine::{Batch, EngineKind, EngineReal, build};
use burnmark::model::initial::initial_weights;
use burnmark::model::{Activation, Loss, Network};
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::optim::Build;
use burnmark::registry::{Choice, Value};
use burnmark::train::{Dropout, RegularizeSettings, Settings, Stepper, add_weight_decay};

const SAMPLES: usize = 17; // no multiple of any block
const DECAY: f64 = 0.02;
const REGULARIZE: RegularizeSettings =
    RegularizeSettings { dropout: 0.3, input_dropout: 0.2, weight_decay: DECAY, ..RegularizeSettings::NONE };

/// Every kind of model: each loss without and with hidden layers, and each activation.
fn models() -> Vec<Network> {
    let activations = [
        Activation::Identity,
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.1 },
    ];
    let losses = [(Loss::SquaredError, 2), (Loss::BinaryCrossEntropy, 1), (Loss::CrossEntropy, 5)];
    let mut models = Vec::new();
    for (loss, outputs) in losses {
        models.push(Network::new(6, &[], outputs, Activation::Identity, loss));
        for activation in activations {
            models.push(Network::new(6, &[9, 7], outputs, activation, loss));
        }
    }
    models
}

/// Random samples with targets that suit the model.
fn part<R: EngineReal>(network: &Network) -> Part<R> {
    let mut stream = Stream::new(11, Purpose::Data, 0);
    let mut normal = |rows: usize, cols: usize| {
        Matrix::new(rows, cols, (0..rows * cols).map(|_| R::from_f64(stream.normal())).collect())
    };
    let inputs = normal(SAMPLES, network.inputs());
    let classes = |count: u32| Targets::Classes((0..SAMPLES).map(|i| (i as u32 * 7 + 2) % count).collect());
    let targets = match network.loss() {
        Loss::SquaredError => Targets::Values(normal(SAMPLES, network.outputs())),
        Loss::BinaryCrossEntropy => classes(2),
        Loss::CrossEntropy => classes(u32::try_from(network.outputs()).unwrap()),
    };
    Part { inputs, targets }
}

fn weights<R: EngineReal>(network: &Network) -> Vec<R> {
    let choice = Choice { kind: "xavier".to_owned(), parameters: Default::default() };
    let mut theta: Vec<R> = initial_weights(&choice, network, 5).unwrap();
    // Biases away from 0, so that their gradients are tested too.
    let mut stream = Stream::new(12, Purpose::Data, 0);
    for layer in network.layers() {
        theta[layer.bias].iter_mut().for_each(|bias| *bias = R::from_f64(0.1 * stream.normal()));
    }
    theta
}

/// Loss and gradient with dropout and decay, as a training step asks for them.
fn answer<R: EngineReal>(kind: EngineKind, network: &Network, theta: &[R]) -> (R, Vec<R>) {
    let part = part::<R>(network);
    let mut dropout = Dropout::new(REGULARIZE, network, 3, SAMPLES);
    dropout.draw(0, SAMPLES);
    let batch = Batch { inputs: part.inputs.view(), targets: part.targets.view(), masks: dropout.masks() };
    let mut gradient = vec![R::ZERO; theta.len()];
    let loss = build::<R>(kind, network, SAMPLES).loss_and_gradient(theta, &batch, &mut gradient).unwrap();
    let places: Vec<_> = network.layers().into_iter().map(|layer| layer.weights).collect();
    add_weight_decay(R::from_f64(DECAY), &places, theta, &mut gradient);
    (loss, gradient)
}

/// max|a − b| / max|b| over each block of parameters.
fn worst_gap<R: EngineReal>(network: &Network, a: &[R], b: &[R]) -> f64 {
    let gap = |place: std::ops::Range<usize>| {
        let largest = b[place.clone()].iter().map(|x| x.to_f64().abs()).fold(0.0, f64::max);
        place.map(|i| (a[i].to_f64() - b[i].to_f64()).abs()).fold(0.0, f64::max) / largest
    };
    network.layers().into_iter().flat_map(|layer| [gap(layer.bias), gap(layer.weights)]).fold(0.0, f64::max)
}

/// 1e-12 in f64: sums of some 20 terms in different order and activations of a few roundings each, through three
/// layers, stay within 1e-14 relative to a block's largest entry; f32 has 2²⁹ times the roundoff.
fn engines_agree<R: EngineReal>(bound: f64) {
    for network in models() {
        let theta = weights::<R>(&network);
        let (loss, gradient) = answer(EngineKind::Reference, &network, &theta);
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let (other_loss, other) = answer(kind, &network, &theta);
            let gap = worst_gap(&network, &other, &gradient);
            assert!(gap <= bound, "{kind} on {network:?}: gradient {gap:e}");
            let gap = ((other_loss.to_f64() - loss.to_f64()) / loss.to_f64()).abs();
            assert!(gap <= bound, "{kind} on {network:?}: loss {gap:e}");
        }
    }
}

#[test]
fn gradients_agree_in_f64() {
    engines_agree::<f64>(1e-12);
}

#[test]
fn gradients_agree_in_f32() {
    engines_agree::<f32>(1e-5);
}

/// Central differences have an error of h²·L'''/6 + u·|L|/h, about 1e-10 for h = 1e-5 and a loss near 1; 1e-7 relative
/// to the largest entry leaves room. The penalty ½λ‖w‖² is added to the loss, as the decay is to the gradient.
#[test]
fn reference_agrees_with_finite_differences() {
    const H: f64 = 1e-5;
    for network in models() {
        let theta = weights::<f64>(&network);
        let (_, gradient) = answer(EngineKind::Reference, &network, &theta);
        let penalized = |theta: &[f64]| {
            let squares = network.layers().into_iter().flat_map(|layer| theta[layer.weights].to_vec());
            answer(EngineKind::Reference, &network, theta).0 + 0.5 * DECAY * squares.map(|w| w * w).sum::<f64>()
        };
        let differences: Vec<f64> = (0..theta.len())
            .map(|i| {
                let at = |step: f64| {
                    let mut moved = theta.clone();
                    moved[i] += step;
                    penalized(&moved)
                };
                (at(H) - at(-H)) / (2.0 * H)
            })
            .collect();
        let gap = worst_gap(&network, &differences, &gradient);
        assert!(gap <= 1e-7, "{network:?}: {gap:e}");
    }
}

/// At zero weights every pre-activation is exactly 0, where activations have kinks and |s| has none of its derivatives.
#[test]
fn engines_agree_at_zero() {
    for network in models() {
        let theta = vec![0.0_f64; network.parameter_count()];
        let (loss, gradient) = answer(EngineKind::Reference, &network, &theta);
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let (other_loss, other) = answer(kind, &network, &theta);
            let largest = gradient.iter().fold(0.0_f64, |largest, g| largest.max(g.abs()));
            let gap = gradient.iter().zip(&other).fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(gap <= 1e-15 * largest.max(1.0), "{kind} on {network:?}: {gap:e}"); // a few roundings of ŷ − y
            assert!((loss - other_loss).abs() <= 1e-15, "{kind} on {network:?}");
        }
    }
}

/// Evaluation has no dropout: the loss of the outputs is that of a batch without masks.
#[test]
fn outputs_are_those_without_dropout() {
    for network in models() {
        let (theta, part) = (weights::<f64>(&network), part::<f64>(&network));
        let outputs = |kind, most_samples| {
            let mut outputs = Matrix::zeros(SAMPLES, network.outputs());
            let view = burnmark::num::MatMut::new(SAMPLES, network.outputs(), outputs.data_mut());
            build::<f64>(kind, &network, most_samples).outputs(&theta, part.inputs.view(), view).unwrap();
            outputs
        };
        let whole = outputs(EngineKind::Reference, SAMPLES);
        assert_eq!(whole, outputs(EngineKind::Reference, 4), "in pieces: {network:?}");
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let gap =
                whole.data().iter().zip(outputs(kind, SAMPLES).data()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(gap < 1e-13, "{kind} on {network:?}: {gap:e}"); // sums of up to 9 terms near 1
        }
    }
}

fn losses<R: Build + EngineReal>(kind: EngineKind, network: &Network, optimizer: &Choice, steps: usize) -> Vec<f64> {
    let settings =
        Settings { seed: 3, optimizer: optimizer.clone(), regularize: REGULARIZE, ..Settings::plain(SAMPLES) };
    let part = part::<R>(network);
    let mut engine = build::<R>(kind, network, SAMPLES);
    let mut stepper = Stepper::new(&settings, network, weights(network), SAMPLES).unwrap();
    let samples: Vec<usize> = (0..SAMPLES).collect();
    (0..steps).map(|_| stepper.step(&part, &samples, 0, engine.as_mut()).unwrap().to_f64()).collect()
}

/// 1e-9 after 200 steps: the first step's gap of 1e-16 grows with the path's own sensitivity, some 1e3 here.
#[test]
fn trained_200_steps_side_by_side_the_losses_agree() {
    for network in models() {
        for entry in burnmark::optim::ENTRIES {
            let optimizer = Choice::of(&entry.entry).with("lr", Value::Number(0.01));
            let reference = losses::<f64>(EngineKind::Reference, &network, &optimizer, 200);
            for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
                let other = losses::<f64>(kind, &network, &optimizer, 200);
                for (step, (a, b)) in reference.iter().zip(&other).enumerate() {
                    let gap = ((a - b) / a).abs();
                    assert!(gap <= 1e-9, "{kind}, {}, step {step}, {network:?}: {gap:e}", entry.entry.name);
                }
            }
        }
    }
}
