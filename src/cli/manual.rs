//! `burnmark completions` and `burnmark man`: what shells and `man` know of the commands, made from their definitions.

use super::failure::{CommandResult, Failure};
use super::print::{print, print_data};
use crate::store::commit_in_words;
use clap::Command;
use clap_complete::{Shell, generate};
use std::path::Path;
use std::sync::LazyLock;

/// Version and commit, such as `0.1.0 (51902f6ad3c1)`.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let version = env!("CARGO_PKG_VERSION");
    commit_in_words(12).map_or(version.to_owned(), |commit| format!("{version} ({commit})"))
});

/// Prints a shell's completions.
pub fn completions(shell: Shell, command: &Command) -> CommandResult {
    let mut command = shown(command);
    let (name, mut script) = (command.get_name().to_owned(), Vec::new());
    generate(shell, &mut command, name, &mut script);
    print_data(&String::from_utf8_lossy(&script))
}

/// Writes a manual page for the program and for each of its commands to a folder.
pub fn pages(folder: &Path, command: &Command) -> CommandResult {
    let failed = |why: std::io::Error| Failure::Work(format!("cannot write to `{}`: {why}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(shown(command), folder).map_err(failed)?;
    print(&format!("{}\n", folder.display()))
}

/// The program without its hidden commands.
fn shown(command: &Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new("burnmark").version(VERSION.as_str()).about(about).subcommands(commands)
}
