//! Claims with known truth: supported, contradicted, undecided, equal, exact; wrong ones are mistakes, and forged results are found.

use crate::support::Sweep;
use burnmark::CurvePoint;
use burnmark::record::RunRecord;
use burnmark::store::Finished;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Seven families, a network that learns with one rate and hardly with the other.
fn rates(effect: &str, second: f64) -> String {
    format!(
        r#"
        name = "rates"
        engine = "reference"
        seeds = 6
        [claim]
        row = "T1"
        words = "The smaller rate has a higher training loss."
        formula = "θ ← θ − η g"
        experiment = "A logistic or linear model on seven families of data sets."
        next = "Try rates between the two."
        quantity = "loss"
        part = "train"
        scale = "ratio"
        compare = "optimizer.lr"
        first = 1e-4
        second = {second:e}
        effect = {effect}
        [data]
        set = "iris"
        [model]
        kind = "mlp"
        hidden = [4]
        [train]
        epochs = 6
        batch = 16
        evaluate_every = 6
        [sweep]
        "data.set" = ["iris", "wine", {{ kind = "two-moons", samples = 90 }}, {{ kind = "spirals", samples = 90 }}, {{ kind = "blobs", samples = 90 }}, {{ kind = "linear", samples = 90 }}, {{ kind = "wilson", samples = 40 }}]
        optimizer = [{{ kind = "gradient-descent", lr = [1e-4, {second:e}] }}]
        "#
    )
}

/// What the command prints of one claim as JSON.
fn claimed(sweep: &Sweep, arguments: &[&str]) -> Value {
    let all = [&["claims", "x.toml", "--json", "--no-check", "--quiet"], arguments].concat();
    let printed = sweep.run(&all).ended_with(0).stdout;
    serde_json::from_str::<Value>(&printed).unwrap()["claims"][0].clone()
}

#[test]
fn true_false_and_open_claims_are_judged_rightly() {
    for (effect, second, verdict) in [
        ("{ least = 1.1 }", 0.3, "supported"),
        ("{ most = 1.05 }", 0.3, "contradicted"),
        ("{ least = 0.9, most = 1.1 }", 0.3, "contradicted"),
        ("{ within = 0.05 }", 1.0001e-4, "supported"),
    ] {
        let found = claimed(&Sweep::new(rates(effect, second)), &[]);
        assert_eq!(found["verdict"], verdict, "{effect}: {found:#}");
        assert_eq!((found["first"]["families"].as_u64(), found["first"]["seeds"].as_u64()), (Some(7), Some(6)));
        let [low, mean, high] = ["low", "effect", "high"].map(|key| found["first"][key].as_f64().unwrap());
        assert!(low < mean && mean < high);
    }
    // The edge is the mean itself: no interval is on one side of it.
    let sweep = Sweep::new(rates("{ least = 1.1 }", 0.3));
    let mean = claimed(&sweep, &[])["first"]["effect"].as_f64().unwrap();
    let edge = Sweep::new(rates(&format!("{{ least = {mean} }}"), 0.3));
    assert_eq!(claimed(&edge, &[])["verdict"], "undecided");
}

#[test]
fn a_second_set_of_seeds_is_others_and_is_shown_beside_the_first() {
    let sweep = Sweep::new(rates("{ least = 1.1 }", 0.3));
    let once = claimed(&sweep, &[]);
    assert!(once["again"].is_null());
    let twice = claimed(&sweep, &["--again"]);
    assert_eq!((&twice["first"], &twice["again"]["verdict"]), (&once["first"], &Value::from("supported")));
    assert_ne!(twice["again"]["effect"], twice["first"]["effect"]);
    // What is there is judged without a run, and looks the same.
    assert_eq!(claimed(&sweep, &["--no-run"]), twice);
    let said = sweep.run(&["claims", "x.toml", "--explain"]).ended_with(0).stdout;
    for words in [
        "T1: The smaller rate",
        "formula\n  θ ← θ − η g",
        "verdict: supported, twice",
        "Judged alone: among more claims",
        "what to try next\n  Try rates",
        "figure: mean o and interval -",
        "  mean of all ",
    ] {
        assert!(said.contains(words), "`{words}` is missing in\n{said}");
    }
    assert!(sweep.path("results/claims/rates/figures/claim.svg").exists());
    let page = String::from_utf8(sweep.bytes("results/claims/rates/report.html")).unwrap();
    assert!(page.contains("<section id=\"claim\">") && page.contains("What would change the verdict"));
}

