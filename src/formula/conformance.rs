//! What every method has to do, whatever it is: the tests that built-in methods pass, for a user's own.

use super::activation::ActivationFormula;
use super::definition::Definition;
use super::loss::LossFormula;
use super::method::OptimizerFormula;
use super::mistake::FormulaError;
use super::parameters::{Declared, Values};
use super::rule::AnnealingFormula;
use crate::loss::{LossFunction, TargetForm, TargetsRef};
use crate::num::{BlockRole, Layout, MatMut, MatRef};
use crate::optim::{Now, Optimizer};
use crate::registry::Choice;
use crate::value::Value;
use std::collections::BTreeMap;

/// A test and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conformance {
    pub what: &'static str,
    /// `None` where it passed, else what was seen.
    pub failed: Option<String>,
}

/// Runs the tests of a method's kind.
#[must_use]
pub fn findings(definition: &Definition) -> Vec<Conformance> {
    match definition {
        Definition::Optimizer(method) => of_optimizer(method),
        Definition::Annealing(rule) => of_rule(rule),
        Definition::Activation(activation) => of_activation(activation),
        Definition::Loss(loss) => of_loss(loss),
    }
}

fn finding(what: &'static str, failed: Option<String>) -> Conformance {
    Conformance { what, failed }
}

/// Steps on the quadratic.
const STEPS: u32 = 2000;

/// The rates that are tried.
const RATES: [f64; 8] = [10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.001];

/// A 2 × 2 matrix with its bias.
fn layout() -> Layout {
    let mut layout = Layout::default();
    layout.push("layers.0.bias", BlockRole::Bias, 1, 2);
    layout.push("layers.0.weight", BlockRole::Weights, 2, 2);
    layout
}

/// Loss and gradient of ½ Σ c θ².
fn quadratic(theta: &[f64]) -> (f64, Vec<f64>) {
    const CURVATURES: [f64; 6] = [1.0, 4.0, 0.25, 2.0, 1.0, 0.5];
    let each = theta.iter().zip(CURVATURES);
    (each.clone().map(|(t, c)| 0.5 * c * t * t).sum(), each.map(|(t, c)| c * t).collect())
}

/// A method at its defaults, and parameters that have none at the first usual value that fits; `None` where there is none such.
#[must_use]
pub fn defaults(definition: &Definition) -> Option<Choice> {
    let (name, parameters) = match definition {
        Definition::Optimizer(method) => (&method.name, &method.parameters),
        Definition::Annealing(rule) => (&rule.name, &rule.parameters),
        Definition::Activation(activation) => (&activation.name, &activation.parameters),
        Definition::Loss(loss) => (&loss.name, &loss.parameters),
    };
    completed(name, parameters)
}

fn completed(name: &str, parameters: &[Declared]) -> Option<Choice> {
    let choice = Choice { kind: name.to_owned(), parameters: BTreeMap::new() };
    parameters
        .iter()
        .try_fold(choice, |choice, declared| Some(choice.with(&declared.name, some_value(&declared.values)?)))
}

fn some_value(values: &Values) -> Option<Value> {
    const USUAL: [f64; 9] = [0.5, 0.9, 0.1, 1.0, 2.0, 1e-3, 10.0, 0.0, -1.0];
    match values {
        Values::Number { range, default } => {
            default.or_else(|| USUAL.into_iter().find(|x| range.contains(*x))).map(Value::Number)
        }
        Values::Whole { least, default, .. } => Some(Value::Integer(default.unwrap_or(*least))),
        Values::Word { words, default } => default.as_ref().or(words.first()).cloned().map(Value::text),
    }
}

const UNUSUAL: &str = "a parameter without a default has no usual value";

