//! An optimizer for each run of blocks that share a learning rate.

use super::{Build, Now, Optimizer, OptimizerEntry};
use crate::num::{Block, Layout, Real};
use crate::registry::Chosen;
use std::ops::Range;

/// A fresh optimizer for parameters with this layout. Where its blocks have rates of their own, neighbours with one rate have an
/// optimizer for themselves, unless the method knows of such rates.
#[must_use]
pub fn build<R: Build>(optimizer: &Chosen<OptimizerEntry>, layout: &Layout) -> Box<dyn Optimizer<R>> {
    let whole = R::build(optimizer.entry, &optimizer.choice, layout);
    if layout.has_one_rate() || whole.knows_rates() {
        return whole;
    }
    Box::new(ByRate::new(layout, |part| R::build(optimizer.entry, &optimizer.choice, part)))
}

/// Optimizers side by side, each with its part of θ and the factor of its rate.
struct ByRate<R> {
    parts: Vec<RatePart<R>>,
}

struct RatePart<R> {
    place: Range<usize>,
    rate: R,
    optimizer: Box<dyn Optimizer<R>>,
}

impl<R: Real> ByRate<R> {
    /// `build` makes the optimizer of a part from the part's layout.
    #[allow(clippy::float_cmp)] // the same factor
    fn new(layout: &Layout, build: impl Fn(&Layout) -> Box<dyn Optimizer<R>>) -> Self {
        let neighbours = layout.blocks().chunk_by(|a, b| a.rate == b.rate);
        let part = |blocks: &[Block]| {
            let mut part = Layout::default().with_seed(layout.seed());
            blocks.iter().for_each(|block| part.push(&block.name, block.role, block.rows, block.cols));
            let start = blocks[0].offset;
            let (place, rate) = (start..start + part.count(), R::from_f64(blocks[0].rate));
            RatePart { place, rate, optimizer: build(&part) }
        };
        Self { parts: neighbours.map(part).collect() }
    }
}

impl<R: Real> Optimizer<R> for ByRate<R> {
    fn look_ahead(&self, parameters: &[R], point: &mut [R]) -> bool {
        let ahead = |RatePart { place, optimizer, .. }: &RatePart<R>| {
            optimizer.look_ahead(&parameters[place.clone()], &mut point[place.clone()])
        };
        self.parts.iter().map(ahead).fold(false, |any, ahead| any | ahead)
    }

    fn look_again(&self, parameters: &[R], gradient: &[R], point: &mut [R]) -> bool {
        let again = |RatePart { place, optimizer, .. }: &RatePart<R>| {
            let (parameters, gradient) = (&parameters[place.clone()], &gradient[place.clone()]);
            optimizer.look_again(parameters, gradient, &mut point[place.clone()])
        };
        self.parts.iter().map(again).fold(false, |any, again| any | again)
    }

    fn wants_drawn(&self, parameters: &[R]) -> bool {
        let wants = |part: &RatePart<R>| part.optimizer.wants_drawn(&parameters[part.place.clone()]);
        self.parts.iter().map(wants).fold(false, |any, wants| any | wants)
    }

    fn take_drawn(&mut self, gradient: &[R]) {
        for RatePart { place, optimizer, .. } in &mut self.parts {
            optimizer.take_drawn(&gradient[place.clone()]);
        }
    }

    fn reports(&self) -> bool {
        self.parts.iter().any(|part| part.optimizer.reports())
    }

    fn report(&self, parameters: &[R], reported: &mut [R]) {
        for RatePart { place, optimizer, .. } in &self.parts {
            optimizer.report(&parameters[place.clone()], &mut reported[place.clone()]);
        }
    }

    fn needs_loss(&self) -> bool {
        self.parts.iter().any(|part| part.optimizer.needs_loss())
    }

    fn step(&mut self, now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        for RatePart { place, rate, optimizer } in &mut self.parts {
            let now = Now { learning_rate: now.learning_rate * *rate, ..now };
            optimizer.step(now, &mut parameters[place.clone()], &gradient[place.clone()]);
        }
    }
}
