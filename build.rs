//! Tells the program which compiler and which commit made it, for the manifests of results.

use std::path::Path;
use std::process::Command;

#[allow(dead_code)] // the program uses the rest
#[path = "src/store/commit.rs"]
mod commit;

/// What the program is made of, so that the commit says nothing of it where one of these has changes.
const SOURCES: [&str; 6] = ["build.rs", "Cargo.toml", "Cargo.lock", ".cargo", "src", "datasets"];

fn main() {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version =
        Command::new(rustc).arg("--version").output().ok().and_then(|said| String::from_utf8(said.stdout).ok());
    println!("cargo::rustc-env=BURNMARK_COMPILER={}", version.as_deref().map_or("unknown", str::trim));
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    tell_commit(Path::new(&package));
}

/// The commit of the package's own repository, or the one that `cargo package` wrote down. A repository around the package,
/// as where it is vendored, is somebody else's.
fn tell_commit(package: &Path) {
    let packaged = package.join(".cargo_vcs_info.json");
    for source in SOURCES.iter().map(|source| package.join(source)).chain([packaged.clone()]) {
        watch(&source);
    }
    let (commit, dirty) = match commit::Repository::at(package) {
        Some(repository) => {
            repository.watched().iter().for_each(|file| watch(file));
            (repository.commit(), has_changes(package))
        }
        None => commit::packaged(&std::fs::read_to_string(packaged).unwrap_or_default()).unzip(),
    };
    let dirty = dirty.filter(|_| commit.is_some());
    // Always set, so that nothing is taken from the environment of whoever builds.
    println!("cargo::rustc-env=BURNMARK_COMMIT={}", commit.unwrap_or_default());
    println!("cargo::rustc-env=BURNMARK_DIRTY={}", dirty.map_or(String::new(), |dirty| dirty.to_string()));
}

/// A file that is not there would have this script run, and all be built anew, each time.
fn watch(path: &Path) {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
}

/// Whether git sees changes in the sources; `None` where it cannot tell. The repository is the one that is built here, whose
/// build script runs anyway; still, what its configuration could have git run is switched off.
fn has_changes(package: &Path) -> Option<bool> {
    let mut git = Command::new("git");
    git.current_dir(package);
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"] {
        git.env_remove(variable); // a hook of git sets them, for its own repository
    }
    if let Some(above) = package.parent() {
        git.env("GIT_CEILING_DIRECTORIES", above);
    }
    git.args(["--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]);
    git.args(["status", "--porcelain", "--untracked-files=all", "--ignore-submodules=all", "--"]).args(SOURCES);
    let said = git.output().ok().filter(|said| said.status.success())?;
    Some(!said.stdout.is_empty())
}
