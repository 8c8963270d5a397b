//! Each run of a gang has the bits that it has alone: every optimizer, annealing, regularizer, activation and loss, at every level of
//! vectors, in both precisions.

use super::*;
use crate::activation::{self, Activation};
use crate::data::Targets;
use crate::engine::{EngineKind, EngineReal, build};
use crate::loss::{self, Loss, TargetForm};
use crate::model::initial::{HE, Initial};
use crate::model::{self, Answer, Architecture, Network, Pooling, Task};
use crate::num::lanes::levels::at_each;
use crate::num::{Matrix, Purpose, Shape, Stream};
use crate::registry::Choice;
use crate::registry::Chosen;
use crate::train::{CrossCheck, DecayScale, LayerScale, RegularizeSettings, TrainSpec, train};
use crate::value::Value;
use crate::{optim, schedule};

const FEATURES: usize = 5;
const CLASSES: usize = 4;
const BATCH: usize = 8;

fn part<R: Real>(form: TargetForm, samples: usize, index: u64) -> Part<R> {
    let mut stream = Stream::new(5, Purpose::Data, index);
    let mut normal =
        |cols: usize| Matrix::new(samples, cols, (0..samples * cols).map(|_| R::from_f64(stream.normal())).collect());
    let inputs = normal(FEATURES);
    let classes = |count: u32| Targets::Classes((0..u32::try_from(samples).unwrap()).map(|i| i * 7 % count).collect());
    let targets = match form {
        TargetForm::Numbers => Targets::Values(normal(1)),
        TargetForm::OneHot => classes(4),
        _ => classes(2),
    };
    Part { inputs, targets, weights: Vec::new() }
}

fn data<R: Real>(form: TargetForm) -> Prepared<R> {
    // The last batch of an epoch is a smaller one.
    Prepared { train: part(form, 3 * BATCH + 5, 0), validation: part(form, 11, 1), test: part(form, 9, 2) }
}

fn network(hidden: &[usize], activation: &Activation, loss: &Loss) -> Network {
    let outputs = if loss.entry.targets == TargetForm::OneHot { CLASSES } else { 1 };
    Network::new(FEATURES, hidden, outputs, activation.clone(), loss.clone())
}

fn relu() -> Activation {
    Activation::of(&activation::RELU)
}

/// An optimizer each, with one regularizer or annealing after the other, and one that diverges.
fn runs(base: &Settings) -> Vec<Settings> {
    let none = base.regularize;
    let regularizers = [
        none,
        RegularizeSettings { weight_decay: 0.01, ..none },
        RegularizeSettings { weight_decay: 0.1, decoupled: true, ..none },
        RegularizeSettings { l1: 0.01, ..none },
        RegularizeSettings { weight_decay: 0.1, l1: 0.02, ..none },
    ];
    let rate = |rate: f64| Value::Number(rate);
    let of_optimizer = |(number, entry): (usize, &&'static optim::OptimizerEntry)| Settings {
        optimizer: Chosen::of(*entry).with("lr", rate(0.01)),
        regularize: regularizers[number % regularizers.len()],
        annealing: Chosen::of(schedule::ENTRIES[number % schedule::ENTRIES.len()]),
        ..base.clone()
    };
    let descent = |lr: f64| Chosen::of(optim::ENTRIES[0]).with("lr", rate(lr));
    let others = regularizers.iter().map(|regularize| Settings { regularize: *regularize, ..base.clone() });
    let in_lanes = optim::ENTRIES.iter().filter(|entry| !entry.entry.name.contains("rprop"));
    let mut all: Vec<Settings> = in_lanes.enumerate().map(of_optimizer).chain(others).collect();
    all.insert(2, Settings { optimizer: descent(1e30), ..base.clone() });
    all
}

fn base() -> Settings {
    Settings {
        seed: 3,
        initial: Initial::of(&HE),
        train: TrainSpec { epochs: 3, ..TrainSpec::plain(BATCH) },
        ..Settings::plain(BATCH)
    }
}

