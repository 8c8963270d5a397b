//! Sweeps in two stages: what is tuned, chosen, run again and tested; what is wrong with a `[protocol]` is said in its place.

use crate::support::{Result, Sweep};
use burnmark::record::Stage;
use burnmark::store::{self, Finished, Manifest};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// 32 runs to tune, then 24 of what was chosen.
pub const TUNED: &str = r#"name = "x"
engine = "reference"
seeds = 2

[data]
set = "iris"

[model]
kind = "mlp"
hidden = [4]

[train]
epochs = 2
batch = 16

[protocol]
compare = ["optimizer"]
tune = ["optimizer.lr"]
report_seeds = [7, 8, 9]

[sweep]
"data.set" = ["iris", "wine"]
optimizer = [{ kind = "adam", lr = [0.01, 0.1] }, { kind = "gradient-descent", lr = [0.1, 1.0] }]
"regularize.dropout" = [0.0, 0.5]
"#;

/// Spoils one part of the good spec; the message must hold all of these.
#[track_caller]
fn spoiled(good: &str, bad: &str, says: &[&str]) {
    assert!(TUNED.contains(good), "{good}");
    let sweep = Sweep::new(TUNED.replacen(good, bad, 1));
    for command in ["run", "plan"] {
        let result = sweep.run(&[command, "x.toml"]).ended_with(2);
        assert_eq!(result.stdout, "");
        for part in says {
            assert!(result.stderr.contains(part), "`{part}` is missing in\n{}", result.stderr);
        }
    }
    assert!(!sweep.path("results").exists(), "a result folder was made");
}

#[track_caller]
fn assert_same_tables(sweep: &Sweep, a: &str, b: &str) {
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("{a}/{table}")) == sweep.bytes(&format!("{b}/{table}")), "{table} of {a} and {b}");
    }
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let tune = "tune = [\"optimizer.lr\"]";
    spoiled(
        tune,
        "tune = [\"optimizer.lrr\"]",
        &[
            "unknown axis `optimizer.lrr`",
            "x.toml:18:9",
            "^^^^^^^^^^^^^^^",
            "did you mean `optimizer.lr`?",
            "`optimizer.kind`, `optimizer.lr`, `regularize.dropout`",
        ],
    );
    spoiled(
        tune,
        "tune = [\"optimizer.lr\", \"optimizer\"]",
        &["`optimizer` is both compared and tuned", "x.toml:18:25", "expected each setting in one list"],
    );
    spoiled(tune, "tune = [\"optimizer.lr\", \"optimizer.lr\"]", &["`optimizer.lr` is given twice", "x.toml:18:25"]);
    spoiled(
        tune,
        "tune = [\"optimizer.lr\", \"annealing\"]",
        &["`annealing` is not swept: it has one value, and cannot be tuned", "x.toml:18:25"],
    );
    spoiled(
        tune,
        "tune = [\"optimizer.lr\", \"optimizer.kind\"]",
        &["nothing of `optimizer` is compared: `optimizer.kind`, `optimizer.lr` have another place", "x.toml:17:12"],
    );
    spoiled(tune, "", &["nothing is tuned", "x.toml:16:1", "without tuning there is no need for a protocol"]);
    spoiled(tune, "tune = []", &["nothing is tuned", "x.toml:18:8"]);
    spoiled(tune, "tune = 3", &["the number 3 where the name of a swept setting", "x.toml:18:8"]);
    spoiled(
        tune,
        "tun = [\"optimizer.lr\"]",
        &["unknown key in `[protocol]` `tun`", "did you mean `tune`?", "1 mistake"],
    );
    spoiled("compare = [\"optimizer\"]", "", &["nothing is compared", "x.toml:16:1"]);
    spoiled("compare = [\"optimizer\"]", "compare = []", &["nothing is compared", "x.toml:17:11"]);
    for list in ["[\"data.set\"]", "[\"data.set.kind\"]"] {
        let says = ["the data set cannot be compared", "each data set has a choice of its own"];
        spoiled("compare = [\"optimizer\"]", &format!("compare = {list}"), &says);
    }
    spoiled(tune, "tune = [\"optimizer.lr\", \"seeds\"]", &["`seeds` cannot be tuned", "a mean over seeds"]);
    spoiled(
        tune,
        "tune = [\"optimizer.lr\", \"train.reduction\"]",
        &["`train.reduction` is not swept: it has one value, and cannot be tuned"],
    );
    spoiled(
        tune,
        "tune = [\"optimizer.lr\"]\naverage = []",
        &["`regularize.dropout` is swept, and neither compared, tuned nor averaged over", "x.toml:19:11"],
    );
    spoiled(
        "report_seeds = [7, 8, 9]",
        "report_seeds = [1, 7, 0]",
        &[
            "seeds 1, 0 of the report are in `seeds` too, on which settings are tuned",
            "x.toml:19:16",
            "^^^^^^^^^",
            "`report_seeds = 3`",
        ],
    );
    spoiled("report_seeds = [7, 8, 9]", "report_seeds = [7, 7]", &["a seed is given twice", "x.toml:19:16"]);
    spoiled(
        tune,
        "tune = [\"optimizer.lr\"]\nselect = \"best_test_loss\"",
        &["unknown criterion `best_test_loss`", "`best_validation_loss`", "the test part is for the report only"],
    );
    spoiled(
        tune,
        "tune = [\"optimizer.lr\"]\nselect = \"final_validation_los\"",
        &["did you mean `final_validation_loss`?"],
    );
    spoiled("[protocol]", "[protocl]", &["unknown key `protocl`", "did you mean `protocol`?"]);
}

