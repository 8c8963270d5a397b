//! The data sets of a spec while it is checked.

use crate::data::{self, DataSet};
use crate::registry::Choice;
use std::collections::BTreeMap;
use std::path::Path;

/// Data sets: the digest of each, and the figures of the last one only, since a sweep may have many.
#[derive(Default)]
pub struct Sets {
    pub digests: BTreeMap<String, String>,
    last: Option<(String, Result<DataSet, String>)>,
}

impl Sets {
    pub fn load(&mut self, set: &Choice, folder: &Path) -> Result<&DataSet, String> {
        let name = canonical(set);
        if self.last.as_ref().is_none_or(|(known, _)| *known != name) {
            let loaded = data::load(&data::located(set, folder));
            if let Ok(loaded) = &loaded {
                self.digests.entry(name.clone()).or_insert_with(|| loaded.digest());
            }
            self.last = Some((name, loaded));
        }
        let (_, loaded) = self.last.as_ref().expect("loaded above");
        loaded.as_ref().map_err(Clone::clone)
    }
}

/// A data set's settings as the key of its digest.
pub fn canonical(set: &Choice) -> String {
    serde_json::to_string(set).expect("a choice is plain data")
}
