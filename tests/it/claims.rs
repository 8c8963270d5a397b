//! Claims with known truth: supported, contradicted, undecided, equal, exact; wrong ones are mistakes, and forged results are found.

use crate::support::Sweep;
use serde_json::Value;

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

/// Two problems over seeds, of which a rate far too large separates one by far: its cross-entropy rounds to 0.
const OF_ZERO: &str = r#"
    name = "rates"
    engine = "reference"
    seeds = 6
    [claim]
    row = "T4"
    words = "The smaller rate has a higher training loss."
    quantity = "loss"
    part = "train"
    scale = "ratio"
    over = "seeds"
    compare = "optimizer.lr"
    first = 1e-4
    second = 3e4
    effect = { least = 1.1 }
    [data]
    set = "breast-cancer"
    [model]
    kind = "logistic"
    [train]
    epochs = 6
    batch = 16
    evaluate_every = 6
    [sweep]
    "data.set" = [{ kind = "blobs", samples = 90, classes = 2, features = 2, margin = 0.2 }, "breast-cancer"]
    optimizer = [{ kind = "gradient-descent", lr = [1e-4, 3e4] }]
"#;

/// A loss that ends at exactly 0 has no ratio: the claim says so wherever its number would be. A floor gives it one.
#[test]
fn a_ratio_of_zero_is_said_and_a_floor_gives_a_number() {
    const WHY: &str = "on blobs, the training loss of lr 30000 is 0 or less on every seed, and there is no ratio of 0";
    let sweep = Sweep::new(OF_ZERO);
    let found = claimed(&sweep, &[]);
    assert_eq!((found["verdict"].as_str(), &found["first"]["effect"]), (Some("undecided"), &Value::Null), "{found:#}");
    assert!(found["first"]["why"].as_str().unwrap().starts_with(WHY), "{found:#}");
    let problems = found["first"]["problems"].as_array().unwrap();
    let lacking = problems.iter().filter(|problem| !problem["why"].is_null());
    assert_eq!(lacking.count(), 1, "{problems:#?}");
    for form in ["--explain", "--markdown"] {
        let said = sweep.run(&["claims", "x.toml", "--no-run", form]).ended_with(0).stdout;
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(WHY), "{form}: {said}");
    }
    let table = sweep.run(&["claims", "x.toml", "--no-run"]).ended_with(0).stdout;
    assert!(table.contains(&format!("\nrates: {WHY}")), "{table}");
    let page = String::from_utf8(sweep.bytes("results/claims/rates/report.html")).unwrap();
    assert!(page.contains(WHY), "{page}");
    let floored = Sweep::new(OF_ZERO.replace("scale = \"ratio\"", "scale = \"ratio\"\n    floor = 1e-3"));
    let found = claimed(&floored, &[]);
    assert!(found["first"]["why"].is_null() && found["first"]["effect"].is_f64(), "{found:#}");
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
