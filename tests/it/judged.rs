//! What a first answer says: at which state, for which settings, of which question; and what a gate lets through.

use crate::fakes::{Fake, manifest};
use crate::protocols::folded;
use crate::support::Sweep;
use burnmark::analysis::{Allowed, View, conclude};
use burnmark::record::At;

/// Overfitting for 100 epochs: the question loses its answer where every run is judged at its best epoch.
const EARLY_STOPPING: &str = r#"
name = "x"
seeds = 8
engine = "reference"
optimizer = { kind = "adam", lr = 0.01 }
[data]
set = "diabetes"
[model]
kind = "mlp"
hidden = [64]
[train]
epochs = 100
batch = 32
[sweep]
"train.early_stopping" = [true, false]
"#;

#[test]
fn early_stopping_helps_at_the_end_and_not_in_hindsight() {
    let sweep = Sweep::new(EARLY_STOPPING);
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    for says in [
        "At learning rate 0.01, on diabetes early_stopping true reaches the highest test R²",
        "it is better than early_stopping false",
        "Nothing is said of tuned methods.",
        "Trainings are compared at their end; one with early stopping ends with the parameters of its best epoch.",
        "about other splits of the same rows",
    ] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    let said = folded(&sweep.run(&["report", "r", "--at", "best"]).ended_with(0).stdout);
    assert!(said.contains("in hindsight, at their best epoch") && !said.contains("is better than"), "{said}");
    let said = sweep.run(&["report", "r", "--at", "last"]).ended_with(2).stderr;
    assert!(said.contains("expected one of end, best, stopped"), "{said}");
}

#[test]
fn every_axis_has_its_part_of_the_answer() {
    let mut runs = Fake::new(&[("a", 0.0), ("b", 0.1)], 8).runs();
    for run in &mut runs {
        let dropout = if run.record.settings["optimizer.lr"].as_number() == Some(0.1) { 0.5 } else { 0.0 };
        run.record.settings.insert("regularize.dropout".to_owned(), burnmark::value::Value::Number(dropout));
    }
    let manifest = manifest(runs.len() as u64);
    let views = View::all_of(&manifest, &runs, Allowed::default());
    let keys: Vec<_> = views.iter().map(|view| view.keys()[0].as_str()).collect();
    assert_eq!(keys, ["optimizer.kind", "regularize.dropout"], "the rate is tuned");
    let markdown = burnmark::report::markdown(&manifest, &conclude(&manifest, &runs, &views));
    assert!(
        markdown.contains("\noptimizer: Over 2 data sets") && markdown.contains("\ndropout: Over 2 data sets"),
        "{markdown}"
    );
}

/// Three comparisons with a baseline take the place of six, on each data set and over all of them.
#[test]
fn a_baseline_is_what_all_others_are_compared_with() {
    let data = vec!["iris", "wine", "digits", "diabetes", "breast-cancer", "spirals"];
    let methods = [("a", 0.0), ("b", 0.05), ("c", 0.05), ("d", -0.1)];
    let runs = Fake { data, rates: vec![0.1], ..Fake::new(&methods, 20) }.runs();
    let mut manifest = manifest(runs.len() as u64);
    let concluded = |manifest: &burnmark::store::Manifest| {
        conclude(manifest, &runs, &View::all_of(manifest, &runs, Allowed::default()))
    };
    let all = concluded(&manifest);
    manifest.judge.baseline = Some("b".to_owned());
    let few = concluded(&manifest);
    let (all, few_question) = (&all.questions[0], &few.questions[0]);
    let pairs = |question: &burnmark::analysis::Question| question.data.iter().map(|on| on.pairs.len()).sum::<usize>();
    assert_eq!((pairs(all), pairs(few_question)), (36, 18));
    let p = |question: &burnmark::analysis::Question| {
        let on = &question.data[0];
        let of = |name: &str| on.methods.iter().position(|method| method.method == name).unwrap();
        let places = [of("a").min(of("b")), of("a").max(of("b"))];
        on.pairs.iter().find(|(i, j, _)| [*i, *j] == places).unwrap().2.adjusted_p.unwrap()
    };
    assert!((p(all) / p(few_question) - 2.0).abs() < 1e-9, "half as many comparisons: {} {}", p(all), p(few_question));
    let over = few_question.over_data.as_ref().unwrap();
    assert!(over.pairs.len() == 3 && over.pairs.iter().all(|pair| pair.first == "b" || pair.second == "b"), "{over:?}");
    // One data set alone.
    let runs: Vec<_> =
        runs.into_iter().filter(|run| run.record.settings["data.set.kind"].to_string() == "iris").collect();
    manifest.runs_planned = runs.len() as u64;
    let said = burnmark::report::markdown(
        &manifest,
        &conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())),
    );
    let expected = "At learning rate 0.1, on iris the baseline, b, has a test accuracy of 0.8";
    assert!(
        said.contains(expected)
            && said.contains("; worse are a (by 0.")
            && said.contains("; not told apart from it is c (difference ")
            && said.contains("): chance can explain the difference. "),
        "{said}"
    );
    manifest.judge.baseline = Some("z".to_owned());
    let said = burnmark::report::markdown(
        &manifest,
        &conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default())),
    );
    assert!(said.contains("No compared value is called \\`z\\`"), "{said}");
}

