//! A formula of single numbers, computed in f64.

use super::check::Checked;
use super::graph::{Input, Operation};
use super::scalar::{binary, truth, unary};
use super::specialize::ParameterSetting;

/// The value at these parameters and inputs; NaN where the formula is of more than single numbers.
pub fn value(checked: &Checked, settings: &[ParameterSetting], input: impl Fn(Input) -> f64) -> f64 {
    let graph = &checked.graph;
    let mut values: Vec<f64> = Vec::with_capacity(graph.count());
    for id in 0..graph.count() {
        values.push(match graph.node(id) {
            Operation::Number(bits) => f64::from_bits(bits),
            Operation::Parameter(parameter) => match settings[parameter] {
                ParameterSetting::Number(number) => number,
                ParameterSetting::Word(_) => f64::NAN,
            },
            Operation::IsWord(parameter, word) => truth(settings[parameter] == ParameterSetting::Word(word)),
            Operation::Input(of) => input(of),
            Operation::Unary(function, a) => unary(function, values[a], |x| x),
            Operation::Binary(function, a, b) => binary(function, values[a], values[b]),
            Operation::Where(c, a, b) => {
                if values[c] == 0.0 {
                    values[b]
                } else {
                    values[a]
                }
            }
            _ => f64::NAN,
        });
    }
    checked.outputs.first().map_or(f64::NAN, |(_, id)| values[*id])
}
