//! Where results come from: the program's own commit, the spec's, and nothing is started to find out.

use crate::support::{SMALL, Sweep};
use burnmark::store;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Two runs.
const TINY: &str = "name = \"tiny\"\nseeds = 2\nengine = \"reference\"\ndata = { set = \"iris\" }\nmodel = { kind = \"softmax\" }\n\
                    train = { epochs = 1 }\noptimizer = { kind = \"adam\", lr = 0.01 }\n";

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// Makes a folder a git repository, or a bare one, whose configuration and hooks name a program that leaves a marker.
fn trap(work_tree: &Path, repository: &Path, marker: &Path) {
    let program = work_tree.join("program.sh");
    fs::write(&program, format!("#!/bin/sh\necho run >> '{}'\ncat\n", marker.display())).unwrap();
    executable(&program);
    let program = program.display();
    for folder in ["objects", "refs/heads", "hooks", "info"] {
        fs::create_dir_all(repository.join(folder)).unwrap();
    }
    let config = format!(
        "[core]\n\trepositoryformatversion = 0\n\tfsmonitor = {program}\n\tpager = {program}\n\tsshCommand = {program}\n\
         \tworktree = {}\n[filter \"x\"]\n\tclean = {program}\n\tsmudge = {program}\n\trequired = true\n\
         [diff]\n\texternal = {program}\n[diff \"x\"]\n\ttextconv = {program}\n",
        work_tree.display()
    );
    fs::write(repository.join("config"), config).unwrap();
    fs::write(repository.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(repository.join("refs/heads/main"), format!("{COMMIT}\n")).unwrap();
    fs::write(repository.join("info/attributes"), "* filter=x diff=x\n").unwrap();
    fs::write(work_tree.join(".gitattributes"), "* filter=x diff=x\n").unwrap();
    for hook in ["post-index-change", "pre-commit", "post-checkout"] {
        fs::copy(work_tree.join("program.sh"), repository.join("hooks").join(hook)).unwrap();
    }
}

fn executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Every command that reads or writes results, in a folder with such a repository, with another one as a bare repository in
/// the results, and with a `git` in the path that leaves a marker by being started at all.
#[test]
fn a_foreign_repository_runs_nothing() {
    let sweep = Sweep::new(TINY);
    let (marker, folder) = (sweep.path("marker"), sweep.path("."));
    trap(&folder, &sweep.path(".git"), &marker);
    let bin = sweep.path("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("git"), format!("#!/bin/sh\necho git >> '{}'\n", marker.display())).unwrap();
    executable(&bin.join("git"));
    let inherited = std::env::var("PATH").unwrap_or_default();
    let run = |arguments: &[&str]| {
        let mut command = sweep.command(arguments);
        let output = command.env("PATH", format!("{}:{inherited}", bin.display())).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(!marker.exists(), "{arguments:?} started a program");
    };
    run(&["run", "x.toml", "-q", "-o", "r"]);
    trap(&sweep.path("r"), &sweep.path("r"), &marker); // as `git clone --bare` leaves it
    for arguments in [
        &["verify", "r", "-q"][..],
        &["run", "x.toml", "-q", "-o", "r"],
        &["report", "r"],
        &["show", "r"],
        &["compare", "r", "r"],
        &["export", "r", "--format", "mlflow", "--out", "e"],
        &["plan", "x.toml"],
    ] {
        run(arguments);
    }
    let inside = sweep.command(&["verify", ".", "-q"]).current_dir(sweep.path("r")).output().unwrap();
    assert_eq!((inside.status.code(), marker.exists()), (Some(0), false));
    // The trap is one: git itself runs the program.
    if Command::new("git").arg("--version").output().is_ok_and(|said| said.status.success()) {
        let _ = Command::new("git").args(["-c", "safe.directory=*", "status"]).current_dir(&folder).output();
        assert!(marker.exists(), "git runs what the configuration names");
    }
}

/// The manifest names the commit of the program's sources, wherever it runs, and beside it the one of the spec's folder.
#[test]
fn the_program_and_the_spec_have_commits_of_their_own() {
    let sweep = Sweep::new(TINY);
    fs::create_dir_all(sweep.path(".git/refs/heads")).unwrap();
    fs::write(sweep.path(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(sweep.path(".git/refs/heads/main"), format!("{COMMIT}\n")).unwrap();
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let manifest = store::manifest_of(&sweep.path("r")).unwrap();
    let session = &manifest.sessions[0];
    assert_eq!(session.spec_commit.as_deref(), Some(COMMIT));
    assert_ne!(session.program_commit.as_deref(), Some(COMMIT));
    let shown = sweep.run(&["show", "r"]).ended_with(0).stdout;
    let said = shown.lines().any(|line| line.trim_start().starts_with("spec's commit") && line.ends_with(COMMIT));
    assert!(said, "{shown}");
    // Outside of a repository the program's commit is the same, and the spec has none.
    let elsewhere = std::env::temp_dir().join(format!("burnmark-elsewhere-{}", std::process::id()));
    fs::create_dir_all(&elsewhere).unwrap();
    fs::write(elsewhere.join("x.toml"), TINY).unwrap();
    let mut command = sweep.command(&["run", "x.toml", "-q", "-o", "r"]);
    assert!(command.current_dir(&elsewhere).output().unwrap().status.success());
    let other = store::manifest_of(&elsewhere.join("r")).unwrap();
    fs::remove_dir_all(&elsewhere).unwrap();
    assert_eq!(other.sessions[0].program_commit, session.program_commit);
    assert_eq!(other.sessions[0].spec_commit, None);
}

/// The revisions that the manifest names are those of the entries that its runs use, all of them.
#[test]
fn the_manifest_names_revisions() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "--engine", "reference", "-o", "r"]).ended_with(0);
    let manifest = store::manifest_of(&sweep.path("r")).unwrap();
    let names = |setting: &str| manifest.revisions[setting].keys().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(names("optimizer.kind"), ["adam", "gradient-descent", "nesterov"]);
    assert_eq!(names("data.set.kind"), ["iris", "linear"]);
    assert_eq!(names("engine"), ["reference"]);
    assert_eq!(manifest.revisions.len(), 8);
}
