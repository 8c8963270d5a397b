//! Which samples a split puts where.

use super::drawn::part_of;
use super::*;
use crate::data::{ENTRIES, load};
use crate::data::{OwnParts, Rows};
use crate::registry::Chosen;
use crate::value::Value;

const SHARES: Shares = Shares::USUAL;

#[test]
fn every_sample_is_in_one_part_and_classes_keep_their_shares() {
    for entry in ENTRIES {
        let set = load(&Chosen::of(entry)).unwrap();
        let parts = split(&set, SHARES, 5).unwrap();
        if matches!(set.target, Target::Objective(_)) {
            continue;
        }
        let mut all: Vec<_> = [&parts.train, &parts.validation, &parts.test].into_iter().flatten().copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..set.samples()).collect::<Vec<_>>(), "{}", entry.entry.name);
        if let (Target::Classes { labels, count }, 1) = (&set.target, set.positions()) {
            for class in 0..*count {
                let of = |part: &[usize]| part.iter().filter(|&&i| labels[i] as usize == class).count();
                let total = labels.iter().filter(|&&label| label as usize == class).count();
                assert_eq!(of(&parts.test), part_of(total, 0.2), "{} class {class}", entry.entry.name);
                assert_eq!(of(&parts.validation), part_of(total, 0.2), "{} class {class}", entry.entry.name);
            }
        }
    }
}

#[test]
fn every_point_of_an_objective_is_in_every_part() {
    let entry = ENTRIES.iter().find(|entry| entry.entry.name == "quadratic").unwrap();
    for samples in [1, 5] {
        let set = load(&Chosen::of(*entry).with("samples", Value::Integer(samples))).unwrap();
        let all: Vec<usize> = (0..set.samples()).collect();
        let expected = Indices { train: all.clone(), validation: all.clone(), test: all };
        assert_eq!(split(&set, SHARES, 3).unwrap(), expected);
    }
}

#[test]
fn the_seed_decides() {
    let set = load(&Chosen::of(ENTRIES[0])).unwrap();
    assert_eq!(split(&set, SHARES, 1), split(&set, SHARES, 1));
    assert_ne!(split(&set, SHARES, 1), split(&set, SHARES, 2));
}

#[test]
fn empty_parts_are_refused() {
    let set = load(&Chosen::of(ENTRIES[0])).unwrap();
    let shares = Shares { train: 0.999, validation: 0.0005, test: TestPart::Drawn(0.0005) };
    assert!(split(&set, shares, 0).unwrap_err().to_string().contains("validation part is empty"));
    let shares = Shares { train: 0.001, validation: 0.5, test: TestPart::Drawn(0.499) };
    assert!(split(&set, shares, 0).unwrap_err().to_string().contains("no sample of class 0 is left"));
}

const HELD: Shares = Shares { test: TestPart::Held(0.2), ..SHARES };

#[test]
fn held_out_rows_are_the_same_for_every_seed_and_in_no_other_part() {
    for name in ["iris", "diabetes", "temporal-reber"] {
        let Some(entry) = ENTRIES.iter().find(|entry| entry.entry.name == name) else { continue };
        let set = load(&Chosen::of(entry)).unwrap();
        let (first, second) = (split(&set, HELD, 1).unwrap(), split(&set, HELD, 2).unwrap());
        assert_eq!(first.test, second.test, "{name}");
        assert_ne!(first.validation, second.validation, "{name}");
        let drawn = split(&set, SHARES, 1).unwrap();
        assert_eq!(first.test.len(), drawn.test.len());
        assert_eq!(first.validation.len(), drawn.validation.len());
        let mut all = [first.train, first.validation, first.test].concat();
        all.sort_unstable();
        assert_eq!(all, (0..set.samples()).collect::<Vec<_>>(), "{name}");
    }
}

