//! Methods as formulas: every built-in optimizer stands here as one and gives the same bits.

use burnmark::activation::{Activation, TANH};
use burnmark::engine::{Batch, EngineKind, Masks, build};
use burnmark::formula::{Definition, OptimizerFormula, conformance};
use burnmark::loss::{Loss, SQUARED_ERROR, TargetsRef};
use burnmark::model::Network;
use burnmark::num::{BlockRole, Layout, Matrix, Purpose, Real, Stream};
use burnmark::optim::{self, Build, Now, Optimizer, OptimizerEntry};
use burnmark::registry::{Choice, Chosen, ParameterKind};
use burnmark::value::Value;

/// Blocks of every kind, longer and shorter than a piece.
fn layout() -> Layout {
    let mut layout = Layout::default();
    layout.push("layers.0.bias", BlockRole::Bias, 1, 40);
    layout.push("layers.0.weight", BlockRole::Weights, 31, 40);
    layout.push("layers.1.bias", BlockRole::Bias, 1, 3);
    layout.push("layers.1.weight", BlockRole::Kernel, 40, 3);
    layout.push("layers.2.hidden.weight", BlockRole::Recurrent, 7, 7);
    layout
}

/// A built-in optimizer as a formula.
fn built_in(name: &str) -> OptimizerFormula {
    let path = format!("{}/examples/built-in/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    OptimizerFormula::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

/// θ after each of many steps, and the points where the gradient was wanted.
fn path<R: Real>(mut optimizer: Box<dyn Optimizer<R>>, layout: &Layout) -> Vec<Vec<R>> {
    let count = layout.count();
    let mut stream = Stream::new(7, Purpose::Data, 0);
    let mut draw = |scale: f64| -> Vec<R> { (0..count).map(|_| R::from_f64(scale * stream.normal())).collect() };
    let (mut theta, mut point, mut path) = (draw(1.0), vec![R::ZERO; count], Vec::new());
    for step in 0..25_u32 {
        let mut gradient = draw(10.0_f64.powi(step.cast_signed() % 5 - 3));
        // Zeros of both signs, too.
        for (index, g) in gradient.iter_mut().enumerate().filter(|(index, _)| index % 7 == step as usize % 7) {
            *g = if index % 2 == 0 { R::ZERO } else { -R::ZERO };
        }
        if optimizer.look_ahead(&theta, &mut point) {
            path.push(point.clone());
        }
        let now =
            Now { learning_rate: R::from_f64(0.03 / f64::from(step + 1)), loss: R::from_f64(f64::from(step * 7 % 5)) };
        optimizer.step(now, &mut theta, &gradient);
        path.push(theta.clone());
    }
    path
}

fn assert_same_bits<R: Build>(entry: &'static OptimizerEntry, choice: &Choice) {
    let name = entry.entry.name;
    let layout = layout();
    let method = built_in(name);
    let ours = path::<R>(Box::new(method.build(choice, &layout).unwrap()), &layout);
    let chosen = Chosen { entry, choice: choice.clone() };
    let theirs = path::<R>(optim::build(&chosen, &layout), &layout);
    assert_eq!(ours.len(), theirs.len(), "{name}");
    for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
            let bits = |x: &R| x.to_f64().to_bits();
            assert_eq!(bits(a), bits(b), "{name} in {}, row {step}, weight {place}: {a:?} for {b:?}", R::PRECISION);
        }
    }
    assert!(theirs.last().unwrap().iter().all(|x| x.is_finite()), "{name}");
}

#[test]
fn every_built_in_optimizer_as_a_formula_gives_the_same_bits() {
    for entry in optim::ENTRIES {
        let name = entry.entry.name;
        let (ours, theirs) = (built_in(name).entry(), entry);
        assert_eq!(ours.rate, theirs.rate, "{name}");
        for parameter in theirs.entry.parameters {
            // What a formula writes out: steps without a correction, and no numbers of chance.
            if ["bias_correction", "lr_to"].contains(&parameter.name) {
                continue;
            }
            let of_formula = ours.entry.parameter(parameter.name).unwrap();
            assert_eq!(of_formula.kind.to_string(), parameter.kind.to_string(), "{name}, {}", parameter.name);
            assert_eq!(of_formula.default(), parameter.default(), "{name}, {}", parameter.name);
        }
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.03));
        let mut choices = vec![choice.clone()];
        if entry.entry.parameter("epsilon_place").is_some() {
            choices.push(choice.with("epsilon_place", Value::word("outside")));
        }
        for choice in choices {
            assert_same_bits::<f32>(entry, &choice);
            assert_same_bits::<f64>(entry, &choice);
        }
    }
}

