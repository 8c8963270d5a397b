//! Loss: l = max(0, 1 − y s)², y = ±1, ∂l/∂s = −2 y max(0, 1 − y s): a hinge without a kink.

use burnmark::loss::tensor::activation::relu;
use burnmark::loss::{LossEntry, LossFunction, LossSize, OutputLink, TargetForm, per_output};
use burnmark::num::{ByPrecision, Real};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: LossEntry = LossEntry {
    entry: Entry {
        name: "squared-hinge",
        description: "squared hinge loss to targets -1 and +1, for two classes",
        revision: 1,
        source: "examples/own-optimizer",
        parameters: &[],
    },
    targets: TargetForm::Signs,
    link: OutputLink::Identity,
    falls_for_ever: &|_| false,
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|_, s, y, sum| {
        let lack = relu(-(s * y) + 1.0);
        sum.of(lack.clone() * lack)
    },
};

fn function<R: Real>(_choice: &Choice, _size: LossSize) -> Box<dyn LossFunction<R>> {
    per_output(
        TargetForm::Signs,
        #[inline(always)]
        |s: R, y: R| {
            let lack = R::ONE - y * s;
            let lack = if lack <= R::ZERO { R::ZERO } else { lack };
            (lack * lack, -(R::from_f64(2.0) * y * lack))
        },
    )
}