/// The end of a training on the quadratic with a rate that falls to nothing.
fn trained(method: &OptimizerFormula, choice: &Choice) -> Result<Vec<f64>, FormulaError> {
    let mut optimizer = method.build::<f64>(choice, &layout())?;
    let mut theta = vec![1.0, -2.0, 3.0, 0.5, -1.0, 2.0];
    let (mut point, mut reported) = (theta.clone(), theta.clone());
    for step in 0..STEPS {
        if optimizer.wants_drawn(&theta) {
            optimizer.take_drawn(&quadratic(&theta).1);
        }
        let looks_ahead = optimizer.look_ahead(&theta, &mut point);
        let (mut loss, mut gradient) = quadratic(if looks_ahead { &point } else { &theta });
        if optimizer.look_again(&theta, &gradient, &mut point) {
            (loss, gradient) = quadratic(&point);
        }
        let learning_rate = choice.number("lr") * (1.0 - f64::from(step) / f64::from(STEPS));
        optimizer.step(Now { learning_rate, loss }, &mut theta, &gradient);
    }
    if optimizer.reports() {
        optimizer.report(&theta, &mut reported);
        return Ok(reported);
    }
    Ok(theta)
}

fn of_optimizer(method: &OptimizerFormula) -> Vec<Conformance> {
    const SOLVES: &str = "solves a quadratic at one of the rates 10 to 0.001";
    const REPLAYS: &str = "gives the same bits when it is rerun";
    const STAYS: &str = "stays where the gradient is 0 from the start";
    const SHOWS: &str = "shows a NaN in the gradient";
    let Some(choice) = completed(&method.name, &method.parameters) else {
        return vec![finding(SOLVES, Some(UNUSUAL.to_owned()))];
    };
    let choice = choice.with("lr", Value::Number(0.1));
    let ends: Vec<(f64, f64)> = RATES
        .into_iter()
        .filter_map(|rate| {
            let end = trained(method, &choice.clone().with("lr", Value::Number(rate))).ok()?;
            Some((quadratic(&end).0, rate))
        })
        .collect();
    // From 13 at the start; methods with steps of one size end within their last steps of the minimum.
    let best = ends.iter().copied().filter(|(loss, _)| loss.is_finite()).min_by(|a, b| a.0.total_cmp(&b.0));
    let solves = match best {
        Some((loss, _)) if loss < 1e-4 => None,
        Some((loss, rate)) => Some(format!("the loss falls from 13 to {loss:.2e} at best, at the rate {rate}")),
        None => Some("it diverges at every rate".to_owned()),
    };
    let bits = |end: Result<Vec<f64>, FormulaError>| end.map(|end| end.iter().map(|x| x.to_bits()).collect::<Vec<_>>());
    let replays = bits(trained(method, &choice)) == bits(trained(method, &choice));
    let stays = at_rest(method, &choice, 0.0).is_ok_and(|theta| theta == START);
    let shows = at_rest(method, &choice, f32::NAN).is_ok_and(|theta| theta.iter().any(|x| x.is_nan()));
    vec![
        finding(SOLVES, solves),
        finding(REPLAYS, (!replays).then(|| "other bits".to_owned())),
        finding(STAYS, (!stays).then(|| "the parameters move".to_owned())),
        finding(SHOWS, (!shows).then(|| "the parameters stay numbers".to_owned())),
    ]
}

const START: [f32; 6] = [1.0, -2.0, 0.5, 3.0, 1.0, -1.0];

/// θ after three steps with this number as the gradient.
fn at_rest(method: &OptimizerFormula, choice: &Choice, gradient: f32) -> Result<Vec<f32>, FormulaError> {
    let mut optimizer = method.build::<f32>(choice, &layout())?;
    let (mut theta, mut point) = (START.to_vec(), START.to_vec());
    for _ in 0..3 {
        optimizer.look_ahead(&theta, &mut point);
        optimizer.step(Now { learning_rate: 0.1, loss: 1.0 }, &mut theta, &[gradient; 6]);
    }
    Ok(theta)
}

