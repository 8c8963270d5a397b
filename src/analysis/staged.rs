//! What a setting is to a protocol.

use crate::record::Stage;

/// What may be missing under a protocol and yet allow a verdict; nothing, unless somebody says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Compared values that were tuned over different numbers of trials.
    pub unequal_budgets: bool,
    /// Seeds that only some of the compared values have.
    pub unpaired_seeds: bool,
}

/// What a setting is to a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staged {
    pub stage: Stage,
    /// Of its compared value on its data set.
    pub trials: usize,
    pub allowed: Allowed,
}
