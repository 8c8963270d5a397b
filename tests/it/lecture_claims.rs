//! The lecture's claims: their specs, their words and rows, and the numbers of their published runs against NumPy.

use burnmark::CurvePoint;
use burnmark::record::{Outcome, RunRecord};
use burnmark::store::Finished;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Every claim of the lecture is a spec without mistakes, and its rule can be met: there are enough families, or seeds.
#[test]
fn the_lecture_s_claims_are_specs() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/claims");
    let mut rows = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let spec = burnmark::plan::Spec::load(&entry, &[], &burnmark::Catalogue::standard())
            .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
        let claim = spec.judge.claim.as_ref().unwrap();
        let name = entry.file_stem().unwrap().to_str().unwrap();
        assert!(spec.name == name && name.starts_with(&format!("C{:0>2}", &claim.row[1..])), "{name}: {}", claim.row);
        assert!(!claim.formula.is_empty() && !claim.experiment.is_empty() && !claim.next.is_empty(), "{name}");
        rows.insert(claim.row.clone());
    }
    assert_eq!(rows.len(), 40, "{rows:?}");
}

/// Numbers of families and data sets in the words of a claim are those of its sweep.
#[test]
fn words_count_the_families_that_are_there() {
    const COUNTS: [(&str, usize); 13] = [
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("thirteen", 13),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/claims");
    let (mut named, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        let spec = burnmark::plan::Spec::load(&entry, &[], &burnmark::Catalogue::standard()).unwrap();
        let text = std::fs::read_to_string(&entry).unwrap();
        let swept = text.split_once("\"data.set\" = [").map(|(_, rest)| entries(rest));
        let claim = spec.judge.claim.unwrap();
        let sentences = [&claim.words, &claim.experiment, &spec.question].map(|text| text.to_lowercase());
        for sentence in sentences {
            for of in [" families", " data sets"] {
                let Some((before, _)) = sentence.split_once(of) else { continue };
                let Some((_, count)) =
                    before.rsplit(' ').next().and_then(|word| COUNTS.iter().find(|(name, _)| *name == word))
                else {
                    continue;
                };
                let Some(kinds) = &swept else {
                    wrong.push(format!("{}: {count}{of}, none swept", spec.name));
                    continue;
                };
                let families: std::collections::BTreeSet<&String> = kinds.iter().collect();
                let there = if of == " families" { families.len() } else { kinds.len() };
                if *count != there {
                    wrong.push(format!("{}: {count}{of} in words, {there} in the sweep", spec.name));
                }
                named += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(named >= 30, "{named} counts were found");
}

/// The first text in quotes of each entry of a list, of which this is what follows its bracket.
fn entries(list: &str) -> Vec<String> {
    let (mut depth, mut entry, mut all) = (0, String::new(), Vec::new());
    for letter in list.chars() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' if depth > 0 => depth -= 1,
            ']' => break,
            ',' if depth == 0 => all.push(std::mem::take(&mut entry)),
            _ => entry.push(letter),
        }
    }
    all.push(entry);
    all.iter().filter_map(|entry| Some(entry.split('"').nth(1)?.to_owned())).collect()
}

/// docs/lecture.md leads from each claim to its experiments and their figures.
#[test]
fn the_lecture_leads_to_experiments_and_figures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (lecture, gallery) =
        (include_str!("../../docs/lecture.md"), std::fs::read_to_string(root.join("docs/claims.html")).unwrap());
    for entry in std::fs::read_dir(root.join("experiments/claims")).unwrap().map(|entry| entry.unwrap().path()) {
        let Some(name) = entry.file_stem().and_then(|name| name.to_str()).filter(|_| entry.is_file()) else { continue };
        let row = format!("| C{} |", name[1..3].trim_start_matches('0'));
        let line = lecture.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("no row {row}"));
        assert!(line.contains(&format!("(../experiments/claims/{name}.toml)")), "{name}: {line}");
        assert!(line.contains(&format!("(claims.html#{name})")), "{name}: {line}");
        assert_eq!(gallery.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
    }
}

/// What `tests/oracles/claims.py` computes.
#[derive(serde::Deserialize)]
struct Golden {
    counts: Vec<Counted>,
    numbers: Vec<Computed>,
}

/// A run of a claim, and the first step after which it has this loss.
#[derive(serde::Deserialize)]
struct Counted {
    claim: String,
    settings: BTreeMap<String, Value>,
    seed: u64,
    part: String,
    loss: f64,
    steps: Option<u64>,
}

/// Runs of a claim, and the number that each of them has, to a relative tolerance: the final training loss, or the mean of a column of the steps.
/// Without a value there is no minimum, and the run has to say so.
#[derive(serde::Deserialize)]
struct Computed {
    claim: String,
    settings: BTreeMap<String, Value>,
    seed: u64,
    column: String,
    value: Option<f64>,
    tolerance: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/claims.json")).unwrap()
}

/// Whether a run has a setting as JSON writes it; numbers to the roundings of f32, and nothing where it is the usual one.
fn has(record: &RunRecord, (name, value): (&String, &Value)) -> bool {
    let known = record.settings.get(name);
    if value.is_null() {
        return known.is_none();
    }
    match value.as_f64() {
        Some(number) => {
            known.and_then(burnmark::value::Value::as_number).is_some_and(|known| (known / number - 1.0).abs() < 1e-6)
        }
        None => known.is_some_and(|known| Some(known.to_string().as_str()) == value.as_str()),
    }
}

/// The runs of each published claim, read once.
#[derive(Default)]
struct Published(BTreeMap<String, Vec<Finished>>);

impl Published {
    fn runs(&mut self, claim: &str, seed: u64, settings: &BTreeMap<String, Value>) -> Vec<&Finished> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/published/claims").join(claim);
        let all = self.0.entry(claim.to_owned()).or_insert_with(|| burnmark::store::read(&folder).unwrap().1);
        let is_meant = |run: &&Finished| {
            run.record.seed() == Some(seed) && settings.iter().all(|setting| has(&run.record, setting))
        };
        all.iter().filter(is_meant).collect()
    }
}

