//! One conformance test for all optimizers: what each must do, whatever it is; and hand-worked steps of the Rprop family.

use crate::support::Sweep;
use burnmark::num::Layout;
use burnmark::optim::{self, Now, OptimizerEntry, Rate};
use burnmark::registry::{Chosen, Parameter, ParameterKind};
use burnmark::value::Value;

/// ∇ of ½ Σ_i c_i θ_i², minimum 0 at θ = 0.
const CURVATURES: [f64; 3] = [1.0, 4.0, 0.25];

fn gradient(theta: &[f64]) -> Vec<f64> {
    theta.iter().zip(CURVATURES).map(|(t, c)| c * t).collect()
}

fn loss(theta: &[f64]) -> f64 {
    theta.iter().zip(CURVATURES).map(|(t, c)| 0.5 * c * t * t).sum()
}

/// The end of 2000 steps whose rate falls to nothing: methods with steps of a fixed size could not settle otherwise.
fn trained(chosen: &Chosen<OptimizerEntry>) -> Vec<f64> {
    let mut optimizer = optim::build::<f64>(chosen, &Layout::flat(3));
    let (mut theta, mut point) = (vec![1.0, -2.0, 3.0], vec![0.0; 3]);
    for step in 0..2000 {
        let at = if optimizer.look_ahead(&theta, &mut point) { &point } else { &theta };
        let (g, loss) = (gradient(at), loss(at));
        let learning_rate = chosen.choice.number("lr") * (1.0 - f64::from(step) / 2000.0);
        optimizer.step(Now { learning_rate, loss }, &mut theta, &g);
    }
    theta
}

#[test]
fn every_optimizer_solves_a_quadratic_and_replays_identically() {
    for entry in optim::ENTRIES {
        // Adagrad's and Adadelta's steps are small by nature; the others need none above 0.1 on curvatures up to 4.
        let rate = if ["adagrad", "adadelta"].contains(&entry.entry.name) { 1.0 } else { 0.1 };
        let choice = Chosen::of(*entry).with("lr", Value::Number(rate));
        let theta = trained(&choice);
        // From 9.6 at the start to what steps of 1e-4 and less leave.
        assert!(loss(&theta) < 1e-6, "{}: {theta:?}", entry.entry.name);
        assert_eq!(theta, trained(&choice), "{}", entry.entry.name);
    }
}

#[test]
fn no_optimizer_moves_at_a_zero_gradient_from_a_fresh_state() {
    for entry in optim::ENTRIES {
        let choice = Chosen::of(*entry).with("lr", Value::Number(0.1));
        let mut optimizer = optim::build::<f32>(&choice, &Layout::flat(2));
        let (mut theta, mut point) = (vec![1.0, -2.0], vec![0.0; 2]);
        if optimizer.look_ahead(&theta, &mut point) {
            assert_eq!(point, theta, "{}", entry.entry.name);
        }
        for _ in 0..3 {
            optimizer.step(Now { learning_rate: 0.1, loss: 1.0 }, &mut theta, &[0.0, 0.0]);
        }
        assert_eq!(theta, [1.0, -2.0], "{}", entry.entry.name);
    }
}

/// A gradient that is not a number must show, or a diverged run would go on as if nothing had happened.
#[test]
fn every_optimizer_passes_on_what_is_not_a_number() {
    for entry in optim::ENTRIES {
        let choice = Chosen::of(*entry).with("lr", Value::Number(0.1));
        let mut optimizer = optim::build::<f32>(&choice, &Layout::flat(1));
        let mut theta = vec![1.0];
        let now = Now { learning_rate: 0.1, loss: 1.0 };
        optimizer.step(now, &mut theta, &[0.5]);
        optimizer.step(now, &mut theta, &[f32::NAN]);
        assert!(theta[0].is_nan(), "{}: {theta:?}", entry.entry.name);
    }
}

