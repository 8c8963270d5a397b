//! Models from parts: against PyTorch, through specs, and as what the short forms are short for.

use crate::engines::of_layers;
use crate::support::Sweep;
use burnmark::data::{Part, Targets};
use burnmark::engine::{Engine, EngineKind, build};
use burnmark::model::{Answer, Network, Task};
use burnmark::num::{BlockRole, Image, MatMut, Matrix, Shape};
use burnmark::optim;
use burnmark::plan::Spec;
use burnmark::registry::Chosen;
use burnmark::store::read;
use burnmark::train::{Settings, Stepper};
use burnmark::value::Value;

const SAMPLES: usize = 8;

/// Made by `tests/oracles/networks.py`, which names the version that it ran with.
#[derive(serde::Deserialize)]
struct Golden {
    name: String,
    task: GoldenTask,
    layers: serde_json::Value,
    /// How many numbers θ holds.
    parameters: usize,
    outputs: Vec<f64>,
    losses: Vec<f64>,
    /// The outputs after the last step, as at test time.
    #[serde(rename = "final")]
    last: Vec<f64>,
}

#[derive(serde::Deserialize)]
struct GoldenTask {
    inputs: usize,
    classes: Option<usize>,
    steps: Option<usize>,
    /// How many different whole numbers the inputs are.
    of: Option<usize>,
    /// Whether the targets are the inputs.
    #[serde(default)]
    gives_back: bool,
    /// Height, width and channels.
    image: Option<[usize; 3]>,
}

fn number(i: usize, period: usize) -> f64 {
    (((i * 7 + 3) % period) as f64 - (period / 2) as f64) / 16.0
}

impl Golden {
    fn network(&self) -> Network {
        let GoldenTask { inputs, classes, steps, image, gives_back, .. } = self.task;
        let positions = if gives_back { inputs } else { 1 };
        let sequence = |steps| Shape::Sequence { steps, features: inputs / steps };
        let image = image.map(|[height, width, channels]| Shape::Image(Image { height, width, channels }));
        let shape = steps.map(sequence).or(image).unwrap_or(Shape::Flat);
        let answer = classes.map_or(Answer::Numbers(1), Answer::Classes);
        of_layers(&self.layers, &Task { inputs, shape, answer, positions })
    }

    fn part(&self) -> Part<f64> {
        let numbers: Vec<f64> = (0..SAMPLES * self.task.inputs)
            .map(|i| self.task.of.map_or(number(i, 31), |of| (i * 7 % of) as f64))
            .collect();
        let targets = match self.task.classes {
            Some(count) => Targets::Classes((0..SAMPLES).map(|row| u32::try_from(row % count).unwrap()).collect()),
            None if self.task.gives_back => Targets::Values(Matrix::new(numbers.len(), 1, numbers.clone())),
            None => Targets::Values(Matrix::new(SAMPLES, 1, (0..SAMPLES).map(|row| number(2 * row, 29)).collect())),
        };
        Part { inputs: Matrix::new(SAMPLES, self.task.inputs, numbers), targets, weights: Vec::new() }
    }
}

/// Outputs within 1e-13: sums of some ten terms near 1, in another order. Losses within 1e-10 of their size: 60 steps of a smooth
/// descent amplify roundings of 1e-16 little.
#[test]
fn every_kind_of_layer_follows_pytorch() {
    let golden: Vec<Golden> = serde_json::from_str(include_str!("../oracles/networks.json")).unwrap();
    for golden in &golden {
        let (network, part, name) = (golden.network(), golden.part(), &golden.name);
        assert_eq!(network.parameter_count(), golden.parameters, "{name}");
        let mut theta: Vec<f64> = (0..golden.parameters).map(|i| number(i, 37) / 4.0).collect();
        // Running variances are made positive.
        for layer in network.layers().iter().filter(|layer| layer.role == BlockRole::Statistic) {
            theta[layer.weights.clone()].iter_mut().for_each(|variance| *variance += 2.0);
        }
        for kind in EngineKind::ON_CPU {
            let mut engine = build::<f64>(kind, &network, SAMPLES);
            let outputs_are = |engine: &mut dyn Engine<f64>, theta: &[f64], expected: &[f64], bound: f64| {
                let mut outputs = vec![0.0; SAMPLES * network.output_width()];
                let view = MatMut::new(SAMPLES, network.output_width(), &mut outputs);
                engine.outputs(theta, part.inputs.view(), view).unwrap();
                for (a, e) in outputs.iter().zip(expected) {
                    assert!((a - e).abs() < bound, "{name}, {kind}: {a} for {e}");
                }
            };
            outputs_are(engine.as_mut(), &theta, &golden.outputs, 1e-13);
            let descent = optim::ENTRIES.iter().find(|known| known.entry.name == "gradient-descent").unwrap();
            let optimizer = Chosen::of(*descent).with("lr", Value::Number(0.05));
            let settings = Settings { optimizer, ..Settings::plain(SAMPLES) };
            let mut stepper = Stepper::new(&settings, &network, theta.clone(), SAMPLES).unwrap();
            let samples: Vec<usize> = (0..SAMPLES).collect();
            for (step, e) in golden.losses.iter().enumerate() {
                let a = stepper.step(&part, &samples, 0, engine.as_mut()).unwrap();
                assert!(((a - e) / e).abs() < 1e-10, "{name}, {kind}, step {step}: {a} for {e}");
            }
            outputs_are(engine.as_mut(), stepper.parameters(), &golden.last, 1e-10);
        }
        assert!(golden.losses[59] < golden.losses[0], "{name}: the loss falls");
    }
}

