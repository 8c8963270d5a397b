//! Measures that a spec asks for: tables, verdicts, what they refuse, and how the predictions of a run are counted.

use crate::fakes::{Fake, manifest};
use crate::support::Sweep;
use burnmark::analysis::{Allowed, View, conclude, judged};
use burnmark::measure::ENTRIES;
use burnmark::record::{At, Compared, MEASURES, Measured, OfParts, asked_measures};
use burnmark::report::markdown;
use burnmark::store::{self, Finished, Folder};
use burnmark::value::Value;
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
    assert!(
        page.contains("<section id=\"confusion\">") && page.contains("weight_decay 0, seed 0</h4>"),
        "of the best one"
    );
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
        let names: Vec<_> = asked_measures(&record.settings).collect();
        assert_eq!(names, ["balanced-accuracy", "f1", "roc-auc"], "in the registry's order");
        assert!(record.measured.iter().map(|of| of.name.as_str()).eq(names));
        let known = |of: &Measured| of.points.len() == record.curve.len() && of.points.iter().all(|p| p.test.is_some());
        assert!(record.measured.iter().all(known), "{:?}", record.measured);
        let end = record.measured[0].points[record.place(At::Final).unwrap()];
        assert!(end.train.unwrap() > 0.4 && end.validation.unwrap() < 1.0);
    }
    for (format, file, name) in
        [("csv", "out/curves.csv", "test_roc_auc"), ("jsonl", "out/runs.jsonl", "final_test_roc_auc")]
    {
        let _ = fs::remove_dir_all(sweep.path("out"));
        sweep.run(&["export", "r", "--format", format, "--out", "out"]).ended_with(0);
        assert!(String::from_utf8(sweep.bytes(file)).unwrap().contains(name), "{format}");
    }
}

/// A sweep that goes on has the same tables as one in one go, and a spec that asks for nothing has other runs.
#[test]
fn a_sweep_with_measures_goes_on_where_it_stopped() {
    let sweep = sweep(RARE);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole", "--set", "seeds=3"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "a", "--set", "seeds=3", "--shard", "1/2"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "a", "--set", "seeds=3", "--shard", "2/2"]).ended_with(0);
    sweep.run(&["merge", "a"]).ended_with(0);
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("whole/{table}")) == sweep.bytes(&format!("a/{table}")), "{table}");
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

/// A part without samples of a class: its seed says nothing of either method, and is left out with the reason.
#[test]
fn an_undefined_measure_is_missing_with_its_reason() {
    let mut runs =
        Fake { data: vec!["iris", "wine"], rates: vec![0.1], ..Fake::new(&[("a", 0.0), ("b", 0.1)], 8) }.runs();
    for run in &mut runs {
        let record = &mut run.record;
        record.settings.insert(MEASURES.to_owned(), Value::word("roc-auc"));
        let is_absent = record.seed() == Some(3) && record.settings["data.set.kind"].to_string() == "wine";
        let of = |metric: f64| Some(metric).filter(|_| !is_absent);
        let points = record.curve.iter().map(|point| OfParts {
            train: Some(0.5),
            validation: of(point.validation.metric),
            test: of(point.test.metric),
        });
        record.measured = vec![Measured { name: "roc-auc".to_owned(), points: points.collect() }];
    }
    let mut manifest = manifest(runs.len() as u64);
    manifest.judge.outcome = Compared::from_name("roc-auc").unwrap();
    let folder = Sweep::new("");
    Folder::open(&folder.path("r")).unwrap().write(&runs.iter().collect::<Vec<_>>(), manifest.clone()).unwrap();
    let (read, stored) = store::read(&folder.path("r")).unwrap();
    assert!(
        read.judge.outcome == manifest.judge.outcome && stored.iter().zip(&runs).all(|(a, b)| a.record == b.record)
    );
    let judged = judged(&mut manifest, stored).unwrap();
    let concluded = conclude(&manifest, &judged, &View::all_of(&manifest, &judged, Allowed::default()));
    let seeds = |data: &str| {
        let on = concluded.questions[0].data.iter().find(|on| on.data == data).unwrap();
        (on.methods[0].mean.is_some(), on.pairs[0].2.pairs)
    };
    assert_eq!((seeds("iris"), seeds("wine")), ((true, 8), (true, 7)));
    let said = markdown(&manifest, &concluded);
    let expected = "The area under the ROC curve is undefined for 2 of 16 runs on wine, which are left out: in their validation or \
                    test part a class that it needs has no sample.";
    assert!(said.contains(expected), "{said}");
    let said = folder.run(&["report", "r", "--outcome", "metric", "--markdown"]).ended_with(0).stdout;
    assert!(!said.contains("undefined") && said.contains("test accuracy"), "{said}");
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
    let swept = Sweep::new(format!("{RARE}train.measures = [[\"f1\"], [\"brier\"]]\n"));
    let swept = swept.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(swept.contains("`train.measures` cannot be swept: all runs are compared by the same measures"), "{swept}");
    let always = refused(&["train.measures=[\"accuracy\"]"]);
    assert!(always.contains("`accuracy`"), "{always}");
}

