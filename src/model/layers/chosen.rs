//! A kind of layer in the registry, and a layer of one.

use super::assembly::{AskedWeights, Assembly};
use super::error::LayerError;
use super::kind::{FLAGS, FROZEN, Takes};
use crate::activation::Activation;
use crate::model::Module;
use crate::registry::{Chosen, Entry, Registered};

/// A kind of layer in the registry. In a spec its name is a key, whose value is the parameter of the same name:
/// `{ dense = 32, bias = false }`.
pub struct LayerEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// What a layer of it takes besides its parameters.
    pub takes: Takes,
    /// What puts a layer of it behind those that are there.
    pub build: &'static Assembles,
}

/// What puts a layer behind those that are there.
pub type Assembles = dyn Fn(&ChosenLayer, &mut Assembly<'_>) -> Result<(), LayerError> + Send + Sync;

impl LayerEntry {
    /// All keys that a layer of this kind can have.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static str> {
        self.entry.parameters.iter().map(|parameter| parameter.name).chain(self.takes.keys()).collect()
    }
}

impl Registered for LayerEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// A layer of a list, with a value for each of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenLayer {
    /// The kind, with a value for each of its parameters.
    pub kind: Chosen<LayerEntry>,
    /// The activation behind it, of a kind that takes one.
    pub activation: Option<Activation>,
    /// Layers of one name share their weights.
    pub name: Option<String>,
    /// The layers within, of a kind that takes some.
    pub within: Vec<ChosenLayer>,
    /// What the layer itself says, without those within.
    pub words: String,
}

impl ChosenLayer {
    /// A parameter that is a whole number.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.kind.choice.count(name)
    }

    /// A parameter that is a number.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.kind.choice.number(name)
    }

    /// A parameter that is a word.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.kind.choice.text(name)
    }

    /// A parameter that is `true` or `false`.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == FLAGS[0]
    }

    /// The number of a set of weights: new ones, or those that another layer of this layer's name has. A kind with the parameter
    /// `frozen` has them frozen by it.
    ///
    /// # Errors
    /// Where a layer of this name has weights of another shape.
    pub fn weights(&self, assembly: &mut Assembly<'_>, asked: &AskedWeights) -> Result<usize, LayerError> {
        let weights = assembly.weights(self.name.as_deref(), asked)?;
        if self.kind.choice.parameters.contains_key(FROZEN) && self.flag(FROZEN) {
            assembly.builder.freeze(weights);
        }
        Ok(weights)
    }

    /// The layers within as one module, which is not yet part of the network; the shape becomes that of what comes out of them.
    pub(super) fn module_within(&self, assembly: &mut Assembly<'_>) -> Result<Module, LayerError> {
        assembly.within(|assembly| put_all(&self.within, assembly))
    }

    /// Puts the layer behind those that are there.
    fn put(&self, assembly: &mut Assembly<'_>) -> Result<(), LayerError> {
        assembly.row(&self.words, self.kind.name(), |assembly| (self.kind.entry.build)(self, assembly))
    }
}

/// Puts layers behind those that are there, each at its number.
pub(super) fn put_all(layers: &[ChosenLayer], assembly: &mut Assembly<'_>) -> Result<(), LayerError> {
    layers.iter().enumerate().try_for_each(|(number, layer)| assembly.at(number, |assembly| layer.put(assembly)))
}
