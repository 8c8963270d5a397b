//! The Burn engine: the same network written as tensor operations, its gradient by Burn's automatic differentiation.
//!
//! Nothing is drawn by Burn, and device and precision are named at every tensor, because Burn keeps its generator and
//! default types in process-wide state. One training runs per process at a time.

use super::error::EngineError;
use super::{Batch, Engine, EngineReal, Masks};
use crate::loss::{AnswerSum, TargetsRef};
use crate::model::operation::{LayerTensors, Operated};
use crate::model::{
    BatchNorm, Gated, GatedCell, LayerNorm, Module, Network, Patches, Pool, Pooling, Recurrent, Reduction, Shortcut,
};
use crate::num::{Image, MatMut, MatRef, Objective};
use burn::tensor::activation::tanh;
use burn::tensor::module::{avg_pool2d, conv2d, max_pool2d};
use burn::tensor::ops::{AvgPoolOptions, ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Device, Tensor, TensorData};
use std::cell::RefCell;

/// Burn on one of its CPU backends, for one network.
pub struct Autodiff {
    /// Where evaluations run, without a graph.
    plain: Device,
    /// Where training steps run, with one.
    tracked: Device,
    network: Network,
}

/// z W + b
fn apply(layer: &LayerTensors, z: Tensor<2>) -> Tensor<2> {
    let s = z.matmul(layer.weights.clone());
    match &layer.bias {
        Some(bias) => s + bias.clone(),
        None => s,
    }
}

/// In so many rows and columns. Burn keeps a node of its graph for each reshaping, also for one that changes nothing.
fn shaped(z: Tensor<2>, shape: [usize; 2]) -> Tensor<2> {
    if z.dims() == shape { z } else { z.reshape(shape) }
}

/// What the modules of one pass look at.
struct Pass<'a, R> {
    layers: Vec<LayerTensors>,
    masks: Masks<'a, R>,
    samples: usize,
    training: bool,
    /// Means and variances over the batch, each with the layer that has their running averages.
    measured: RefCell<Vec<(usize, [Tensor<2>; 2])>>,
    /// Where what has no gradient lies.
    plain: &'a Device,
}

