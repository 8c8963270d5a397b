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

use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, TargetsRef};
use crate::num::lanes::vectorized;
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
        f32: &|_, size| Box::new(BinaryCrossEntropy { losses: vec![0.0; size.answers] }),
        f64: &|_, size| Box::new(BinaryCrossEntropy { losses: vec![0.0; size.answers] }),
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
}

impl<R: Real> LossFunction<R> for BinaryCrossEntropy<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let answers = s.rows();
        let (losses, classes, s, delta) = (&mut self.losses[..answers], targets.classes(), s.data(), delta.data());
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
        self.losses[..answers].iter().fold(R::ZERO, |sum, &loss| sum + loss) * share
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

impl<R: Real> LossFunction<R> for CrossEntropy<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let (answers, outputs) = (s.rows(), s.cols());
        let (totals, right) = (&mut self.totals[..answers], &mut self.right[..answers]);
        let (classes, s, delta) = (targets.classes(), s.data(), delta.data());
        vectorized(
            #[inline(always)]
            move || {
                let rows = delta.chunks_exact_mut(outputs).zip(s.chunks_exact(outputs));
                for ((delta, s), (right, &class)) in rows.zip(right.iter_mut().zip(classes)) {
                    // A NaN never becomes the maximum but propagates into its difference and the sums.
                    let largest = s.iter().fold(s[0], |largest, &s_k| if s_k > largest { s_k } else { largest });
                    delta.iter_mut().zip(s).for_each(|(delta, &s_k)| *delta = s_k - largest);
                    *right = delta[class as usize];
                }
                delta.iter_mut().for_each(|e_k| *e_k = e_k.exp());
                for ((delta, total), &class) in delta.chunks_exact_mut(outputs).zip(totals.iter_mut()).zip(classes) {
                    *total = delta.iter().fold(R::ZERO, |sum, &e_k| sum + e_k);
                    let factor = share / *total;
                    delta.iter_mut().for_each(|e_k| *e_k *= factor);
                    delta[class as usize] -= share;
                }
                totals.iter_mut().zip(right.iter()).for_each(|(total, &right)| *total = total.ln() - right);
            },
        );
        self.totals[..answers].iter().fold(R::ZERO, |sum, &loss| sum + loss) * share
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