/// The digests of initial weights and of final parameters, and the last validation loss, of each run.
fn results(spec: &str, engine: &str) -> Vec<(String, String, u64)> {
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-o", "out", "--engine", engine]).ended_with(0);
    let runs = read(&sweep.path("out")).unwrap().1;
    let of = |run: burnmark::store::Finished| {
        let hashes = run.record.hashes.clone().unwrap();
        let loss = run.record.curve.last().unwrap().validation.loss;
        (hashes.initial_weights.clone(), hashes.final_parameters.clone(), loss.to_bits())
    };
    runs.into_iter().map(of).collect()
}

const DIGITS: &str = r#"
name = "digits"
seeds = 1
optimizer = { kind = "adam", lr = 1e-3 }
data = { set = "digits" }
train = { epochs = 2 }
regularize = { dropout = 0.2, input_dropout = 0.1, weight_decay = 1e-3 }
"#;

/// An `mlp` is a list of `dense` layers: the same draws, the same bits.
#[test]
fn a_perceptron_is_short_for_its_layers() {
    let short = "model = { kind = \"mlp\", hidden = [16, 8] }\n";
    let long = "model = { kind = \"layers\", layers = [{ dense = 16, activation = \"relu\" }, { dense = 8, activation = \"relu\" }] }\n";
    for engine in ["reference", "burn"] {
        assert_eq!(results(&(DIGITS.to_owned() + short), engine), results(&(DIGITS.to_owned() + long), engine));
    }
}

fn identity(model: &str) -> String {
    let spec = Spec::parse("x.toml".to_owned(), DIGITS.to_owned() + model, &[]);
    let spec = spec.map_err(|mistakes| mistakes.render(false)).unwrap();
    spec.identity(&spec.run(0)).to_string()
}

/// Everything that a layer says counts, and what it leaves at its default does not.
#[test]
fn a_run_is_known_by_all_of_its_layers() {
    let of = |layers: &str| identity(&format!("model = {{ kind = \"layers\", layers = {layers} }}\n"));
    let lists = [
        "[{ dense = 8 }]",
        "[{ dense = 9 }]",
        "[{ dense = 8, bias = false }]",
        "[{ dense = 8, name = \"a\" }]",
        "[{ dense = 8, activation = \"tanh\" }]",
        "[{ dense = 8, activation = \"elu\" }]",
        "[{ dense = 8, activation = { kind = \"elu\", alpha = 2.0 } }]",
        "[{ dense = 8 }, { norm = \"layer\" }]",
        "[{ dense = 8 }, { norm = \"layer\", epsilon = 1e-3 }]",
        "[{ dense = 8 }, { dense = 8 }]",
        "[{ dense = 8 }, { residual = [{ dense = 8 }] }]",
        "[{ dense = 8 }, { shortcut = [{ dense = 8 }] }]",
        "[{ repeat = 2, layers = [{ dense = 8 }] }]",
        "[{ repeat = 3, layers = [{ dense = 8 }] }]",
    ];
    let all: std::collections::BTreeSet<String> = lists.iter().map(|list| of(list)).collect();
    assert_eq!(all.len(), lists.len());
    assert_eq!(of(lists[0]), of("[{ dense = 8, bias = true }]"));
    assert_eq!(of(lists[5]), of("[{ dense = 8, activation = { kind = \"elu\", alpha = 1.0 } }]"));
    let tables = "[model]\nkind = \"layers\"\n[[model.layers]]\ndense = 8\n[[model.layers]]\nnorm = \"layer\"\n";
    assert_eq!(identity(tables), of(lists[7]));
}

