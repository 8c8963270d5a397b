//! Layers as plain values: as a spec's draft holds them, and as another process of this program wrote them.

use super::kind::ACTIVATION;
use super::kinds::kinds;
use super::written::WrittenLayer;
use crate::registry::{Choice, ParameterKind};
use crate::value::Value;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Map;

/// Layers as one value: a list of tables, which hold what is not at its default.
///
/// # Panics
/// Never: layers are plain data.
#[must_use]
pub fn to_value(layers: &[WrittenLayer<Choice>]) -> Value {
    Value::of_json(serde_json::json!(layers)).expect("a list")
}

/// The layers that a value holds; `None` if it is no list of tables of known kinds.
#[must_use]
pub fn of_value(value: &Value) -> Option<Vec<WrittenLayer<Choice>>> {
    let Value::List(items) = value else { return None };
    let is_table = |item: &Value| matches!(item, Value::Table(_));
    let are_tables = !items.is_empty() && items.iter().all(is_table);
    are_tables.then(|| serde_json::from_value(serde_json::json!(value)).ok()).flatten()
}

impl<'de> Deserialize<'de> for WrittenLayer<Choice> {
    /// What `Serialize` writes: another process of this program made it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut fields: Map<String, serde_json::Value> = Map::deserialize(deserializer)?;
        let kind = kinds().find(|kind| fields.contains_key(kind.entry.name));
        let mut layer = Self::of(kind.ok_or_else(|| D::Error::custom("a layer of no known kind"))?);
        let take = |fields: &mut Map<_, _>, key: &str| fields.remove(key);
        let (key, read) = (layer.kind.takes.layers, D::Error::custom::<serde_json::Error>);
        if let Some(within) = key.and_then(|key| take(&mut fields, key)) {
            layer.within = serde_json::from_value(within).map_err(read)?;
        }
        if layer.kind.takes.activation {
            layer.activation = take(&mut fields, ACTIVATION).map(serde_json::from_value).transpose().map_err(read)?;
        }
        layer.name = take(&mut fields, "name").map(serde_json::from_value).transpose().map_err(read)?;
        for (name, value) in fields {
            let parameter = layer.kind.entry.parameter(&name);
            let unknown = || D::Error::custom(format!("`{}` has no `{name}`", layer.choice.kind));
            let value = match (parameter.ok_or_else(unknown)?.kind, value) {
                (ParameterKind::OneOf(_), serde_json::Value::Bool(flag)) => Value::text(flag.to_string()),
                (_, value) => serde_json::from_value(value).map_err(read)?,
            };
            layer.choice.parameters.insert(name, value);
        }
        Ok(layer)
    }
}
