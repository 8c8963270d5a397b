//! Training, validation and test parts that a file, an order or folds decide: from the file to the answer, and no row in the wrong part.

use crate::support::Sweep;
use burnmark::data::{self, Indices, split};
use burnmark::plan::Spec;
use burnmark::record::RunRecord;
use std::fmt::Write;
use std::fs;

/// A spec of a small regression on some data.
fn spec(data: &str) -> String {
    format!(
        "name = \"own\"\nseeds = 3\nengine = \"reference\"\nmodel = {{ kind = \"mlp\", hidden = [3] }}\ntrain = {{ epochs = 2, batch = 4 }}\n\
         data = {{ {data} }}\n[sweep]\noptimizer = [{{ kind = \"adam\", lr = [0.05, 0.01] }}]\n"
    )
}

/// Forty rows: a feature, a patient, a day, a part, and a target that depends on the feature.
fn table(header: &str, cells: impl Fn(u32) -> String) -> String {
    let mut text = format!("{header}\n");
    for row in 0..40_u32 {
        let a = f64::from(row * 7 % 11) / 10.0;
        writeln!(text, "{a},{},{}", cells(row), 2.0 * a + f64::from(row % 3) / 10.0).unwrap();
    }
    text
}

fn part(row: u32) -> &'static str {
    if row % 4 == 1 {
        "test"
    } else if row % 5 == 2 {
        "val"
    } else {
        "train"
    }
}

/// The parts of a run's seed.
fn parts(sweep: &Sweep, seed: u64) -> Indices {
    let path = sweep.path("x.toml");
    let spec = Spec::load(&path, &[], &burnmark::Catalogue::standard()).map_err(|why| why.render(false)).unwrap();
    let run = spec.run(0);
    let set = data::load(&run.set_in(path.parent().unwrap()).unwrap()).unwrap();
    split(&set, run.data.split, seed).unwrap()
}

fn records(sweep: &Sweep, folder: &str) -> Vec<RunRecord> {
    burnmark::store::read(&sweep.path(folder)).unwrap().1.into_iter().map(|run| run.record).collect()
}

