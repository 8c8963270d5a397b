//! Dropout's masks (lecture L33): 0 for an omitted value, 1/(1 − rate) for a kept one, drawn per sample and step.
//!
//! - `regularize.dropout`: probability that a hidden unit's value is omitted, 0 ≤ p < 1, default 0.
//! - `regularize.input_dropout`: the same for inputs.
//!
//! Shapes: one mask per layer, m × the layer's inputs. Srivastava et al. 2014, who scale at test time; PyTorch, Flax
//! and Burn invert like this. The arithmetic is the engine's (`engine/reference/dropout.rs`); what is done at test
//! time is in `train/thinned.rs`.

use super::RegularizeSettings;
use crate::engine::Masks;
use crate::model::Network;
use crate::num::{Purpose, Real, Seed, Stream};

/// Draws inverted dropout's masks: 0 for an omitted value, 1/(1 − rate) for a kept one.
///
/// Each layer and step has its own stream, so one rate never changes another layer's draws.
pub struct Dropout<R> {
    seed: Seed,
    /// Probability of omission of what feeds each layer.
    rates: Vec<f64>,
    widths: Vec<usize>,
    /// One mask per layer, for the largest batch; empty where the rate is 0. No masks at all where all rates are 0.
    masks: Vec<Vec<R>>,
}

impl<R: Real> Dropout<R> {
    #[must_use]
    pub fn new(settings: RegularizeSettings, network: &Network, seed: impl Into<Seed>, most_samples: usize) -> Self {
        let widths = network.dropout_places().to_vec();
        let rates: Vec<f64> = (0..widths.len()).map(|layer| settings.dropout_before(layer)).collect();
        let mask = |(&width, &rate): (&usize, &f64)| {
            let length = if rate > 0.0 { width * most_samples } else { 0 };
            vec![R::ZERO; length]
        };
        let masks: Vec<Vec<R>> = widths.iter().zip(&rates).map(mask).collect();
        let masks = if masks.iter().all(Vec::is_empty) { Vec::new() } else { masks };
        Self { seed: seed.into(), rates, widths, masks }
    }

    /// Draws the masks of a step for a batch of this many samples.
    pub fn draw(&mut self, step: u64, samples: usize) {
        for (layer, mask) in self.masks.iter_mut().enumerate().filter(|(_, mask)| !mask.is_empty()) {
            let rate = self.rates[layer];
            let number = u32::try_from(layer).expect("fewer than 2³² layers");
            let stream = Stream::new(self.seed, Purpose::Dropout { layer: number }, step);
            let kept = R::from_f64(1.0 / (1.0 - rate));
            stream.bernoulli(rate, kept, R::ZERO, &mut mask[..samples * self.widths[layer]]);
        }
    }

    #[must_use]
    pub fn masks(&self) -> Masks<'_, R> {
        Masks(&self.masks)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::network;
    use super::*;

    fn masks(dropout: f64, input_dropout: f64, step: u64) -> Vec<Vec<f64>> {
        let settings = RegularizeSettings { dropout, input_dropout, ..RegularizeSettings::NONE };
        let mut drawn = Dropout::new(settings, &network().0, 1, 8);
        drawn.draw(step, 8);
        drawn.masks
    }

    #[test]
    fn rates_do_not_disturb_one_another() {
        assert!(masks(0.0, 0.0, 0).is_empty());
        let (hidden, both) = (masks(0.5, 0.0, 3), masks(0.5, 0.2, 3));
        assert!(hidden[0].is_empty() && both[0].len() == 24);
        assert_eq!(hidden[1..], both[1..]);
        assert!(hidden[2].iter().all(|&factor| factor == 0.0 || factor == 2.0));
        assert_ne!(masks(0.5, 0.0, 4), hidden);
    }
}
