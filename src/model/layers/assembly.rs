//! Puts a list of layers together on some data: each gets the shape of what comes before it, and its weights.

use super::error::LayerError;
use crate::activation::Activation;
use crate::model::builder::Builder;
use crate::model::layer::LayerStart;
use crate::model::operation::{LayerOperation, Operated};
use crate::model::{Module, Task};
use crate::num::{BlockRole, Image, Shape};
use crate::registry::Choice;
use std::collections::BTreeMap;

/// The most layers, those of each repetition counted.
const MOST_LAYERS: usize = 1000;
/// The most numbers that a layer gives for one sample.
const MOST_WIDTH: usize = 10_000_000;
/// The most parameters; `plan/check.rs` has the same bound for other models.
const MOST_PARAMETERS: usize = 100_000_000;

/// A network in the making, behind the layers so far.
pub struct Assembly<'t> {
    task: &'t Task,
    /// The network so far.
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

/// A matrix of weights that a layer asks for, n × K.
#[derive(Clone, Copy, Debug)]
pub struct AskedWeights {
    /// What follows the layer's place in the name, such as `.input`; mostly nothing.
    pub suffix: &'static str,
    /// n
    pub inputs: usize,
    /// K
    pub outputs: usize,
    /// Whether K numbers go with it.
    pub bias: bool,
    /// What it does, which decides whether penalties act on it and, but for `start`, where it starts.
    pub role: BlockRole,
    /// Where it starts, if not where matrices of its role start: gains at 1, others by the rule for initial weights; biases at 0.
    pub start: Option<LayerStart>,
}

impl AskedWeights {
    /// Those of a linear map with a bias.
    #[must_use]
    pub fn of(inputs: usize, outputs: usize) -> Self {
        Self { suffix: "", inputs, outputs, bias: true, role: BlockRole::Weights, start: None }
    }
}

impl<'t> Assembly<'t> {
    /// A network without layers so far.
    pub(super) fn new(task: &'t Task) -> Self {
        Self {
            task,
            builder: Builder::new(task.inputs),
            shape: task.shape,
            place: "layers".to_owned(),
            named: BTreeMap::new(),
            rows: Vec::new(),
            depth: 0,
            count: 0,
        }
    }

    /// Does something at a place below the present one.
    pub(super) fn at<T>(&mut self, number: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.place.len();
        self.place = format!("{}.{number}", self.place);
        let result = act(self);
        self.place.truncate(length);
        result
    }

    /// Puts a layer behind, with its row.
    pub(super) fn row(
        &mut self,
        words: &str,
        kind: &'static str,
        put: impl FnOnce(&mut Self) -> Result<(), LayerError>,
    ) -> Result<(), LayerError> {
        let (row, before) = (self.rows.len(), self.builder.trained_count());
        let (depth, place) = (self.depth, self.place.clone());
        self.rows.push(LayerRow { depth, place, layer: words.to_owned(), shape: String::new(), parameters: 0 });
        self.count += 1;
        let put = |this: &mut Self| {
            if this.count > MOST_LAYERS {
                return Err(LayerError::TooMany { most: MOST_LAYERS });
            }
            put(this)?;
            this.check_size()
        };
        put(self).map_err(|why| why.at(&self.place, kind))?;
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

    /// The layers within another one as one module, which is not yet part of the network; the shape becomes theirs.
    pub(super) fn within(
        &mut self,
        put: impl FnOnce(&mut Self) -> Result<(), LayerError>,
    ) -> Result<Module, LayerError> {
        let before = self.builder.open();
        self.depth += 1;
        let put = put(self);
        self.depth -= 1;
        let module = self.builder.close(before);
        put.map(|()| module)
    }

    /// The same several times over, each time with weights of its own.
    pub(super) fn repeated(
        &mut self,
        times: usize,
        put: impl Fn(&mut Self) -> Result<(), LayerError>,
    ) -> Result<(), LayerError> {
        self.depth += 1;
        let all = (0..times).try_for_each(|time| self.at(time, &put));
        self.depth -= 1;
        all
    }

    /// The linear output layer.
    pub(super) fn output(&mut self, number: usize, outputs: usize) -> Result<(), LayerError> {
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
            let layer = this.weights(None, &AskedWeights::of(this.builder.width() / positions, units))?;
            this.linear(layer, positions);
            let (place, shape) = (this.place.clone(), this.shape_in_words());
            let parameters = this.builder.trained_count() - before;
            this.rows.push(LayerRow { depth: 0, place, layer: "output".to_owned(), shape, parameters });
            this.check_size().map_err(|why| why.at(&this.place, "output"))
        })
    }

    /// A layer's number: new weights, or those that another layer of this name has.
    pub(super) fn weights(&mut self, name: Option<&str>, asked: &AskedWeights) -> Result<usize, LayerError> {
        let AskedWeights { suffix, inputs, outputs, bias, role, start } = *asked;
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
        start.into_iter().for_each(|start| self.builder.starts(layer, start));
        self.named.insert(name, layer);
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

    /// Puts an operation behind, which makes `outputs` numbers of those at each position, with these sets of weights.
    pub fn operation(
        &mut self,
        operation: &'static LayerOperation,
        choice: &Choice,
        layers: Vec<usize>,
        outputs: usize,
    ) {
        let (positions, inputs) = self.positions();
        let choice = choice.clone();
        self.builder.push(Module::Operation(Operated { operation, choice, layers, positions, inputs, outputs }));
        self.shape = match self.shape {
            Shape::Flat => Shape::Flat,
            Shape::Sequence { steps, .. } => Shape::Sequence { steps, features: outputs },
            Shape::Image(image) => Shape::Image(Image { channels: outputs, ..image }),
        };
    }

    /// The shape of what comes out so far.
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
