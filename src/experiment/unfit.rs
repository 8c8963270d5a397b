//! Settings that are each possible and make no sense together.

use super::run_spec::{BatchSize, Curve, RunSpec};
use crate::solve::{self, SolverEntry};
use crate::{optim, train};

/// A setting that does not fit the others.
pub struct Unfit {
    pub path: &'static str,
    pub why: String,
    pub expected: &'static str,
}

const TOGETHER: &str = "expected settings that go together";

/// Everything that does not fit in a run.
pub fn unfit(run: &RunSpec) -> Vec<Unfit> {
    let mut found = Vec::new();
    let mut say = |path, why: String| found.push(Unfit { path, why, expected: TOGETHER });
    if run.train.ensemble > 1 && run.train.curve == Curve::Step {
        say("train.curve", "an ensemble has one curve by epochs, and no curve by steps".to_owned());
    }
    if optim::entry(&run.optimizer).is_ok_and(|entry| entry.rate == optim::Rate::FirstStep) {
        of_first_step(run, &mut say);
    }
    if let Some(solver) = solve::find(&run.optimizer.kind) {
        of_solver(run, solver, &mut found);
    }
    found
}

/// Rprop's `lr` is no rate.
fn of_first_step(run: &RunSpec, say: &mut impl FnMut(&'static str, String)) {
    let optimizer = &run.optimizer;
    let (first, kind) = (optimizer.number("lr"), &optimizer.kind);
    for (bound, side, beyond) in [
        ("delta_min", "below", first < optimizer.number("delta_min")),
        ("delta_max", "above", first > optimizer.number("delta_max")),
    ] {
        if beyond {
            let bound = format!("`{bound}`, {}", optimizer.parameters[bound]);
            say("optimizer", format!("`lr` is {}, {side} {bound}", optimizer.parameters["lr"]));
        }
    }
    if run.annealing.kind != "constant" {
        say("annealing", format!("`{kind}` has no learning rate to anneal: its `lr` is the first step only"));
    }
    if run.regularize.decoupled && run.regularize.weight_decay > 0.0 {
        say("regularize.decoupled", format!("decoupled decay shrinks by η_t λ w, and `{kind}` has no rate η_t"));
    }
    if run.regularize.l1 > 0.0 {
        say("regularize.l1", format!("L1 is a soft threshold at η_t λ, and `{kind}` has no rate η_t"));
    }
}

/// A solver looks at one function of the whole training part: what changes it from step to step, or steps themselves,
/// do not exist for it.
fn of_solver(run: &RunSpec, solver: &SolverEntry, found: &mut Vec<Unfit>) {
    let kind = solver.entry.name;
    let mut say = |path, why: String, expected| found.push(Unfit { path, why, expected });
    if !solver.models.is_empty() && !solver.models.contains(&run.model.kind.as_str()) {
        let models: Vec<_> = solver.models.iter().map(|model| format!("`{model}`")).collect();
        let why = format!("`{kind}` cannot solve the model `{}`: it solves {}", run.model.kind, models.join(", "));
        say("optimizer", why, "expected a solver of this model, or an optimizer");
    }
    if run.annealing.kind != "constant" {
        say("annealing", format!("`{kind}` has no learning rate to anneal"), TOGETHER);
    }
    if kind == solve::LBFGS.entry.name && run.train.batch != BatchSize::Full {
        let why = format!(
            "`{kind}` cannot take mini-batches: gradients of two batches differ by more than curvature, and their difference is \
             what it learns from"
        );
        say("train.batch", why, "expected `batch = \"full\"`");
    }
    if run.regularize.weight_decay > 0.0 && (run.regularize.decoupled || !solver.takes_weight_decay) {
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
    if kind == "ridge-cv" && run.optimizer.number("low") > run.optimizer.number("high") {
        say("optimizer", "`low` is greater than `high`".to_owned(), TOGETHER);
    }
    let (regularize, train) = (&run.regularize, &run.train);
    let others = [
        ("regularize.dropout", regularize.dropout > 0.0),
        ("regularize.input_dropout", regularize.input_dropout > 0.0),
        ("regularize.dropconnect", regularize.dropconnect > 0.0),
        ("regularize.input_noise", regularize.input_noise > 0.0),
        ("regularize.weight_noise", regularize.weight_noise > 0.0),
        ("regularize.l1", regularize.l1 > 0.0),
        ("train.clip", train.clip > 0.0),
        ("train.evaluate_every", train.evaluate_every > 1),
        ("train.early_stopping", train.early_stopping),
        ("train.average", train.average.kind != train::average::NONE.name),
        ("train.ensemble", train.ensemble > 1),
        ("train.curve", train.curve == Curve::Step),
    ];
    for (path, _) in others.into_iter().filter(|(_, given)| *given) {
        let name = path.rsplit('.').next().unwrap_or(path);
        say(path, format!("`{kind}` is a solver and has no `{name}`: it takes no training steps"), TOGETHER);
    }
}
