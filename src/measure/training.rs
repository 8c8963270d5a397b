//! Quantities of a training, its state and its steps: measures that are not of predictions. The room `train` computes them.
//!
//! | quantity | formula | source |
//! |---|---|---|
//! | `step-norm`, `effective-rate` | ‖Δθ‖ and ‖Δθ‖/‖g‖ of the last step, g before clipping and decay | lecture C5, C21 |
//! | `gradient-evaluations` | gradients of single samples taken so far | lecture C6 |
//! | `sign-flips` | sign changes so far of v·(θ − θ*), v the leading eigenvector of Q | lecture C3 |
//! | `loss-gap`, `metric-gap` | loss of the part − loss of the training part; metric of the training part − metric of the part | lecture C16 |
//! | `rises` | share of the evaluations at which the training loss was higher than at the one before | lecture C20 |
//! | `failed-searches` | share of L-BFGS's line searches that found no step by the strong Wolfe conditions | lecture C20 |
//! | `condition` | largest over smallest eigenvalue of XᵀX + λI | lecture C13 |
//! | `gradient-norm` and of `-first`, `-last` and `-ratio` layer | ‖∇L‖ over the training part, without noise and penalties | lecture C9 |
//! | `weight-norm-first`, `-last`, `-ratio` | ‖W‖ of a layer, without its bias | lecture C14 |
//! | `zero-share`, `dead-units` | share of hidden values that are 0, of units that are 0 for every sample of the part | lecture C10 |
//! | `unit-correlation`, `cut-loss` | mean \|r\| of two units of a layer; what the loss rises by without a unit | lecture C37 |
//! | `linear-share` | share of the outputs' variance that the best linear model of the inputs explains | lecture C11 |
//! | `scaling-gap` | mean \|ŷ_scaling − ŷ_average\| of dropout | lecture C17 |
//! | `sharpness`, `sharpness-share` | largest eigenvalue λ of the training loss's Hessian; ηλ/2 | Cohen et al. 2021 |
//! | `gradient-noise-scale` | tr Σ/‖G‖² | McCandlish et al. 2018 |
//! | `excess-loss` | loss of a problem without data above its least value | lecture C7 |
//!
//! All are plain numbers without a better direction; lower counts as better, and settings are never chosen by them. Those that are of
//! the training as a whole are the same for all three.

use super::{Better, Computed, Engines, Measure, TrainingQuantity, Words};
use crate::registry::Entry;

/// A quantity of the training as a whole.
const fn quantity(
    quantity: TrainingQuantity,
    name: &'static str,
    words: &'static str,
    description: &'static str,
    source: &'static str,
) -> Measure {
    Measure {
        entry: Entry { name, description, revision: 1, source, parameters: &[] },
        words: Words { of_part: false, ..Words::of(words) },
        better: Better::Lower,
        bounds: [f64::NEG_INFINITY, f64::INFINITY],
        is_goal: false,
        engines: Engines::From(0.0),
        computed: Computed::FromTraining(quantity),
        ..Measure::SHARE
    }
}

/// The same of a part of the data.
const fn of_part(measure: Measure) -> Measure {
    Measure { words: Words { of_part: true, ..measure.words }, ..measure }
}

/// The same, in which roundings between two engines may make any difference.
const fn sensitive(measure: Measure) -> Measure {
    Measure { engines: Engines::Any, ..measure }
}

/// The same with a unit.
const fn in_units(unit: &'static str, measure: Measure) -> Measure {
    Measure { words: Words { unit: Some(unit), ..measure.words }, ..measure }
}

/// The same, never below 0.
const fn from_zero(measure: Measure) -> Measure {
    Measure { bounds: [0.0, f64::INFINITY], ..measure }
}

/// The same, between 0 and 1.
const fn share(measure: Measure) -> Measure {
    Measure { bounds: [0.0, 1.0], ..measure }
}

pub const STEP_NORM: Measure = from_zero(quantity(
    TrainingQuantity::StepNorm,
    "step-norm",
    "step length",
    "Euclidean norm of the last step, ‖Δθ‖; of each step where the curve is by steps",
    "lecture C5",
));

pub const EFFECTIVE_RATE: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::EffectiveRate,
    "effective-rate",
    "effective rate",
    "‖Δθ‖/‖g‖ of the last step, g before clipping and decay; of each step where the curve is by steps",
    "lecture C5, C30",
)));

pub const GRADIENT_EVALUATIONS: Measure = from_zero(quantity(
    TrainingQuantity::GradientEvaluations,
    "gradient-evaluations",
    "gradients of samples",
    "gradients of single samples taken so far, by all networks and line searches",
    "lecture C6",
));

pub const SIGN_FLIPS: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::SignFlips,
    "sign-flips",
    "sign flips",
    "how often θ has crossed the minimum along the steepest direction of a quadratic",
    "lecture C3",
)));

pub const LOSS_GAP: Measure = of_part(quantity(
    TrainingQuantity::LossGap,
    "loss-gap",
    "loss above that of training",
    "loss of the part minus loss of the training part",
    "lecture C16",
));

pub const METRIC_GAP: Measure = sensitive(of_part(quantity(
    TrainingQuantity::MetricGap,
    "metric-gap",
    "metric below that of training",
    "metric of the training part minus metric of the part",
    "lecture C16",
)));

pub const RISES: Measure = sensitive(share(quantity(
    TrainingQuantity::Rises,
    "rises",
    "share of rises",
    "share of the evaluations so far at which the training loss was higher than at the one before",
    "lecture C20",
)));

