//! Rows that are held out: the same test rows for every seed, and what answers say of them.

use crate::fakes::{Fake, manifest};
use crate::subjects::carried_out;
use crate::support::Sweep;
use burnmark::analysis::stats::{CorrectedT, LEVEL};
use burnmark::analysis::{Allowed, Sampled, View, conclude};
use burnmark::data::{self, split};
use burnmark::harness::Cache;
use burnmark::num::{Purpose, Stream};
use burnmark::plan::Spec;
use burnmark::record::{GROUPS, Measured, OfParts};
use burnmark::store::Finished;
use burnmark::value::Value;
use std::collections::BTreeSet;

fn parsed(text: &str) -> Spec {
    Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).map_err(|problems| problems.render(false)).unwrap()
}

const HEAD: &str = "name = \"x\"\nengine = \"reference\"\nmodel = { kind = \"softmax\" }\ntrain = { epochs = 3 }\n";

/// No tuning seed trains or validates on a row that a report seed is tested on.
#[test]
fn tuning_never_sees_a_held_out_row() {
    let spec = parsed(&format!(
        "{HEAD}seeds = 4\ndata = {{ set = \"iris\", split = {{ train = 0.6, validation = 0.2, holdout = 0.2 }} }}\n[protocol]\ncompare = \
         [\"optimizer\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 3\n[sweep]\noptimizer = [{{ kind = \"adam\", lr = [0.01, 0.1] }}, {{ kind = \
         \"momentum\", lr = [0.01, 0.1] }}]\n"
    ));
    let parts = |seed: u64| {
        let run = spec.run(0);
        split(&data::load(&run.set_in(std::path::Path::new("")).unwrap()).unwrap(), run.data.split, seed).unwrap()
    };
    let protocol = spec.protocol().unwrap();
    let seen: BTreeSet<usize> =
        protocol.tuning_seeds.iter().flat_map(|&s| [parts(s).train, parts(s).validation].concat()).collect();
    for &seed in &protocol.report_seeds {
        assert!(parts(seed).test.len() == 30 && parts(seed).test.iter().all(|row| !seen.contains(row)));
    }
    assert_eq!(seen.len(), 120);
}

