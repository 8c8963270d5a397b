//! Every key of a spec: the one table from which reading, defaults, the settings of a run, checks, columns, help and the guide are
//! made.
//!
//! A new setting is a row here, a field of the same name in the settings of its section (which the runs' identities and the tables'
//! columns follow), and its use.

use super::key::{Distinction, Key, KeyKind, Visible};
use crate::catalogue::{Catalogue, EntryKind};
use crate::data::{Draw, EVEN, Order};
use crate::engine::{Driver, EngineKind};
use crate::model::Reduction;
use crate::num::Precision;
use crate::record::{JACKKNIFE, MEASURES, Randomness};
use crate::registry::Range;
use crate::train::{Curve, DropoutAtTest, FULL, USUAL_STRIP};
use crate::value::Value;

const fn word(path: &'static str, description: &'static str, words: &'static [&'static str]) -> Key {
    Key::new(path, description, KeyKind::Word(words), Some(Value::word(words[0])))
}

const fn integer(path: &'static str, description: &'static str, most: u64, default: Option<Value>) -> Key {
    Key::new(path, description, KeyKind::Integer { least: 1, most }, default)
}

const fn flag(path: &'static str, description: &'static str, default: bool) -> Key {
    Key::new(path, description, KeyKind::Flag, Some(Value::Flag(default)))
}

/// A strength, 0 or greater; 0 means none.
const fn strength(path: &'static str, description: &'static str) -> Key {
    Key::new(path, description, KeyKind::Number(Range::NOT_NEGATIVE), Some(Value::Number(0.0))).seen(Visible::Used)
}

const fn probability(path: &'static str, description: &'static str) -> Key {
    Key::new(path, description, KeyKind::Number(Range::BELOW_ONE), Some(Value::Number(0.0))).seen(Visible::Used)
}

const fn choice(path: &'static str, description: &'static str, kind: EntryKind, default: Option<Value>) -> Key {
    Key::new(path, description, KeyKind::Choice(kind), default)
}

/// A factor of some blocks' learning rates or decay, 0 or greater.
const fn factor(path: &'static str, description: &'static str, usual: f64) -> Key {
    Key::new(path, description, KeyKind::Number(Range::NOT_NEGATIVE), Some(Value::Number(usual)))
        .seen(Visible::Used)
        .apart(Distinction::Used)
        .by_steps()
}

/// The seed of one source of randomness; absent where it is not given.
const fn seed(path: &'static str, description: &'static str) -> Key {
    Key::new(path, description, KeyKind::Integer { least: 0, most: LARGEST }, None)
        .optional()
        .seen(Visible::Nothing)
        .apart(Distinction::Never)
}

/// The largest seed, since TOML's whole numbers end there.
pub const LARGEST: u64 = i64::MAX as u64;

/// The largest count of epochs and samples per step: far beyond any use, and small enough to add and multiply.
const MOST: u64 = 1_000_000_000;

/// The patience of a spec that says none.
pub const USUAL_PATIENCE: u64 = 10;

