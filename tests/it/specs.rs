//! Mistakes in specs: what is wrong is said, all of it, in the right place. `spec_runs` has what a right spec makes.

use crate::spec_runs::parse;
use crate::support::Sweep;
use burnmark::plan::Spec;

/// A good spec to spoil.
pub const GOOD: &str = r#"name = "x"
seeds = 2

[data]
set = "iris"

[model]
kind = "mlp"
hidden = [8]

[train]
epochs = 2
batch = 16

[sweep]
optimizer = [{ kind = "adam", lr = 0.01 }]
"regularize.dropout" = [0.0, 0.5]
"#;

/// Runs a spoiled spec: exit code 2, no folder, nothing on stdout; returns what it says.
#[track_caller]
fn refused(spec: impl AsRef<[u8]>) -> String {
    let sweep = Sweep::new(spec);
    for command in ["run", "plan"] {
        let result = sweep.run(&[command, "x.toml"]).ended_with(2);
        assert_eq!(result.stdout, "");
        assert!(!result.stderr.contains("panicked"), "{}", result.stderr);
    }
    let result = sweep.run(&["run", "x.toml"]).ended_with(2);
    assert!(!sweep.path("results").exists(), "a result folder was made");
    result.stderr
}

/// Spoils one part of the good spec; the message must hold all of these.
#[track_caller]
fn spoiled(good: &str, bad: &str, says: &[&str]) {
    assert!(GOOD.contains(good), "{good}");
    let message = refused(GOOD.replacen(good, bad, 1));
    for part in says {
        assert!(message.contains(part), "`{part}` is missing in\n{message}");
    }
}

#[test]
fn the_good_spec_is_good() {
    let sweep = Sweep::new(GOOD);
    let result = sweep.run(&["plan", "x.toml"]).ended_with(0);
    assert!(result.stdout.contains("runs            4\n"), "{}", result.stdout);
    assert!(result.stdout.contains("training steps  48\n"), "90 samples, batches of 16: {}", result.stdout);
    assert!(!sweep.path("results").exists());
}

#[test]
fn unknown_key() {
    spoiled("batch = 16", "bach = 16", &["unknown key in `[train]` `bach`", "x.toml:13:1", "did you mean `batch`?"]);
    spoiled("seeds = 2", "seed = 2", &["unknown key `seed`", "x.toml:2:1", "did you mean `seeds`?"]);
    spoiled(
        "\"regularize.dropout\"",
        "\"regularise.dropout\"",
        &["unknown axis", "did you mean `regularize.dropout`?"],
    );
    spoiled(
        "\"regularize.dropout\"",
        "model = [{ kind = \"linear\" }]\n\"regularize.dropout\"",
        &["`model` cannot be swept as a whole", "whole alternatives are cases: `[[sweep.cases]]`, each with"],
    );
    spoiled("lr = 0.01", "rate = 0.01", &["unknown parameter of `adam` `rate`", "expected one of `lr`"]);
}

#[test]
fn wrong_type() {
    spoiled("epochs = 2", "epochs = \"two\"", &["x.toml:12:10", "\"two\"", "expected a whole number from 1 to"]);
    spoiled("hidden = [8]", "hidden = 8", &["x.toml:9:10", "a list of whole numbers, one per layer"]);
    spoiled("epochs = 2", "epochs = 2.5", &["the number 2.5", "expected a whole number"]);
    spoiled("[0.0, 0.5]", "0.5", &["x.toml:17:24", "expected a list of values"]);
    spoiled("[train]", "[trian]", &["unknown key `trian`", "did you mean `train`?"]);
    spoiled(
        "seeds = 2",
        "seeds = 2\nregularize = 3",
        &["`regularize` is no table", "expected a table, `[regularize]`"],
    );
}

#[test]
fn empty_list() {
    spoiled("[0.0, 0.5]", "[]", &["x.toml:17:24", "an empty list", "expected at least one value"]);
    spoiled("lr = 0.01", "lr = []", &["an empty list for `lr`"]);
}

