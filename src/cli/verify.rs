//! `burnmark verify`: results had a second time.

use super::arguments::Verify;
use super::commands::cores;
use super::signals::stop_on_signal;
use super::{Failure, print, print_data};
use crate::catalogue::Catalogue;
use crate::engine::EngineKind;
use crate::harness::{self, Sample, Trouble, Verified, VerifyOptions, counts};
use crate::record::counted;
use crate::report::{aligned, indented};
use std::collections::HashSet;
use std::fmt::Write;

/// How many findings are shown; `--json` has all.
const MOST_SHOWN: usize = 20;

pub fn verify(arguments: &Verify, catalogue: &Catalogue) -> Result<(), Failure> {
    let options = VerifyOptions {
        sample: arguments.sample(),
        workers: arguments.jobs.unwrap_or_else(cores),
        engine: arguments.engine.as_deref().map(engine).transpose()?,
        bound: arguments.bound,
        folder: arguments.folder.clone(),
        limits: arguments.limits.limits(),
        quiet: arguments.quiet || arguments.json,
        catalogue: catalogue.clone(),
    };
    let stop = stop_on_signal().map_err(Failure::Work)?;
    let verified = harness::verify(&arguments.results, &options, &stop).map_err(|trouble| match trouble {
        Trouble::Strangers(message) => Failure::Request(message),
        Trouble::Work(message) => Failure::Work(message),
    })?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&verified).map_err(|why| Failure::Work(why.to_string()))?;
        print_data(&(json + "\n"))?;
    } else {
        print(&shown(&verified, options.engine))?;
    }
    if stop.load(std::sync::atomic::Ordering::SeqCst) {
        return Err(Failure::Work("stopped: not all of these results were looked at".to_owned()));
    }
    match verified.findings.len() {
        0 => Ok(()),
        count => Err(Failure::Work(format!("{}: these results are not confirmed", counted(count, "finding")))),
    }
}

/// The engine of a name that was typed.
pub fn engine(name: &str) -> Result<EngineKind, Failure> {
    let known = EngineKind::ALL.into_iter().find(|kind| kind.name() == name);
    let names = EngineKind::ALL.map(|kind| format!("`{kind}`")).join(", ");
    known.ok_or_else(|| Failure::Request(format!("unknown engine `{name}`; there are {names}")))
}

fn shown(verified: &Verified, engine: Option<EngineKind>) -> String {
    let row = |what: &str, value: String| vec![what.to_owned(), value];
    let mut rows = vec![
        row("runs of the experiment", verified.planned.to_string()),
        row("in the tables", verified.recorded.to_string()),
        row("rerun", verified.repeated.to_string()),
    ];
    if let Some(Sample { seed, .. }) = verified.sample {
        rows.push(row("drawn by", format!("--sample-seed {seed}")));
    }
    match (engine, verified.largest_gap) {
        (Some(engine), Some(gap)) => {
            rows.push(row(&format!("confirmed by `{engine}` within the bound"), verified.confirmed.to_string()));
            rows.push(row("their largest gap of a loss", format!("{gap:.1e}")));
        }
        _ => rows.push(row("confirmed, bit for bit", verified.confirmed.to_string())),
    }
    if !verified.drifted.is_empty() {
        let what = "drifted: apart by roundings, agreed step by step";
        rows.push(row(what, verified.drifted.len().to_string()));
    }
    let mut text = aligned(&rows);
    for note in &verified.notes {
        let _ = writeln!(text, "note: {note}");
    }
    if verified.findings.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\nfindings");
    let counted = counts(&verified.findings).into_iter().map(|(kind, count)| vec![count.to_string(), kind.to_owned()]);
    text += &indented(&aligned(&counted.collect::<Vec<_>>()));
    text.push('\n');
    // The first of each run, then the others: one changed cell must not hide behind a thousand that follow from it.
    let mut seen = HashSet::new();
    let (first, later): (Vec<_>, Vec<_>) =
        verified.findings.iter().partition(|finding| finding.run().is_none_or(|run| seen.insert(run.to_owned())));
    for finding in first.iter().chain(&later).take(MOST_SHOWN) {
        let _ = writeln!(text, "{finding}");
    }
    if verified.findings.len() > MOST_SHOWN {
        let _ = writeln!(text, "… and {} more; `--json` shows all", verified.findings.len() - MOST_SHOWN);
    }
    text
}
