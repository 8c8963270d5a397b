//! `burnmark cite`: references of what results use.

use super::failure::CommandResult;
use super::print::print_data;
use crate::analysis::{Allowed, View, conclude, judged};
use crate::report::bibliography;
use crate::store;
use std::path::Path;

/// Prints BibTeX.
pub fn cite(results: &Path) -> CommandResult {
    let (mut manifest, runs) = store::read(results)?;
    let runs = judged(&mut manifest, runs)?;
    if runs.is_empty() {
        return Err(store::nothing_yet(results).into());
    }
    let views = View::all_of(&manifest, &runs, Allowed::default());
    print_data(&bibliography(&manifest, &runs, &conclude(&manifest, &runs, &views)))
}
