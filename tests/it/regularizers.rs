//! Regularizers and averages in the training loop: what they are in expectation, and that none disturbs another.

use burnmark::activation::{self, Activation};
use burnmark::data::{DataSet, Indices, Part, Prepared, Target, Targets};
use burnmark::engine::{Batch, Engine, EngineError, EngineKind, build};
use burnmark::harness::{Cache, execute};
use burnmark::loss::{BINARY_CROSS_ENTROPY, CROSS_ENTROPY, Loss, SQUARED_ERROR};
use burnmark::model::Network;
use burnmark::model::initial::{Initial, XAVIER};
use burnmark::num::{MatMut, MatRef, Matrix, Purpose, Seed, Stream};
use burnmark::optim::{self, OptimizerEntry};
use burnmark::plan::Spec;
use burnmark::record::Outcome;
use burnmark::registry::Chosen;
use burnmark::spec::Override;
use burnmark::train::average::EMA;
use burnmark::train::{
    DropoutAtTest, Predictions, RegularizeSettings, Settings, Stepper, Thinned, TrainSpec, Trained, train,
};
use burnmark::value::Value;
use std::convert::Infallible;

/// An engine that passes everything on and writes down what it was asked and what it answered.
struct Recording {
    inner: Box<dyn Engine<f64>>,
    points: Vec<Vec<f64>>,
    inputs: Vec<Vec<f64>>,
    masks: Vec<Vec<Vec<f64>>>,
    gradients: Vec<Vec<f64>>,
}

impl Engine<f64> for Recording {
    fn loss_and_gradient(
        &mut self,
        theta: &[f64],
        batch: &Batch<'_, f64>,
        gradient: &mut [f64],
    ) -> Result<f64, EngineError> {
        let loss = self.inner.loss_and_gradient(theta, batch, gradient)?;
        self.points.push(theta.to_vec());
        self.inputs.push(batch.inputs.data().to_vec());
        self.masks.push(batch.masks.0.to_vec());
        self.gradients.push(gradient.to_vec());
        Ok(loss)
    }

    fn outputs(&mut self, theta: &[f64], inputs: MatRef<'_, f64>, outputs: MatMut<'_, f64>) -> Result<(), EngineError> {
        self.inner.outputs(theta, inputs, outputs)
    }
}

fn optimizer(name: &str) -> Chosen<OptimizerEntry> {
    Chosen::of(*optim::ENTRIES.iter().find(|known| known.entry.name == name).unwrap())
}

fn normal(rows: usize, cols: usize, seed: u64) -> Matrix<f64> {
    let mut stream = Stream::new(seed, Purpose::Data, 0);
    Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal()).collect())
}

/// So many steps on one full batch with a rate too small to move anything: θ stays, only the draws differ.
fn recorded(
    network: &Network,
    part: &Part<f64>,
    regularize: RegularizeSettings,
    steps: usize,
) -> (Vec<f64>, Recording) {
    let samples = part.samples();
    let optimizer = optimizer("gradient-descent").with("lr", Value::Number(1e-300));
    let settings = Settings { seed: 5, optimizer, regularize, ..Settings::plain(samples) };
    let inner = build::<f64>(EngineKind::Reference, network, samples);
    let mut engine = Recording { inner, points: vec![], inputs: vec![], masks: vec![], gradients: vec![] };
    let theta = normal(1, network.parameter_count(), 8).data().to_vec();
    let mut stepper = Stepper::new(&settings, network, theta.clone(), samples).unwrap();
    let order: Vec<usize> = (0..samples).collect();
    for _ in 0..steps {
        stepper.step(part, &order, 0, &mut engine).unwrap();
    }
    assert_eq!(stepper.parameters(), theta, "nothing moved");
    (theta, engine)
}

fn regression(samples: usize, features: usize) -> Part<f64> {
    Part { inputs: normal(samples, features, 1), targets: Targets::Values(normal(samples, 1, 2)), weights: Vec::new() }
}