/// What lies just outside of a parameter's range, on each side that has an end, as TOML; and a word where none belongs.
fn impossible(parameter: &Parameter) -> Vec<String> {
    let outside = |end: f64, within: bool, step: f64| if within { end + step * end.abs().max(1.0) } else { end };
    let mut values = match parameter.kind {
        ParameterKind::Number(range) => {
            let mut values = vec!["nan".to_owned(), "inf".to_owned(), "-inf".to_owned()];
            if range.low.is_finite() {
                values.push(format!("{:?}", outside(range.low, range.low_within, -1e-3)));
            }
            if range.high.is_finite() {
                values.push(format!("{:?}", outside(range.high, range.high_within, 1e-3)));
            }
            values
        }
        ParameterKind::Integer { least, .. } => vec![format!("{}", i128::from(least) - 1), "1.5".to_owned()],
        ParameterKind::Flag
        | ParameterKind::OneOf(_)
        | ParameterKind::Text
        | ParameterKind::Columns
        | ParameterKind::File => {
            vec!["3".to_owned()]
        }
    };
    values.push("\"nonsense\"".to_owned());
    values
}

/// Through a spec: exit code 2, the parameter and what was expected instead, and its place.
#[test]
fn every_optimizer_refuses_impossible_hyperparameters() {
    let spec = |kind: &str, rest: &str| {
        format!(
            "name = \"x\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 1\noptimizer = {{ kind = \"{kind}\", {rest} }}\n"
        )
    };
    for entry in optim::ENTRIES {
        let (kind, mut count) = (entry.entry.name, 0);
        for parameter in entry.entry.parameters {
            for value in impossible(parameter) {
                let given = format!("{} = {value}", parameter.name);
                let given = if parameter.name == "lr" { given } else { format!("lr = 0.1, {given}") };
                let problems = burnmark::plan::Spec::parse("x.toml".to_owned(), spec(kind, &given), &[]).err();
                let message = problems.unwrap_or_else(|| panic!("{kind} takes {given}")).render(false);
                assert!(message.contains(&format!("`{}`", parameter.name)), "{kind}, {given}: {message}");
                assert!(message.contains(&format!("expected {}", parameter.kind)), "{kind}, {given}: {message}");
                assert!(message.contains("x.toml:5:"), "{kind}, {given}: {message}");
                count += 1;
            }
        }
        assert!(count >= 4, "{kind}");
    }
    // Once through the command line.
    let result = Sweep::new(spec("lion", "lr = 0.1, beta1 = 1.0")).run(&["run", "x.toml"]).ended_with(2);
    assert!(result.stderr.contains("`beta1` is `1`") && !result.stderr.contains("panicked"), "{}", result.stderr);
}

/// What goes by the learning rate has nothing to go by where there is none.
#[test]
fn what_needs_a_rate_is_refused_for_the_rprop_family() {
    for entry in optim::ENTRIES.iter().filter(|entry| entry.rate == Rate::FirstStep) {
        let kind = entry.entry.name;
        let spec = |optimizer: &str, rest: &str| {
            let text = format!(
                "name = \"x\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 1\noptimizer = {optimizer}\n{rest}\n"
            );
            burnmark::plan::Spec::parse("x.toml".to_owned(), text, &[]).map_err(|problems| problems.render(false))
        };
        let plain = format!("\"{kind}\"");
        let run = spec(&plain, "regularize.weight_decay = 0.1").unwrap().run(0);
        assert_eq!(run.optimizer.number("lr"), 0.1, "the paper's first step is the default");
        for (optimizer, rest, says) in [
            (plain.clone(), "annealing = \"cosine\"", "no learning rate to anneal"),
            (plain.clone(), "regularize = { weight_decay = 0.1, decoupled = true }", "shrinks by η_t λ w"),
            (plain.clone(), "regularize.l1 = 0.1", "soft threshold at η_t λ"),
            (format!("{{ kind = \"{kind}\", lr = 100.0 }}"), "", "`lr` is 100, above `delta_max`, 50"),
            (format!("{{ kind = \"{kind}\", delta_min = 0.2 }}"), "", "`lr` is 0.1, below `delta_min`, 0.2"),
            (format!("{{ kind = \"{kind}\", lr_to = 0.05 }}"), "", "`lr_to` is 0.05, and first steps lie between"),
            (format!("{{ kind = \"{kind}\", lr_to = 60 }}"), "", "`lr_to` is 60, and first steps lie between"),
        ] {
            let message = spec(&optimizer, rest).unwrap_err();
            assert!(message.contains(says), "{kind}, {rest}: {message}");
        }
    }
}

