//! Data sets from files of one's own: CSV and Parquet tables with a named target, IDX images with labels.
//!
//! A table's other columns are the features, in the file's order. Without a `task` the target's kind decides: numbers are
//! a regression, text and flags are classes. Classes count from 0 in ascending order of their labels.

mod columns;
mod files;
mod images;
mod parameters;
mod pictures;
mod roles;
mod sequences;
mod tables;
mod target;
mod treatment;

use super::entry::DataEntry;
use crate::registry::{Entry, Parameter, ParameterKind};
use parameters::{
    DROP, FILL, GROUP, INPUTS, LABELS_TASK, MISSING, NA, ONE_HOT, ORDERED, PART, SEQUENCE, SHAPE, TABLE_TASK, TARGET,
    TEST, TEXT, TIME, WEIGHT, path,
};

pub use parameters::LABEL;
pub use tables::{at, data_set};
pub use target::listed;

/// The parameters of a table, given what its path is called.
const fn of_table(file: &'static str) -> [Parameter; 17] {
    [
        path(file),
        TARGET,
        TABLE_TASK,
        DROP,
        TEST,
        PART,
        GROUP,
        TIME,
        SEQUENCE,
        WEIGHT,
        TEXT,
        ONE_HOT,
        ORDERED,
        MISSING,
        FILL,
        NA,
        LABEL,
    ]
}

const YOURS: &str = "as your file has it";

pub const CSV: DataEntry = DataEntry {
    entry: Entry {
        name: "csv",
        description: "a CSV file of yours (.tsv: with tabs); short: { csv = \"mine.csv\", target = \"y\" }",
        revision: 1,
        source: "RFC 4180; docs/guide/data.md",
        parameters: &of_table("the file, with a header"),
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
        parameters: &of_table("the file"),
    },
    licence: YOURS,
    citation: YOURS,
    load: &tables::load,
};

pub const ARROW: DataEntry = DataEntry {
    entry: Entry {
        name: "arrow",
        description: "an Arrow or Feather file of yours; short: { arrow = \"mine.feather\", target = \"y\" }",
        revision: 1,
        source: "Apache Arrow, Columnar Format; docs/guide/data.md",
        parameters: &of_table("the file"),
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
            LABELS_TASK,
            LABEL,
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: &images::from_idx,
};

pub const NPY: DataEntry = DataEntry {
    entry: Entry {
        name: "npy",
        description: "a NumPy file of yours, with one of labels; short: { npy = \"x.npy\", labels = \"y.npy\" }",
        revision: 1,
        source: "NumPy, numpy/lib/format.py; docs/guide/data.md",
        parameters: &[
            path("the samples, along the first dimension"),
            Parameter::new("labels", "the labels", ParameterKind::File),
            LABELS_TASK,
            SHAPE,
            LABEL,
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: &images::from_npy,
};

pub const NPZ: DataEntry = DataEntry {
    entry: Entry {
        name: "npz",
        description: "arrays of yours by `numpy.savez`; short: { npz = \"mine.npz\", inputs = \"x\", labels = \"y\" }",
        revision: 1,
        source: "NumPy, numpy/lib/format.py; docs/guide/data.md",
        parameters: &[
            path("the file"),
            INPUTS,
            Parameter::new("labels", "the name of the array of labels", ParameterKind::Text),
            LABELS_TASK,
            SHAPE,
            LABEL,
        ],
    },
    licence: YOURS,
    citation: YOURS,
    load: &images::from_npz,
};

pub const IMAGES: DataEntry = DataEntry {
    entry: Entry {
        name: "images",
        description: "a folder of yours with a folder of PNG or JPEG images for each class; short: { images = \"flowers\" }",
        revision: 1,
        source: "W3C, PNG specification; ITU-T T.81; docs/guide/data.md",
        parameters: &[path("the folder"), LABEL],
    },
    licence: YOURS,
    citation: YOURS,
    load: &pictures::load,
};
