//! Methods as formulas in specs and files of their own, through the whole command line.

use crate::formulas::example_path;
use crate::support::Sweep;
use burnmark::plan::Spec;

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
