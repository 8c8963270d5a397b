//! The formula of an activation or a loss as an expression of Burn, which differentiates it by itself.

use super::check::Checked;
use super::graph::{Binary, Input, Operation, Unary};
use super::scalar;
use burn::tensor::activation::{sigmoid, softplus, tanh};
use burn::tensor::{Bool, Tensor};
use std::f64::consts::FRAC_1_SQRT_2;

/// A value of the formula: one number, or one per unit.
enum TensorValue {
    Number(f64),
    Tensor(Tensor<2>),
    Condition(Tensor<2, Bool>),
}

/// f(s) of a tensor, or f(s, y) of two, by a specialized formula.
pub fn expression(f: &Checked, s: &Tensor<2>, y: Option<&Tensor<2>>) -> Tensor<2> {
    let mut values: Vec<TensorValue> = Vec::with_capacity(f.graph.count());
    for id in 0..f.graph.count() {
        let value = match f.graph.node(id) {
            Operation::Number(bits) => TensorValue::Number(f64::from_bits(bits)),
            Operation::Unary(function, a) => of_one(function, &values[a]),
            Operation::Binary(function, a, b) => of_two(function, &values[a], &values[b], s),
            Operation::Where(c, a, b) => choice(&values[c], &values[a], &values[b], s),
            Operation::Input(Input::Target) => TensorValue::Tensor(y.unwrap_or(s).clone()),
            // The potential: there is no other input.
            _ => TensorValue::Tensor(s.clone()),
        };
        values.push(value);
    }
    let last = f.outputs.first().map(|(_, id)| &values[*id]);
    last.map_or_else(|| s.clone(), |value| spread(value, s))
}

fn spread(value: &TensorValue, s: &Tensor<2>) -> Tensor<2> {
    match value {
        TensorValue::Number(number) => s.zeros_like() + *number,
        TensorValue::Tensor(tensor) => tensor.clone(),
        TensorValue::Condition(condition) => s.zeros_like().mask_fill(condition.clone(), 1.0),
    }
}

fn of_one(function: Unary, a: &TensorValue) -> TensorValue {
    let x = match a {
        TensorValue::Number(x) => return TensorValue::Number(scalar::unary(function, *x, |x| x)),
        TensorValue::Condition(condition) => return TensorValue::Condition(condition.clone().bool_not()),
        TensorValue::Tensor(x) => x.clone(),
    };
    TensorValue::Tensor(match function {
        Unary::Negative => -x,
        Unary::Abs => x.abs(),
        Unary::Sign => x.sign(),
        Unary::Sqrt => x.sqrt(),
        Unary::Exp => x.exp(),
        Unary::Log => x.log(),
        Unary::LogOnePlus => x.log1p(),
        Unary::Tanh => tanh(x),
        Unary::Sigmoid => sigmoid(x),
        Unary::Softplus => softplus(x, 1.0),
        Unary::NormalCdf => ((x * FRAC_1_SQRT_2).erf() + 1.0) * 0.5,
        Unary::NormalPdf => (x.clone() * x * -0.5).exp() * scalar::INVERSE_ROOT_OF_TWO_PI,
        // Of single numbers only.
        Unary::Not | Unary::Rounded | Unary::Floor | Unary::Sin | Unary::Cos => x,
    })
}

fn of_two(function: Binary, a: &TensorValue, b: &TensorValue, s: &Tensor<2>) -> TensorValue {
    if let (TensorValue::Number(x), TensorValue::Number(y)) = (a, b) {
        return TensorValue::Number(scalar::binary(function, *x, *y));
    }
    if let (TensorValue::Condition(x), TensorValue::Condition(y)) = (a, b) {
        let (x, y) = (x.clone(), y.clone());
        return TensorValue::Condition(if function == Binary::And { x.bool_and(y) } else { x.bool_or(y) });
    }
    let (x, y) = (spread(a, s), spread(b, s));
    match function {
        Binary::Add => TensorValue::Tensor(x + y),
        Binary::Subtract => TensorValue::Tensor(x - y),
        Binary::Multiply | Binary::And => TensorValue::Tensor(x * y),
        Binary::Divide => TensorValue::Tensor(x / y),
        Binary::Power => TensorValue::Tensor(x.powf(y)),
        Binary::Min => TensorValue::Tensor(y.clone().mask_where(x.clone().lower(y), x)),
        Binary::Max => TensorValue::Tensor(y.clone().mask_where(x.clone().greater(y), x)),
        Binary::Less => TensorValue::Condition(x.lower(y)),
        Binary::LessOrEqual => TensorValue::Condition(x.lower_equal(y)),
        Binary::Greater => TensorValue::Condition(x.greater(y)),
        Binary::GreaterOrEqual => TensorValue::Condition(x.greater_equal(y)),
        Binary::Equal => TensorValue::Condition(x.equal(y)),
        Binary::NotEqual => TensorValue::Condition(x.not_equal(y)),
        Binary::Or => TensorValue::Tensor(x.clone().mask_where(x.clone().lower(y.clone()), y)),
    }
}

fn choice(condition: &TensorValue, yes: &TensorValue, no: &TensorValue, s: &Tensor<2>) -> TensorValue {
    match condition {
        TensorValue::Number(holds) => TensorValue::Tensor(spread(if *holds == 0.0 { no } else { yes }, s)),
        TensorValue::Condition(holds) => TensorValue::Tensor(spread(no, s).mask_where(holds.clone(), spread(yes, s))),
        TensorValue::Tensor(holds) => {
            TensorValue::Tensor(spread(no, s).mask_where(holds.clone().not_equal_elem(0.0), spread(yes, s)))
        }
    }
}