#[test]
fn impossible_values() {
    spoiled("lr = 0.01", "lr = -0.01", &["x.toml:16:36", "`lr` is `-0.01`", "expected a number greater than 0"]);
    spoiled("lr = 0.01", "lr = nan", &["`lr` is `NaN`, which is not finite", "expected a number greater than 0"]);
    spoiled("lr = 0.01", "lr = inf", &["`lr` is `inf`, which is not finite"]);
    spoiled("lr = 0.01", "lr = \"0.1\"", &["`lr` is the text \"0.1\"", "expected a number greater than 0"]);
    spoiled("batch = 16", "batch = 16\nclip = inf", &["`train.clip` is `inf`, which is not finite"]);
    spoiled("[0.0, 0.5]", "[0.0, 1.0]", &["x.toml:17:30", "at least 0 and less than 1"]);
    spoiled("[0.0, 0.5]", "[0.5, 0.5]", &["is given twice", "x.toml:17:30"]);
    spoiled("lr = 0.01", "lr = { log = [1.0, 0.1], points = 3 }", &["a range from 1 to 0.1", "0 < from < to"]);
    spoiled("lr = 0.01", "lr = { log = [0.1, 1.0] }", &["a range without `points`"]);
    spoiled("name = \"x\"", "name = \"../x\"", &["cannot name a result folder"]);
    spoiled("seeds = 2", "seeds = [1, 1]", &["a seed is given twice"]);
}

#[test]
fn unknown_data_set() {
    spoiled("\"iris\"", "\"irys\"", &["x.toml:5:7", "unknown data set `irys`", "did you mean `iris`?"]);
}

#[test]
fn batch_larger_than_the_data() {
    spoiled("batch = 16", "batch = 160", &["x.toml:13:9", "a batch of 160 is larger", "expected at most 90"]);
}

/// 12 points make a training part of 8.
#[test]
fn a_default_that_does_not_fit_is_told_where_the_data_stand() {
    let small = "set = { kind = \"linear\", samples = 14, features = 2 }";
    let spec = GOOD.replace("batch = 16\n", "").replace("set = \"iris\"", small);
    let message = refused(spec);
    let says = "a batch of 32, the default, is larger than the training part of `linear`";
    assert!(message.contains(says) && message.contains("x.toml:5:7"), "{message}");
    assert!(message.contains("expected `batch` in `[train]`, at most 8, or `full`"), "{message}");
    let few = "set = { kind = \"linear\", samples = 6, features = 2 }";
    let message = refused(GOOD.replace("batch = 16", "batch = \"full\"").replace("set = \"iris\"", few));
    assert!(message.contains("R² is undefined there") && message.contains("x.toml:5:7"), "{message}");
}

#[test]
fn names_from_elsewhere_are_told_what_they_are_here() {
    for (name, says) in [
        ("adamw", "AdamW is `adam` with `regularize.weight_decay` and `regularize.decoupled = true`"),
        ("AdamW", "AdamW is `adam`"),
        ("sgd", "gradient descent, on batches of any size, is `gradient-descent`"),
        ("heavy_ball", "is `momentum`"),
        ("adma", "did you mean `adam`?"),
    ] {
        spoiled("kind = \"adam\"", &format!("kind = \"{name}\""), &[says]);
    }
    // What the hint says is a run.
    let spec = GOOD.replace("[sweep]", "[regularize]\nweight_decay = 0.01\ndecoupled = true\n\n[sweep]");
    assert_eq!(parse(&spec, &[]).len(), 4);
}

#[test]
fn settings_that_do_nothing_are_refused() {
    let regularize = |keys: &str| format!("[regularize]\n{keys}\n\n[sweep]");
    for (keys, says) in [
        ("decoupled = true", "there is no `weight_decay` to decouple"),
        ("dropout_samples = 10", "networks are drawn for `dropout_at_test = \"monte-carlo\"` only"),
    ] {
        spoiled("[sweep]", &regularize(keys), &[says]);
    }
    let average = "batch = 16\naverage = { kind = \"polyak\", from = 2 }";
    spoiled("batch = 16", average, &["the average begins after epoch 2, and there are 2"]);
    spoiled("kind = \"mlp\"\nhidden = [8]", "kind = \"softmax\"", &["`softmax` has no hidden units to omit"]);
    let without = GOOD.replace("\"regularize.dropout\" = [0.0, 0.5]\n", "");
    let at_test = without.replace("[sweep]", &regularize("dropout_at_test = \"exact\""));
    assert!(refused(at_test).contains("there is neither `dropout` nor `input_dropout`"));
    let objective =
        without.replace("\"iris\"", "\"quadratic\"").replace("kind = \"mlp\"\nhidden = [8]", "kind = \"objective\"");
    let objective = objective.replace("batch = 16", "batch = \"full\"");
    assert_eq!(parse(&objective, &[]).len(), 2);
    let message = refused(objective.replace("\"full\"", "\"full\"\nensemble = 2"));
    assert!(message.contains("has no predictions of which a mean could be taken"), "{message}");
    for (key, says) in [("input_dropout", "has no inputs to omit"), ("dropout", "`objective` has no hidden units")] {
        let message = refused(objective.replace("[sweep]", &regularize(&format!("{key} = 0.5"))));
        assert!(message.contains(says), "{message}");
    }
    // A strength of 0 is one value among others.
    let strengths = "[regularize]\ndecoupled = true\ndropout_at_test = \"monte-carlo\"\n\n[sweep]\n\"regularize.weight_decay\" = [0.0, 0.1]";
    assert_eq!(parse(&GOOD.replace("[sweep]", strengths), &[]).len(), 8);
}

