//! Every engine on every model: against one another, against finite differences, and trained side by side.

use burnmark::activation::{self, Activation};
use burnmark::data::{self, Part, Targets};
use burnmark::engine::{Batch, EngineKind, EngineReal, build};
use burnmark::loss::{self, Loss, TargetForm};
use burnmark::model::initial::{Initial, XAVIER, initial_weights};
use burnmark::model::layers::{LayerEntry, WrittenLayer, WrittenWithin};
use burnmark::model::{self, Answer, Architecture, Builder, Module, Network, Pooling, Reduction, Task};
use burnmark::num::{BlockRole, Image, Matrix, Purpose, Shape, Stream};
use burnmark::optim::{Build, OptimizerEntry};
use burnmark::registry::{Choice, Chosen, ParameterKind};
use burnmark::train::{Dropout, RegularizeSettings, Settings, Stepper, add_weight_decay};
use burnmark::value::Value;
use serde_json::json;

pub const SAMPLES: usize = 17; // no multiple of any block
const DECAY: f64 = 0.02;
const REGULARIZE: RegularizeSettings =
    RegularizeSettings { dropout: 0.3, input_dropout: 0.2, weight_decay: DECAY, ..RegularizeSettings::NONE };

/// The losses that models have by themselves.
const USUAL: [&str; 4] = ["squared-error", "signed-squared-error", "binary-cross-entropy", "cross-entropy"];

/// Every kind of model: each loss without and with hidden layers; each activation; every entry of the registry on a
/// task that suits it; modules within modules, used twice with the same weights; sums instead of means.
pub fn models() -> Vec<Network> {
    let activations: Vec<Activation> = activation::ENTRIES.iter().map(|known| Activation::of(*known)).collect();
    let activations: Vec<Activation> =
        activations.into_iter().filter(|known| activation::learns(known.name())).collect();
    let mut models = Vec::new();
    for loss in losses() {
        let outputs = outputs_of(&loss);
        let linear = Network::new(6, &[], outputs, Activation::of(&activation::IDENTITY), loss.clone());
        models.extend([linear.clone(), linear.reduced_by(Reduction::Sum)]);
        let hidden: &[_] =
            if USUAL.contains(&loss.name()) { &[&activation::TANH, &activation::RELU] } else { &[&activation::TANH] };
        for activation in hidden {
            models.push(Network::new(6, &[9, 7], outputs, Activation::of(activation), loss.clone()));
        }
    }
    let of_activation = |activation| Network::new(6, &[9, 7], 5, activation, Loss::of(&loss::CROSS_ENTROPY));
    models.extend(activations.into_iter().map(of_activation));
    models.extend(registered());
    models.push(nested());
    models.extend(layered());
    models
}

/// Every loss of the registry that takes data, with its defaults, and where it has parameters with other values.
fn losses() -> Vec<Loss> {
    let entries = loss::ENTRIES.iter().filter(|known| known.targets != TargetForm::Nothing);
    let with_others = entries.flat_map(|entry| {
        let others = entry.entry.parameters.iter().map(|parameter| {
            assert!(
                matches!(parameter.kind, ParameterKind::Number(range) if range.contains(0.3)),
                "{}",
                parameter.name
            );
            Loss::of(*entry).with(parameter.name, Value::Number(0.3))
        });
        [Loss::of(*entry)].into_iter().chain(others)
    });
    with_others.collect()
}

fn outputs_of(loss: &Loss) -> usize {
    match loss.entry.targets {
        TargetForm::Numbers => 2,
        TargetForm::OneHot => 5,
        _ => 1,
    }
}

fn architecture() -> Architecture {
    Architecture {
        hidden: vec![5, 5, 5],
        activation: Activation::of(&activation::TANH),
        bias: false,
        tied: true,
        channels: vec![3, 2],
        kernel: 2,
        pooling: Pooling::Max,
        pool: 2,
        loss: None,
        layers: Vec::new(),
        own: Choice::of(&model::ENTRIES[0].entry),
    }
}

