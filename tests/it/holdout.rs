//! Rows that are held out: the same test rows for every seed, and what answers say of them.

use crate::fakes::manifest;
use crate::subjects::carried_out;
use crate::support::Sweep;
use burnmark::analysis::stats::{CorrectedT, LEVEL};
use burnmark::analysis::{Allowed, Sampled, View, conclude};
use burnmark::data::{self, split};
use burnmark::harness::Cache;
use burnmark::plan::Spec;
use std::collections::BTreeSet;

fn parsed(text: &str) -> Spec {
    Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).map_err(|problems| problems.render(false)).unwrap()
}

const HEAD: &str = "name = \"x\"\nengine = \"reference\"\nmodel = { kind = \"softmax\" }\ntrain = { epochs = 3 }\n";

/// No tuning seed trains or validates on a row that a report seed is tested on.
#[test]
fn tuning_never_sees_a_held_out_row() {
    let spec = parsed(&format!(
        "{HEAD}seeds = 4\ndata = {{ set = \"iris\", split = {{ train = 0.6, validation = 0.2, holdout = 0.2 }} }}\n[protocol]\ncompare = \
         [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 3\n[sweep]\noptimizer = [{{ kind = \"adam\", lr = [0.01, 0.1] }}, {{ kind = \
         \"momentum\", lr = [0.01, 0.1] }}]\n"
    ));
    let parts = |seed: u64| {
        let run = spec.run(0);
        split(&data::load(&run.set_in(std::path::Path::new("")).unwrap()).unwrap(), run.data.split, seed).unwrap()
    };
    let protocol = spec.protocol().unwrap();
    let seen: BTreeSet<usize> =
        protocol.tuning_seeds.iter().flat_map(|&s| [parts(s).train, parts(s).validation].concat()).collect();
    for &seed in &protocol.report_seeds {
        assert!(parts(seed).test.len() == 30 && parts(seed).test.iter().all(|row| !seen.contains(row)));
    }
    assert_eq!(seen.len(), 120);
}

