//! Situations in which an answer once was no answer or a wrong one, replayed: the sentence is true, and whoever knows no statistics
//! takes from it what is true. Others of them are in judged.rs, honesty.rs, promises.rs, contrasts.rs, comparisons.rs and reading.rs.

use crate::fakes::{Fake, manifest};
use crate::protocols::folded;
use crate::support::Sweep;
use burnmark::analysis::{Allowed, Conclusions, View, conclude};
use burnmark::record::Outcome;
use burnmark::report::answers;
use burnmark::store::{Finished, Manifest};
use burnmark::value::Value;

fn concluded(manifest: &Manifest, runs: &[Finished]) -> Conclusions {
    conclude(manifest, runs, &View::all_of(manifest, runs, Allowed::default()))
}

fn said(runs: &[Finished]) -> String {
    let manifest = manifest(runs.len() as u64);
    answers(&concluded(&manifest, runs)).join("\n")
}

/// The test metrics of a method's seeds, in their order.
fn reaches(runs: &mut [Finished], method: &str, metrics: &[f64]) {
    let of_method = runs.iter_mut().filter(|run| run.record.settings["optimizer.kind"].to_string() == method);
    for (run, metric) in of_method.zip(metrics) {
        run.record.curve.last_mut().unwrap().test.metric = *metric;
    }
}

/// Three optimizers at one rate each: "adam is better" alone would be read as a verdict on tuned methods.
#[test]
fn untuned_methods_get_no_unconditional_verdict() {
    let methods = [("gradient-descent", 0.0), ("momentum", 0.0), ("adam", 0.15)];
    let runs = Fake { data: vec!["iris"], rates: vec![0.01], ..Fake::new(&methods, 10) }.runs();
    let said = said(&runs);
    assert!(said.starts_with("At learning rate 0.01, on iris adam reaches the highest test accuracy, 0.9"), "{said}");
    assert!(
        said.contains("; it is better than gradient-descent (by 0.1") && said.contains(" and momentum (by 0.1"),
        "{said}"
    );
    assert!(said.contains("Nothing is said of tuned methods."), "{said}");
}

/// A setting whose loss is 0 for a moment and 10⁹ at the end is no figure of any table.
#[test]
fn no_table_shows_the_best_moment_of_what_blew_up() {
    let mut runs = Fake { data: vec!["wine"], ..Fake::new(&[("momentum", 0.0), ("adam", 0.0)], 4) }.runs();
    for run in runs.iter_mut().filter(|run| run.record.settings["optimizer.lr"].as_number() == Some(1.0)) {
        run.record.curve[1].validation.loss = 0.0;
        run.record.curve.last_mut().unwrap().validation.loss = 1e9;
    }
    let sweep = Sweep::new("");
    let mut folder = burnmark::store::Folder::open(&sweep.path("r")).unwrap();
    folder.write(&runs.iter().collect::<Vec<_>>(), manifest(runs.len() as u64)).unwrap();
    for at in ["end", "best"] {
        let said = folded(&sweep.run(&["report", "r", "--at", at]).ended_with(0).stdout);
        assert!(!said.contains("0.0000 ") && !said.contains("1000000000"), "{said}");
        assert!(
            said.contains(
                "Diverged, or ended far above their best: 33.3 % of momentum and 33.3 % of adam of the runs. No best \
                 setting has such a run."
            ),
            "{said}"
        );
    }
}

/// One optimizer and another axis: the axis is the question.
#[test]
fn one_optimizer_leaves_the_other_axis_to_compare() {
    let mut runs = Vec::new();
    for (dropout, world, better) in [(0.0, 0, 0.0), (0.5, 1, 0.15)] {
        let fake = Fake { data: vec!["iris"], rates: vec![0.01], world, ..Fake::new(&[("adam", better)], 10) };
        runs.extend(fake.runs().into_iter().map(|mut run| {
            run.record.settings.insert("regularize.dropout".to_owned(), Value::Number(dropout));
            run
        }));
    }
    let said = said(&runs);
    assert!(
        said.starts_with("At learning rate 0.01, on iris dropout 0.5 reaches the highest test accuracy, 0.9"),
        "{said}"
    );
    assert!(said.contains("; it is better than dropout 0 (by 0.1") && !said.contains("no other one"), "{said}");
}

