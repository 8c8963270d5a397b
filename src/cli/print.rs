//! What goes to stdout.

use super::failure::Failure;
use crate::console;
use crate::record::harmless;
use serde::Serialize;

/// Writes text for people to stdout.
pub fn print(text: &str) -> Result<(), Failure> {
    print_data(&harmless(text))
}

/// Writes what programs read to stdout, as it is.
pub fn print_data(text: &str) -> Result<(), Failure> {
    console::result(text).map_err(Failure::Stdout)
}

/// The form of a document that programs read, with its version: a key that is removed or means something else raises it, a new
/// key does not. docs/guide/json.md has the keys of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    Claims,
    Compare,
    Crosscheck,
    Distance,
    Fit,
    Manifest,
    Report,
    Reproduce,
    Run,
    Status,
    Verify,
}

impl Schema {
    #[cfg(test)]
    const ALL: [Self; 11] = [
        Self::Claims,
        Self::Compare,
        Self::Crosscheck,
        Self::Distance,
        Self::Fit,
        Self::Manifest,
        Self::Report,
        Self::Reproduce,
        Self::Run,
        Self::Status,
        Self::Verify,
    ];

    /// As documents name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claims => "burnmark.claims.1",
            Self::Compare => "burnmark.compare.1",
            Self::Crosscheck => "burnmark.crosscheck.1",
            Self::Distance => "burnmark.distance.1",
            Self::Fit => "burnmark.fit.1",
            Self::Manifest => "burnmark.manifest.1",
            Self::Report => "burnmark.report.1",
            Self::Reproduce => "burnmark.reproduce.1",
            Self::Run => "burnmark.run.1",
            Self::Status => "burnmark.status.1",
            Self::Verify => "burnmark.verify.1",
        }
    }
}

/// A document with its schema before its own keys.
#[derive(Serialize)]
struct Versioned<'v, T> {
    schema: &'static str,
    #[serde(flatten)]
    value: &'v T,
}

/// Writes a value to stdout as a JSON document of this schema.
pub fn print_json(schema: Schema, value: &impl Serialize) -> Result<(), Failure> {
    print_data(&json_document(schema, value)?)
}

/// A value as a JSON document of this schema.
pub fn json_document(schema: Schema, value: &impl Serialize) -> Result<String, Failure> {
    Ok(serde_json::to_string_pretty(&Versioned { schema: schema.name(), value })? + "\n")
}

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn every_schema_is_documented() {
        let page = include_str!("../../docs/guide/json.md");
        for name in Schema::ALL.map(Schema::name).into_iter().chain([crate::console::PROGRESS]) {
            assert!(page.contains(&format!("`{name}`")), "{name} is missing in docs/guide/json.md");
        }
    }
}
