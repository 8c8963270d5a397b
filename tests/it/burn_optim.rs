//! Optimizers against burn-optim: the same gradients in, the same parameters out, 50 steps in f64.
//!
//! Every hyperparameter of Burn's is written out, since its defaults differ (ε = 1e-5, dampening 0.1, α = 0.99 with a
//! momentum of 0.9). Its settings are f32, so those here are numbers that f32 holds exactly.

use burn::tensor::{DType, Device, Tensor, TensorData};
use burn_optim::decay::WeightDecayConfig;
use burn_optim::momentum::MomentumConfig;
use burn_optim::{AdaGradConfig, AdamConfig, AdamWConfig, LionConfig, Optimizer, RmsPropConfig, SgdConfig};
use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Targets};
use burnmark::engine::{Batch, Engine, EngineError};
use burnmark::loss::{CROSS_ENTROPY, Loss};
use burnmark::model::Network;
use burnmark::num::{MatMut, MatRef, Matrix, Purpose, Stream};
use burnmark::optim;
use burnmark::registry::Chosen;
use burnmark::train::{RegularizeSettings, Settings, Stepper};
use burnmark::value::Value;

/// In the registry and not in burn-optim 0.22.1. A newcomer stands here or has a row in [`rows`].
const NOT_IN_BURN: [&str; 7] = ["rprop", "rprop-plus", "irprop-plus", "irprop-minus", "adadelta", "adamax", "nadam"];

const STEPS: usize = 50;
const LR: f64 = 0.0625;
const EPSILON: f32 = 1.0 / 1_048_576.0;
const BETA1: f32 = 0.875;
const BETA2: f32 = 0.984_375;
const DECAY: f32 = 0.125;

/// The parameters before each step.
type Path = Vec<Vec<f64>>;

/// One optimizer of ours with its counterpart.
struct Row {
    kind: &'static str,
    parameters: Vec<(&'static str, Value)>,
    regularize: RegularizeSettings,
    burn: fn(&[Vec<f64>], &[f64]) -> Path,
    /// What the parameters may differ by, absolute: they stay near 1.
    tolerance: f64,
}

/// 50 updates of a few operations each on numbers near 1, so some 1e-14; Burn does them in another order.
const EXACT: f64 = 1e-12;
/// Burn computes β^t and the bias corrections of Adam in f32: 1 − β₂^t near 1/64 is then off by 4e-6 relative, half of
/// which is in each step of some 0.06, and 50 steps may add up.
const BIAS_IN_F32: f64 = 1e-5;

fn rows() -> Vec<Row> {
    let none = RegularizeSettings::NONE;
    let coupled = RegularizeSettings { weight_decay: f64::from(DECAY), ..none };
    let decoupled = RegularizeSettings { decoupled: true, ..coupled };
    let number = |number: f32| Value::Number(f64::from(number));
    let mu = || vec![("mu", number(BETA1))];
    let outside = || vec![("epsilon", number(EPSILON)), ("epsilon_place", Value::word("outside"))];
    let rmsprop = || [outside(), vec![("gamma", number(BETA2))]].concat();
    let adam = || vec![("epsilon", number(EPSILON)), ("beta1", number(BETA1)), ("beta2", number(BETA2))];
    let lion = || vec![("beta1", number(BETA1)), ("beta2", number(BETA2))];
    let row = |kind, parameters, burn| Row { kind, parameters, regularize: none, burn, tolerance: EXACT };
    vec![
        row("gradient-descent", vec![], |g, start| follow(&SgdConfig::new().build(), g, start)),
        Row {
            regularize: coupled,
            ..row("gradient-descent", vec![], |g, start| {
                let decay = WeightDecayConfig::new(DECAY);
                follow(&SgdConfig::new().with_weight_decay(Some(decay)).build(), g, start)
            })
        },
        row("momentum", mu(), |g, start| {
            follow(&SgdConfig::new().with_momentum(Some(momentum(false))).build(), g, start)
        }),
        // Burn's parameters are the look-ahead point, which is where ours asks for the gradient.
        row("nesterov", mu(), |g, start| {
            follow(&SgdConfig::new().with_momentum(Some(momentum(true))).build(), g, start)
        }),
        row("adagrad", outside(), |g, start| {
            follow(&AdaGradConfig::new().with_lr_decay(0.0).with_epsilon(EPSILON).build(), g, start)
        }),
        row("rmsprop", rmsprop(), |g, start| {
            let config = RmsPropConfig::new().with_alpha(BETA2).with_momentum(0.0).with_epsilon(EPSILON);
            follow(&config.with_centered(false).build(), g, start)
        }),
        Row { tolerance: BIAS_IN_F32, ..row("adam", adam(), |g, start| follow(&adam_config(false).build(), g, start)) },
        Row {
            tolerance: BIAS_IN_F32,
            ..row("amsgrad", adam(), |g, start| follow(&adam_config(true).build(), g, start))
        },
        Row {
            regularize: decoupled,
            tolerance: BIAS_IN_F32,
            ..row("adam", adam(), |g, start| {
                let config = AdamWConfig::new().with_beta_1(BETA1).with_beta_2(BETA2).with_epsilon(EPSILON);
                let config = config.with_weight_decay(DECAY).with_cautious_weight_decay(false).with_amsgrad(false);
                follow(&config.build(), g, start)
            })
        },
        row("lion", lion(), |g, start| follow(&lion_config(0.0).build(), g, start)),
        Row { regularize: decoupled, ..row("lion", lion(), |g, start| follow(&lion_config(DECAY).build(), g, start)) },
    ]
}

fn momentum(nesterov: bool) -> MomentumConfig {
    MomentumConfig::new().with_momentum(f64::from(BETA1)).with_dampening(0.0).with_nesterov(nesterov)
}

fn adam_config(amsgrad: bool) -> AdamConfig {
    AdamConfig::new().with_beta_1(BETA1).with_beta_2(BETA2).with_epsilon(EPSILON).with_amsgrad(amsgrad)
}

fn lion_config(decay: f32) -> LionConfig {
    LionConfig::new().with_beta_1(BETA1).with_beta_2(BETA2).with_weight_decay(decay)
}

/// Burn's parameters before each step.
fn follow<O: Optimizer>(optimizer: &O, gradients: &[Vec<f64>], start: &[f64]) -> Vec<Vec<f64>> {
    let device = Device::flex();
    let tensor = |numbers: &[f64]| -> Tensor<1> {
        Tensor::from_data(TensorData::new(numbers.to_vec(), [numbers.len()]), (&device, DType::F64))
    };
    let (mut theta, mut state, mut path) = (tensor(start), None, Vec::new());
    for gradient in gradients {
        path.push(theta.clone().into_data().as_slice::<f64>().unwrap().to_vec());
        (theta, state) = optimizer.step(LR, theta, tensor(gradient), state);
    }
    path
}

/// An engine that answers with given gradients, and writes down where it was asked.
struct Given<'g> {
    gradients: &'g [Vec<f64>],
    asked: Vec<Vec<f64>>,
}

