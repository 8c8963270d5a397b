//! burnmark: a reproducible benchmark suite for the methods that train neural networks.
//!
//! An experiment is a TOML file; burnmark trains every combination in it, stores the results as tables and says which
//! method is better. Every result is reproducible bit for bit, and every gradient is computed twice: by Burn's automatic
//! differentiation and by a hand-written reference engine.
//!
//! The rooms, in the order in which they build on one another; `tests/` holds them to it:
//! [`num`], [`guard`], [`registry`] and [`digest`] use nothing, [`measure`] says how good predictions are, [`record`] is plain
//! rows, and [`console`] prints; [`data`] and [`model`] describe; [`engine`], [`optim`] and
//! [`schedule`] compute, [`formula`] has those that users write; [`train`] is the loop; [`spec`] reads an experiment, [`protocol`] says what its settings are to
//! its questions, [`plan`] makes its runs; [`harness`] runs them; [`store`] keeps it;
//! [`analysis`] and [`report`] say what came of it, [`export`] hands it to other programs; [`cli`] is the door.
//!
//! One run, from a spec to its test accuracy, without files or workers:
//!
//! ```
//! use burnmark::plan::Spec;
//! use burnmark::harness::{Cache, execute};
//!
//! let text = r#"
//!     name = "iris"
//!     engine = "reference"
//!     optimizer = { kind = "adam", lr = 0.01 }
//!     data = { set = "iris" }
//!     model = { kind = "mlp", hidden = [16] }
//!     train = { epochs = 30 }
//! "#;
//! let spec = Spec::parse("iris.toml".to_owned(), text.to_owned(), &[]).map_err(|problems| problems.render(false))?;
//! let run = spec.run(0);
//! let answer = execute(&run, spec.identity(&run), true, &mut Cache::default());
//! assert!(answer.curve.last().unwrap().test.metric > 0.8);
//! # Ok::<(), String>(())
//! ```

pub mod activation;
pub mod analysis;
pub mod catalogue;
pub mod cli;
pub mod console;
pub mod data;
pub mod digest;
pub mod engine;
pub mod export;
pub mod formula;
pub mod guard;
pub mod harness;
pub mod measure;
pub mod model;
pub mod num;
pub mod optim;
pub mod plan;
pub mod protocol;
pub mod record;
pub mod registry;
pub mod report;
pub mod schedule;
pub mod solve;
pub mod spec;
pub mod store;
pub mod train;

pub use catalogue::Catalogue;
pub use cli::{main, main_with};
