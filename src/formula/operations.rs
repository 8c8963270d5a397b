//! Operators in a formula.

use super::check::{Checker, FormulaWrong, TermValue};
use super::graph::{Binary, Id, Input, Operation, Unary};
use super::mistake::FormulaMistake;
use super::names::FormulaPurpose;
use super::shape::ValueShape;
use super::syntax::{Form, Operator, Term};
use crate::num::BlockRole;
use std::ops::Range;

impl Checker<'_, '_> {
    pub(super) fn operation(
        &mut self,
        operator: Operator,
        left: &Term,
        right: &Term,
        span: &Range<usize>,
    ) -> Result<TermValue, FormulaWrong> {
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            for (name, word) in [(left, right), (right, left)] {
                if let (Form::Name(name), Form::Word(written)) = (&name.form, &word.form) {
                    let id = self.is_word(name, written, &word.span, span)?;
                    let id = if operator == Operator::Equal { id } else { self.unary(Unary::Not, id) };
                    return Ok(TermValue { id, is_condition: true });
                }
            }
        }
        let function = match operator {
            Operator::Product => return Ok(TermValue { id: self.product(left, right, span)?, is_condition: false }),
            Operator::Power => return Ok(TermValue { id: self.power(left, right, span)?, is_condition: false }),
            Operator::And | Operator::Or => {
                let (a, b) = (self.condition(left), self.condition(right));
                let function = if operator == Operator::And { Binary::And } else { Binary::Or };
                return Ok(TermValue { id: self.binary(function, a?, b?, span)?, is_condition: true });
            }
            Operator::Add => Binary::Add,
            Operator::Subtract => Binary::Subtract,
            Operator::Multiply => Binary::Multiply,
            Operator::Divide => Binary::Divide,
            Operator::Less => Binary::Less,
            Operator::LessOrEqual => Binary::LessOrEqual,
            Operator::Greater => Binary::Greater,
            Operator::GreaterOrEqual => Binary::GreaterOrEqual,
            Operator::Equal => Binary::Equal,
            Operator::NotEqual => Binary::NotEqual,
        };
        let (a, b) = (self.number(left), self.number(right));
        let is_condition = matches!(
            function,
            Binary::Less
                | Binary::LessOrEqual
                | Binary::Greater
                | Binary::GreaterOrEqual
                | Binary::Equal
                | Binary::NotEqual
        );
        Ok(TermValue { id: self.binary(function, a?, b?, span)?, is_condition })
    }

    /// `role == "bias"`, `place == "inside"`
    fn is_word(
        &mut self,
        name: &str,
        written: &str,
        place: &Range<usize>,
        span: &Range<usize>,
    ) -> Result<Id, FormulaWrong> {
        let roles = BlockRole::ALL.map(BlockRole::name);
        let is_optimizer =
            !matches!(self.scope.purpose, FormulaPurpose::Rate | FormulaPurpose::Activation | FormulaPurpose::Loss);
        let parameter =
            self.scope.parameters.iter().position(|(parameter, words)| parameter == name && !words.is_empty());
        let words: Vec<String> = match parameter {
            Some(parameter) => self.scope.parameters[parameter].1.clone(),
            None if name == "role" && is_optimizer => roles.map(str::to_owned).to_vec(),
            None => {
                let message = format!("`{name}` cannot be compared with a word");
                return self.wrong(FormulaMistake::new(
                    span.clone(),
                    message,
                    "expected `role` or a parameter that is a word",
                ));
            }
        };
        let Some(word) = words.iter().position(|word| word == written) else {
            let expected = format!("expected one of {}", words.join(", "));
            let mistake = FormulaMistake::new(place.clone(), format!("`{name}` is never \"{written}\""), expected);
            return self.wrong(mistake.with_nearest(written, words.iter().map(String::as_str)));
        };
        Ok(match parameter {
            Some(parameter) => self.graph.add(Operation::IsWord(parameter, word), ValueShape::Network),
            None => self.graph.add(Operation::Input(Input::HasRole(word)), ValueShape::BLOCK),
        })
    }

    pub fn binary(&mut self, function: Binary, a: Id, b: Id, span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let shape = self.joined(&[a, b], span)?;
        Ok(self.graph.add(Operation::Binary(function, a, b), shape))
    }

    pub fn joined(&mut self, ids: &[Id], span: &Range<usize>) -> Result<ValueShape, FormulaWrong> {
        let mut joined = ValueShape::Network;
        for &id in ids {
            let shape = self.graph.shape(id);
            match joined.join(shape) {
                Some(both) => joined = both,
                None => {
                    let message = format!("the shapes do not fit: {joined} with {shape}");
                    return self.wrong(FormulaMistake::new(
                        span.clone(),
                        message,
                        "expected the same shape, or one that goes with it",
                    ));
                }
            }
        }
        Ok(joined)
    }

    fn product(&mut self, left: &Term, right: &Term, span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let (a, b) = (self.number(left), self.number(right));
        let (a, b) = (a?, b?);
        let (first, second) = (self.graph.shape(a), self.graph.shape(b));
        let Some(shape) = first.product(second).filter(|_| !first.is_scalar() && !second.is_scalar()) else {
            let message = format!("the shapes do not fit: {first}, times {second}");
            let mistake =
                FormulaMistake::new(span.clone(), message, "expected as many columns on the left as rows on the right");
            return self.wrong(mistake.with_help("`x'` exchanges rows and columns; `*` multiplies number by number"));
        };
        Ok(self.graph.add(Operation::Product(a, b), shape))
    }

    /// Of single numbers `libm`'s power; of others small whole exponents are products, from the left.
    fn power(&mut self, left: &Term, right: &Term, span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let (base, exponent) = (self.number(left), self.number(right));
        let (base, exponent) = (base?, exponent?);
        let constant = match self.graph.node(exponent) {
            Operation::Number(bits) if !self.graph.shape(base).is_scalar() => Some(f64::from_bits(bits)),
            _ => None,
        };
        let whole = constant.and_then(|constant| (1..=8_u8).find(|whole| f64::from(*whole) == constant));
        if let Some(whole) = whole {
            return (1..whole).try_fold(base, |product, _| self.binary(Binary::Multiply, product, base, span));
        }
        if constant == Some(0.5) {
            return Ok(self.unary(Unary::Sqrt, base));
        }
        self.binary(Binary::Power, base, exponent, span)
    }
}