/// Every model of the registry on every task that it takes.
fn registered() -> Vec<Network> {
    let image = Image { height: 8, width: 7, channels: 2 };
    let sequence = Shape::Sequence { steps: 4, features: 3 };
    let shapes = [(Shape::Flat, 6, 1), (Shape::Image(image), image.numbers(), 1), (sequence, 12, 1), (sequence, 12, 4)];
    let answers = [Answer::Numbers(1), Answer::Numbers(2), Answer::Classes(2), Answer::Classes(3)];
    let mut tasks = Vec::new();
    for (shape, inputs, positions) in shapes {
        tasks.extend(answers.iter().map(|answer| Task { inputs, shape, answer: answer.clone(), positions }));
    }
    for name in ["quadratic", "rosenbrock", "beale"] {
        let entry = data::ENTRIES.iter().find(|known| known.entry.name == name).unwrap();
        let set = data::load(&Chosen::of(entry)).unwrap();
        let data::Target::Objective(objective) = set.target else { panic!("{name} is an objective") };
        let (inputs, answer) = (set.features.cols(), Answer::Objective(objective));
        tasks.push(Task { inputs, shape: Shape::Flat, answer, positions: 1 });
    }
    let average =
        Architecture { pooling: Pooling::Average, activation: Activation::of(&activation::RELU), ..architecture() };
    let unpooled = Architecture { pool: 1, hidden: Vec::new(), channels: vec![4], tied: false, ..architecture() };
    let mut networks: Vec<Network> = Vec::new();
    for entry in model::ENTRIES.iter().filter(|entry| !entry.keys.contains(&"layers")) {
        let made = |architecture: &Architecture| -> Vec<Network> {
            tasks.iter().filter_map(|task| entry.network(architecture, task).ok()).collect()
        };
        let of_kind: Vec<Network> = [architecture(), average.clone(), unpooled.clone()].iter().flat_map(made).collect();
        assert!(!of_kind.is_empty(), "no task suits `{}`", entry.entry.name);
        for network in of_kind {
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
    }
    networks
}

/// Models from parts: every kind of layer on each shape that it takes, nested, repeated and shared.
fn layered() -> Vec<Network> {
    let flat = Task { inputs: 6, shape: Shape::Flat, answer: Answer::Classes(3), positions: 1 };
    let sequence = Shape::Sequence { steps: 4, features: 3 };
    let steps = Task { inputs: 12, shape: sequence, answer: Answer::Numbers(1), positions: 1 };
    let every = Task { inputs: 12, shape: sequence, answer: Answer::Classes(2), positions: 4 };
    let picture = Image { height: 4, width: 3, channels: 2 };
    let image = Task { inputs: 24, shape: Shape::Image(picture), answer: Answer::Classes(4), positions: 1 };
    let given = [
        (
            &flat,
            json!([{"dense": 5, "activation": "tanh"}, {"residual": [{"norm": "layer"}, {"dense": 7, "activation": "gelu"},
            {"dense": 5}]}, {"norm": "layer", "epsilon": 0.01}]),
        ),
        (
            &flat,
            json!([{"shortcut": [{"dense": 4, "activation": "sigmoid"}]}, {"shortcut": [{"dense": 3, "activation": "silu"}]}]),
        ),
        (
            &flat,
            json!([{"dense": 4}, {"repeat": 3, "layers": [{"dense": 4, "bias": false, "name": "same"}, {"activation": "elu"},
            {"norm": "layer", "name": "norm"}, {"residual": [{"dense": 4, "activation": "softsign"}]}]}]),
        ),
        (
            &flat,
            json!([{"residual": [{"shortcut": [{"activation": "identity"}]}, {"dense": 6, "activation": "tanh"}]}]),
        ),
        (
            &steps,
            json!([{"dense": 5, "activation": "gelu-tanh"}, {"residual": [{"norm": "layer"}, {"dense": 5}]}, {"flatten": true}]),
        ),
        (
            &every,
            json!([{"shortcut": [{"dense": 4, "activation": "softplus"}, {"norm": "layer"}]}, {"dense": 4, "activation": "tanh"}]),
        ),
        (&steps, json!([{"gru": 4}, {"lstm": 3}, {"rnn": 3, "activation": "silu"}, {"pool": "last"}])),
        (&every, json!([{"residual": [{"gru": 3, "name": "same"}]}, {"gru": 3, "name": "same"}, {"lstm": 2}])),
        (&steps, json!([{"lstm": 3}, {"pool": "mean"}])),
        (&flat, json!([{"embedding": 3, "of": 4}, {"gru": 3}, {"pool": "last"}])),
        (
            &steps,
            json!([{"conv": 5, "kernel": 3, "padding": 1, "activation": "tanh"}, {"conv": 4, "kernel": 2, "stride": 2},
            {"pool": "max"}]),
        ),
        (&steps, json!([{"residual": [{"conv": 3, "padding": 1}]}, {"pool": "max", "size": 2}, {"flatten": true}])),
        (
            &image,
            json!([{"conv": 3, "kernel": 3, "padding": 2, "stride": 2, "activation": "gelu"}, {"conv": 2, "kernel": 2},
            {"pool": "mean"}]),
        ),
        (&image, json!([{"conv": 4, "padding": 1}, {"pool": "max", "size": 2}, {"dense": 4, "activation": "tanh"}])),
        (
            &flat,
            json!([{"dense": 5, "activation": "tanh"}, {"norm": "batch"}, {"dense": 4, "bias": false},
            {"norm": "batch", "epsilon": 0.1}]),
        ),
        (&every, json!([{"norm": "batch"}, {"residual": [{"dense": 3, "activation": "silu"}, {"norm": "batch"}]}])),
        (&image, json!([{"conv": 3, "activation": "tanh"}, {"norm": "batch"}, {"pool": "mean"}])),
        (
            &image,
            json!([{"norm": "layer"}, {"residual": [{"activation": "tanh"}]}, {"dense": 5, "activation": "relu"}]),
        ),
    ];
    given.into_iter().map(|(task, layers)| of_layers(&layers, task)).collect()
}

/// The model of a list of layers on a task.
pub fn of_layers(layers: &serde_json::Value, task: &Task) -> Network {
    let catalogue = burnmark::Catalogue::standard();
    let layers = written(layers).iter().map(|layer| catalogue.chosen_layer(layer).unwrap()).collect();
    let entry = model::ENTRIES.iter().find(|known| known.entry.name == "layers").unwrap();
    entry.network(&Architecture { layers, ..architecture() }, task).unwrap()
}

/// Layers as a spec writes them.
fn written(layers: &serde_json::Value) -> Vec<WrittenLayer> {
    layers.as_array().unwrap().iter().map(|layer| written_layer(layer.as_object().unwrap())).collect()
}

fn written_layer(fields: &serde_json::Map<String, serde_json::Value>) -> WrittenLayer {
    let is_named = |kind: &&&LayerEntry| fields.contains_key(kind.entry.name);
    let kind = model::layers::ENTRIES.iter().find(is_named).unwrap();
    let mut layer = WrittenLayer::of(&kind.entry, &Choice::of(&kind.entry));
    for (key, value) in fields {
        match key.as_str() {
            key if kind.takes.layers == Some(key) => {
                layer.within = Some(WrittenWithin { key: key.to_owned(), layers: written(value) });
            }
            "activation" => {
                let known = activation::ENTRIES.iter().find(|known| value == known.entry.name).unwrap();
                layer.activation = Some(Choice::of(&known.entry));
            }
            "name" => layer.name = Some(value.as_str().unwrap().to_owned()),
            key if value.is_boolean() => layer.said.push((key.to_owned(), Value::text(value.to_string()))),
            key => layer.said.push((key.to_owned(), Value::of_json(value.clone()).unwrap())),
        }
    }
    layer
}

/// A chain within a chain, which is in the whole twice with one set of weights, before and behind another layer.
fn nested() -> Network {
    let mut builder = Builder::new(6);
    let [twice, once] = ["twice", "once"].map(|name| builder.layer(name.to_owned(), 6, 6, true));
    for layer in [twice, once, twice] {
        let linear = Module::Linear { layer, positions: 1 };
        let sigmoid = Module::Activation { activation: Activation::of(&activation::SIGMOID), width: 6 };
        builder.push(Module::Chain(vec![Module::Chain(vec![linear]), sigmoid]));
    }
    let last = builder.layer("last".to_owned(), 3, 2, true);
    builder.push(Module::Linear { layer: last, positions: 2 });
    builder.finish(2, 2, Loss::of(&loss::SQUARED_ERROR))
}

/// Random samples with targets that suit the model.
fn part<R: EngineReal>(network: &Network) -> Part<R> {
    let mut stream = Stream::new(11, Purpose::Data, 0);
    let mut normal = |rows: usize, cols: usize| {
        Matrix::new(rows, cols, (0..rows * cols).map(|_| R::from_f64(stream.normal())).collect())
    };
    let mut inputs = normal(SAMPLES, network.inputs());
    if let Some(of) = network.vocabulary() {
        let numbers = inputs.data_mut().iter_mut().enumerate();
        numbers.for_each(|(i, z)| *z = R::from_f64((i * 7 % of) as f64));
    }
    let answers = SAMPLES * network.positions();
    let classes = |count: u32| Targets::Classes((0..answers).map(|i| (i as u32 * 7 + 2) % count).collect());
    let targets = match network.loss().entry.targets {
        TargetForm::Numbers => Targets::Values(normal(answers, network.outputs())),
        TargetForm::Signs | TargetForm::ZeroOne => classes(2),
        TargetForm::OneHot => classes(u32::try_from(network.outputs()).unwrap()),
        TargetForm::Nothing => Targets::None,
    };
    Part { inputs, targets, weights: Vec::new() }
}

fn weights<R: EngineReal>(network: &Network) -> Vec<R> {
    let mut theta: Vec<R> = initial_weights(&Initial::of(&XAVIER), network, 5).unwrap();
    // Biases away from 0, so that their gradients are tested too.
    let mut stream = Stream::new(12, Purpose::Data, 0);
    for layer in network.layers() {
        theta[layer.bias.clone()].iter_mut().for_each(|bias| *bias = R::from_f64(0.1 * stream.normal()));
    }
    // As are gains and running averages away from where they start.
    for layer in network.layers().iter().filter(|layer| layer.role >= BlockRole::Gain) {
        theta[layer.weights.clone()].iter_mut().for_each(|gain| *gain = R::from_f64(1.0 + 0.1 * stream.normal()));
    }
    theta
}

/// How much the answers count.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Counts {
    Alike,
    /// 0, 1/4, 1/2, … in turn.
    Differently,
}

