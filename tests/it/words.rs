//! Words and gaps in a table: what becomes of them, that it is said, and that it is learned from the training part alone.

use crate::support::Sweep;
use burnmark::Catalogue;
use burnmark::data::{self, DataSet};
use burnmark::plan::Spec;
use burnmark::record::RunRecord;
use std::fmt::Write;
use std::fs;

fn spec(set: &str) -> String {
    format!(
        "name = \"words\"\nseeds = 2\nengine = \"reference\"\nmodel = {{ kind = \"mlp\", hidden = [4] }}\ntrain = {{ epochs = 2, batch = 8 }}\n\
         data = {{ set = {{ csv = \"t.csv\", target = \"y\", {set} }} }}\noptimizer = {{ kind = \"adam\", lr = 0.05 }}\n"
    )
}

const CITIES: [&str; 4] = ["Rome", "Oslo", "Bern", "Lima"];
const SIZES: [&str; 3] = ["small", "medium", "large"];

/// Sixty rows: a number with gaps, a city with gaps, a size, a code, the part, the target.
fn table(change: impl Fn(u32, &mut [String; 6])) -> String {
    let mut text = "age,city,size,code,part,y\n".to_owned();
    for row in 0..60_u32 {
        let age = if row % 10 == 3 { "NA".to_owned() } else { (20 + row * 7 % 41).to_string() };
        let city = if row % 15 == 4 { "" } else { CITIES[(row * 5 % 11 % 4) as usize] };
        let part = if row % 5 == 1 {
            "test"
        } else if row % 6 == 2 {
            "val"
        } else {
            "train"
        };
        let y = if (row * 7 % 41 + row * 5 % 11) % 2 == 0 { "yes" } else { "no" };
        let mut cells = [
            age,
            city.to_owned(),
            SIZES[(row % 3) as usize].to_owned(),
            format!("{:03}", row % 4),
            part.to_owned(),
            y.to_owned(),
        ];
        change(row, &mut cells);
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

const ALL: &str =
    r#"part = "part", text = "one-hot", ordered = "size: small < medium < large", missing = "mean-indicator""#;

fn loaded(sweep: &Sweep) -> DataSet {
    let spec = Spec::load(&sweep.path("x.toml"), &[], &Catalogue::standard()).map_err(|why| why.render(false)).unwrap();
    let run = spec.run(0);
    let set = data::load(&run.set_in(&sweep.path("")).unwrap()).unwrap();
    data::ready(&set, run.data.split, run.data.degree, run.seed).unwrap().set.into_owned()
}

fn records(sweep: &Sweep, folder: &str) -> Vec<RunRecord> {
    burnmark::store::read(&sweep.path(folder)).unwrap().1.into_iter().map(|run| run.record).collect()
}

#[test]
fn a_table_of_words_and_gaps_goes_from_file_to_report() {
    let sweep = Sweep::new(spec(ALL));
    fs::write(sweep.path("t.csv"), table(|_, _| {})).unwrap();
    let set = loaded(&sweep);
    assert_eq!(
        set.about.features,
        [
            "age",
            "age (missing)",
            "city=Bern",
            "city=Lima",
            "city=Oslo",
            "city=Rome",
            "city=(missing)",
            "size",
            "code=000",
            "code=001",
            "code=002",
            "code=003"
        ]
    );
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    for line in [
        "t.csv: 2 classes of `y`, 60 samples (40 train, 8 validation, 12 test), 4 features\n",
        "note: words: `city` 5 levels, `code` 4 levels; an input for each level of the training part, 0 in rows of other levels\n",
        "note: in order: `size` as 0 to 2: small < medium < large\n",
        "note: missing numbers: `age` 6; filled by the mean of the training part, and an input says where\n",
        "note: missing words: `city` 4; a level of their own, `(missing)`\n",
        "note: 4 columns as 12 inputs by the training part of seed 0\n",
    ] {
        assert!(planned.contains(line), "`{line}` is missing in\n{planned}");
    }
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    assert!(sweep.run(&["verify", "r", "-q"]).ended_with(0).stdout.contains("confirmed, bit for bit  2"));
    assert!(sweep.run(&["show", "r"]).ended_with(0).stdout.contains("filled by the mean of the training part"));
    let id = records(&sweep, "r")[1].run.to_string();
    let shown = sweep.run(&["show", "r", &id]).ended_with(0).stdout;
    assert!(shown.contains("classes of the test part (rows)") && !shown.contains("not known"), "{shown}");
    sweep.run(&["report", "r"]).ended_with(0);
    sweep.run(&["crosscheck", "x.toml"]).ended_with(0);
    fs::write(sweep.path("one.toml"), sweep.run(&["show", "r", &id, "--spec"]).ended_with(0).stdout).unwrap();
    sweep.run(&["run", "one.toml", "-q", "-o", "one"]).ended_with(0);
    assert_eq!(records(&sweep, "one"), records(&sweep, "r")[1..]);
}

/// Test rows with other numbers, other words and other gaps: another data set, and the same training to the last bit.
#[test]
fn nothing_is_learned_from_test_rows() {
    let sweep = Sweep::new(spec(ALL));
    fs::write(sweep.path("t.csv"), table(|_, _| {})).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "before"]).ended_with(0);
    let change = |row: u32, cells: &mut [String; 6]| {
        if cells[4] == "test" {
            cells[0] = if row.is_multiple_of(2) { "NA".to_owned() } else { "9999".to_owned() };
            cells[1] = format!("Town {row}");
            cells[3] = "999".to_owned();
        }
    };
    fs::write(sweep.path("t.csv"), table(change)).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "after"]).ended_with(0);
    for (before, after) in records(&sweep, "before").iter().zip(records(&sweep, "after")) {
        assert_ne!(before.run, after.run, "other data");
        assert_eq!(before.hashes, after.hashes, "initial weights, batches and final parameters");
        let of = |run: &RunRecord| run.curve.iter().map(|point| (point.train, point.validation)).collect::<Vec<_>>();
        assert_eq!(of(before), of(&after));
        assert_ne!(before.curve[2].test, after.curve[2].test);
    }
}

