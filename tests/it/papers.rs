//! Results in a paper: tables and macros for LaTeX, references, one file that anyone can verify.

use crate::support::{Result, SMALL, Sweep};
use burnmark::catalogue::{Catalogue, EntryKind};
use burnmark::report::has_reference;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;

fn small() -> Sweep {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0);
    sweep
}

/// Every command of a text: a backslash with the letters after it.
fn commands(text: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(char::is_ascii_alphabetic).collect::<String>();
    text.split('\\').skip(1).map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn latex_has_the_numbers_of_the_document() {
    let sweep = small();
    let latex = sweep.run(&["report", "r", "--latex"]).ended_with(0).stdout;
    let json = sweep.run(&["report", "r", "--json"]).ended_with(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let ranking = &json["questions"][0]["rankings"][0];
    assert_eq!(ranking["data"], "iris");
    let best = &ranking["methods"][0];
    let name = best["method"].as_str().unwrap().replace("gradient-descent", "GradientDescent");
    let name = name[..1].to_uppercase() + &name[1..];
    let mean = best["mean"].as_f64().unwrap();
    assert!(latex.contains(&format!("\\newcommand{{\\burnIris{name}Mean}}{{{mean:.4}}}")), "{latex}");
    assert!(latex.contains("\\newcommand{\\burnRuns}{20}") && latex.contains("\\newcommand{\\burnDataSets}{2}"));
    assert_eq!(latex.matches("\\begin{tabular}").count(), 4, "a ranking and differences on two data sets");
    assert_eq!(latex.matches("\\begin").count(), latex.matches("\\end{").count());
    // A row has as many cells as the table has columns.
    for table in latex.split("\\begin{tabular}{").skip(1) {
        let (columns, body) = table.split_once('}').unwrap();
        let rows = body.split("\\end{tabular}").next().unwrap().lines().filter(|line| line.ends_with("\\\\"));
        for row in rows {
            assert_eq!(row.matches(" & ").count() + 1, columns.len(), "{row}");
        }
    }
    let known = [
        "newcommand",
        "ensuremath",
        "begin",
        "end",
        "centering",
        "small",
        "caption",
        "label",
        "toprule",
        "midrule",
        "bottomrule",
        "resizebox",
        "clearpage",
        "ifdim",
        "width",
        "linewidth",
        "else",
        "fi",
    ];
    for command in commands(&latex) {
        assert!(
            command.starts_with("burn")
                || command == "usepackage"
                || known.contains(&command.as_str())
                || command == "infty",
            "\\{command}"
        );
    }
}

/// LaTeX ends with an error where it has to keep many tables that have no page yet.
#[test]
fn many_tables_get_their_pages_in_between() {
    let sets = r#""data.set" = ["iris", "wine", "breast-cancer", "two-moons", "spirals", "diabetes", "#;
    let sweep = Sweep::new(SMALL.replace(r#""data.set" = ["iris", "#, sets));
    sweep.run(&["run", "x.toml", "-o", "r", "-q", "--epochs", "1", "--no-check"]).ended_with(0);
    let latex = sweep.run(&["report", "r", "--latex"]).ended_with(0).stdout;
    let tables = latex.split("\\clearpage").map(|part| part.matches("\\begin{table}").count()).collect::<Vec<_>>();
    assert_eq!(tables, [12, 2]);
}

#[test]
fn names_of_a_spec_are_no_commands() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-o", "\\input{x}_&%", "-q"]).ended_with(0);
    let latex = sweep.run(&["compare", "\\input{x}_&%", "\\input{x}_&%", "--latex"]).ended_with(0).stdout;
    assert!(latex.contains("\\textbackslash{}input\\{x\\}\\_\\&\\%") && !latex.contains("\\input"), "{latex}");
}

#[test]
fn comparisons_are_markdown_and_latex_too() {
    let sweep = small();
    sweep.run(&["run", "x.toml", "-o", "s", "-q", "--epochs", "1"]).ended_with(0);
    let markdown = sweep.run(&["compare", "r", "s", "--markdown"]).ended_with(0).stdout;
    assert!(
        markdown.contains("### s compared with r") && markdown.contains("| iris | adam | accuracy |"),
        "{markdown}"
    );
    let latex = sweep.run(&["compare", "r", "s", "--latex"]).ended_with(0).stdout;
    assert!(latex.contains("\\begin{tabular}{lllrrrrrrl}") && latex.contains("iris & adam & accuracy"), "{latex}");
    sweep.run(&["compare", "r", "s", "--latex", "--csv"]).ended_with(2);
    let baseline = ["compare", "r", "--baseline", "optimizer.kind=adam", "--markdown"];
    assert!(sweep.run(&baseline).ended_with(0).stdout.contains("compared with optimizer.kind=adam"));
    let markdown = sweep.run(&["report", "r", "--markdown"]).ended_with(0).stdout;
    assert!(markdown.contains("### differences: iris, test accuracy") && markdown.contains("adam − "), "{markdown}");
}

#[test]
fn what_results_use_is_cited() {
    let sweep = small();
    let cited = sweep.run(&["cite", "r"]).ended_with(0).stdout;
    let keys: Vec<&str> = cited.lines().filter_map(|line| line.strip_prefix('@')?.split('{').nth(1)).collect();
    for key in ["burnmark,", "kingma2015,", "cauchy1847,", "nesterov1983,", "srivastava2014,", "fisher1936,"] {
        assert!(keys.contains(&key), "{key} is missing in {keys:?}");
    }
    for key in ["polyak1964,", "efron2004,", "loshchilov2017,"] {
        assert!(!keys.contains(&key), "{key} is not used");
    }
    let version = env!("CARGO_PKG_VERSION");
    assert!(cited.contains(&format!("version = {{{version}}}")) && !cited.contains("COMMIT"), "{cited}");
}

/// Each entry of the registries that are cited has a reference, or is listed as nobody's work in particular.
#[test]
fn every_entry_has_a_reference_or_needs_none() {
    let known: BTreeSet<&str> = has_reference().collect();
    for (kind, key) in [
        (EntryKind::Optimizer, "optimizer.kind"),
        (EntryKind::Annealing, "annealing.kind"),
        (EntryKind::DataSet, "data.set.kind"),
        (EntryKind::Initial, "model.initial.kind"),
        (EntryKind::Average, "train.average.kind"),
        (EntryKind::Model, "model.kind"),
        (EntryKind::Layer, "model.layers"),
        (EntryKind::Activation, "model.activation.kind"),
        (EntryKind::Loss, "model.loss.kind"),
        (EntryKind::Measure, "train.measures"),
        (EntryKind::Stop, "train.stop.kind"),
    ] {
        for entry in Catalogue::standard().entries(kind) {
            let name = format!("{key}={}", entry.name);
            // A norm is over a position or over the batch, and each has its own.
            let names =
                if name == "model.layers=norm" { vec![name.clone() + "-layer", name + "-batch"] } else { vec![name] };
            for name in names {
                assert!(known.contains(name.as_str()), "{name} has no place in report/references.bib");
            }
        }
    }
}

/// Parts of networks and measures stand within lists.
#[test]
fn parts_and_measures_are_cited() {
    let sweep = Sweep::new(
        r#"
        name = "x"
        engine = "reference"
        data = { set = "iris" }
        train = { epochs = 1, measures = ["roc-auc", "brier"] }
        optimizer = { kind = "adam", lr = 0.01 }
        [model]
        kind = "layers"
        layers = [{ residual = [{ norm = "layer" }, { dense = 4, activation = "gelu" }] }]
    "#,
    );
    sweep.run(&["run", "x.toml", "-o", "r", "-q"]).ended_with(0);
    let cited = sweep.run(&["cite", "r"]).ended_with(0).stdout;
    for key in ["{he2016,", "{ba2016,", "{hendrycks2016,", "{hanley1982,", "{brier1950,", "{kingma2015,"] {
        assert!(cited.contains(key), "{key} is missing in {cited}");
    }
    assert!(!cited.contains("{ioffe2015,") && !cited.contains("{cho2014,") && !cited.contains("no entry"), "{cited}");
}

#[test]
fn a_bundle_is_verified_bit_for_bit() {
    let sweep = Sweep::new(SMALL);
    sweep.run(&["run", "x.toml", "-o", "r", "-q", "--keep-parameters"]).ended_with(0);
    sweep.run(&["bundle", "r"]).ended_with(0);
    sweep.run(&["bundle", "r", "-o", "again.tar.gz"]).ended_with(0);
    assert_eq!(sweep.bytes("r.tar.gz"), sweep.bytes("again.tar.gz"), "the same folder, the same bytes");
    assert!(sweep.run(&["bundle", "r"]).ended_with(1).stderr.contains("it exists"));
    let verified = sweep.run(&["verify", "r.tar.gz", "-q"]).ended_with(0).stdout;
    assert!(verified.contains("confirmed, bit for bit  20"), "{verified}");
    // Any tar takes it.
    let listed = std::process::Command::new("tar").args(["-tzf", "r.tar.gz"]).current_dir(sweep.path("")).output();
    if let Ok(listed) = listed {
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.starts_with("small/manifest.json\nsmall/runs.parquet\n"), "{listed}");
        assert!(
            listed.contains("small/figures/learning-curves.svg") && listed.contains("small/parameters/"),
            "{listed}"
        );
    }
}

/// An archive with this entry, as `tar` writes it.
fn archive(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut head = [0_u8; 512];
    head[..name.len()].copy_from_slice(name.as_bytes());
    head[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    head[156] = kind;
    head[257..265].copy_from_slice(b"ustar\x0000");
    head[148..156].fill(b' ');
    let sum: u64 = head.iter().map(|byte| u64::from(*byte)).sum();
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let padded = content.len().next_multiple_of(512);
    let mut bytes = [&head[..], content].concat();
    bytes.resize(512 + padded + 1024, 0);
    bytes
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// What is in an archive of a stranger writes nowhere and fills nothing.
#[test]
fn a_bundle_of_a_stranger_is_no_danger() {
    let sweep = Sweep::new("");
    fs::create_dir(sweep.path("tmp")).unwrap();
    let zeros = vec![0; 64 << 20];
    let mut endless = archive("x/runs.parquet", b'0', b"");
    endless[124..136].copy_from_slice(b"77777777777\0"); // 8 GiB are told
    for (bytes, says) in [
        (b"no archive".to_vec(), "is no bundle of results"),
        (packed(b"too short"), "is no bundle of results"),
        (packed(&archive("x/../../evil", b'0', b"evil")), "`x/../../evil` is no file of a result folder"),
        (packed(&archive("/etc/evil", b'0', b"evil")), "`/etc/evil` is no file of a result folder"),
        (packed(&archive("runs.parquet", b'0', b"evil")), "is in no folder"),
        (packed(&archive("x/runs.parquet", b'2', b"")), "an entry that is not a regular file"),
        (packed(&archive("x/figures", b'5', b"")), "an entry that is not a regular file"),
        (packed(&archive("x/manifest.json", b'0', b"{")), "manifest.json"),
        (packed(&endless), "damaged head"),
        (packed(&zeros), "it is empty"),
        (
            packed(
                &[archive("x/runs.parquet", b'0', b"a")[..1024].to_vec(), archive("x/runs.parquet", b'0', b"b")]
                    .concat(),
            ),
            "File exists",
        ),
        (
            packed(
                &[archive("x/runs.parquet", b'0', b"a")[..1024].to_vec(), archive("y/curves.parquet", b'0', b"b")]
                    .concat(),
            ),
            "several folders",
        ),
    ] {
        fs::write(sweep.path("b.tar.gz"), bytes).unwrap();
        let mut verify = sweep.command(&["verify", "b.tar.gz"]);
        let result = Result::of(verify.env("TMPDIR", sweep.path("tmp")).output().unwrap());
        assert!(matches!(result.code, Some(1 | 2)) && result.stderr.contains(says), "`{says}`: {}", result.stderr);
        assert!(!result.stderr.contains("panicked"), "{}", result.stderr);
    }
    assert!(!sweep.path("evil").exists() && !sweep.path("../evil").exists());
    assert_eq!(fs::read_dir(sweep.path("tmp")).unwrap().count(), 0, "nothing is left");
}
