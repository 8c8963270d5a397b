//! What Burn itself takes for a step, beside the same step by the engine `burn`: rows c and d of docs/performance.md, written
//! as a user of Burn would, with nothing in between. One thread, f32.
//!
//! `cargo run --release -p burnmark-measure --bin bare_burn` prints a line per row with the least times in µs, measured in turn: Burn's graph
//! alone (forward, loss and backward, everything a tensor already); a whole step with burn-optim's Adam, batch and masks
//! uploaded; a whole step by burnmark's engine; and what this one has more than the second.

#[path = "../../rows.rs"]
mod rows;

use burn::tensor::activation::{log_softmax, relu};
use burn::tensor::{DType, Device, Tensor, TensorData};
use burn_optim::{Adam, AdamConfig, Optimizer};
use burnmark::engine::EngineKind;
use rows::{Training, random, rows};
use std::time::{Duration, Instant};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TOGETHER: Duration = Duration::from_secs(3);

fn main() {
    let rows = rows();
    for (letter, widths, batch, keep) in
        [("c", [64, 64, 10].as_slice(), 32, 0.8), ("d", [64, 256, 256, 10].as_slice(), 128, 0.5)]
    {
        let row = rows.iter().find(|row| row.name.starts_with(letter)).expect("a row of this letter");
        let (graph, mut step) = (Bare::new(widths, batch, keep), Bare::new(widths, batch, keep));
        let mut ours = Training::new(row, EngineKind::Burn);
        let [graph, step, ours] = least([
            &mut || drop(graph.gradients(graph.inputs.clone(), graph.masks.clone())),
            &mut || step.step(),
            &mut || _ = ours.step(),
        ]);
        println!("{letter} {graph:.1} {step:.1} {ours:.1} {:+.0} %", 100.0 * (ours / step - 1.0));
    }
}

/// An MLP of ReLUs with dropout on its hidden layers, its loss the mean cross-entropy.
struct Bare {
    /// W and b of each layer.
    theta: Vec<Tensor<2>>,
    inputs: Tensor<2>,
    one_hot: Tensor<2>,
    /// 0 or 1/(1 − p), one for each hidden layer.
    masks: Vec<Tensor<2>>,
    adam: Adam,
    moments: Vec<Option<<Adam as Optimizer>::State<2>>>,
    data: TensorData,
    mask_data: Vec<TensorData>,
}

impl Bare {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // shares and small numbers
    fn new(widths: &[usize], batch: usize, keep: f64) -> Self {
        let numbers = |rows, cols| TensorData::new(random(rows, cols).data().to_vec(), [rows, cols]);
        let theta: Vec<Tensor<2>> = widths
            .windows(2)
            .flat_map(|w| [upload(numbers(w[0], w[1])) * 0.1, upload(numbers(1, w[1])) * 0.0])
            .collect();
        let mask = |width: &usize| {
            let kept = |i: usize| if (i * 7919) % 1000 < (1000.0 * keep) as usize { (1.0 / keep) as f32 } else { 0.0 };
            TensorData::new((0..batch * width).map(kept).collect::<Vec<f32>>(), [batch, *width])
        };
        let mask_data: Vec<TensorData> = widths[1..widths.len() - 1].iter().map(mask).collect();
        let (data, classes) = (numbers(batch, widths[0]), widths[widths.len() - 1]);
        let one_hot: Vec<f32> =
            (0..batch * classes).map(|i| f32::from(u8::from(i % classes == i / classes % classes))).collect();
        Self {
            moments: theta.iter().map(|_| None).collect(),
            theta,
            inputs: upload(data.clone()),
            one_hot: upload(TensorData::new(one_hot, [batch, classes])),
            masks: mask_data.iter().cloned().map(upload).collect(),
            adam: AdamConfig::new().build(),
            data,
            mask_data,
        }
    }

    /// The gradient of each parameter.
    fn gradients(&self, inputs: Tensor<2>, masks: Vec<Tensor<2>>) -> Vec<Tensor<2>> {
        let leaves: Vec<Tensor<2>> =
            self.theta.iter().map(|theta| Tensor::from_inner(theta.clone()).require_grad()).collect();
        let mut z = Tensor::from_inner(inputs);
        let mut masks = masks.into_iter();
        for layer in leaves.chunks_exact(2) {
            z = z.matmul(layer[0].clone()) + layer[1].clone();
            if let Some(mask) = masks.next() {
                z = relu(z) * Tensor::from_inner(mask);
            }
        }
        let loss = -(log_softmax(z, 1) * Tensor::from_inner(self.one_hot.clone())).sum_dim(1).mean();
        let mut gradients = loss.backward();
        leaves.iter().map(|leaf| leaf.grad_remove(&mut gradients).expect("the loss depends on it")).collect()
    }

    fn step(&mut self) {
        let masks = self.mask_data.iter().cloned().map(upload).collect();
        let gradients = self.gradients(upload(self.data.clone()), masks);
        for ((theta, gradient), moment) in self.theta.iter_mut().zip(gradients).zip(&mut self.moments) {
            let (new, state) = self.adam.step(1e-4, theta.clone(), gradient, moment.take());
            (*theta, *moment) = (new, state);
        }
    }
}

fn upload(data: TensorData) -> Tensor<2> {
    Tensor::from_data(data, (&Device::flex(), DType::F32))
}

/// The least time of each in µs, in turn.
fn least<const N: usize>(mut works: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut least = [f64::INFINITY; N];
    let start = Instant::now();
    while start.elapsed() < TOGETHER {
        for (work, least) in works.iter_mut().zip(&mut least) {
            for _ in 0..4 {
                let one = Instant::now();
                work();
                *least = least.min(one.elapsed().as_secs_f64() * 1e6);
            }
        }
    }
    least
}
