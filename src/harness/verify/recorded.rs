//! What is recorded beside what should be: the runs of the plan and the rows of the tables.

use super::planned::{Changed, PlannedRun};
use super::{Finding, Verifying};
use crate::harness::plan::PlanDigest;
use crate::plan::Spec;
use crate::record::{Judge, Outcome, Protocol, Reading, RunId, Stage, counted};
use crate::store::{self, Finished, Manifest, Tables};
use std::collections::{BTreeSet, HashMap};

impl Verifying<'_> {
    /// The runs of the plan with the identities that they had when they were recorded, with a protocol those of its first
    /// stage; and what has changed since then.
    pub(super) fn plan(&mut self, spec: &Spec) -> (Vec<PlannedRun>, Changed) {
        let mut changed = Changed { entries: self.changed_entries(spec), ..Changed::default() };
        for (set, here) in spec.data_digests() {
            let recorded = self.manifest.data_digests.get(set).cloned();
            if recorded.as_ref() != Some(here) {
                changed.sets.insert(set.clone());
                self.add(Finding::Data { set: set.clone(), recorded, here: here.clone() });
            }
        }
        let runs = spec.runs().map(|run| self.planned(spec, run, &changed));
        let shard = self.manifest.shard;
        let mut digest = PlanDigest::default();
        let all = (0..).zip(runs).inspect(|(_, planned)| digest.add(planned.id));
        let of_report = shard.is_some_and(|shard| shard.stage == Stage::Report);
        let of_shard = all.filter(|(place, _)| !of_report && shard.is_none_or(|shard| shard.has(*place)));
        let runs: Vec<PlannedRun> = of_shard.map(|(_, planned)| planned).collect();
        let (recorded, here) = (self.manifest.plan_digest.clone(), digest.finish());
        if recorded != here {
            self.add(Finding::Manifest { what: "digest of the plan".to_owned(), recorded, here });
        }
        self.verified.planned = match shard {
            None => spec.planned(),
            // What was chosen depends on runs that are not here.
            Some(_) if of_report => self.manifest.runs_planned,
            Some(_) => runs.len() as u64,
        };
        (runs, changed)
    }

    /// Whether the manifest counts the runs of the experiment as they are here; `chosen` are the runs of a second stage, if it is known.
    pub(super) fn planned_count(&mut self, spec: &Spec, chosen: Option<usize>) {
        if let Some(chosen) = chosen.filter(|_| self.manifest.shard.is_none()) {
            self.verified.planned = spec.len() + chosen as u64;
        }
        // Before the choice several questions have at most so many runs.
        let open = chosen.is_none() && spec.designs().len() > 1;
        if !open && self.manifest.runs_planned != self.verified.planned {
            let (recorded, here) = (self.manifest.runs_planned, self.verified.planned);
            self.add(Finding::Count { what: "runs of the experiment".to_owned(), recorded, here });
        }
    }

    /// The entries that the runs use and that have another revision than the manifest names.
    fn changed_entries(&mut self, spec: &Spec) -> BTreeSet<(String, String)> {
        let mut changed = BTreeSet::new();
        for (setting, entries) in spec.revisions() {
            for (entry, here) in entries {
                let recorded = self.manifest.revisions.get(&setting).and_then(|of| of.get(&entry)).copied();
                if recorded != Some(here) {
                    changed.insert((setting.clone(), entry.clone()));
                    self.add(Finding::Revision { setting: setting.clone(), entry, recorded, here });
                }
            }
        }
        changed
    }

    /// Whether the manifest says of the experiment what its spec says: conclusions are drawn by what it says.
    pub(super) fn head(&mut self, spec: &Spec) {
        let Manifest { name, question, protocol, judge, .. } = &self.manifest;
        let told = |protocol: Option<&Protocol>| {
            protocol.map_or("none".to_owned(), |protocol| serde_json::to_string(protocol).expect("plain data"))
        };
        // Earlier versions did not record where seeds change nothing.
        let certain = if judge.certain.is_empty() { BTreeSet::new() } else { spec.judge.certain.clone() };
        let judged = |judge: &Judge| serde_json::to_string(judge).expect("plain data");
        let pairs = [
            ("name", name.clone(), spec.name.clone()),
            ("question", question.clone(), spec.question.clone()),
            ("protocol", told(protocol.as_ref()), told(spec.protocol())),
            ("judge", judged(judge), judged(&Judge { certain, ..spec.judge.clone() })),
        ];
        for (what, recorded, here) in pairs.into_iter().filter(|(_, recorded, here)| recorded != here) {
            self.add(Finding::Manifest { what: what.to_owned(), recorded, here });
        }
        self.readings(spec);
    }

    /// Whether the manifest says of the data what is read here, where they are the same data.
    fn readings(&mut self, spec: &Spec) {
        let told = |reading: &Reading| serde_json::to_string(reading).expect("plain data");
        for (set, here) in spec.readings() {
            let same_data = self.manifest.data_digests.get(set) == spec.data_digests().get(set);
            let recorded = self.manifest.data.get(set).filter(|recorded| same_data && *recorded != here).map(told);
            if let Some(recorded) = recorded {
                self.add(Finding::Manifest {
                    what: "what was read of the data".to_owned(),
                    recorded,
                    here: told(here),
                });
            }
        }
    }

    /// Whether the manifest counts the rows as they are.
    pub(super) fn counts(&mut self, recorded: &HashMap<RunId, Finished>) {
        let count =
            |of: &dyn Fn(&Outcome) -> bool| recorded.values().filter(|run| of(&run.record.outcome)).count() as u64;
        let pairs = [
            ("finished runs", self.manifest.runs_finished, recorded.len() as u64),
            ("diverged runs", self.manifest.runs_diverged, count(&|of| matches!(of, Outcome::Diverged { .. }))),
            ("failed runs", self.manifest.runs_failed, count(&|of| of.failure().is_some())),
        ];
        for (what, recorded, here) in pairs.into_iter().filter(|(_, recorded, here)| recorded != here) {
            self.add(Finding::Count { what: what.to_owned(), recorded, here });
        }
    }

    /// Says how many files of parameters belong to no run: a process that was killed can leave some behind.
    pub(super) fn strays(&mut self, recorded: &HashMap<RunId, Finished>) {
        let files =
            std::fs::read_dir(self.results.join(store::PARAMETERS)).into_iter().flatten().filter_map(Result::ok);
        let waiting = store::waiting(self.results);
        if let Some(unread) = store::unread_journal(self.results) {
            self.add(Finding::File { message: unread.to_string() });
        }
        let is_known = |run: RunId| recorded.contains_key(&run) || waiting.contains(&run);
        let is_stray = |name: &str| match name.strip_suffix(".safetensors") {
            Some(run) => !RunId::parse(run).is_some_and(is_known),
            None => store::is_unfinished(name),
        };
        let strays = files.filter(|file| is_stray(&file.file_name().to_string_lossy())).count();
        if strays > 0 {
            let files = if strays == 1 { "1 file belongs".to_owned() } else { format!("{strays} files belong") };
            self.verified.notes.push(format!("in `{}` {files} to no run here", store::PARAMETERS));
        }
    }

    pub(super) fn tables(&mut self) -> Option<Tables> {
        let message = match Tables::read(self.results) {
            Ok(Some(tables)) => return Some(tables),
            Ok(None) if self.manifest.runs_finished == 0 => return None,
            Ok(None) => format!("`{}` is missing", self.results.join(store::RUNS).display()),
            Err(why) => why.to_string(),
        };
        let finding = Finding::File { message };
        if !self.verified.findings.contains(&finding) {
            self.add(finding);
        }
        None
    }

    /// Which runs should be there and are not; in an unfinished sweep some may be missing, as many as it says.
    pub(super) fn missing(&mut self, planned: &[PlannedRun], recorded: &HashMap<RunId, Finished>) {
        let missing: Vec<&PlannedRun> = planned.iter().filter(|planned| !recorded.contains_key(&planned.id)).collect();
        let unfinished = self.manifest.runs_planned.saturating_sub(self.manifest.runs_finished);
        // Before the choice of a protocol its second stage has a number of runs, and no runs yet.
        let (all, unknown) = (self.verified.planned, self.verified.planned.saturating_sub(planned.len() as u64));
        if missing.len() as u64 + unknown == unfinished {
            if unfinished > 0 {
                let note = format!("the sweep is unfinished: {unfinished} of {} still to do", counted(all, "run"));
                self.verified.notes.push(note);
            }
        } else {
            for planned in missing {
                self.add(Finding::MissingRun { run: planned.id.to_string() });
            }
        }
        for planned in planned {
            if let Some(why) = recorded.get(&planned.id).and_then(|run| run.record.outcome.failure()) {
                self.add(Finding::NotDone { run: planned.id.to_string(), why: why.to_owned() });
            }
        }
    }
}
