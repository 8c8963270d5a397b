//! What burnmark's parts cost: a training step by each engine, products, updates, a spec's plan. One thread, data in
//! memory. `just bench` writes the report to target/criterion/report/index.html.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // small numbers

mod rows;

use burnmark::engine::EngineKind;
use burnmark::num::{
    Layout, MatMut, Matrix, Purpose, Real, Stream, product, product_transposed_left, product_transposed_right,
};
use burnmark::num::{gather_rows, lanes::vectorized};
use burnmark::optim::{self, Now};
use burnmark::plan::Spec;
use burnmark::registry::Chosen;
use burnmark::value::Value;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rows::{Training, random, rows};
use std::hint::black_box;

/// Forward, backward, gather, masks and update.
fn steps(criterion: &mut Criterion) {
    for row in rows() {
        let mut group = criterion.benchmark_group(format!("step/{}", row.name));
        for kind in EngineKind::ALL {
            let mut training = Training::new(&row, kind);
            group.bench_function(kind.name(), |bencher| bencher.iter(|| training.step()));
        }
        group.finish();
    }
}

/// In floating-point operations per second; docs/performance.md has the machine's peak beside them.
fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product, f32");
    for (m, k, n) in [(32, 64, 64), (32, 64, 10), (128, 256, 256), (128, 784, 512)] {
        let (a, b, mut c) = (random(m, k), random(k, n), Matrix::zeros(m, n));
        group.throughput(Throughput::Elements((2 * m * k * n) as u64));
        group.bench_function(format!("A·B, {m} × {k} × {n}"), |bencher| {
            bencher.iter(|| product(black_box(a.view()), black_box(b.view()), MatMut::new(m, n, c.data_mut())));
        });
        let a = random(k, m);
        group.bench_function(format!("Aᵀ·B, {m} × {k} × {n}"), |bencher| {
            bencher.iter(|| product_transposed_left(black_box(a.view()), b.view(), MatMut::new(m, n, c.data_mut())));
        });
        let (a, b) = (random(m, k), random(n, k));
        group.bench_function(format!("A·Bᵀ, {m} × {k} × {n}"), |bencher| {
            bencher.iter(|| product_transposed_right(black_box(a.view()), b.view(), MatMut::new(m, n, c.data_mut())));
        });
    }
    group.finish();
}

/// What works number by number: functions, masks, gathers.
fn numbers(criterion: &mut Criterion) {
    const COUNT: usize = 4096;
    let mut group = criterion.benchmark_group("4,096 numbers, f32");
    group.throughput(Throughput::Elements(COUNT as u64));
    let given = random(64, COUNT / 64);
    let mut values = vec![0.0_f32; COUNT];
    macro_rules! function {
        ($name:literal, $of:expr) => {
            group.bench_function($name, |bencher| {
                bencher.iter(|| {
                    let (from, to) = (given.data(), &mut values[..]);
                    vectorized(
                        #[inline(always)]
                        move || to.iter_mut().zip(from).for_each(|(y, &x)| *y = $of(x)),
                    );
                });
            });
        };
    }
    function!("exp", Real::exp);
    function!("tanh", Real::tanh);
    function!("ln", |x: f32| Real::ln(Real::abs(x)));
    group.bench_function("mask", |bencher| {
        let mut step = 0;
        bencher.iter(|| {
            step += 1;
            Stream::new(1, Purpose::Dropout { layer: 0 }, step).bernoulli(0.2, 1.25, 0.0, &mut values);
        });
    });
    let rows: Vec<usize> = (0..64).map(|i| i * 37 % 64).collect();
    group.bench_function("gather of 64 rows", |bencher| {
        bencher.iter(|| gather_rows(given.view(), black_box(&rows), &mut values));
    });
    group.finish();
}

fn updates(criterion: &mut Criterion) {
    const WEIGHTS: usize = 100_000;
    let mut group = criterion.benchmark_group("update of 100,000 weights, f32");
    group.throughput(Throughput::Elements(WEIGHTS as u64));
    for entry in optim::ENTRIES {
        let chosen = Chosen::of(*entry).with("lr", Value::Number(1e-3));
        let mut optimizer = optim::build::<f32>(&chosen, &Layout::flat(WEIGHTS));
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
    criterion.bench_function("spec of 11,520 runs: read, check, load data", |bencher| {
        bencher.iter_batched(
            || text.clone(),
            |text| Spec::parse("sweep.toml".to_owned(), text, &[]).unwrap(),
            BatchSize::SmallInput,
        );
    });
    let spec = Spec::parse("sweep.toml".to_owned(), text, &[]).unwrap();
    criterion.bench_function("spec of 11,520 runs: settings and identities of all", |bencher| {
        bencher.iter(|| spec.runs().map(|run| spec.identity(&run)).max());
    });
}

criterion_group!(benches, steps, products, numbers, updates, plans);
criterion_main!(benches);