#[test]
fn a_rule_is_fixed_before_its_runs() {
    let sweep = Sweep::new(rates("{ least = 1.1 }", 0.3));
    claimed(&sweep, &[]);
    std::fs::write(sweep.path("x.toml"), rates("{ least = 2.0 }", 0.3)).unwrap();
    let refused = sweep.run(&["claims", "x.toml"]).ended_with(2).stderr;
    assert!(refused.contains("made for another rule"), "{refused}");
}

#[test]
fn a_forged_result_is_found() {
    let sweep = Sweep::new(rates("{ least = 1.1 }", 0.3));
    claimed(&sweep, &[]);
    let folder = "results/claims/rates";
    sweep.run(&["verify", folder, "--quiet"]).ended_with(0);
    // A manifest that says another rule, its digest made anew.
    let text = String::from_utf8(sweep.bytes(&format!("{folder}/manifest.json"))).unwrap();
    let (head, rest) = text.split_once("\",\n").unwrap();
    assert!(head.contains("manifest_digest") && rest.contains("\"least\": 1.1"));
    let forged = rest.replace("\"least\": 1.1", "\"least\": 0.1");
    let digest = blake3::hash(forged.as_bytes()).to_hex();
    let forged = format!("{{\n  \"manifest_digest\": \"{digest}\",\n{forged}");
    std::fs::write(sweep.path(&format!("{folder}/manifest.json")), forged).unwrap();
    let found = sweep.run(&["verify", folder, "--quiet"]).ended_with(1);
    assert!(found.stdout.contains("judge"), "{}", found.stdout);
}

