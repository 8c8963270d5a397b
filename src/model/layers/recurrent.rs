//! `{ rnn = 32 }`, `{ gru = 32 }`, `{ lstm = 32 }`: layers with a memory, trained through time (lecture L13).
//!
//! Each takes a sequence and gives its state h_t at each step; `{ pool = "last" }` behind it keeps the last. GRU and LSTM are those of
//! PyTorch (`engine/reference/gated.rs` has the equations), with PyTorch's order of the gates in the weights. An LSTM has one bias
//! where PyTorch has two that only ever act by their sum, a GRU has both, since one acts within the reset gate.
//!
//! Sources: Elman 1990; Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder"; Hochreiter & Schmidhuber 1997,
//! "Long short-term memory", with the forget gate of Gers, Schmidhuber & Cummins 2000.

use super::assembly::{AskedWeights, Assembly};
use super::chosen::{Assembles, ChosenLayer, LayerEntry};
use super::error::LayerError;
use super::kind::{Takes, count, frozen};
use crate::activation::{Activation, TANH};
use crate::model::{Gated, GatedCell, Module, Recurrent};
use crate::num::{BlockRole, Shape};
use crate::registry::{Entry, Parameter};

const MOST_UNITS: u64 = 100_000;
const RNN_UNITS: &[Parameter] = &[count("rnn", "units", MOST_UNITS), frozen()];
const GRU_UNITS: &[Parameter] = &[count("gru", "units", MOST_UNITS), frozen()];
const LSTM_UNITS: &[Parameter] = &[count("lstm", "units", MOST_UNITS), frozen()];

const fn kind(
    (name, description, source): (&'static str, &'static str, &'static str),
    parameters: &'static [Parameter],
    activation: bool,
    build: &'static Assembles,
) -> LayerEntry {
    let entry = Entry { name, description, revision: 1, source, parameters };
    LayerEntry { entry, takes: Takes { activation, name: true, layers: None }, build }
}

pub const RNN: LayerEntry = kind(
    (
        "rnn",
        "fully connected recurrent layer of so many units, its activation tanh unless given",
        "Elman 1990; lecture L13",
    ),
    RNN_UNITS,
    true,
    &|layer, assembly| {
        let (steps, input, hidden) = weights(layer, assembly, 1, false)?;
        let activation = layer.activation.clone().unwrap_or_else(|| Activation::of(&TANH));
        let module = Module::Recurrent(Recurrent { input, hidden, steps, activation, every_step: true });
        put(assembly, module, steps);
        Ok(())
    },
);

pub const GRU: LayerEntry = kind(
    ("gru", "gated recurrent units, so many", "Cho et al. 2014, as in PyTorch"),
    GRU_UNITS,
    false,
    &|layer, assembly| gated(layer, assembly, GatedCell::Gru),
);

pub const LSTM: LayerEntry = kind(
    ("lstm", "long short-term memory of so many units", "Hochreiter & Schmidhuber 1997; Gers et al. 2000"),
    LSTM_UNITS,
    false,
    &|layer, assembly| gated(layer, assembly, GatedCell::Lstm),
);

fn gated(layer: &ChosenLayer, assembly: &mut Assembly<'_>, cell: GatedCell) -> Result<(), LayerError> {
    let (steps, input, hidden) = weights(layer, assembly, cell.gates(), cell == GatedCell::Gru)?;
    put(assembly, Module::Gated(Gated { cell, input, hidden, steps }), steps);
    Ok(())
}

/// The steps, and the layers of weights for so many gates.
fn weights(
    layer: &ChosenLayer,
    assembly: &mut Assembly<'_>,
    gates: usize,
    bias: bool,
) -> Result<(usize, usize, usize), LayerError> {
    let Shape::Sequence { steps, features } = assembly.shape() else {
        return Err(LayerError::NeedsSequence { got: assembly.shape_in_words() });
    };
    let width = layer.count(layer.kind.name());
    let outputs = gates * width;
    let input = AskedWeights { suffix: ".input", ..AskedWeights::of(features, outputs) };
    let hidden =
        AskedWeights { suffix: ".hidden", bias, role: BlockRole::Recurrent, ..AskedWeights::of(width, outputs) };
    let input = layer.weights(assembly, &input)?;
    Ok((steps, input, layer.weights(assembly, &hidden)?))
}

/// Puts dropout and the module behind.
fn put(assembly: &mut Assembly<'_>, module: Module, steps: usize) {
    let dropout = assembly.builder.dropout();
    assembly.builder.push(dropout);
    assembly.builder.push(module);
    assembly.set_shape(Shape::Sequence { steps, features: assembly.builder.width() / steps });
}