#[test]
fn no_hidden_layers_are_a_cnn_and_no_mlp() {
    spoiled("hidden = [8]", "hidden = []", &["`model.hidden` has no layers", "x.toml:9:10", "the model is `linear`"]);
    let cnn = GOOD.replace("\"iris\"", "\"digits\"").replace("kind = \"mlp\"", "kind = \"cnn\"\nchannels = [2]");
    assert_eq!(parse(&cnn.replace("hidden = [8]", "hidden = []"), &[]).len(), 4);
}

#[test]
fn duplicate_key() {
    spoiled(
        "epochs = 2",
        "epochs = 2\nepochs = 3",
        &["x.toml:13:1", "`epochs` is given twice", "list them in `[sweep]`"],
    );
}

/// Whether it takes epochs is not known before it is right.
#[test]
fn a_wrong_solver_asks_for_no_epochs() {
    let spec = "name = \"r\"\noptimizer = { kind = \"ridge\", lambda = -1.0 }\n[data]\nset = \"diabetes\"\n[model]\nkind = \"linear\"\n";
    let message = refused(spec);
    assert!(message.contains("`lambda` is `-1`") && !message.contains("epochs"), "{message}");
    let swept = spec.replace("optimizer = ", "[sweep]\noptimizer = [").replace("-1.0 }\n", "-1.0 }]\n");
    assert!(!refused(swept).contains("epochs"));
}

#[test]
fn missing_section() {
    spoiled("[model]\nkind = \"mlp\"\nhidden = [8]\n", "", &["missing `kind` in `[model]`"]);
    spoiled("[train]\nepochs = 2\nbatch = 16\n", "", &["missing `epochs` in `[train]`"]);
    spoiled("[data]\nset = \"iris\"\n", "", &["missing `set` in `[data]`"]);
    spoiled("name = \"x\"\n", "", &["missing `name`"]);
    spoiled("optimizer = [{ kind = \"adam\", lr = 0.01 }]\n", "", &["missing `optimizer`"]);
    spoiled(", lr = 0.01", "", &["`adam` needs `lr`"]);
}

#[test]
fn not_toml_at_all() {
    assert!(refused("Dear burnmark, please train something.\n").contains("not valid TOML"));
    assert!(refused([0xff, 0xfe, 0x00]).contains("is not UTF-8 text, from byte 0 on"));
    assert!(refused("").contains("missing `name`"));
}

#[test]
fn the_same_run_twice() {
    let twice = "the same run";
    spoiled("[0.0, 0.5]", "[0.0, -0.0]", &["is given twice", "x.toml:17:30"]);
    spoiled("lr = 0.01 }", "lr = 0.01 }, { kind = \"adam\", lr = 0.01, beta1 = 0.9 }", &[twice, "x.toml:16:"]);
    spoiled("optimizer = [", "\"optimizer.lr\" = [1, 1.0]\noptimizer = [", &[twice]);
    let betas = "{ kind = \"adam\", beta1 = [0.8, 0.9], lr = 0.01 }]\n\"optimizer.beta1\" = [0.5, 0.7]";
    spoiled("{ kind = \"adam\", lr = 0.01 }]", betas, &[twice]);
    spoiled(
        "\"regularize.dropout\"",
        "regularize.dropout = [0.1]\n\"regularize.dropout\"",
        &["the axis `regularize.dropout` is given twice"],
    );
}

/// Values for which one stands are looked at all the same, and within each kind.
#[test]
fn every_value_of_a_parameter_is_checked() {
    let good = "lr = 0.01 }]";
    spoiled(good, "lr = 0.01 }]\n\"optimizer.beta1\" = [0.5, 0.7, 1.5]", &["`beta1` is `1.5`", "x.toml:17:"]);
    let kinds = "lr = 0.01 }, { kind = \"momentum\", lr = 0.1 }]\n\"optimizer.beta1\" = [0.5, 0.7]";
    spoiled(good, kinds, &["`momentum` has no parameter `beta1`"]);
}