/// A loss that ends at exactly 0 has no ratio: the claim says so wherever its number would be. A floor gives it one.
#[test]
fn a_ratio_of_zero_is_said_and_a_floor_gives_a_number() {
    // The largest rate separates the blobs by far: their cross-entropy rounds to 0.
    let spec = rates("{ least = 1.1 }", 0.3)
        .replace("1e-4, 3e-1", "1e-4, 3e4")
        .replace("second = 3e-1", "second = 3e4")
        .replace("kind = \"mlp\"\n        hidden = [4]", "kind = \"logistic\"")
        .replace(
            "{ kind = \"blobs\", samples = 90 }",
            "{ kind = \"blobs\", samples = 90, classes = 2, features = 2, margin = 0.2 }",
        );
    let only = |data: &str| {
        let (head, rest) = spec.split_once("\"data.set\" = [").unwrap();
        let (_, tail) = rest.split_once("]\n        optimizer").unwrap();
        format!("{head}\"data.set\" = [{data}]\n        optimizer{tail}")
            .replace("set = \"iris\"", "set = \"breast-cancer\"")
            .replace("scale = \"ratio\"", "scale = \"ratio\"\n        over = \"seeds\"")
    };
    let spec = only("{ kind = \"blobs\", samples = 90, classes = 2, features = 2, margin = 0.2 }, \"breast-cancer\"");
    let sweep = Sweep::new(&spec);
    let found = claimed(&sweep, &[]);
    assert_eq!((found["verdict"].as_str(), &found["first"]["effect"]), (Some("undecided"), &Value::Null), "{found:#}");
    let why = found["first"]["why"].as_str().unwrap();
    assert!(
        why.contains("on blobs the training loss of optimizer.lr 30000 is 0 or less")
            || why.contains("on blobs the training loss of lr 30000 is 0 or less"),
        "{why}"
    );
    let problems = found["first"]["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["why"].as_str().is_some_and(|why| why.contains("no ratio of 0"))));
    for form in ["--explain", "--markdown"] {
        let said = sweep
            .run(&["claims", "x.toml", "--no-run", form])
            .ended_with(0)
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(said.contains("there is no ratio of 0"), "{form}: {said}");
    }
    let table = sweep.run(&["claims", "x.toml", "--no-run"]).ended_with(0).stdout;
    assert!(table.contains("\nrates: on blobs the training loss of"), "{table}");
    let page = String::from_utf8(sweep.bytes("results/claims/rates/report.html")).unwrap();
    assert!(page.contains("there is no ratio of 0"));
    let floored = Sweep::new(spec.replace("scale = \"ratio\"", "scale = \"ratio\"\n        floor = 1e-3"));
    let found = claimed(&floored, &[]);
    assert!(found["first"]["why"].is_null() && found["first"]["effect"].as_f64().unwrap() > 1.0, "{found:#}");
    let said = floored.run(&["claims", "x.toml", "--no-run", "--explain"]).ended_with(0).stdout;
    assert!(said.contains("training loss (at least 0.001)"), "{said}");
}

const EXACT: &str = r#"
    name = "ridge-is-map"
    engine = "reference"
    precision = "f64"
    seeds = 4
    [claim]
    row = "T2"
    words = "Ridge is the most probable w under a Gaussian prior."
    quantity = "loss"
    scale = "ratio"
    compare = "optimizer"
    first = "ridge"
    second = "map"
    effect = { exactly = 1e-12 }
    [data]
    set = "diabetes"
    [model]
    kind = "linear"
    [sweep]
    "data.set" = ["diabetes", { kind = "linear", samples = 60 }]
    optimizer = [{ kind = "ridge", lambda = 4.0 }, { kind = "map", sigma = 1.0, prior_sigma = 0.5 }]
"#;

#[test]
fn an_identity_is_exact_or_contradicted() {
    let holds = claimed(&Sweep::new(EXACT), &[]);
    assert_eq!(holds["verdict"], "exact", "{holds:#}");
    assert!(holds["first"]["adjusted_p"].is_null(), "an identity is no matter of chance");
    let fails = claimed(&Sweep::new(EXACT.replace("lambda = 4.0", "lambda = 4.1")), &[]);
    assert_eq!(fails["verdict"], "contradicted");
    // The same of the weights themselves.
    let weights =
        EXACT.replace("quantity = \"loss\"", "quantity = \"parameters\"").replace("\"ratio\"", "\"largest-gap\"");
    let weights = weights + "[output]\nparameters = true\n";
    let holds = claimed(&Sweep::new(&weights), &[]);
    assert_eq!(holds["verdict"], "exact", "{holds:#}");
    let fails = claimed(&Sweep::new(weights.replace("lambda = 4.0", "lambda = 4.1")), &[]);
    assert_eq!(fails["verdict"], "contradicted", "{fails:#}");
}

#[test]
fn wrong_claims_are_mistakes() {
    let good = rates("{ least = 1.1 }", 0.3);
    for (from, to, says) in [
        ("quantity = \"loss\"", "quantity = \"los\"", "unknown quantity `los`"),
        ("quantity = \"loss\"", "quantity = \"f1\"", "are not asked for it"),
        (
            "quantity = \"loss\"\n        part = \"train\"",
            "quantity = { steps = \"gradient_norm\" }",
            "which no run keeps",
        ),
        ("quantity = \"loss\"", "quantity = \"diverged\"", "`part` beside a quantity of the whole run"),
        ("effect = { least = 1.1 }", "effect = { least = 0.0 }", "the effect of a ratio is a factor"),
        ("effect = { least = 1.1 }", "effect = { least = 2.0, most = 1.0 }", "an empty range"),
        ("effect = { least = 1.1 }", "effect = { within = 0.1, most = 1.0 }", "a table where"),
        ("effect = { least = 1.1 }", "", "a claim without `effect`"),
        ("first = 1e-4", "first = 1e-3", "`optimizer.lr` is never `0.001`"),
        ("first = 1e-4", "", "a comparison without `first`"),
        ("compare = \"optimizer.lr\"", "compare = \"train.batch\"", "`train.batch` is not swept"),
        ("compare = \"optimizer.lr\"", "compare = \"seed\"", "`seed` cannot be compared"),
        ("scale = \"ratio\"", "scale = \"rate\"", "unknown scale `rate`"),
        ("scale = \"ratio\"", "scale = \"distance\"", "only parameters have a distance"),
        ("scale = \"ratio\"", "from = 0.1", "`from` without a distance"),
        (
            "quantity = \"loss\"\n        part = \"train\"\n        scale = \"ratio\"",
            "quantity = \"parameters\"\n        scale = \"distance\"\n        from = 7",
            "which no run keeps",
        ),
        (
            "quantity = \"loss\"\n        part = \"train\"\n        scale = \"ratio\"",
            "quantity = \"parameters\"\n        scale = \"distance\"\n        from = 7",
            "`optimizer.lr` is never `7`",
        ),
        ("scale = \"ratio\"", "along = \"data.set.kind\"", "whose values are no numbers"),
        ("scale = \"ratio\"", "floor = 1e-3", "`floor` without a ratio"),
        ("scale = \"ratio\"", "scale = \"ratio\"\n        floor = 0.0", "greater than 0"),
        ("effect = { least = 1.1 }", "effect = { exactly = 1e-9 }\n        floor = 1e-3", "`floor` beside `exactly`"),
        (
            "quantity = \"loss\"\n        part = \"train\"",
            "quantity = \"taken\"\n        floor = 1e-3",
            "`floor` of a number that is no loss",
        ),
        ("part = \"train\"", "at_most = 0.5\n        floor = 1e-3", "`floor` of a number that is no loss"),
        ("scale = \"ratio\"", "over = \"family\"", "unknown repetition `family`"),
        ("scale = \"ratio\"", "wrods = \"\"", "unknown key in `[claim]` `wrods`"),
        ("[claim]", "claim = 3\n[clam]", "expected a table, `[claim]`"),
    ] {
        assert!(good.contains(from));
        let sweep = Sweep::new(good.replacen(from, to, 1));
        let said = sweep.run(&["claims", "x.toml"]).ended_with(2);
        assert!(said.stderr.contains(says), "`{says}` is missing in\n{}", said.stderr);
        assert!(!sweep.path("results").exists(), "nothing was run");
    }
    let without = Sweep::new(crate::support::SMALL);
    let said = without.run(&["claims", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("`x.toml` has no `[claim]`"), "{said}");
}

/// The guide's own claim, and a claim of the lecture whose spec was written out.
#[test]
fn the_guide_s_claim_is_judged() {
    let page = include_str!("../../docs/guide/claims.md");
    let spec = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let found = claimed(&Sweep::new(spec), &["--out", "own"]);
    assert_eq!((found["row"].as_str(), found["first"]["families"].as_u64()), (Some("M1"), Some(6)));
    let sweep = Sweep::new("");
    let written = sweep.run(&["claims", "C15", "--specs", "mine"]).ended_with(0).stdout;
    assert_eq!(written, "mine/C15-ridge-map-weights.toml\nmine/C15-ridge-map.toml\n");
    let again = sweep.run(&["claims", "C15", "--specs", "mine"]).ended_with(2).stderr;
    assert!(again.contains("is there already"), "{again}");
    let from_file =
        sweep.run(&["claims", "mine/C15-ridge-map.toml", "--json", "--quiet", "--no-check"]).ended_with(0).stdout;
    assert!(from_file.contains("\"exact\""), "{from_file}");
    let unknown = sweep.run(&["claims", "C99"]).ended_with(2).stderr;
    assert!(unknown.contains("no claim has the row C99; expected a file, or one of C1"), "{unknown}");
}

/// Every claim of the lecture is a spec without mistakes, and its rule can be met: there are enough families, or seeds.
#[test]
fn the_lecture_s_claims_are_specs() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/claims");
    let mut rows = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let spec = burnmark::plan::Spec::load(&entry, &[], &burnmark::Catalogue::standard())
            .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let claim = spec.judge.claim.as_ref().unwrap();
        let name = entry.file_stem().unwrap().to_str().unwrap();
        assert!(spec.name == name && name.starts_with(&format!("C{:0>2}", &claim.row[1..])), "{name}: {}", claim.row);
        assert!(!claim.formula.is_empty() && !claim.experiment.is_empty() && !claim.next.is_empty(), "{name}");
        rows.insert(claim.row.clone());
    }
    assert_eq!(rows.len(), 40, "{rows:?}");
}

