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
//! Add a kind of layer: a file with its `ENTRY`, and one line in [`ENTRIES`]. One of modules that there are needs no more; for one with
//! arithmetic of its own see [`crate::model::operation`].

mod activation;
mod assembly;
mod chosen;
mod conv;
mod dense;
mod embedding;
mod error;
mod flatten;
mod kind;
mod model;
mod norm;
mod pool;
mod recurrent;
mod repeat;
mod residual;
mod shortcut;
mod written;

pub use assembly::{AskedWeights, Assembly, LayerRow};
pub use chosen::{Assembles, ChosenLayer, LayerEntry};
pub use error::LayerError;
pub use kind::{ACTIVATION, FLAGS, Takes, always, count, flag, frozen, usual_count};
pub use model::{MODEL, rows};
pub use written::{WrittenLayer, WrittenWithin, in_words, of_value, to_value};

/// Every kind of layer, in the order in which `burnmark list` shows them.
pub const ENTRIES: &[&LayerEntry] = &[
    &dense::ENTRY,
    &conv::ENTRY,
    &recurrent::RNN,
    &recurrent::GRU,
    &recurrent::LSTM,
    &embedding::ENTRY,
    &norm::ENTRY,
    &residual::ENTRY,
    &shortcut::ENTRY,
    &repeat::ENTRY,
    &pool::ENTRY,
    &flatten::ENTRY,
    &activation::ENTRY,
];
