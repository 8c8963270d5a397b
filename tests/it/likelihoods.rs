//! Likelihoods: their maxima against 50-digit optima (`tests/oracles/regressions.py`), and what has none.

use crate::fits::{column, fit, golden, json, near, table};
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::solve::{Answers, Convex, Design, Logistic, Newton, Problem, Softmax, Start};
use serde_json::Value;
use std::borrow::Cow;

/// Newton's method ends where rounding does; κ of the Hessian of these is some hundreds.
#[test]
fn likelihoods_have_their_maximum() {
    for case in golden().maxima {
        let folder = table(&case.features, &case.classes);
        let methods = if case.coefficients.len() == 3 {
            vec!["logistic-newton", "softmax-newton"]
        } else {
            vec!["softmax-newton"]
        };
        for method in methods {
            let fit = json(&folder, method, &[]);
            near(method, &column(&fit, "estimate"), &case.coefficients, 1e-12);
            near(method, &column(&fit, "standard_error"), &case.standard_errors, 1e-12);
            near(method, &[fit["log_likelihood"].as_f64().unwrap()], &[case.log_likelihood], 1e-14);
            assert!(fit["gradient_norm"].as_f64().unwrap() < 1e-10, "{method}"); // of features around 20
        }
    }
}

fn logistic(x: &[Vec<f64>], classes: &[u32]) -> std::result::Result<(Vec<f64>, u64), Problem> {
    let design = Design::new(Matrix::new(x.len(), x[0].len(), x.concat()).view(), true);
    let p = design.columns();
    let mut newton = Newton::new(Logistic::new(Cow::Owned(design), classes, 1.0, vec![0.0; p]), vec![0.0; p])?;
    newton.run(1000).map(|()| (newton.theta().to_vec(), newton.iterations()))
}

/// Where the iteration stands makes no difference to what is proved: at the start and anywhere on the way the answer is that of Newton's
/// method at rest. Features are small whole numbers, so that many samples lie on a hyperplane together.
#[test]
fn separation_is_proven_away_from_rest() {
    let mut stream = Stream::new(11, Purpose::Data, 3);
    let (mut separable, mut overlapping) = (0, 0);
    for round in 0..400_u32 {
        let (p, m, count) = (1 + round as usize % 3, 8 + round as usize % 7, 2 + round % 2);
        let x: Vec<f64> = (0..m * p).map(|_| f64::from(stream.below(5)) - 2.0).collect();
        let shift = 1.5 * stream.uniform();
        let class =
            |i: usize, chance: f64| u32::from(x[i * p] + chance > shift) + u32::from(count == 3 && x[i * p] < -1.0);
        let classes: Vec<u32> = (0..m).map(|i| class(i, stream.normal()) % count).collect();
        if (0..count).any(|class| !classes.contains(&class)) {
            continue;
        }
        let design = Design::new(Matrix::new(m, p, x.clone()).view(), true);
        let columns = design.columns();
        let outputs = if count == 2 { 1 } else { 3 };
        let at_rest = if count == 2 {
            let function = Logistic::new(Cow::Borrowed(&design), &classes, 1.0, vec![0.0; columns]);
            Newton::new(function, vec![0.0; columns]).and_then(|mut newton| newton.run(1000))
        } else {
            let function = Softmax::new(Cow::Borrowed(&design), &classes, 3, 1.0, vec![0.0; columns]);
            Newton::new(function, vec![0.0; 3 * columns]).and_then(|mut newton| newton.run(1000))
        };
        let known = match at_rest {
            Ok(()) => false,
            Err(Problem::Separable { .. }) => true,
            Err(_) => continue, // columns that depend on one another
        };
        let answers = Answers::Classes(classes);
        for scale in [0.0, 0.3, 3.0] {
            let theta = (0..columns * outputs).map(|_| scale * stream.normal()).collect();
            let start = Start { design: &design, answers: &answers, theta, share: 1.0, weight_decay: 0.0 };
            assert_eq!(start.no_minimum().is_some(), known, "round {round}, {scale}");
        }
        separable += usize::from(known);
        overlapping += usize::from(!known);
    }
    assert!(separable > 50 && overlapping > 50, "{separable} {overlapping}");
}