#[test]
fn a_sweep_on_held_out_rows_is_verified_and_says_what_it_is_about() {
    let sweep = Sweep::new(format!(
        "{HEAD}seeds = 6\ndata = {{ set = \"iris\", split = {{ train = 0.6, validation = 0.2, holdout = 0.2 }} }}\n[sweep]\noptimizer = [{{ \
         kind = \"adam\", lr = 0.1 }}, {{ kind = \"momentum\", lr = 0.1 }}]\n"
    ));
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(planned.contains("note: the 30 test rows are held out: the same for every seed"), "{planned}");
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    let says = "Verdicts are for these 30 held-out rows. Seeds vary start and order, and training and validation rows unless the split fixes them; the sampling error of \
                the held-out rows is included.";
    assert!(ran.contains(says), "{ran}");
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  12"));
    let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    assert!(runs.iter().all(|run| run.record.held_out == Some(30)));
    assert_eq!(runs[0].record.settings["data.split.holdout"].to_string(), "0.2");
    assert!(!runs[0].record.settings.contains_key("data.split.test"));
    let id = runs[4].record.run.to_string();
    std::fs::write(sweep.path("one.toml"), sweep.run(&["show", "r", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    let (_, one) = burnmark::store::read(&sweep.path("one")).unwrap();
    assert_eq!((one.len(), &one[0].record), (1, &runs[4].record), "the spec of one run makes the same run");
}

/// R² has no sampling error that its tables tell, so the answer says that it is not included.
#[test]
fn what_is_not_included_is_said() {
    let sweep = Sweep::new(
        "name = \"x\"\nengine = \"reference\"\nseeds = 6\nmodel = { kind = \"linear\" }\ntrain = { epochs = 3 }\ndata = { set = \"diabetes\", split = { train = \
         0.6, validation = 0.2, holdout = 0.2 } }\n[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.1 }, { kind = \"momentum\", lr = 0.01 }]\n",
    );
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    assert!(ran.contains("Verdicts are for these 88 held-out rows."), "{ran}");
    assert!(
        ran.contains("they do not show the sampling error of the held-out rows, so on other rows a verdict may differ"),
        "{ran}"
    );
}

#[test]
fn splits_that_cannot_be_are_refused() {
    let refused = |data: &str, says: &str| {
        let spec = format!("{HEAD}data = {data}\noptimizer = {{ kind = \"adam\", lr = 0.1 }}\n");
        let problems = Spec::parse("x.toml".to_owned(), spec, &[]).err().unwrap().render(false);
        assert!(problems.contains(says), "{problems}");
    };
    let iris = |split: &str| format!("{{ set = \"iris\", split = {{ {split} }} }}");
    refused(
        &iris("train = 0.6, validation = 0.2, holdout = \"own\""),
        "the shares of the rows that are not held out add up to 0.8",
    );
    refused(
        &iris("train = 0.8, validation = 0.2, holdout = \"own\""),
        "this set has no test rows of its own, as `mnist` has",
    );
    refused(&iris("train = 0.8, validation = 0.2, holdout = \"mine\""), "a share or `\"own\"`");
    refused(
        &iris("train = 0.4, validation = 0.2, test = 0.2, holdout = 0.2"),
        "a split has `test` or `holdout`, not both",
    );
    refused(&iris("train = 0.6, validation = 0.4"), "a split needs three shares");
    refused(&iris("train = 0.6, validation = 0.2, holdout = 0.3"), "the shares add up to 1.1");
    refused(
        "{ set = \"two-moons\", draw = \"each-seed\", split = { train = 0.6, validation = 0.2, holdout = 0.2 } }",
        "each seed draws rows of its own, so that no rows can be held out for all of them",
    );
}

/// What many worlds say where labels know nothing of the features: on the same 20 rows two methods do differ, by the chance of these
/// rows. The seeds alone would call that a difference far more often than once in twenty times.
#[test]
fn the_chance_of_held_out_rows_is_no_difference() {
    let worlds: usize = 120;
    let (mut named, mut by_seeds_alone, mut off, mut means) = (0, 0, 0, 0);
    for world in 0..worlds {
        let spec = parsed(&format!(
            "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 12\nmodel = {{ kind = \"logistic\" }}\ntrain = {{ epochs = 4, batch = \
             \"full\" }}\n[data]\nset = {{ kind = \"two-moons\", samples = 80, noise = 1e4, seed = {world} }}\nsplit = {{ train = 0.5, validation = 0.25, \
             holdout = 0.25 }}\n[sweep]\n\"data.degree\" = [1, 3]\noptimizer = [{{ kind = \"newton\" }}]\n"
        ));
        let mut cache = Cache::default();
        let runs: Vec<_> = spec.runs().map(|run| carried_out(&spec, &run, &mut cache)).collect();
        let manifest = manifest(runs.len() as u64);
        let view = View::of(&manifest, &runs, "data.degree", Allowed::default());
        let conclusions = conclude(&manifest, &runs, &[view]);
        let on = &conclusions.questions[0].data[0];
        assert_eq!(on.sampled, Sampled::HeldOut { rows: Some(20) });
        let Some((_, _, pair)) = on.pairs.first() else { continue };
        named += usize::from(pair.verdict.is_difference());
        let metric = |degree: usize| {
            runs[12 * degree..12 * degree + 12].iter().map(|run| Some(run.record.curve.last()?.test.metric))
        };
        let differences: Option<Vec<f64>> = metric(0).zip(metric(1)).map(|(a, b)| Some(a? - b?)).collect();
        let alone = differences.and_then(|differences| CorrectedT::of(&differences, 0.0));
        by_seeds_alone += usize::from(alone.is_some_and(|test| test.p() < LEVEL));
        for method in on.methods.iter().filter_map(|method| method.interval) {
            off += usize::from(method.low > 0.5 || method.high < 0.5);
            means += 1;
        }
    }
    println!(
        "{named} of {worlds} answers name a difference, {by_seeds_alone} by the seeds alone; {off} of {means} miss 1/2"
    );
    let most = |count: usize| LEVEL * count as f64 + 3.0 * (LEVEL * count as f64).sqrt();
    assert!((named as f64) <= most(worlds) && (off as f64) <= most(means), "{named}, {off} of {means}");
    assert!(by_seeds_alone as f64 > 3.0 * most(worlds), "{by_seeds_alone}");
}

/// With `train.jackknife` a regression's answer includes the error of its held-out rows; the runs are the same but for the columns.
#[test]
fn a_jackknife_over_rows_is_run_verified_and_said() {
    let text = "name = \"x\"\nengine = \"reference\"\nprecision = \"f64\"\nseeds = 6\nmodel = { kind = \"linear\" }\ntrain = { epochs = 3, measures = [\"mae\"], jackknife = \
                true }\ndata = { set = \"diabetes\", split = { train = 0.6, validation = 0.2, holdout = 0.2 } }\n[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.1 }, { kind = \
                \"momentum\", lr = 0.01 }]\n";
    let sweep = Sweep::new(text);
    let ran = sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0).stdout.replace("\n  ", " ");
    assert!(ran.contains("the sampling error of the held-out rows is included."), "{ran}");
    sweep.run(&["verify", "r", "-q"]).ended_with(0);
    let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    for run in &runs {
        assert_eq!(run.record.measured.len(), 1 + 3 * GROUPS, "one measure; loss, metric and it without each group");
        let last = run.record.curve.len() - 1;
        let of = |name: &str| {
            let measured = run.record.measured.iter().find(|measured| measured.name == name);
            let point = measured.unwrap().points[last];
            assert_eq!((point.train, point.validation), (None, None), "{name}");
            point.test.unwrap()
        };
        // Each of the 88 rows is in 9 of 10 sums: groups of 9 and of 8 rows.
        for (whole, name) in
            [(run.record.curve[last].test.loss, "loss"), (run.record.measured[0].points[last].test.unwrap(), "mae")]
        {
            let sums = (0..GROUPS).map(|g| of(&Measured::without(name, g)) * if g < 8 { 79.0 } else { 80.0 });
            assert!((sums.sum::<f64>() / (9.0 * 88.0) - whole).abs() < 1e-12 * whole, "{name}");
        }
        assert!((of("metric-without-0") - run.record.curve[last].test.metric).abs() < 0.2);
    }
    let refused = |text: &str, says: &str| {
        let said = Sweep::new(text).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(says), "{said}");
    };
    refused(&text.replace("holdout", "test"), "none are held out");
    refused(&text.replace("jackknife", "ensemble = 2, jackknife"), "several predict together");
}

/// Two models on the same held-out rows, which predict with errors of heavy tails that a row has for all seeds; and little that the
/// seeds change. Both errors are drawn alike, the second one's `larger` times as large.
fn regression(world: u64, rows: usize, larger: f64) -> Vec<Finished> {
    let mut chance = Stream::new(world, Purpose::Data, 30);
    let truth: Vec<f64> = (0..rows).map(|_| chance.normal()).collect();
    let mut errors = |size: f64| -> Vec<f64> {
        (0..rows).map(|_| size * 0.5 * chance.normal() * (0.5 * chance.normal()).exp()).collect()
    };
    let errors = [errors(1.0), errors(larger)];
    let mut runs =
        Fake { data: vec!["diabetes"], rates: vec![0.1], world, ..Fake::new(&[("a", 0.0), ("b", 0.0)], 8) }.runs();
    for run in &mut runs {
        let of = usize::from(run.record.settings["optimizer.kind"].to_string() == "b");
        let said: Vec<f64> =
            truth.iter().zip(&errors[of]).map(|(y, error)| y + error + 0.03 * chance.normal()).collect();
        let r2 = |without: usize| {
            let kept: Vec<usize> = (0..rows).filter(|row| row % GROUPS != without).collect();
            let mean = kept.iter().map(|&row| truth[row]).sum::<f64>() / kept.len() as f64;
            let total: f64 = kept.iter().map(|&row| (truth[row] - mean).powi(2)).sum();
            1.0 - kept.iter().map(|&row| (truth[row] - said[row]).powi(2)).sum::<f64>() / total
        };
        let record = &mut run.record;
        "r2".clone_into(&mut record.metric);
        record.held_out = Some(rows as u64);
        record.settings.insert("data.split.holdout".to_owned(), Value::Number(0.2));
        record.curve.last_mut().unwrap().test.metric = r2(GROUPS);
        let without = |group: usize| {
            let point = OfParts { train: None, validation: None, test: Some(r2(group)) };
            Measured { name: Measured::without("metric", group), points: vec![point; record.curve.len()] }
        };
        record.measured = (0..GROUPS).map(without).collect();
    }
    runs
}

/// The true R² of the first model: var(error) = ¼ E[e^z] with z of variance 1, beside the seeds' own.
fn true_r2() -> f64 {
    1.0 - (0.25 * 0.5_f64.exp() + 0.03 * 0.03)
}

/// What many worlds say: models that are equally good on all rows there are differ on these rows, and the seeds alone call that a
/// difference nearly always. With the rows' error at most one of twenty answers does; the interval of a mean R² has the true one in 95 of 100; and a
/// model that is worse is found.
#[test]
fn the_error_of_held_out_rows_is_that_of_a_jackknife() {
    let worlds = 60 * crate::honesty::worlds() / 8;
    for rows in [40, 88] {
        let (mut named, mut alone, mut off, mut found) = (0, 0, 0, 0);
        for world in 0..worlds {
            let of = |larger: f64, with_rows: bool| {
                let mut runs = regression(world, rows, larger);
                if !with_rows {
                    runs.iter_mut().for_each(|run| run.record.measured.clear());
                }
                let manifest = manifest(runs.len() as u64);
                let view = View::of(&manifest, &runs, "optimizer.kind", Allowed::default());
                conclude(&manifest, &runs, &[view]).questions.remove(0).data.remove(0)
            };
            let on = of(1.0, true);
            assert!(on.includes_test_rows);
            named += u32::from(on.pairs[0].2.verdict.is_difference());
            let first = on.methods.iter().find(|method| method.method == "a").unwrap().interval.unwrap();
            off += u32::from(first.low > true_r2() || first.high < true_r2());
            alone += u32::from(of(1.0, false).pairs[0].2.verdict.is_difference());
            found += u32::from(of(2.0, true).pairs[0].2.verdict.is_difference());
        }
        println!(
            "{rows} held-out rows: {named} of {worlds} answers name a difference, {alone} by the seeds alone; {off} intervals miss the truth; a model \
             with twice the error is found in {found}"
        );
        let most = LEVEL * worlds as f64 + 3.3 * (LEVEL * worlds as f64).sqrt();
        assert!(f64::from(named) <= most, "{named} of {worlds}");
        assert!(f64::from(off) <= most, "{off} of {worlds}");
        assert!(f64::from(alone) > 0.5 * worlds as f64 && f64::from(found) > 0.2 * worlds as f64, "{alone} {found}");
    }
}
