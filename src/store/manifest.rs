//! manifest.json: where results come from.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::process::Command;

/// The provenance of a result folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub name: String,
    pub question: String,
    /// The spec file and the overrides on the command line, as text.
    pub spec: Vec<SourceText>,
    pub runs_planned: u64,
    pub runs_finished: u64,
    pub runs_diverged: u64,
    pub runs_failed: u64,
    pub numerics_version: u32,
    /// BLAKE3 of the data sets' figures, by their settings.
    pub data_digests: BTreeMap<String, String>,
    /// BLAKE3 of the tables, by file name.
    pub table_digests: BTreeMap<String, String>,
    /// The processes that carried runs out, oldest first.
    pub sessions: Vec<Session>,
}

/// One process that carried runs of a folder out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub runs_carried_out: u64,
    pub command_line: Vec<String>,
    pub workers: usize,
    /// UTC, seconds since 1970.
    pub started_unix_seconds: u64,
    pub ended_unix_seconds: u64,
    pub burnmark_version: String,
    /// The crates that compute, with their versions.
    pub crate_versions: BTreeMap<String, String>,
    /// The commit of the folder in which the command ran, and whether it had changes; none outside a repository.
    pub git_commit: Option<String>,
    pub git_dirty: Option<bool>,
    pub cpu: String,
    pub cpu_features: Vec<String>,
    pub operating_system: String,
}

impl Session {
    /// This process on this machine, up to now.
    #[must_use]
    pub fn of_this_process(runs_carried_out: u64, workers: usize, started_unix_seconds: u64) -> Self {
        let git = git();
        Self {
            runs_carried_out,
            command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
            workers,
            started_unix_seconds,
            ended_unix_seconds: super::unix_seconds(),
            burnmark_version: env!("CARGO_PKG_VERSION").to_owned(),
            crate_versions: crate_versions(),
            git_dirty: git.as_ref().map(|(_, dirty)| *dirty),
            git_commit: git.map(|(commit, _)| commit),
            cpu: cpu(),
            cpu_features: cpu_features(),
            operating_system: std::env::consts::OS.to_owned(),
        }
    }
}

/// One source of a spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    pub name: String,
    pub text: String,
}

/// Commit and dirty flag of the current folder, if it is in a git repository.
fn git() -> Option<(String, bool)> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let commit = git(&["rev-parse", "HEAD"])?.trim().to_owned();
    let dirty = !git(&["status", "--porcelain", "--untracked-files=no"])?.trim().is_empty();
    Some((commit, dirty))
}

/// The processor's name, where the system tells.
fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name =
        text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), str::to_owned)
}

/// Those of the processor's features that the kernels choose by.
fn cpu_features() -> Vec<String> {
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! detected {
            ($($feature:tt),*) => {
                [$(($feature, std::is_x86_feature_detected!($feature))),*]
            };
        }
        let features = detected!("sse2", "sse4.2", "avx", "avx2", "fma", "avx512f", "avx512vl");
        features.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
    }
    #[cfg(not(target_arch = "x86_64"))]
    Vec::new()
}

/// The versions of the crates that compute, as pinned in Cargo.lock.
fn crate_versions() -> BTreeMap<String, String> {
    const LOCK: &str = include_str!("../../Cargo.lock");
    let computing = ["burn", "burn-flex", "burn-ndarray", "chacha20", "gemm", "libm", "ndarray", "polars", "pulp"];
    let mut lines = LOCK.lines();
    let mut versions = BTreeMap::new();
    while let Some(line) = lines.next() {
        let quoted = |line: &'static str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"'));
        let (Some(name), Some(version)) =
            (quoted(line, "name = "), lines.clone().next().and_then(|next| quoted(next, "version = ")))
        else {
            continue;
        };
        if computing.contains(&name) {
            versions.insert(name.to_owned(), version.to_owned());
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_knows_what_computes() {
        let versions = crate_versions();
        assert_eq!(versions["burn"], "0.22.1");
        assert!(versions.contains_key("libm") && versions.contains_key("pulp") && versions.contains_key("burn-flex"));
    }
}
