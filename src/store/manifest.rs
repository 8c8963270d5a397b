//! manifest.json: where results come from.

use super::error::{Damage, StoreError};
use super::parquet;
use super::session::Session;
use super::shard::Shard;
use crate::record::{Judge, Origins, Protocol, Reading, Revisions};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The provenance of a result folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub name: String,
    pub question: String,
    /// The spec file and the overrides on the command line, as text.
    pub spec: Vec<SourceText>,
    /// BLAKE3 of the identities of all runs of the experiment, in their order; with a protocol of those of its first stage.
    pub plan_digest: String,
    /// Which part of the runs is meant; all, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Of a shard of a protocol's second stage: BLAKE3 of the identities of all runs of that stage, in their order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_digest: Option<String>,
    /// How the runs are read, where the spec says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// What is compared of a training, and from which difference on it matters.
    #[serde(default, skip_serializing_if = "Judge::is_usual")]
    pub judge: Judge,
    /// Of both stages, where there is a protocol.
    pub runs_planned: u64,
    pub runs_finished: u64,
    pub runs_diverged: u64,
    pub runs_failed: u64,
    pub numerics_version: u32,
    /// The revisions of the registries' entries that the runs use.
    #[serde(default)]
    pub revisions: Revisions,
    /// Where those of them come from that burnmark does not have itself.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub origins: Origins,
    /// BLAKE3 of the data sets' figures, by their settings.
    pub data_digests: BTreeMap<String, String>,
    /// What was read of the data sets, by their settings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, Reading>,
    /// BLAKE3 of the tables, by file name.
    pub table_digests: BTreeMap<String, String>,
    /// The processes that carried runs out, oldest first.
    pub sessions: Vec<Session>,
}

/// What a manifest's text begins with: the digest of all that follows the line.
pub(super) const HEAD: &str = "{\n  \"manifest_digest\": \"";

impl Manifest {
    /// The manifest as a file's text. Its first entry is BLAKE3 of the lines below it, so that no bit of the file can
    /// change unseen.
    #[must_use]
    pub fn to_text(&self) -> String {
        let json = serde_json::to_string_pretty(self).expect("a manifest is plain data");
        let rest = json.strip_prefix("{\n").expect("a manifest has fields");
        format!("{HEAD}{}\",\n{rest}", blake3::hash(rest.as_bytes()).to_hex())
    }

    /// The manifest of a file's text.
    ///
    /// # Errors
    /// Where the text is not what [`Self::to_text`] wrote.
    pub fn of_text(text: &str) -> Result<Self, Damage> {
        let parts = text.strip_prefix(HEAD).and_then(|text| text.split_once("\",\n"));
        let (digest, rest) = parts.ok_or(Damage::NoDigest)?;
        let found = blake3::hash(rest.as_bytes()).to_hex();
        if found.as_str() != digest {
            return Err(Damage::Digest { found: found.to_string(), said: digest.to_owned() });
        }
        Ok(serde_json::from_str(&format!("{{\n{rest}"))?)
    }
}

/// The largest manifest that is read: the spec's text and some thousand sessions are far below.
const MOST_BYTES: u64 = 256 << 20;

/// A manifest's file.
pub(super) fn read_manifest(path: &Path) -> Result<Manifest, StoreError> {
    let bytes = parquet::bytes(path, MOST_BYTES)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| Damage::NoText);
    text.and_then(Manifest::of_text).map_err(|fault| StoreError::Damaged { path: path.to_owned(), fault })
}

/// One source of a spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceText {
    pub name: String,
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{At, Stage};
    use std::path::Path;

    #[test]
    fn no_bit_of_a_manifest_changes_unseen() {
        let manifest = Manifest {
            name: "x".to_owned(),
            question: "…?".to_owned(),
            spec: Vec::new(),
            plan_digest: "0".to_owned(),
            shard: Some(Shard { number: 1, of: 3, stage: Stage::Tuning }),
            report_digest: None,
            protocol: None,
            judge: Judge {
                at: At::Best,
                margin: Some(0.01),
                by: vec!["optimizer.kind".to_owned()],
                baseline: Some("momentum".to_owned()),
                target: crate::record::Goal::Loss(0.5),
                outcome: crate::record::Compared::Loss,
                contrasts: vec![crate::record::Contrast::Slope { slope: "regularize.dropout".to_owned() }],
                select: Some(crate::record::Selection::Outcome),
                labels: vec![crate::record::CaseLabel {
                    axis: crate::record::REGULARIZER.to_owned(),
                    label: "strong".to_owned(),
                    settings: [("regularize.dropout".to_owned(), crate::value::Value::Number(0.0))].into(),
                }],
                claim: None,
                certain: ["rosenbrock".to_owned()].into(),
            },
            runs_planned: 3,
            runs_finished: 3,
            runs_diverged: 0,
            runs_failed: 0,
            numerics_version: 1,
            revisions: BTreeMap::new(),
            origins: BTreeMap::new(),
            data_digests: BTreeMap::new(),
            data: BTreeMap::new(),
            table_digests: BTreeMap::new(),
            sessions: vec![Session::of_this_process(3, 2, 0, None, Path::new("."))],
        };
        let text = manifest.to_text();
        assert_eq!(Manifest::of_text(&text).unwrap(), manifest);
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            let mut flipped = bytes.to_vec();
            flipped[at] ^= 1 << (at % 8);
            assert!(String::from_utf8(flipped).map_or(true, |text| Manifest::of_text(&text).is_err()), "byte {at}");
            let cut = String::from_utf8(bytes[..at].to_vec());
            assert!(cut.map_or(true, |text| Manifest::of_text(&text).is_err()), "cut at {at}");
        }
    }

    /// A program before numerics version 3 wrote other entries; its manifest is read, so that `verify` can name the version.
    #[test]
    fn an_older_manifest_is_read() {
        let rest = r#"  "name": "x", "question": "", "spec": [], "plan_digest": "0", "runs_planned": 1, "runs_finished": 1,
  "runs_diverged": 0, "runs_failed": 0, "numerics_version": 2, "data_digests": {}, "table_digests": {}, "sessions": [{
    "runs_carried_out": 1, "command_line": [], "workers": 1, "started_unix_seconds": 0, "ended_unix_seconds": 0,
    "burnmark_version": "0.1.0", "binary_digest": null, "crate_versions": {}, "git_commit": "abc", "git_dirty": false,
    "cpu": "", "cpu_features": [], "operating_system": ""
  }]
}"#;
        let text = format!("{HEAD}{}\",\n{rest}", blake3::hash(rest.as_bytes()).to_hex());
        let manifest = Manifest::of_text(&text).unwrap();
        assert_eq!((manifest.numerics_version, manifest.revisions.len()), (2, 0));
        let session = &manifest.sessions[0];
        assert_eq!((&session.program_commit, session.program_dirty, &session.spec_commit), (&None, None, &None));
    }
}
