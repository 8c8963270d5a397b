//! References of what results use: BibTeX entries from `references.bib`, which says what each one is for.

use crate::analysis::Conclusions;
use crate::store::{Finished, Manifest};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const REFERENCES: &str = include_str!("references.bib");
/// The settings whose values somebody may have to be cited for.
const CITED: [&str; 9] = [
    "optimizer.kind",
    "annealing.kind",
    "data.set.kind",
    "model.kind",
    "model.activation.kind",
    "model.initial.kind",
    "model.loss.kind",
    "train.average.kind",
    "train.stop.kind",
];

/// The settings whose values are lists in words: `norm layer · dense 32 gelu`, `roc-auc, brier`.
const IN_WORDS: [&str; 2] = ["model.layers", "train.measures"];

/// An entry for each method, data set and statistic that the results use, and a comment for each that has none.
#[must_use]
pub fn bibliography(manifest: &Manifest, runs: &[Finished], conclusions: &Conclusions) -> String {
    let mut uses: BTreeSet<String> = ["always".to_owned()].into();
    uses.extend(runs.iter().flat_map(|run| of_settings(&run.record.settings)));
    uses.extend(of_statistics(conclusions).map(|name| format!("statistic={name}")));
    let known: BTreeSet<&str> = known().collect();
    uses.extend(
        runs.iter().flat_map(|run| of_lists(&run.record.settings)).filter(|name| known.contains(name.as_str())),
    );
    let entries = entries().filter(|(needs, _)| needs.iter().any(|need| uses.contains(*need)));
    let mut text: String = entries.flat_map(|(_, entry)| [entry, "\n\n"]).collect();
    let session = manifest.sessions.last();
    let commit = session.and_then(|session| session.program_commit.as_deref()).unwrap_or("unknown");
    let version = session.map_or(env!("CARGO_PKG_VERSION"), |session| &session.burnmark_version);
    text = text.replace("VERSION", &bare(version)).replace("COMMIT", &bare(commit));
    let missing = uses.iter().filter(|name| name.split_once('=').is_some_and(|(key, _)| CITED.contains(&key)));
    for name in missing.filter(|name| !known.contains(name.as_str())) {
        let _ = writeln!(text, "% burnmark has no entry for {}: cite its source", name.replace(['\n', '\r'], " "));
    }
    text
}

/// `key=value` of each setting that names something, and the key of each that is on.
fn of_settings(settings: &BTreeMap<String, Value>) -> impl Iterator<Item = String> + '_ {
    settings.iter().filter_map(|(key, value)| match value {
        Value::Text(value) => Some(format!("{key}={value}")),
        Value::Flag(on) => on.then(|| key.clone()),
        number => (number.as_number() != Some(0.0)).then(|| key.clone()),
    })
}

/// `key=word` of each word and each two words of the settings that are lists; words of layers may be activations, too.
fn of_lists(settings: &BTreeMap<String, Value>) -> impl Iterator<Item = String> + '_ {
    IN_WORDS.into_iter().filter_map(|key| Some((key, settings.get(key)?.to_string()))).flat_map(|(key, text)| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let words: Vec<&str> = text.split(|c| !is_letter(c)).filter(|word| !word.is_empty()).collect();
        let pairs = words.windows(2).map(|pair| format!("{key}={}", pair.join("-")));
        let alone = words.iter().flat_map(|word| [format!("{key}={word}"), format!("model.activation.kind={word}")]);
        pairs.chain(alone).collect::<Vec<_>>()
    })
}

/// The statistics that the conclusions rest on.
fn of_statistics(conclusions: &Conclusions) -> impl Iterator<Item = &'static str> {
    let questions = || conclusions.questions.iter();
    let pairs = questions().flat_map(|question| &question.data).flat_map(|on| &on.pairs);
    let over = || questions().filter_map(|question| question.over_data.as_ref());
    let used = [
        ("corrected-t", pairs.clone().any(|(_, _, paired)| paired.p.is_some())),
        ("friedman", over().any(|over| over.friedman.is_some())),
        ("wilcoxon", over().any(|over| over.signed_rank.is_some())),
        ("importance", conclusions.importance.iter().any(|found| found.shares.is_ok())),
    ];
    used.into_iter().filter(|(_, used)| *used).map(|(name, _)| name)
}

/// The entries with what they are for.
fn entries() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    REFERENCES.split("\n\n").filter_map(|block| {
        let (comment, entry) = block.trim().split_once('\n')?;
        let needs = comment.strip_prefix("% for: ")?;
        Some((needs.split(' ').collect(), entry))
    })
}

/// What has an entry, or needs none.
pub fn known() -> impl Iterator<Item = &'static str> {
    let none = REFERENCES.lines().filter_map(|line| line.strip_prefix("% none: "));
    none.flat_map(|line| line.split(' ')).chain(entries().flat_map(|(needs, _)| needs))
}

/// A version or a commit of a manifest, of which a reference takes letters, digits, dots and hyphens only.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_whole_and_has_a_key_of_its_own() {
        let mut keys = BTreeSet::new();
        for (_, entry) in entries() {
            let key = entry.split_once('{').and_then(|(_, rest)| rest.split_once(',')).expect(entry).0;
            assert!(entry.starts_with('@') && keys.insert(key), "{entry}");
            let count = |c| entry.chars().filter(|other| *other == c).count();
            assert!(entry.ends_with('}') && count('{') == count('}'), "{entry}");
            assert!(entry.contains("title = ") && (entry.contains("year = ") || key == "burnmark"), "{entry}");
        }
        assert_eq!(keys.len(), REFERENCES.matches("\n@").count(), "each entry has a comment that says what it is for");
    }
}
