//! Parts of θ that follow no gradient: running averages, such as those of batch norm, and frozen layers.
//!
//! A running average r ← r + 0.1 (b − r) after each step, b what the engine measured on the step's batch and left in the place of the
//! gradient; the factor is PyTorch's. A frozen layer stays as it is. Whatever an optimizer does with these places, they become that.
//! Being parts of θ, they are kept, averaged and exported with it.

use crate::model::Network;
use crate::num::Real;
use std::ops::Range;

/// How far an average moves towards what a batch shows.
const MOMENTUM: f64 = 0.1;

/// The parts of θ that a training moves by itself, or not at all.
pub struct Running<R> {
    /// Each with how far it moves towards what is in the gradient's place.
    places: Vec<(Range<usize>, R)>,
    /// What the engine left, and what is after the step; the places one after the other.
    shown: Vec<R>,
    next: Vec<R>,
}

impl<R: Real> Running<R> {
    pub fn new(network: &Network) -> Self {
        let averages = network.statistics().into_iter().map(|place| (place, R::from_f64(MOMENTUM)));
        let places: Vec<_> = averages.chain(network.frozen().into_iter().map(|place| (place, R::ZERO))).collect();
        let count = places.iter().map(|(place, _)| place.len()).sum();
        Self { places, shown: vec![R::ZERO; count], next: vec![R::ZERO; count] }
    }

    /// Takes what the engine left there out of the gradient, which is 0 there then.
    pub fn take(&mut self, gradient: &mut [R], parameters: &[R]) {
        let mut slots = self.shown.iter_mut().zip(&mut self.next);
        for (place, momentum) in &self.places {
            for at in place.clone() {
                let Some((shown, next)) = slots.next() else { return };
                *shown = std::mem::replace(&mut gradient[at], R::ZERO);
                let r = parameters[at];
                *next = if *momentum > R::ZERO { momentum.mul_add(*shown - r, r) } else { r };
            }
        }
    }

    /// Puts it back.
    pub fn give_back(&self, gradient: &mut [R]) {
        self.copy(&self.shown, gradient);
    }

    /// Puts what is after the step into parameters.
    pub fn put(&self, parameters: &mut [R]) {
        self.copy(&self.next, parameters);
    }

    fn copy(&self, mut from: &[R], to: &mut [R]) {
        for (place, _) in &self.places {
            let (here, rest) = from.split_at(place.len());
            to[place.clone()].copy_from_slice(here);
            from = rest;
        }
    }
}
