//! Axes of several settings, and ranges whose numbers are drawn: which runs they make.

use burnmark::plan::{RunSpec, Spec};
use burnmark::spec::Override;
use burnmark::train::BatchSize;
use burnmark::value::Value;

const BASE: &str = r#"name = "x"
engine = "reference"
optimizer = { kind = "momentum", lr = 0.5 }
[data]
set = "iris"
[model]
kind = "mlp"
hidden = [8]
[train]
epochs = 2
batch = 16
"#;

fn spec(sweep: &str) -> Spec {
    with(sweep, &[])
}

#[track_caller]
fn with(sweep: &str, set: &[(&str, &str)]) -> Spec {
    let overrides: Vec<_> =
        set.iter().map(|(path, value)| Override { path: (*path).to_owned(), value: (*value).to_owned() }).collect();
    Spec::parse("x.toml".to_owned(), format!("{BASE}{sweep}"), &overrides)
        .unwrap_or_else(|why| panic!("{}", why.render(false)))
}

#[track_caller]
fn refused(sweep: &str, says: &[&str]) {
    let message = match Spec::parse("x.toml".to_owned(), format!("{BASE}{sweep}"), &[]) {
        Ok(_) => panic!("accepted:\n{sweep}"),
        Err(problems) => problems.render(false),
    };
    for part in says {
        assert!(message.contains(part), "`{part}` is missing in\n{message}");
    }
}

fn number(run: &RunSpec, name: &str) -> f64 {
    match run.optimizer.parameters.iter().find(|(known, _)| *known == name) {
        Some((_, Value::Number(number))) => *number,
        other => panic!("{name}: {other:?}"),
    }
}

fn batch(run: &RunSpec) -> usize {
    match run.train.batch {
        BatchSize::Samples(samples) => samples,
        BatchSize::Full => 0,
    }
}

#[test]
fn lists_of_a_zip_vary_together() {
    let both = r#"
        [sweep]
        precision = ["f32", "f64"]
        [sweep.zip]
        "train.batch" = [8, 16, 16]
        optimizer.lr = [0.1, 0.2, 0.3]
    "#;
    let spec = spec(both);
    let found: Vec<(usize, f64)> = spec.runs().map(|run| (batch(&run), number(&run, "lr"))).collect();
    let once = [(8, 0.1), (16, 0.2), (16, 0.3)];
    assert_eq!(found, [once, once].concat());
    let identities: Vec<_> = spec.identities().collect();
    assert!(spec.runs().zip(&identities).all(|(run, id)| spec.identity(&run) == *id), "made part by part");
    assert!(identities.iter().all(|id| spec.find(*id).is_some()));
}

#[test]
fn several_zips_are_several_axes() {
    let spec = spec(
        r#"
        [[sweep.zip]]
        "train.batch" = [8, 16]
        "train.epochs" = [1, 2]
        [[sweep.zip]]
        "regularize.dropout" = [0.0, 0.5]
        "model.hidden" = [[4], [8]]
    "#,
    );
    let found: Vec<_> = spec.runs().map(|run| (batch(&run), run.train.epochs, run.model.hidden[0])).collect();
    assert_eq!(found, [(8, 1, 4), (8, 1, 8), (16, 2, 4), (16, 2, 8)]);
}

#[test]
fn what_a_case_leaves_out_is_as_in_the_base() {
    let cases = r#"
        [[sweep.cases]]
        [[sweep.cases]]
        annealing = "cosine"
        "train.batch" = 8
        [[sweep.cases]]
        annealing = { kind = "exponential", k = [0.1, 0.2] }
        [[sweep.cases]]
        [sweep.cases.optimizer]
        kind = "adam"
        lr = 0.01
    "#;
    let of = |spec: &Spec| -> Vec<_> {
        spec.runs().map(|run| (run.annealing.kind.clone(), batch(&run), run.optimizer.kind.clone())).collect()
    };
    let row = |annealing: &str, batch, optimizer: &str| (annealing.to_owned(), batch, optimizer.to_owned());
    let expected = [
        row("constant", 16, "momentum"),
        row("cosine", 8, "momentum"),
        row("exponential", 16, "momentum"),
        row("exponential", 16, "momentum"),
        row("constant", 16, "adam"),
    ];
    assert_eq!(of(&spec(cases)), expected);
    // In any order: what was set last must not stay.
    let spec = spec(cases);
    let backwards: Vec<_> = (0..spec.len()).rev().map(|index| spec.run(index).annealing.kind).collect();
    assert_eq!(backwards, ["constant", "exponential", "exponential", "cosine", "constant"]);
}

