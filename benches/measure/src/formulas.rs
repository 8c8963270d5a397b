//! What a formula costs beside the built-in optimizer that it writes out: `cargo run --release -p burnmark-measure --bin formulas`.
//!
//! A row is an optimizer on the network of row c or d of docs/performance.md, f32, one thread: nanoseconds per update alone,
//! without forward and backward pass, measured in turn, the least of 300 blocks of 20 updates.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // small numbers

use burnmark::activation::{Activation, RELU};
use burnmark::formula::OptimizerFormula;
use burnmark::model::{Loss, Network};
use burnmark::num::{Layout, Purpose, Stream};
use burnmark::optim::{self, Now, Optimizer};
use burnmark::registry::{Choice, Chosen};
use burnmark::value::Value;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (row, inputs, hidden) in [("c", 64, vec![64]), ("d", 64, vec![256, 256])] {
        let layout = Network::new(inputs, &hidden, 10, Activation::of(&RELU), Loss::CrossEntropy).layout();
        println!("row {row}: {} weights", layout.count());
        for entry in optim::ENTRIES {
            let name = entry.entry.name;
            let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.001));
            let formula = formula(name)?.build::<f32>(&choice, &layout)?;
            let built_in = optim::build(&Chosen { entry, choice }, &layout);
            let [ours, theirs] = times(&layout, [Box::new(formula), built_in]);
            println!("  {name:17} formula {ours:9.0}   built-in {theirs:9.0}   ratio {:.2}", ours / theirs);
        }
    }
    Ok(())
}

fn formula(name: &str) -> Result<OptimizerFormula, String> {
    let path = format!("{}/../../examples/built-in/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).map_err(|why| format!("{path}: {why}"))?;
    OptimizerFormula::parse(name, &text).map_err(|mistakes| format!("{path}: {mistakes:?}"))
}

/// The least time of an update, of two optimizers in turn.
fn times(layout: &Layout, mut optimizers: [Box<dyn Optimizer<f32>>; 2]) -> [f64; 2] {
    const STEPS: u32 = 20;
    let mut stream = Stream::new(3, Purpose::Data, 0);
    let mut draw = || -> Vec<f32> { (0..layout.count()).map(|_| stream.normal() as f32).collect() };
    let (start, gradient) = (draw(), draw());
    let mut theta = [start.clone(), start];
    let mut least = [f64::INFINITY; 2];
    for _ in 0..300 {
        for (side, optimizer) in optimizers.iter_mut().enumerate() {
            let begin = Instant::now();
            for _ in 0..STEPS {
                optimizer.step(Now { learning_rate: 1e-3, loss: 0.0 }, &mut theta[side], &gradient);
            }
            least[side] = least[side].min(begin.elapsed().as_nanos() as f64 / f64::from(STEPS));
        }
    }
    least
}