#[test]
fn absurd_sizes_are_refused_at_once() {
    spoiled(
        "hidden = [8]",
        "hidden = [1000000, 1000000]",
        &["a network of", "expected at most 100000000", "x.toml:9:10"],
    );
    spoiled(
        "\"iris\"",
        "{ kind = \"linear\", samples = 1000000, features = 1000 }",
        &["are more than 50000000 numbers"],
    );
    spoiled("\"iris\"", "{ kind = \"spirals\", turns = 1e308 }", &["numbers that are not finite"]);
    spoiled("\"iris\"", "{ kind = \"linear\", samples = 6, features = 2 }", &["R² is undefined"]);
    let sweep = Sweep::new(GOOD.replace("lr = 0.01", "lr = { log = [1e-3, 1.0], points = 20000 }"));
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    assert!(plan.contains("runs            80000\n") && plan.len() < 2000, "{plan}");
}

#[test]
fn what_does_not_fit_together() {
    spoiled(
        "kind = \"mlp\"\nhidden = [8]",
        "kind = \"logistic\"",
        &["needs two classes, not 3", "`softmax` takes any"],
    );
    spoiled("kind = \"mlp\"", "kind = \"softmax\"", &["the model `softmax` has no `model.hidden`"]);
    spoiled(
        "\"regularize.dropout\" = [0.0",
        "\"optimizer.mu\" = [0.1",
        &["`adam` has no parameter `mu`", "x.toml:17:"],
    );
    spoiled("set = \"iris\"", "set = { kind = \"linear\", samples = 5 }", &["needs more than 10 samples, got 5"]);
}

#[test]
fn a_missing_file_is_named() {
    let result = Sweep::new(GOOD).run(&["run", "y.toml"]).ended_with(2);
    assert!(result.stderr.contains("cannot read `y.toml`"), "{}", result.stderr);
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let spec = GOOD.replace("batch", "bach").replace("0.01", "-1").replace("iris", "irys");
    let message = refused(spec);
    assert!(message.contains("bach") && message.contains("irys") && message.contains("`lr` is `-1`"), "{message}");
    assert!(message.ends_with("3 mistakes found, nothing was run\n"), "{message}");
    let spec = GOOD.replace("[model]\nkind = \"mlp\"\nhidden = [8]\n", "").replace("batch", "bach");
    let message = refused(spec);
    assert!(message.contains("bach") && message.contains("missing `kind` in `[model]`"), "{message}");
}

#[test]
fn overrides_are_checked_like_the_file() {
    let sweep = Sweep::new(GOOD);
    let message = sweep.run(&["plan", "x.toml", "--set", "train.bach=3"]).ended_with(2).stderr;
    assert!(message.contains("did you mean `train.batch`?"), "{message}");
    let message = sweep.run(&["plan", "x.toml", "--engine", "bern"]).ended_with(2).stderr;
    assert!(message.contains("--set engine=bern:1:1") && message.contains("did you mean `burn`?"), "{message}");
    let plan = sweep.run(&["plan", "x.toml", "--seeds", "5", "--set", "regularize.dropout=0.1"]).ended_with(0).stdout;
    assert!(plan.contains("runs            5\n"), "the axis is replaced: {plan}");
}

