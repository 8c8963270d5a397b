//! Models without hidden units: s = x W + b, trained for a number, two classes or K classes.
//!
//! | model | lecture | s | loss | predicts |
//! |---|---|---|---|---|
//! | linear | L4 | one number | squared error | s |
//! | logistic | L7 | one number | binary cross-entropy | class 1 where σ(s) > ½ |
//! | softmax | L10 | K numbers | cross-entropy | argmax |
//! | adaline | L1, L4 | one number | squared error to y = ±1 | class 1 where s ≥ 0, as the perceptron |
//!
//! `linear` takes each other loss, too: with `hinge` it is a support vector machine without a kernel.

use super::error::ModelError;
use super::{Answer, Architecture, Builder, Construction, ModelEntry, Network, Task, initial, mlp};
use crate::loss::{self, Loss};
use crate::registry::Entry;

const fn entry(
    name: &'static str,
    description: &'static str,
    source: &'static str,
    keys: &'static [&'static str],
    build: &'static Construction,
) -> ModelEntry {
    let entry = Entry { name, description, revision: 1, source, parameters: &[] };
    ModelEntry { entry, keys, hidden_units: false, activation: None, initial: Some(&initial::ZERO), build }
}

/// Models that are named for their loss.
const BIAS: &[&str] = &["bias"];

pub const LINEAR: ModelEntry = entry(
    "linear",
    "linear regression: one linear unit, squared error; with `loss` a linear model of numbers or classes",
    "lecture L4",
    &["bias", "loss"],
    &|architecture, task| match (&architecture.loss, &task.answer) {
        (None, Answer::Classes(classes)) => Err(ModelError::NeedsNumber { classes: *classes }),
        _ => {
            let (outputs, loss) = architecture.trained_for(&task.answer)?;
            model(architecture, task, outputs, loss)
        }
    },
);

pub const LOGISTIC: ModelEntry = entry(
    "logistic",
    "logistic regression: one linear unit, binary cross-entropy",
    "lecture L7",
    BIAS,
    &|architecture, task| {
        two_classes("logistic regression", task)?;
        model(architecture, task, 1, Loss::of(&loss::BINARY_CROSS_ENTROPY))
    },
);

pub const SOFTMAX: ModelEntry = entry(
    "softmax",
    "multinomial logistic regression: a linear unit per class, cross-entropy",
    "lecture L10",
    BIAS,
    &|architecture, task| match task.answer {
        Answer::Classes(count) => model(architecture, task, count, Loss::of(&loss::CROSS_ENTROPY)),
        Answer::Numbers(_) => Err(ModelError::NeedsClasses),
        Answer::Objective(_) => Err(ModelError::NoNetwork),
    },
);

pub const ADALINE: ModelEntry = entry(
    "adaline",
    "linear classifier: one linear unit, squared error to targets -1 and +1, classes by sign",
    "Widrow & Hoff 1960",
    BIAS,
    &|architecture, task| {
        two_classes("adaline", task)?;
        model(architecture, task, 1, Loss::of(&loss::SIGNED_SQUARED_ERROR))
    },
);

fn two_classes(model: &'static str, task: &Task) -> Result<(), ModelError> {
    match task.answer {
        Answer::Classes(2) => Ok(()),
        Answer::Classes(classes) => Err(ModelError::NeedsTwoClasses { model, classes }),
        Answer::Numbers(_) => Err(ModelError::NeedsClasses),
        Answer::Objective(_) => Err(ModelError::NoNetwork),
    }
}

fn model(architecture: &Architecture, task: &Task, outputs: usize, loss: Loss) -> Result<Network, ModelError> {
    mlp::one_answer(task)?;
    let mut builder = Builder::new(task.inputs);
    let layer = builder.layer("layers.0".to_owned(), task.inputs, outputs, architecture.bias);
    builder.linear(layer);
    Ok(builder.finish(outputs, 1, loss))
}
