//! Ensembles of bootstrap samples and of several architectures.

use crate::support::Sweep;
use burnmark::activation::{self, Activation};
use burnmark::data::{Indices, Order, Prepared, Targets, load};
use burnmark::engine::{EngineKind, build};
use burnmark::loss::{CROSS_ENTROPY, Loss};
use burnmark::model::Network;
use burnmark::model::initial::{Initial, XAVIER};
use burnmark::num::{MatMut, MatRef, Purpose, Seed, Stream};
use burnmark::registry::Chosen;
use burnmark::store;
use burnmark::train::{Member, Predictions, Settings, TrainSpec, Trained, train_members};

fn iris() -> Prepared<f64> {
    let iris = burnmark::data::ENTRIES.iter().find(|entry| entry.entry.name == "iris").unwrap();
    let of = |first| (first..150).step_by(3).collect();
    let parts = Indices { train: of(0), validation: of(1), test: of(2) };
    Prepared::new(&load(&Chosen::of(iris)).unwrap(), &parts, true)
}

fn network(hidden: &[usize]) -> Network {
    Network::new(4, hidden, 3, Activation::of(&activation::TANH), Loss::of(&CROSS_ENTROPY))
}

fn base(change: impl FnOnce(&mut TrainSpec)) -> Settings {
    let mut train = TrainSpec { epochs: 5, ..TrainSpec::plain(10) };
    change(&mut train);
    Settings { seed: 6, train, initial: Initial::of(&XAVIER), ..Settings::plain(10) }
}

fn trained(settings: &Settings, networks: &[Network], data: &Prepared<f64>) -> Trained<f64> {
    let mut engines: Vec<_> = networks.iter().map(|of| build::<f64>(EngineKind::Reference, of, 10)).collect();
    let members = networks.iter().zip(&mut engines);
    let members = members.map(|(network, engine)| Member { network, engine: engine.as_mut(), check: None });
    train_members(settings, members.collect(), data).unwrap()
}

/// Networks of an ensemble take the architectures in turn, each with the seeds of its number; what is reported is of the mean of
/// their probabilities.
#[test]
fn networks_take_architectures_in_turn() {
    let (data, ensemble) = (iris(), |count| base(|train| train.ensemble = count));
    let mixed = [network(&[6]), network(&[3, 5])];
    let of = |networks: &[Network], count| trained(&ensemble(count), networks, &data);
    let (both, first, second) = (of(&mixed, 3), of(&mixed[..1], 3), of(&mixed[1..], 2));
    assert_eq!(both.parameters[0], first.parameters[0]);
    assert_eq!(both.parameters[1], second.parameters[1]);
    assert_eq!(both.parameters[2], first.parameters[2]);
    let mut mean = Predictions::new(&Loss::of(&CROSS_ENTROPY), 50, 3);
    for (number, theta) in both.parameters.iter().enumerate() {
        let mut outputs = vec![0.0; 150];
        let mut engine = build::<f64>(EngineKind::Reference, &mixed[number % 2], 50);
        engine.outputs(theta, data.test.inputs.view(), MatMut::new(50, 3, &mut outputs)).unwrap();
        mean.add(1.0, MatRef::new(50, 3, &outputs));
    }
    let Targets::Classes(classes) = &data.test.targets else { unreachable!("iris has classes") };
    let loss = mean.mean().chunks_exact(3).zip(classes).map(|(of, class)| -of[*class as usize]).sum::<f64>() / 50.0;
    let reported = both.results.curve.last().unwrap().test.loss;
    assert!((reported - loss).abs() < 1e-14, "{reported} for {loss}: 50 terms of a few roundings");
}

