//! From results to what they say: tables in, tables out; no files, no printing.

mod axes;
mod choose;
mod claim;
mod compare;
mod conclude;
mod conclusions;
mod conditions;
mod configurations;
mod contrasts;
mod distance;
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
mod reproduction;
mod rivals;
mod sampled;
mod seen;
mod select;
mod sooner;
mod sources;
mod speed;
mod staged;
mod standings;
pub mod stats;
mod targets;
mod trials;
mod tuning;
mod verdict;
mod view;
mod warnings;

pub use axes::{axes, of_their_own};
pub use choose::{Tried, choose};
pub use claim::{
    ClaimCell, ClaimProblem, ClaimVerdict, Estimated, Judged, Lack, LackKind, NoNumber, estimate, judge_claims,
    least_repetitions,
};
pub use compare::{ChangeCause, Comparison, Origin, SidesValues, compare};
pub use conclude::{TOLERANCE, conclude};
pub use conclusions::{Conclusions, Flat, OnData, Question, Ranked, Warning};
pub use conditions::Condition;
pub use configurations::{
    Configuration, OPTIMIZER, WITHOUT_RATE, configurations, configurations_by, method_name, varying,
};
pub use contrasts::{Change as ContrastChange, Contrasted, Line, OnSet};
pub use distance::{Distance, NoDistance, distances};
pub use edges::Edge;
pub use grid::{GridAxis, varied};
pub use importance::{Importance, ReachedValue, Together, Unexplained, VarianceShares, reached_by};
pub use judged::{has_several_losses, judged};
pub use over_data::{OverData, OverPair, family, is_file, over_data};
pub use paired::{Enough, Level, MOST_TOLD, Paired, judge, paired};
pub use prospect::{Asked, Basis, DISAGREE, Planned, Prospect};
pub use reproduction::{CellVerdict, ComparedCell, ComparedTable, Ours, reproduction};
pub use rivals::{ComparedPair, ComparedPairs, Preferred, PreferredOne, rivals};
pub use sampled::Sampled;
pub use seen::{Seen, known, seen};
pub use select::{RatePoint, Selected, best, rate_sensitivity, select};
pub use sooner::{Sooner, SoonerOverData, sooner};
pub use sources::{OfMethod, Sources};
pub use speed::{Pace, Speed};
pub use staged::{Allowed, Staged};
pub use standings::{ComparedFolder, NotComparable, Standing, against, not_compared};
pub use targets::{
    Case, Hit, Reached, SpeedTarget, SpeedUnit, Speedup, TargetOrigin, factor, targets, targets_on_the_way,
};
pub use trials::{Trials, trials};
pub use tuning::Account;
pub use verdict::Verdict;
pub use view::{View, questions};
