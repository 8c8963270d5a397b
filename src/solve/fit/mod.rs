//! One fit of one model to one set of data, with what a statistician asks of it.
//!
//! Coefficients stand with their standard errors, t or z, two-sided p and 95 % interval, in the units of the data
//! (nothing is scaled):
//!
//! - least squares: s² = RSS/(m − p), covariance s²(XᵀX)⁻¹, t with m − p degrees of freedom;
//! - `map`: the posterior's mean and deviation; z;
//! - ridge: the spread of the penalized estimate, without what compares it to 0 (`penalized.rs`); lasso: the same by drawing rows;
//! - likelihoods: covariance H⁻¹ at the maximum; z; for K classes each class's coefficients are relative to the first
//!   class. Odds ratios are their exponentials (`numpy.exp` of statsmodels' `params` and `conf_int()`).
//!
//! Rows can have weights: least squares minimizes Σ w_i r_i² (statsmodels' `WLS`: s² = Σ w_i r_i²/(m − p)), and a likelihood counts a row
//! w_i times (`GLM` with `freq_weights`).
//!
//! A rank that is short has no standard errors that mean something, and gets none. As statsmodels'
//! `OLS`, `Logit` and `MNLogit`: R² around the mean where X makes a constant, by an intercept or columns of its own, and
//! around 0 where it makes none; the likelihood at σ² = RSS/m; deviance −2 ln p. Of a likelihood whose X makes no constant the
//! empty model gives each class the same probability, as R's `glm` does; statsmodels' `llnull` has a constant there too.

mod classes;
mod errors;
mod penalized;
mod values;

use super::{Design, LeftOut, Orthogonal, Problem};
use crate::num::MatRef;
use serde::Serialize;
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

/// What is fitted: features, a response, and whether there is an intercept.
#[derive(Clone, Copy, Debug)]
pub struct FitData<'a> {
    /// m × n
    pub features: MatRef<'a, f64>,
    /// n names.
    pub names: &'a [String],
    pub response: Response<'a>,
    pub intercept: bool,
    /// How much each row counts, greater than 0; empty where all count alike.
    pub weights: &'a [f64],
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
    /// Of classes: by how much the odds are multiplied where the column is greater by 1. The intercept has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub odds_ratio: Option<OddsRatio>,
}

/// exp of a coefficient of classes, with its interval (lecture L42).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OddsRatio {
    pub estimate: f64,
    /// 95 %: exp of the ends of the coefficient's, so that it is not even about the estimate.
    pub interval: [f64; 2],
}

/// What R² compares the residuals with: what is left of the target without the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Around {
    /// Where X makes a constant, as with an intercept.
    Mean,
    /// Where it makes none.
    Zero,
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
    /// tr H of ridge: the coefficients that the penalty leaves free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_parameters: Option<f64>,
    /// √(RSS/(m − p)), of ridge with tr H in the place of p.
    pub residual_standard_error: Option<f64>,
    pub r_squared: Option<f64>,
    /// What R² compares with.
    pub r_squared_around: Option<Around>,
    pub log_likelihood: Option<f64>,
    pub deviance: Option<f64>,
    /// Of a model with nothing but the intercept where X makes a constant, or else with nothing.
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

/// The scaled condition number from which on columns count as nearly dependent: Belsley, Kuh & Welsch
/// 1980, chapter 3.
const COLLINEAR: f64 = 30.0;

/// Fits; with `draws` the standard errors of ridge and lasso come from as many draws of rows.
///
/// # Errors
/// Where there is no solution that means anything.
pub fn fit(data: &FitData<'_>, method: FitMethod, draws: Option<u64>) -> Result<Fit, Problem> {
    let whole = Design::new(data.features, data.intercept).weighted(data.weights.to_vec());
    let (design, y) = match data.response {
        Response::Values(y) => whole.rooted(y),
        Response::Classes(..) => (Cow::Borrowed(&whole), Cow::default()),
    };
    let orthogonal = Orthogonal::new(&design);
    let fitting = Fitting { data, design: &design, orthogonal: &orthogonal, draws };
    let mut fit = match data.response {
        Response::Values(_) => fitting.values(&y, method)?,
        // With two labels softmax regression is logistic regression for the second.
        Response::Classes(classes, [_, _]) => fitting.two_classes(classes)?,
        Response::Classes(classes, names) => fitting.more_classes(classes, names)?,
    };
    fit.samples = design.samples();
    let [condition, scaled] = orthogonal.condition_numbers();
    fit.condition_number = Some(condition).filter(|number| number.is_finite());
    fit.scaled_condition_number = Some(scaled).filter(|number| number.is_finite());
    if scaled.is_finite() && scaled >= COLLINEAR {
        let penalized = fit.lambda.is_some_and(|lambda| lambda > 0.0);
        let effect = if penalized {
            "without the penalty a small change of the data would move some coefficients far"
        } else {
            "a small change of the data moves some coefficients far"
        };
        fit.notes.push(format!(
            "columns nearly depend on one another: condition number {scaled:.3e} with columns of length 1, {COLLINEAR} or \
             more; {effect}"
        ));
    }
    Ok(fit)
}

/// Data with their X.
struct Fitting<'q> {
    data: &'q FitData<'q>,
    design: &'q Design,
    orthogonal: &'q Orthogonal<'q>,
    draws: Option<u64>,
}

impl Fitting<'_> {
    /// Coefficients, still without errors.
    fn coefficients(&self, w: &[f64], class: Option<&str>) -> Vec<Coefficient> {
        let coefficient = |(column, &estimate): (usize, &f64)| Coefficient {
            class: class.map(str::to_owned),
            name: column_name(self.data, column),
            estimate,
            standard_error: None,
            statistic: None,
            p_value: None,
            interval: None,
            odds_ratio: None,
        };
        w.iter().enumerate().map(coefficient).collect()
    }
}

/// The name of a column of X; the intercept is in brackets where a feature has its name.
#[must_use]
pub fn column_name(data: &FitData<'_>, column: usize) -> String {
    match (data.intercept, column) {
        (true, 0) => {
            let mut name = "intercept".to_owned();
            while data.names.contains(&name) {
                name = format!("({name})");
            }
            name
        }
        (true, column) => data.names[column - 1].clone(),
        (false, column) => data.names[column].clone(),
    }
}
