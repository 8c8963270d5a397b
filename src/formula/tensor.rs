//! An activation's formula as an expression of Burn, which differentiates it by itself.

use super::check::Checked;
use super::graph::{Binary, Node, Unary};
use super::scalar;
use burn::tensor::activation::{sigmoid, softplus, tanh};
use burn::tensor::{Bool, Tensor};

/// A value of the formula: one number, or one per unit.
enum Value {
    Number(f64),
    Tensor(Tensor<2>),
    Condition(Tensor<2, Bool>),
}

/// f(s) of a tensor, by a specialized formula.
pub fn expression(f: &Checked, s: &Tensor<2>) -> Tensor<2> {
    let mut values: Vec<Value> = Vec::with_capacity(f.graph.count());
    for id in 0..f.graph.count() {
        let value = match f.graph.node(id) {
            Node::Number(bits) => Value::Number(f64::from_bits(bits)),
            Node::Unary(function, a) => of_one(function, &values[a]),
            Node::Binary(function, a, b) => of_two(function, &values[a], &values[b], s),
            Node::Where(c, a, b) => choice(&values[c], &values[a], &values[b], s),
            // The potential: a specialized activation has no other input.
            _ => Value::Tensor(s.clone()),
        };
        values.push(value);
    }
    let last = f.outputs.first().map(|(_, id)| &values[*id]);
    last.map_or_else(|| s.clone(), |value| spread(value, s))
}

fn spread(value: &Value, s: &Tensor<2>) -> Tensor<2> {
    match value {
        Value::Number(number) => s.zeros_like() + *number,
        Value::Tensor(tensor) => tensor.clone(),
        Value::Condition(condition) => s.zeros_like().mask_fill(condition.clone(), 1.0),
    }
}

fn of_one(function: Unary, a: &Value) -> Value {
    let x = match a {
        Value::Number(x) => return Value::Number(scalar::unary(function, *x, |x| x)),
        Value::Condition(condition) => return Value::Condition(condition.clone().bool_not()),
        Value::Tensor(x) => x.clone(),
    };
    Value::Tensor(match function {
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
        // Of single numbers only.
        Unary::Not | Unary::Rounded | Unary::Floor | Unary::Sin | Unary::Cos => x,
    })
}

fn of_two(function: Binary, a: &Value, b: &Value, s: &Tensor<2>) -> Value {
    if let (Value::Number(x), Value::Number(y)) = (a, b) {
        return Value::Number(scalar::binary(function, *x, *y));
    }
    if let (Value::Condition(x), Value::Condition(y)) = (a, b) {
        let (x, y) = (x.clone(), y.clone());
        return Value::Condition(if function == Binary::And { x.bool_and(y) } else { x.bool_or(y) });
    }
    let (x, y) = (spread(a, s), spread(b, s));
    match function {
        Binary::Add => Value::Tensor(x + y),
        Binary::Subtract => Value::Tensor(x - y),
        Binary::Multiply | Binary::And => Value::Tensor(x * y),
        Binary::Divide => Value::Tensor(x / y),
        Binary::Power => Value::Tensor(x.powf(y)),
        Binary::Min => Value::Tensor(y.clone().mask_where(x.clone().lower(y), x)),
        Binary::Max => Value::Tensor(y.clone().mask_where(x.clone().greater(y), x)),
        Binary::Less => Value::Condition(x.lower(y)),
        Binary::LessOrEqual => Value::Condition(x.lower_equal(y)),
        Binary::Greater => Value::Condition(x.greater(y)),
        Binary::GreaterOrEqual => Value::Condition(x.greater_equal(y)),
        Binary::Equal => Value::Condition(x.equal(y)),
        Binary::NotEqual => Value::Condition(x.not_equal(y)),
        Binary::Or => Value::Tensor(x.clone().mask_where(x.clone().lower(y.clone()), y)),
    }
}

fn choice(condition: &Value, yes: &Value, no: &Value, s: &Tensor<2>) -> Value {
    match condition {
        Value::Number(holds) => Value::Tensor(spread(if *holds == 0.0 { no } else { yes }, s)),
        Value::Condition(holds) => Value::Tensor(spread(no, s).mask_where(holds.clone(), spread(yes, s))),
        Value::Tensor(holds) => {
            Value::Tensor(spread(no, s).mask_where(holds.clone().not_equal_elem(0.0), spread(yes, s)))
        }
    }
}
