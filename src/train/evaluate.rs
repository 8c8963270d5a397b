//! Loss and metric over the parts of the data, without noise and without the penalty: of one network, or of the mean
//! prediction of several (an ensemble's, or those that dropout makes of one).
//!
//! Each answer counts once: sums run over answers in order, in f64, and are divided by their number at the end (the loss
//! only where the training takes means).
//!
//! | loss | metric |
//! |---|---|
//! | squared error | `r2`, the coefficient of determination |
//! | others of classes | `accuracy`, the share of right answers |
//! | objective | `digits`, the correct decimal digits of θ: −log₁₀(‖θ − θ*‖ / max(1, ‖θ*‖)), at most 17 |
//!
//! Further measures ([`crate::measure`]) come from the same outputs at the same moments, where a run is asked for them.

use super::error::TrainError;
use super::measuring::{Measuring, Numbers};
use super::predictions::argmax;
use super::{Predictions, Stepper, TrainSpec};
use crate::data::{Part, Prepared, Targets};
use crate::engine::{Engine, EngineError};
use crate::measure::{self, Measure};
use crate::model::{Loss, Network, Reduction};
use crate::num::lanes::vectorized;
use crate::num::stable::softplus_and_sigmoid;
use crate::num::{Block, BlockRole, MatMut, MatRef, Matrix, Real};
use crate::record::{CurvePoint, Evaluation, GROUPS, Measured};
use std::ops::Range;

/// The metric that goes with a loss.
#[must_use]
pub fn metric_of(loss: Loss) -> &'static Measure {
    match loss {
        Loss::SquaredError => &measure::R2,
        Loss::SignedSquaredError | Loss::BinaryCrossEntropy | Loss::CrossEntropy => &measure::ACCURACY,
        Loss::Objective => &measure::DIGITS,
    }
}

/// Evaluates networks on the three parts of one data set, with buffers of its own.
pub struct Evaluator<'a, R> {
    network: &'a Network,
    data: &'a Prepared<R>,
    /// The outputs s of the largest part, and the losses of its answers.
    buffer: Vec<R>,
    losses: Vec<R>,
    measuring: Measuring,
    /// Where the weights of the network are among its parameters.
    weights: Vec<Range<usize>>,
}

/// Loss and metric of a part, with the further measures.
type Evaluated = (Evaluation, Numbers);

impl<'a, R: Real> Evaluator<'a, R> {
    /// For what a spec asks for besides loss and metric.
    ///
    /// # Errors
    /// Where R² is undefined because all targets of a part are equal.
    pub fn new(network: &'a Network, data: &'a Prepared<R>, train: &TrainSpec) -> Result<Self, TrainError> {
        let parts = [("training", &data.train), ("validation", &data.validation), ("test", &data.test)];
        for (name, part) in parts {
            if let Targets::Values(values) = &part.targets
                && values.data().iter().all(|&value| value == values.data()[0])
            {
                return Err(TrainError::EqualTargets { part: name });
            }
        }
        let samples = parts.iter().map(|(_, part)| part.samples()).max().unwrap_or(0);
        let zeros = |width: usize| vec![R::ZERO; samples * width];
        let layout = network.layout();
        let is_weights = |block: &&Block| block.role != BlockRole::Bias;
        Ok(Self {
            weights: layout.blocks().iter().filter(is_weights).map(Block::range).collect(),
            network,
            data,
            buffer: zeros(network.output_width()),
            losses: zeros(network.positions()),
            measuring: Measuring::new(network, &train.measures(), if train.jackknife { GROUPS } else { 0 }),
        })
    }

    /// The further measures at all points so far.
    #[must_use]
    pub fn into_measured(self) -> Vec<Measured> {
        self.measuring.into_points()
    }

