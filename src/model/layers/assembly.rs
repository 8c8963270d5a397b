//! Puts a list of layers together on some data: each gets the shape of what comes before it, and its weights.

use super::error::LayerError;
use super::kind::{FROZEN, LayerKind};
use super::written::WrittenLayer;
use crate::activation::Activation;
use crate::model::builder::Builder;
use crate::model::layer::KernelShape;
use crate::model::{Module, Task};
use crate::num::{BlockRole, Image, Shape};
use std::collections::BTreeMap;

/// The most layers, those of each repetition counted.
const MOST_LAYERS: usize = 1000;
/// The most numbers that a layer gives for one sample.
const MOST_WIDTH: usize = 10_000_000;
/// The most parameters; `plan/check.rs` has the same bound for other models.
const MOST_PARAMETERS: usize = 100_000_000;

/// A network in the making, behind the layers so far.
pub struct Assembly<'t> {
    builders: &'static [&'static LayerBuilder],
    task: &'t Task,
    pub builder: Builder,
    /// Of what comes out so far, [`Builder::width`] numbers.
    shape: Shape,
    /// Such as `layers.1.0`.
    place: String,
    /// Weights by the names that layers share them by.
    named: BTreeMap<String, usize>,
    pub(super) rows: Vec<LayerRow>,
    depth: usize,
    /// Layers so far.
    count: usize,
}

/// A layer as `burnmark plan` draws it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    /// Within how many others it lies.
    pub depth: usize,
    /// The name of its weights, such as `layers.0`.
    pub place: String,
    /// What it is, in words.
    pub layer: String,
    /// What comes out, in words.
    pub shape: String,
    /// Its own, without those that it shares with an earlier layer.
    pub parameters: usize,
}

/// A matrix of weights that a layer asks for.
pub struct AskedWeights {
    /// What follows the layer's place in the name, such as `.input`; mostly nothing.
    pub suffix: &'static str,
    pub inputs: usize,
    pub outputs: usize,
    pub bias: bool,
    pub role: BlockRole,
}

/// A kind of layer with what puts a layer of it behind those that are there.
pub struct LayerBuilder {
    pub kind: LayerKind,
    pub build: &'static Assembles,
}

