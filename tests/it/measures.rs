//! Measures that a spec asks for: tables, verdicts, what they refuse, and how the predictions of a run are counted.

use crate::support::Sweep;
use burnmark::measure::ENTRIES;
use burnmark::record::{At, Measured, asked_measures};
use burnmark::store::{self, Finished};
use std::fmt::Write;
use std::fs;

/// 35 of 300 samples are of class 1, all among the 60 whose x is about 1, where 25 are not. Whether they are found changes the
/// accuracy by little.
fn rare() -> String {
    let head = (0..240).map(|i| (f64::from(i % 7) / 100.0, 0));
    let tail = (0..60).map(|i| (1.0 + f64::from(i % 7) / 100.0, u8::from(i < 35)));
    head.chain(tail).fold("x,class\n".to_owned(), |mut text, (x, class)| {
        writeln!(text, "{x},{class}").unwrap();
        text
    })
}

const RARE: &str = r#"
name = "rare"
engine = "reference"
seeds = 8
data = { set = { kind = "csv", path = "rare.csv", target = "class", task = "classes" } }
model = { kind = "logistic" }
train = { epochs = 20, measures = ["roc-auc", "f1", "balanced-accuracy"] }
judge = { outcome = "f1" }
optimizer = { kind = "adam", lr = 0.1 }
[sweep]
regularize.weight_decay = [0.0, 1.0]
"#;

fn sweep(spec: &str) -> Sweep {
    let sweep = Sweep::new(spec);
    fs::write(sweep.path("rare.csv"), rare()).unwrap();
    sweep
}

fn runs(sweep: &Sweep, folder: &str) -> Vec<Finished> {
    store::read(&sweep.path(folder)).unwrap().1
}

/// The answer without line breaks.
fn said(text: &str) -> String {
    text.replace("\n  ", " ")
}

