//! What a kind of layer says of itself.

use crate::registry::{Entry, Parameter, ParameterKind, Registered};
use crate::value::Value;

/// The key of a layer's activation.
pub const ACTIVATION: &str = "activation";

/// The key of a layer that training leaves as it is.
pub(super) const FROZEN: &str = "frozen";

/// The words of a parameter that a spec writes as `true` or `false`.
pub const FLAGS: &[&str] = &["true", "false"];

/// A kind of layer in the registry. In a spec its name is a key, whose value is the parameter of the same name:
/// `{ dense = 32, bias = false }`.
pub struct LayerKind {
    pub entry: Entry,
    pub takes: Takes,
}

/// What a layer takes besides its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// An activation, the key `activation`.
    pub activation: bool,
    /// A name, by which layers share their weights.
    pub name: bool,
    /// Layers within, under this key.
    pub layers: Option<&'static str>,
}

impl Takes {
    /// Nothing.
    pub const NOTHING: Self = Self { activation: false, name: false, layers: None };
    /// A name.
    pub const NAME: Self = Self { name: true, ..Self::NOTHING };
}

impl LayerKind {
    /// All keys that a layer of this kind can have.
    #[must_use]
    pub fn keys(&self) -> Vec<&'static str> {
        let parameters = self.entry.parameters.iter().map(|parameter| parameter.name);
        let Takes { activation, name, layers } = self.takes;
        let others = [activation.then_some(ACTIVATION), name.then_some("name"), layers];
        parameters.chain(others.into_iter().flatten()).collect()
    }
}

impl Registered for LayerKind {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// A parameter that is a whole number from 1 on and has to be given.
pub(super) const fn count(name: &'static str, description: &'static str, most: u64) -> Parameter {
    Parameter::new(name, description, ParameterKind::Integer { least: 1, most })
}

/// A parameter that is a whole number, with a default.
pub(super) const fn usual_count(
    name: &'static str,
    description: &'static str,
    (least, most): (u64, u64),
    default: u64,
) -> Parameter {
    Parameter::with_default(name, description, ParameterKind::Integer { least, most }, Value::Integer(default))
}

/// A parameter that is `true` or `false`.
pub(super) const fn flag(name: &'static str, description: &'static str, default: &'static str) -> Parameter {
    Parameter::with_default(name, description, ParameterKind::OneOf(FLAGS), Value::word(default))
}

/// Whether training leaves a layer as it is.
pub(super) const fn frozen() -> Parameter {
    flag(FROZEN, "whether training leaves it as it is", FLAGS[1])
}
