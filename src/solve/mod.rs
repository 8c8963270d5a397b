//! Solvers: methods that look at the whole training part at once, in closed form or by second-order iterations.
//!
//! They compute in f64, on X with the bias as weight 0 (lecture L2), and know nothing of engines, batches or rates.
//! L-BFGS alone is given a function and its gradient, and so can minimize any network's loss. In a spec a solver is a
//! value of `optimizer`; `burnmark fit` fits one model to one file. Add one: a file, and one line in [`ENTRIES`].
//!
//! | file | lecture | what |
//! |---|---|---|
//! | `normal_equations`, `orthogonal`, `minimum_norm` | L6 | least squares by Cholesky, by QR, and where the rank is short |
//! | `gaussian` | L5 | the likelihood behind least squares |
//! | `ridge`, `map`, `lasso`, `cross_validation` | L30–L32, L35 | penalties, the prior that they are, and their strength |
//! | `condition` | C13 | how well conditioned what a solver solves is |
//! | `newton`, `logistic`, `softmax`, `squares` | L7–L10, L28 | Newton's method, and the functions that it minimizes |
//! | `separation` | L8 | proof that a likelihood has no maximum |
//! | `design`, `standard`, `gram` | L2 | X with its bias, scaled, and squared |
//! | `entries`, `begin` | | the solvers as values of `optimizer`, and one at work |
//! | `lbfgs`, `line_search` | L29 | L-BFGS with strong Wolfe conditions |
//! | `perceptron` | L1 | the perceptron rule |
//! | `fit` | | one fit with its standard errors, as a statistician expects it |

mod begin;
mod condition;
mod cross_validation;
mod design;
mod entries;
mod fit;
mod gaussian;
mod gram;
mod lasso;
mod lbfgs;
mod line_search;
mod logistic;
mod map;
mod minimum_norm;
mod newton;
mod normal_equations;
mod orthogonal;
mod perceptron;
mod problem;
mod ridge;
mod separation;
mod softmax;
mod squares;
mod standard;

pub use begin::{Answers, Iterations, SideBySide, Start};
pub use condition::{condition, has_condition};
pub use cross_validation::{LeftOut, choose, grid, prediction_error};
pub use design::Design;
use design::total;
pub use entries::{Begin, ENTRIES, LBFGS, MINI_BATCHES, SolverEntry, begin, takes_mini_batches};
pub use fit::{Around, Coefficient, Fit, FitData, FitMethod, OddsRatio, Response, Strength, column_name, fit};
pub use gaussian::{negative_log_likelihood, variance};
pub use lasso::{Lasso, lasso};
pub use lbfgs::{Iteration, Lbfgs, Oracle, Searches};
pub use line_search::{Trial, strong_wolfe};
pub use logistic::Logistic;
pub use map::Posterior;
pub use minimum_norm::MinimumNorm;
pub use newton::{Convex, Newton};
pub use normal_equations::{Moments, NormalEquations};
pub use orthogonal::{Orthogonal, residual_norm};
pub use perceptron::Perceptron;
pub use problem::Problem;
pub use ridge::ridge;
pub use softmax::Softmax;
pub use squares::Squares;
pub use standard::Standard;
