//! A loss as a formula: `loss = "log(cosh(s - y))"`, of each output s and its target y; its slope is derived.

use super::canonical;
use super::check::{Checked, OutputTarget};
use super::compile::compile;
use super::derive::message;
use super::graph::{Input, Operation};
use super::machine::{Machine, ProgramInputs};
use super::mistake::{FormulaError, FormulaMistake};
use super::names::FormulaPurpose;
use super::parameters::{self, Declared};
use super::places::Surroundings;
use super::program::{ArrayPlace, Home, ProgramTables, TooWide, Work};
use super::reader::DefinitionReader;
use super::shape::ValueShape;
use super::single;
use super::specialize::{settings, specialize};
use super::text::MethodTable;
use crate::loss::{LossFunction, TargetForm, TargetsRef, sum_rows};
use crate::num::{Layout, MatMut, MatRef, Real};
use crate::registry::Choice;

/// A loss as a formula.
#[derive(Clone, Debug)]
pub struct LossFormula {
    pub name: String,
    pub description: String,
    pub source: String,
    pub parameters: Vec<Declared>,
    pub loss: Checked,
    pub targets: TargetForm,
    /// Whether σ(s) is the probability of class 1.
    pub is_sigmoid: bool,
    /// Of the canonical form, in hex.
    pub digest: String,
}

/// The keys of a loss's table.
pub const KEYS: [&str; 6] = ["description", "source", "parameters", "loss", "targets", "link"];

/// What the outputs predict: themselves, or by σ a probability.
const LINKS: [&str; 2] = ["none", "sigmoid"];

impl LossFormula {
    /// Reads the table of a loss.
    ///
    /// # Errors
    /// Where something in it is wrong: every mistake that was found.
    pub fn read(name: &str, table: &MethodTable<'_>) -> Result<Self, Vec<FormulaMistake>> {
        let mut reader = DefinitionReader::of(table);
        reader.only(&KEYS);
        let (description, source) = reader.head();
        let parameters = parameters::read(table, FormulaPurpose::Loss, &mut reader.mistakes);
        let loss = reader.required_formula("loss", FormulaPurpose::Loss, &parameters, &[]);
        if let Some(loss) = &loss
            && !loss.graph.uses(Input::Potential, loss.outputs.iter().map(|(_, id)| *id))
        {
            let (message, expected) = ("the loss does not depend on `s`", "expected a formula of `s` and `y`");
            reader.mistakes.push(FormulaMistake::new(table.span.clone(), message, expected));
        }
        let targets = Self::read_targets(&mut reader);
        let is_sigmoid = Self::read_link(&mut reader, targets);
        let read = loss.zip(description).zip(targets).map(|((loss, description), targets)| {
            let value = format!("loss of {}, link {}", targets.name(), LINKS[usize::from(is_sigmoid)]);
            let digest = canonical::digest_of(&value, &parameters, &loss);
            Self { name: name.to_owned(), description, source, parameters, loss, targets, is_sigmoid, digest }
        });
        reader.finish(read)
    }

    fn read_targets(reader: &mut DefinitionReader<'_, '_>) -> Option<TargetForm> {
        let known = TargetForm::ALL.into_iter().filter(|form| *form != TargetForm::Nothing);
        let asked = reader.table.required("targets", &mut reader.mistakes)?.text;
        let found = known.clone().find(|form| form.name() == asked);
        if found.is_none() {
            let place = reader.table.get("targets").map_or(reader.table.span.clone(), toml::Spanned::span);
            let names: Vec<_> = known.map(|form| format!("`{}`", form.name())).collect();
            let expected = format!("expected one of {}", names.join(", "));
            reader.mistakes.push(FormulaMistake::new(place, format!("unknown targets `{asked}`"), expected));
        }
        found
    }

    fn read_link(reader: &mut DefinitionReader<'_, '_>, targets: Option<TargetForm>) -> bool {
        let Some(asked) = reader.table.passage("link", &mut reader.mistakes) else { return false };
        let of_one = matches!(targets, None | Some(TargetForm::ZeroOne | TargetForm::Signs));
        let (message, expected) = match LINKS.iter().position(|link| *link == asked.text) {
            None => (format!("unknown link `{}`", asked.text), "expected `sigmoid`, or no `link`"),
            Some(1) if !of_one => (
                "`sigmoid` makes the probability of one of two classes".to_owned(),
                "expected `targets = \"zero-one\"` or `\"signs\"` with it",
            ),
            Some(link) => return link == 1,
        };
        let place = reader.table.get("link").map_or(reader.table.span.clone(), toml::Spanned::span);
        reader.mistakes.push(FormulaMistake::new(place, message, expected));
        false
    }

