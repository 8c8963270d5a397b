//! The entries that a run's settings name.

use super::error::HarnessError;
use crate::registry::{Choice, Chosen, Registered, Registry};

/// The entry of a choice.
pub(super) fn chosen<E: Registered>(registry: &Registry<E>, choice: &Choice) -> Result<Chosen<E>, HarnessError> {
    registry.chosen(choice).ok_or_else(|| HarnessError::NoEntry(choice.kind.clone()))
}
