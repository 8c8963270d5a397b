//! From a TOML file to the list of runs: text → values with their places → checked spec → runs with their identities.
//!
//! A [`Spec`] cannot exist unchecked. Everything that is wrong in a file is reported at once, see [`Problem`].

mod again;
mod check;
mod choice;
mod combinations;
mod data_fit;
mod document;
mod draft;
mod files;
mod finishing;
mod identities;
mod keys;
mod kinds;
mod labels;
mod model_spec;
mod problem;
mod range;
mod read;
mod run_spec;
mod sets;
mod spec;
mod traits;
mod typed;
mod unfit;

pub use again::spec_of_one;
pub use combinations::Axis;
pub use document::Override;
pub use keys::{KEYS, Key, KeyKind};
pub use kinds::Kind;
pub use labels::shortened;
pub use model_spec::{ModelSpec, network};
pub use problem::{Problem, Problems, Source};
pub use run_spec::{BatchSize, Curve, DataSpec, RunSpec, Section, TrainSpec};
pub use spec::Spec;
