//! What is shown at the end of `burnmark run` and `burnmark merge`.

use super::failure::Failure;
use super::print::print;
use super::report::{show, tables};
use crate::analysis::{Allowed, View, judged};
use crate::catalogue::Catalogue;
use crate::export::shell_word;
use crate::harness::Summary;
use crate::record::counted;
use crate::report::indented;
use crate::store::{self, Finished, MEASUREMENTS, Shard};
use std::path::Path;

/// From so many runs on, conclusions are left to `report`: they need all runs in memory, and `run` does not.
pub const MOST_CONCLUDED: u64 = 50_000;
/// Where to read why runs failed, of so many runs.
pub const FAILURES: &str = "see the column `reason` in runs.parquet";

/// Shows the results of a folder, and says whether they can be relied on.
pub fn finish(
    folder: &Path,
    summary: &Summary,
    allowed: Allowed,
    quiet: bool,
    catalogue: &Catalogue,
) -> Result<(), Failure> {
    if summary.planned > MOST_CONCLUDED {
        print(&format!(
            "{}\nconclusions and plots, from {MOST_CONCLUDED} runs on by a command of their own\n  burnmark report {}\n",
            counts(folder, summary),
            shell_word(&folder.display().to_string())
        ))?;
        return verdict(summary, FAILURES);
    }
    let (mut manifest, runs) = store::read(folder).map_err(Failure::NotReadBack)?;
    let runs = judged(&mut manifest, runs)?;
    let shown = show((folder, folder), &manifest, &runs, &View::all_of(&manifest, &runs, allowed), (quiet, catalogue));
    // Both can fail, and both are said.
    match (shown, verdict(summary, &first_failure(&runs))) {
        (Err(shown), Err(runs)) => Err(Failure::Work(format!("{shown}\n{runs}"))),
        (shown, verdict) => shown.and(verdict),
    }
}

/// How many runs there are, how they ended, and the tables of them.
fn counts(folder: &Path, Summary { planned, diverged, failed, .. }: &Summary) -> String {
    let files = indented(&tables(folder).iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join("\n"));
    format!("{}, {diverged} diverged, {failed} failed\n\nfiles\n{files}", counted(*planned, "run"))
}

/// The same of a shard's folder: conclusions need all shards.
pub fn finish_shard(folder: &Path, shard: Shard, out: &Path, summary: &Summary) -> Result<(), Failure> {
    let counted = if summary.planned == 0 {
        "no runs: fewer are chosen than there are shards\n".to_owned()
    } else {
        counts(folder, summary)
    };
    print(&format!(
        "shard {shard}: {counted}\nwhen all {} are there\n  burnmark merge {}\n",
        shard.of,
        shell_word(&out.display().to_string())
    ))?;
    let has_reasons = summary.failed > 0 && summary.planned <= MOST_CONCLUDED;
    let runs = if has_reasons { store::read(folder).map_err(Failure::NotReadBack)?.1 } else { Vec::new() };
    verdict(summary, &if has_reasons { first_failure(&runs) } else { FAILURES.to_owned() })
}

/// What to say of the first run that failed.
pub fn first_failure(runs: &[Finished]) -> String {
    let reason = runs.iter().find_map(|run| run.record.outcome.failure());
    format!("the first: {}", reason.unwrap_or_default())
}

/// Whether the results can be relied on.
fn verdict(summary: &Summary, why_failed: &str) -> Result<(), Failure> {
    let mut complaints = Vec::new();
    if summary.failed > 0 {
        complaints.push(format!("{} failed; the next `run` tries again; {why_failed}", counted(summary.failed, "run")));
    }
    if summary.suspect > 0 {
        complaints.push(format!(
            "{} where the two engines differ by more than their bound: see `check_passed` in {MEASUREMENTS}",
            counted(summary.suspect, "run")
        ));
    }
    if complaints.is_empty() { Ok(()) } else { Err(Failure::Work(complaints.join("\n"))) }
}
