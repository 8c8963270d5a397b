//! burnmark: a reproducible benchmark suite for the methods that train neural networks.
//!
//! An experiment is a TOML file; burnmark trains every combination in it, stores the results as tables and says which
//! method is better. Every result is reproducible bit for bit, and every gradient is computed twice: by Burn's automatic
//! differentiation and by a hand-written reference engine.
//!
//! The rooms, in the order in which they build on one another; `tests/` holds them to it:
//! [`value`], [`num`], [`guard`] and [`digest`] use nothing, [`registry`] says what an entry is, [`measure`] says how good predictions are, [`record`] is plain
//! rows, and [`console`] prints; [`data`], [`mod@loss`] and [`model`] describe; [`engine`], [`optim`] and
//! [`schedule`] compute, [`formula`] has those that users write; [`train`] is the loop; [`spec`] reads an experiment, [`protocol`] says what its settings are to
//! its questions, [`plan`] makes its runs; [`harness`] runs them; [`store`] keeps it;
//! [`analysis`] and [`report`] say what came of it, [`export`] hands it to other programs; [`cluster`] gives it to Slurm; [`cli`] is the door.
//!
//! # A program of one's own
//!
//! [`Catalogue`] holds all methods; a program adds its own and gets the whole command line with [`main_with`], as the package
//! `examples/own-optimizer` does. Without the command line a spec is read with a catalogue:
//!
//! ```
//! use burnmark::{Cache, Catalogue, Outcome, Spec, execute};
//! use burnmark::num::{Layout, Real};
//! use burnmark::optim::{LEARNING_RATE, Now, Optimizer, OptimizerEntry, Rate, sign};
//! use burnmark::registry::{Choice, Entry};
//!
//! /// θ ← θ − η_t sign(g)
//! const SIGN: OptimizerEntry = OptimizerEntry {
//!     entry: Entry {
//!         name: "sign",
//!         description: "steps of one size, by the signs of the gradient",
//!         revision: 1,
//!         source: "this example",
//!         parameters: &[LEARNING_RATE],
//!     },
//!     rate: Rate::Annealed,
//!     build_f32: &build,
//!     build_f64: &build,
//! };
//!
//! struct Sign;
//!
//! fn build<R: Real>(_choice: &Choice, _layout: &Layout) -> Box<dyn Optimizer<R>> {
//!     Box::new(Sign)
//! }
//!
//! impl<R: Real> Optimizer<R> for Sign {
//!     fn step(&mut self, Now { learning_rate, .. }: Now<R>, parameters: &mut [R], gradient: &[R]) {
//!         parameters.iter_mut().zip(gradient).for_each(|(theta, g)| *theta -= learning_rate * sign(*g));
//!     }
//! }
//!
//! let catalogue = Catalogue::standard().of_package(burnmark::package!()).optimizer(&SIGN);
//! let text = r#"
//!     name = "iris"
//!     engine = "reference"
//!     optimizer = { kind = "sign", lr = 0.01 }
//!     data = { set = "iris" }
//!     model = { kind = "mlp", hidden = [16] }
//!     train = { epochs = 10 }
//! "#;
//! let spec = Spec::parse_with(&catalogue, "iris.toml".to_owned(), text.to_owned(), &[]);
//! let spec = spec.map_err(|mistakes| mistakes.render(false))?;
//! let run = spec.run(0);
//! let answer = execute(&run, spec.identity(&run), true, &mut Cache::default());
//! assert_eq!(answer.results.outcome, Outcome::Done);
//! # Ok::<(), String>(())
//! ```
//!
//! # Stability
//!
//! Spec files, tables and manifests are stable: a later version reads them, and the same run has the same bits and identity unless
//! its numerics version or a revision says otherwise. Of the library, what the package in `examples/own-optimizer` and the examples
//! on this page use is stable within a minor version, and CHANGELOG.md names each change. Rooms that are not documented here are
//! parts of the program and change at any time.
//!
//! # One run
//!
//! From a spec to its test accuracy, without files or workers:
//!
//! ```
//! use burnmark::{Cache, Spec, execute};
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
//! assert!(answer.results.curve.last().unwrap().test.metric > 0.8);
//! # Ok::<(), String>(())
//! ```

// Public and documented are the rooms of which entries are made. The other rooms are public for this package's tests and programs alone.
pub mod activation;
#[doc(hidden)]
pub mod analysis;
pub mod catalogue;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod cluster;
#[doc(hidden)]
pub mod console;
pub mod data;
#[doc(hidden)]
pub mod digest;
pub mod engine;
#[doc(hidden)]
pub mod export;
#[doc(hidden)]
pub mod formula;
#[doc(hidden)]
pub mod guard;
#[doc(hidden)]
pub mod harness;
pub mod loss;
pub mod measure;
pub mod model;
pub mod num;
pub mod optim;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod protocol;
#[doc(hidden)]
pub mod record;
pub mod registry;
#[doc(hidden)]
pub mod report;
pub mod schedule;
pub mod solve;
#[doc(hidden)]
pub mod spec;
#[doc(hidden)]
pub mod store;
#[doc(hidden)]
pub mod train;
pub mod value;

// Of the hidden rooms, what a program of one's own uses.
pub use analysis::{Configuration, Selected};
pub use catalogue::Catalogue;
pub use cli::{main, main_with};
pub use harness::{Cache, HarnessError, Verified, VerifyOptions, WorkerAnswer, execute, verify};
pub use plan::{RunSpec, Spec, network};
pub use record::{CurvePoint, Evaluation, Outcome, RunId, RunResults};
pub use report::plots;
pub use spec::Mistakes;
pub use train::{average, stop};
