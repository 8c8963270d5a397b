//! A process that carried runs out: by which program, from where, on which machine.

use super::commit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

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
    /// The commit of the sources that the program was built from; `None` where they lay in no repository. Programs before
    /// numerics version 3 wrote the commit of the working folder, under another name.
    pub program_commit: Option<String>,
    /// Whether these sources differed from the commit; `None` where git could not tell.
    pub program_dirty: Option<bool>,
    /// The commit of the repository that the spec lies in, if it lies in one.
    pub spec_commit: Option<String>,
    /// The crates that results depend on, with the versions that the program was built with.
    pub crate_versions: BTreeMap<String, String>,
    /// As `rustc --version` says it; earlier programs did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiler: Option<String>,
    pub cpu: String,
    /// Of the workers, which may run in an emulator.
    pub cpu_features: Vec<String>,
    /// What the GPU is called that an engine computed on, by the engine's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gpus: BTreeMap<String, String>,
    pub operating_system: String,
}

impl Session {
    /// This process on this machine, up to now, without a GPU; the features are its own where the workers told none.
    #[must_use]
    pub fn of_this_process(
        runs_carried_out: u64,
        workers: usize,
        started_unix_seconds: u64,
        workers_features: Option<Vec<String>>,
        spec_folder: &Path,
    ) -> Self {
        Self {
            runs_carried_out,
            command_line: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
            workers,
            started_unix_seconds,
            ended_unix_seconds: unix_seconds(),
            burnmark_version: env!("CARGO_PKG_VERSION").to_owned(),
            binary_digest: binary_digest(),
            program_commit: program_commit().map(str::to_owned),
            program_dirty: program_dirty(),
            spec_commit: commit::around(spec_folder),
            crate_versions: crate_versions(),
            compiler: Some(env!("BURNMARK_COMPILER").to_owned()),
            cpu: cpu(),
            cpu_features: workers_features.unwrap_or_else(cpu_features),
            gpus: BTreeMap::new(),
            operating_system: operating_system(),
        }
    }

    /// What computed: the processor, and the GPUs.
    #[must_use]
    pub fn processors(&self) -> String {
        let gpus = self.gpus.values().map(|gpu| format!(" with {gpu}"));
        self.cpu.clone() + &gpus.collect::<String>()
    }

    /// The program's commit in words; `None` where there is none.
    #[must_use]
    pub fn program_commit_in_words(&self) -> Option<String> {
        Some(in_words(self.program_commit.as_ref()?, self.program_dirty))
    }
}

/// The commit of this program's sources, its first so many digits, in words; `None` where they lay in no repository.
#[must_use]
pub fn commit_in_words(digits: usize) -> Option<String> {
    let commit = program_commit()?;
    Some(in_words(commit.get(..digits).unwrap_or(commit), program_dirty()))
}

/// As build.rs found it.
fn program_commit() -> Option<&'static str> {
    Some(env!("BURNMARK_COMMIT")).filter(|commit| !commit.is_empty())
}

fn program_dirty() -> Option<bool> {
    env!("BURNMARK_DIRTY").parse().ok()
}

fn in_words(commit: &str, dirty: Option<bool>) -> String {
    let dirty = if dirty == Some(true) { " with uncommitted changes" } else { "" };
    format!("{commit}{dirty}")
}

/// The digest of the program that runs. On Linux it is found also when its file was replaced meanwhile.
fn binary_digest() -> Option<String> {
    let running = Path::new("/proc/self/exe");
    let path = if running.exists() { running.to_owned() } else { std::env::current_exe().ok()? };
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(path).ok()?).ok()?;
    Some(hasher.finalize().to_hex().to_string())
}

/// The crates that Cargo.toml pins to one version (`=1.2.3`). No other version can have been built, whatever Cargo.lock was
/// there: `cargo install` without `--locked` ignores ours.
fn crate_versions() -> BTreeMap<String, String> {
    const CARGO_TOML: &str = include_str!("../../Cargo.toml");
    let Ok(toml) = toml::de::DeTable::parse(CARGO_TOML) else { return BTreeMap::new() };
    let dependencies = toml.get_ref().get("dependencies").and_then(|value| value.get_ref().as_table());
    let pinned = dependencies.into_iter().flatten().filter_map(|(name, requirement)| {
        let requirement = requirement.get_ref();
        let version = requirement.as_str().or_else(|| requirement.get("version")?.get_ref().as_str())?;
        Some((name.get_ref().to_string(), version.strip_prefix('=')?.to_owned()))
    });
    pinned.collect()
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
#[must_use]
pub fn cpu() -> String {
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

/// Now, UTC, in seconds since 1970.
#[must_use]
pub fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_names_the_program() {
        let session = Session::of_this_process(3, 2, 0, None, Path::new("."));
        assert!(session.binary_digest.is_some());
        assert!(session.compiler.unwrap().starts_with("rustc 1."));
        assert_eq!(session.crate_versions["burn"], "0.22.1");
        for name in ["libm", "pulp", "chacha20", "burn-flex", "polars-parquet", "statrs"] {
            assert!(session.crate_versions.contains_key(name), "{name}");
        }
    }

    /// The tests are built from this checkout, whose commit the module reads by itself.
    #[test]
    fn the_commit_is_that_of_the_sources() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let session = Session::of_this_process(0, 0, 0, None, sources);
        if sources.join(".git").exists() {
            assert!(session.program_commit.is_some());
            assert_eq!(session.program_commit, session.spec_commit);
        }
    }
}
