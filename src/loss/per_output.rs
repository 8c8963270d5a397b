//! Losses that are a sum over outputs, each of its own s and y.

use super::{LossFunction, OutputsInLanes, TargetForm, TargetsRef};
use crate::num::lanes::vectorized;
use crate::num::{MatMut, MatRef, Real, sum_rows as sum_of_rows};

/// The loss Σ_k l(s_k, y_k) of an answer, from a function that gives l and ∂l/∂s.
///
/// The function must carry `#[inline(always)]`.
pub fn per_output<R: Real>(
    targets: TargetForm,
    of_output: impl Fn(R, R) -> (R, R) + Copy + 'static,
) -> Box<dyn LossFunction<R>> {
    times(targets, of_output, (of_output, 1.0))
}

/// The same, where the loss of a batch is a factor times the sum of what another function gives with ∂l/∂s. It is the same number but
/// where one of both ways overflows.
pub fn times<R: Real>(
    targets: TargetForm,
    of_output: impl Fn(R, R) -> (R, R) + Copy + 'static,
    (in_sum, factor): (impl Fn(R, R) -> (R, R) + Copy + 'static, f64),
) -> Box<dyn LossFunction<R>> {
    let [in_lanes, losses] = [const { Vec::new() }; 2];
    Box::new(PerOutput { targets, of_output, in_sum, factor: R::from_f64(factor), in_lanes, losses })
}

struct PerOutput<R, F, G> {
    targets: TargetForm,
    of_output: F,
    /// What is summed over a batch, and the factor of the sum.
    in_sum: G,
    factor: R,
    /// Of several runs side by side: the target of each output, and its loss.
    in_lanes: Vec<R>,
    losses: Vec<R>,
}

impl<R, F, G> LossFunction<R> for PerOutput<R, F, G>
where
    R: Real,
    F: Fn(R, R) -> (R, R) + Copy,
    G: Fn(R, R) -> (R, R) + Copy,
{
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let mut message = MessagePass { of_output: self.in_sum, s: s.data(), share, delta: delta.data() };
        self.factor * visit(self.targets, targets, s.cols(), &mut message) * share
    }

    fn losses_and_deltas(
        &mut self,
        OutputsInLanes { lanes, outputs, s }: OutputsInLanes<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        delta: &mut [R],
        losses: &mut [R],
    ) -> bool {
        self.in_lanes.clear();
        visit(self.targets, targets, outputs, &mut Repeated { times: lanes, to: &mut self.in_lanes, all: s.len() });
        self.losses.resize(s.len(), R::ZERO);
        let (of_output, y, each) = (self.in_sum, &self.in_lanes[..], &mut self.losses[..]);
        vectorized(
            #[inline(always)]
            move || {
                for (((delta, each), &s), &y) in delta.iter_mut().zip(&mut *each).zip(s).zip(y) {
                    let (loss, slope) = of_output(s, y);
                    *each = loss;
                    *delta = slope * share;
                }
            },
        );
        sum_of_rows(MatRef::new(s.len() / lanes, lanes, &self.losses), false, losses);
        losses.iter_mut().for_each(|loss| *loss = self.factor * *loss * share);
        true
    }

    fn losses(&mut self, mut s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let outputs = s.cols();
        visit(self.targets, targets, outputs, &mut LossesInPlace { of_output: self.of_output, s: s.data() });
        sum_rows(s.data(), outputs, losses);
    }
}

/// The sum of each row, from its first number on.
pub fn sum_rows<R: Real>(numbers: &[R], width: usize, sums: &mut [R]) {
    for (sum, row) in sums.iter_mut().zip(numbers.chunks_exact(width)) {
        *sum = row[1..].iter().fold(row[0], |sum, &number| sum + number);
    }
}

/// The loss of each of several runs side by side, from those of all their answers.
pub fn sums_of_lanes<R: Real>(each: &[R], share: R, losses: &mut [R]) {
    sum_of_rows(MatRef::new(each.len() / losses.len(), losses.len(), each), false, losses);
    losses.iter_mut().for_each(|loss| *loss *= share);
}

/// What is done with the targets of all outputs in order, in whichever form they come.
trait Visitor<R> {
    fn visit(&mut self, y: impl Iterator<Item = R>) -> R;
}

fn visit<R: Real>(form: TargetForm, targets: TargetsRef<'_, R>, outputs: usize, visitor: &mut impl Visitor<R>) -> R {
    match targets {
        TargetsRef::Values(y) => visitor.visit(y.data().iter().copied()),
        TargetsRef::Classes(classes) if form == TargetForm::OneHot => {
            let row = |class: u32| (0..outputs).map(move |k| if class as usize == k { R::ONE } else { R::ZERO });
            visitor.visit(classes.iter().flat_map(|&class| row(class)))
        }
        TargetsRef::Classes(classes) => visitor.visit(classes.iter().map(|&class| form.of_class(class))),
        TargetsRef::None => visitor.visit(std::iter::repeat(R::ZERO)),
    }
}

/// Writes δ and gives the sum of the losses.
struct MessagePass<'m, R, F> {
    of_output: F,
    s: &'m [R],
    share: R,
    delta: &'m mut [R],
}

impl<R: Real, F: Fn(R, R) -> (R, R)> Visitor<R> for MessagePass<'_, R, F> {
    fn visit(&mut self, y: impl Iterator<Item = R>) -> R {
        let mut sum = R::ZERO;
        for ((delta, &s), y) in self.delta.iter_mut().zip(self.s).zip(y) {
            let (loss, slope) = (self.of_output)(s, y);
            sum += loss;
            *delta = slope * self.share;
        }
        sum
    }
}

/// Writes each target so many times, as many numbers as there are.
struct Repeated<'r, R> {
    times: usize,
    to: &'r mut Vec<R>,
    all: usize,
}

impl<R: Real> Visitor<R> for Repeated<'_, R> {
    fn visit(&mut self, y: impl Iterator<Item = R>) -> R {
        let outputs = self.all / self.times;
        self.to.extend(y.take(outputs).flat_map(|y| std::iter::repeat_n(y, self.times)));
        R::ZERO
    }
}

/// Writes the losses over s.
struct LossesInPlace<'p, R, F> {
    of_output: F,
    s: &'p mut [R],
}

impl<R: Real, F: Fn(R, R) -> (R, R)> Visitor<R> for LossesInPlace<'_, R, F> {
    fn visit(&mut self, y: impl Iterator<Item = R>) -> R {
        self.s.iter_mut().zip(y).for_each(|(s, y)| *s = (self.of_output)(*s, y).0);
        R::ZERO
    }
}
