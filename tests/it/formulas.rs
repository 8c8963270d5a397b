//! Methods as formulas: every built-in optimizer stands here as one and gives the same bits.

use crate::support::Sweep;
use burnmark::activation::{Activation, TANH};
use burnmark::engine::{Batch, EngineKind, Masks, build};
use burnmark::formula::{Definition, OptimizerFormula, conformance};
use burnmark::loss::{Loss, SQUARED_ERROR, TargetsRef};
use burnmark::model::Network;
use burnmark::num::{BlockRole, Layout, Matrix, Purpose, Real, Stream};
use burnmark::optim::{self, Build, Now, Optimizer, OptimizerEntry};
use burnmark::plan::Spec;
use burnmark::registry::{Choice, Chosen, ParameterKind};
use burnmark::schedule::{self, Schedule};
use burnmark::value::Value;

/// The built-in optimizers as formulas, in the order of their registry.
/// Blocks of every kind, longer and shorter than a piece.
fn layout() -> Layout {
    let mut layout = Layout::default();
    layout.push("layers.0.bias", BlockRole::Bias, 1, 40);
    layout.push("layers.0.weight", BlockRole::Weights, 31, 40);
    layout.push("layers.1.bias", BlockRole::Bias, 1, 3);
    layout.push("layers.1.weight", BlockRole::Kernel, 40, 3);
    layout.push("layers.2.hidden.weight", BlockRole::Recurrent, 7, 7);
    layout
}

/// A built-in optimizer as a formula.
fn built_in(name: &str) -> OptimizerFormula {
    let path = format!("{}/examples/built-in/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    OptimizerFormula::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

/// θ after each of many steps, and the points where the gradient was wanted.
fn path<R: Real>(mut optimizer: Box<dyn Optimizer<R>>, layout: &Layout) -> Vec<Vec<R>> {
    let count = layout.count();
    let mut stream = Stream::new(7, Purpose::Data, 0);
    let mut draw = |scale: f64| -> Vec<R> { (0..count).map(|_| R::from_f64(scale * stream.normal())).collect() };
    let (mut theta, mut point, mut path) = (draw(1.0), vec![R::ZERO; count], Vec::new());
    for step in 0..25_u32 {
        let mut gradient = draw(10.0_f64.powi(step.cast_signed() % 5 - 3));
        // Zeros of both signs, too.
        for (index, g) in gradient.iter_mut().enumerate().filter(|(index, _)| index % 7 == step as usize % 7) {
            *g = if index % 2 == 0 { R::ZERO } else { -R::ZERO };
        }
        if optimizer.look_ahead(&theta, &mut point) {
            path.push(point.clone());
        }
        let now =
            Now { learning_rate: R::from_f64(0.03 / f64::from(step + 1)), loss: R::from_f64(f64::from(step * 7 % 5)) };
        optimizer.step(now, &mut theta, &gradient);
        path.push(theta.clone());
    }
    path
}

fn assert_same_bits<R: Build>(entry: &'static OptimizerEntry, choice: &Choice) {
    let name = entry.entry.name;
    let layout = layout();
    let method = built_in(name);
    let ours = path::<R>(Box::new(method.build(choice, &layout).unwrap()), &layout);
    let chosen = Chosen { entry, choice: choice.clone() };
    let theirs = path::<R>(optim::build(&chosen, &layout), &layout);
    assert_eq!(ours.len(), theirs.len(), "{name}");
    for (step, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
            let bits = |x: &R| x.to_f64().to_bits();
            assert_eq!(bits(a), bits(b), "{name} in {}, row {step}, weight {place}: {a:?} for {b:?}", R::PRECISION);
        }
    }
    assert!(theirs.last().unwrap().iter().all(|x| x.is_finite()), "{name}");
}

#[test]
fn every_built_in_optimizer_as_a_formula_gives_the_same_bits() {
    for entry in optim::ENTRIES {
        let name = entry.entry.name;
        let (ours, theirs) = (built_in(name).entry(), entry);
        assert_eq!(ours.rate, theirs.rate, "{name}");
        for parameter in theirs.entry.parameters {
            let of_formula = ours.entry.parameter(parameter.name).unwrap();
            assert_eq!(of_formula.kind.to_string(), parameter.kind.to_string(), "{name}, {}", parameter.name);
            assert_eq!(of_formula.default(), parameter.default(), "{name}, {}", parameter.name);
        }
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.03));
        let mut choices = vec![choice.clone()];
        if entry.entry.parameter("epsilon_place").is_some() {
            choices.push(choice.with("epsilon_place", Value::word("outside")));
        }
        for choice in choices {
            assert_same_bits::<f32>(entry, &choice);
            assert_same_bits::<f64>(entry, &choice);
        }
    }
}

/// A method of examples/methods at settings, and the losses of 60 steps by tests/oracles/formulas.py.
#[derive(serde::Deserialize)]
struct Outside {
    settings: std::collections::BTreeMap<String, f64>,
    losses: Vec<f64>,
}

