//! Problems without data: functions of θ alone. One point stands for them, which is training, validation and test part.
//!
//! `num/objective.rs` has the functions, their minima, starting points and sources.

use super::entry::DataEntry;
use super::set::{DataSet, Target};
use crate::num::{Matrix, Objective};
use crate::registry::{Choice, Entry, Parameter, ParameterKind};
use crate::value::Value;

pub const ROSENBROCK: DataEntry = DataEntry {
    entry: Entry {
        name: "rosenbrock",
        description: "no data: Rosenbrock's curved valley, minimum 0 at (1, …, 1); for `objective`",
        revision: 1,
        source: "Rosenbrock 1960; num/objective.rs",
        parameters: &[Parameter::with_default(
            "dimensions",
            "length of θ",
            ParameterKind::Integer { least: 2, most: 1_000_000 },
            Value::Integer(2),
        )],
    },
    licence: "generated",
    citation: "burnmark",
    load: &|choice| Ok(without_data(Objective::Rosenbrock { dimensions: choice.count("dimensions") })),
};

pub const BEALE: DataEntry = DataEntry {
    entry: Entry {
        name: "beale",
        description: "no data: Beale's function of two variables, minimum 0 at (3, ½); for `objective`",
        revision: 1,
        source: "Beale 1958; num/objective.rs",
        parameters: &[],
    },
    licence: "generated",
    citation: "burnmark",
    load: &|_: &Choice| Ok(without_data(Objective::Beale)),
};

fn without_data(objective: Objective) -> DataSet {
    DataSet::flat(Matrix::zeros(1, 1), Target::Objective(objective))
}
