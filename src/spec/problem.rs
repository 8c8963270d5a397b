//! What is wrong in a spec: errors as data, rendered with file, line, column and the place underlined.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// A text that problems point into: the spec file, or the value of an override on the command line.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's path, or the override as typed.
    pub name: String,
    pub text: String,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    /// What is wrong, lower case, without a full stop, values in backticks.
    pub message: String,
    /// What was expected; stands beside the underlined place.
    pub expected: String,
    /// The nearest name, or what to do instead.
    pub help: Option<String>,
}

/// A span of bytes in one of the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub source: usize,
    pub span: Range<usize>,
}

/// All mistakes found, with the texts that they are in.
#[derive(Clone, Debug)]
pub struct Problems {
    pub sources: Vec<Source>,
    pub list: Vec<Problem>,
}

/// The most problems that are collected: enough to see what is wrong.
pub const MOST_PROBLEMS: usize = 500;
/// How many problems are shown in full.
const MOST_SHOWN: usize = 20;

impl Problems {
    /// As a person reads it; with colours for a terminal.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in self.list.iter().take(MOST_SHOWN) {
            let source = &self.sources[problem.place.source];
            let span = within(&source.text, &problem.place.span);
            let mark = AnnotationKind::Primary.span(span).label(problem.expected.as_str());
            let snippet = Snippet::source(source.text.as_str()).path(source.name.as_str()).annotation(mark);
            let mut group = Level::ERROR.primary_title(problem.message.as_str()).element(snippet);
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            let _ = writeln!(text, "{}\n", renderer.render(&[group]));
        }
        let count = self.list.len();
        if count > MOST_SHOWN {
            let _ = writeln!(text, "… and {} more\n", count - MOST_SHOWN);
        }
        let _ = write!(text, "{count} {} found, nothing was run", if count == 1 { "mistake" } else { "mistakes" });
        text
    }
}

/// A span that lies in the text and is not torn inside a character.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    start..text.ceil_char_boundary(span.end.clamp(start, text.len()))
}

/// Adds a problem unless it is known.
pub fn say(problems: &mut Vec<Problem>, place: &Place, message: String, expected: &str, help: Option<String>) {
    let problem = Problem { place: place.clone(), message, expected: expected.to_owned(), help };
    if problems.len() < MOST_PROBLEMS && !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// The known name nearest to what was typed, if it is near enough to be a slip.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = |name: &'a str| (name, strsim::jaro_winkler(&typed.to_lowercase(), name));
    let best = known.into_iter().map(near).max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.filter(|(_, similarity)| *similarity > 0.7).map(|(name, _)| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognized_and_strangers_are_not() {
        assert_eq!(nearest("adma", ["adam", "momentum"]).unwrap(), "did you mean `adam`?");
        assert_eq!(nearest("batch_size", ["batch", "epochs"]).unwrap(), "did you mean `batch`?");
        assert_eq!(nearest("zzz", ["adam", "momentum"]), None);
    }

    #[test]
    fn places_outside_the_text_do_no_harm() {
        let sources = vec![Source { name: "x.toml".to_owned(), text: "é".to_owned() }];
        let place = Place { source: 0, span: 1..99 };
        let list = vec![Problem { place, message: "m".to_owned(), expected: "e".to_owned(), help: None }];
        assert!(Problems { sources, list }.render(false).contains("x.toml:1:1"));
    }
}
