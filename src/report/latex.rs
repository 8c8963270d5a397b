//! Rankings and differences for a paper: tables for the package booktabs, and a macro for each number that a text quotes.

use super::phrases::{figure, p};
use super::protocol::compared;
use super::tabular::{Tabular, differences, in_units, rankings};
use crate::analysis::stats::Interval;
use crate::analysis::{Conclusions, OnData, Question};
use crate::store::Manifest;
use std::collections::HashSet;
use std::fmt::Write;

/// How many tables LaTeX is given before they get their pages: it keeps 18 at least.
const TABLES_AT_ONCE: usize = 12;

/// The tables and macros of a folder.
#[must_use]
pub fn latex(manifest: &Manifest, conclusions: &Conclusions) -> String {
    let mut text = format!(
        "% Made by burnmark {} from the results of `{}`. Needs \\usepackage{{booktabs,graphicx}}.\n% Each number is a macro, -- where there is none; the tables follow.\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&manifest.name)
    );
    text += &macros(manifest, conclusions);
    let mut tables = Vec::new();
    for (place, mut ranking) in rankings(conclusions).into_iter().enumerate() {
        // Settings are long; they have macros.
        ranking.head.pop();
        ranking.rows.iter_mut().for_each(|row| drop(row.pop()));
        let label = format!("{}-ranking-{}", manifest.name, place + 1);
        tables.push(table(&ranking, "rlrrlr", &format!("Ranking: {}", ranking.title), &label));
    }
    for (place, pairs) in differences(conclusions).into_iter().enumerate() {
        let label = format!("{}-differences-{}", manifest.name, place + 1);
        tables.push(table(&pairs, "lrrrl", &format!("Differences: {}", pairs.title), &label));
    }
    let groups: Vec<String> = tables.chunks(TABLES_AT_ONCE).map(<[String]>::concat).collect();
    text + &groups.join("\n% LaTeX keeps few tables that have no page yet.\n\\clearpage\n")
}

/// A table of words with its caption and label, made smaller where it is wider than the text.
#[must_use]
pub fn table(table: &Tabular, columns: &str, caption: &str, label: &str) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("    {} \\\\\n", cells.join(" & "))
    };
    let rows: String = table.rows.iter().map(|row| line(row)).collect();
    let label: String = label.chars().filter(|c| c.is_ascii_alphanumeric() || "-._".contains(*c)).collect();
    format!(
        "\n\\begin{{table}}\n  \\centering\n  \\small\n  \\caption{{{}}}\n  \\label{{tab:{label}}}\n  \
         \\resizebox{{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}}{{!}}{{%\n  \\begin{{tabular}}{{{columns}}}\n    \\toprule\n{}    \
         \\midrule\n{rows}    \\bottomrule\n  \\end{{tabular}}}}\n\\end{{table}}\n",
        escaped(caption),
        line(&table.head)
    )
}

/// Macros with names that no two numbers share.
#[derive(Default)]
struct Macros {
    text: String,
    taken: HashSet<String>,
}

impl Macros {
    /// A macro that is called after these words; where that name is taken, with letters after it.
    fn add(&mut self, words: &[&str], value: &str) {
        let mut name: String = words.iter().flat_map(|words| letters(words)).collect();
        while !self.taken.insert(name.clone()) {
            name.push('B');
        }
        let _ = writeln!(self.text, "\\newcommand{{\\burn{name}}}{{{value}}}");
    }

    /// Both ends, also of an interval that there is not, as of two seeds: the text that quotes it is the same.
    fn add_interval(&mut self, words: &[&str], interval: Option<Interval>) {
        self.add(&[words, &["low"]].concat(), &or_none(interval.map(|interval| number(interval.low))));
        self.add(&[words, &["high"]].concat(), &or_none(interval.map(|interval| number(interval.high))));
    }

    fn add_p(&mut self, words: &[&str], value: Option<f64>) {
        self.add(&[words, &["p"]].concat(), &or_none(value.map(|value| escaped(&p(value)))));
    }
}

fn macros(manifest: &Manifest, conclusions: &Conclusions) -> String {
    let mut macros = Macros::default();
    macros.add(&["runs"], &manifest.runs_finished.to_string());
    macros.add(&["data sets"], &conclusions.questions.first().map_or(0, |question| question.data.len()).to_string());
    let several = conclusions.questions.len() > 1;
    for question in &conclusions.questions {
        let asked = if several { compared(&question.keys) } else { String::new() };
        if let Some(over) = &question.over_data {
            over.ranks.iter().for_each(|(method, rank)| macros.add(&[&asked, method, "rank"], &format!("{rank:.2}")));
            macros.add_p(&[&asked, "ranks"], over.adjusted_p());
        }
        question.data.iter().for_each(|on| on_data(&mut macros, &asked, question, on));
    }
    macros.text
}

fn on_data(macros: &mut Macros, asked: &str, question: &Question, on: &OnData) {
    let data = short(question, on);
    for method in &on.methods {
        let of = [asked, data, &method.method];
        macros.add(&[&of[..], &["mean"]].concat(), &or_none(method.mean.map(number)));
        macros.add_interval(&of, method.interval);
        macros.add(&[&of[..], &["setting"]].concat(), &escaped(&method.setting));
    }
    for (first, second, paired) in &on.pairs {
        let (first, second) = (&on.methods[*first].method, &on.methods[*second].method);
        let of = [asked, data, first, "minus", second];
        let (difference, interval) = in_units(&on.metric, paired);
        macros.add(&of, &or_none(difference.map(number)));
        macros.add_interval(&of, interval);
        macros.add_p(&of, paired.adjusted_p);
    }
}

