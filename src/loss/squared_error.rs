//! Squared errors (lecture L4, L8): of numbers, of classes as one-hot targets, and of two classes as targets ±1.
//!
//! l = ½ Σ_k (y_k − s_k)², ∂l/∂s_k = s_k − y_k (**Erratum**: the slide has y_k − s_k)
//!
//! PyTorch's `MSELoss` has no ½ and divides by all numbers of a batch, not by its answers.

use super::{LossEntry, LossFunction, LossFunctions, OutputLink, TargetForm, times};
use crate::num::{ByPrecision, Real};
use crate::registry::Entry;

const fn entry(
    name: &'static str,
    description: &'static str,
    source: &'static str,
    targets: TargetForm,
    function: ByPrecision<LossFunctions>,
) -> LossEntry {
    LossEntry {
        entry: Entry { name, description, revision: 1, source, parameters: &[] },
        targets,
        link: OutputLink::Identity,
        falls_for_ever: &|_| false,
        function,
        expression: &|_, s, y, sum| {
            let error = s - y;
            sum.of(error.clone() * error) * 0.5
        },
    }
}

pub const OF_NUMBERS: LossEntry = entry(
    "squared-error",
    "half the squared error, for numbers",
    "lecture L4, L8",
    TargetForm::Numbers,
    ByPrecision { f32: &|_, _| function(TargetForm::Numbers), f64: &|_, _| function(TargetForm::Numbers) },
);

pub const ONE_HOT: LossEntry = entry(
    "one-hot-squared-error",
    "half the squared error to 1 for the right class and 0 for the others, for classes",
    "Prechelt 1994 (Proben1)",
    TargetForm::OneHot,
    ByPrecision { f32: &|_, _| function(TargetForm::OneHot), f64: &|_, _| function(TargetForm::OneHot) },
);

pub const SIGNED: LossEntry = entry(
    "signed-squared-error",
    "half the squared error to targets -1 and +1, for two classes",
    "Widrow & Hoff 1960; lecture L4",
    TargetForm::Signs,
    ByPrecision { f32: &|_, _| function(TargetForm::Signs), f64: &|_, _| function(TargetForm::Signs) },
);

fn function<R: Real>(targets: TargetForm) -> Box<dyn LossFunction<R>> {
    // Half the sum and not the sum of halves: published runs ended where this sum overflows.
    times(
        targets,
        #[inline(always)]
        |s, y| {
            let error = s - y;
            (R::from_f64(0.5) * error * error, error)
        },
        (
            #[inline(always)]
            |s, y| {
                let error = s - y;
                (error * error, error)
            },
            0.5,
        ),
    )
}
