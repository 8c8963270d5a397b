//! Settings that are each possible and make no sense together.

use super::run_spec::{LAYERS, RunSpec};
use super::traits::Traits;
use crate::catalogue::Catalogue;
use crate::data::{self, Draw, Split};
use crate::record::JACKKNIFE;
use crate::solve::{self, SolverEntry};
use crate::spec::{KEYS, USUAL_PATIENCE};
use crate::train::{Curve, DropoutAtTest, FULL};
use crate::value::Value;
use crate::{activation, model, optim};

/// A setting that does not fit the others.
pub struct Unfit {
    pub path: &'static str,
    pub why: String,
    pub expected: &'static str,
}

const TOGETHER: &str = "expected settings that go together";

/// Everything that does not fit in a run; `given` says which keys a spec has, whatever their values.
pub fn unfit(run: &RunSpec, given: &dyn Fn(&str) -> bool) -> Vec<Unfit> {
    let mut found = alone(run);
    found.extend(together(&Traits::of(run), given));
    found
}

/// What does not fit within one section.
pub fn alone(run: &RunSpec) -> Vec<Unfit> {
    let mut found = Vec::new();
    let mut say = |path, why: String| found.push(Unfit { path, why, expected: TOGETHER });
    let average = &run.train.average;
    let begins = run.catalogue.averages.find(&average.kind).and_then(|known| known.begins);
    if let Some(from) = begins.map(|begins| average.integer(begins)).filter(|from| *from >= run.train.epochs) {
        let epochs = run.train.epochs;
        say("train.average", format!("the average begins after epoch {from}, and there are {epochs}"));
    }
    let (patience, epochs) = (run.train.patience, run.train.epochs);
    // The usual one says nothing that somebody wrote.
    if patience >= epochs && patience != USUAL_PATIENCE {
        say(
            "train.patience",
            format!("training stops after {patience} epochs without a better loss, and there are {epochs}"),
        );
    }
    if run.train.jackknife && !run.data.split.is_held_out() {
        let why = "`jackknife` measures held-out rows, and none are held out: each seed has test rows of its own";
        say(JACKKNIFE, why.to_owned());
    }
    if run.train.jackknife && (run.train.ensemble > 1 || run.regularize.dropout_at_test != DropoutAtTest::Scaling) {
        say(JACKKNIFE, "`jackknife` measures one network, and here several predict together".to_owned());
    }
    let optimizer = &run.optimizer;
    if takes_first_step(&run.catalogue, &optimizer.kind) {
        let first = optimizer.number("lr");
        let to = optimizer.parameters.get("lr_to").and_then(Value::as_number).filter(|to| *to > 0.0);
        if let Some(to) = to.filter(|to| !(first..=optimizer.number("delta_max")).contains(to)) {
            say("optimizer", format!("`lr_to` is {to}, and first steps lie between `lr` and `delta_max`"));
        }
        for (bound, side, beyond) in [
            ("delta_min", "below", first < optimizer.number("delta_min")),
            ("delta_max", "above", first > optimizer.number("delta_max")),
        ] {
            if beyond {
                let bound = format!("`{bound}`, {}", optimizer.parameters[bound]);
                say("optimizer", format!("`lr` is {}, {side} {bound}", optimizer.parameters["lr"]));
            }
        }
    }
    if optimizer.kind == "ridge-cv" && optimizer.number("low") > optimizer.number("high") {
        say("optimizer", "`low` is greater than `high`".to_owned());
    }
    if optimizer.kind == "ridge-cv" && optimizer.parameters.contains_key("criterion") && optimizer.count("folds") > 1 {
        say("optimizer", "generalized cross-validation leaves out each sample alone, and no `folds`".to_owned());
    }
    found.extend(of_draw(run));
    found.extend(of_activations(run));
    found.extend(of_time(run));
    found
}

/// An activation through which no gradient passes.
fn of_activations(run: &RunSpec) -> Option<Unfit> {
    let name = run.model.activations().into_iter().map(|choice| &choice.kind).find(|name| !activation::learns(name))?;
    Some(Unfit {
        path: if run.model.layers.is_empty() { "model.activation" } else { LAYERS },
        why: format!("`{name}` has derivative 0, so gradients cannot train what feeds it"),
        expected: "expected an activation with a slope, such as `sigmoid` or `softsign`; a single step unit is trained by \
                   `optimizer = \"perceptron\"` with `kind = \"adaline\"`",
    })
}

