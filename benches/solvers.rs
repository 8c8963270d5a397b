//! What solvers cost, by size: least squares, ridge and logistic Newton in f64, one thread, data in memory. The sizes are
//! those of docs/peers, so that the figures can be laid beside NumPy's, SciPy's and scikit-learn's.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // small numbers

use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::solve::{Design, Logistic, MinimumNorm, Moments, Newton, Orthogonal, ridge};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::borrow::Cow;
use std::hint::black_box;

const SIZES: [(usize, usize); 4] = [(442, 10), (10_000, 50), (100_000, 100), (2_000, 500)];

/// Normal features, targets with noise and classes that overlap.
fn data(samples: usize, features: usize) -> (Design, Vec<f64>, Vec<u32>) {
    let mut stream = Stream::new(1, Purpose::Data, 0);
    let x = Matrix::new(samples, features, (0..samples * features).map(|_| stream.normal()).collect());
    let w: Vec<f64> = (0..features).map(|_| stream.normal() / (features as f64).sqrt()).collect();
    let design = Design::new(x.view(), true);
    let y: Vec<f64> = design.outputs(&[&[0.5], w.as_slice()].concat()).iter().map(|s| s + stream.normal()).collect();
    let classes = y.iter().map(|&y| u32::from(y > 0.0)).collect();
    (design, y, classes)
}

fn solvers(criterion: &mut Criterion) {
    for (samples, features) in SIZES {
        let (design, y, classes) = data(samples, features);
        let mut group = criterion.benchmark_group("solve");
        group.sample_size(10);
        let mut bench = |name: &str, run: &mut dyn FnMut()| {
            let id = BenchmarkId::new(name, format!("{samples} x {features}"));
            group.bench_function(id, |bencher| bencher.iter(&mut *run));
        };
        let none = || design.penalties(0.0);
        bench("normal equations", &mut || {
            black_box(Moments::new(&design, &y).solve(none()).expect("full rank"));
        });
        bench("ridge", &mut || {
            black_box(ridge(&design, &y, 1.0).expect("full rank"));
        });
        bench("qr", &mut || {
            black_box(Orthogonal::new(&design).solve(&y).expect("full rank"));
        });
        bench("minimum norm", &mut || {
            black_box(MinimumNorm::new(&design).solve(&y).expect("sums of ordinary size"));
        });
        bench("logistic newton", &mut || {
            let p = design.columns();
            let function = Logistic::new(Cow::Borrowed(&design), &classes, 1.0, none());
            let mut newton = Newton::new(function, vec![0.0; p]).expect("full rank");
            newton.run(100).expect("overlapping classes");
            black_box(newton.theta());
        });
    }
}

criterion_group!(benches, solvers);
criterion_main!(benches);
