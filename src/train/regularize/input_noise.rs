//! Noise on inputs (lecture L37): x ← x + ε, ε ~ N(0, s²), drawn per input, sample and step.
//!
//! - `regularize.input_noise` (s): standard deviation, 0 or greater, default 0 (none); in units of the scaled features
//!   where `data.standardize` is on.
//!
//! Shapes: ε is m × n, as the batch. There is no noise at test time. Bishop 1995, "Training with noise is equivalent to
//! Tikhonov regularization"; for a linear neuron with the loss ‖y − Xw‖² it equals, in expectation, the ridge penalty
//! λ‖w‖² with λ = m·s² (C14), and with the mean of ½(y − s)² of this suite, weight decay with λ = s². The libraries leave
//! it to the data's pipeline.

use crate::num::{Purpose, Real, Seed, Stream};

pub struct InputNoise {
    seed: Seed,
    deviation: f64,
}

impl InputNoise {
    pub fn new(deviation: f64, seed: Seed) -> Self {
        Self { seed, deviation }
    }

    /// Adds the noise of a step to a batch's inputs.
    pub fn add<R: Real>(&self, step: u64, inputs: &mut [R]) {
        if self.deviation > 0.0 {
            let mut stream = Stream::new(self.seed, Purpose::InputNoise, step);
            inputs.iter_mut().for_each(|x| *x += R::from_f64(self.deviation * stream.normal()));
        }
    }
}
