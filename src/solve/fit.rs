//! One fit of one model to one set of data, with what a statistician asks of it.
//!
//! Coefficients stand with their standard errors, t or z, two-sided p and 95 % interval, in the units of the data (nothing is scaled):
//!
//! - least squares: s² = RSS/(m − p), covariance s²(XᵀX)⁻¹, t with m − p degrees of freedom;
//! - `map`: the posterior's mean and deviation; z;
//! - likelihoods: covariance H⁻¹ at the maximum; z; for K classes each class's coefficients are relative to the first class.
//!
//! Ridge, lasso and a rank that is short have no standard errors that mean something, and get none. As statsmodels' `OLS`, `Logit` and
//! `MNLogit` in every convention: R² around the mean with an intercept and around 0 without, the likelihood at σ² = RSS/m, deviance −2 ln p.

use super::cross_validation::{self, LeftOut};
use super::{
    Convex, Design, Logistic, MinimumNorm, Newton, NormalEquations, Orthogonal, Posterior, Problem, Softmax, Standard,
    gaussian, lasso, residual_sum_of_squares,
};
use crate::num::vector::norm;
use crate::num::{MatRef, Matrix};
use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use std::borrow::Cow;

/// Which method, with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitMethod {
    NormalEquations,
    Qr,
    MinimumNorm,
    Ridge(Strength),
    Map { sigma: f64, prior_sigma: f64 },
    Lasso(f64),
    LogisticNewton,
    SoftmaxNewton,
}

/// λ, or how it is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strength {
    Given(f64),
    CrossValidated(LeftOut),
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug)]
pub enum Response<'a> {
    Values(&'a [f64]),
    /// Classes from 0 with their labels; for two classes, 1 is the one whose probability is modelled.
    Classes(&'a [u32], &'a [String]),
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// m × n
    pub features: MatRef<'a, f64>,
    /// n names.
    pub names: &'a [String],
    pub response: Response<'a>,
    pub intercept: bool,
}

/// A coefficient and how sure one can be of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coefficient {
    /// The class that it speaks for, where there are more than two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    pub name: String,
    pub estimate: f64,
    pub standard_error: Option<f64>,
    /// Estimate over standard error: t or z.
    pub statistic: Option<f64>,
    pub p_value: Option<f64>,
    /// 95 %.
    pub interval: Option<[f64; 2]>,
}

/// What came of it; what a method does not have is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fit {
    pub samples: usize,
    pub coefficients: Vec<Coefficient>,
    /// `t` or `z`.
    pub statistic: Option<&'static str>,
    /// Columns of X that are independent, the bias's among them.
    pub rank: Option<usize>,
    pub degrees_of_freedom: Option<usize>,
    /// λ
    pub lambda: Option<f64>,
    pub rss: Option<f64>,
    /// √(RSS/(m − p))
    pub residual_standard_error: Option<f64>,
    pub r_squared: Option<f64>,
    pub log_likelihood: Option<f64>,
    pub deviance: Option<f64>,
    /// Of a model with nothing but the intercept, or with nothing.
    pub null_deviance: Option<f64>,
    pub iterations: Option<u64>,
    /// Of the sum over samples of the squared error's half or of −ln p, with penalty, at the coefficients.
    pub gradient_norm: Option<f64>,
    /// Of X as it is, and with its columns scaled to length 1. Absent where the rank is short: infinite.
    pub condition_number: Option<f64>,
    pub scaled_condition_number: Option<f64>,
    /// What to know before the figures are believed.
    pub notes: Vec<String>,
}

/// The most iterations of a likelihood.
const MOST_ITERATIONS: u64 = 1000;

/// From where on the scaled condition number tells of columns that nearly depend on one another: Belsley, Kuh & Welsch 1980, chapter 3.
const COLLINEAR: f64 = 30.0;