impl Counts {
    const ALL: [Self; 2] = [Self::Alike, Self::Differently];

    fn weights<R: EngineReal>(self, answers: usize) -> Vec<R> {
        let answers = if self == Self::Alike { 0 } else { answers };
        (0..answers).map(|i| R::from_f64((i * 3 % 8) as f64 / 4.0)).collect()
    }
}

/// Every model with answers that count alike, and with others.
fn weighted_models() -> impl Iterator<Item = (Network, Counts)> {
    models().into_iter().flat_map(|network| Counts::ALL.map(|counts| (network.clone(), counts)))
}

/// Loss and gradient with dropout and decay, as a training step asks for them.
fn answer<R: EngineReal>(kind: EngineKind, network: &Network, theta: &[R], counts: Counts) -> (R, Vec<R>) {
    let part = part::<R>(network);
    let weights = counts.weights(SAMPLES * network.positions());
    let mut dropout = Dropout::new(REGULARIZE, network, 3, SAMPLES);
    dropout.draw(0, SAMPLES);
    let batch =
        Batch { inputs: part.inputs.view(), targets: part.targets.view(), weights: &weights, masks: dropout.masks() };
    let mut gradient = vec![R::ZERO; theta.len()];
    let loss = build::<R>(kind, network, SAMPLES).loss_and_gradient(theta, &batch, &mut gradient).unwrap();
    add_weight_decay(R::from_f64(DECAY), &network.weights(), theta, &mut gradient);
    (loss, gradient)
}