/// What puts a layer behind those that are there.
pub type Assembles = dyn Fn(&WrittenLayer<Activation>, &mut Assembly<'_>) -> Result<(), LayerError> + Send + Sync;

impl<'t> Assembly<'t> {
    /// All layers, and behind them the output layer.
    ///
    /// # Errors
    /// Where they do not go together or do not suit the task.
    pub(super) fn run(
        builders: &'static [&'static LayerBuilder],
        layers: &[WrittenLayer<Activation>],
        task: &'t Task,
        outputs: usize,
    ) -> Result<Self, LayerError> {
        let mut assembly = Self {
            builders,
            task,
            builder: Builder::new(task.inputs),
            shape: task.shape,
            place: "layers".to_owned(),
            named: BTreeMap::new(),
            rows: Vec::new(),
            depth: 0,
            count: 0,
        };
        assembly.all(layers)?;
        assembly.output(layers.len(), outputs)?;
        Ok(assembly)
    }

    /// Puts these behind, each at its number.
    fn all(&mut self, layers: &[WrittenLayer<Activation>]) -> Result<(), LayerError> {
        layers.iter().enumerate().try_for_each(|(number, layer)| self.at(number, |this| this.layer(layer)))
    }

    /// Does something at a place below the present one.
    pub(super) fn at<T>(&mut self, number: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        self.place = format!("{}.{number}", self.place);
        let result = act(self);
        self.place.truncate(length);
        result
    }

    fn layer(&mut self, layer: &WrittenLayer<Activation>) -> Result<(), LayerError> {
        let (row, before) = (self.rows.len(), self.builder.trained_count());
        let (depth, place) = (self.depth, self.place.clone());
        self.rows.push(LayerRow { depth, place, layer: layer.alone_in_words(), shape: String::new(), parameters: 0 });
        self.count += 1;
        let build = |this: &mut Self| {
            if this.count > MOST_LAYERS {
                return Err(LayerError::TooMany { most: MOST_LAYERS });
            }
            let builder = this.builders.iter().find(|builder| builder.kind.entry.name == layer.choice.kind);
            builder.map_or(Ok(()), |builder| (builder.build)(layer, this))?;
            this.check_size()
        };
        build(self).map_err(|why| why.at(&self.place, layer.kind.entry.name))?;
        let within: usize = self.rows[row + 1..].iter().map(|row| row.parameters).sum();
        self.rows[row].parameters = self.builder.trained_count() - before - within;
        self.rows[row].shape = self.shape_in_words();
        Ok(())
    }

    fn check_size(&self) -> Result<(), LayerError> {
        let too_large = |count: usize, what: &str, most| {
            (count > most).then(|| LayerError::TooLarge { what: format!("{count} {what}"), most })
        };
        let width = too_large(self.builder.width(), "numbers come out for each sample", MOST_WIDTH);
        let parameters = too_large(self.builder.parameter_count(), "parameters", MOST_PARAMETERS);
        width.or(parameters).map_or(Ok(()), Err)
    }

    /// The layers within another one as one module; the shape becomes theirs.
    pub(super) fn within(&mut self, layers: &[WrittenLayer<Activation>]) -> Result<Module, LayerError> {
        let before = self.builder.open();
        self.depth += 1;
        let all = self.all(layers);
        self.depth -= 1;
        let module = self.builder.close(before);
        all.map(|()| module)
    }

    /// The same several times over, each time with weights of its own.
    pub(super) fn repeated(&mut self, times: usize, layers: &[WrittenLayer<Activation>]) -> Result<(), LayerError> {
        self.depth += 1;
        let all = (0..times).try_for_each(|time| self.at(time, |this| this.all(layers)));
        self.depth -= 1;
        all
    }

    /// The linear output layer.
    fn output(&mut self, number: usize, outputs: usize) -> Result<(), LayerError> {
        let answers = self.task.positions;
        let (units, positions) = match (answers, self.shape) {
            (1, Shape::Sequence { .. }) => return Err(LayerError::OneAnswer { shape: self.shape_in_words() }),
            // Some of the answers at each step.
            (answers, Shape::Sequence { steps, .. }) if answers % steps == 0 => (answers / steps * outputs, steps),
            (answers, Shape::Sequence { .. }) => {
                return Err(LayerError::ManyAnswers { answers, shape: self.shape_in_words() });
            }
            // All of them at once.
            (answers, _) => (answers * outputs, 1),
        };
        let before = self.builder.trained_count();
        self.at(number, |this| {
            let asked = AskedWeights {
                suffix: "",
                inputs: this.builder.width() / positions,
                outputs: units,
                bias: true,
                role: BlockRole::Weights,
            };
            let layer = this.named_weights(None, &asked)?;
            this.linear(layer, positions);
            let (place, shape) = (this.place.clone(), this.shape_in_words());
            let parameters = this.builder.trained_count() - before;
            this.rows.push(LayerRow { depth: 0, place, layer: "output".to_owned(), shape, parameters });
            this.check_size().map_err(|why| why.at(&this.place, "output"))
        })
    }

    /// A layer's number: new weights, or those that another layer of this name has.
    pub(super) fn weights(
        &mut self,
        written: &WrittenLayer<Activation>,
        asked: &AskedWeights,
    ) -> Result<usize, LayerError> {
        let layer = self.named_weights(written.name.as_ref(), asked)?;
        if written.flag(FROZEN) {
            self.builder.freeze(layer);
        }
        Ok(layer)
    }

    fn named_weights(&mut self, name: Option<&String>, asked: &AskedWeights) -> Result<usize, LayerError> {
        let AskedWeights { suffix, inputs, outputs, bias, role } = *asked;
        let name = format!("{}{suffix}", name.unwrap_or(&self.place));
        if let Some(&known) = self.named.get(&name) {
            let layer = &self.builder.layers()[known];
            if (layer.inputs, layer.outputs, !layer.bias.is_empty(), layer.role) == (inputs, outputs, bias, role) {
                return Ok(known);
            }
            let known = format!("{} × {} ({})", layer.inputs, layer.outputs, layer.role.name());
            let wanted = format!("{inputs} × {outputs} ({})", role.name());
            return Err(LayerError::Shared { name, known, wanted });
        }
        let layer = self.builder.layer(name.clone(), inputs, outputs, bias);
        self.builder.has_role(layer, role);
        self.named.insert(name, layer);
        Ok(layer)
    }

    /// The same for a convolution.
    pub(super) fn kernel(
        &mut self,
        written: &WrittenLayer<Activation>,
        kernel: KernelShape,
        inputs: usize,
        outputs: usize,
    ) -> Result<usize, LayerError> {
        let layer =
            self.weights(written, &AskedWeights { suffix: "", inputs, outputs, bias: true, role: BlockRole::Kernel })?;
        self.builder.has_kernel(layer, kernel);
        Ok(layer)
    }

    /// Puts dropout and a linear layer behind, which acts at each of so many positions.
    pub(super) fn linear(&mut self, layer: usize, positions: usize) {
        if let Shape::Image(image) = self.shape {
            self.builder.takes_pixels(layer, image.pixels());
        }
        let dropout = self.builder.dropout();
        self.builder.push(dropout);
        self.builder.push(Module::Linear { layer, positions });
        self.shape = match self.shape {
            Shape::Sequence { steps, .. } if steps == positions => {
                Shape::Sequence { steps, features: self.builder.width() / steps }
            }
            _ => Shape::Flat,
        };
    }

    /// Puts an activation behind, unless it does nothing.
    pub(super) fn activation(&mut self, activation: Option<&Activation>) {
        let module = activation.and_then(|activation| Builder::activation(activation, self.builder.width()));
        module.into_iter().for_each(|module| self.builder.push(module));
    }

    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    pub(super) fn set_shape(&mut self, shape: Shape) {
        self.shape = shape;
    }

    /// How many positions the numbers have, steps or pixels, and how many numbers there are at each.
    #[must_use]
    pub fn positions(&self) -> (usize, usize) {
        let width = self.builder.width();
        match self.shape {
            Shape::Flat => (1, width),
            Shape::Sequence { steps, features } => (steps, features),
            Shape::Image(image) => (image.pixels(), image.channels),
        }
    }

    /// `32`, `12 steps × 32` or `8 × 8 × 16`.
    #[must_use]
    pub fn shape_in_words(&self) -> String {
        self.words(self.builder.width())
    }

    /// The same of what comes out of a module that [`Self::within`] made.
    pub(super) fn words_of(&self, within: &Module) -> String {
        self.words(within.outputs(self.builder.layers()))
    }

    fn words(&self, width: usize) -> String {
        match self.shape {
            Shape::Flat => width.to_string(),
            Shape::Sequence { steps, features } => format!("{steps} steps × {features}"),
            Shape::Image(Image { height, width, channels }) => format!("{height} × {width} × {channels}"),
        }
    }
}
