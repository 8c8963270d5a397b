//! A format in the registry.

use super::draft::ExportFolder;
use super::error::ExportError;
use super::results::StoredResults;

/// A format in the registry.
pub struct Exporter {
    /// As typed.
    pub name: &'static str,
    /// One line, without a full stop.
    pub description: &'static str,
    /// Writes everything and says in a line or two what there is now, with the command that opens it.
    pub(super) write: fn(&StoredResults, &ExportFolder) -> Result<String, ExportError>,
}