    /// The curve's point after `epoch` epochs, with the training part or without; `None` where a parameter or a number in
    /// it is not finite.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn point(
        &mut self,
        steppers: &mut [Stepper<R>],
        epoch: u64,
        with_train: bool,
        engine: &mut dyn Engine<R>,
    ) -> Result<Option<CurvePoint>, EngineError> {
        let finite = |stepper: &Stepper<R>| stepper.reported().iter().all(|theta| theta.is_finite());
        if !steppers.iter().all(finite) {
            return Ok(None);
        }
        let data = self.data;
        let (step, learning_rate) = (steppers[0].steps(), steppers[0].learning_rate());
        let mut of = |part| self.evaluate(steppers, part, engine);
        let train = with_train.then(|| of(&data.train)).transpose()?;
        let parts = (train, of(&data.validation)?, of(&data.test)?);
        Ok(self.if_finite((epoch, step, learning_rate), parts))
    }

    /// The loss of the validation part between two steps of an epoch.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn validation_loss(
        &mut self,
        stepper: &mut Stepper<R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<f64, EngineError> {
        let data = self.data;
        Ok(self.evaluate(std::slice::from_mut(stepper), &data.validation, engine)?.0.loss)
    }

    /// The same for parameters that no stepper holds, after so many iterations of a solver.
    ///
    /// # Errors
    /// Where the engine fails.
    pub fn point_of(
        &mut self,
        theta: &[R],
        iterations: u64,
        step_length: f64,
        engine: &mut dyn Engine<R>,
    ) -> Result<Option<CurvePoint>, EngineError> {
        let data = self.data;
        let mut of = |part| self.of_network(theta, part, engine);
        let parts = (Some(of(&data.train)?), of(&data.validation)?, of(&data.test)?);
        Ok(self.if_finite((iterations, iterations, step_length), parts))
    }

    /// The point with these losses and metrics, unless something in it is no finite number.
    fn if_finite(
        &mut self,
        (epoch, step, learning_rate): (u64, u64, f64),
        (train, validation, test): (Option<Evaluated>, Evaluated, Evaluated),
    ) -> Option<CurvePoint> {
        let (train, of_train) = train.unzip();
        let ((validation, of_validation), (test, of_test)) = (validation, test);
        let point = CurvePoint { epoch, step, learning_rate, train, validation, test };
        let finite = |evaluation: Evaluation| evaluation.loss.is_finite() && evaluation.metric.is_finite();
        point.parts().map(|(_, evaluation)| evaluation).all(finite).then(|| {
            self.measuring.add([of_train, Some(of_validation), Some(of_test)]);
            point
        })
    }

    /// Loss and metric of one network on one part.
    #[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
    fn of_network(
        &mut self,
        theta: &[R],
        part: &Part<R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<Evaluated, EngineError> {
        let network = self.network;
        let buffer = &mut self.buffer[..part.samples() * network.output_width()];
        let s = outputs(engine, network, theta, part, buffer)?;
        let losses = &mut self.losses[..part.samples() * network.positions()];
        let measuring = &self.measuring;
        let mut measured =
            if measuring.is_asked() { measuring.of_outputs(s.as_ref(), &part.targets) } else { measuring.nothing() };
        measuring.with_weights(&mut measured, || squares(&self.weights, theta));
        if measuring.groups() > 0 && std::ptr::eq(part, &raw const self.data.test) {
            let without = |group: usize| {
                let (mut rows, targets) = without_group(s.as_ref(), &part.targets, (network.positions(), group));
                let (count, width) = (rows.len() / s.cols(), s.cols());
                let mut numbers = measuring.of_outputs(MatRef::new(count, width, &rows), &targets);
                measuring.with_weights(&mut numbers, || squares(&self.weights, theta));
                let losses = &mut vec![R::ZERO; count];
                let mut of = evaluation(network.loss(), MatMut::new(count, width, &mut rows), &targets, losses);
                if network.reduction() == Reduction::Sum {
                    of.loss *= s.rows() as f64; // of as many answers as the whole part has
                }
                (of, numbers)
            };
            measured = Measuring::with_groups(measured, &(0..measuring.groups()).map(without).collect::<Vec<_>>());
        }
        Ok((completed(network, evaluation(network.loss(), s, &part.targets, losses), theta, part), measured))
    }

    #[allow(clippy::cast_precision_loss)] // a few networks
    /// Loss and metric of one part: of one network's outputs, or of the mean prediction of all networks and of what
    /// dropout makes of each.
    fn evaluate(
        &mut self,
        steppers: &mut [Stepper<R>],
        part: &Part<R>,
        engine: &mut dyn Engine<R>,
    ) -> Result<Evaluated, EngineError> {
        if let [stepper] = &*steppers
            && !stepper.is_thinned()
        {
            return self.of_network(stepper.reported(), part, engine);
        }
        let network = self.network;
        let buffer = &mut self.buffer[..part.samples() * network.output_width()];
        let answers = part.samples() * network.positions();
        let mut predictions = Predictions::new(network.loss(), answers, network.outputs());
        for stepper in &mut *steppers {
            match stepper.thinned() {
                (theta, None) => predictions.add(1.0, outputs(engine, network, theta, part, buffer)?.as_ref()),
                (theta, Some(thinned)) => thinned.for_each(theta, |weight, theta| {
                    predictions.add(weight, outputs(engine, network, theta, part, buffer)?.as_ref());
                    Ok(())
                })?,
            }
        }
        let measuring = &self.measuring;
        let mut measured =
            if measuring.is_asked() { measuring.of_mean(&predictions, &part.targets) } else { measuring.nothing() };
        let all = || steppers.iter().map(|stepper| squares(&self.weights, stepper.reported())).sum::<f64>();
        measuring.with_weights(&mut measured, || all() / steppers.len() as f64);
        Ok((completed(network, of_mean(predictions, &part.targets), steppers[0].reported(), part), measured))
    }
}

