//! The loops over one piece of a sweep, on slices that stay in the first cache.
//!
//! Each loop does one operation with one rounding per number, or a few of them in a row; the compiler turns them into
//! vectors of the CPU's width, which cannot show, since places do not depend on one another.

mod fused;
mod numbers;

use super::graph::{Binary, Unary};
use super::program::{FIRST, Instruction, Kernel, MOST_SLOTS, MOST_SOURCES};
use crate::num::Real;
use crate::num::normal;
use crate::num::stable::softplus_and_sigmoid;
use numbers::{larger, power, sign, smaller, truth};
use std::ops::Range;

/// One piece of a block: the places at which loops run.
pub struct Piece<'p, R> {
    /// Arrays, with the numbers of the whole block, and from `first_register` on registers, with those of a piece.
    pub slots: [&'p mut [R]; MOST_SLOTS],
    pub first_register: usize,
    /// The gradient and θ where they are only read, of the whole block.
    pub inputs: [&'p [R]; FIRST],
    /// The whole block's numbers of smaller shapes, and whether there is one per row.
    pub sources: [(&'p [R], bool); MOST_SOURCES],
    /// Where the piece begins in its block, and how many columns that has.
    pub from: usize,
    pub length: usize,
    pub width: usize,
}

impl<'p, R: Real> Piece<'p, R> {
    /// Where a slot's numbers of this piece lie.
    #[inline(always)]
    fn range(&self, slot: usize) -> Range<usize> {
        let start = if slot < self.first_register { self.from } else { 0 };
        start..start + self.length
    }

    #[inline(always)]
    pub fn read(&self, slot: u8) -> &[R] {
        match usize::from(slot).checked_sub(FIRST) {
            None => &self.inputs[usize::from(slot)][self.from..self.from + self.length],
            Some(slot) => &self.slots[slot][self.range(slot)],
        }
    }

    /// A slot's numbers, until they are put back, and the range of this piece.
    #[inline(always)]
    fn take(&mut self, slot: u8) -> (&'p mut [R], Range<usize>) {
        let slot = usize::from(slot) - FIRST;
        (std::mem::take(&mut self.slots[slot]), self.range(slot))
    }

    #[inline(always)]
    fn put(&mut self, slot: u8, numbers: &'p mut [R]) {
        self.slots[usize::from(slot) - FIRST] = numbers;
    }

    #[inline(always)]
    fn one(&mut self, to: u8, a: u8, f: impl Fn(R) -> R) {
        let (whole, range) = self.take(to);
        let out = &mut whole[range];
        if a == to {
            out.iter_mut().for_each(
                #[inline(always)]
                |x| *x = f(*x),
            );
        } else {
            let a = &self.read(a)[..out.len()];
            for i in 0..out.len() {
                out[i] = f(a[i]);
            }
        }
        self.put(to, whole);
    }

    #[inline(always)]
    fn two(&mut self, to: u8, a: u8, b: u8, f: impl Fn(R, R) -> R) {
        let (whole, range) = self.take(to);
        let out = &mut whole[range];
        if a == to {
            let b = &self.read(b)[..out.len()];
            for i in 0..out.len() {
                out[i] = f(out[i], b[i]);
            }
        } else if b == to {
            let a = &self.read(a)[..out.len()];
            for i in 0..out.len() {
                out[i] = f(a[i], out[i]);
            }
        } else {
            let (a, b) = (&self.read(a)[..out.len()], &self.read(b)[..out.len()]);
            for i in 0..out.len() {
                out[i] = f(a[i], b[i]);
            }
        }
        self.put(to, whole);
    }

    /// f(a, b, c), written over a.
    #[inline(always)]
    fn over_first(&mut self, to: u8, [a, b, c]: [u8; 3], f: impl Fn(R, R, R) -> R) {
        if a != to {
            return self.three(to, [a, b, c], f);
        }
        let (whole, range) = self.take(to);
        let out = &mut whole[range];
        let (b, c) = (&self.read(b)[..out.len()], &self.read(c)[..out.len()]);
        for i in 0..out.len() {
            out[i] = f(out[i], b[i], c[i]);
        }
        self.put(to, whole);
    }

    #[inline(always)]
    fn three(&mut self, to: u8, [a, b, c]: [u8; 3], f: impl Fn(R, R, R) -> R) {
        let (whole, range) = self.take(to);
        let out = &mut whole[range];
        let (a, b, c) = (&self.read(a)[..out.len()], &self.read(b)[..out.len()], &self.read(c)[..out.len()]);
        for i in 0..out.len() {
            out[i] = f(a[i], b[i], c[i]);
        }
        self.put(to, whole);
    }

    /// Spreads one number per row or column over the places.
    #[inline(always)]
    fn spread(&mut self, to: u8, source: u8) {
        let (whole, range) = self.take(to);
        let out = &mut whole[range];
        let (source, per_row) = self.sources[usize::from(source)];
        let (mut row, mut column) = (self.from / self.width, self.from % self.width);
        let mut rest = &mut out[..];
        while !rest.is_empty() {
            let length = rest.len().min(self.width - column);
            let (segment, behind) = rest.split_at_mut(length);
            if per_row {
                segment.fill(source[row]);
            } else {
                segment.copy_from_slice(&source[column..column + length]);
            }
            (row, column, rest) = (row + 1, 0, behind);
        }
        self.put(to, whole);
    }

    /// Runs an instruction that is no fold.
    #[inline(always)]
    pub fn run(&mut self, instruction: Instruction, scalars: &[R]) {
        let Instruction { kernel, to, from: [a, b, c], scalars: numbers } = instruction;
        let numbers = numbers.map(|number| scalars[usize::from(number)]);
        let [p, q, ..] = numbers;
        match kernel {
            Kernel::Unary(function) => self.unary(function, to, a),
            Kernel::Both(function) => self.binary(function, to, Operands::Both(a, b)),
            Kernel::WithScalar(function) => self.binary(function, to, Operands::WithScalar(a, p)),
            Kernel::ScalarWith(function) => self.binary(function, to, Operands::ScalarWith(p, a)),
            Kernel::Fused(fused) => self.fused(fused, to, [a, b, c], numbers),
            Kernel::Pair(pair) => self.pair(pair, to, [a, b, c], numbers),
            Kernel::Where => self.three(
                to,
                [a, b, c],
                #[inline(always)]
                |a, b, c| if a == R::ZERO { c } else { b },
            ),
            Kernel::WhereElseScalar => self.two(
                to,
                a,
                b,
                #[inline(always)]
                |a, b| if a == R::ZERO { p } else { b },
            ),
            Kernel::WhereScalarElse => self.two(
                to,
                a,
                b,
                #[inline(always)]
                |a, b| if a == R::ZERO { b } else { p },
            ),
            Kernel::WhereScalars => self.one(
                to,
                a,
                #[inline(always)]
                |a| if a == R::ZERO { q } else { p },
            ),
            Kernel::Pick => self.copy(to, if p == R::ZERO { b } else { a }),
            Kernel::Copy => self.copy(to, a),
            Kernel::Fill => {
                let (whole, range) = self.take(to);
                let out = &mut whole[range];
                out.fill(p);
                self.put(to, whole);
            }
            Kernel::Spread(source) => self.spread(to, source),
            Kernel::Fold(_) => {}
        }
    }

    #[inline(always)]
    fn copy(&mut self, to: u8, from: u8) {
        if to != from {
            let (whole, range) = self.take(to);
            let out = &mut whole[range];
            out.copy_from_slice(self.read(from));
            self.put(to, whole);
        }
    }

    #[inline(always)]
    fn unary(&mut self, function: Unary, to: u8, a: u8) {
        macro_rules! run {
            (|$x:ident| $value:expr) => {
                self.one(
                    to,
                    a,
                    #[inline(always)]
                    |$x: R| $value,
                )
            };
        }
        match function {
            Unary::Negative => run!(|x| -x),
            Unary::Abs => run!(|x| x.abs()),
            Unary::Sign => run!(|x| sign(x)),
            Unary::Sqrt => run!(|x| x.sqrt()),
            Unary::Exp => run!(|x| x.exp()),
            Unary::Log => run!(|x| x.ln()),
            Unary::LogOnePlus => run!(|x| x.ln_1p()),
            Unary::Tanh => run!(|x| x.tanh()),
            Unary::Sigmoid => run!(|x| softplus_and_sigmoid(x).1),
            Unary::Softplus => run!(|x| softplus_and_sigmoid(x).0),
            Unary::NormalCdf => run!(|x| normal(x).0),
            Unary::NormalPdf => run!(|x| normal(x).1),
            Unary::Not => run!(|x| R::ONE - x),
            // These three are of single numbers; a number of the run's precision is rounded already.
            Unary::Rounded | Unary::Floor | Unary::Sin | Unary::Cos => self.copy(to, a),
        }
    }

    #[inline(always)]
    fn binary(&mut self, function: Binary, to: u8, operands: Operands<R>) {
        macro_rules! run {
            (|$x:ident, $y:ident| $value:expr) => {
                match operands {
                    Operands::Both(a, b) => self.two(
                        to,
                        a,
                        b,
                        #[inline(always)]
                        |$x: R, $y: R| $value,
                    ),
                    Operands::WithScalar(a, $y) => self.one(
                        to,
                        a,
                        #[inline(always)]
                        |$x: R| $value,
                    ),
                    Operands::ScalarWith($x, a) => self.one(
                        to,
                        a,
                        #[inline(always)]
                        |$y: R| $value,
                    ),
                }
            };
        }
        match function {
            Binary::Add => run!(|x, y| x + y),
            Binary::Subtract => run!(|x, y| x - y),
            Binary::Multiply | Binary::And => run!(|x, y| x * y),
            Binary::Divide => run!(|x, y| x / y),
            Binary::Power => run!(|x, y| power(x, y)),
            Binary::Min => run!(|x, y| smaller(x, y)),
            Binary::Max | Binary::Or => run!(|x, y| larger(x, y)),
            Binary::Less => run!(|x, y| truth(x < y)),
            Binary::LessOrEqual => run!(|x, y| truth(x <= y)),
            Binary::Greater => run!(|x, y| truth(x > y)),
            Binary::GreaterOrEqual => run!(|x, y| truth(x >= y)),
            Binary::Equal => run!(|x, y| truth(x == y)),
            Binary::NotEqual => run!(|x, y| truth(x != y)),
        }
    }
}

/// What an operation with two operands takes.
#[derive(Clone, Copy)]
enum Operands<R> {
    Both(u8, u8),
    WithScalar(u8, R),
    ScalarWith(R, u8),
}
