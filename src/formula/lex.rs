//! From a formula's text to tokens.

use super::mistake::{FormulaMistake, MOST};
use std::ops::Range;

/// The longest text of one formula, in bytes.
pub const LONGEST: usize = 16 * 1024;

/// A piece of a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    Name(String),
    /// A word in quotes.
    Word(String),
    /// An operator, a bracket, a comma.
    Sign(&'static str),
    /// The end of a line, or `;`.
    Line,
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedToken {
    pub token: Token,
    pub span: Range<usize>,
}

/// Longer ones first.
const SIGNS: [&str; 25] = [
    "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "+", "-", "*", "/", "^", "@", "'", "(", ")", "{", "}", ",", "=",
    "<", ">", "[", "]",
];

/// What people type for a sign of ours.
const ALIKE: [(char, &str); 9] = [
    ('−', "-"),
    ('–', "-"),
    ('·', "*"),
    ('×', "*"),
    ('÷', "/"),
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('√', "sqrt(…)"),
];

/// The tokens of a text; what cannot be read becomes a mistake and is left out.
pub fn tokens(text: &str, mistakes: &mut Vec<FormulaMistake>) -> Vec<PlacedToken> {
    if text.len() > LONGEST {
        let message = format!("this formula has {} bytes", text.len());
        mistakes.push(FormulaMistake::new(0..text.len(), message, format!("expected at most {LONGEST}")));
        return Vec::new();
    }
    let mut reader = Lexer { text, at: 0, brackets: 0, found: Vec::new() };
    while reader.at < text.len() && mistakes.len() < MOST {
        reader.next(mistakes);
    }
    reader.found
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// How many round brackets are open: within them a line's end is a blank.
    brackets: usize,
    found: Vec<PlacedToken>,
}

impl Lexer<'_> {
    fn next(&mut self, mistakes: &mut Vec<FormulaMistake>) {
        let (rest, start) = (&self.text[self.at..], self.at);
        let Some(first) = rest.chars().next() else { return };
        match first {
            '\n' | ';' => {
                if self.brackets == 0 || first == ';' {
                    self.push(1, Token::Line);
                } else {
                    self.at += 1;
                }
            }
            '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
            _ if first.is_whitespace() => self.at += first.len_utf8(),
            '0'..='9' | '.' => self.number(mistakes),
            _ if first.is_ascii_alphabetic() || first == '_' => {
                let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                self.push(length, Token::Name(rest[..length].to_owned()));
            }
            '"' => match rest[1..].find(['"', '\n']).filter(|end| rest[1 + end..].starts_with('"')) {
                Some(length) => self.push(length + 2, Token::Word(rest[1..=length].to_owned())),
                None => {
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    mistakes.push(FormulaMistake::new(
                        start..self.at,
                        "this word has no end",
                        "expected `\"` on the same line",
                    ));
                }
            },
            _ => match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                Some(sign) => {
                    match *sign {
                        "(" => self.brackets += 1,
                        ")" => self.brackets = self.brackets.saturating_sub(1),
                        _ => {}
                    }
                    self.push(sign.len(), Token::Sign(sign));
                }
                None => self.stranger(first, mistakes),
            },
        }
    }

    fn push(&mut self, length: usize, token: Token) {
        self.found.push(PlacedToken { token, span: self.at..self.at + length });
        self.at += length;
    }

    fn stranger(&mut self, first: char, mistakes: &mut Vec<FormulaMistake>) {
        let span = self.at..self.at + first.len_utf8();
        self.at = span.end;
        let mut mistake =
            FormulaMistake::new(span, format!("unexpected character `{first}`"), "expected a name, number or sign");
        if let Some((_, sign)) = ALIKE.iter().find(|(alike, _)| *alike == first) {
            mistake = mistake.with_help(format!("write `{sign}`"));
        } else if first.is_alphabetic() {
            mistake = mistake.with_help("names are written in the letters a to z, such as `theta` or `beta`");
        }
        mistakes.push(mistake);
    }

    /// Digits, a point, an exponent.
    fn number(&mut self, mistakes: &mut Vec<FormulaMistake>) {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let mut length = 0;
        while length < bytes.len() {
            let after_exponent = length > 0 && matches!(bytes[length - 1], b'e' | b'E');
            let signed = matches!(bytes[length], b'+' | b'-') && after_exponent;
            if !(bytes[length].is_ascii_alphanumeric() || matches!(bytes[length], b'.' | b'_') || signed) {
                break;
            }
            length += 1;
        }
        let written = &rest[..length];
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() => self.push(length, Token::Number(number)),
            _ => {
                let span = self.at..self.at + length;
                self.at = span.end;
                let help = "write products with `*`, such as `2*m`";
                mistakes.push(
                    FormulaMistake::new(span, format!("`{written}` is no number"), "expected such as `0.9` or `1e-8`")
                        .with_help(help),
                );
            }
        }
    }
}
