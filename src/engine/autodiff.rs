//! The Burn engine: the same network written as tensor operations, its gradient by Burn's automatic differentiation.
//!
//! Nothing is drawn by Burn, and device and precision are named at every tensor, because Burn keeps its generator and
//! default types in process-wide state. One training runs per process at a time.

use super::{Batch, Engine, EngineReal, TargetsRef};
use crate::model::{Activation, Layer, Loss, Network};
use crate::num::{MatMut, MatRef};
use burn::tensor::activation::{log_softmax, relu, tanh};
use burn::tensor::{DType, Device, Tensor, TensorData};

/// Burn on one of its CPU backends, for one network.
pub struct Autodiff {
    /// Where evaluations run, without a graph.
    plain: Device,
    /// Where training steps run, with one.
    tracked: Device,
    network: Network,
    layers: Vec<Layer>,
}

/// A layer's parameters as tensors: 1 × K and n × K.
struct LayerTensors {
    bias: Tensor<2>,
    weights: Tensor<2>,
}

impl Autodiff {
    pub fn new(network: &Network, device: Device) -> Self {
        let tracked = device.clone().autodiff();
        Self { plain: device, tracked, layers: network.layers(), network: network.clone() }
    }

    fn layer_tensors<R: EngineReal>(&self, parameters: &[R], device: &Device) -> Vec<LayerTensors> {
        let layer = |layer: &Layer| LayerTensors {
            bias: tensor(&parameters[layer.bias.clone()], 1, layer.outputs, device),
            weights: tensor(&parameters[layer.weights.clone()], layer.inputs, layer.outputs, device),
        };
        self.layers.iter().map(layer).collect()
    }

    /// The linear outputs s of the last layer; `mask` gives the dropout factors before each layer.
    fn forward(
        &self,
        layers: &[LayerTensors],
        inputs: Tensor<2>,
        mask: impl Fn(usize, usize) -> Option<Tensor<2>>,
    ) -> Tensor<2> {
        let mut z = inputs;
        for (index, layer) in layers.iter().enumerate() {
            if index > 0 {
                z = activate(self.network.activation(), z);
            }
            if let Some(mask) = mask(index, self.layers[index].inputs) {
                z = z * mask;
            }
            z = z.matmul(layer.weights.clone()) + layer.bias.clone();
        }
        z
    }

    /// The mean loss over the batch, a tensor of one number.
    fn loss<R: EngineReal>(&self, s: Tensor<2>, targets: TargetsRef<'_, R>) -> Tensor<1> {
        let [samples, outputs] = s.dims();
        let sum = match (self.network.loss(), targets) {
            (Loss::SquaredError, TargetsRef::Values(y)) => {
                let error = s - tensor(y.data(), samples, outputs, &self.plain);
                (error.clone() * error).sum() * 0.5
            }
            (Loss::BinaryCrossEntropy, TargetsRef::Classes(y)) => {
                let signs: Vec<R> = y.iter().map(|&class| if class == 1 { -R::ONE } else { R::ONE }).collect();
                softplus(s * tensor(&signs, samples, 1, &self.plain)).sum()
            }
            (Loss::CrossEntropy, TargetsRef::Classes(y)) => {
                let mut one_hot = vec![R::ZERO; samples * outputs];
                for (row, &class) in one_hot.chunks_exact_mut(outputs).zip(y) {
                    row[class as usize] = R::ONE;
                }
                -(log_softmax(s, 1) * tensor(&one_hot, samples, outputs, &self.plain)).sum()
            }
            _ => panic!("squared errors are of values, cross-entropies of classes"),
        };
        #[allow(clippy::cast_precision_loss)] // batches stay below 2⁵³ samples
        let samples = samples as f64;
        // By a factor: the backward pass of Burn's division by a scalar goes through f32, also in f64.
        sum * (1.0 / samples)
    }
}

/// ln(1 + e^u) = u/2 + |u|/2 + ln(1 + e^−|u|), written so that automatic differentiation gives σ(u) without cancellation and ½ at u = 0.
fn softplus(u: Tensor<2>) -> Tensor<2> {
    let size = u.clone().abs();
    u * 0.5 + size.clone() * 0.5 + (-size).exp().log1p()
}

fn activate(activation: Activation, s: Tensor<2>) -> Tensor<2> {
    match activation {
        Activation::Identity => s,
        // σ(s) = ½(1 + tanh(s/2)); burn-ndarray computes its own sigmoid in f32, also in f64.
        Activation::Sigmoid => (tanh(s * 0.5) + 1.0) * 0.5,
        Activation::Tanh => tanh(s),
        Activation::Relu => relu(s),
        Activation::LeakyRelu { slope } => {
            // Burn's own takes the derivative 1 at s = 0; the convention is the left-hand one.
            let left = s.clone().lower_equal_elem(0.0);
            s.clone().mask_where(left, s * slope)
        }
    }
}

fn tensor<R: EngineReal>(data: &[R], rows: usize, cols: usize, device: &Device) -> Tensor<2> {
    let dtype: DType = R::dtype();
    Tensor::from_data(TensorData::new(data.to_vec(), [rows, cols]), (device, dtype))
}

/// Copies a tensor's numbers to a slice of the same length.
fn read<R: EngineReal, const D: usize>(tensor: Tensor<D>, into: &mut [R]) -> Result<(), String> {
    let data = tensor.try_into_data().map_err(|error| format!("burn: {error}"))?;
    let numbers = data.as_slice::<R>().map_err(|error| format!("burn: {error:?}"))?;
    into.copy_from_slice(numbers);
    Ok(())
}

impl<R: EngineReal> Engine<R> for Autodiff {
    fn loss_and_gradient(&mut self, parameters: &[R], batch: &Batch<'_, R>, gradient: &mut [R]) -> Result<R, String> {
        let samples = batch.inputs.rows();
        let mut layers = self.layer_tensors(parameters, &self.tracked);
        for layer in &mut layers {
            layer.bias = layer.bias.clone().require_grad();
            layer.weights = layer.weights.clone().require_grad();
        }
        let inputs = tensor(batch.inputs.data(), samples, batch.inputs.cols(), &self.plain);
        let mask = |index, width| {
            let mask = batch.masks.before(index, samples, width)?;
            Some(tensor(mask.data(), samples, width, &self.plain))
        };
        let loss = self.loss(self.forward(&layers, inputs, mask), batch.targets);
        let mut gradients = loss.backward();
        for (tensors, layer) in layers.into_iter().zip(&self.layers) {
            let parts = [(tensors.bias, layer.bias.clone()), (tensors.weights, layer.weights.clone())];
            for (tensor, place) in parts {
                let part = tensor.grad_remove(&mut gradients).ok_or("burn: a parameter got no gradient")?;
                read(part, &mut gradient[place])?;
            }
        }
        let mut value = [R::ZERO];
        read(loss, &mut value)?;
        Ok(value[0])
    }

    fn outputs(&mut self, parameters: &[R], inputs: MatRef<'_, R>, mut outputs: MatMut<'_, R>) -> Result<(), String> {
        let layers = self.layer_tensors(parameters, &self.plain);
        let inputs = tensor(inputs.data(), inputs.rows(), inputs.cols(), &self.plain);
        read(self.forward(&layers, inputs, |_, _| None), outputs.data())
    }
}