/// The published runs of the claims that count steps reach their losses when the same methods in NumPy do, in the first evaluation from that
/// step on. Counts are whole numbers: nothing is to be tolerated.
#[test]
fn published_runs_reach_their_targets_when_numpy_does() {
    let counts = golden().counts;
    assert_eq!(counts.len(), 50);
    let mut published = Published::default();
    for golden in &counts {
        let case = format!("{}, seed {}, {:?}", golden.claim, golden.seed, golden.settings);
        let meant = published.runs(&golden.claim, golden.seed, &golden.settings);
        let [run] = meant.as_slice() else { panic!("{} runs: {case}", meant.len()) };
        let loss = |point: &CurvePoint| match golden.part.as_str() {
            "train" => point.train.map(|evaluation| evaluation.loss),
            _ => Some(point.validation.loss),
        };
        let curve = &run.record.curve;
        let reached = curve.iter().find(|point| loss(point).is_some_and(|loss| loss <= golden.loss));
        let expected = golden.steps.and_then(|steps| curve.iter().find(|point| point.step >= steps));
        assert_eq!(reached.map(|point| point.step), expected.map(|point| point.step), "{case}: {:?}", golden.steps);
    }
}

/// The published runs of C12 end at NumPy's minimum from every start, and have no solution if a perceptron separates the classes;
/// those of C21 have NumPy's mean step and loss, to some roundings of f32.
#[test]
fn published_runs_have_the_numbers_that_numpy_has() {
    let numbers = golden().numbers;
    assert_eq!(numbers.len(), 20);
    let mut published = Published::default();
    for golden in &numbers {
        let case = format!("{}, seed {}, {:?}", golden.claim, golden.seed, golden.settings);
        let meant = published.runs(&golden.claim, golden.seed, &golden.settings);
        let expected = match golden.claim.as_str() {
            "C12-newton-minimum" => 20,
            "C12-newton-separable" => 10,
            _ => 1,
        };
        assert_eq!(meant.len(), expected, "{case}");
        for run in meant {
            let record = &run.record;
            let column = record.traced.iter().position(|name| *name == golden.column);
            let found = match column {
                Some(place) => {
                    let values: Vec<f64> = record.steps.iter().map(|point| point.traced[place]).collect();
                    Some(values.iter().sum::<f64>() / values.len() as f64)
                }
                None => record.curve.last().and_then(|point| point.train).map(|train| train.loss),
            };
            let Some(value) = golden.value else {
                // Wilson's problem has more features than samples, so there the columns are dependent besides.
                let said = record.no_minimum.is_some() || matches!(record.outcome, Outcome::Unsolved { .. });
                assert!(said, "{case}: {:?}", record.outcome);
                continue;
            };
            let gap = (found.unwrap_or(f64::NAN) / value - 1.0).abs();
            assert!(gap <= golden.tolerance, "{case}: {found:?} and {value}");
        }
    }
}
