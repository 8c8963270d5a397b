//! The place of an engine that cannot compute here.

use super::{Batch, Engine, EngineError, EngineReal, NoGpu};
use crate::num::{MatMut, MatRef};

/// Answers every question by saying why there is no answer.
pub struct Absent(pub NoGpu);

impl<R: EngineReal> Engine<R> for Absent {
    fn loss_and_gradient(&mut self, _: &[R], _: &Batch<'_, R>, _: &mut [R]) -> Result<R, EngineError> {
        Err(EngineError::burn(self.0.clone()))
    }

    fn outputs(&mut self, _: &[R], _: MatRef<'_, R>, _: MatMut<'_, R>) -> Result<(), EngineError> {
        Err(EngineError::burn(self.0.clone()))
    }
}
