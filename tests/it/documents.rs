//! README and guide: every command runs and every spec is a good one, as they stand in the text.

use crate::support::{Result, SMALL, Sweep};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A block of code in a document.
pub struct Block {
    pub language: String,
    pub text: String,
    /// The line of text above it.
    pub above: String,
}

/// README and the pages of the guide, with their names.
pub fn documents() -> Vec<(String, Vec<Block>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join("docs/guide")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths.insert(0, root.join("README.md"));
    let named = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, blocks(&fs::read_to_string(path).unwrap()))
    };
    paths.into_iter().map(named).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let parts: Vec<&str> = text.split("\n```").collect();
    let block = |pair: &[&str]| {
        let (language, text) = pair[1].split_once('\n').unwrap();
        let above = pair[0].trim_end().lines().last().unwrap_or_default();
        Block { language: language.to_owned(), text: text.to_owned(), above: above.to_owned() }
    };
    parts.chunks_exact(2).map(block).collect()
}

/// A page says what it is for and shows it, before anything else.
#[test]
fn pages_of_the_guide_begin_with_their_purpose_and_an_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
    for (name, _) in documents().into_iter().filter(|(name, _)| name != "README.md") {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        let mut lines = text.lines();
        assert!(lines.next().unwrap().starts_with("# "), "{name}");
        let before: Vec<&str> =
            lines.take_while(|line| !line.starts_with("```")).filter(|line| !line.is_empty()).collect();
        let sentences = before.iter().filter(|line| !line.starts_with('#')).count();
        assert!(
            (1..=6).contains(&sentences)
                && before[0].starts_with(|first: char| first.is_alphanumeric() || first == '`'),
            "{name}: {before:#?}"
        );
        assert!(!before.iter().any(|line| line.starts_with(['|', '-'])), "{name}: {before:#?}");
    }
}

/// README's own experiment, with fewer epochs.
pub fn moons() -> String {
    let (_, blocks) = documents().remove(0);
    let spec = blocks.into_iter().find(|block| block.language == "toml").expect("README has a spec").text;
    assert!(spec.contains("epochs = 20"), "{spec}");
    spec.replace("epochs = 20", "epochs = 2")
}

/// An experiment of the guide's page on measures, by its name.
fn of_measures(experiment: &str) -> String {
    let is_page = |(name, _): &(String, Vec<Block>)| name == "measures.md";
    let (_, blocks) = documents().into_iter().find(is_page).expect("the guide has a page on measures");
    let is_spec = |block: &Block| block.text.starts_with(&format!("name = \"{experiment}\""));
    blocks.into_iter().find(is_spec).expect("the page has this spec").text
}

/// Programs that are not burnmark, and what of burnmark needs a network.
const NOT_RUN: &[&str] = &[
    "cargo build",
    "cargo test",
    "git clone",
    "cargo binstall",
    "cargo install",
    "jupyter",
    "mkdir",
    "packaging/",
    "pip install",
    "python -m burnmark",
    "sudo ",
    "cd ",
    "tensorboard",
    "mlflow",
    "MLFLOW_",
    "burnmark data fetch",
    "burnmark reproduce proben1",
    "burnmark submit",
    "burnmark claims", // in `claims.rs`
];

/// What a line runs, as this test can run it; nothing for a line that is not run.
pub fn command(line: &str, run: &str) -> Option<String> {
    let line = line.split(" #").next().unwrap().trim().replace("3f2a", run);
    let line = line.replace("cargo run-sweep", "burnmark run experiments/sweep.toml");
    let line = line.replace("cargo run --release --bin burnmark --", "burnmark");
    if line.is_empty() || NOT_RUN.iter().any(|not_run| line.starts_with(not_run)) {
        return None;
    }
    assert!(line.starts_with("burnmark "), "`{line}` is a command that this test does not know");
    Some(line)
}

/// A folder as the documents suppose it: small experiments of the names that they use, their results, data.
fn folder() -> Sweep {
    let sweep = Sweep::new(SMALL.replace("name = \"small\"", "name = \"x\""));
    fs::create_dir_all(sweep.path("experiments")).unwrap();
    fs::write(sweep.path("moons.toml"), moons()).unwrap();
    for name in ["cancer", "map"] {
        fs::write(sweep.path(&format!("{name}.toml")), of_measures(name)).unwrap();
    }
    for name in ["sweep", "nightly"] {
        let spec = SMALL.replace("name = \"small\"", &format!("name = \"{name}\"\nengine = \"reference\""));
        fs::write(sweep.path(&format!("experiments/{name}.toml")), spec).unwrap();
        let (spec, published) = (format!("experiments/{name}.toml"), format!("results/published/{name}"));
        for more in [&[][..], &["-o", &published]] {
            sweep.run(&[&["run", &spec, "-q"][..], more].concat()).ended_with(0);
        }
    }
    // The guide shows two of sixteen shards, and one of two elsewhere.
    for shard in 3..=16 {
        sweep.run(&["run", "x.toml", "-q", "--shard", &format!("{shard}/16")]).ended_with(0);
    }
    fs::create_dir(sweep.path("datasets")).unwrap();
    let diabetes = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/diabetes.csv");
    fs::copy(diabetes, sweep.path("datasets/diabetes.csv")).unwrap();
    fs::create_dir(sweep.path("experiments/reproductions")).unwrap();
    for name in ["wilson2017.toml", "wilson2017.csv"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/reproductions").join(name);
        fs::copy(from, sweep.path("experiments/reproductions").join(name)).unwrap();
    }
    let method = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/methods/trust-sign.toml");
    fs::copy(method, sweep.path("trust-sign.toml")).unwrap();
    write_data(&sweep);
    sweep.with_program()
}