impl Engine<f64> for Given<'_> {
    fn loss_and_gradient(
        &mut self,
        theta: &[f64],
        _: &Batch<'_, f64>,
        gradient: &mut [f64],
    ) -> Result<f64, EngineError> {
        gradient.copy_from_slice(&self.gradients[self.asked.len()]);
        self.asked.push(theta.to_vec());
        Ok(1.0)
    }

    fn outputs(&mut self, _: &[f64], _: MatRef<'_, f64>, _: MatMut<'_, f64>) -> Result<(), EngineError> {
        unreachable!("nothing is evaluated here")
    }
}

/// Our parameters (or look-ahead points) before each step.
fn ours(row: &Row, network: &Network, gradients: &[Vec<f64>], start: &[f64]) -> Vec<Vec<f64>> {
    let entry = optim::ENTRIES.iter().find(|entry| entry.entry.name == row.kind).unwrap();
    let optimizer = Chosen::of(*entry).with("lr", Value::Number(LR));
    let optimizer = row.parameters.iter().fold(optimizer, |choice, (name, value)| choice.with(name, value.clone()));
    let settings = Settings { optimizer, regularize: row.regularize, ..Settings::plain(1) };
    let part =
        Part { inputs: Matrix::zeros(1, network.inputs()), targets: Targets::Classes(vec![0]), weights: Vec::new() };
    let mut engine = Given { gradients, asked: Vec::new() };
    let mut stepper = Stepper::new(&settings, network, start.to_vec(), 1).unwrap();
    for _ in gradients {
        stepper.step(&part, &[0], 0, &mut engine).unwrap();
    }
    engine.asked
}

#[test]
fn every_optimizer_that_burn_has_agrees_with_it() {
    let network = Network::new(6, &[], 2, Activation::of(&activation::IDENTITY), Loss::of(&CROSS_ENTROPY));
    let weights = network.layers()[0].weights.clone();
    let mut stream = Stream::new(21, Purpose::Data, 0);
    let mut draw = || (0..network.parameter_count()).map(|_| stream.normal()).collect::<Vec<f64>>();
    let start = draw();
    let gradients: Vec<Vec<f64>> = (0..STEPS).map(|_| draw()).collect();
    let rows = rows();
    for entry in optim::ENTRIES {
        let name = entry.entry.name;
        let (here, lacking) = (rows.iter().any(|row| row.kind == name), NOT_IN_BURN.contains(&name));
        assert!(here != lacking, "`{name}` stands in `rows` or in `NOT_IN_BURN`, and in one of them only");
    }
    for row in &rows {
        let (ours, theirs) = (ours(row, &network, &gradients, &start), (row.burn)(&gradients, &start));
        // Decay acts on all of Burn's parameters and on our weights only.
        let places = if row.regularize.weight_decay > 0.0 { weights.clone() } else { 0..start.len() };
        for (step, (a, b)) in ours.iter().zip(&theirs).enumerate() {
            for place in places.clone() {
                let gap = (a[place] - b[place]).abs();
                assert!(gap < row.tolerance, "{}, {:?}, step {step}: {gap:e}", row.kind, row.regularize);
            }
        }
        let moved = ours[STEPS - 1].iter().zip(&start).all(|(a, b)| (a - b).abs() > 1e-3);
        assert!(moved, "{}: the parameters move", row.kind);
    }
}
