//! Loss modules: the last of a chain (lecture L8, L10, L11, L14, L17). Each takes the outputs s and the targets, and gives
//! the mean (or the sum) of the losses of the m answers and δ = ∂L/∂s.
//!
//! | loss | per answer | δ · m for a mean, δ for a sum |
//! |---|---|---|
//! | squared error | ½ Σ_k (y_k − s_k)² | s_k − y_k (**Erratum**: the slide has y_k − s_k) |
//! | signed squared error | ½ (y − s)², y = ±1 | s − y |
//! | binary cross-entropy | softplus(s) − y s | σ(s) − y |
//! | cross-entropy | ln Σ_c e^{s_c} − s_y | softmax(s)_k − I{k=y} |
//! | objective | s | 1 |
//!
//! The cross-entropies are computed from s, never from a rounded ŷ. s is m × K, δ has its shape.

use crate::engine::TargetsRef;
use crate::model::{Loss, Reduction};
use crate::num::lanes::vectorized;
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{MatMut, MatRef, Real};

/// The end of a chain: loss and backward message in one pass.
pub trait LossModule<R: Real> {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, delta: MatMut<'_, R>) -> R;
}

/// The loss module for up to `most` answers.
pub fn module<R: Real>(loss: Loss, reduction: Reduction, most: usize) -> Box<dyn LossModule<R>> {
    let numbers = || vec![R::ZERO; most];
    match loss {
        Loss::SquaredError => Box::new(SquaredError(reduction)),
        Loss::SignedSquaredError => Box::new(SignedSquaredError(reduction)),
        Loss::BinaryCrossEntropy => Box::new(BinaryCrossEntropy { reduction, losses: numbers() }),
        Loss::CrossEntropy => Box::new(CrossEntropy { reduction, totals: numbers(), right: numbers() }),
        Loss::Objective => Box::new(ObjectiveLoss(reduction)),
    }
}

struct SquaredError(Reduction);
struct SignedSquaredError(Reduction);
struct BinaryCrossEntropy<R> {
    reduction: Reduction,
    /// Per answer.
    losses: Vec<R>,
}
struct CrossEntropy<R> {
    reduction: Reduction,
    /// Per answer: Σ_c e^{s_c − max}, then the loss; and s_y − max.
    totals: Vec<R>,
    right: Vec<R>,
}
struct ObjectiveLoss(Reduction);

impl Reduction {
    /// The factor of each of m answers: 1/m for a mean. m stays below 2²⁴, where f32 is exact.
    #[allow(clippy::cast_precision_loss)]
    fn share<R: Real>(self, answers: usize) -> R {
        match self {
            Self::Mean => R::ONE / R::from_f64(answers as f64),
            Self::Sum => R::ONE,
        }
    }
}

#[allow(clippy::needless_pass_by_value)] // two words, and a reference would shorten what comes out
fn classes<R>(targets: TargetsRef<'_, R>) -> &[u32] {
    match targets {
        TargetsRef::Classes(classes) => classes,
        TargetsRef::Values(_) | TargetsRef::None => panic!("a classifier's loss is of classes"),
    }
}

impl<R: Real> LossModule<R> for SquaredError {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let TargetsRef::Values(y) = targets else { panic!("a squared error is of values") };
        let share = self.0.share::<R>(s.rows());
        let mut sum = R::ZERO;
        for ((delta, &s_k), &y_k) in delta.data().iter_mut().zip(s.data()).zip(y.data()) {
            let error = s_k - y_k;
            sum += error * error;
            *delta = error * share;
        }
        R::from_f64(0.5) * sum * share
    }
}

impl<R: Real> LossModule<R> for SignedSquaredError {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let share = self.0.share::<R>(s.rows());
        let mut sum = R::ZERO;
        for ((delta, &s), &class) in delta.data().iter_mut().zip(s.data()).zip(classes(targets)) {
            let error = s - if class == 1 { R::ONE } else { -R::ONE };
            sum += error * error;
            *delta = error * share;
        }
        R::from_f64(0.5) * sum * share
    }
}

impl<R: Real> LossModule<R> for ObjectiveLoss {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, _targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let share = self.0.share::<R>(s.rows());
        delta.data().fill(share);
        s.data().iter().fold(R::ZERO, |sum, &s| sum + s) * share
    }
}

impl<R: Real> LossModule<R> for BinaryCrossEntropy<R> {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let (answers, share) = (s.rows(), self.reduction.share::<R>(s.rows()));
        let (losses, classes, s, delta) = (&mut self.losses[..answers], classes(targets), s.data(), delta.data());
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
}

impl<R: Real> LossModule<R> for CrossEntropy<R> {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let (answers, outputs, share) = (s.rows(), s.cols(), self.reduction.share::<R>(s.rows()));
        let (totals, right) = (&mut self.totals[..answers], &mut self.right[..answers]);
        let (classes, s, delta) = (classes(targets), s.data(), delta.data());
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
}
