//! Dropout as model averaging (lecture L34): what a network trained with dropout predicts.
//!
//! Each of the 2^U thinned networks has its own choice of the U units that dropout may omit, and the probability
//! p^omitted (1 − p)^kept. At test time the suite can take
//!
//! - `scaling`: one network with all units. Training scaled the kept values by 1/(1 − p), so its weights are right as they
//!   are (Srivastava et al. 2014, section 10, scale by the retention probability at test time instead: the same).
//! - `monte-carlo`: the mean prediction of `regularize.dropout_samples` drawn thinned networks. The same ones serve all
//!   samples and epochs, so that curves are not noisier than the mean itself; its standard error falls like 1/√n.
//! - `exact`: the mean prediction of all 2^U, weighted by their probabilities; refused beyond U = 16.
//!
//! The key is `regularize.dropout_at_test`. Means are of probabilities for classes and of outputs for a regression. For a
//! linear unit scaling is exact, and for one layer of softmax or sigmoid units it is the normalized geometric mean (Baldi &
//! Sadowski 2013, "Understanding dropout", sections 3 and 4). A unit is omitted by a factor 0 on the weights that it feeds,
//! and kept by 1/(1 − p), so a thinned network is one more parameter vector and engines know nothing of it. PyTorch, Flax
//! and Burn have scaling; their Monte Carlo is a loop in training mode, with masks for each sample.

use super::error::TrainError;
use super::regularize::{DropoutAtTest, RegularizeSettings};
use crate::model::{Layer, Network};
use crate::num::{Purpose, Real, Seed, Stream};

/// The most units whose thinned networks are all evaluated: 65,536 networks.
pub const MOST_UNITS: usize = 16;

/// How many values dropout may omit: U.
#[must_use]
pub fn units(settings: &RegularizeSettings, network: &Network) -> usize {
    let widths = network.dropout_places().iter().enumerate();
    widths.filter(|(layer, _)| settings.dropout_before(*layer) > 0.0).map(|(_, &width)| width).sum()
}

/// Whether each place of dropout feeds a layer of its own, so that omitting a unit is omitting a row of its weights.
#[must_use]
pub fn feeds_layers(network: &Network) -> bool {
    let (places, layers) = (network.dropout_places(), network.layers());
    places.len() == layers.len() && places.iter().zip(layers).all(|(&width, layer)| width == layer.inputs)
}

/// The thinned networks that stand for one network at test time.
pub struct Thinned<R> {
    settings: RegularizeSettings,
    seed: Seed,
    layers: Vec<Layer>,
    units: usize,
    /// 0 or 1/(1 − p) for each unit, those of earlier layers first.
    factors: Vec<R>,
    parameters: Vec<R>,
}

impl<R: Real> Thinned<R> {
    /// `None` if one network with all units represents all of them.
    ///
    /// # Errors
    /// Where all thinned networks are asked for and there are too many.
    pub fn new(settings: &RegularizeSettings, network: &Network, seed: Seed) -> Result<Option<Self>, TrainError> {
        let units = units(settings, network);
        match settings.dropout_at_test {
            DropoutAtTest::Scaling => return Ok(None),
            _ if units == 0 => return Ok(None),
            _ if !feeds_layers(network) => return Err(TrainError::NotThinned),
            DropoutAtTest::Exact if units > MOST_UNITS => {
                return Err(TrainError::TooManyThinned { units, most: MOST_UNITS });
            }
            _ => {}
        }
        Ok(Some(Self {
            settings: *settings,
            seed,
            layers: network.layers().to_vec(),
            units,
            factors: vec![R::ZERO; units],
            parameters: vec![R::ZERO; network.parameter_count()],
        }))
    }

    /// Gives each thinned network of θ with its weight to `take`.
    ///
    /// # Errors
    /// What `take` returns.
    pub fn for_each<E>(&mut self, theta: &[R], mut take: impl FnMut(f64, &[R]) -> Result<(), E>) -> Result<(), E> {
        let exact = self.settings.dropout_at_test == DropoutAtTest::Exact;
        let count = if exact { 1 << self.units } else { self.settings.dropout_samples };
        for number in 0..count {
            let weight = if exact { self.choose(number) } else { self.draw(number) };
            self.thin(theta);
            take(weight, &self.parameters)?;
        }
        Ok(())
    }

    /// The factors of the network whose kept units are the bits of `number`; returns its probability.
    fn choose(&mut self, number: u64) -> f64 {
        let (mut probability, mut unit) = (1.0, 0);
        for (index, layer) in self.layers.iter().enumerate() {
            let rate = self.settings.dropout_before(index);
            let width = if rate > 0.0 { layer.inputs } else { 0 };
            for factor in &mut self.factors[unit..unit + width] {
                let kept = number >> unit & 1 == 1;
                *factor = if kept { R::from_f64(1.0 / (1.0 - rate)) } else { R::ZERO };
                probability *= if kept { 1.0 - rate } else { rate };
                unit += 1;
            }
        }
        probability
    }

    /// The factors of a drawn network; returns the weight 1 that all of them have.
    fn draw(&mut self, number: u64) -> f64 {
        let mut rest = self.factors.as_mut_slice();
        for ((layer, place), index) in (0..).zip(&self.layers).zip(0..) {
            let rate = self.settings.dropout_before(index);
            if rate > 0.0 {
                let (factors, others) = rest.split_at_mut(place.inputs);
                let stream = Stream::new(self.seed, Purpose::ThinnedNetwork { layer }, number);
                stream.bernoulli(rate, R::from_f64(1.0 / (1.0 - rate)), R::ZERO, factors);
                rest = others;
            }
        }
        1.0
    }

    /// θ with each unit's factor on the weights that it feeds: row i of a layer's weights belongs to its input i.
    fn thin(&mut self, theta: &[R]) {
        self.parameters.copy_from_slice(theta);
        let mut factors = self.factors.iter();
        for (index, layer) in self.layers.iter().enumerate() {
            if self.settings.dropout_before(index) > 0.0 {
                for row in self.parameters[layer.weights.clone()].chunks_exact_mut(layer.outputs) {
                    let factor = *factors.next().expect("a factor for each unit");
                    row.iter_mut().for_each(|w| *w *= factor);
                }
            }
        }
    }
}