#[test]
fn questions_can_be_chosen() {
    let sweep = Sweep::new(
        EARLY_STOPPING
            .replace("epochs = 100", "epochs = 3")
            .replace("optimizer = { kind = \"adam\", lr = 0.01 }\n", "")
            + "\"regularize.dropout\" = [0.0, 0.2]\noptimizer = [{ kind = \"adam\", lr = 0.01 }, { kind = \"nadam\", lr = 0.01 }]\n",
    );
    let asked = |said: &str| {
        let said = folded(said);
        ["optimizer: ", "early_stopping: ", "dropout: "]
            .map(|question| said.contains(&format!(" {question}At learning rate 0.01, on")))
    };
    let run = |by: &[&str]| sweep.run(&[&["run", "x.toml", "-q", "-o", "r"][..], by].concat()).ended_with(0).stdout;
    assert_eq!(asked(&run(&[])), [true, true, true]);
    assert_eq!(asked(&run(&["--by", "train.early_stopping", "--by", "optimizer"])), [true, true, false]);
    let report = |by: &[&str]| sweep.run(&[&["report", "r"][..], by].concat()).ended_with(0).stdout;
    assert_eq!(asked(&report(&[])), [true, true, false], "the folder keeps what was asked last");
    // The page of one question beside that of all.
    let before = sweep.bytes("r/report.html");
    let listed = report(&["--by", "regularize.dropout", "--out", "pages/dropout"]);
    assert!(listed.contains("pages/dropout/report.html") && sweep.bytes("r/report.html") == before, "{listed}");
    assert!(!String::from_utf8(sweep.bytes("pages/dropout/report.html")).unwrap().contains("early_stopping: "));
    let refused = sweep.run(&["report", "r", "--out", "r"]).ended_with(2).stderr;
    assert!(refused.contains("`r` holds results: expected another folder for the page"), "{refused}");
    let said = report(&["--by", "regularize.dropout"]);
    assert!(
        folded(&said).contains("answer At learning rate 0.01, on diabetes") && said.contains("dropout 0.2"),
        "one question needs no name: {said}"
    );
    let said = sweep.run(&["run", "x.toml", "--by", "model.hidden"]).ended_with(2).stderr;
    assert!(said.contains("`model.hidden` is not swept"), "{said}");
}

