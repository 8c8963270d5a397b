//! What a rule for initial weights says of itself.

use crate::model::error::InitialError;
use crate::model::{KernelShape, Layer, Network};
use crate::num::{Precision, Stream};
use crate::registry::{Choice, Entry, Registered};

/// A rule for initial weights in the registry.
pub struct InitialEntry {
    /// What it says of itself.
    pub entry: Entry,
    /// What it makes of a network.
    pub rule: InitialRule,
}

/// What a rule makes of a network.
pub enum InitialRule {
    /// Each weight of a layer is drawn on its own, from the layer's stream; the biases stay 0.
    Drawn(&'static Draws),
    /// All parameters at once, biases too; nothing is drawn.
    Given(&'static Gives),
    /// Some parameters are given; the weights of the others are drawn by the rule that the choice names as its `rest`.
    Partly(&'static Puts),
}

/// What draws the weights of a layer, one at each call.
pub type Draws = dyn for<'a> Fn(&'a Choice, &Layer) -> Box<dyn FnMut(&mut Stream) -> f64 + 'a> + Send + Sync;

/// What gives θ₀. The numbers of a file have to be finite in the precision of the run.
pub type Gives = dyn Fn(&Choice, &Network, Precision) -> Result<Vec<f64>, InitialError> + Send + Sync;

/// What puts some parameters in the place of those that were drawn. They have to be finite in the precision of the run.
pub type Puts = dyn Fn(&Choice, &Network, Precision, &mut [f64]) -> Result<(), InitialError> + Send + Sync;

impl Registered for InitialEntry {
    fn entry(&self) -> &Entry {
        &self.entry
    }
}

impl InitialEntry {
    /// Whether the rule draws the weights, so that a seed changes them.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !matches!(self.rule, InitialRule::Given(_))
    }
}

/// What feeds one output of a layer, and what one input feeds: of a convolution each input goes into every output once for
/// each pixel of the kernel.
#[must_use]
#[allow(clippy::cast_precision_loss)] // widths stay far below 2⁵³
pub fn fans(layer: &Layer) -> (f64, f64) {
    (layer.inputs as f64, (layer.outputs * layer.kernel.map_or(1, KernelShape::pixels)) as f64)
}

/// A draw that is uniform within ±limit.
pub(super) fn within(limit: f64) -> impl FnMut(&mut Stream) -> f64 {
    move |stream| limit * (2.0 * stream.uniform() - 1.0)
}
