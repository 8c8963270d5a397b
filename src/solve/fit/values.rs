//! Fits of numbers: least squares, plain and with penalties.

use super::errors::{NullDistribution, add_errors};
use super::{Around, Fit, FitMethod, Fitting, Strength};
use crate::num::vector::{norm, power_of_two};
use crate::solve::{
    LeftOut, MinimumNorm, Moments, Posterior, Problem, Standard, choose, gaussian, grid, lasso, residual_norm, ridge,
};

/// λ are tried from and to so much of the features' mean square over all samples.
const LOW: f64 = 1e-8;
const HIGH: f64 = 1e4;
/// How many.
const POINTS: usize = 61;

/// Coefficients and what their method knows besides.
#[derive(Default)]
struct Found {
    w: Vec<f64>,
    lambda: Option<f64>,
    passes: Option<u64>,
    /// Whether standard errors follow from the residuals.
    estimated: bool,
    /// Standard errors that follow from what is known of the noise.
    known: Option<Vec<f64>>,
    notes: Vec<String>,
}

impl Fitting<'_> {
    pub(super) fn values(&self, y: &[f64], method: FitMethod) -> Result<Fit, Problem> {
        let (design, p) = (self.design, self.design.columns());
        let full = self.orthogonal.rank() == p;
        let plain = |w| Found { w, estimated: true, ..Found::default() };
        let found = match method {
            FitMethod::NormalEquations => plain(Moments::new(design, y).solve(design.penalties(0.0))?),
            FitMethod::Qr => plain(self.orthogonal.solve(y)?),
            FitMethod::MinimumNorm if full => plain(self.orthogonal.solve(y)?),
            FitMethod::MinimumNorm => Found {
                w: MinimumNorm::new(design).solve(y)?,
                notes: vec![format!(
                    "{p} coefficients of rank {}: of all that fit equally well these are the shortest, the intercept counted \
                     like any other, and no data can tell them from the others; so there are no standard errors",
                    self.orthogonal.rank()
                )],
                ..Found::default()
            },
            FitMethod::Ridge(strength) => self.ridge(y, strength)?,
            FitMethod::Map { sigma, prior_sigma } => {
                let posterior = Posterior::new(design, y, sigma, prior_sigma)?;
                let known = Some(posterior.deviations());
                let lambda = Some((sigma / prior_sigma) * (sigma / prior_sigma));
                Found { w: posterior.mean, lambda, known, ..Found::default() }
            }
            FitMethod::Lasso(strength) => {
                let found = lasso(design, y, strength)?;
                let mut notes = vec![
                    "after a choice of coefficients standard errors would be too small, so there are none".to_owned(),
                ];
                if !full {
                    notes.push(format!(
                        "{p} coefficients of rank {}: columns that are equal, or combinations of others, can share their \
                         coefficients in other ways that fit equally well; a coefficient of 0 among them does not say that its \
                         column is useless",
                        self.orthogonal.rank()
                    ));
                }
                Found { w: found.w, lambda: Some(strength), passes: Some(found.passes), notes, ..Found::default() }
            }
            FitMethod::LogisticNewton | FitMethod::SoftmaxNewton => unreachable!("they are asked with classes"),
        };
        self.of(y, found, matches!(method, FitMethod::Lasso(_)))
    }

    fn ridge(&self, y: &[f64], strength: Strength) -> Result<Found, Problem> {
        let mut notes = Vec::new();
        let lambda = match strength {
            Strength::Given(lambda) => lambda,
            Strength::CrossValidated(left_out) => self.cross_validated(y, left_out, &mut notes)?,
        };
        notes.push(if lambda == 0.0 {
            "λ = 0 penalizes nothing: this is least squares, of which `qr` gives standard errors".to_owned()
        } else {
            "ridge is biased on purpose, and standard errors would ignore the bias, so there are none".to_owned()
        });
        Ok(Found { w: ridge(self.design, y, lambda)?, lambda: Some(lambda), notes, ..Found::default() })
    }

    /// λ from around the features' own mean square, which is where it begins to be felt.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn cross_validated(&self, y: &[f64], left_out: LeftOut, notes: &mut Vec<String>) -> Result<f64, Problem> {
        let (_, standard) = Standard::new(self.design);
        let deviations = &standard.deviations()[usize::from(self.design.intercept)..];
        if deviations.is_empty() {
            return Ok(0.0); // nothing is penalized
        }
        let usual = deviations.iter().map(|d| d * d * y.len() as f64 / deviations.len() as f64).sum::<f64>();
        let lambdas = grid(LOW * usual, HIGH * usual, POINTS);
        let (best, _) = choose(self.design, y, &lambdas, left_out)?;
        if best == lambdas[0] || best == lambdas[POINTS - 1] {
            notes.push(format!("λ = {best:.3e} lies at the edge of the values tried: the best one may lie beyond"));
        }
        Ok(best)
    }

    /// Everything that follows from coefficients.
    fn of(&self, y: &[f64], found: Found, is_lasso: bool) -> Result<Fit, Problem> {
        let (design, p) = (self.design, self.design.columns());
        let mut fit = self.of_residuals(y, &found.w)?;
        fit.notes.splice(0..0, found.notes);
        (fit.lambda, fit.iterations) = (found.lambda, found.passes);
        if found.lambda.is_some() {
            // A penalty takes back some of each coefficient's freedom, so p is no count of them.
            (fit.degrees_of_freedom, fit.residual_standard_error, fit.log_likelihood) = (None, None, None);
        }
        if !is_lasso {
            let penalties = design.penalties(found.lambda.unwrap_or(0.0));
            let residuals = design.residuals(&found.w, y);
            fit.gradient_norm = Some(norm(&design.gradient(&residuals, &penalties, &found.w, &vec![0.0; p])));
        }
        if let Some(known) = found.known {
            fit.statistic = Some("z");
            add_errors(&mut fit.coefficients, &known, &NullDistribution::z());
        } else if found.estimated {
            self.add_estimated_errors(&mut fit);
        }
        Ok(fit)
    }

    /// s √((XᵀX)⁻¹_jj), where residuals tell s.
    fn add_estimated_errors(&self, fit: &mut Fit) {
        match (fit.residual_standard_error, fit.degrees_of_freedom.and_then(NullDistribution::t)) {
            (Some(s), Some(reference)) => {
                fit.statistic = Some("t");
                // From the QR factors, whatever the method: they do not square the condition number.
                let errors: Vec<f64> = self.orthogonal.spreads().iter().map(|spread| s * spread).collect();
                add_errors(&mut fit.coefficients, &errors, &reference);
            }
            (None, None) => {
                fit.notes.push("as many coefficients as samples: nothing is left to estimate errors from".into());
            }
            _ => {}
        }
    }

    /// What follows from the residuals alone. Of a perfect fit nothing does.
    #[allow(clippy::cast_precision_loss)] // samples stay below 2⁵³
    fn of_residuals(&self, y: &[f64], w: &[f64]) -> Result<Fit, Problem> {
        let (m, rank) = (y.len(), self.orthogonal.rank());
        let constant = self.orthogonal.spans_constant();
        let length = residual_norm(self.design, w, y);
        let largest = y.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
        let rss = length * length;
        if !rss.is_finite() {
            return Err(Problem::Overflow);
        }
        let left = m.saturating_sub(rank);
        // Rounding of m figures of that size, with some to spare.
        let perfect = length <= 8.0 * f64::EPSILON * largest * (m as f64).sqrt();
        let mut fit = Fit {
            coefficients: self.coefficients(w, None),
            rank: Some(rank),
            degrees_of_freedom: Some(left),
            rss: Some(rss),
            ..Fit::default()
        };
        let scale = if largest > 0.0 { power_of_two(largest) } else { 1.0 };
        let scaled: Vec<f64> = y.iter().map(|y| y * scale).collect();
        let mean = if constant { scaled.iter().sum::<f64>() / m as f64 } else { 0.0 };
        let over = |f: &dyn Fn(f64) -> f64| scaled.iter().map(|y| f(y - mean)).sum::<f64>();
        // The second term takes back the rounding of the mean.
        let total = over(&|d| d * d) - if constant { over(&|d| d).powi(2) / m as f64 } else { 0.0 };
        // Targets that are constant but for rounding have nothing to explain.
        let varies = total > (8.0 * f64::EPSILON * largest * scale).powi(2) * m as f64;
        let unexplained = (length * scale).powi(2) / total;
        fit.r_squared = varies.then_some(1.0 - unexplained).map(|r| if r.abs() < 1e-15 { 0.0 } else { r });
        fit.r_squared_around = fit.r_squared.map(|_| if constant { Around::Mean } else { Around::Zero });
        if perfect {
            fit.notes.push("a perfect fit: residuals are rounding alone, and nothing can be told from them".into());
            return Ok(fit);
        }
        fit.residual_standard_error = (left > 0).then(|| length / (left as f64).sqrt());
        let likelihood = -gaussian::negative_log_likelihood(rss, m, gaussian::variance(rss, m));
        fit.log_likelihood = Some(likelihood).filter(|likelihood| likelihood.is_finite());
        Ok(fit)
    }
}
