//! Statistics as small pure functions, one subject per file; each head says when it must not be used.
//!
//! Where a run diverged there is no number: such runs come as `None` or as the worst rank, and are never left out. Seeds are
//! repetitions on one data set, and data sets are the blocks of a comparison over data sets; neither stands for the other.

mod agreement;
mod best_of;
mod centre;
mod corrected_t;
mod friedman;
mod functional_anova;
mod improvement;
mod lead_found;
mod nemenyi;
mod normal;
mod pooled;
mod profile;
mod random_effects;
mod resample;
mod seeds_needed;
mod sensitivity;
mod settings_differ;
mod signed_rank;
mod speedup;
mod spread;
mod studentized_range;
mod time_to_target;

pub use agreement::{MeanTests, SampleMean, agreement, benjamini_hochberg, holm};
pub use best_of::{expected_best, expected_selected};
pub use centre::{equal, exact_sum, interquartile_mean, mean, median, rounded};
pub use corrected_t::{CorrectedT, Interval, bounded, least_p};
pub use friedman::{Friedman, average_ranks, friedman};
pub use functional_anova::{Effects, Factor, functional_anova};
pub use improvement::{Improvement, improvement};
pub use lead_found::{FamilyError, OverFamilies, lead_found};
pub use nemenyi::{cliques, critical_difference, difference_to_baseline};
pub use pooled::{Pooled, pooled};
pub use profile::{area, performance_ratios, share_within};
pub use random_effects::{Component, random_effects};
pub use seeds_needed::{
    MOST_SEEDS, POWER, SHARED, Scatter, difference_ever_found, difference_found, margin_shown, power, seeds_at_least,
    seeds_for_difference, seeds_for_improvement, seeds_for_margin,
};
pub use sensitivity::{Sensitivity, sensitivity};
pub use settings_differ::settings_differ;
pub use signed_rank::{SignedRank, signed_rank};
pub use speedup::{Spent, log_speedups};
pub use spread::Spread;
pub use studentized_range::{studentized_range, studentized_range_quantile};
pub use time_to_target::{TimeToTarget, time_to_target};

/// The level of every verdict: the chance to call something different that is not.
pub const LEVEL: f64 = 0.05;