/// Neither features nor their polynomials choose, so that degrees are compared on the same rows.
#[test]
fn features_do_not_choose_what_is_held_out() {
    let set = load(&Chosen::of(ENTRIES[0])).unwrap();
    let other = set.polynomial(2).unwrap();
    assert_eq!(split(&set, HELD, 1).unwrap().test, split(&other, HELD, 9).unwrap().test);
    let test = split(&set, HELD, 1).unwrap().test;
    let of_class = |class: usize| test.iter().filter(|&&row| row / 50 == class).count();
    assert_eq!([0, 1, 2].map(of_class), [10; 3]);
}

#[test]
fn a_set_s_own_test_rows_are_held_out() {
    let shares = Shares { train: 0.75, validation: 0.25, test: TestPart::Own };
    let mut set = load(&Chosen::of(ENTRIES[0])).unwrap();
    assert!(split(&set, shares, 0).unwrap_err().to_string().contains("no test rows of its own"));
    set.rows.own = Some(OwnParts::Published(130..150));
    let parts = split(&set, shares, 0).unwrap();
    assert_eq!(parts.test, (130..150).collect::<Vec<_>>());
    assert_eq!((parts.validation.len(), parts.train.len()), (13 + 13 + 8, 37 + 37 + 22));
    let objective = load(&Chosen::of(&crate::data::quadratic::ENTRY)).unwrap();
    assert!(split(&objective, HELD, 0).unwrap_err().to_string().contains("no rows to hold out"));
}