const SWEPT: &str = r#"
name = "swept"
seeds = 2
engine = "reference"
[data]
set = "iris"
[model]
kind = "layers"
[train]
epochs = 2
[sweep]
optimizer = [{ kind = "adam", lr = 1e-2 }]
"model.layers" = [
  [{ dense = 8, activation = "gelu" }, { residual = [{ norm = "layer" }, { dense = 8, activation = { kind = "leaky-relu", slope = 0.2 } }] }],
  [{ repeat = 2, layers = [{ dense = 4, bias = false, activation = "tanh" }] }],
]
"#;

/// An axis of lists: `plan` draws each, the table has them in words, `show` gives a spec that makes the same run again.
#[test]
fn lists_of_layers_are_an_axis() {
    let sweep = Sweep::new(SWEPT);
    let plan = sweep.run(&["plan", "x.toml"]).ended_with(0).stdout;
    for line in [
        "network on iris: dense 8 gelu · residual (norm layer · dense 8 leaky-relu (slope 0.2))",
        "  layers.1.0    norm layer                      8                  16",
        "  all                                                              155",
        "    dense 4 tanh bias false  4                  16",
    ] {
        assert!(plan.contains(line), "`{line}` in\n{plan}");
    }
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let runs = read(&sweep.path("out")).unwrap().1;
    assert_eq!(runs.len(), 4);
    let words: std::collections::BTreeSet<String> =
        runs.iter().map(|run| run.record.settings["model.layers"].to_string()).collect();
    assert!(words.contains("repeat 2 (dense 4 tanh bias false)"), "{words:?}");
    for run in &runs {
        let id = run.record.run.to_string();
        let spec = sweep.run(&["show", "out", &id, "--spec"]).ended_with(0).stdout;
        let again = Spec::parse("again.toml".to_owned(), spec.clone(), &[]).map_err(|mistakes| mistakes.render(false));
        let again = again.unwrap_or_else(|why| panic!("{why}\n{spec}"));
        assert_eq!(again.identity(&again.run(0)).to_string(), id);
    }
    sweep.run(&["verify", "out"]).ended_with(0);
}

/// What is said of a list of layers on a data set.
fn said(layers: &str, set: &str) -> String {
    let spec = format!(
        "name = \"x\"\noptimizer = {{ kind = \"adam\", lr = 0.01 }}\ndata = {{ set = {set} }}\ntrain = {{ epochs = 2 }}\n\
         model = {{ kind = \"layers\", layers = {layers} }}\n"
    );
    let said = Sweep::new(spec).run(&["plan", "x.toml"]).ended_with(2).stderr;
    said.lines().next().unwrap_or_default().to_owned()
}

/// Each mistake in a list says where it is and what to do instead.
#[test]
fn layers_that_do_not_go_together_are_refused() {
    for (layers, message) in [
        ("[]", "error: a list without layers"),
        ("[{ dens = 8 }]", "error: unknown kind of layer `dens`"),
        ("[{ dense = 0 }]", "error: `dense` is `0`"),
        ("[{ dense = 8, units = 8 }]", "error: unknown key of a layer `dense` `units`"),
        ("[{ repeat = 2 }]", "error: a layer `repeat` without `layers`"),
        ("[{ dense = 8, name = \"layers\" }]", "error: `name` is `layers`"),
        (
            "[{ dense = 8, activation = \"step\" }]",
            "error: `step` has derivative 0, so gradients cannot train what feeds it",
        ),
        (
            "[{ dense = 8 }, { residual = [{ dense = 9 }] }]",
            "error: `layers` on `iris`: `layers.1` (`residual`): what comes out must have the shape of what goes in, 8, and has 9; \
             make its last layer as wide",
        ),
        (
            "[{ dense = 8, name = \"a\" }, { dense = 9, name = \"a\" }]",
            "error: `layers` on `iris`: `layers.1` (`dense`): `a` names weights of 4 × 8 (weights), and here 8 × 9 (weights) are needed; \
             give one of the two layers another name",
        ),
        ("[{ gru = 8 }]", "error: `layers` on `iris`: `layers.0` (`gru`): takes a sequence, and gets 4"),
        ("[{ conv = 8 }]", "error: `layers` on `iris`: `layers.0` (`conv`): takes a sequence or an image, and gets 4"),
        (
            "[{ norm = \"batch\", name = \"a\" }]",
            "error: `layers` on `iris`: `layers.0` (`norm`): a batch norm has running averages of its own and shares nothing; leave out \
             its `name`",
        ),
        (
            "[{ repeat = 1000, layers = [{ repeat = 1000, layers = [{ dense = 4 }] }] }]",
            "error: `layers` on `iris`: `layers.0.0.0.998.0` (`dense`): more than 1000 layers, those of each repetition counted",
        ),
        (
            "[{ dense = 100000 }, { dense = 100000 }]",
            "error: `layers` on `iris`: `layers.1` (`dense`): makes the network too large: 10000600000 parameters; expected at most \
             100000000",
        ),
    ] {
        let found = said(layers, "\"iris\"");
        assert_eq!(found, message, "{layers}");
    }
    let sequence = "{ kind = \"delayed-recall\", delay = 4 }";
    let found = said("[{ gru = 8 }]", sequence);
    assert!(
        found.ends_with(
            "one answer; put `{ pool = \"last\" }`, `{ pool = \"mean\" }` or `{ flatten = true }` behind it"
        ),
        "{found}"
    );
    let found = said("[{ conv = 8, kernel = 7 }]", sequence);
    assert!(found.ends_with("`layers.0` (`conv`): gets 6 steps × 5: too few for a size of 7"), "{found}");
}

