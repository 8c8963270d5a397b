//! The tutorial, followed from top to bottom: its files are saved, its commands run, and they print what it shows.

use crate::documents::{self, Block, documents};
use crate::support::Sweep;
use std::fs;
use std::path::Path;

/// The file that the line above a block asks to save: the last name in backticks that is one.
fn file(block: &Block) -> Option<&str> {
    let is_file = |word: &&str| Path::new(word).extension().is_some();
    block.above.split('`').skip(1).step_by(2).filter(is_file).last()
}

/// What all commands of a block print, messages and results in their order.
fn printed(sweep: &Sweep, block: &Block) -> String {
    let commands = block.text.lines().filter_map(|line| documents::command(line, ""));
    let run = |command: String| {
        let result = documents::run(sweep, &format!("{command} 2>&1"));
        assert_eq!(result.code, Some(0), "{command}\n{}", result.stdout);
        result.stdout
    };
    commands.map(run).collect()
}

/// Whether these lines show the printed ones; `…` stands for any lines that are left out.
fn shows(shown: &[&str], printed: &[&str]) -> bool {
    match (shown, printed) {
        ([], rest) => rest.is_empty(),
        (["…", shown @ ..], _) => (0..=printed.len()).any(|skipped| shows(shown, &printed[skipped..])),
        ([line, shown @ ..], [first, printed @ ..]) => line == first && shows(shown, printed),
        _ => false,
    }
}

/// The lines of a text, without those that differ from machine to machine.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("time ")).collect()
}

#[test]
fn the_tutorial_shows_what_its_commands_print() {
    let sweep = Sweep::new("").with_program();
    let (_, blocks) =
        documents().into_iter().find(|(name, _)| name == "tutorial.md").expect("the guide has a tutorial");
    let (mut last, mut compared) = (String::new(), 0);
    for block in &blocks {
        match block.language.as_str() {
            "csv" | "toml" => {
                let name = file(block).unwrap_or_else(|| panic!("`{}` names no file to save", block.above));
                fs::write(sweep.path(name), &block.text).unwrap();
            }
            "sh" => last = printed(&sweep, block),
            "text" => {
                let same = shows(&lines(&block.text), &lines(&last));
                assert!(same, "the tutorial shows\n{}\nand its commands print\n{last}", block.text);
                compared += 1;
            }
            other => panic!("a block of `{other}`"),
        }
    }
    assert!(compared >= 6, "{compared} texts");
}

#[test]
fn a_text_shows_what_it_does_not_leave_out() {
    let printed = "a\nb\ntime 3 s\nc\nd\n";
    for shown in ["a\nb\ntime 1 s\nc\nd\n", "a\n…\nd\n", "…\nb\nc\nd\n", "a\nb\n…\n", "…\nc\n…\n"] {
        assert!(shows(&lines(shown), &lines(printed)), "{shown}");
    }
    for shown in ["a\nb\nd\n", "a\nb\n", "b\n…\n", "a\n…\nx\n", "…\nc\n", "…\nd\n…\nb\n…\n"] {
        assert!(!shows(&lines(shown), &lines(printed)), "{shown}");
    }
}
