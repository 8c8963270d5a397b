//! Steps by several threads.

use super::*;
use crate::activation::{self, Activation};
use crate::data::Targets;
use crate::engine::{EngineKind, EngineReal, build as engine};
use crate::loss::{CROSS_ENTROPY, Loss};
use crate::num::Matrix;
use crate::num::crew::by_threads;
use crate::num::lanes::levels::{SimdLevel, at_each};
use crate::optim::{ENTRIES, OptimizerEntry};
use crate::registry::Chosen;
use crate::value::Value;

/// θ after some steps of a small network with dropout and penalties.
fn trained<R: Build + EngineReal>(entry: &'static OptimizerEntry) -> Vec<R> {
    let sample = |i: usize| R::from_f64(f64::from(u32::try_from(i * i % 23).unwrap()) / 7.0 - 1.5);
    let network = Network::new(10, &[24, 9], 4, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY));
    let inputs = Matrix::new(50, 10, (0..500).map(sample).collect());
    let targets = Targets::Classes((0..50).map(|i| i % 4).collect());
    let part = Part { inputs, targets, weights: Vec::new() };
    let regularize = RegularizeSettings { dropout: 0.5, weight_decay: 0.1, l1: 0.01, ..RegularizeSettings::NONE };
    let optimizer = Chosen::of(entry).with("lr", Value::Number(0.01));
    let settings = Settings { optimizer, regularize, ..Settings::plain(32) };
    let theta = (0..network.parameter_count()).map(sample).collect();
    let mut engine = engine::<R>(EngineKind::Reference, &network, 32);
    let mut stepper = Stepper::new(&settings, &network, theta, 50).unwrap();
    let order: Vec<usize> = (0..50).rev().collect();
    for epoch in 0..2 {
        for samples in order.chunks(32) {
            stepper.step(&part, samples, epoch, engine.as_mut()).unwrap();
        }
    }
    stepper.parameters().to_vec()
}

/// Parameters at each level of vectors.
type AtLevels<R> = Vec<(SimdLevel, Vec<R>)>;

/// By each optimizer, at each level of vectors.
fn all<R: Build + EngineReal>() -> Vec<(&'static str, AtLevels<R>)> {
    ENTRIES.iter().map(|entry| (entry.entry.name, at_each(|| trained::<R>(entry)))).collect()
}

fn same_bits<R: Build + EngineReal>() {
    let alone = all::<R>();
    for threads in [1, 2, 3, 8] {
        for ((name, levels), (_, by_several)) in alone.iter().zip(by_threads(threads, all::<R>)) {
            assert!(levels[0].1.iter().all(|number| number.is_finite()), "{name} diverged");
            for ((level, theta), (_, other)) in levels.iter().zip(by_several) {
                assert!(*theta == levels[0].1 && *theta == other, "{name} by {threads} threads, level {level:?}");
            }
        }
    }
}

#[test]
fn every_optimizer_has_the_same_bits_by_any_number_of_threads() {
    same_bits::<f32>();
    same_bits::<f64>();
}