/// New draws of a set that no generator draws, or of one whose rows are to be held out.
fn of_draw(run: &RunSpec) -> Option<Unfit> {
    let set = &run.data.set.kind;
    if run.data.draw == Draw::Once {
        return None;
    }
    if !data::is_drawn(&run.data.set) {
        return Some(Unfit {
            path: "data.draw",
            why: format!("`{set}` is a fixed set: its rows are the same for every seed, and nothing draws new ones"),
            expected: "expected a generated set, which has a parameter `seed`, or `draw = \"once\"`",
        });
    }
    run.data.split.is_held_out().then(|| Unfit {
        path: "data.split",
        why: "each seed draws rows of its own, so that no rows can be held out for all of them".to_owned(),
        expected: "expected `test` in the place of `holdout`, or `draw = \"once\"`",
    })
}

/// Rows in order of time of which a draw would learn from later ones than it is tested on.
fn of_time(run: &RunSpec) -> Option<Unfit> {
    let draws = matches!(run.data.split, Split::Drawn(_) | Split::Folds(_));
    let says = |parameter: &str| run.data.set.parameters.contains_key(parameter);
    // The time of steps orders them in their sequence.
    (draws && says("time") && !says("sequence")).then(|| Unfit {
        path: "data.split",
        why: "the rows have a `time`, and this split trains on later rows than it tests".to_owned(),
        expected: "expected `order = \"given\"` in the split, or a set without `time`",
    })
}

/// Whether a path is that of a parameter which nothing is looked at with but the kind of its own choice: neither [`alone`] nor a
/// solver asks for it, and what a run costs does not depend on it.
pub fn is_alone(catalogue: &Catalogue, path: &str) -> bool {
    let looked_at = ["lr", "lr_to", "delta_min", "delta_max"];
    let of_solver = |name: &str| catalogue.solvers.entries().any(|solver| solver.parameter(name).is_some());
    match path.split_once('.') {
        Some(("optimizer", name)) => !looked_at.contains(&name) && !of_solver(name),
        _ => false,
    }
}

/// What does not fit between sections: it depends on their traits only.
fn together(run: &Traits, given: &dyn Fn(&str) -> bool) -> Vec<Unfit> {
    let mut found = Vec::new();
    let mut say = |path, why: String| found.push(Unfit { path, why, expected: TOGETHER });
    let kind = run.value("model.kind");
    let (ensemble, by_steps) = (run.uses("train.ensemble"), run.value("train.curve") == Curve::Step.name());
    if ensemble && by_steps {
        say("train.curve", "an ensemble has one curve by epochs, and no curve by steps".to_owned());
    }
    if ensemble && run.uses("train.evaluate_steps") {
        say("train.evaluate_steps", "the networks of an ensemble are evaluated together, after each epoch".to_owned());
    }
    if by_steps && run.uses("train.evaluate_steps") {
        say(
            "train.evaluate_steps",
            "it keeps the steps that it evaluates, and `curve = \"step\"` all of them".to_owned(),
        );
    }
    pointless(run, given, &mut say);
    if run.catalogue.models.find(kind).is_some_and(|model| !model.hidden_units) && run.uses("regularize.dropout") {
        say("regularize.dropout", format!("`{kind}` has no hidden units to omit; its inputs have `input_dropout`"));
    }
    if kind == model::OBJECTIVE {
        if run.uses("regularize.input_dropout") {
            say("regularize.input_dropout", "a problem without data has no inputs to omit".to_owned());
        }
        if ensemble {
            say(
                "train.ensemble",
                "a problem without data has no predictions of which a mean could be taken".to_owned(),
            );
        }
    }
    let optimizer = run.value("optimizer");
    if takes_first_step(&run.catalogue, optimizer) {
        of_first_step(run, &mut say);
    }
    if let Some(why) = run.catalogue.method(optimizer).and_then(|method| method.takes_rates_of_blocks().err()) {
        within(RATES).filter(|path| run.uses(path)).for_each(|path| say(path, why.to_string()));
    }
    if let Some(solver) = run.catalogue.solvers.find(optimizer) {
        of_solver(run, solver, &mut found);
    }
    found
}

/// Whether an optimizer's `lr` is no rate but its first step.
fn takes_first_step(catalogue: &Catalogue, optimizer: &str) -> bool {
    catalogue.optimizers.find(optimizer).is_some_and(|entry| entry.rate == optim::Rate::FirstStep)
}

