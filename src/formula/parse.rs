//! From tokens to statements, by precedence climbing.
//!
//! | binds | operators |
//! |---|---|
//! | most | `x'` (transpose), then `^` (from the right), then `-x` |
//! | | `*` `/` `@` |
//! | | `+` `-` |
//! | | `<` `<=` `>` `>=` `==` `!=` (one of them, not a chain) |
//! | | `not` |
//! | | `and` |
//! | least | `or` |

use super::lex::{PlacedToken, Token, tokens};
use super::mistake::{FormulaMistake, MOST};
use super::syntax::{Form, Operator, Statement, Term};
use std::ops::Range;

/// How deep expressions and blocks may be nested.
pub const DEEPEST: usize = 100;

/// How often a block may be repeated.
pub const MOST_REPEATS: u32 = 100;

/// How tightly a sign before an expression binds.
const OF_NOT: u8 = 3;
const OF_MINUS: u8 = 7;
/// Between comparisons: their operands bind more tightly, so that they do not chain.
const OF_COMPARISON: u8 = 4;

/// The statements of a text; every mistake goes to `mistakes`.
pub fn parse(text: &str, mistakes: &mut Vec<FormulaMistake>) -> Vec<Statement> {
    let tokens = tokens(text, mistakes);
    let mut parser = Parser { tokens: &tokens, at: 0, end: text.trim_end().len(), depth: 0, mistakes };
    let statements = parser.statements(false);
    if parser.at < parser.tokens.len() && parser.mistakes.is_empty() {
        parser.unexpected("expected a line such as `m = beta*m + g`");
    }
    statements
}

struct Parser<'t> {
    tokens: &'t [PlacedToken],
    at: usize,
    /// Where the text ends.
    end: usize,
    depth: usize,
    mistakes: &'t mut Vec<FormulaMistake>,
}