/// With an objective's own metric, and the loss as the training takes it.
fn completed<R: Real>(network: &Network, mut evaluation: Evaluation, theta: &[R], part: &Part<R>) -> Evaluation {
    if let Some(objective) = network.objective() {
        evaluation.metric = digits(theta, &objective.minimizer(part.inputs.cast().view()));
    }
    if network.reduction() == Reduction::Sum {
        #[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
        let answers = (part.samples() * network.positions()) as f64;
        evaluation.loss *= answers;
    }
    evaluation
}

/// The outputs s of a part, a row per answer, in `buffer`.
fn outputs<'b, R: Real>(
    engine: &mut dyn Engine<R>,
    network: &Network,
    theta: &[R],
    part: &Part<R>,
    buffer: &'b mut [R],
) -> Result<MatMut<'b, R>, EngineError> {
    let (samples, width) = (part.samples(), network.output_width());
    engine.outputs(theta, part.inputs.view(), MatMut::new(samples, width, buffer))?;
    Ok(MatMut::new(samples, width, buffer).split_rows(network.positions()))
}

/// Σ w² over these parts of θ.
fn squares<R: Real>(weights: &[Range<usize>], theta: &[R]) -> f64 {
    weights.iter().flat_map(|range| &theta[range.clone()]).map(|w| w.to_f64()).fold(0.0, |sum, w| w.mul_add(w, sum))
}

/// Outputs, a row per answer, and targets without a group of samples.
fn without_group<R: Real>(
    s: MatRef<'_, R>,
    targets: &Targets<R>,
    (positions, group): (usize, usize),
) -> (Vec<R>, Targets<R>) {
    let rows = || (0..s.rows()).filter(move |row| (row / positions.max(1)) % GROUPS != group);
    let targets = match targets {
        Targets::Classes(classes) => Targets::Classes(rows().map(|row| classes[row]).collect()),
        Targets::Values(values) => {
            let kept = rows().flat_map(|row| values.row(row).to_vec()).collect();
            Targets::Values(Matrix::new(rows().count(), values.cols(), kept))
        }
        Targets::None => Targets::None,
    };
    (rows().flat_map(|row| s.row(row).to_vec()).collect(), targets)
}

