//! The table of docs/decisions/0001-rooms.md holds: each module uses only what its row allows.

use super::imports::Imports;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Room → rooms whose `crate::` paths may stand in it; `value` may stand in each.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let below_train = [
        "num",
        "guard",
        "registry",
        "digest",
        "measure",
        "record",
        "data",
        "activation",
        "model",
        "engine",
        "optim",
        "schedule",
    ];
    let with = |base: &[&'static str], more: &[&'static str]| [base, more].concat();
    BTreeMap::from([
        ("value", vec![]),
        ("num", vec![]),
        ("guard", vec![]),
        ("registry", vec![]),
        ("digest", vec![]),
        ("measure", vec!["num", "registry"]),
        ("record", vec!["digest", "registry", "measure"]),
        ("console", vec!["record"]),
        ("data", vec!["num", "registry", "record", "guard", "digest"]),
        ("activation", vec!["num", "registry"]),
        ("model", vec!["num", "registry", "guard", "digest", "activation"]),
        ("engine", vec!["num", "activation", "data", "model"]),
        ("optim", vec!["num", "registry"]),
        ("schedule", vec!["registry"]),
        ("formula", vec!["num", "registry", "digest", "activation", "optim", "schedule"]),
        ("solve", vec!["num", "registry"]),
        ("train", below_train.to_vec()),
        ("catalogue", with(&below_train, &["formula", "solve", "train", "report"])),
        ("spec", with(&below_train, &["formula", "solve", "train", "catalogue"])),
        ("protocol", vec!["record", "registry", "catalogue", "spec"]),
        ("plan", with(&below_train, &["formula", "solve", "train", "catalogue", "spec", "protocol"])),
        (
            "harness",
            with(
                &below_train,
                &["console", "formula", "solve", "train", "catalogue", "spec", "protocol", "plan", "store", "analysis"],
            ),
        ),
        ("store", vec!["record", "num", "guard"]),
        ("analysis", vec!["store", "record", "measure"]),
        ("report", vec!["analysis", "solve", "store", "record", "measure"]),
        ("export", vec!["store", "record", "digest", "guard"]),
        ("cluster", vec!["digest", "record", "plan", "store", "harness", "export"]),
        (
            "cli",
            with(
                &below_train,
                &[
                    "console",
                    "formula",
                    "solve",
                    "train",
                    "catalogue",
                    "spec",
                    "protocol",
                    "plan",
                    "harness",
                    "store",
                    "analysis",
                    "report",
                    "export",
                    "cluster",
                ],
            ),
        ),
    ])
}

#[test]
fn rooms_use_only_what_their_row_allows() {
    let imports = Imports::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let (allowed, mut seen) = (allowed(), 0);
    let room = |file: &str| file.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
    for (file, uses) in imports.graph() {
        let own = room(file);
        if own == "lib" || own == "main" {
            continue;
        }
        let allowed = allowed.get(own.as_str()).unwrap_or_else(|| panic!("`{own}` has no row in the table"));
        for other in uses.into_iter().map(room) {
            seen += 1;
            let may = other == own || other == "value" || allowed.contains(&other.as_str());
            assert!(may, "{file}: `{own}` uses `{other}`");
        }
    }
    assert!(seen > 500, "the rooms' uses were found");
}

/// No two files import each other, neither directly nor through others; `imports.rs` says what an import is.
#[test]
fn no_files_import_each_other() {
    let imports = Imports::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let circles = circles(&imports.graph());
    assert!(circles.is_empty(), "{circles:#?}");
}

/// The files of each circle, and of circles that touch, together.
fn circles<'f>(graph: &BTreeMap<&'f str, BTreeSet<&'f str>>) -> Vec<Vec<&'f str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|file| (*file, reached(graph, file))).collect();
    let circle = |file: &'f str| -> Vec<&'f str> {
        reached[file].iter().copied().filter(|other| reached[other].contains(file)).collect()
    };
    let all: BTreeSet<Vec<&str>> = graph.keys().map(|file| circle(file)).filter(|circle| !circle.is_empty()).collect();
    all.into_iter().collect()
}

/// The files that a file imports, directly or through others.
fn reached<'f>(graph: &BTreeMap<&'f str, BTreeSet<&'f str>>, file: &'f str) -> BTreeSet<&'f str> {
    let (mut found, mut open) = (BTreeSet::new(), vec![file]);
    while let Some(file) = open.pop() {
        open.extend(graph[file].iter().filter(|next| found.insert(**next)));
    }
    found
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let imports = Imports::of(
        [
            ("lib.rs", "pub mod room;\nmod other;\n"),
            (
                "room/mod.rs",
                "mod a;\nmod b;\npub mod deep;\npub use a::{A, A2};\npub struct Own;\nfn f() { b::g(); A2::h() }\n",
            ),
            ("room/a.rs", "use super::{b::B, Own};\nmod inside { use super::super::deep::Deep; }\n"),
            (
                "room/b.rs",
                "// use super::a::A;\nconst T: &str = \"super::a::A\";\npub use crate::room::deep::{far::{Far}};\n",
            ),
            ("room/deep/mod.rs", "pub mod far;\nuse crate::{room::{A}, other};\n"),
            (
                "room/deep/far.rs",
                "use super::super::A2 as Renamed;\n#[cfg(test)]\nmod tests { use crate::other::X; }\n",
            ),
            ("other.rs", ""),
        ]
        .map(|(name, text)| (name.to_owned(), text.to_owned())),
    );
    let graph = imports.graph();
    let of = |file: &str| graph[file].iter().copied().collect::<Vec<_>>();
    assert_eq!(of("room/mod.rs"), ["room/a.rs", "room/b.rs"]);
    assert_eq!(of("room/a.rs"), ["room/b.rs", "room/deep/mod.rs", "room/mod.rs"]);
    assert!(of("room/b.rs").is_empty(), "re-exports, comments and texts are not imports");
    assert_eq!(of("room/deep/mod.rs"), ["other.rs", "room/a.rs"]);
    assert_eq!(of("room/deep/far.rs"), ["room/a.rs"]);
    assert_eq!(circles(&graph), [["room/a.rs", "room/deep/mod.rs", "room/mod.rs"]]);
}