#[test]
fn mistakes_of_seeds_and_grids() {
    let largest = TUNED.replace("seeds = 2", "seeds = [9223372036854775806]").replace("[7, 8, 9]", "3");
    let said = Sweep::new(largest).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("there are not so many seeds above 9223372036854775806"), "{said}");
    // Momentum 0.5 is tried at one rate only, so that the trials are means over different things.
    let momentum = "{ kind = \"momentum\", lr = [0.1, 1.0], mu = 0.9 }, { kind = \"momentum\", lr = 0.1, mu = 0.5 }";
    let ragged = TUNED.replace("{ kind = \"gradient-descent\", lr = [0.1, 1.0] }", momentum);
    let ragged = ragged.replace("[\"optimizer\"]", "[\"optimizer.kind\"]");
    let said = Sweep::new(ragged).run(&["plan", "x.toml"]).ended_with(2).stderr;
    let says = "the trials of momentum on iris are not averaged over the same values of `optimizer.mu`\n";
    assert!(said.contains(says) && said.contains("x.toml:16:1"), "{said}");
    // All mistakes of a file at once, and none that follows from another.
    let several = TUNED.replace("\"optimizer.lr\"", "\"optimizer.l\"").replace("batch", "bach").replace("[7,", "[0,");
    let said = Sweep::new(several).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.ends_with("3 mistakes found, nothing was run\n"), "{said}");
    let follows = TUNED.replace("lr = [0.01, 0.1]", "lr = [-1, 0.1]");
    let said = Sweep::new(follows).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.ends_with("1 mistake found, nothing was run\n"), "{said}");
    // An override that takes a tuned axis away is told at the name; report seeds have one of their own.
    let sweep = Sweep::new(TUNED);
    let said = sweep.run(&["plan", "x.toml", "--set", "optimizer.lr=0.1"]).ended_with(2).stderr;
    assert!(said.contains("`optimizer.lr` is not swept") && said.contains("x.toml:18:9"), "{said}");
    let plan = sweep.run(&["plan", "x.toml", "--set", "protocol.report_seeds=5"]).ended_with(0).stdout;
    assert!(plan.contains("72: 32 to tune, then 40 of what was chosen"), "{plan}");
    let said = sweep.run(&["plan", "x.toml", "--set", "protocol.report_seeds=[1, 2]"]).ended_with(2).stderr;
    assert!(said.contains("--set protocol.report_seeds=[1, 2]:1:1") && said.contains("seed 1 of the report"), "{said}");
}

