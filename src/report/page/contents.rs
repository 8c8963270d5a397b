//! What the page is made of.

use crate::analysis::{Conclusions, View};
use crate::measure::Confused;
use crate::record::RunId;
use crate::report::plots::Figure;
use crate::store::{Finished, Manifest};
use std::collections::BTreeMap;

/// What the page is made of.
pub struct Contents<'c> {
    pub manifest: &'c Manifest,
    pub runs: &'c [Finished],
    /// Of the first question.
    pub view: &'c View<'c>,
    pub conclusions: &'c Conclusions,
    /// For each question, in their order.
    pub figures: &'c [Vec<Figure>],
    /// The specs that run these runs alone, as far as they can be made.
    pub specs: &'c dyn Fn(&[RunId]) -> BTreeMap<RunId, String>,
    /// Which classes the final network of a run takes for which, as far as that is known.
    pub confused: &'c dyn Fn(&Finished) -> Option<Confused>,
}
