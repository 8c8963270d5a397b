//! From results to what they say: tables in, tables out; no files, no printing.

mod axes;
mod choose;
mod compare;
mod conclude;
mod conclusions;
mod conditions;
mod configurations;
mod contrasts;
mod edges;
mod flat;
mod grid;
mod held_out;
mod importance;
mod judged;
mod level;
mod over_data;
mod paired;
mod prospect;
mod sampled;
mod seen;
mod select;
mod sooner;
mod sources;
mod speed;
mod staged;
mod standings;
#[doc(hidden)]
pub mod stats;
mod targets;
mod trials;
mod tuning;
mod verdict;
mod view;
mod warnings;

#[doc(hidden)]
pub use axes::{axes, of_their_own};
#[doc(hidden)]
pub use choose::{Tried, choose};
#[doc(hidden)]
pub use compare::{ChangeCause, Comparison, Origin, SidesValues, compare};
#[doc(hidden)]
pub use conclude::{TOLERANCE, conclude};
#[doc(hidden)]
pub use conclusions::{Conclusions, Flat, OnData, Question, Ranked, Warning};
#[doc(hidden)]
pub use conditions::Condition;
pub use configurations::Configuration;
#[doc(hidden)]
pub use configurations::{OPTIMIZER, WITHOUT_RATE, configurations, configurations_by, method_name, varying};
#[doc(hidden)]
pub use contrasts::{Change as ContrastChange, Contrasted, Line, OnSet};
#[doc(hidden)]
pub use edges::Edge;
#[doc(hidden)]
pub use grid::{GridAxis, varied};
#[doc(hidden)]
pub use importance::{Importance, ReachedValue, Together, Unexplained, VarianceShares, reached_by};
#[doc(hidden)]
pub use judged::{has_several_losses, judged};
#[doc(hidden)]
pub use over_data::{OverData, OverPair, family, is_file, over_data};
#[doc(hidden)]
pub use paired::{Level, Paired, judge, paired};
#[doc(hidden)]
pub use prospect::{Asked, Basis, DISAGREE, Planned, Prospect};
#[doc(hidden)]
pub use sampled::Sampled;
#[doc(hidden)]
pub use seen::{Seen, known, seen};
pub use select::{RatePoint, Selected};
#[doc(hidden)]
pub use select::{best, rate_sensitivity, select};
#[doc(hidden)]
pub use sooner::{Sooner, SoonerOverData, sooner};
#[doc(hidden)]
pub use sources::{OfMethod, Sources};
#[doc(hidden)]
pub use speed::{Pace, Speed};
#[doc(hidden)]
pub use staged::{Allowed, Staged};
#[doc(hidden)]
pub use standings::{ComparedFolder, NotComparable, Standing, against, not_compared};
#[doc(hidden)]
pub use targets::{
    Case, Hit, Reached, SpeedTarget, SpeedUnit, Speedup, TargetOrigin, factor, targets, targets_on_the_way,
};
#[doc(hidden)]
pub use trials::{Trials, trials};
#[doc(hidden)]
pub use tuning::Account;
#[doc(hidden)]
pub use verdict::Verdict;
pub use view::View;
#[doc(hidden)]
pub use view::questions;