/// Numbers of families and data sets in the words of a claim are those of its sweep.
#[test]
fn words_count_the_families_that_are_there() {
    const COUNTS: [(&str, usize); 13] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/claims");
    let (mut named, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let spec = burnmark::plan::Spec::load(&entry, &[], &burnmark::Catalogue::standard()).unwrap();
        let text = std::fs::read_to_string(&entry).unwrap();
        let swept = text.split_once("\"data.set\" = [").map(|(_, rest)| entries(rest));
        let claim = spec.judge.claim.unwrap();
        let sentences = [&claim.words, &claim.experiment, &spec.question].map(|text| text.to_lowercase());
        for sentence in sentences {
            for of in [" families", " data sets"] {
                let Some((before, _)) = sentence.split_once(of) else { continue };
                let Some((_, count)) =
                    before.rsplit(' ').next().and_then(|word| COUNTS.iter().find(|(name, _)| *name == word))
                else {
                    continue;
                };
                let Some(kinds) = &swept else {
                    wrong.push(format!("{}: {count}{of}, none swept", spec.name));
                    continue;
                };
                let families: std::collections::BTreeSet<&String> = kinds.iter().collect();
                let there = if of == " families" { families.len() } else { kinds.len() };
                if *count != there {
                    wrong.push(format!("{}: {count}{of} in words, {there} in the sweep", spec.name));
                }
                named += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(named >= 30, "{named} counts were found");
}

/// The first text in quotes of each entry of a list, of which this is what follows its bracket.
fn entries(list: &str) -> Vec<String> {
    let (mut depth, mut entry, mut all) = (0, String::new(), Vec::new());
    for letter in list.chars() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' if depth > 0 => depth -= 1,
            ']' => break,
            ',' if depth == 0 => all.push(std::mem::take(&mut entry)),
            _ => entry.push(letter),
        }
    }
    all.push(entry);
    all.iter().filter_map(|entry| Some(entry.split('"').nth(1)?.to_owned())).collect()
}

/// docs/lecture.md leads from each claim to its experiments and their figures.
#[test]
fn the_lecture_leads_to_experiments_and_figures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (lecture, gallery) =
        (include_str!("../../docs/lecture.md"), std::fs::read_to_string(root.join("docs/claims.html")).unwrap());
    for entry in std::fs::read_dir(root.join("experiments/claims")).unwrap().map(|entry| entry.unwrap().path()) {
        let Some(name) = entry.file_stem().and_then(|name| name.to_str()).filter(|_| entry.is_file()) else { continue };
        let row = format!("| C{} |", name[1..3].trim_start_matches('0'));
        let line = lecture.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        assert!(line.contains(&format!("(../experiments/claims/{name}.toml)")), "{name}: {line}");
        assert!(line.contains(&format!("(claims.html#{name})")), "{name}: {line}");
        assert_eq!(gallery.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
    }
}

/// What `tests/oracles/claims.py` computes.
#[derive(serde::Deserialize)]
struct Golden {
    counts: Vec<Counted>,
    numbers: Vec<Computed>,
}

/// A run of a claim, and the first step after which it has this loss.
#[derive(serde::Deserialize)]
struct Counted {
    claim: String,
    settings: BTreeMap<String, Value>,
    seed: u64,
    part: String,
    loss: f64,
    steps: Option<u64>,
}

/// Runs of a claim, and the number that each of them has, to a relative tolerance: the final training loss, or the mean of a column of the steps.
/// Without a value there is no minimum, and the run has to say so.
#[derive(serde::Deserialize)]
struct Computed {
    claim: String,
    settings: BTreeMap<String, Value>,
    seed: u64,
    column: String,
    value: Option<f64>,
    tolerance: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/claims.json")).unwrap()
}

/// Whether a run has a setting as JSON writes it; numbers to the roundings of f32.
fn has(record: &RunRecord, (name, value): (&String, &Value)) -> bool {
    let known = record.settings.get(name);
    match value.as_f64() {
        Some(number) => {
            known.and_then(burnmark::value::Value::as_number).is_some_and(|known| (known / number - 1.0).abs() < 1e-6)
        }
        None => known.is_some_and(|known| Some(known.to_string().as_str()) == value.as_str()),
    }
}

/// The runs of each published claim, read once.
#[derive(Default)]
struct Published(BTreeMap<String, Vec<Finished>>);

impl Published {
    fn runs(&mut self, claim: &str, seed: u64, settings: &BTreeMap<String, Value>) -> Vec<&Finished> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/published/claims").join(claim);
        let all = self.0.entry(claim.to_owned()).or_insert_with(|| burnmark::store::read(&folder).unwrap().1);
        let is_meant = |run: &&Finished| {
            run.record.seed() == Some(seed) && settings.iter().all(|setting| has(&run.record, setting))
        };
        all.iter().filter(is_meant).collect()
    }
}