/// Settings that say how something is done that the spec never asks for. Where it asks with a strength of 0, as one value of a
/// sweep, they stay.
fn pointless(run: &Traits, given: &dyn Fn(&str) -> bool, say: &mut impl FnMut(&'static str, String)) {
    if given("model.others") && !given("train.ensemble") {
        say(
            "model.others",
            "these are further networks of an ensemble, and there is none: `train.ensemble` has one network".to_owned(),
        );
    }
    if run.uses("regularize.decoupled") && !given("regularize.weight_decay") {
        say("regularize.decoupled", "there is no `weight_decay` to decouple".to_owned());
    }
    for path in within(DECAYS).filter(|path| run.uses(path) && !given("regularize.weight_decay")) {
        say(path, "there is no `weight_decay` to scale".to_owned());
    }
    let thinned = run.value("regularize.dropout_at_test") != DropoutAtTest::Scaling.name();
    if thinned && !given("regularize.dropout") && !given("regularize.input_dropout") {
        say("regularize.dropout_at_test", "there is neither `dropout` nor `input_dropout`".to_owned());
    }
    if given("regularize.dropout_samples") && !given("regularize.dropout_at_test") {
        say("regularize.dropout_samples", "networks are drawn for `dropout_at_test = \"monte-carlo\"` only".to_owned());
    }
}

/// The keys within a table.
fn within(table: &'static str) -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .map(|key| key.path)
        .filter(move |path| path.strip_prefix(table).is_some_and(|rest| rest.starts_with('.')))
}

/// The key of the weights of classes.
pub const CLASS_WEIGHTS: &str = "train.class_weights";

const RATES: &str = "train.lr_scale";
const DECAYS: &str = "regularize.decay_scale";

/// Rprop's `lr` is no rate.
fn of_first_step(run: &Traits, say: &mut impl FnMut(&'static str, String)) {
    let kind = run.value("optimizer");
    for path in within(RATES).filter(|path| run.uses(path)) {
        say(path, format!("`{kind}` has no learning rate to scale: its `lr` is the first step only"));
    }
    if run.uses("annealing") {
        say("annealing", format!("`{kind}` has no learning rate to anneal: its `lr` is the first step only"));
    }
    if run.uses("regularize.decoupled") && run.uses("regularize.weight_decay") {
        say("regularize.decoupled", format!("decoupled decay shrinks by η_t λ w, and `{kind}` has no rate η_t"));
    }
    if run.uses("regularize.l1") {
        say("regularize.l1", format!("L1 is a soft threshold at η_t λ, and `{kind}` has no rate η_t"));
    }
}

/// A solver looks at one function of the whole training part: what changes it from step to step, or steps themselves,
/// do not exist for it.
fn of_solver(run: &Traits, solver: &SolverEntry, found: &mut Vec<Unfit>) {
    let kind = solver.entry.name;
    let mut say = |path, why: String, expected| found.push(Unfit { path, why, expected });
    if !solver.models.is_empty() && !solver.models.contains(&run.value("model.kind")) {
        let models: Vec<_> = solver.models.iter().map(|model| format!("`{model}`")).collect();
        let why =
            format!("`{kind}` cannot solve the model `{}`: it solves {}", run.value("model.kind"), models.join(", "));
        say("optimizer", why, "expected a solver of this model, or an optimizer");
    }
    if !solver.models.is_empty() && run.uses("model.loss") && !solver.losses.contains(&run.value("model.loss")) {
        let losses: Vec<_> = solver.losses.iter().map(|loss| format!("`{loss}`")).collect();
        let why = format!("`{kind}` cannot minimize `{}`: it minimizes {}", run.value("model.loss"), losses.join(", "));
        say("model.loss", why, "expected a loss of this solver, or an optimizer or `lbfgs`, which take any");
    }
    if run.uses("annealing") {
        say("annealing", format!("`{kind}` has no learning rate to anneal"), TOGETHER);
    }
    if kind == solve::LBFGS.entry.name && !run.takes_mini_batches && run.value("train.batch") != FULL {
        let why = format!(
            "`{kind}` cannot take mini-batches: gradients of two batches differ by more than curvature, and their difference is \
             what it learns from"
        );
        let expected = "expected `batch = \"full\"`, or `mini_batches = true` of `lbfgs` to show it";
        say("train.batch", why, expected);
    }
    if run.uses("regularize.weight_decay") && (run.uses("regularize.decoupled") || !solver.takes_weight_decay) {
        let (path, why) = if solver.takes_weight_decay {
            ("regularize.decoupled", format!("decoupled decay shrinks by η_t λ w, and `{kind}` has no rate η_t"))
        } else {
            (
                "regularize.weight_decay",
                format!("`{kind}` knows no weight decay; `ridge` has the same penalty as its `lambda`"),
            )
        };
        say(path, why, TOGETHER);
    }
    if run.uses(CLASS_WEIGHTS) && !solver.takes_weights {
        say(
            CLASS_WEIGHTS,
            format!("`{kind}` learns from each mistake alike"),
            "expected an optimizer or another solver",
        );
    }
    for path in KEYS.iter().filter(|key| key.by_steps && run.uses(key.path)).map(|key| key.path) {
        let name = path.split_once('.').map_or(path, |(_, name)| name);
        say(path, format!("`{kind}` is a solver and has no `{name}`: it takes no training steps"), TOGETHER);
    }
}
