//! `burnmark compare`: read → compare → show → judge.

use super::arguments::{Allow, Terms};
use super::failure::Failure;
use super::print::{Schema, json_document, print, print_data};
use super::values;
use crate::analysis::{
    ChangeCause, ComparedFolder, Comparison, NotComparable, Paired, Standing, against, compare as compare_sides,
    has_several_losses, judged,
};
use crate::console;
use crate::record::{Compared, counted};
use crate::report::{
    Tabular, comparison, comparison_csv, each_at, indented, latex_table, markdown_table, standings_table,
    standings_tabular, state,
};
use crate::store::{self, StoreError};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // flags, of which one is given
pub struct CompareArguments {
    /// Result folders: each other one is compared with the first
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// Compare the other values of a setting with this one, within one folder: optimizer.kind=momentum
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::assignment)]
    pub baseline: Option<(String, String)>,
    /// Print everything as one JSON document
    #[arg(long, group = "printed")]
    pub json: bool,
    /// Print the metric differences as CSV, one row per comparison
    #[arg(long, group = "printed")]
    pub csv: bool,
    /// Print the comparison as Markdown
    #[arg(long, group = "printed")]
    pub markdown: bool,
    /// Print the comparison as a table for LaTeX, with booktabs
    #[arg(long, group = "printed")]
    pub latex: bool,
    /// End with exit code 1 if this is found; can be given twice
    #[arg(long, value_enum, value_name = "WHAT")]
    pub fail_on: Vec<FailOn>,
    /// Let `--fail-on regression` pass where there is no verdict: too few seeds, or not shown to be within the margin
    #[arg(long)]
    pub allow_no_verdict: bool,
    #[command(flatten)]
    pub terms: Terms,
    #[command(flatten)]
    pub allow: Allow,
}

/// What counts as a failure of a comparison.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A method judged worse, that no longer trains for every seed, or that has no verdict; with `--margin` one that is not shown to
    /// be worse by less than that
    Regression,
    /// A method judged slower, from measurements taken alone
    Slowdown,
}

/// What `--json` prints of folders.
#[derive(Serialize)]
struct FoldersDocument<'c> {
    comparisons: &'c [Comparison],
}

/// What `--json` prints of the values of a setting.
#[derive(Serialize)]
struct BaselineDocument<'c> {
    baseline: &'c str,
    standings: &'c [Standing],
}

/// Compares folders, or the values of a setting within one.
pub fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    match (&arguments.baseline, arguments.folders.as_slice()) {
        (Some(baseline), [folder]) => with_baseline(arguments, folder, baseline),
        (Some(_), _) => request("`--baseline` compares within one folder; give one, or leave it out"),
        (None, [_]) => request("give two result folders or more, or one and `--baseline KEY=VALUE`"),
        (None, _) => folders(arguments),
    }
}

fn request(message: &str) -> Result<(), Failure> {
    Err(Failure::Request(message.to_owned()))
}

fn folders(arguments: &CompareArguments) -> Result<(), Failure> {
    let read = |folder| Ok((format!("{}", Path::display(folder)), store::read(folder)?));
    let read: Result<Vec<_>, StoreError> = arguments.folders.iter().map(|folder| read(folder)).collect();
    let mut read = read?;
    // Both sides at one state and by one outcome: what is asked for, or what the first one's spec says.
    let first = read[0].1.0.protocol.is_none().then_some(read[0].1.0.judge.at);
    let outcome = read[0].1.0.judge.outcome;
    for (_, (manifest, runs)) in &mut read {
        manifest.judge.at = first.filter(|_| manifest.protocol.is_none()).unwrap_or(manifest.judge.at);
        manifest.judge.outcome = outcome;
        arguments.terms.put(&mut manifest.judge, manifest.protocol.as_ref())?;
        *runs = judged(manifest, std::mem::take(runs))?;
    }
    let by_loss = read[0].1.0.judge.outcome == Compared::Loss;
    if by_loss && has_several_losses(read.iter().flat_map(|(_, (_, runs))| runs)) {
        return Err(NotComparable::SeveralLosses.into());
    }
    let margin = read[0].1.0.judge.margin;
    let sides: Vec<ComparedFolder> =
        read.iter().map(|(name, (manifest, runs))| ComparedFolder { name, manifest, runs }).collect();
    arguments.folders.iter().for_each(|folder| say_what_waits(folder));
    let compared = compare_sides(sides[0], &sides[1..], arguments.allow.allowed(), margin);
    let text = if arguments.json {
        let comparisons = compared.as_slice();
        json_document(Schema::Compare, &FoldersDocument { comparisons })?
    } else if arguments.csv {
        let rows =
            compared.iter().flat_map(|c| c.standings.iter().map(move |s| (c.first.as_str(), c.second.as_str(), s)));
        comparison_csv(&rows.collect::<Vec<_>>())
    } else if arguments.markdown || arguments.latex {
        let of = |c: &Comparison| {
            let title = format!("{} compared with {}", c.second, c.first);
            formatted(arguments, &standings_tabular(&c.standings, (&c.first, &c.second), &title))
        };
        compared.iter().map(of).collect::<String>()
    } else {
        compared.iter().map(comparison).collect::<Vec<_>>().join("\n")
    };
    tell(arguments, &text)?;
    for c in compared.iter().filter(|c| c.standings.iter().all(|standing| standing.paired.is_none())) {
        let (first, second) = (&c.first, &c.second);
        let why = "no method has results on both sides";
        console::message(&format!("nothing in `{second}` can be compared with `{first}`: {why}"));
    }
    let complaints: Vec<String> = compared.iter().flat_map(|c| complaints(c, arguments, margin)).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Failure::Work(complaints.join("\n"))) }
}

