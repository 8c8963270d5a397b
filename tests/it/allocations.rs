//! Steps of the reference engine allocate nothing.

use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::loss::{self, CROSS_ENTROPY, Loss, TargetForm};
use burnmark::model::{Answer, Network, Task};
use burnmark::num::{Matrix, Shape};
use burnmark::optim;
use burnmark::registry::Chosen;
use burnmark::train::average::POLYAK;
use burnmark::train::{Curve, RegularizeSettings, Settings, Stepper, TrainSpec};
use burnmark::value::Value;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting for each thread.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// Counting allocations needs an allocator of one's own, and its trait is unsafe; every call is passed on as it is.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.realloc(place, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(of: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    of();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1_u8]))), 1);
}

/// Every kind of layer, in one network.
#[test]
fn steps_of_networks_from_parts_allocate_nothing() {
    let shape = Shape::Sequence { steps: 6, features: 3 };
    let task = Task { inputs: 18, shape, answer: Answer::Classes(4), positions: 1 };
    let layers = serde_json::json!([
        {"conv": 4, "padding": 1, "activation": "gelu"}, {"norm": "batch"}, {"residual": [{"gru": 4}, {"norm": "layer"}]},
        {"shortcut": [{"lstm": 3}, {"rnn": 2}]}, {"pool": "max", "size": 2}, {"repeat": 2, "layers": [{"dense": 3, "activation": "elu"}]},
        {"flatten": true}, {"dense": 5, "activation": "softplus"}
    ]);
    let network = crate::engines::of_layers(&layers, &task);
    let sample = |i: usize| (i % 7) as f32 - 3.0;
    let inputs = Matrix::new(40, 18, (0..720).map(sample).collect());
    let part = Part { inputs, targets: Targets::Classes((0..40).map(|i| i % 4).collect()), weights: Vec::new() };
    let regularize = RegularizeSettings { dropout: 0.5, weight_decay: 0.1, ..RegularizeSettings::NONE };
    let settings = Settings { regularize, ..Settings::plain(32) };
    let theta = (0..network.parameter_count()).map(|i| sample(i) / 10.0).collect();
    let mut engine = build::<f32>(EngineKind::Reference, &network, 32);
    let mut stepper = Stepper::new(&settings, &network, theta, 40).unwrap();
    let order: Vec<usize> = (0..40).collect();
    let counted = allocations(|| {
        for samples in order.chunks(32) {
            stepper.step(&part, samples, 0, engine.as_mut()).unwrap();
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn reference_steps_allocate_nothing() {
    let sample = |i: usize| (i % 7) as f32 - 3.0;
    let smoothed = Loss::of(&CROSS_ENTROPY).with("smoothing", Value::Number(0.1));
    let losses =
        loss::ENTRIES.iter().filter(|known| known.targets != TargetForm::Nothing).map(|known| Loss::of(*known));
    for loss in losses.chain([smoothed]) {
        let outputs = match loss.entry.targets {
            TargetForm::Numbers => 2,
            TargetForm::OneHot => 4,
            _ => 1,
        };
        let network = Network::new(10, &[16, 8], outputs, Activation::of(&activation::TANH), loss.clone());
        let targets = match loss.entry.targets {
            TargetForm::Numbers => Targets::Values(Matrix::new(50, 2, (0..100).map(sample).collect())),
            _ => Targets::Classes((0..50).map(|i| i % u32::try_from(outputs.max(2)).unwrap()).collect()),
        };
        let part = Part { inputs: Matrix::new(50, 10, (0..500).map(sample).collect()), targets, weights: Vec::new() };
        for entry in optim::ENTRIES {
            let settings = Settings {
                optimizer: Chosen::of(*entry).with("lr", Value::Number(0.01)),
                regularize: RegularizeSettings {
                    dropout: 0.5,
                    input_dropout: 0.1,
                    weight_decay: 0.1,
                    decoupled: true,
                    l1: 0.01,
                    dropconnect: 0.2,
                    input_noise: 0.1,
                    weight_noise: 0.1,
                    ..RegularizeSettings::NONE
                },
                train: TrainSpec { clip: 0.1, curve: Curve::Step, ..TrainSpec::plain(32) },
                average: Chosen::of(&POLYAK).with("from", Value::Integer(0)),
                ..Settings::plain(32)
            };
            let theta = (0..network.parameter_count()).map(|i| sample(i) / 10.0).collect();
            let mut engine = build::<f32>(EngineKind::Reference, &network, 32);
            let mut stepper = Stepper::new(&settings, &network, theta, 50).unwrap();
            let order: Vec<usize> = (0..50).collect();
            let counted = allocations(|| {
                for samples in order.chunks(32) {
                    stepper.step(&part, samples, 0, engine.as_mut()).unwrap();
                }
            });
            assert_eq!(counted, 0, "{}, {loss:?}", entry.entry.name);
        }
    }
}
