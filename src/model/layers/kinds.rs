//! The kinds of layers.

use super::assembly::LayerBuilder;
use super::kind::LayerKind;
use super::{activation, conv, dense, embedding, flatten, norm, pool, recurrent, repeat, residual, shortcut};

/// Every kind of layer, in the order in which `burnmark list` shows them. `activation` is the last, since other kinds take one.
pub const BUILDERS: &[&LayerBuilder] = &[
    &dense::BUILDER,
    &conv::BUILDER,
    &recurrent::RNN,
    &recurrent::GRU,
    &recurrent::LSTM,
    &embedding::BUILDER,
    &norm::BUILDER,
    &residual::BUILDER,
    &shortcut::BUILDER,
    &repeat::BUILDER,
    &pool::BUILDER,
    &flatten::BUILDER,
    &activation::BUILDER,
];

/// What each says of itself.
pub fn kinds() -> impl Iterator<Item = &'static LayerKind> {
    BUILDERS.iter().map(|builder| &builder.kind)
}
