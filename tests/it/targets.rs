//! Speed as an outcome: frozen targets, which no other method moves, and verdicts that are right as often as they promise.

use crate::protocols::folded;
use crate::support::Sweep;
use burnmark::analysis::stats::{CorrectedT, LEVEL, POWER, Scatter, Spent, difference_found, log_speedups, power};
use burnmark::analysis::{Allowed, Conclusions, View, conclude};
use burnmark::num::{Purpose, Stream};

const SPEC: &str = r#"
name = "x"
seeds = 8
engine = "reference"
[data]
set = "wine"
[model]
kind = "mlp"
hidden = [8]
[train]
epochs = 30
batch = 32
[judge]
TARGET
[sweep]
optimizer = [
  { kind = "gradient-descent", lr = 0.05 },
  { kind = "momentum", lr = 0.05 },
  MORE
]
"#;

/// The conclusions of the spec with this target and these methods more.
fn concluded(target: &str, more: &str) -> (Conclusions, String) {
    let sweep = Sweep::new(SPEC.replace("TARGET", target).replace("MORE", more));
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0).stdout);
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    (conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())), said)
}

/// Target and steps of the methods that are there in both.
fn figures(conclusions: &Conclusions) -> String {
    let target = &conclusions.questions[0].sooner.targets[0];
    let both = target.methods.iter().filter(|m| ["gradient-descent", "momentum"].contains(&m.method.as_str()));
    let both: Vec<String> = both.map(|m| format!("{} {:?} {:?}", m.method, m.time, m.hits)).collect();
    format!("{} {both:?}", target.loss)
}

#[test]
fn another_method_moves_no_target() {
    for target in ["", "target = { baseline = \"momentum\", way = 0.95 }", "target = 0.2", "target = { wine = 0.2 }"] {
        let (few, said) = concluded(target, "");
        let (more, _) =
            concluded(target, "{ kind = \"adam\", lr = 0.05 }, { kind = \"gradient-descent\", lr = 1e-6 },");
        // The second gradient descent is a setting of the first, and never its best one.
        assert_eq!(figures(&few), figures(&more), "{target}");
        let says: &[&str] = match target {
            "" => &[
                "Speed: on wine momentum needs fewer training steps to the target than gradient-descent (",
                " times fewer, 95 % interval ",
                "; the target is the validation loss at 0.9 of gradient-descent's way from the untrained loss.",
            ],
            "target = 0.2" | "target = { wine = 0.2 }" => &["; the target is the validation loss that was given."],
            _ => &["; the target is the validation loss at 0.95 of momentum's way from the untrained loss."],
        };
        for says in says {
            assert!(said.contains(says), "`{says}` is missing in\n{said}");
        }
    }
}