fn of_rule(rule: &AnnealingFormula) -> Vec<Conformance> {
    const FINITE: &str = "gives finite rates, 0 or greater, over runs of 1 to 100 steps or epochs";
    let Some(choice) = completed(&rule.name, &rule.parameters) else {
        return vec![finding(FINITE, Some(UNUSUAL.to_owned()))];
    };
    let mut failed = None;
    for total in [1, 2, 3, 10, 100_u32] {
        for now in 0..total {
            match rule.rate(&choice, 0.5, f64::from(now), f64::from(total)) {
                Ok(rate) if rate.is_finite() && rate >= 0.0 => {}
                Ok(rate) => failed = failed.or_else(|| Some(format!("{rate} at t = {now} of {total}, from η₀ = 0.5"))),
                Err(why) => failed = failed.or(Some(why.to_string())),
            }
        }
    }
    vec![finding(FINITE, failed)]
}

fn of_activation(activation: &ActivationFormula) -> Vec<Conformance> {
    const FINITE: &str = "gives finite values and derivatives from s = -20 to 20";
    let Some(choice) = completed(&activation.name, &activation.parameters) else {
        return vec![finding(FINITE, Some(UNUSUAL.to_owned()))];
    };
    let mut unit = match activation.build::<f32>(&choice) {
        Ok(unit) => unit,
        Err(why) => return vec![finding(FINITE, Some(why.to_string()))],
    };
    let z: Vec<f32> = (0..=160_u8).map(|i| f32::from(i) / 4.0 - 20.0).collect();
    let (ones, mut value, mut derivative) = (vec![1.0; z.len()], vec![0.0; z.len()], vec![0.0; z.len()]);
    unit.forward(&z, &mut value);
    unit.backward(&ones, &z, &mut derivative);
    let wild = z.iter().zip(value.iter().zip(&derivative)).find(|(_, (f, d))| !f.is_finite() || !d.is_finite());
    vec![finding(FINITE, wild.map(|(s, (f, d))| format!("f = {f}, f' = {d} at s = {s}")))]
}

/// The targets that a loss is tried with.
const fn targets_of(form: TargetForm) -> &'static [f32] {
    match form {
        TargetForm::Signs => &[-1.0, 1.0],
        TargetForm::OneHot | TargetForm::ZeroOne => &[0.0, 1.0],
        TargetForm::Numbers | TargetForm::Nothing => &[-1.5, 0.0, 2.0],
    }
}

fn of_loss(loss: &LossFormula) -> Vec<Conformance> {
    const FINITE: &str = "gives finite values and slopes from s = -20 to 20";
    let Some(choice) = completed(&loss.name, &loss.parameters) else {
        return vec![finding(FINITE, Some(UNUSUAL.to_owned()))];
    };
    let s: Vec<f32> = (0..=160_u8).map(|i| f32::from(i) / 4.0 - 20.0).collect();
    let mut failed = None;
    // A formula sees numbers only: y is given as such, whichever targets they stand for.
    for y in targets_of(loss.targets) {
        let mut function = match loss.build::<f32>(&choice, (s.len(), 1)) {
            Ok(function) => function,
            Err(why) => return vec![finding(FINITE, Some(why.to_string()))],
        };
        let (y_of_all, mut slopes, mut losses) = (vec![*y; s.len()], vec![0.0; s.len()], vec![0.0; s.len()]);
        let targets = TargetsRef::Values(MatRef::new(s.len(), 1, &y_of_all));
        function.loss_and_delta(MatRef::new(s.len(), 1, &s), targets, 1.0, MatMut::new(s.len(), 1, &mut slopes));
        function.losses(MatMut::new(s.len(), 1, &mut s.clone()), targets, &mut losses);
        let wild = s.iter().zip(losses.iter().zip(&slopes)).find(|(_, (l, d))| !l.is_finite() || !d.is_finite());
        failed = failed.or(wild.map(|(s, (l, d))| format!("the loss is {l}, its slope {d} at s = {s}, y = {y}")));
    }
    vec![finding(FINITE, failed)]
}