/// C14: for a linear neuron, noise of variance s² on the inputs is, in expectation, the penalty λ‖w‖² with λ = m·s² on
/// ‖y − Xw‖². The suite's loss is that over 2m, so the gradient gains λw/m = s²w. Five standard errors, measured from the
/// draws themselves, for each of 5 parameters: by chance alone one in 300,000 such tests would fail.
#[test]
fn input_noise_is_weight_decay_for_a_linear_neuron() {
    const DRAWS: usize = 20_000;
    let (m, deviation) = (12, 0.5);
    let network = Network::new(4, &[], 1, Activation::of(&activation::IDENTITY), Loss::of(&SQUARED_ERROR));
    let part = regression(m, 4);
    let noisy = RegularizeSettings { input_noise: deviation, ..RegularizeSettings::NONE };
    let (theta, drawn) = recorded(&network, &part, noisy, DRAWS);
    let (_, plain) = recorded(&network, &part, RegularizeSettings::NONE, 1);
    let weights = network.layers()[0].weights.clone();
    let lambda = m as f64 * deviation * deviation;
    for (place, w) in theta.iter().enumerate() {
        let n = DRAWS as f64;
        let mean = drawn.gradients.iter().map(|g| g[place]).sum::<f64>() / n;
        let variance = drawn.gradients.iter().map(|g| (g[place] - mean).powi(2)).sum::<f64>() / (n - 1.0);
        let penalty = if weights.contains(&place) { lambda * w / m as f64 } else { 0.0 };
        let (gap, error) = (mean - (plain.gradients[0][place] + penalty), (variance / n).sqrt());
        assert!(gap.abs() < 5.0 * error, "parameter {place}: {gap} with a standard error of {error}");
        // And it would be seen if it were missing.
        assert!(penalty == 0.0 || penalty.abs() > 5.0 * error, "the penalty {penalty} is larger than {error}");
    }
}

