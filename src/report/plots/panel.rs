//! What panels of several plots have in common.

/// More panels are no figure any more.
pub const MOST_PANELS: usize = 24;
/// The size of labels.
pub const SIZE: u32 = 12;
