//! A solver at work: what it begins with, and one iteration after the other.

use super::{Convex, Design, Logistic, Newton, Perceptron, Problem, Softmax, Squares, Standard};
use std::borrow::Cow;

/// What is to be predicted, m answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answers {
    Values(Vec<f64>),
    /// Classes from 0, for as many outputs as θ has columns; two classes for one.
    Classes(Vec<u32>),
}

/// What a solver begins with.
pub struct Start<'d> {
    pub design: &'d Design,
    pub answers: &'d Answers,
    /// p × K, row by row, the biases first.
    pub theta: Vec<f64>,
    /// The share of each sample's loss: 1 for a sum, 1/m for a mean.
    pub share: f64,
    /// λ of ½λ‖w‖², biases excluded.
    pub weight_decay: f64,
}

/// A solver between two iterations.
pub trait Iterations {
    /// Takes one; false where nothing is left to do.
    ///
    /// # Errors
    /// Where there is no solution.
    fn step(&mut self) -> Result<bool, Problem>;

    /// p × K, row by row, the biases first.
    fn theta(&self) -> Vec<f64>;
}

/// Operations of a proof: a few seconds. Classes that are separated where the iteration ended are seen without.
const MOST_WORK: usize = 3_000_000_000;

impl<'d> Start<'d> {
    /// A solver in closed form: w from X and y, at its first step.
    ///
    /// # Errors
    /// None here; the first step has those of `solve`.
    #[allow(clippy::unnecessary_wraps)] // the form that all beginnings have
    pub fn closed(
        self,
        solve: impl Fn(&Design, &[f64]) -> Result<Vec<f64>, Problem> + 'd,
    ) -> Result<Box<dyn Iterations + 'd>, Problem> {
        Ok(Box::new(Once { solve, start: self, solved: false }))
    }

    #[allow(clippy::unnecessary_wraps)]
    pub(super) fn perceptron(self) -> Result<Box<dyn Iterations + 'd>, Problem> {
        let Answers::Values(y) = self.answers else { unreachable!("adaline's targets are −1 and 1") };
        Ok(Box::new(Passes { perceptron: Perceptron::new(self.theta), design: self.design, y }))
    }

    /// Why the likelihood of the classes has no maximum, proved from a point where an iteration ended without finding so. `None` where
    /// it has one, where a penalty gives it one, and where the proof would cost more than `MOST_WORK`.
    #[must_use]
    pub fn no_minimum(self) -> Option<Problem> {
        let Answers::Classes(classes) = self.answers else { return None };
        if self.weight_decay > 0.0 {
            return None;
        }
        let (scaled, standard) = Standard::new(self.design);
        let (p, theta) = (scaled.columns(), standard.scaled(&self.theta));
        let (none, outputs, scaled) = (vec![0.0; p], theta.len() / p.max(1), Cow::Owned(scaled));
        // The margins have a row for each class that a sample is not of; the search has up to 50 + 10 p iterations of these costs.
        let others = outputs.saturating_sub(1).max(1);
        let (rows, p) = (classes.len() * others, p * others);
        let work = (50 + 10 * p).saturating_mul(rows.saturating_mul(p).saturating_add(20 * p.saturating_pow(3)));
        let affordable = work <= MOST_WORK;
        let at = |mut function: Box<dyn Convex + '_>| {
            function.move_to(&theta);
            let proved = || if affordable { function.proof_of_no_minimum(false) } else { None };
            function.sign_of_no_minimum().or_else(proved)
        };
        match outputs {
            1 => at(Box::new(Logistic::new(scaled, classes, self.share, none))),
            _ => at(Box::new(Softmax::new(scaled, classes, outputs, self.share, none))),
        }
    }

    pub(super) fn newton(self) -> Result<Box<dyn Iterations + 'd>, Problem> {
        let (scaled, standard) = Standard::new(self.design);
        let of_scaled = |deviation: &f64| self.weight_decay / (deviation * deviation);
        let mut penalties: Vec<f64> = standard.deviations().iter().map(of_scaled).collect();
        if scaled.intercept {
            penalties[0] = 0.0;
        }
        let theta = standard.scaled(&self.theta);
        let (share, outputs, scaled) = (self.share, theta.len() / scaled.columns(), Cow::Owned(scaled));
        match self.answers {
            Answers::Values(y) => Scaled::boxed(Squares::new(scaled, y, share, penalties), theta, standard),
            Answers::Classes(c) if outputs == 1 => {
                Scaled::boxed(Logistic::new(scaled, c, share, penalties), theta, standard)
            }
            Answers::Classes(c) => Scaled::boxed(Softmax::new(scaled, c, outputs, share, penalties), theta, standard),
        }
    }
}

/// Solvers of several columns of numbers, one for each, side by side: with squared errors they do not depend on one another.
pub struct SideBySide<'d>(Vec<Box<dyn Iterations + 'd>>);

impl<'d> SideBySide<'d> {
    /// Of at least one.
    #[must_use]
    pub fn of(columns: Vec<Box<dyn Iterations + 'd>>) -> Self {
        Self(columns)
    }
}

impl Iterations for SideBySide<'_> {
    fn step(&mut self) -> Result<bool, Problem> {
        self.0.iter_mut().try_fold(false, |stepped, column| Ok(column.step()? || stepped))
    }

    fn theta(&self) -> Vec<f64> {
        let columns: Vec<Vec<f64>> = self.0.iter().map(|column| column.theta()).collect();
        let rows = 0..columns.first().map_or(0, Vec::len);
        rows.flat_map(|row| columns.iter().map(move |column| column[row])).collect()
    }
}

/// A solver whose first step is the answer.
struct Once<'d, F> {
    solve: F,
    start: Start<'d>,
    solved: bool,
}

impl<F: Fn(&Design, &[f64]) -> Result<Vec<f64>, Problem>> Iterations for Once<'_, F> {
    fn step(&mut self) -> Result<bool, Problem> {
        if self.solved {
            return Ok(false);
        }
        let Answers::Values(y) = self.start.answers else { unreachable!("models with squared errors have numbers") };
        let (design, y) = self.start.design.rooted(y);
        self.start.theta = (self.solve)(&design, &y)?;
        self.solved = true;
        Ok(true)
    }

    fn theta(&self) -> Vec<f64> {
        self.start.theta.clone()
    }
}

/// Newton's method on scaled features.
struct Scaled<F> {
    newton: Newton<F>,
    standard: Standard,
}

impl<F: Convex> Scaled<F> {
    fn boxed<'d>(function: F, start: Vec<f64>, standard: Standard) -> Result<Box<dyn Iterations + 'd>, Problem>
    where
        F: 'd,
    {
        Ok(Box::new(Self { newton: Newton::new(function, start)?, standard }))
    }
}

impl<F: Convex> Iterations for Scaled<F> {
    fn step(&mut self) -> Result<bool, Problem> {
        self.newton.step()
    }

    fn theta(&self) -> Vec<f64> {
        self.standard.unscaled(self.newton.theta())
    }
}

/// The perceptron's passes.
struct Passes<'d> {
    perceptron: Perceptron,
    design: &'d Design,
    y: &'d [f64],
}

impl Iterations for Passes<'_> {
    fn step(&mut self) -> Result<bool, Problem> {
        Ok(self.perceptron.pass(self.design, self.y) > 0)
    }

    fn theta(&self) -> Vec<f64> {
        self.perceptron.w.clone()
    }
}
