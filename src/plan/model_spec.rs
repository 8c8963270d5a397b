//! A run's model: what the spec says of it.

use crate::activation::{Activation, IDENTITY};
use crate::catalogue::{Catalogue, UnknownEntry};
use crate::model::layers::WrittenLayer;
use crate::model::{Architecture, Pooling};
use crate::registry::Choice;
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What of a model's keys applies to its kind; the others are absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// The name of a model's entry.
    pub kind: String,
    /// Units of each hidden layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<usize>,
    /// Of a model from parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<WrittenLayer>,
    /// The layers of the further networks of an ensemble.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Vec<WrittenLayer>>,
    /// Of the hidden units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tied: Option<bool>,
    /// Output channels of each convolution.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooling: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<usize>,
    pub initial: Choice,
    /// Absent: the model's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<Choice>,
    /// Values for the parameters that the model's entry has of its own.
    #[serde(flatten)]
    pub own: BTreeMap<String, Value>,
}

impl ModelSpec {
    /// The activations of all its units, in their order.
    #[must_use]
    pub fn activations(&self) -> Vec<&Choice> {
        let mut all: Vec<&Choice> = self.activation.iter().collect();
        for layer in self.layers.iter().chain(self.others.iter().flatten()) {
            layer.each(&mut |layer| all.extend(&layer.activation));
        }
        all
    }

    /// The model's own architecture, and those of the further networks of an ensemble.
    pub(super) fn architectures(&self, catalogue: &Catalogue) -> Result<Vec<Architecture>, UnknownEntry> {
        let further =
            |layers: &Vec<WrittenLayer>| Self { layers: layers.clone(), ..self.clone() }.architecture(catalogue);
        std::iter::once(self.architecture(catalogue)).chain(self.others.iter().map(further)).collect()
    }

    fn architecture(&self, catalogue: &Catalogue) -> Result<Architecture, UnknownEntry> {
        let pooling = match self.pooling.as_deref() {
            Some("average") => Pooling::Average,
            _ => Pooling::Max,
        };
        Ok(Architecture {
            hidden: self.hidden.clone(),
            activation: match &self.activation {
                Some(choice) => catalogue.chosen_activation(choice)?,
                None => Activation::of(&IDENTITY),
            },
            bias: self.bias.unwrap_or(true),
            tied: self.tied.unwrap_or(false),
            channels: self.channels.clone(),
            kernel: self.kernel.unwrap_or(1),
            pooling,
            pool: self.pool.unwrap_or(1),
            loss: self.loss.as_ref().map(|choice| catalogue.chosen_loss(choice)).transpose()?,
            layers: self.layers.iter().map(|layer| catalogue.chosen_layer(layer)).collect::<Result<_, _>>()?,
            own: Choice { kind: self.kind.clone(), parameters: self.own.clone() },
        })
    }
}
