//! Seeds by source of randomness: what each of them changes, and what is said of where differences come from.

use crate::protocols::folded;
use crate::support::Sweep;
use burnmark::harness::{Cache, WorkerAnswer, execute};
use burnmark::plan::Spec;

const BASE: &str = r#"
engine = "reference"
optimizer = { kind = "gradient-descent", lr = 0.1 }
data = { set = "iris" }
model = { kind = "mlp", hidden = [8] }
train = { epochs = 2 }
regularize = { dropout = 0.3 }
"#;

fn spec(seeds: &str) -> Spec {
    let text = format!("name = \"x\"\nseeds = {seeds}\n{BASE}");
    Spec::parse("x.toml".to_owned(), text, &[]).map_err(|problems| problems.render(false)).unwrap()
}

/// The only run of a spec with these seeds.
fn run(seeds: &str) -> WorkerAnswer {
    let spec = spec(seeds);
    assert_eq!(spec.len(), 1, "{seeds}");
    let run = spec.run(0);
    execute(&run, spec.identity(&run), true, &mut Cache::default())
}

/// Initial weights, order, final parameters, and the untrained loss on the test part.
fn marks(answer: &WorkerAnswer) -> [String; 4] {
    let hashes = answer.results.hashes.clone().unwrap();
    let untrained = format!("{:?}", answer.results.curve[0].test);
    [hashes.initial_weights, hashes.batch_order, hashes.final_parameters, untrained]
}

#[test]
fn each_source_changes_what_it_names_and_nothing_else() {
    let same = marks(&run("[3]"));
    let of = |split: u64, start: u64, order: u64, dropout: u64| {
        let seeds = format!("{{ split = [{split}], start = [{start}], order = [{order}], dropout = [{dropout}] }}");
        let marks = marks(&run(&seeds));
        [0, 1, 2, 3].map(|place| marks[place] == same[place])
    };
    // Weights, order, final parameters, untrained test loss: which are as with one seed for all.
    assert_eq!(of(3, 3, 3, 3), [true, true, true, true]);
    assert_eq!(of(4, 3, 3, 3), [true, true, false, false]);
    assert_eq!(of(3, 4, 3, 3), [false, true, false, false]);
    assert_eq!(of(3, 3, 4, 3), [true, false, false, true]);
    assert_eq!(of(3, 3, 3, 4), [true, true, false, true]);
    // A source without seeds of its own follows the run's.
    assert_eq!(marks(&run("{ split = [3], order = [3] }")), same);
}

/// The cross of all seeds, each run with an identity of its own that its settings tell.
#[test]
fn all_seeds_are_crossed() {
    let spec = spec("{ split = 3, start = 2, order = [5, 9] }");
    assert_eq!(spec.len(), 12);
    let runs: Vec<_> = spec.runs().collect();
    let identities: Vec<_> = spec.identities().collect();
    let different: std::collections::BTreeSet<_> = identities.iter().collect();
    assert_eq!(different.len(), 12);
    for (run, id) in runs.iter().zip(&identities) {
        assert_eq!(spec.identity(run), *id);
        assert_eq!(spec.find(*id).as_ref(), Some(run));
    }
    let settings = runs[11].settings();
    let seeds = ["seed", "train.start_seed", "train.order_seed"].map(|name| settings[name].to_string());
    assert_eq!((seeds, settings.contains_key("train.dropout_seed")), (["2", "1", "9"].map(str::to_owned), false));
}

fn sweep() -> Sweep {
    let text = BASE.replace("optimizer = { kind = \"gradient-descent\", lr = 0.1 }\n", "");
    let axis = "[sweep]\noptimizer = [{ kind = \"gradient-descent\", lr = [0.1, 0.5] }, { kind = \"adam\", lr = [0.01, 0.05] }]";
    Sweep::new(format!(
        "name = \"x\"\nquestion = \"Where from?\"\nseeds = {{ split = 4, start = 3, order = 2 }}\n{text}{axis}\n"
    ))
}