/// The same numbers by hand: a table in which words are columns of 0 and 1 already makes the same training.
#[test]
fn one_hot_is_what_one_writes_by_hand() {
    let sweep = Sweep::new(spec(r#"text = "one-hot""#));
    let row = |row: u32| (row * 7 % 13, CITIES[(row % 4) as usize], row * row % 7);
    let words: Vec<String> = (0..40).map(row).map(|(a, city, y)| format!("{a},{city},{y}\n")).collect();
    let words = words.concat();
    let is = |city: &str, other: &str| u8::from(city == other);
    let by_hand = |(a, city, y): (u32, &str, u32)| {
        let cities = ["Bern", "Lima", "Oslo", "Rome"].map(|other| is(city, other).to_string()).join(",");
        format!("{a},{cities},{y}\n")
    };
    fs::write(sweep.path("t.csv"), format!("a,city,y\n{words}")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "words"]).ended_with(0);
    fs::write(sweep.path("t.csv"), format!("a,b,l,o,r,y\n{}", (0..40).map(row).map(by_hand).collect::<String>()))
        .unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "hand", "--set", "data.set.text=\"refuse\""]).ended_with(0);
    let hashes = |folder| {
        records(&sweep, folder).into_iter().map(|run| run.hashes.clone().unwrap().final_parameters).collect::<Vec<_>>()
    };
    assert_eq!(hashes("words"), hashes("hand"));
}