/// Every key, in the order in which a spec is usually written.
pub const KEYS: &[Key] = &[
    word(
        "engine",
        "which engine computes gradients",
        &[
            EngineKind::Burn.name(),
            EngineKind::BurnNdarray.name(),
            EngineKind::Reference.name(),
            Driver::Cuda.engine(),
            Driver::Rocm.engine(),
            Driver::Wgpu.engine(),
        ],
    ).seen(Visible::Nothing),
    word("precision", "floating-point type of the training", &[Precision::F32.name(), Precision::F64.name()]),
    choice("data.set", "the data set", EntryKind::DataSet, None),
    word(
        "data.draw",
        "whether a generated set is drawn once for all seeds, or anew for each seed, which makes answers hold for its generator",
        &[Draw::Once.name(), Draw::EachSeed.name()],
    ),
    Key::new(
        "data.standardize",
        "scale features (and a regression's target) to mean 0 and deviation 1 of the training part",
        KeyKind::Flag,
        Some(Value::Flag(true)),
    ),
    Key::new(
        "data.degree",
        "highest degree of the polynomial features that take the features' place; 1 leaves them as they are",
        KeyKind::Integer { least: 1, most: 20 },
        Some(Value::Integer(1)),
    ),
    Key::new(
        "data.copies",
        "how often each row of the training part is in it: a set that repeats itself",
        KeyKind::Integer { least: 1, most: 1000 },
        Some(Value::Integer(1)),
    ),
    Key::new(
        "data.split",
        "shares of the training, validation and test part; `holdout` in the place of `test` keeps the same test rows for \
                      every seed, `holdout = \"own\"` those that the set comes with; `order = \"given\"` takes the rows as they come, by \
                      shares or counts; `{ folds = 10 }`: each seed tests one fold",
        KeyKind::Split,
        Some(Value::word("{ train = 0.6, validation = 0.2, test = 0.2 }")),
    ),
    Key::new(
        "model.kind",
        "the model",
        KeyKind::Entry(EntryKind::Model),
        None,
    ),
    Key::new(
        "model.hidden",
        "units of each hidden layer; has to be given for an mlp or rnn, none by default for a cnn",
        KeyKind::Widths,
        None,
    ),
    choice(
        "model.activation",
        "activation of the hidden units; without it `tanh` for an rnn, `relu` for others",
        EntryKind::Activation,
        None,
    ),
    Key::new(
        "model.bias",
        "whether a model without hidden units has a bias",
        KeyKind::Flag,
        Some(Value::Flag(true)),
    ),
    Key::new(
        "model.tied",
        "whether consecutive hidden layers of an mlp with equal inputs and outputs share one set of weights",
        KeyKind::Flag,
        Some(Value::Flag(false)),
    ),
    Key::new(
        "model.channels",
        "output channels of each convolution; has to be given for a cnn",
        KeyKind::Widths,
        None,
    ),
    integer("model.kernel", "pixels along a side of a convolution's patches", 1000, Some(Value::Integer(3))).in_unit("pixels"),
    word("model.pooling", "what stands for a square of pixels behind each convolution", &["max", "average"]),
    integer("model.pool", "pixels along a side of that square; 1 for none", 1000, Some(Value::Integer(2))).in_unit("pixels"),
    Key::new(
        "model.layers",
        "the layers of a model from parts, each a table; `burnmark list layers` shows their kinds; has to be given for `layers`",
        KeyKind::Layers,
        None,
    ),
    Key::new(
        "model.others",
        "lists of layers of the further networks of an ensemble: its networks take `layers` and these lists in turn",
        KeyKind::LayerLists,
        None,
    )
    .optional(),
    choice(
        "model.initial",
        "initial weights; without it those that suit the (first) activation: `he` for ReLU and its like, `xavier` for others, `start` for an objective, `zero` for the rest",
        EntryKind::Initial,
        None,
    ),
    choice(
        "model.loss",
        "what the model is trained for; without it squared error for numbers and cross-entropy for classes, by a sigmoid or softmax",
        EntryKind::Loss,
        None,
    ),
    integer("train.epochs", "passes over the training part", MOST, None).in_unit("epochs").seen(Visible::ValueWhere("train.curve", "step")),
    Key::new(
        "train.batch",
        "samples per step: 1 is online, `full` the whole training part; the last batch of an epoch takes what is left",
        KeyKind::IntegerOr { least: 1, most: MOST, word: FULL },
        Some(Value::Integer(32)),
    ).in_unit("samples"),
    flag("train.drop_last", "leave out an incomplete last batch", false),
    word(
        "train.order",
        "order of the samples: drawn for each epoch, once for all, or as the data has them",
        &[Order::Fresh.name(), Order::Fixed.name(), Order::Given.name()],
    ).seen(Visible::Nothing),
    word(
        "train.reduction",
        "whether a batch's loss is the mean or the sum over its answers",
        &[Reduction::Mean.name(), Reduction::Sum.name()],
    ).seen(Visible::Nothing),
    strength("train.clip", "largest norm of the gradient over all parameters, before decay is added; 0 for any").by_steps(),
    factor("train.lr_scale.bias", "factor of the learning rate of biases and of the factors of norms; 0 leaves them as they start, here and below", 1.0),
    factor("train.lr_scale.kernel", "factor of the learning rate of convolutions' kernels", 1.0),
    factor("train.lr_scale.recurrent", "factor of the learning rate of recurrent weights", 1.0),
    factor("train.lr_scale.first", "factor of the learning rate of the first layer, its bias included", 1.0),
    factor("train.lr_scale.last", "factor of the learning rate of the last layer, its bias included", 1.0),
    integer(
        "train.evaluate_every",
        "epochs from one evaluation to the next; the state before the first step and the last one are always evaluated",
        MOST,
        Some(Value::Integer(1)),
    ).in_unit("epochs").seen(Visible::Used).by_steps(),
    integer(
        "train.evaluate_train_every",
        "epochs, at least, from one evaluation of the training part to the next; it is always evaluated before the first step \
         and after the last of all epochs",
        MOST,
        Some(Value::Integer(1)),
    ).in_unit("epochs").seen(Visible::Used).by_steps(),
    integer(
        "train.evaluate_steps",
        "steps from one evaluation of the validation loss within epochs to the next, kept in steps.parquet: targets are as fine; absent \
         for none",
        MOST,
        None,
    ).in_unit("steps").optional().seen(Visible::Used).by_steps(),
    flag(
        "train.early_stopping",
        "stop after `patience` epochs without a better validation loss, and keep the best",
        false,
    ).seen(Visible::Used).by_steps(),
    integer(
        "train.patience",
        "epochs without a better validation loss after which the early-stopped result is taken",
        MOST,
        Some(Value::Integer(USUAL_PATIENCE)),
    ).in_unit("epochs").seen(Visible::Nothing),
    choice(
        "train.stop",
        "what ends a training by its course besides `patience`, and keeps the best; without it nothing",
        EntryKind::Stop,
        None,
    ).optional().seen(Visible::Kind).by_steps(),
    strength(
        "train.least_progress",
        "ends a training that progresses less over a strip, in per mille of the training loss, and keeps the best; 0 for any",
    ).by_steps(),
    integer("train.strip", "epochs of a strip, over which progress is measured", MOST, Some(Value::Integer(USUAL_STRIP)))
        .seen(Visible::Nothing),
    choice(
        "train.average",
        "average of the parameters along the run that is evaluated and kept in their place",
        EntryKind::Average,
        Some(Value::word("none")),
    ).seen(Visible::Used).by_steps(),
    integer(
        "train.ensemble",
        "networks trained side by side, with initial weights, batch orders and noise of their own, whose mean prediction counts",
        1000,
        Some(Value::Integer(1)),
    ).seen(Visible::Used).by_steps(),
    flag(
        "train.bootstrap",
        "let each network learn from as many training rows, drawn with replacement (bagging, with `ensemble`)",
        false,
    ).seen(Visible::Used).by_steps(),
    Key::new(
        "train.class_weights",
        "how much each class counts in the training loss: `balanced` (each class alike, by the training part), a list in the order of \
         the classes or a table by label; 1 in the mean over the training part",
        KeyKind::ClassWeights,
        Some(Value::word(EVEN)),
    ),
    word(
        "train.curve",
        "`step` keeps loss, rate and gradient norm of each step, in steps.parquet",
        &[Curve::Epoch.name(), Curve::Step.name()],
    ),
    Key::new(
        MEASURES,
        "what is measured besides loss and metric, at each evaluation: columns of runs.parquet and curves.parquet",
        KeyKind::Names(EntryKind::Measure),
        None,
    )
    .optional(),
    flag(
        JACKKNIFE,
        "measure the held-out test rows without each tenth of them, too, so that answers know the sampling error of these rows",
        false,
    ).seen(Visible::Used),
    seed(
        Randomness::Start.setting(),
        "seed of the initial weights, without it that of the run; usually by `seeds = { start = … }`",
    ),
    seed(
        Randomness::Order.setting(),
        "seed of the order of the samples, without it that of the run; `seeds = { order = … }`",
    ),
    seed(
        Randomness::Dropout.setting(),
        "seed of dropout, DropConnect, noise and drawn labels, without it that of the run; `seeds = { dropout = … }`",
    ),
    choice("optimizer", "the optimizer, or a solver", EntryKind::Optimizer, None).seen(Visible::Kind),
    choice(
        "annealing",
        "how the learning rate falls",
        EntryKind::Annealing,
        Some(Value::word("constant")),
    ).seen(Visible::Used),
    probability("regularize.dropout", "probability that a hidden unit's value is omitted").apart(Distinction::Used).by_steps(),
    probability("regularize.input_dropout", "probability that an input is omitted").apart(Distinction::Used).by_steps(),
    word(
        "regularize.dropout_at_test",
        "how a network with dropout predicts: all units at once, or the mean of drawn or of all thinned networks",
        &[DropoutAtTest::Scaling.name(), DropoutAtTest::MonteCarlo.name(), DropoutAtTest::Exact.name()],
    ),
    integer(
        "regularize.dropout_samples",
        "thinned networks that are drawn for `monte-carlo`",
        1_000_000,
        Some(Value::Integer(100)),
    ).seen(Visible::Nothing),
    probability("regularize.dropconnect", "probability that a weight is omitted, per step, not a bias").apart(Distinction::Used).by_steps(),
    strength("regularize.input_noise", "standard deviation of noise on the scaled inputs, per sample and step").apart(Distinction::Used).by_steps(),
    strength("regularize.weight_noise", "standard deviation of noise on weights, not biases, per step").apart(Distinction::Used).by_steps(),
    strength("regularize.weight_decay", "weight decay λ: λw is added to the gradient of each weight, not of biases").apart(Distinction::Used),
    factor("regularize.decay_scale.bias", "factor of the weight decay of biases and of the factors of norms, which otherwise have none", 0.0),
    factor("regularize.decay_scale.kernel", "factor of the weight decay of convolutions' kernels", 1.0),
    factor("regularize.decay_scale.recurrent", "factor of the weight decay of recurrent weights", 1.0),
    factor("regularize.decay_scale.first", "factor of the weight decay of the first layer", 1.0),
    factor("regularize.decay_scale.last", "factor of the weight decay of the last layer", 1.0),
    flag("regularize.decoupled", "let the decay shrink weights by η_t λ w in each step instead, as AdamW does", false).seen(Visible::Used),
    strength("regularize.l1", "L1 penalty λ on weights, not biases: each step ends with a soft threshold at η_t λ").apart(Distinction::Used).by_steps(),
];

