//! Solver: least squares by conjugate gradients, with a product by X and one by Xᵀ for each iteration; an epoch is one iteration.
//!
//! s = Xᵀr, d ← s + (‖s‖²/‖s_before‖²) d, α = ‖s‖²/‖Xd‖², θ ← θ + αd, r ← r − αXd, with r = y − Xθ

use burnmark::registry::{Choice, Entry};
use burnmark::solve::{Answers, Design, Iterations, Problem, SolverEntry, Start};

pub const ENTRY: SolverEntry = SolverEntry {
    entry: Entry {
        name: "conjugate-gradients",
        description: "least squares by conjugate gradients; an epoch is one iteration",
        revision: 1,
        source: "Hestenes & Stiefel 1952, section 10; examples/own-optimizer",
        parameters: &[],
    },
    models: &["linear", "adaline"],
    losses: &["squared-error"],
    takes_weight_decay: false,
    takes_weights: false,
    iterates: true,
    begin: &begin,
};

/// At rest where ‖Xᵀr‖ is this small beside that of the start.
const TOLERANCE: f64 = 1e-13;

struct ConjugateGradients<'d> {
    design: &'d Design,
    theta: Vec<f64>,
    residuals: Vec<f64>,
    direction: Vec<f64>,
    /// ‖s‖², now and at the start.
    squared: [f64; 2],
}

#[allow(clippy::unnecessary_wraps)] // the form that all solvers have
fn begin<'d>(_choice: &Choice, start: Start<'d>) -> Result<Box<dyn Iterations + 'd>, Problem> {
    let Start { design, answers, theta, .. } = start;
    let Answers::Values(y) = answers else { unreachable!("its models have numbers for answers") };
    let residuals: Vec<f64> = y.iter().zip(design.outputs(&theta)).map(|(y, said)| y - said).collect();
    let direction = transposed(design, &residuals);
    let squared = [norm_squared(&direction); 2];
    Ok(Box::new(ConjugateGradients { design, theta, residuals, direction, squared }))
}

impl Iterations for ConjugateGradients<'_> {
    fn step(&mut self) -> Result<bool, Problem> {
        let [squared, at_start] = self.squared;
        if squared <= TOLERANCE * TOLERANCE * at_start {
            return Ok(false);
        }
        let moved = self.design.outputs(&self.direction);
        let alpha = squared / norm_squared(&moved);
        self.theta.iter_mut().zip(&self.direction).for_each(|(theta, d)| *theta += alpha * d);
        self.residuals.iter_mut().zip(&moved).for_each(|(r, moved)| *r -= alpha * moved);
        let slope = transposed(self.design, &self.residuals);
        let next = norm_squared(&slope);
        self.direction.iter_mut().zip(&slope).for_each(|(d, s)| *d = s + next / squared * *d);
        self.squared[0] = next;
        Ok(true)
    }

    fn theta(&self) -> Vec<f64> {
        self.theta.clone()
    }
}

/// Xᵀr, p numbers.
fn transposed(design: &Design, residuals: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; design.columns()];
    for (i, r) in residuals.iter().enumerate() {
        sums.iter_mut().zip(design.x.row(i)).for_each(|(sum, x)| *sum += r * x);
    }
    sums
}

fn norm_squared(numbers: &[f64]) -> f64 {
    numbers.iter().map(|x| x * x).sum()
}
