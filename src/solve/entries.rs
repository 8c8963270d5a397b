//! The registry of solvers, as a spec's `optimizer` names them, and a solver at work.

use super::begin::{Iterations, Start};
use super::cross_validation::{self, LeftOut};
use super::{Design, MinimumNorm, Moments, Orthogonal, Posterior, Problem, lasso, ridge};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range, Registered};
use crate::value::Value;

/// A solver in the registry.
pub struct SolverEntry {
    pub entry: Entry,
    /// The models that it solves; none: all.
    pub models: &'static [&'static str],
    /// The losses that it minimizes where a model is given one; without `models` any.
    pub losses: &'static [&'static str],
    /// Whether `regularize.weight_decay` is part of what it minimizes.
    pub takes_weight_decay: bool,
    /// Whether rows may count differently.
    pub takes_weights: bool,
    /// Whether it takes many passes, one per epoch, or has its answer after the first.
    pub iterates: bool,
    /// For [`LBFGS`], which is given an engine instead, of no use.
    pub begin: &'static Begin,
}

/// What puts a solver at its start, or sees at once that there is no solution.
pub type Begin = dyn for<'d> Fn(&Choice, Start<'d>) -> Result<Box<dyn Iterations + 'd>, Problem> + Send + Sync;

impl Registered for SolverEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

/// Models with squared errors from one linear unit.
const SQUARED: &[&str] = &["linear", "adaline"];
const CONVEX: &[&str] = &["linear", "adaline", "logistic", "softmax"];
/// The loss that `linear` has by itself.
const OWN_LOSS: &[&str] = &["squared-error"];

const fn lambda(description: &'static str) -> Parameter {
    Parameter::new("lambda", description, ParameterKind::Number(Range::NOT_NEGATIVE))
}

const LEFT_OUT: &str = "left-out";
const GENERALIZED: &str = "generalized";
const CRITERION: Parameter = Parameter::with_default(
    "criterion",
    "`left-out`, or `generalized` cross-validation, in which each sample has the mean leverage",
    ParameterKind::OneOf(&[LEFT_OUT, GENERALIZED]),
    Value::word(LEFT_OUT),
)
.left_out();

const POSITIVE: ParameterKind = ParameterKind::Number(Range::POSITIVE);

const fn closed(
    name: &'static str,
    description: &'static str,
    source: &'static str,
    parameters: &'static [Parameter],
    begin: &'static Begin,
) -> SolverEntry {
    let entry = Entry { name, description, revision: 1, source, parameters };
    SolverEntry {
        entry,
        models: SQUARED,
        losses: OWN_LOSS,
        takes_weight_decay: false,
        takes_weights: true,
        iterates: false,
        begin,
    }
}

const fn iterative(
    entry: Entry,
    models: &'static [&'static str],
    takes_weight_decay: bool,
    begin: &'static Begin,
) -> SolverEntry {
    SolverEntry { entry, models, losses: OWN_LOSS, takes_weight_decay, takes_weights: true, iterates: true, begin }
}