/// What makes a comparison end with exit code 1.
fn complaints(compared: &Comparison, arguments: &CompareArguments, margin: Option<f64>) -> Vec<String> {
    let fail_on = &arguments.fail_on;
    let mut complaints = Vec::new();
    if let Some(count) = compared.changed.get(&ChangeCause::Unexplained) {
        complaints.push(format!("{}: other bits, and nothing that is recorded explains it", counted(*count, "run")));
    }
    if fail_on.contains(&FailOn::Regression) {
        let regressions = compared.regressions();
        complaints
            .extend(regressions.map(|s| format!("regression in {}: {} on {}", compared.second, s.method, s.data)));
        let gone = compared.standings.iter().filter(|standing| standing.first.is_some() && standing.paired.is_none());
        complaints.extend(gone.map(|s| format!("no result in {}: {} on {}", compared.second, s.method, s.data)));
        if !arguments.allow_no_verdict {
            let open = compared.standings.iter().filter_map(|s| Some((s, s.paired.as_ref()?.why_open(margin)?)));
            let open = open.filter(|(s, _)| s.second.is_some() || s.first.is_none());
            complaints.extend(
                open.map(|(s, why)| format!("no verdict in {}: {} on {}: {why}", compared.second, s.method, s.data)),
            );
        }
    }
    if fail_on.contains(&FailOn::Slowdown) {
        let slow = compared.slowdowns().map(|s| format!("{} takes {:.2} times as long", s.method, s.ratio));
        complaints.extend(slow.map(|what| format!("slowdown in {}: {what}", compared.second)));
    }
    complaints
}

fn with_baseline(arguments: &CompareArguments, folder: &Path, (key, value): &(String, String)) -> Result<(), Failure> {
    let (mut manifest, runs) = store::read(folder)?;
    arguments.terms.put(&mut manifest.judge, manifest.protocol.as_ref())?;
    let runs = judged(&mut manifest, runs)?;
    if runs.is_empty() {
        return Err(store::nothing_yet(folder).into());
    }
    say_what_waits(folder);
    let allowed = arguments.allow.allowed();
    let standings = against(&manifest, &runs, (key, value), allowed)?;
    let baseline = format!("{key}={value}");
    let text = if arguments.json {
        json_document(Schema::Compare, &BaselineDocument { baseline: &baseline, standings: &standings })?
    } else if arguments.csv {
        comparison_csv(&standings.iter().map(|s| (baseline.as_str(), s.method.as_str(), s)).collect::<Vec<_>>())
    } else if arguments.markdown || arguments.latex {
        let title = format!("{} compared with {baseline}", folder.display());
        formatted(arguments, &standings_tabular(&standings, (value, "value"), &title))
    } else {
        let setting = each_at(manifest.protocol.is_some());
        let at = state(manifest.protocol.as_ref().map_or(manifest.judge.at, |protocol| protocol.select.at));
        let what = manifest.judge.outcome.words();
        let head = format!("{}: test {what} {at} against {baseline}, each at {setting}\n", folder.display());
        head + &indented(&standings_table(&standings, value, "value"))
    };
    tell(arguments, &text)?;
    let worse = |s: &&Standing| s.paired.as_ref().is_some_and(Paired::is_worse);
    let mut worse: Vec<String> =
        standings.iter().filter(worse).map(|s| format!("worse than {baseline}: {} on {}", s.method, s.data)).collect();
    if !arguments.allow_no_verdict {
        let open = standings.iter().filter_map(|s| Some((s, s.paired.as_ref()?.why_open(manifest.judge.margin)?)));
        worse.extend(open.map(|(s, why)| format!("no verdict against {baseline}: {} on {}: {why}", s.method, s.data)));
    }
    let asked = arguments.fail_on.contains(&FailOn::Regression);
    if standings.iter().all(|standing| standing.paired.is_none()) {
        let message = format!("nothing in `{}` can be compared with {baseline}: nothing has results", folder.display());
        if asked {
            return Err(Failure::Work(message));
        }
        console::message(&message);
    }
    if asked && !worse.is_empty() { Err(Failure::Work(worse.join("\n"))) } else { Ok(()) }
}

/// As Markdown or for LaTeX.
fn formatted(arguments: &CompareArguments, table: &Tabular) -> String {
    if arguments.latex {
        return latex_table(table, "lllrrrrrrl", &table.title, &table.title);
    }
    markdown_table(&table.title, &(table.head.clone(), table.rows.clone()))
}

/// Says which finished runs are not compared: those that no table has yet.
fn say_what_waits(folder: &Path) {
    let (runs, out) = (store::waiting(folder).len(), folder.display());
    if runs > 0 {
        console::message(&format!("`{out}`: {}", store::waiting_in_words(runs)));
    }
}

/// For a program or for people.
fn tell(arguments: &CompareArguments, text: &str) -> Result<(), Failure> {
    if arguments.json || arguments.csv { print_data(text) } else { print(text) }
}
