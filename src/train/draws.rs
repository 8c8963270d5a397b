//! What a step draws of its batch: the samples, the noise on their inputs and the masks. Runs of one seed draw the same.

use super::Settings;
use super::regularize::{Dropout, InputNoise};
use crate::data::{Part, Targets};
use crate::engine::{Batch, Masks};
use crate::loss::TargetsRef;
use crate::model::Network;
use crate::num::{MatRef, Real, gather_rows};

/// A step's batch with its noise and masks.
pub struct StepDraws<R> {
    batch: GatheredBatch<R>,
    input_noise: InputNoise,
    dropout: Dropout<R>,
}

impl<R: Real> StepDraws<R> {
    /// Those of one of the networks of an ensemble.
    pub fn new(settings: &Settings, network: &Network, number: u32) -> Self {
        let seed = settings.dropout_seed(number);
        Self {
            batch: GatheredBatch::new(settings.batch, network),
            input_noise: InputNoise::new(settings.regularize.input_noise, seed),
            dropout: Dropout::new(settings.regularize, network, seed, settings.batch),
        }
    }

    /// Draws what a step takes of these samples.
    pub fn draw(&mut self, part: &Part<R>, samples: &[usize], step: u64) {
        self.batch.gather(part, samples);
        self.input_noise.add(step, &mut self.batch.inputs);
        self.dropout.draw(step, samples.len());
    }

    /// Samples that were drawn last.
    pub fn samples(&self) -> usize {
        self.batch.samples
    }

    /// What was drawn last.
    pub fn batch(&self) -> Batch<'_, R> {
        self.batch.view(self.dropout.masks())
    }
}

/// A batch copied out of the training part.
struct GatheredBatch<R> {
    samples: usize,
    /// Answers per sample.
    positions: usize,
    features: usize,
    inputs: Vec<R>,
    classes: Vec<u32>,
    outputs: usize,
    values: Vec<R>,
    /// Of each answer; empty where all count alike.
    weights: Vec<R>,
}

impl<R: Real> GatheredBatch<R> {
    fn new(most_samples: usize, network: &Network) -> Self {
        let (features, outputs, positions) = (network.inputs(), network.outputs(), network.positions());
        Self {
            samples: 0,
            positions,
            features,
            inputs: Vec::with_capacity(most_samples * features),
            classes: Vec::with_capacity(most_samples * positions),
            outputs,
            values: Vec::with_capacity(most_samples * positions * outputs),
            weights: Vec::with_capacity(most_samples * positions),
        }
    }

    fn gather(&mut self, part: &Part<R>, samples: &[usize]) {
        self.samples = samples.len();
        self.inputs.resize(samples.len() * self.features, R::ZERO);
        gather_rows(part.inputs.view(), samples, &mut self.inputs);
        match &part.targets {
            Targets::Classes(classes) => {
                self.classes.clear();
                for &sample in samples {
                    // Mostly one: no call for a slice of it.
                    (0..self.positions).for_each(|at| self.classes.push(classes[sample * self.positions + at]));
                }
            }
            Targets::Values(values) => {
                let numbers = self.positions * self.outputs;
                self.values.resize(samples.len() * numbers, R::ZERO);
                let rows = MatRef::new(part.samples(), numbers, values.data());
                gather_rows(rows, samples, &mut self.values);
            }
            Targets::None => {}
        }
        if !part.weights.is_empty() {
            self.weights.clear();
            for &sample in samples {
                self.weights.extend_from_slice(&part.weights[sample * self.positions..][..self.positions]);
            }
        }
    }

    fn view<'a>(&'a self, masks: Masks<'a, R>) -> Batch<'a, R> {
        let targets = match (self.classes.is_empty(), self.values.is_empty()) {
            (false, _) => TargetsRef::Classes(&self.classes),
            (true, false) => TargetsRef::Values(MatRef::new(self.samples * self.positions, self.outputs, &self.values)),
            (true, true) => TargetsRef::None,
        };
        Batch { inputs: MatRef::new(self.samples, self.features, &self.inputs), targets, weights: &self.weights, masks }
    }
}