/// DropConnect: the engine is asked at M∘θ, and θ moves by M∘g'.
#[test]
fn dropconnect_masks_parameters_and_gradient_alike() {
    let network = Network::new(4, &[5], 1, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
    let part = regression(6, 4);
    let regularize = RegularizeSettings { dropconnect: 0.5, ..RegularizeSettings::NONE };
    let optimizer = optimizer("gradient-descent");
    let settings = Settings { regularize, optimizer: optimizer.with("lr", Value::Number(1.0)), ..Settings::plain(6) };
    let inner = build::<f64>(EngineKind::Reference, &network, 6);
    let mut engine = Recording { inner, points: vec![], inputs: vec![], masks: vec![], gradients: vec![] };
    let theta = normal(1, network.parameter_count(), 8).data().to_vec();
    let mut stepper = Stepper::new(&settings, &network, theta.clone(), 6).unwrap();
    stepper.step(&part, &[0, 1, 2, 3, 4, 5], 0, &mut engine).unwrap();
    let (mut kept, mut omitted) = (0, 0);
    for (place, &w) in theta.iter().enumerate() {
        let weight = network.layers().iter().any(|layer| layer.weights.contains(&place));
        let factor = engine.points[0][place] / w;
        assert!(if weight { factor == 0.0 || factor == 2.0 } else { factor == 1.0 }, "{place}: {factor}");
        assert_eq!(stepper.parameters()[place], w - factor * engine.gradients[0][place]);
        kept += usize::from(factor == 2.0);
        omitted += usize::from(factor == 0.0);
    }
    assert!(kept > 3 && omitted > 3, "{kept} kept, {omitted} omitted of 25");
}

/// Each draws from a stream of its own: whatever else is on, the masks, the inputs and the weights' noise are the same.
#[test]
fn no_noise_disturbs_another() {
    let network = Network::new(4, &[5], 1, Activation::of(&activation::TANH), Loss::of(&SQUARED_ERROR));
    let part = regression(6, 4);
    let of = |regularize| recorded(&network, &part, regularize, 3).1;
    let none = RegularizeSettings::NONE;
    let all = RegularizeSettings {
        dropout: 0.5,
        input_dropout: 0.25,
        dropconnect: 0.5,
        input_noise: 0.1,
        weight_noise: 0.2,
        weight_decay: 0.1,
        ..none
    };
    let together = of(all);
    let dropout = of(RegularizeSettings { dropout: 0.5, input_dropout: 0.25, ..none });
    assert_eq!(together.masks, dropout.masks);
    let inputs = of(RegularizeSettings { input_noise: 0.1, ..none });
    assert_eq!(together.inputs, inputs.inputs);
    assert_ne!(inputs.inputs[0], inputs.inputs[1], "drawn anew for each step");
    let weights = of(RegularizeSettings { dropconnect: 0.5, weight_noise: 0.2, ..none });
    assert_eq!(together.points, weights.points);
    let noise_only = of(RegularizeSettings { weight_noise: 0.2, ..none });
    for (both, noisy) in weights.points.iter().flatten().zip(noise_only.points.iter().flatten()) {
        assert!(*both == 0.0 || both == noisy || *both == 2.0 * noisy, "a mask on the same noise: {both}, {noisy}");
    }
}

/// Every thinned network's linear outputs with its weight.
fn thinned_outputs(
    settings: &RegularizeSettings,
    network: &Network,
    theta: &[f64],
    inputs: &Matrix<f64>,
) -> Vec<(f64, Matrix<f64>)> {
    let mut engine = build::<f64>(EngineKind::Reference, network, inputs.rows());
    let mut all = Vec::new();
    let mut thinned = Thinned::<f64>::new(settings, network, Seed::from(4)).unwrap().expect("there is dropout");
    thinned
        .for_each(theta, |weight, theta| {
            all.push((weight, outputs(engine.as_mut(), network, theta, inputs)));
            Ok::<_, Infallible>(())
        })
        .unwrap();
    all
}

fn outputs(engine: &mut dyn Engine<f64>, network: &Network, theta: &[f64], inputs: &Matrix<f64>) -> Matrix<f64> {
    let mut outputs = Matrix::zeros(inputs.rows(), network.outputs());
    let view = MatMut::new(inputs.rows(), network.outputs(), outputs.data_mut());
    engine.outputs(theta, inputs.view(), view).unwrap();
    outputs
}

/// Of outputs the mean Σ w s; of classes the logarithms of the normalized geometric mean, ŷ_c ∝ Π ŷ_jc^{w_j}, whose weights add
/// up to 1.
fn mean_or_geometric_mean(loss: &Loss, all: &[(f64, Matrix<f64>)]) -> Vec<f64> {
    let of_one = |s: &Matrix<f64>| {
        let mut one = Predictions::new(loss, s.rows(), s.cols());
        one.add(1.0, s.view());
        one.mean()
    };
    let mut sums = vec![0.0; of_one(&all[0].1).len()];
    for (weight, s) in all {
        sums.iter_mut().zip(of_one(s)).for_each(|(sum, number)| *sum += weight * number);
    }
    if loss.has_probabilities() {
        for row in sums.chunks_exact_mut(all[0].1.cols().max(2)) {
            let norm = row.iter().map(|x| x.exp()).sum::<f64>().ln();
            row.iter_mut().for_each(|x| *x -= norm);
        }
    }
    sums
}

/// Baldi & Sadowski 2013: with dropout on its inputs, a linear unit's exact average over all 2^U thinned networks, and a
/// softmax or sigmoid layer's normalized geometric mean over them, are the network with all units. Sums of 128 terms
/// near 1 and a few roundings of `exp` and `ln`: 1e-13.
#[test]
fn scaling_is_exact_for_a_linear_unit_and_the_geometric_mean_for_one_layer() {
    for (loss, count) in [
        (Loss::of(&SQUARED_ERROR), 1),
        (Loss::of(&SQUARED_ERROR), 3),
        (Loss::of(&BINARY_CROSS_ENTROPY), 1),
        (Loss::of(&CROSS_ENTROPY), 3),
    ] {
        let network = Network::new(7, &[], count, Activation::of(&activation::IDENTITY), loss.clone());
        let (theta, inputs) = (normal(1, network.parameter_count(), 9), normal(5, 7, 10));
        for input_dropout in [0.1, 0.5, 0.8] {
            let settings =
                RegularizeSettings { input_dropout, dropout_at_test: DropoutAtTest::Exact, ..RegularizeSettings::NONE };
            let all = thinned_outputs(&settings, &network, theta.data(), &inputs);
            assert_eq!(all.len(), 128);
            let total: f64 = all.iter().map(|(weight, _)| weight).sum();
            assert!((total - 1.0).abs() < 1e-14, "probabilities: {total}");
            let averaged = mean_or_geometric_mean(&loss, &all);
            let mut scaled = Predictions::new(&loss, 5, count);
            let mut engine = build::<f64>(EngineKind::Reference, &network, 5);
            scaled.add(1.0, outputs(engine.as_mut(), &network, theta.data(), &inputs).view());
            for (a, b) in averaged.into_iter().zip(scaled.mean()) {
                assert!((a - b).abs() < 1e-13, "{loss:?}, p = {input_dropout}: {a} for {b}");
            }
        }
    }
}

/// The Monte Carlo mean of 4000 drawn networks is the exact one within five standard errors, known from the exact variance
/// over all 2^9 thinned networks, for 15 probabilities; and both differ from scaling, which only approximates them.
#[test]
fn monte_carlo_converges_to_the_exact_average() {
    const DRAWN: u32 = 4000;
    let network = Network::new(3, &[6], 3, Activation::of(&activation::RELU), Loss::of(&CROSS_ENTROPY));
    let (theta, inputs) = (normal(1, network.parameter_count(), 9), normal(5, 3, 10));
    let with = |dropout_at_test| RegularizeSettings {
        dropout: 0.5,
        input_dropout: 0.25,
        dropout_at_test,
        dropout_samples: DRAWN.into(),
        ..RegularizeSettings::NONE
    };
    let probabilities = |settings: &RegularizeSettings| -> Vec<(f64, Vec<f64>)> {
        let of = |s: &Matrix<f64>| {
            let mut one = Predictions::new(&Loss::of(&CROSS_ENTROPY), 5, 3);
            one.add(1.0, s.view());
            one.mean().into_iter().map(f64::exp).collect()
        };
        thinned_outputs(settings, &network, theta.data(), &inputs).iter().map(|(w, s)| (*w, of(s))).collect()
    };
    let (exact, drawn) = (probabilities(&with(DropoutAtTest::Exact)), probabilities(&with(DropoutAtTest::MonteCarlo)));
    assert_eq!((exact.len(), drawn.len()), (512, DRAWN as usize));
    let mut engine = build::<f64>(EngineKind::Reference, &network, 5);
    let mut scaled = Predictions::new(&Loss::of(&CROSS_ENTROPY), 5, 3);
    scaled.add(1.0, outputs(engine.as_mut(), &network, theta.data(), &inputs).view());
    let (scaled, mut apart) = (scaled.mean(), 0.0_f64);
    for place in 0..15 {
        let mean: f64 = exact.iter().map(|(w, p)| w * p[place]).sum();
        let variance: f64 = exact.iter().map(|(w, p)| w * (p[place] - mean).powi(2)).sum();
        let estimate = drawn.iter().map(|(_, p)| p[place]).sum::<f64>() / f64::from(DRAWN);
        let error = (variance / f64::from(DRAWN)).sqrt();
        assert!((estimate - mean).abs() < 5.0 * error, "{place}: {estimate} for {mean}, standard error {error}");
        apart = apart.max((scaled[place].exp() - mean).abs());
    }
    assert!(apart > 1e-3, "scaling is an approximation: {apart}");
}

fn iris() -> Prepared<f64> {
    let iris = burnmark::data::ENTRIES.iter().find(|entry| entry.entry.name == "iris").unwrap();
    let set = burnmark::data::load(&Chosen::of(iris)).unwrap();
    let of = |first| (first..150).step_by(3).collect();
    Prepared::new(&set, &Indices { train: of(0), validation: of(1), test: of(2) }, true)
}

fn trained(settings: &Settings) -> Trained<f64> {
    let network = Network::new(4, &[6], 3, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
    let mut engine = build::<f64>(EngineKind::Reference, &network, settings.batch);
    train(settings, &network, &iris(), engine.as_mut(), None).unwrap()
}

fn base() -> Settings {
    let xavier = Initial::of(&XAVIER);
    Settings { seed: 6, train: TrainSpec { epochs: 5, ..TrainSpec::plain(10) }, initial: xavier, ..Settings::plain(10) }
}

/// The first of an ensemble's networks is the run of one; the others differ; and what is reported is the loss of the mean
/// of the probabilities, worked out here from the kept parameters. Jensen: it is at most the mean of the losses.
#[test]
fn an_ensemble_predicts_by_the_mean_of_its_networks() {
    let alone = trained(&base());
    let ensemble = trained(&Settings { train: TrainSpec { ensemble: 4, ..base().train }, ..base() });
    assert_eq!(ensemble.parameters.len(), 4);
    assert_eq!(ensemble.parameters[0], alone.parameters[0]);
    assert_ne!(ensemble.parameters[1], ensemble.parameters[2]);
    assert_eq!(ensemble.steps, 4 * alone.steps);
    let network = Network::new(4, &[6], 3, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
    let mut engine = build::<f64>(EngineKind::Reference, &network, 10);
    let part = iris().validation;
    let Targets::Classes(classes) = &part.targets else { unreachable!("iris has classes") };
    let (mut mean, mut mean_loss) = (vec![0.0; 150], 0.0);
    for theta in &ensemble.parameters {
        let s = outputs(engine.as_mut(), &network, theta, &part.inputs);
        for (sample, &class) in classes.iter().enumerate() {
            let total: f64 = s.row(sample).iter().map(|s| s.exp()).sum();
            for (k, s) in s.row(sample).iter().enumerate() {
                mean[sample * 3 + k] += s.exp() / total / 4.0;
            }
            mean_loss -= (s.row(sample)[class as usize].exp() / total).ln() / 4.0 / 50.0;
        }
    }
    let loss = classes.iter().enumerate().map(|(i, &class)| -mean[i * 3 + class as usize].ln()).sum::<f64>() / 50.0;
    let reported = ensemble.results.curve.last().unwrap().validation.loss;
    assert!((reported - loss).abs() < 1e-14, "{reported} for {loss}: 50 terms of a few roundings");
    assert!(loss <= mean_loss, "{loss}, {mean_loss}");
}

/// A mean of one is the network itself: an average that is the last iterate, an ensemble of one, an exact average without
/// dropout. And averages only look: the path below them is the same.
#[test]
fn averages_of_one_change_nothing() {
    let plain = trained(&base());
    let ema = |decay| Chosen::of(&EMA).with("decay", Value::Number(decay));
    let last = trained(&Settings { average: ema(0.0), ..base() });
    assert_eq!(last.results.curve, plain.results.curve);
    assert_eq!(last.results.hashes, plain.results.hashes);
    let exact = RegularizeSettings { dropout_at_test: DropoutAtTest::Exact, ..RegularizeSettings::NONE };
    assert_eq!(trained(&Settings { regularize: exact, ..base() }).results.curve, plain.results.curve);
    let slow = trained(&Settings { average: ema(0.9), ..base() });
    assert_ne!(slow.results.curve.last(), plain.results.curve.last());
    assert_eq!(slow.results.curve[0], plain.results.curve[0]);
    assert_eq!(slow.results.hashes.as_ref().unwrap().batch_order, plain.results.hashes.as_ref().unwrap().batch_order);
}

/// What early stopping keeps are the parameters that a run of just so many epochs ends with, and its curve is the long
/// run's up to the stop.
#[test]
fn early_stopping_keeps_the_best_parameters() {
    // A rate so high that the validation loss rises again.
    let rate = optimizer("rmsprop").with("lr", Value::Number(0.2)).with("gamma", Value::Number(0.9));
    let rate = rate.with("epsilon", Value::Number(1e-8)).with("epsilon_place", Value::word("inside"));
    let base = Settings { train: TrainSpec { epochs: 60, ..base().train }, optimizer: rate, ..base() };
    let (patience, long) = (4, trained(&base));
    let stopped = trained(&Settings {
        train: TrainSpec { early_stopping: true, patience, ..base.train.clone() },
        ..base.clone()
    });
    let pick = burnmark::record::Pick::Stopped { patience };
    let best = pick.of(&long.results.curve).unwrap();
    assert!(best.epoch > 0 && best.epoch + patience < 60, "the test stops in between: {}", best.epoch);
    assert_eq!(stopped.results.outcome, Outcome::Done);
    assert_eq!(stopped.results.curve, long.results.curve[..=(best.epoch + patience) as usize]);
    let short = trained(&Settings { train: TrainSpec { epochs: best.epoch, ..base.train.clone() }, ..base });
    assert_eq!(
        stopped.results.hashes.as_ref().unwrap().final_parameters,
        short.results.hashes.as_ref().unwrap().final_parameters
    );
    assert_eq!(stopped.parameters, short.parameters);
}

/// The other engine is given the same masks, noise and point, so the run's own check holds with everything on.
#[test]
fn the_check_holds_with_every_noise() {
    let text = r#"
name = "x"
precision = "f64"
data.set = "wine"
model = { kind = "mlp", hidden = [6], activation = "tanh" }
train = { epochs = 2, batch = 20, clip = 0.3, average = "polyak", ensemble = 2, early_stopping = true }
optimizer = { kind = "nesterov", lr = 0.05 }
regularize = { dropout = 0.2, input_dropout = 0.1, dropconnect = 0.3, input_noise = 0.1, weight_noise = 0.05, weight_decay = 0.01, dropout_at_test = "monte-carlo", dropout_samples = 5 }
"#;
    for engine in ["reference", "burn", "burn-ndarray"] {
        let engine = Override { path: "engine".to_owned(), value: engine.to_owned() };
        let spec = Spec::parse("x.toml".to_owned(), text.to_owned(), &[engine]);
        let spec = spec.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let run = spec.run(0);
        let answer = execute(&run, spec.identity(&run), true, &mut Cache::default());
        assert_eq!(answer.results.outcome, Outcome::Done);
        let check = answer.measurement.check.unwrap();
        assert!(check.passed() && check.gradient_gap > 0.0, "{check:?}");
    }
}

/// All samples equal: noise on the inputs is all that tells them apart, and it stays out of evaluations.
#[test]
fn noise_is_no_part_of_evaluations() {
    let features = Matrix::new(12, 2, vec![1.0; 24]);
    let set = DataSet::flat(features, Target::Classes { labels: [0, 1].repeat(6), count: 2 });
    let of = |first| (first..12).step_by(3).collect();
    let data = Prepared::<f64>::new(&set, &Indices { train: of(0), validation: of(1), test: of(2) }, false);
    let network = Network::new(2, &[], 1, Activation::of(&activation::IDENTITY), Loss::of(&BINARY_CROSS_ENTROPY));
    let noisy =
        RegularizeSettings { input_noise: 5.0, weight_noise: 5.0, dropconnect: 0.5, ..RegularizeSettings::NONE };
    let settings = Settings { regularize: noisy, ..Settings::plain(4) };
    let mut engine = build::<f64>(EngineKind::Reference, &network, 4);
    let trained = train(&settings, &network, &data, engine.as_mut(), None).unwrap();
    assert!((trained.results.curve[0].validation.loss - 2.0_f64.ln()).abs() < 1e-15, "zero weights, so ŷ = ½ exactly");
}