impl<R: EngineReal> Pass<'_, R> {
    fn forward(&self, module: &Module, z: Tensor<2>) -> Tensor<2> {
        match module {
            Module::Linear { layer, positions } => {
                let [_, width] = z.dims();
                let s = apply(&self.layers[*layer], shaped(z, [self.samples * positions, width / positions]));
                let [_, outputs] = s.dims();
                shaped(s, [self.samples, positions * outputs])
            }
            Module::Activation { activation, .. } => activation.expression(z),
            Module::Dropout { place, width } => match self.masks.at(*place, self.samples, *width) {
                None => z,
                Some(mask) => z * tensor(mask.data(), self.samples, *width, self.plain),
            },
            Module::Recurrent(recurrent) => self.recurrent(recurrent, &z),
            Module::Embedding(embedding) => {
                let rows = self.layers[embedding.layer].weights.clone();
                let [_, width] = rows.dims();
                let numbers = self.samples * embedding.numbers;
                rows.select(0, z.reshape([numbers]).int()).reshape([self.samples, embedding.numbers * width])
            }
            Module::Gated(gated) => self.gated(gated, &z),
            Module::Convolution { layer, patches } => self.convolution(&self.layers[*layer], *patches, z),
            Module::Pool(pool) => self.pool(*pool, z),
            Module::LayerNorm(norm) => self.layer_norm(*norm, z),
            Module::BatchNorm(norm) => self.batch_norm(*norm, z),
            Module::Operation(operated) => self.operation(operated, z),
            Module::Residual(within) => z.clone() + self.forward(within, z),
            Module::Shortcut(shortcut) => self.shortcut(shortcut, z),
            Module::Chain(modules) => modules.iter().fold(z, |z, module| self.forward(module, z)),
            Module::Objective { layer, objective } => self.objective(&self.layers[*layer].weights, objective, z),
        }
    }

    fn recurrent(&self, recurrent: &Recurrent, z: &Tensor<2>) -> Tensor<2> {
        let (input, hidden) = (&self.layers[recurrent.input], &self.layers[recurrent.hidden]);
        let [_, width] = z.dims();
        let features = width / recurrent.steps;
        let mut states: Vec<Tensor<2>> = Vec::new();
        for t in 0..recurrent.steps {
            let mut a = apply(input, z.clone().narrow(1, t * features, features));
            if let Some(before) = states.last() {
                a = a + apply(hidden, before.clone());
            }
            states.push(recurrent.activation.expression(a));
        }
        if recurrent.every_step { Tensor::cat(states, 1) } else { states.pop().expect("a sequence has a step") }
    }

    fn gated(&self, gated: &Gated, z: &Tensor<2>) -> Tensor<2> {
        let Gated { cell, input, hidden, steps } = *gated;
        let (input, hidden) = (&self.layers[input], &self.layers[hidden]);
        let [width, _] = hidden.weights.dims();
        let features = z.dims()[1] / steps;
        // As in `activation/sigmoid.rs`.
        let sigmoid = |s: Tensor<2>| (tanh(s * 0.5) + 1.0) * 0.5;
        let zeros = || tensor(&vec![R::ZERO; self.samples * width], self.samples, width, self.plain);
        let (mut h, mut c, mut states) = (zeros(), zeros(), Vec::new());
        for t in 0..steps {
            let a = apply(input, z.clone().narrow(1, t * features, features));
            let s = apply(hidden, h.clone());
            let gate = |of: &Tensor<2>, number: usize| of.clone().narrow(1, number * width, width);
            let sum = |number: usize| gate(&a, number) + gate(&s, number);
            h = match cell {
                GatedCell::Gru => {
                    let (r, u) = (sigmoid(sum(0)), sigmoid(sum(1)));
                    let n = tanh(gate(&a, 2) + r * gate(&s, 2));
                    n.clone() + u * (h - n)
                }
                GatedCell::Lstm => {
                    c = sigmoid(sum(1)) * c + sigmoid(sum(0)) * tanh(sum(2));
                    sigmoid(sum(3)) * tanh(c.clone())
                }
            };
            states.push(h.clone());
        }
        Tensor::cat(states, 1)
    }

    fn convolution(&self, layer: &LayerTensors, patches: Patches, z: Tensor<2>) -> Tensor<2> {
        let Patches { image, kernel, .. } = patches;
        let ((rows, cols), [stride, padding]) = (kernel.sides(), patches.steps_and_padding());
        let [_, filters] = layer.weights.dims();
        let kernel = layer.weights.clone().reshape([rows, cols, image.channels, filters]).permute([3, 2, 0, 1]);
        let bias = layer.bias.clone().map(|bias| bias.reshape([filters]));
        let options = ConvOptions::new([stride.0, stride.1], [padding.0, padding.1], [1, 1], 1);
        let (height, width) = patches.places();
        let out = Image { height, width, channels: filters };
        self.flatten(conv2d(self.to_image(z, image), kernel, bias, options), out)
    }

    fn pool(&self, pool: Pool, z: Tensor<2>) -> Tensor<2> {
        if pool.pooling == Pooling::Last {
            let (channels, pixels) = (pool.image.channels, pool.image.pixels());
            return z.narrow(1, (pixels - 1) * channels, channels);
        }
        let (image, size) = (self.to_image(z, pool.image), [pool.window.0, pool.window.1]);
        let pooled = match pool.pooling {
            Pooling::Max => max_pool2d(image, MaxPoolOptions::new(size).with_stride(size)),
            Pooling::Average | Pooling::Last => avg_pool2d(image, AvgPoolOptions::new(size).with_stride(size)),
        };
        self.flatten(pooled, pool.pooled())
    }

    #[allow(clippy::cast_precision_loss)] // widths stay far below 2⁵³
    fn layer_norm(&self, norm: LayerNorm, z: Tensor<2>) -> Tensor<2> {
        let LayerNorm { layer, positions, width, epsilon } = norm;
        // By a factor: see [`Autodiff::loss`].
        let mean = |x: Tensor<2>| x.sum_dim(1) * (1.0 / width as f64);
        let z = shaped(z, [self.samples * positions, width]);
        let centred = z.clone() - mean(z);
        let variance = mean(centred.clone() * centred.clone());
        let LayerTensors { bias, weights } = &self.layers[layer];
        let scaled = centred / (variance + epsilon).sqrt() * weights.clone();
        let z_next = match bias {
            Some(bias) => scaled + bias.clone(),
            None => scaled,
        };
        shaped(z_next, [self.samples, positions * width])
    }

    #[allow(clippy::cast_precision_loss)] // batches stay far below 2⁵³ rows
    fn batch_norm(&self, norm: BatchNorm, z: Tensor<2>) -> Tensor<2> {
        let BatchNorm { layer, statistics, positions, width, epsilon } = norm;
        let rows = self.samples * positions;
        let z = shaped(z, [rows, width]);
        let running = &self.layers[statistics];
        let (mean, variance) = match &running.bias {
            Some(mean) if !self.training => (mean.clone(), running.weights.clone()),
            _ => {
                let over_rows = |x: Tensor<2>| x.sum_dim(0) * (1.0 / rows as f64);
                let mean = over_rows(z.clone());
                let centred = z.clone() - mean.clone();
                let variance = over_rows(centred.clone() * centred);
                let unbiased = if rows > 1 { rows as f64 / (rows as f64 - 1.0) } else { 1.0 };
                let shown = [mean.clone().detach(), variance.clone().detach() * unbiased];
                self.measured.borrow_mut().push((statistics, shown));
                (mean, variance)
            }
        };
        let LayerTensors { bias, weights } = &self.layers[layer];
        let scaled = (z - mean) / (variance + epsilon).sqrt() * weights.clone();
        let z_next = match bias {
            Some(bias) => scaled + bias.clone(),
            None => scaled,
        };
        shaped(z_next, [self.samples, positions * width])
    }

    fn operation(&self, operated: &Operated, z: Tensor<2>) -> Tensor<2> {
        let Operated { operation, choice, layers, positions, inputs, outputs } = operated;
        let layers: Vec<LayerTensors> = layers.iter().map(|layer| self.layers[*layer].clone()).collect();
        let z_next = (operation.expression)(choice, &layers, shaped(z, [self.samples * positions, *inputs]));
        shaped(z_next, [self.samples, positions * outputs])
    }

    fn shortcut(&self, shortcut: &Shortcut, z: Tensor<2>) -> Tensor<2> {
        let Shortcut { within, positions, width } = shortcut;
        let rows = self.samples * positions;
        let f = self.forward(within, z.clone());
        let [_, more] = f.dims();
        let more = more / positions;
        let beside = Tensor::cat(vec![shaped(z, [rows, *width]), shaped(f, [rows, more])], 1);
        shaped(beside, [self.samples, positions * (width + more)])
    }

    /// As Burn takes images: m × C × h × w.
    fn to_image(&self, z: Tensor<2>, image: Image) -> Tensor<4> {
        z.reshape([self.samples, image.height, image.width, image.channels]).permute([0, 3, 1, 2])
    }

    fn flatten(&self, z: Tensor<4>, image: Image) -> Tensor<2> {
        z.permute([0, 2, 3, 1]).reshape([self.samples, image.numbers()])
    }

    /// f(θ; x) for each row x, m × 1; θ is 1 × n.
    fn objective(&self, theta: &Tensor<2>, objective: &Objective, x: Tensor<2>) -> Tensor<2> {
        let n = objective.dimensions();
        let at = |from: usize, count: usize| theta.clone().narrow(1, from, count);
        let square = |u: Tensor<2>| u.clone() * u;
        let value = match objective {
            Objective::Quadratic(matrix) => {
                let q: Vec<R> = matrix.data().iter().map(|&q| R::from_f64(q)).collect();
                let r = theta.clone() - x;
                return (r.clone().matmul(tensor(&q, n, n, self.plain)) * r).sum_dim(1) * 0.5;
            }
            Objective::Rosenbrock { .. } => {
                let u = at(1, n - 1) - square(at(0, n - 1));
                let v = -(at(0, n - 1) - 1.0);
                (square(u) * 100.0 + square(v)).sum_dim(1)
            }
            Objective::Beale => {
                let (a, b) = (at(0, 1), at(1, 1));
                let [b2, b3] = [square(b.clone()), square(b.clone()) * b.clone()];
                let term = |c: f64, power: Tensor<2>| square(a.clone() * (power - 1.0) + c);
                term(1.5, b) + term(2.25, b2) + term(2.625, b3)
            }
        };
        value.expand([self.samples, 1])
    }
}

