//! Conclusions and comparisons: what is not there is not found, what is planted is, and each change is named.

use crate::fakes::{Fake, manifest};
use crate::support::{SMALL, Sweep};
use burnmark::analysis::{self, Allowed, Conclusions, OPTIMIZER, Verdict, View};
use burnmark::store::{Finished, Folder};

/// The conclusions of runs without a protocol, of so many that were planned.
fn conclude(planned: usize, runs: &[Finished]) -> Conclusions {
    let manifest = manifest(planned as u64);
    analysis::conclude(&manifest, runs, &[View::of(&manifest, runs, OPTIMIZER, Allowed::default())])
}

/// The conclusions from a made-up sweep of 3 methods × 4 data sets × 3 rates × 10 seeds, one world after the other.
fn worlds(methods: &[(&'static str, f64)]) -> impl Iterator<Item = Conclusions> {
    (0..100).map(|world| {
        let data = vec!["iris", "wine", "digits", "diabetes"];
        let runs = Fake { data, world, ..Fake::new(methods, 10) }.runs();
        conclude(runs.len(), &runs)
    })
}

/// Every verdict between two methods, as (first, second, what the first is).
pub fn verdicts(conclusions: &Conclusions) -> impl Iterator<Item = (&str, &str, Verdict)> {
    conclusions.questions[0].data.iter().flat_map(|on| {
        on.pairs.iter().map(|(i, j, p)| (on.methods[*i].method.as_str(), on.methods[*j].method.as_str(), p.verdict))
    })
}

/// Neither between two methods on a data set nor over data sets.
#[test]
fn no_difference_yields_no_verdict() {
    let wrong = worlds(&[("a", 0.0), ("b", 0.0), ("c", 0.0)]).filter(|conclusions| {
        conclusions.questions[0].over_data.as_ref().unwrap().found()
            || verdicts(conclusions).any(|(_, _, verdict)| matches!(verdict, Verdict::Better | Verdict::Worse))
    });
    let wrong = wrong.count();
    assert!(wrong <= 5, "{wrong} of 100");
}

#[test]
fn a_planted_difference_is_found() {
    // Three and a half times the deviation of a paired difference, as far as ten splits of the same rows can tell: 0.05 beside
    // √2 · 0.01.
    let (mut on_data, mut over_data) = (0, 0);
    for conclusions in worlds(&[("a", 0.0), ("b", 0.05), ("c", 0.0)]) {
        let found: Vec<_> = verdicts(&conclusions).filter(|(_, _, verdict)| *verdict == Verdict::Better).collect();
        on_data += usize::from(found.iter().any(|(first, _, _)| *first == "b"));
        let over = conclusions.questions[0].over_data.clone().unwrap();
        over_data += usize::from(over.found() && over.ranks[0].0 == "b");
    }
    assert!(on_data >= 95, "{on_data} of 100");
    // Four data sets: the ranks of a and c are chance, which leaves b's 1.00 short of significance more often than not.
    assert!(over_data > 5, "{over_data} of 100");
}

/// Of two methods Wilcoxon's test tells over data sets: 6 of them at least. With six seeds and so many pairs none of them can have a
/// verdict on a single data set, so this test has the whole level.
#[test]
fn two_methods_over_data_sets() {
    let data = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    for (sets, found) in [(5, false), (6, true)] {
        let runs = Fake { data: data[..sets].to_vec(), ..Fake::new(&[("a", 0.0), ("b", 0.1)], 6) }.runs();
        let over = conclude(runs.len(), &runs).questions[0].over_data.clone().unwrap();
        assert_eq!((over.found(), over.ranks[0].0.as_str()), (found, "b"), "{sets}");
        assert_eq!(over.behind_best(), if found { vec!["a"] } else { vec![] });
    }
}

/// What a wrong learning rate costs, diverged rates as the worst.
#[test]
fn rankings_tell_how_much_depends_on_the_rate() {
    let mut fake = Fake::new(&[("a", 0.0)], 6);
    fake.diverges_from = 1.0;
    let runs = fake.runs();
    let conclusions = conclude(runs.len(), &runs);
    let rate = conclusions.questions[0].data[0].methods[0].to_rate.unwrap();
    // The two rates that train differ by chance only, and so does the diverged one, as the worse of them, from the best.
    assert!(rate.regret >= 0.0 && rate.regret < 0.02, "{rate:?}");
    assert!([0.01, 0.1].contains(&rate.best_at), "{rate:?}");
}

#[test]
fn warnings_name_what_stands_in_the_way() {
    let mut fake = Fake::new(&[("a", 0.0), ("b", 0.0)], 3);
    fake.diverges_from = 0.05;
    let runs = fake.runs();
    let found = conclude(99, &runs);
    let text = format!("{:?}", found.warnings);
    for part in [
        "Unfinished { planned: 99, finished: 36 }",
        "TooFewSeeds { seeds: 3, needed: 7, comparisons: 2, of: 2 }",
        "NotChosen { methods: [(\"a\"",
    ] {
        assert!(text.contains(part), "`{part}` is missing in {text}");
    }
    // The only rate that trains is the least: the grid has to go on below, by the same factor.
    assert!(text.contains("NotTuned { data: [\"iris\", \"wine\"], method: \"a\", edge: Edge { setting: \"optimizer.lr\", value: 0.01, next: [0.001"), "{text}");
    fake.diverges_from = 0.0;
    let found = conclude(36, &fake.runs());
    assert!(
        format!("{:?}", found.warnings).contains("NothingTrained { data: \"wine\", method: \"b\", unsolved: None }")
    );
    assert!(found.questions[0].data.iter().all(|on| on.methods.iter().all(|method| method.mean.is_none())));
}

/// A folder with and one without what `change` does to methods and manifest.
fn two(change: impl FnOnce(&mut Fake), in_manifest: impl FnOnce(&mut burnmark::store::Manifest)) -> Sweep {
    let sweep = Sweep::new("");
    let mut fake = Fake::new(&[("a", 0.0), ("b", 0.0)], 8);
    fake.write(&sweep.path("before"), |_| ());
    change(&mut fake);
    fake.write(&sweep.path("after"), in_manifest);
    sweep
}

/// A reason for other bits.
fn newer(manifest: &mut burnmark::store::Manifest) {
    "0.2.0".clone_into(&mut manifest.sessions[0].burnmark_version);
}

#[test]
fn a_regression_ends_with_1_where_asked() {
    let sweep = two(|fake| fake.methods[1].1 = -0.1, newer);
    let plain = sweep.run(&["compare", "before", "after"]).ended_with(0);
    assert!(plain.stdout.contains("48  different, because of other versions of burnmark"), "{}", plain.stdout);
    assert!(plain.stdout.contains("WORSE"), "{}", plain.stdout);
    let asked = sweep.run(&["compare", "before", "after", "--fail-on", "regression"]).ended_with(1);
    assert_eq!(asked.stdout, plain.stdout);
    assert!(asked.stderr.contains("regression in after: b on iris"), "{}", asked.stderr);
    assert!(!asked.stderr.contains("a on"), "{}", asked.stderr);
    // The other way round it is an improvement.
    sweep.run(&["compare", "after", "before", "--fail-on", "regression"]).ended_with(0);
}

#[test]
fn what_no_longer_trains_is_a_regression() {
    let sweep = two(|fake| fake.diverges_from = 0.0, newer);
    let asked = sweep.run(&["compare", "before", "after", "--fail-on", "regression"]).ended_with(1);
    assert!(asked.stdout.contains("done before, diverged now"), "{}", asked.stdout);
    assert!(asked.stdout.contains("8 of 8 seeds without a result"), "{}", asked.stdout);
}

#[test]
fn changes_without_a_reason_end_with_1() {
    let sweep = two(|fake| fake.methods[1].1 = 0.001, |_| ());
    let found = sweep.run(&["compare", "before", "after"]).ended_with(1);
    assert!(found.stderr.contains("48 runs: other bits, and nothing that is recorded explains it"), "{}", found.stderr);
    assert!(found.stdout.contains("48  identical bit for bit"), "{}", found.stdout);
}

/// Its digests of data have another form, which says nothing of the figures.
#[test]
fn another_numerics_version_is_the_reason_before_other_data() {
    let sweep = Sweep::new("");
    let mut runs = Fake::new(&[("a", 0.0), ("b", 0.0)], 8).runs();
    for (version, digest) in [(2, "one"), (3, "other")] {
        for run in &mut runs {
            (run.record.numerics_version, run.record.data_digest) = (version, digest.to_owned());
            run.record.curve.iter_mut().for_each(|point| point.test.loss += 1.0);
        }
        let mut manifest = manifest(runs.len() as u64);
        manifest.numerics_version = version;
        manifest.data_digests.insert("iris".to_owned(), digest.to_owned());
        let folder = sweep.path(&format!("v{version}"));
        Folder::open(&folder).unwrap().write(&runs.iter().collect::<Vec<_>>(), manifest).unwrap();
    }
    let found = sweep.run(&["compare", "v2", "v3"]).ended_with(0).stdout;
    assert!(found.contains("96  different, because of another numerics version"), "{found}");
    assert!(!found.contains("data digests"), "{found}");
}

/// It explains the runs that use it, and no others.
#[test]
fn another_revision_is_a_reason() {
    let raised = |manifest: &mut burnmark::store::Manifest| {
        manifest.revisions.get_mut("optimizer.kind").unwrap().insert("b".to_owned(), 2);
    };
    let found = two(|fake| fake.methods[1].1 = 0.001, raised).run(&["compare", "before", "after"]).ended_with(0);
    let says = "48  different, because of another revision of what the run uses";
    assert!(found.stdout.contains(says) && found.stdout.contains("revisions"), "{}", found.stdout);
    let found = two(|fake| fake.methods[0].1 = 0.001, raised).run(&["compare", "before", "after"]).ended_with(1);
    assert!(found.stderr.contains("48 runs: other bits, and nothing that is recorded explains it"), "{}", found.stderr);
}

#[test]
fn comparisons_are_tables_for_programs_too() {
    let sweep =
        two(|fake| fake.rates.push(2.0), |manifest| manifest.sessions[0].program_commit = Some("abc".to_owned()));
    let json = sweep.run(&["compare", "before", "after", "before", "--json"]).ended_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], "burnmark.compare.1");
    let json = &json["comparisons"];
    assert_eq!(json.as_array().unwrap().len(), 2, "two others");
    assert_eq!(json[0]["values"][0]["setting"], "optimizer.lr");
    assert_eq!(json[0]["values"][0]["only_second"], serde_json::json!(["2"]));
    assert_eq!(json[0]["provenance"][0]["second"], "abc");
    assert_eq!(json[1]["identical"], 96);
    assert_eq!(json[1]["standings"][0]["paired"]["verdict"], "same");
    let csv = sweep.run(&["compare", "before", "after", "--csv"]).ended_with(0).stdout;
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(rows.headers().unwrap().len(), 16);
    assert_eq!(rows.records().map(Result::unwrap).count(), 4, "two methods on two data sets");
}