/// A method of examples/methods at settings, and the losses of 60 steps by tests/oracles/formulas.py.
#[derive(serde::Deserialize)]
struct Outside {
    settings: std::collections::BTreeMap<String, f64>,
    losses: Vec<f64>,
}

pub fn example_path(name: &str) -> String {
    format!("{}/examples/methods/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

pub fn example(name: &str) -> OptimizerFormula {
    let text = std::fs::read_to_string(example_path(name)).unwrap();
    OptimizerFormula::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

pub fn examples() -> Vec<String> {
    let folder = format!("{}/examples/methods", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The losses of a method on the task of tests/it/trajectories.rs.
fn losses(method: &OptimizerFormula, choice: &Choice, steps: usize) -> Vec<f64> {
    let number = |i: usize, period: usize| (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0;
    let matrix = |rows: usize, cols: usize, period| {
        Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect())
    };
    let network = Network::new(3, &[5, 4], 2, Activation::of(&TANH), Loss::of(&SQUARED_ERROR));
    let (inputs, values) = (matrix(8, 3, 31), matrix(8, 2, 29));
    let batch =
        Batch { inputs: inputs.view(), targets: TargetsRef::Values(values.view()), weights: &[], masks: Masks(&[]) };
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let count = network.parameter_count();
    let (mut theta, mut point, mut gradient) =
        ((0..count).map(|i| number(i, 37)).collect::<Vec<f64>>(), vec![0.0; count], vec![0.0; count]);
    let mut optimizer = (method.entry().build_f64)(choice, &network.layout());
    (0..steps)
        .map(|_| {
            let at = if optimizer.look_ahead(&theta, &mut point) { &point } else { &theta };
            let loss = engine.loss_and_gradient(at, &batch, &mut gradient).unwrap();
            if optimizer.look_again(&theta, &gradient, &mut point) {
                engine.loss_and_gradient(&point, &batch, &mut gradient).unwrap();
            }
            optimizer.step(Now { learning_rate: choice.number("lr"), loss }, &mut theta, &gradient);
            loss
        })
        .collect()
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little.
#[test]
fn examples_follow_programs_of_their_own() {
    let outside: std::collections::BTreeMap<String, Outside> =
        serde_json::from_str(include_str!("../oracles/formulas.json")).unwrap();
    let authors = of_authors();
    let unknown: Vec<String> =
        examples().into_iter().filter(|name| !outside.contains_key(name) && !authors.contains_key(name)).collect();
    // Its labels need the training loop: tests/it/drawn.rs.
    assert_eq!(unknown, ["sophia-g"], "follow nothing");
    for (name, outside) in outside {
        let method = example(&name);
        let start = Choice::of(&method.entry().entry);
        let choice =
            outside.settings.iter().fold(start, |choice, (name, value)| choice.with(name, Value::Number(*value)));
        let losses = losses(&method, &choice, outside.losses.len());
        for (step, (a, e)) in losses.iter().zip(&outside.losses).enumerate() {
            assert!(((a - e) / e).abs() < 1e-9, "{name}, step {step}: {a} for {e}");
        }
    }
}

/// The losses of the authors' code, or a reference library's, by tests/oracles/authors.py.
fn of_authors() -> std::collections::BTreeMap<String, Outside> {
    serde_json::from_str(include_str!("../oracles/authors.json")).unwrap()
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little; SOAP's come to 4e-10.
#[test]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small counts
fn methods_follow_their_authors_code() {
    for (name, outside) in of_authors().into_iter().filter(|(name, _)| name != "adamw-groups") {
        let method = if name == "lion" { built_in(&name) } else { example(&name) };
        let start = Choice::of(&method.entry().entry);
        let choice = outside.settings.iter().fold(start, |choice, (name, value)| {
            let whole = matches!(method.entry().entry.parameter(name).unwrap().kind, ParameterKind::Integer { .. });
            choice.with(name, if whole { Value::Integer(*value as u64) } else { Value::Number(*value) })
        });
        let losses = losses(&method, &choice, outside.losses.len());
        let gap = |(a, e): (&f64, &f64)| ((a - e) / e).abs();
        let largest = losses.iter().zip(&outside.losses).map(gap).fold(0.0, f64::max);
        assert!(largest < 1e-9, "{name}: {largest:.1e}\n{losses:?}\n{:?}", outside.losses);
    }
}

/// What of a built-in activation and its formula has to be the same.
#[derive(PartialEq)]
enum Alike {
    /// Every bit of f and of the message.
    Bits,
    /// Every bit of f; the built-in one has its derivative in a shorter form than symbols give.
    Value,
    /// Both but for a few roundings: the built-in one takes some of its steps together.
    Roundings,
    /// There is no formula: the language has no error function.
    Absent,
}

/// The built-in activations as formulas, in the order of their registry.
const ACTIVATIONS: &[(&str, &str, Alike)] = &[
    ("identity", "f = 's'", Alike::Bits),
    ("sigmoid", "f = 'sigmoid(s)'", Alike::Bits),
    ("tanh", "f = 'tanh(s)'", Alike::Bits),
    ("relu", "f = 'max(s, 0)'", Alike::Bits),
    ("leaky-relu", "parameters.slope = 0.01\nf = 'where(s > 0, s, slope*s)'", Alike::Bits),
    ("gelu", "f = 's*normal_cdf(s)'", Alike::Value),
    ("gelu-tanh", "f = '0.5*s*(1 + tanh(0.7978845608028654*(s + 0.044715*s^3)))'", Alike::Roundings),
    ("silu", "f = 's*sigmoid(s)'", Alike::Value),
    ("elu", "parameters.alpha = 1\nf = 'where(s <= 0, alpha*(exp(s) - 1), s)'", Alike::Value),
    ("softplus", "f = 'softplus(s)'", Alike::Bits),
    ("softsign", "f = 's/(1 + abs(s))'", Alike::Value),
    ("step", "f = 'where(s < 0, -1, where(s >= 0, 1, s))'", Alike::Value),
];

/// f and δ f' of an activation at numbers of every size, with zeros of both signs, infinities and NaN.
fn values_and_messages<R: Real>(unit: &dyn burnmark::activation::Unit<R>) -> Vec<u64> {
    let mut stream = Stream::new(11, Purpose::Data, 0);
    let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let drawn: Vec<f64> = (0..2500_i32).map(|i| 10.0_f64.powi(i % 7 - 4) * stream.normal()).collect();
    let s: Vec<R> = drawn.iter().chain(&special).map(|s| R::from_f64(*s)).collect();
    let delta: Vec<R> =
        (0..s.len()).map(|i| R::from_f64(if i % 50 == 0 { f64::INFINITY } else { stream.normal() })).collect();
    let (mut value, mut message) = (s.clone(), s.clone());
    unit.forward(&s, &mut value);
    unit.backward(&delta, &s, &value, &mut message);
    // A NaN has no sign that counts.
    let bits = |x: &R| if x.to_f64().is_nan() { f64::NAN.to_bits() } else { x.to_f64().to_bits() };
    value.iter().chain(&message).map(bits).collect()
}

#[test]
fn every_built_in_activation_as_a_formula_gives_the_same_bits() {
    let names: Vec<&str> = burnmark::activation::ENTRIES.iter().map(|entry| entry.entry.name).collect();
    assert_eq!(names, ACTIVATIONS.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (entry, (name, text, alike)) in burnmark::activation::ENTRIES.iter().zip(ACTIVATIONS) {
        if *alike == Alike::Absent {
            continue;
        }
        let text = format!("description = \"x\"\n{text}");
        let Ok(Definition::Activation(formula)) = Definition::parse(name, &text) else {
            panic!("{name}: {:#?}", Definition::parse(name, &text));
        };
        let (ours, theirs) = (Activation::of(formula.entry()), Activation::of(*entry));
        assert_alike(name, alike, [&ours, &theirs].map(|of| values_and_messages(&*of.unit::<f32>())), 1e-4);
        assert_alike(name, alike, [&ours, &theirs].map(|of| values_and_messages(&*of.unit::<f64>())), 1e-12);
    }
}

/// Roundings: a part of the larger number, or of 1, since differences of numbers near 1 are taken. Numbers that are not finite, and
/// what belongs to them, are compared only where every bit is.
fn assert_alike(name: &str, alike: &Alike, [ours, theirs]: [Vec<u64>; 2], most: f64) {
    let count = ours.len() / 2;
    for (place, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        let by_bits = *alike == Alike::Bits || *alike == Alike::Value && place < count;
        let [x, y] = [*a, *b].map(f64::from_bits);
        let is_close = (x - y).abs() <= most * (1.0 + x.abs().max(y.abs()));
        let is_special = place % count >= count - 5 || !x.is_finite() || !y.is_finite();
        assert!(a == b || !by_bits && (is_special || is_close), "{name}, place {place}: {x:?} for {y:?}");
    }
}

/// Derivatives of every function of the language against central differences, in f64.
#[test]
fn activations_are_derived_as_they_are() {
    const H: f64 = 1e-6;
    for f in [
        "s*sigmoid(1.702*s)",
        "s*tanh(softplus(s))",
        "where(s > 0, s, a*(exp(s) - 1))",
        "max(s, 0.1*s) + min(s, 1)/3",
        "sqrt(1 + s^2) - abs(s)/2",
        "log(2 + s^2) - log1p(s^2)/2",
        "(1 + s^2)^a / (3 + sigmoid(s))",
        "2^(s/3) - clip(s, -1, 1)*s",
        "s*normal_cdf(a*s) + erf(s/2)",
        "normal_pdf(s)*s^2",
    ] {
        let text = format!("description = \"x\"\nparameters.a = 1.3\nf = \"{f}\"");
        let Ok(Definition::Activation(activation)) = Definition::parse("x", &text) else {
            panic!("{f}: {:#?}", Definition::parse("x", &text));
        };
        let choice = Choice { kind: "x".to_owned(), parameters: Default::default() }.with("a", Value::Number(1.3));
        let mut unit = activation.build::<f64>(&choice).unwrap();
        let z: Vec<f64> = (0..600).map(|i| (f64::from(i) - 300.5) / 83.0).collect();
        let ones = vec![1.0; z.len()];
        let (mut derivative, mut above, mut below) = (ones.clone(), ones.clone(), ones.clone());
        unit.backward(&ones, &z, &mut derivative);
        unit.forward(&z.iter().map(|z| z + H).collect::<Vec<_>>(), &mut above);
        unit.forward(&z.iter().map(|z| z - H).collect::<Vec<_>>(), &mut below);
        for (i, z) in z.iter().enumerate() {
            let slope = (above[i] - below[i]) / (2.0 * H);
            // The difference's own error: H² times the third derivative, and rounding over H.
            assert!(
                (slope - derivative[i]).abs() < 1e-8 * (1.0 + slope.abs()),
                "{f} at {z}: {} for {slope}",
                derivative[i]
            );
        }
    }
}

/// With a rate for each block, every built-in optimizer and its formula give the same bits; a block at the rate itself gives those of
/// a training without other rates.
#[test]
fn rates_of_blocks_give_the_same_bits_in_formulas_and_built_in_optimizers() {
    let scaled = layout().with_rates(|layout, block| match block.role {
        _ if layout.is_first(block) => 0.5,
        BlockRole::Bias => 2.0,
        _ => 1.0,
    });
    for &entry in optim::ENTRIES.iter().filter(|entry| entry.rate == optim::Rate::Annealed) {
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.03));
        let formula = path::<f32>(Box::new(built_in(entry.entry.name).build(&choice, &scaled).unwrap()), &scaled);
        let chosen = Chosen { entry, choice };
        let built_in = path::<f32>(optim::build(&chosen, &scaled), &scaled);
        let plain = path::<f32>(optim::build(&chosen, &scaled.clone().with_rates(|_, _| 1.0)), &scaled);
        let bits = |path: &[Vec<f32>], place: std::ops::Range<usize>| -> Vec<u32> {
            path.iter().flat_map(|row| row[place.clone()].iter().map(|x| x.to_bits()).collect::<Vec<_>>()).collect()
        };
        assert_eq!(bits(&formula, 0..scaled.count()), bits(&built_in, 0..scaled.count()), "{}", entry.entry.name);
        for block in scaled.blocks() {
            let same = bits(&built_in, block.range()) == bits(&plain, block.range());
            assert_eq!(same, block.rate == 1.0, "{} of {}", block.name, entry.entry.name);
        }
    }
    let network_wide = example("prodigy");
    assert!(network_wide.takes_rates_of_blocks().is_err() && example("sam").takes_rates_of_blocks().is_ok());
}

/// What `burnmark check` tests; of Adafactor in f32 it found a product that was 0.
#[test]
fn examples_pass_the_tests_of_built_in_methods() {
    let methods = examples().into_iter().map(|name| example(&name));
    let built_in = optim::ENTRIES.iter().map(|entry| built_in(entry.entry.name));
    for method in methods.chain(built_in) {
        for finding in conformance::findings(&Definition::Optimizer(Box::new(method.clone()))) {
            assert_eq!(finding.failed, None, "{}: {}", method.name, finding.what);
        }
    }
}
