//! What the planner treats as independent is: values that it does not tell apart lead to the same findings.

use burnmark::plan::Spec;
use burnmark::registry::ParameterKind;
use burnmark::spec::{Distinction, FaultKind, KEYS, Key, KeyKind, Override, Visible};
use burnmark::{optim, registry};
use std::collections::BTreeSet;

/// Specs with and without mistakes, in which settings of all sections meet.
const CONTEXTS: [&str; 10] = [
    "optimizer = { kind = \"adam\", lr = 0.01 }\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4] }\ntrain = { epochs = 3 }",
    "optimizer = { kind = \"adam\", lr = 0.01 }\nannealing = { kind = \"step\", every = 9, per = \"step\", factor = 0.5 }\n\
     data.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4] }\ntrain = { epochs = 3 }",
    "optimizer = \"rprop\"\nannealing = { kind = \"exponential\", k = 0.1 }\ndata.set = \"iris\"\n\
     model = { kind = \"mlp\", hidden = [4] }\ntrain = { epochs = 3, batch = \"full\" }\n\
     regularize = { weight_decay = 0.1, decoupled = true }",
    "optimizer = \"normal-equations\"\ndata.set = \"diabetes\"\nmodel.kind = \"linear\"",
    "optimizer = \"lbfgs\"\ndata.set = \"breast-cancer\"\nmodel.kind = \"logistic\"\ntrain = { epochs = 3 }",
    "optimizer = { kind = \"momentum\", lr = 0.01 }\ndata.set = \"rosenbrock\"\nmodel.kind = \"objective\"\ntrain = { epochs = 3 }",
    "optimizer = { kind = \"adam\", lr = 0.01 }\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4] }\n\
     train = { epochs = 3, ensemble = 2, curve = \"step\" }",
    "optimizer = { kind = \"adam\", lr = 0.01 }\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [40] }\n\
     train = { epochs = 3 }\nregularize = { dropout = 0.5, dropout_at_test = \"exact\" }",
    "optimizer = { kind = \"adam\", lr = 0.01 }\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4] }\n\
     train = { epochs = 3, batch = 160, average = { kind = \"polyak\", from = 5 } }",
    "optimizer = { kind = \"gradient-descent\", lr = 0.01 }\ndata.set = \"wine\"\nmodel.kind = \"softmax\"\ntrain = { epochs = 3 }",
];

/// What is said of a spec with one more setting, by the keys of the findings.
fn findings(context: &str, path: &str, value: &str) -> Vec<(String, FaultKind, String)> {
    let one = Override { path: path.to_owned(), value: value.to_owned() };
    let text = format!("name = \"x\"\n{context}\n");
    let Err(mistakes) = Spec::parse("x.toml".to_owned(), text, &[one]) else { return Vec::new() };
    let finding = |mistake: &burnmark::spec::Mistake| {
        (mistake.path.clone(), mistake.fault.kind, mistake.fault.message().to_owned())
    };
    mistakes.list.iter().map(finding).collect()
}

/// Two values that other sections see alike; none if there are no two.
fn alike(key: &Key) -> Option<[String; 2]> {
    let any = key.seen == Visible::Nothing;
    match key.kind {
        KeyKind::Number(_) => Some(["0.25".to_owned(), "0.5".to_owned()]),
        KeyKind::Integer { least, .. } => Some([least + 2, least + 3].map(|number| number.to_string())),
        KeyKind::Word(words) if any => Some([words[0], words[1]].map(str::to_owned)),
        KeyKind::Flag if any => Some(["false", "true"].map(str::to_owned)),
        _ if key.path == "train.average" => Some(["polyak", "{ kind = \"ema\", decay = 0.5 }"].map(str::to_owned)),
        _ if key.path == "train.stop" => Some(["up", "quotient"].map(str::to_owned)),
        _ if key.path == "annealing" => {
            Some(["{ kind = \"exponential\", k = 0.1 }", "{ kind = \"hyperbolic\", k = 0.2 }"].map(str::to_owned))
        }
        _ => None,
    }
}