/// A run that ends far above its best is never the best setting, whichever state is judged.
#[test]
fn what_blew_up_is_not_chosen() {
    let mut runs = Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0), ("b", 0.0)], 4) }.runs();
    for run in &mut runs {
        if run.record.settings["optimizer.lr"].as_number() == Some(0.1) {
            run.record.curve[1].validation.loss = 0.0;
            run.record.curve.last_mut().unwrap().validation.loss = 1e9;
        }
    }
    let mut manifest = manifest(runs.len() as u64);
    for at in [At::Final, At::Best] {
        manifest.judge.at = at;
        let views = View::all_of(&manifest, &runs, Allowed::default());
        let concluded = conclude(&manifest, &runs, &views);
        let methods = &concluded.questions[0].data[0].methods;
        assert!(methods.iter().all(|method| ["lr 0.01", "lr 1"].contains(&method.setting.as_str())), "{methods:?}");
        assert!(format!("{:?}", concluded.warnings).contains("NotChosen"), "{:?}", concluded.warnings);
    }
}

/// Methods that are right equally often differ by their losses, of which the lower one is better.
#[test]
fn the_loss_can_be_what_is_compared() {
    let mut runs = Fake { data: vec!["iris"], rates: vec![0.1], ..Fake::new(&[("a", 0.0), ("b", 0.1)], 8) }.runs();
    for point in runs.iter_mut().flat_map(|run| &mut run.record.curve) {
        point.test.metric = 0.9;
    }
    let mut manifest = manifest(runs.len() as u64);
    let answer = |manifest: &burnmark::store::Manifest| {
        let concluded = conclude(manifest, &runs, &View::all_of(manifest, &runs, Allowed::default()));
        (burnmark::report::markdown(manifest, &concluded), concluded)
    };
    assert!(answer(&manifest).0.contains("on iris a and b share the highest test accuracy, 0.9000"));
    manifest.judge.outcome = burnmark::record::Compared::Loss;
    let (said, concluded) = answer(&manifest);
    assert!(
        said.contains("on iris b reaches the lowest test loss, 0.") && said.contains("it is better than a (by 0."),
        "{said}"
    );
    let on = &concluded.questions[0].data[0];
    assert!(on.methods[0].mean.unwrap() > 0.0 && on.methods[0].mean < on.methods[1].mean, "losses as they are");
    let sweep = Sweep::new("");
    let mut folder = burnmark::store::Folder::open(&sweep.path("r")).unwrap();
    folder.write(&runs.iter().collect::<Vec<_>>(), manifest).unwrap();
    let compare = ["compare", "r", "--baseline", "optimizer.kind=b", "--fail-on", "regression"];
    let said = sweep.run(&compare).ended_with(1);
    assert!(
        said.stdout.contains("test loss at the end") && said.stderr.contains("worse than optimizer.kind=b: a"),
        "{said:?}"
    );
    assert!(said.stdout.contains(" +0.1") && said.stdout.contains("WORSE"), "a loss that is higher by 0.1: {said:?}");
    let said = sweep.run(&[&compare[..], &["--outcome", "metric"]].concat()).ended_with(0).stdout;
    assert!(said.contains("the same"), "{said}");
    sweep.run(&["report", "r", "--outcome", "f2"]).ended_with(2);
}

#[test]
fn a_gate_without_a_verdict_is_closed() {
    let sweep = Sweep::new("");
    let newer =
        |manifest: &mut burnmark::store::Manifest| "0.2.0".clone_into(&mut manifest.sessions[0].burnmark_version);
    Fake::new(&[("a", 0.0)], 3).write(&sweep.path("few"), |_| ());
    Fake::new(&[("a", -0.3)], 3).write(&sweep.path("worse"), newer);
    let gate = ["compare", "few", "worse", "--fail-on", "regression"];
    let said = sweep.run(&gate).ended_with(1).stderr;
    assert!(said.contains("no verdict in worse: a on iris: 3 seeds in common, at least 7 are needed"), "{said}");
    sweep.run(&[&gate[..], &["--allow-no-verdict"]].concat()).ended_with(0);
    sweep.run(&["compare", "few", "few", "--fail-on", "regression"]).ended_with(0);
    // With a margin it must be shown that nothing is worse by as much.
    Fake::new(&[("a", 0.0)], 12).write(&sweep.path("many"), |_| ());
    Fake { world: 1, ..Fake::new(&[("a", 0.0)], 12) }.write(&sweep.path("again"), newer);
    let gate = ["compare", "many", "again", "--fail-on", "regression"];
    sweep.run(&gate).ended_with(0);
    let said = sweep.run(&[&gate[..], &["--margin", "0.0001"]].concat()).ended_with(1).stderr;
    assert!(said.contains("not shown to be worse by less than 0.0001; no number of seeds"), "{said}");
    sweep.run(&[&gate[..], &["--margin", "0.2"]].concat()).ended_with(0);
    sweep.run(&[&gate[..], &["--margin", "-1"]].concat()).ended_with(2);
}