/// Fits.
///
/// # Errors
/// Where there is no solution that means anything.
pub fn fit(question: &Question<'_>, method: FitMethod) -> Result<Fit, Problem> {
    let design = Design::new(question.features, question.intercept);
    let fitting = Fitting { question, design: &design };
    let mut fit = match (question.response, method) {
        (Response::Values(y), method) => fitting.values(y, method)?,
        (Response::Classes(classes, names), _) => fitting.classes(classes, names)?,
    };
    fit.samples = design.samples();
    let [condition, scaled] = Orthogonal::new(&design).condition_numbers();
    fit.condition_number = Some(condition).filter(|number| number.is_finite());
    fit.scaled_condition_number = Some(scaled).filter(|number| number.is_finite());
    if scaled.is_finite() && scaled >= COLLINEAR {
        fit.notes.push(format!(
            "columns nearly depend on one another: condition number {scaled:.3e} with columns of length 1, {COLLINEAR} or \
             more; a small change of the data moves some coefficients far"
        ));
    }
    Ok(fit)
}

struct Fitting<'q> {
    question: &'q Question<'q>,
    design: &'q Design,
}

/// Two-sided p and the half-width of 95 % in standard errors.
enum Reference {
    T(StudentsT),
    Z(Normal),
}

impl Reference {
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn t(degrees_of_freedom: usize) -> Option<Self> {
        StudentsT::new(0.0, 1.0, degrees_of_freedom as f64).ok().filter(|_| degrees_of_freedom > 0).map(Self::T)
    }

    fn z() -> Self {
        Self::Z(Normal::standard())
    }

    fn p_value(&self, statistic: f64) -> f64 {
        2.0 * match self {
            Self::T(t) => t.sf(statistic.abs()),
            Self::Z(z) => z.sf(statistic.abs()),
        }
    }

    fn half_width(&self) -> f64 {
        match self {
            Self::T(t) => t.inverse_cdf(0.975),
            Self::Z(z) => z.inverse_cdf(0.975),
        }
    }
}