/// One weight through gradients 1, 1, −1, −1, 0, 1 with Δ₀ = 1, η⁺ = 2, η⁻ = ½: worked by hand from the papers' algorithms,
/// exact in binary. The loss rises at the first change of sign and not at the second.
#[test]
fn the_four_forms_of_rprop_take_the_steps_of_their_papers() {
    const GRADIENTS: [f64; 7] = [1.0, 1.0, -1.0, -1.0, 1.0, 0.0, 1.0];
    const LOSSES: [f64; 7] = [9.0, 5.0, 6.0, 5.0, 4.0, 3.0, 2.0];
    for (kind, path) in [
        // Δ: 1, 2, 1, 2, 1, 1, 1; every step is against the gradient.
        ("rprop", [-1.0, -3.0, -2.0, 0.0, -1.0, -1.0, -2.0]),
        // Δ: 1, 2, 1 (taken back: +2), 1, ½ (taken back: −1), ½ (no gradient), ½.
        ("rprop-plus", [-1.0, -3.0, -1.0, 0.0, -1.0, -1.0, -1.5]),
        // The same, but the second change of sign is without a rise: nothing is taken back.
        ("irprop-plus", [-1.0, -3.0, -1.0, 0.0, 0.0, 0.0, -0.5]),
        // Δ as for Rprop+; waits at the changes of sign.
        ("irprop-minus", [-1.0, -3.0, -3.0, -2.0, -2.0, -2.0, -2.5]),
    ] {
        let entry = optim::ENTRIES.iter().find(|entry| entry.entry.name == kind).unwrap();
        let choice = Chosen::of(*entry).with("lr", Value::Number(1.0)).with("eta_plus", Value::Number(2.0));
        let mut optimizer = optim::build::<f64>(&choice, &Layout::flat(1));
        let mut theta = [0.0];
        let mut follow = |(g, loss): (f64, f64)| {
            optimizer.step(Now { learning_rate: f64::NAN, loss }, &mut theta, &[g]);
            theta[0]
        };
        let taken: Vec<f64> = GRADIENTS.into_iter().zip(LOSSES).map(&mut follow).collect();
        assert_eq!(taken, path, "{kind}");
    }
}

/// Proben1's first steps: uniform between two bounds, by the run's seed alone.
#[test]
fn first_steps_are_drawn_between_their_bounds() {
    let rprop = optim::ENTRIES.iter().find(|entry| entry.entry.name == "rprop").unwrap();
    let choice = Chosen::of(*rprop).with("lr", Value::Number(0.005)).with("lr_to", Value::Number(0.02));
    let steps = |seed: u64| {
        let mut optimizer = optim::build::<f64>(&choice, &Layout::flat(10_000).with_seed(seed.into()));
        let mut theta = vec![0.0; 10_000];
        optimizer.step(Now { learning_rate: f64::NAN, loss: 0.0 }, &mut theta, &vec![-1.0; 10_000]);
        theta
    };
    let drawn = steps(3);
    assert!(drawn.iter().all(|step| (0.005..0.02).contains(step)));
    let mean = drawn.iter().sum::<f64>() / 10_000.0;
    // Five standard errors of the mean of 10,000 uniform numbers over 0.015.
    assert!((mean - 0.0125).abs() < 5.0 * 0.015 / 12.0_f64.sqrt() / 100.0, "{mean}");
    assert!(drawn == steps(3) && drawn != steps(4));
}

/// Steps stay within their bounds, and gradients whose product is 0 in f32 still have signs.
#[test]
fn steps_of_rprop_stay_within_their_bounds() {
    let rprop = optim::ENTRIES.iter().find(|entry| entry.entry.name == "rprop").unwrap();
    let choice = Chosen::of(*rprop).with("delta_max", Value::Number(2.0)).with("delta_min", Value::Number(0.01));
    let mut optimizer = optim::build::<f32>(&choice, &Layout::flat(1));
    let (mut theta, mut widest, mut last) = ([0.0_f32], 0.0_f32, 0.0);
    let mut step = |g: f32| {
        let before = theta[0];
        optimizer.step(Now { learning_rate: 0.0, loss: 0.0 }, &mut theta, &[g]);
        last = (theta[0] - before).abs();
        widest = widest.max(last);
        last
    };
    for _ in 0..50 {
        step(1e-30);
    }
    let narrowest = (0..50).map(|i| step(if i % 2 == 0 { -1e-30 } else { 1e-30 })).last().unwrap();
    // Differences of θ near 100 in f32 have an error of 1e-5.
    assert!((widest - 2.0).abs() < 1e-4 && (narrowest - 0.01).abs() < 1e-4, "{widest}, {narrowest}");
}