#[test]
fn slips_in_a_target_are_shown() {
    for (target, says) in [
        ("target = \"fast\"", "the text \"fast\" where a finite number belongs"),
        ("target = nan", "`judge.target` is `NaN`, which is not finite"),
        ("target = {}", "no target"),
        ("target = { baseline = 3 }", "the number 3 where the name of a compared value"),
        ("target = { way = 1.5 }", "`judge.target.way` is `1.5`"),
        ("target = { baseline = \"momentum\", weigh = 0.5 }", "unknown key in `judge.target` `weigh`"),
    ] {
        let spec = SPEC.replace("TARGET", target).replace("MORE", "");
        let said = Sweep::new(spec).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
}

/// Times to a target with a common part of the seed, and misses of a share of the runs; the second is sooner by a factor.
fn seeds(world: u64, count: usize, misses: f64, factor: f64) -> Vec<(Spent, Spent)> {
    let mut chance = Stream::new(world, Purpose::Data, 3);
    let mut one = |common: f64, factor: f64| {
        let time = (100.0 * (common + 0.4 * chance.normal()).exp() / factor).round();
        let missed = chance.uniform() < misses;
        Spent { time: if missed { 1000.0 } else { time }, hits: usize::from(!missed), runs: 1 }
    };
    let mut common = Stream::new(world, Purpose::Data, 4);
    (0..count).map(|_| 0.5 * common.normal()).map(|common| (one(common, 1.0), one(common, factor))).collect()
}

/// How often the two are told apart, and how often the interval covers the planted factor, in shares of the worlds.
fn told_apart(count: usize, misses: f64, factor: f64) -> (f64, f64) {
    const WORLDS: u64 = 2000;
    let (mut apart, mut covered) = (0, 0);
    for world in 0..WORLDS {
        let Some((values, _)) = log_speedups(&seeds(world, count, misses, factor)) else { continue };
        let test = CorrectedT::of(&values, 0.0).unwrap();
        apart += u64::from(test.p() < LEVEL);
        let inside = |i: burnmark::analysis::stats::Interval| i.low <= factor.ln() && factor.ln() <= i.high;
        covered += u64::from(test.interval(LEVEL).is_some_and(inside));
    }
    (apart as f64 / WORLDS as f64, covered as f64 / WORLDS as f64)
}

/// Equal methods are told apart in 5 % of the worlds or fewer. Two thousand worlds have a standard error of half a percent, of which
/// three are allowed. A factor of 2 is found the more often the fewer misses there are.
#[test]
fn speed_verdicts_are_wrong_as_rarely_as_they_say() {
    for (count, misses) in [(6, 0.0), (10, 0.0), (20, 0.0), (10, 0.2), (20, 0.2), (20, 0.5)] {
        let (wrong, covered) = told_apart(count, misses, 1.0);
        let (found, covers) = told_apart(count, misses, 2.0);
        println!(
            "{count} seeds, {misses} misses: equal {wrong:.3} told apart, {covered:.3} covered; factor 2: {found:.3}, {covers:.3}"
        );
        assert!(wrong < 0.065, "{count} seeds, {misses} misses: {wrong}");
        assert!(covered > 0.935, "{count} seeds, {misses} misses: {covered}");
        assert!(misses > 0.0 || found > [0.5, 0.8, 0.98][usize::from(count > 6) + usize::from(count > 10)], "{found}");
    }
}

/// How often a factor is found, without misses as often as the function says that names the seeds after an answer; with 5 seeds
/// nothing has a verdict. Times of one seed differ between two methods by a deviation of 0.4 √2 in the logarithm.
#[test]
fn the_power_of_speed_verdicts() {
    let scatter = Scatter::new(0.4 * 2.0_f64.sqrt(), f64::INFINITY, 0.0);
    for count in [5, 6, 10, 20] {
        for factor in [1.2, 1.5, 2.0, 3.0] {
            let [none, tenth, fifth] = [0.0, 0.1, 0.2].map(|misses| told_apart(count, misses, factor).0);
            println!(
                "{count} seeds, factor {factor}: {none:.3} found, {tenth:.3} with a tenth of misses, {fifth:.3} with a fifth"
            );
            let promised = power(f64::ln(factor), scatter, count, LEVEL);
            assert!((none - promised).abs() < 0.1, "{count} seeds, factor {factor}: {none}, promised {promised}");
            assert!(
                tenth <= none + 0.03 && fifth <= tenth + 0.03,
                "{count} seeds, factor {factor}: {none} {tenth} {fifth}"
            );
        }
        let Some(least) = difference_found(scatter, count, LEVEL) else { continue };
        let found = told_apart(count, 0.0, least.exp()).0;
        println!("{count} seeds find a factor of {:.2} in {found:.3}", least.exp());
        assert!((found - POWER).abs() < 0.1, "{count} seeds: {found}");
    }
}

/// Whoever was tuned over more trials has no verdict on speed either, unless somebody allows it.
#[test]
fn unequal_budgets_block_verdicts_on_speed_too() {
    let protocol = "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 8\n[judge]\n";
    let spec = SPEC.replace("TARGET", "").replace("MORE", "").replace("[judge]\n", protocol);
    let spec = spec.replace("seeds = 8\nengine", "seeds = 2\nengine");
    let sweep = Sweep::new(spec.replace("\"momentum\", lr = 0.05", "\"momentum\", lr = [0.05, 0.06]"));
    let said = sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0).stdout;
    assert!(said.contains("unequal budgets") && !said.contains("fewer training steps"), "{said}");
    let said = folded(&sweep.run(&["report", "r", "--allow", "unequal-budgets"]).ended_with(0).stdout);
    assert!(said.contains("momentum needs fewer training steps to the target than gradient-descent"), "{said}");
}

