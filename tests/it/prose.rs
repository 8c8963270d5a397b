//! Plain English: phrases that a reader stumbles over are in no message, comment or document.

use std::fs;
use std::path::{Path, PathBuf};

/// What not to write, and what to write instead.
const AVOIDED: &[(&str, &str)] = &[
    ("had again", "reproduced, rerun"),
    ("be had", "available"),
    ("is had", "exists, is computed"),
    ("had to be", "needed to be; or say what was done"),
    ("whence", "where … comes from, source"),
    ("mend", "fix"),
    ("are others", "differ"),
    ("no part of", "not part of"),
    ("stand twice", "are given twice"),
    ("stands twice", "is given twice"),
    ("tells of", "describes, explains"),
    ("none where", "none if; `None` if"),
    ("what is not a number", "NaN"),
    ("came up before", "duplicates"),
    ("is another one's", "belongs to another"),
    ("stops making sense", "unexpected"),
    ("what one sees", "name the thing"),
    ("nobody need", "no one needs to; or say what to do"),
];

/// More words to avoid in documents. Comments may use them: there, something can indeed stand for something else.
const IN_DOCUMENTS: &[(&str, &str)] = &[
    ("stand", "are, appear"),
    ("stands", "is, appears"),
    ("whatever", "any, all"),
    ("wherever", "anywhere; from any folder"),
];

/// The words of a text with the line that each stands in, without the marks of comments and of continued strings.
fn words(text: &str) -> Vec<(usize, String)> {
    let of_line = |(number, line): (usize, &str)| {
        let line = line.trim().trim_start_matches("//").trim_start_matches(['/', '!']).trim_end_matches('\\');
        line.split_whitespace().map(|word| (number + 1, word.to_lowercase())).collect::<Vec<_>>()
    };
    text.lines().enumerate().flat_map(of_line).collect()
}

/// Line, phrase and replacement of each phrase to avoid in a text, also across lines.
fn found(text: &str, avoided: &[(&'static str, &'static str)]) -> Vec<(usize, &'static str, &'static str)> {
    let words = words(text);
    let mut found = Vec::new();
    for (phrase, instead) in avoided {
        for window in words.windows(phrase.split(' ').count()) {
            let said = window.iter().map(|(_, word)| word.as_str()).collect::<Vec<_>>().join(" ");
            if said.trim_matches(|c: char| !c.is_alphanumeric()) == *phrase {
                found.push((window[0].0, *phrase, *instead));
            }
        }
    }
    found
}

/// All files with one of these endings in a folder and below.
fn files(folder: &Path, ending: &str, list: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, list);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            list.push(path);
        }
    }
}

#[test]
fn messages_comments_and_documents_are_plain_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut list = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)).to_vec();
    for (folder, ending) in [
        ("docs", "md"),
        ("examples", "md"),
        ("src", "rs"),
        ("tests", "rs"),
        ("benches", "rs"),
        ("examples", "rs"),
        ("examples", "toml"),
        ("experiments", "toml"),
    ] {
        files(&root.join(folder), ending, &mut list);
    }
    list.retain(|path| !path.ends_with("tests/it/prose.rs"));
    assert!(list.len() > 700, "{} files", list.len());
    let documents = [AVOIDED, IN_DOCUMENTS].concat();
    let mut wrong = Vec::new();
    for path in list {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let avoided = if path.extension().is_some_and(|of| of == "md") { &documents[..] } else { AVOIDED };
        for (line, phrase, instead) in found(&fs::read_to_string(&path).unwrap(), avoided) {
            wrong.push(format!("{name}:{line}: not \"{phrase}\" but: {instead}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn phrases_are_found_across_lines_and_not_across_sentences() {
    let found = |text| found(text, AVOIDED);
    assert_eq!(found("a\n    /// which is no\n    /// part of it"), [(2, "no part of", "not part of")]);
    assert_eq!(found("\"`x` stands \\\n twice\""), [(1, "stands twice", "is given twice")]);
    assert_eq!(found("`Mend` the cell"), [(1, "mend", "fix")]);
    assert_eq!(found("So they are. Others recommend it."), []);
}

/// A reader finds a term by its letters.
#[test]
fn the_glossary_is_in_alphabetical_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/glossary.md")).unwrap();
    let letters = |term: &str| term.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let rows = text.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let terms: Vec<String> = rows.map(|row| letters(row.split('|').nth(1).unwrap())).collect();
    assert!(terms.len() > 50, "{} terms", terms.len());
    let unsorted = terms.windows(2).find(|pair| pair[0] >= pair[1]);
    assert_eq!(unsorted, None, "these two are in the wrong order, or one term");
}
