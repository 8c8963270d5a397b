//! Huber's loss: squared near the target, absolute beyond δ, so that outliers pull with a bounded force.
//!
//! l = Σ_k ½ e_k² where |e_k| ≤ δ, else δ (|e_k| − ½ δ), with e = s − y; ∂l/∂s_k = e_k, or δ sign(e_k)
//!
//! - `delta` (δ): where the two parts meet, greater than 0, default 1, in units of the target as the network sees it: standard
//!   deviations where `standardize` scales it.
//!
//! PyTorch's `HuberLoss` is the same for one output and divides by all numbers of a batch for more; its `SmoothL1Loss` is this divided
//! by δ.

use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, per_output};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "huber",
        description: "squared error near the target, absolute error beyond delta, for numbers with outliers",
        revision: 1,
        source: "Huber 1964",
        parameters: &[Parameter::with_default(
            "delta",
            "where the two parts meet, in units of the scaled target",
            ParameterKind::Number(Range::POSITIVE),
            Value::Number(1.0),
        )],
    },
    targets: TargetForm::Numbers,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|choice, s, y, sum| {
        let delta = choice.number("delta");
        let error = s - y;
        let size = error.clone().abs();
        let beyond = size.clone().greater_elem(delta);
        let absolute = (size - 0.5 * delta) * delta;
        sum.of((error.clone() * error * 0.5).mask_where(beyond, absolute))
    },
};

fn function<R: Real>(choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    let (delta, half) = (R::from_f64(choice.number("delta")), R::from_f64(0.5));
    let half_delta = half * delta;
    per_output(
        TargetForm::Numbers,
        #[inline(always)]
        move |s: R, y: R| {
            let error = s - y;
            let size = error.abs();
            if size > delta {
                (delta * (size - half_delta), if error < R::ZERO { -delta } else { delta })
            } else {
                (half * error * error, error)
            }
        },
    )
}