/// Loss and gradient of the reference engine at some weights, all answers alike.
pub fn plain_answer<R: EngineReal>(network: &Network) -> (R, Vec<R>) {
    answer(EngineKind::Reference, network, &weights::<R>(network), Counts::Alike)
}

/// The reference engine's outputs for so many samples at the same weights.
pub fn outputs_of_samples<R: EngineReal>(network: &Network, samples: usize) -> Vec<R> {
    let part = part::<R>(network);
    let rows: Vec<usize> = (0..samples).map(|row| row % SAMPLES).collect();
    let mut outputs = Matrix::zeros(samples, network.output_width());
    let view = burnmark::num::MatMut::new(samples, network.output_width(), outputs.data_mut());
    let mut engine = build::<R>(EngineKind::Reference, network, SAMPLES);
    engine.outputs(&weights::<R>(network), part.inputs.gather(&rows).view(), view).unwrap();
    outputs.data().to_vec()
}

/// max|a − b| / max|b| over each block of parameters.
fn worst_gap<R: EngineReal>(network: &Network, a: &[R], b: &[R]) -> f64 {
    let gap = |place: std::ops::Range<usize>| {
        if place.is_empty() {
            return 0.0; // a layer without a bias
        }
        let largest = b[place.clone()].iter().map(|x| x.to_f64().abs()).fold(0.0, f64::max);
        // A bias's slopes of 1 and −1 may add up to 0, with weights to a rounding.
        let largest = if largest < 1e-9 { 1.0 } else { largest };
        place.map(|i| (a[i].to_f64() - b[i].to_f64()).abs()).fold(0.0, f64::max) / largest
    };
    network.layers().iter().flat_map(|layer| [gap(layer.bias.clone()), gap(layer.weights.clone())]).fold(0.0, f64::max)
}

