//! `burnmark crosscheck`: both engines at every step, in both precisions, and how they drift apart.

use crate::support::{SMALL, Sweep};
use burnmark::activation::{self, Activation};
use burnmark::engine::{Batch, Engine, EngineError};
use burnmark::num::{MatMut, MatRef, Matrix};
use burnmark::train::{Settings, Side, TrainSpec, apart, at_the_same_parameters};
use polars::prelude::*;
use serde_json::Value;
use std::fs;

#[test]
fn both_engines_agree_at_every_step() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["crosscheck", "x.toml", "--sample", "5", "--apart"]).ended_with(0);
    for says in ["5 of 20 runs, each in f32 and f64", "gradient of layers.1.weight", "each engine on its own path"] {
        assert!(result.stdout.contains(says), "`{says}` is missing in\n{}", result.stdout);
    }
    for line in result.stdout.lines().skip_while(|line| *line != "files").skip(1) {
        assert!(sweep.path(line.trim()).exists(), "{line}");
    }
    let gaps = fs::File::open(sweep.path("results/small/crosscheck/gaps.parquet")).unwrap();
    let gaps = ParquetReader::new(gaps).finish().unwrap();
    let of = |name: &str| gaps.column(name).unwrap().str().unwrap().iter().flatten().collect::<Vec<_>>();
    let rows: Vec<_> = of("precision").into_iter().zip(gaps.column("gap").unwrap().f64().unwrap().iter()).collect();
    assert!(rows.len() > 300);
    // Sums of some ten terms, a few roundings each: 1e-5 and 1e-12 leave room.
    for (precision, gap) in rows {
        assert!(gap.unwrap() <= if precision == "f32" { 1e-5 } else { 1e-12 }, "{precision}: {gap:?}");
    }
    let json = sweep.run(&["crosscheck", "x.toml", "--sample", "2", "--steps", "3", "--json"]).ended_with(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    let pairs = json["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 4);
    assert!(pairs.iter().all(|pair| pair["steps"] == 3 && pair["apart"].is_null()), "{json}");
    assert_eq!(pairs[0]["largest"].as_array().unwrap().len(), 5, "the loss and four blocks");
}

/// Two engines have not the same roundings, so a bound of 0 is passed by each pair that computes.
#[test]
fn past_the_bound_it_fails() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["crosscheck", "x.toml", "--sample", "3", "--bound", "0"]).ended_with(1);
    assert!(result.stdout.contains("PAST THE BOUND, steps: "), "{}", result.stdout);
    assert!(
        result.stderr.starts_with("past the bound: ") && result.stderr.ends_with(" of 6 pairs\n"),
        "{}",
        result.stderr
    );
}

/// The sample is drawn from what can be checked; where there is nothing, nothing was checked.
#[test]
fn solvers_are_left_out() {
    let spec = "name = \"x\"\nseeds = 4\ndata.set = \"diabetes\"\nmodel.kind = \"linear\"\ntrain.epochs = 1\n";
    let sweep =
        Sweep::new(format!("{spec}[sweep]\noptimizer = [\"qr\", \"ridge-cv\", {{ kind = \"adam\", lr = 0.1 }}]\n"));
    let result = sweep.run(&["crosscheck", "x.toml", "--sample", "4"]).ended_with(0);
    assert!(result.stdout.starts_with("4 of 12 runs"), "{}", result.stdout);
    let sweep = Sweep::new(format!("{spec}[sweep]\noptimizer = [\"qr\", \"ridge-cv\"]\n"));
    let result = sweep.run(&["crosscheck", "x.toml"]).ended_with(1);
    assert!(result.stderr.contains("nothing was checked"), "{}", result.stderr);
    assert!(result.stdout.contains("left out: 4 runs of `qr`"), "{}", result.stdout);
}

#[test]
fn the_own_engine_is_no_other_one() {
    let sweep = Sweep::new(SMALL);
    let result = sweep.run(&["crosscheck", "x.toml", "--engine", "burn", "--against", "burn"]).ended_with(2);
    assert!(result.stderr.contains("`burn` is the runs' own engine"), "{}", result.stderr);
}

#[test]
fn any_engine_can_stand_beside() {
    let sweep = Sweep::new(SMALL);
    let arguments = ["crosscheck", "x.toml", "--sample", "1", "--engine", "burn", "--against", "burn-ndarray"];
    let result = sweep.run(&arguments).ended_with(0);
    assert!(result.stdout.contains("burn, burn-ndarray"), "{}", result.stdout);
    sweep.run(&["crosscheck", "x.toml", "--against", "none"]).ended_with(2);
    sweep.run(&["crosscheck", "y.toml"]).ended_with(2);
}

