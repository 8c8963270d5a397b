//! What a sweep's settings are to its questions: compared, tuned or averaged over; how results are judged; and which
//! combinations make the trials of each compared value.

mod claim;
mod design;
mod judge;
mod roles;
mod swept;

pub use claim::observed;
pub use design::{Cell, Factorial, ProtocolDesign};

use crate::record::{Judge, Protocol};
use crate::spec::{Document, Mistake, Place};

/// The protocol of a document, with its place in the text, and how its results are judged. How many runs the second stage has
/// is not known yet.
pub fn resolve(document: &Document, mistakes: &mut Vec<Mistake>) -> (Option<(Protocol, Place)>, Judge) {
    let swept = swept::swept(&document.sweep);
    let outcome = document.judge.outcome.as_ref().map(|(outcome, _)| *outcome).unwrap_or_default();
    let judged = Judge { outcome, ..Judge::default() };
    let protocol = document.protocol.as_ref().and_then(|asked| {
        let tuning = match &document.seeds {
            Some(seeds) => seeds.as_slice(),
            None if document.seeds_spoiled => &[],
            None => &[0],
        };
        let whole = !document.sweep_spoiled;
        let protocol = roles::resolve(
            asked,
            (&swept, whole, &document.sweep.base.catalogue),
            tuning,
            (document.judge.at, judged.chosen_by()),
            mistakes,
        )?;
        Some((protocol, asked.place.clone()))
    });
    if document.judge.spoiled || document.sweep_spoiled {
        return (protocol, Judge::default());
    }
    let told = protocol.as_ref().map(|(protocol, _)| protocol);
    let claim = document.claim.as_ref().and_then(|asked| claim::resolve(asked, &swept, told, mistakes));
    let judge = Judge { claim, ..judge::resolve(&document.judge, &swept, told, mistakes) };
    (protocol, judge)
}
