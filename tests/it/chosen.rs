//! What settings are chosen by, and on which seeds: by the measure that is compared, on the tuning seeds where a protocol has them;
//! and axes of named cases and regularizers, with a protocol and without.

use crate::fakes::{Fake, manifest};
use crate::support::Sweep;
use burnmark::analysis::{Allowed, View, conclude, judged, select};
use burnmark::measure::Measure;
use burnmark::record::{
    At, Compared, Contrast, Criterion, Judge, Measured, OfParts, Protocol, Quantity, Selection, Stage, Tuned,
};
use burnmark::store::Finished;
use burnmark::value::Value;

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(run: &Finished, name: &str) -> Option<f64> {
    run.record.settings.get(name)?.as_number()
}

/// The rate 0.1 has the better accuracy and loss, 1 the better F1 and the lower Brier score.
fn measured() -> Vec<Finished> {
    let mut runs = Fake { data: vec!["iris"], rates: vec![0.1, 1.0], ..Fake::new(&[("a", 0.0), ("b", 0.0)], 6) }.runs();
    for run in &mut runs {
        let better = number(run, "optimizer.lr") == Some(1.0);
        for (point, place) in run.record.curve.iter_mut().zip(0..) {
            point.validation.loss = if better { 2.0 } else { 1.0 } - 0.1 * f64::from(place);
        }
        let points = |good: f64, bad: f64| {
            let value = Some(if better { good } else { bad });
            vec![OfParts { train: value, validation: value, test: value }; 4]
        };
        run.record.measured = vec![
            Measured { name: "f1".to_owned(), points: points(0.9, 0.6) },
            Measured { name: "brier".to_owned(), points: points(0.1, 0.4) },
        ];
    }
    runs
}

