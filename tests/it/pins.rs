//! What results depend on is pinned to one version, so that the manifest names what was built: `cargo install` without
//! `--locked`, and programs that use the library, take no notice of Cargo.lock.

use burnmark::store::Session;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Of the families that compute or write tables, the crates that need no pin, and why.
const UNPINNED: [(&str, &str); 18] = [
    ("burn-backend-extension", "macros' counterpart, no arithmetic"),
    ("burn-derive", "runs in the compiler"),
    ("burn-einsum", "not called"),
    ("burn-linalg", "not called"),
    ("burn-nn", "not called"),
    ("burn-pack", "not called"),
    ("gemm-c32", "complex numbers"),
    ("gemm-c64", "complex numbers"),
    ("gemm-f16", "half precision"),
    ("polars-arrow-format", "files of Arrow, which nothing reads"),
    ("polars-async", "waiting"),
    ("polars-buffer", "memory"),
    ("polars-config", "settings from the environment"),
    ("polars-dtype", "categories, which tables do not have"),
    ("polars-error", "messages"),
    ("polars-row", "not called"),
    ("polars-schema", "names and types of columns"),
    ("polars-utils", "memory"),
];

/// Single crates that results depend on.
const SINGLE: [&str; 11] = [
    "chacha20",
    "libm",
    "macerator",
    "matrixmultiply",
    "ndarray",
    "num-traits",
    "pulp",
    "safetensors",
    "statrs",
    "zstd-sys",
    "zune-jpeg",
];

fn pinned() -> BTreeMap<String, String> {
    Session::of_this_process(0, 0, 0, None, Path::new("/")).crate_versions
}

/// Names and versions of what is built for this target.
fn built() -> BTreeSet<(String, String)> {
    let tree = ["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let of = |line: &str| {
        let mut words = line.split(' ');
        // A requirement cannot ask for what follows the plus of `2.1.3+zstd.1.5.7`.
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.split('+').next()?.to_owned()))
    };
    text.lines().filter_map(of).collect()
}

#[test]
fn what_results_depend_on_is_pinned_to_what_is_built() {
    let (pinned, built) = (pinned(), built());
    assert!(built.len() > 100, "{built:?}");
    for (name, version) in &pinned {
        assert_eq!(version.split('.').count(), 3, "`={version}` lets {name} have several versions");
        let versions: Vec<&str> = built.iter().filter(|(built, _)| built == name).map(|(_, v)| v.as_str()).collect();
        assert_eq!(versions, [version.as_str()], "{name}");
    }
    let family = |name: &str| ["burn-", "gemm-", "polars-"].iter().any(|family| name.starts_with(family));
    let heads = ["burn", "gemm", "polars"];
    for (name, _) in built.iter().filter(|(name, _)| family(name) || heads.contains(&name.as_str())) {
        let is_free = UNPINNED.iter().any(|(free, _)| free == name);
        assert!(is_free != pinned.contains_key(name), "{name}: pin it in Cargo.toml, or say here why not");
    }
    for name in SINGLE {
        assert!(pinned.contains_key(name), "{name}");
    }
}