/// Every solver, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&SolverEntry] = &[
    &closed(
        "normal-equations",
        "least squares by Cholesky's factorization of XᵀX",
        "lecture L6",
        &[],
        &|_, start| start.closed(|design, y| Moments::new(design, y).solve(design.penalties(0.0))),
    ),
    &closed(
        "qr",
        "least squares by Householder's QR with column pivoting",
        "Businger & Golub 1965; lecture L6",
        &[],
        &|_, start| start.closed(|design, y| Orthogonal::new(design).solve(y)),
    ),
    &closed(
        "minimum-norm",
        "of all least squares solutions the shortest, where columns depend on one another",
        "Golub & Van Loan 2013, section 5.5; lecture L6",
        &[],
        &|_, start| start.closed(|design, y| MinimumNorm::new(design).solve(y)),
    ),
    &closed(
        "ridge",
        "least squares with a penalty λ‖w‖² beside the sum of squares",
        "Hoerl & Kennard 1970; lecture L30",
        &[lambda("strength λ, beside a sum over samples")],
        &|choice, start| {
            let lambda = choice.number("lambda");
            start.closed(move |design, y| ridge(design, y, lambda))
        },
    ),
    &closed(
        "ridge-cv",
        "ridge with the λ that predicts best what is left out of the training part",
        "Golub, Heath & Wahba 1979; lecture L32",
        &[
            Parameter::with_default("low", "smallest λ that is tried", POSITIVE, Value::Number(1e-4)),
            Parameter::with_default("high", "largest λ that is tried", POSITIVE, Value::Number(1e4)),
            Parameter::with_default(
                "points",
                "λ tried, in equal ratios",
                ParameterKind::Integer { least: 2, most: 1000 },
                Value::Integer(33),
            ),
            Parameter::with_default(
                "folds",
                "parts that are left out in turn; 1 leaves out each sample alone",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(1),
            ),
            CRITERION,
        ],
        &|choice, start| {
            let choice = choice.clone();
            start.closed(move |design, y| ridge(design, y, chosen_lambda(&choice, design, y)?))
        },
    ),
    &closed(
        "map",
        "the most probable weights under a Gaussian prior: ridge with λ = σ²/σ₀²",
        "Bishop 2006, section 3.3; lecture L31",
        &[
            Parameter::new("sigma", "standard deviation σ of the noise, in the scaled target's units", POSITIVE),
            Parameter::new("prior_sigma", "standard deviation σ₀ of each weight before the data", POSITIVE),
        ],
        &|choice, start| {
            let (sigma, prior_sigma) = (choice.number("sigma"), choice.number("prior_sigma"));
            start.closed(move |design, y| Ok(Posterior::new(design, y, sigma, prior_sigma)?.mean))
        },
    ),
    &closed(
        "lasso",
        "least squares with a penalty λ‖w‖₁ beside half the sum of squares, by coordinate descent",
        "Tibshirani 1996; lecture L35",
        &[lambda("strength λ, beside half a sum over samples")],
        &|choice, start| {
            let lambda = choice.number("lambda");
            start.closed(move |design, y| Ok(lasso(design, y, lambda)?.w))
        },
    ),
    &iterative(
        Entry {
            name: "newton",
            description: "Newton's method with the full Hessian, damped; an epoch is one iteration",
            revision: 2,
            source: "Nocedal & Wright 2006, section 3.3; lecture L28",
            parameters: &[],
        },
        CONVEX,
        true,
        &|_, start| start.newton(),
    ),
    &LBFGS,
    &SolverEntry {
        takes_weights: false,
        ..iterative(
            Entry {
                name: "perceptron",
                description: "the perceptron rule: learns from mistakes, one sample after the other, until there are none",
                revision: 1,
                source: "Rosenblatt 1958; lecture L1",
                parameters: &[],
            },
            &["adaline"],
            false,
            &|_, start| start.perceptron(),
        )
    },
];

/// The λ that `ridge-cv` chooses.
///
/// # Errors
/// Where none of those that it tries has an answer.
pub(super) fn chosen_lambda(choice: &Choice, design: &Design, y: &[f64]) -> Result<f64, Problem> {
    let lambdas = cross_validation::grid(choice.number("low"), choice.number("high"), choice.count("points"));
    let generalized = choice.parameters.get("criterion").and_then(Value::as_text) == Some(GENERALIZED);
    let left_out = match choice.count("folds") {
        1 if generalized => LeftOut::Generalized,
        1 => LeftOut::One,
        folds => LeftOut::Fold(folds),
    };
    Ok(cross_validation::choose(design, y, &lambdas, left_out)?.0)
}

/// Whether a choice is L-BFGS on mini-batches.
#[must_use]
pub fn takes_mini_batches(choice: &Choice) -> bool {
    choice.kind == LBFGS.entry.name && choice.parameters.get(MINI_BATCHES) == Some(&Value::Flag(true))
}

/// The parameter by which [`LBFGS`] takes mini-batches.
pub const MINI_BATCHES: &str = "mini_batches";

/// L-BFGS, which is given an engine's loss and gradient instead of X.
pub const LBFGS: SolverEntry = iterative(
    Entry {
        name: "lbfgs",
        description: "L-BFGS on the whole training part, with a line search; an epoch is one iteration",
        revision: 2,
        source: "Nocedal 1980; Nocedal & Wright 2006, algorithm 7.5; lecture L29",
        parameters: &[
            Parameter::with_default(
                "memory",
                "steps remembered",
                ParameterKind::Integer { least: 1, most: 1000 },
                Value::Integer(10),
            ),
            Parameter::with_default(
                "tolerance",
                "largest entry of the gradient at which it is at rest",
                ParameterKind::Number(Range::NOT_NEGATIVE),
                Value::Number(1e-10),
            ),
            Parameter::with_default(
                MINI_BATCHES,
                "lets it take mini-batches, an iteration for each, to show that it is unsuited to them",
                ParameterKind::Flag,
                Value::Flag(false),
            )
            .left_out(),
        ],
    },
    &[],
    true,
    &|_, _| unreachable!("it begins with an engine"),
);

/// A solver at its start; the choice is one of [`ENTRIES`] but L-BFGS, on a model that it solves.
///
/// # Errors
/// Where it can be seen at once that there is no solution.
pub fn begin<'d>(solver: &SolverEntry, choice: &Choice, start: Start<'d>) -> Result<Box<dyn Iterations + 'd>, Problem> {
    (solver.begin)(choice, start)
}
