//! The program as its user has it: its own methods in the whole command line, workers included.

use burnmark::{Catalogue, VerifyOptions, verify};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;

/// One of each kind.
const OWN: [&str; 13] = [
    "sign-momentum",
    "conjugate-gradients",
    "parabola",
    "isru",
    "squared-hinge",
    "lecun",
    "funnel",
    "prelu",
    "low-loss",
    "epoch-mean",
    "rings",
    "geometric-mean",
    "best-losses",
];

/// Runs the program in a folder; what it printed.
fn program(folder: &Path, words: &[&str], code: i32) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_own-optimizer")).args(words).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
    text
}

/// A folder with the spec.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for spec in ["own.toml", "regression.toml", "layers.toml"] {
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(spec), folder.join(spec)).unwrap();
    }
    folder
}

#[test]
fn own_methods_have_the_whole_command_line() {
    let folder = folder("own");
    let list = program(&folder, &["list"], 0);
    for own in OWN.into_iter().chain(["momentum", "iris"]) {
        assert!(list.contains(&format!("\n  {own} ")), "{own} is missing in {list}");
    }
    program(&folder, &["plan", "own.toml"], 0);
    let told = program(&folder, &["run", "own.toml", "--jobs", "2", "--quiet"], 0);
    assert!(told.contains("sign-momentum"), "{told}");
    assert!(fs::read_to_string(folder.join("results/own/figures/best-losses.svg")).unwrap().contains("sign-momentum"));
    let judged = program(&folder, &["report", "results/own", "--outcome", "geometric-mean"], 0);
    assert!(judged.contains("test geometric mean of recalls"), "{judged}");
    let verified = program(&folder, &["verify", "results/own", "--quiet"], 0);
    assert!(verified.contains("confirmed, bit for bit  36"), "{verified}");
    program(&folder, &["crosscheck", "own.toml", "--sample", "3"], 0);

    // The manifest says where the methods come from.
    let manifest = fs::read_to_string(folder.join("results/own/manifest.json")).unwrap();
    assert!(manifest.contains("\"sign-momentum\": \"own-optimizer 0.1.0\""), "{manifest}");

    // burnmark itself lacks them, and says so.
    let options =
        VerifyOptions { workers: 1, quiet: true, catalogue: Catalogue::standard(), ..VerifyOptions::default() };
    let why = verify(&folder.join("results/own"), &options, &AtomicBool::new(false)).unwrap_err();
    let expected = "these results use the annealing rule `parabola` of own-optimizer 0.1.0, which this program does not have; \
                    give this command to the program that made them";
    assert_eq!(why.to_string(), expected);
}

#[test]
fn an_own_solver_finds_what_a_built_in_one_finds() {
    let folder = folder("regression");
    let told = program(&folder, &["run", "regression.toml", "--jobs", "2", "--quiet"], 0);
    let accuracy = |method: &str| {
        let row = told.lines().find(|line| line.trim_start().starts_with(method)).unwrap_or_else(|| panic!("{told}"));
        row.split_whitespace().nth(1).unwrap().to_owned()
    };
    // Ten features and a bias: eleven iterations are the exact answer, to all digits that are shown.
    assert_eq!(accuracy("conjugate-gradients"), accuracy("qr"), "{told}");
    let verified = program(&folder, &["verify", "results/regression", "--quiet"], 0);
    assert!(verified.contains("confirmed, bit for bit  6"), "{verified}");
}

#[test]
fn an_own_layer_and_an_own_stopping_rule_are_as_built_in_ones() {
    let folder = folder("layers");
    let planned = program(&folder, &["plan", "layers.toml"], 0);
    // Eight slopes.
    let prelu = planned.lines().filter(|line| line.contains("layers.1  prelu"));
    assert_eq!(prelu.flat_map(str::split_whitespace).collect::<Vec<_>>(), ["layers.1", "prelu", "8", "8"], "{planned}");
    assert!(planned.contains("\nmodel.layers  2  dense 8 relu, dense 8 · prelu\n"), "{planned}");

    let told = program(&folder, &["run", "layers.toml", "--jobs", "2", "--quiet"], 0);
    assert!(told.contains("dense 8 · prelu"), "{told}");
    let verified = program(&folder, &["verify", "results/own-layers", "--quiet"], 0);
    assert!(verified.contains("confirmed, bit for bit  8"), "{verified}");
    program(&folder, &["crosscheck", "layers.toml", "--sample", "3"], 0);
    let manifest = fs::read_to_string(folder.join("results/own-layers/manifest.json")).unwrap();
    for own in ["prelu", "low-loss"] {
        assert!(manifest.contains(&format!("\"{own}\": \"own-optimizer 0.1.0\"")), "{manifest}");
    }

    // A mistake in it is told as in any other.
    fs::write(folder.join("wrong.toml"), WRONG).unwrap();
    let mistake = program(&folder, &["plan", "wrong.toml"], 2);
    assert!(mistake.contains("unknown key of a layer `prelu` `slope`"), "{mistake}");
}

const WRONG: &str = "name = 'wrong'\noptimizer = { kind = 'adam', lr = 0.01 }\ndata = { set = 'wine' }\n\
                     train = { epochs = 1 }\nmodel = { kind = 'layers', layers = [{ prelu = true, slope = 2 }] }";