#[test]
fn an_override_takes_its_setting_out_of_what_varies_together() {
    let zip = "[sweep.zip]\n\"train.batch\" = [8, 16]\n\"regularize.dropout\" = [0.5, 0.5]\n";
    let of = |spec: &Spec| spec.runs().map(|run| (batch(&run), run.regularize.dropout)).collect::<Vec<_>>();
    assert_eq!(of(&with(zip, &[("regularize.dropout", "0.1")])), [(8, 0.1), (16, 0.1)]);
    assert_eq!(of(&with(zip, &[("train.batch", "4")])), [(4, 0.5)], "two that differed by nothing else are one");
    assert_eq!(of(&with(zip, &[("train.batch", "4"), ("regularize.dropout", "0.1")])), [(4, 0.1)]);
    // What is left is as in the base, and so is the other case.
    let cases = "[[sweep.cases]]\n[[sweep.cases]]\n\"train.batch\" = 16\n\"regularize.dropout\" = 0.5\n";
    assert_eq!(of(&with(cases, &[("regularize.dropout", "0.1")])), [(16, 0.1)]);
    // What is left is the default, and so is the other case.
    let cases = "[[sweep.cases]]\n[[sweep.cases]]\n\"regularize.dropout\" = 0.0\n\"train.batch\" = 8\n";
    assert_eq!(of(&with(cases, &[("train.batch", "4")])), [(4, 0.0)]);
    let cases =
        "[[sweep.cases]]\n\"optimizer.lr\" = 0.2\n[[sweep.cases]]\noptimizer = { kind = \"momentum\", lr = 0.7 }\n";
    assert_eq!(with(cases, &[("optimizer.lr", "0.3")]).len(), 1);
}

#[test]
fn drawn_numbers_lie_in_their_range_and_more_of_them_begin_alike() {
    let rates = |draws: usize, more: &str| -> Vec<f64> {
        let range = format!("[sweep]\n\"optimizer.lr\" = {{ log = [1e-4, 1.0], draws = {draws}{more} }}\n");
        spec(&range).runs().map(|run| number(&run, "lr")).collect()
    };
    let many = rates(400, "");
    assert!(many.iter().all(|rate| (1e-4..=1.0).contains(rate)));
    assert_eq!(many[..30], rates(30, ""));
    assert_eq!(many[..3], [0.003_507, 0.8526, 0.5373], "by tests/oracles/streams.py");
    assert!(rates(30, ", seed = 1").iter().all(|rate| !many[..30].contains(rate)));
    // Uniform in the logarithm: of 400, 100 ± 26 (three standard deviations) in each of four equal stretches.
    for decade in [1e-4, 1e-3, 1e-2, 1e-1] {
        let within = many.iter().filter(|rate| (decade..decade * 10.0).contains(*rate)).count();
        assert!((74..=126).contains(&within), "{within} from {decade} on");
    }
    // Where three digits are too few, more are kept.
    let narrow = spec("[sweep]\n\"optimizer.mu\" = { linear = [0.1, 0.2], draws = 5000 }\n");
    assert_eq!(narrow.len(), 5000);
    let distinct: std::collections::BTreeSet<u64> = many.iter().map(|rate| rate.to_bits()).collect();
    assert_eq!(distinct.len(), many.len());
}

#[test]
fn whole_numbers_are_drawn_whole_and_each_once() {
    let found = |range: &str| {
        let mut found: Vec<usize> =
            spec(&format!("[sweep]\n\"train.batch\" = {range}\n")).runs().map(|r| batch(&r)).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found("{ linear = [3, 8], draws = 6 }"), [3, 4, 5, 6, 7, 8]);
    let log = found("{ log = [2, 64], draws = 20 }");
    assert!(log.is_sorted_by(|a, b| a < b) && log.first() >= Some(&2) && log.last() <= Some(&64), "{log:?}");
}

