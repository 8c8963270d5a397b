//! Cross-entropies (lecture L7, L10, L17): from one output for two classes, from K outputs for K classes.
//!
//! | loss | per answer | ∂l/∂s |
//! |---|---|---|
//! | binary | softplus(s) − y s = softplus(∓s), y = 0 or 1 | σ(s) − y |
//! | of K classes | ln Σ_c e^{s_c} − s_y | softmax(s)_k − I{k=y} |
//! | smoothed by ε | ln Σ_c e^{s_c} − (1−ε) s_y − ε/K Σ_c s_c | softmax(s)_k − (1−ε) I{k=y} − ε/K |
//!
//! - `smoothing` (ε): the share of the target that is spread over all classes, 0 ≤ ε < 1, default 0.
//!
//! They are computed from s, never from a rounded ŷ. PyTorch's `BCEWithLogitsLoss` and `CrossEntropyLoss(label_smoothing=ε)` are the same.

use super::{LossEntry, LossFunction, LossSize, OutputLink, OutputsInLanes, TargetForm, TargetsRef, sums_of_lanes};
use crate::num::lanes::{turn, vectorized};
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{ByPrecision, MatMut, MatRef, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;
use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

pub const BINARY: LossEntry = LossEntry {
    entry: Entry {
        name: "binary-cross-entropy",
        description: "cross-entropy of one output by a sigmoid, for two classes",
        revision: 1,
        source: "lecture L7, L17",
        parameters: &[],
    },
    targets: TargetForm::ZeroOne,
    link: OutputLink::Probabilities(&|_, log_probabilities, class| -log_probabilities[class]),
    falls_for_ever: &|_| true,
    function: ByPrecision {
        f32: &|_, size| Box::new(BinaryCrossEntropy { losses: vec![0.0; size.answers], classes: Vec::new() }),
        f64: &|_, size| Box::new(BinaryCrossEntropy { losses: vec![0.0; size.answers], classes: Vec::new() }),
    },
    expression: &|_, s, y, sum| sum.of(softplus(s * (y * -2.0 + 1.0))),
};

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "cross-entropy",
        description: "cross-entropy of an output per class by a softmax, for classes",
        revision: 1,
        source: "lecture L10, L17; smoothing: Szegedy et al. 2016",
        parameters: &[Parameter::with_default(
            "smoothing",
            "share of the target that is spread over all classes",
            ParameterKind::Number(Range::BELOW_ONE),
            Value::Number(0.0),
        )],
    },
    targets: TargetForm::OneHot,
    link: OutputLink::Probabilities(&|choice, log_probabilities, class| {
        let smoothing = choice.number("smoothing");
        if smoothing == 0.0 {
            return -log_probabilities[class];
        }
        let mean = log_probabilities.iter().sum::<f64>() * one_over::<f64>(log_probabilities.len());
        -((1.0 - smoothing) * log_probabilities[class] + smoothing * mean)
    }),
    falls_for_ever: &|choice| choice.number("smoothing") == 0.0,
    function: ByPrecision { f32: &of_classes, f64: &of_classes },
    expression: &|choice, s, y, sum| {
        let ([_, outputs], smoothing) = (s.dims(), choice.number("smoothing"));
        let y = if smoothing == 0.0 { y } else { y * (1.0 - smoothing) + smoothing * one_over::<f64>(outputs) };
        -sum.of(log_softmax(s, 1) * y)
    },
};

/// ln(1 + e^u) = u/2 + |u|/2 + ln(1 + e^−|u|), written so that automatic differentiation gives σ(u) without cancellation and ½ at u = 0.
fn softplus(u: Tensor<2>) -> Tensor<2> {
    let size = u.clone().abs();
    u * 0.5 + size.clone() * 0.5 + (-size).exp().log1p()
}

/// 1/K.
#[allow(clippy::cast_precision_loss)] // outputs stay far below 2²⁴
pub fn one_over<R: Real>(outputs: usize) -> R {
    R::ONE / R::from_f64(outputs as f64)
}

struct BinaryCrossEntropy<R> {
    /// Per answer.
    losses: Vec<R>,
    /// Those of several runs side by side.
    classes: Vec<u32>,
}

