//! Several questions over the same runs: each is tuned by itself, and shares the second stage with the others.

use crate::protocols::{TUNED, folded};
use crate::support::Sweep;
use burnmark::analysis::{Allowed, View, conclude};
use burnmark::record::Stage;
use burnmark::store::{self, Finished};
use std::collections::BTreeSet;

const FIRST: &str = "compare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\n";

/// Which optimizer, its rate tuned, over both rates of dropout; and which dropout, optimizer and rate tuned.
fn several() -> String {
    let questions = "[[protocol.question]]\ncompare = [\"optimizer\"]\ntune = [\"optimizer.lr\"]\n\
                     [[protocol.question]]\ncompare = [\"regularize.dropout\"]\ntune = [\"optimizer\"]\n";
    assert!(TUNED.contains(FIRST));
    TUNED.replace(FIRST, "").replace("report_seeds = [7, 8, 9]\n", &format!("report_seeds = [7, 8, 9]\n{questions}"))
}

fn report(runs: &[Finished]) -> BTreeSet<String> {
    let of = runs.iter().filter(|run| run.record.stage == Some(Stage::Report));
    of.map(|run| run.record.run.to_string()).collect()
}

#[test]
fn each_question_has_its_own_choice_and_they_share_runs() {
    let sweep = Sweep::new(several());
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    // 4 cells × 2 rates of dropout × 3 seeds, and 4 cells × 3 seeds.
    assert!(plan.contains("32 to tune, then at most 36 of what was chosen"), "{plan}");
    let said = folded(&sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout);
    assert!(said.contains("optimizer: ") && said.contains("dropout: "), "{said}");
    assert!(
        said.contains("Each was tuned over 2 trials of optimizer.lr") && said.contains("over 4 trials of"),
        "{said}"
    );
    let (manifest, runs) = store::read(&sweep.path("r")).unwrap();
    let protocol = manifest.protocol.as_ref().unwrap();
    assert_eq!((protocol.report_runs, protocol.tuning_runs, protocol.further.len()), (36, 32, 1));
    // One question alone has the same choice, and its runs are among these.
    let alone = Sweep::new(TUNED);
    alone.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let (_, first) = store::read(&alone.path("r")).unwrap();
    let (first, all) = (report(&first), report(&runs));
    assert!(first.is_subset(&all) && all.len() < 36, "{} of {}", first.len(), all.len());
    assert_eq!(manifest.runs_planned, 32 + all.len() as u64);
    // Each question sees its own choice alone.
    let views = View::all_of(&manifest, &runs, Allowed::default());
    let counted = |view: &View<'_>| view.compared().iter().map(|c| c.runs.len()).collect::<Vec<_>>();
    assert_eq!(views.iter().map(counted).collect::<Vec<_>>(), [vec![6; 4], vec![3; 4]]);
    let concluded = conclude(&manifest, &runs, &views);
    assert_eq!(concluded.questions.iter().map(|q| q.data[0].methods.len()).collect::<Vec<_>>(), [2, 2]);
    // The folder is whole, and stays as it is.
    sweep.run(&["verify", "r"]).ended_with(0);
    let before = sweep.bytes("r/manifest.json");
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert!(sweep.bytes("r/manifest.json") == before);
    let by = folded(&sweep.run(&["report", "r", "--by", "regularize.dropout"]).ended_with(0).stdout);
    assert!(by.contains("dropout 0.5") && !by.contains("optimizer: "), "{by}");
    let refused = sweep.run(&["report", "r", "--by", "optimizer.lr"]).ended_with(2).stderr;
    assert!(refused.contains("compares `optimizer.kind` or `regularize.dropout`"), "{refused}");
}

#[test]
fn shards_and_interruptions_change_nothing() {
    let sweep = Sweep::new(several());
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    for shard in ["1/2", "2/2"] {
        sweep.run(&["run", "x.toml", "-q", "-o", "s", "--shard", shard]).ended_with(0);
    }
    sweep.run(&["merge", "s"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "s"]).ended_with(0);
    for table in ["runs.parquet", "curves.parquet"] {
        assert!(sweep.bytes(&format!("r/{table}")) == sweep.bytes(&format!("s/{table}")), "{table}");
    }
}

#[test]
fn mistakes_in_questions_are_shown() {
    for (from, to, says) in [
        (
            "[[protocol.question]]\ncompare = [\"opt",
            "compare = [\"optimizer\"]\n[[protocol.question]]\ncompare = [\"opt",
            "`compare` beside `[[protocol.question]]`",
        ),
        ("tune = [\"optimizer\"]\n", "", "nothing is tuned"),
        (
            "tune = [\"optimizer\"]\n",
            "tune = [\"optimizer\"]\nselect = \"final_validation_loss\"\n",
            "unknown key in `[[protocol.question]]` `select`",
        ),
        ("tune = [\"optimizer\"]\n", "tune = [\"optimiser\"]\n", "unknown axis `optimiser`"),
    ] {
        let spec = several();
        assert!(spec.contains(from));
        let said = Sweep::new(spec.replacen(from, to, 1)).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
}