#[test]
fn words_and_gaps_that_cannot_be_used_say_what_helps() {
    let refused = |set: &str, change: &dyn Fn(u32, &mut [String; 6]), says: &[&str]| {
        let sweep = Sweep::new(spec(set));
        fs::write(sweep.path("t.csv"), table(change)).unwrap();
        let why = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
        says.iter().for_each(|says| assert!(why.contains(says), "`{says}` is missing in\n{why}"));
    };
    let none = |_: u32, _: &mut [String; 6]| {};
    refused(
        r#"part = "part""#,
        &none,
        &[
            "text = \"one-hot\"",
            "missing = \"mean\"",
            "column `age`: missing value (`NA`) (6 such cells",
            "column `city`: `Rome` is text",
        ],
    );
    refused(
        r#"part = "part", text = "one-hot""#,
        &none,
        &["column `city`: missing value (4 such cells", "missing = \"mean\""],
    );
    let both = |row: u32, cells: &mut [String; 6]| {
        if row % 20 == 7 {
            cells[5] = "NA".to_owned();
        }
    };
    refused(
        r#"part = "part""#,
        &both,
        &[
            "column `y`: missing value (`NA`) (3 such cells: rows 8, 28, 48)",
            "4 columns cannot be used:\n",
            "row 4 (line 5), column `age`: missing value (`NA`) (6 such cells",
        ],
    );
    let order = r#"part = "part", text = "one-hot", missing = "median", ordered = "size: small < large""#;
    refused(order, &none, &["row 2 (line 3), column `size`: `medium` is none of the levels in `ordered`"]);
    refused(
        r#"text = "drop", missing = "mean", ordered = "size small""#,
        &none,
        &["`ordered` holds `size small`; expected columns with values"],
    );
    refused(
        r#"text = "drop", missing = "mean", fill = "age: old""#,
        &none,
        &["`fill` gives `old` for column `age`, which needs a number"],
    );
    refused(
        r#"text = "drop", missing = "mean", fill = "agee: 1""#,
        &none,
        &["has no column `agee`, did you mean `age`?"],
    );
    refused(r#"text = "drop", missing = "mean", one_hot = "y""#, &none, &["`one_hot` names `y`, which is no feature"]);
    let dates = |row: u32, cells: &mut [String; 6]| cells[0] = format!("2026-01-{:02}", row % 28 + 1);
    refused(r#"text = "refuse""#, &dates, &["column `age`: `2026-01-01` is a date", "time"]);
    let thousands = |row: u32, cells: &mut [String; 6]| {
        cells[0] = if row == 9 { "\"1,234.5\"".to_owned() } else { row.to_string() }
    };
    refused(
        r#"text = "one-hot", missing = "mean""#,
        &thousands,
        &[
            "row 10 (line 11), column `age`: `1,234.5` is no number: write it without commas between thousands, `1234.5`",
        ],
    );
    let units =
        |row: u32, cells: &mut [String; 6]| cells[0] = if row == 9 { "12 %".to_owned() } else { row.to_string() };
    refused(r#"text = "one-hot", missing = "mean""#, &units, &["`12 %` is no number: write it without its unit, `12`"]);
}

#[test]
fn codes_for_missing_numbers_are_warned_of_and_can_be_named() {
    let codes = |row: u32, cells: &mut [String; 6]| {
        if row % 10 == 3 {
            cells[0] = "-999".to_owned();
        }
    };
    let sweep = Sweep::new(spec(r#"text = "one-hot", missing = "mean""#));
    fs::write(sweep.path("t.csv"), table(codes)).unwrap();
    let planned = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    let warning = "warning: column `age` holds -999 in 6 rows, far outside of its other numbers, 20 to 60; if it says that a number is missing: na = \"-999\"";
    assert!(planned.contains(warning), "{planned}");
    let named = sweep.run(&["plan", "x.toml", "--set", "data.set.na=\"-999\""]).ended_with(0).stdout;
    assert!(
        !named.contains("far outside") && named.contains("missing numbers: `age` 6; filled by the mean"),
        "{named}"
    );
    let refused = sweep.run(&[
        "plan",
        "x.toml",
        "--set",
        "data.set={ csv = \"t.csv\", target = \"y\", text = \"drop\", na = \"-999\" }",
    ]);
    assert!(refused.ended_with(2).stderr.contains("column `age`: missing value (`-999`) (6 such cells"));
    let given = sweep.run(&[
        "plan",
        "x.toml",
        "--set",
        "data.set.fill=\"city: Nowhere; age: 0\"",
        "--set",
        "data.set.na=\"-999\"",
    ]);
    let given = given.ended_with(0).stdout;
    assert!(
        given.contains("note: missing: `age` 6; filled by 0")
            && given.contains("note: missing: `city` 4; filled by Nowhere"),
        "{given}"
    );
}
