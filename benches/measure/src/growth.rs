//! How the cost of a training grows: `cargo run --release -p burnmark-measure --bin growth -- docs/images/growth.svg` measures a step of the
//! reference engine (f32, one thread, Adam) and the memory that a training holds, against width, depth, batch, features and
//! samples, and draws both; the figures go to standard output, a line each: axis, value, parameters, µs per step, KiB.
//!
//! All vary one thing about a network of 64 inputs, one hidden layer of 64 and 10 outputs on batches of 32 of 1,408 samples.

#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // small numbers

use burnmark::activation::{self, Activation};
use burnmark::data::{Part, Targets};
use burnmark::engine::{Engine, EngineKind, build};
use burnmark::loss::{CROSS_ENTROPY, Loss};
use burnmark::model::Network;
use burnmark::model::initial::{HE, Initial, initial_weights};
use burnmark::num::{Matrix, Purpose, Stream};
use burnmark::optim;
use burnmark::registry::Chosen;
use burnmark::train::{Settings, Stepper};
use burnmark::value::Value;
use plotters::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The system's allocator, which knows how many bytes are held.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on as it is.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What is varied, and what stays.
#[derive(Clone, Copy)]
struct Size {
    features: usize,
    width: usize,
    depth: usize,
    batch: usize,
    samples: usize,
}

const BASE: Size = Size { features: 64, width: 64, depth: 1, batch: 32, samples: 1408 };

/// An axis: its name, the values on it, and the size at one of them.
type Axis = (&'static str, &'static [usize], fn(usize) -> Size);

const AXES: [Axis; 5] = [
    ("width of the hidden layer", &[16, 32, 64, 128, 256, 512, 1024, 2048], |width| Size { width, ..BASE }),
    ("hidden layers", &[1, 2, 4, 8, 16, 32], |depth| Size { depth, ..BASE }),
    ("samples per batch", &[8, 16, 32, 64, 128, 256, 512, 1024], |batch| Size { batch, ..BASE }),
    ("features", &[8, 16, 32, 64, 128, 256, 512, 1024, 2048], |features| Size { features, ..BASE }),
    ("training samples", &[1024, 2048, 4096, 8192, 16384, 32768, 65536], |samples| Size { samples, ..BASE }),
];

const ROUNDS: usize = 4;

/// One measurement.
struct Point {
    at: f64,
    parameters: usize,
    microseconds: f64,
    kibibytes: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("where should the figure go? growth PATH.svg")?;
    let mut all = AXES.map(|(name, values, size)| {
        let point = |&value: &usize| measure(value, size(value));
        (name, values.iter().map(point).collect::<Vec<_>>())
    });
    // In rounds, so that a busy minute of the machine does not fall on one axis alone.
    for _ in 1..ROUNDS {
        for ((_, values, size), (_, points)) in AXES.iter().zip(&mut all) {
            for (&value, point) in values.iter().zip(points) {
                point.microseconds = point.microseconds.min(measure(value, size(value)).microseconds);
            }
        }
    }
    for (name, points) in &all {
        for Point { at, parameters, microseconds, kibibytes } in points {
            println!("{name}\t{at}\t{parameters}\t{microseconds:.2}\t{kibibytes:.1}");
        }
    }
    draw(&path, &all)
}

