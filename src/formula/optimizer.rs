//! A method on a network: the optimizer that a training asks step by step.

use super::check::{Checked, DRAWN_GRADIENT, OutputTarget};
use super::compile::compile;
use super::graph::Input;
use super::machine::{Machine, ProgramInputs};
use super::method::OptimizerFormula;
use super::mistake::FormulaError;
use super::places::Surroundings;
use super::program::{ArrayPlace, Home, ProgramTables, Scalar, ScalarOrigin, TooWide, Work};
use super::shape::ValueShape;
use super::specialize::{ParameterSetting, settings, specialize};
use crate::num::{Layout, Real};
use crate::optim::{Now, Optimizer};
use crate::registry::Choice;
use std::cell::RefCell;

impl OptimizerFormula {
    /// A fresh optimizer at these parameters for a network with this layout.
    ///
    /// # Errors
    /// Where the choice's parameters are not those of the method, or its matrices are too large for the layout.
    pub fn build<R: Real>(&self, choice: &Choice, layout: &Layout) -> Result<FormulaOptimizer<R>, FormulaError> {
        let settings = settings(&self.parameters, choice)?;
        FormulaOptimizer::new(self, &settings, layout)
    }
}

/// The programs of a method.
#[derive(Clone, Debug)]
pub struct Programs {
    tables: ProgramTables,
    starts: Vec<Vec<Work>>,
    update: Vec<Work>,
    gradient_at: Option<Vec<Work>>,
    second_gradient_at: Option<Vec<Work>>,
    drawn_gradient_when: Option<(Vec<Work>, Scalar)>,
    report: Option<Vec<Work>>,
}

impl Programs {
    /// The shapes of the arrays that they keep.
    #[must_use]
    pub fn kept(&self) -> &[ValueShape] {
        &self.tables.arrays
    }
}

/// The values of parameters, and what brings a number to the run's precision.
pub type SpecialSettings<'a> = (&'a [ParameterSetting], &'a dyn Fn(f64) -> f64);

/// The programs of a method with this update, at these settings if they are known.
///
/// # Errors
/// Where a formula needs too many places.
pub fn compiled(
    method: &OptimizerFormula,
    update: &Checked,
    settings: Option<SpecialSettings<'_>>,
) -> Result<Programs, TooWide> {
    let mut tables = ProgramTables::default();
    let states: Vec<Home> = method.states.iter().map(|state| home(state.shape, &mut tables)).collect();
    let answer = kept_number(&mut tables);
    let mut program = |checked: &Checked, homes: &[(Home, ValueShape)], in_place| {
        let checked = match settings {
            Some((settings, rounded)) => specialize(checked, settings, rounded),
            None => checked.clone(),
        };
        compile(&checked, Surroundings { states: &states, homes, in_place }, &mut tables)
    };
    let out = (Home::Numbers(ArrayPlace::Out), ValueShape::WEIGHT);
    let homes_of = |checked: &Checked| -> Vec<(Home, ValueShape)> {
        let home = |target: &OutputTarget| match target {
            OutputTarget::State(state) => (states[*state], method.states[*state].shape),
            OutputTarget::Value => out,
        };
        checked.outputs.iter().map(|(target, _)| home(target)).collect()
    };
    let mut starts = Vec::new();
    for (state, home) in method.states.iter().zip(&states) {
        starts.push(program(&state.start, &[(*home, state.shape)], false)?);
    }
    let update = program(update, &homes_of(update), true)?;
    let drawn_gradient_when = match &method.drawn_gradient_when {
        Some(checked) => Some((program(checked, &[(Home::Scalar(answer), ValueShape::Network)], false)?, answer)),
        None => None,
    };
    let mut value_of =
        |checked: &Option<Checked>| checked.as_ref().map(|checked| program(checked, &[out], false)).transpose();
    Ok(Programs {
        gradient_at: value_of(&method.gradient_at)?,
        second_gradient_at: value_of(&method.second_gradient_at)?,
        report: value_of(&method.report)?,
        drawn_gradient_when,
        starts,
        update,
        tables,
    })
}

/// A place for a number of the network.
fn kept_number(tables: &mut ProgramTables) -> Scalar {
    tables.network.push(ScalarOrigin::Kept);
    Scalar::Network(tables.network.len() - 1)
}

fn home(shape: ValueShape, tables: &mut ProgramTables) -> Home {
    let (table, make): (_, fn(usize) -> Scalar) = match shape {
        ValueShape::Network => (&mut tables.network, Scalar::Network),
        ValueShape::BLOCK => (&mut tables.blocks, Scalar::Block),
        ValueShape::Block(..) => {
            tables.arrays.push(shape);
            return Home::Numbers(ArrayPlace::Array(tables.arrays.len() - 1));
        }
    };
    table.push(ScalarOrigin::Kept);
    Home::Scalar(make(table.len() - 1))
}

