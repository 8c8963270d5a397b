//! Data sets from files of one's own: CSV and Parquet tables with a named target, IDX images with labels.
//!
//! A table's other columns are the features, in the file's order. Without a `task` the target's kind decides: numbers are
//! a regression, text and flags are classes. Classes count from 0 in ascending order of their labels.

mod files;
mod images;
mod parameters;
mod roles;
mod tables;
mod target;

use super::entry::DataEntry;
use crate::registry::{Entry, Parameter, ParameterKind};
use parameters::{DROP, GROUP, PART, TABLE_TASK, TARGET, TEST, TIME, path, task};

pub use tables::{at, data_set};
pub use target::listed;

const YOURS: &str = "as your file has it";

pub const CSV: DataEntry = DataEntry {
    entry: Entry {
        name: "csv",
        description: "a CSV file of yours (.tsv: with tabs); short: { csv = \"mine.csv\", target = \"y\" }",
        revision: 1,
        source: "RFC 4180; docs/guide/data.md",
        parameters: &[path("the file, with a header"), TARGET, TABLE_TASK, DROP, TEST, PART, GROUP, TIME],
    },
    licence: YOURS,
    citation: YOURS,
    load: &tables::load,
};

pub const PARQUET: DataEntry = DataEntry {
    entry: Entry {
        name: "parquet",
        description: "a Parquet file of yours; short: { parquet = \"mine.parquet\", target = \"y\" }",
        revision: 1,
        source: "Apache Parquet; docs/guide/data.md",
        parameters: &[path("the file"), TARGET, TABLE_TASK, DROP, TEST, PART, GROUP, TIME],
    },
    licence: YOURS,
    citation: YOURS,
    load: &tables::load,
};

pub const IDX: DataEntry = DataEntry {
    entry: Entry {
        name: "idx",
        description: "an IDX file of yours, as MNIST has it, with one of labels; short: { idx = \"…\", labels = \"…\" }",
        revision: 1,
        source: "LeCun, Cortes & Burges, MNIST, file formats; docs/guide/data.md",
        parameters: &[
            path("the samples, plain or packed by gzip"),
            Parameter::new("labels", "the labels, plain or packed by gzip", ParameterKind::File),
            task("what the labels are; `auto`: whole-number types are classes, floats a regression"),
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: &|choice| images::from_idx(choice.text("path"), choice.text("labels"), choice.text("task")),
};
