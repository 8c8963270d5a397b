//! The course of a training, as its stopping rules see it.

/// The losses of a training so far.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// E_tr of each epoch from the first on.
    training: Vec<f64>,
    /// E_va at each evaluation, with its epoch, from 1 on.
    validation: Vec<(u64, f64)>,
    /// At the last evaluation, where the rule asks for it.
    largest_error: Option<f64>,
}

impl Course {
    /// Adds the training loss of the next epoch.
    pub fn add_training(&mut self, loss: f64) {
        self.training.push(loss);
    }

    /// Adds the validation loss after an epoch; the untrained state does not count.
    pub fn add_validation(&mut self, epoch: u64, loss: f64) {
        if epoch > 0 {
            self.validation.push((epoch, loss));
        }
    }

    /// Says how far the farthest output of the training part is from its target; `None` where it was not evaluated.
    pub fn set_largest_error(&mut self, error: Option<f64>) {
        self.largest_error = error;
    }

    /// The farthest output's distance from its target at the last evaluation.
    #[must_use]
    pub fn largest_error(&self) -> Option<f64> {
        self.largest_error
    }

    /// E_va(t), the loss of the last evaluation; `None` before the first.
    #[must_use]
    pub fn validation_loss(&self) -> Option<f64> {
        self.validation.last().map(|(_, loss)| *loss)
    }

    /// GL(t) = 100 · (E_va(t) / E_opt(t) − 1), in per cent; `None` before the first evaluation.
    #[must_use]
    pub fn generalization_loss(&self) -> Option<f64> {
        let last = self.validation_loss()?;
        let best = self.validation.iter().map(|(_, loss)| *loss).fold(f64::INFINITY, f64::min);
        Some(100.0 * (last / best - 1.0))
    }

    /// P_k(t) = 1000 · (Σ E_tr / (k · min E_tr) − 1) over the last k epochs, in per mille; `None` but at the end of a strip.
    #[must_use]
    pub fn progress(&self, strip: u64) -> Option<f64> {
        let length = usize::try_from(strip).ok().filter(|length| *length > 0)?;
        let start = self.training.len().checked_sub(length).filter(|_| self.training.len().is_multiple_of(length))?;
        let last = &self.training[start..];
        let least = last.iter().copied().fold(f64::INFINITY, f64::min);
        #[allow(clippy::cast_precision_loss)] // epochs
        Some(1000.0 * (last.iter().sum::<f64>() / (length as f64 * least) - 1.0))
    }

    /// E_va at the end of each strip, the last first; nothing but at the end of a strip.
    pub fn strips(&self, strip: u64) -> impl Iterator<Item = f64> + '_ {
        let at_end = self.validation.last().is_some_and(|(epoch, _)| epoch.is_multiple_of(strip));
        let ends = self.validation.iter().rev().filter(move |(epoch, _)| at_end && epoch.is_multiple_of(strip));
        ends.map(|(_, loss)| *loss)
    }
}
