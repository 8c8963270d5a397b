//! Fits of classes: the maximum of a likelihood.

use super::errors::{NullDistribution, add_errors, add_odds_ratios, deviations};
use super::{Fit, Fitting};
use crate::num::Matrix;
use crate::num::vector::norm;
use crate::solve::{Convex, Logistic, Newton, Problem, Softmax, Standard};
use std::borrow::Cow;

/// Far more than any maximum has needed.
const MOST_ITERATIONS: u64 = 1000;

impl Fitting<'_> {
    /// Logistic regression for class 1.
    pub(super) fn two_classes(&self, classes: &[u32]) -> Result<Fit, Problem> {
        let none = vec![0.0; self.design.columns()];
        let (scaled, standard) = Standard::new(self.design);
        let mut newton = Newton::new(Logistic::new(Cow::Owned(scaled), classes, 1.0, none.clone()), none.clone())?;
        newton.run(MOST_ITERATIONS)?;
        let w = standard.unscaled(newton.theta());
        let covariance = standard.unscaled_covariance(&newton.covariance()?);
        let mut there = Logistic::new(Cow::Borrowed(self.design), classes, 1.0, none);
        there.move_to(&w);
        let mut fit = self.of_likelihood(classes, 2, there.log_likelihood(), &there);
        fit.iterations = Some(newton.iterations());
        fit.coefficients = self.coefficients(&w, None);
        add_errors(&mut fit.coefficients, &deviations(&covariance), &NullDistribution::z());
        add_odds_ratios(&mut fit.coefficients, self.design.intercept);
        Ok(fit)
    }

    /// Softmax regression, each class's coefficients relative to the first class.
    pub(super) fn more_classes(&self, classes: &[u32], names: &[String]) -> Result<Fit, Problem> {
        let (p, k) = (self.design.columns(), names.len());
        let none = vec![0.0; p];
        let (scaled, standard) = Standard::new(self.design);
        let function = Softmax::new(Cow::Owned(scaled), classes, k, 1.0, none.clone());
        let mut newton = Newton::new(function, vec![0.0; p * k])?;
        newton.run(MOST_ITERATIONS).map_err(|problem| match problem {
            // Each column of X has a row of K parameters.
            Problem::RankDeficient { column } => Problem::RankDeficient { column: column / k },
            other => other,
        })?;
        let w = standard.unscaled(newton.theta());
        let covariance = newton.covariance()?;
        let mut there = Softmax::new(Cow::Borrowed(self.design), classes, k, 1.0, none);
        there.move_to(&w);
        let mut fit = self.of_likelihood(classes, k, there.log_likelihood(), &there);
        fit.iterations = Some(newton.iterations());
        fit.notes.push(format!("coefficients are relative to class `{}`, the first", names[0]));
        for class in 1..k {
            // Of the contrast to the first class.
            let contrast: Vec<f64> = (0..p).map(|j| w[j * k + class] - w[j * k]).collect();
            let entry = |i: usize, j: usize| {
                let c = |a: usize, b: usize| covariance.row(i * k + a)[j * k + b];
                c(class, class) + c(0, 0) - c(class, 0) - c(0, class)
            };
            let of_contrast = Matrix::new(p, p, (0..p * p).map(|at| entry(at / p, at % p)).collect());
            let covariance = standard.unscaled_covariance(&of_contrast);
            let mut coefficients = self.coefficients(&contrast, Some(&names[class]));
            add_errors(&mut coefficients, &deviations(&covariance), &NullDistribution::z());
            add_odds_ratios(&mut coefficients, self.design.intercept);
            fit.coefficients.extend(coefficients);
        }
        Ok(fit)
    }

    /// What follows from a likelihood at its maximum.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn of_likelihood(&self, classes: &[u32], count: usize, log_likelihood: f64, there: &impl Convex) -> Fit {
        let counts = |of: &dyn Fn(u32) -> bool| {
            let rows = classes.iter().enumerate().filter(|(_, class)| of(**class));
            rows.map(|(row, _)| self.design.weight(row)).sum::<f64>()
        };
        let m = counts(&|_| true);
        let of_class = |class: usize| counts(&|c| c as usize == class);
        let null = if self.orthogonal.spans_constant() {
            (0..count).map(of_class).filter(|&n| n > 0.0).map(|n| n * libm::log(n / m)).sum()
        } else {
            -m * libm::log(count as f64)
        };
        let mut gradient = vec![0.0; there.dimensions()];
        there.gradient(&mut gradient);
        Fit {
            statistic: Some("z"),
            rank: Some(self.design.columns()),
            log_likelihood: Some(log_likelihood),
            deviance: Some(-2.0 * log_likelihood),
            null_deviance: Some(-2.0 * null),
            gradient_norm: Some(norm(&gradient)),
            ..Fit::default()
        }
    }
}