impl Key {
    /// The keys of a section, whose own name is its only key where it is no table.
    pub fn of(section: &str) -> impl Iterator<Item = &'static Self> {
        KEYS.iter().filter(move |key| key.path.split('.').next() == Some(section))
    }
}

/// The key of a path, or of the choice whose parameter the path names (`optimizer.lr` → `optimizer`, `lr`; a parameter that one
/// model has of its own: `model.kind`, and its name).
pub fn find<'p>(catalogue: &Catalogue, path: &'p str) -> Option<(&'static Key, Option<&'p str>)> {
    let of_path = |path: &str| KEYS.iter().find(|key| key.path == path);
    if let Some(key) = of_path(path) {
        return Some((key, None));
    }
    let (owner, parameter) = path.rsplit_once('.')?;
    let key = of_path(owner).or_else(|| of_path(&format!("{owner}.kind")))?;
    let (KeyKind::Choice(kind) | KeyKind::Entry(kind)) = key.kind else { return None };
    (!catalogue.parameters(kind, parameter).is_empty()).then_some((key, Some(parameter)))
}

/// What the numbers of a setting count or measure, such as `epochs`; none for a share, a factor or a text, and where the entries that have a
/// parameter of this name differ.
#[must_use]
pub fn unit_of(catalogue: &Catalogue, path: &str) -> Option<&'static str> {
    let (key, Some(parameter)) = find(catalogue, path)? else { return find(catalogue, path)?.0.unit };
    let (KeyKind::Choice(kind) | KeyKind::Entry(kind)) = key.kind else { return None };
    let mut units = catalogue.parameters(kind, parameter).iter().map(|parameter| parameter.unit);
    let first = units.next()??;
    units.all(|unit| unit == Some(first)).then_some(first)
}

