//! What packages hold beside the program: completions, manual pages, a version that names the commit.

use crate::support::Sweep;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The commands that help lists.
fn commands(sweep: &Sweep) -> Vec<String> {
    let help = sweep.run(&["--help"]).ended_with(0).stdout;
    let listed = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("help lists them");
    let names = listed.lines().filter_map(|line| line.trim().split("  ").next());
    names.map(str::to_owned).filter(|name| name != "help").collect()
}

#[test]
fn completions_and_manual_pages_have_every_command() {
    let sweep = Sweep::new("");
    let commands = commands(&sweep);
    assert!(commands.len() > 12, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = sweep.run(&["completions", shell]).ended_with(0).stdout;
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
        assert!(!script.contains("__worker"), "{shell} offers a hidden command");
    }
    sweep.run(&["man", "man1"]).ended_with(0);
    for command in &commands {
        let page = fs::read_to_string(sweep.path(&format!("man1/burnmark-{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME"), "{command}");
        let help = sweep.run(&["help", command]).ended_with(0).stdout;
        assert_eq!(help, sweep.run(&[command, "--help"]).ended_with(0).stdout, "{command}");
    }
    sweep.run(&["completions", "csh"]).ended_with(2);
    sweep.run(&["man", "x.toml"]).ended_with(1);
}

#[test]
fn bash_takes_its_completions() {
    let sweep = Sweep::new("").with_program();
    let script = "source <(bin/burnmark completions bash); COMP_WORDS=(burnmark ver); COMP_CWORD=1; \
                  _burnmark burnmark ver burnmark; echo \"${COMPREPLY[@]}\"";
    let said = Command::new("bash").args(["-c", script]).current_dir(sweep.path("")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "verify", "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn the_version_names_the_commit() {
    let version = Sweep::new("").run(&["--version"]).ended_with(0).stdout;
    let bare = format!("burnmark {}", env!("CARGO_PKG_VERSION"));
    assert!(version.starts_with(&bare), "{version}");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Some(commit) = burnmark::store::Session::of_this_process(0, 0, 0, None, sources).program_commit {
        assert!(version.contains(&format!("({}", &commit[..12])), "{version}");
    } else {
        assert_eq!(version.trim_end(), bare);
    }
}
