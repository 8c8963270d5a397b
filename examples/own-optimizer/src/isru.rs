//! Activation: the inverse square root unit, f(s) = s / √(1 + s²), f'(s) = 1 / (1 + s²)^{3/2}.

use burnmark::activation::{ActivationEntry, Unit, per_unit};
use burnmark::num::{ByPrecision, Real};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "isru",
        description: "f(s) = s / √(1 + s²)",
        revision: 1,
        source: "Carlile et al. 2017; examples/own-optimizer",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| s.clone() / (s.clone() * s + 1.0).sqrt(),
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z / (R::ONE + z * z).sqrt(),
        #[inline(always)]
        |delta_next, z, _| delta_next / ((R::ONE + z * z) * (R::ONE + z * z).sqrt()),
    )
}