/// Sets of both kinds in one sweep: each run has what fits it, and the rest is missing.
#[test]
fn each_run_has_the_measures_that_fit_it() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\ntrain = { epochs = 2, ensemble = 2, measures = [\"mae\", \"brier\", \"macro-f1\"] }\noptimizer = { kind = \
         \"adam\", lr = 0.1 }\nmodel = { kind = \"mlp\", hidden = [4] }\nregularize = { dropout = 0.5, dropout_at_test = \"monte-carlo\" \
         }\n[sweep]\ndata.set = [\"iris\", \"diabetes\"]\n",
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

/// By the run's engine, whether its parameters were kept or not, and with the accuracy that the table has.
#[test]
fn a_run_shows_which_classes_it_takes_for_which() {
    let sweep = sweep(&RARE.replace("seeds = 8", "seeds = 1"));
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "kept", "--set", "output.parameters=true"]).ended_with(0);
    for run in runs(&sweep, "r") {
        let id = run.record.run.to_string();
        let shown = ["r", "kept"].map(|folder| {
            let shown = sweep.run(&["show", folder, &id]).ended_with(0).stdout;
            assert!(shown.contains("  test ROC AUC at the end "), "{shown}");
            shown.split_once("(columns)\n").unwrap_or_else(|| panic!("{shown}")).1.to_owned()
        });
        assert_eq!(shown[0], shown[1]);
        let numbers: Vec<Vec<f64>> = shown[0]
            .lines()
            .skip(1)
            .map(|row| row.split_whitespace().map(|cell| cell.parse().unwrap()).collect())
            .collect();
        let ([_, a, b, recall], [_, c, d, _]) = (&numbers[0][..], &numbers[1][..]) else { panic!("{}", shown[0]) };
        assert!((a + b, c + d) == (53.0, 7.0) && (a / 53.0 - recall).abs() < 1e-4, "{}", shown[0]);
        assert_eq!((a + d) / 60.0, run.record.at(At::Final).unwrap().test.metric, "{}", shown[0]);
    }
    fs::remove_file(sweep.path("rare.csv")).unwrap();
    let id = runs(&sweep, "kept")[0].record.run.to_string();
    let gone = sweep.run(&["show", "kept", &id]).ended_with(0).stdout;
    assert!(gone.contains("not known: the experiment of these results cannot be run here"), "{gone}");
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

/// The lecture's claim that a prior keeps the weights small, with the norm as the outcome: it is that of the kept parameters, the same for all
/// parts, and no setting is chosen by it.
#[test]
fn the_norm_of_the_weights_can_be_what_is_compared() {
    let spec = "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 8\ndata = { set = \"iris\" }\nmodel = { kind = \"mlp\", hidden = [6] }\ntrain = { epochs = 6, measures = \
                [\"weight-norm\"] }\njudge = { outcome = \"weight-norm\" }\noutput = { parameters = true }\n[sweep]\noptimizer = [{ kind = \"adam\", lr = [0.003, 0.03] \
                }]\nregularize.weight_decay = [0.0, 0.3]\n";
    let sweep = Sweep::new(spec);
    let ran = said(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    for says in [
        "weight_decay 0.3 reaches the lowest weight norm, ",
        "A lower weight norm counts as better here; it says nothing of the predictions.",
        "choose by validation loss",
    ] {
        assert!(ran.contains(says), "`{says}` is missing in {ran}");
    }
    sweep.run(&["verify", "r", "-q", "--engine", "burn"]).ended_with(0);
    for run in runs(&sweep, "r") {
        let blocks = store::read_parameters(&sweep.path("r"), run.record.run).unwrap().unwrap();
        let weights = blocks.iter().filter(|block| block.name.ends_with(".weight")).flat_map(|block| &block.numbers);
        let norm = weights.map(|w| w * w).sum::<f64>().sqrt();
        let last = *run.record.measured[0].points.last().unwrap();
        assert!((last.test.unwrap() - norm).abs() < 1e-12 * norm, "{last:?} {norm}");
        assert_eq!((last.train, last.validation), (last.test, last.test));
    }
    let wrong = spec.replace("judge = {", "judge = { select = \"outcome\",");
    let refused = Sweep::new(wrong).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(refused.contains("settings cannot be chosen by `weight-norm`"), "{refused}");
}