#[test]
fn draws_of_one_table_go_together() {
    let drawn_ones = spec(
        r#"
        [sweep]
        optimizer = [
          { kind = "adam", lr = { log = [1e-4, 1e-1], draws = 8 }, beta1 = { linear = [0.8, 0.99], draws = 8 }, beta2 = [0.99, 0.999] },
          { kind = "nesterov", lr = { log = [1e-4, 1e-1], draws = 8 } },
        ]
    "#,
    );
    let runs: Vec<RunSpec> = drawn_ones.runs().collect();
    assert_eq!(runs.len(), 16 + 8);
    let drawn = |runs: &[RunSpec]| runs.iter().map(|run| number(run, "lr")).collect::<Vec<_>>();
    assert_eq!(drawn(&runs[..8]), drawn(&runs[8..16]), "with each β₂");
    assert_eq!(drawn(&runs[..8]), drawn(&runs[16..]), "two optimizers with one range try the same rates");
    // Of whole numbers there are so few that rows come up again; each is taken once.
    let all = "[sweep.zip]\n\"train.batch\" = { linear = [1, 10], draws = 100 }\n\"train.epochs\" = { linear = [1, 10], draws = 100 }\n";
    assert_eq!(spec(all).len(), 100, "all that there are");
    let few = spec(
        "[sweep.zip]\n\"train.batch\" = { linear = [1, 4], draws = 16 }\n\"train.epochs\" = { linear = [1, 4], draws = 16 }\n",
    );
    let rows: std::collections::BTreeSet<_> = few.runs().map(|run| (batch(&run), run.train.epochs)).collect();
    assert_eq!((few.len(), rows.len()), (16, 16));
    let share = |run: &RunSpec| (number(run, "beta1") - 0.8) / 0.19 - (number(run, "lr") * 1e4).log10() / 3.0;
    assert!(runs[..8].iter().any(|run| share(run).abs() > 0.1), "each parameter has draws of its own");
}

#[test]
fn a_protocol_may_compare_and_tune_what_varies_together() {
    let protocol = r#"
        [sweep]
        "optimizer.mu" = [0.5, 0.9]
        [sweep.zip]
        "optimizer.lr" = { log = [1e-3, 1.0], draws = 6 }
        "regularize.weight_decay" = { log = [1e-5, 1e-2], draws = 6 }
        [protocol]
        compare = ["optimizer.mu"]
        tune = ["optimizer.lr", "regularize.weight_decay"]
        report_seeds = 3
    "#;
    let spec = spec(protocol);
    let design = &spec.designs()[0];
    assert_eq!(design.cells.iter().map(|cell| cell.trials).collect::<Vec<_>>(), [6, 6]);
    for cell in &design.cells {
        assert!(spec.trials(design, cell).iter().all(|trial| trial.len() == 1));
    }
    let uneven =
        protocol.replace("tune = [\"optimizer.lr\", \"regularize.weight_decay\"]", "tune = [\"optimizer.lr\"]");
    refused(&uneven, &["not averaged over the same values of `regularize.weight_decay`"]);
}

/// Batch 8 always with one decay and batch 64 with another: nobody could tell which of both made a difference.
#[test]
fn what_varies_with_the_compared_is_compared_too() {
    let protocol = r#"
        [sweep]
        optimizer = [{ kind = "adam", lr = [0.1, 0.2] }]
        [sweep.zip]
        "train.batch" = [8, 64]
        "regularize.weight_decay" = [0.0, 0.3]
        [protocol]
        compare = ["train.batch"]
        tune = ["optimizer.lr"]
        report_seeds = 6
    "#;
    let message = "`regularize.weight_decay` varies together with what is compared, on iris";
    refused(protocol, &[message, "expected it compared too"]);
    spec(&protocol.replace("[\"train.batch\"]", "[\"train.batch\", \"regularize.weight_decay\"]"));
}

