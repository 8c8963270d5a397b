//! A type name occurs once in `src/`, and errors are values with a type.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each file of `src/` without its tests, by its path in there.
fn sources() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut open, mut found) = (vec![src.clone()], BTreeMap::new());
    while let Some(folder) = open.pop() {
        let entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.into_iter().partition(|path| path.is_dir());
        open.extend(folders);
        for file in
            files.iter().filter(|file| file.extension().is_some_and(|of| of == "rs") && !file.ends_with("tests.rs"))
        {
            let text = fs::read_to_string(file).unwrap();
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
            found.insert(file.strip_prefix(&src).unwrap().to_string_lossy().into_owned(), code);
        }
    }
    found
}

/// The type that a line declares; the associated types of traits are not meant.
fn declared(line: &str) -> Option<&str> {
    let visible = line.trim_start();
    let rest = match visible.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.strip_prefix(' ')?,
        None => visible,
    };
    let (kind, name) = rest.split_once(' ')?;
    let is_type =
        ["struct", "enum", "trait", "union"].contains(&kind) || (kind == "type" && visible.len() == line.len());
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    is_type.then(|| &name[..end])
}

#[test]
fn a_type_name_occurs_once() {
    let sources = sources();
    let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, text) in &sources {
        for name in text.lines().filter_map(declared) {
            places.entry(name).or_default().insert(file);
        }
    }
    assert!(places.len() > 300, "the types were found");
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

#[test]
fn declarations_are_seen_however_they_are_written() {
    assert_eq!(declared("pub(super) struct Key<'a> {"), Some("Key"));
    assert_eq!(declared("    enum Inner {"), Some("Inner"));
    assert_eq!(declared("pub type Rows = Vec<u8>;"), Some("Rows"));
    assert_eq!(declared("    type Error = Problem;"), None);
    assert_eq!(declared("    structure Key"), None);
}

/// What a `Result` in this text has for an error: the last argument between its brackets.
fn errors(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("Result<").filter_map(|(at, begin)| {
        let rest = &text[at + begin.len()..];
        let (mut depth, mut start) = (0_i32, 0);
        for (at, c) in rest.char_indices() {
            match c {
                '<' | '(' | '[' => depth += 1,
                '>' if depth == 0 => return Some(rest[start..at].trim()),
                '>' if rest[..at].ends_with('-') => {}
                '>' | ')' | ']' => depth -= 1,
                ',' if depth == 0 => start = at + 1,
                _ => {}
            }
        }
        None
    })
}

#[test]
fn errors_are_no_texts() {
    let sources = sources();
    let is_text = |text: &str| {
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        // `io::Result<String>` is a text that was read.
        let code = code.join("\n").replace("io::Result<", "");
        errors(&code).any(|error| error == "String")
    };
    let texts = sources.iter().filter(|(_, text)| is_text(text)).map(|(file, _)| file.as_str());
    assert_eq!(texts.collect::<Vec<_>>(), [""; 0], "these files return a text for an error");
    assert!(is_text("fn f() -> Result<u8, String> {"));
    assert_eq!(errors("fn f() -> Result<Vec<(u8, fn() -> u8)>, String> {").collect::<Vec<_>>(), ["String"]);
    assert_eq!(errors("Result<Result<u8, A>, B>").collect::<Vec<_>>(), ["B", "A"]);
}

/// What went wrong is told by a kind: the words of a message are for people.
#[test]
fn nothing_decides_by_the_words_of_a_message() {
    for (file, text) in sources() {
        for asked in
            ["message.contains(", "why.contains(", "error.contains(", "reason.contains(", "to_string().contains("]
        {
            assert!(!text.contains(asked), "{file}: `{asked}`");
        }
    }
}

/// Where a number is written with all its digits, or a value shown to a developer. Nothing else has use for `Debug` text, least of all an
/// equality: two things are equal by their own `PartialEq`.
const DEBUG_TEXT: [&str; 17] = [
    "cli/claims/mod.rs",
    "cli/list.rs",
    "cli/show.rs",
    "data/jpeg.rs",
    "export/csv.rs",
    "export/json_lines.rs",
    "export/mlflow.rs",
    "formula/canonical.rs",
    "formula/read.rs",
    "harness/verify/other_engine.rs",
    "model/error.rs",
    "spec/choice.rs",
    "spec/read.rs",
    "spec/reader.rs",
    "store/cells.rs",
    "store/error.rs",
    "value.rs",
];

#[test]
fn nothing_is_equal_by_its_debug_text() {
    let is_written = |line: &str| {
        let code = line.trim_start();
        let is_of_a_developer = ["panic!", "assert", "debug_assert", "unreachable!"].iter().any(|of| code.contains(of));
        line.contains(":?}") && !code.starts_with("//") && !is_of_a_developer
    };
    let of_debug = |text: &str| text.contains("impl fmt::Debug") || text.contains("fmt::Debug for");
    let sources = sources();
    let found = sources.iter().filter(|(_, text)| !of_debug(text) && text.lines().any(is_written));
    assert_eq!(found.map(|(file, _)| file.as_str()).collect::<Vec<_>>(), DEBUG_TEXT);
}
