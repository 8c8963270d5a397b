//! How many samples the engine takes at once where nobody says: what an evaluation goes over its part in.

use crate::model::{Layer, Module, Network};

/// Bytes of what all modules give for one piece: a part of the second cache, so that each finds what the one before has written.
const BYTES: usize = 1 << 17;
/// The fewest samples of a piece: below, products would lay their factors out for too few rows.
const FEWEST: usize = 32;

/// Samples of a piece, for numbers of so many bytes.
pub fn samples_at_once(network: &Network, bytes: usize) -> usize {
    (BYTES / (bytes * numbers(network.chain(), network.layers())).max(1)).max(FEWEST)
}

/// Numbers per sample that a module and those within write on the way forward.
fn numbers(module: &Module, layers: &[Layer]) -> usize {
    let within = match module {
        Module::Chain(modules) => return modules.iter().map(|module| numbers(module, layers)).sum(),
        Module::Residual(within) => numbers(within, layers),
        Module::Shortcut(shortcut) => numbers(&shortcut.within, layers),
        Module::Convolution { patches, .. } => {
            let (rows, cols) = patches.places();
            rows * cols * patches.numbers()
        }
        _ => 0,
    };
    within + module.outputs(layers)
}
