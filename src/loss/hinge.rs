//! The hinge loss of two classes: with a linear model and weight decay a support vector machine.
//!
//! l = max(0, m − y s), y = ±1; ∂l/∂s = −y where m − y s > 0, else 0
//!
//! - `margin` (m): the output beyond which a right answer costs nothing, greater than 0, default 1.
//!
//! scikit-learn's `hinge_loss` is the same. PyTorch has it as `torch.clamp(m - y * s, min=0)`, whose derivative at the kink is −y;
//! its `HingeEmbeddingLoss` is another loss.

use super::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, per_output};
use crate::num::{ByPrecision, Real};
use crate::registry::{Choice, Entry, Parameter, ParameterKind, Range};
use crate::value::Value;
use burn::tensor::activation::relu;

/// The margin of hinge losses.
pub const MARGIN: Parameter = Parameter::with_default(
    "margin",
    "lead of the right answer beyond which it costs nothing",
    ParameterKind::Number(Range::POSITIVE),
    Value::Number(1.0),
);

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "hinge",
        description: "hinge loss to targets -1 and +1, for two classes",
        revision: 1,
        source: "Cortes & Vapnik 1995",
        parameters: &[MARGIN],
    },
    targets: TargetForm::Signs,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|choice, s, y, sum| sum.of(relu(-(s * y) + choice.number("margin"))),
};

fn function<R: Real>(choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    let margin = R::from_f64(choice.number("margin"));
    per_output(
        TargetForm::Signs,
        #[inline(always)]
        move |s: R, y: R| {
            let lack = margin - y * s;
            // A NaN is no lack that is 0.
            if lack <= R::ZERO { (R::ZERO, R::ZERO) } else { (lack, -y) }
        },
    )
}