#[test]
fn shares_are_written_as_they_are_read() {
    let json = |shares: Shares| serde_json::to_string(&Split::from(shares)).unwrap();
    assert_eq!(json(SHARES), r#"{"train":0.6,"validation":0.2,"test":0.2}"#);
    assert_eq!(json(HELD), r#"{"train":0.6,"validation":0.2,"holdout":0.2}"#);
    let own = Shares { train: 0.9, validation: 0.1, test: TestPart::Own };
    assert_eq!(json(own), r#"{"train":0.9,"validation":0.1,"holdout":"own"}"#);
    for shares in [SHARES, HELD, own] {
        assert_eq!(serde_json::from_str::<Split>(&json(shares)).unwrap(), shares.into());
    }
    assert!(serde_json::from_str::<Split>(r#"{"train":0.6,"validation":0.2}"#).is_err());
}

fn parts(set: &DataSet, how: Split, seed: u64) -> Indices {
    split(set, how, seed).unwrap_or_else(|why| panic!("{why}"))
}

fn iris() -> DataSet {
    load(&Chosen::of(ENTRIES[0])).unwrap()
}

fn refused(set: &DataSet, how: Split) -> String {
    split(set, how, 0).unwrap_err().to_string()
}

/// A regression of so many rows.
fn rows(count: u8) -> DataSet {
    let numbers: Vec<f64> = (0..count).map(f64::from).collect();
    DataSet::flat(crate::num::Matrix::new(count.into(), 1, numbers.clone()), Target::Values(numbers))
}

#[test]
fn rows_in_their_order_are_the_same_for_every_seed() {
    let set = rows(10);
    let counts = Split::InOrder(InOrder::Counts([5, 2, 3]));
    let expected = Indices { train: (0..5).collect(), validation: vec![5, 6], test: vec![7, 8, 9] };
    assert_eq!(parts(&set, counts, 0), expected);
    assert_eq!(parts(&set, counts, 7), expected);
    assert_eq!(parts(&set, Split::InOrder(InOrder::Shares([0.5, 0.2, 0.3])), 1), expected);
    let few = parts(&set, Split::InOrder(InOrder::Counts([2, 1, 1])), 0);
    assert_eq!((few.train, few.validation, few.test), (vec![0, 1], vec![2], vec![3]));
    assert_eq!(refused(&set, Split::InOrder(InOrder::Counts([5, 3, 3]))), "the parts take 11 rows, and there are 10");
    assert!(refused(&set, Split::InOrder(InOrder::Counts([u64::MAX, 3, 3]))).contains("there are 10"));
    assert_eq!(
        refused(&iris(), Split::InOrder(InOrder::Shares([0.6, 0.2, 0.2]))),
        "no sample of class 2 is left for training",
        "iris is sorted by class"
    );
}

#[test]
fn time_goes_before_the_order_of_the_rows() {
    let mut set = rows(5);
    set.rows.in_time = Some(vec![4, 2, 0, 1, 3]);
    let found = parts(&set, Split::InOrder(InOrder::Counts([3, 1, 1])), 0);
    assert_eq!(found, Indices { train: vec![0, 2, 4], validation: vec![1], test: vec![3] });
}

#[test]
fn each_row_is_tested_once_in_a_round_of_folds() {
    let set = iris();
    for round in 0..2 {
        let mut tested = Vec::new();
        for seed in 10 * round..10 * round + 10 {
            let found = parts(&set, Split::Folds(10), seed);
            let next = parts(&set, Split::Folds(10), 10 * round + (seed + 1) % 10);
            assert_eq!(found.validation, next.test);
            assert_eq!([found.train.len(), found.validation.len(), found.test.len()], [120, 15, 15]);
            let of_class = |class: usize| found.test.iter().filter(|&&row| row / 50 == class).count();
            assert_eq!([0, 1, 2].map(of_class), [5; 3]);
            tested.extend(found.test);
        }
        tested.sort_unstable();
        assert_eq!(tested, (0..150).collect::<Vec<_>>());
    }
    assert_ne!(parts(&set, Split::Folds(10), 0).test, parts(&set, Split::Folds(10), 10).test, "another round");
    assert_eq!(refused(&rows(3), Split::Folds(5)), "5 folds of 3 samples: some would be empty");
}

#[test]
fn a_group_is_in_one_part_only() {
    let mut set = rows(60);
    set.rows.groups = Some((0..60_u32).map(|row| row * 7 % 13).collect());
    let all = [Shares::USUAL.into(), HELD.into(), Split::Folds(5)];
    for (how, seed) in all.into_iter().flat_map(|how| (0..5).map(move |seed| (how, seed))) {
        let found = parts(&set, how, seed);
        assert_eq!(divided_group(&set, &found), None, "{how} {seed}");
        let mut rows = [found.train, found.validation, found.test].concat();
        rows.sort_unstable();
        assert_eq!(rows, (0..60).collect::<Vec<_>>());
    }
    set.rows.groups = Some((0..60).map(|row| row / 8).collect());
    assert!(refused(&set, Split::InOrder(InOrder::Counts([30, 15, 15]))).contains("group 4 is in two parts"));
    parts(&set, Split::InOrder(InOrder::Counts([32, 16, 12])), 0);
}

#[test]
fn a_set_s_own_parts_are_kept() {
    let mut set = rows(10);
    assert!(refused(&set, Split::Own).contains("no test rows of its own"));
    let words = "train test train val train test train train dev train";
    set.rows = Rows {
        own: Some(OwnParts::Each(words.split(' ').map(|w| crate::data::PartName::of(w).unwrap()).collect())),
        ..Rows::default()
    };
    let expected = Indices { train: vec![0, 2, 4, 6, 7, 9], validation: vec![3, 8], test: vec![1, 5] };
    assert_eq!(parts(&set, Split::Own, 0), expected);
    assert_eq!(parts(&set, Split::Own, 1), expected);
    let rest = parts(&set, Split::InOrder(InOrder::CountsOfRest([5, 2])), 0);
    assert_eq!(rest, Indices { train: vec![0, 2, 3, 4, 6], validation: vec![7, 8], test: vec![1, 5] });
    set.rows.own = Some(OwnParts::Published(8..10));
    let (first, second) = (parts(&set, Split::Own, 0), parts(&set, Split::Own, 3));
    assert_eq!((first.test.as_slice(), first.validation.len(), first.train.len()), ([8, 9].as_slice(), 2, 6));
    assert!(first.test == second.test && first.validation != second.validation, "validation rows are drawn");
}

#[test]
fn all_splits_are_written_as_they_are_read() {
    for (how, json, shown) in [
        (
            Split::InOrder(InOrder::Counts([350, 175, 174])),
            r#"{"train":350.0,"validation":175.0,"test":174.0,"order":"given"}"#,
            "350/175/174 in order",
        ),
        (
            Split::InOrder(InOrder::Counts([1, 1, 1])),
            r#"{"train":1.0,"validation":1.0,"test":1.0,"order":"given"}"#,
            "1/1/1 in order",
        ),
        (
            Split::InOrder(InOrder::Shares([0.5, 0.25, 0.25])),
            r#"{"train":0.5,"validation":0.25,"test":0.25,"order":"given"}"#,
            "0.5/0.25/0.25 in order",
        ),
        (
            Split::InOrder(InOrder::CountsOfRest([80, 20])),
            r#"{"train":80.0,"validation":20.0,"holdout":"own","order":"given"}"#,
            "80/20/holdout own in order",
        ),
        (
            Split::InOrder(InOrder::SharesOfRest([0.75, 0.25])),
            r#"{"train":0.75,"validation":0.25,"holdout":"own","order":"given"}"#,
            "0.75/0.25/holdout own in order",
        ),
        (Split::Folds(10), r#"{"folds":10}"#, "10 folds"),
        (Split::Own, r#"{"holdout":"own"}"#, "holdout own"),
    ] {
        assert_eq!((serde_json::to_string(&how).unwrap().as_str(), how.to_string().as_str()), (json, shown));
        assert_eq!(serde_json::from_str::<Split>(json).unwrap(), how);
    }
    for wrong in [r#"{"folds":2}"#, r#"{"folds":5,"train":0.5}"#, "{}", r#"{"order":"given","folds":3}"#] {
        assert!(serde_json::from_str::<Split>(wrong).is_err(), "{wrong}");
    }
}

/// A file's parts, groups and times are part of its digest: other ones make other runs.
#[test]
fn what_rows_are_is_part_of_the_digest() {
    let set = rows(3);
    let with = |known: Rows| DataSet { rows: known, ..set.clone() }.digest();
    let each =
        |words: [&str; 3]| Some(OwnParts::Each(words.map(|word| crate::data::PartName::of(word).unwrap()).to_vec()));
    let all = [
        set.digest(),
        with(Rows { own: each(["train", "train", "test"]), ..Rows::default() }),
        with(Rows { own: each(["train", "val", "test"]), ..Rows::default() }),
        with(Rows { groups: Some(vec![0, 0, 1]), ..Rows::default() }),
        with(Rows { groups: Some(vec![0, 1, 1]), ..Rows::default() }),
        with(Rows { in_time: Some(vec![0, 1, 2]), ..Rows::default() }),
        with(Rows { in_time: Some(vec![2, 1, 0]), ..Rows::default() }),
    ];
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len());
    assert_eq!(with(Rows { own: Some(OwnParts::Published(2..3)), ..Rows::default() }), set.digest());
}

/// All points of a problem are every part, but where its set has parts and they are asked for.
#[test]
fn a_problem_has_the_parts_of_its_set_only_where_they_are_asked_for() {
    let entry = crate::data::ENTRIES.iter().find(|entry| entry.entry.name == "quadratic-deep").unwrap();
    let set = load(&Chosen::of(entry)).unwrap();
    let own = split(&set, Split::Own, 0).unwrap();
    assert_eq!((own.train.len(), own.validation.len(), own.test.len()), (1000, 104, 896));
    assert_eq!((own.test[0], own.validation[0]), (1000, 1896));
    let all = split(&set, Shares::USUAL, 0).unwrap();
    assert_eq!((all.train.len(), all.test), (2000, (0..2000).collect()));
}