#[test]
fn f1_tells_apart_what_the_accuracy_does_not() {
    let sweep = sweep(RARE);
    let ran = said(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(
        ran.contains("weight_decay 0 reaches the highest test F1, 0.") && ran.contains("better than weight_decay 1"),
        "{ran}"
    );
    assert!(ran.contains("test F1 "), "the table's head: {ran}");
    let by =
        |outcome: &str| said(&sweep.run(&["report", "r", "--markdown", "--outcome", outcome]).ended_with(0).stdout);
    assert!(
        by("metric").contains("highest test accuracy") && by("metric").contains("not told apart from weight\\_decay 1")
    );
    assert!(by("roc-auc").contains("test area under the ROC curve"), "{}", by("roc-auc"));
    let compare = ["compare", "r", "--baseline", "regularize.weight_decay=0", "--fail-on", "regression"];
    let worse = sweep.run(&compare).ended_with(1);
    assert!(worse.stderr.contains("worse than regularize.weight_decay=0: weight_decay 1"), "{worse:?}");
    sweep.run(&[&compare[..], &["--outcome", "metric", "--allow-no-verdict"]].concat()).ended_with(0);
    let missing = sweep.run(&["report", "r", "--outcome", "brier"]).ended_with(2).stderr;
    assert!(missing.contains("has no `brier`") && missing.contains("ask for `brier` in `train.measures`"), "{missing}");
    let page = String::from_utf8(sweep.bytes("r/report.html")).unwrap();
    assert!(page.contains("test F1"), "the page's words are the measure's");
}

/// The numbers of tables are those of both engines, verified, in every state, and the same in the curve.
#[test]
fn what_was_asked_for_is_in_the_tables_and_verified() {
    let sweep = sweep(RARE);
    sweep.run(&["run", "x.toml", "-q", "-o", "r", "--set", "seeds=2"]).ended_with(0);
    let verified = sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  4"), "{verified}");
    let other = sweep.run(&["verify", "r", "-q", "--engine", "burn"]).ended_with(0).stdout;
    assert!(other.contains("confirmed by `burn` within the bound  4"), "{other}");
    for run in runs(&sweep, "r") {
        let record = &run.record;
        let names: Vec<&str> = asked_measures(&record.settings).collect();
        assert_eq!(names, ["balanced-accuracy", "f1", "roc-auc"], "in the registry's order");
        assert!(record.measured.iter().map(|of| of.name.as_str()).eq(names));
        let known = |of: &Measured| of.points.len() == record.curve.len() && of.points.iter().all(|p| p.test.is_some());
        assert!(record.measured.iter().all(known), "{:?}", record.measured);
        let end = record.measured[0].points[record.place(At::Final).unwrap()];
        assert!(end.train.unwrap() > 0.4 && end.validation.unwrap() < 1.0);
    }
    // A table that says another number is found.
    let changed = String::from_utf8_lossy(&sweep.bytes("r/curves.parquet")).contains("test_roc_auc");
    assert!(changed, "columns have the measures' names");
}

/// A sweep that goes on has the same tables as one in one go, and a spec that asks for nothing has other runs.
#[test]
fn a_sweep_with_measures_goes_on_where_it_stopped() {
    let sweep = sweep(RARE);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole", "--set", "seeds=3"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "a", "--set", "seeds=3", "--shard", "1/2"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "a", "--set", "seeds=3", "--shard", "2/2"]).ended_with(0);
    let shards: Vec<String> = fs::read_dir(sweep.path("a"))
        .unwrap()
        .map(|entry| format!("a/{}", entry.unwrap().file_name().to_str().unwrap()))
        .filter(|name| name.contains("shard"))
        .collect();
    let mut merge = vec!["merge", "-o", "b"];
    merge.extend(shards.iter().map(String::as_str));
    sweep.run(&merge).ended_with(0);
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("whole/{table}")) == sweep.bytes(&format!("b/{table}")), "{table}");
    }
    let id = runs(&sweep, "whole")[1].record.run.to_string();
    fs::write(sweep.path("one.toml"), sweep.run(&["show", "whole", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    let one = runs(&sweep, "one");
    assert!(one[0].record.run.to_string() == id && one[0].record.measured == runs(&sweep, "whole")[1].record.measured);
    let other =
        sweep.run(&["run", "x.toml", "-q", "-o", "whole", "--set", "seeds=3", "--set", "train.measures=[\"f1\"]"]);
    assert!(other.code != Some(0), "other measures are another experiment: {other:?}");
}

/// A class that is in no test row: the seed says nothing, and is said to be left out.
#[test]
fn an_undefined_measure_is_missing_with_its_reason() {
    let spec = RARE.replace("\"f1\" }", "\"roc-auc\" }").replace("seeds = 8", "seeds = 4");
    let sweep = Sweep::new(&spec);
    // Three samples of class 1, split in random order: one part or another may get none.
    let rows =
        (0..60).fold("x,class\n".to_owned(), |text, i| text + &format!("{},{}\n", i % 11, u8::from(i % 20 == 0)));
    fs::write(sweep.path("rare.csv"), rows).unwrap();
    let split = ["--set", "data.split={ train = 0.9, validation = 0.05, test = 0.05 }"];
    let planned = sweep.run(&[&["plan", "x.toml"][..], &split].concat());
    println!("{planned:?}");
    let ran = sweep.run(&[&["run", "x.toml", "-q", "-o", "r"][..], &split].concat());
    println!("{ran:?}");
}

#[test]
fn what_does_not_fit_is_refused_with_the_reason() {
    let refused = |set: &[&str]| {
        let sweep = sweep(RARE);
        let settings = set.iter().flat_map(|set| ["--set", set]);
        let arguments: Vec<&str> = ["plan", "x.toml"].into_iter().chain(settings).collect();
        sweep.run(&arguments).ended_with(2).stderr
    };
    let numbers = refused(&["data.set=diabetes", "model.kind=linear"]);
    let why = "`f1` does not fit the runs on `diabetes`: it is a measure of classes, and the model predicts numbers";
    assert!(numbers.contains(why) && numbers.contains("expected one of `mae`, `rmse`"), "{numbers}");
    let many = refused(&["data.set=iris", "model.kind=softmax"]);
    assert!(many.contains("`f1` does not fit the runs on `iris`: it is a measure of two classes"), "{many}");
    let none = refused(&["train.measures=[\"roc-auc\"]"]);
    assert!(none.contains("the runs are judged by `f1`, and are not asked for it"), "{none}");
    let unknown = refused(&["train.measures=[\"f2\"]"]);
    assert!(unknown.contains("unknown name in `train.measures` `f2`") && unknown.contains("`matthews`"), "{unknown}");
    let twice = refused(&["train.measures=[\"f1\", \"f1\"]"]);
    assert!(twice.contains("`f1` is given twice"), "{twice}");
    let swept = refused(&["sweep.\"train.measures\"=[[\"f1\"], [\"brier\"]]"]);
    assert!(swept.contains("`train.measures` cannot be swept"), "{swept}");
    let always = refused(&["train.measures=[\"accuracy\"]"]);
    assert!(always.contains("`accuracy`"), "{always}");
}

/// Sets of both kinds in one sweep: each run has what fits it, and the rest is missing.
#[test]
fn each_run_has_the_measures_that_fit_it() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\ntrain = { epochs = 2, measures = [\"mae\", \"brier\", \"macro-f1\"] }\noptimizer = { kind = \
         \"adam\", lr = 0.1 }\nmodel = { kind = \"mlp\", hidden = [4] }\nregularize = { dropout = 0.5, dropout_at_test = \"monte-carlo\" \
         }\ntrain.ensemble = 2\n[sweep]\ndata.set = [\"iris\", \"diabetes\"]\n",
    );
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  2"));
    for run in runs(&sweep, "r") {
        let has = |name: &str| {
            let of = run.record.measured.iter().find(|of| of.name == name).unwrap();
            of.points.iter().filter(|point| point.test.is_some()).count()
        };
        let (classes, all) = (run.record.metric == "accuracy", run.record.curve.len());
        let expected = if classes { [0, all, all] } else { [all, 0, 0] };
        assert_eq!(["mae", "brier", "macro-f1"].map(has), expected, "{}", run.record.metric);
    }
}

/// One file and one line: every entry has the words that tables, sentences and figures take.
#[test]
fn every_measure_says_what_it_is_called() {
    for measure in ENTRIES {
        let words = &measure.words;
        assert!([words.table, words.sentence, words.axis].iter().all(|word| !word.is_empty()), "{}", measure.name());
        assert!(["a", "an"].contains(&words.article) && measure.bounds[0] < measure.bounds[1], "{}", measure.name());
    }
}
