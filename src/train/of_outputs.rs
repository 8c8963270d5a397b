//! Loss and metric of outputs, by their definitions.

use super::Predictions;
use crate::data::Targets;
use crate::loss::{Loss, LossFunction, TargetsRef};
use crate::num::{MatMut, MatRef, Real};
use crate::record::Evaluation;

/// How far the farthest output is from its target: a number, or 1 for the right class and 0 for the others.
pub fn largest_error<R: Real>(s: MatRef<'_, R>, targets: &Targets<R>) -> f64 {
    let target = |answer: usize, output: usize| match targets {
        Targets::Values(values) => values.row(answer)[output].to_f64(),
        Targets::Classes(classes) => f64::from(u8::from(classes[answer] as usize == output)),
        Targets::None => f64::NAN,
    };
    let distances = (0..s.rows())
        .flat_map(|answer| s.row(answer).iter().enumerate().map(move |(output, s)| (answer, output, s.to_f64())));
    // Not `f64::max`, which would pass over NaN: what is no number was not learned.
    distances
        .map(|(answer, output, s)| (s - target(answer, output)).abs())
        .fold(0.0, |most: f64, error| if most.is_nan() || error <= most { most } else { error })
}

/// Mean loss and metric of the outputs s, a row per answer, which are lost on the way; `losses` takes a number per answer.
#[allow(clippy::cast_precision_loss)] // answers stay below 2⁵³
pub fn evaluation<R: Real>(
    loss: &Loss,
    function: &mut dyn LossFunction<R>,
    mut s: MatMut<'_, R>,
    targets: &Targets<R>,
    losses: &mut [R],
) -> Evaluation {
    match targets {
        Targets::Classes(y) => {
            let outputs = s.cols();
            let said = s.data().chunks_exact(outputs).zip(y);
            let right = said.filter(|(s, class)| loss.class_of(s) == **class).count();
            function.losses(s, targets.view(), losses);
            let m = losses.len() as f64;
            let sum = losses.iter().fold(0.0, |sum, loss| sum + loss.to_f64());
            Evaluation { loss: sum / m, metric: right as f64 / m }
        }
        Targets::Values(_) => of_values(loss, s.data().iter().map(|s| s.to_f64()).collect(), targets),
        Targets::None => {
            let sum = s.data().iter().fold(0.0, |sum, s| sum + s.to_f64());
            Evaluation { loss: sum / s.rows() as f64, metric: 0.0 }
        }
    }
}

/// Mean loss and metric of a mean prediction.
#[allow(clippy::cast_precision_loss)]
pub fn of_mean<R: Real>(loss: &Loss, predictions: Predictions, targets: &Targets<R>) -> Evaluation {
    match targets {
        Targets::Classes(classes) => {
            let (loss, right) = predictions.of_classes(classes);
            let m = classes.len() as f64;
            Evaluation { loss: loss / m, metric: right as f64 / m }
        }
        Targets::Values(_) => of_values(loss, predictions.mean(), targets),
        Targets::None => {
            let values = predictions.mean();
            Evaluation { loss: values.iter().sum::<f64>() / values.len() as f64, metric: 0.0 }
        }
    }
}

/// Mean loss and R² of predicted numbers, in f64 whatever the run's precision: R² is a difference of sums.
#[allow(clippy::cast_precision_loss)]
fn of_values<R: Real>(loss: &Loss, mut s: Vec<f64>, targets: &Targets<R>) -> Evaluation {
    let Targets::Values(y) = targets else { panic!("R² is of values") };
    let (answers, outputs, y) = (y.rows(), y.cols(), y.cast::<f64>());
    // A column that does not vary has none.
    let of_columns: Vec<f64> = (0..outputs).filter_map(|k| r2(&s, y.data(), (k, outputs))).collect();
    let metric = of_columns.iter().sum::<f64>() / of_columns.len() as f64;
    let mut losses = vec![0.0; answers];
    let (s, y) = (MatMut::new(answers, outputs, &mut s), TargetsRef::Values(y.view()));
    loss.function::<f64>(answers, outputs).losses(s, y, &mut losses);
    Evaluation { loss: losses.iter().fold(0.0, |sum, loss| sum + loss) / answers as f64, metric }
}

