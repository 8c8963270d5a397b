//! Which engines there are.

use std::fmt;

/// Which engine computes gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EngineKind {
    /// Burn on its backend `flex`.
    Burn,
    /// Burn on its backend `ndarray`.
    BurnNdarray,
    /// The modules by hand.
    Reference,
}

impl EngineKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Burn, Self::BurnNdarray, Self::Reference];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burn => "burn",
            Self::BurnNdarray => "burn-ndarray",
            Self::Reference => "reference",
        }
    }

    /// From 1. A change that alters a bit of what the engine computes raises it, as that of a registry's entry.
    #[must_use]
    pub const fn revision(self) -> u32 {
        match self {
            Self::Burn | Self::BurnNdarray | Self::Reference => 1,
        }
    }

    /// One line for `burnmark list`.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Burn => "Burn 0.22's automatic differentiation on burn-flex, its recommended CPU backend",
            Self::BurnNdarray => "the same on burn-ndarray, deprecated upstream",
            Self::Reference => "the lecture's modules, derived by hand; the same bits on every CPU",
        }
    }

    /// The engine that checks this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Reference => Self::Burn,
            Self::Burn | Self::BurnNdarray => Self::Reference,
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
