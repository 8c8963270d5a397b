//! Methods as formulas: every built-in optimizer stands here as one and gives the same bits.

use burnmark::engine::{Batch, EngineKind, Masks, TargetsRef, build};
use burnmark::formula::Method;
use burnmark::model::{Activation, Loss, Network};
use burnmark::num::{BlockRole, Layout, Matrix, Purpose, Real, Stream};
use burnmark::optim::{self, Build, Now, Optimizer};
use burnmark::registry::{Choice, Value};

/// The built-in optimizers as formulas, in the order of their registry.
const BUILT_IN: &[(&str, &str)] = &[
    ("gradient-descent", "update = 'theta = theta - lr*g'"),
    (
        "momentum",
        r#"
        parameters.mu = 0.9
        state = { v = 0 }
        update = """
        v     = mu*v - lr*g
        theta = theta + v
        """"#,
    ),
    (
        "nesterov",
        r#"
        parameters.mu = 0.9
        state = { v = 0 }
        gradient_at = "theta + mu*v"
        update = """
        v     = mu*v - lr*g
        theta = theta + v
        """"#,
    ),
    (
        "rprop",
        r#"
        state = { delta = "lr", before = 0 }
        update = """
        turn   = sign(g) * sign(before)
        delta  = where(turn > 0, min(delta*eta_plus, delta_max), where(turn < 0, max(delta*eta_minus, delta_min), delta))
        before = g
        theta  = theta - sign(g)*delta
        """"#,
    ),
    (
        "rprop-plus",
        r#"
        state = { delta = "lr", before = 0, last = 0 }
        update = """
        turn   = sign(g) * sign(before)
        delta  = where(turn > 0, min(delta*eta_plus, delta_max), where(turn < 0, max(delta*eta_minus, delta_min), delta))
        back   = last
        last   = where(turn < 0, last, -(sign(g)*delta))
        theta  = where(turn < 0, theta - back, theta + last)
        before = where(turn < 0, 0, g)
        """"#,
    ),
    (
        "irprop-plus",
        r#"
        state = { delta = "lr", before = 0, last = 0, previous = { per = "network", start = "1/0" } }
        update = """
        risen    = loss > previous
        previous = loss
        turn     = sign(g) * sign(before)
        delta    = where(turn > 0, min(delta*eta_plus, delta_max), where(turn < 0, max(delta*eta_minus, delta_min), delta))
        theta    = where(turn < 0 and risen, theta - last, theta)
        last     = where(turn < 0, last, -(sign(g)*delta))
        theta    = where(turn < 0, theta, theta + last)
        before   = where(turn < 0, 0, g)
        """"#,
    ),
    (
        "irprop-minus",
        r#"
        state = { delta = "lr", before = 0 }
        update = """
        turn   = sign(g) * sign(before)
        delta  = where(turn > 0, min(delta*eta_plus, delta_max), where(turn < 0, max(delta*eta_minus, delta_min), delta))
        before = where(turn < 0, 0, g)
        theta  = theta - sign(before)*delta
        """"#,
    ),
    (
        "adagrad",
        r#"
        state = { squares = 0 }
        update = """
        squares = squares + g*g
        root    = where(epsilon_place == "inside", sqrt(squares + epsilon), sqrt(squares) + epsilon)
        theta   = theta - lr*g/root
        """"#,
    ),
    (
        "rmsprop",
        r#"
        state = { mean_square = 0 }
        update = """
        mean_square = gamma*mean_square + (1 - gamma)*g^2
        root  = where(epsilon_place == "inside", sqrt(mean_square + epsilon), sqrt(mean_square) + epsilon)
        theta = theta - lr*g/root
        """"#,
    ),
    (
        "adadelta",
        r#"
        state = { squares = 0, steps = 0 }
        update = """
        squares = rho*squares + (1 - rho)*g*g
        step    = sqrt(steps + epsilon)/sqrt(squares + epsilon)*g
        steps   = rho*steps + (1 - rho)*step*step
        theta  -= lr*step
        """"#,
    ),
    (
        "adam",
        r#"
        state = { m = 0, v = 0, power1 = { per = "network", start = 1 }, power2 = { per = "network", start = 1 } }
        update = """
        power1 *= beta1
        power2 *= beta2
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        theta = theta - lr/(1 - power1)*m / (sqrt(1/(1 - power2)*v) + epsilon)
        """"#,
    ),
    (
        "adamax",
        r#"
        state = { m = 0, u = 0, power1 = { per = "network", start = 1 } }
        update = """
        power1 *= beta1
        m = beta1*m + (1 - beta1)*g
        u = max(beta2*u, abs(g) + epsilon)
        theta -= lr/rounded(1 - power1)*(m/u)
        """"#,
    ),
    (
        "amsgrad",
        r#"
        state = { m = 0, v = 0, largest = 0, power1 = { per = "network", start = 1 }, power2 = { per = "network", start = 1 } }
        update = """
        power1 *= beta1
        power2 *= beta2
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        largest = max(v, largest)
        theta -= lr/(1 - power1)*m / (sqrt(largest/(1 - power2)) + epsilon)
        """"#,
    ),
    (
        "nadam",
        r#"
        state = { m = 0, v = 0, product = { per = "network", start = 1 }, power2 = { per = "network", start = 1 } }
        update = """
        here = beta1*(1 - 0.5*0.96^((t + 1)*psi))
        next = beta1*(1 - 0.5*0.96^((t + 2)*psi))
        product *= here
        power2 *= beta2
        m = beta1*m + (1 - beta1)*g
        v = beta2*v + (1 - beta2)*g*g
        theta -= lr*((1 - here)/(1 - product)*g + next/(1 - product*next)*m) / (sqrt(1/(1 - power2)*v) + epsilon)
        """"#,
    ),
    (
        "lion",
        r#"
        state = { m = 0 }
        update = """
        theta -= lr*sign(beta1*m + (1 - beta1)*g)
        m = beta2*m + (1 - beta2)*g
        """"#,
    ),
];

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