/// The loss of each answer, and δ.
fn binary<R: Real>(s: &[R], classes: &[u32], share: R, delta: &mut [R], losses: &mut [R]) {
    vectorized(
        #[inline(always)]
        move || {
            for (((delta, loss), &s), &class) in delta.iter_mut().zip(&mut *losses).zip(s).zip(classes) {
                // −ln σ(s) for class 1 and −ln(1 − σ(s)) for class 0.
                let sign = if class == 1 { -R::ONE } else { R::ONE };
                let (softplus, sigmoid) = softplus_and_sigmoid(sign * s);
                *loss = softplus;
                *delta = sign * sigmoid * share;
            }
        },
    );
}

impl<R: Real> LossFunction<R> for BinaryCrossEntropy<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let losses = &mut self.losses[..s.rows()];
        binary(s.data(), targets.classes(), share, delta.data(), losses);
        losses.iter().fold(R::ZERO, |sum, &loss| sum + loss) * share
    }

    fn losses_and_deltas(
        &mut self,
        OutputsInLanes { lanes, s, .. }: OutputsInLanes<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        delta: &mut [R],
        losses: &mut [R],
    ) -> bool {
        self.classes.clear();
        for &class in targets.classes() {
            self.classes.resize(self.classes.len() + lanes, class);
        }
        let each = &mut self.losses[..s.len()];
        binary(s, &self.classes, share, delta, each);
        sums_of_lanes(each, share, losses);
        true
    }

    fn losses(&mut self, mut s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let (s, classes) = (&*s.data(), targets.classes());
        vectorized(
            #[inline(always)]
            move || {
                for ((loss, &s), &class) in losses.iter_mut().zip(s).zip(classes) {
                    *loss = softplus_and_sigmoid(if class == 1 { -s } else { s }).0;
                }
            },
        );
    }
}

fn of_classes<R: Real>(choice: &Choice, LossSize { answers, .. }: LossSize) -> Box<dyn LossFunction<R>> {
    let of_classes = CrossEntropy { totals: vec![R::ZERO; answers], right: vec![R::ZERO; answers] };
    match choice.number("smoothing") {
        0.0 => Box::new(of_classes),
        smoothing => Box::new(Smoothed { of_classes, smoothing: R::from_f64(smoothing), more: vec![R::ZERO; answers] }),
    }
}

struct CrossEntropy<R> {
    /// Per answer: Σ_c e^{s_c − max}, then the loss; and s_y − max.
    totals: Vec<R>,
    right: Vec<R>,
}

impl<R: Real> CrossEntropy<R> {
    /// δ of L runs side by side, and the loss of each answer in `totals`.
    fn of_runs<const L: usize>(&mut self, (s, outputs): (&[R], usize), classes: &[u32], share: R, delta: &mut [R]) {
        let answers = classes.len() * L;
        let (totals, right) = (&mut self.totals[..answers], &mut self.right[..answers]);
        vectorized(
            #[inline(always)]
            move || {
                let s = s.as_chunks::<L>().0;
                let rows = delta.as_chunks_mut::<L>().0.chunks_exact_mut(outputs).zip(s.chunks_exact(outputs));
                for ((delta, s), (right, &class)) in rows.zip(right.as_chunks_mut::<L>().0.iter_mut().zip(classes)) {
                    let (delta, s) = (&mut delta[..outputs], &s[..outputs]);
                    // A NaN never becomes the maximum but propagates into its difference and the sums.
                    let mut largest = s[0];
                    for s_k in s {
                        for run in 0..L {
                            largest[run] = if s_k[run] > largest[run] { s_k[run] } else { largest[run] };
                        }
                    }
                    for k in 0..outputs {
                        let k = if L > 1 { turn(k) } else { k };
                        let (delta, s_k) = (&mut delta[k], &s[k]);
                        for run in 0..L {
                            delta[run] = s_k[run] - largest[run];
                        }
                    }
                    *right = delta[class as usize];
                }
                delta.iter_mut().for_each(|e_k| *e_k = e_k.exp());
                let rows = delta.as_chunks_mut::<L>().0.chunks_exact_mut(outputs);
                for ((delta, total), &class) in rows.zip(totals.as_chunks_mut::<L>().0.iter_mut()).zip(classes) {
                    let delta = &mut delta[..outputs];
                    let (mut sum, mut factor) = ([R::ZERO; L], [share; L]);
                    for e_k in &*delta {
                        for run in 0..L {
                            sum[run] += e_k[run];
                        }
                    }
                    for run in 0..L {
                        factor[run] = share / sum[run];
                    }
                    *total = sum;
                    for k in 0..outputs {
                        let k = if L > 1 { turn(k) } else { k };
                        let e_k = &mut delta[k];
                        for run in 0..L {
                            e_k[run] *= factor[run];
                        }
                    }
                    for e_y in &mut delta[class as usize] {
                        *e_y -= share;
                    }
                }
                totals.iter_mut().zip(right.iter()).for_each(|(total, &right)| *total = total.ln() - right);
            },
        );
    }
}

