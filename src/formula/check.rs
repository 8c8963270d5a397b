//! From statements to a checked graph: every name is known, every shape fits, and nothing is too large.

use super::graph::{Graph, Id, Operation, Unary};
use super::mistake::{FormulaMistake, MOST};
use super::names::{self, FormulaPurpose, GIVEN, is_reserved};
use super::shape::ValueShape;
use super::syntax::{Form, Statement, Term};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How many operations a formula may have once its repeated blocks are written out.
pub const MOST_OPERATIONS: usize = 1000;

/// States that the program keeps by itself, where a formula names them.
pub const HIDDEN: [&str; 2] = ["start", DRAWN_GRADIENT];
/// The gradient with drawn labels.
pub const DRAWN_GRADIENT: &str = "drawn_g";

/// How many parts of expressions are looked at until a formula is called too long.
const MOST_LOOKS: usize = 20_000;

/// What a formula's text can refer to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'s> {
    pub purpose: FormulaPurpose,
    /// Names, and for those that are words, the words.
    pub parameters: &'s [(String, Vec<String>)],
    pub states: &'s [(String, ValueShape)],
}

/// What a formula computes.
#[derive(Clone, Debug)]
pub struct Checked {
    pub graph: Graph,
    /// What changes, with the operation whose result it takes: states in their order, then θ or the value.
    pub outputs: Vec<(OutputTarget, Id)>,
}

/// What takes a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutputTarget {
    /// θ, or the value that a formula of another purpose gives.
    Value,
    State(usize),
}

/// The value of an expression.
#[derive(Clone, Copy, Debug)]
pub struct TermValue {
    pub id: Id,
    pub is_condition: bool,
}

/// Checks the statements of a formula; `end` is where its text ends.
pub fn check(
    scope: Scope<'_>,
    statements: &[Statement],
    end: usize,
    mistakes: &mut Vec<FormulaMistake>,
) -> Option<Checked> {
    let before = mistakes.len();
    let mut checker = Checker {
        scope,
        graph: Graph::default(),
        locals: BTreeMap::new(),
        failed: BTreeSet::new(),
        states: BTreeMap::new(),
        value: None,
        looks: 0,
        mistakes,
    };
    // The first failure within a repeated block ends it: its other rounds would fail alike.
    let _ = checker.statements(statements);
    let Checker { graph, states, value, .. } = checker;
    if mistakes.len() > before {
        return None;
    }
    let Some(value) = value else {
        let (message, expected) = match scope.purpose {
            FormulaPurpose::Update => ("`theta` is never changed", "expected a line `theta = …`"),
            _ => ("the formula has no value", "expected a value in the last line"),
        };
        mistakes.push(FormulaMistake::new(end..end, message, expected));
        return None;
    };
    let mut outputs: Vec<(OutputTarget, Id)> =
        states.into_iter().map(|(state, id)| (OutputTarget::State(state), id)).collect();
    outputs.push((OutputTarget::Value, value));
    Some(Checked { graph, outputs })
}

/// A mistake was noted.
pub(super) struct FormulaWrong;

pub(super) struct Checker<'s, 'm> {
    pub scope: Scope<'s>,
    pub graph: Graph,
    locals: BTreeMap<String, TermValue>,
    /// Names whose values have mistakes: that they have none is no mistake of its own.
    failed: BTreeSet<String>,
    /// The newest value of each state that was assigned, and of θ or the result.
    states: BTreeMap<usize, Id>,
    value: Option<Id>,
    looks: usize,
    pub mistakes: &'m mut Vec<FormulaMistake>,
}

impl Checker<'_, '_> {
    fn statements(&mut self, statements: &[Statement]) -> Result<(), FormulaWrong> {
        let mut all_well = Ok(());
        for (index, statement) in statements.iter().enumerate() {
            if self.mistakes.len() >= MOST {
                return Err(FormulaWrong);
            }
            let is_last = index + 1 == statements.len();
            let well = match statement {
                Statement::Assign { name, span, value } => self.assign(name, span, value),
                Statement::Value(value) => self.result(value, is_last),
                Statement::Repeat { times, body } => (0..*times).try_for_each(|_| self.statements(body)),
            };
            if well.is_err() {
                all_well = Err(FormulaWrong);
            }
            if self.is_too_long() {
                return Err(FormulaWrong);
            }
        }
        all_well
    }

    fn is_too_long(&self) -> bool {
        self.looks > MOST_LOOKS || self.graph.count() > MOST_OPERATIONS
    }

    pub fn wrong<T>(&mut self, mistake: FormulaMistake) -> Result<T, FormulaWrong> {
        self.mistakes.push(mistake);
        Err(FormulaWrong)
    }