/// Separable classes are told apart from such as a hair's breadth keeps from being so.
#[test]
fn separation_is_proven_or_a_maximum_found() {
    let line = |extra: &[(f64, u32)]| -> (Vec<Vec<f64>>, Vec<u32>) {
        let points = (1..=10).flat_map(|i| [(-f64::from(i) / 10.0, 0), (f64::from(i) / 10.0, 1)]);
        points.chain(extra.iter().copied()).map(|(x, class)| (vec![x], class)).unzip()
    };
    let solved = |(x, classes): (Vec<Vec<f64>>, Vec<u32>)| logistic(&x, &classes).map(|_| ());
    assert_eq!(solved(line(&[])), Err(Problem::Separable { complete: true }));
    assert_eq!(solved(line(&[(0.0, 0), (0.0, 1)])), Err(Problem::Separable { complete: false }));
    for gap in [1e-2, 1e-4, 1e-6, 1e-8, 1e-10] {
        let ties = [(0.0, 0), (0.0, 1), (gap, 1), (-gap, 0)];
        assert_eq!(solved(line(&ties)), Err(Problem::Separable { complete: false }), "ties, and a gap of {gap}");
        assert_eq!(solved(line(&[(gap, 0), (-gap, 1)])), Ok(()), "classes that overlap by {gap}");
        assert_eq!(solved(line(&[(-gap, 0), (gap, 1)])), Err(Problem::Separable { complete: true }), "{gap} apart");
    }
    // A flag that occurs with one class only, beside a feature that tells nothing.
    let mut stream = Stream::new(4, Purpose::Data, 0);
    let (x, classes): (Vec<_>, Vec<_>) = (0..60)
        .map(|i| {
            (vec![f64::from(u8::from(i % 5 == 0)), stream.normal()], u32::from(i % 5 == 0 || stream.uniform() < 0.5))
        })
        .unzip();
    assert_eq!(logistic(&x, &classes).map(|_| ()), Err(Problem::Separable { complete: false }));
    let folder = table(&x, &classes);
    let refused = fit(&folder, "logistic-newton", &["--json"]).ended_with(1);
    assert_eq!(serde_json::from_str::<Value>(&refused.stdout).unwrap()["problem"], "separable");
    assert_eq!(json(&folder, "softmax-newton", &[])["problem"], "separable");
    // Three classes of which one stands apart.
    let (x, classes): (Vec<_>, Vec<u32>) =
        (0..90).map(|i| (vec![stream.normal() + if i % 3 == 2 { 50.0 } else { 0.0 }, stream.normal()], i % 3)).unzip();
    assert_eq!(json(&table(&x, &classes), "softmax-newton", &[])["problem"], "separable");
}

/// A feature that is 0 for most samples and positive for class 1 only, over thirty powers of ten: the margins along the
/// separating direction have nothing else in common.
#[test]
fn separation_is_proven_where_margins_differ_by_powers_of_ten() {
    for seed in 0..10 {
        let mut stream = Stream::new(seed, Purpose::Data, 7);
        let (mut x, mut classes) = (Vec::new(), Vec::new());
        for i in 0..80 {
            let class = u32::from(stream.uniform() < 0.5);
            let rare = if i % 4 == 0 && class == 1 { (5.0 * stream.normal()).exp() } else { 0.0 };
            x.push(vec![stream.normal(), rare]);
            classes.push(class);
        }
        assert_eq!(logistic(&x, &classes).map(|_| ()), Err(Problem::Separable { complete: false }), "seed {seed}");
        let three: Vec<u32> = classes.iter().enumerate().map(|(i, &c)| if i == 1 { 2 } else { c }).collect();
        assert_eq!(
            json(&table(&x, &three), "softmax-newton", &[])["problem"],
            "separable",
            "a class of one, seed {seed}"
        );
    }
}

/// Sums of thousands of losses are too coarse to steer by near their minimum; the gradient is not.
#[test]
fn newton_ends_at_the_minimum_of_long_sums() {
    for seed in 0..30 {
        let mut stream = Stream::new(seed, Purpose::Data, 8);
        let m = 3000;
        let x: Vec<Vec<f64>> =
            (0..m).map(|_| (0..2).map(|_| f64::from(u8::from(stream.uniform() < 0.3))).collect()).collect();
        let classes: Vec<u32> = x.iter().map(|x| u32::from(stream.uniform() < 0.2 + 0.3 * x[0] + 0.2 * x[1])).collect();
        let (theta, _) = logistic(&x, &classes).unwrap();
        let design = Design::new(Matrix::new(m, 2, x.concat()).view(), true);
        let mut there = Logistic::new(Cow::Owned(design), &classes, 1.0, vec![0.0; 3]);
        there.move_to(&theta);
        let mut gradient = [0.0; 3];
        there.gradient(&mut gradient);
        // 3,000 terms of size 1: some 1e-12 of rounding; curvatures are in the hundreds.
        assert!(gradient.iter().all(|g| g.abs() < 1e-10), "seed {seed}: {gradient:?}");
    }
}