/// A file of a method with the parameters of a built-in one.
fn file(name: &str, rest: &str) -> String {
    let entry = optim::ENTRIES.iter().find(|entry| entry.entry.name == name).unwrap();
    let mut text = format!("description = \"{name}\"\n");
    for parameter in entry.entry.parameters.iter().filter(|p| !rest.contains(&format!("parameters.{}", p.name))) {
        match parameter.kind {
            burnmark::registry::ParameterKind::OneOf(words) => {
                text += &format!("parameters.{}.words = {words:?}\n", parameter.name);
            }
            _ => text += &format!("parameters.{} = {{}}\n", parameter.name),
        }
    }
    text + rest
}

/// θ after each of many steps, and the points where the gradient was wanted.
fn path<R: Real>(mut optimizer: Box<dyn Optimizer<R>>, layout: &Layout) -> Vec<Vec<R>> {
    let count = layout.count();
    let mut stream = Stream::new(7, Purpose::Data, 0);
    let mut draw = |scale: f64| -> Vec<R> { (0..count).map(|_| R::from_f64(scale * stream.normal())).collect() };
    let (mut theta, mut point, mut path) = (draw(1.0), vec![R::ZERO; count], Vec::new());
    for step in 0..25_u32 {
        let mut gradient = draw(10.0_f64.powi(step as i32 % 5 - 3));
        // Zeros of both signs, too.
        for (index, g) in gradient.iter_mut().enumerate().filter(|(index, _)| index % 7 == step as usize % 7) {
            *g = if index % 2 == 0 { R::ZERO } else { -R::ZERO };
        }
        if optimizer.look_ahead(&theta, &mut point) {
            path.push(point.clone());
        }
        let now = Now { learning_rate: R::from_f64(0.03 / f64::from(step + 1)), loss: R::from_f64(f64::from(step * 7 % 5)) };
        optimizer.step(now, &mut theta, &gradient);
        path.push(theta.clone());
    }
    path
}

fn assert_same_bits<R: Build>(name: &str, rest: &str, choice: &Choice) {
    let layout = layout();
    let method = Method::parse(name, &file(name, rest)).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"));
    let ours = path::<R>(Box::new(method.build(choice, &layout).unwrap()), &layout);
    let theirs = path::<R>(optim::build(choice, &layout).unwrap(), &layout);
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
    assert_eq!(BUILT_IN.len(), optim::ENTRIES.len());
    for (entry, (name, rest)) in optim::ENTRIES.iter().zip(BUILT_IN) {
        assert_eq!(entry.entry.name, *name);
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.03));
        let mut choices = vec![choice.clone()];
        if entry.entry.parameter("epsilon_place").is_some() {
            choices.push(choice.with("epsilon_place", Value::Text("outside".to_owned())));
        }
        for choice in choices {
            assert_same_bits::<f32>(name, rest, &choice);
            assert_same_bits::<f64>(name, rest, &choice);
        }
    }
}

/// A method of examples/methods at settings, and the losses of 60 steps by tests/oracles/formulas.py.
#[derive(serde::Deserialize)]
struct Outside {
    settings: std::collections::BTreeMap<String, f64>,
    losses: Vec<f64>,
}

fn example(name: &str) -> Method {
    let path = format!("{}/examples/methods/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    Method::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

fn examples() -> Vec<String> {
    let folder = format!("{}/examples/methods", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The losses of a method on the task of tests/it/trajectories.rs.
fn losses(method: &Method, choice: &Choice, steps: usize) -> Vec<f64> {
    let number = |i: usize, period: usize| (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0;
    let matrix = |rows: usize, cols: usize, period| Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect());
    let network = Network::new(3, &[5, 4], 2, Activation::Tanh, Loss::SquaredError);
    let (inputs, values) = (matrix(8, 3, 31), matrix(8, 2, 29));
    let batch = Batch { inputs: inputs.view(), targets: TargetsRef::Values(values.view()), masks: Masks(&[]) };
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let count = network.parameter_count();
    let (mut theta, mut point, mut gradient) = ((0..count).map(|i| number(i, 37)).collect::<Vec<f64>>(), vec![0.0; count], vec![0.0; count]);
    let mut optimizer = (method.entry().build_f64)(choice, &network.layout());
    (0..steps).map(|_| {
        let at = if optimizer.look_ahead(&theta, &mut point) { &point } else { &theta };
        let loss = engine.loss_and_gradient(at, &batch, &mut gradient).unwrap();
        optimizer.step(Now { learning_rate: choice.number("lr"), loss }, &mut theta, &gradient);
        loss
    }).collect()
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little.
#[test]
fn examples_follow_programs_of_their_own() {
    let outside: std::collections::BTreeMap<String, Outside> = serde_json::from_str(include_str!("../oracles/formulas.json")).unwrap();
    assert_eq!(examples(), outside.keys().cloned().collect::<Vec<_>>());
    for (name, outside) in outside {
        let method = example(&name);
        let start = Choice::of(&method.entry().entry);
        let choice = outside.settings.iter().fold(start, |choice, (name, value)| choice.with(name, Value::Number(*value)));
        let losses = losses(&method, &choice, outside.losses.len());
        for (step, (a, e)) in losses.iter().zip(&outside.losses).enumerate() {
            assert!(((a - e) / e).abs() < 1e-9, "{name}, step {step}: {a} for {e}");
        }
    }
}
