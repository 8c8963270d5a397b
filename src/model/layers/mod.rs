//! Models from parts: a list of layers, nested, reused and shared by name, as a spec writes it.
//!
//! ```toml
//! [model]
//! kind = "layers"
//! layers = [
//!   { dense = 32, activation = "gelu" },
//!   { residual = [{ norm = "layer" }, { dense = 32, activation = "gelu" }, { dense = 32 }] },
//! ]
//! ```
//!
//! The linear output layer that the data ask for is added behind the last one. What a layer makes of its inputs depends on their
//! shape: numbers without neighbours, a sequence or an image.
//!
//! Add a kind of layer: a file with its `BUILDER`, and one line in [`BUILDERS`].

mod activation;
mod assembly;
mod conv;
mod dense;
mod embedding;
mod entry;
mod error;
mod flatten;
mod json;
mod kind;
mod kinds;
mod norm;
mod pool;
mod recurrent;
mod repeat;
mod residual;
mod shortcut;
mod written;

pub use assembly::{Assembly, LayerBuilder, LayerRow};
pub use entry::{ENTRY, rows};
pub use error::LayerError;
pub use json::{of_value, to_value};
pub use kind::{ACTIVATION, FLAGS, LayerKind, Takes};
pub use kinds::{BUILDERS, kinds};
pub use written::{WrittenLayer, in_words};
