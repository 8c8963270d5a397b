//! From the values of a spec to the list of runs: combinations, complete runs with their identities, and what they have in common.
//!
//! A [`Spec`] cannot exist unchecked.

mod against_data;
mod check;
mod combinations;
mod data_fit;
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

#[doc(hidden)]
pub use identity::{RevisionOf, revision};
#[doc(hidden)]
pub use kinds::Kind;
#[doc(hidden)]
pub use labels::{InWords, shortened};
pub use model_spec::ModelSpec;
#[doc(hidden)]
pub use network::layer_rows;
pub use network::{NoNetwork, network};
#[doc(hidden)]
pub use one_run::spec_of_one;
#[doc(hidden)]
pub use outline::Outline;
#[doc(hidden)]
pub use run_spec::Section;
pub use run_spec::{DataSpec, RunSpec};
pub use spec::Spec;
