//! Sequences from a table in long form: a row for each step, a column that says whose it is.

use super::super::error::{DataError, DataFault};
use super::super::rows::{OwnParts, Rows};
use super::super::set::{DataSet, Target};
use super::super::table::{Labels, shortened};
use crate::num::{Matrix, Shape};

/// The set whose samples are the sequences of a set of steps, in the order of their names; the steps of each by time, or as the file
/// has them. A target that never changes within a sequence is one answer for it, else there is one for each step.
///
/// # Errors
/// If sequences differ in length, one is in two parts or groups, or a column is of words or lacks numbers.
pub fn of_steps(set: DataSet, ids: &Labels) -> Result<DataSet, DataError> {
    let wrong = |message: String| Err(DataFault::Values.error(message));
    if set.recipe.is_some() {
        return wrong(
            "sequences take numbers only: words and missing cells are not made into inputs of their steps".to_owned(),
        );
    }
    let mut steps_of: Vec<Vec<usize>> = vec![Vec::new(); ids.names.len()];
    let rows: Vec<usize> = set.rows.in_time.clone().unwrap_or_else(|| (0..set.samples()).collect());
    rows.into_iter().for_each(|row| steps_of[ids.classes[row] as usize].push(row));
    let steps = steps_of.first().map_or(0, Vec::len);
    let name = |place: usize| shortened(&ids.names[place]).into_owned();
    if let Some(other) = steps_of.iter().position(|rows| rows.len() != steps) {
        let (first, count) = (name(0), steps_of[other].len());
        return wrong(format!("sequence `{first}` has {steps} steps and `{}` {count}; all need as many", name(other)));
    }
    let cols = set.features.cols();
    let features = steps_of.iter().flatten().flat_map(|row| set.features.row(*row).iter().copied()).collect();
    let features = Matrix::new(steps_of.len(), steps * cols, features);
    let target = match &set.target {
        Target::Values(values) => Target::Values(answers(values, &steps_of)),
        Target::Classes { labels, count } => Target::Classes { labels: answers(labels, &steps_of), count: *count },
        Target::Columns(columns) => {
            let same = |rows: &Vec<usize>| rows.iter().all(|row| columns.row(*row) == columns.row(rows[0]));
            if let Some(place) = steps_of.iter().position(|rows| !same(rows)) {
                let name = name(place);
                return wrong(format!(
                    "the targets of sequence `{name}` change within it; one target can, not several"
                ));
            }
            Target::Columns(columns.gather(&steps_of.iter().map(|rows| rows[0]).collect::<Vec<_>>()))
        }
        Target::Objective(_) => return wrong("a problem without data has no steps".to_owned()),
    };
    let own = match &set.rows.own {
        Some(OwnParts::Each(parts)) => Some(OwnParts::Each(
            one_each(parts, &steps_of)
                .map_err(|place| DataFault::Values.error(format!("sequence `{}` is in two parts", name(place))))?,
        )),
        other => other.clone(),
    };
    let groups = set.rows.groups.as_ref().map(|groups| one_each(groups, &steps_of)).transpose();
    let groups =
        groups.map_err(|place| DataFault::Values.error(format!("sequence `{}` is in two groups", name(place))))?;
    let weights = set.rows.weights.as_ref().map(|weights| one_each(weights, &steps_of)).transpose();
    let weights = weights.map_err(|place| {
        DataFault::Values.error(format!("the steps of sequence `{}` have several weights", name(place)))
    })?;
    let mut about = set.about;
    about.features_are_columns = false;
    about.warnings.clear(); // they are about rows
    let shape = Shape::Sequence { steps, features: cols };
    Ok(DataSet {
        about,
        rows: Rows { own, groups, in_time: None, weights },
        ..DataSet::shaped(features, shape, target)
    })
}

/// The answers of sequences: one each where it never changes within one, else one for each step.
fn answers<T: Copy + PartialEq>(of_rows: &[T], steps_of: &[Vec<usize>]) -> Vec<T> {
    one_each(of_rows, steps_of).unwrap_or_else(|_| steps_of.iter().flatten().map(|row| of_rows[*row]).collect())
}

/// The one value of each sequence, or the first sequence that has several.
fn one_each<T: Copy + PartialEq>(of_rows: &[T], steps_of: &[Vec<usize>]) -> Result<Vec<T>, usize> {
    let one = |(place, rows): (usize, &Vec<usize>)| {
        let first = of_rows[rows[0]];
        if rows.iter().all(|row| of_rows[*row] == first) { Ok(first) } else { Err(place) }
    };
    steps_of.iter().enumerate().map(one).collect()
}
