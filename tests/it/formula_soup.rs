//! Formulas well and badly put together: none makes the program panic.

use crate::formulas::examples;
use burnmark::formula::OptimizerFormula;
use burnmark::num::{BlockRole, Layout};
use burnmark::optim::{Now, Optimizer};
use burnmark::registry::Choice;
use burnmark::value::Value;

/// Texts for a fuzzer: pieces of formulas, well and badly put together.
mod soup {
    use burnmark::num::{Purpose, Stream};

    const WORDS: [&str; 62] = [
        "theta", "g", "lr", "t", "loss", "m", "r", "c", "p", "b", "beta", "x", "y", "=", "=", "=", "+", "-", "*", "/",
        "^", "@", "'", "(", ")", "(", ")", ",", "\n", "\n", ";", "{", "}", "repeat", "5", "100", "0.9", "1e-8",
        "1e308", "2", "where", "min", "max", "norm", "mean", "sum", "row", "column", "all", "<", ">", "==", "and",
        "not", "sqrt", "exp", "log", "\"bias\"", "role", "start", "√", "#",
    ];

    pub struct Cook(Stream);

    impl Cook {
        pub fn new(seed: u64) -> Self {
            Self(Stream::new(seed, Purpose::Data, 0))
        }

        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to below `count`
        pub fn below(&mut self, count: usize) -> usize {
            ((self.0.uniform() * count as f64) as usize).min(count - 1)
        }

        /// Words in any order.
        pub fn soup(&mut self) -> String {
            let count = 1 + self.below(30);
            (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
        }

        /// A value that mostly fits.
        fn value(&mut self, depth: usize) -> String {
            const LEAVES: [&str; 14] =
                ["theta", "g", "m", "r", "c", "p", "b", "lr", "t", "beta", "0.5", "rows", "start", "loss"];
            if depth == 0 {
                return LEAVES[self.below(LEAVES.len())].to_owned();
            }
            let mut next = || self.value(depth - 1);
            let (a, b, c) = (next(), next(), next());
            match self.below(16) {
                0..4 => format!("({a} {} {b})", ["+", "-", "*", "/"][self.below(4)]),
                4 => format!("where({a} > {b}, {b}, {c})"),
                5 => format!("{}({a})", ["sqrt", "exp", "tanh", "abs", "sign", "log", "sigmoid"][self.below(7)]),
                6 => format!("{}({a}, {b})", ["min", "max"][self.below(2)]),
                7 => format!("norm({a}, {})", ["row", "column", "block", "all"][self.below(4)]),
                8 => format!("mean({a}, {})", ["row", "column", "block", "all"][self.below(4)]),
                9 => format!("({a} @ {b}')"),
                10 => format!("({a} @ {b}' @ {c})"),
                11 => format!("{a}'"),
                12 => format!("({a})^{}", ["2", "0.5", "-1", "1.5"][self.below(4)]),
                13 => format!("clip({a}, -1, 1)"),
                _ => a,
            }
        }

        /// Lines that mostly fit.
        pub fn lines(&mut self) -> String {
            let count = 1 + self.below(5);
            let mut text = String::new();
            for _ in 0..count {
                let name = ["x", "y", "m", "r", "c", "p", "b", "theta"][self.below(8)];
                let depth = self.below(3);
                let line = format!("{name} = {}\n", self.value(depth));
                let repeated = format!("repeat {} {{ {line} }}\n", 1 + self.below(20));
                text += if self.below(8) == 0 { &repeated } else { &line };
            }
            let depth = self.below(3);
            text + &format!("theta = {}\n", self.value(depth))
        }

        /// A text with some bytes changed, left out or doubled.
        pub fn spoiled(&mut self, text: &str) -> String {
            let mut letters: Vec<char> = text.chars().collect();
            for _ in 0..=self.below(3) {
                let at = self.below(letters.len());
                match self.below(3) {
                    0 => drop(letters.remove(at)),
                    1 => letters.insert(at, letters[at]),
                    _ => letters[at] = WORDS[self.below(WORDS.len())].chars().next().unwrap(),
                }
                if letters.is_empty() {
                    letters.push('x');
                }
            }
            letters.into_iter().collect()
        }
    }
}

/// Formulas of every kind; those that are good also take two steps. Returns how many were.
fn fuzz(count: usize, seed: u64) -> usize {
    let mut cook = soup::Cook::new(seed);
    let mut layout = Layout::default();
    layout.push("layers.0.bias", BlockRole::Bias, 1, 3);
    layout.push("layers.0.weight", BlockRole::Weights, 4, 3);
    let good: Vec<String> = examples()
        .iter()
        .map(|name| {
            std::fs::read_to_string(format!("{}/examples/methods/{name}.toml", env!("CARGO_MANIFEST_DIR"))).unwrap()
        })
        .collect();
    let head = "description = \"x\"\nparameters = { lr = 1, beta = 0.9 }\nstate = { m = 0, r = { per = \"row\" }, c = { per = \"column\" }, \
                p = { per = \"network\" }, b = { per = \"block\", start = 1 } }\n";
    let mut ran = 0;
    for round in 0..count {
        let text = match round % 4 {
            0 => format!("{head}update = '''\n{}\n'''\n", cook.soup()),
            1 => {
                let text = &good[cook.below(good.len())];
                cook.spoiled(text)
            }
            2 => format!("{head}update = '''\n{}'''\n", cook.lines()),
            _ => {
                let text =
                    format!("{head}update = '''\n{}'''\ngradient_at = '''{}'''\n", cook.lines(), "theta + beta*m");
                if cook.below(2) == 0 { cook.spoiled(&text) } else { text }
            }
        };
        match OptimizerFormula::parse("fuzzed", &text) {
            Err(mistakes) => {
                assert!(!mistakes.is_empty() && mistakes.len() < 60, "{text}");
                assert!(
                    mistakes
                        .iter()
                        .all(|m| m.span.start <= m.span.end && m.span.end <= text.len() && !m.message.is_empty()),
                    "{text}"
                );
            }
            Ok(method) => {
                let choice =
                    method.parameters.iter().fold(
                        Choice { kind: "fuzzed".to_owned(), parameters: Default::default() },
                        |choice, declared| choice.with(&declared.name, Value::Number(0.5)),
                    );
                if let Ok(mut optimizer) = method.build::<f32>(&choice, &layout) {
                    let (mut theta, mut point) = (vec![0.5; 15], vec![0.0; 15]);
                    for _ in 0..2 {
                        optimizer.look_ahead(&theta, &mut point);
                        optimizer.step(Now { learning_rate: 0.1, loss: 1.0 }, &mut theta, &[0.25; 15]);
                    }
                    ran += 1;
                }
            }
        }
    }
    ran
}

#[test]
fn no_formula_makes_the_program_panic() {
    let count = 20_000;
    let ran = fuzz(count, 1);
    assert!(ran > count / 20, "only {ran} of {count} were good");
}

/// `cargo test --release --test it -- --ignored a_million_formulas`; resident memory is what the whole process has.
#[test]
#[ignore = "minutes: a million formulas"]
fn a_million_formulas_make_no_panic() {
    for seed in 0..10 {
        println!("{} of 100000 took steps", fuzz(100_000, seed));
        if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
            let resident = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
            println!("most resident memory: {}", resident.trim());
        }
    }
}
