use super::*;
use crate::data::{DataSet, Indices, Prepared, Target};
use crate::num::Matrix;

const GAP: f64 = f64::NAN;

/// A number with gaps, a word of four levels, a plain number.
fn set(rows: &[[f64; 3]], by: FillBy, indicator: bool, without_first: bool) -> DataSet {
    let targets = (0..rows.len()).map(|row| f64::from(u8::try_from(row).unwrap())).collect();
    let mut set = DataSet::flat(Matrix::new(rows.len(), 3, rows.concat()), Target::Values(targets));
    let levels = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    let filled = Encoding::Filled(Fill { by, indicator });
    set.recipe = Recipe::of(vec![filled, Encoding::Levels { levels, without_first }, Encoding::Plain]);
    set.about.features = ["age", "city", "x"].map(str::to_owned).to_vec();
    set
}

const ROWS: [[f64; 3]; 6] =
    [[1.0, 1.0, 9.0], [GAP, 3.0, 8.0], [4.0, 1.0, 7.0], [10.0, 3.0, 6.0], [GAP, 0.0, 5.0], [100.0, 2.0, 4.0]];
const TRAIN: [usize; 4] = [0, 1, 2, 3];

#[test]
fn words_and_gaps_become_inputs() {
    let of =
        |by, indicator, without_first| set(&ROWS, by, indicator, without_first).fitted(&TRAIN).unwrap().into_owned();
    let mean = of(FillBy::Mean, true, false);
    assert_eq!(mean.about.features, ["age", "age (missing)", "city=b", "city=d", "x"]);
    assert_eq!(mean.features.row(0), [1.0, 0.0, 1.0, 0.0, 9.0]);
    assert_eq!(mean.features.row(1), [5.0, 1.0, 0.0, 1.0, 8.0]);
    // Rows of other parts: filled by the training part's mean, and words that it lacks are 0 in all inputs.
    assert_eq!(mean.features.row(4), [5.0, 1.0, 0.0, 0.0, 5.0]);
    assert_eq!(mean.features.row(5), [100.0, 0.0, 0.0, 0.0, 4.0]);
    assert_eq!(of(FillBy::Median, false, false).features.row(4), [4.0, 0.0, 0.0, 5.0]);
    let dummy = of(FillBy::Given(-1.0), false, true);
    assert_eq!(dummy.about.features, ["age", "city=d", "x"]);
    assert_eq!(dummy.features.row(1), [-1.0, 1.0, 8.0]);
    let even = set(&ROWS, FillBy::Median, false, false).fitted(&[0, 1, 2]).unwrap().into_owned();
    assert_eq!(even.features.row(1)[0], 2.5);
    assert!(
        set(&ROWS, FillBy::Mean, false, false).fitted(&[1]).unwrap_err().to_string().contains("`age` has no number")
    );
}

/// Whatever other rows hold, the training part has the same inputs, and their names are the same.
#[test]
fn other_rows_have_no_say() {
    let parts = Indices { train: TRAIN.to_vec(), validation: vec![4], test: vec![5] };
    let prepared = |rows: &[[f64; 3]]| {
        let set = set(rows, FillBy::Mean, true, false);
        let fitted = set.fitted(&parts.train).unwrap().into_owned();
        (fitted.about.features.clone(), Prepared::<f64>::new(&fitted, &parts, true))
    };
    let (names, before) = prepared(&ROWS);
    for other in [[GAP, 2.0, 1e9], [-7.0, 3.0, 0.0], [1e300, 0.0, -1.0]] {
        let mut rows = ROWS;
        (rows[4], rows[5]) = (other, other);
        let (other_names, after) = prepared(&rows);
        assert_eq!((&names, before.train.inputs.data()), (&other_names, after.train.inputs.data()));
        assert_ne!(before.test.inputs.data(), after.test.inputs.data());
    }
}

#[test]
fn numbers_that_are_inputs_already_are_left_alone() {
    let mut plain = set(&ROWS, FillBy::Mean, false, false);
    assert_eq!(Recipe::of(vec![Encoding::Plain, Encoding::Plain]), None);
    let with = plain.digest();
    plain.recipe = None;
    assert!(matches!(plain.fitted(&TRAIN).unwrap(), std::borrow::Cow::Borrowed(_)));
    assert_ne!(plain.digest(), with);
}