fn example_path(name: &str) -> String {
    format!("{}/examples/methods/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> OptimizerFormula {
    let text = std::fs::read_to_string(example_path(name)).unwrap();
    OptimizerFormula::parse(name, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:#?}"))
}

fn examples() -> Vec<String> {
    let folder = format!("{}/examples/methods", env!("CARGO_MANIFEST_DIR"));
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = names.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The losses of a method on the task of tests/it/trajectories.rs.
fn losses(method: &OptimizerFormula, choice: &Choice, steps: usize) -> Vec<f64> {
    let number = |i: usize, period: usize| (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0;
    let matrix = |rows: usize, cols: usize, period| {
        Matrix::new(rows, cols, (0..rows * cols).map(|i| number(i, period)).collect())
    };
    let network = Network::new(3, &[5, 4], 2, Activation::of(&TANH), Loss::of(&SQUARED_ERROR));
    let (inputs, values) = (matrix(8, 3, 31), matrix(8, 2, 29));
    let batch = Batch { inputs: inputs.view(), targets: TargetsRef::Values(values.view()), masks: Masks(&[]) };
    let mut engine = build::<f64>(EngineKind::Reference, &network, 8);
    let count = network.parameter_count();
    let (mut theta, mut point, mut gradient) =
        ((0..count).map(|i| number(i, 37)).collect::<Vec<f64>>(), vec![0.0; count], vec![0.0; count]);
    let mut optimizer = (method.entry().build_f64)(choice, &network.layout());
    (0..steps)
        .map(|_| {
            let at = if optimizer.look_ahead(&theta, &mut point) { &point } else { &theta };
            let loss = engine.loss_and_gradient(at, &batch, &mut gradient).unwrap();
            if optimizer.look_again(&theta, &gradient, &mut point) {
                engine.loss_and_gradient(&point, &batch, &mut gradient).unwrap();
            }
            optimizer.step(Now { learning_rate: choice.number("lr"), loss }, &mut theta, &gradient);
            loss
        })
        .collect()
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little.
#[test]
fn examples_follow_programs_of_their_own() {
    let outside: std::collections::BTreeMap<String, Outside> =
        serde_json::from_str(include_str!("../oracles/formulas.json")).unwrap();
    let authors = of_authors();
    let unknown: Vec<String> =
        examples().into_iter().filter(|name| !outside.contains_key(name) && !authors.contains_key(name)).collect();
    // Its labels need the training loop: tests/it/drawn.rs.
    assert_eq!(unknown, ["sophia-g"], "follow nothing");
    for (name, outside) in outside {
        let method = example(&name);
        let start = Choice::of(&method.entry().entry);
        let choice =
            outside.settings.iter().fold(start, |choice, (name, value)| choice.with(name, Value::Number(*value)));
        let losses = losses(&method, &choice, outside.losses.len());
        for (step, (a, e)) in losses.iter().zip(&outside.losses).enumerate() {
            assert!(((a - e) / e).abs() < 1e-9, "{name}, step {step}: {a} for {e}");
        }
    }
}

/// The losses of the authors' code, or a reference library's, by tests/oracles/authors.py.
fn of_authors() -> std::collections::BTreeMap<String, Outside> {
    serde_json::from_str(include_str!("../oracles/authors.json")).unwrap()
}

/// 1e-9 relative: one step differs by roundings of 1e-16, which 60 steps amplify little; SOAP's come to 4e-10.
#[test]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small counts
fn methods_follow_their_authors_code() {
    for (name, outside) in of_authors().into_iter().filter(|(name, _)| name != "adamw-groups") {
        let method = if name == "lion" { built_in(&name) } else { example(&name) };
        let start = Choice::of(&method.entry().entry);
        let choice = outside.settings.iter().fold(start, |choice, (name, value)| {
            let whole = matches!(method.entry().entry.parameter(name).unwrap().kind, ParameterKind::Integer { .. });
            choice.with(name, if whole { Value::Integer(*value as u64) } else { Value::Number(*value) })
        });
        let losses = losses(&method, &choice, outside.losses.len());
        let gap = |(a, e): (&f64, &f64)| ((a - e) / e).abs();
        let largest = losses.iter().zip(&outside.losses).map(gap).fold(0.0, f64::max);
        assert!(largest < 1e-9, "{name}: {largest:.1e}\n{losses:?}\n{:?}", outside.losses);
    }
}

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

/// A method with these lines, parameters `lr` and `beta`, and states of several shapes.
fn with_update(update: &str) -> String {
    format!(
        "description = \"x\"\nparameters = {{ lr = {{ above = 0 }}, beta = 0.9, place = {{ words = [\"in\", \"out\"] }} }}\n\
         state = {{ m = 0, r = {{ per = \"row\" }}, k = {{ per = \"network\" }} }}\nupdate = '''\n{update}\n'''\n"
    )
}

/// Each mistake: the lines, the part of them that is marked, what is wrong, what was expected or the hint.
#[test]
fn mistakes_say_where_what_and_what_instead() {
    for (update, place, message, says) in [
        ("theta = theta - lr*gg", "gg", "unknown name `gg`", "did you mean `g`?"),
        ("m = beta*m + g\ntheta = thta - lr*m", "thta", "unknown name `thta`", "did you mean `theta`?"),
        ("theta = theta - lr*sgn(g)", "sgn", "unknown function `sgn`", "did you mean `sign`?"),
        ("theta = theta - lr*norm", "norm", "unknown name `norm`", "`norm` is a function: write `norm(…)`"),
        ("theta = theta − lr*g", "−", "unexpected character `−`", "write `-`"),
        ("theta = theta - 2lr*g", "2lr", "`2lr` is no number", "write products with `*`, such as `2*m`"),
        ("theta = theta - lr*(g", "", "the formula ends here", "expected `)`"),
        ("theta = theta - lr g", "g", "unexpected name `g`", "expected an operator or the line's end"),
        ("theta = theta -", "", "the line ends here", "expected a value"),
        ("m = g", "", "`theta` is never changed", "expected a line `theta = …`"),
        ("theta - lr*g", "theta - lr*g", "nothing takes this value", "expected a line `name = value`"),
        (
            "lr = 0.1\ntheta = theta - lr*g",
            "lr",
            "`lr` is a parameter and cannot be changed",
            "expected a name of your own",
        ),
        (
            "g = 0*g\ntheta = theta - g",
            "g",
            "`g` is a word of the language and cannot be changed",
            "expected a name of your own",
        ),
        (
            "theta = theta @ g",
            "theta @ g",
            "the shapes do not fit: a number per weight, times a number per weight",
            "expected as many columns on the left as rows on the right",
        ),
        (
            "theta = theta - g'",
            "theta - g'",
            "the shapes do not fit: a number per weight with a matrix of columns × rows",
            "expected the same shape",
        ),
        (
            "r = g\ntheta = theta - r*g",
            "g",
            "`r` is a number per row, and this is a number per weight",
            "expected a number per row",
        ),
        (
            "k = norm(g)\ntheta = theta - g",
            "norm(g)",
            "`k` is one number for the network, and this is a number per block",
            "expected one number",
        ),
        (
            "theta = theta - sum(lr)*g",
            "lr",
            "nothing to go over: this is one number for the network",
            "expected more numbers",
        ),
        ("theta = theta - mean(g, rows)*g", "rows", "this says not over what", "expected row, column, block or all"),
        ("theta = where(g, theta, g)", "g", "this is a number", "compare it, such as `x > 0`"),
        ("theta = theta - (g > 0)", "(g > 0)", "this is a condition", "write `where(condition, 1, 0)`"),
        ("theta = where(1 < g < 2, g, m)", "<", "unexpected `<`", "expected one comparison; join two by `and`"),
        ("theta = clip(g, 1)", "clip(g, 1)", "2 arguments given", "expected `clip(x, low, high)`"),
        (
            "theta = theta - floor(g)",
            "floor(g)",
            "`floor` takes a number of the network or of a block, and this is a number per weight",
            "expected a single number",
        ),
        ("theta = where(role == \"biass\", g, m)", "\"biass\"", "`role` is never \"biass\"", "did you mean `bias`?"),
        ("theta = where(place == \"on\", g, m)", "\"on\"", "`place` is never \"on\"", "expected one of in, out"),
        ("theta = theta - place*g", "place", "`place` is a word and no number", "write `place == \"in\"`"),
        (
            "repeat 1000 { m = 2*m }\ntheta = m",
            "1000",
            "a block cannot be repeated so often",
            "expected a whole number from 1 to 100",
        ),
        (
            "repeat 100 { repeat 100 { m = m*m + g } }\ntheta = m",
            "g",
            "the formula has more than 1000 operations, repeated blocks written out",
            "expected a shorter formula or fewer repeats",
        ),
        ("repeat 5 { m = 2*m\ntheta = m", "", "the formula ends here", "expected `}` at the end of the block"),
    ] {
        let text = with_update(update);
        let mistakes = OptimizerFormula::parse("x", &text).err().unwrap_or_else(|| panic!("{update} is taken"));
        let mistake = &mistakes[0];
        assert_eq!(mistake.message, message, "{update}");
        assert_eq!(text[mistake.span.clone()].trim(), place, "{update}: {mistake:?}");
        let said = format!("{} {}", mistake.expected, mistake.help.as_deref().unwrap_or_default());
        assert!(said.contains(says), "{update}: {said}");
    }
}

/// A name whose value has a mistake is known.
#[test]
fn what_follows_from_a_mistake_is_none() {
    let mistakes = OptimizerFormula::parse("x", &with_update("ratio = nrm(theta)\ntheta = theta - lr*ratio*g"));
    let messages: Vec<String> = mistakes.unwrap_err().into_iter().map(|mistake| mistake.message).collect();
    assert_eq!(messages, ["unknown function `nrm`"]);
}

#[test]
fn all_mistakes_of_a_file_are_found_at_once() {
    let text = "parameters = { LR = 1, beta = { default = 2, below = 1 } }\nstate = { sum = 0, q = \"thet\" }\n\
                udpate = 'x'\nupdate = '''\na = b\ntheta = c\n'''\n";
    let messages: Vec<String> =
        OptimizerFormula::parse("x", text).unwrap_err().into_iter().map(|m| m.message).collect();
    for said in [
        "unknown key `udpate`",
        "missing `description`",
        "`LR` cannot be a name here",
        "the default `2` is outside of the range",
        "`sum` is a word of the language",
        "unknown name `thet`",
        "unknown name `b`",
        "unknown name `c`",
    ] {
        assert!(messages.iter().any(|message| message == said), "{said}: {messages:#?}");
    }
}

/// Blanks, comments, names of locals and the order of states say nothing; everything that computes does.
#[test]
fn the_identity_of_a_method_is_what_it_computes() {
    let digest = |update: &str| OptimizerFormula::parse("x", &with_update(update)).unwrap().digest;
    let first = digest("a = beta*m\nm = a + g\ntheta = theta - lr*m");
    assert_eq!(first, digest("# a comment\nm   = beta * m + g   # more\n\n\ntheta -= lr*m"));
    assert_eq!(first, digest("unused = exp(g)\nother = (beta)*(m)\nm = other + g; theta = (theta) - (lr*m)"));
    assert_eq!(digest("repeat 2 { m = m + g }\ntheta = m"), digest("m = m + g\nm = m + g\ntheta = m"));
    for other in [
        "m = beta*m + g\ntheta = theta - m*lr",
        "m = g + beta*m\ntheta = theta - lr*m",
        "m = beta*m + g\ntheta = theta - lr*g",
        "m = 0.9*m + g\ntheta = theta - lr*m",
        "m = beta*m + g\nk = t\ntheta = theta - lr*m",
    ] {
        assert_ne!(first, digest(other), "{other}");
    }
    let text = with_update("theta = theta - lr*m");
    let renamed = text.replace("m = 0", "n = 0").replace("lr*m", "lr*n");
    assert_ne!(
        OptimizerFormula::parse("x", &text).unwrap().digest,
        OptimizerFormula::parse("x", &renamed).unwrap().digest
    );
    // Pinned: a change of the canonical form would give every run of a formula another identity.
    assert_eq!(example("trust-sign").digest, "d6159d6870d9bf3458cab02f276621e1da4384f266f7853383175a1fd8f4f239");
}

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

/// What of a built-in activation and its formula has to be the same.
#[derive(PartialEq)]
enum Alike {
    /// Every bit of f and of the message.
    Bits,
    /// Every bit of f; the built-in one has its derivative in a shorter form than symbols give.
    Value,
    /// Both but for a few roundings: the built-in one takes some of its steps together.
    Roundings,
    /// There is no formula: the language has no error function.
    Absent,
}

/// The built-in activations as formulas, in the order of their registry.
const ACTIVATIONS: &[(&str, &str, Alike)] = &[
    ("identity", "f = 's'", Alike::Bits),
    ("sigmoid", "f = 'sigmoid(s)'", Alike::Bits),
    ("tanh", "f = 'tanh(s)'", Alike::Bits),
    ("relu", "f = 'max(s, 0)'", Alike::Bits),
    ("leaky-relu", "parameters.slope = 0.01\nf = 'where(s > 0, s, slope*s)'", Alike::Bits),
    ("gelu", "f = 's*normal_cdf(s)'", Alike::Value),
    ("gelu-tanh", "f = '0.5*s*(1 + tanh(0.7978845608028654*(s + 0.044715*s^3)))'", Alike::Roundings),
    ("silu", "f = 's*sigmoid(s)'", Alike::Value),
    ("elu", "parameters.alpha = 1\nf = 'where(s <= 0, alpha*(exp(s) - 1), s)'", Alike::Value),
    ("softplus", "f = 'softplus(s)'", Alike::Bits),
    ("softsign", "f = 's/(1 + abs(s))'", Alike::Value),
    ("step", "f = 'where(s < 0, -1, where(s >= 0, 1, s))'", Alike::Value),
];

/// f and δ f' of an activation at numbers of every size, with zeros of both signs, infinities and NaN.
fn values_and_messages<R: Real>(unit: &dyn burnmark::activation::Unit<R>) -> Vec<u64> {
    let mut stream = Stream::new(11, Purpose::Data, 0);
    let special = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let drawn: Vec<f64> = (0..2500_i32).map(|i| 10.0_f64.powi(i % 7 - 4) * stream.normal()).collect();
    let s: Vec<R> = drawn.iter().chain(&special).map(|s| R::from_f64(*s)).collect();
    let delta: Vec<R> =
        (0..s.len()).map(|i| R::from_f64(if i % 50 == 0 { f64::INFINITY } else { stream.normal() })).collect();
    let (mut value, mut message) = (s.clone(), s.clone());
    unit.forward(&s, &mut value);
    unit.backward(&delta, &s, &value, &mut message);
    // A NaN has no sign that counts.
    let bits = |x: &R| if x.to_f64().is_nan() { f64::NAN.to_bits() } else { x.to_f64().to_bits() };
    value.iter().chain(&message).map(bits).collect()
}

#[test]
fn every_built_in_activation_as_a_formula_gives_the_same_bits() {
    let names: Vec<&str> = burnmark::activation::ENTRIES.iter().map(|entry| entry.entry.name).collect();
    assert_eq!(names, ACTIVATIONS.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
    for (entry, (name, text, alike)) in burnmark::activation::ENTRIES.iter().zip(ACTIVATIONS) {
        if *alike == Alike::Absent {
            continue;
        }
        let text = format!("description = \"x\"\n{text}");
        let Ok(Definition::Activation(formula)) = Definition::parse(name, &text) else {
            panic!("{name}: {:#?}", Definition::parse(name, &text));
        };
        let (ours, theirs) = (Activation::of(formula.entry()), Activation::of(*entry));
        assert_alike(name, alike, [&ours, &theirs].map(|of| values_and_messages(&*of.unit::<f32>())), 1e-4);
        assert_alike(name, alike, [&ours, &theirs].map(|of| values_and_messages(&*of.unit::<f64>())), 1e-12);
    }
}

/// Roundings: a part of the larger number, or of 1, since differences of numbers near 1 are taken. Numbers that are not finite, and
/// what belongs to them, are compared only where every bit is.
fn assert_alike(name: &str, alike: &Alike, [ours, theirs]: [Vec<u64>; 2], most: f64) {
    let count = ours.len() / 2;
    for (place, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        let by_bits = *alike == Alike::Bits || *alike == Alike::Value && place < count;
        let [x, y] = [*a, *b].map(f64::from_bits);
        let is_close = (x - y).abs() <= most * (1.0 + x.abs().max(y.abs()));
        let is_special = place % count >= count - 5 || !x.is_finite() || !y.is_finite();
        assert!(a == b || !by_bits && (is_special || is_close), "{name}, place {place}: {x:?} for {y:?}");
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

/// Derivatives of every function of the language against central differences, in f64.
#[test]
fn activations_are_derived_as_they_are() {
    const H: f64 = 1e-6;
    for f in [
        "s*sigmoid(1.702*s)",
        "s*tanh(softplus(s))",
        "where(s > 0, s, a*(exp(s) - 1))",
        "max(s, 0.1*s) + min(s, 1)/3",
        "sqrt(1 + s^2) - abs(s)/2",
        "log(2 + s^2) - log1p(s^2)/2",
        "(1 + s^2)^a / (3 + sigmoid(s))",
        "2^(s/3) - clip(s, -1, 1)*s",
        "s*normal_cdf(a*s) + erf(s/2)",
        "normal_pdf(s)*s^2",
    ] {
        let text = format!("description = \"x\"\nparameters.a = 1.3\nf = \"{f}\"");
        let Ok(Definition::Activation(activation)) = Definition::parse("x", &text) else {
            panic!("{f}: {:#?}", Definition::parse("x", &text));
        };
        let choice = Choice { kind: "x".to_owned(), parameters: Default::default() }.with("a", Value::Number(1.3));
        let mut unit = activation.build::<f64>(&choice).unwrap();
        let z: Vec<f64> = (0..600).map(|i| (f64::from(i) - 300.5) / 83.0).collect();
        let ones = vec![1.0; z.len()];
        let (mut derivative, mut above, mut below) = (ones.clone(), ones.clone(), ones.clone());
        unit.backward(&ones, &z, &mut derivative);
        unit.forward(&z.iter().map(|z| z + H).collect::<Vec<_>>(), &mut above);
        unit.forward(&z.iter().map(|z| z - H).collect::<Vec<_>>(), &mut below);
        for (i, z) in z.iter().enumerate() {
            let slope = (above[i] - below[i]) / (2.0 * H);
            // The difference's own error: H² times the third derivative, and rounding over H.
            assert!(
                (slope - derivative[i]).abs() < 1e-8 * (1.0 + slope.abs()),
                "{f} at {z}: {} for {slope}",
                derivative[i]
            );
        }
    }
}

/// A spec in which a built-in optimizer, annealing rule and activation stand beside the same as formulas.
fn beside() -> String {
    let adam = std::fs::read_to_string(format!("{}/examples/built-in/adam.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let adam = adam.replace("[parameters]", "[methods.my-adam.parameters]");
    format!(
        r#"
name = "beside"
engine = "reference"
seeds = 2
data.set = "iris"
model = {{ kind = "mlp", hidden = [5] }}
train.epochs = 3

[sweep]
optimizer = [{{ kind = "adam", lr = 0.01 }}, {{ kind = "my-adam", lr = 0.01 }}]
annealing = ["cosine", "my-cosine"]
"model.activation" = ["tanh", "my-tanh"]

[methods.my-cosine]
description = "cosine"
rate = "0.5*lr*(1 + cos(pi*min(t/max(T, 1), 1)))"

[methods.my-tanh]
description = "tanh"
f = "tanh(s)"

[methods.my-adam]
{adam}"#
    )
}

/// Through spec, workers and tables: every run has the bits of the built-in methods' run, and an identity of its own.
#[test]
fn formulas_in_a_spec_train_as_the_built_in_methods_do() {
    let sweep = Sweep::new(beside());
    sweep.run(&["run", "x.toml", "-q", "-j", "2"]).ended_with(0);
    let runs = burnmark::store::read(&sweep.path("results/beside")).unwrap().1;
    assert_eq!(runs.len(), 16);
    for seed in 0..2 {
        let of_seed: Vec<_> = runs.iter().filter(|run| run.record.seed() == Some(seed)).collect();
        let first = of_seed[0].record.hashes.clone();
        assert_eq!(of_seed.len(), 8);
        for run in of_seed {
            assert_eq!(run.record.hashes, first, "{:?}", run.record.settings);
        }
    }
    // Nothing is left to do, and everything can be verified.
    let again = sweep.run(&["run", "x.toml", "-j", "2"]).ended_with(0);
    assert!(again.stderr.contains("16"), "{}", again.stderr);
    sweep.run(&["verify", "results/beside", "-q"]).ended_with(0);
    // Another formula is another experiment's runs; a comment is not.
    let planned = |text: String| {
        let spec = Spec::parse("x.toml".to_owned(), text, &[]).unwrap();
        (0..spec.len()).map(|place| spec.identity(&spec.run(place))).collect::<Vec<_>>()
    };
    let ids = planned(beside());
    assert_eq!(ids, planned(beside().replace("power1 *= beta1", "power1 = power1 * beta1   # t + 1 times")));
    let changed = planned(beside().replace("power1 *= beta1", "power1 *= beta2"));
    let same = ids.iter().zip(&changed).filter(|(a, b)| a == b).count();
    assert_eq!(same, 8, "only the runs of `my-adam` change");
}

/// Derived by symbols and by Burn, compared at every checked step.
#[test]
fn an_activation_of_ones_own_is_checked_by_both_engines() {
    let spec = r#"
name = "own"
seeds = 1
data.set = "iris"
model = { kind = "mlp", hidden = [6, 5] }
train.epochs = 2
optimizer = { kind = "momentum", lr = 0.05 }
[sweep]
precision = ["f32", "f64"]
"model.activation" = ["quick-gelu", { kind = "my-elu", a = [0.5, 1.0] }, "squares"]
[methods.quick-gelu]
description = "a smooth rectifier"
f = "s*sigmoid(1.702*s)"
[methods.my-elu]
description = "exponential linear unit"
parameters.a = 1.0
f = "where(s > 0, s, a*(exp(min(s, 0)) - 1))"
[methods.squares]
description = "odds and ends"
f = "max(s, 0)^2/(1 + abs(s)) + 0.1*tanh(s) - log1p(s^2)/9"
"#;
    let sweep = Sweep::new(spec);
    sweep.run(&["crosscheck", "x.toml", "--sample", "8", "--steps", "4"]).ended_with(0);
}

/// A matrix of columns × columns is 25 million numbers for a layer of 5,000 outputs, and the limit 4 million and 64 per weight.
#[test]
fn a_method_too_large_for_a_network_is_found_before_anything_runs() {
    let spec = r#"
name = "large"
engine = "reference"
seeds = 1
data.set = "iris"
train.epochs = 1
[model]
kind = "mlp"
hidden = [4]
[sweep]
"model.hidden" = [[4], [5000]]
optimizer = [{ kind = "adam", lr = 0.1 }, { kind = "full", lr = 0.1 }]
[methods.full]
description = "Newton's method's memory"
parameters.lr = {}
state = { q = { per = "columns x columns" } }
update = """
q = q + g' @ g
theta = theta - lr*g/(1 + norm(q))
"""
"#;
    for command in ["plan", "run"] {
        let result = Sweep::new(spec).run(&[command, "x.toml"]).ended_with(2);
        for said in ["`full` keeps 100000036 numbers", "narrower layers", "kind = \"full\""] {
            assert!(result.stderr.contains(said), "{said}: {}", result.stderr);
        }
        assert!(!result.stderr.contains("`adam`"), "{}", result.stderr);
    }
    Sweep::new(spec.replace("[5000]", "[40]")).run(&["run", "x.toml", "-q"]).ended_with(0);
}

#[test]
fn mistakes_of_formulas_are_shown_in_the_spec() {
    let spec =
        beside().replace("theta = theta - lr", "theta = thta - lr").replace("[methods.my-tanh]", "[methods.tanh]");
    let result = Sweep::new(spec).run(&["plan", "x.toml"]).ended_with(2);
    for said in ["unknown name `thta`", "did you mean `theta`?", "theta = thta - lr/(1 - power1)*m", "^^^^"] {
        assert!(result.stderr.contains(said), "{said}: {}", result.stderr);
    }
    let taken = Sweep::new(beside().replace("my-tanh", "tanh")).run(&["plan", "x.toml"]).ended_with(2);
    assert!(taken.stderr.contains("burnmark has an activation `tanh` already"), "{}", taken.stderr);
}

#[test]
fn methods_are_checked_and_listed_without_an_experiment() {
    let sweep = Sweep::new(beside());
    let file = format!("{}/examples/methods/trust-sign.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(file, sweep.path("trust-sign.toml")).unwrap();
    let checked = sweep.run(&["check", "trust-sign.toml"]).ended_with(0);
    assert_eq!(checked.stdout.matches(": passed").count(), 4, "{}", checked.stdout);
    let checked = sweep.run(&["check", "x.toml"]).ended_with(0);
    assert_eq!(checked.stdout.matches(": passed").count(), 6, "{}", checked.stdout);
    let listed = sweep.run(&["list", "methods", "trust-sign.toml"]).ended_with(0).stdout;
    assert!(
        listed.contains("sign momentum with a trust ratio per layer") && listed.contains("default 0.9"),
        "{listed}"
    );
    std::fs::write(
        sweep.path("bad.toml"),
        "description = \"x\"\nparameters.lr = {}\nupdate = \"theta = theta + lr*g\"",
    )
    .unwrap();
    let checked = sweep.run(&["check", "bad.toml"]).ended_with(1);
    assert!(
        checked.stdout.contains("FAILED: it diverges at every rate") || checked.stdout.contains("FAILED: the loss"),
        "{}",
        checked.stdout
    );
}

/// A method in a file of its own is kept with the spec: its results can be verified without the file.
#[test]
fn a_method_in_a_file_is_kept_with_the_results() {
    let spec = |methods: &str| {
        format!(
            "name = \"file\"\nengine = \"reference\"\nseeds = 1\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 1\n\
             optimizer = {{ kind = \"own\", lr = 0.01 }}\n{methods}"
        )
    };
    let sweep = Sweep::new(spec("methods.own = \"own.toml\"\n"));
    let missing = sweep.run(&["plan", "x.toml"]).ended_with(2);
    assert!(
        missing.stderr.contains("cannot read `own.toml`") && !missing.stderr.contains("unknown optimizer"),
        "{}",
        missing.stderr
    );
    let good =
        std::fs::read_to_string(format!("{}/examples/methods/trust-sign.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    std::fs::write(sweep.path("own.toml"), good.replace("norm(m)", "norm(mm)")).unwrap();
    let wrong = sweep.run(&["plan", "x.toml"]).ended_with(2);
    assert!(wrong.stderr.contains("unknown name `mm`") && wrong.stderr.contains("methods.own"), "{}", wrong.stderr);
    std::fs::write(sweep.path("own.toml"), &good).unwrap();
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    std::fs::remove_file(sweep.path("own.toml")).unwrap();
    sweep.run(&["verify", "results/file"]).ended_with(0);
    // The same method in the spec is the same run.
    let inside = spec(&format!("[methods.own]\n{good}"));
    let inside = Spec::parse("x.toml".to_owned(), inside, &[]).unwrap();
    let runs = burnmark::store::read(&sweep.path("results/file")).unwrap().1;
    assert_eq!(runs[0].record.run, inside.identity(&inside.run(0)));
}

/// A method can be chosen by its file: a run is the same as with the method in `[methods]` under the file's name.
#[test]
fn a_method_is_chosen_by_its_file() {
    let spec = |optimizer: &str, more: &str| {
        format!(
            "name = \"chosen\"\nengine = \"reference\"\nseeds = 1\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\ntrain.epochs = 2\n\
             {more}\n[sweep]\noptimizer = [{optimizer}, {{ kind = \"adam\", lr = 0.1 }}]\n"
        )
    };
    let by_file =
        spec("{ file = \"own/trust-sign.toml\", lr = [0.01, 0.1], beta = 0.5 }", "annealing.file = \"poly.toml\"");
    let sweep = Sweep::new(by_file.clone());
    let trust_sign = std::fs::read_to_string(example_path("trust-sign")).unwrap();
    std::fs::create_dir_all(sweep.path("own")).unwrap();
    std::fs::write(sweep.path("own/trust-sign.toml"), &trust_sign).unwrap();
    std::fs::write(sweep.path("poly.toml"), "description = \"x\"\nrate = \"lr*(1 - t/T)^0.9\"").unwrap();
    sweep.run(&["run", "x.toml", "-q"]).ended_with(0);
    let named = "methods = { trust-sign = \"own/trust-sign.toml\", poly = \"poly.toml\" }\nannealing = \"poly\"";
    let named = spec("{ kind = \"trust-sign\", lr = [0.01, 0.1], beta = 0.5 }", named);
    std::fs::write(sweep.path("named.toml"), named).unwrap();
    let again = sweep.run(&["run", "named.toml", "--out", "results/chosen"]).ended_with(0);
    assert!(again.stderr.contains("done already: 3 of 3 runs"), "{}", again.stderr);
    let runs = burnmark::store::read(&sweep.path("results/chosen")).unwrap().1;
    assert_eq!(runs.len(), 3);
    let overridden =
        ["run", "x.toml", "-q", "--set", "optimizer={ file = \"own/trust-sign.toml\", lr = 0.2 }", "--out", "set"];
    sweep.run(&overridden).ended_with(0);
    std::fs::remove_dir_all(sweep.path("own")).unwrap();
    std::fs::remove_file(sweep.path("poly.toml")).unwrap();
    sweep.run(&["verify", "results/chosen", "-q"]).ended_with(0);
    sweep.run(&["verify", "set", "-q"]).ended_with(0);

    for (optimizer, said) in [
        ("{ file = \"none.toml\", lr = 1 }", "cannot read `none.toml`"),
        ("{ file = \"Mine.toml\", lr = 1 }", "`Mine.toml` cannot name a method by its file"),
        ("{ file = \"adam.toml\", lr = 1 }", "burnmark has an optimizer or solver `adam` already"),
        ("{ file = \"poly.toml\", lr = 1 }", "`poly.toml` defines no optimizer"),
        ("{ file = \"a.toml\", kind = \"adam\", lr = 1 }", "`file` beside `kind`"),
        ("{ file = \"a.toml\", lr = 1 }, { file = \"b/a.toml\", lr = 1 }", "`a` is the name of another method, too"),
        ("{ file = \"a.toml\", lr = 1, lambda = 2 }", "unknown parameter of `a` `lambda`"),
        ("{ file = [\"a.toml\"], lr = 1 }", "where the path of a file with a formula belongs"),
    ] {
        let sweep = Sweep::new(spec(optimizer, ""));
        std::fs::create_dir_all(sweep.path("b")).unwrap();
        for name in ["a.toml", "b/a.toml", "adam.toml", "Mine.toml"] {
            std::fs::write(sweep.path(name), &trust_sign).unwrap();
        }
        std::fs::write(sweep.path("poly.toml"), "description = \"x\"\nrate = \"lr*(1 - t/T)^0.9\"").unwrap();
        let result = sweep.run(&["plan", "x.toml"]).ended_with(2);
        assert!(result.stderr.contains(said), "{said}: {}", result.stderr);
    }
}

/// With a rate for each block, every built-in optimizer and its formula give the same bits; a block at the rate itself gives those of
/// a training without other rates.
#[test]
fn rates_of_blocks_give_the_same_bits_in_formulas_and_built_in_optimizers() {
    let scaled = layout().with_rates(|layout, block| match block.role {
        _ if layout.is_first(block) => 0.5,
        BlockRole::Bias => 2.0,
        _ => 1.0,
    });
    for &entry in optim::ENTRIES.iter().filter(|entry| entry.rate == optim::Rate::Annealed) {
        let choice = Choice::of(&entry.entry).with("lr", Value::Number(0.03));
        let formula = path::<f32>(Box::new(built_in(entry.entry.name).build(&choice, &scaled).unwrap()), &scaled);
        let chosen = Chosen { entry, choice };
        let built_in = path::<f32>(optim::build(&chosen, &scaled), &scaled);
        let plain = path::<f32>(optim::build(&chosen, &scaled.clone().with_rates(|_, _| 1.0)), &scaled);
        let bits = |path: &[Vec<f32>], place: std::ops::Range<usize>| -> Vec<u32> {
            path.iter().flat_map(|row| row[place.clone()].iter().map(|x| x.to_bits()).collect::<Vec<_>>()).collect()
        };
        assert_eq!(bits(&formula, 0..scaled.count()), bits(&built_in, 0..scaled.count()), "{}", entry.entry.name);
        for block in scaled.blocks() {
            let same = bits(&built_in, block.range()) == bits(&plain, block.range());
            assert_eq!(same, block.rate == 1.0, "{} of {}", block.name, entry.entry.name);
        }
    }
    let network_wide = example("prodigy");
    assert!(network_wide.takes_rates_of_blocks().is_err() && example("sam").takes_rates_of_blocks().is_ok());
}

/// Factors of rates and decay are settings like others: swept, shown, refused where they mean nothing, absent at 1.
#[test]
fn rates_by_block_are_settings() {
    let spec = |optimizer: &str, train: &str, more: &str| {
        let prodigy = std::fs::read_to_string(example_path("prodigy")).unwrap();
        let prodigy = prodigy.replace("[parameters]", "[methods.prodigy.parameters]");
        format!(
            "name = \"rates\"\nengine = \"reference\"\nseeds = 1\ndata.set = \"iris\"\nmodel = {{ kind = \"mlp\", hidden = [4] }}\n\
             optimizer = {{ {optimizer} }}\n{more}\n[train]\nepochs = 2\n{train}\n[methods.prodigy]\n{prodigy}"
        )
    };
    let planned = |text: String| Spec::parse("x.toml".to_owned(), text, &[]).map_err(|mistakes| mistakes.render(false));
    let plain = planned(spec("kind = \"adam\", lr = 0.1", "", "")).unwrap();
    let swept = "sweep.train.lr_scale = { bias = [1, 2], last = [1, 0] }\n";
    let swept = planned(spec("kind = \"adam\", lr = 0.1", "", swept)).unwrap();
    assert_eq!((swept.len(), swept.identity(&swept.run(0))), (4, plain.identity(&plain.run(0))));
    let names: Vec<String> = swept.run(3).settings().into_keys().filter(|name| name.contains("lr_scale")).collect();
    assert_eq!(names, ["train.lr_scale.bias", "train.lr_scale.last"]);

    let decays = "regularize = { weight_decay = 0.1, decay_scale = { bias = 1, first = 0 } }";
    assert!(planned(spec("kind = \"adam\", lr = 0.1", "lr_scale.first = 0", decays)).is_ok());
    for (optimizer, train, more, said) in [
        ("kind = \"rprop\"", "lr_scale.bias = 2", "", "`rprop` has no learning rate to scale"),
        (
            "kind = \"prodigy\"",
            "lr_scale.bias = 2",
            "",
            "`prodigy` keeps a number for the network that follows from `lr`",
        ),
        ("kind = \"adam\", lr = 0.1", "lr_scale.bais = 2", "", "unknown key in `[train.lr_scale]` `bais`"),
        ("kind = \"adam\", lr = 0.1", "lr_scale = { bias = -1 }", "", "`train.lr_scale.bias` is `-1"),
        ("kind = \"adam\", lr = 0.1", "lr_scale = 2", "", "`train.lr_scale` is no table"),
        ("kind = \"adam\", lr = 0.1", "", "regularize.decay_scale.bias = 1", "there is no `weight_decay` to scale"),
        ("kind = \"adam\", lr = 0.1", "lr_scale.bias = [1, 2]", "", "lr_scale.bias"),
    ] {
        let text = spec(optimizer, train, more);
        let message = planned(text).err().unwrap_or_default();
        assert!(message.contains(said), "{said}: {message}");
    }
    let solved = spec("kind = \"newton\"", "lr_scale.bias = 2", "")
        .replace("kind = \"mlp\", hidden = [4]", "kind = \"softmax\"");
    let message = planned(solved).err().unwrap_or_default();
    assert!(message.contains("`newton` is a solver and has no `lr_scale.bias`"), "{message}");
}

/// What `burnmark check` tests; of Adafactor in f32 it found a product that was 0.
#[test]
fn examples_pass_the_tests_of_built_in_methods() {
    let methods = examples().into_iter().map(|name| example(&name));
    let built_in = optim::ENTRIES.iter().map(|entry| built_in(entry.entry.name));
    for method in methods.chain(built_in) {
        for finding in conformance::findings(&Definition::Optimizer(Box::new(method.clone()))) {
            assert_eq!(finding.failed, None, "{}: {}", method.name, finding.what);
        }
    }
}

/// A spec of one run brings the formulas along, whether they stood in the spec or in a file of their own.
#[test]
fn a_spec_of_one_run_has_its_formulas() {
    let text =
        std::fs::read_to_string(format!("{}/examples/methods/trust-sign.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let sweep = Sweep::new(
        "name = \"own\"\nengine = \"reference\"\ndata.set = \"iris\"\nmodel = { kind = \"mlp\", hidden = [4], activation = \"bend\" }\n\
         train.epochs = 2\noptimizer = { kind = \"trust-sign\", lr = 0.01 }\n\
         [methods]\ntrust-sign = \"trust-sign.toml\"\n[methods.bend]\ndescription = \"a bend\"\nf = \"s / (1 + abs(s))\"\n",
    );
    std::fs::write(sweep.path("trust-sign.toml"), text).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let run = burnmark::store::read(&sweep.path("r")).unwrap().1[0].record.run.to_string();
    let alone = sweep.run(&["show", "r", &run, "--spec"]).ended_with(0).stdout;
    std::fs::write(sweep.path("alone.toml"), &alone).unwrap();
    std::fs::remove_file(sweep.path("trust-sign.toml")).unwrap();
    sweep.run(&["run", "alone.toml", "-q", "-o", "alone"]).ended_with(0);
    assert_eq!(sweep.bytes("r/runs.parquet"), sweep.bytes("alone/runs.parquet"), "{alone}");
}