#[test]
fn a_baseline_within_one_folder() {
    let sweep = two(|fake| fake.methods[1].1 = 0.1, |_| ());
    let found = sweep.run(&["compare", "after", "--baseline", "optimizer.kind=a"]).ended_with(0).stdout;
    assert!(
        found.contains("test metric at the end of training against optimizer.kind=a") && found.contains("better"),
        "{found}"
    );
    sweep.run(&["compare", "after", "--baseline", "optimizer.kind=b", "--fail-on", "regression"]).ended_with(1);
    for (wrong, says) in [
        (&["compare", "after"][..], "give two result folders or more"),
        (&["compare", "after", "before", "--baseline", "a=b"], "within one folder"),
        (&["compare", "after", "--baseline", "optimizer.mu=0.9"], "no run has a setting `optimizer.mu`"),
        (&["compare", "after", "--baseline", "optimizer.kind=c"], "there are `a`, `b`"),
        (&["compare", "after", "--baseline", "model.hidden=8"], "every run has `model.hidden` = `8`"),
        (&["compare", "after", "nothing"], "no results in `nothing`"),
    ] {
        let failed = sweep.run(wrong).ended_with(2);
        assert!(failed.stderr.contains(says), "{}", failed.stderr);
    }
}

/// Times tell nothing unless both were taken alone.
#[test]
fn speed_is_judged_only_where_it_was_taken_alone() {
    let sweep = two(|_| (), |_| ());
    let alone = sweep.run(&["compare", "before", "after"]).ended_with(0).stdout;
    assert!(alone.contains("time per training step, runs that both have"), "{alone}");
    let sweep = two(|_| (), |manifest| manifest.sessions[0].workers = 2);
    let crowded = sweep.run(&["compare", "before", "after"]).ended_with(0).stdout;
    assert!(crowded.contains("not to be compared: taken with 2 workers; use `--jobs 1` on both sides"), "{crowded}");
}