/// Whole numbers are looked up as they are.
#[test]
fn an_embedding_takes_whole_numbers() {
    let spec = |more: &str, of: usize| {
        format!(
            "name = \"bits\"\nengine = \"reference\"\nseeds = [1]\noptimizer = {{ kind = \"adam\", lr = 1e-2 }}\ntrain = {{ epochs = 30 }}\n\
             data = {{ set = {{ kind = \"parity\", steps = 4 }}{more} }}\n\
             model = {{ kind = \"layers\", layers = [{{ embedding = 4, of = {of} }}, {{ gru = 12 }}, {{ pool = \"last\" }}] }}\n"
        )
    };
    let sweep = Sweep::new(spec(", standardize = false", 2));
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let accuracy = read(&sweep.path("out")).unwrap().1[0].record.curve.last().unwrap().test.metric;
    assert!(accuracy > 0.95, "{accuracy}");
    for (more, of, message) in [
        ("", 2, "an `embedding` looks up whole numbers, and the inputs are scaled; set `data.standardize = false`"),
        (", standardize = false", 1, "an `embedding` of 1 looks up 0 to 0, and row"),
    ] {
        let said = Sweep::new(spec(more, of)).run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(message), "{said}");
    }
    let found = said("[{ dense = 8 }, { embedding = 4, of = 2 }]", "\"iris\"");
    assert!(found.ends_with("looks up whole numbers, so it has to be the first layer of the network"), "{found}");
}

/// Running averages are kept, averaged and exported as parts of θ: what a file of parameters starts from is what was evaluated.
#[test]
fn a_batch_norm_is_kept_with_its_averages() {
    let spec = r#"
name = "kept"
engine = "reference"
seeds = [4]
optimizer = { kind = "adam", lr = 1e-2 }
data = { set = "wine" }
model = { kind = "layers", layers = [{ dense = 6, activation = "tanh" }, { norm = "batch" }] }
train = { epochs = 3, early_stopping = true, patience = 2 }
"#;
    let sweep = Sweep::new(spec);
    sweep.run(&["run", "x.toml", "-q", "-o", "out", "--keep-parameters"]).ended_with(0);
    let first = read(&sweep.path("out")).unwrap().1.remove(0);
    let file = sweep.path("out/parameters").join(format!("{}.safetensors", first.record.run));
    let tensors = std::fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&tensors[..600]).into_owned();
    assert!(text.contains("layers.1.running_mean") && text.contains("layers.1.running_var"), "{text}");
    let again = spec.replace(
        "data = {",
        &format!("model.initial = {{ kind = \"file\", path = {:?} }}\ndata = {{", file.display().to_string()),
    );
    let again = again
        .replace("model = { kind = \"layers\", layers =", "model.kind = \"layers\"\nmodel.layers =")
        .replace("}, { norm = \"batch\" }] }", "}, { norm = \"batch\" }]");
    let sweep = Sweep::new(again);
    sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
    let second = read(&sweep.path("out")).unwrap().1.remove(0);
    let (kept, start) = (first.record.curve.last().unwrap(), second.record.curve.first().unwrap());
    assert_eq!(kept.validation.loss.to_bits(), start.validation.loss.to_bits());
}

