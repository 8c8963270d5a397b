//! New draws of a generator for each seed: what is drawn, what is recorded, and how often answers are right.

use crate::fakes::manifest;
use crate::subjects::carried_out;
use crate::support::Sweep;
use burnmark::analysis::stats::LEVEL;
use burnmark::analysis::{Allowed, OPTIMIZER, Sampled, View, conclude};
use burnmark::harness::Cache;
use burnmark::plan::Spec;
use std::collections::BTreeSet;

/// Two solvers of a logistic regression on 12 seeds; the classes lie `apart` of the noise, and the world says which draws they are.
fn spec(noise: f64, world: u64, draw: &str) -> Spec {
    let text = format!(
        "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 12\nmodel = {{ kind = \"logistic\" }}\ntrain = {{ epochs = 4, batch = \"full\" \
         }}\n[data]\nset = {{ kind = \"two-moons\", samples = 80, noise = {noise}, seed = {world} }}\ndraw = \"{draw}\"\n[sweep]\noptimizer = [{{ kind = \
         \"gradient-descent\", lr = 0.3 }}, {{ kind = \"newton\" }}]\n"
    );
    Spec::parse("x.toml".to_owned(), text, &[]).map_err(|problems| problems.render(false)).unwrap()
}

#[test]
fn each_seed_has_data_of_its_own() {
    let spec = spec(0.2, 0, "each-seed");
    let digests = |seeds: &[u64]| -> BTreeSet<String> {
        let runs = spec.runs().filter(|run| seeds.contains(&run.seed));
        runs.map(|run| spec.data_digest(&run).to_owned()).collect()
    };
    assert_eq!(digests(&[3]).len(), 1, "all methods see the same draw");
    assert_eq!(digests(&(0..12).collect::<Vec<_>>()).len(), 12);
    let ids: Vec<_> = spec.runs().map(|run| spec.identity(&run)).collect();
    assert_eq!(spec.identities().collect::<Vec<_>>(), ids);
    assert_eq!(spec.readings().len(), 1, "one draw stands for all");
}

/// The key is part of an identity where it is used, and nowhere else.
#[test]
fn one_draw_has_the_identity_that_it_had() {
    let (said, new) = (spec(0.2, 0, "once").run(0), spec(0.2, 0, "each-seed").run(0));
    assert!(!said.settings().contains_key("data.draw"));
    assert_eq!(new.settings()["data.draw"].to_string(), "each-seed");
    assert_ne!(said.identity("0123"), new.identity("0123"));
}

#[test]
fn a_sweep_over_new_draws_is_verified_and_says_what_it_is_about() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\nseeds = 6\nmodel = { kind = \"logistic\" }\ntrain = { epochs = 3 }\noptimizer = { kind = \"adam\", lr = 0.1 \
         }\n[data]\nset = { kind = \"blobs\", samples = 60, classes = 2 }\ndraw = \"each-seed\"\n[sweep]\n\"regularize.weight_decay\" = [0.0, 0.1]\n",
    );
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(
        planned.contains("drawn anew for each seed: 2 classes, 60 samples (36 train, 12 validation, 12 test)"),
        "{planned}"
    );
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout;
    assert!(ran.contains("Verdicts are about new draws of blobs: each seed has rows of its own."), "{ran}");
    let verified = sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  12"), "{verified}");
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    let digests: BTreeSet<&String> = runs.iter().map(|run| &run.record.data_digest).collect();
    assert_eq!((digests.len(), manifest.data_digests.len()), (6, 6));
    let id = runs[4].record.run.to_string();
    std::fs::write(sweep.path("one.toml"), sweep.run(&["show", "r", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    let (_, one) = burnmark::store::read(&sweep.path("one")).unwrap();
    assert_eq!((one.len(), &one[0].record), (1, &runs[4].record), "the spec of one run makes the same run");
}

#[test]
fn what_nothing_draws_is_refused() {
    let refused = |set: &str| {
        let sweep = Sweep::new(format!(
            "name = \"x\"\nmodel = {{ kind = \"softmax\" }}\ntrain = {{ epochs = 1 }}\noptimizer = {{ kind = \"adam\", lr = 0.1 }}\n[data]\nset = \
             {set}\ndraw = \"each-seed\"\n"
        ));
        std::fs::write(sweep.path("a.csv"), "a,y\n".to_owned() + &"1,x\n2,y\n".repeat(30)).unwrap();
        sweep.run(&["plan", "x.toml"]).ended_with(2).stderr
    };
    for (set, name) in [("\"iris\"", "iris"), ("{ csv = \"a.csv\", target = \"y\" }", "csv")] {
        let said = refused(set);
        let why = format!("`{name}` is a fixed set: its rows are the same for every seed, and nothing draws new ones");
        assert!(said.contains(&why) && said.contains("draw = \"each-seed\""), "{said}");
    }
}

/// What many worlds say where labels know nothing of the features, so that every model's accuracy is ½ in truth: answers that name
/// a difference, intervals of a difference that miss 0, and intervals of a mean that miss ½, each in a hundred.
#[test]
fn answers_over_new_draws_are_right() {
    let worlds = 200;
    let (mut named, mut missed, mut off, mut means) = (0, 0, 0, 0);
    for world in 0..worlds {
        let spec = spec(1e4, world, "each-seed");
        let mut cache = Cache::default();
        let runs: Vec<_> = spec.runs().map(|run| carried_out(&spec, &run, &mut cache)).collect();
        let manifest = manifest(runs.len() as u64);
        let conclusions = conclude(&manifest, &runs, &[View::of(&manifest, &runs, OPTIMIZER, Allowed::default())]);
        let on = &conclusions.questions[0].data[0];
        assert_eq!(on.sampled, Sampled::Draws);
        let pair = &on.pairs[0].2;
        named += usize::from(pair.verdict.is_difference());
        missed += usize::from(pair.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0));
        for method in &on.methods {
            let interval = method.interval.unwrap();
            off += usize::from(interval.low > 0.5 || interval.high < 0.5);
            means += 1;
        }
    }
    println!("{named} of {worlds} answers name a difference; {missed} intervals miss 0; {off} of {means} miss 1/2");
    // 5 % and three deviations of the count, as a Poisson variable has them.
    let most = |count: usize| {
        let expected = LEVEL * count as f64;
        expected + 3.0 * expected.sqrt()
    };
    assert!((named as f64) <= most(worlds as usize) && (missed as f64) <= most(worlds as usize), "{named} {missed}");
    // And not far fewer: the interval is as wide as it has to be, and no wider.
    assert!((off as f64) <= most(means) && off as f64 >= 0.3 * LEVEL * means as f64, "{off} of {means}");
}