impl Autodiff {
    pub fn new(network: &Network, device: Device) -> Self {
        let tracked = device.clone().autodiff();
        Self { plain: device, tracked, network: network.clone() }
    }

    fn layer_tensors<R: EngineReal>(&self, parameters: &[R], device: &Device) -> Vec<LayerTensors> {
        let layers = self.network.layers().iter();
        let tensors = layers.map(|layer| LayerTensors {
            bias: (!layer.bias.is_empty()).then(|| tensor(&parameters[layer.bias.clone()], 1, layer.outputs, device)),
            weights: tensor(&parameters[layer.weights.clone()], layer.inputs, layer.outputs, device),
        });
        tensors.collect()
    }

    /// The loss over the batch, a tensor of one number; s has a row per answer.
    fn loss<R: EngineReal>(&self, s: Tensor<2>, targets: TargetsRef<'_, R>, weights: &[R]) -> Tensor<1> {
        let [answers, outputs] = s.dims();
        let loss = self.network.loss();
        let mut y = vec![R::ZERO; answers * outputs];
        loss.entry.targets.write(targets, outputs, &mut y);
        let sum = match weights {
            [] => AnswerSum::EVEN,
            weights => AnswerSum::weighted(tensor(weights, answers, 1, &self.plain)),
        };
        let sum = loss.expression(s, tensor(&y, answers, outputs, &self.plain), &sum);
        match self.network.reduction() {
            Reduction::Sum => sum,
            // By a factor: the backward pass of Burn's division by a scalar goes through f32, also in f64.
            #[allow(clippy::cast_precision_loss)] // batches stay below 2⁵³ answers
            Reduction::Mean => sum * (1.0 / answers as f64),
        }
    }
}