/// The published runs of the claims that count steps reach their losses when the same methods in NumPy do, in the first evaluation from that
/// step on. Counts are whole numbers: nothing is to be tolerated.
#[test]
fn published_runs_reach_their_targets_when_numpy_does() {
    let counts = golden().counts;
    assert_eq!(counts.len(), 50);
    let mut published = Published::default();
    for golden in &counts {
        let case = format!("{}, seed {}, {:?}", golden.claim, golden.seed, golden.settings);
        let meant = published.runs(&golden.claim, golden.seed, &golden.settings);
        let [run] = meant.as_slice() else { panic!("{} runs: {case}", meant.len()) };
        let loss = |point: &CurvePoint| match golden.part.as_str() {
            "train" => point.train.map(|evaluation| evaluation.loss),
            _ => Some(point.validation.loss),
        };
        let curve = &run.record.curve;
        let reached = curve.iter().find(|point| loss(point).is_some_and(|loss| loss <= golden.loss));
        let expected = golden.steps.and_then(|steps| curve.iter().find(|point| point.step >= steps));
        assert_eq!(reached.map(|point| point.step), expected.map(|point| point.step), "{case}: {:?}", golden.steps);
    }
}

/// The published runs of C12 end at NumPy's minimum from every start, or say that there is none where a perceptron separates the classes;
/// those of C21 have NumPy's mean step and loss, to some roundings of f32.
#[test]
fn published_runs_have_the_numbers_that_numpy_has() {
    let numbers = golden().numbers;
    assert_eq!(numbers.len(), 20);
    let mut published = Published::default();
    for golden in &numbers {
        let case = format!("{}, seed {}, {:?}", golden.claim, golden.seed, golden.settings);
        let meant = published.runs(&golden.claim, golden.seed, &golden.settings);
        let expected = match golden.claim.as_str() {
            "C12-newton-minimum" => 20,
            "C12-newton-separable" => 10,
            _ => 1,
        };
        assert_eq!(meant.len(), expected, "{case}");
        for run in meant {
            let record = &run.record;
            let column = record.traced.iter().position(|name| *name == golden.column);
            let found = match column {
                Some(place) => {
                    let values: Vec<f64> = record.steps.iter().map(|point| point.traced[place]).collect();
                    Some(values.iter().sum::<f64>() / values.len() as f64)
                }
                None => record.curve.last().and_then(|point| point.train).map(|train| train.loss),
            };
            let Some(value) = golden.value else {
                assert!(record.no_minimum.is_some(), "{case}: {:?}", record.outcome);
                continue;
            };
            let gap = (found.unwrap_or(f64::NAN) / value - 1.0).abs();
            assert!(gap <= golden.tolerance, "{case}: {found:?} and {value}");
        }
    }
}
