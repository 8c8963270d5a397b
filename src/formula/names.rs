//! The names that a formula can use, by what it is for. The guide's tables are these.

use super::graph::{Input, Unary};
use super::shape::ValueShape;

/// What a formula is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormulaPurpose {
    /// A step of an optimizer: changes `theta` and the states.
    Update,
    /// The point where an optimizer wants the gradient.
    Point,
    /// The point where it wants a second gradient in a step, from the first.
    Second,
    /// In which steps it wants the gradient with labels drawn from the network.
    Drawn,
    /// The parameters that are evaluated.
    Report,
    /// A state's first value.
    Start,
    /// An annealed learning rate.
    Rate,
    /// An activation.
    Activation,
    /// A loss.
    Loss,
}

use FormulaPurpose::{Activation, Drawn, Loss, Point, Rate, Report, Second, Start, Update};

/// A name that a formula is given.
#[derive(Debug)]
pub struct GivenName {
    pub name: &'static str,
    pub input: Input,
    pub shape: ValueShape,
    pub is_condition: bool,
    pub meaning: &'static str,
    pub within: &'static [FormulaPurpose],
}

const fn given(
    name: &'static str,
    input: Input,
    shape: ValueShape,
    meaning: &'static str,
    within: &'static [FormulaPurpose],
) -> GivenName {
    GivenName { name, input, shape, is_condition: false, meaning, within }
}

const OPTIMIZER: &[FormulaPurpose] = &[Update, Point, Second, Report, Start];

pub const GIVEN: &[GivenName] = &[
    given("theta", Input::Theta, ValueShape::WEIGHT, "the parameters θ", OPTIMIZER),
    given("g", Input::Gradient, ValueShape::WEIGHT, "the gradient", &[Update, Second]),
    given(
        "lr",
        Input::Rate,
        ValueShape::Network,
        "the annealed learning rate η_t; in `rate` the rate η₀",
        &[Update, Rate],
    ),
    given(
        "t",
        Input::Time,
        ValueShape::Network,
        "the step, from 0; in `rate` the step or epoch",
        &[Update, Point, Second, Drawn, Report, Rate],
    ),
    given("T", Input::Total, ValueShape::Network, "how many steps or epochs the run has", &[Rate]),
    given("loss", Input::Loss, ValueShape::Network, "the loss where the gradient was taken", &[Update]),
    given("rows", Input::Rows, ValueShape::BLOCK, "rows of a block: inputs of a layer, 1 for a bias", OPTIMIZER),
    given("columns", Input::Columns, ValueShape::BLOCK, "columns of a block: outputs of a layer", OPTIMIZER),
    given("weights", Input::Weights, ValueShape::Network, "how many numbers θ has", OPTIMIZER),
    given("blocks", Input::Blocks, ValueShape::Network, "how many blocks θ has", OPTIMIZER),
    GivenName {
        is_condition: true,
        ..given("first_layer", Input::First, ValueShape::BLOCK, "whether a block belongs to the first layer", OPTIMIZER)
    },
    GivenName {
        is_condition: true,
        ..given("last_layer", Input::Last, ValueShape::BLOCK, "whether a block belongs to the last layer", OPTIMIZER)
    },
    given("s", Input::Potential, ValueShape::WEIGHT, "a unit's potential; in `loss` an output", &[Activation, Loss]),
    given("y", Input::Target, ValueShape::WEIGHT, "the target of an output", &[Loss]),
];

/// Names with a meaning of their own, beside those of [`GIVEN`] and the functions.
pub const WORDS: &[(&str, &str)] = &[
    ("pi", "3.14159…"),
    ("role", "a block's role, to compare: `role == \"bias\"`; else `\"weights\"`, `\"kernel\"`, `\"recurrent\"`"),
    ("start", "the parameters θ before the first step"),
    (
        "drawn_g",
        "the gradient with labels drawn from the network's answers, as `drawn_gradient_when` last asked for it",
    ),
    ("row", "over each row, in `sum`, `mean`, `norm`, `max`, `min`"),
    ("column", "over each column, in the same functions"),
    ("block", "over a block, in the same functions; the default"),
    ("all", "over the whole network, in the same functions"),
    ("and", "both conditions hold"),
    ("or", "one of the conditions holds"),
    ("not", "the condition does not hold"),
    ("repeat", "`repeat 5 { … }`: the lines within, five times"),
];

