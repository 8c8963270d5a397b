//! The trials of a protocol, counted part by part, are those that its runs make when they are sorted one by one.

use burnmark::plan::Spec;
use burnmark::record::data_label;
use std::collections::BTreeMap;

/// One compared value on one data set, and the combinations of each of its trials.
type Cell = ((String, String), Vec<Vec<u64>>);

fn spec(text: &str) -> Spec {
    Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap_or_else(|why| panic!("{}", why.render(false)))
}

/// Sorts every combination by its settings, in the order of the file.
fn one_by_one(spec: &Spec) -> Vec<Cell> {
    let protocol = spec.protocol().unwrap();
    let mut cells: Vec<Cell> = Vec::new();
    let mut trials: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for (combination, run) in (0..).zip(spec.runs().step_by(spec.seeds.len())) {
        let settings = run.settings();
        let label = (data_label(&settings), protocol.method(&settings));
        let place = cells.iter().position(|(known, _)| *known == label).unwrap_or_else(|| {
            cells.push((label, Vec::new()));
            cells.len() - 1
        });
        let next = cells[place].1.len();
        let trial = *trials.entry((place, protocol.trial(&settings))).or_insert(next);
        if trial == next {
            cells[place].1.push(Vec::new());
        }
        cells[place].1[trial].push(combination);
    }
    cells
}

const SWEPT: &str = r#"
name = "x"
seeds = 2
model = { kind = "mlp", hidden = [2] }
train = { epochs = 2 }
[sweep]
"regularize.dropout" = [0.0, 0.5]
"data.set" = ["iris", { kind = "two-moons", noise = [0.1, 0.2] }, "wine"]
optimizer = [{ kind = "momentum", mu = [0.5, 0.9], lr = [0.1, 1.0] }, { kind = "adam", lr = [0.01, 0.1, 1.0] }]
annealing = ["constant", { kind = "exponential", k = [0.1, 0.2] }]
"train.batch" = [8, 16]
"regularize.weight_decay" = [0.0, 0.1]
"#;

#[test]
fn trials_by_parts_are_those_made_one_by_one() {
    for protocol in [
        "compare = \"optimizer.kind\"\ntune = [\"optimizer.lr\", \"optimizer.mu\", \"annealing\"]",
        // Both in one section, and the compared value in two.
        "compare = [\"regularize.dropout\", \"annealing\"]\ntune = [\"regularize.weight_decay\", \"train.batch\"]",
        "compare = \"train.batch\"\ntune = [\"optimizer\", \"annealing\", \"regularize\"]\nreport_seeds = [7]"
            .replace("\"regularize\"", "\"regularize.dropout\"")
            .as_str(),
    ] {
        let spec = spec(&format!("{SWEPT}[protocol]\n{protocol}\n"));
        let design = &spec.designs()[0];
        let cells: Vec<Cell> = design
            .cells
            .iter()
            .map(|cell| ((cell.data.clone(), cell.method.clone()), spec.trials(design, cell)))
            .collect();
        assert_eq!(cells, one_by_one(&spec), "{protocol}");
        let report_seeds = design.protocol.report_seeds.len() as u64;
        let chosen: u64 = cells.iter().map(|(_, trials)| trials[0].len() as u64 * report_seeds).sum();
        assert_eq!(design.protocol.report_runs, chosen, "{protocol}");
        for (cell, (_, trials)) in design.cells.iter().zip(&cells) {
            assert_eq!(cell.trials, trials.len() as u64, "{protocol}");
            for combination in trials.iter().flatten() {
                let found = spec.cell(design, *combination).unwrap();
                assert_eq!((&found.data, &found.method), (&cell.data, &cell.method), "{protocol}");
            }
        }
    }
}

/// Only what is chosen runs on the report's seeds, so that they don't count towards the most runs that there can be.
#[test]
fn a_million_trials_are_counted() {
    let text = SWEPT.replace("seeds = 2", "seeds = 1").replace(
        "\"train.batch\" = [8, 16]",
        "\"regularize.l1\" = { linear = [0, 1], points = 100 }\n\"regularize.input_noise\" = { linear = [0, 1], points = 100 }",
    );
    let protocol = "[protocol]\ncompare = \"optimizer\"\ntune = \"regularize\"\nreport_seeds = 20\n";
    let names = "[\"regularize.weight_decay\", \"regularize.l1\", \"regularize.input_noise\"]";
    let spec = spec(&format!("{text}{}", protocol.replace("\"regularize\"", names)));
    // Dropout 2, data 4, optimizers 7, annealings 3, and 2 × 100 × 100 trials.
    assert_eq!(spec.len(), 2 * 4 * 7 * 3 * 20_000);
    assert_eq!(spec.designs()[0].cells.len(), 4 * 7);
    assert!(spec.designs()[0].cells.iter().all(|cell| cell.trials == 20_000));
    assert_eq!(spec.protocol().unwrap().report_runs, 4 * 7 * (2 * 3) * 20);
}

/// Curves by steps are counted on the tuning seeds; of the report's only what is chosen comes to them.
#[test]
fn steps_are_counted_on_the_tuning_seeds() {
    let text = SWEPT.replace("epochs = 2", "epochs = 4, curve = \"step\"").replace("seeds = 2", "seeds = 1");
    let protocol =
        "[protocol]\ncompare = \"optimizer.kind\"\ntune = [\"optimizer.lr\", \"optimizer.mu\"]\nreport_seeds = 900\n";
    assert!(!spec(&format!("{text}{protocol}")).is_empty());
}
