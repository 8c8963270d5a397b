//! What is concluded under a protocol, from runs that nobody trained and with specs that ask for it.

use crate::comparisons::verdicts;
use crate::fakes::{Fake, manifest};
use crate::protocols::{TUNED, folded, trial};
use crate::support::Sweep;
use burnmark::analysis::{Allowed, Conclusions, OPTIMIZER, Tried, Verdict, View, choose, conclude};
use burnmark::record::{Bounds, Criterion, Protocol, Stage, Tuned};
use burnmark::store::{self, Finished, Manifest};
use std::collections::{BTreeMap, BTreeSet};

/// The protocol of made-up runs.
fn protocol(tuning: u64, report: u64) -> Protocol {
    let bounds = Bounds::POSITIVE;
    Protocol {
        compare: vec![OPTIMIZER.to_owned()],
        tune: vec![Tuned { setting: "optimizer.lr".to_owned(), bounds: Some(bounds) }],
        average: Vec::new(),
        select: Criterion::usual()[0],
        tuning_seeds: (0..tuning).collect(),
        report_seeds: (tuning..tuning + report).collect(),
        report_runs: 0,
        further: Vec::new(),
        tuning_runs: 0,
    }
}

/// Made-up runs of 3 methods × 4 data sets × 3 rates on 3 tuning seeds, and of what is chosen on 10 report seeds.
fn staged(fake: &Fake) -> (Manifest, Vec<Finished>) {
    let protocol = protocol(3, 10);
    let all = Fake { seeds: 13, ..fake.clone() }.runs();
    let is_tuning = |run: &&Finished| protocol.stage(run.record.seed().unwrap()) == Stage::Tuning;
    let mut cells: BTreeMap<[String; 2], BTreeMap<String, Vec<&Finished>>> = BTreeMap::new();
    for run in all.iter().filter(is_tuning) {
        let [data, method, rate] = trial(run);
        cells.entry([data, method]).or_default().entry(rate).or_default().push(run);
    }
    let chosen: BTreeSet<[String; 3]> = cells
        .iter()
        .map(|([data, method], trials)| {
            let of = |runs: &Vec<&Finished>| runs.iter().map(|run| Tried::of(run, protocol.select)).collect();
            let place = choose(&trials.values().map(of).collect::<Vec<_>>()).unwrap();
            [data.clone(), method.clone(), trials.keys().nth(place).unwrap().clone()]
        })
        .collect();
    let kept = |run: &&Finished| is_tuning(run) || chosen.contains(&trial(run));
    let runs: Vec<Finished> = all.iter().filter(kept).cloned().collect();
    let report_runs = runs.iter().filter(|run| !is_tuning(run)).count() as u64;
    let protocol = Protocol { report_runs, ..protocol.clone() };
    (Manifest { protocol: Some(protocol), ..manifest(runs.len() as u64) }, runs)
}

fn concluded((manifest, runs): &(Manifest, Vec<Finished>), allowed: Allowed) -> Conclusions {
    conclude(manifest, runs, &[View::of(manifest, runs, OPTIMIZER, allowed)])
}