/// Evaluations within epochs make targets finer, and change nothing of the training.
#[test]
fn targets_can_be_finer_than_an_epoch() {
    let sweep = Sweep::new(SPEC.replace("TARGET", "target = 0.2").replace("MORE", ""));
    let run = |out: &str, every: &[&str]| {
        let sets: Vec<&str> = every.iter().flat_map(|set| ["--set", set]).collect();
        sweep.run(&[&["run", "x.toml", "-q", "--no-check", "-o", out][..], &sets].concat()).ended_with(0);
        let (manifest, runs) = burnmark::store::read(&sweep.path(out)).unwrap();
        let found = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
        let target = &found.questions[0].sooner.targets[0];
        let steps = target
            .methods
            .iter()
            .flat_map(|method| method.hits.iter().filter_map(|(_, hit)| Some(hit.as_ref()?.steps)));
        (runs, steps.collect::<Vec<f64>>())
    };
    let (runs, coarse) = run("a", &[]);
    let (finer, fine) = run("b", &["train.evaluate_steps=1"]);
    for (a, b) in runs.iter().zip(&finer) {
        assert_eq!((&a.record.curve, &a.record.hashes), (&b.record.curve, &b.record.hashes));
        // 107 samples in batches of 32 are 4 steps; the loss after the last of them is that of the epoch.
        assert_eq!(b.record.steps.len(), 30 * 4);
        let place = b.record.traced.iter().position(|name| name == "validation_loss").unwrap();
        for point in &b.record.curve[1..] {
            assert_eq!(b.record.steps[4 * point.epoch as usize - 1].traced[place], point.validation.loss);
        }
    }
    assert!(coarse.iter().all(|steps| steps % 4.0 == 0.0) && coarse.len() == fine.len() && !fine.is_empty());
    assert!(coarse.iter().zip(&fine).all(|(coarse, fine)| fine <= coarse && coarse - fine < 4.0 + 1e-9));
    assert!(fine.iter().any(|steps| steps % 4.0 != 0.0), "{fine:?}");
    sweep.run(&["verify", "b"]).ended_with(0);
    let (every_third, _) = run("c", &["train.evaluate_steps=3"]);
    assert_eq!(every_third[0].record.steps.iter().map(|point| point.step).take(3).collect::<Vec<_>>(), [2, 5, 8]);
    for (set, says) in [
        ("train.ensemble=2", "the networks of an ensemble are evaluated together, after each epoch"),
        ("train.curve=step", "it keeps the steps that it evaluates, and `curve = \"step\"` all of them"),
    ] {
        let said = sweep.run(&["plan", "x.toml", "--set", "train.evaluate_steps=2", "--set", set]).ended_with(2).stderr;
        assert!(said.contains(says), "{said}");
    }
}

/// A method with two gradients in each step counts them both: what costs is the gradient.
#[test]
fn a_second_gradient_counts() {
    let method = r#"
[methods.twice]
description = "gradient descent with a second gradient where it stands"
parameters = { lr = { above = 0 } }
second_gradient_at = "theta"
update = "theta = theta - lr*g"
"#;
    let spec = SPEC.replace("TARGET", "target = 0.2").replace("[sweep]", &format!("{method}[sweep]"));
    let sweep = Sweep::new(spec.replace("MORE", "{ kind = \"twice\", lr = 0.05 },"));
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0).stdout);
    assert!(
        said.contains("needs fewer gradients to the target than") && !said.contains("fewer training steps"),
        "{said}"
    );
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    let found = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
    let target = &found.questions[0].sooner.targets[0];
    let hits = |name: &str| {
        let method = target.methods.iter().find(|method| method.method == name).unwrap();
        method.hits.iter().map(|(_, hit)| hit.map(|hit| (hit.steps, hit.epochs))).collect::<Vec<_>>()
    };
    // Both take the same way.
    let (once, twice) = (hits("gradient-descent"), hits("twice"));
    assert!(once.iter().any(Option::is_some));
    assert_eq!(once.into_iter().map(|hit| hit.map(|(steps, epochs)| (2.0 * steps, epochs))).collect::<Vec<_>>(), twice);
    let of = |name: &str| runs.iter().find(|run| run.record.settings["optimizer.kind"].to_string() == name).unwrap();
    assert_eq!((of("twice").record.gradients_per_step, of("momentum").record.gradients_per_step), (Some(2), None));
    sweep.run(&["verify", "r"]).ended_with(0);
}

/// Between sizes of batches a step is not the same work: the larger one takes fewer steps and more epochs, and epochs are told.
#[test]
fn sizes_of_batches_are_compared_by_epochs() {
    let spec = "name = \"x\"\nengine = \"reference\"\nseeds = 8\noptimizer = { kind = \"gradient-descent\", lr = 0.05 }\ndata = { set = \"iris\" }\nmodel = { kind = \
                \"softmax\" }\ntrain = { epochs = 40 }\n[sweep]\n\"train.batch\" = [4, 32]\n";
    let sweep = crate::support::Sweep::new(spec);
    let said = sweep.run(&["run", "x.toml", "-q", "--no-check", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    assert!(said.contains("batch 4 needs fewer epochs to the target than batch 32"), "{said}");
    let page = String::from_utf8(sweep.bytes("r/report.html")).unwrap();
    assert!(page.contains("epochs</a> to <a"), "the head of a column, with links to the glossary");
}