/// In any order of the cases, and within one kind of a choice too.
#[test]
fn what_is_bound_is_found_in_any_order() {
    let case = |model: &str| format!("[[sweep.cases]]\n{model}\n");
    let cases = [
        case("\"model.kind\" = \"mlp\"\n\"regularize.l1\" = 0.1"),
        case("\"model.kind\" = \"mlp\"\n\"train.batch\" = 8\n\"regularize.l1\" = 0.2"),
    ];
    for order in [[0, 1], [1, 0]] {
        let cases: String = order.map(|place| cases[place].as_str()).concat();
        let protocol = "[protocol]\ncompare = [\"train.batch\"]\ntune = [\"optimizer.lr\"]\nreport_seeds = 3\n";
        let optimizers = "[sweep]\noptimizer = [{ kind = \"adam\", lr = [0.1, 0.2] }]\n";
        refused(&format!("{optimizers}{cases}{protocol}"), &["`regularize.l1` varies together with what is compared"]);
    }
    let zip = r#"
        [sweep]
        "train.batch" = [8, 16]
        [sweep.zip]
        "optimizer.lr" = [0.1, 0.2]
        "optimizer.mu" = [0.5, 0.9]
        [protocol]
        compare = ["optimizer.lr"]
        tune = ["train.batch"]
        report_seeds = 3
    "#;
    refused(zip, &["`optimizer.mu` varies together with what is compared"]);
}

/// More mistakes than are kept must not make a spec of half-read axes.
#[test]
fn many_mistakes_are_no_panic() {
    let unknown: String = (0..600).fold(String::new(), |text, number| text + &format!("unknown{number} = 1\n"));
    let text =
        format!("{unknown}{BASE}[sweep.zip]\n\"train.batch\" = [0]\noptimizer = [{{ kind = \"adam\", lr = 0.1 }}]\n");
    let set = [Override { path: "optimizer.lr".to_owned(), value: "0.2".to_owned() }];
    assert!(Spec::parse("x.toml".to_owned(), text, &set).is_err());
}

/// A choice is overridden before its parameters, in whatever order they are given.
#[test]
fn overrides_have_no_order() {
    let rates: [(&str, &str); 2] = [("optimizer.lr", "0.2"), ("optimizer", "{ kind = \"adam\", lr = 0.1 }")];
    for overrides in [rates, [rates[1], rates[0]]] {
        let run = with("", &overrides).run(0);
        assert_eq!((run.optimizer.kind.as_str(), number(&run, "lr")), ("adam", 0.2));
    }
}

/// Where some cases give epochs and others leave them to a closed form, each has its own.
#[test]
fn epochs_of_some_cases() {
    let text = r#"
        name = "x"
        data.set = "diabetes"
        model.kind = "linear"
        [sweep]
        optimizer = ["normal-equations", "qr"]
        [[sweep.cases]]
        "train.epochs" = 2
        "data.degree" = 2
        [[sweep.cases]]
        "data.degree" = 1
    "#;
    let spec = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap();
    assert_eq!(spec.runs().map(|run| run.train.epochs).collect::<Vec<_>>(), [2, 1, 2, 1]);
    assert_eq!(spec.identities().count(), 4);
}

/// What a spec names anywhere counts as given, in whatever order.
#[test]
fn checks_do_not_depend_on_the_order_of_cases() {
    let cases = ["[[sweep.cases]]\n\"regularize.weight_decay\" = 0.0\n", "[[sweep.cases]]\n\"optimizer.lr\" = 0.2\n"];
    for order in [[0, 1], [1, 0]] {
        let cases: String = order.map(|place| cases[place]).concat();
        assert_eq!(spec(&format!("[regularize]\ndecoupled = true\n{cases}")).len(), 2);
    }
}

