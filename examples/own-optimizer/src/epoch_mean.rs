//! Average: θ̄ = the mean of the parameters after each step of the current epoch.

use burnmark::average::{Average, AverageEntry};
use burnmark::num::{ByPrecision, Real};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: AverageEntry = AverageEntry {
    entry: Entry {
        name: "epoch-mean",
        description: "the mean of the parameters after each step of the epoch",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[],
    },
    begins: None,
    build: ByPrecision { f32: &build, f64: &build },
};

struct EpochMean<R> {
    epoch: u64,
    steps: u32,
    mean: Vec<R>,
}

#[allow(clippy::unnecessary_wraps)] // the form that all averages have
fn build<R: Real>(_choice: &Choice, parameters: usize) -> Option<Box<dyn Average<R>>> {
    Some(Box::new(EpochMean { epoch: 0, steps: 0, mean: vec![R::ZERO; parameters] }))
}

impl<R: Real> Average<R> for EpochMean<R> {
    fn update(&mut self, epoch: u64, theta: &[R]) {
        if epoch != self.epoch {
            (self.epoch, self.steps) = (epoch, 0);
        }
        self.steps += 1;
        let share = R::ONE / R::from_f64(f64::from(self.steps));
        self.mean.iter_mut().zip(theta).for_each(|(mean, theta)| *mean += share * (*theta - *mean));
    }

    fn mean(&self) -> Option<&[R]> {
        (self.steps > 0).then_some(self.mean.as_slice())
    }
}