#[test]
fn a_sweep_on_held_out_rows_is_verified_and_says_what_it_is_about() {
    let sweep = Sweep::new(format!(
        "{HEAD}seeds = 6\ndata = {{ set = \"iris\", split = {{ train = 0.6, validation = 0.2, holdout = 0.2 }} }}\n[sweep]\noptimizer = [{{ \
         kind = \"adam\", lr = 0.1 }}, {{ kind = \"momentum\", lr = 0.1 }}]\n"
    ));
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("note: the 30 test rows are held out: the same for every seed"), "{planned}");
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    let says = "Verdicts are for these 30 held-out rows. Seeds vary start and order, and training and validation rows unless the split fixes them; the sampling error of \
                the held-out rows is included.";
    assert!(ran.contains(says), "{ran}");
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  12"));
    let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert!(runs.iter().all(|run| run.record.held_out == Some(30)));
    assert_eq!(runs[0].record.settings["data.split.holdout"].to_string(), "0.2");
    assert!(!runs[0].record.settings.contains_key("data.split.test"));
    let id = runs[4].record.run.to_string();
    std::fs::write(sweep.path("one.toml"), sweep.run(&["show", "r", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    let (_, one) = burnmark::store::read(&sweep.path("one")).unwrap();
    assert_eq!((one.len(), &one[0].record), (1, &runs[4].record), "the spec of one run makes the same run");
}

/// R² has no sampling error that its tables tell, so the answer says that it is not included.
#[test]
fn what_is_not_included_is_said() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\nseeds = 6\nmodel = { kind = \"linear\" }\ntrain = { epochs = 3 }\ndata = { set = \"diabetes\", split = { train = \
         0.6, validation = 0.2, holdout = 0.2 } }\n[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.1 }, { kind = \"momentum\", lr = 0.01 }]\n",
    );
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    assert!(ran.contains("Verdicts are for these 88 held-out rows."), "{ran}");
    assert!(
        ran.contains("they do not show the sampling error of the held-out rows, so on other rows a verdict may differ"),
        "{ran}"
    );
}

#[test]
fn splits_that_cannot_be_are_refused() {
    let refused = |data: &str, says: &str| {
        let spec = format!("{HEAD}data = {data}\noptimizer = {{ kind = \"adam\", lr = 0.1 }}\n");
        let problems = Spec::parse("x.toml".to_owned(), spec, &[]).err().unwrap().render(false);
        assert!(problems.contains(says), "{problems}");
    };
    let iris = |split: &str| format!("{{ set = \"iris\", split = {{ {split} }} }}");
    refused(
        &iris("train = 0.6, validation = 0.2, holdout = \"own\""),
        "the shares of the rows that are not held out add up to 0.8",
    );
    refused(
        &iris("train = 0.8, validation = 0.2, holdout = \"own\""),
        "this set has no test rows of its own, as `mnist` has",
    );
    refused(&iris("train = 0.8, validation = 0.2, holdout = \"mine\""), "a share or `\"own\"`");
    refused(
        &iris("train = 0.4, validation = 0.2, test = 0.2, holdout = 0.2"),
        "a split has `test` or `holdout`, not both",
    );
    refused(&iris("train = 0.6, validation = 0.4"), "a split needs three shares");
    refused(&iris("train = 0.6, validation = 0.2, holdout = 0.3"), "the shares add up to 1.1");
    refused(
        "{ set = \"two-moons\", draw = \"each-seed\", split = { train = 0.6, validation = 0.2, holdout = 0.2 } }",
        "each seed draws rows of its own, so that no rows can be held out for all of them",
    );
}

/// What many worlds say where labels know nothing of the features: on the same 20 rows two methods do differ, by the chance of these
/// rows. The seeds alone would call that a difference far more often than once in twenty times.
#[test]
fn the_chance_of_held_out_rows_is_no_difference() {
    let worlds: usize = 120;
    let (mut named, mut by_seeds_alone, mut off, mut means) = (0, 0, 0, 0);
    for world in 0..worlds {
        let spec = parsed(&format!(
            "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 12\nmodel = {{ kind = \"logistic\" }}\ntrain = {{ epochs = 4, batch = \
             \"full\" }}\n[data]\nset = {{ kind = \"two-moons\", samples = 80, noise = 1e4, seed = {world} }}\nsplit = {{ train = 0.5, validation = 0.25, \
             holdout = 0.25 }}\n[sweep]\n\"data.degree\" = [1, 3]\noptimizer = [{{ kind = \"newton\" }}]\n"
        ));
        let mut cache = Cache::default();
        let runs: Vec<_> = spec.runs().map(|run| carried_out(&spec, &run, &mut cache)).collect();
        let manifest = manifest(runs.len() as u64);
        let view = View::of(&manifest, &runs, "data.degree", Allowed::default());
        let conclusions = conclude(&manifest, &runs, &[view]);
        let on = &conclusions.questions[0].data[0];
        assert_eq!(on.sampled, Sampled::HeldOut { rows: Some(20) });
        let Some((_, _, pair)) = on.pairs.first() else { continue };
        named += usize::from(pair.verdict.is_difference());
        let metric = |degree: usize| {
            runs[12 * degree..12 * degree + 12].iter().map(|run| Some(run.record.curve.last()?.test.metric))
        };
        let differences: Option<Vec<f64>> = metric(0).zip(metric(1)).map(|(a, b)| Some(a? - b?)).collect();
        let alone = differences.and_then(|differences| CorrectedT::of(&differences, 0.0));
        by_seeds_alone += usize::from(alone.is_some_and(|test| test.p() < LEVEL));
        for method in on.methods.iter().filter_map(|method| method.interval) {
            off += usize::from(method.low > 0.5 || method.high < 0.5);
            means += 1;
        }
    }
    println!(
        "{named} of {worlds} answers name a difference, {by_seeds_alone} by the seeds alone; {off} of {means} miss 1/2"
    );
    let most = |count: usize| LEVEL * count as f64 + 3.0 * (LEVEL * count as f64).sqrt();
    assert!((named as f64) <= most(worlds) && (off as f64) <= most(means), "{named}, {off} of {means}");
    assert!(by_seeds_alone as f64 > 3.0 * most(worlds), "{by_seeds_alone}");
}
