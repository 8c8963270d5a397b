//! What a training step costs: the rows of docs/performance.md, f32, by one thread where not said otherwise. Words choose rows by their letter and
//! engines by their name, and a number is that of threads; `cargo run --release -p burnmark-measure --bin steps -- c reference` is row c by the reference engine.
//!
//! A line per row and engine: letter, engine, and of many blocks of steps the least and the median time of a step in µs.

#[path = "../../rows.rs"]
mod rows;

use burnmark::engine::EngineKind;
use burnmark::num::crew::share_work;
use rows::{Row, SAMPLES, Training, rows};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TOGETHER: Duration = Duration::from_millis(600);

fn main() {
    let (numbers, words): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    share_work(numbers.first().and_then(|number| number.parse().ok()).unwrap_or(1));
    let chosen = |word: &str, length: fn(usize) -> bool| {
        words.iter().all(|other| !length(other.len())) || words.iter().any(|other| other == word)
    };
    for row in rows() {
        for kind in EngineKind::ALL {
            if chosen(&row.name[..1], |length| length == 1) && chosen(kind.name(), |length| length > 1) {
                let [least, median] = measure(&row, &mut Training::new(&row, kind));
                println!("{} {} {least:.3} {median:.3}", &row.name[..1], kind.name());
            }
        }
    }
}

/// µs per step: the least and the median over blocks, after one to warm up.
#[allow(clippy::cast_precision_loss)] // small numbers
fn measure(row: &Row, training: &mut Training) -> [f64; 2] {
    let steps = row.epochs * SAMPLES / row.batch;
    let mut block = || (0..steps).for_each(|_| _ = black_box(training.step()));
    block();
    let (mut times, start) = (Vec::new(), Instant::now());
    while start.elapsed() < TOGETHER || times.len() < 20 {
        let began = Instant::now();
        block();
        times.push(began.elapsed().as_secs_f64() * 1e6 / steps as f64);
    }
    times.sort_by(f64::total_cmp);
    [times[0], times[times.len() / 2]]
}
