//! Two result folders side by side: what is new, missing, the same bit for bit, changed, and why.

use super::configurations::OPTIMIZER;
use super::paired::{Level, Paired, judge};
use super::speed::{Pace, Speed, obstacle, speeds};
use super::staged::Allowed;
use super::standings::{ComparedFolder, Standing, in_order, standings};
use super::tuning::{Account, account};
use super::view::View;
use crate::record::{At, Compared, CurvePoint, Outcome, RunId, RunRecord};
use crate::store::{Finished, Manifest};
use crate::value::Value;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What two result folders have in common and where they differ.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    pub first: String,
    pub second: String,
    /// Runs with the same settings (engine and precision aside) and the same bits.
    pub identical: usize,
    /// Runs with the same settings whose results differ, and why.
    pub changed: BTreeMap<ChangeCause, usize>,
    /// Runs that failed or took too long on one side or both: they have no result to be compared.
    pub without_result: usize,
    /// Runs with the same settings that were done in the first and diverged in the second, and the other way round.
    pub diverged_anew: usize,
    pub diverged_no_longer: usize,
    /// Settings that only one side has.
    pub only_first: usize,
    pub only_second: usize,
    /// Values that only one side's runs have, by setting.
    pub values: Vec<SidesValues>,
    /// What the manifests say differently of how the folders were made.
    pub provenance: Vec<Origin>,
    /// What was tuned on each side, where it has a protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_account: Option<Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_account: Option<Account>,
    /// The state of trainings that is compared, and what of the test part.
    pub at: At,
    pub outcome: Compared,
    pub standings: Vec<Standing>,
    pub speeds: Vec<Speed>,
    /// Why times must not be compared; none if they may be.
    pub speed_obstacle: Option<String>,
}

/// Why two runs of the same settings have different results, the strongest reason that is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeCause {
    Engine,
    Precision,
    Data,
    Numerics,
    /// The run uses an entry of a registry in another revision.
    Revision,
    /// burnmark's own version, that of the compiler, or those of the crates that compute.
    Versions,
    /// Another build of the program, another commit, or uncommitted changes.
    Code,
    /// Another processor or operating system: not for the engine `reference`, whose bits do not depend on it.
    Processor,
    /// Nothing recorded differs: the same question got another answer.
    Unexplained,
}

impl ChangeCause {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Engine => "another engine",
            Self::Precision => "another precision",
            Self::Data => "other figures in the data set",
            Self::Numerics => "another numerics version",
            Self::Revision => "another revision of what the run uses",
            Self::Versions => "other versions of burnmark, of the crates that compute or of the compiler",
            Self::Code => "another build of the program, or another commit",
            Self::Processor => "another processor or operating system",
            Self::Unexplained => "no recorded cause: the same run gave different bits",
        }
    }
}

/// The values of a setting that only one side has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SidesValues {
    pub setting: String,
    pub only_first: Vec<String>,
    pub only_second: Vec<String>,
}

/// One thing that the manifests say differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    pub what: String,
    pub first: String,
    pub second: String,
}

impl Comparison {
    /// Methods that are worse in the second folder, by a verdict or for certain, or for which no setting trains for every seed any more.
    pub fn regressions(&self) -> impl Iterator<Item = &Standing> {
        self.standings.iter().filter(|standing| {
            let worse = standing.paired.as_ref().is_some_and(Paired::is_worse);
            let lost = standing.first.is_some() && standing.second.is_none() && standing.paired.is_some();
            worse || lost
        })
    }

    /// Methods that are judged slower in the second folder.
    pub fn slowdowns(&self) -> impl Iterator<Item = &Speed> {
        self.speeds.iter().filter(|speed| speed.pace == Pace::Slower)
    }
}

