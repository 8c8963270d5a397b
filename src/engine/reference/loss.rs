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
use crate::num::stable::{largest, sigmoid, softplus};
use crate::num::{MatMut, MatRef, Real};

/// The end of a chain: loss and backward message in one pass.
pub trait LossModule<R: Real> {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, delta: MatMut<'_, R>) -> R;
}

pub fn module<R: Real>(loss: Loss, reduction: Reduction) -> Box<dyn LossModule<R>> {
    match loss {
        Loss::SquaredError => Box::new(SquaredError(reduction)),
        Loss::SignedSquaredError => Box::new(SignedSquaredError(reduction)),
        Loss::BinaryCrossEntropy => Box::new(BinaryCrossEntropy(reduction)),
        Loss::CrossEntropy => Box::new(CrossEntropy(reduction)),
        Loss::Objective => Box::new(Objective(reduction)),
    }
}

struct SquaredError(Reduction);
struct SignedSquaredError(Reduction);
struct BinaryCrossEntropy(Reduction);
struct CrossEntropy(Reduction);
struct Objective(Reduction);

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

impl<R: Real> LossModule<R> for Objective {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, _targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let share = self.0.share::<R>(s.rows());
        delta.data().fill(share);
        s.data().iter().fold(R::ZERO, |sum, &s| sum + s) * share
    }
}

impl<R: Real> LossModule<R> for BinaryCrossEntropy {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let share = self.0.share::<R>(s.rows());
        let mut sum = R::ZERO;
        for ((delta, &s), &class) in delta.data().iter_mut().zip(s.data()).zip(classes(targets)) {
            // −ln σ(s) for class 1 and −ln(1 − σ(s)) for class 0.
            sum += softplus(if class == 1 { -s } else { s });
            *delta = (if class == 1 { -sigmoid(-s) } else { sigmoid(s) }) * share;
        }
        sum * share
    }
}

impl<R: Real> LossModule<R> for CrossEntropy {
    fn forward_and_backward(&mut self, s: MatRef<'_, R>, targets: TargetsRef<'_, R>, mut delta: MatMut<'_, R>) -> R {
        let share = self.0.share::<R>(s.rows());
        let mut sum = R::ZERO;
        for (sample, &class) in classes(targets).iter().enumerate() {
            let (s, delta) = (s.row(sample), delta.row(sample));
            let largest = largest(s);
            let mut total = R::ZERO;
            for (e_k, &s_k) in delta.iter_mut().zip(s) {
                *e_k = (s_k - largest).exp();
                total += *e_k;
            }
            sum += total.ln() - (s[class as usize] - largest);
            delta.iter_mut().for_each(|e_k| *e_k = *e_k / total * share);
            delta[class as usize] -= share;
        }
        sum * share
    }
}
