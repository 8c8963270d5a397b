//! Calls of functions in a formula.

use super::check::{Checker, FormulaWrong};
use super::graph::{Binary, Fold, Id, Input, Operation, Unary};
use super::mistake::FormulaMistake;
use super::names::{self, OF_ONE, OTHERS};
use super::shape::{BlockSide, Over, ValueShape};
use super::syntax::{Form, Term};
use std::f64::consts::SQRT_2;
use std::ops::Range;

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, name: &str, arguments: &[Term], span: &Range<usize>) -> Result<Id, FormulaWrong> {
        if let Some(known) = OF_ONE.iter().find(|known| known.name == name) {
            let of = self.one(&format!("{name}(x)"), arguments, span)?;
            let shape = self.graph.shape(of);
            return match known.function {
                Unary::Rounded if !shape.is_scalar() => Ok(of),
                function if known.of_scalars && !shape.is_scalar() => {
                    let message = format!("`{name}` takes a number of the network or of a block, and this is {shape}");
                    let _ = function;
                    self.wrong(FormulaMistake::new(span.clone(), message, "expected a single number"))
                }
                function => Ok(self.unary(function, of)),
            };
        }
        match name {
            "where" => self.choice(arguments, span),
            "clip" => {
                let [x, low, high] = self.numbers("clip(x, low, high)", arguments, span)?;
                let at_least = self.binary(Binary::Max, x, low, span)?;
                self.binary(Binary::Min, at_least, high, span)
            }
            "erf" => {
                let of = self.one("erf(x)", arguments, span)?;
                let (root, two) = (self.constant(SQRT_2), self.constant(2.0));
                let scaled = self.binary(Binary::Multiply, root, of, span)?;
                let below = self.unary(Unary::NormalCdf, scaled);
                let (twice, one) = (self.binary(Binary::Multiply, two, below, span)?, self.constant(1.0));
                self.binary(Binary::Subtract, twice, one, span)
            }
            "transpose" => {
                let of = self.one("transpose(x)", arguments, span)?;
                Ok(self.transpose(of))
            }
            "eigenvectors" => self.eigenvectors(arguments, span),
            "min" | "max" => self.extreme(name, arguments, span),
            "sum" | "mean" | "norm" => {
                let (of, over) = self.folded(name, arguments, span)?;
                self.fold_by_name(name, of, over, span)
            }
            _ => {
                let mistake = FormulaMistake::new(
                    span.start..span.start + name.len(),
                    format!("unknown function `{name}`"),
                    "expected a function",
                );
                let mistake = mistake.with_nearest(name, names::functions());
                self.wrong(mistake)
            }
        }
    }

    fn constant(&mut self, number: f64) -> Id {
        self.graph.add(Operation::number(number), ValueShape::Network)
    }

    fn eigenvectors(&mut self, arguments: &[Term], span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let of = self.one("eigenvectors(x)", arguments, span)?;
        let shape = self.graph.shape(of);
        if !matches!(shape, ValueShape::Block(rows, columns) if rows == columns && rows != BlockSide::One) {
            let message = format!("`eigenvectors` takes a symmetric matrix, and this is {shape}");
            return self.wrong(FormulaMistake::new(span.clone(), message, "expected one such as `g @ g'`"));
        }
        let always = self.constant(1.0);
        Ok(self.graph.add(Operation::Eigenvectors(of, always), shape))
    }

    /// As many numbers as a function takes.
    fn numbers<const N: usize>(
        &mut self,
        call: &str,
        arguments: &[Term],
        span: &Range<usize>,
    ) -> Result<[Id; N], FormulaWrong> {
        if arguments.len() != N {
            let message = format!("{} given", counted(arguments.len()));
            return self.wrong(FormulaMistake::new(span.clone(), message, format!("expected `{call}`")));
        }
        let mut found = [0; N];
        for (id, argument) in found.iter_mut().zip(arguments) {
            *id = self.number(argument)?;
        }
        Ok(found)
    }

    fn one(&mut self, call: &str, arguments: &[Term], span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let [of] = self.numbers(call, arguments, span)?;
        Ok(of)
    }

    fn choice(&mut self, arguments: &[Term], span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let [condition, yes, no] = arguments else {
            let message = format!("{} given", counted(arguments.len()));
            return self.wrong(FormulaMistake::new(span.clone(), message, "expected `where(condition, a, b)`"));
        };
        let (condition, yes, no) = (self.condition(condition), self.number(yes), self.number(no));
        let (condition, yes, no) = (condition?, yes?, no?);
        let shape = self.joined(&[condition, yes, no], span)?;
        Ok(self.graph.add(Operation::Where(condition, yes, no), shape))
    }

    /// Of two or more numbers, or over a part of the network.
    fn extreme(&mut self, name: &str, arguments: &[Term], span: &Range<usize>) -> Result<Id, FormulaWrong> {
        if arguments.len() < 2 || arguments.len() == 2 && over_word(&arguments[1]).is_some() {
            let (of, over) = self.folded(name, arguments, span)?;
            return self.fold_by_name(name, of, over, span);
        }
        let function = if name == "min" { Binary::Min } else { Binary::Max };
        let mut best = self.number(&arguments[0])?;
        for argument in &arguments[1..] {
            let next = self.number(argument)?;
            best = self.binary(function, best, next, span)?;
        }
        Ok(best)
    }

    /// The arguments of a sum or the like: a number, and over what.
    fn folded(&mut self, name: &str, arguments: &[Term], span: &Range<usize>) -> Result<(Id, Over), FormulaWrong> {
        let call = OTHERS.iter().find(|(known, ..)| *known == name).map_or("", |(_, call, _)| call);
        let over = match arguments {
            [_] => Over::Block,
            [_, over] => match over_word(over) {
                Some(over) => over,
                None => {
                    let mistake = FormulaMistake::new(
                        over.span.clone(),
                        "this says not over what",
                        "expected row, column, block or all",
                    );
                    return self.wrong(mistake);
                }
            },
            _ => {
                let message = format!("{} given", counted(arguments.len()));
                return self.wrong(FormulaMistake::new(span.clone(), message, format!("expected `{call}`")));
            }
        };
        let of = self.number(&arguments[0])?;
        let shape = self.graph.shape(of);
        let has_many = match (shape, over) {
            (ValueShape::Network, _) => false,
            (ValueShape::Block(_, columns), Over::Row) => columns != BlockSide::One,
            (ValueShape::Block(rows, _), Over::Column) => rows != BlockSide::One,
            (shape, Over::Block) => shape != ValueShape::BLOCK,
            (_, Over::All) => true,
        };
        if !has_many {
            let message = format!("nothing to go over: this is {shape}");
            let mistake = FormulaMistake::new(arguments[0].span.clone(), message, "expected more numbers");
            return self.wrong(mistake);
        }
        Ok((of, over))
    }

    fn fold_by_name(&mut self, name: &str, of: Id, over: Over, span: &Range<usize>) -> Result<Id, FormulaWrong> {
        match name {
            "sum" => Ok(self.fold(Fold::Sum, of, over)),
            "min" => Ok(self.fold(Fold::Min, of, over)),
            "max" => Ok(self.fold(Fold::Max, of, over)),
            "norm" => {
                let squares = self.fold(Fold::SumOfSquares, of, over);
                Ok(self.unary(Unary::Sqrt, squares))
            }
            _ => {
                let (sum, count) = (self.fold(Fold::Sum, of, over), self.count(of, over, span)?);
                self.binary(Binary::Divide, sum, count, span)
            }
        }
    }

    fn fold(&mut self, fold: Fold, of: Id, over: Over) -> Id {
        let shape = self.graph.shape(of);
        if over != Over::All {
            return self.graph.add(Operation::Fold(fold, over, of), shape.over(over));
        }
        if shape == ValueShape::BLOCK {
            let squares = Operation::Binary(Binary::Multiply, of, of);
            let of = if fold == Fold::SumOfSquares { self.graph.add(squares, shape) } else { of };
            let fold = if fold == Fold::SumOfSquares { Fold::Sum } else { fold };
            return self.graph.add(Operation::OverBlocks(fold, of), ValueShape::Network);
        }
        let of_block = self.graph.add(Operation::Fold(fold, Over::Block, of), ValueShape::BLOCK);
        let fold = if fold == Fold::SumOfSquares { Fold::Sum } else { fold };
        self.graph.add(Operation::OverBlocks(fold, of_block), ValueShape::Network)
    }

    /// How many numbers each result of a sum is over.
    fn count(&mut self, of: Id, over: Over, span: &Range<usize>) -> Result<Id, FormulaWrong> {
        let ValueShape::Block(rows, columns) = self.graph.shape(of) else {
            return Ok(self.graph.add(Operation::number(1.0), ValueShape::Network));
        };
        if (rows, columns) == (BlockSide::One, BlockSide::One) {
            return Ok(self.graph.add(Operation::Input(Input::Blocks), ValueShape::Network));
        }
        let (rows, columns) = (self.length(rows), self.length(columns));
        Ok(match over {
            Over::Row => columns,
            Over::Column => rows,
            Over::Block => self.binary(Binary::Multiply, rows, columns, span)?,
            Over::All => {
                let of_block = self.binary(Binary::Multiply, rows, columns, span)?;
                self.graph.add(Operation::OverBlocks(Fold::Sum, of_block), ValueShape::Network)
            }
        })
    }

    fn length(&mut self, side: BlockSide) -> Id {
        let input = match side {
            BlockSide::One => return self.graph.add(Operation::number(1.0), ValueShape::Network),
            BlockSide::Rows => Input::Rows,
            BlockSide::Columns => Input::Columns,
        };
        self.graph.add(Operation::Input(input), ValueShape::BLOCK)
    }
}

fn over_word(argument: &Term) -> Option<Over> {
    let Form::Name(name) = &argument.form else { return None };
    Over::WORDS.iter().find(|(word, _)| word == name).map(|(_, over)| *over)
}

fn counted(arguments: usize) -> String {
    if arguments == 1 { "1 argument".to_owned() } else { format!("{arguments} arguments") }
}
