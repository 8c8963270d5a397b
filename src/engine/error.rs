//! Why an engine fails.

use std::error::Error;

/// Why an engine cannot compute.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// What Burn says, which does not compute something or gives numbers of another type.
    #[error("burn: {0}")]
    Burn(Box<dyn Error + Send + Sync>),
}

impl EngineError {
    /// What Burn says.
    pub(super) fn burn(why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Burn(why.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each step of a training hands a result of an engine on.
    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Result<f64, EngineError>>() <= 2 * size_of::<usize>());
        assert_eq!(EngineError::burn("no memory").to_string(), "burn: no memory");
    }
}
