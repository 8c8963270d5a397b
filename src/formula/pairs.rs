//! Loops that follow each other, as one.

use super::graph::Binary;
use super::program::{Fused, Instruction, Kernel, Pair};

/// The same code with fewer loops. Loops compute place by place, so that two of them in turn and both at each place are the same.
#[must_use]
pub fn joined(code: Vec<Instruction>) -> Vec<Instruction> {
    let mut joined: Vec<Instruction> = Vec::new();
    for next in code {
        match joined.last_mut() {
            Some(last) if let Some(pair) = pair(*last, next) => *last = pair,
            _ => joined.push(next),
        }
    }
    joined
}

/// Two loops as one, where there is one for them.
fn pair(first: Instruction, second: Instruction) -> Option<Instruction> {
    let (Kernel::Fused(kernel), [x, y]) = (first.kernel, [first.to, second.to]) else { return None };
    let ([a, b, c], [d, e, _]) = (first.from, second.from);
    let ([p, q, r, ..], [s, t, ..]) = (first.scalars, second.scalars);
    let in_place = x == a && x != b && x != y;
    let follows = in_place && y != b && (second.from[..2] == [y, x]);
    let sum_of_same = in_place && y == d && b == e && y != b;
    let (pair, z, scalars) = match (kernel, second.kernel) {
        (Fused::SumOfScaled, Kernel::Both(Binary::Add)) if follows => (Pair::SumThenPlus, b, [p, q, 0, 0, 0]),
        (Fused::DifferenceOfScaled, Kernel::Both(Binary::Add)) if follows => {
            (Pair::DifferenceThenPlus, b, [p, q, 0, 0, 0])
        }
        (Fused::SumOfScaled, Kernel::Fused(Fused::MinusScaled)) if follows => {
            (Pair::SumThenMinusScaled, b, [p, q, s, 0, 0])
        }
        (Fused::SumOfScaled, Kernel::Fused(Fused::ScaledPlusSquare)) if sum_of_same => {
            (Pair::SumAndSquare, b, [p, q, s, t, 0])
        }
        (Fused::MinusScaledSignOfSum, Kernel::Fused(Fused::SumOfScaled))
            if in_place && [b, c] == [d, e] && y == d && c != x && c != y =>
        {
            (Pair::SignOfSumAndSum, c, [p, q, r, s, t])
        }
        _ => return None,
    };
    Some(Instruction { kernel: Kernel::Pair(pair), to: x, from: [y, z, 0], scalars })
}
