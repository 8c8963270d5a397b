//! Normal equations (lecture L6): least squares, plain or with a penalty on each weight's square, by Cholesky.
//!
//! w* = (XᵀX + Λ)⁻¹ Xᵀy, Λ diagonal; plain least squares has Λ = 0
//!
//! X is m × p with the bias's column of ones (L2), y m numbers, w* p. **Erratum**: the slide's X⁺ = (XᵀX)⁻¹Xᵀ holds
//! only with full column rank; without it this method refuses (`rank-deficient`), where LAPACK's own test would run
//! through and return nonsense ([`Cholesky`]). `minimum_norm.rs` has the answer for that case.
//!
//! XᵀX has the square of X's condition number κ, so a plain solution loses 2 log₁₀ κ digits. It is refined here: the
//! residual y − Xw is taken in twice the precision, and (XᵀX)⁻¹Xᵀ of it added to w, until w no longer moves. Each round
//! wins as many digits as the first had, so all digits are right while κ stays below some 10⁷; NumPy and scikit-learn
//! do not refine. Columns are scaled by powers of two first, which changes no digit. Golub & Van Loan 2013, section
//! 5.3.2; refinement as Björck 1996, "Numerical methods for least squares problems", section 2.9.

use super::design::with_penalties;
use super::gram::Gramian;
use super::{Design, Problem};
use crate::num::twofold::{Sums, Twofold};
use crate::num::vector;
use crate::num::{Cholesky, Matrix};

/// XᵀX + Λ, factored.
#[derive(Clone, Debug)]
pub struct NormalEquations<'d> {
    design: &'d Design,
    penalties: Vec<f64>,
    /// Of D(XᵀX + Λ)D.
    factor: Cholesky,
    /// D
    scales: Vec<f64>,
}

/// Rounds of refinement: each wins digits, or is the last.
pub(super) const MOST_ROUNDS: usize = 20;

impl<'d> NormalEquations<'d> {
    /// Factors, with a penalty for each column.
    ///
    /// # Errors
    /// Where a column depends on those before it, or squares overflow.
    pub fn new(design: &'d Design, penalties: Vec<f64>) -> Result<Self, Problem> {
        Self::of(design, &Gramian::new(design, |_, _| {}), penalties)
    }

    #[allow(clippy::cast_precision_loss)] // sizes stay below 2⁵³
    fn of(design: &'d Design, gramian: &Gramian, penalties: Vec<f64>) -> Result<Self, Problem> {
        let p = design.columns();
        let mut scales = gramian.scales.clone();
        // A penalty far above a column's square decides its length.
        for (scale, penalty) in scales.iter_mut().zip(&penalties) {
            let length = (1.0 + penalty.sqrt() * *scale).min(f64::MAX);
            *scale *= vector::power_of_two(length);
        }
        let mut gram = gramian.scaled(design, &scales);
        for (j, (penalty, scale)) in penalties.iter().zip(&scales).enumerate() {
            gram.data_mut()[j * p + j] += penalty.sqrt() * scale * (penalty.sqrt() * scale);
        }
        if (0..p).any(|i| gram.row(i)[..=i].iter().any(|entry| !entry.is_finite())) {
            return Err(Problem::Overflow);
        }
        let noise = (design.samples() + p) as f64 * f64::EPSILON;
        let factor = Cholesky::new(gram, noise).map_err(|column| Problem::RankDeficient { column })?;
        Ok(Self { design, penalties, factor, scales })
    }

    /// (XᵀX + Λ)⁻¹(Xᵀy − shift), p numbers.
    ///
    /// # Errors
    /// Where products with y overflow.
    pub fn solve_shifted(&self, y: &[f64], shift: &[f64]) -> Result<Vec<f64>, Problem> {
        self.solve_from(None, y, shift)
    }

    /// The same with Xᵀy where it is known.
    fn solve_from(&self, products: Option<&Sums>, y: &[f64], shift: &[f64]) -> Result<Vec<f64>, Problem> {
        let correction = |w: &[f64]| {
            let known = products.filter(|_| w.iter().all(|&w| w == 0.0));
            let mut step = match known {
                Some(products) => with_penalties(products, &self.penalties, w, shift),
                None => self.design.gradient_at(w, y, &self.penalties, shift),
            };
            self.apply_inverse(&mut step);
            step
        };
        refine(&self.scales, correction)
    }

    /// b ← (XᵀX + Λ)⁻¹ b
    fn apply_inverse(&self, b: &mut [f64]) {
        b.iter_mut().zip(&self.scales).for_each(|(b, scale)| *b *= scale);
        self.factor.solve(b);
        b.iter_mut().zip(&self.scales).for_each(|(b, scale)| *b *= scale);
    }

