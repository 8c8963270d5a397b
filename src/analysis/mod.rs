//! From results to what they say: tables in, tables out; no files, no printing.

mod axes;
mod choose;
mod compare;
mod conclude;
mod conditions;
mod configurations;
mod contrasts;
mod edges;
mod flat;
mod grid;
mod importance;
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
mod standings;
pub mod stats;
mod targets;
mod trials;
mod tuning;
mod view;
mod warnings;

pub use axes::{axes, of_their_own};
pub use choose::{Tried, choose};
pub use compare::{Change, Comparison, Origin, Side, Values, compare};
pub use conclude::{Conclusions, OnData, Question, Ranked, TOLERANCE, conclude};
pub use conditions::Condition;
pub use configurations::{
    Configuration, OPTIMIZER, WITHOUT_RATE, configurations, configurations_by, method_name, varying,
};
pub use contrasts::{Change as ContrastChange, Contrasted, Line, OnSet};
pub use edges::Edge;
pub use flat::Flat;
pub use grid::{GridAxis, varied};
pub use importance::{Importance, Reached as ReachedValue, Shares, Together, Unexplained, reached_by};
pub use over_data::{OverData, OverPair, family, is_file, over_data};
pub use paired::{Level, Paired, Verdict, judge, paired};
pub use prospect::{Asked, Basis, DISAGREE, Planned, Prospect};
pub use sampled::Sampled;
pub use seen::{Seen, known, seen};
pub use select::{RatePoint, Selected, best, rate_sensitivity, select};
pub use sooner::{Sooner, SoonerOverData, sooner};
pub use sources::{OfMethod, Sources};
pub use speed::{Pace, Speed};
pub use standings::{SEEDS_AVERAGED, Standing, against, not_compared};
pub use targets::{Case, Hit, Origin as TargetOrigin, Reached, Speedup, Target, factor, targets, targets_on_the_way};
pub use trials::{Trials, trials};
pub use tuning::Account;
pub use view::{Allowed, Staged, View, questions};
pub use warnings::Warning;