fn write_data(sweep: &Sweep) {
    let row = |i: u32| format!("{},{},{},{},{}\n", i * 7 % 61, i * 7 % 13, i * 5 % 11, i % 2, i / 2 % 2);
    let rows: String = (0..60).map(row).collect();
    fs::write(sweep.path("mine.csv"), format!("id,a,remarks,y,species\n{rows}")).unwrap();
}

/// What a shell makes of a line in the folder.
pub fn run(sweep: &Sweep, line: &str) -> Result {
    let path = format!("{}:{}", sweep.path("bin").display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(sweep.path("")).env("PATH", path).env("BURNMARK_DATA", sweep.path("data"));
    Result::of(command.output().unwrap())
}

#[test]
fn every_command_of_the_documents_runs() {
    let sweep = folder();
    let first = burnmark::store::read(&sweep.path("results/sweep")).unwrap().1[0].record.run.to_string();
    let mut count = 0;
    // The tutorial's commands run in `tutorial.rs`, on its own files, and those for clusters in `cluster.rs`.
    let elsewhere = ["tutorial.md", "cluster.md"];
    for (name, blocks) in documents().into_iter().filter(|(name, _)| !elsewhere.contains(&name.as_str())) {
        // Each document exports to a folder that is new to its reader.
        ["tb", "m"].into_iter().for_each(|out| drop(fs::remove_dir_all(sweep.path(out))));
        for line in blocks.iter().filter(|block| block.language == "sh").flat_map(|block| block.text.lines()) {
            let Some(command) = command(line, &first[..8]) else { continue };
            if command.contains("merge results/x a/") {
                // One experiment in two divisions: the second is merged into a folder of its own.
                for (shard, out) in [("1/2", "a"), ("2/2", "b")] {
                    sweep.run(&["run", "x.toml", "-q", "-o", out, "--shard", shard]).ended_with(0);
                }
                fs::rename(sweep.path("results/x"), sweep.path("results/sixteen")).unwrap();
            }
            let result = run(&sweep, &command);
            assert_eq!(result.code, Some(0), "{name}: {line}\n{}{}", result.stdout, result.stderr);
            count += 1;
        }
    }
    assert!(count > 30, "{count} commands");
}

/// What goes around a fragment of a spec.
const BASE: &str = r#"
name = "fragment"
data.set = "digits"
model = { kind = "mlp", hidden = [4] }
train.epochs = 100
optimizer = { kind = "adam", lr = 0.1 }
"#;
/// What a protocol compares, tunes and averages over.
const AXES: &str = r#"
[sweep]
optimizer = [{ kind = "adam", lr = [0.1, 0.2] }, { kind = "momentum", lr = [0.1, 0.2] }]
annealing = ["constant", "cosine"]
"model.hidden" = [[4], [8]]
"#;

/// The same where solvers are compared: a model and batches that they take.
const SOLVED: &str = r#"
name = "fragment"
data.set = "diabetes"
model = { kind = "linear" }
train = { epochs = 100, batch = "full" }
"#;

/// A fragment as a whole spec: what it gives replaces the base's.
fn whole(fragment: &str) -> String {
    let base = if fragment.contains("\"normal-equations\"") { SOLVED } else { BASE };
    let gives = |line: &str| {
        let key = line.split(['.', ' ']).next().unwrap_or_default();
        fragment.lines().any(|own| own.split(['.', ' ']).next() == Some(key) && !key.is_empty())
    };
    let base = base.lines().filter(|line| !gives(line)).collect::<Vec<_>>().join("\n");
    let axes = if fragment.contains("[protocol]") { AXES } else { "" };
    format!("{base}\n{fragment}{axes}")
}

#[test]
fn every_spec_of_the_documents_is_one() {
    let sweep = folder();
    let mut count = 0;
    for (name, blocks) in documents() {
        for block in blocks.iter().filter(|block| block.language == "toml") {
            // Several values for one key are several specs.
            let alternatives = block.text.lines().filter(|line| line.starts_with("data = ")).count() > 1;
            let specs: Vec<String> = match &block.text {
                text if text.contains("name = \"") => vec![text.clone()],
                text if alternatives => text.lines().filter(|line| !line.trim().is_empty()).map(whole).collect(),
                text => vec![whole(text)],
            };
            for spec in specs {
                fs::write(sweep.path("spec.toml"), &spec).unwrap();
                let result = sweep.run(&["plan", "spec.toml"]);
                // Data of the reader's own are not here; all else is right.
                let no_file = result.stderr.contains("\n1 mistake found") && result.stderr.contains("No such file");
                assert!(result.code == Some(0) || no_file, "{name}:\n{spec}\n{}", result.stderr);
                count += 1;
            }
        }
    }
    assert!(count > 10, "{count} specs");
}

/// README's example of a message is what burnmark prints for the two slips.
#[test]
fn the_mistakes_that_readme_shows_are_those_that_are_found() {
    let (_, blocks) = documents().remove(0);
    let spec = blocks.iter().find(|block| block.language == "toml").unwrap();
    let shown = blocks.iter().find(|block| block.text.starts_with("error: ")).expect("README shows mistakes");
    let slips = spec.text.replace("batch = 32", "bach = 32").replace("\"gradient-descent\"", "\"gradient-decent\"");
    let sweep = Sweep::new("");
    fs::write(sweep.path("moons.toml"), slips).unwrap();
    let said = sweep.run(&["plan", "moons.toml"]).ended_with(2).stderr;
    assert_eq!(shown.text.trim_end(), said.trim_end(), "README shows another message");
}
