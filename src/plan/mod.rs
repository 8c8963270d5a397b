//! From the values of a spec to the list of runs: combinations, complete runs with their identities, and what they have in common.
//!
//! A [`Spec`] cannot exist unchecked.

mod against_data;
mod check;
mod claimed;
mod combinations;
mod data_fit;
mod figures;
mod files;
mod finishing;
mod generated;
mod identities;
mod identity;
mod idle;
mod idle_seeds;
mod kinds;
mod labels;
mod load;
mod measures;
mod model_spec;
mod network;
mod one_run;
mod outline;
mod parted;
mod run_spec;
mod sets;
mod space;
mod spec;
mod traits;
mod unfit;

pub use figures::{FiguresError, curve, figures};
pub use identity::{RevisionOf, revision};
pub use kinds::Kind;
pub use labels::{InWords, shortened};
pub use measures::probed;
pub use model_spec::ModelSpec;
pub use network::{NoNetwork, layer_rows, network, networks};
pub use one_run::spec_of_one;
pub use outline::Outline;
pub use run_spec::{DataSpec, RunSpec, Section};
pub use spec::Spec;
