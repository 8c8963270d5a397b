//! A layer as a spec writes it: plain data, which says all that tables, plots and identities need without its registry.

use super::kind::{ACTIVATION, FLAGS};
use crate::registry::{Choice, Entry};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One layer of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenLayer {
    /// The name of its kind.
    pub layer: String,
    /// The parameters that do not have their default: the one with the kind's name first, then in the kind's order.
    pub said: Vec<(String, Value)>,
    /// The activation behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Choice>,
    /// Layers of one name share their weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of a kind that takes layers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<WrittenWithin>,
}

/// The layers within another one, and the key that has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WrittenWithin {
    /// The key, such as `residual`.
    pub key: String,
    /// The layers.
    pub layers: Vec<WrittenLayer>,
}

impl WrittenLayer {
    /// A layer with values for its kind's parameters, and nothing else.
    #[must_use]
    pub fn of(kind: &Entry, choice: &Choice) -> Self {
        let said = kind.parameters.iter().filter_map(|parameter| {
            let value = choice.parameters.get(parameter.name)?;
            (parameter.default() != Some(value)).then(|| (parameter.name.to_owned(), value.clone()))
        });
        let (main, others): (Vec<_>, Vec<_>) = said.partition(|(name, _)| name == kind.name);
        let said = [main, others].concat();
        Self { layer: kind.name.to_owned(), said, activation: None, name: None, within: None }
    }

    /// This layer and all within, from the outside.
    pub fn each<'l>(&'l self, take: &mut impl FnMut(&'l Self)) {
        take(self);
        self.layers_within().iter().for_each(|layer| layer.each(take));
    }

    /// The layers within it.
    #[must_use]
    pub fn layers_within(&self) -> &[Self] {
        self.within.as_ref().map_or(&[], |within| &within.layers)
    }

    /// As a spec writes it, in JSON.
    #[must_use]
    pub fn as_in_spec(&self) -> serde_json::Value {
        let json = |value: &Value| match value {
            Value::Text(text) if FLAGS.contains(&text.as_ref()) => (text == FLAGS[0]).into(),
            value => serde_json::json!(value),
        };
        let of_layers = |within: &WrittenWithin| within.layers.iter().map(Self::as_in_spec).collect();
        let (main, others): (Vec<_>, Vec<_>) = self.said.iter().partition(|(name, _)| *name == self.layer);
        let mut fields = serde_json::Map::new();
        fields.extend(main.iter().map(|(name, value)| (name.clone(), json(value))));
        fields.extend(self.activation.iter().map(|of| (ACTIVATION.to_owned(), serde_json::json!(of))));
        fields.extend(others.iter().map(|(name, value)| (name.clone(), json(value))));
        fields.extend(self.name.iter().map(|name| ("name".to_owned(), name.as_str().into())));
        fields.extend(self.within.iter().map(|within| (within.key.clone(), of_layers(within))));
        fields.into()
    }

    /// `dense 32 gelu`, `norm layer`: what the layer itself says, without those within. No two different layers read the same.
    #[must_use]
    pub fn alone_in_words(&self) -> String {
        let mut words = if self.layer == ACTIVATION { Vec::new() } else { vec![self.layer.clone()] };
        let (main, others): (Vec<_>, Vec<_>) = self.said.iter().partition(|(name, _)| *name == self.layer);
        words.extend(main.iter().map(|(_, value)| value.to_string()).filter(|value| value != FLAGS[0]));
        words.extend(self.activation.as_ref().map(ToString::to_string));
        for (name, value) in others {
            // `frozen`, not `frozen true`.
            let is_true = value.as_text() == Some(FLAGS[0]);
            words.push(if is_true { name.clone() } else { format!("{name} {value}") });
        }
        words.extend(self.name.as_ref().map(|name| format!("name {name}")));
        words.join(" ")
    }
}

impl fmt::Display for WrittenLayer {
    /// With those within: `residual (norm layer · dense 32 gelu)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.alone_in_words())?;
        self.within.as_ref().map_or(Ok(()), |within| write!(f, " ({})", in_words(&within.layers)))
    }
}

/// A list of layers on one line: how tables and plots show it, and what counts for a run's identity.
#[must_use]
pub fn in_words(layers: &[WrittenLayer]) -> String {
    layers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" · ")
}

/// Layers as one value.
///
/// # Panics
/// Never: layers are plain data.
#[must_use]
pub fn to_value(layers: &[WrittenLayer]) -> Value {
    Value::of_json(serde_json::json!(layers)).expect("a list")
}

/// The layers that [`to_value`] made a value of; `None` for any other value.
#[must_use]
pub fn of_value(value: &Value) -> Option<Vec<WrittenLayer>> {
    let Value::List(items) = value else { return None };
    let are_layers = !items.is_empty() && items.iter().all(|item| item.part("layer").is_some());
    are_layers.then(|| serde_json::from_value(serde_json::json!(value)).ok()).flatten()
}