    fn result(&mut self, value: &Term, is_last: bool) -> Result<(), FormulaWrong> {
        if self.scope.purpose == FormulaPurpose::Update {
            let mistake =
                FormulaMistake::new(value.span.clone(), "nothing takes this value", "expected a line `name = value`");
            return self.wrong(mistake);
        }
        if !is_last {
            return self.wrong(FormulaMistake::new(
                value.span.clone(),
                "more follows behind the formula's value",
                "expected as the last line",
            ));
        }
        let of_condition = self.scope.purpose == FormulaPurpose::Drawn;
        let found = if of_condition { self.condition(value)? } else { self.number(value)? };
        let home = match self.scope.purpose {
            FormulaPurpose::Point
            | FormulaPurpose::Second
            | FormulaPurpose::Report
            | FormulaPurpose::Activation
            | FormulaPurpose::Loss => ValueShape::WEIGHT,
            FormulaPurpose::Start => self.graph.shape(found),
            _ => ValueShape::Network,
        };
        self.fits(found, home, "the value", &value.span)?;
        self.value = Some(found);
        Ok(())
    }

    fn fits(&mut self, found: Id, home: ValueShape, what: &str, span: &Range<usize>) -> Result<(), FormulaWrong> {
        let shape = self.graph.shape(found);
        if shape.join(home) == Some(home) {
            return Ok(());
        }
        let message = format!("{what} is {home}, and this is {shape}");
        self.wrong(FormulaMistake::new(span.clone(), message, format!("expected {home}")))
    }

    fn assign(&mut self, name: &str, span: &Range<usize>, value: &Term) -> Result<(), FormulaWrong> {
        let updates = self.scope.purpose == FormulaPurpose::Update;
        if let Some(state) = self.scope.states.iter().position(|(state, _)| state == name) {
            if !updates || HIDDEN.contains(&name) {
                return self.wrong(FormulaMistake::new(
                    span.clone(),
                    format!("`{name}` cannot be changed here"),
                    "expected a name of your own",
                ));
            }
            let found = self.number(value)?;
            self.fits(found, self.scope.states[state].1, &format!("`{name}`"), &value.span)?;
            self.states.insert(state, found);
            return Ok(());
        }
        if name == "theta" && updates {
            let found = self.number(value)?;
            self.fits(found, ValueShape::WEIGHT, "`theta`", &value.span)?;
            self.value = Some(found);
            return Ok(());
        }
        let is_parameter = self.scope.parameters.iter().any(|(parameter, _)| parameter == name);
        if is_parameter || is_reserved(name, self.scope.purpose) {
            let what = if is_parameter { "a parameter" } else { "a word of the language" };
            let mistake = FormulaMistake::new(
                span.clone(),
                format!("`{name}` is {what} and cannot be changed"),
                "expected a name of your own",
            );
            return self.wrong(mistake);
        }
        match self.value(value) {
            Ok(found) => {
                self.locals.insert(name.to_owned(), found);
                Ok(())
            }
            Err(wrong) => {
                self.failed.insert(name.to_owned());
                Err(wrong)
            }
        }
    }

    /// The value of an expression that is a number.
    pub fn number(&mut self, expression: &Term) -> Result<Id, FormulaWrong> {
        let value = self.value(expression)?;
        if value.is_condition {
            let mistake = FormulaMistake::new(expression.span.clone(), "this is a condition", "expected a number");
            return self.wrong(mistake.with_help("write `where(condition, 1, 0)`"));
        }
        Ok(value.id)
    }

    pub fn condition(&mut self, expression: &Term) -> Result<Id, FormulaWrong> {
        let value = self.value(expression)?;
        if !value.is_condition {
            let mistake = FormulaMistake::new(expression.span.clone(), "this is a number", "expected a condition");
            return self.wrong(mistake.with_help("compare it, such as `x > 0`"));
        }
        Ok(value.id)
    }

