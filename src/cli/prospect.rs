//! What a plan can find, and which seeds a difference takes: the end of `burnmark plan`.

use super::failure::Failure;
use super::finish::MOST_CONCLUDED;
use crate::analysis::{Basis, Prospect, Seen, judged, seen};
use crate::harness;
use crate::plan::Spec;
use crate::record::Judge;
use crate::report::{proposal, prospect};
use crate::store;
use std::path::{Path, PathBuf};

/// What the experiment can find, or with `--find` the seeds that it takes; nothing where nothing is compared.
pub fn finds(spec: &Spec, like: Option<&Path>, find: Option<f64>) -> Result<String, Failure> {
    let (folder, seen) = match like {
        Some(folder) => (folder.to_owned(), read(spec, folder)?),
        None => own(spec),
    };
    let Some(found) = harness::prospect(spec, &seen) else {
        let message = "`--find` needs two methods to compare, and every setting of this experiment has one value; add an axis in \
                       `[sweep]`";
        return if find.is_some() { Err(Failure::Request(message.to_owned())) } else { Ok(String::new()) };
    };
    if like.is_some() && !goes_by_results(&found) {
        return Err(Failure::Request(unlike(&folder, &seen)));
    }
    let folder = folder.display().to_string();
    Ok("\n".to_owned()
        + &match find {
            Some(difference) => proposal(&found, difference, &folder),
            None => prospect(&found, &folder),
        })
}

/// The results of the experiment itself, if there are some to go by. It is no fault if there are none.
fn own(spec: &Spec) -> (PathBuf, Vec<Seen>) {
    let folder = Path::new("results").join(&spec.name);
    let few = store::manifest_of(&folder).is_ok_and(|manifest| manifest.runs_planned <= MOST_CONCLUDED);
    let seen = if few { read(spec, &folder).unwrap_or_default() } else { Vec::new() };
    (folder, seen)
}

/// What results show, as the spec judges them.
fn read(spec: &Spec, folder: &Path) -> Result<Vec<Seen>, Failure> {
    let (mut manifest, runs) = store::read(folder)?;
    manifest.judge = Judge { by: manifest.judge.by, ..spec.judge.clone() };
    let runs = judged(&mut manifest, runs)?;
    Ok(seen(&manifest, &runs))
}

fn goes_by_results(found: &Prospect) -> bool {
    let sets = || found.questions.iter().flat_map(|asked| &asked.sets);
    sets().any(|set| matches!(set.basis, Basis::Results { .. } | Basis::Certain))
}

/// Why results are no help.
fn unlike(folder: &Path, seen: &[Seen]) -> String {
    let mut data: Vec<&str> = Vec::new();
    let usable = seen.iter().filter(|seen| seen.pooled.is_some());
    usable.map(|seen| seen.data.as_str()).for_each(|name| {
        if !data.contains(&name) {
            data.push(name);
        }
    });
    let there = if data.is_empty() {
        "it has no two methods with results on the same two seeds".to_owned()
    } else {
        format!("it has results on {}", data.join(", "))
    };
    format!(
        "`{}` has no results to plan by; {there}; expected several methods and seeds on a data set of this experiment",
        folder.display()
    )
}