fn tensor<R: EngineReal>(data: &[R], rows: usize, cols: usize, device: &Device) -> Tensor<2> {
    let dtype: DType = R::dtype();
    Tensor::from_data(TensorData::new(data.to_vec(), [rows, cols]), (device, dtype))
}

/// Copies a tensor's numbers to a slice of the same length.
fn read<R: EngineReal, const D: usize>(tensor: Tensor<D>, into: &mut [R]) -> Result<(), EngineError> {
    let data = tensor.try_into_data().map_err(EngineError::burn)?;
    let numbers = data.as_slice::<R>().map_err(EngineError::burn)?;
    into.copy_from_slice(numbers);
    Ok(())
}

impl<R: EngineReal> Engine<R> for Autodiff {
    fn loss_and_gradient(
        &mut self,
        parameters: &[R],
        batch: &Batch<'_, R>,
        gradient: &mut [R],
    ) -> Result<R, EngineError> {
        let samples = batch.inputs.rows();
        let mut layers = self.layer_tensors(parameters, &self.tracked);
        for layer in &mut layers {
            layer.bias = layer.bias.take().map(Tensor::require_grad);
            layer.weights = layer.weights.clone().require_grad();
        }
        let inputs = tensor(batch.inputs.data(), samples, batch.inputs.cols(), &self.plain);
        let (measured, masks) = (RefCell::default(), batch.masks);
        let pass = Pass { layers, masks, samples, training: true, measured, plain: &self.plain };
        let s = pass.forward(self.network.chain(), inputs);
        let answers = [samples * self.network.positions(), self.network.outputs()];
        let loss = self.loss(shaped(s, answers), batch.targets, batch.weights);
        let mut gradients = loss.backward();
        let Pass { layers, measured, .. } = pass;
        for (tensors, layer) in layers.into_iter().zip(self.network.layers()) {
            let parts = [(tensors.bias, layer.bias.clone()), (Some(tensors.weights), layer.weights.clone())];
            for (tensor, place) in parts {
                let Some(tensor) = tensor else { continue };
                match tensor.grad_remove(&mut gradients) {
                    Some(part) => read(part, &mut gradient[place])?,
                    // Nothing depends on it: W_h of a sequence of one step.
                    None => gradient[place].fill(R::ZERO),
                }
            }
        }
        for (statistics, [mean, variance]) in measured.into_inner() {
            let layer = &self.network.layers()[statistics];
            read(mean, &mut gradient[layer.bias.clone()])?;
            read(variance, &mut gradient[layer.weights.clone()])?;
        }
        let mut value = [R::ZERO];
        read(loss, &mut value)?;
        Ok(value[0])
    }

    fn outputs(
        &mut self,
        parameters: &[R],
        inputs: MatRef<'_, R>,
        mut outputs: MatMut<'_, R>,
    ) -> Result<(), EngineError> {
        let layers = self.layer_tensors(parameters, &self.plain);
        let (measured, samples) = (RefCell::default(), inputs.rows());
        let pass = Pass::<R> { layers, masks: Masks(&[]), samples, training: false, measured, plain: &self.plain };
        let inputs = tensor(inputs.data(), inputs.rows(), inputs.cols(), &self.plain);
        read(pass.forward(self.network.chain(), inputs), outputs.data())
    }
}
