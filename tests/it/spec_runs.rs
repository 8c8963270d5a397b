//! The runs that a spec makes: how axes multiply, and what their identities depend on.

use crate::specs::GOOD;
use crate::support::SMALL;
use burnmark::plan::Spec;
use burnmark::record::RunId;
use burnmark::spec::Override;

pub fn parse(text: &str, overrides: &[Override]) -> Spec {
    Spec::parse("x.toml".to_owned(), text.to_owned(), overrides)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
}

#[test]
fn axes_multiply_in_the_order_of_the_file() {
    let spec = parse(SMALL, &[]);
    let runs: Vec<_> = spec.runs().collect();
    assert_eq!((spec.len(), runs.len()), (20, 20));
    let head: Vec<_> =
        runs.iter().take(6).map(|run| (run.optimizer.kind.as_str(), run.optimizer.number("lr"), run.seed)).collect();
    assert_eq!(head[..3], [("adam", 0.01, 0), ("adam", 0.01, 1), ("adam", 0.1, 0)]);
    assert_eq!(head[4], ("gradient-descent", 0.1, 0));
    assert!(runs[..10].iter().all(|run| run.data.set.kind == "iris"));
}

#[test]
fn ranges_have_round_numbers() {
    let spec = GOOD.replace("lr = 0.01", "lr = { log = [1e-3, 1.0], points = 7 }");
    let spec = spec.replace("[0.0, 0.5]", "{ linear = [0.0, 0.5], points = 6 }");
    let spec = parse(&(spec + "\"train.batch\" = { linear = [16, 48], points = 3 }\n"), &[]);
    let batches: std::collections::BTreeSet<usize> = spec.runs().map(|run| run.train.batch.of(0)).collect();
    assert_eq!(batches.into_iter().collect::<Vec<_>>(), [16, 32, 48]);
    let mut rates: Vec<f64> = spec.runs().map(|run| run.optimizer.number("lr")).collect();
    rates.dedup();
    assert_eq!(rates, [0.001, 0.00316, 0.01, 0.0316, 0.1, 0.316, 1.0]);
    let rates: std::collections::BTreeSet<String> = spec.runs().map(|run| run.regularize.dropout.to_string()).collect();
    assert_eq!(rates.into_iter().collect::<Vec<_>>(), ["0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
}

#[test]
fn identities_depend_on_what_matters_only() {
    let identities = |text: &str, overrides: &[Override]| -> Vec<RunId> {
        let spec = parse(text, overrides);
        spec.runs().map(|run| spec.identity(&run)).collect()
    };
    let base = identities(GOOD, &[]);
    assert_eq!(base.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    assert_eq!(identities(&GOOD.replace("name = \"x\"", "name = \"y\"\nquestion = \"Why?\""), &[]), base);
    assert_eq!(identities(&GOOD.replace("lr = 0.01", "lr = [1e-2]"), &[]), base, "the same setting in other words");
    assert_eq!(
        identities(&GOOD.replace("batch = 16", "batch = 16\npatience = 10"), &[]),
        base,
        "a default spelled out"
    );
    let engine = Override { path: "engine".to_owned(), value: "reference".to_owned() };
    assert!(identities(GOOD, &[engine]).iter().all(|id| !base.contains(id)));
}

/// The fast ways to count and to name all runs say what the slow ones say.
#[test]
fn runs_by_kinds_and_identities_are_those_made_one_by_one() {
    use burnmark::plan::{RunSpec, Section};
    use std::collections::BTreeMap;
    let swept = |sweep: &str| format!("{GOOD}{sweep}");
    // The second and third have no epochs of their own for some optimizers, and a solver needs none.
    let specs = [
        crate::support::SMALL.to_owned(),
        swept("\"optimizer.lr\" = [0.1, 0.2]\nannealing = [\"constant\", { kind = \"step\", every = 1, factor = [0.25, 0.5] }]\n"),
        crate::support::SMALL.replace("epochs = 3", "").replace(
            "\"data.set\" = [",
            "\"train.epochs\" = [2, 3]\nprecision = [\"f32\", \"f64\"]\n\"model.hidden\" = [[2], [3, 4]]\n\"data.set\" = [",
        ),
        // Axes of which one value stands for several.
        swept(
            "\"optimizer.lr\" = [0.1, 0.2]\n\"optimizer.beta1\" = [0.5, 0.7, 0.9]\n\
             \"regularize.l1\" = [0.1, 0.2]\n\"regularize.weight_decay\" = { linear = [0, 1], points = 4 }\n",
        ),
        "name = \"x\"\nseeds = 3\ndata.set = \"diabetes\"\nmodel.kind = \"linear\"\n[sweep]\n\
         optimizer = [\"qr\", { kind = \"ridge\", lambda = [0.1, 1.0] }]\n\"data.degree\" = [1, 2]\n"
            .to_owned(),
    ];
    for text in specs {
        let spec =
            Spec::parse("x.toml".to_owned(), text.clone(), &[]).unwrap_or_else(|why| panic!("{}", why.render(false)));
        let slow: Vec<RunId> = spec.runs().map(|run| spec.identity(&run)).collect();
        let fast: Vec<RunId> = spec.identities().collect();
        assert!(slow == fast && slow.len() as u64 == spec.len(), "{text}");
        // What sees three sections makes these kinds, each as often as it occurs.
        let see = |section: Section, run: &RunSpec| match section {
            Section::Optimizer => run.optimizer.kind.clone(),
            Section::Model => format!("{:?}", run.model.hidden),
            Section::Train => run.train.epochs.to_string(),
            _ => String::new(),
        };
        let all = |run: &RunSpec| Section::ALL.map(|section| see(section, run));
        let seeds = spec.seeds.len() as u64;
        let mut counted = BTreeMap::new();
        for run in spec.runs() {
            *counted.entry(all(&run)).or_insert(0) += 1;
        }
        let kinds = spec.kinds(see).into_iter();
        let kinds: BTreeMap<_, _> =
            kinds.map(|kind| (all(&spec.run(kind.index * seeds)), kind.combinations * seeds)).collect();
        assert_eq!(kinds, counted, "{text}");
    }
}

#[test]
fn parameters_may_be_axes_of_their_own() {
    for axis in ["\"optimizer.lr\" = [0.1, 0.2]", "optimizer.lr = [0.1, 0.2]"] {
        let text = GOOD.replace("optimizer = [{ kind = \"adam\", lr = 0.01 }]", axis);
        let spec = parse(&text.replace("seeds = 2", "optimizer = { kind = \"adam\", lr = 1.0 }"), &[]);
        let rates: Vec<f64> = spec.runs().map(|run| run.optimizer.number("lr")).collect();
        assert_eq!(rates, [0.1, 0.1, 0.2, 0.2], "{axis}");
    }
    // An override takes the values inside the choices with it.
    let text = GOOD.replace("lr = 0.01", "lr = [0.01, 0.1]");
    let rate = Override { path: "optimizer.lr".to_owned(), value: "0.5".to_owned() };
    let rates: Vec<f64> = parse(&text, &[rate]).runs().map(|run| run.optimizer.number("lr")).collect();
    assert_eq!(rates, [0.5; 4]);
    // That of a parameter wins over that of its choice, in whatever order.
    let given = |path: &str, value: &str| Override { path: path.to_owned(), value: value.to_owned() };
    let whole = given("optimizer", "{ kind = \"momentum\", lr = 0.7 }");
    let spec = parse(GOOD, &[given("optimizer.lr", "0.5"), whole]);
    assert!(spec.runs().all(|run| run.optimizer.kind == "momentum" && run.optimizer.number("lr") == 0.5));
}

/// A parameter that came later is not part of the identity of a run that does not use it, however it is written.
#[test]
fn a_left_out_parameter_changes_no_identity() {
    let spec = |set: &str| {
        let spec = format!(
            "name = \"x\"\nmodel = {{ kind = \"linear\" }}\ntrain = {{ epochs = 2 }}\noptimizer = {{ kind = \"adam\", lr = 0.1 }}\ndata.set = {set}\n"
        );
        Spec::parse("x.toml".to_owned(), spec, &[]).map_err(|problems| problems.render(false)).unwrap()
    };
    let [without, scaled, collinear] =
        ["\"linear\"", "{ kind = \"linear\", columns = \"scaled\" }", "{ kind = \"linear\", columns = \"collinear\" }"]
            .map(spec);
    assert!(!without.run(0).settings().contains_key("data.set.columns"));
    assert_eq!(without.identity(&without.run(0)), scaled.identity(&scaled.run(0)));
    assert_ne!(without.identity(&without.run(0)), collinear.identity(&collinear.run(0)));
    assert_eq!(collinear.run(0).settings()["data.set.columns"].to_string(), "collinear");
}
