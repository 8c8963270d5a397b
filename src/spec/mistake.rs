//! Mistakes in a spec: data, rendered with file, line, column and the place underlined.

use super::fault::Fault;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// A text that mistakes point into: the spec file, or the value of an override on the command line.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's path, or the override as typed.
    pub name: String,
    pub text: String,
}

/// One mistake: what is wrong, with which setting, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub place: Place,
    /// The dotted key of the setting, such as `train.batch`; empty where it is the text as a whole.
    pub path: String,
    pub fault: Fault,
}

/// A span of bytes in one of the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub source: usize,
    pub span: Range<usize>,
}

/// All mistakes found, with the texts that they are in.
#[derive(Clone, Debug)]
pub struct Mistakes {
    pub sources: Vec<Source>,
    pub list: Vec<Mistake>,
}

/// The most mistakes that are collected: enough to see what is wrong.
pub const MOST_MISTAKES: usize = 500;
/// How many mistakes are shown in full.
const MOST_SHOWN: usize = 20;

impl Mistakes {
    /// As a person reads it; with colours for a terminal.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for mistake in self.list.iter().take(MOST_SHOWN) {
            let source = &self.sources[mistake.place.source];
            let span = within(&source.text, &mistake.place.span);
            let mark = AnnotationKind::Primary.span(span).label(mistake.fault.expected());
            let snippet = Snippet::source(source.text.as_str()).path(source.name.as_str()).annotation(mark);
            let mut group = Level::ERROR.primary_title(mistake.fault.message()).element(snippet);
            if let Some(help) = mistake.fault.advice() {
                group = group.element(Level::HELP.message(help));
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

/// Adds a mistake unless it is known.
pub fn say(mistakes: &mut Vec<Mistake>, place: &Place, path: &str, fault: Fault) {
    let mistake = Mistake { place: place.clone(), path: path.to_owned(), fault };
    if mistakes.len() < MOST_MISTAKES && !mistakes.contains(&mistake) {
        mistakes.push(mistake);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_outside_the_text_do_no_harm() {
        let sources = vec![Source { name: "x.toml".to_owned(), text: "é".to_owned() }];
        let place = Place { source: 0, span: 1..99 };
        let list = vec![Mistake { place, path: String::new(), fault: Fault::unfit("m", "e") }];
        assert!(Mistakes { sources, list }.render(false).contains("x.toml:1:1"));
    }
}
