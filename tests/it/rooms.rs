//! The table of docs/decisions/0001-rooms.md holds: each module uses only what its row allows.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Room → rooms whose `crate::` paths may stand in it.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let below_train = ["num", "guard", "registry", "digest", "record", "data", "model", "engine", "optim", "schedule"];
    let with = |base: &[&'static str], more: &[&'static str]| [base, more].concat();
    BTreeMap::from([
        ("num", vec![]),
        ("guard", vec![]),
        ("registry", vec![]),
        ("digest", vec![]),
        ("record", vec!["digest"]),
        ("console", vec!["record"]),
        ("data", vec!["num", "registry", "record", "guard", "digest"]),
        ("model", vec!["num", "registry", "guard", "digest"]),
        ("engine", vec!["num", "data", "model"]),
        ("optim", vec!["num", "registry"]),
        ("schedule", vec!["registry"]),
        ("formula", vec!["num", "registry", "digest", "optim"]),
        ("solve", vec!["num", "registry"]),
        ("train", below_train.to_vec()),
        ("experiment", with(&below_train, &["solve", "train"])),
        ("harness", with(&below_train, &["console", "solve", "train", "experiment", "store", "analysis"])),
        ("store", vec!["record", "num", "guard"]),
        ("analysis", vec!["store", "record"]),
        ("report", vec!["analysis", "solve", "store", "record"]),
        ("export", vec!["store", "record", "digest"]),
        (
            "cli",
            with(
                &below_train,
                &["console", "solve", "train", "experiment", "harness", "store", "analysis", "report", "export"],
            ),
        ),
    ])
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn rooms_use_only_what_their_row_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed = allowed();
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut seen = 0;
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        let allowed = allowed.get(room.as_str()).unwrap_or_else(|| panic!("`{room}` has no row in the table"));
        let text = fs::read_to_string(&file).unwrap();
        // Tests may look around; they come last in a file.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for used in code.split("crate::").skip(1) {
            let list = used.strip_prefix('{').map(|list| list.split('}').next().unwrap());
            let used: Vec<&str> = list.map_or(vec![used], |list| list.split(',').map(str::trim).collect());
            for path in used.into_iter().filter(|path| !path.is_empty()) {
                let other: String = path.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                seen += 1;
                assert!(
                    other == room || allowed.contains(&other.as_str()),
                    "{}: `{room}` uses `{other}`",
                    inside.display()
                );
            }
        }
    }
    assert!(seen > 50, "the rooms' uses were found");
}
