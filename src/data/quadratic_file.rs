//! Quadratics of one's own: the mean over points x of ½ (θ−x)ᵀ Q (θ−x), Q and the points from CSV files.
//!
//! Q: n rows of n numbers under a header, symmetric up to 10⁻¹² of its largest entry: products such as V diag(λ) Vᵀ are so but for
//! roundings, and (Q + Qᵀ)/2 takes Q's place. Where it is not positive definite the function has no single minimum, and
//! `digits` counts how near θ comes to the points' mean all the same. Points: a row each, of n numbers under a header; all
//! of them are training, validation and test part.

use super::about::About;
use super::entry::DataEntry;
use super::error::{DataError, DataFault};
use super::own::LABEL;
use super::set::{DataSet, Target};
use super::{Column, Table};
use crate::num::{Matrix, Objective};
use crate::record::Why;
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use std::path::Path;
use std::sync::Arc;

const fn file(name: &'static str, description: &'static str) -> Parameter {
    Parameter::new(name, description, ParameterKind::File)
}

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "quadratic-csv",
        description: "no data: the mean over points x of ½ (θ-x)ᵀ Q (θ-x), both from CSV files; for `objective`",
        revision: 1,
        source: "data/quadratic_file.rs",
        parameters: &[
            file("matrix", "Q, n rows of n numbers under a header, symmetric"),
            file("points", "the points, rows of n numbers under a header"),
            LABEL,
        ],
    },
    licence: "as your files have it",
    citation: "as your files have it",
    load: &load,
};

/// How far two entries may be apart, relative to the largest: the roundings of a product of matrices of thousands of rows.
const ASYMMETRY: f64 = 1e-12;

fn load(choice: &Choice) -> Result<DataSet, DataError> {
    let ((mut q, _), (points, about)) = (numbers(choice.text("matrix"))?, numbers(choice.text("points"))?);
    let n = q.cols();
    if q.rows() != n {
        return Err(DataFault::Values.error(format!(
            "`{}` has {} rows and {n} columns; Q is square",
            choice.text("matrix"),
            q.rows()
        )));
    }
    let largest = q.data().iter().fold(0.0, |largest: f64, q| largest.max(q.abs()));
    let apart = |at: &usize| (q.row(at / n)[at % n] - q.row(at % n)[at / n]).abs() > ASYMMETRY * largest;
    if let Some(at) = (0..n * n).find(apart) {
        let (i, j) = (at / n, at % n);
        return Err(DataFault::Values.error(format!(
            "`{}`: row {}, column {} is {}, but row {}, column {} is {}; Q is symmetric",
            choice.text("matrix"),
            i + 1,
            j + 1,
            q.row(i)[j],
            j + 1,
            i + 1,
            q.row(j)[i]
        )));
    }
    let symmetric = |at: usize| f64::midpoint(q.row(at / n)[at % n], q.row(at % n)[at / n]);
    q = Matrix::new(n, n, (0..n * n).map(symmetric).collect());
    if points.cols() != n {
        let path = choice.text("points");
        return Err(
            DataFault::Values.error(format!("`{path}` has points of {} numbers, but Q is {n} × {n}", points.cols()))
        );
    }
    let set = DataSet::flat(points, Target::Objective(Objective::Quadratic(Arc::new(q))));
    Ok(DataSet { about, ..set })
}

/// All numbers of a file, row by row, but for those of a row index.
fn numbers(path: &str) -> Result<(Matrix<f64>, About), DataError> {
    let table = Table::read(Path::new(path))?;
    let (indexes, columns): (Vec<&Column>, Vec<&Column>) = table.columns.iter().partition(|column| column.is_index);
    let numbers = columns.iter().map(|column| table.numbers(column)).collect::<Result<Vec<_>, _>>()?;
    let data = (0..table.rows()).flat_map(|row| numbers.iter().map(move |column| column[row])).collect();
    let mut about = About::default();
    about.leave_out(&indexes.iter().map(|column| column.name.clone()).collect::<Vec<_>>(), Why::Index);
    Ok((Matrix::new(table.rows(), columns.len(), data), about))
}
