//! A checked formula at given parameters: what no longer changes is computed once, and choices by a word are made.

use super::check::{Checked, OutputTarget};
use super::graph::{Graph, Id, Operation};
use super::mistake::FormulaError;
use super::parameters::Declared;
use super::scalar::{binary, truth, unary};
use super::shape::ValueShape;
use crate::registry::Choice;
use crate::value::Value;

/// The value of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterSetting {
    Number(f64),
    /// The number of a word among the parameter's.
    Word(usize),
}

/// A choice's values for declared parameters.
///
/// # Errors
/// Where one is missing or is none of the words.
pub fn settings(parameters: &[Declared], choice: &Choice) -> Result<Vec<ParameterSetting>, FormulaError> {
    let missing = |name: &str| FormulaError::NoParameter { method: choice.kind.clone(), parameter: name.to_owned() };
    let setting = |declared: &Declared| {
        let value = choice.parameters.get(&declared.name).ok_or_else(|| missing(&declared.name))?;
        match value {
            Value::Text(word) => {
                let position = declared.words().iter().position(|known| known == word);
                position.map(ParameterSetting::Word).ok_or_else(|| missing(&declared.name))
            }
            Value::Flag(_) | Value::List(_) | Value::Table(_) => Err(missing(&declared.name)),
            Value::Number(_) | Value::Integer(_) => Ok(ParameterSetting::Number(choice.number(&declared.name))),
        }
    };
    parameters.iter().map(setting).collect()
}

/// The formula at these parameters; `rounded` brings a number to the run's precision. The numbers that it computes are the
/// same: what is computed here is computed as at each step.
pub fn specialize(checked: &Checked, settings: &[ParameterSetting], rounded: impl Fn(f64) -> f64 + Copy) -> Checked {
    let outputs = checked.outputs.iter().map(|(_, id)| *id);
    let needed = checked.graph.needed(outputs);
    let mut graph = Graph::default();
    let mut renamed: Vec<Id> = vec![0; checked.graph.count()];
    for id in (0..checked.graph.count()).filter(|id| needed[*id]) {
        let shape = checked.graph.shape(id);
        let node = checked.graph.node(id).with(|operand| renamed[operand]);
        renamed[id] = simplified(&mut graph, node, shape, settings, rounded);
    }
    let mut outputs: Vec<(OutputTarget, Id)> = Vec::new();
    for (target, id) in &checked.outputs {
        outputs.push((*target, copied(&mut graph, renamed[*id])));
    }
    only_where_read(Checked { graph, outputs })
}

/// Eigenvectors that are only read where a condition of the network holds are only computed there: as in every tenth step.
fn only_where_read(checked: Checked) -> Checked {
    let old = &checked.graph;
    let has_some = (0..old.count()).any(|id| matches!(old.node(id), Operation::Eigenvectors(..)));
    if !has_some {
        return checked;
    }
    let needed = old.needed(checked.outputs.iter().map(|(_, id)| *id));
    let (mut graph, mut renamed): (Graph, Vec<Id>) = (Graph::default(), Vec::new());
    for id in 0..old.count() {
        let node = match old.node(id) {
            Operation::Eigenvectors(of, always) => {
                let is_output = checked.outputs.iter().any(|(_, output)| *output == id);
                let when = condition_of(old, id, &needed).filter(|when| !is_output && *when < id);
                Operation::Eigenvectors(of, when.unwrap_or(always))
            }
            node => node,
        };
        renamed.push(graph.add(node.with(|operand| renamed[operand]), old.shape(id)));
    }
    let outputs = checked.outputs.iter().map(|(target, id)| (*target, renamed[*id])).collect();
    Checked { graph, outputs }
}

/// The condition of the network under which alone an operation is read.
fn condition_of(graph: &Graph, id: Id, needed: &[bool]) -> Option<Id> {
    let mut conditions = (0..graph.count()).filter(|reader| needed[*reader]).filter_map(|reader| {
        let node = graph.node(reader);
        node.operands().contains(&id).then(|| match node {
            Operation::Where(when, yes, no) if yes == id && no != id && graph.shape(when) == ValueShape::Network => {
                Some(when)
            }
            _ => None,
        })
    });
    let first = conditions.next()??;
    conditions.all(|other| other == Some(first)).then_some(first)
}

fn simplified(
    graph: &mut Graph,
    node: Operation,
    shape: ValueShape,
    settings: &[ParameterSetting],
    rounded: impl Fn(f64) -> f64 + Copy,
) -> Id {
    let number = |graph: &Graph, id: Id| match graph.node(id) {
        Operation::Number(bits) => Some(f64::from_bits(bits)),
        _ => None,
    };
    let value = match node {
        Operation::Parameter(parameter) => match settings[parameter] {
            ParameterSetting::Number(number) => Some(number),
            ParameterSetting::Word(_) => None,
        },
        Operation::IsWord(parameter, word) => Some(truth(settings[parameter] == ParameterSetting::Word(word))),
        Operation::Unary(function, of) if shape == ValueShape::Network => {
            number(graph, of).map(|x| unary(function, x, rounded))
        }
        Operation::Binary(function, a, b) if shape == ValueShape::Network => {
            number(graph, a).zip(number(graph, b)).map(|(x, y)| binary(function, x, y))
        }
        Operation::Where(condition, yes, no) => match number(graph, condition) {
            Some(holds) => {
                let chosen = if holds == 0.0 { no } else { yes };
                if graph.shape(chosen) == shape {
                    return chosen;
                }
                return graph.add(Operation::Where(condition, chosen, chosen), shape);
            }
            None => None,
        },
        _ => None,
    };
    match value {
        Some(value) => graph.add(Operation::number(value), ValueShape::Network),
        None => graph.add(node, shape),
    }
}

/// A result that is what another target was before the step is copied first: that target may be written before it is read.
fn copied(graph: &mut Graph, id: Id) -> Id {
    if !matches!(graph.node(id), Operation::State(_) | Operation::Input(_)) {
        return id;
    }
    let yes = graph.add(Operation::number(1.0), ValueShape::Network);
    graph.add(Operation::Where(yes, id, id), graph.shape(id))
}
