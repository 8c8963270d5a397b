//! Activations of hidden units (lecture L3).
//!
//! **Conventions** where a derivative has a jump: ReLU'(0) = 0 and leaky ReLU'(0) = slope, the left-hand derivatives, as
//! in PyTorch; Burn's own `leaky_relu` takes 1 there, so its engine spells the function out.

use crate::registry::{Choice, Default, Entry, Parameter, ParameterKind, Range};

/// f(s) of every hidden unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// f(s) = s
    Identity,
    /// f(s) = σ(s)
    Sigmoid,
    /// f(s) = tanh(s) = 2σ(2s) − 1 (**Erratum**: the slide has 2σ(s) − 1)
    Tanh,
    /// f(s) = max(0, s)
    Relu,
    /// f(s) = s where s > 0, slope · s elsewhere
    LeakyRelu { slope: f64 },
}

const IDENTITY: Entry = Entry {
    name: "identity",
    description: "f(s) = s, a linear unit",
    revision: 1,
    source: "lecture L3",
    parameters: &[],
};
const SIGMOID: Entry =
    Entry { name: "sigmoid", description: "f(s) = 1 / (1 + e^-s)", revision: 1, source: "lecture L3", parameters: &[] };
const TANH: Entry =
    Entry { name: "tanh", description: "f(s) = tanh(s)", revision: 1, source: "lecture L3", parameters: &[] };
const RELU: Entry = Entry {
    name: "relu",
    description: "f(s) = max(0, s)",
    revision: 1,
    source: "Nair & Hinton 2010; lecture L3",
    parameters: &[],
};
const LEAKY_RELU: Entry = Entry {
    name: "leaky-relu",
    description: "f(s) = s where s > 0, slope · s elsewhere",
    revision: 1,
    source: "Maas et al. 2013; lecture L3",
    parameters: &[Parameter {
        name: "slope",
        description: "derivative left of 0",
        kind: ParameterKind::Number(Range::BELOW_ONE),
        default: Some(Default::Number(0.01)), // Maas et al. 2013, section 2
    }],
};

/// Every activation.
pub const ENTRIES: &[&Entry] = &[&IDENTITY, &SIGMOID, &TANH, &RELU, &LEAKY_RELU];

impl Activation {
    /// # Errors
    /// Where no activation has the choice's name.
    pub fn new(choice: &Choice) -> Result<Self, String> {
        Ok(match choice.kind.as_str() {
            "identity" => Self::Identity,
            "sigmoid" => Self::Sigmoid,
            "tanh" => Self::Tanh,
            "relu" => Self::Relu,
            "leaky-relu" => Self::LeakyRelu { slope: choice.number("slope") },
            unknown => return Err(format!("unknown activation `{unknown}`")),
        })
    }
}
