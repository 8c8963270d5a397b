//! Optimizers that are one formula per weight: the formula is written once, for a run alone and for several runs side by side
//! (`num/gang/`).

use super::lane::LaneOptimizer;
use super::{Now, Optimizer, per_weight};
use crate::num::gang::{Pattern, each_lane};
use crate::num::lanes::vectorized;
use crate::num::{Layout, Real};
use std::any::TypeId;
use std::ops::Range;

/// One formula per weight. It takes θ, g, N numbers that it keeps per weight, 0 at the start, and C coefficients.
pub trait PerWeight<R: Real, const C: usize, const N: usize>: 'static {
    /// The coefficients of a step with the rate η_t, the same for all weights; called once per step.
    fn coefficients(&mut self, learning_rate: R) -> [R; C];

    /// θ and the kept numbers after the step. It must carry `#[inline(always)]`.
    fn next(coefficients: [R; C], theta: R, g: R, kept: [R; N]) -> (R, [R; N]);

    /// μ of a method that wants the gradient at θ + μv, v being the first number that it keeps.
    fn ahead(&self) -> Option<R> {
        None
    }
}

/// Such an optimizer, for parameters with this layout.
pub fn weightwise<R: Real, P: PerWeight<R, C, N>, const C: usize, const N: usize>(
    formula: P,
    layout: &Layout,
) -> Box<dyn Optimizer<R>> {
    Box::new(Weightwise { formula, kept: std::array::from_fn(|_| vec![R::ZERO; layout.count()]) })
}

struct Weightwise<R, P, const C: usize, const N: usize> {
    formula: P,
    kept: [Vec<R>; N],
}

impl<R: Real, P: PerWeight<R, C, N>, const C: usize, const N: usize> Optimizer<R> for Weightwise<R, P, C, N> {
    fn look_ahead(&self, parameters: &[R], point: &mut [R]) -> bool {
        let (Some(mu), Some(velocity)) = (self.formula.ahead(), self.kept.first()) else { return false };
        vectorized(
            #[inline(always)]
            move || {
                for ((ahead, &theta), &v) in point.iter_mut().zip(parameters).zip(velocity) {
                    *ahead = theta + mu * v;
                }
            },
        );
        true
    }

    fn lanes(&mut self) -> Option<&mut dyn LaneOptimizer<R>> {
        Some(self)
    }

    fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let coefficients = self.formula.coefficients(learning_rate);
        per_weight(
            parameters,
            gradient,
            self.kept.each_mut().map(Vec::as_mut_slice),
            #[inline(always)]
            move |theta, g, kept| {
                // All is read before anything is written: the arrays may begin at the same place of their pages, and CPUs then
                // take a read for one of what was just written, which takes three times as long.
                let mut numbers = [R::ZERO; N];
                for n in 0..N {
                    numbers[n] = *kept[n];
                }
                let (next, numbers) = P::next(coefficients, *theta, g, numbers);
                for n in 0..N {
                    *kept[n] = numbers[n];
                }
                *theta = next;
            },
        );
    }
}

impl<R: Real, P: PerWeight<R, C, N>, const C: usize, const N: usize> LaneOptimizer<R> for Weightwise<R, P, C, N> {
    fn formula(&self) -> TypeId {
        TypeId::of::<P>()
    }

    fn kept(&self) -> usize {
        N
    }

    fn coefficients(&mut self, learning_rate: R, to: &mut Vec<R>) {
        to.clear();
        to.extend(self.formula.coefficients(learning_rate));
    }

    fn ahead(&self) -> Option<R> {
        self.formula.ahead()
    }

    fn step_lanes(
        &self,
        coefficients: &[Pattern<R>],
        on: &Pattern<R>,
        place: Range<usize>,
        parameters: &mut [R],
        gradient: &[R],
        kept: &mut [Vec<R>],
    ) {
        let mut all = [*on; C];
        all.copy_from_slice(coefficients);
        let mut kept = kept.iter_mut().map(|kept| &mut kept[place.clone()]);
        let kept: [&mut [R]; N] = std::array::from_fn(|_| kept.next().unwrap_or_default());
        each_lane(
            *on,
            all,
            &mut parameters[place.clone()],
            [&gradient[place.clone()]],
            kept,
            #[inline(always)]
            move |coefficients, theta, [g], kept| P::next(coefficients, theta, g, kept),
        );
    }

    fn own(&mut self) -> &mut [Vec<R>] {
        &mut self.kept
    }
}
