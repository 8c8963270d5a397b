//! What solvers cost: least squares by normal equations and by QR, and logistic regression by Newton's method, in f64, one
//! thread, data in memory. Words choose methods; `cargo run --release -p burnmark-measure --bin solvers -- newton`.
//!
//! A line per size and method: samples, features, method, and the least time in ms. The peers: docs/peers/solvers.py.

#![allow(clippy::cast_precision_loss)] // small numbers

use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::solve::{Design, Logistic, Moments, Newton, Orthogonal};
use std::borrow::Cow;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [(usize, usize); 4] = [(442, 10), (10_000, 50), (100_000, 100), (2_000, 500)];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    for (samples, features) in SIZES {
        // Normal features, targets with noise and classes that overlap.
        let mut stream = Stream::new(1, Purpose::Data, 0);
        let x = Matrix::new(samples, features, (0..samples * features).map(|_| stream.normal()).collect());
        let w: Vec<f64> = (0..features).map(|_| stream.normal() / (features as f64).sqrt()).collect();
        let design = Design::new(x.view(), true);
        let outputs = design.outputs(&[&[0.5], w.as_slice()].concat());
        let y: Vec<f64> = outputs.iter().map(|s| s + stream.normal()).collect();
        let classes: Vec<u32> = y.iter().map(|&y| u32::from(y > 0.0)).collect();
        let none = || design.penalties(0.0);
        let row = |method: &str, of: &mut dyn FnMut() -> Vec<f64>| {
            if words.is_empty() || words.iter().any(|word| word == method) {
                println!("{samples} {features} {method} {:.4}", milliseconds(of));
            }
        };
        row("normal-equations", &mut || Moments::new(&design, &y).solve(none()).expect("full rank"));
        row("qr", &mut || Orthogonal::new(&design).solve(&y).expect("full rank"));
        row("newton", &mut || {
            // As scikit-learn: the mean loss, to a gradient of 1e-10.
            let function = Logistic::new(Cow::Borrowed(&design), &classes, 1.0 / samples as f64, none());
            let mut newton = Newton::new(function, vec![0.0; design.columns()]).expect("finite data");
            while newton.gradient_norm() > 1e-10 {
                assert!(newton.step().expect("full rank and overlapping classes"), "at rest above 1e-10");
            }
            newton.theta().to_vec()
        });
    }
}

/// The least of at least three calls, and of as many as half a second holds.
fn milliseconds(of: &mut dyn FnMut() -> Vec<f64>) -> f64 {
    let (mut least, mut calls, start) = (f64::INFINITY, 0, Instant::now());
    while calls < 3 || start.elapsed() < Duration::from_millis(500) {
        let call = Instant::now();
        black_box(of());
        least = least.min(call.elapsed().as_secs_f64() * 1e3);
        calls += 1;
    }
    least
}