/// Lecture C12: one minimum, found from any start, and the loss never rises on the way, but for its own rounding.
#[test]
fn newton_finds_the_maximum_from_any_start() {
    let golden = golden();
    let mut stream = Stream::new(2, Purpose::Data, 0);
    for case in &golden.maxima {
        let (m, n, p) = (case.classes.len(), case.features[0].len(), case.features[0].len() + 1);
        let count = *case.classes.iter().max().unwrap() as usize + 1;
        let scaled: Vec<f64> = case.features.concat().iter().map(|x| (x - 20.0) / 10.0).collect();
        let design = Design::new(Matrix::new(m, n, scaled).view(), true);
        for size in [0.0, 1.0, 10.0, 1000.0] {
            let width = if count == 2 { 1 } else { count };
            let start: Vec<f64> = (0..p * width).map(|_| size * stream.normal()).collect();
            let (classes, none) = (case.classes.as_slice(), vec![0.0; p]);
            let likelihood = if count == 2 {
                falls_to_rest(Logistic::new(Cow::Borrowed(&design), classes, 1.0, none), start)
            } else {
                falls_to_rest(Softmax::new(Cow::Borrowed(&design), classes, count, 1.0, none), start)
            };
            near(&format!("from {size}"), &[-likelihood], &[case.log_likelihood], 1e-13);
        }
    }
}

fn falls_to_rest(function: impl Convex, start: Vec<f64>) -> f64 {
    let mut newton = Newton::new(function, start).unwrap();
    let mut before = newton.loss();
    while newton.step().unwrap() {
        assert!(newton.loss() <= before * (1.0 + 1e-14), "{} after {before}", newton.loss());
        assert!(newton.iterations() < 1000);
        before = newton.loss();
    }
    before
}

/// Gradient and Hessian against central differences, which are good to some 1e-9 here.
#[test]
fn likelihoods_have_the_derivatives_that_they_say() {
    fn check(name: &str, mut function: impl Convex) {
        let p = function.dimensions();
        let mut stream = Stream::new(9, Purpose::Data, 0);
        let theta: Vec<f64> = (0..p).map(|_| 0.5 * stream.normal()).collect();
        let (mut hessian, mut gradient) = (Matrix::zeros(p, p), vec![0.0; p]);
        function.move_to(&theta);
        function.gradient(&mut gradient);
        function.hessian(&mut hessian);
        // The same on the way back from elsewhere, however often H was asked for there, and when asked twice.
        for asks in [0, 1, 2] {
            let mut again = Matrix::zeros(p, p);
            function.move_to(&vec![0.1; p]);
            (0..asks).for_each(|_| function.hessian(&mut again));
            function.move_to(&theta);
            for _ in 0..2 {
                function.hessian(&mut again);
                assert!((0..p).all(|i| again.row(i)[..=i] == hessian.row(i)[..=i]), "{name}, {asks}");
            }
        }
        let direction: Vec<f64> = (0..p).map(|_| stream.normal()).collect();
        // Only contrasts count for softmax, to whose Hessian something is added along the rest.
        let mean = |j: usize, k: usize| direction[j * k..(j + 1) * k].iter().sum::<f64>() / k as f64;
        let k = if name == "softmax" { 3 } else { 1 };
        let along: Vec<f64> = if k == 1 {
            direction.clone()
        } else {
            direction.iter().enumerate().map(|(at, d)| d - mean(at / k, k)).collect()
        };
        let step = 1e-5;
        let mut at = |sign: f64| {
            let moved: Vec<f64> = theta.iter().zip(&along).map(|(t, d)| t + sign * step * d).collect();
            let loss = function.move_to(&moved);
            let mut gradient = vec![0.0; p];
            function.gradient(&mut gradient);
            (loss, gradient)
        };
        let (after, before) = (at(1.0), at(-1.0));
        let slope = (after.0 - before.0) / (2.0 * step);
        let expected: f64 = gradient.iter().zip(&along).map(|(g, d)| g * d).sum();
        assert!((slope - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{name}: {slope} for {expected}");
        for j in 0..p {
            let change = (after.1[j] - before.1[j]) / (2.0 * step);
            let expected: f64 = hessian.row(j).iter().zip(&along).map(|(h, d)| h * d).sum();
            assert!((change - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{name}: {change} for {expected}");
        }
    }
    let case = &golden().maxima[1];
    let (m, n) = (case.classes.len(), case.features[0].len());
    let scaled: Vec<f64> = case.features.concat().iter().map(|x| (x - 20.0) / 10.0).collect();
    let design = Design::new(Matrix::new(m, n, scaled).view(), true);
    let penalties = vec![0.0, 0.3, 0.0, 2.0];
    let two: Vec<u32> = case.classes.iter().map(|&c| c.min(1)).collect();
    let y: Vec<f64> = case.classes.iter().map(|&c| f64::from(c)).collect();
    check("logistic", Logistic::new(Cow::Borrowed(&design), &two, 0.7, penalties.clone()));
    check("softmax", Softmax::new(Cow::Borrowed(&design), &case.classes, 3, 0.7, penalties.clone()));
    check("squares", burnmark::solve::Squares::new(Cow::Borrowed(&design), &y, 0.7, penalties));
}
