//! What is wrong with a text that is not TOML: one mistake for each cause, and not all that follows from it.

use super::fault::Fault;
use super::key::KeyKind;
use super::keys::KEYS;
use std::ops::Range;
use toml::de::Error;

/// The mistakes, each with its place.
pub fn faults(text: &str, errors: &[Error]) -> Vec<(Range<usize>, Fault)> {
    if let Some(found) = unclosed(text) {
        return vec![found];
    }
    let span = |error: &Error| error.span().unwrap_or(text.len()..text.len());
    let mut found: Vec<(Range<usize>, Fault)> = Vec::new();
    for error in errors {
        let cause = decimal_comma(text, &span(error)).or_else(|| twice(text, &span(error)));
        found.extend(cause.filter(|cause| !found.contains(cause)));
    }
    if found.is_empty() {
        found.extend(errors.first().map(|error| {
            let message = error.message().replace('\n', ", ");
            (span(error), Fault::syntax(format!("not valid TOML: {message}"), "unexpected here"))
        }));
    }
    found
}

/// A bracket that nothing closes.
fn unclosed(text: &str) -> Option<(Range<usize>, Fault)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let (mut rest, mut at) = (text, 0);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => quoted(rest, first)?,
            '{' | '[' => {
                open.push((at, first));
                1
            }
            '}' | ']' => {
                let (_, opened) = open.last()?;
                if (*opened == '{') != (first == '}') {
                    break;
                }
                open.pop();
                1
            }
            other => other.len_utf8(),
        };
        at += length;
        rest = &rest[length..];
    }
    // Where a wrong bracket closes it, the last one; at the end of the text, the first one.
    let (at, opened) = *if rest.is_empty() { open.first() } else { open.last() }?;
    let close = if opened == '{' { '}' } else { ']' };
    let fault =
        Fault::syntax(format!("this `{opened}` is never closed"), format!("expected `{close}` after its last value"));
    Some((at..at + 1, fault))
}

/// The length of a text in quotes; none if it does not end.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let long = quote.to_string().repeat(3);
    if text.starts_with(&long) {
        return text[3..].find(&long).map(|end| end + 6);
    }
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if c == quote && !escaped => return Some(at + 1),
            _ => escaped = quote == '"' && c == '\\' && !escaped,
        }
    }
    None
}

/// A number with a comma in it, on the line of a mistake.
fn decimal_comma(text: &str, span: &Range<usize>) -> Option<(Range<usize>, Fault)> {
    let (start, line) = line_at(text, span.start);
    for (comma, _) in line.match_indices(',') {
        let before = &line[..comma];
        let digits = |c: char| c.is_ascii_digit();
        let whole = before.trim_end_matches(digits);
        let behind = line[comma + 1..].len() - line[comma + 1..].trim_start_matches(digits).len();
        let is_value = whole.trim_end_matches(['+', '-']).trim_end().ends_with('=');
        if is_value && whole.len() < comma && behind > 0 {
            let number = line[whole.len()..comma + 1 + behind].to_owned();
            let place = start + whole.len()..start + comma + 1 + behind;
            let fault = Fault::syntax(format!("`{number}` is not a number"), "expected a decimal point");
            return Some((place, fault.help(format!("did you mean `{}`?", number.replace(',', ".")))));
        }
    }
    None
}

/// A table or a key that is given a second time.
fn twice(text: &str, span: &Range<usize>) -> Option<(Range<usize>, Fault)> {
    let name = text.get(span.clone())?;
    let (start, line) = line_at(text, span.start);
    let is_header = |line: &str| line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) == Some(name);
    let is_key = |line: &str| line.split_once('=').is_some_and(|(key, _)| key.trim() == name);
    let mut before = text[..start].lines();
    let is_header_of_line = is_header(line);
    let again = if is_header_of_line {
        before.any(is_header)
    } else {
        is_key(line) && before.rev().take_while(|line| !line.trim_start().starts_with('[')).any(is_key)
    };
    let what = if is_header_of_line { format!("the table `[{name}]`") } else { format!("`{name}`") };
    let fault = Fault::twice(format!("{what} is given twice"), "expected it once");
    let choice = KEYS.iter().any(|key| key.path == name && matches!(key.kind, KeyKind::Choice(_)));
    let help = if choice {
        format!("to compare two, list them in `[sweep]`: `{name} = [{{ kind = \"…\", … }}, {{ kind = \"…\", … }}]`")
    } else {
        "to compare several values of a setting, list them in `[sweep]`".to_owned()
    };
    again.then(|| (span.clone(), fault.help(help)))
}

/// The line of a place, and where it starts.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let at = at.min(text.len());
    let start = text[..text.floor_char_boundary(at)].rfind('\n').map_or(0, |end| end + 1);
    (start, text[start..].lines().next().unwrap_or_default())
}