#[test]
fn settings_are_chosen_by_the_measure_that_is_compared() {
    let chosen = |outcome: &str, selection: Option<Selection>| {
        let runs = measured();
        let mut manifest = manifest(runs.len() as u64);
        let outcome = Compared::from_name(outcome).unwrap();
        manifest.judge = Judge { outcome, select: selection, ..Judge::default() };
        let runs = judged(&mut manifest, runs).unwrap();
        let view = View::of(&manifest, &runs, "optimizer.kind", Allowed::default());
        let rows = select(view.compared());
        rows.iter().map(|row| row.best.unwrap().learning_rate().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(chosen("metric", None), [0.1, 0.1]);
    assert_eq!(chosen("loss", None), [0.1, 0.1]);
    assert_eq!(chosen("f1", None), [1.0, 1.0]);
    assert_eq!(chosen("brier", None), [1.0, 1.0], "lower is better");
    assert_eq!(chosen("f1", Some(Selection::Loss)), [0.1, 0.1]);
    assert_eq!(chosen("loss", Some(Selection::Outcome)), [0.1, 0.1]);
}

/// A cost is the same whatever measure takes the metric's place, since the choice is made before that and told after it.
#[test]
fn a_cost_does_not_depend_on_what_is_compared() {
    let mut run = measured().remove(0);
    let costs = |run: &Finished| -> Vec<f64> {
        Criterion::all().filter_map(|by| run.record.cost(by)).filter(|cost| !cost.is_nan()).collect()
    };
    let before = costs(&run);
    assert_eq!(before.len(), 2 * 4, "two states with a loss, the metric and two measures");
    for measure in ["f1", "brier", "f1"] {
        let judged = run.record.judge_by(Measure::find(measure).unwrap());
        if judged.is_ok() {
            assert_eq!((costs(&run), run.record.metric.as_str()), (before.clone(), measure));
        }
    }
}

const MEASURED: &str = r#"
name = "x"
engine = "reference"
seeds = 3
data = { set = "breast-cancer" }
model = { kind = "logistic" }
train = { epochs = 2, measures = ["f1"] }
[judge]
outcome = "f1"
[sweep]
optimizer = [{ kind = "adam", lr = [0.001, 0.03, 1.0] }, { kind = "momentum", lr = [0.001, 0.03, 1.0] }]
"#;

/// A spec that compares F1 chooses by it, with a protocol in the second stage's runs; and says so.
#[test]
fn a_spec_and_its_protocol_choose_by_the_outcome() {
    let said = folded(&Sweep::new(MEASURED).run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(
        said.contains("for each seed the settings are those that the other seeds choose by validation F1"),
        "{said}"
    );
    let by_loss = MEASURED.replace("[sweep]", "select = \"loss\"\n[sweep]");
    let said = folded(&Sweep::new(&by_loss).run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("choose by validation loss"), "{said}");
    let protocol = "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 6\n[sweep]";
    let sweep = Sweep::new(MEASURED.replace("[sweep]", protocol));
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("by the validation F1 after the last epoch"), "{said}");
    let (manifest, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    let protocol = manifest.protocol.as_ref().unwrap();
    assert_eq!(protocol.select.name(), "final_validation_f1");
    let mean = |kind: &str, rate: f64| {
        let of = runs.iter().filter(|run| {
            protocol.stage(run.record.seed().unwrap()) == Stage::Tuning
                && run.record.settings["optimizer.kind"].to_string() == kind
                && number(run, "optimizer.lr") == Some(rate)
        });
        of.map(|run| run.record.measured[0].points.last().unwrap().validation.unwrap()).sum::<f64>()
    };
    for kind in ["adam", "momentum"] {
        let report = runs.iter().find(|run| {
            protocol.stage(run.record.seed().unwrap()) == Stage::Report
                && run.record.settings["optimizer.kind"].to_string() == kind
        });
        let chosen = number(report.unwrap(), "optimizer.lr").unwrap();
        assert!([0.001, 0.03, 1.0].iter().all(|&rate| mean(kind, rate) <= mean(kind, chosen)), "{kind} {chosen}");
    }
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let refused = |text: &str, says: &str| {
        let said = folded(&Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr);
        assert!(said.contains(says), "{said}");
    };
    refused(&by_loss.replace("\"loss\"", "\"lost\""), "unknown selection `lost`");
    let both = by_loss.replace("[sweep]", "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\n[sweep]");
    refused(&both, "`select` of the judge beside a protocol");
    let without = MEASURED.replace("[sweep]", "[protocol]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nselect = \"final_validation_brier\"\n[sweep]");
    refused(&without, "the runs are chosen by `brier`, and are not asked for it");
}

/// Optimizers × annealings × dropout, all compared. On the tuning seeds dropout 0 is best and on the report seeds 0.5 looks best by the
/// validation part: a contrast of the first two is about dropout 0, which the tuning seeds choose.
#[test]
fn contrasts_under_a_protocol_are_chosen_on_the_tuning_seeds() {
    let mut runs = Vec::new();
    let settings =
        ["constant", "cosine"].into_iter().flat_map(|annealing| [0.0, 0.5].map(|dropout| (annealing, dropout)));
    for (world, (annealing, dropout)) in (0..).zip(settings) {
        let fake = Fake { data: vec!["iris"], rates: vec![0.1], world, ..Fake::new(&[("a", 0.0), ("b", 0.0)], 15) };
        for mut run in fake.runs() {
            let text = Value::text(annealing);
            run.record.settings.insert("annealing.kind".to_owned(), text);
            run.record.settings.insert("regularize.dropout".to_owned(), Value::Number(dropout));
            let (tuning, b) = (run.record.seed() < Some(5), run.record.settings["optimizer.kind"].to_string() == "b");
            let seed = run.record.seed().unwrap();
            let last = run.record.curve.last_mut().unwrap();
            last.validation.loss = if tuning == (dropout == 0.0) { 0.1 } else { 0.2 };
            // With dropout 0 method b gains 0.2 under cosine annealing, with 0.5 nothing.
            let gain = if b && annealing == "cosine" && dropout == 0.0 { 0.2 } else { 0.0 };
            last.test.metric = 0.5 + gain + 0.001 * (seed % 3) as f64 + 1e-4 * world as f64;
            runs.push(run);
        }
    }
    let names = ["optimizer.kind", "annealing.kind", "regularize.dropout"].map(str::to_owned);
    let mut manifest = manifest(runs.len() as u64);
    manifest.protocol = Some(Protocol {
        compare: names.to_vec(),
        tune: vec![Tuned { setting: "optimizer.lr".to_owned(), bounds: None }],
        average: Vec::new(),
        select: Criterion { at: At::Final, quantity: Quantity::Loss },
        tuning_seeds: (0..5).collect(),
        report_seeds: (5..15).collect(),
        report_runs: 80,
        further: Vec::new(),
        tuning_runs: 0,
    });
    manifest.judge.contrasts = vec![Contrast::Interaction { effect: names[0].clone(), by: names[1].clone() }];
    let conclusions = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
    let on = &conclusions.contrasts[0].lines[0].on[0];
    let difference = on.found.as_ref().unwrap().difference.unwrap();
    assert!(
        (difference.abs() - 0.2).abs() < 1e-3,
        "{difference}: the report seeds would choose dropout 0.5, where it is 0"
    );
}

const NAMED: &str = r#"
name = "x"
engine = "reference"
seeds = 2
data = { set = "iris" }
model = { kind = "mlp", hidden = [4] }
train = { epochs = 3 }
[judge]
contrasts = [{ effect = "case", by = "optimizer" }]
[protocol]
report_seeds = 6
[[protocol.question]]
compare = ["optimizer"]
tune = ["optimizer.lr", "case"]
[[protocol.question]]
compare = ["case", "optimizer"]
tune = ["optimizer.lr"]
[[protocol.question]]
compare = ["case"]
tune = ["optimizer"]
[sweep]
optimizer = [{ kind = "adam", lr = [0.01, 0.1] }, { kind = "momentum", lr = [0.01, 0.1] }]
[[sweep.cases]]
label = "plain"
[[sweep.cases]]
label = "strong dropout"
regularize.dropout = 0.5
regularize.weight_decay = 1e-3
"#;

/// Each question of a protocol can name cases, and so can a contrast, which belongs to the question that compares its settings.
#[test]
fn a_protocol_knows_cases_by_their_names() {
    let sweep = Sweep::new(NAMED);
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("case") && planned.contains("plain, strong dropout"), "{planned}");
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("case: On iris"), "{said}");
    assert!(said.contains("Does the effect of case depend on optimizer? On iris"), "{said}");
    let here = folded(&sweep.run(&["report", "r", "--by", "case", "--markdown"]).ended_with(0).stdout);
    assert!(here.contains("strong dropout") && here.contains("plain") && !here.contains("Does the effect"), "{here}");
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let refused = |from: &str, to: &str, says: &str| {
        let text = NAMED.replace(from, to);
        let said = folded(&Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr);
        assert!(said.contains(says), "{said}");
    };
    refused(
        "[[protocol.question]]\ncompare = [\"case\", \"optimizer\"]\ntune = [\"optimizer.lr\"]\n",
        "",
        "compares both",
    );
}

const REGULARIZERS: &str = r#"
name = "x"
engine = "reference"
seeds = 8
data = { set = "wine" }
model = { kind = "mlp", hidden = [8] }
train = { epochs = 4 }
optimizer = { kind = "adam", lr = 0.01 }
[sweep]
regularize = ["none", { dropout = [0.2, 0.5] }, { l1 = { log = [1e-4, 1e-2], points = 2 } }, { patience = [1, 2] }]
"#;

/// One question about kinds of regularizers, each at the best of its own strengths; the runs are those that settings make.
#[test]
fn regularizers_are_a_choice_of_kinds() {
    let sweep = Sweep::new(REGULARIZERS);
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(
        planned.contains("none, dropout, l1, early stopping") && planned.contains("two values of regularizer"),
        "{planned}"
    );
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("wine: each regularizer at its best settings") && !said.contains("dropout:"), "{said}");
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let lists = "[[sweep.cases]]\nregularize.dropout = 0.0\n[[sweep.cases]]\nregularize.dropout = 0.2\n[[sweep.cases]]\nregularize.dropout = 0.5\n[[sweep.cases]]\nregularize.l1 = 1e-4\n[[sweep.cases]]\nregularize.l1 = 1e-2\n[[sweep.cases]]\ntrain = { early_stopping = true, patience = 1 }\n[[sweep.cases]]\ntrain = { early_stopping = true, patience = 2 }\n";
    let start = REGULARIZERS.find("[sweep]").unwrap();
    let same = Sweep::new(REGULARIZERS[..start].to_owned() + lists);
    same.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert_eq!(sweep.bytes("r/runs.parquet"), same.bytes("r/runs.parquet"), "no identity of their own");
    let protocol = "[protocol]\ncompare = [\"regularizer\"]\ntune = []\nreport_seeds = 6\n[sweep]";
    let refused = |list: &str, says: &str| {
        let at = REGULARIZERS.find("regularize =").unwrap();
        let text = format!("{}regularize = {list}\n", &REGULARIZERS[..at]);
        let said = folded(&Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr);
        assert!(said.contains(says), "{said}");
    };
    refused("[\"none\", \"dropout\"]", "give its strengths: `{ dropout = [ … ] }`");
    refused("[{ kind = \"dropout\" }]", "unknown key of a regularizer `kind`");
    refused("[{ dropout = 0.2 }, { dropout = 0.5 }]", "the regularizer `dropout` is given twice");
    refused("[{ decoupled = true }]", "a regularizer without a strength");
    refused("[{ early_stopping = false }]", "early stopping that is off");
    refused("[{ dropout = [0.2, 1.5] }]", "1.5");
    refused("[]", "no regularizer");
    let tuned = REGULARIZERS
        .replace("[sweep]", protocol)
        .replace("tune = []", "tune = [\"optimizer\"]")
        .replace("[sweep]\n", "[sweep]\noptimizer = [{ kind = \"adam\", lr = [0.01, 0.1] }]\n");
    let tuned = Sweep::new(tuned.replace("optimizer = { kind = \"adam\", lr = 0.01 }\n", ""));
    let said = folded(&tuned.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("early stopping") && said.contains("trials of"), "{said}");
}
