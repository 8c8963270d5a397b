//! What the committed reproductions say, from their tables alone: another program's figures lie within our intervals, and no verdict stays where a
//! published figure is moved.

use burnmark::analysis::{CellVerdict, ComparedTable, reproduction};
use burnmark::catalogue::Catalogue;
use burnmark::plan::{Spec, figures};
use burnmark::record::{
    CaseLabel, CourseQuantity, Published, PublishedFigure, QuantityAt, QuantityOf, QuantityPart, RunQuantity,
    RunRecord, with_usual,
};
use burnmark::store;
use burnmark::value::Value;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The runs of a committed reproduction.
fn committed(name: &str) -> Vec<RunRecord> {
    let folder = home("results/published/reproductions").join(name);
    let (_, runs) = store::read(&folder).unwrap_or_else(|why| panic!("{name}: {why}"));
    runs.into_iter().map(|run| run.record).collect()
}

/// By quantity.
type OtherCells = BTreeMap<String, Moments>;

/// Runs that tests/oracles/proben1_runs.py trained: mean and standard deviation by table, α of GL, set and quantity.
#[derive(Deserialize)]
struct OtherProgram {
    runs: f64,
    tables: BTreeMap<String, BTreeMap<String, BTreeMap<String, OtherCells>>>,
}

#[derive(Clone, Copy, Deserialize)]
struct Moments {
    mean: f64,
    sd: f64,
}

impl Moments {
    #[allow(clippy::cast_precision_loss)] // a few runs
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        Self { mean, sd: (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt() }
    }
}

/// The quantities of Proben1's tables, as its specs have them but for the factor of an output.
fn quantity(name: &str) -> RunQuantity {
    let part = |part, of: &str, at| QuantityOf::Part { part, of: of.to_owned(), at };
    let (of, scale, offset) = match name {
        "training" => (part(QuantityPart::Train, "loss", QuantityAt::Least), 200.0, 0.0),
        "validation" => (part(QuantityPart::Validation, "loss", QuantityAt::Best), 200.0, 0.0),
        "test" => (part(QuantityPart::Test, "loss", QuantityAt::Best), 200.0, 0.0),
        "test_classification_error" => (part(QuantityPart::Test, "accuracy", QuantityAt::Best), -100.0, 100.0),
        "overfit" => (QuantityOf::Course(CourseQuantity::GeneralizationLoss), 1.0, 0.0),
        "total_epochs" => (QuantityOf::Course(CourseQuantity::Epochs), 1.0, 0.0),
        "relevant_epochs" => (QuantityOf::Course(CourseQuantity::EpochsToBest), 1.0, 0.0),
        name => panic!("no quantity {name}"),
    };
    RunQuantity { of, scale, offset, per: None }
}

/// 20 runs of a NumPy program beside our 20, 195 cells of three sets of each table: every mean lies within the interval of ours. The intervals
/// hold together in 95 % of worlds: Student's t with 19 degrees of freedom at 0.05 / (2 · 195) is 4.46, times the standard error of the
/// difference of both means. A mean that is off by three standard deviations of a run lies without (3 / √(2 / 20) = 9.5 standard errors).
#[test]
fn another_program_s_figures_of_proben1_lie_within_our_intervals() {
    const T: f64 = 4.46;
    /// Numbers of a run are in f32; where all runs of a side are equal this is what is left.
    const ROUNDING: f64 = 1e-4;
    let other: OtherProgram =
        serde_json::from_slice(&fs::read(home("tests/oracles/proben1_runs.json")).unwrap()).unwrap();
    let (mut cells, mut sets) = (0, 0);
    for (table, by_alpha) in &other.tables {
        let runs = committed(table);
        let rows = csv::Reader::from_path(home(&format!("experiments/reproductions/{table}.csv"))).unwrap();
        let rows: Vec<BTreeMap<String, String>> = rows.into_deserialize().map(Result::unwrap).collect();
        for (alpha, by_set) in by_alpha {
            let alpha = Value::Number(alpha.parse().unwrap());
            for (set, figures) in by_set {
                sets += 1;
                let row = rows.iter().find(|row| row["set"] == *set).unwrap();
                let is_of = |run: &&RunRecord| {
                    run.settings["data.set.name"].to_string() == *set
                        && run.settings["train.stop.alpha"] == alpha
                        && run.settings["optimizer.kind"].to_string() == "rprop"
                };
                let of_set: Vec<&RunRecord> = runs.iter().filter(is_of).collect();
                assert_eq!(of_set.len(), 20, "{table} {set}");
                for (name, theirs) in figures {
                    let per = if ["training", "validation", "test"].contains(&name.as_str()) {
                        row["outputs"].parse().unwrap()
                    } else {
                        1.0
                    };
                    let wanted = quantity(name);
                    let values: Vec<f64> = of_set.iter().map(|run| run.quantity(&wanted, 1.0).unwrap() / per).collect();
                    let ours = Moments::of(&values);
                    let error = (ours.sd.powi(2) / 20.0 + theirs.sd.powi(2) / other.runs).sqrt();
                    let within = T * error + ROUNDING * ours.mean.abs().max(1.0);
                    let off = (ours.mean - theirs.mean).abs();
                    assert!(off <= within, "{table} {set} {name}: {} beside {}, ± {within}", ours.mean, theirs.mean);
                    let larger = ours.sd.max(theirs.sd);
                    assert!(larger < 0.01 || 3.0 * larger + off > within, "{table} {set} {name}: the test can fail");
                    cells += 1;
                }
            }
        }
    }
    assert_eq!((cells, sets), (195, 30));
}

