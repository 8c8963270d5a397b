//! The hinge loss of K classes: the right output has to lead each other one by the margin.
//!
//! l = 1/K Σ_{k≠y} max(0, m − s_y + s_k); ∂l/∂s_k = 1/K where the margin is violated by k, ∂l/∂s_y = −(their number)/K
//!
//! - `margin` (m): greater than 0, default 1.
//!
//! PyTorch's `MultiMarginLoss` with p = 1 is the same. Crammer & Singer 2001 take the largest violation in the place of the sum.

use super::cross_entropy::one_over;
use super::hinge::MARGIN;
use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, TargetsRef};
use crate::num::{ByPrecision, MatMut, MatRef, Real};
use crate::registry::{Choice, Entry};
use burn::tensor::activation::relu;

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "multi-class-hinge",
        description: "hinge loss between the right output and each other one, for classes",
        revision: 1,
        source: "Weston & Watkins 1999",
        parameters: &[MARGIN],
    },
    targets: TargetForm::OneHot,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    #[allow(clippy::cast_precision_loss)] // outputs stay far below 2⁵³
    expression: &|choice, s, y, sum| {
        let [_, outputs] = s.dims();
        let right = (s.clone() * y.clone()).sum_dim(1);
        let lack = relu(s - right + choice.number("margin"));
        sum.of(lack * (-y + 1.0)) * (1.0 / outputs as f64)
    },
};

fn function<R: Real>(choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    Box::new(MultiClassHinge(R::from_f64(choice.number("margin"))))
}

/// With its margin.
struct MultiClassHinge<R>(R);

impl<R: Real> LossFunction<R> for MultiClassHinge<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let (outputs, per_class) = (s.cols(), one_over::<R>(s.cols()));
        let (mut sum, push) = (R::ZERO, per_class * share);
        let rows = delta.data().chunks_exact_mut(outputs).zip(s.data().chunks_exact(outputs));
        for ((delta, s), &class) in rows.zip(targets.classes()) {
            let (loss, right) = (of_answer(self.0, s, class as usize), class as usize);
            let mut pull = R::ZERO;
            for (k, (delta, &s_k)) in delta.iter_mut().zip(s).enumerate() {
                let satisfied = k == right || self.0 - s[right] + s_k <= R::ZERO;
                *delta = if satisfied { R::ZERO } else { push };
                pull += *delta;
            }
            delta[right] = -pull;
            sum += loss;
        }
        sum * per_class * share
    }

    fn losses(&mut self, mut s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let (outputs, per_class) = (s.cols(), one_over::<R>(s.cols()));
        let rows = s.data().chunks_exact(outputs).zip(targets.classes());
        for (loss, (s, &class)) in losses.iter_mut().zip(rows) {
            *loss = of_answer(self.0, s, class as usize) * per_class;
        }
    }
}

/// K times the loss.
fn of_answer<R: Real>(margin: R, s: &[R], right: usize) -> R {
    let lack = |s_k: R| margin - s[right] + s_k;
    let lacks = s.iter().enumerate().filter(|(k, _)| *k != right).map(|(_, &s_k)| lack(s_k));
    lacks.fold(R::ZERO, |sum, lack| if lack <= R::ZERO { sum } else { sum + lack })
}
