//! The verdicts of reproductions keep their promises, by simulation: a table of equal means says "differs" anywhere in at most 5 % of
//! worlds, "agrees" needs enough runs, and a figure moved by three standard deviations differs.
//!
//! Tolerances: 200 worlds, of which 5 % are 10 ± 3; 18 and more come up once in 200 times where the level is exactly 5 %.

use burnmark::analysis::{CellVerdict, ComparedTable, reproduction};
use burnmark::digest::Digest;
use burnmark::num::{Purpose, Stream};
use burnmark::record::{
    CurvePoint, Evaluation, Published, PublishedFigure, PublishedNumber, QuantityAt, QuantityOf, QuantityPart, RunId,
    RunQuantity, RunRecord, RunResults,
};
use burnmark::value::Value;
use std::collections::BTreeMap;

const CELLS: u64 = 40;
const WORLDS: u64 = 200;
const MOST: usize = 17;

/// How the runs of both sides are spread, with mean 3 and standard deviation 1.
#[derive(Clone, Copy, Debug)]
enum Spread {
    Normal,
    Exponential,
}

impl Spread {
    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Normal => 3.0 + stream.normal(),
            Self::Exponential => 2.0 - (1.0 - stream.uniform()).ln(),
        }
    }
}

/// A run of a cell with this test loss.
fn run(cell: u64, loss: f64) -> RunRecord {
    let evaluation = Evaluation { loss, metric: 0.0 };
    let point = |epoch| CurvePoint {
        epoch,
        step: epoch,
        learning_rate: 0.1,
        train: None,
        validation: evaluation,
        test: evaluation,
    };
    RunRecord {
        run: RunId::of(&Digest::of("a run 1")),
        settings: BTreeMap::from([("cell".to_owned(), Value::Integer(cell))]),
        data_digest: String::new(),
        numerics_version: 1,
        stage: None,
        results: RunResults { curve: vec![point(0), point(1)], ..RunResults::default() },
    }
}

fn published() -> Published {
    let of = QuantityOf::Part { part: QuantityPart::Test, of: "loss".to_owned(), at: QuantityAt::Best };
    Published {
        source: "made up".to_owned(),
        figures: String::new(),
        keys: BTreeMap::from([("cell".to_owned(), "cell".to_owned())]),
        quantities: BTreeMap::from([("loss".to_owned(), RunQuantity { of, scale: 1.0, offset: 0.0, per: None })]),
        margin: 1.0,
        tolerance: 0.0,
        choices: Vec::new(),
        against: None,
        figure: None,
        note: String::new(),
    }
}

/// A table of cells, both sides drawn alike: theirs printed with two decimals, and moved by `shift`.
fn world(spread: Spread, (theirs, ours): (u64, u64), shift: impl Fn(u64) -> f64, seed: u64) -> ComparedTable {
    let mut stream = Stream::new(seed, Purpose::Data, 0);
    let (mut figures, mut runs) = (Vec::new(), Vec::new());
    for cell in 0..CELLS {
        let values: Vec<f64> = (0..theirs).map(|_| spread.draw(&mut stream)).collect();
        let n = theirs as f64;
        let mean = values.iter().sum::<f64>() / n;
        let sd = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
        let printed = |number: f64| (100.0 * number).round() / 100.0;
        let number = PublishedNumber {
            mean: printed(mean + shift(cell)),
            rounding: 0.005,
            sd: Some((printed(sd), 0.005)),
            runs: theirs,
            margin: None,
        };
        let keys = BTreeMap::from([("cell".to_owned(), cell.to_string())]);
        figures.push(PublishedFigure { keys, quantity: "loss".to_owned(), others: BTreeMap::new(), number });
        runs.extend((0..ours).map(|_| run(cell, spread.draw(&mut stream))));
    }
    let runs: Vec<&RunRecord> = runs.iter().collect();
    reproduction(&published(), &figures, &runs).remove(0)
}

#[test]
fn equal_tables_seldom_differ() {
    for spread in [Spread::Normal, Spread::Exponential] {
        for runs in [(10, 20), (60, 20), (10, 60)] {
            let differs = |seed| world(spread, runs, |_| 0.0, seed).count(CellVerdict::Differs) > 0;
            let found = (0..WORLDS).filter(|seed| differs(*seed)).count();
            assert!(found <= MOST, "{spread:?} {runs:?}: {found} of {WORLDS}");
        }
    }
}

/// Every mean lies a margin away, so each "agrees" is false: their rate is that of tables with any.
#[test]
fn means_a_margin_apart_seldom_agree() {
    let agrees = |seed| world(Spread::Normal, (10, 20), |_| 1.0, seed).count(CellVerdict::Agrees) > 0;
    let found = (0..WORLDS).filter(|seed| agrees(*seed)).count();
    assert!(found <= MOST, "{found} of {WORLDS}");
}

#[test]
fn agreement_takes_enough_runs() {
    let agree =
        |runs| (0..10).map(|seed| world(Spread::Normal, runs, |_| 0.0, seed).count(CellVerdict::Agrees)).sum::<usize>();
    let all = 10 * CELLS as usize;
    let (few, many) = (agree((3, 3)), agree((60, 60)));
    assert!(few * 10 < all && many * 10 > 9 * all, "{few} and {many} of {all}");
}

#[test]
fn a_figure_moved_by_three_deviations_differs() {
    for seed in 0..10 {
        let table = world(Spread::Normal, (60, 20), |cell| if cell == 7 { 3.0 } else { 0.0 }, seed);
        assert_eq!(table.cells[7].verdict, CellVerdict::Differs, "{:?}", table.cells[7]);
        assert!(table.cells[7].in_sd.unwrap() < -2.0);
    }
}
