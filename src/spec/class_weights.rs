//! Reading weights of classes: a word, a list in the order of the classes, or a table by label.

use super::reader::{Node, ValueReader, in_order};
use crate::data::{BALANCED, ClassWeights, EVEN};
use crate::registry::Range;
use crate::value::Value;

/// The value of a key of such weights.
pub fn class_weights(reader: &mut ValueReader<'_>, path: &str, node: &Node<'_>) -> Option<Value> {
    let number = |reader: &mut ValueReader<'_>, node: &Node<'_>| reader.number(path, Range::POSITIVE, node);
    let weights = if let Some(list) = node.get_ref().as_array() {
        // Every weight is read, so that each mistake is reported.
        let all: Vec<Option<f64>> = list.iter().map(|item| number(reader, item)).collect();
        ClassWeights::InOrder(all.into_iter().collect::<Option<_>>()?)
    } else if let Some(table) = node.get_ref().as_table() {
        let of = |(label, item): (&toml::Spanned<std::borrow::Cow<'_, str>>, &Node<'_>)| {
            (label.get_ref().to_string(), number(reader, item))
        };
        let all: Vec<(String, Option<f64>)> = in_order(table).into_iter().map(of).collect();
        ClassWeights::ByLabel(all.into_iter().map(|(label, weight)| Some((label, weight?))).collect::<Option<_>>()?)
    } else {
        // As `burnmark show` writes the settings of a run.
        let written = node.get_ref().as_str().map(|text| ClassWeights::try_from(Value::text(text)));
        match written {
            Some(Ok(weights)) => weights,
            _ => {
                return reader
                    .mismatch(node, &format!("`{EVEN}`, `{BALANCED}`, a list of numbers or a table of them by label"));
            }
        }
    };
    Some(weights.into())
}
