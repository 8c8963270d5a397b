//! Annealing rules as formulas: the built-in ones give the same bits, the examples follow other programs.

use burnmark::formula::{Definition, conformance};
use burnmark::registry::{Choice, Chosen};
use burnmark::schedule::{self, Schedule};
use burnmark::value::Value;

/// The built-in annealing rules as formulas.
const RULES: &[(&str, &str)] = &[
    ("constant", "rate = 'lr'"),
    ("step", "parameters = { factor = 0.5, every = { least = 1, whole = true } }\nrate = 'lr * factor^floor(t/every)'"),
    ("exponential", "parameters = { k = 0.05 }\nrate = 'lr*exp(-k*t)'"),
    ("hyperbolic", "parameters = { k = 0.1 }\nrate = 'lr/(1 + k*t)'"),
    (
        "polynomial",
        "parameters = { power = 1, final = 0 }\nrate = '''\nlast = lr*final\nlast + (lr - last)*(1 - min(t/max(T, 1), 1))^power'''",
    ),
    (
        "cosine",
        "parameters = { final = 0 }\nrate = '''\nlast = lr*final\nlast + 0.5*(lr - last)*(1 + cos(pi*min(t/max(T, 1), 1)))'''",
    ),
    (
        "warm-up",
        "parameters = { start = 0.1, length = { least = 1, whole = true } }\n\
         rate = 'lr*(start + (1 - start)*(min(t, length)/length))'",
    ),
    (
        "one-cycle",
        "parameters = { rise = 0.3, divisor = 25 }\nrate = '''\n\
         first = lr/divisor\n\
         top = rise*T - 1\n\
         rises = t <= top\n\
         a = where(rises, first, lr)\n\
         b = where(rises, lr, first/1e4)\n\
         x = where(rises, t/top, (t - top)/(T - 1 - top))\n\
         share = where(x - x == 0, clip(x, 0, 1), 1)\n\
         b + 0.5*(a - b)*(1 + cos(pi*share))'''",
    ),
];

#[test]
fn every_built_in_annealing_rule_as_a_formula_gives_the_same_bits() {
    assert_eq!(RULES.len(), schedule::ENTRIES.len());
    for (entry, (name, text)) in schedule::ENTRIES.iter().zip(RULES) {
        assert_eq!(entry.entry.name, *name);
        let Ok(Definition::Annealing(rule)) = Definition::parse(name, &format!("description = \"x\"\n{text}")) else {
            panic!("{name}: {:#?}", Definition::parse(name, &format!("description = \"x\"\n{text}")));
        };
        let mut choices = vec![Choice::of(&entry.entry)];
        let number = |choice: &Choice, name: &str, value: f64| choice.clone().with(name, Value::Number(value));
        for (parameter, value) in [("final", 0.1), ("power", 0.9), ("k", 0.37), ("rise", 0.77), ("factor", 0.3)] {
            if entry.entry.parameter(parameter).is_some() {
                choices.push(number(&choices[0], parameter, value));
            }
        }
        for choice in choices {
            for total in [1, 2, 3, 7, 40] {
                let built_in = Schedule::new(&Chosen { entry, choice: choice.clone() }, 0.3, total, total);
                for now in 0..total {
                    let (ours, theirs) =
                        (rule.rate(&choice, 0.3, now as f64, total as f64).unwrap(), built_in.learning_rate(now, now));
                    assert_eq!(ours.to_bits(), theirs.to_bits(), "{choice}, t = {now} of {total}: {ours} for {theirs}");
                }
            }
        }
    }
}

/// Rates by tests/oracles/annealing.py.
#[derive(serde::Deserialize)]
struct OutsideRule {
    settings: std::collections::BTreeMap<String, f64>,
    words: std::collections::BTreeMap<String, String>,
    rates: Vec<f64>,
}

/// 1e-12 of η₀: a few roundings each; PyTorch's restarts count their steps by sums.
#[test]
fn annealing_examples_follow_other_programs() {
    let outside: std::collections::BTreeMap<String, OutsideRule> =
        serde_json::from_str(include_str!("../oracles/annealing.json")).unwrap();
    let folder = format!("{}/examples/annealing", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let Ok(Definition::Annealing(rule)) = Definition::parse(&name, &std::fs::read_to_string(&file).unwrap()) else {
            panic!("{name}");
        };
        let findings = conformance::findings(&Definition::Annealing(rule.clone()));
        assert!(findings.iter().all(|finding| finding.failed.is_none()), "{name}: {findings:?}");
        let followed: Vec<_> = outside.iter().filter(|(key, _)| key.split(' ').next() == Some(&*name)).collect();
        assert!(!followed.is_empty(), "{name} follows nothing");
        for (key, OutsideRule { settings, words, rates }) in followed {
            let choice = Choice::of(&rule.entry().entry);
            let choice = settings.iter().fold(choice, |choice, (name, value)| choice.with(name, Value::Number(*value)));
            let word = |choice: Choice, (name, word): (&String, &String)| choice.with(name, Value::text(word.clone()));
            let choice = words.iter().fold(choice, word);
            for (t, rate) in rates.iter().enumerate() {
                let ours = rule.rate(&choice, 0.3, t as f64, rates.len() as f64).unwrap();
                assert!((ours - rate).abs() < 1e-12 * 0.3, "{key}, t = {t}: {ours} for {rate}");
            }
        }
    }
}