#[test]
fn what_cannot_vary_together_is_said() {
    let zip = |lists: &str| format!("[sweep.zip]\n{lists}\n");
    refused(
        &zip("\"train.batch\" = [8, 16]\n\"regularize.dropout\" = [0.0, 0.1, 0.2]"),
        &["`regularize.dropout` has 3 values, and `train.batch` 2", "x.toml:14:24", "expected as many"],
    );
    refused(
        &zip("\"train.batch\" = [8, 8]\n\"regularize.dropout\" = [0.1, 0.1]"),
        &["the same values of `train.batch`, `regularize.dropout` are given twice"],
    );
    refused(&zip(""), &["nothing that varies together"]);
    refused("[sweep]\nzip = 3\n", &["the number 3 where a table of lists, `[sweep.zip]`, belongs"]);
    refused(
        "[sweep]\n\"train.batch\" = [8]\n[sweep.zip]\n\"train.batch\" = [8]\n",
        &["the axis `train.batch` is given twice"],
    );
    refused("[[sweep.cases]]\nbach = 3\n", &["unknown axis `bach`"]);
    refused("[[sweep.cases]]\n\"train.batch\" = [8, 16]\n", &["a list of 2 where"]);
    refused("[[sweep.cases]]\n\"train.batch\" = 8\n[[sweep.cases]]\n\"train.batch\" = 8\n", &["are given twice"]);
    refused("[[sweep.cases]]\nzip = 8\n", &["`zip` cannot be swept"]);
    refused(
        "[[sweep.cases]]\n\"train.batch\" = 8\ntrain.epochs = 3\ntrain.batch = 32\n",
        &["the axis `train.batch` is given twice"],
    );
    refused(&zip("\"train.batch\" = [8, 16]\ntrain.batch = [4, 2]"), &["the axis `train.batch` is given twice"]);
    refused("[[sweep.cases]]\n[[sweep.cases]]\n", &["cases that set nothing"]);
    let both = "[[sweep.cases]]\noptimizer = { kind = \"adam\", lr = 0.7 }\n\"optimizer.lr\" = 0.2\n";
    refused(both, &["the axis `optimizer.lr` is given twice"]);
    let message = "the same values of `train.batch` are given twice";
    refused("[[sweep.cases]]\n[[sweep.cases]]\n[[sweep.cases]]\n\"train.batch\" = 8\n", &[message, "x.toml:13:1"]);
    refused("[sweep]\nzip = []\n", &["a list of 0 where a table of lists, `[sweep.zip]`, belongs"]);
    // All that is wrong at once.
    let both = ["`train.batch` is `0`", "`regularize.dropout` is `1.5`"];
    refused(&zip("\"train.batch\" = [0]\n\"regularize.dropout\" = [1.5]"), &both);
    // With a value of the base written out, two cases are one run.
    refused("[[sweep.cases]]\n[[sweep.cases]]\n\"train.batch\" = 16\n", &["two combinations are the same run"]);
}

#[test]
fn ranges_that_cannot_be_are_said() {
    let range = |range: &str| format!("[sweep]\n\"optimizer.lr\" = {range}\n");
    refused(&range("{ log = [0.1, 1.0] }"), &["a range without `points` or `draws`"]);
    refused(&range("{ log = [0.1, 1.0], points = 3, draws = 3 }"), &["both `points` and `draws`"]);
    refused(&range("{ log = [0.1, 1.0], points = 3, seed = 3 }"), &["a `seed` where nothing is drawn"]);
    refused(&range("{ log = [0.1, 1.0], draws = 0 }"), &["`draws` is `0`"]);
    refused(&range("{ log = [0.1, 1.0], linear = [0, 1], points = 3 }"), &["both `log` and `linear`"]);
    refused(&range("{ points = 3 }"), &["a range without `log` or `linear`"]);
    let mu = "[sweep]\n\"optimizer.mu\" = { linear = [0.5, 1.5], draws = 100 }\n";
    refused(mu, &["in this range", "1 mistake found"]);
    refused("[sweep]\n\"train.batch\" = { linear = [-3, 8], draws = 3 }\n", &["in this range", "a whole number"]);
    let [few, many] = [16, 17].map(|draws| format!("{{ linear = [1, 4], draws = {draws} }}"));
    refused(
        &format!("[sweep.zip]\n\"train.batch\" = {many}\n\"train.epochs\" = {many}\n"),
        &["17 draws, and the range holds fewer distinct values"],
    );
    refused(
        &format!("[sweep.zip]\n\"train.batch\" = {few}\n\"train.epochs\" = {many}\n"),
        &["`train.epochs` has 17 values, and `train.batch` 16"],
    );
    refused(
        "[sweep]\n\"train.batch\" = { linear = [8, 10], draws = 4 }\n",
        &["4 draws, and the range holds fewer distinct values"],
    );
    refused(
        "[sweep]\noptimizer = [{ kind = \"adam\", lr = { log = [0.1, 1.0], draws = 3 }, beta1 = { linear = [0.8, 0.9], draws = 4 } }]\n",
        &["4 draws of `beta1` beside 3 of another parameter", "expected as many"],
    );
}
