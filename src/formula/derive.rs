//! The derivative of an activation, as a formula.
//!
//! | f | f' |
//! |---|---|
//! | u + v, u − v, u v, u / v | u' + v', u' − v', u v' + v u', (u' − f v') / v |
//! | u^v | f (v' ln u + v u' / u); of a constant v: v u^(v−1) u' |
//! | min, max, where | the derivative of the branch that is taken |
//! | \|u\|, √u, e^u, ln u, ln(1 + u) | sign(u) u', u' / 2f, f u', u' / u, u' / (1 + u) |
//! | tanh u, σ(u), softplus u | (1 − f²) u', f (1 − f) u', σ(u) u' |
//! | Φ(u), φ(u) | φ(u) u', −u f u' |
//! | sign, ⌊u⌋, comparisons | 0 |

use super::graph::{Binary, Graph, Id, Input, Operation, Unary};
use super::shape::ValueShape;
use std::collections::HashMap;

/// Derivatives by the potential s, within the graph of f itself.
struct Deriver<'g> {
    graph: &'g mut Graph,
    zero: Id,
    one: Id,
    known: HashMap<Id, Id>,
}

/// δ f'(s): what a unit hands back of what it is handed. Where f' is 0 it is 0 and no product, so that an infinite δ of a
/// diverging network does not turn into 0 · ∞.
pub fn message(graph: &mut Graph, f: Id, delta: Id) -> Id {
    let zero = graph.add(Operation::number(0.0), ValueShape::Network);
    let one = graph.add(Operation::number(1.0), ValueShape::Network);
    // Operations only refer to earlier ones, so that each one's derivative is known before it is needed.
    let mut deriver = Deriver { graph, zero, one, known: HashMap::new() };
    for id in 0..=f {
        let derivative = deriver.of(id);
        deriver.known.insert(id, derivative);
    }
    deriver.message(f, delta)
}

