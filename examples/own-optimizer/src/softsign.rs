//! Activation: f(s) = s / (1 + |s|), f'(s) = 1 / (1 + |s|)².

use burnmark::activation::{ActivationEntry, Unit, per_unit};
use burnmark::num::{ByPrecision, Real};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: ActivationEntry = ActivationEntry {
    entry: Entry {
        name: "softsign",
        description: "f(s) = s / (1 + |s|)",
        revision: 1,
        source: "Bergstra et al. 2009; examples/own-optimizer",
        parameters: &[],
    },
    initial: "xavier",
    unit: ByPrecision { f32: &unit, f64: &unit },
    expression: &|_, s| s.clone() / (s.abs() + 1.0),
};

fn unit<R: Real>(_choice: &Choice) -> Box<dyn Unit<R>> {
    per_unit(
        #[inline(always)]
        |z: R| z / (R::ONE + z.abs()),
        #[inline(always)]
        |delta_next, z, _| delta_next / ((R::ONE + z.abs()) * (R::ONE + z.abs())),
    )
}
