//! Where the numbers come from, and how to reproduce them.

use super::escape::escaped;
use super::html::table;
use crate::store::{Manifest, Session};
use std::fmt::Write;

/// How to reproduce every number.
pub fn again(manifest: &Manifest) -> String {
    let mut html = "<section id=\"again\"><h2>Reproduce these results</h2><p>In the folder of this page, with the spec below saved \
                    beside it, these commands rerun everything. Each run is identical bit for bit (with the engine \
                    <code>reference</code> on every processor).</p>"
        .to_owned();
    // The first source is the file, the others are what was typed besides: `--set train.epochs=5`.
    let file = manifest.spec.first().map_or("spec.toml", |source| source.name.as_str());
    let file = shell(file.rsplit(['/', '\\']).next().unwrap_or(file));
    let typed = manifest.spec.iter().skip(1).filter_map(|source| source.name.strip_prefix("--set "));
    let typed: String = typed.map(|setting| format!(" --set {}", shell(setting))).collect::<Vec<_>>().concat();
    let commands = format!(
        "burnmark run {file}{typed} --out again\nburnmark compare . again\n\n# the same at once: rerun every run, compare \
         every bit\nburnmark verify .\n\n# one run alone: a spec for its identity in the table\nburnmark show . RUN --spec"
    );
    let _ = write!(html, "<pre>{}</pre>", escaped(&commands));
    for source in &manifest.spec {
        let _ = write!(
            html,
            "<details><summary>{}</summary><pre>{}</pre></details>",
            escaped(&source.name),
            escaped(&source.text)
        );
    }
    html += "<p>Digests (BLAKE3) of the tables and of the data sets' figures:</p>";
    let digests = manifest.table_digests.iter().chain(&manifest.data_digests);
    html += &table(&["What", "Digest"], digests.map(|(name, digest)| vec![name.clone(), digest.clone()]));
    html + "</section>"
}

/// A word as a shell takes it.
fn shell(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

pub fn provenance(manifest: &Manifest) -> String {
    let head = ["Command", "Runs", "Workers", "Started (UTC)", "burnmark", "Crates", "Program's commit", "Processor"];
    let row = |session: &Session| {
        let crates = session.crate_versions.iter().map(|(name, version)| format!("{name} {version}"));
        vec![
            session.command_line.join(" "),
            session.runs_carried_out.to_string(),
            session.workers.to_string(),
            utc(session.started_unix_seconds),
            match &session.compiler {
                Some(compiler) => format!("{} by {compiler}", session.burnmark_version),
                None => session.burnmark_version.clone(),
            },
            crates.collect::<Vec<_>>().join(", "),
            session.program_commit_in_words().unwrap_or("–".to_owned()),
            format!("{} ({})", session.processors(), session.operating_system),
        ]
    };
    let sessions = table(&head, manifest.sessions.iter().map(row));
    format!(
        "<section id=\"provenance\"><h2>Provenance</h2><p>Numerics version {}.</p>{sessions}</section>",
        manifest.numerics_version
    )
}

/// `2026-11-25 08:00`, from seconds since 1970 (Howard Hinnant's civil calendar).
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let (month, date) = (if shifted < 10 { shifted + 3 } else { shifted - 9 }, day - (153 * shifted + 2) / 5 + 1);
    let year = year + 400 * era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{date:02} {:02}:{:02}", rest / 3600, rest % 3600 / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        assert_eq!(utc(0), "1970-01-01 00:00");
        assert_eq!(utc(951_782_400), "2000-02-29 00:00");
        assert_eq!(utc(1_700_000_000), "2023-11-14 22:13");
    }
}
