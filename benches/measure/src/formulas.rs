//! What a formula costs beside the built-in optimizer that it writes out: `cargo run --release -p burnmark-measure --bin formulas`.
//!
//! A row is an optimizer on the network of row c or d of docs/performance.md, f32, one thread, in nanoseconds: an update alone, without
//! forward and backward pass, and a whole step of the engine `reference`. Both are measured in turn; the least of many blocks counts,
//! which other work on the machine disturbs least.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // small numbers

use burnmark::engine::EngineKind;
use burnmark::formula::OptimizerFormula;
use burnmark::num::{Layout, Purpose, Stream};
use burnmark::optim::{self, Now, Optimizer};
use burnmark::registry::{Choice, Chosen};
use burnmark::value::Value;
use std::time::Instant;

#[path = "../../rows.rs"]
#[allow(dead_code)]
mod rows;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for row in rows::rows().into_iter().filter(|row| row.name.starts_with(['c', 'd'])) {
        let layout = row.network.layout();
        println!("{}: {} weights", row.name, layout.count());
        for entry in optim::ENTRIES {
            let name = entry.entry.name;
            let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.001));
            let formula = formula(name)?;
            let built_in = optim::build(&Chosen { entry, choice: choice.clone() }, &layout);
            let [ours, theirs] = times(&layout, [Box::new(formula.build::<f32>(&choice, &layout)?), built_in]);
            let [our_step, their_step] =
                steps([formula.entry(), entry].map(|entry| rows::Training::by(&row, EngineKind::Reference, entry)));
            println!(
                "  {name:17} formula {ours:8.0}  built-in {theirs:8.0}  ratio {:.2}   step {our_step:9.0} {their_step:9.0}  {:.2}",
                ours / theirs,
                our_step / their_step
            );
        }
    }
    Ok(())
}

/// The least time of a whole step, of two trainings in turn.
fn steps(mut trainings: [rows::Training; 2]) -> [f64; 2] {
    const STEPS: u32 = 5;
    let mut least = [f64::INFINITY; 2];
    for _ in 0..100 {
        for (training, least) in trainings.iter_mut().zip(&mut least) {
            let begin = Instant::now();
            (0..STEPS).for_each(|_| {
                std::hint::black_box(training.step());
            });
            *least = least.min(begin.elapsed().as_nanos() as f64 / f64::from(STEPS));
        }
    }
    least
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