#[test]
fn slips_in_the_judge_are_shown() {
    let spec = |judge: &str| format!("{EARLY_STOPPING}\n[judge]\n{judge}\n");
    for (judge, says) in [
        ("at = \"final\"", "unknown state `final`"),
        ("outcome = \"f2\"", "unknown outcome `f2`"),
        ("margin = 0", "`judge.margin` is `0.0`"),
        ("mergin = 0.1", "did you mean `margin`?"),
        ("by = [\"regularize.dropout\"]", "`regularize.dropout` is not swept"),
        ("by = [\"seed\"]", "`seed` is no question"),
    ] {
        let said = Sweep::new(spec(judge)).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    let said = Sweep::new(EARLY_STOPPING).run(&["plan", "x.toml", "--set", "judge.at=never"]).ended_with(2).stderr;
    assert!(said.contains("unknown state `never`"), "{said}");
    let protocol = "[protocol]\ncompare = [\"train.early_stopping\"]\ntune = [\"optimizer.lr\"]\nselect = \"best_validation_loss\"\n[judge]\nat = \"end\"\n";
    let text = EARLY_STOPPING.replace("lr = 0.01 }", "lr = 0.01 }\n")
        + "optimizer = [{ kind = \"adam\", lr = [0.01, 0.1] }]\n"
        + protocol;
    let said = Sweep::new(text.replace("optimizer = { kind = \"adam\", lr = 0.01 }\n", ""))
        .run(&["plan", "x.toml"])
        .ended_with(2)
        .stderr;
    assert!(said.contains("is not of the state that is judged, `end`"), "{said}");
}

/// Cases by their own names: one question about the cases, none about the settings that they are made of.
#[test]
fn cases_are_called_by_their_labels() {
    let sweep = Sweep::new(
        r#"
name = "x"
seeds = 8
engine = "reference"
optimizer = { kind = "adam", lr = 0.01 }
data = { set = "iris" }
model = { kind = "mlp", hidden = [8] }
train = { epochs = 3 }
[[sweep.cases]]
label = "plain"
[[sweep.cases]]
label = "strong dropout"
regularize.dropout = 0.5
[[sweep.cases]]
regularize.dropout = 0.2
regularize.weight_decay = 1e-3
"#,
    );
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(plan.contains("between two values of case"), "{plan}");
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    for says in ["plain", "strong dropout", "dropout 0.2, weight_decay 0.001"] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    assert!(!said.contains("weight_decay: "), "{said}");
    let page = text(&sweep, "r/report.html");
    assert!(page.contains("strong dropout"));
    sweep.run(&["verify", "r"]).ended_with(0);
    // A label does not change the identity of a run.
    let renamed = text(&sweep, "x.toml").replace("strong dropout", "half of the units");
    std::fs::write(sweep.path("x.toml"), renamed).unwrap();
    let again = folded(&sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0).stdout);
    assert!(again.contains("half of the units") && !again.contains("strong dropout"), "{again}");
    let wrong = Sweep::new(text(&sweep, "x.toml").replace("label = \"plain\"", "label = 3"));
    let said = wrong.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("a text of one line"), "{said}");
    let doubled = Sweep::new(text(&sweep, "x.toml").replace("label = \"plain\"", "label = \"half of the units\""));
    let said = doubled.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("the label `half of the units` is given twice"), "{said}");
}

fn text(sweep: &Sweep, name: &str) -> String {
    String::from_utf8(sweep.bytes(name)).unwrap()
}
