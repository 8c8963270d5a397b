//! Fits of numbers: least squares, plain and with penalties.

use super::errors::{NullDistribution, add_errors};
use super::penalized::{RidgeErrors, bootstrap_errors};
use super::{Around, Fit, FitMethod, Fitting, Strength};
use crate::num::vector::{dot, norm, power_of_two};
use crate::solve::{
    Design, LeftOut, MinimumNorm, Moments, Posterior, Problem, Standard, choose, gaussian, grid, lasso, residual_norm,
    ridge,
};

/// λ are tried from and to so much of the features' mean square over all samples.
const LOW: f64 = 1e-8;
const HIGH: f64 = 1e4;
/// How many.
const POINTS: usize = 61;

fn drawn_note(draws: u64) -> String {
    format!(
        "standard errors are standard deviations over fits of {draws} draws of rows with replacement, at this λ; they leave out how far the \
         penalty moves estimates towards 0, so they make no test and no interval"
    )
}

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
    /// Standard errors of estimates that are biased, which compare with nothing.
    biased: Option<Vec<f64>>,
    /// tr H and √(RSS/(m − tr H)).
    effective: Option<(f64, Option<f64>)>,
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
                let biased = self.drawn_errors(y, |design, y| Ok(lasso(design, y, strength)?.w))?;
                let mut notes = vec![match self.draws {
                    Some(draws) => drawn_note(draws),
                    None => {
                        "the lasso has no formula for standard errors: `--bootstrap 1000` finds them by drawing rows"
                            .to_owned()
                    }
                }];
                if !full {
                    notes.push(format!(
                        "{p} coefficients of rank {}: columns that are equal, or combinations of others, can share their \
                         coefficients in other ways that fit equally well; a coefficient of 0 among them does not say that its \
                         column is useless",
                        self.orthogonal.rank()
                    ));
                }
                let (w, lambda, passes) = (found.w, Some(strength), Some(found.passes));
                Found { w, lambda, passes, biased, notes, ..Found::default() }
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
        let moments = Moments::new(self.design, y);
        let normal = moments.factor(self.design.penalties(lambda))?;
        let w = moments.solve_with(&normal)?;
        let RidgeErrors { effective, residual_standard_error, errors } = RidgeErrors::of(self.design, &normal, &w, y);
        let drawn = self.drawn_errors(y, |design, y| ridge(design, y, lambda))?;
        notes.push(match (self.draws, &errors) {
            _ if lambda == 0.0 => {
                "λ = 0 penalizes nothing: this is least squares, of which `qr` gives tests and intervals".to_owned()
            }
            (Some(draws), _) => drawn_note(draws),
            (None, Some(_)) => "standard errors are of the penalized estimates at this λ: how far they spread over new targets, not how far \
                                the penalty moves them towards 0; so they make no test and no interval"
                .to_owned(),
            (None, None) => "so weak a penalty leaves as many coefficients free as there are samples: nothing is left to estimate errors from"
                .to_owned(),
        });
        let effective = Some((effective, residual_standard_error));
        Ok(Found { w, lambda: Some(lambda), biased: drawn.or(errors), effective, notes, ..Found::default() })
    }

    /// Standard errors by drawing rows, where they are asked for.
    fn drawn_errors(
        &self,
        y: &[f64],
        solve: impl Fn(&Design, &[f64]) -> Result<Vec<f64>, Problem>,
    ) -> Result<Option<Vec<f64>>, Problem> {
        self.draws.map(|draws| bootstrap_errors(self.design, y, draws, solve)).transpose()
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
        if let Some((effective, residual)) = found.effective {
            (fit.effective_parameters, fit.residual_standard_error) = (Some(effective), residual);
        }
        if !is_lasso {
            let penalties = design.penalties(found.lambda.unwrap_or(0.0));
            let residuals = design.residuals(&found.w, y);
            fit.gradient_norm = Some(norm(&design.gradient(&residuals, &penalties, &found.w, &vec![0.0; p])));
        }
        if let Some(known) = found.known {
            fit.statistic = Some("z");
            add_errors(&mut fit.coefficients, &known, &NullDistribution::z());
        } else if let Some(errors) = found.biased {
            fit.coefficients.iter_mut().zip(errors).for_each(|(of, error)| of.standard_error = Some(error));
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
        let (design, m, rank) = (self.design, y.len(), self.orthogonal.rank());
        let constant = self.orthogonal.spans_constant();
        let length = residual_norm(design, w, y);
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
        // What 1 is among rows that are multiplied by the roots of their weights.
        let one = design.constant();
        let (ones, mean) = (dot(&one, &one), if constant { dot(&one, &scaled) / dot(&one, &one) } else { 0.0 });
        let over =
            |f: &dyn Fn(f64, f64) -> f64| scaled.iter().zip(&one).map(|(y, one)| f(y - mean * one, *one)).sum::<f64>();
        // The second term takes back the rounding of the mean.
        let total = over(&|d, _| d * d) - if constant { over(&|d, one| d * one).powi(2) / ones } else { 0.0 };
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
        // The variance of a row is that of all over its weight.
        let of_weights: f64 = design.roots.iter().map(|root| libm::log(*root)).sum();
        let likelihood = of_weights - gaussian::negative_log_likelihood(rss, m, gaussian::variance(rss, m));
        fit.log_likelihood = Some(likelihood).filter(|likelihood| likelihood.is_finite());
        Ok(fit)
    }
}
