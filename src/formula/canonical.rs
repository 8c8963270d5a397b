//! The form of a method that its identity goes by: what it computes, without blanks, comments and names of locals.

use super::check::{Checked, OutputTarget};
use super::graph::{Binary, Fold, Graph, Id, Input, Operation, Unary};
use super::method::OptimizerFormula;
use super::names::{GIVEN, OF_ONE};
use super::parameters::Declared;
use super::shape::Over;
use crate::digest::Digest;
use crate::num::BlockRole;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What the digest is of, and the version of its fields.
const FORM: &str = "burnmark formula 1";

/// The digest of a method's canonical form.
#[must_use]
pub fn digest(method: &OptimizerFormula) -> String {
    Digest::of(FORM).with("canonical", text(method).as_bytes()).hex()
}

/// The digest of a single formula whose value has this name.
#[must_use]
pub fn digest_of(value: &str, parameters: &[Declared], checked: &Checked) -> String {
    let names: Vec<&str> = parameters.iter().map(|declared| declared.name.as_str()).collect();
    let words: Vec<&[String]> = parameters.iter().map(Declared::words).collect();
    let mut text = String::new();
    VisibleNames { parameters: &names, words: &words, states: &[] }.write(checked, value, &mut text);
    Digest::of(FORM).with("canonical", text.as_bytes()).hex()
}

/// The canonical form of a method.
#[must_use]
pub fn text(method: &OptimizerFormula) -> String {
    let mut text = String::new();
    let parameters: Vec<&str> = method.parameters.iter().map(|declared| declared.name.as_str()).collect();
    let words: Vec<&[String]> = method.parameters.iter().map(Declared::words).collect();
    let states: Vec<&str> = method.states.iter().map(|state| state.name.as_str()).collect();
    let names = VisibleNames { parameters: &parameters, words: &words, states: &states };
    for state in &method.states {
        let _ = writeln!(text, "state {}: {}", state.name, state.shape);
        names.write(&state.start, "start", &mut text);
    }
    let points = [
        ("gradient_at", &method.gradient_at),
        ("second_gradient_at", &method.second_gradient_at),
        ("drawn_gradient_when", &method.drawn_gradient_when),
        ("report", &method.report),
    ];
    for (label, checked) in points {
        if let Some(checked) = checked {
            names.write(checked, label, &mut text);
        }
    }
    names.write(&method.update, "theta", &mut text);
    text
}

/// The names that can be seen from outside.
pub(super) struct VisibleNames<'n> {
    pub parameters: &'n [&'n str],
    pub words: &'n [&'n [String]],
    pub states: &'n [&'n str],
}

impl VisibleNames<'_> {
    /// A program, its operations numbered in the order in which its results need them.
    pub fn write(&self, checked: &Checked, value: &str, text: &mut String) {
        let mut numbers = BTreeMap::new();
        // States by name, so that their order in the file says nothing.
        let mut outputs: Vec<(&str, Id)> = checked
            .outputs
            .iter()
            .map(|(target, id)| match target {
                OutputTarget::State(state) => (self.states[*state], *id),
                OutputTarget::Value => (value, *id),
            })
            .collect();
        outputs.sort_unstable();
        for (name, id) in outputs {
            self.operation(&checked.graph, id, &mut numbers, text);
            let _ = writeln!(text, "{name} = {}", numbers[&id]);
        }
    }

    /// Writes an operation behind those that it needs. Their depth is at most the number of operations of a formula.
    fn operation(&self, graph: &Graph, id: Id, numbers: &mut BTreeMap<Id, usize>, text: &mut String) {
        let mut waiting = vec![id];
        while let Some(&id) = waiting.last() {
            let missing: Vec<Id> =
                graph.node(id).operands().into_iter().filter(|of| !numbers.contains_key(of)).collect();
            if numbers.contains_key(&id) {
                waiting.pop();
            } else if missing.is_empty() {
                let number = numbers.len();
                let _ = writeln!(text, "{number} = {}", self.node(graph, id, numbers));
                numbers.insert(id, number);
                waiting.pop();
            } else {
                waiting.extend(missing.into_iter().rev());
            }
        }
    }

    fn node(&self, graph: &Graph, id: Id, numbers: &BTreeMap<Id, usize>) -> String {
        match graph.node(id) {
            Operation::Number(bits) => format!("{:?}", f64::from_bits(bits)),
            Operation::Parameter(parameter) => format!("parameter {}", self.parameters[parameter]),
            Operation::IsWord(parameter, word) => {
                format!("{} is {:?}", self.parameters[parameter], self.words[parameter][word])
            }
            Operation::Input(input) => input_name(input),
            Operation::State(state) => format!("state {}", self.states[state]),
            Operation::Unary(function, a) => format!("{} {}", unary_name(function), numbers[&a]),
            Operation::Binary(function, a, b) => format!("{} {} {}", binary_name(function), numbers[&a], numbers[&b]),
            // Also what spreads a smaller value over a larger shape.
            Operation::Where(c, a, b) => {
                format!("where {} {} {}, {}", numbers[&c], numbers[&a], numbers[&b], graph.shape(id))
            }
            Operation::Fold(fold, over, a) => format!("{} over {} {}", fold_name(fold), over_name(over), numbers[&a]),
            Operation::OverBlocks(fold, a) => format!("{} over blocks {}", fold_name(fold), numbers[&a]),
            Operation::Product(a, b) => format!("product {} {}", numbers[&a], numbers[&b]),
            Operation::Transpose(a) => format!("transpose {}", numbers[&a]),
            Operation::Eigenvectors(a, _) => format!("eigenvectors {}", numbers[&a]),
        }
    }
}

fn input_name(input: Input) -> String {
    if let Input::HasRole(role) = input {
        return format!("role is {}", BlockRole::ALL[role].name());
    }
    // Which blocks belong to the first and the last layer was counted otherwise in recurrent networks before.
    if matches!(input, Input::First | Input::Last) {
        return format!("{} of 2", if input == Input::First { "first_layer" } else { "last_layer" });
    }
    let known = GIVEN.iter().find(|given| given.input == input);
    known.map_or_else(String::new, |given| given.name.to_owned())
}

fn unary_name(function: Unary) -> &'static str {
    match function {
        Unary::Negative => "negative",
        Unary::Not => "not",
        function => OF_ONE.iter().find(|known| known.function == function).map_or("", |known| known.name),
    }
}

fn binary_name(function: Binary) -> &'static str {
    match function {
        Binary::Add => "add",
        Binary::Subtract => "subtract",
        Binary::Multiply => "multiply",
        Binary::Divide => "divide",
        Binary::Power => "power",
        Binary::Min => "min",
        Binary::Max => "max",
        Binary::Less => "less",
        Binary::LessOrEqual => "less or equal",
        Binary::Greater => "greater",
        Binary::GreaterOrEqual => "greater or equal",
        Binary::Equal => "equal",
        Binary::NotEqual => "not equal",
        Binary::And => "and",
        Binary::Or => "or",
    }
}

fn fold_name(fold: Fold) -> &'static str {
    match fold {
        Fold::Sum => "sum",
        Fold::SumOfSquares => "sum of squares",
        Fold::Max => "max",
        Fold::Min => "min",
    }
}

fn over_name(over: Over) -> &'static str {
    Over::WORDS.iter().find(|(_, known)| *known == over).map_or("", |(word, _)| word)
}