/// A method on a network.
#[allow(clippy::struct_excessive_bools)] // each says something else
pub struct FormulaOptimizer<R> {
    kept: RefCell<Kept<R>>,
    looks_ahead: bool,
    looks_again: bool,
    reports: bool,
    needs_loss: bool,
    /// Which state is the gradient with drawn labels.
    drawn: Option<usize>,
}

struct Kept<R> {
    programs: Programs,
    machine: Machine<R>,
    has_begun: bool,
    time: f64,
}

impl<R: Real> FormulaOptimizer<R> {
    /// The method at these settings on a network with this layout.
    ///
    /// # Errors
    /// Where it would keep too many numbers, or where the layout's blocks have rates of their own and the method cannot.
    pub fn new(
        method: &OptimizerFormula,
        settings: &[ParameterSetting],
        layout: &Layout,
    ) -> Result<Self, FormulaError> {
        let rounded = |x: f64| R::from_f64(x).to_f64();
        let by_block = (!layout.has_one_rate()).then(|| {
            method.with_rates_of_blocks().ok_or_else(|| FormulaError::OneRate { method: method.name.clone() })
        });
        let by_block = by_block.transpose()?;
        let programs = compiled(method, by_block.as_ref().unwrap_or(&method.update), Some((settings, &rounded)));
        let programs = programs.map_err(|TooWide| FormulaError::TooWide(method.name.clone()))?;
        method.fits(layout)?;
        method.keeps(&programs.tables.arrays, layout)?;
        let all = programs.starts.iter().chain([&programs.update]);
        let all = all.chain(&programs.gradient_at).chain(&programs.second_gradient_at).chain(&programs.report);
        let all = all.chain(programs.drawn_gradient_when.as_ref().map(|(program, _)| program));
        let machine = Machine::new(programs.tables.clone(), layout, all.map(Vec::as_slice));
        Ok(Self {
            looks_ahead: programs.gradient_at.is_some(),
            looks_again: programs.second_gradient_at.is_some(),
            reports: programs.report.is_some(),
            drawn: method.drawn_gradient_when.as_ref().and_then(|_| method.place_of(DRAWN_GRADIENT)),
            needs_loss: method.update.graph.uses(Input::Loss, method.update.outputs.iter().map(|(_, id)| *id)),
            kept: RefCell::new(Kept { programs, machine, has_begun: false, time: 0.0 }),
        })
    }
}

impl<R: Real> Kept<R> {
    /// Gives the states their first values, once.
    fn begin(&mut self, parameters: &[R]) {
        if self.has_begun {
            return;
        }
        self.has_begun = true;
        for start in &self.programs.starts {
            let given =
                ProgramInputs { gradient: &[], theta: parameters, out: &mut [], time: 0.0, rate: 0.0, loss: 0.0 };
            self.machine.run(start, given);
        }
    }

    /// Runs a program that writes nothing but `to`, if there is one.
    fn value(&mut self, of: impl Fn(&Programs) -> Option<&[Work]>, parameters: &[R], gradient: &[R], to: &mut [R]) {
        self.begin(parameters);
        if let Some(program) = of(&self.programs) {
            let given = ProgramInputs { gradient, theta: parameters, out: to, time: self.time, rate: 0.0, loss: 0.0 };
            self.machine.run(program, given);
        }
    }
}

impl<R: Real> Kept<R> {
    /// Whether the condition for a gradient with drawn labels holds in this step.
    fn wants_drawn(&mut self, parameters: &[R]) -> bool {
        self.begin(parameters);
        let Some((program, answer)) = &self.programs.drawn_gradient_when else { return false };
        let time = self.time;
        let given = ProgramInputs { gradient: &[], theta: parameters, out: &mut [], time, rate: 0.0, loss: 0.0 };
        self.machine.run(program, given);
        self.machine.number(*answer) != 0.0
    }
}

impl<R: Real> Optimizer<R> for FormulaOptimizer<R> {
    fn look_ahead(&self, parameters: &[R], point: &mut [R]) -> bool {
        if self.looks_ahead {
            self.kept.borrow_mut().value(|programs| programs.gradient_at.as_deref(), parameters, &[], point);
        }
        self.looks_ahead
    }

    fn look_again(&self, parameters: &[R], gradient: &[R], point: &mut [R]) -> bool {
        if self.looks_again {
            let mut kept = self.kept.borrow_mut();
            kept.value(|programs| programs.second_gradient_at.as_deref(), parameters, gradient, point);
        }
        self.looks_again
    }

    fn wants_drawn(&self, parameters: &[R]) -> bool {
        self.drawn.is_some() && self.kept.borrow_mut().wants_drawn(parameters)
    }

    fn take_drawn(&mut self, gradient: &[R]) {
        if let Some(state) = self.drawn {
            self.kept.get_mut().machine.put(state, gradient);
        }
    }

    fn reports(&self) -> bool {
        self.reports
    }

    fn report(&self, parameters: &[R], reported: &mut [R]) {
        self.kept.borrow_mut().value(|programs| programs.report.as_deref(), parameters, &[], reported);
    }