/// Compares each other folder with the first. The verdicts of all are corrected together; what differs by less than the margin is
/// the same.
#[must_use]
pub fn compare(
    first: ComparedFolder<'_>,
    others: &[ComparedFolder<'_>],
    allowed: Allowed,
    margin: Option<f64>,
) -> Vec<Comparison> {
    let mut all: Vec<Comparison> = others.iter().map(|second| compare_two(first, *second, allowed)).collect();
    let standings = all.iter_mut().flat_map(|comparison| comparison.standings.iter_mut());
    judge(standings.filter_map(|standing| standing.paired.as_mut()), Level::whole(), margin);
    all
}

fn compare_two(first: ComparedFolder<'_>, second: ComparedFolder<'_>, allowed: Allowed) -> Comparison {
    // First the same run, then, of what is left, the same settings, then the same but for engine and precision.
    let (mut both, a, b) = same_runs(first.runs, second.runs);
    let (others, a, b) = pairs(&a, &b, |_| true);
    both.extend(others);
    let (others, a, b) = pairs(&a, &b, |setting| !["engine", "precision"].contains(&setting));
    both.extend(others);
    let provenance = provenance(first.manifest, second.manifest);
    let mut changed = BTreeMap::new();
    let whole = |a: &Finished, b: &Finished| a.record.outcome.is_final() && b.record.outcome.is_final();
    for (a, b) in both.iter().filter(|(a, b)| whole(a, b) && !same_bits(&a.record, &b.record)) {
        *changed.entry(cause((first.manifest, &a.record), (second.manifest, &b.record), &provenance)).or_insert(0) += 1;
    }
    let diverged = |run: &Finished| matches!(run.record.outcome, Outcome::Diverged { .. });
    let done = |run: &Finished| run.record.outcome == Outcome::Done;
    let speed_obstacle = obstacle(first.manifest, second.manifest, &both);
    Comparison {
        first: first.name.to_owned(),
        second: second.name.to_owned(),
        identical: both.iter().filter(|(a, b)| whole(a, b) && same_bits(&a.record, &b.record)).count(),
        changed,
        without_result: both.iter().filter(|(a, b)| !whole(a, b)).count(),
        diverged_anew: both.iter().filter(|(a, b)| done(a) && diverged(b)).count(),
        diverged_no_longer: both.iter().filter(|(a, b)| diverged(a) && done(b)).count(),
        only_first: a.len(),
        only_second: b.len(),
        values: values(first.runs, second.runs),
        provenance,
        first_account: account_of(first),
        second_account: account_of(second),
        at: first.manifest.protocol.as_ref().map_or(first.manifest.judge.at, |protocol| protocol.select.at),
        outcome: first.manifest.judge.outcome,
        standings: standings(first, second, allowed),
        speeds: speeds(&both, speed_obstacle.is_none()),
        speed_obstacle,
    }
}

fn account_of(side: ComparedFolder<'_>) -> Option<Account> {
    account(&View::of(side.manifest, side.runs, OPTIMIZER, Allowed::default()))
}

type Pairs<'a> = (Vec<(&'a Finished, &'a Finished)>, Vec<&'a Finished>, Vec<&'a Finished>);

/// Runs that both sides have, by identity; and what is left of each. Most are found here, without putting their settings in
/// words.
fn same_runs<'a>(first: &'a [Finished], second: &'a [Finished]) -> Pairs<'a> {
    let mut waiting: HashMap<RunId, &Finished> = second.iter().map(|run| (run.record.run, run)).collect();
    let (mut both, mut left) = (Vec::new(), Vec::new());
    for run in first {
        let id = run.record.run;
        match waiting.get(&id) {
            Some(other) if other.record.settings == run.record.settings => {
                both.push((run, *other));
                waiting.remove(&id);
            }
            _ => left.push(run),
        }
    }
    (both, left, second.iter().filter(|run| waiting.contains_key(&run.record.run)).collect())
}

/// Runs of both sides with the same values of those settings, each run in one pair at most; and what is left of each.
fn pairs<'a>(first: &[&'a Finished], second: &[&'a Finished], relevant: fn(&str) -> bool) -> Pairs<'a> {
    let question = |run: &Finished| {
        let settings = run.record.settings.iter().filter(|(name, _)| relevant(name));
        settings.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("\n")
    };
    let mut waiting: BTreeMap<String, Vec<&Finished>> = BTreeMap::new();
    for run in second.iter().rev() {
        waiting.entry(question(run)).or_default().push(run);
    }
    let (mut both, mut left) = (Vec::new(), Vec::new());
    for run in first {
        match waiting.get_mut(&question(run)).and_then(Vec::pop) {
            Some(other) => both.push((*run, other)),
            None => left.push(*run),
        }
    }
    (both, left, waiting.into_values().flatten().collect())
}

fn same_bits(a: &RunRecord, b: &RunRecord) -> bool {
    a.outcome == b.outcome && CurvePoint::all_equal(&a.curve, &b.curve) && a.hashes == b.hashes
}

fn cause(first: (&Manifest, &RunRecord), second: (&Manifest, &RunRecord), provenance: &[Origin]) -> ChangeCause {
    let (a, b) = (first.1, second.1);
    let differs = |name: &str| a.settings.get(name) != b.settings.get(name);
    let any = |names: &[&str]| provenance.iter().any(|origin| names.contains(&origin.what.as_str()));
    let reference = a.settings.get("engine") == Some(&Value::word("reference"));
    if differs("engine") {
        ChangeCause::Engine
    } else if differs("precision") {
        ChangeCause::Precision
    } else if a.numerics_version != b.numerics_version {
        ChangeCause::Numerics // digests of data can have other forms, and say nothing of the figures
    } else if a.data_digest != b.data_digest {
        ChangeCause::Data
    } else if is_revised(first, second) {
        ChangeCause::Revision
    } else if any(&[BURNMARK, CRATES, COMPILER]) {
        ChangeCause::Versions
    } else if any(&[PROGRAM, COMMIT]) {
        ChangeCause::Code
    } else if !reference && any(&[PROCESSOR, SYSTEM]) {
        ChangeCause::Processor
    } else {
        ChangeCause::Unexplained
    }
}

/// Whether two runs of the same settings use an entry in different revisions.
fn is_revised((first, a): (&Manifest, &RunRecord), (second, b): (&Manifest, &RunRecord)) -> bool {
    first.revisions.keys().any(|setting| {
        let of = |manifest: &Manifest, run: &RunRecord| {
            manifest.revisions.get(setting)?.get(&run.settings.get(setting)?.to_string()).copied()
        };
        matches!((of(first, a), of(second, b)), (Some(one), Some(other)) if one != other)
    })
}

/// A setting with more values than this on either side is told by their number.
const MANY: usize = 12;

/// Settings whose values are not the same on both sides.
fn values(first: &[Finished], second: &[Finished]) -> Vec<SidesValues> {
    let names: BTreeSet<&String> = first.iter().chain(second).flat_map(|run| run.record.settings.keys()).collect();
    let of = |runs: &[Finished], name: &str| -> BTreeSet<String> {
        // Neighbours mostly have the same value, and of ten thousand runs each would be put in words.
        let mut last = None;
        let values = runs.iter().filter_map(|run| run.record.settings.get(name));
        values.filter(|value| last.replace(*value) != Some(*value)).map(ToString::to_string).collect()
    };
    let listed = |mut values: Vec<String>| {
        in_order(&mut values);
        let more = values.len().saturating_sub(MANY);
        let rest = (more > 0).then(|| format!("and {more} more"));
        values.into_iter().take(MANY).chain(rest).collect::<Vec<_>>()
    };
    let differing = names.into_iter().filter_map(|name| {
        let (a, b) = (of(first, name), of(second, name));
        let only =
            |these: &BTreeSet<String>, those: &BTreeSet<String>| listed(these.difference(those).cloned().collect());
        (a != b).then(|| SidesValues { setting: name.clone(), only_first: only(&a, &b), only_second: only(&b, &a) })
    });
    differing.collect()
}

const BURNMARK: &str = "burnmark version";
const CRATES: &str = "crate versions";
const COMPILER: &str = "compiler";
const UNKNOWN: &str = "unknown";
const COMMIT: &str = "program's commit";
const PROGRAM: &str = "program digest";
const DATA: &str = "data digests";
const PROCESSOR: &str = "processor";
const SYSTEM: &str = "operating system";

/// What the manifests say differently of how the folders were made, every session counted.
fn provenance(first: &Manifest, second: &Manifest) -> Vec<Origin> {
    let sessions = |manifest: &Manifest, of: &dyn Fn(&crate::store::Session) -> String| {
        let all: BTreeSet<String> = manifest.sessions.iter().map(of).collect();
        all.into_iter().collect::<Vec<_>>().join(", ")
    };
    let commit = |session: &crate::store::Session| session.program_commit_in_words().unwrap_or("none".to_owned());
    let crates = |session: &crate::store::Session| {
        session.crate_versions.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(" ")
    };
    let program = |session: &crate::store::Session| {
        let digest = session.binary_digest.as_deref().unwrap_or(UNKNOWN);
        digest.get(..12).unwrap_or(digest).to_owned()
    };
    let of = |what: &str, of: &dyn Fn(&crate::store::Session) -> String| Origin {
        what: what.to_owned(),
        first: sessions(first, of),
        second: sessions(second, of),
    };
    let all = [
        of(BURNMARK, &|session| session.burnmark_version.clone()),
        of(CRATES, &crates),
        of(COMPILER, &|session| session.compiler.clone().unwrap_or(UNKNOWN.to_owned())),
        of(COMMIT, &commit),
        of(PROGRAM, &program),
        of(PROCESSOR, &crate::store::Session::processors),
        of(SYSTEM, &|session| session.operating_system.clone()),
        Origin {
            what: "numerics version".to_owned(),
            first: first.numerics_version.to_string(),
            second: second.numerics_version.to_string(),
        },
        Origin { what: "revisions".to_owned(), first: revised(first, second), second: revised(second, first) },
        Origin { what: DATA.to_owned(), first: digests(first, second), second: digests(second, first) },
    ];
    // Digests of another numerics version can have another form.
    let same_form = first.numerics_version == second.numerics_version;
    // Earlier programs did not tell their compiler.
    let untold = |origin: &Origin| {
        origin.what == COMPILER && [&origin.first, &origin.second].iter().any(|of| of.contains(UNKNOWN))
    };
    let comparable = |origin: &Origin| !untold(origin) && (same_form || origin.what != DATA);
    all.into_iter().filter(|origin| origin.first != origin.second && comparable(origin)).collect()
}

/// The entries of registries whose revision differs from the other side's.
fn revised(of: &Manifest, other: &Manifest) -> String {
    let entries = of.revisions.iter().flat_map(|(setting, entries)| entries.iter().map(move |entry| (setting, entry)));
    let differing = entries.filter(|(setting, (name, revision))| {
        other.revisions.get(*setting).and_then(|of| of.get(*name)).is_some_and(|known| known != *revision)
    });
    differing.map(|(_, (name, revision))| format!("{name} {revision}")).collect::<Vec<_>>().join(", ")
}

/// The data sets whose figures differ from the other side's.
fn digests(of: &Manifest, other: &Manifest) -> String {
    let differs =
        |(name, digest): &(&String, &String)| other.data_digests.get(*name).is_some_and(|known| known != *digest);
    let differing = of.data_digests.iter().filter(differs);
    differing
        .map(|(name, digest)| format!("{name}: {}", digest.get(..12).unwrap_or(digest)))
        .collect::<Vec<_>>()
        .join(", ")
}