fn worlds(methods: &[(&'static str, f64)]) -> impl Iterator<Item = Conclusions> {
    let data = vec!["iris", "wine", "digits", "diabetes"];
    let fake = Fake { data, ..Fake::new(methods, 13) };
    (0..100).map(move |world| concluded(&staged(&Fake { world, ..fake.clone() }), Allowed::default()))
}

#[test]
fn no_difference_yields_no_verdict() {
    let wrong = worlds(&[("a", 0.0), ("b", 0.0), ("c", 0.0)]).filter(|conclusions| {
        assert!(
            conclusions.questions[0]
                .data
                .iter()
                .all(|on| on.methods.iter().all(|method| (method.seeds, method.tried) == (10, 3)))
        );
        conclusions.questions[0].over_data.as_ref().unwrap().found()
            || verdicts(conclusions).any(|(_, _, verdict)| matches!(verdict, Verdict::Better | Verdict::Worse))
    });
    let wrong = wrong.count();
    assert!(wrong <= 5, "{wrong} of 100");
}

#[test]
fn a_planted_difference_is_found() {
    let found = worlds(&[("a", 0.0), ("b", 0.05), ("c", 0.0)]).filter(|conclusions| {
        verdicts(conclusions).any(|(first, _, verdict)| first == "b" && verdict == Verdict::Better)
    });
    let found = found.count();
    assert!(found >= 95, "{found} of 100");
}

/// The best of many trials is better by luck on the seeds that it was chosen on, and on no others.
#[test]
fn the_report_is_not_of_the_seeds_that_were_tuned_on() {
    let mut gains = Vec::new();
    for world in 0..40 {
        let rates = (1..=30).map(|i| 0.001 * f64::from(i)).collect();
        let (manifest, runs) = staged(&Fake { rates, world, ..Fake::new(&[("a", 0.0)], 13) });
        let mean = |of: &dyn Fn(&Finished) -> bool| {
            let metrics: Vec<f64> =
                runs.iter().filter(|run| of(run)).map(|run| run.record.curve.last().unwrap().test.metric).collect();
            metrics.iter().sum::<f64>() / metrics.len() as f64
        };
        let protocol = manifest.protocol.clone().unwrap();
        let reported: BTreeSet<[String; 3]> =
            runs.iter().filter(|run| run.record.seed().unwrap() >= 3).map(trial).collect();
        let tuned =
            mean(&|run| protocol.stage(run.record.seed().unwrap()) == Stage::Tuning && reported.contains(&trial(run)));
        let all = mean(&|run| protocol.stage(run.record.seed().unwrap()) == Stage::Tuning);
        gains.push(tuned - all);
        let concluded = concluded(&(manifest, runs), Allowed::default());
        let method = &concluded.questions[0].data[0].methods[0];
        assert_eq!((method.tried, method.seeds), (30, 10));
    }
    let mean = gains.iter().sum::<f64>() / gains.len() as f64;
    assert!(mean > 0.003, "chosen trials look better where they were chosen: {mean}");
}

#[test]
fn unequal_budgets_block_a_verdict_unless_allowed() {
    let (manifest, mut runs) = staged(&Fake::new(&[("a", 0.0), ("b", 0.1)], 13));
    // a has one trial less on iris.
    let chosen: BTreeSet<[String; 3]> = runs.iter().filter(|run| run.record.seed().unwrap() >= 3).map(trial).collect();
    let spare = runs.iter().map(trial).find(|t| t[0] == "iris" && t[1] == "a" && !chosen.contains(t)).unwrap();
    runs.retain(|run| trial(run) != spare);
    let folder = (Manifest { runs_planned: runs.len() as u64, ..manifest }, runs);
    let conclusions = concluded(&folder, Allowed::default());
    assert_eq!(
        verdicts(&conclusions).map(|(_, _, verdict)| verdict).collect::<Vec<_>>(),
        [Verdict::UnequalBudgets, Verdict::Better]
    );
    assert!(!conclusions.questions[0].over_data.as_ref().unwrap().found());
    let sweep = Sweep::new("");
    write(&sweep, "r", &folder);
    let said = sweep.run(&["report", "r"]).ended_with(0).stdout;
    for says in [
        "Unequal budgets on iris: tried were 2 settings of a and 3 settings of b",
        "There is no verdict without `--allow unequal-budgets`.",
        "Over 2 data sets there is no verdict: unequal budgets",
        "On single data sets b is better than a on wine; 1 of 2 pairs have no verdict: unequal budgets",
    ] {
        assert!(folded(&said).contains(says), "`{says}` is missing in\n{said}");
    }
    let allowed = sweep.run(&["report", "r", "--allow", "unequal-budgets"]).ended_with(0).stdout;
    assert!(
        folded(&allowed).contains("b is better than a on iris and wine") && !allowed.contains("--allow"),
        "{allowed}"
    );
    assert!(
        folded(&allowed).contains("This holds for the settings that were tried: 2 settings of a and 3 settings of b."),
        "{allowed}"
    );
    let against = ["compare", "r", "--baseline", "optimizer.kind=a"];
    let said = sweep.run(&against).ended_with(0).stdout;
    assert!(said.contains("no verdict: unequal budgets") && said.contains("better"), "{said}");
    let said = sweep.run(&[&against[..], &["--allow", "unequal-budgets"]].concat()).ended_with(0).stdout;
    assert!(!said.contains("no verdict"), "{said}");
    let said = sweep.run(&["compare", "r", "--baseline", "optimizer.lr=0.1"]).ended_with(2).stderr;
    assert!(said.contains("the protocol of these results compares `optimizer.kind`"), "{said}");
}

#[test]
fn unpaired_seeds_block_a_verdict_unless_allowed() {
    let (manifest, mut runs) = staged(&Fake { data: vec!["iris"], ..Fake::new(&[("a", 0.0), ("b", 0.1)], 13) });
    runs.retain(|run| run.record.seed() != Some(12) || trial(run)[1] != "a");
    let folder = (manifest, runs);
    let verdict = |allowed| verdicts(&concluded(&folder, allowed)).next().unwrap().2;
    assert_eq!(verdict(Allowed::default()), Verdict::UnpairedSeeds);
    assert_eq!(verdict(Allowed { unpaired_seeds: true, ..Allowed::default() }), Verdict::Better);
    let sweep = Sweep::new("");
    write(&sweep, "r", &folder);
    let said = folded(&sweep.run(&["report", "r"]).ended_with(0).stdout);
    for says in ["against a there is no verdict: unpaired seeds", "without `--allow unpaired-seeds`"] {
        assert!(said.contains(says), "`{says}` is missing in\n{said}");
    }
    let said = sweep.run(&["report", "r", "--allow", "unpaired-seeds"]).ended_with(0).stdout;
    assert!(folded(&said).contains("it is better than a"), "{said}");
}

/// Two folders, each by its own protocol.
#[test]
fn folders_are_compared_by_what_they_report() {
    let sweep = Sweep::new("");
    let fake = Fake::new(&[("a", 0.0), ("b", 0.0)], 13);
    write(&sweep, "before", &staged(&fake));
    let worse = Fake { methods: vec![("a", 0.0), ("b", -0.1)], ..fake };
    let (mut manifest, runs) = staged(&worse);
    manifest.sessions[0].burnmark_version = "0.2.0".to_owned();
    write(&sweep, "after", &(manifest, runs));
    let said = sweep.run(&["compare", "before", "after", "--fail-on", "regression"]).ended_with(1);
    for says in [
        "before: Each was tuned over 3 trials of optimizer.lr on 3 seeds",
        "test metric at the best epoch, in hindsight, each method at the setting that tuning chose, after − before",
        "WORSE",
    ] {
        assert!(said.stdout.contains(says), "`{says}` is missing in\n{}", said.stdout);
    }
    let json = sweep.run(&["compare", "before", "after", "--json"]).ended_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["comparisons"][0]["first_account"]["trials"], serde_json::json!([3, 3]));
    assert_eq!(json["comparisons"][0]["standings"][0]["paired"]["pairs"], 10, "report seeds alone");
}

/// A number on the edge of its grid is named with the points that come next, in the spacing of its own grid.
#[test]
fn edges_of_all_tuned_numbers_are_named() {
    let spec = TUNED
        .replace("tune = [\"optimizer.lr\"]", "tune = [\"optimizer.lr\", \"train.batch\", \"regularize.dropout\"]")
        .replace("[\"iris\", \"wine\"]", "[\"iris\"]")
        .replace("[0.01, 0.1] }", "[1e-9, 1e-8] }")
        .replace("\"regularize.dropout\" =", "\"train.batch\" = [8, 16, 24]\n\"regularize.dropout\" =");
    let said = Sweep::new(spec).run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout;
    let said = folded(&said);
    assert!(said.contains("Not tuned: on iris the best learning rate of adam, 1e-8, is on the edge"), "{said}");
    // More steps are better with so small a rate, and a batch of 0 there is not: 4 is half-way to 1.
    let says = "Not tuned: on iris the best train.batch of adam, 8, is on the edge of its grid; try 4 too.";
    assert!(said.contains(says) || said.contains("try 5 too"), "{said}");
    assert!(!said.contains("regularize.dropout of adam, 0,"), "no dropout is an end, no edge: {said}");
}

fn write(sweep: &Sweep, name: &str, (manifest, runs): &(Manifest, Vec<Finished>)) {
    let mut folder = store::Folder::open(&sweep.path(name)).unwrap();
    folder.write(&runs.iter().collect::<Vec<_>>(), manifest.clone()).unwrap();
}

/// A setting that runs leave out at its usual value has that value as a name.
#[test]
fn degree_1_is_a_value_like_others() {
    let text = "name = \"x\"\nengine = \"reference\"\nseeds = 2\ndata.set = \"diabetes\"\nmodel.kind = \"linear\"\n\
                optimizer = { kind = \"ridge\", lambda = 1.0 }\n[sweep]\n\"data.degree\" = [1, 2]\n";
    let sweep = Sweep::new(text);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let said = sweep.run(&["report", "r", "--by", "data.degree"]).ended_with(0).stdout;
    assert!(said.contains("degree 1") && said.contains("degree 2"), "{said}");
    let said = sweep.run(&["compare", "r", "--baseline", "data.degree=1"]).ended_with(0).stdout;
    assert!(said.contains("degree 2"), "{said}");
}
