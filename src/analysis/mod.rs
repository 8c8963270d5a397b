//! From results to what they say: tables in, tables out; no files, no printing.

mod axes;
mod choose;
mod compare;
mod conclude;
mod conditions;
mod configurations;
mod edges;
mod level;
mod over_data;
mod paired;
mod select;
mod speed;
mod standings;
pub mod stats;
mod targets;
mod trials;
mod tuning;
mod view;
mod warnings;

pub use choose::{Tried, choose};
pub use compare::{Change, Comparison, Origin, Side, Values, compare};
pub use conclude::{Conclusions, OnData, Question, Ranked, TOLERANCE, conclude};
pub use conditions::Condition;
pub use configurations::{Configuration, OPTIMIZER, WITHOUT_RATE, configurations, configurations_by, varying};
pub use edges::Edge;
pub use over_data::{OverData, OverPair, over_data};
pub use paired::{Level, Paired, Verdict, judge, paired};
pub use select::{RatePoint, Selected, best, rate_sensitivity, select};
pub use speed::{Pace, Speed};
pub use standings::{SEEDS_AVERAGED, Standing, against};
pub use targets::{Case, Reached, Target, targets};
pub use trials::{Trials, trials};
pub use tuning::Account;
pub use view::{Allowed, Staged, View};
pub use warnings::Warning;
