//! Texts of others, for a terminal.

use std::borrow::Cow;

/// A text without what a terminal obeys instead of showing it: names and questions of others' folders can hold that.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| {
        let turns =
            matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        turns || (c.is_control() && c != '\n' && c != '\t')
    };
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| if obeyed(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(harmless("plain\n\ttext, é"), "plain\n\ttext, é");
        assert_eq!(harmless("a\u{1b}]0;b\u{7}\r\u{9b}31m"), "a\\u{1b}]0;b\\u{7}\\u{d}\\u{9b}31m");
        assert_eq!(harmless("x\u{202e}y"), "x\\u{202e}y");
    }
}
