//! `burnmark reproduce`: cells, pages and messages; and what the committed reproductions of Proben1 say, from their tables alone.

use super::support::{Result, Sweep};
use burnmark::record::{CourseQuantity, QuantityAt, QuantityOf, QuantityPart, RunQuantity, RunRecord};
use burnmark::store;
use burnmark::value::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
name = "small"
question = "Does the network learn?"
engine = "reference"
seeds = 12
[data]
set = "iris"
split = { train = 0.6, validation = 0.2, holdout = 0.2 }
[model]
kind = "mlp"
hidden = [4]
[train]
epochs = 3
batch = 10
[sweep]
optimizer = [{ kind = "adam", lr = 0.02 }, { kind = "momentum", lr = 0.02 }]
[published]
source = "a run of this program"
figures = "small.csv"
keys = { method = "optimizer.kind" }
note = "Seeds differ."
[published.quantities]
loss = { part = "test", of = "loss", at = "end" }
epochs = { of = "epochs" }
"#;

fn home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Mean and standard deviation of each method's final test loss.
fn spreads(sweep: &Sweep) -> BTreeMap<String, (f64, f64)> {
    let (_, runs) = store::read(&sweep.path("results/reproductions/small")).unwrap();
    let mut losses: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for run in &runs {
        let method = run.record.settings["optimizer.kind"].to_string();
        losses.entry(method).or_default().push(run.record.curve.last().unwrap().test.loss);
    }
    let of = |values: Vec<f64>| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
    };
    losses.into_iter().map(|(method, values)| (method, of(values))).collect()
}

/// Figures like those that the runs have themselves, Adam's loss moved by so many standard deviations.
fn figures(of: &BTreeMap<String, (f64, f64)>, by: f64) -> String {
    let mut text = "method,quantity,mean,sd,runs\n".to_owned();
    for (method, (mean, sd)) in of {
        let by = if method == "adam" { by } else { 0.0 };
        let _ = writeln!(text, "{method},loss,{:.6},{sd:.6},60\n{method},epochs,3.0,,", mean + by * sd);
    }
    text
}