/// No finding about another setting changes with a value that is not seen, and none at all with one that stands for others.
#[test]
fn values_that_are_not_told_apart_lead_to_the_same_findings() {
    let mut left = BTreeSet::new();
    let hidden = |key: &&Key| matches!(key.seen, Visible::Nothing | Visible::Used);
    for key in KEYS.iter().filter(hidden) {
        let Some([one, other]) = alike(key) else {
            left.insert(key.path);
            continue;
        };
        let section = key.path.split('.').next().unwrap();
        for context in CONTEXTS {
            let kept = |value: &str| {
                let all = findings(context, key.path, value);
                let elsewhere = |path: &str| key.apart != Distinction::Each || path.split('.').next() != Some(section);
                all.into_iter().filter(|(path, ..)| elsewhere(path)).collect::<Vec<_>>()
            };
            assert_eq!(kept(&one), kept(&other), "{} in\n{context}", key.path);
        }
    }
    assert_eq!(
        left,
        BTreeSet::from(["regularize.decoupled", "train.bootstrap", "train.early_stopping", "train.jackknife"]),
        "flags have one used value"
    );
    // The values that stand for others are seen by no other section, beyond whether they are used.
    assert!(KEYS.iter().filter(|key| key.apart != Distinction::Each).all(|key| hidden(&key)));
}

/// What is seen of a value makes a difference somewhere: the contexts would show a setting that is wrongly hidden.
#[test]
fn values_that_are_seen_make_a_difference() {
    for (path, one, other) in [
        ("regularize.dropout", "0.0", "0.5"),
        ("regularize.l1", "0.0", "0.5"),
        ("train.clip", "0.0", "0.5"),
        ("train.ensemble", "1", "3"),
        ("train.batch", "16", "\"full\""),
        ("train.drop_last", "false", "true"),
        ("train.curve", "epoch", "step"),
        ("regularize.dropout_at_test", "scaling", "exact"),
        ("annealing", "constant", "{ kind = \"exponential\", k = 0.1 }"),
    ] {
        let differs = |context: &&str| findings(context, path, one) != findings(context, path, other);
        assert!(CONTEXTS.iter().any(differs), "{path}");
    }
}

/// A parameter of an optimizer that stands for all of its values changes no finding.
#[test]
fn parameters_that_stand_alone_change_no_finding() {
    let decays =
        "regularize = { weight_decay = 0.1, decoupled = true }\nannealing = { kind = \"exponential\", k = 0.1 }";
    for entry in optim::ENTRIES.iter().map(|known| &known.entry) {
        let needs = entry.parameters.iter().filter(|parameter| parameter.default().is_none());
        let needs: Vec<String> = needs.map(|parameter| format!(", {} = 0.01", parameter.name)).collect();
        let context = format!(
            "optimizer = {{ kind = \"{}\"{} }}\ndata.set = \"iris\"\nmodel = {{ kind = \"mlp\", hidden = [4] }}\n\
             train = {{ epochs = 3 }}\n{decays}",
            entry.name,
            needs.concat()
        );
        for parameter in entry.parameters {
            let Some(values) = two_of(parameter) else { continue };
            let path = format!("optimizer.{}", parameter.name);
            let values = values.map(|value| findings(&context, &path, &value));
            let looked_at = ["lr", "lr_to", "delta_min", "delta_max"].contains(&parameter.name);
            assert!(looked_at || values[0] == values[1], "{path} of {}", entry.name);
        }
    }
}

/// Two numbers of its range.
fn two_of(parameter: &registry::Parameter) -> Option<[String; 2]> {
    let ParameterKind::Number(range) = parameter.kind else { return None };
    let mut fitting = [0.25, 0.5, 1.5, 2.0].into_iter().filter(|number| range.contains(*number));
    Some([fitting.next()?, fitting.next()?].map(|number: f64| format!("{number:?}")))
}

/// A last batch that is left out makes a run too short for its annealing: with either value of the sweep it is found.
#[test]
fn a_run_without_its_last_batch_is_checked_for_itself() {
    let text = "name = \"x\"\noptimizer = { kind = \"adam\", lr = 0.01 }\n\
                annealing = { kind = \"step\", every = 2, per = \"step\", factor = 0.5 }\ndata.set = \"iris\"\n\
                model = { kind = \"mlp\", hidden = [4] }\ntrain.epochs = 1\n[sweep]\n\"train.drop_last\" = [false, true]\n";
    let mistakes = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).err().unwrap();
    let said: Vec<&str> = mistakes.list.iter().map(|mistake| mistake.fault.message()).collect();
    let only =
        "the annealing `step (every 2, factor 0.5, per step)` does nothing in a run of 2 steps: it needs 3 at least";
    assert_eq!(said, [only]);
}