    /// The loss and its gradient at these parameters, for up to `most` answers with so many outputs each.
    ///
    /// # Errors
    /// Where the choice's parameters are not those of the loss.
    pub fn build<R: Real>(
        &self,
        choice: &Choice,
        (most, outputs): (usize, usize),
    ) -> Result<FormulaLoss<R>, FormulaError> {
        let settings = settings(&self.parameters, choice)?;
        let loss = specialize(&self.loss, &settings, |x| R::from_f64(x).to_f64());
        let mut slope = loss.clone();
        // δ of each answer's loss is its share of the batch's.
        let share = slope.graph.add(Operation::Input(Input::Rate), ValueShape::Network);
        let value = slope.outputs.first().map_or(share, |(_, id)| *id);
        let message = message(&mut slope.graph, value, share);
        let yes = slope.graph.add(Operation::number(1.0), ValueShape::Network);
        let message = slope.graph.add(Operation::Where(yes, message, message), ValueShape::WEIGHT);
        slope.outputs = vec![(OutputTarget::Value, message)];
        let mut tables = ProgramTables::default();
        let homes = [(Home::Numbers(ArrayPlace::Out), ValueShape::WEIGHT)];
        let around = Surroundings { states: &[], homes: &homes, in_place: false };
        let mut program = |checked: &Checked| compile(checked, around, &mut tables);
        let too_wide = |TooWide| FormulaError::TooWide(self.name.clone());
        let (loss, slope) = (program(&loss).map_err(too_wide)?, program(&slope).map_err(too_wide)?);
        let machine = Machine::new(tables, &Layout::flat(0), [loss.as_slice(), &slope]);
        let numbers = || vec![R::ZERO; most * outputs];
        Ok(FormulaLoss { loss, slope, machine, targets: self.targets, y: numbers(), losses: numbers() })
    }

    /// The loss of one answer from the logarithms of both classes' probabilities: s is the difference of both.
    pub fn of_log_probabilities(&self, choice: &Choice, log_probabilities: &[f64], class: usize) -> f64 {
        let Ok(settings) = settings(&self.parameters, choice) else { return f64::NAN };
        let (s, y) = (log_probabilities[1] - log_probabilities[0], self.targets.of_class::<f64>(u32::from(class == 1)));
        single::value(&self.loss, &settings, |input| match input {
            Input::Potential => s,
            Input::Target => y,
            _ => f64::NAN,
        })
    }
}

/// A loss at its parameters.
pub struct FormulaLoss<R> {
    loss: Vec<Work>,
    slope: Vec<Work>,
    machine: Machine<R>,
    targets: TargetForm,
    /// Per output.
    y: Vec<R>,
    losses: Vec<R>,
}

impl<R: Real> LossFunction<R> for FormulaLoss<R> {
    fn loss_and_delta(
        &mut self,
        s: MatRef<'_, R>,
        targets: TargetsRef<'_, R>,
        share: R,
        mut delta: MatMut<'_, R>,
    ) -> R {
        let (numbers, s) = (s.data().len(), s);
        self.targets.write(targets, s.cols(), &mut self.y[..numbers]);
        let Self { machine, y, losses, .. } = self;
        let (gradient, losses) = (&y[..numbers], &mut losses[..numbers]);
        let given = |out, rate| ProgramInputs { gradient, theta: s.data(), out, time: 0.0, rate, loss: 0.0 };
        machine.run(&self.slope, given(delta.data(), share.to_f64()));
        machine.run(&self.loss, given(losses, 0.0));
        losses.iter().fold(R::ZERO, |sum, &loss| sum + loss) * share
    }

    fn losses(&mut self, mut s: MatMut<'_, R>, targets: TargetsRef<'_, R>, losses: &mut [R]) {
        let outputs = s.cols();
        let theta = s.data();
        self.targets.write(targets, outputs, &mut self.y[..theta.len()]);
        let (gradient, out) = (&self.y[..theta.len()], &mut self.losses[..theta.len()]);
        self.machine.run(&self.loss, ProgramInputs { gradient, theta, out, time: 0.0, rate: 0.0, loss: 0.0 });
        sum_rows(&self.losses[..theta.len()], outputs, losses);
    }
}
