//! No network: θ itself is what is sought, and the data set says which function of it is to be minimized.
//!
//! The loss is the mean of f(θ; x) over a batch of points x (`num/objective.rs` has the functions).

use super::error::ModelError;
use super::{Answer, Builder, ModelEntry, Module, initial};
use crate::loss::{self, Loss};
use crate::registry::Entry;

pub const ENTRY: ModelEntry = ModelEntry {
    entry: Entry {
        name: "objective",
        description: "no network: the parameters of a problem such as `quadratic` or `rosenbrock` themselves",
        revision: 1,
        source: "num/objective.rs",
        parameters: &[],
    },
    keys: &[],
    hidden_units: false,
    activation: None,
    initial: Some(&initial::START),
    build: &|_, task| {
        let Answer::Objective(objective) = &task.answer else {
            return Err(ModelError::NeedsObjective);
        };
        let mut builder = Builder::new(task.inputs);
        let layer = builder.layer("theta".to_owned(), 1, objective.dimensions(), false);
        builder.push(Module::Objective { layer, objective: objective.clone() });
        Ok(builder.finish(1, 1, Loss::of(&loss::OBJECTIVE)))
    },
};