/// A run's share of the time of several says nothing of how fast it is.
#[test]
fn the_speed_of_runs_trained_together_is_not_judged() {
    let sweep = two(|_| (), |_| ());
    let share = Fake { runs_together: 8, ..Fake::new(&[("a", 0.0), ("b", 0.0)], 8) };
    share.write(&sweep.path("shared"), |_| ());
    let compared = sweep.run(&["compare", "before", "shared", "--fail-on", "slowdown"]).ended_with(0).stdout;
    let why = "not to be compared: taken of several runs together; use `--gangs off` on both sides";
    assert!(compared.contains(why) && compared.contains("not comparable"), "{compared}");
    share.write(&sweep.path("crowded"), |manifest| manifest.sessions[0].workers = 2);
    let compared = sweep.run(&["compare", "before", "crowded"]).ended_with(0).stdout;
    let why = "taken with 2 workers, and of several runs together; use `--jobs 1 --gangs off` on both sides";
    assert!(compared.contains(why), "{compared}");
    let run = share.runs()[0].record.run.to_string();
    let shown = sweep.run(&["show", "shared", &run]).ended_with(0).stdout;
    assert!(shown.contains("an equal share of the time of 8 runs trained together"), "{shown}");
}

/// The engines give other bits for a known reason.
#[test]
fn another_engine_is_a_reason() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "a"]).ended_with(0);
    sweep.run(&["run", "x.toml", "-q", "-o", "b", "--engine", "reference"]).ended_with(0);
    let compared = sweep.run(&["compare", "a", "b"]).ended_with(0).stdout;
    assert!(compared.contains("different, because of another engine"), "{compared}");
    assert!(compared.contains("no verdict: too few seeds"), "{compared}");
}