/// A data set's name without its parameters, where no other one has that name.
fn short<'q>(question: &Question, on: &'q OnData) -> &'q str {
    let kind = |data: &'q str| data.split(" (").next().unwrap_or(data);
    let same = question.data.iter().filter(|other| other.data.split(" (").next() == Some(kind(&on.data))).count();
    if same == 1 { kind(&on.data) } else { &on.data }
}

/// Four decimals, with a minus of mathematics.
fn number(value: f64) -> String {
    escaped(&figure(value))
}

/// A dash where there is no number.
fn or_none(number: Option<String>) -> String {
    number.unwrap_or_else(|| "--".to_owned())
}

/// Words as the part of a macro's name: `two-moons 0.2` is `TwoMoonsZeroTwo`.
fn letters(words: &str) -> Vec<char> {
    const DIGITS: [&str; 10] = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
    let (mut letters, mut begins) = (Vec::new(), true);
    for c in words.chars() {
        match c {
            '0'..='9' => {
                letters.extend(DIGITS[c as usize - '0' as usize].chars());
                begins = true;
            }
            c if c.is_ascii_alphabetic() => {
                letters.push(if begins { c.to_ascii_uppercase() } else { c });
                begins = false;
            }
            _ => begins = true,
        }
    }
    letters
}

/// A text in which nothing is a command.
fn escaped(text: &str) -> String {
    let (mut escaped, mut before) = (String::new(), ' ');
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let is_minus = c == '-' && !before.is_alphanumeric() && letters.peek().is_some_and(char::is_ascii_digit);
        before = c;
        match c {
            '-' if is_minus => escaped += "\\ensuremath{-}",
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', c]),
            '\\' => escaped += "\\textbackslash{}",
            '~' => escaped += "\\textasciitilde{}",
            '^' => escaped += "\\textasciicircum{}",
            '<' => escaped += "\\ensuremath{<}",
            '>' => escaped += "\\ensuremath{>}",
            '−' => escaped += "\\ensuremath{-}",
            '\n' | '\r' => escaped.push(' '),
            c => match mathematical(c) {
                Some(name) => {
                    let _ = write!(escaped, "\\ensuremath{{\\{name}}}");
                }
                None => escaped.push(c),
            },
        }
    }
    escaped
}

/// What LaTeX calls a letter that its text fonts lack.
fn mathematical(c: char) -> Option<&'static str> {
    const NAMES: [(char, &str); 24] = [
        ('α', "alpha"),
        ('β', "beta"),
        ('γ', "gamma"),
        ('δ', "delta"),
        ('ε', "epsilon"),
        ('η', "eta"),
        ('θ', "theta"),
        ('κ', "kappa"),
        ('λ', "lambda"),
        ('μ', "mu"),
        ('ν', "nu"),
        ('ρ', "rho"),
        ('σ', "sigma"),
        ('τ', "tau"),
        ('χ', "chi"),
        ('ω', "omega"),
        ('≤', "le"),
        ('≥', "ge"),
        ('±', "pm"),
        ('×', "times"),
        ('∞', "infty"),
        ('→', "to"),
        ('√', "surd"),
        ('‖', "Vert"),
    ];
    NAMES.iter().find(|(letter, _)| *letter == c).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_command() {
        assert_eq!(
            escaped("a_b & 5 % \\input{x} $y$ #1 ~ ^"),
            "a\\_b \\& 5 \\% \\textbackslash{}input\\{x\\} \\$y\\$ \\#1 \\textasciitilde{} \\textasciicircum{}"
        );
        assert_eq!(escaped("λ − < 0.001"), "\\ensuremath{\\lambda} \\ensuremath{-} \\ensuremath{<} 0.001");
        assert_eq!(escaped("gradient-descent [-0.1, 1e-3]"), "gradient-descent [\\ensuremath{-}0.1, 1e-3]");
        assert_eq!(number(-0.0123), "\\ensuremath{-}0.0123");
    }

    #[test]
    fn names_have_letters_only_and_are_used_once() {
        let name = |words| letters(words).into_iter().collect::<String>();
        assert_eq!(name("two-moons (noise 0.2)"), "TwoMoonsNoiseZeroTwo");
        assert_eq!(name("gradient-descent"), "GradientDescent");
        let mut macros = Macros::default();
        ["a b", "a-b", "a b b", "ab"].iter().for_each(|words| macros.add(&[words], "1"));
        let expected = ["AB", "ABB", "ABBB", "Ab"].map(|name| format!("\\newcommand{{\\burn{name}}}{{1}}"));
        assert_eq!(macros.text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_macro_of_no_number_is_a_dash() {
        let mut macros = Macros::default();
        macros.add_interval(&["iris", "adam"], None);
        macros.add_p(&["iris", "adam"], None);
        for name in ["Low", "High", "P"] {
            assert!(macros.text.contains(&format!("\\newcommand{{\\burnIrisAdam{name}}}{{--}}")), "{}", macros.text);
        }
    }

    #[test]
    fn a_table_is_that_of_booktabs() {
        let head = vec!["m".to_owned(), "R²".to_owned()];
        let of = Tabular { title: "t".to_owned(), head, rows: vec![vec!["a_b".to_owned(), "1".to_owned()]] };
        let text = table(&of, "lr", "C & D", "x 1-1");
        assert!(text.contains("\\begin{tabular}{lr}\n    \\toprule\n    m & R² \\\\\n    \\midrule\n    a\\_b & 1 \\\\\n    \\bottomrule"), "{text}");
        assert!(text.contains("\\caption{C \\& D}\n  \\label{tab:x1-1}"), "{text}");
    }
}
