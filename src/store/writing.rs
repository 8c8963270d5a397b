//! The tables of a folder, written as their runs come: what is in memory is a row group of each and no more.

use super::error::StoreError;
use super::files::create;
use super::finished::Finished;
use super::names::{CURVES, STEPS};
use super::settle::temporary;
use super::shape::TableShape;
use super::tables::{names, table, writer};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::*;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Runs that become rows at once.
const BATCH: usize = 4096;
/// The rows of a row group in tables with a row for each run.
const GROUP: usize = 1 << 16;
/// The rows of a row group in tables with several rows for each run.
const CURVE_GROUP: usize = 1 << 18;

/// Writes all tables under temporary names, forced to the disk; their names, and where they lie.
///
/// # Errors
/// If a run cannot be read or a file not be written; the message names it.
pub fn write<'r>(
    folder: &Path,
    runs: impl Iterator<Item = Result<Cow<'r, Finished>, StoreError>>,
    shape: &TableShape,
    has_steps: bool,
) -> Result<Vec<(&'static str, PathBuf)>, StoreError> {
    let mut tables = Vec::new();
    for name in names(has_steps) {
        tables.push(TableWriter::begin(folder, name, shape)?);
    }
    let mut runs = runs.peekable();
    while runs.peek().is_some() {
        let batch = runs.by_ref().take(BATCH).collect::<Result<Vec<_>, StoreError>>()?;
        tables.iter_mut().try_for_each(|table| table.add(&batch, shape))?;
    }
    tables.into_iter().map(TableWriter::end).collect()
}

/// One table.
struct TableWriter {
    name: &'static str,
    path: PathBuf,
    file: Buffered,
    writer: BatchedWriter<Buffered>,
    group: usize,
    /// Rows that are no full group yet.
    rows: DataFrame,
}

impl TableWriter {
    fn begin(folder: &Path, name: &'static str, shape: &TableShape) -> Result<Self, StoreError> {
        let path = temporary(folder, name);
        let begin = || {
            let file = Buffered::new(create(&path)?);
            let rows = table::<&Finished>(name, &[], shape)?;
            let writer = writer(file.clone()).batched(rows.schema())?;
            PolarsResult::Ok((file, writer, rows))
        };
        let (file, writer, rows) = begin().map_err(|why| failed(&path, why))?;
        let group = if [CURVES, STEPS].contains(&name) { CURVE_GROUP } else { GROUP };
        Ok(Self { name, path, file, writer, group, rows })
    }

    fn add(&mut self, runs: &[Cow<'_, Finished>], shape: &TableShape) -> Result<(), StoreError> {
        let runs: Vec<&Finished> = runs.iter().map(AsRef::as_ref).collect();
        let mut add = || {
            self.rows.vstack_mut(&table(self.name, &runs, shape)?)?;
            while self.rows.height() >= self.group {
                let group = self.rows.slice(0, self.group);
                self.rows = self.rows.slice(i64::try_from(self.group).unwrap_or(i64::MAX), usize::MAX);
                Self::write(&mut self.writer, group)?;
            }
            PolarsResult::Ok(())
        };
        add().map_err(|why| failed(&self.path, why))
    }

    fn end(mut self) -> Result<(&'static str, PathBuf), StoreError> {
        let mut end = || {
            Self::write(&mut self.writer, std::mem::take(&mut self.rows))?;
            self.writer.finish()?;
            self.file.end()?;
            PolarsResult::Ok(())
        };
        end().map_err(|why| failed(&self.path, why))?;
        Ok((self.name, self.path))
    }

    fn write(writer: &mut BatchedWriter<Buffered>, mut group: DataFrame) -> PolarsResult<()> {
        group.rechunk_mut();
        if group.height() > 0 { writer.write_batch(&group) } else { Ok(()) }
    }
}

/// A file that is written in large pieces: Polars writes many of a byte.
#[derive(Clone)]
struct Buffered(Rc<RefCell<BufWriter<File>>>);

impl Buffered {
    fn new(file: File) -> Self {
        Self(Rc::new(RefCell::new(BufWriter::with_capacity(1 << 16, file))))
    }

    /// Forces everything to the disk.
    fn end(&self) -> io::Result<()> {
        let mut file = self.0.borrow_mut();
        file.flush()?;
        file.get_ref().sync_all()
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().flush()
    }
}

fn failed(path: &Path, why: PolarsError) -> StoreError {
    StoreError::io("write", path, why)
}
