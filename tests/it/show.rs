//! `burnmark show`: provenance, one run, and a spec that runs it alone.

use crate::support::{SMALL, Sweep};
use burnmark::plan::{Spec, spec_of_one};
use std::fs;
use std::path::Path;

#[test]
fn provenance_is_shown() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-j", "2", "-o", "r", "--set", "train.batch=20"]).ended_with(0);
    let shown = sweep.run(&["show", "r"]).ended_with(0).stdout;
    for says in [
        "small: Does everything work together?",
        "20 of 20, ",
        "run x.toml -q -j 2 -o r --set train.batch=20",
        "20 by 2 workers",
        "binary, BLAKE3",
        "burn 0.22.1",
        "operating system",
        "  runs.parquet ",
        "x.toml\n  \n  name = \"small\"",
        "--set train.batch=20\n  20\n",
        " UTC, for ",
    ] {
        assert!(shown.contains(says), "`{says}` is missing in\n{shown}");
    }
    let manifest = burnmark::store::manifest_of(&sweep.path("r")).unwrap();
    for digest in manifest.table_digests.values().chain(manifest.data_digests.values()) {
        assert!(shown.contains(digest), "{digest}");
    }
    let digest = blake3::hash(&fs::read(env!("CARGO_BIN_EXE_burnmark")).unwrap()).to_hex().to_string();
    assert_eq!(manifest.sessions[0].binary_digest.as_deref(), Some(digest.as_str()), "of the program that ran");
    let json = sweep.run(&["show", "r", "--json"]).ended_with(0).stdout;
    assert_eq!(serde_json::from_str::<burnmark::store::Manifest>(&json).unwrap(), manifest);
}

#[test]
fn a_run_is_shown_by_the_first_digits_of_its_identity() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-q", "-o", "r"]).ended_with(0);
    let (_, runs) = burnmark::store::read(&sweep.path("r")).unwrap();
    let run = &runs[3];
    let shown = sweep.run(&["show", "r", &run.record.run.to_string()[..8]]).ended_with(0).stdout;
    let last = run.record.curve.last().unwrap();
    for says in [
        &run.record.run.to_string(),
        &format!("{:?}", last.test.loss),
        &run.record.hashes.as_ref().unwrap().batch_order,
    ] {
        assert!(shown.contains(says), "`{says}` is missing in\n{shown}");
    }
    let json = sweep.run(&["show", "r", &run.record.run.to_string(), "--json"]).ended_with(0).stdout;
    assert_eq!(&serde_json::from_str::<burnmark::store::Finished>(&json).unwrap(), run);
    let says = |arguments: &[&str], says: &str| {
        let result = sweep.run(arguments).ended_with(2);
        assert!(result.stderr.contains(says), "{}", result.stderr);
    };
    says(&["show", "r", "abc"], "is too short for a run");
    says(&["show", "r", "no such run"], "no run of these results begins with `no such run`");
    says(&["show", "s"], "no results in `s`");
    says(&["show", "r", "--spec"], "<RUN>");
}

/// Every kind of setting survives: all runs of the experiments that try everything, and of the main job, have the same
/// identity from a spec of their own.
#[test]
fn a_spec_of_one_run_has_its_identity() {
    let experiments = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments");
    let mut tried = 0;
    let files = fs::read_dir(&experiments).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| path.is_file()) {
        let spec = match Spec::load(&path, &[], &burnmark::catalogue::Catalogue::standard()) {
            Ok(spec) => spec,
            Err(problems) => panic!("{}", problems.render(false)),
        };
        // Each run's text differs by what the axes say; a prime stride meets every value of every axis.
        for run in spec.runs().step_by(7) {
            let text = spec_of_one(&run, "one", "Alone?", &spec.folder);
            let one = Spec::parse("one.toml".to_owned(), text.clone(), &[])
                .unwrap_or_else(|problems| panic!("{text}\n{}", problems.render(false)));
            assert_eq!(one.len(), 1);
            assert_eq!(one.identity(&one.run(0)), spec.identity(&run), "{text}");
            tried += 1;
        }
    }
    assert!(tried > 1000, "{tried}");
}

/// Through the command line, with a data file and a file of weights beside a spec in another folder.
#[test]
fn a_spec_of_one_run_runs_it_alone_to_the_same_bits() {
    let sweep = Sweep::new("");
    fs::create_dir(sweep.path("specs")).unwrap();
    let rows: Vec<String> = (0..60).map(|i| format!("{},{},{}\n", i, (i * 7) % 11, (i * i) % 13)).collect();
    fs::write(sweep.path("specs/my \"own\" é.csv"), format!("a,b,y\n{}", rows.concat())).unwrap();
    let first = r#"
        name = "own"
        engine = "reference"
        precision = "f64"
        seeds = [5, 11]
        data.set = { csv = 'my "own" é.csv', target = "y" }
        model = { kind = "linear" }
        train = { epochs = 2, batch = 8, curve = "step" }
        output.parameters = true
        [sweep]
        optimizer = [{ kind = "adam", lr = [0.1, 0.30000000000000004] }]
    "#;
    fs::write(sweep.path("specs/first.toml"), first).unwrap();
    sweep.run(&["run", "specs/first.toml", "-q", "-o", "first"]).ended_with(0);
    let (_, runs) = burnmark::store::read(&sweep.path("first")).unwrap();
    fs::copy(
        sweep.path(&format!("first/parameters/{}.safetensors", runs[0].record.run)),
        sweep.path("specs/w.safetensors"),
    )
    .unwrap();
    let second = first.replace(
        "model = { kind = \"linear\" }",
        "model = { kind = \"linear\", initial = { kind = \"file\", path = \"w.safetensors\" } }",
    );
    fs::write(sweep.path("specs/second.toml"), second).unwrap();
    sweep.run(&["run", "specs/second.toml", "-q", "-o", "second"]).ended_with(0);
    for folder in ["first", "second"] {
        let (_, runs) = burnmark::store::read(&sweep.path(folder)).unwrap();
        let located = "specs/my \"own\" é.csv";
        assert_eq!(runs.len(), 4);
        for run in &runs {
            let id = &run.record.run.to_string();
            let spec = sweep.run(&["show", folder, id, "--spec"]).ended_with(0).stdout;
            fs::write(sweep.path("one.toml"), spec).unwrap();
            sweep.run(&["run", "one.toml", "-q", "-o", id]).ended_with(0);
            let (manifest, alone) = burnmark::store::read(&sweep.path(id)).unwrap();
            assert_eq!((alone.len(), &alone[0].record.run.to_string()), (1, id));
            // All but where the file lies, which is a setting and not part of the identity.
            let path = &run.record.settings["data.set.path"];
            let mut same = alone[0].record.clone();
            assert_eq!(same.settings.insert("data.set.path".to_owned(), path.clone()).unwrap().to_string(), located);
            assert_eq!(same, run.record, "the same run, the same bits");
            assert_eq!(manifest.name, format!("own-{}", &id[..8]));
            fs::remove_dir_all(sweep.path(id)).unwrap();
        }
    }
}
