//! From results to what they say: tables in, tables out; no files, no printing.

mod compare;
mod configurations;
mod select;
pub mod stats;

pub use compare::{Change, Comparison, Standing, compare};
pub use configurations::{Configuration, configurations, varying};
pub use select::{RatePoint, Selected, rate_sensitivity, select};