/// The section of a spec without its data, which may not be here: `[published]` with the least that makes a spec.
fn published(name: &str, folder: &Path) -> Published {
    let text = fs::read_to_string(home(&format!("experiments/reproductions/{name}.toml"))).unwrap();
    let (from, to) = (text.find("[published]").unwrap(), text.find("\n[data]").unwrap());
    let spec = format!(
        "name = \"x\"\nmodel = {{ kind = \"softmax\" }}\ntrain = {{ epochs = 1 }}\noptimizer = {{ kind = \"adam\", lr = 0.1 }}\ndata = {{ set = \"iris\" }}\n{}",
        &text[from..to]
    );
    let file = folder.join(format!("{name}.toml"));
    fs::write(&file, spec).unwrap();
    let spec =
        Spec::load(&file, &[], &Catalogue::standard()).unwrap_or_else(|why| panic!("{name}: {}", why.render(false)));
    spec.published.unwrap()
}

/// A committed reproduction: its section, its figures and its runs.
fn reproduced(name: &str, folder: &Path) -> (Published, Vec<PublishedFigure>, Vec<RunRecord>) {
    let published = published(name, folder);
    let figures = figures(&published, &home("experiments/reproductions")).unwrap();
    let mut runs = committed(name);
    if published.keys.values().any(|setting| setting == "case") {
        let file = home(&format!("experiments/reproductions/{name}.toml"));
        let spec = Spec::load(&file, &[], &Catalogue::standard()).unwrap_or_else(|why| panic!("{}", why.render(false)));
        for run in &mut runs {
            let mut settings = with_usual(&run.settings);
            CaseLabel::add(&spec.judge.labels, &mut settings);
            run.settings = settings;
        }
    }
    (published, figures, runs)
}

fn verdicts(of: &[ComparedTable], place: usize) -> Vec<CellVerdict> {
    of.iter().map(|table| table.cells[place].verdict).collect()
}

/// In every reproduction that is listed: a figure that agrees differs after it was moved away from ours by three standard deviations, the paper's or
/// ours if that is larger, or by three margins where it has no deviation; and figures that stay keep their verdict, or lose one since the correction of a table is over all of its cells. Every
/// second figure that agrees is moved.
#[test]
fn no_verdict_of_any_reproduction_is_written_down() {
    let folder = std::env::temp_dir().join(format!("burnmark-published-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let list = fs::read_to_string(home("experiments/reproductions/list.csv")).unwrap();
    let mut moved = 0;
    for name in list.lines().skip(1).map(|row| row.split(',').next().unwrap()) {
        let (published, figures, runs) = reproduced(name, &folder);
        let runs: Vec<&RunRecord> = runs.iter().collect();
        let before = reproduction(&published, &figures, &runs);
        let mut of_name = 0;
        for (table, compared) in before.iter().enumerate() {
            let agreeing: Vec<usize> =
                (0..figures.len()).filter(|place| compared.cells[*place].verdict == CellVerdict::Agrees).collect();
            let chosen: Vec<usize> = agreeing.iter().copied().step_by(2).collect();
            let mut changed = figures.clone();
            for place in &chosen {
                let cell = &compared.cells[*place];
                let own = cell.ours.as_ref().and_then(|ours| ours.sd).filter(|_| cell.published_sd.is_some());
                let unit = cell.published_sd.unwrap_or(cell.margin).max(own.unwrap_or(0.0)).max(2.0 * cell.rounding);
                let away = if cell.in_sd.is_some_and(|by| by > 0.0) { -3.0 } else { 3.0 };
                changed[*place].number.mean += away * unit;
            }
            let after = reproduction(&published, &changed, &runs);
            for place in &chosen {
                let found = verdicts(&after, *place)[table];
                let cell = &after[table].cells[*place];
                assert_eq!(found, CellVerdict::Differs, "{name}: {cell:?}");
            }
            for place in agreeing.iter().filter(|place| !chosen.contains(place)) {
                let found = verdicts(&after, *place)[table];
                assert_ne!(found, CellVerdict::Differs, "{name}: {:?}", after[table].cells[*place]);
            }
            of_name += chosen.len();
        }
        assert!(of_name > 0, "{name} has a figure that agrees");
        moved += of_name;
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(moved > 300, "{moved} figures were moved");
}