/// A network on a bootstrap sample is one on a training part of the drawn rows; the draw is worked out here from its stream.
#[test]
fn each_network_learns_from_its_own_draw_of_rows() {
    let data = iris();
    let settings =
        |bootstrap| base(|train| (train.bootstrap, train.ensemble, train.order) = (bootstrap, 2, Order::Given));
    let bagged = trained(&settings(true), &[network(&[6])], &data);
    for number in [0, 1] {
        let mut stream = Stream::new(Seed { run: 6, network: number }, Purpose::Bootstrap, 0);
        let mut rows: Vec<usize> = (0..50).map(|_| stream.below(50) as usize).collect();
        rows.sort_unstable();
        let mut drawn = data.clone();
        drawn.train.inputs = data.train.inputs.gather(&rows);
        let Targets::Classes(classes) = &data.train.targets else { unreachable!("iris has classes") };
        drawn.train.targets = Targets::Classes(rows.iter().map(|row| classes[*row]).collect());
        let alone = trained(&settings(false), &[network(&[6])], &drawn);
        assert_eq!(bagged.parameters[number as usize], alone.parameters[number as usize]);
    }
    assert_ne!(bagged.parameters[0], trained(&settings(false), &[network(&[6])], &data).parameters[0]);
}

const MIXED: &str = "name = \"mixed\"\nquestion = \"Do unlike networks make a better mean?\"\nseeds = 2\n\
    optimizer = { kind = \"adam\", lr = 3e-3 }\ndata = { set = \"iris\" }\ntrain = { epochs = 2, bootstrap = true }\n\
    [model]\nkind = \"layers\"\nlayers = [{ dense = 5, activation = \"relu\" }]\nothers = [[{ dense = 3, activation = \"tanh\" }, { dense = 4 }]]\n\
    [sweep]\n\"train.ensemble\" = [1, 2, 3]\n";

/// From a spec: drawn, trained with both engines at each architecture's steps, kept, verified, and shown as a spec of its own.
#[test]
fn a_mixed_ensemble_is_a_run_like_any_other() {
    for engine in ["reference", "burn"] {
        let folder = Sweep::new(format!("engine = \"{engine}\"\n{MIXED}"));
        let plan = folder.run(&["plan", "x.toml"]).ended_with(0).stdout;
        assert!(plan.contains("dense 5 relu") && plan.contains("dense 3 tanh · dense 4"), "{plan}");
        folder.run(&["run", "x.toml", "--quiet", "--keep-parameters"]).ended_with(0);
        let runs = store::read(&folder.path("results/mixed")).unwrap().1;
        assert_eq!(runs.len(), 6);
        for run in &runs {
            let check = run.measurement.check.as_ref().unwrap();
            assert!(check.passed() && check.gradient_gap > 0.0, "{check:?}");
            assert_eq!(run.record.settings["model.others"].to_string(), "dense 3 tanh · dense 4");
        }
        folder.run(&["verify", "results/mixed"]).ended_with(0);
        let id = runs[5].record.run.to_string();
        let alone = folder.run(&["show", "results/mixed", &id, "--spec"]).ended_with(0).stdout;
        std::fs::write(folder.path("alone.toml"), &alone).unwrap();
        folder.run(&["run", "alone.toml", "--quiet", "--out", "alone"]).ended_with(0);
        let again = store::read(&folder.path("alone")).unwrap().1;
        assert_eq!(again[0].record.run.to_string(), id, "{alone}");
    }
}

#[test]
fn what_makes_no_ensemble_is_refused() {
    let refused = |text: String, says: &str| {
        let said = Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in {said}");
    };
    let alone = MIXED.split("[sweep]").next().unwrap();
    refused(alone.to_owned(), "these are further networks of an ensemble, and there is none");
    refused(MIXED.replace("[[{ dense = 3", "[{ dense = 3").replace("4 }]]", "4 }]"), "a list of layers, such as");
    refused(MIXED.replace("[[{ dense = 3, activation = \"tanh\" }, { dense = 4 }]]", "[]"), "0 lists of layers");
    refused(MIXED.replace("{ dense = 4 }", "{ gru = 4 }"), "sequence");
    refused(
        MIXED.replace(
            "kind = \"layers\"\nlayers = [{ dense = 5, activation = \"relu\" }]",
            "kind = \"mlp\"\nhidden = [3]",
        ),
        "the model `mlp` has no `model.others`",
    );
    let solver = "name = \"x\"\noptimizer = \"qr\"\ndata = { set = \"diabetes\" }\nmodel = { kind = \"linear\" }\ntrain = { bootstrap = true }\n";
    refused(solver.to_owned(), "is a solver and has no `bootstrap`");
}