/// 1e-12 in f64: sums of some 20 terms in different order and activations of a few roundings each, through three
/// layers, stay within 1e-14 relative to a block's largest entry; f32 has 2²⁹ times the roundoff.
fn engines_agree<R: EngineReal>(bound: f64) {
    for (network, counts) in weighted_models() {
        let theta = weights::<R>(&network);
        let (loss, gradient) = answer(EngineKind::Reference, &network, &theta, counts);
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let (other_loss, other) = answer(kind, &network, &theta, counts);
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
    for (network, counts) in weighted_models() {
        let theta = weights::<f64>(&network);
        let (_, gradient) = answer(EngineKind::Reference, &network, &theta, counts);
        let penalized = |theta: &[f64]| {
            let squares = network.weights().into_iter().flat_map(|place| theta[place].to_vec());
            answer(EngineKind::Reference, &network, theta, counts).0 + 0.5 * DECAY * squares.map(|w| w * w).sum::<f64>()
        };
        let differences: Vec<f64> = (0..theta.len())
            .map(|i| {
                let at = |step: f64| {
                    let mut moved = theta.clone();
                    moved[i] += step;
                    penalized(&moved)
                };
                let is_statistic = network.statistics().iter().any(|place| place.contains(&i));
                if is_statistic { gradient[i] } else { (at(H) - at(-H)) / (2.0 * H) }
            })
            .collect();
        let gap = worst_gap(&network, &differences, &gradient);
        assert!(gap <= 1e-7, "{network:?}: {gap:e}");
    }
}

/// At zero weights every pre-activation is exactly 0, where activations have kinks and |s| has none of its derivatives.
#[test]
fn engines_agree_at_zero() {
    for (network, counts) in weighted_models() {
        let theta = vec![0.0_f64; network.parameter_count()];
        let (loss, gradient) = answer(EngineKind::Reference, &network, &theta, counts);
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let (other_loss, other) = answer(kind, &network, &theta, counts);
            let largest = gradient.iter().fold(0.0_f64, |largest, g| largest.max(g.abs()));
            let gap = gradient.iter().zip(&other).fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(gap <= 1e-15 * largest.max(1.0), "{kind} on {network:?}: {gap:e}"); // a few roundings of ŷ − y
            let bound = 2e-15 * loss.abs().max(1.0); // 17 terms in another order
            assert!((loss - other_loss).abs() <= bound, "{kind} on {network:?}: {loss} and {other_loss}");
        }
    }
}