/// The specs of the guide's page learn what they are asked to; so each is what someone writes who has read it.
#[test]
fn the_networks_of_the_guide_learn() {
    let page = include_str!("../../docs/guide/networks.md");
    let spec = |name: &str| {
        let blocks = page.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap());
        let named = format!("name = \"{name}\"");
        blocks.into_iter().find(|block| block.starts_with(&named)).unwrap_or_else(|| panic!("no spec `{name}`"))
    };
    for (name, epochs, least) in
        [("residual", 8, 0.9), ("recall", 12, 0.95), ("steps", 15, 0.8), ("autoencoder", 8, 0.3)]
    {
        let spec = spec(name).replace("seeds = 3", "seeds = 1");
        let spec = spec.replace("epochs = 30", "epochs = 20").replace("epochs = 20", &format!("epochs = {epochs}"));
        let sweep = Sweep::new(spec);
        sweep.run(&["run", "x.toml", "-q", "-o", "out"]).ended_with(0);
        let metrics: Vec<f64> = read(&sweep.path("out"))
            .unwrap()
            .1
            .iter()
            .map(|run| run.record.curve.last().unwrap().test.metric)
            .collect();
        let best = metrics.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(best >= least, "{name}: {metrics:?}");
    }
}

/// The encoder of an autoencoder, frozen, under a classifier: its layers come from the file and stay, the output is drawn and trained.
#[test]
fn layers_of_another_run_are_taken_and_left_as_they_are() {
    let first = r#"
name = "first"
engine = "reference"
seeds = [4]
optimizer = { kind = "adam", lr = 3e-3 }
data = { set = { kind = "autoencoder", of = "wine" } }
model = { kind = "layers", layers = [{ dense = 6, activation = "gelu" }, { dense = 3 }, { dense = 6, activation = "gelu" }] }
train = { epochs = 3 }
"#;
    let sweep = Sweep::new(first);
    sweep.run(&["run", "x.toml", "-q", "-o", "out", "--keep-parameters"]).ended_with(0);
    let run = read(&sweep.path("out")).unwrap().1.remove(0).record.run;
    let file = sweep.path("out/parameters").join(format!("{run}.safetensors"));
    std::fs::copy(&file, sweep.path("encoder.safetensors")).unwrap();
    let second = |seed: u64, initial: &str| {
        format!(
            "name = \"second\"\nengine = \"reference\"\nseeds = [{seed}]\noptimizer = {{ kind = \"adam\", lr = 1e-2 }}\n\
             data = {{ set = \"wine\" }}\ntrain = {{ epochs = 3 }}\nregularize = {{ weight_decay = 0.1 }}\n[model]\nkind = \"layers\"\n\
             layers = [{{ dense = 6, activation = \"gelu\", frozen = true }}, {{ dense = 3, frozen = true }}]\n\
             initial = {{ kind = \"transfer\", path = \"encoder.safetensors\"{initial} }}\n"
        )
    };
    let tensors = |sweep: &Sweep, out: &str| {
        sweep.run(&["run", "x.toml", "-q", "-o", out, "--keep-parameters"]).ended_with(0);
        let run = read(&sweep.path(out)).unwrap().1.remove(0).record.run;
        std::fs::read(sweep.path(out).join("parameters").join(format!("{run}.safetensors"))).unwrap()
    };
    let of = |bytes: &[u8], name: &str| {
        let file = safetensors::SafeTensors::deserialize(bytes).unwrap();
        file.tensor(name).unwrap().data().to_vec()
    };
    let source = std::fs::read(&file).unwrap();
    let kept: Vec<Vec<u8>> = [1, 2]
        .map(|seed| {
            std::fs::write(sweep.path("x.toml"), second(seed, ", layers = \"layers.0, layers.1\"")).unwrap();
            tensors(&sweep, &format!("out{seed}"))
        })
        .to_vec();
    for name in ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"] {
        assert!(kept.iter().all(|kept| of(kept, name) == of(&source, name)), "{name}");
    }
    assert_ne!(of(&kept[0], "layers.2.weight"), of(&kept[1], "layers.2.weight"), "each seed draws the output");
    // What cannot be taken is said before anything runs.
    for (initial, message) in [
        ("", "`layers.2.weight` has the shape [6, 3], expected [3, 3]"),
        (", layers = \"layers.7\"", "the network has no layer `layers.7`; it has `layers.0`, `layers.1`, `layers.2`"),
    ] {
        std::fs::write(sweep.path("x.toml"), second(1, initial)).unwrap();
        let said = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
        assert!(said.contains(message), "{said}");
    }
    let solver = second(1, ", layers = \"layers.0\"").replace("{ kind = \"adam\", lr = 1e-2 }", "\"lbfgs\"");
    std::fs::write(sweep.path("x.toml"), solver.replace("epochs = 3", "epochs = 3, batch = \"full\"")).unwrap();
    let said = sweep.run(&["plan", "x.toml"]).ended_with(2).stderr;
    assert!(said.contains("`lbfgs` takes no training steps"), "{said}");
}