/// Annealing that never acts in so short a run, and what may stand: a rule that says itself that it changes nothing, and a longer run.
#[test]
fn annealing_that_does_nothing_is_refused() {
    let spec = |epochs: &str, annealing: &str| {
        format!(
            "name = \"x\"\nengine = \"reference\"\ndata.set = \"iris\"\nmodel.kind = \"softmax\"\noptimizer = {{ kind = \"gradient-descent\", lr = 0.1 }}\n\
             [train]\nbatch = 45\n[sweep]\n\"train.epochs\" = [{epochs}]\nannealing = [\"constant\", {annealing}]\n"
        )
    };
    let says = |epochs: &str, annealing: &str| {
        let sweep = Sweep::new(spec(epochs, annealing));
        let refused = sweep.run(&["plan", "x.toml"]);
        (refused.code, refused.stderr)
    };
    for (epochs, annealing, least) in [
        ("5", "{ kind = \"step\", every = 10 }", "does nothing in a run of 5 epochs: it needs 11 at least"),
        ("10", "{ kind = \"step\", every = 10 }", "does nothing in a run of 10 epochs: it needs 11 at least"),
        ("5", "{ kind = \"warm-up\", length = 1000 }", "does nothing in a run of 5 epochs: it needs 1000 at least"),
        ("1", "\"cosine\"", "does nothing in a run of 1 epoch: it needs 2 at least"),
        ("1", "\"one-cycle\"", "needs 2 at least"),
        ("1", "{ kind = \"polynomial\", power = 2 }", "needs 2 at least"),
        ("1", "\"exponential\", \"hyperbolic\"", "needs 2 at least"),
        ("20, 5", "{ kind = \"step\", every = [1, 10] }", "does nothing in a run of 5 epochs"),
        // 90 samples in batches of 45: two steps an epoch.
        (
            "3",
            "{ kind = \"step\", every = 6, per = \"step\" }",
            "does nothing in a run of 6 steps: it needs 7 at least",
        ),
        ("30, 3", "{ kind = \"step\", every = [1, 6], per = \"step\" }", "does nothing in a run of 6 steps"),
    ] {
        let (code, said) = says(epochs, annealing);
        assert!(code == Some(2) && said.contains(least), "{epochs}, {annealing}: {said}");
        assert!(said.contains("expected a longer run") && said.contains("x.toml:"), "{said}");
    }
    for (epochs, annealing) in [
        ("11", "{ kind = \"step\", every = 10 }"),
        ("2", "\"cosine\", \"one-cycle\", \"polynomial\", \"exponential\", \"hyperbolic\""),
        ("1", "{ kind = \"exponential\", k = 0.0 }, { kind = \"step\", factor = 1.0, every = 100 }"),
        ("5", "{ kind = \"warm-up\", length = 5 }, { kind = \"warm-up\", start = 1.0, length = 1000 }"),
        ("4", "{ kind = \"step\", every = 6, per = \"step\" }"),
        ("1", "{ kind = \"cosine\", per = \"step\" }"),
    ] {
        let (code, said) = says(epochs, annealing);
        assert!(code == Some(0), "{epochs}, {annealing}: {said}");
    }
    let patience = spec("5", "\"cosine\"").replace("batch = 45", "batch = 45\npatience = 5");
    let refused = Sweep::new(patience).run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(refused.contains("stops after 5 epochs without a better loss, and there are 5"), "{refused}");
}

/// Eight condition numbers of a generator that standardization undoes are one data set under eight names.
#[test]
fn data_that_are_the_same_once_scaled_are_refused() {
    let parsed = |data: &str, sweep: &str| {
        let spec = format!(
            "name = \"x\"\nmodel = {{ kind = \"linear\" }}\ntrain = {{ epochs = 2 }}\n{data}\n[sweep]\n{sweep}\n"
        );
        Spec::parse("x.toml".to_owned(), spec, &[]).map_err(|problems| problems.render(false))
    };
    let conditions = "condition = [1.0, 10.0, 1e7]";
    let adam = "optimizer = { kind = \"adam\", lr = 0.1 }";
    let nested = format!("{adam}\n\"data.set\" = [{{ kind = \"linear\", {conditions} }}]").replacen(adam, "", 1);
    let ways = [
        (adam, nested.as_str()),
        ("optimizer = { kind = \"adam\", lr = 0.1 }\ndata.set = \"linear\"", "\"data.set.condition\" = [1.0, 1e7]"),
        (
            "data.set = \"linear\"",
            "cases = [{ \"data.set.condition\" = 1.0, optimizer = { kind = \"adam\", lr = 0.1 } }, { \"data.set.condition\" = 5.0, optimizer = { kind = \"adam\", lr = 0.2 } }]",
        ),
        (
            "optimizer = { kind = \"adam\", lr = 0.1 }\ndata.degree = 2",
            "\"data.set\" = [{ kind = \"linear\", features = 2, condition = [1.0, 3.0] }]",
        ),
    ];
    for (data, sweep) in ways {
        let said = parsed(data, sweep).err().unwrap();
        let why = "are the same data once they are standardized: `condition` only scales features; `columns = \"collinear\"` has a condition \
                   number that stays";
        assert!(said.contains(why) && said.contains("`standardize = false`"), "{said}");
    }
    let one = "\"data.set\" = [{ kind = \"linear\", features = 1, condition = [1.0, 10.0] }]";
    let said = parsed("optimizer = { kind = \"adam\", lr = 0.1 }\ndata.standardize = false", one).err().unwrap();
    assert!(said.contains("hold the same data: `condition` changes nothing here"), "{said}");
    let good = [
        ("optimizer = { kind = \"adam\", lr = 0.1 }\ndata.standardize = false", nested.as_str()),
        (adam, "\"data.set\" = [{ kind = \"linear\", columns = \"collinear\", condition = [1.0, 10.0, 1e7] }]"),
        (adam, "\"data.set\" = [{ kind = \"linear\", columns = [\"scaled\", \"collinear\"] }]"),
        (
            adam,
            "\"data.set\" = [{ kind = \"linear\", noise = [0.1, 0.2] }, { kind = \"linear\", condition = 5.0, seed = 1 }]",
        ),
    ];
    for (data, sweep) in good {
        parsed(data, sweep).unwrap();
    }
}