/// A gate that has nothing to look at does not let through.
#[test]
fn what_is_gone_is_told_and_fails_where_asked() {
    let sweep = two(|fake| fake.methods = vec![("a", 0.0)], newer);
    sweep.run(&["compare", "before", "after"]).ended_with(0);
    let asked = sweep.run(&["compare", "before", "after", "--fail-on", "regression"]).ended_with(1).stderr;
    assert!(asked.contains("no result in after: b on iris") && !asked.contains("a on"), "{asked}");
    let sweep = two(|fake| fake.methods = vec![("c", 0.0)], newer);
    let said = sweep.run(&["compare", "before", "after"]).ended_with(0).stderr;
    assert!(said.contains("nothing in `after` can be compared with `before`"), "{said}");
}

#[test]
fn seeds_of_one_side_are_counted() {
    let sweep = two(|fake| fake.seeds = 6, newer);
    let said = sweep.run(&["compare", "before", "after"]).ended_with(0).stdout;
    assert!(said.contains("without 2 seeds of one side only"), "{said}");
    let csv = sweep.run(&["compare", "before", "after", "--csv"]).ended_with(0).stdout;
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let column = lines.next().unwrap().iter().position(|name| *name == "unpaired").unwrap();
    assert!(lines.all(|line| line[column] == "2"), "{csv}");
}

#[test]
fn seeds_are_no_methods() {
    let sweep = two(|_| (), |_| ());
    for command in [["report", "before", "--by", "seed"], ["compare", "before", "--baseline", "seed=1"]] {
        let said = sweep.run(&command).ended_with(2).stderr;
        assert!(said.contains("seeds cannot be compared"), "{said}");
    }
}

/// Runs that took too long have no result, and so none that differs.
#[test]
fn what_has_no_result_does_not_differ() {
    let sweep = Sweep::new("");
    let fake = Fake::new(&[("a", 0.0)], 6);
    fake.write(&sweep.path("before"), |_| ());
    let runs: Vec<Finished> = fake
        .runs()
        .into_iter()
        .map(|mut run| {
            (run.record.outcome, run.record.hashes) = (burnmark::record::Outcome::TimedOut, None);
            run
        })
        .collect();
    let mut folder = burnmark::store::Folder::open(&sweep.path("after")).unwrap();
    folder.write(&runs.iter().collect::<Vec<_>>(), crate::fakes::manifest(runs.len() as u64)).unwrap();
    let said = sweep.run(&["compare", "before", "after"]).ended_with(0).stdout;
    assert!(said.contains("36  without a result on one side at least") && !said.contains("NOTHING"), "{said}");
}

/// Ten copies of one run are one run: nothing is tested, and what is worse is worse for certain.
#[test]
fn seeds_that_change_nothing_leave_nothing_to_chance() {
    let text = r#"
name = "x"
seeds = 8
engine = "reference"
data.set = "rosenbrock"
model.kind = "objective"
train = { epochs = 20, batch = "full" }
[sweep]
optimizer = [{ kind = "gradient-descent", lr = 1e-3 }, { kind = "adam", lr = 0.1 }]
"#;
    let sweep = Sweep::new(text);
    let said = sweep.run(&["run", "x.toml", "-q", "-o", "a"]).ended_with(0).stdout;
    let joined: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("it is better than gradient-descent (by 0.0055). The seeds change nothing here"), "{said}");
    assert!(!joined.contains("Too few seeds"), "{said}");
    sweep.run(&["run", "x.toml", "-q", "-o", "b", "--set", "train.epochs=10"]).ended_with(0);
    let worse = sweep.run(&["compare", "a", "b", "--fail-on", "regression"]).ended_with(1);
    assert!(worse.stdout.contains("WORSE"), "{}", worse.stdout);
    assert!(worse.stderr.contains("regression in b: adam on rosenbrock"), "{}", worse.stderr);
    sweep.run(&["compare", "b", "a", "--fail-on", "regression"]).ended_with(0);
}