/// The verdicts of a reproduction by method and quantity.
fn verdicts(sweep: &Sweep) -> BTreeMap<(String, String), String> {
    let printed = sweep.run(&["reproduce", "x.toml", "--json"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let document: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(document["schema"], "burnmark.reproduce.1");
    let cells = document["reproductions"][0]["tables"][0]["cells"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    cells.iter().map(|of| ((text(&of["keys"]["method"]), text(&of["quantity"])), text(&of["verdict"]))).collect()
}

/// No verdict is written anywhere: a figure that is moved by three standard deviations differs, and the others stay as they are.
#[test]
fn a_moved_figure_differs() {
    let sweep = Sweep::new(SPEC);
    let made_up = BTreeMap::from(["adam", "momentum"].map(|method| (method.to_owned(), (1.0, 1.0))));
    fs::write(sweep.path("small.csv"), figures(&made_up, 0.0)).unwrap();
    verdicts(&sweep);
    let own = spreads(&sweep);
    fs::write(sweep.path("small.csv"), figures(&own, 0.0)).unwrap();
    let same = verdicts(&sweep);
    assert!(same.values().all(|verdict| verdict == "agrees"), "{same:?}");
    fs::write(sweep.path("small.csv"), figures(&own, 3.0)).unwrap();
    let moved = verdicts(&sweep);
    let loss = |method: &str| moved[&(method.to_owned(), "loss".to_owned())].as_str();
    assert_eq!((loss("adam"), loss("momentum")), ("differs", "agrees"));
    fs::write(sweep.path("small.csv"), figures(&own, 0.0).replace("adam,epochs,3.0", "adam,epochs,3.2")).unwrap();
    assert_eq!(verdicts(&sweep)[&("adam".to_owned(), "epochs".to_owned())], "differs", "an exact figure");
}

/// Figures find their runs by the labels of cases.
#[test]
fn a_labelled_case_is_a_key() {
    let sweep = Sweep::new(SPEC.replace("optimizer.kind", "case").replace(
        "[sweep]\noptimizer = [{ kind = \"adam\", lr = 0.02 }, { kind = \"momentum\", lr = 0.02 }]\n",
        "[[sweep.cases]]\nlabel = \"first\"\noptimizer = { kind = \"adam\", lr = 0.02 }\n[[sweep.cases]]\nlabel = \"second\"\noptimizer = { kind = \"momentum\", lr = 0.02 }\n",
    ));
    fs::write(sweep.path("small.csv"), "method,quantity,mean\nfirst,epochs,3\nsecond,epochs,4\nfirst,loss,1\n")
        .unwrap();
    let found = verdicts(&sweep);
    let of = |method: &str| found[&(method.to_owned(), "epochs".to_owned())].as_str();
    assert_eq!((of("first"), of("second")), ("agrees", "differs"));
}

#[test]
fn the_page_has_every_cell() {
    let sweep = Sweep::new(SPEC);
    let made_up = BTreeMap::from(["adam", "momentum"].map(|method| (method.to_owned(), (1.0, 1.0))));
    fs::write(sweep.path("small.csv"), figures(&made_up, 0.0)).unwrap();
    let printed = sweep.run(&["reproduce", "x.toml", "--pages", "pages", "-q"]);
    assert_eq!(printed.code, Some(0), "{}", printed.stderr);
    let page = fs::read_to_string(sweep.path("pages/small.md")).unwrap();
    for part in ["# small", "Published: a run of this program", "Seeds differ.", "burnmark reproduce x", "24 runs"] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert_eq!(page.lines().filter(|line| line.starts_with("| adam |") || line.starts_with("| momentum |")).count(), 4);
}

#[test]
fn what_is_wrong_with_figures_is_said() {
    let why = |csv: &str| {
        let sweep = Sweep::new(SPEC);
        fs::write(sweep.path("small.csv"), csv).unwrap();
        let printed = sweep.run(&["reproduce", "x.toml"]);
        assert_eq!(printed.code, Some(2));
        assert!(!sweep.path("results").exists(), "nothing was run");
        printed.stderr
    };
    for (csv, said) in [
        ("method,quantity,mean\nadam,speed,1\n", "line 2: the spec has no quantity `speed`; it has `epochs`, `loss`"),
        ("method,quantity,mean\nadam,loss,fast\n", "line 2: `mean` is `fast`; expected a number"),
        ("method,quantity,mean,sd\nadam,loss,1,0.5\n", "line 2: a standard deviation needs `runs`, at least 2"),
        ("quantity,mean\nloss,1\n", "line 2: a row without `method`"),
        ("method,quantity,mean\nadam,loss,1\nadam,loss,2\n", "`loss` of method adam is given twice"),
        ("method,quantity,mean\nadam,loss,1\n", "no row has the quantity `epochs` of the spec"),
    ] {
        assert!(why(csv).contains(said), "{}", why(csv));
    }
    let sweep = Sweep::new(SPEC);
    assert!(sweep.run(&["reproduce", "x.toml"]).stderr.contains("cannot read `small.csv`"));
}

#[test]
fn mistakes_in_the_section_have_their_places() {
    let why = |from: &str, to: &str| {
        let printed = Sweep::new(SPEC.replace(from, to)).run(&["plan", "x.toml"]);
        assert_eq!(printed.code, Some(2), "{to}");
        printed.stderr
    };
    assert!(why("of = \"loss\"", "of = \"los\"").contains("unknown quantity of a run `los`"));
    assert!(
        why("{ of = \"epochs\" }", "{ of = \"epochs\", at = \"end\" }").contains("`epochs` is of a whole training")
    );
    assert!(why("figures = \"small.csv\"", "figures = \"../small.csv\"").contains("is no file's name"));
    assert!(why("figures = \"small.csv\"", "").contains("`[published]` without `figures`"));
    assert!(why("source =", "sources =").contains("did you mean `source`?"));
    let unknown = Sweep::new(SPEC.replace("optimizer.kind", "optimizer.name"));
    let made_up = BTreeMap::from(["adam", "momentum"].map(|method| (method.to_owned(), (1.0, 1.0))));
    fs::write(unknown.path("small.csv"), figures(&made_up, 0.0)).unwrap();
    let said = unknown.run(&["reproduce", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("no run has the setting `optimizer.name`; there are"), "{said}");
    let plain = Sweep::new(SPEC.split("[published]").next().unwrap()).run(&["reproduce", "x.toml"]);
    assert!(plain.stderr.contains("has no `[published]`"), "{}", plain.stderr);
    let none = Sweep::new(SPEC).run(&["reproduce", "nothing", "--specs", "."]);
    assert!(none.stderr.contains("no reproduction `nothing` in `.`; there are `x`"), "{}", none.stderr);
}

/// The program alone, without a clone: it lists what it has and writes nothing, and writes its specs to run one.
#[test]
fn the_program_alone_has_its_reproductions() {
    let sweep = Sweep::new("");
    fs::create_dir(sweep.path("data")).unwrap();
    let in_data = |arguments: &[&str]| {
        let mut command = sweep.command(arguments);
        Result::of(command.env("BURNMARK_DATA", sweep.path("data")).output().unwrap()).ended_with(0)
    };
    let rows = |printed: &str| -> Vec<String> {
        printed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let listed = rows(&in_data(&["reproduce"]).stdout);
    let line = |name: &str| listed.iter().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{listed:?}"));
    assert!(line("sphere ").contains("about 0 s not run yet The closed form of gradient descent"), "{listed:?}");
    assert!(line("proben1-8 ").contains("about 3 min needs `burnmark data fetch proben1` Prechelt 1994"), "{listed:?}");
    let document: serde_json::Value = serde_json::from_str(&in_data(&["reproduce", "--json"]).stdout).unwrap();
    assert_eq!(document["schema"], "burnmark.reproduce.1");
    let all = document["list"].as_array().unwrap();
    assert_eq!(all.len(), listed.len() - 1, "each row of the table");
    let of = |name: &str| all.iter().find(|of| of["name"] == name).unwrap();
    assert_eq!((&of("sphere")["state"], &of("sphere")["runs"]), (&"not-run".into(), &4.into()));
    assert_eq!((&of("proben1-8")["state"], &of("proben1-8")["needs"]), (&"not-ready".into(), &"proben1".into()));
    assert!(of("proben1-8")["seconds"].as_f64().is_some_and(|seconds| seconds > 60.0));
    assert!(!sweep.path("results").exists(), "listing writes nothing");
    // NIST's data come from files beside the spec.
    in_data(&["reproduce", "sphere", "nist", "-q"]);
    let listed = rows(&in_data(&["reproduce"]).stdout);
    assert_eq!(listed.iter().filter(|line| line.contains(" s done ")).count(), 2, "{listed:?}");
    in_data(&["verify", "results/reproductions/nist-linear"]);
    let own = fs::read(sweep.path("results/reproductions/specs/sphere.toml")).unwrap();
    assert_eq!(own, fs::read(home("experiments/reproductions/sphere.toml")).unwrap());
}

/// What the list says of runs and times is what the committed results say.
#[test]
fn the_list_has_the_times_of_the_committed_results() {
    let mut list = csv::Reader::from_path(home("experiments/reproductions/list.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = list.deserialize().map(std::result::Result::unwrap).collect();
    assert!(rows.len() >= 10);
    for row in rows {
        let (_, runs) = store::read(&home("results/published/reproductions").join(&row["name"])).unwrap();
        let took: f64 = runs.iter().map(|run| run.measurement.wall_seconds).sum();
        assert_eq!(row["runs"], runs.len().to_string(), "{}", row["name"]);
        let listed: f64 = row["seconds"].parse().unwrap();
        assert!((listed - took).abs() <= 0.5_f64.min(0.05 + 0.5 * took), "{}: {took}", row["name"]);
    }
}

/// A folder with other files than the pinned ones leaves nothing in the data folder.
#[test]
fn proben1_is_taken_from_a_folder_only_as_it_is_pinned() {
    let sweep = Sweep::new("");
    fs::create_dir(sweep.path("here")).unwrap();
    fs::write(sweep.path("here/building1.dt"), "bool_in=0\n").unwrap();
    let printed = sweep.run(&["data", "fetch", "proben1", "--from", "here", "--folder", "data"]);
    assert_eq!(printed.code, Some(1), "{}", printed.stderr);
    assert!(printed.stderr.contains("here/building1.dt` ended after 10 of 365853 bytes"), "{}", printed.stderr);
    assert!(!sweep.path("data/proben1/building1.dt").exists());
}

/// The runs of a committed reproduction.
fn committed(name: &str) -> Vec<RunRecord> {
    let folder = home("results/published/reproductions").join(name);
    let (_, runs) = store::read(&folder).unwrap_or_else(|why| panic!("{name}: {why}"));
    runs.into_iter().map(|run| run.record).collect()
}

fn text(run: &RunRecord, name: &str) -> String {
    run.settings[name].to_string()
}

/// No linear network has a lower training error than least squares, neither ours nor a published one.
#[test]
fn least_squares_bounds_the_linear_networks_of_proben1() {
    let bounds: BTreeMap<String, BTreeMap<String, f64>> =
        serde_json::from_slice(&fs::read(home("tests/oracles/proben1.json")).unwrap()).unwrap();
    let of = QuantityOf::Part { part: QuantityPart::Train, of: "loss".to_owned(), at: QuantityAt::Least };
    let least = RunQuantity { of, scale: 200.0, offset: 0.0, per: None };
    let mut sets = 0;
    for table in ["proben1-3", "proben1-4"] {
        for run in committed(table) {
            let bound = &bounds[&text(&run, "data.set.name")];
            let found = run.quantity(&least, bound["outputs"]).unwrap();
            // Runs are in f32: sums over a few thousand rows.
            assert!(found > bound["least"] * (1.0 - 1e-4), "{}: {found}, {bound:?}", text(&run, "data.set.name"));
        }
        let mut figures = csv::Reader::from_path(home(&format!("experiments/reproductions/{table}.csv"))).unwrap();
        for row in figures.deserialize::<BTreeMap<String, String>>().map(std::result::Result::unwrap) {
            if row["quantity"] == "training" {
                sets += 1;
                let mean: f64 = row["mean"].parse().unwrap();
                assert!(mean + 0.005 > bounds[&row["set"]]["least"], "{row:?}");
            }
        }
    }
    assert_eq!(sets, 42);
}

/// Table 10 says GL at the end: its figures are nearer to those under GL₂ than under the GL₅ that the report names, on most sets.
#[test]
fn table_10_of_proben1_fits_gl_2() {
    let overfit =
        RunQuantity { of: QuantityOf::Course(CourseQuantity::GeneralizationLoss), scale: 1.0, offset: 0.0, per: None };
    let mut means: BTreeMap<(String, bool), Vec<f64>> = BTreeMap::new();
    for run in committed("proben1-10") {
        let is_two = run.settings["train.stop.alpha"] == Value::Number(2.0);
        means.entry((text(&run, "data.set.name"), is_two)).or_default().push(run.quantity(&overfit, 1.0).unwrap());
    }
    let mean = |set: &str, two: bool| {
        let values = &means[&(set.to_owned(), two)];
        values.iter().sum::<f64>() / values.len() as f64
    };
    let (mut nearer, mut sets) = (0, 0);
    let mut figures = csv::Reader::from_path(home("experiments/reproductions/proben1-10.csv")).unwrap();
    for row in figures.deserialize::<BTreeMap<String, String>>().map(std::result::Result::unwrap) {
        if row["quantity"] == "overfit" {
            let published: f64 = row["mean"].parse().unwrap();
            let gap = |two: bool| (mean(&row["set"], two) - published).abs();
            sets += 1;
            nearer += usize::from(gap(true) < gap(false));
        }
    }
    assert_eq!(sets, 30);
    assert!(nearer >= 25, "{nearer} of {sets}");
}

/// Logits and margins are not compared with targets, so how far they are says nothing; several networks have no outputs of one.
#[test]
fn what_compares_no_outputs_with_targets_cannot_have_learned() {
    let refused = |more: &str, train: &str| {
        let sweep = Sweep::new(format!(
            "name = \"x\"\ndata = {{ set = \"iris\" }}\noptimizer = {{ kind = \"adam\", lr = 0.01 }}\n\
             model = {{ kind = \"mlp\", hidden = [4]{more} }}\ntrain = {{ epochs = 3, stop = \"learned\"{train} }}\n"
        ));
        sweep.run(&["run", "x.toml", "-q"])
    };
    let squares = ", loss = \"one-hot-squared-error\"";
    let said = refused("", "").ended_with(2).stderr;
    assert!(
        said.contains("`learned` asks how far outputs are from their targets, and `cross-entropy` takes outputs"),
        "{said}"
    );
    let said = refused(squares, ", ensemble = 2").ended_with(2).stderr;
    assert!(said.contains("`learned` asks for the outputs of one network"), "{said}");
    refused(squares, "").ended_with(0);
}

/// The rule of 40-20-40 ends the training of an encoder, 4-3-4, as soon as each output is near its target, and `epochs-to-learn` says when.
#[test]
fn an_encoder_is_trained_until_it_has_learned() {
    let spec = |within: f64| {
        format!(
            "name = \"encoder\"\nengine = \"reference\"\nseeds = 3\n\
             data = {{ set = {{ csv = \"encoder.csv\", target = \"y1, y2, y3, y4\", part = \"part\" }}, standardize = false, split = {{ holdout = \"own\" }} }}\n\
             model = {{ kind = \"layers\", layers = [{{ dense = 3, activation = \"tanh\" }}] }}\n\
             train = {{ epochs = 400, batch = \"full\", stop = {{ kind = \"learned\", within = {within} }} }}\n\
             optimizer = {{ kind = \"rprop\", lr = 0.1 }}\n"
        )
    };
    let mut csv = "x1,x2,x3,x4,y1,y2,y3,y4,part\n".to_owned();
    for part in ["train", "validation", "test"] {
        for row in 0..4 {
            let bits: Vec<&str> = (0..8).map(|place| if place % 4 == row { "1" } else { "0" }).collect();
            let _ = writeln!(csv, "{},{part}", bits.join(","));
        }
    }
    let trained = |within: f64| {
        let sweep = Sweep::new(spec(within));
        fs::write(sweep.path("encoder.csv"), &csv).unwrap();
        sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
        let (_, runs) = store::read(&sweep.path("results/encoder")).unwrap();
        let of = QuantityOf::Course(CourseQuantity::EpochsToLearn);
        let quantity = RunQuantity { of, scale: 1.0, offset: 0.0, per: None };
        runs.iter().map(|run| run.record.quantity(&quantity, 1.0)).collect::<Vec<_>>()
    };
    let usual = trained(0.4);
    assert!(usual.iter().all(|epochs| epochs.is_some_and(|epochs| (2.0..400.0).contains(&epochs))), "{usual:?}");
    let closer = trained(0.1);
    assert!(
        closer.iter().zip(&usual).all(|(closer, usual)| closer.is_none() || closer > usual),
        "{closer:?}, {usual:?}"
    );
    assert_eq!(trained(1e-12), [None; 3], "no training in f32 comes so near");
}
