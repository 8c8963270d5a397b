//! Quadratics of one's own: the mean over points x of ½ (θ−x)ᵀ Q (θ−x), Q and the points from CSV files.
//!
//! Q: n rows of n numbers under a header, symmetric; where it is not positive definite the function has no single minimum,
//! and `digits` counts how near θ comes to the points' mean all the same. Points: a row each, of n numbers under a header.

use super::{DataEntry, DataSet, Table, Target};
use crate::num::{Matrix, Objective};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use std::path::Path;
use std::sync::Arc;

const fn file(name: &'static str, description: &'static str) -> Parameter {
    Parameter { name, description, kind: ParameterKind::File, default: None }
}

pub const ENTRY: DataEntry = DataEntry {
    entry: Entry {
        name: "quadratic-csv",
        description: "no data: the mean over points x of ½ (θ-x)ᵀ Q (θ-x), both from CSV files; for `objective`",
        source: "data/quadratic_file.rs",
        parameters: &[
            file("matrix", "Q, n rows of n numbers under a header, symmetric"),
            file("points", "the points, rows of n numbers under a header"),
        ],
    },
    licence: "as your files have it",
    citation: "as your files have it",
    load,
};

fn load(choice: &Choice) -> Result<DataSet, String> {
    let (q, points) = (numbers(choice.text("matrix"))?, numbers(choice.text("points"))?);
    let n = q.cols();
    if q.rows() != n {
        return Err(format!("`{}` has {} rows and {n} columns; Q is square", choice.text("matrix"), q.rows()));
    }
    if let Some(at) = (0..n * n).find(|at| q.row(at / n)[at % n] != q.row(at % n)[at / n]) {
        let (i, j) = (at / n, at % n);
        return Err(format!(
            "`{}`: row {}, column {} is {}, but row {}, column {} is {}; Q is symmetric",
            choice.text("matrix"),
            i + 1,
            j + 1,
            q.row(i)[j],
            j + 1,
            i + 1,
            q.row(j)[i]
        ));
    }
    if points.cols() != n {
        let path = choice.text("points");
        return Err(format!("`{path}` has points of {} numbers, but Q is {n} × {n}", points.cols()));
    }
    Ok(DataSet::flat(points, Target::Objective(Objective::Quadratic(Arc::new(q)))))
}

/// All numbers of a file, row by row.
fn numbers(path: &str) -> Result<Matrix<f64>, String> {
    let table = Table::read(Path::new(path))?;
    let columns = table.columns.iter().map(|column| table.numbers(column));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let data = (0..table.rows()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    Ok(Matrix::new(table.rows(), columns.len(), data))
}