/// How many decimal digits of θ are right.
fn digits<R: Real>(theta: &[R], minimizer: &[f64]) -> f64 {
    let norm = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, |sum: f64, x| x.mul_add(x, sum)).sqrt();
    let gap = norm(&mut theta.iter().zip(minimizer).map(|(theta, best)| theta.to_f64() - best));
    let relative = gap / norm(&mut minimizer.iter().copied()).max(1.0);
    if relative > 0.0 { (-libm::log10(relative)).min(MOST_DIGITS) } else { MOST_DIGITS }
}

/// What f64 can hold.
const MOST_DIGITS: f64 = 17.0;

/// Mean loss and metric of the outputs s, a row per answer, which are lost on the way; `losses` takes a number per answer.
#[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
fn evaluation<R: Real>(loss: Loss, mut s: MatMut<'_, R>, targets: &Targets<R>, losses: &mut [R]) -> Evaluation {
    let right = match (loss, targets) {
        (Loss::Objective, _) => {
            let sum = s.data().iter().fold(0.0, |sum, s| sum + s.to_f64());
            return Evaluation { loss: sum / s.rows() as f64, metric: 0.0 };
        }
        (Loss::SquaredError, Targets::Values(_)) => {
            let rows = s.rows();
            return of_values(s.data().iter().map(|s| s.to_f64()), rows, targets);
        }
        (Loss::SignedSquaredError, Targets::Classes(y)) => signed(s.data(), y, losses),
        (Loss::BinaryCrossEntropy, Targets::Classes(y)) => binary(s.data(), y, losses),
        (Loss::CrossEntropy, Targets::Classes(y)) => multinomial(s, y, losses),
        _ => panic!("squared errors are of values, cross-entropies of classes"),
    };
    let m = losses.len() as f64;
    let sum = losses.iter().fold(0.0, |sum, loss| sum + loss.to_f64());
    Evaluation { loss: sum / m, metric: right as f64 / m }
}

/// ½ (y − s)² of each answer; how many are right: class 1 where s ≥ 0, as the perceptron (lecture L1).
fn signed<R: Real>(s: &[R], y: &[u32], losses: &mut [R]) -> usize {
    for ((loss, &s), &class) in losses.iter_mut().zip(s).zip(y) {
        let error = s - if class == 1 { R::ONE } else { -R::ONE };
        *loss = R::from_f64(0.5) * error * error;
    }
    s.iter().zip(y).filter(|&(&s, &class)| (s >= R::ZERO) == (class == 1)).count()
}

/// softplus(∓s) of each answer; how many are right: class 1 where ŷ > ½, that is where s > 0 (lecture L7).
fn binary<R: Real>(s: &[R], y: &[u32], losses: &mut [R]) -> usize {
    vectorized(
        #[inline(always)]
        move || {
            for ((loss, &s), &class) in losses.iter_mut().zip(s).zip(y) {
                *loss = softplus_and_sigmoid(if class == 1 { -s } else { s }).0;
            }
        },
    );
    s.iter().zip(y).filter(|&(&s, &class)| (s > R::ZERO) == (class == 1)).count()
}