impl<R: Real> LossFunction<R> for CrossEntropy<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        self.of_runs::<1>((s.data(), s.cols()), targets.classes(), share, delta.data());
        self.totals[..s.rows()].iter().fold(R::ZERO, |sum, &loss| sum + loss) * share
    }

    fn losses_and_deltas(
        &mut self,
        OutputsInLanes { lanes, outputs, s }: OutputsInLanes<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        delta: &mut [R],
        losses: &mut [R],
    ) -> bool {
        let (s, classes) = ((s, outputs), targets.classes());
        match lanes {
            4 => self.of_runs::<4>(s, classes, share, delta),
            8 => self.of_runs::<8>(s, classes, share, delta),
            16 => self.of_runs::<16>(s, classes, share, delta),
            _ => return false,
        }
        sums_of_lanes(&self.totals[..classes.len() * lanes], share, losses);
        true
    }

    /// Row after row, so that all exponentials and all logarithms come one behind the other.
    fn losses(&mut self, s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let (outputs, classes, s) = (s.cols(), targets.classes(), s.into_data());
        vectorized(
            #[inline(always)]
            move || {
                for ((s, loss), &class) in s.chunks_exact_mut(outputs).zip(&mut *losses).zip(classes) {
                    let largest = s.iter().fold(s[0], |largest, &s_c| if s_c > largest { s_c } else { largest });
                    s.iter_mut().for_each(|s_c| *s_c -= largest);
                    *loss = s[class as usize];
                }
                s.iter_mut().for_each(|s_c| *s_c = s_c.exp());
                for answer in 0..losses.len() {
                    // The sum of a row stands where rows before it stood.
                    s[answer] = s[answer * outputs..][..outputs].iter().fold(R::ZERO, |sum, &e_c| sum + e_c);
                }
                losses.iter_mut().zip(&*s).for_each(|(loss, &sum)| *loss = sum.ln() - *loss);
            },
        );
    }
}

/// The cross-entropy to smoothed targets: that to the right class, and ε (s_y − the mean of s) more.
struct Smoothed<R> {
    of_classes: CrossEntropy<R>,
    smoothing: R,
    /// Per answer: what is more.
    more: Vec<R>,
}

impl<R: Real> Smoothed<R> {
    fn add_up(&mut self, s: &[R], outputs: usize, classes: &[u32]) {
        for ((more, s), &class) in self.more.iter_mut().zip(s.chunks_exact(outputs)).zip(classes) {
            let sum = s.iter().fold(R::ZERO, |sum, &s_c| sum + s_c);
            *more = self.smoothing * (s[class as usize] - sum * one_over(outputs));
        }
    }
}

impl<R: Real> LossFunction<R> for Smoothed<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let (answers, outputs, classes) = (s.rows(), s.cols(), targets.classes());
        self.add_up(s.data(), outputs, classes);
        let loss = self.of_classes.loss_and_delta(s, targets, share, MatMut::new(answers, outputs, delta.data()));
        let (moved, spread) = (self.smoothing * share, self.smoothing * one_over(outputs) * share);
        for (delta, &class) in delta.data().chunks_exact_mut(outputs).zip(classes) {
            delta.iter_mut().for_each(|delta| *delta -= spread);
            delta[class as usize] += moved;
        }
        self.more[..answers].iter().fold(R::ZERO, |sum, &more| sum + more) * share + loss
    }

    fn losses(&mut self, mut s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let outputs = s.cols();
        self.add_up(s.data(), outputs, targets.classes());
        self.of_classes.losses(s, targets, losses);
        losses.iter_mut().zip(&self.more).for_each(|(loss, &more)| *loss += more);
    }
}