/// 1 − Σ (y − s)² / Σ (y − ȳ)² of one column of several; `None` where it is undefined. Of a single one it is not a number then.
#[allow(clippy::cast_precision_loss, clippy::float_cmp)] // equal targets
fn r2(s: &[f64], y: &[f64], (column, outputs): (usize, usize)) -> Option<f64> {
    let of_column = |numbers: &[f64]| numbers.iter().skip(column).step_by(outputs).copied().collect::<Vec<f64>>();
    let (s, y) = (of_column(s), of_column(y));
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let total = y.iter().fold(0.0, |sum, y| sum + (y - mean) * (y - mean));
    let residual = y.iter().zip(&s).fold(0.0, |sum, (y, s)| sum + (y - s) * (y - s));
    (outputs == 1 || y.iter().any(|value| *value != y[0])).then(|| 1.0 - residual / total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{self, LossEntry};
    use crate::num::Matrix;

    /// Worked by hand, exact in binary up to the last rounding.
    #[test]
    fn the_farthest_output_counts() {
        let s = Matrix::new(2, 2, vec![0.9_f64, 0.2, 0.1, 0.65]);
        let values = Targets::Values(Matrix::new(2, 2, vec![1.0_f64, 0.0, 0.0, 1.0]));
        for targets in [values, Targets::Classes(vec![0, 1])] {
            assert!((largest_error(s.view(), &targets) - 0.35).abs() < 1e-15);
        }
        let lost = Matrix::new(1, 2, vec![f64::NAN, 0.0]);
        assert!(largest_error(lost.view(), &Targets::Classes(vec![1])).is_nan());
    }

    /// Worked by hand, exact in binary up to the last rounding.
    #[test]
    fn losses_and_metrics_follow_their_definitions() {
        let evaluation = |loss: &'static LossEntry, mut s: Matrix<f64>, targets: Targets<f64>| {
            let (rows, cols, loss) = (s.rows(), s.cols(), Loss::of(loss));
            let s = MatMut::new(rows, cols, s.data_mut());
            super::evaluation(&loss, loss.function(rows, cols).as_mut(), s, &targets, &mut vec![0.0; rows])
        };
        let s = Matrix::new(2, 2, vec![0.0_f64, 0.0, 3.0, 0.0]);
        let result = evaluation(&loss::CROSS_ENTROPY, s, Targets::Classes(vec![0, 1]));
        let expected = (2.0_f64.ln() + 3.0 + (-3.0_f64).exp().ln_1p()) / 2.0;
        assert!((result.loss - expected).abs() < 1e-15, "two roundings");
        assert_eq!(result.metric, 0.5, "a tie goes to the first class");

        let s = Matrix::new(2, 1, vec![0.0_f64, -1.0]);
        let result = evaluation(&loss::BINARY_CROSS_ENTROPY, s, Targets::Classes(vec![1, 0]));
        let expected = f64::midpoint(2.0_f64.ln(), (-1.0_f64).exp().ln_1p());
        assert!((result.loss - expected).abs() < 1e-15, "two roundings");
        assert_eq!(result.metric, 0.5, "ŷ = ½ is class 0");

        let s = Matrix::new(3, 1, vec![1.0_f64, 2.0, 6.0]);
        let y = Targets::Values(Matrix::new(3, 1, vec![1.0, 3.0, 5.0]));
        let result = evaluation(&loss::SQUARED_ERROR, s, y);
        assert_eq!(result, Evaluation { loss: 1.0 / 3.0, metric: 0.75 });

        let s = Matrix::new(3, 2, vec![1.0_f64, 5.0, 2.0, 5.0, 6.0, 7.0]);
        let y = Targets::Values(Matrix::new(3, 2, vec![1.0, 5.0, 3.0, 5.0, 5.0, 5.0]));
        let result = evaluation(&loss::SQUARED_ERROR, s, y);
        assert_eq!(result, Evaluation { loss: 1.0, metric: 0.75 }, "the second column does not vary");
    }
}
