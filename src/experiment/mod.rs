//! From a TOML file to the list of runs: text → values with their places → checked spec → runs with their identities.
//!
//! A [`Spec`] cannot exist unchecked. Everything that is wrong in a file is reported at once, see [`Problem`].

mod again;
mod axes;
mod by_source;
mod check;
mod choice;
mod combinations;
mod data_fit;
mod design;
mod document;
mod draft;
mod files;
mod finishing;
mod generated;
mod identities;
mod identity;
mod idle;
mod judge;
mod keys;
mod kinds;
mod labels;
mod measures;
mod model_spec;
mod outline;
mod overrides;
mod problem;
mod protocol;
mod range;
mod read;
mod roles;
mod run_spec;
mod seeds;
mod sets;
mod spec;
mod swept;
mod traits;
mod typed;
mod unfit;

pub use again::spec_of_one;
pub use design::{Cell, Design};
pub use identity::{RevisionOf, revision};
pub use judge::JUDGE_KEYS;
pub use keys::{KEYS, Key, KeyKind};
pub use kinds::Kind;
pub use labels::{InWords, shortened};
pub use model_spec::{ModelSpec, network};
pub use outline::Outline;
pub use overrides::Override;
pub use problem::{Problem, Problems, Source};
pub use protocol::PROTOCOL_KEYS;
pub use run_spec::{BatchSize, Curve, DataSpec, RunSpec, Section, TrainSpec};
pub use spec::Spec;