impl Fitting<'_> {
    fn name(&self, column: usize) -> String {
        column_name(self.question, column)
    }

    fn coefficients(&self, w: &[f64], class: Option<&str>) -> Vec<Coefficient> {
        let coefficient = |(column, &estimate): (usize, &f64)| Coefficient {
            class: class.map(str::to_owned),
            name: self.name(column),
            estimate,
            standard_error: None,
            statistic: None,
            p_value: None,
            interval: None,
        };
        w.iter().enumerate().map(coefficient).collect()
    }

    fn values(&self, y: &[f64], method: FitMethod) -> Result<Fit, Problem> {
        let (design, p) = (self.design, self.design.columns());
        let (mut lambda, mut iterations, mut notes) = (None, None, Vec::new());
        let mut covariance: Option<(Matrix<f64>, Spread)> = None;
        let mut rank = p;
        let w = match method {
            FitMethod::NormalEquations => {
                let normal = NormalEquations::new(design, design.penalties(0.0))?;
                covariance = Some((normal.inverse(), Spread::Estimated));
                normal.solve(y)
            }
            FitMethod::Qr => {
                let orthogonal = Orthogonal::new(design);
                let w = orthogonal.solve(y)?;
                covariance = Some((orthogonal.inverse(), Spread::Estimated));
                w
            }
            FitMethod::MinimumNorm => {
                let minimum_norm = MinimumNorm::new(design);
                rank = minimum_norm.rank();
                if rank == p {
                    covariance = Some((Orthogonal::new(design).inverse(), Spread::Estimated));
                } else {
                    notes.push(format!(
                        "{p} coefficients of rank {rank}: of all that fit equally well these are the shortest, and no data can \
                         tell them from the others; so there are no standard errors"
                    ));
                }
                minimum_norm.solve(y)
            }
            FitMethod::Ridge(strength) => {
                let chosen = self.strength(y, strength, &mut notes)?;
                lambda = Some(chosen);
                notes.push(
                    "ridge is biased on purpose; standard errors would not tell of that, so there are none".into(),
                );
                super::ridge(design, y, chosen)?
            }
            FitMethod::Map { sigma, prior_sigma } => {
                let posterior = Posterior::new(design, y, sigma, prior_sigma)?;
                lambda = Some((sigma / prior_sigma) * (sigma / prior_sigma));
                covariance = Some((posterior.covariance(), Spread::Known));
                posterior.mean
            }
            FitMethod::Lasso(strength) => {
                let found = lasso(design, y, strength)?;
                (lambda, iterations) = (Some(strength), Some(found.passes));
                notes.push(
                    "after a choice of coefficients standard errors would be too small, so there are none".into(),
                );
                found.w
            }
            FitMethod::LogisticNewton | FitMethod::SoftmaxNewton => unreachable!("they are asked with classes"),
        };
        let mut fit = self.of_residuals(y, &w, rank);
        if lambda.is_some() {
            // A penalty takes back some of each coefficient's freedom, so p is no count of them.
            (fit.degrees_of_freedom, fit.residual_standard_error, fit.log_likelihood) = (None, None, None);
        }
        (fit.lambda, fit.iterations, fit.notes) = (lambda, iterations, notes);
        if !matches!(method, FitMethod::Lasso(_)) {
            let penalties = design.penalties(lambda.unwrap_or(0.0));
            fit.gradient_norm = Some(norm(&design.gradient(&design.residuals(&w, y), &penalties, &w, &vec![0.0; p])));
        }
        match covariance {
            Some((inverse, Spread::Estimated)) => {
                let variance = fit.residual_standard_error.map(|s| s * s);
                let reference = fit.degrees_of_freedom.and_then(Reference::t);
                match (variance, reference) {
                    (Some(variance), Some(reference)) => {
                        fit.statistic = Some("t");
                        add_errors(&mut fit.coefficients, |j| variance * inverse.row(j)[j], &reference);
                        let largest = y.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
                        if fit.residual_standard_error.is_some_and(|s| s <= 8.0 * f64::EPSILON * largest) {
                            fit.notes.push(
                                "a perfect fit: residuals are rounding alone, and so are the errors made of them"
                                    .into(),
                            );
                        }
                    }
                    _ => fit
                        .notes
                        .push("as many coefficients as samples: nothing is left to estimate errors from".into()),
                }
            }
            Some((covariance, Spread::Known)) => {
                fit.statistic = Some("z");
                add_errors(&mut fit.coefficients, |j| covariance.row(j)[j], &Reference::z());
            }
            None => {}
        }
        Ok(fit)
    }

    /// λ, found if it is not given.
    #[allow(clippy::cast_precision_loss)]
    fn strength(&self, y: &[f64], strength: Strength, notes: &mut Vec<String>) -> Result<f64, Problem> {
        let left_out = match strength {
            Strength::Given(lambda) => return Ok(lambda),
            Strength::CrossValidated(left_out) => left_out,
        };
        if let LeftOut::Fold(folds) = left_out
            && folds > y.len()
        {
            return Err(Problem::TooFewSamples { samples: y.len(), needed: folds });
        }
        // Around the features' own mean square, which is where λ begins to be felt.
        let (_, scaled) = Standard::new(self.design);
        let squares: Vec<f64> =
            scaled.deviations()[usize::from(self.design.intercept)..].iter().map(|d| d * d * y.len() as f64).collect();
        if squares.is_empty() {
            return Ok(0.0); // nothing is penalized
        }
        let usual = squares.iter().sum::<f64>() / squares.len() as f64;
        let lambdas = cross_validation::grid(1e-8 * usual, 1e4 * usual, 121);
        let (best, _) = cross_validation::choose(self.design, y, &lambdas, left_out)?;
        if best == lambdas[0] || best == lambdas[lambdas.len() - 1] {
            notes.push(format!("λ = {best:.3e} lies at the edge of the values tried: the best one may lie beyond"));
        }
        Ok(best)
    }

    /// What follows from the residuals alone.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn of_residuals(&self, y: &[f64], w: &[f64], rank: usize) -> Fit {
        let (m, intercept) = (y.len(), self.design.intercept);
        let rss = residual_sum_of_squares(self.design, w, y);
        let mean = if intercept { y.iter().sum::<f64>() / m as f64 } else { 0.0 };
        let over = |f: &dyn Fn(f64) -> f64| y.iter().map(|y| f(y - mean)).sum::<f64>();
        // The second term takes back the rounding of the mean.
        let total = over(&|d| d * d) - if intercept { over(&|d| d).powi(2) / m as f64 } else { 0.0 };
        let left = m.saturating_sub(rank);
        let likelihood = -gaussian::negative_log_likelihood(rss, m, gaussian::variance(rss, m));
        Fit {
            coefficients: self.coefficients(w, None),
            rank: Some(rank),
            degrees_of_freedom: Some(left),
            rss: Some(rss),
            residual_standard_error: (left > 0).then(|| (rss / left as f64).sqrt()),
            r_squared: (total > 0.0).then(|| 1.0 - rss / total),
            log_likelihood: Some(likelihood).filter(|likelihood| likelihood.is_finite()),
            ..Fit::default()
        }
    }

    fn classes(&self, classes: &[u32], names: &[String]) -> Result<Fit, Problem> {
        if names.len() == 2 { self.two_classes(classes) } else { self.more_classes(classes, names) }
    }

    fn two_classes(&self, classes: &[u32]) -> Result<Fit, Problem> {
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
        add_errors(&mut fit.coefficients, |j| covariance.row(j)[j], &Reference::z());
        Ok(fit)
    }

    fn more_classes(&self, classes: &[u32], names: &[String]) -> Result<Fit, Problem> {
        let (p, k) = (self.design.columns(), names.len());
        let none = vec![0.0; p];
        let (scaled, standard) = Standard::new(self.design);
        let function = Softmax::new(Cow::Owned(scaled), classes, k, 1.0, none.clone());
        let mut newton = Newton::new(function, vec![0.0; p * k]).map_err(|problem| match problem {
            // Each column of X has a row of K parameters.
            Problem::RankDeficient { column } => Problem::RankDeficient { column: column / k },
            other => other,
        })?;
        newton.run(MOST_ITERATIONS)?;
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
            add_errors(&mut coefficients, |j| covariance.row(j)[j], &Reference::z());
            fit.coefficients.extend(coefficients);
        }
        Ok(fit)
    }

    /// What follows from a likelihood at its maximum.
    #[allow(clippy::cast_precision_loss)]
    fn of_likelihood(&self, classes: &[u32], count: usize, log_likelihood: f64, there: &impl Convex) -> Fit {
        let m = classes.len() as f64;
        let of_class = |class: usize| classes.iter().filter(|&&c| c as usize == class).count() as f64;
        let null = if self.design.intercept {
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

/// Where the noise's variance comes from.
enum Spread {
    Estimated,
    Known,
}

fn add_errors(coefficients: &mut [Coefficient], variance: impl Fn(usize) -> f64, reference: &Reference) {
    let half_width = reference.half_width();
    for (j, coefficient) in coefficients.iter_mut().enumerate() {
        let error = variance(j).max(0.0).sqrt();
        let (estimate, statistic) = (coefficient.estimate, coefficient.estimate / error);
        coefficient.standard_error = Some(error);
        coefficient.statistic = Some(statistic).filter(|statistic| statistic.is_finite());
        coefficient.p_value = coefficient.statistic.map(|statistic| reference.p_value(statistic));
        coefficient.interval = Some([estimate - half_width * error, estimate + half_width * error]);
    }
}

/// The name of a column of X.
#[must_use]
pub fn column_name(question: &Question<'_>, column: usize) -> String {
    match (question.intercept, column) {
        (true, 0) => "intercept".to_owned(),
        (true, column) => question.names[column - 1].clone(),
        (false, column) => question.names[column].clone(),
    }
}