/// What one reads before and after.
#[test]
fn both_stages_are_told() {
    let sweep = Sweep::new(TUNED);
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    for says in [
        "compared  optimizer.kind",
        "tuned     optimizer.lr, by the validation loss after the last epoch on seeds 0, 1",
        "averaged  regularize.dropout",
        "tested    what is chosen, on seeds 7, 8, 9",
        "adam              2",
        "56: 32 to tune, then 24 of what was chosen",
    ] {
        assert!(plan.contains(says), "`{says}` is missing in\n{plan}");
    }
    let run = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0);
    let says = "tuning is done, 4 settings chosen; on 3 report seeds: 24 runs";
    assert!(run.stderr.contains(says), "{}", run.stderr);
    for says in [
        "iris: each at the setting that tuning chose, 3 report seeds",
        "compared  optimizer.kind",
        "trials    2 each",
        "averaged  regularize.dropout",
        "tested    what is chosen, on seeds 7, 8, 9",
        "Not tuned: on iris and wine the best learning rate of adam",
    ] {
        assert!(run.stdout.contains(says), "`{says}` is missing in\n{}", run.stdout);
    }
    let says = "Each was tuned over 2 trials of optimizer.lr on 2 seeds by the validation loss after the last epoch; what was \
                chosen was tested on 3 other seeds.";
    assert!(folded(&run.stdout).contains(says), "{}", run.stdout);
    let shown = sweep.run(&["show", "r"]).ended_with(0).stdout;
    assert!(shown.contains("tested    what is chosen, on seeds 7, 8, 9") && shown.contains("56 of 56"), "{shown}");
    let page = String::from_utf8(sweep.bytes("r/report.html")).unwrap();
    assert!(page.contains("The ranking is of the <a ") && page.contains("<dt>averaged</dt>"));
    assert!(page.contains("{\"name\":\"stage\",\"words\":[\"report\",\"tuning\"]"), "the best settings come first");
    let markdown = sweep.run(&["report", "r", "--markdown"]).ended_with(0).stdout;
    assert!(markdown.contains("- tested: what is chosen, on seeds 7, 8, 9"), "{markdown}");
    let by = sweep.run(&["report", "r", "--by", "annealing.kind"]).ended_with(2).stderr;
    assert!(by.contains("the protocol of these results compares `optimizer.kind`; leave `--by` out"), "{by}");
}

/// The settings of a run that belongs to a data set, an optimizer and a rate.
pub fn trial(run: &Finished) -> [String; 3] {
    ["data.set.kind", "optimizer.kind", "optimizer.lr"].map(|name| run.record.settings[name].to_string())
}

/// What is chosen is what has the lowest mean of the best validation losses, worked out here by itself; the test part has no
/// say; each choice runs on each report seed with each value of what is averaged over.
#[test]
fn the_choice_is_that_of_the_validation_part() {
    let sweep = Sweep::new(TUNED);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let (manifest, runs) = store::read(&sweep.path("r")).unwrap();
    let protocol = manifest.protocol.unwrap();
    assert_eq!((manifest.runs_planned, runs.len(), protocol.report_runs), (56, 56, 24));
    let (tuning, report): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.record.stage == Some(Stage::Tuning));
    assert!(runs[..32].iter().all(|run| run.record.stage == Some(Stage::Tuning)), "in the order of the plan");
    let mut losses: BTreeMap<[String; 3], Vec<f64>> = BTreeMap::new();
    for run in tuning {
        let least = run.record.curve.iter().map(|point| point.validation.loss).fold(f64::INFINITY, f64::min);
        losses.entry(trial(run)).or_default().push(least);
    }
    let mut chosen: BTreeMap<[String; 2], (f64, String)> = BTreeMap::new();
    for ([data, method, rate], losses) in losses {
        assert_eq!(losses.len(), 4, "two seeds, two rates of dropout");
        let mean = losses.iter().sum::<f64>() / 4.0;
        let best = chosen.entry([data, method]).or_insert((f64::INFINITY, String::new()));
        if mean < best.0 {
            *best = (mean, rate);
        }
    }
    let mut seen = BTreeSet::new();
    for run in report {
        let [data, method, rate] = trial(run);
        assert_eq!(rate, chosen[&[data.clone(), method.clone()]].1, "{method} on {data}");
        let seed = run.record.seed().unwrap();
        assert!([7, 8, 9].contains(&seed));
        seen.insert((data, method, seed, run.record.settings["regularize.dropout"].to_string()));
    }
    assert_eq!(seen.len(), 24);
}