/// A mistake was noted, and the rest of the line is left out.
struct LostLine;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |placed| placed.span.clone())
    }

    /// Where the token before ends.
    fn before(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |placed| placed.span.end)
    }

    fn unexpected(&mut self, expected: &str) -> LostLine {
        let message = match self.peek() {
            None => "the formula ends here".to_owned(),
            Some(Token::Line) => "the line ends here".to_owned(),
            Some(Token::Number(number)) => format!("unexpected number `{number}`"),
            Some(Token::Name(name)) => format!("unexpected name `{name}`"),
            Some(Token::Word(word)) => format!("unexpected word `\"{word}\"`"),
            Some(Token::Sign(sign)) => format!("unexpected `{sign}`"),
        };
        self.lost(self.here(), message, expected)
    }

    fn lost(&mut self, span: Range<usize>, message: impl Into<String>, expected: &str) -> LostLine {
        self.mistakes.push(FormulaMistake::new(span, message, expected));
        LostLine
    }

    fn take(&mut self, sign: &str, expected: &str) -> Result<(), LostLine> {
        if self.is(sign) {
            self.at += 1;
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    /// Lines up to the text's end, or to the `}` of the block that they are in.
    fn statements(&mut self, in_block: bool) -> Vec<Statement> {
        let mut statements = Vec::new();
        while self.mistakes.len() < MOST {
            match self.peek() {
                None => break,
                Some(Token::Line) => self.at += 1,
                Some(Token::Sign("}")) if in_block => break,
                Some(_) => match self.statement() {
                    Ok(statement) => statements.push(statement),
                    Err(LostLine) => self.skip_line(),
                },
            }
        }
        statements
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|token| *token != Token::Line) {
            self.at += 1;
        }
    }

    fn statement(&mut self) -> Result<Statement, LostLine> {
        let next = self.tokens.get(self.at + 1).map(|placed| &placed.token);
        let statement = match (self.peek(), next) {
            (Some(Token::Name(name)), _) if name == "repeat" => self.repeat()?,
            (Some(Token::Name(name)), Some(Token::Sign(sign @ ("=" | "+=" | "-=" | "*=" | "/=")))) => {
                let (name, span, operator) = (name.clone(), self.here(), Operator::of(&sign[..sign.len() - 1]));
                self.at += 2;
                let value = self.expression(0)?;
                let value = match operator {
                    None => value,
                    Some((operator, _)) => {
                        let old = Term { form: Form::Name(name.clone()), span: span.clone(), depth: 1 };
                        self.binary(operator, old, value)?
                    }
                };
                Statement::Assign { name, span, value }
            }
            _ => Statement::Value(self.expression(0)?),
        };
        match self.peek() {
            None | Some(Token::Line | Token::Sign("}")) => Ok(statement),
            Some(Token::Sign("=")) => Err(self.lost(self.here(), "unexpected `=`", "expected one name before it")),
            Some(_) => Err(self.unexpected("expected an operator or the line's end")),
        }
    }

    /// `repeat 5 { … }`
    fn repeat(&mut self) -> Result<Statement, LostLine> {
        self.at += 1;
        let (place, expected) = (self.here(), format!("expected a whole number from 1 to {MOST_REPEATS}"));
        let times = match self.peek() {
            Some(Token::Number(number)) => (1..=MOST_REPEATS).find(|times| f64::from(*times) == *number),
            _ => return Err(self.unexpected(&expected)),
        };
        let Some(times) = times else {
            return Err(self.lost(place, "a block cannot be repeated so often", &expected));
        };
        self.at += 1;
        self.take("{", "expected `{` and the lines to repeat")?;
        self.deeper()?;
        let body = self.statements(true);
        self.depth -= 1;
        self.take("}", "expected `}` at the end of the block")?;
        Ok(Statement::Repeat { times, body })
    }

    fn deeper(&mut self) -> Result<(), LostLine> {
        if self.depth >= DEEPEST {
            return Err(self.lost(
                self.here(),
                "the formula is nested too deep",
                &format!("expected at most {DEEPEST} levels"),
            ));
        }
        self.depth += 1;
        Ok(())
    }

    /// What binds at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Result<Term, LostLine> {
        self.deeper()?;
        let found = self.climb(least);
        self.depth -= 1;
        found
    }

    fn climb(&mut self, least: u8) -> Result<Term, LostLine> {
        let mut left = self.prefixed()?;
        loop {
            let operator = match self.peek() {
                Some(Token::Sign(sign)) => Operator::of(sign),
                Some(Token::Name(name)) if name == "and" || name == "or" => Operator::of(name),
                _ => None,
            };
            let Some((operator, binds)) = operator.filter(|(_, binds)| *binds >= least) else { return Ok(left) };
            self.at += 1;
            // `^` groups from the right; its exponent may have a sign.
            let right = self.expression(if operator == Operator::Power { OF_MINUS } else { binds + 1 })?;
            left = self.binary(operator, left, right)?;
            if binds == OF_COMPARISON && self.compares() {
                return Err(self.unexpected("expected one comparison; join two by `and`"));
            }
        }
    }

    fn compares(&self) -> bool {
        matches!(self.peek(), Some(Token::Sign(sign)) if Operator::of(sign).is_some_and(|(_, binds)| binds == OF_COMPARISON))
    }

    fn binary(&mut self, operator: Operator, left: Term, right: Term) -> Result<Term, LostLine> {
        let span = left.span.start..right.span.end;
        let depth = left.depth.max(right.depth) + 1;
        self.built(Form::Binary(operator, Box::new(left), Box::new(right)), span, depth)
    }

    fn built(&mut self, form: Form, span: Range<usize>, depth: usize) -> Result<Term, LostLine> {
        if depth > DEEPEST {
            let expected = format!("expected at most {DEEPEST} operations within one another; use names for parts");
            return Err(self.lost(span, "the expression is too long", &expected));
        }
        Ok(Term { form, span, depth })
    }

    /// A sign before an expression, or none.
    fn prefixed(&mut self) -> Result<Term, LostLine> {
        let start = self.here().start;
        let (make, binds): (fn(Box<Term>) -> Form, u8) = match self.peek() {
            Some(Token::Sign("-")) => (Form::Negative, OF_MINUS),
            Some(Token::Name(name)) if name == "not" => (Form::Not, OF_NOT),
            _ => return self.transposed(),
        };
        self.at += 1;
        let of = self.expression(binds)?;
        let (span, depth) = (start..of.span.end, of.depth + 1);
        self.built(make(Box::new(of)), span, depth)
    }

    /// An atom with any number of `'` behind.
    fn transposed(&mut self) -> Result<Term, LostLine> {
        let mut of = self.atom()?;
        while self.is("'") {
            self.at += 1;
            let (span, depth) = (of.span.start..self.before(), of.depth + 1);
            of = self.built(Form::Transpose(Box::new(of)), span, depth)?;
        }
        Ok(of)
    }

    fn atom(&mut self) -> Result<Term, LostLine> {
        let span = self.here();
        let form = match self.peek() {
            Some(Token::Number(number)) => Form::Number(*number),
            Some(Token::Word(word)) => Form::Word(word.clone()),
            Some(Token::Name(name)) if !matches!(name.as_str(), "and" | "or" | "repeat") => {
                let name = name.clone();
                self.at += 1;
                if !self.is("(") {
                    return self.built(Form::Name(name), span, 1);
                }
                self.at += 1;
                let arguments = self.arguments()?;
                let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0) + 1;
                return self.built(Form::Call(name, arguments), span.start..self.before(), depth);
            }
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.take(")", "expected `)`")?;
                return Ok(Term { span: span.start..self.before(), ..inner });
            }
            _ => return Err(self.unexpected("expected a value")),
        };
        self.at += 1;
        self.built(form, span, 1)
    }

    /// Up to and with the `)`.
    fn arguments(&mut self) -> Result<Vec<Term>, LostLine> {
        let mut arguments = Vec::new();
        if !self.is(")") {
            arguments.push(self.expression(0)?);
            while self.is(",") {
                self.at += 1;
                arguments.push(self.expression(0)?);
            }
        }
        self.take(")", "expected `,` or `)`")?;
        Ok(arguments)
    }
}