const VALLEY: &str = r#"
name = "valley"
engine = "reference"
precision = "f64"
data = { set = "rosenbrock" }
model = { kind = "objective" }
train = { epochs = 50, batch = 1 }
seeds = 1
[sweep]
optimizer = [{ kind = "momentum", lr = 1e-3 }, { kind = "adam", lr = 0.01 }]
"#;

/// A problem without chance takes one run, and says the same for seven seeds, without a word of how many would be enough.
#[test]
fn without_chance_one_run_says_all() {
    for seeds in [1, 7] {
        let sweep = Sweep::new(VALLEY.replace("seeds = 1", &format!("seeds = {seeds}")));
        let plan = folded(&sweep.run(&["plan", "x.toml"]).ended_with(0).stdout);
        assert!(plan.contains("On rosenbrock the seeds change nothing: one run per method is enough."), "{plan}");
        let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
        assert!(
            said.contains("The seeds change nothing here: every run of a setting is the same, so this is certain."),
            "{said}"
        );
        assert!(
            said.contains("it is better than") && !said.contains("a verdict takes") && !said.contains("oo few"),
            "{said}"
        );
        sweep.run(&["verify", "r", "-q"]).ended_with(0);
    }
}

/// As many right, in another order of the splits: one mean, whatever the order of its sum.
#[test]
fn the_order_of_splits_makes_no_leader() {
    let mut runs =
        Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&[("a", 0.0), ("b", 0.0), ("c", 0.0)], 3) }.runs();
    let [x, y, z] = [0.1, 0.2, 0.3];
    reaches(&mut runs, "a", &[x, y, z]);
    reaches(&mut runs, "b", &[z, y, x]);
    reaches(&mut runs, "c", &[y, z, x]);
    assert!(x + y + z != z + y + x, "roundings differ");
    let said = said(&runs);
    assert!(said.contains("on iris a, b and c share the highest test accuracy, 0.2000 (mean of 3 seeds"), "{said}");
}

/// What is worse than all others on each data set is said to be, though 112 pairs are tested together.
#[test]
fn what_is_last_everywhere_is_said_to_be() {
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let methods: Vec<(&str, f64)> = names.into_iter().map(|name| (name, 0.0)).chain([("last", -0.2)]).collect();
    let data = vec!["iris", "wine", "digits", "breast-cancer"];
    let runs = Fake { data, rates: vec![0.1], ..Fake::new(&methods, 16) }.runs();
    let all = said(&runs);
    let expected =
        "On single data sets a, b, c, d, e, f and g are better than last on iris, wine, digits and breast-cancer.";
    assert!(all.contains(expected), "{all}");
    assert!(
        all.contains("Those on single data sets are about other splits of the same rows, not about new data."),
        "{all}"
    );
    let mut manifest = manifest(runs.len() as u64);
    manifest.judge.baseline = Some("last".to_owned());
    let few = answers(&concluded(&manifest, &runs)).join("\n");
    assert!(few.contains("better than last"), "{few}");
}

/// Digits beyond what f32 holds are roundings: another engine is no regression.
#[test]
fn the_last_digits_of_f32_are_no_regression() {
    let sweep = Sweep::new("");
    let write = |name: &str, digits: f64, engine: &str| {
        let mut runs = Fake { data: vec!["rosenbrock"], rates: vec![0.1], ..Fake::new(&[("adam", 0.0)], 2) }.runs();
        for run in &mut runs {
            let record = &mut run.record;
            "digits".clone_into(&mut record.metric);
            for (setting, word) in [("model.kind", "objective"), ("precision", "f32"), ("engine", engine)] {
                record.settings.insert(setting.to_owned(), Value::text(word));
            }
            record.curve.last_mut().unwrap().test.metric = digits;
            let hash = format!("{digits}");
            record.hashes.as_mut().unwrap().final_parameters = hash;
        }
        let mut folder = burnmark::store::Folder::open(&sweep.path(name)).unwrap();
        folder.write(&runs.iter().collect::<Vec<_>>(), manifest(runs.len() as u64)).unwrap();
    };
    write("burn", 7.0656, "burn");
    write("reference", 7.0357, "reference");
    write("worse", 4.0, "reference");
    let compare = |other: &str| sweep.run(&["compare", "burn", other, "--fail-on", "regression"]);
    compare("reference").ended_with(0);
    compare("worse").ended_with(1);
}