fn with(base: Settings, change: impl FnOnce(&mut Settings)) -> Settings {
    let mut changed = base;
    change(&mut changed);
    changed
}

/// Trains these runs one by one and in gangs of each size, which part when fewer than `least` are left; checked where asked for.
fn are_equal<R: Build + EngineReal>(name: &str, runs: &[Settings], network: &Network, data: &Prepared<R>, check: bool) {
    let mut engine = build::<R>(EngineKind::Reference, network, BATCH);
    let mut other = build::<R>(EngineKind::Burn, network, BATCH);
    let width = network.output_width();
    let alone = runs.iter().map(|settings| {
        let check = check.then(|| CrossCheck::new(other.as_mut(), width));
        bits(&train(settings, network, data, engine.as_mut(), check).unwrap())
    });
    let alone: Vec<String> = alone.collect();
    at_each(|| {
        let Some(mut lanes) = GangReference::<R>::new(network, BATCH) else { return };
        for (size, least) in [(lanes.size(), 1), (3.min(lanes.size()), 3)] {
            for (gang, alone) in runs.chunks(size).zip(alone.chunks(size)) {
                let mut engines: Vec<_> =
                    gang.iter().map(|_| build::<R>(EngineKind::Reference, network, BATCH)).collect();
                let mut others: Vec<_> = gang.iter().map(|_| build::<R>(EngineKind::Burn, network, BATCH)).collect();
                let members =
                    gang.iter().zip(engines.iter_mut().zip(&mut others)).map(|(settings, (engine, other))| {
                        let check = check.then(|| CrossCheck::new(other.as_mut(), width));
                        Ganged { settings, member: Member { network, engine: engine.as_mut(), check } }
                    });
                let trained = train_gang(members.collect(), data, &mut lanes, least).unwrap().unwrap();
                for (run, (trained, alone)) in trained.iter().zip(alone).enumerate() {
                    let found = bits(trained);
                    assert!(found == *alone, "{name}, run {run} in gangs of {size}:\n{found}\n{alone}");
                }
            }
        }
    });
}

/// All that a training yields but its times; numbers are written with as many digits as tell them apart.
fn bits<R: Real>(trained: &Trained<R>) -> String {
    format!("{:?} {:?} {} {:?}", trained.results, trained.parameters, trained.steps, trained.check)
}

#[test]
fn with_every_optimizer_and_regularizer() {
    let network = network(&[7, 3], &relu(), &Loss::of(&loss::CROSS_ENTROPY));
    let base = with(base(), |base| base.regularize.dropout = 0.3);
    are_equal::<f32>("f32", &runs(&base), &network, &data(TargetForm::OneHot), false);
    are_equal::<f64>("f64", &runs(&base), &network, &data(TargetForm::OneHot), false);
}

#[test]
fn with_every_activation_and_loss() {
    for entry in activation::ENTRIES {
        let network = network(&[6], &Activation::of(*entry), &Loss::of(&loss::CROSS_ENTROPY));
        let runs = &runs(&base())[..4];
        are_equal::<f32>(entry.entry.name, runs, &network, &data(TargetForm::OneHot), false);
    }
    for entry in loss::ENTRIES.iter().filter(|entry| entry.targets != TargetForm::Nothing) {
        for hidden in [&[][..], &[6]] {
            let network = network(hidden, &relu(), &Loss::of(*entry));
            let runs = &runs(&base())[..4];
            are_equal::<f32>(entry.entry.name, runs, &network, &data(entry.targets), false);
            are_equal::<f64>(entry.entry.name, runs, &network, &data(entry.targets), false);
        }
    }
}

/// What a change is called, and what it does.
type Change<'f> = (&'f str, &'f dyn Fn(&mut Settings));