/// A function of one number.
#[derive(Debug)]
pub struct OfOne {
    pub name: &'static str,
    pub function: Unary,
    pub meaning: &'static str,
    /// Whether it takes a number of the network or of a block only.
    pub of_scalars: bool,
}

const fn of_one(name: &'static str, function: Unary, meaning: &'static str) -> OfOne {
    OfOne { name, function, meaning, of_scalars: false }
}

const fn of_scalar(name: &'static str, function: Unary, meaning: &'static str) -> OfOne {
    OfOne { name, function, meaning, of_scalars: true }
}

pub const OF_ONE: &[OfOne] = &[
    of_one("abs", Unary::Abs, "size"),
    of_one("sign", Unary::Sign, "1, 0 or -1; NaN stays"),
    of_one("sqrt", Unary::Sqrt, "square root"),
    of_one("exp", Unary::Exp, "e^x"),
    of_one("log", Unary::Log, "natural logarithm"),
    of_one("log1p", Unary::LogOnePlus, "log(1 + x), exact near 0"),
    of_one("tanh", Unary::Tanh, "hyperbolic tangent"),
    of_one("sigmoid", Unary::Sigmoid, "1/(1 + e^-x)"),
    of_one("softplus", Unary::Softplus, "log(1 + e^x)"),
    of_one("normal_cdf", Unary::NormalCdf, "Φ(x), the standard normal distribution"),
    of_one("normal_pdf", Unary::NormalPdf, "φ(x) = e^(-x²/2)/√(2π), its density"),
    of_one("rounded", Unary::Rounded, "the nearest number of the run's precision"),
    of_scalar("floor", Unary::Floor, "the next whole number below"),
    of_scalar("sin", Unary::Sin, "sine"),
    of_scalar("cos", Unary::Cos, "cosine"),
];

/// The other functions, with how they are called.
pub const OTHERS: &[(&str, &str, &str)] = &[
    ("where", "where(c, a, b)", "a where the condition c holds, else b"),
    ("min", "min(a, b), min(x, row)", "the smaller; the smallest of a row, column, block or of all"),
    ("max", "max(a, b), max(x, row)", "the larger; the largest of a row, column, block or of all"),
    ("erf", "erf(x)", "the error function, 2 Φ(√2 x) - 1: to the roundoff of 1, not of small results"),
    ("clip", "clip(x, low, high)", "x, at least low and at most high"),
    ("sum", "sum(x), sum(x, row)", "the sum over a block; over a row, column or all"),
    ("mean", "mean(x), mean(x, row)", "the mean of the same"),
    ("norm", "norm(x), norm(x, row)", "the root of the sum of squares"),
    ("transpose", "transpose(x), x'", "rows and columns exchanged"),
    ("eigenvectors", "eigenvectors(x)", "of a symmetric matrix, as columns, the largest eigenvalue first"),
];

/// Every function's name.
pub fn functions() -> impl Iterator<Item = &'static str> {
    OF_ONE.iter().map(|function| function.name).chain(OTHERS.iter().map(|(name, ..)| *name))
}

/// Whether a name has a meaning of its own for this purpose, so that nothing else can be called so.
#[must_use]
pub fn is_reserved(name: &str, purpose: FormulaPurpose) -> bool {
    let given = GIVEN.iter().any(|given| given.name == name && given.within.contains(&purpose));
    let word = WORDS.iter().any(|(word, _)| *word == name);
    let word = word
        && (OPTIMIZER.contains(&purpose) || purpose == Drawn || matches!(name, "pi" | "and" | "or" | "not" | "repeat"));
    given || word || functions().any(|function| function == name)
}