impl Deriver<'_> {
    fn message(&mut self, f: Id, delta: Id) -> Id {
        // Chains of choices are taken from the end, each once.
        let mut choices = Vec::new();
        let mut rest = f;
        while let Some((condition, yes, no)) = self.as_choice(rest) {
            choices.push((condition, yes));
            rest = no;
        }
        let mut message = self.scaled(delta, rest);
        for (condition, yes) in choices.into_iter().rev() {
            let taken = self.scaled(delta, yes);
            message = self.graph.add(Operation::Where(condition, taken, message), ValueShape::WEIGHT);
        }
        message
    }

    /// An operation as a choice: max(u, v) is u where u > v, else v.
    fn as_choice(&mut self, id: Id) -> Option<(Id, Id, Id)> {
        match self.graph.node(id) {
            Operation::Where(condition, yes, no) => Some((condition, yes, no)),
            Operation::Binary(Binary::Max, u, v) => Some((self.binary(Binary::Greater, u, v), u, v)),
            Operation::Binary(Binary::Min, u, v) => Some((self.binary(Binary::Less, u, v), u, v)),
            _ => None,
        }
    }

    /// δ f'
    fn scaled(&mut self, delta: Id, f: Id) -> Id {
        let derivative = self.known[&f];
        self.multiply(delta, derivative)
    }

    fn add(&mut self, node: Operation, operands: &[Id]) -> Id {
        let shape =
            operands.iter().fold(ValueShape::Network, |shape, id| shape.join(self.graph.shape(*id)).unwrap_or(shape));
        self.graph.add(node, shape)
    }

    fn unary(&mut self, function: Unary, a: Id) -> Id {
        self.add(Operation::Unary(function, a), &[a])
    }

    fn binary(&mut self, function: Binary, a: Id, b: Id) -> Id {
        self.add(Operation::Binary(function, a, b), &[a, b])
    }

    fn choice(&mut self, condition: Id, yes: Id, no: Id) -> Id {
        if yes == no { yes } else { self.add(Operation::Where(condition, yes, no), &[condition, yes, no]) }
    }

    fn multiply(&mut self, a: Id, b: Id) -> Id {
        match (a, b) {
            _ if a == self.zero || b == self.zero => self.zero,
            _ if a == self.one => b,
            _ if b == self.one => a,
            _ => self.binary(Binary::Multiply, a, b),
        }
    }

    fn sum(&mut self, a: Id, b: Id) -> Id {
        match (a, b) {
            _ if a == self.zero => b,
            _ if b == self.zero => a,
            _ => self.binary(Binary::Add, a, b),
        }
    }

    fn difference(&mut self, a: Id, b: Id) -> Id {
        match (a, b) {
            _ if b == self.zero => a,
            _ if a == self.zero => self.unary(Unary::Negative, b),
            _ => self.binary(Binary::Subtract, a, b),
        }
    }

    fn quotient(&mut self, a: Id, b: Id) -> Id {
        if a == self.zero { a } else { self.binary(Binary::Divide, a, b) }
    }

    /// The derivative of one operation, from those of its operands.
    fn of(&mut self, id: Id) -> Id {
        match self.graph.node(id) {
            Operation::Input(Input::Potential) => self.one,
            Operation::Unary(function, u) => self.of_unary(function, id, u),
            Operation::Binary(function, u, v) => self.of_binary(function, id, u, v),
            Operation::Where(condition, u, v) => self.choice(condition, self.known[&u], self.known[&v]),
            _ => self.zero,
        }
    }

    fn of_unary(&mut self, function: Unary, f: Id, u: Id) -> Id {
        let inner = self.known[&u];
        if inner == self.zero {
            return inner;
        }
        let outer = match function {
            Unary::Negative => return self.unary(Unary::Negative, inner),
            Unary::Rounded => return inner,
            Unary::Log => return self.quotient(inner, u),
            Unary::LogOnePlus => {
                let below = self.binary(Binary::Add, self.one, u);
                return self.quotient(inner, below);
            }
            Unary::Sqrt => {
                let below = self.binary(Binary::Add, f, f);
                return self.quotient(inner, below);
            }
            Unary::Abs => self.unary(Unary::Sign, u),
            Unary::Exp => f,
            Unary::Tanh => {
                let square = self.multiply(f, f);
                self.difference(self.one, square)
            }
            Unary::Sigmoid => {
                let rest = self.difference(self.one, f);
                self.multiply(f, rest)
            }
            Unary::Softplus => self.unary(Unary::Sigmoid, u),
            Unary::NormalCdf => self.unary(Unary::NormalPdf, u),
            Unary::NormalPdf => {
                let product = self.multiply(u, f);
                self.unary(Unary::Negative, product)
            }
            Unary::Sign | Unary::Not | Unary::Floor | Unary::Sin | Unary::Cos => self.zero,
        };
        self.multiply(outer, inner)
    }

    fn of_binary(&mut self, function: Binary, f: Id, u: Id, v: Id) -> Id {
        let (of_u, of_v) = (self.known[&u], self.known[&v]);
        match function {
            Binary::Add => self.sum(of_u, of_v),
            Binary::Subtract => self.difference(of_u, of_v),
            Binary::Multiply => {
                let (first, second) = (self.multiply(u, of_v), self.multiply(v, of_u));
                self.sum(first, second)
            }
            Binary::Divide => {
                let moved = self.multiply(f, of_v);
                let above = self.difference(of_u, moved);
                self.quotient(above, v)
            }
            Binary::Power => self.of_power(f, (u, of_u), (v, of_v)),
            Binary::Min | Binary::Max => {
                let Some((condition, ..)) = self.as_choice(f) else { return self.zero };
                self.choice(condition, of_u, of_v)
            }
            _ => self.zero,
        }
    }

    fn of_power(&mut self, f: Id, (u, of_u): (Id, Id), (v, of_v): (Id, Id)) -> Id {
        if of_v == self.zero {
            let less = self.binary(Binary::Subtract, v, self.one);
            let power = self.binary(Binary::Power, u, less);
            let outer = self.multiply(v, power);
            return self.multiply(outer, of_u);
        }
        let log = self.unary(Unary::Log, u);
        let (by_exponent, above) = (self.multiply(of_v, log), self.multiply(v, of_u));
        let by_base = self.quotient(above, u);
        let inner = self.sum(by_exponent, by_base);
        self.multiply(f, inner)
    }
}
