//! Methods as formulas: optimizers, annealing rules, activations and losses that a user writes as text.
//!
//! A formula is read in steps, each a file: text → tokens → statements → a checked graph whose shapes fit → stages → loops
//! over pieces of blocks that stay in the first cache. All numbers are computed in one order, by the functions of
//! [`crate::num`], so that a formula gives the same bits on every CPU, as the built-in methods do.

pub mod activation;
mod call;
pub mod canonical;
pub mod check;
pub mod compile;
pub mod conformance;
pub mod definition;
mod derive;
pub mod entry;
mod fold;
mod fuse;
pub mod graph;
mod kernel;
mod lex;
pub mod loss;
mod machine;
pub mod method;
mod mistake;
pub mod names;
mod operations;
pub mod optimizer;
mod pairs;
pub mod parameters;
mod parse;
mod places;
pub mod program;
mod rates;
mod read;
mod reader;
pub mod rule;
mod scalar;
mod schedule;
pub mod shape;
mod single;
mod sizes;
mod slots;
pub mod specialize;
mod sweep;
mod syntax;
pub mod tensor;
mod text;

pub use activation::ActivationFormula;
pub use definition::{Definition, InFile, ORIGIN, WrittenMethod, files, in_choices, is_name, name_of};
pub use loss::LossFormula;
pub use method::OptimizerFormula;
pub use mistake::{FormulaError, FormulaMistake};
pub use rule::AnnealingFormula;
pub use text::{MethodTable, parsed};
