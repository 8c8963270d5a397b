//! Layer: rectifiers whose slope left of 0 is learned, one for each unit, feature or channel.
//!
//! z'_j = z_j where z_j > 0, a_j z_j elsewhere; a starts at 0.25 and no penalty acts on it.
//!
//! - forward: as above
//! - backward: δ_j = δ'_j where z_j > 0, a_j δ'_j elsewhere
//! - parameter: ∂L/∂a_j = Σ δ'_j z_j over the rows with z_j ≤ 0

use burnmark::model::LayerStart;
use burnmark::model::layers::{AskedWeights, LayerEntry, Takes, always, frozen};
use burnmark::model::operation::{
    LayerOperation, OperationFunction, OperationGradient, OperationSize, OperationWeights,
};
use burnmark::num::{BlockRole, ByPrecision, MatMut, MatRef, Real};
use burnmark::registry::{Choice, Entry};

pub const ENTRY: LayerEntry = LayerEntry {
    entry: Entry {
        name: "prelu",
        description: "rectifiers whose slope left of 0 is learned, one for each unit, feature or channel",
        revision: 1,
        source: "He et al. 2015; examples/own-optimizer",
        parameters: &[always("prelu"), frozen()],
    },
    takes: Takes::NAME,
    build: &|layer, assembly| {
        let (_, width) = assembly.positions();
        let start = Some(LayerStart::At { weights: 0.25, bias: 0.0 });
        let asked = AskedWeights { bias: false, role: BlockRole::Gain, start, ..AskedWeights::of(1, width) };
        let slopes = layer.weights(assembly, &asked)?;
        assembly.operation(&PRELU, &layer.kind.choice, vec![slopes], width);
        Ok(())
    },
};

static PRELU: LayerOperation = LayerOperation {
    function: ByPrecision { f32: &function, f64: &function },
    expression: &|_, layers, z| {
        let negative = z.clone().clamp_max(0.0);
        z.clamp_min(0.0) + negative * layers[0].weights.clone()
    },
};

struct Prelu;

fn function<R: Real>(_choice: &Choice, _size: OperationSize) -> Box<dyn OperationFunction<R>> {
    Box::new(Prelu)
}

impl<R: Real> OperationFunction<R> for Prelu {
    fn forward(&mut self, weights: OperationWeights<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        let slopes = weights.matrix(0).data();
        for row in 0..z.rows() {
            let units = z.row(row).iter().zip(slopes);
            z_next
                .row(row)
                .iter_mut()
                .zip(units)
                .for_each(|(next, (&z, &a))| *next = if z > R::ZERO { z } else { a * z });
        }
    }

    fn backward(
        &mut self,
        weights: OperationWeights<'_, R>,
        z: MatRef<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        let slopes = weights.matrix(0).data();
        for row in 0..z.rows() {
            let units = z.row(row).iter().zip(slopes).zip(delta_next.row(row));
            for (delta, ((&z, &a), &next)) in delta.row(row).iter_mut().zip(units) {
                *delta = if z > R::ZERO { next } else { a * next };
            }
        }
    }

    fn parameter(
        &mut self,
        _weights: OperationWeights<'_, R>,
        z: MatRef<'_, R>,
        delta_next: MatRef<'_, R>,
        mut gradient: OperationGradient<'_, R>,
    ) {
        let mut sums = gradient.matrix(0);
        for row in 0..z.rows() {
            let units = z.row(row).iter().zip(delta_next.row(row));
            for (sum, (&z, &next)) in sums.data().iter_mut().zip(units).filter(|(_, (z, _))| **z <= R::ZERO) {
                *sum += next * z;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use burnmark::data;
    use burnmark::engine::agreement;
    use burnmark::{Spec, network};

    /// After a linear layer, at each step of a sequence, and shared by two layers.
    #[test]
    fn both_engines_and_finite_differences_agree() {
        for (set, layers) in [
            ("{ kind = 'digits' }", "{ dense = 8 }, { prelu = true }, { dense = 6 }, { prelu = true }"),
            ("{ kind = 'adding', steps = 5 }", "{ rnn = 4 }, { prelu = true }, { pool = 'last' }"),
            ("{ kind = 'wine' }", "{ repeat = 2, layers = [{ dense = 5 }, { prelu = true, name = 'same' }] }"),
        ] {
            let text = format!(
                "name = 'x'\nengine = 'reference'\noptimizer = {{ kind = 'adam', lr = 0.01 }}\ndata = {{ set = {set} }}\n\
                 train = {{ epochs = 1 }}\nmodel = {{ kind = 'layers', layers = [{layers}] }}"
            );
            let spec = Spec::parse_with(&crate::catalogue(), "x.toml".to_owned(), text, &[]);
            let run = spec.unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false))).run(0);
            let set = data::load(&run.catalogue.chosen_set(&run.data.set).unwrap()).unwrap();
            let agreement = agreement(&network(&run, &set).unwrap()).unwrap();
            // Sums of some tens of terms in another order; a central difference has an error of 1e-10 of the loss.
            assert!(agreement.engines < 1e-12 && agreement.differences < 1e-6, "{layers}: {agreement:?}");
        }
    }
}
