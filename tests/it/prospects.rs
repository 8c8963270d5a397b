//! What `plan` says of what an experiment can find, and of the seeds that a difference takes.

use crate::fakes::Fake;
use crate::support::{SMALL, Sweep};
use burnmark::analysis::{Allowed, Asked, View, conclude};
use burnmark::plan::Spec;
use std::path::Path;

/// Two methods on one data set of 400 test rows.
const MOONS: &str = r#"
name = "moons"
seeds = 10
engine = "reference"
[judge]
margin = 0.02
[data]
set = { kind = "two-moons", samples = 2000, noise = 0.2 }
[model]
kind = "mlp"
hidden = [4]
[train]
epochs = 2
batch = 200
[sweep]
optimizer = [{ kind = "gradient-descent", lr = [0.1, 1.0] }, { kind = "momentum", lr = [0.01, 0.1] }]
"#;

/// What the plan says after the costs.
#[track_caller]
fn finds(sweep: &Sweep, arguments: &[&str]) -> String {
    let said = sweep.run(&[&["plan", "x.toml"], arguments].concat()).ended_with(0).stdout;
    let (_, after) = said.split_once("measured on this machine\n").unwrap();
    assert!(after.lines().all(|line| line.chars().count() <= 120), "{after}");
    after.trim_start_matches('\n').to_owned()
}

