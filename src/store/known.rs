//! A finished run as it is remembered while a sweep goes on: what counts of it, and where the rest stands. So the memory of
//! a sweep does not grow with what its runs yield.

use super::finished::Finished;
use super::rare::RareColumns;
use super::shape::Shapes;
use crate::record::Outcome;

/// Where a run can be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunPlace {
    /// A line of the journal, without its end.
    Journal(JournalLine),
    /// A line of the spill file, where runs of the tables wait to be written again.
    Spill(JournalLine),
    /// Its place among the runs that were read from the tables.
    Tables(usize),
}

/// Bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JournalLine {
    pub offset: u64,
    pub length: u32,
}

/// What is remembered of a finished run.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub(super) place: RunPlace,
    /// Of its settings, among [`Shapes`].
    pub(super) shape: u32,
    ending: Ending,
    suspect: bool,
    pub(super) has_steps: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Done,
    Diverged,
    Unsolved,
    Failed,
}

impl Known {
    pub(super) fn of(run: &Finished, place: RunPlace, shapes: &mut Shapes) -> Self {
        let ending = match run.record.outcome {
            Outcome::Done => Ending::Done,
            Outcome::Diverged { .. } => Ending::Diverged,
            Outcome::Unsolved { .. } => Ending::Unsolved,
            Outcome::TimedOut | Outcome::Failed { .. } => Ending::Failed,
        };
        Self {
            place,
            shape: shapes.add(&run.record.settings, &run.record.traced, RareColumns::of(&run.record)),
            ending,
            suspect: run.measurement.check.is_some_and(|check| !check.passed()),
            has_steps: !run.record.steps.is_empty(),
        }
    }

    /// Whether the run need not be tried again.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.ending != Ending::Failed
    }

    #[must_use]
    pub fn is_done(&self) -> bool {
        self.ending == Ending::Done
    }

    #[must_use]
    pub fn is_diverged(&self) -> bool {
        self.ending == Ending::Diverged
    }

    /// Whether its check went past its bound.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        self.suspect
    }
}