/// Another criterion is another choice: after the last epoch a high rate has lost what it had.
#[test]
fn the_criterion_is_what_the_spec_says() {
    let spec = TUNED.replace("tune =", "select = \"final_validation_metric\"\ntune =");
    let sweep = Sweep::new(spec);
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout;
    assert!(
        folded(&ran).contains("by the validation metric after the last epoch") && ran.contains("final epoch"),
        "{ran}"
    );
    let (manifest, runs) = store::read(&sweep.path("r")).unwrap();
    assert_eq!(manifest.protocol.unwrap().select.name(), "final_validation_metric");
    let mut metrics: BTreeMap<[String; 3], f64> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.record.stage == Some(Stage::Tuning)) {
        *metrics.entry(trial(run)).or_default() += run.record.curve.last().unwrap().validation.metric;
    }
    for run in runs.iter().filter(|run| run.record.stage == Some(Stage::Report)) {
        let [data, method, _] = trial(run);
        let most = metrics.iter().filter(|([d, m, _], _)| *d == data && *m == method).map(|(_, sum)| *sum);
        assert_eq!(metrics[&trial(run)], most.fold(0.0, f64::max), "{method} on {data}");
    }
}

/// The same bytes for any number of workers, and when a sweep is stopped or killed in either stage.
#[cfg(target_os = "linux")]
#[test]
fn results_do_not_depend_on_workers_or_interruptions() {
    let sweep = Sweep::new(TUNED.replace("epochs = 2", "epochs = 60"));
    sweep.run(&["run", "x.toml", "-q", "-j", "1", "-o", "one"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-j", "3", "-o", "three"]).ended_with(0);
    assert_same_tables(&sweep, "one", "three");
    for (name, runs) in [("-TERM", 5), ("-KILL", 5), ("-TERM", 40), ("-KILL", 40)] {
        let folder = format!("{}{runs}", &name[1..]);
        let child = sweep.spawn(&["run", "x.toml", "-q", "-j", "2", "-o", &folder]);
        let journal = sweep.path(&format!("{folder}/journal.jsonl"));
        while fs::read_to_string(&journal).unwrap_or_default().matches('\n').count() < runs {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        std::process::Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
        let ended = Result::of(child.wait_with_output().unwrap());
        assert_ne!(ended.code, Some(0), "it was over before it could be stopped");
        if name == "-TERM" {
            assert!(ended.stderr.contains("of 56 runs done and kept in"), "{}", ended.stderr);
            let verified = sweep.run(&["verify", &folder, "-q", "--sample", "3"]).ended_with(0).stdout;
            assert!(verified.contains("of 56 runs still to do"), "{verified}");
            sweep.run(&["report", &folder]).ended_with(0);
        }
        let again = sweep.run(&["run", "x.toml", "-o", &folder]).ended_with(0);
        assert!(again.stderr.contains("done already: ") && again.stderr.contains(" of 56 runs"), "{}", again.stderr);
        assert_same_tables(&sweep, "one", &folder);
        assert!(!sweep.path(&format!("{folder}/orphans")).exists());
    }
    let before = sweep.bytes("one/manifest.json");
    let again = sweep.run(&["run", "x.toml", "-o", "one"]).ended_with(0).stderr;
    assert!(again.contains("done already: 56 of 56 runs"), "{again}");
    assert!(before == sweep.bytes("one/manifest.json"), "nothing to do changes nothing");
}

#[test]
fn both_stages_are_verified_and_shown() {
    let sweep = Sweep::new(TUNED);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let verified = sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  56\n"), "{verified}");
    let (manifest, mut runs) = store::read(&sweep.path("r")).unwrap();
    let shown = sweep.run(&["show", "r", &runs[40].record.run.to_string()]).ended_with(0).stdout;
    assert!(shown.contains("stage                     report\n"), "{shown}");
    let alone = sweep.run(&["show", "r", &runs[40].record.run.to_string(), "--spec"]).ended_with(0).stdout;
    fs::write(sweep.path("alone.toml"), alone).unwrap();
    sweep.run(&["run", "alone.toml", "-q", "-o", "alone"]).ended_with(0);
    let (_, one) = store::read(&sweep.path("alone")).unwrap();
    assert_eq!((&one[0].record.run, one[0].record.stage), (&runs[40].record.run, None));
    assert_eq!(one[0].record.curve, runs[40].record.curve);
    // A choice that the first stage does not lead to: the other trial stands in the second.
    let [data, method, rate] = trial(&runs[32]);
    let other = runs.iter().find(|run| trial(run)[..2] == [data.clone(), method.clone()] && trial(run)[2] != rate);
    let other = other.unwrap().record.settings["optimizer.lr"].to_string();
    let spec = TUNED.replace("seeds = 2", "seeds = [7]").replace("[7, 8, 9]", "[0]");
    fs::write(sweep.path("other.toml"), spec).unwrap();
    sweep.run(&["run", "other.toml", "-q", "-o", "other"]).ended_with(0);
    let (_, others) = store::read(&sweep.path("other")).unwrap();
    let wrong = others.into_iter().find(|run| {
        trial(run) == [data.clone(), method.clone(), other.clone()]
            && run.record.seed() == Some(7)
            && run.record.settings["regularize.dropout"] == runs[32].record.settings["regularize.dropout"]
    });
    runs[32] = wrong.unwrap();
    runs[32].record.stage = Some(Stage::Report);
    let mut folder = store::Folder::open(&sweep.path("wrong")).unwrap();
    folder.write(&runs.iter().collect::<Vec<_>>(), Manifest { table_digests: BTreeMap::new(), ..manifest }).unwrap();
    drop(folder);
    let found = sweep.run(&["verify", "wrong", "-q"]).ended_with(1).stdout;
    assert!(found.contains("missing rows") && found.contains("foreign rows"), "{found}");
}

#[test]
fn shards_are_of_the_first_stage() {
    let sweep = Sweep::new(TUNED);
    sweep.run(&["run", "x.toml", "-q", "-o", "whole"]).ended_with(0);
    for shard in ["1/3", "2/3", "3/3"] {
        let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r", "--shard", shard]).ended_with(0).stdout;
        assert!(ran.contains("when all 3 are there\n  burnmark merge r\n"), "{ran}");
        let folder = format!("r/shards/{}", shard.replace('/', "-of-"));
        let ran = sweep.run(&["report", &folder]).ended_with(0).stdout;
        assert!(folded(&ran).contains("The setting of each optimizer is not chosen"), "{ran}");
        let shard = shard.replace('/', " of ");
        assert!(folded(&ran).contains(&format!("These are the runs of shard {shard} only")), "{ran}");
        assert!(!ran.contains("Not tuned"), "of a third of the trials' runs nothing can be said: {ran}");
    }
    sweep.run(&["verify", "r/shards/2-of-3", "-q", "--sample", "3"]).ended_with(0);
    let merged = sweep.run(&["merge", "r"]).ended_with(0);
    assert!(merged.stderr.contains("does the 24 runs of what it chooses"), "{}", merged.stderr);
    assert!(merged.stdout.contains("Nothing is compared before that."), "{}", merged.stdout);
    assert!(merged.stdout.contains("Not tuned: on iris and wine"), "known before the second stage: {}", merged.stdout);
    let verified = sweep.run(&["verify", "r", "-q", "--sample", "3"]).ended_with(0).stdout;
    assert!(verified.contains("24 of 56 runs still to do"), "{verified}");
    sweep.run(&["merge", "r"]).ended_with(0);
    let rest = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0);
    assert!(rest.stderr.contains("done already: 32 of 56 runs"), "{}", rest.stderr);
    assert_same_tables(&sweep, "whole", "r");
    let again = sweep.run(&["merge", "r"]).ended_with(2).stderr;
    assert!(again.contains("`r` holds these shards merged, and runs of the second stage"), "{again}");
    let other = ["run", "x.toml", "-q", "-o", "o", "--shard", "2/3", "--set", "protocol.report_seeds=4"];
    sweep.run(&other).ended_with(0);
    let folders = ["merge", "new", "r/shards/1-of-3", "o/shards/2-of-3", "r/shards/3-of-3"];
    let said = sweep.run(&folders).ended_with(2).stderr;
    assert!(said.contains("`o/shards/2-of-3` has another protocol or judge than `r/shards/1-of-3`"), "{said}");
}

/// A grid that goes on where it was not tuned: what was tried stays, a choice that changes leaves, one that does not stays.
#[test]
fn a_grid_that_is_extended_keeps_what_it_can() {
    let sweep = Sweep::new(TUNED);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let extended =
        TUNED.replace("lr = [0.01, 0.1]", "lr = [0.01, 0.1, 1.0]").replace("[0.1, 1.0] }]", "[0.01, 0.1, 1.0] }]");
    fs::write(sweep.path("y.toml"), extended).unwrap();
    sweep.run(&["run", "y.toml", "-q", "-o", "fresh"]).ended_with(0);
    let changed = sweep.run(&["run", "y.toml", "-o", "r"]).ended_with(0).stderr;
    assert!(changed.contains("32 kept, 24 moved to `r/orphans/1`"), "{changed}");
    assert!(changed.contains("had been orphans"), "{changed}");
    assert_same_tables(&sweep, "fresh", "r");
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    sweep.run(&["verify", "r/orphans/1", "-q"]).ended_with(0);
    // Runs on the report's seeds without those that chose them: nothing is concluded.
    let said = sweep.run(&["report", "r/orphans/1"]).ended_with(0).stdout;
    assert!(said.contains("is not chosen: runs of the tuning are missing here. So nothing is compared."), "{said}");
}

/// Without the protocol the runs are what they always were, and the tables too.
#[test]
fn a_protocol_changes_no_run() {
    let sweep = Sweep::new(TUNED);
    let start = TUNED.find("[protocol]").unwrap();
    let end = TUNED.find("[sweep]").unwrap();
    fs::write(sweep.path("plain.toml"), format!("{}{}", &TUNED[..start], &TUNED[end..])).unwrap();
    sweep.run(&["run", "plain.toml", "-q", "-o", "plain"]).ended_with(0);
    sweep.run(&["run", "plain.toml", "-q", "-o", "r"]).ended_with(0);
    let staged = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0).stderr;
    assert!(staged.contains("done already: 32 of 56 runs"), "{staged}");
    sweep.run(&["run", "x.toml", "-q", "-o", "staged"]).ended_with(0);
    assert_same_tables(&sweep, "staged", "r");
    let back = sweep.run(&["run", "plain.toml", "-o", "r"]).ended_with(0).stderr;
    assert!(back.contains("32 kept, 24 moved to "), "{back}");
    assert_same_tables(&sweep, "plain", "r");
    assert!(store::read(&sweep.path("r")).unwrap().1.iter().all(|run| run.record.stage.is_none()));
}

#[test]
fn a_tuning_run_without_a_result_keeps_the_choice_waiting() {
    let endless = TUNED
        .replace("epochs = 2", "epochs = 2\nevaluate_every = 1000000000")
        .replace("\"regularize.dropout\" = [0.0, 0.5]", "\"train.epochs\" = [2, 1000000000]")
        .replace("[\"iris\", \"wine\"]", "[\"iris\"]")
        .replace("lr = [0.01, 0.1]", "lr = [0.01]");
    let spec =
        endless.replace("seeds = 2", "seeds = 1").replace(", { kind = \"gradient-descent\", lr = [0.1, 1.0] }", "");
    let spec = spec.replace("optimizer = [", "annealing = [\"constant\", \"cosine\"]\noptimizer = [");
    let spec = spec.replace("[\"optimizer\"]", "[\"annealing\"]").replace("\"optimizer.lr\"", "\"train.epochs\"");
    let sweep = Sweep::new(spec);
    let ran = sweep.run(&["run", "x.toml", "-q", "-j", "2", "-o", "r", "--limit-seconds", "1"]).ended_with(1);
    for says in [
        "2 tuning runs failed; the next `run` tries again",
        "it took longer than its limit",
        "nothing is chosen before",
    ] {
        assert!(ran.stderr.contains(says), "`{says}` is missing in\n{}", ran.stderr);
    }
    assert_eq!(store::read(&sweep.path("r")).unwrap().1.len(), 4);
}

/// A text whose line ends are spaces.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