/// Evaluation has no dropout: the loss of the outputs is that of a batch without masks.
#[test]
fn outputs_are_those_without_dropout() {
    for network in models() {
        let (theta, part) = (weights::<f64>(&network), part::<f64>(&network));
        let (width, inputs) = (network.output_width(), part.inputs.view());
        // So many samples at each call.
        let outputs = |kind, samples: usize| {
            let mut outputs = Matrix::zeros(SAMPLES, width);
            let mut engine = build::<f64>(kind, &network, SAMPLES);
            for (piece, outputs) in outputs.data_mut().chunks_mut(samples * width).enumerate() {
                let (first, count) = (piece * samples, outputs.len() / width);
                let view = burnmark::num::MatMut::new(count, width, outputs);
                engine.outputs(&theta, inputs.rows_between(first, first + count), view).unwrap();
            }
            outputs
        };
        let whole = outputs(EngineKind::Reference, SAMPLES);
        assert_eq!(whole, outputs(EngineKind::Reference, 4), "four at a time: {network:?}");
        // More than an evaluation takes at once.
        let rows: Vec<usize> = (0..4099).map(|row| row % SAMPLES).collect();
        let mut many = Matrix::zeros(rows.len(), width);
        let view = burnmark::num::MatMut::new(rows.len(), width, many.data_mut());
        let mut engine = build::<f64>(EngineKind::Reference, &network, SAMPLES);
        engine.outputs(&theta, part.inputs.gather(&rows).view(), view).unwrap();
        assert_eq!(many, whole.gather(&rows), "in pieces: {network:?}");
        for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
            let gap =
                whole.data().iter().zip(outputs(kind, SAMPLES).data()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(gap < 1e-13, "{kind} on {network:?}: {gap:e}"); // sums of up to 9 terms near 1
        }
    }
}

fn loss_path<R: Build + EngineReal>(
    kind: EngineKind,
    network: &Network,
    optimizer: &Chosen<OptimizerEntry>,
    steps: usize,
) -> Vec<f64> {
    let settings =
        Settings { seed: 3, optimizer: optimizer.clone(), regularize: REGULARIZE, ..Settings::plain(SAMPLES) };
    let part = part::<R>(network);
    let mut engine = build::<R>(kind, network, SAMPLES);
    let mut stepper = Stepper::new(&settings, network, weights(network), SAMPLES).unwrap();
    let samples: Vec<usize> = (0..SAMPLES).collect();
    (0..steps).map(|_| stepper.step(&part, &samples, 0, engine.as_mut()).unwrap().to_f64()).collect()
}

/// 1e-9 after 200 steps: the first step's gap of 1e-16 grows with the path's own sensitivity, some 1e3 here. A perceptron
/// per loss, a recurrent and a convolutional network.
#[test]
fn trained_200_steps_side_by_side_the_losses_agree() {
    let perceptron = |loss: Loss| Network::new(6, &[9, 7], outputs_of(&loss), Activation::of(&activation::TANH), loss);
    let mut networks: Vec<Network> = losses().into_iter().map(perceptron).collect();
    let has = |network: &Network, kind: fn(&Module) -> bool| match network.chain() {
        Module::Chain(modules) => modules.iter().any(|module| match module {
            Module::Chain(within) => within.iter().any(kind),
            module => kind(module),
        }),
        _ => false,
    };
    let kinds: [fn(&Module) -> bool; 2] =
        [|module| matches!(module, Module::Recurrent(_)), |module| matches!(module, Module::Convolution { .. })];
    networks.extend(layered().into_iter().take(2));
    networks.extend(kinds.map(|kind| registered().into_iter().find(|network| has(network, kind)).unwrap()));
    // The usual losses with all optimizers.
    for network in networks {
        let is_usual = USUAL.contains(&network.loss().name());
        let some = |name: &str| is_usual || ["momentum", "adam"].contains(&name);
        for entry in burnmark::optim::ENTRIES.iter().filter(|known| some(known.entry.name)) {
            let optimizer = Chosen::of(*entry).with("lr", Value::Number(0.01));
            let reference = loss_path::<f64>(EngineKind::Reference, &network, &optimizer, 200);
            for kind in [EngineKind::Burn, EngineKind::BurnNdarray] {
                let other = loss_path::<f64>(kind, &network, &optimizer, 200);
                for (step, (a, b)) in reference.iter().zip(&other).enumerate() {
                    let gap = ((a - b) / a).abs();
                    assert!(gap <= 1e-9, "{kind}, {}, step {step}, {network:?}: {gap:e}", entry.entry.name);
                }
            }
        }
    }
}