    pub fn value(&mut self, expression: &Term) -> Result<TermValue, FormulaWrong> {
        self.looks += 1;
        if self.is_too_long() {
            let message =
                format!("the formula has more than {MOST_OPERATIONS} operations, repeated blocks written out");
            return self.wrong(FormulaMistake::new(
                expression.span.clone(),
                message,
                "expected a shorter formula or fewer repeats",
            ));
        }
        let number = |id| TermValue { id, is_condition: false };
        let condition = |id| TermValue { id, is_condition: true };
        Ok(match &expression.form {
            Form::Number(value) => number(self.graph.add(Operation::number(*value), ValueShape::Network)),
            Form::Name(name) => self.name(name, &expression.span)?,
            Form::Word(_) => {
                let mistake = FormulaMistake::new(
                    expression.span.clone(),
                    "a word in quotes is no value",
                    "expected beside `==`",
                );
                return self.wrong(mistake.with_help("write `role == \"bias\"`"));
            }
            Form::Negative(of) => {
                let of = self.number(of)?;
                number(self.unary(Unary::Negative, of))
            }
            Form::Not(of) => {
                let of = self.condition(of)?;
                condition(self.unary(Unary::Not, of))
            }
            Form::Transpose(of) => {
                let of = self.number(of)?;
                number(self.transpose(of))
            }
            Form::Binary(operator, left, right) => self.operation(*operator, left, right, &expression.span)?,
            Form::Call(name, arguments) => number(self.call(name, arguments, &expression.span)?),
        })
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Result<TermValue, FormulaWrong> {
        if let Some(local) = self.locals.get(name) {
            return Ok(*local);
        }
        let number = |id| Ok(TermValue { id, is_condition: false });
        if let Some(state) = self.scope.states.iter().position(|(state, _)| state == name) {
            let old = Operation::State(state);
            let newest = self.states.get(&state).copied();
            let shape = self.scope.states[state].1;
            return number(match newest {
                None => self.graph.add(old, shape),
                Some(newest) => self.in_shape(newest, shape),
            });
        }
        let purpose = self.scope.purpose;
        if name == "theta"
            && purpose == FormulaPurpose::Update
            && let Some(newest) = self.value
        {
            return number(self.in_shape(newest, ValueShape::WEIGHT));
        }
        if let Some(given) = GIVEN.iter().find(|given| given.name == name && given.within.contains(&purpose)) {
            let id = self.graph.add(Operation::Input(given.input), given.shape);
            return Ok(TermValue { id, is_condition: given.is_condition });
        }
        if let Some(parameter) = self.scope.parameters.iter().position(|(parameter, _)| parameter == name) {
            if !self.scope.parameters[parameter].1.is_empty() {
                let mistake = FormulaMistake::new(
                    span.clone(),
                    format!("`{name}` is a word and no number"),
                    "expected beside `==`",
                );
                return self.wrong(
                    mistake.with_help(format!("write `{name} == \"{}\"`", self.scope.parameters[parameter].1[0])),
                );
            }
            return number(self.graph.add(Operation::Parameter(parameter), ValueShape::Network));
        }
        if name == "pi" {
            return number(self.graph.add(Operation::number(std::f64::consts::PI), ValueShape::Network));
        }
        self.unknown(name, span)
    }

    /// A value that was assigned to a home of this shape: smaller ones were spread over it.
    fn in_shape(&mut self, id: Id, shape: ValueShape) -> Id {
        if self.graph.shape(id) == shape {
            return id;
        }
        // 0 of the home's shape, plus the value, would turn −0 into 0: the choice does not touch the number.
        let yes = self.graph.add(Operation::number(1.0), ValueShape::Network);
        self.graph.add(Operation::Where(yes, id, id), shape)
    }

    fn unknown<T>(&mut self, name: &str, span: &Range<usize>) -> Result<T, FormulaWrong> {
        let scope = self.scope;
        if self.failed.contains(name) {
            return Err(FormulaWrong);
        }
        let mistake = FormulaMistake::new(
            span.clone(),
            format!("unknown name `{name}`"),
            "expected a parameter, a state or a name given before",
        );
        if names::functions().any(|function| function == name) {
            return self.wrong(mistake.with_help(format!("`{name}` is a function: write `{name}(…)`")));
        }
        if let Some((_, meaning)) = names::WORDS.iter().find(|(word, _)| *word == name) {
            return self.wrong(mistake.with_help(format!("`{name}` is a word of the language: {meaning}")));
        }
        if let Some(given) = GIVEN.iter().find(|given| given.name == name) {
            return self.wrong(mistake.with_help(format!("`{name}` ({}) is not known in this formula", given.meaning)));
        }
        let given = GIVEN.iter().filter(|given| given.within.contains(&scope.purpose)).map(|given| given.name);
        let own = scope
            .parameters
            .iter()
            .map(|(name, _)| name.as_str())
            .chain(scope.states.iter().map(|(name, _)| name.as_str()));
        let locals: Vec<String> = self.locals.keys().cloned().collect();
        let known = own.chain(given).chain(locals.iter().map(String::as_str));
        let mistake = mistake.with_nearest(name, known);
        self.wrong(mistake)
    }

    pub fn unary(&mut self, function: Unary, of: Id) -> Id {
        self.graph.add(Operation::Unary(function, of), self.graph.shape(of))
    }

    pub fn transpose(&mut self, of: Id) -> Id {
        let shape = self.graph.shape(of);
        match self.graph.node(of) {
            _ if shape.is_scalar() => of,
            Operation::Transpose(inner) => inner,
            _ => self.graph.add(Operation::Transpose(of), shape.transposed()),
        }
    }
}