#[test]
fn without_results_it_goes_by_an_assumption() {
    let sweep = Sweep::new(MOONS);
    assert_eq!(
        finds(&sweep, &[]),
        "what 10 seeds can find
  10 seeds find a difference of 0.031 in accuracy between two values of optimizer with 80 %, and often miss smaller
  ones. 20 seeds would find 0.027 in accuracy; 40 seeds would find 0.025 in accuracy.
  question   pairs  needs  10 seeds  20     40     80     any number  same within 0.02
  optimizer  1      6      0.031     0.027  0.025  0.024  0.023       never
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--find", "0.03"]),
        "seeds that find a difference of 0.03 with 80 %
  data set   optimizer
  two-moons  11
  11 seeds find a difference of 0.03 with 80 %.
  In the spec:
    seeds = 11
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--find", "0.01"]),
        "seeds that find a difference of 0.01 with 80 %
  data set   optimizer
  two-moons  never below 0.023
  Where it says never, no number of seeds does: seeds split the same rows, and more splits are no more rows. More data
  or fewer comparisons (`[judge] by`) find smaller differences.
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--seeds", "3"]),
        "what 3 seeds can find
  With 3 seeds no difference between two values of optimizer can be told from chance, however large; that takes at least
  6 seeds. 10 seeds would find 0.031 in accuracy; 20 seeds would find 0.027 in accuracy.
  question   pairs  needs  3 seeds  10     20     40     any number  same within 0.02
  optimizer  1      6      –        0.031  0.027  0.025  0.023       never
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--seeds", "12", "--find", "0.03"]),
        "seeds that find a difference of 0.03 with 80 %
  data set   optimizer
  two-moons  11
  11 seeds find a difference of 0.03 with 80 %; the experiment has 12.
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert!(!sweep.path("results").exists(), "a plan trains and writes nothing");
}

#[test]
fn results_tell_more_than_assumptions() {
    let sweep = Sweep::new(MOONS);
    sweep.run(&["run", "x.toml", "--no-check", "-q"]).ended_with(0);
    let said = finds(&sweep, &[]);
    let note = "  Differences vary between seeds as in `results/moons` (10 seeds; the figures allow for how little so few tell).\n";
    assert!(said.ends_with(note) && !said.contains("Assumed"), "{said}");
    // Other results on the same data do as well, and those of the experiment itself are left alone.
    std::fs::rename(sweep.path("results/moons"), sweep.path("other")).unwrap();
    let like = finds(&sweep, &["--like", "other"]);
    assert_eq!(like.replace("`other`", "`results/moons`"), said);
    assert!(finds(&sweep, &[]).contains("Assumed"));
    // The loss has other units, and results tell what they are.
    let loss = ["--set", "judge.outcome=loss"];
    let said = finds(&sweep, &[&loss[..], &["--like", "other"]].concat());
    assert!(said.contains(" in loss between two values of optimizer with 80 %"), "{said}");
    let said = finds(&sweep, &loss);
    assert!(
        said.contains(" standard deviations between seeds in loss ") && said.contains("Unknown, without"),
        "{said}"
    );
    // A damaged folder is no reason not to plan.
    std::fs::create_dir_all(sweep.path("results/moons")).unwrap();
    std::fs::write(sweep.path("results/moons/manifest.json"), "{").unwrap();
    assert!(finds(&sweep, &[]).contains("Assumed"));
}

/// The made-up methods differ between seeds by √2 · 0.01, whatever they are called.
#[test]
fn other_methods_on_the_same_data_tell_how_differences_vary() {
    let spec = MOONS
        .replace("two-moons\", samples = 2000, noise = 0.2", "iris\"")
        .replace("batch = 200", "batch = 30")
        .replace("[sweep]", "[sweep]\n\"data.set\" = [\"iris\", \"wine\", \"digits\"]");
    let sweep = Sweep::new(spec);
    Fake::new(&[("a", 0.0), ("b", 0.1), ("c", 0.2)], 20).write(&sweep.path("fake"), |_| ());
    assert_eq!(
        finds(&sweep, &["--like", "fake"]),
        "what 10 seeds can find
  10 seeds find a difference of 0.038 (iris) to 0.041 (digits) in accuracy between two values of optimizer with 80 %,
  and often miss smaller ones. 20 seeds would find 0.032 (iris) to 0.034 (digits) in accuracy; 40 seeds would find 0.029
  (iris) to 0.031 (digits) in accuracy.
  question             pairs  needs  10 seeds  20     40     80     any number  same within 0.02
  optimizer on iris    3      7      0.038     0.032  0.029  0.028  0.026       never
  optimizer on wine    3      7      0.039     0.033  0.030  0.029  0.027       never
  optimizer on digits  3      7      0.041     0.034  0.031  0.029  0.028       never
  Differences vary between seeds on iris and wine as in `fake` (20 seeds; the figures allow for how little so few tell).
  Assumed on digits, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--like", "fake", "--find", "0.02"]),
        "seeds that find a difference of 0.02 with 80 %
  data set  optimizer
  iris      never below 0.026
  wine      never below 0.027
  digits    never below 0.028
  Where it says never, no number of seeds does: seeds split the same rows, and more splits are no more rows. More data
  or fewer comparisons (`[judge] by`) find smaller differences.
  Differences vary between seeds on iris and wine as in `fake` (20 seeds; the figures allow for how little so few tell).
  Assumed on digits, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
}

#[test]
fn the_main_job_fits_a_screen() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/sweep.toml");
    let sweep = Sweep::new(std::fs::read(spec).unwrap());
    assert_eq!(
        finds(&sweep, &[]),
        "what 5 seeds can find
  With 5 seeds no difference between two values of optimizer on a single data set can be told from chance, however
  large; that takes at least 14 seeds. 20 seeds would find 0.058 (digits) to 0.182 (wine) in accuracy and 3.5 standard
  deviations between seeds in R²; 40 seeds would find 0.049 (digits) to 0.154 (wine) in accuracy and 3.0 standard
  deviations between seeds in R². Over the 8 data sets together one value that is ahead of all others by 0.91 standard
  deviations between seeds in accuracy and R² on each of them is found with 80 %; a lead that differs between them is
  found less often.
  question                pairs  needs  5 seeds  20           40           80           any number   same within 0.03
  optimizer, accuracy     48     14     –        0.058–0.182  0.049–0.154  0.045–0.142  0.042–0.131  never
  optimizer, R²           48     14     –        3.5 sd       3.0 sd       2.7 sd       2.5 sd       –
  annealing, accuracy     24     13     –        0.054–0.171  0.047–0.146  0.043–0.136  0.040–0.126  never
  annealing, R²           24     13     –        3.3 sd       2.8 sd       2.6 sd       2.4 sd       –
  dropout, accuracy       24     13     –        0.054–0.171  0.047–0.146  0.043–0.136  0.040–0.126  never
  dropout, R²             24     13     –        3.3 sd       2.8 sd       2.6 sd       2.4 sd       –
  weight_decay, accuracy  8      11     –        0.046–0.143  0.040–0.126  0.038–0.118  0.035–0.111  never
  weight_decay, R²        8      11     –        2.8 sd       2.4 sd       2.3 sd       2.1 sd       –
  Assumed on digits, wine, breast-cancer and 3 more, without results: two methods disagree on one test row in ten, and
  nothing else varies.
  Unknown on diabetes and linear, without results: how differences vary between seeds; their standard deviation is the
  unit there (sd).
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
}

#[test]
fn a_protocol_counts_its_report_seeds() {
    let protocol = "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 12\n[sweep]";
    let spec = MOONS.replace("seeds = 10", "seeds = 3").replace("margin = 0.02\n", "").replace("[sweep]", protocol);
    let sweep = Sweep::new(spec);
    assert_eq!(
        finds(&sweep, &[]),
        "what 12 report seeds can find
  12 report seeds find a difference of 0.029 in accuracy between two values of optimizer with 80 %, and often miss
  smaller ones. 20 seeds would find 0.027 in accuracy; 40 seeds would find 0.025 in accuracy.
  question   pairs  needs  12 seeds  20     40     80     any number
  optimizer  1      6      0.029     0.027  0.025  0.024  0.023
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
    assert_eq!(
        finds(&sweep, &["--find", "0.025"]),
        "seeds that find a difference of 0.025 with 80 %
  data set   optimizer
  two-moons  28
  28 seeds find a difference of 0.025 with 80 %.
  In the spec, under `[protocol]`:
    report_seeds = 28
  Assumed, without results: two methods disagree on one test row in ten, and nothing else varies.
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
"
    );
}

#[test]
fn problems_without_chance_take_one_run() {
    let spec = r#"
name = "valley"
seeds = 3
engine = "reference"
[data]
set = "rosenbrock"
[model]
kind = "objective"
[train]
epochs = 2
batch = 1
[sweep]
optimizer = [{ kind = "momentum", lr = 1e-3 }, { kind = "adam", lr = 0.01 }]
"#;
    let sweep = Sweep::new(spec);
    assert_eq!(
        finds(&sweep, &[]),
        "what 3 seeds can find
  On rosenbrock the seeds change nothing: one run per method is enough.
"
    );
    let noisy = spec.replace("[sweep]", "[sweep]\n\"data.set\" = [\"beale\", { kind = \"quadratic\", samples = 20 }]");
    let sweep = Sweep::new(&noisy);
    assert_eq!(
        finds(&sweep, &[]),
        "what 3 seeds can find
  With 3 seeds no difference between two values of optimizer on a single data set can be told from chance, however
  large; that takes at least 6 seeds. 10 seeds would find 1.00 standard deviations between seeds in number of correct
  digits; 20 seeds would find 0.67 standard deviations between seeds in number of correct digits.
  question                pairs  needs  3 seeds  10       20       40
  optimizer on quadratic  1      6      –        1.00 sd  0.67 sd  0.46 sd
  Unknown on quadratic, without results: how differences vary between seeds; their standard deviation is the unit there
  (sd).
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
  On beale the seeds change nothing: one run per method is enough.
"
    );
    assert_eq!(
        finds(&sweep, &["--find", "0.5"]),
        "seeds that find a difference of 0.5 with 80 %
  data set   optimizer
  beale      –
  quadratic  unknown
  Unknown on quadratic, without results: how differences vary between seeds; their standard deviation is the unit there
  (sd).
  Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`.
  On beale the seeds change nothing: one run per method is enough.
"
    );
    // What it says of them is so: the second set is the only one whose seeds differ.
    sweep.run(&["run", "x.toml", "--no-check", "-q"]).ended_with(0);
    let said = finds(&sweep, &[]);
    assert!(said.contains("On beale the seeds change nothing") && said.contains("as in `results/valley`"), "{said}");
    let given = Sweep::new(noisy.replace("batch = 1", "batch = \"full\"\norder = \"given\""));
    assert_eq!(
        finds(&given, &[]),
        "what 3 seeds can find
  On beale and quadratic the seeds change nothing: one run per method is enough.
"
    );
}

#[test]
fn what_cannot_be_planned_is_said() {
    let sweep = Sweep::new(MOONS);
    Fake::new(&[("a", 0.0), ("b", 0.1)], 5).write(&sweep.path("fake"), |_| ());
    Fake { rates: vec![0.1], ..Fake::new(&[("a", 0.0)], 5) }.write(&sweep.path("alone"), |_| ());
    let expected = "expected several methods and seeds on a data set of this experiment\n";
    let few = "`alone` has no results to plan by; it has no two methods with results on the same two seeds";
    for (arguments, says) in [
        (["--like", "fake"], format!("`fake` has no results to plan by; it has results on iris, wine; {expected}")),
        (["--like", "alone"], format!("{few}; {expected}")),
        (["--like", "nowhere"], "no results in `nowhere`: expected a folder with `runs.parquet` and `manifest.json`\n".to_owned()),
        (
            ["--find", "0"],
            "error: invalid value '0' for '--find <DIFFERENCE>': expected a number greater than 0\n\nFor more information, try \
             '--help'.\n"
                .to_owned(),
        ),
    ] {
        let said = sweep.run(&[&["plan", "x.toml"], &arguments[..]].concat()).ended_with(2).stderr;
        assert_eq!(said, says);
    }
    let alone =
        Sweep::new(MOONS.split("[sweep]").next().unwrap().to_owned() + "[optimizer]\nkind = \"adam\"\nlr = 0.1\n");
    assert_eq!(finds(&alone, &[]), "");
    let said = alone.run(&["plan", "x.toml", "--find", "0.1"]).ended_with(2).stderr;
    assert_eq!(
        said,
        "`--find` needs two methods to compare, and every setting of this experiment has one value; add an axis in `[sweep]`
"
    );
}

/// The questions, methods and comparisons of a plan are those of the answer.
#[test]
fn plans_count_as_verdicts_do() {
    let small = SMALL.replace("[0.1, 1e30]", "[0.05, 0.1]");
    let base = small.split("[sweep]").next().unwrap();
    let sweeps = [
        small.split("[sweep]").nth(1).unwrap().to_owned(),
        "\"regularize.dropout\" = [0.0, 0.2, 0.5]\n\"optimizer.lr\" = [0.01, 0.1]\n\"optimizer.beta1\" = { linear = [0.8, 0.9], points = \
         4 }\n\"data.set\" = [\"iris\", \"wine\", { kind = \"linear\", samples = 60, noise = [0.1, 0.2] }]"
            .to_owned(),
        "zip = [{ \"data.set\" = [\"iris\", \"iris\", \"wine\"], \"train.batch\" = [8, 16, 16] }]\nprecision = [\"f32\", \"f64\"]"
            .to_owned(),
        "cases = [{}, { \"model.hidden\" = [4], \"data.set\" = \"wine\" }, { \"model.hidden\" = [4, 4], annealing = { kind = \"cosine\" } }]"
            .to_owned(),
        "optimizer = [{ kind = \"adam\", lr = [0.01, 0.1] }, { kind = \"momentum\", mu = [0.5, 0.9], lr = [0.01] }]\n\"data.set\" = \
         [\"iris\", \"wine\"]\n[judge]\nby = [\"optimizer\"]"
            .to_owned(),
        "optimizer = [{ kind = \"adam\", lr = [0.01, 0.1] }, { kind = \"momentum\", mu = [0.5, 0.9], lr = [0.01, 0.1] }]\n\"data.set\" = \
         [\"iris\", \"wine\"]\n[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 3"
            .to_owned(),
        "optimizer = [{ kind = \"adam\", lr = 0.01 }, { kind = \"momentum\", lr = 0.01 }, { kind = \"nesterov\", lr = 0.01 }]\nprecision = \
         [\"f32\", \"f64\"]\n[judge]\nbaseline = \"momentum\""
            .to_owned(),
        // What follows from a labelled case, as the initial weights from its activation, is no question beside it.
        "cases = [{ label = \"plain\", \"model.activation\" = \"tanh\" }, { label = \"rectified\", \"model.activation\" = \"relu\" }]".to_owned(),
    ];
    for swept in sweeps {
        let optimizer = if swept.contains("optimizer =") { "" } else { "[optimizer]\nkind = \"adam\"\nlr = 0.1\n" };
        let sweep = Sweep::new(format!("{base}{optimizer}[sweep]\n{swept}\n"));
        sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r", "--engine", "reference"]).ended_with(0);
        let spec = Spec::load(&sweep.path("x.toml"), &[], &burnmark::catalogue::Catalogue::standard())
            .map_err(|problems| problems.render(false))
            .unwrap();
        let planned = burnmark::harness::prospect(&spec, &[]).unwrap();
        let (mut manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
        let runs = burnmark::analysis::judged(&mut manifest, runs).unwrap();
        let answers = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
        let methods = |asked: &Asked| -> Vec<(String, usize, Option<usize>)> {
            let of = |set: &burnmark::analysis::Planned| {
                (set.data.clone(), set.methods, asked.seeds_at_least().filter(|_| set.methods > 1))
            };
            asked.sets.iter().map(of).collect()
        };
        let planned: Vec<_> = planned.questions.iter().map(|asked| (asked.keys.clone(), methods(asked))).collect();
        let of_question = |question: &burnmark::analysis::Question| {
            let of = |on: &burnmark::analysis::OnData| {
                (on.data.clone(), on.methods.len(), on.pairs.first().map(|(_, _, pair)| pair.seeds_at_least))
            };
            (question.keys.clone(), question.data.iter().map(of).collect::<Vec<_>>())
        };
        let answered: Vec<_> = answers.questions.iter().map(of_question).collect();
        assert_eq!(planned, answered, "{swept}");
    }
}
