//! Layers of another crate: what the catalogue refuses, and that a wrong derivative is seen.

use burnmark::Catalogue;
use burnmark::catalogue::CatalogueError;
use burnmark::engine::{Agreement, agreement};
use burnmark::loss::{self, Loss};
use burnmark::model::layers::{AskedWeights, LayerEntry, Takes, always, count};
use burnmark::model::operation::{
    LayerOperation, LayerTensors, Operated, OperationExpression, OperationFunction, OperationGradient, OperationSize,
    OperationWeights, tensor::Tensor,
};
use burnmark::model::{Builder, Module};
use burnmark::num::{BlockRole, ByPrecision, MatMut, MatRef, Real};
use burnmark::registry::{Choice, Entry, Parameter};

/// z'_j = w_j z_j + b_j, with δ_i multiplied by `BACK` and ∂L/∂w by `WEIGHTS`: 1 is right.
struct Scale<const BACK: u8, const WEIGHTS: u8>;

impl<R: Real, const BACK: u8, const WEIGHTS: u8> OperationFunction<R> for Scale<BACK, WEIGHTS> {
    fn forward(&mut self, weights: OperationWeights<'_, R>, z: MatRef<'_, R>, mut z_next: MatMut<'_, R>) {
        for row in 0..z.rows() {
            for (j, next) in z_next.row(row).iter_mut().enumerate() {
                *next = weights.matrix(0).data()[j] * z.row(row)[j] + weights.bias(0)[j];
            }
        }
    }

    fn backward(
        &mut self,
        weights: OperationWeights<'_, R>,
        z: MatRef<'_, R>,
        delta_next: MatRef<'_, R>,
        mut delta: MatMut<'_, R>,
    ) {
        for row in 0..z.rows() {
            for (j, delta) in delta.row(row).iter_mut().enumerate() {
                *delta = R::from_f64(f64::from(BACK)) * weights.matrix(0).data()[j] * delta_next.row(row)[j];
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
        for row in 0..z.rows() {
            for (j, &next) in delta_next.row(row).iter().enumerate() {
                gradient.matrix(0).data()[j] += R::from_f64(f64::from(WEIGHTS)) * next * z.row(row)[j];
                gradient.bias(0)[j] += next;
            }
        }
    }
}

fn function<R: Real, const BACK: u8, const WEIGHTS: u8>(
    _choice: &Choice,
    _size: OperationSize,
) -> Box<dyn OperationFunction<R>> {
    Box::new(Scale::<BACK, WEIGHTS>)
}

fn scaled(layers: &[LayerTensors], z: Tensor<2>) -> Tensor<2> {
    z * layers[0].weights.clone() + layers[0].bias.clone().unwrap()
}

const EXPRESSION: &OperationExpression = &|_, layers, z| scaled(layers, z);
static RIGHT: LayerOperation = LayerOperation {
    function: ByPrecision { f32: &function::<f32, 1, 1>, f64: &function::<f64, 1, 1> },
    expression: EXPRESSION,
};
static WRONG_BACK: LayerOperation = LayerOperation {
    function: ByPrecision { f32: &function::<f32, 2, 1>, f64: &function::<f64, 2, 1> },
    expression: EXPRESSION,
};
static WRONG_WEIGHTS: LayerOperation = LayerOperation {
    function: ByPrecision { f32: &function::<f32, 1, 2>, f64: &function::<f64, 1, 2> },
    expression: EXPRESSION,
};
static WRONG_EXPRESSION: LayerOperation =
    LayerOperation { expression: &|_, layers, z| scaled(layers, z) * 2.0, ..RIGHT_AGAIN };
const RIGHT_AGAIN: LayerOperation = LayerOperation {
    function: ByPrecision { f32: &function::<f32, 1, 1>, f64: &function::<f64, 1, 1> },
    expression: EXPRESSION,
};

/// A linear layer, the operation at each of three positions twice with the same weights, and a linear layer.
fn with(operation: &'static LayerOperation) -> Agreement {
    let mut builder = Builder::new(6);
    let [first, own, last] = [(6, 12, "first"), (1, 4, "own"), (12, 2, "last")]
        .map(|(inputs, outputs, name)| builder.layer(name.to_owned(), inputs, outputs, true));
    builder.push(Module::Linear { layer: first, positions: 1 });
    for _ in 0..2 {
        let choice = Choice { kind: "scale".to_owned(), parameters: std::collections::BTreeMap::new() };
        let (positions, inputs, outputs) = (3, 4, 4);
        builder.push(Module::Operation(Operated { operation, choice, layers: vec![own], positions, inputs, outputs }));
    }
    builder.push(Module::Linear { layer: last, positions: 1 });
    agreement(&builder.finish(2, 1, Loss::of(&loss::SQUARED_ERROR))).unwrap()
}

#[test]
fn a_wrong_derivative_of_an_operation_is_seen() {
    let right = with(&RIGHT);
    assert!(right.engines < 1e-12 && right.differences < 1e-6, "{right:?}");
    for wrong in [&WRONG_BACK, &WRONG_WEIGHTS] {
        let Agreement { engines, differences } = with(wrong);
        assert!(engines > 0.01 && differences > 0.01, "{engines} {differences}");
    }
    // The reference engine is right there, and Burn computes something else.
    let Agreement { engines, differences } = with(&WRONG_EXPRESSION);
    assert!(engines > 0.01 && differences < 1e-6, "{engines} {differences}");
}

const fn kind(name: &'static str, parameters: &'static [Parameter]) -> LayerEntry {
    LayerEntry {
        entry: Entry { name, description: "d", revision: 1, source: "s", parameters },
        takes: Takes::NAME,
        build: &|layer, assembly| {
            let (_, width) = assembly.positions();
            let own = layer.weights(assembly, &AskedWeights { role: BlockRole::Gain, ..AskedWeights::of(1, width) })?;
            assembly.operation(&RIGHT, &layer.kind.choice, vec![own], width);
            Ok(())
        },
    }
}

static GOOD: LayerEntry = kind("scale", &[always("scale")]);
static NO_KEY: LayerEntry = kind("scale", &[]);
static OF_ANOTHER: LayerEntry = kind("scale", &[always("scale"), count("dense", "units", 10)]);
static SAME_NAME: LayerEntry = kind("dense", &[count("dense", "units", 10)]);

#[test]
fn a_catalogue_refuses_kinds_of_layers_that_a_spec_cannot_name() {
    let of = |entry| Catalogue::standard().of_package(burnmark::package!()).layer(entry).check();
    assert_eq!(of(&GOOD), Ok(()));
    assert_eq!(of(&NO_KEY), Err(CatalogueError::NoKey { name: "scale" }));
    assert_eq!(of(&OF_ANOTHER), Err(CatalogueError::KeyOfAnother { name: "scale", key: "dense" }));
    assert_eq!(of(&SAME_NAME), Err(CatalogueError::TwiceNamed { noun: "kind of layer", name: "dense" }));
}