/// The least time of a step over blocks of a millisecond, and the memory of data and training.
fn measure(at: usize, size: Size) -> Point {
    let before = HELD.load(Relaxed);
    let network = Network::new(
        size.features,
        &vec![size.width; size.depth],
        10,
        Activation::of(&activation::RELU),
        Loss::of(&CROSS_ENTROPY),
    );
    let mut stream = Stream::new(1, Purpose::Data, 0);
    let inputs = (0..size.samples * size.features).map(|_| stream.normal() as f32).collect();
    let part = Part {
        inputs: Matrix::new(size.samples, size.features, inputs),
        targets: Targets::Classes((0..size.samples as u32).map(|i| i % 10).collect()),
        weights: Vec::new(),
    };
    let adam = optim::ENTRIES.iter().find(|entry| entry.entry.name == "adam").expect("a known optimizer");
    let settings = Settings {
        optimizer: Chosen::of(*adam).with("lr", Value::Number(1e-4)),
        initial: Initial::of(&HE),
        ..Settings::plain(size.batch)
    };
    let theta = initial_weights(&settings.initial, &network, 0).expect("known initial weights");
    let parameters = theta.len();
    let mut engine: Box<dyn Engine<f32>> = build(EngineKind::Reference, &network, size.batch);
    let mut stepper = Stepper::new(&settings, &network, theta, size.samples).expect("known settings");
    let order: Vec<usize> = (0..size.samples).map(|i| (i * 379) % size.samples).collect();
    let kibibytes = (HELD.load(Relaxed) - before) as f64 / 1024.0;

    let (mut least, mut batches, start) = (f64::INFINITY, order.chunks_exact(size.batch).cycle(), Instant::now());
    while start.elapsed() < Duration::from_millis(150) {
        let (block, mut steps) = (Instant::now(), 0_u32);
        while block.elapsed() < Duration::from_millis(1) {
            let samples = batches.next().expect("at least one batch");
            black_box(stepper.step(&part, samples, 0, engine.as_mut()).expect("an engine that works"));
            steps += 1;
        }
        least = least.min(block.elapsed().as_secs_f64() * 1e6 / f64::from(steps));
    }
    Point { at: at as f64, parameters, microseconds: least, kibibytes }
}

/// What a row of panels shows: its unit, where it comes from, and its colour.
type Quantity = (&'static str, fn(&Point) -> f64, RGBColor);

/// Time above, memory below, a column per axis; all axes are logarithmic, and a dashed line shows what linear would be.
fn draw(path: &str, all: &[(&str, Vec<Point>)]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (1500, 640)).into_drawing_area();
    root.fill(&WHITE)?;
    let quantities: [Quantity; 2] = [
        ("µs per step", |point| point.microseconds, RGBColor(0, 114, 178)),
        ("KiB held", |point| point.kibibytes, RGBColor(213, 94, 0)),
    ];
    for (panel, at) in root.split_evenly((2, all.len())).iter().zip(0..) {
        let ((unit, of, colour), (name, points)) = (quantities[at / all.len()], &all[at % all.len()]);
        let every = all.iter().flat_map(|(_, points)| points.iter().map(of));
        let (low, high) = every.fold((f64::MAX, 0.0_f64), |(low, high), y| (low.min(y), high.max(y)));
        let (first, last) = (&points[0], &points[points.len() - 1]);
        let mut chart = ChartBuilder::on(panel)
            .margin(14)
            .x_label_area_size(44)
            .y_label_area_size(if at % all.len() == 0 { 64 } else { 44 })
            .build_cartesian_2d((first.at..last.at).log_scale(), (low / 1.5..high * 1.5).log_scale())?;
        let mut mesh = chart.configure_mesh();
        mesh.light_line_style(TRANSPARENT).x_labels(5).x_desc(*name).label_style(("sans-serif", 15));
        mesh.axis_desc_style(("sans-serif", 17)).x_label_formatter(&|x| format!("{x:.0}"));
        if at % all.len() == 0 {
            mesh.y_desc(unit);
        }
        mesh.y_label_formatter(&|y| if *y < 1.0 { format!("{y:.1}") } else { format!("{y:.0}") }).draw()?;
        // Through the last point, with slope 1, as far as it stays in the panel.
        let linear = |x: f64| (x, of(last) * x / last.at);
        let ends = [first.at.max(last.at * low / 1.5 / of(last)), last.at].map(linear);
        chart.draw_series(DashedLineSeries::new(ends, 5, 4, RGBColor(120, 120, 120).stroke_width(1)))?;
        let line = points.iter().map(|point| (point.at, of(point)));
        chart.draw_series(LineSeries::new(line.clone(), colour.stroke_width(2)))?;
        chart.draw_series(line.map(|place| Circle::new(place, 4, colour.filled())))?;
    }
    root.present()?;
    Ok(())
}
