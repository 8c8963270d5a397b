//! Results that only some runs have. Each is a row of [`RARE`], and a column of runs.parquet where a run has it, so that tables
//! without it stay what they are.

use super::column::column;
use crate::record::{RunRecord, RunResults};
use polars::prelude::*;

/// A result that only some runs have, a field of [`RunResults`].
pub struct RareResult {
    pub name: &'static str,
    field: RareField,
}

enum RareField {
    Text(FieldOf<String>),
    Count(FieldOf<u64>),
}

/// A field, to read and to write.
struct FieldOf<T> {
    of: fn(&RunResults) -> &Option<T>,
    into: fn(&mut RunResults) -> &mut Option<T>,
}

/// Every such result, in the order of the columns.
pub const RARE: &[RareResult] = &[
    RareResult {
        name: "no_minimum",
        field: RareField::Text(FieldOf { of: |run| &run.no_minimum, into: |run| &mut run.no_minimum }),
    },
    RareResult {
        name: "held_out",
        field: RareField::Count(FieldOf { of: |run| &run.held_out, into: |run| &mut run.held_out }),
    },
    RareResult {
        name: "gradients_per_step",
        field: RareField::Count(FieldOf { of: |run| &run.gradients_per_step, into: |run| &mut run.gradients_per_step }),
    },
];

impl RareResult {
    fn is_in(&self, run: &RunResults) -> bool {
        match &self.field {
            RareField::Text(field) => (field.of)(run).is_some(),
            RareField::Count(field) => (field.of)(run).is_some(),
        }
    }

    /// The column of some runs.
    pub fn column(&self, rows: &[&RunRecord]) -> Column {
        match &self.field {
            RareField::Text(field) => column(self.name, rows, |run| (field.of)(run).clone()),
            RareField::Count(field) => column(self.name, rows, |run| *(field.of)(run)),
        }
    }

    /// Gives runs what a column says of them.
    ///
    /// # Errors
    /// Where the column is of another type.
    pub fn read(&self, column: &Column, runs: &mut [RunRecord]) -> PolarsResult<()> {
        match &self.field {
            RareField::Text(field) => {
                let values = runs.iter_mut().zip(column.str()?.iter());
                values.for_each(|(run, value)| *(field.into)(run) = value.map(str::to_owned));
            }
            RareField::Count(field) => {
                let values = runs.iter_mut().zip(column.u64()?.iter());
                values.for_each(|(run, value)| *(field.into)(run) = value);
            }
        }
        Ok(())
    }
}

/// Which of them some runs have: a bit for each place in [`RARE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RareColumns(u32);

const _: () = assert!(RARE.len() <= u32::BITS as usize);

impl RareColumns {
    /// Of a run.
    pub fn of(run: &RunResults) -> Self {
        let bit = |(place, result): (usize, &RareResult)| u32::from(result.is_in(run)) << place;
        Self(RARE.iter().enumerate().map(bit).sum())
    }

    /// Those that some of both have.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = &'static RareResult> {
        RARE.iter().enumerate().filter(move |(place, _)| self.0 >> place & 1 == 1).map(|(_, result)| result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_of_the_results_that_some_run_has() {
        let named = |columns: RareColumns| columns.iter().map(|result| result.name).collect::<Vec<_>>();
        let held_out = RareColumns::of(&RunResults { held_out: Some(30), ..RunResults::default() });
        let separable = RunResults { no_minimum: Some("separable".to_owned()), ..RunResults::default() };
        assert_eq!(named(RareColumns::of(&RunResults::default())), [""; 0]);
        assert_eq!(named(held_out.or(RareColumns::of(&separable))), ["no_minimum", "held_out"]);
    }
}
