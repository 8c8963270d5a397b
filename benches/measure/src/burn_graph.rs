//! What an operation costs in Burn's graph: a chain of additions of one number, so that there is next to nothing to compute. Burn alone, one
//! thread, f32, the system's allocator.
//!
//! `cargo run --release -p burnmark-measure --bin burn_graph` prints a line per length of the chain: operations, and µs per operation without a
//! graph, with one (forward), and of the backward pass; the least of many chains.

use burn::tensor::{Device, Tensor};
use std::hint::black_box;
use std::time::{Duration, Instant};

const TOGETHER: Duration = Duration::from_millis(500);

fn main() {
    let plain = Device::flex();
    let tracked = plain.clone().autodiff();
    println!("operations, µs per operation: without a graph, forward, backward");
    for operations in [8, 32, 128, 512] {
        let (mut least, start) = ([f64::INFINITY; 3], Instant::now());
        while start.elapsed() < TOGETHER {
            let times = [chain(operations, &plain), chain(operations, &tracked)];
            for (least, time) in least.iter_mut().zip([times[0][0], times[1][0], times[1][1]]) {
                *least = least.min(time);
            }
        }
        println!("{operations} {:.2} {:.2} {:.2}", least[0], least[1], least[2]);
    }
}

/// µs per operation of the chain, and of the backward pass through it, if the device keeps a graph.
#[allow(clippy::cast_precision_loss)] // small numbers
fn chain(operations: usize, device: &Device) -> [f64; 2] {
    let x = Tensor::<1>::from_floats([1.0], device);
    let x = if device.is_autodiff() { x.require_grad() } else { x };
    let start = Instant::now();
    let y = (0..operations).fold(x.clone(), |y, _| y + x.clone());
    let forward = start.elapsed();
    let start = Instant::now();
    if device.is_autodiff() {
        black_box(y.backward());
    } else {
        black_box(y);
    }
    [forward, start.elapsed()].map(|time| time.as_secs_f64() * 1e6 / operations as f64)
}