    /// (XᵀX + Λ)⁻¹, p × p.
    #[must_use]
    pub fn inverse(&self) -> Matrix<f64> {
        let p = self.scales.len();
        let mut inverse = self.factor.inverse();
        for (i, row) in inverse.data_mut().chunks_exact_mut(p).enumerate() {
            row.iter_mut().zip(&self.scales).for_each(|(entry, scale)| *entry *= scale * self.scales[i]);
        }
        inverse
    }

    /// √ of the diagonal of (XᵀX + Λ)⁻¹, p numbers; their squares may lie below the least number.
    #[must_use]
    pub fn spreads(&self) -> Vec<f64> {
        let inverse = self.factor.inverse();
        self.scales.iter().enumerate().map(|(j, scale)| inverse.row(j)[j].max(0.0).sqrt() * scale).collect()
    }

    /// xᵀ (XᵀX + Λ)⁻¹ x: of a row of X, its leverage h_i, the diagonal of the hat matrix.
    #[must_use]
    pub fn leverage(&self, x: &[f64]) -> f64 {
        let mut scaled: Vec<f64> = x.iter().zip(&self.scales).map(|(x, scale)| x * scale).collect();
        self.factor.forward(&mut scaled);
        vector::dot(&scaled, &scaled)
    }
}

/// XᵀX and Xᵀy, from one pass over X: what least squares with any penalties begin with.
#[derive(Clone, Debug)]
pub struct Moments<'d, 'y> {
    design: &'d Design,
    y: &'y [f64],
    gramian: Gramian,
    /// Xᵀy, in twice the precision.
    products: Sums,
}

impl<'d, 'y> Moments<'d, 'y> {
    /// Of a design, m × p, and m targets.
    #[must_use]
    pub fn new(design: &'d Design, y: &'y [f64]) -> Self {
        let (mut products, mut r) = (Sums::new(design.columns()), Vec::new());
        let gramian = Gramian::new(design, |rows, x| {
            r.clear();
            r.extend(y[rows].iter().map(|&y| Twofold::of(y)));
            products.add_rows(&r, x);
        });
        Self { design, y, gramian, products }
    }

    /// Factors XᵀX + Λ, with a penalty for each column.
    ///
    /// # Errors
    /// Where a column depends on those before it, or squares overflow.
    pub fn factor(&self, penalties: Vec<f64>) -> Result<NormalEquations<'d>, Problem> {
        NormalEquations::of(self.design, &self.gramian, penalties)
    }

    /// w*, p numbers, with a penalty for each column.
    ///
    /// # Errors
    /// Where a column depends on those before it, or squares or products with y overflow.
    pub fn solve(&self, penalties: Vec<f64>) -> Result<Vec<f64>, Problem> {
        self.solve_with(&self.factor(penalties)?)
    }

    /// w*, p numbers, by one of the factorizations.
    ///
    /// # Errors
    /// Where products with y overflow.
    pub fn solve_with(&self, normal: &NormalEquations<'d>) -> Result<Vec<f64>, Problem> {
        normal.solve_from(Some(&self.products), self.y, &vec![0.0; self.design.columns()])
    }
}

/// Adds corrections to w = 0 until the next would move nothing: sizes are of what a correction moves in the scaled
/// columns, and each is expected to shrink as the one before did. One that does not shrink to half is rounding, and not
/// added.
///
/// # Errors
/// Where the first is no finite number, since sums overflow.
pub(super) fn refine(scales: &[f64], mut correction: impl FnMut(&[f64]) -> Vec<f64>) -> Result<Vec<f64>, Problem> {
    let size_of = |w: &[f64]| w.iter().zip(scales).fold(0.0, |size: f64, (w, scale)| size.max((w / scale).abs()));
    let mut w = vec![0.0; scales.len()];
    let mut before = f64::INFINITY;
    for _ in 0..MOST_ROUNDS {
        let step = correction(&w);
        if before.is_infinite() && step.iter().any(|step| !step.is_finite()) {
            return Err(Problem::Overflow);
        }
        let size = size_of(&step);
        // `!(… <= …)` holds for NaN, too.
        #[allow(clippy::neg_cmp_op_on_partial_ord)]
        if !(size <= 0.5 * before) || size == 0.0 {
            break;
        }
        w.iter_mut().zip(&step).for_each(|(w, step)| *w += step);
        // Far below what the smallest weight worth its digits can feel.
        if size * (size / before) < 1e-6 * f64::EPSILON * size_of(&w) && before.is_finite() {
            break;
        }
        before = size;
    }
    Ok(w)
}