pub const FAILED_SEARCHES: Measure = sensitive(share(quantity(
    TrainingQuantity::FailedSearches,
    "failed-searches",
    "share of failed searches",
    "share of the line searches of L-BFGS so far that found no step by the strong Wolfe conditions",
    "lecture C20; Nocedal & Wright 2006, section 3.1",
)));

pub const CONDITION: Measure = sensitive(Measure {
    bounds: [1.0, f64::INFINITY],
    ..quantity(
        TrainingQuantity::Condition,
        "condition",
        "condition number",
        "condition number of XᵀX + λI as a solver of least squares has it; missing where it is infinite",
        "lecture C13",
    )
});

pub const GRADIENT_NORM: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::GradientNorm,
    "gradient-norm",
    "gradient norm",
    "Euclidean norm of the gradient of the training loss, without noise and penalties",
    "lecture C9",
)));

pub const GRADIENT_NORM_FIRST: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::GradientNormFirst,
    "gradient-norm-first",
    "gradient norm of the first layer",
    "the same of the first layer that is trained, its bias included",
    "lecture C9",
)));

pub const GRADIENT_NORM_LAST: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::GradientNormLast,
    "gradient-norm-last",
    "gradient norm of the last layer",
    "the same of the last layer that is trained, its bias included",
    "lecture C9",
)));

pub const GRADIENT_NORM_RATIO: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::GradientNormRatio,
    "gradient-norm-ratio",
    "gradient norms, first over last layer",
    "gradient norm of the first layer over that of the last one: near 0 where gradients vanish",
    "lecture C9; Glorot & Bengio 2010, section 4.2.2",
)));

pub const WEIGHT_NORM_FIRST: Measure = from_zero(quantity(
    TrainingQuantity::WeightNormFirst,
    "weight-norm-first",
    "weight norm of the first layer",
    "Euclidean norm of the weights of the first layer that is trained, its bias left out",
    "lecture L30",
));

pub const WEIGHT_NORM_LAST: Measure = from_zero(quantity(
    TrainingQuantity::WeightNormLast,
    "weight-norm-last",
    "weight norm of the last layer",
    "Euclidean norm of the weights of the last layer that is trained, its bias left out",
    "lecture L30",
));

pub const WEIGHT_NORM_RATIO: Measure = from_zero(quantity(
    TrainingQuantity::WeightNormRatio,
    "weight-norm-ratio",
    "weight norms, first over last layer",
    "weight norm of the first layer over that of the last one",
    "lecture L30",
));

pub const ZERO_SHARE: Measure = sensitive(of_part(share(quantity(
    TrainingQuantity::ZeroShare,
    "zero-share",
    "share of zero activations",
    "share of the values of hidden units that are exactly 0",
    "lecture C10; Glorot, Bordes & Bengio 2011, section 3",
))));

pub const DEAD_UNITS: Measure = sensitive(of_part(share(quantity(
    TrainingQuantity::DeadUnits,
    "dead-units",
    "share of dead units",
    "share of the hidden units that are 0 for every sample of the part",
    "lecture C10",
))));

pub const UNIT_CORRELATION: Measure = sensitive(of_part(share(quantity(
    TrainingQuantity::UnitCorrelation,
    "unit-correlation",
    "correlation of hidden units",
    "mean size of the correlation of two hidden units of one layer, of at most 256 units of each",
    "lecture C37",
))));

pub const CUT_LOSS: Measure = of_part(quantity(
    TrainingQuantity::CutLoss,
    "cut-loss",
    "loss by a cut unit",
    "what the loss of the part rises by without a hidden unit, mean over all of them",
    "lecture C37; Morcos et al. 2018",
));

pub const LINEAR_SHARE: Measure = share(quantity(
    TrainingQuantity::LinearShare,
    "linear-share",
    "linear share",
    "share of the variance of the outputs that the best linear model of the inputs explains, over the training part",
    "lecture C11; Alain & Bengio 2016",
));

pub const SCALING_GAP: Measure = of_part(from_zero(quantity(
    TrainingQuantity::ScalingGap,
    "scaling-gap",
    "gap of scaling",
    "mean gap between predictions by scaling and by the average of all thinned networks, of at most 16 units with dropout",
    "lecture C17, L34",
)));

pub const SHARPNESS: Measure = sensitive(quantity(
    TrainingQuantity::Sharpness,
    "sharpness",
    "sharpness",
    "largest eigenvalue of the Hessian of the training loss, to about six digits",
    "Cohen et al. 2021; Lanczos 1950",
));

pub const SHARPNESS_SHARE: Measure = sensitive(quantity(
    TrainingQuantity::SharpnessShare,
    "sharpness-share",
    "sharpness over its limit",
    "the sharpness over 2/η, η the learning rate of the last step; 1 is the edge of stability of gradient descent",
    "Cohen et al. 2021",
));

pub const GRADIENT_NOISE_SCALE: Measure = in_units(
    "samples",
    sensitive(from_zero(quantity(
        TrainingQuantity::GradientNoiseScale,
        "gradient-noise-scale",
        "gradient noise scale",
        "variance of the gradients of single samples over the square of their mean, in samples: about the largest batch that still helps",
        "McCandlish et al. 2018, equation 2.9",
    ))),
);

pub const EXCESS_LOSS: Measure = sensitive(from_zero(quantity(
    TrainingQuantity::ExcessLoss,
    "excess-loss",
    "loss above the least",
    "loss of a problem without data above its least value",
    "lecture C7",
)));