#[test]
fn differences_have_a_source_and_splits_are_the_samples() {
    let sweep = sweep();
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r", "--no-check"]).ended_with(0).stdout);
    for says in [
        "iris: each optimizer at its best settings, 4 seeds",
        "of the variance of the test accuracy between runs of a method",
        "random effects of 4 splits × 3 starts × 2 orders, mean over 2 methods at their best settings",
        "In verdicts a split is one sample, the mean over its 6 runs; they are about other splits with the same initial weights and \
         order of samples.",
    ] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    // Seeds are no question, and no setting that explains anything.
    assert!(!said.contains("start_seed") && !said.contains("start seed"), "{said}");
    let markdown = sweep.run(&["report", "r", "--markdown"]).ended_with(0).stdout;
    assert!(markdown.contains("### sources of chance") && markdown.contains("| iris | adam | 0."), "{markdown}");
    let page = String::from_utf8(sweep.bytes("r/report.html")).unwrap();
    assert!(
        page.contains("id=\"sources\"") && page.contains("\"train.start_seed\""),
        "the table of runs has the seeds"
    );
    let verified = sweep.run(&["verify", "r", "--sample", "5"]).ended_with(0);
    assert!(verified.stdout.contains("confirmed"), "{}", verified.stdout);
    for by in ["train.start_seed", "train.order_seed"] {
        assert!(sweep.run(&["report", "r", "--by", by]).ended_with(2).stderr.contains("seeds cannot be compared"));
    }
}

/// A protocol averages over the seeds of other sources, and tests what it chose on other splits.
#[test]
fn a_protocol_averages_over_other_sources() {
    let sweep = sweep();
    let spec = String::from_utf8(sweep.bytes("x.toml")).unwrap();
    let protocol = "[protocol]\ncompare = [\"optimizer.kind\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 6\n";
    std::fs::write(sweep.path("x.toml"), spec + protocol).unwrap();
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r", "--no-check"]).ended_with(0).stdout);
    for says in ["6 report seeds", "random effects of 6 splits × 3 starts × 2 orders", "the mean over its 6 runs"] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
}

#[test]
fn slips_in_seeds_are_shown() {
    for (seeds, says) in [
        ("{ spilt = 3 }", "did you mean `split`?"),
        ("{}", "no seeds"),
        ("{ split = 0 }", "`seeds.split`"),
        ("{ start = [1, 1] }", "a seed is given twice"),
        ("{ start = 2.5 }", "the number 2.5 where a whole number from 1"),
    ] {
        let text = format!("name = \"x\"\nseeds = {seeds}\n{BASE}");
        let said = Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    for (seeds, change, says) in [
        (
            "start = 2",
            ["kind = \"mlp\", hidden = [8]", "kind = \"mlp\", hidden = [8], initial = \"zero\""],
            "`start` change nothing",
        ),
        (
            "order = 2",
            ["epochs = 2", "epochs = 2, order = \"given\""],
            "`order` change nothing: every run takes the samples",
        ),
        (
            "dropout = 2",
            ["dropout = 0.3", "l1 = 0.3"],
            "`dropout` change nothing: no run has dropout, DropConnect or noise",
        ),
    ] {
        let text = |base: &str| format!("name = \"x\"\nseeds = {{ {seeds} }}\n{base}");
        Sweep::new(text(BASE)).run(&["plan", "x.toml"]).ended_with(0);
        let said = Sweep::new(text(&BASE.replace(change[0], change[1]))).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    // One setting of several that draws is enough.
    let some = format!("name = \"x\"\nseeds = {{ dropout = 2 }}\n{BASE}").replace("dropout = 0.3", "l1 = 0.0")
        + "[sweep]\n\"regularize.dropout\" = [0.0, 0.3]\n";
    Sweep::new(some).run(&["plan", "x.toml"]).ended_with(0);
    let twice =
        format!("name = \"x\"\nseeds = {{ start = 2 }}\n{BASE}").replace("epochs = 2", "epochs = 2, start_seed = 1");
    let said = Sweep::new(twice).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("the seeds of `start` are given twice, here and as `train.start_seed`"), "{said}");
    let judged = format!("name = \"x\"\nseeds = {{ start = 2 }}\n{BASE}\n[judge]\nby = [\"train.start_seed\"]\n");
    let said = Sweep::new(judged).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("`train.start_seed` is no question"), "{said}");
    // One number on the command line takes the place of all of them.
    let sweep = Sweep::new(format!("name = \"x\"\nseeds = {{ split = 2, start = 2 }}\n{BASE}"));
    let planned = sweep.run(&["plan", "x.toml", "--seeds", "3"]).ended_with(0).stdout;
    assert!(planned.contains("runs            3\n"), "{planned}");
}