/// L = ½ Σ_i w_i θ_i² with a factor on the gradient of one weight: an engine with a mistake that is known.
struct Bowl {
    factor: f64,
}

impl Engine<f64> for Bowl {
    fn loss_and_gradient(
        &mut self,
        theta: &[f64],
        _: &Batch<'_, f64>,
        gradient: &mut [f64],
    ) -> Result<f64, EngineError> {
        gradient.copy_from_slice(theta);
        *gradient.last_mut().unwrap() *= self.factor;
        Ok(0.5 * theta.iter().map(|t| t * t).sum::<f64>())
    }

    fn outputs(&mut self, _: &[f64], _: MatRef<'_, f64>, mut outputs: MatMut<'_, f64>) -> Result<(), EngineError> {
        outputs.data().fill(1.0);
        Ok(())
    }
}

fn bowl() -> (burnmark::model::Network, burnmark::data::Prepared<f64>, Settings) {
    use burnmark::data::{Part, Prepared, Targets};
    use burnmark::loss::{Loss, SQUARED_ERROR};
    use burnmark::model::Network;
    use burnmark::model::initial::{Initial, UNIFORM};
    let network = Network::new(3, &[2], 1, Activation::of(&activation::IDENTITY), Loss::of(&SQUARED_ERROR));
    let part = || Part {
        inputs: Matrix::new(4, 3, vec![0.5; 12]),
        targets: Targets::Values(Matrix::new(4, 1, vec![1.0, 2.0, 3.0, 4.0])),
        weights: Vec::new(),
    };
    let data = Prepared { train: part(), validation: part(), test: part() };
    let uniform = Initial::of(&UNIFORM);
    let limit = burnmark::value::Value::Number(2.0);
    let settings = Settings {
        train: TrainSpec { epochs: 3, ..TrainSpec::plain(2) },
        initial: uniform.with("limit", limit),
        ..Settings::plain(2)
    };
    (network, data, settings)
}

/// The mistake is found, in its block, at its size, at every step, and nowhere else.
#[test]
fn a_wrong_block_is_named_with_its_gap() {
    let (network, data, settings) = bowl();
    let layout = network.layout();
    let names: Vec<&str> = layout.blocks().iter().map(|block| block.name.as_str()).collect();
    assert_eq!(names, ["layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.weight"]);
    let (mut right, mut wrong) = (Bowl { factor: 1.0 }, Bowl { factor: 1.01 });
    let side = at_the_same_parameters(&settings, &network, &data, &mut right, &mut wrong, u64::MAX).unwrap();
    let Side::Whole(steps) = &side else { panic!("{side:?}") };
    assert_eq!(steps.iter().map(|gaps| gaps.step).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    for gaps in steps {
        assert_eq!((gaps.loss_gap, &gaps.gradient_gaps[..3]), (0.0, &[0.0; 3][..]));
        // 1 % of the last weight, relative to the largest entry.
        assert!(gaps.gradient_gaps[3] > 1e-5 && gaps.gradient_gaps[3] <= 0.01 + 1e-15, "{gaps:?}");
    }
    let few = at_the_same_parameters(&settings, &network, &data, &mut right, &mut wrong, 2).unwrap();
    assert_eq!(few.steps(), &steps[..2]);
}

/// On their own the paths part by what the mistake adds up to: |θ| (0.9^t − 0.899^t) for the last weight.
#[test]
fn paths_part_as_they_must() {
    let (network, data, settings) = bowl();
    let (mut right, mut wrong) = (Bowl { factor: 1.0 }, Bowl { factor: 1.01 });
    let side = apart(&settings, &network, &data, [&mut right, &mut wrong], u64::MAX).unwrap();
    let parted: Vec<f64> = side.steps().iter().map(|parted| parted.parameters).collect();
    assert_eq!(parted.len(), 6);
    // Relative to ‖θ‖, which shrinks by 0.9: the share of the last weight times 1 − (0.899/0.9)^t.
    let first = parted[0] / (1.0 - 0.899 / 0.9);
    for (t, &distance) in parted.iter().enumerate() {
        let expected = first * (1.0 - (0.899_f64 / 0.9).powf(t as f64 + 1.0));
        assert!((distance / expected - 1.0).abs() < 1e-9, "step {t}: {distance} for {expected}");
    }
    let mut twin = Bowl { factor: 1.0 };
    let same = apart(&settings, &network, &data, [&mut right, &mut twin], u64::MAX).unwrap();
    assert!(same.steps().iter().all(|parted| parted.parameters == 0.0 && parted.loss == 0.0));
}
