//! manifest.json: where results come from.

use crate::record::{Protocol, Reading};
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
    /// BLAKE3 of the identities of all runs of the experiment, in their order; with a protocol of those of its first stage.
    pub plan_digest: String,
    /// Which part of the runs is meant; all, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// How the runs are read, where the spec says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// Of both stages, where there is a protocol.
    pub runs_planned: u64,
    pub runs_finished: u64,
    pub runs_diverged: u64,
    pub runs_failed: u64,
    pub numerics_version: u32,
    /// BLAKE3 of the data sets' figures, by their settings.
    pub data_digests: BTreeMap<String, String>,
    /// What was read of the data sets, by their settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, Reading>,
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
    /// BLAKE3 of the program's file, where the system tells which it is.
    pub binary_digest: Option<String>,
    /// The crates that compute, with their versions.
    pub crate_versions: BTreeMap<String, String>,
    /// As `rustc --version` says it; earlier programs did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiler: Option<String>,
    /// The commit of the folder in which the command ran, and whether it had changes; none outside a repository.
    pub git_commit: Option<String>,
    pub git_dirty: Option<bool>,
    pub cpu: String,
    /// Of the workers, which may run in an emulator.
    pub cpu_features: Vec<String>,
    pub operating_system: String,
}

/// What a manifest's text begins with: the digest of all that follows the line.
pub(super) const HEAD: &str = "{\n  \"manifest_digest\": \"";

impl Manifest {
    /// The manifest as a file's text. Its first entry is BLAKE3 of the lines below it, so that no bit of the file can
    /// change unseen.
    #[must_use]
    pub fn to_text(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        let rest = json.strip_prefix("{\n").expect("a manifest has fields");
        format!("{HEAD}{}\",\n{rest}", blake3::hash(rest.as_bytes()).to_hex())
    }

    /// The manifest of a file's text.
    ///
    /// # Errors
    /// Where the text is not what [`Self::to_text`] wrote.
    pub fn of_text(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix(HEAD).and_then(|text| text.split_once("\",\n"));
        let (digest, rest) = parts.ok_or("it does not begin with its digest")?;
        let found = blake3::hash(rest.as_bytes()).to_hex();
        if found.as_str() != digest {
            return Err(format!("it was changed after it was written: its digest is {found}, and it says {digest}"));
        }
        serde_json::from_str(&format!("{{\n{rest}")).map_err(|why| why.to_string())
    }
}

impl Session {
    /// This process on this machine, up to now; the features are its own where the workers told none.
    #[must_use]
    pub fn of_this_process(
        runs_carried_out: u64,
        workers: usize,
        started_unix_seconds: u64,
        workers_features: Option<Vec<String>>,
    ) -> Self {
        let git = git();
        Self {
            runs_carried_out,
            command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
            workers,
            started_unix_seconds,
            ended_unix_seconds: super::unix_seconds(),
            burnmark_version: env!("CARGO_PKG_VERSION").to_owned(),
            binary_digest: binary_digest(),
            crate_versions: crate_versions(),
            compiler: Some(env!("BURNMARK_COMPILER").to_owned()),
            git_dirty: git.as_ref().map(|(_, dirty)| *dirty),
            git_commit: git.map(|(commit, _)| commit),
            cpu: cpu(),
            cpu_features: workers_features.unwrap_or_else(cpu_features),
            operating_system: operating_system(),
        }
    }
}

/// One of several equal parts of an experiment: the runs whose place, counted from 0, leaves number − 1 when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// From 1 to `of`.
    pub number: usize,
    pub of: usize,
}

impl Shard {
    /// Whether the run at a place is part of it.
    #[must_use]
    pub fn has(self, place: u64) -> bool {
        place % self.of as u64 == self.number as u64 - 1
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
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

/// The digest of the program that runs. On Linux it is found also when its file was replaced meanwhile.
fn binary_digest() -> Option<String> {
    let running = std::path::Path::new("/proc/self/exe");
    let path = if running.exists() { running.to_owned() } else { std::env::current_exe().ok()? };
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path).ok()?).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// The system's name, its kernel's version and its distribution, where it tells them.
fn operating_system() -> String {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let release = read("/etc/os-release");
    let pretty = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).unwrap_or_default();
    let kernel = read("/proc/sys/kernel/osrelease");
    let parts = [std::env::consts::OS, kernel.trim(), pretty.trim_matches('"')];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The processor's name, where the system tells.
fn cpu() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name =
        text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':').map(|(_, name)| name.trim()));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), str::to_owned)
}

/// Those of the processor's features that the kernels choose by.
#[must_use]
pub fn cpu_features() -> Vec<String> {
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
    fn no_bit_of_a_manifest_changes_unseen() {
        let manifest = Manifest {
            name: "x".to_owned(),
            question: "…?".to_owned(),
            spec: Vec::new(),
            plan_digest: "0".to_owned(),
            shard: Some(Shard { number: 1, of: 3 }),
            protocol: None,
            runs_planned: 3,
            runs_finished: 3,
            runs_diverged: 0,
            runs_failed: 0,
            numerics_version: 1,
            data_digests: BTreeMap::new(),
            data: BTreeMap::new(),
            table_digests: BTreeMap::new(),
            sessions: vec![Session::of_this_process(3, 2, 0, None)],
        };
        let text = manifest.to_text();
        assert_eq!(Manifest::of_text(&text).unwrap(), manifest);
        assert!(manifest.sessions[0].binary_digest.is_some());
        assert!(manifest.sessions[0].compiler.as_ref().unwrap().starts_with("rustc 1."));
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << (at % 8);
            assert!(String::from_utf8(flipped).map_or(true, |text| Manifest::of_text(&text).is_err()), "byte {at}");
            let cut = String::from_utf8(bytes[..at].to_vec());
            assert!(cut.map_or(true, |text| Manifest::of_text(&text).is_err()), "cut at {at}");
        }
    }

    #[test]
    fn the_lock_file_knows_what_computes() {
        let versions = crate_versions();
        assert_eq!(versions["burn"], "0.22.1");
        assert!(versions.contains_key("libm") && versions.contains_key("pulp") && versions.contains_key("burn-flex"));
    }
}