#[test]
fn with_every_setting_of_a_training() {
    let network = network(&[6, 5], &relu(), &Loss::of(&loss::CROSS_ENTROPY));
    let changes: [Change<'_>; 11] = [
        ("inputs omitted", &|of| of.regularize.input_dropout = 0.2),
        ("all omitted", &|of| (of.regularize.input_dropout, of.regularize.dropout) = (0.2, 0.5)),
        ("noise on inputs", &|of| of.regularize.input_noise = 0.2),
        ("decay by layer", &|of| {
            of.regularize.decay_scale =
                DecayScale { bias: 0.5, others: LayerScale { first: 0.0, last: 3.0, ..LayerScale::NONE } };
        }),
        ("stopped", &|of| (of.train.early_stopping, of.train.epochs) = (true, 12)),
        ("seldom", &|of| (of.train.evaluate_every, of.train.evaluate_train_every) = (2, 3)),
        ("whole batches", &|of| of.train.drop_last = true),
        ("drawn with replacement", &|of| of.train.bootstrap = true),
        ("measures", &|of| (of.train.measures, of.train.jackknife) = (vec!["balanced-accuracy".to_owned()], true)),
        ("other seeds", &|of| {
            (of.train.start_seed, of.train.order_seed, of.train.dropout_seed) = (Some(9), Some(8), None);
        }),
        ("no epochs", &|of| of.train.epochs = 0),
    ];
    for (name, change) in changes {
        let base = with(base(), change);
        let settings = &runs(&base)[..9];
        assert!(settings.iter().all(|of| can_be_ganged(&of.train, &of.regularize)), "{name}");
        are_equal::<f32>(name, settings, &network, &data(TargetForm::OneHot), false);
    }
}

/// What measures steps, averages, clips or perturbs is trained alone, and so is what has no form for lanes.
#[test]
fn what_has_no_form_for_lanes_is_in_no_gang() {
    let changes: [&dyn Fn(&mut Settings); 8] = [
        &|of| of.train.clip = 0.1,
        &|of| of.train.ensemble = 2,
        &|of| of.train.curve = Curve::Step,
        &|of| of.train.evaluate_steps = Some(2),
        &|of| of.train.average.kind = "ema".to_owned(),
        &|of| of.regularize.weight_noise = 0.1,
        &|of| of.regularize.dropconnect = 0.1,
        &|of| of.regularize.dropout_at_test = DropoutAtTest::MonteCarlo,
    ];
    for change in changes {
        let of = with(base(), change);
        assert!(!can_be_ganged(&of.train, &of.regularize));
    }
    let network = network(&[4], &relu(), &Loss::of(&loss::CROSS_ENTROPY));
    let Some(mut lanes) = GangReference::<f32>::new(&network, BATCH) else { return };
    let data = data(TargetForm::OneHot);
    let rprop = optim::ENTRIES.iter().find(|entry| entry.entry.name == "rprop").unwrap();
    let settings = Settings { optimizer: Chosen::of(*rprop).with("lr", Value::Number(0.1)), ..base() };
    let mut engine = build::<f32>(EngineKind::Reference, &network, BATCH);
    let member = Member { network: &network, engine: engine.as_mut(), check: None };
    assert!(train_gang(vec![Ganged { settings: &settings, member }], &data, &mut lanes, 1).unwrap().is_none());
}

/// With a check by the other engine, layers that share weights, and none of the biases.
#[test]
fn with_a_check_and_shared_weights() {
    let mlp = model::ENTRIES.iter().find(|known| known.entry.name == "mlp").unwrap();
    let architecture = |bias: bool, tied: bool| Architecture {
        layers: Vec::new(),
        own: Choice::of(&mlp.entry),
        hidden: vec![4, 4, 4],
        activation: relu(),
        bias,
        tied,
        channels: Vec::new(),
        kernel: 1,
        pooling: Pooling::Max,
        pool: 1,
        loss: None,
    };
    let shape = Shape::Flat;
    let task = Task { inputs: FEATURES, shape, answer: Answer::Classes(CLASSES), positions: 1 };
    for (bias, tied) in [(true, false), (false, false), (true, true)] {
        let network = mlp.network(&architecture(bias, tied), &task).unwrap();
        are_equal::<f64>("checked", &runs(&base())[..5], &network, &data(TargetForm::OneHot), true);
    }
}
