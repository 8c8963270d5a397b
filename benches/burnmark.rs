//! What burnmark's parts cost: a training step by each engine, products, updates, a spec's plan. One thread, data in
//! memory. `just bench` writes the report to target/criterion/report/index.html.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // small numbers

use burnmark::data::{Part, Targets};
use burnmark::engine::{EngineKind, build};
use burnmark::experiment::Spec;
use burnmark::model::initial::initial_weights;
use burnmark::model::{Activation, Loss, Network};
use burnmark::num::{MatMut, Matrix, Purpose, Stream, product};
use burnmark::optim::{self, Now};
use burnmark::registry::{Choice, Value};
use burnmark::train::{RegularizeSettings, Settings, Stepper};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::collections::BTreeMap;
use std::hint::black_box;

fn random(rows: usize, cols: usize) -> Matrix<f32> {
    let mut stream = Stream::new(1, Purpose::Data, 0);
    Matrix::new(rows, cols, (0..rows * cols).map(|_| stream.normal() as f32).collect())
}

fn named(kind: &str) -> Choice {
    Choice { kind: kind.to_owned(), parameters: BTreeMap::new() }
}

/// A network with its batch, optimizer and dropout.
struct Row {
    name: &'static str,
    network: Network,
    batch: usize,
    optimizer: &'static str,
    dropout: f64,
}

fn rows() -> Vec<Row> {
    let network =
        |inputs, hidden: &[usize], outputs, loss| Network::new(inputs, hidden, outputs, Activation::Relu, loss);
    vec![
        Row {
            name: "a: logistic 30-1, batch 32, gradient descent",
            network: network(30, &[], 1, Loss::BinaryCrossEntropy),
            batch: 32,
            optimizer: "gradient-descent",
            dropout: 0.0,
        },
        Row {
            name: "b: softmax 64-10, batch 32, momentum",
            network: network(64, &[], 10, Loss::CrossEntropy),
            batch: 32,
            optimizer: "momentum",
            dropout: 0.0,
        },
        Row {
            name: "c: mlp 64-64-10, dropout 0.2, batch 32, adam",
            network: network(64, &[64], 10, Loss::CrossEntropy),
            batch: 32,
            optimizer: "adam",
            dropout: 0.2,
        },
        Row {
            name: "d: mlp 64-256-256-10, dropout 0.5, batch 128, adam",
            network: network(64, &[256, 256], 10, Loss::CrossEntropy),
            batch: 128,
            optimizer: "adam",
            dropout: 0.5,
        },
    ]
}

/// Forward, backward, gather, masks and update.
fn steps(criterion: &mut Criterion) {
    for row in rows() {
        let mut group = criterion.benchmark_group(format!("step/{}", row.name));
        let classes = row.network.outputs().max(2) as u32;
        let samples = 1024;
        let part = Part {
            inputs: random(samples, row.network.inputs()),
            targets: Targets::Classes((0..samples as u32).map(|i| i % classes).collect()),
        };
        let entry = optim::ENTRIES.iter().find(|entry| entry.entry.name == row.optimizer).unwrap();
        let settings = Settings {
            optimizer: Choice::of(&entry.entry).with("lr", Value::Number(1e-3)),
            initial: named("he"),
            regularize: RegularizeSettings { dropout: row.dropout, weight_decay: 1e-4, ..RegularizeSettings::NONE },
            ..Settings::plain(row.batch)
        };
        let order: Vec<usize> = (0..samples).map(|i| (i * 379) % samples).collect();
        for kind in EngineKind::ALL {
            let mut engine = build::<f32>(kind, &row.network, row.batch);
            let theta = initial_weights(&settings.initial, &row.network, 0).unwrap();
            let mut stepper = Stepper::new(&settings, &row.network, theta, samples).unwrap();
            let mut batches = order.chunks(row.batch).cycle();
            group.bench_function(kind.name(), |bencher| {
                bencher.iter(|| stepper.step(&part, batches.next().unwrap(), 0, engine.as_mut()).unwrap());
            });
        }
        group.finish();
    }
}

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product, f32");
    for (m, k, n) in [(32, 64, 64), (32, 64, 10), (128, 256, 256), (128, 784, 512)] {
        let (a, b, mut c) = (random(m, k), random(k, n), Matrix::zeros(m, n));
        group.throughput(Throughput::Elements((2 * m * k * n) as u64)); // floating-point operations
        group.bench_function(format!("{m} × {k} × {n}"), |bencher| {
            bencher.iter(|| product(black_box(a.view()), black_box(b.view()), MatMut::new(m, n, c.data_mut())));
        });
    }
    group.finish();
}

fn updates(criterion: &mut Criterion) {
    const WEIGHTS: usize = 100_000;
    let mut group = criterion.benchmark_group("update of 100,000 weights, f32");
    group.throughput(Throughput::Elements(WEIGHTS as u64));
    for entry in optim::ENTRIES {
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(1e-3));
        let mut optimizer = optim::build::<f32>(&choice, WEIGHTS).unwrap();
        let (mut theta, gradient) = (random(1, WEIGHTS).data().to_vec(), random(1, WEIGHTS));
        group.bench_function(entry.entry.name, |bencher| {
            let now = Now { learning_rate: 1e-9, loss: 1.0 };
            bencher.iter(|| optimizer.step(now, black_box(&mut theta), black_box(gradient.data())));
        });
    }
    group.finish();
}

fn plans(criterion: &mut Criterion) {
    let text = include_str!("../experiments/sweep.toml").to_owned();
    criterion.bench_function("spec of 9,072 runs: read, check, load data", |bencher| {
        bencher.iter_batched(
            || text.clone(),
            |text| Spec::parse("sweep.toml".to_owned(), text, &[]).unwrap(),
            BatchSize::SmallInput,
        );
    });
    let spec = Spec::parse("sweep.toml".to_owned(), text, &[]).unwrap();
    criterion.bench_function("spec of 9,072 runs: settings and identities of all", |bencher| {
        bencher.iter(|| spec.runs().map(|run| spec.identity(&run).len()).sum::<usize>());
    });
}

criterion_group!(benches, steps, products, updates, plans);
criterion_main!(benches);
