//! What a layer of a kind takes, and parameters as kinds of layers have them.

use crate::registry::{Parameter, ParameterKind};
use crate::value::Value;

/// The key of a layer's activation.
pub const ACTIVATION: &str = "activation";

/// The key of a layer that training leaves as it is.
pub(super) const FROZEN: &str = "frozen";

/// The words of a parameter that a spec writes as `true` or `false`.
pub const FLAGS: &[&str] = &["true", "false"];

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

    /// The keys of all that it takes.
    pub(super) fn keys(self) -> impl Iterator<Item = &'static str> {
        let Self { activation, name, layers } = self;
        [activation.then_some(ACTIVATION), name.then_some("name"), layers].into_iter().flatten()
    }
}

/// A parameter that is a whole number from 1 to `most` and has to be given.
#[must_use]
pub const fn count(name: &'static str, description: &'static str, most: u64) -> Parameter {
    Parameter::new(name, description, ParameterKind::Integer { least: 1, most })
}

/// A parameter that is a whole number, with a default.
#[must_use]
pub const fn usual_count(
    name: &'static str,
    description: &'static str,
    (least, most): (u64, u64),
    default: u64,
) -> Parameter {
    Parameter::with_default(name, description, ParameterKind::Integer { least, most }, Value::Integer(default))
}

/// A parameter that is `true` or `false`.
#[must_use]
pub const fn flag(name: &'static str, description: &'static str, default: &'static str) -> Parameter {
    Parameter::with_default(name, description, ParameterKind::OneOf(FLAGS), Value::word(default))
}

/// The parameter of a kind that has no other: `{ flatten = true }`.
#[must_use]
pub const fn always(name: &'static str) -> Parameter {
    Parameter::new(name, "`true`", ParameterKind::OneOf(&["true"]))
}

/// The parameter `frozen`: whether training leaves a layer as it is.
#[must_use]
pub const fn frozen() -> Parameter {
    flag(FROZEN, "whether training leaves it as it is", FLAGS[1])
}
