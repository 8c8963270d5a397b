//! Statistics as small pure functions that state what they need.

mod spread;

pub use spread::Spread;