/// Runs, verifies, and makes one run of its own spec.
fn holds_together(sweep: &Sweep) -> String {
    let ran = sweep.run(&["run", "x.toml", "-o", "r"]).ended_with(0);
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  6"));
    let all = records(sweep, "r");
    let id = all[4].run.to_string();
    fs::write(sweep.path("one.toml"), sweep.run(&["show", "r", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    assert_eq!(records(sweep, "one"), all[4..5], "the spec of one run makes the same run");
    ran.stderr + &ran.stdout.replace("\n  ", " ")
}

#[test]
fn a_column_says_the_parts() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y", part = "part" }"#));
    fs::write(sweep.path("t.csv"), table("a,part,y", |row| part(row).to_owned())).unwrap();
    let of = |name: &str| (0..40).filter(|row| part(*row) == name).map(|row| row as usize).collect::<Vec<_>>();
    let expected = Indices { train: of("train"), validation: of("val"), test: of("test") };
    assert_eq!([parts(&sweep, 0), parts(&sweep, 1)], [expected.clone(), expected]);
    let said = holds_together(&sweep);
    assert!(said.contains("40 samples (24 train, 6 validation, 10 test), 1 feature\n"), "{said}");
    assert!(said.contains("left out: `part` (it says what rows are)"), "{said}");
    assert!(said.contains("note: the 10 test rows are held out: the same for every seed"), "{said}");
    assert_eq!(records(&sweep, "r")[0].held_out, Some(10));
    // Another part makes other runs, and a test row changes no bit of a training.
    let before = records(&sweep, "r");
    let text = fs::read_to_string(sweep.path("t.csv")).unwrap();
    let changed: Vec<String> = text
        .lines()
        .map(|line| if line.contains("test") { line.replacen("0.", "9.", 1) } else { line.to_owned() })
        .collect();
    fs::write(sweep.path("t.csv"), changed.join("\n")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "changed"]).ended_with(0);
    for (before, after) in before.iter().zip(records(&sweep, "changed")) {
        assert_ne!(before.run, after.run);
        assert_eq!(before.hashes, after.hashes, "initial weights, batches and final parameters");
        let of = |run: &RunRecord| run.curve.iter().map(|p| (p.train, p.validation)).collect::<Vec<_>>();
        assert_eq!(of(before), of(&after));
        assert_ne!(before.curve[2].test, after.curve[2].test);
    }
}

#[test]
fn a_second_file_is_the_test_part() {
    let sweep = Sweep::new(spec(r#"set = { csv = "a.csv", target = "y", test = "b.csv" }"#));
    fs::write(sweep.path("a.csv"), table("a,b,y", |row| (row % 3).to_string())).unwrap();
    fs::write(sweep.path("b.csv"), "y,b,more,a\n1.5,0,x,0.7\n0.5,1,x,0.1\n").unwrap();
    let found = parts(&sweep, 0);
    assert_eq!((found.test.as_slice(), found.validation.len(), found.train.len()), ([40, 41].as_slice(), 8, 32));
    holds_together(&sweep);
    fs::write(sweep.path("b.csv"), "y,b\n1.5,0\n").unwrap();
    let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(why.contains("b.csv` has no column `a`"), "{why}");
    fs::write(sweep.path("b.csv"), "y,b,a\n1.5,x,1\n").unwrap();
    let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(why.contains("b.csv`: row 1 (line 2), column `b`: `x` is text where a number is needed"), "{why}");
}

/// The labels of both files count, and their order is that of one file.
#[test]
fn labels_of_two_files_are_those_of_one() {
    let sweep = Sweep::new("");
    let load = |names: (&str, &str)| {
        let text = format!(
            "name = \"x\"\nmodel = {{ kind = \"softmax\" }}\noptimizer = \"newton\"\ntrain = {{ epochs = 1 }}\ndata = {{ set = {{ csv = \"{}\", target = \"y\", task = \"classes\"{} }}, split = {{ holdout = \"own\" }} }}\n",
            names.0, names.1
        );
        fs::write(sweep.path("x.toml"), text).unwrap();
        let spec = Spec::load(&sweep.path("x.toml"), &[], &burnmark::Catalogue::standard())
            .map_err(|why| why.render(false))
            .unwrap();
        data::load(&spec.run(0).set_in(&sweep.path("")).unwrap()).unwrap()
    };
    for labels in [["b", "a", "c"], ["10", "9", "2"], ["true", "false", "true"]] {
        let row = |row: usize| format!("{},{}\n", row * row, labels[row % 3]);
        let rows = |range: std::ops::Range<usize>| range.map(row).collect::<String>();
        fs::write(sweep.path("a.csv"), format!("a,y\n{}", rows(0..20))).unwrap();
        fs::write(sweep.path("b.csv"), format!("a,y\n{}", rows(20..26))).unwrap();
        let parted =
            |row: usize| format!("{},{},{}\n", row * row, labels[row % 3], if row < 20 { "train" } else { "test" });
        fs::write(sweep.path("c.csv"), format!("a,y,part\n{}", (0..26).map(parted).collect::<String>())).unwrap();
        let (two, one) = (load(("a.csv", ", test = \"b.csv\"")), load(("c.csv", ", part = \"part\"")));
        assert_eq!((two.digest(), &two.about.classes), (one.digest(), &one.about.classes), "{labels:?}");
    }
}

#[test]
fn groups_stay_together_and_time_runs_forward() {
    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y", group = "patient" }"#));
    fs::write(sweep.path("t.csv"), table("a,patient,y", |row| format!("p{}", row % 9))).unwrap();
    for seed in 0..4 {
        let found = parts(&sweep, seed);
        let patients = |rows: &[usize]| rows.iter().map(|row| row % 9).collect::<std::collections::BTreeSet<_>>();
        let [train, validation, test] = [&found.train, &found.validation, &found.test].map(|rows| patients(rows));
        assert!(train.is_disjoint(&validation) && train.is_disjoint(&test) && validation.is_disjoint(&test));
        assert_eq!([train.len(), validation.len(), test.len()], [5, 2, 2]);
    }
    assert!(holds_together(&sweep).contains("note: 9 groups stay together: none is in two parts"));

    let sweep = Sweep::new(spec(r#"set = { csv = "t.csv", target = "y", time = "day" }"#));
    fs::write(sweep.path("t.csv"), table("a,day,y", |row| format!("2026-01-{:02}", 1 + (row * 3) % 31))).unwrap();
    let found = parts(&sweep, 0);
    let day = |row: &usize| 1 + (row * 3) % 31;
    let (first, last) = (|rows: &[usize]| rows.iter().map(day).min(), |rows: &[usize]| rows.iter().map(day).max());
    assert!(last(&found.train) <= first(&found.validation) && last(&found.validation) <= first(&found.test));
    assert_eq!([found.train.len(), found.validation.len(), found.test.len()], [24, 8, 8]);
    let said = holds_together(&sweep);
    assert!(
        said.contains("rows are split in order of time: the first train, the next validate, the last test"),
        "{said}"
    );
    let drawn = ["plan", "x.toml", "--set", "data.split={ train = 0.6, validation = 0.2, test = 0.2 }"];
    let why = sweep.run(&drawn).ended_with(2).stderr;
    assert!(why.contains("the rows have a `time`, and this split trains on later rows than it tests"), "{why}");
    fs::write(sweep.path("t.csv"), table("a,day,y", |row| format!("{:02}.01.2026", 1 + row % 31))).unwrap();
    let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(
        why.contains("column `day`: `01.01.2026` is no time in order: numbers are, and dates as `2026-01-31`"),
        "{why}"
    );
}

#[test]
fn rows_in_order_and_folds_are_run_and_verified() {
    let order = r#"set = "diabetes", split = { train = 221, validation = 111, test = 110, order = "given" }"#;
    let sweep = Sweep::new(spec(order));
    assert_eq!(parts(&sweep, 2).test, (332..442).collect::<Vec<_>>());
    let said = holds_together(&sweep);
    assert!(said.contains("442 samples (221 train, 111 validation, 110 test)"), "{said}");
    assert!(said.contains("Verdicts are for these 110 held-out rows."), "{said}");

    let sweep = Sweep::new(spec(r#"set = "diabetes", split = { folds = 3 }"#));
    let mut tested: Vec<usize> = (0..3).flat_map(|seed| parts(&sweep, seed).test).collect();
    tested.sort_unstable();
    assert_eq!(tested, (0..442).collect::<Vec<_>>());
    let said = holds_together(&sweep);
    assert!(
        said.contains("3 folds: each seed tests one and validates on the next; 3 seeds in a row test every row once"),
        "{said}"
    );
    assert!(records(&sweep, "r").iter().all(|run| run.held_out.is_none()));
}

#[test]
fn splits_that_make_no_sense_are_refused() {
    let refused = |data: &str, more: &str, says: &str| {
        let sweep = Sweep::new(spec(data).replace("seeds = 3", more));
        fs::write(
            sweep.path("t.csv"),
            table("a,part,y", |row| if row == 7 { "tset".to_owned() } else { part(row).to_owned() }),
        )
        .unwrap();
        let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(why.contains(says), "`{says}` is missing in\n{why}");
    };
    let iris = |split: &str| format!("set = \"iris\", split = {{ {split} }}");
    let seeds = "seeds = 3";
    refused(&iris("train = 90, validation = 30, test = 30"), seeds, "counts of rows need `order = \"given\"`");
    refused(
        &iris("train = 90, validation = 30, test = 31, order = \"given\""),
        seeds,
        "the parts take 151 rows, and there are 150",
    );
    refused(
        &iris("train = 0.6, validation = 30, test = 30, order = \"given\""),
        seeds,
        "neither shares nor whole numbers of rows",
    );
    refused(
        &iris("train = 90, validation = 30, test = 30, order = \"given\""),
        seeds,
        "no sample of class 2 is left for training",
    );
    refused(
        &iris("train = 90, validation = 30, holdout = 30, order = \"given\""),
        seeds,
        "the same for every seed anyway",
    );
    refused(&iris("folds = 10, train = 0.5"), seeds, "folds take all rows");
    refused(&iris("folds = 2"), seeds, "expected a whole number from 3 to 1000");
    refused(&iris("folds = 151"), seeds, "151 folds of 150 samples: some would be empty");
    refused(&iris("order = \"time\", train = 0.5, validation = 0.25, test = 0.25"), seeds, "expected one of `given`");
    refused(&iris("holdout = \"own\""), seeds, "this set has no test rows of its own");
    let own = r#"set = { csv = "t.csv", target = "y", part = "part" }"#;
    refused(
        own,
        seeds,
        "row 8 (line 9), column `part`: `tset` names no part; expected `train`, `validation` or `test`",
    );
    refused(r#"set = { csv = "t.csv", target = "y", part = "y" }"#, seeds, "column `y` is the target or dropped");
    refused(
        r#"set = { csv = "t.csv", target = "y", part = "part", group = "part" }"#,
        seeds,
        "column `part` has two roles",
    );
}
