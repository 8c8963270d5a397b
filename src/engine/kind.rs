//! Which engines there are.

use super::Driver;
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
    /// Burn on a GPU.
    BurnGpu(Driver),
}

impl EngineKind {
    /// Those that compute on a processor, which every program has.
    pub const ON_CPU: [Self; 3] = [Self::Burn, Self::BurnNdarray, Self::Reference];

    /// All of them, also those that this program was not built with.
    pub const ALL: [Self; 6] = [
        Self::Burn,
        Self::BurnNdarray,
        Self::Reference,
        Self::BurnGpu(Driver::Cuda),
        Self::BurnGpu(Driver::Rocm),
        Self::BurnGpu(Driver::Wgpu),
    ];

    /// The name in spec files and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Burn => "burn",
            Self::BurnNdarray => "burn-ndarray",
            Self::Reference => "reference",
            Self::BurnGpu(driver) => driver.engine(),
        }
    }

    /// From 1. A change that alters a bit of what the engine computes raises it, as that of a registry's entry.
    #[must_use]
    pub const fn revision(self) -> u32 {
        match self {
            Self::Burn | Self::BurnNdarray | Self::Reference | Self::BurnGpu(_) => 1,
        }
    }

    /// One line for `burnmark list`.
    #[must_use]
    pub fn description(self) -> String {
        match self {
            Self::Burn => "Burn 0.22's automatic differentiation on burn-flex, its recommended CPU backend".to_owned(),
            Self::BurnNdarray => "the same on burn-ndarray, deprecated upstream".to_owned(),
            Self::Reference => "the lecture's modules, derived by hand; the same bits on every CPU".to_owned(),
            Self::BurnGpu(driver) => {
                let needs = || format!("not built in, which takes `--features {}`", driver.feature());
                let built = if driver.is_built_in() { "built in".to_owned() } else { needs() };
                format!("Burn on {}; {built}", driver.gpus())
            }
        }
    }

    /// The engine that checks this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Reference => Self::Burn,
            Self::Burn | Self::BurnNdarray | Self::BurnGpu(_) => Self::Reference,
        }
    }
}

impl fmt::Display for EngineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