/// ln Σ_c e^{s_c} − s_y of each answer; how many are right: the first of the largest (lecture L10). Row after row, so that
/// all exponentials and all logarithms come one behind the other.
fn multinomial<R: Real>(s: MatMut<'_, R>, y: &[u32], losses: &mut [R]) -> usize {
    let (outputs, s) = (s.cols(), s.into_data());
    vectorized(
        #[inline(always)]
        move || {
            let mut right = 0;
            for ((s, loss), &class) in s.chunks_exact_mut(outputs).zip(&mut *losses).zip(y) {
                let best = argmax(s);
                right += usize::from(best == class as usize);
                let largest = s[best];
                s.iter_mut().for_each(|s_c| *s_c -= largest);
                *loss = s[class as usize];
            }
            s.iter_mut().for_each(|s_c| *s_c = s_c.exp());
            for answer in 0..losses.len() {
                // The sum of a row stands where rows before it stood.
                s[answer] = s[answer * outputs..][..outputs].iter().fold(R::ZERO, |sum, &e_c| sum + e_c);
            }
            losses.iter_mut().zip(&*s).for_each(|(loss, &sum)| *loss = sum.ln() - *loss);
            right
        },
    )
}

/// Mean loss and metric of a mean prediction.
#[allow(clippy::cast_precision_loss)]
fn of_mean<R: Real>(predictions: Predictions, targets: &Targets<R>) -> Evaluation {
    match targets {
        Targets::Classes(classes) => {
            let (loss, right) = predictions.of_classes(classes);
            let m = classes.len() as f64;
            Evaluation { loss: loss / m, metric: right as f64 / m }
        }
        Targets::Values(values) => of_values(predictions.mean().into_iter(), values.rows(), targets),
        Targets::None => {
            let values = predictions.mean();
            Evaluation { loss: values.iter().sum::<f64>() / values.len() as f64, metric: 0.0 }
        }
    }
}

/// Half the mean squared error, and R².
#[allow(clippy::cast_precision_loss)]
fn of_values<R: Real>(s: impl Iterator<Item = f64>, samples: usize, targets: &Targets<R>) -> Evaluation {
    let Targets::Values(y) = targets else { panic!("squared errors are of values") };
    let y = || y.data().iter().map(|y| y.to_f64());
    let mean = y().sum::<f64>() / y().count() as f64;
    let total = y().fold(0.0, |sum, y| sum + (y - mean) * (y - mean));
    let residual = y().zip(s).fold(0.0, |sum, (y, s)| sum + (y - s) * (y - s));
    Evaluation { loss: 0.5 * residual / samples as f64, metric: 1.0 - residual / total }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked by hand, exact in binary up to the last rounding.
    #[test]
    fn losses_and_metrics_follow_their_definitions() {
        let evaluation = |loss, mut s: Matrix<f64>, targets: Targets<f64>| {
            let (rows, cols) = (s.rows(), s.cols());
            super::evaluation(loss, MatMut::new(rows, cols, s.data_mut()), &targets, &mut vec![0.0; rows])
        };
        let s = Matrix::new(2, 2, vec![0.0_f64, 0.0, 3.0, 0.0]);
        let result = evaluation(Loss::CrossEntropy, s, Targets::Classes(vec![0, 1]));
        let expected = (2.0_f64.ln() + 3.0 + (-3.0_f64).exp().ln_1p()) / 2.0;
        assert!((result.loss - expected).abs() < 1e-15, "two roundings");
        assert_eq!(result.metric, 0.5, "a tie goes to the first class");

        let s = Matrix::new(2, 1, vec![0.0_f64, -1.0]);
        let result = evaluation(Loss::BinaryCrossEntropy, s, Targets::Classes(vec![1, 0]));
        let expected = f64::midpoint(2.0_f64.ln(), (-1.0_f64).exp().ln_1p());
        assert!((result.loss - expected).abs() < 1e-15, "two roundings");
        assert_eq!(result.metric, 0.5, "ŷ = ½ is class 0");

        let s = Matrix::new(3, 1, vec![1.0_f64, 2.0, 6.0]);
        let y = Targets::Values(Matrix::new(3, 1, vec![1.0, 3.0, 5.0]));
        let result = evaluation(Loss::SquaredError, s, y);
        assert_eq!(result, Evaluation { loss: 1.0 / 3.0, metric: 0.75 });
    }
}
