//! The condition number of what a solver of least squares solves (lecture C13).
//!
//! κ(XᵀX + λI) = (σ₁/σ_p)², σ the singular values of X with the rows of √λ I below it, p columns; none for the bias
//!
//! They come from R of its QR factorization, so that κ is right to some digits up to 10²⁰, where XᵀX itself would have lost the least
//! eigenvalue. Golub & Van Loan 2013, section 5.3. NumPy: `np.linalg.cond(np.vstack([X, np.sqrt(lam) * I])) ** 2`.

use super::Design;
use super::entries::chosen_lambda;
use crate::num::{Matrix, Qr, singular_values};
use crate::registry::Choice;

/// The strength λ that a solver has on its training part; `None` if it is no solver of XᵀX + λI, or none can be chosen.
fn strength(choice: &Choice, design: &Design, y: &[f64]) -> Option<f64> {
    match choice.kind.as_str() {
        "normal-equations" | "qr" | "minimum-norm" => Some(0.0),
        "ridge" => Some(choice.number("lambda")),
        "ridge-cv" => chosen_lambda(choice, design, y).ok(),
        "map" => {
            let ratio = choice.number("sigma") / choice.number("prior_sigma");
            Some(ratio * ratio)
        }
        _ => None,
    }
}

/// Whether a solver has a condition number.
#[must_use]
pub fn has_condition(kind: &str) -> bool {
    ["normal-equations", "qr", "minimum-norm", "ridge", "ridge-cv", "map"].contains(&kind)
}

/// κ(XᵀX + λI) of a solver's choice on a design with answers y, m numbers; `None` where it is infinite.
#[must_use]
pub fn condition(choice: &Choice, design: &Design, y: &[f64]) -> Option<f64> {
    let p = design.columns();
    let penalties = design.penalties(strength(choice, design, y)?);
    let mut rows = design.x.data().to_vec();
    for (j, penalty) in penalties.iter().enumerate().filter(|(_, penalty)| **penalty > 0.0) {
        rows.extend((0..p).map(|k| if k == j { penalty.sqrt() } else { 0.0 }));
    }
    let whole = Matrix::new(rows.len() / p.max(1), p, rows);
    let qr = Qr::new(whole.view(), &vec![1.0; p]);
    if qr.rank() < p {
        return None;
    }
    let of_r = Matrix::new(p, p, (0..p * p).map(|at| qr.r(at / p, at % p)).collect());
    let values = singular_values(of_r);
    let ratio = values.first()? / values.last()?;
    Some(ratio * ratio).filter(|condition| condition.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn choice(kind: &str, parameters: &[(&str, f64)]) -> Choice {
        let parameters = parameters.iter().map(|(name, number)| ((*name).to_owned(), Value::Number(*number))).collect();
        Choice { kind: kind.to_owned(), parameters }
    }

    /// XᵀX = diag(9, 4) without a bias; then with λ = 1. With a bias of four rows of mean 0 the bias's own 4 is not raised.
    #[test]
    fn the_condition_is_that_of_the_penalized_squares() {
        let features = Matrix::new(4, 2, vec![1.5, 1.0, 1.5, -1.0, -1.5, 1.0, -1.5, -1.0]);
        let y = [1.0, 2.0, 0.0, 0.0];
        let near = |a: Option<f64>, b: f64| assert!((a.unwrap() / b - 1.0).abs() < 1e-14, "{a:?} for {b}");
        let plain = Design::new(features.view(), false);
        near(condition(&choice("qr", &[]), &plain, &y), 9.0 / 4.0);
        near(condition(&choice("ridge", &[("lambda", 1.0)]), &plain, &y), 10.0 / 5.0);
        near(condition(&choice("map", &[("sigma", 2.0), ("prior_sigma", 1.0)]), &plain, &y), 13.0 / 8.0);
        let biased = Design::new(features.view(), true);
        near(condition(&choice("ridge", &[("lambda", 2.0)]), &biased, &y), 11.0 / 4.0);
        assert_eq!(condition(&choice("newton", &[]), &biased, &y), None);
    }

    #[test]
    fn dependent_columns_have_none_until_there_is_a_penalty() {
        let twice = Matrix::new(3, 2, vec![1.0, 2.0, 2.0, 4.0, -1.0, -2.0]);
        let (design, y) = (Design::new(twice.view(), false), [1.0, 0.0, 0.0]);
        assert_eq!(condition(&choice("minimum-norm", &[]), &design, &y), None);
        // XᵀX has the eigenvalues 30 and 0.
        let found = condition(&choice("ridge", &[("lambda", 0.1)]), &design, &y).unwrap();
        assert!((found / 301.0 - 1.0).abs() < 1e-12, "{found}");
    }
}