/// A training that diverges in saturation is one that diverged, not one on which the engines differ.
#[test]
fn divergence_is_no_difference_between_engines() {
    let sweep = Sweep::new(
        "name = \"x\"\nseeds = 3\ndata = { set = \"iris\" }\nmodel = { kind = \"mlp\", hidden = [8], activation = \"tanh\" }\n\
         train = { epochs = 5, batch = 16 }\n[sweep]\noptimizer = [{ kind = \"momentum\", lr = [1e3, 1e8, 1e30] }, { kind = \"adam\", lr = 0.01 }]\n",
    );
    let ran = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0);
    assert!(!ran.stdout.contains("engines differ") && !ran.stderr.contains("engines differ"), "{ran:?}");
}

/// Diverged seeds count as the worst: whatever diverges on half of them is not told to be as good by the other half.
#[test]
fn what_diverges_counts_as_the_worst() {
    let mut runs =
        Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&[("safe", 0.0), ("risky", 0.01)], 12) }.runs();
    for run in &mut runs {
        let risky = run.record.settings["optimizer.kind"].to_string() == "risky";
        if risky && run.record.seed().unwrap() % 12 != 0 {
            run.record.outcome = Outcome::Diverged { step: 7 };
        }
    }
    let said = said(&runs);
    assert!(said.contains("on iris safe reaches the highest test accuracy, 0.8"), "{said}");
    assert!(said.contains("; it is better than risky (no result for 11 seeds, p = 0.0"), "{said}");
}

/// What may be chance is shown with its size, and called so.
#[test]
fn what_chance_can_explain_is_called_so() {
    let runs = Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&[("a", 0.0), ("b", 0.002)], 12) }.runs();
    let said = said(&runs);
    assert!(said.contains("is not told apart from ") && said.contains(" (difference 0.0"), "{said}");
    assert!(said.contains("): chance can explain the difference. "), "{said}");
    // What follows says how many seeds would be enough.
    assert!(said.contains(" would find a difference of this size"), "{said}");
}

/// A setting that lacks a seed is not chosen, and the answer says that it is left out.
#[test]
fn settings_that_lack_seeds_are_said_to_be_left_out() {
    let mut runs = Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0), ("b", 0.1)], 10) }.runs();
    runs.retain(|run| {
        let rate = run.record.settings["optimizer.lr"].as_number();
        run.record.seed() != Some(3) || rate != Some(0.1)
    });
    let said = said(&runs);
    assert!(said.contains("Settings that lack runs of some seeds are left out: 2 of 6."), "{said}");
}

/// A further method changes no figure of the others: their means, intervals, settings and speed stay what they are.
#[test]
fn another_method_changes_no_figure_of_the_others() {
    let fake = |methods: &[(&'static str, f64)]| Fake { data: vec!["iris", "wine"], ..Fake::new(methods, 12) };
    let all = fake(&[("a", 0.0), ("b", 0.05), ("c", 0.3)]).runs();
    let two: Vec<Finished> =
        all.iter().filter(|run| run.record.settings["optimizer.kind"].to_string() != "c").cloned().collect();
    let figures = |runs: &[Finished]| -> Vec<String> {
        let concluded = concluded(&manifest(runs.len() as u64), runs);
        let of_set = |on: &burnmark::analysis::OnData| -> Vec<String> {
            let of = on.methods.iter().filter(|method| method.method != "c");
            let mut told: Vec<String> = of
                .map(|m| {
                    let steps = m.steps_to_target.as_ref().map(|reached| format!("{:?}", reached.time));
                    format!("{} {} {} {:?} {:?} {:?} {steps:?}", on.data, m.method, m.setting, m.mean, m.sd, m.interval)
                })
                .collect();
            told.sort();
            told
        };
        concluded.questions[0].data.iter().flat_map(of_set).collect()
    };
    assert_eq!(figures(&all), figures(&two));
    assert_eq!(figures(&two).len(), 4);
}