    fn needs_loss(&self) -> bool {
        self.needs_loss
    }

    fn knows_rates(&self) -> bool {
        true
    }

    fn step(&mut self, now: Now<R>, parameters: &mut [R], gradient: &[R]) {
        let kept = self.kept.get_mut();
        kept.begin(parameters);
        let (rate, loss, time) = (now.learning_rate.to_f64(), now.loss.to_f64(), kept.time);
        let given = ProgramInputs { gradient, theta: &[], out: parameters, time, rate, loss };
        kept.machine.run(&kept.programs.update, given);
        kept.time += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::lanes::levels::at_each;
    use crate::num::{BlockRole, Purpose, Stream};
    use crate::value::Value;

    /// Every kind of loop, sum and product.
    const ALL: &str = r#"
        description = "x"
        parameters = { lr = 0.01, p = 1.7 }
        state = { m = 0, r = { per = "row" }, c = { per = "column" }, q = { per = "rows x rows" }, b = { per = "block" }, u = 0, d = 1 }
        update = """
        m = 0.9*m + 0.1*g
        r = 0.5*r + mean(m^2, row)
        c = max(abs(m), column) + min(g, column)
        q = 0.9*q + g @ g'
        b = norm(m)/(1 + max(g) - min(g))
        x = tanh(m) + sigmoid(g)*exp(-abs(m)) - log(1 + abs(r*c)) + log1p(m^2) + softplus(g) + sqrt(abs(r + c))
        y = (q/(1 + norm(q))) @ x + clip(abs(x), 0.1, 0.5)^p + where(x > m and not g < 0, x/(1 + b), sign(g))
        u = max(0.9*u, abs(g) + 0.01)
        s = sign(g)*sign(m)
        d = where(s > 0, min(1.2*d, 2), where(s < 0, max(0.5*d, 0.1), d))
        e = eigenvectors(q)
        z = sqrt(u + 0.1)/sqrt(d + 0.2)*(e @ x)
        theta -= lr*(y + sum(y, all)/weights)/(1 + norm(y, row))
        theta -= lr*sign(0.9*m + 0.1*g)
        theta = theta - lr*m/(sqrt(0.5*u) + 0.1)
        theta = theta - lr*(z/u) - s*d
        """
    "#;

    /// How many loops run over the weights in a step: what a formula costs beside a built-in optimizer, which has one.
    #[test]
    fn built_in_optimizers_are_few_loops() {
        let expected = [
            ("gradient-descent", 1),
            ("momentum", 1),
            ("lion", 1),
            ("adam", 2),
            ("adamax", 3),
            ("rmsprop", 3),
            ("nadam", 3),
            ("amsgrad", 3),
            ("adadelta", 4),
            ("rprop", 3),
            ("rprop-plus", 10),
            ("irprop-plus", 10),
            ("irprop-minus", 5),
        ];
        let found = expected.map(|(name, _)| {
            let path = format!("{}/examples/built-in/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let method = OptimizerFormula::parse(name, &text).unwrap();
            let settings =
                settings(&method.parameters, &Choice::of(&method.entry().entry).with("lr", Value::Number(0.1)));
            let programs = compiled(&method, &method.update, Some((&settings.unwrap(), &|x| x))).unwrap();
            let loops = programs.update.iter().map(|work| match work {
                Work::Sweep(sweep) => sweep.code.len(),
                _ => 0,
            });
            (name, loops.sum::<usize>())
        });
        assert_eq!(found, expected);
    }

    /// Vectors of every width give the bits that single numbers give.
    fn every_level_gives_the_same_bits<R: Real>() {
        let method = OptimizerFormula::parse("x", ALL).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
        let mut layout = Layout::default();
        layout.push("a.bias", BlockRole::Bias, 1, 37);
        layout.push("a.weight", BlockRole::Weights, 61, 37);
        let choice = Choice::of(&method.entry().entry);
        let paths = at_each(|| {
            let mut optimizer = method.build::<R>(&choice, &layout).unwrap();
            let mut stream = Stream::new(5, Purpose::Data, 0);
            let mut draw = || -> Vec<R> { (0..layout.count()).map(|_| R::from_f64(stream.normal())).collect() };
            let mut theta = draw();
            for _ in 0..4 {
                let now = Now { learning_rate: R::from_f64(0.01), loss: R::ONE };
                optimizer.step(now, &mut theta, &draw());
            }
            theta.iter().map(|x| x.to_f64().to_bits()).collect::<Vec<_>>()
        });
        assert!(paths[0].1.iter().all(|bits| f64::from_bits(*bits).is_finite()));
        paths.iter().for_each(|(level, path)| assert!(*path == paths[0].1, "{level:?} in {}", R::PRECISION));
    }

    #[test]
    fn formulas_give_the_same_bits_at_every_level() {
        every_level_gives_the_same_bits::<f32>();
        every_level_gives_the_same_bits::<f64>();
    }
}
