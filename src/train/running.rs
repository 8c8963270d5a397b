//! Running averages, such as those of batch norm: parts of θ that follow what each batch shows, and no gradient.
//!
//! r ← r + 0.1 (b − r) after each step, b what the engine measured on the step's batch and left in the place of the gradient; the
//! factor is PyTorch's. Whatever an optimizer does with these places, they become that. Being parts of θ, they are kept, averaged and
//! exported with it.

use crate::model::Network;
use crate::num::Real;
use std::ops::Range;

/// How far an average moves towards what a batch shows.
const MOMENTUM: f64 = 0.1;

/// The running averages of a training.
pub struct Running<R> {
    places: Vec<Range<usize>>,
    /// b, as the engine left it, and r after the step; the places one after the other.
    shown: Vec<R>,
    next: Vec<R>,
}

impl<R: Real> Running<R> {
    pub fn new(network: &Network) -> Self {
        let places = network.statistics();
        let count = places.iter().map(Range::len).sum();
        Self { places, shown: vec![R::ZERO; count], next: vec![R::ZERO; count] }
    }

    /// Takes what a batch shows out of the gradient, which is 0 there then.
    pub fn take(&mut self, gradient: &mut [R], parameters: &[R]) {
        let momentum = R::from_f64(MOMENTUM);
        let mut slots = self.shown.iter_mut().zip(&mut self.next);
        for at in self.places.iter().flat_map(Clone::clone) {
            let Some((shown, next)) = slots.next() else { return };
            *shown = std::mem::replace(&mut gradient[at], R::ZERO);
            *next = momentum.mul_add(*shown - parameters[at], parameters[at]);
        }
    }

    /// Puts it back.
    pub fn give_back(&self, gradient: &mut [R]) {
        self.copy(&self.shown, gradient);
    }

    /// Puts the averages after the step into parameters.
    pub fn put(&self, parameters: &mut [R]) {
        self.copy(&self.next, parameters);
    }

    fn copy(&self, mut from: &[R], to: &mut [R]) {
        for place in &self.places {
            let (here, rest) = from.split_at(place.len());
            to[place.clone()].copy_from_slice(here);
            from = rest;
        }
    }
}
