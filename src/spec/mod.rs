//! From the text of a spec to values by key, each with its place: what is in the file and in the overrides, checked one by one.
//!
//! Everything that is wrong in a file is reported at once, see [`Mistake`].

mod axes;
mod axis_parts;
mod by_source;
mod cases;
mod choice;
mod claim;
mod class_weights;
mod columns;
mod document;
mod draft;
mod fault;
mod judge;
mod key;
mod keys;
mod layers;
mod methods;
mod mistake;
mod names;
mod overrides;
mod parse;
mod protocol;
mod published;
mod range;
mod read;
mod reader;
mod regularizers;
mod seeds;
mod split;
mod sweep;
mod syntax;

pub use claim::CLAIM_KEYS;
pub use columns::ColumnKind;
pub use document::Document;
pub use draft::{Located, RunDraft};
pub use fault::{Fault, FaultKind};
pub use judge::JUDGE_KEYS;
pub use key::{Distinction, Key, KeyKind, Visible};
pub use keys::{KEYS, unit_of};
pub use methods::{METHODS, method_files};
pub use mistake::{Mistake, Mistakes, Place, Source};
pub use overrides::Override;
pub use protocol::PROTOCOL_KEYS;
pub use published::PUBLISHED_KEYS;
pub use split::SPLIT_NAMES;
pub use sweep::{Sweep, SweepAxis};

pub(crate) use choice::fit;
pub(crate) use claim::{AskedClaim, AskedEffect, AskedValue, has_part};
pub(crate) use judge::AskedJudge;
pub(crate) use keys::{USUAL_PATIENCE, all_paths, find};
pub(crate) use mistake::{MOST_MISTAKES, say};
pub(crate) use names::{looked_for_in, nearest_help};
pub(crate) use overrides::SET;
pub(crate) use parse::parse;
pub(crate) use protocol::{AskedProtocol, AskedQuestion, Name};
