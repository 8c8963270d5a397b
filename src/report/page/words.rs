//! The glossary of the guide, linked where the page uses its words.

use super::escape::escaped;
use std::fmt::Write;
use std::sync::LazyLock;

/// The one place where words are explained.
const GUIDE: &str = include_str!("../../../docs/guide/glossary.md");

/// Words of everyday English: the glossary has them, but a link in every sentence would distract.
const EVERYDAY: [&str; 24] = [
    "answer", "case", "check", "curve", "draw", "edge", "failed", "finding", "method", "part", "question", "room",
    "run", "same", "session", "setting", "sooner", "stage", "state", "step", "tried", "tuned", "width", "worker",
];

/// A word with its other forms and its meaning.
struct Word {
    forms: Vec<&'static str>,
    meaning: &'static str,
}

static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let rows = GUIDE.lines().filter(|line| line.starts_with("| "));
    let word = |row: &'static str| {
        let (forms, meaning) = row.trim_matches(['|', ' ']).split_once(" | ")?;
        Some(Word { forms: forms.split(", ").collect(), meaning })
    };
    rows.skip(1).filter_map(word).collect() // the first row is the table's head
});

impl Word {
    /// Where the glossary has it: `word-95-interval`.
    fn anchor(&self) -> String {
        let letters = self.forms[0].chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        let words: String = letters.collect();
        format!("word-{}", words.split_whitespace().collect::<Vec<_>>().join("-"))
    }

    fn link(&self, text: &str) -> String {
        let meaning = escaped(self.meaning);
        format!("<a class=\"word\" href=\"#{}\" title=\"{meaning}\">{}</a>", self.anchor(), escaped(text))
    }
}

/// A text in which nothing is HTML but links of words of the glossary, each where it first occurs.
pub fn linked(text: &str) -> String {
    let mut places: Vec<(usize, usize, &Word)> = Vec::new();
    for word in WORDS.iter().filter(|word| !EVERYDAY.contains(&word.forms[0])) {
        // Of several forms the one that is met first, and there the longest.
        let found = word.forms.iter().filter_map(|form| find(text, form).or_else(|| find(text, &capital(form))));
        let first = found.min_by_key(|(start, end)| (*start, std::cmp::Reverse(*end)));
        places.extend(first.map(|(start, end)| (start, end, word)));
    }
    places.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let (mut html, mut done) = (String::new(), 0);
    for (start, end, word) in places {
        if start >= done {
            html += &escaped(&text[done..start]);
            html += &word.link(&text[start..end]);
            done = end;
        }
    }
    html + &escaped(&text[done..])
}

/// A form at the beginning of a sentence; a single letter is another one in capitals.
fn capital(form: &str) -> String {
    let mut letters = form.chars();
    match letters.next() {
        Some(first) if form.len() > 1 => first.to_uppercase().chain(letters).collect(),
        _ => form.to_owned(),
    }
}

/// Where a text first has a form as a word of its own, or its plural.
fn find(text: &str, form: &str) -> Option<(usize, usize)> {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    text.match_indices(form).find_map(|(start, _)| {
        let end = start + form.len();
        let end = if text[end..].starts_with('s') { end + 1 } else { end };
        let before = text[..start].chars().next_back().is_some_and(is_letter);
        let mut after = text[end..].chars();
        // A full stop ends a sentence; within `seed.txt` it does not.
        let within = match after.next() {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            Some(c) => is_letter(c),
            None => false,
        };
        (!before && !within).then_some((start, end))
    })
}

/// The glossary, folded.
pub fn glossary() -> String {
    let mut html =
        "<section id=\"words\"><h2>Words</h2><details class=\"printed-open\"><summary>What the words of this page mean</summary><dl \
                    class=\"words\">"
            .to_owned();
    for word in WORDS.iter() {
        let forms = escaped(&word.forms.join(", "));
        let _ = write!(html, "<dt id=\"{}\">{forms}</dt><dd>{}</dd>", word.anchor(), escaped(word.meaning));
    }
    html + "</dl></details></section>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_the_words() {
        for form in
            ["seed", "p", "95 % interval", "interval", "sd", "verdict", "mean rank", "margin", "validation loss"]
        {
            assert!(WORDS.iter().any(|word| word.forms.contains(&form)), "{form}");
        }
        let mut anchors: Vec<String> = WORDS.iter().map(Word::anchor).collect();
        assert!(anchors.iter().all(|anchor| glossary().contains(&format!("id=\"{anchor}\""))));
        anchors.sort();
        anchors.dedup();
        assert_eq!(anchors.len(), WORDS.len());
    }

    #[test]
    fn words_are_linked_where_they_first_occur() {
        let html = linked("On 10 seeds p = 0.2, p < 0.5; a 95 % interval of seed.txt, no speed.");
        assert_eq!(html.matches("<a ").count(), 3, "{html}");
        assert!(html.contains(">seeds</a> <a ") && html.contains(">p</a> = 0.2, p &lt; 0.5; a <a "), "{html}");
        assert!(html.contains("href=\"#word-95-interval\"") && html.contains(">95 % interval</a>"), "{html}");
        assert!(html.ends_with(" of seed.txt, no speed."), "{html}");
        assert_eq!(linked("<b> & mean"), "&lt;b&gt; &amp; mean");
        assert!(linked("Verdicts over data sets").contains(">Verdicts</a>") && !linked("one run each").contains("<a"));
        assert!(linked("The mean rank.").contains(">mean rank</a>."), "the longer form");
    }
}