/// All paths that a spec may set, for suggestions.
pub fn all_paths(catalogue: &Catalogue) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for key in KEYS {
        paths.push(key.path.to_owned());
        if let KeyKind::Choice(kind) | KeyKind::Entry(kind) = key.kind {
            let parameters = catalogue.entries(kind).into_iter().flat_map(|entry| entry.parameters);
            paths.extend(parameters.map(|parameter| key.path_of(parameter.name)));
        }
    }
    paths.dedup();
    paths
}

/// The tables within those, such as `train.lr_scale`.
pub fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = KEYS.iter().filter_map(|key| Some(key.path.rsplit_once('.')?.0)).collect();
    tables.retain(|table| table.contains('.'));
    tables.dedup();
    tables
}

/// The names that a table takes: its keys, those of parameters that a model has of its own, and tables within.
pub fn names_in(catalogue: &Catalogue, table: &str) -> Vec<String> {
    let prefix = format!("{table}.");
    let within = |path: &str| {
        let name = path.strip_prefix(&prefix)?;
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        (rest.is_empty() || tables().contains(&format!("{prefix}{first}").as_str())).then(|| first.to_owned())
    };
    let mut names: Vec<String> = all_paths(catalogue).iter().filter_map(|path| within(path)).collect();
    names.dedup();
    names
}

/// The tables that keys are written in, such as `train`.
pub fn sections() -> Vec<&'static str> {
    let mut sections: Vec<_> = KEYS.iter().filter_map(|key| Some(key.path.split_once('.')?.0)).collect();
    sections.dedup();
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Shares, TestPart};

    /// `burnmark list` shows a text; what applies is [`Shares::USUAL`].
    #[test]
    fn the_usual_split_is_as_told() {
        let Shares { train, validation, test: TestPart::Drawn(test) } = Shares::USUAL else { panic!("drawn") };
        let told = format!("{{ train = {train}, validation = {validation}, test = {test} }}");
        assert_eq!(find(&Catalogue::standard(), "data.split").unwrap().0.default.as_ref().unwrap().to_string(), told);
    }

    #[test]
    fn paths_lead_to_keys_and_parameters() {
        assert_eq!(find(&Catalogue::standard(), "train.batch").unwrap().0.path, "train.batch");
        let (key, parameter) = find(&Catalogue::standard(), "optimizer.lr").unwrap();
        assert_eq!((key.path, parameter), ("optimizer", Some("lr")));
        assert!(
            find(&Catalogue::standard(), "optimizer.lrr").is_none()
                && find(&Catalogue::standard(), "train.batch.x").is_none()
                && find(&Catalogue::standard(), "train").is_none()
        );
        assert_eq!(sections(), ["data", "model", "train", "regularize"]);
    }
}
