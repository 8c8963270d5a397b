//! What a formula says, as a tree.

use std::ops::Range;

/// One line of a formula, or a block of lines.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `name = value`; of `name += value` the value is `name + value`.
    Assign { name: String, span: Range<usize>, value: Term },
    /// `repeat 5 { … }`
    Repeat { times: u32, body: Vec<Statement> },
    /// The last line of a formula that gives a value.
    Value(Term),
}

/// A part of a formula that has a value.
#[derive(Clone, Debug)]
pub struct Term {
    pub form: Form,
    pub span: Range<usize>,
    /// How many expressions are nested in it, at most [`super::parse::DEEPEST`].
    pub depth: usize,
}

#[derive(Clone, Debug)]
pub enum Form {
    Number(f64),
    Name(String),
    Word(String),
    Negative(Box<Term>),
    Not(Box<Term>),
    Transpose(Box<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    Call(String, Vec<Term>),
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Product,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

impl Operator {
    /// The operator of a sign or word between two expressions, with how tightly it binds.
    #[must_use]
    pub fn of(sign: &str) -> Option<(Self, u8)> {
        Some(match sign {
            "or" => (Self::Or, 1),
            "and" => (Self::And, 2),
            "<" => (Self::Less, 4),
            "<=" => (Self::LessOrEqual, 4),
            ">" => (Self::Greater, 4),
            ">=" => (Self::GreaterOrEqual, 4),
            "==" => (Self::Equal, 4),
            "!=" => (Self::NotEqual, 4),
            "+" => (Self::Add, 5),
            "-" => (Self::Subtract, 5),
            "*" => (Self::Multiply, 6),
            "/" => (Self::Divide, 6),
            "@" => (Self::Product, 6),
            "^" => (Self::Power, 8),
            _ => return None,
        })
    }

    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
            Self::Product => "@",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::And => "and",
            Self::Or => "or",
        }
    }
}
