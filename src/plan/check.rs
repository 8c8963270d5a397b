//! The last check of a spec: every kind of combination is finished once, every data set loaded, and they go together.

use super::against_data::{check_against_data, place_of};
use super::combinations::{Combinations, Cursor, SweepPart};
use super::files::Files;
use super::generated::Generated;
use super::identity::revision;
use super::idle::{Idle, steps_per_epoch};
use super::kinds::{Kind, Members, kinds};
use super::network::network;
use super::run_spec::{RunSpec, Section};
use super::sets::{Sets, canonical};
use super::traits::Traits;
use super::unfit::alone;
use crate::catalogue::Catalogue;
use crate::data::{self, DataError, DataSet, Draw};
use crate::digest::Digest;
use crate::record::{RunId, data_label};
use crate::registry::{Choice, ParameterKind};
use crate::spec::{Fault, MOST_MISTAKES, Mistake, Place, RunDraft, looked_for_in, say};
use crate::value::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The most runs of one experiment; `run` remembers each by some 100 bytes.
const MOST_RUNS: u64 = 10_000_000;

/// So many combinations are asked for all that is wrong; of more only until something is.
const MOST_ASKED: u64 = 100_000;

/// The most rows of curves by steps, over all runs: some 500 MB while the table is made.
const MOST_STEP_ROWS: u64 = 2_000_000;

/// Checks all combinations on all seeds, those of a protocol's report included; returns their data sets.
pub fn check(
    combinations: &Combinations,
    (seeds, report_seeds): (&[u64], &[u64]),
    folder: &Path,
    files: &mut Files,
    mistakes: &mut Vec<Mistake>,
) -> Sets {
    let end = &combinations.sweep.end;
    // Of the runs on report seeds, only those of the chosen settings are run.
    if combinations.len().saturating_mul(seeds.len() as u64) > MOST_RUNS {
        let message = format!("more than {MOST_RUNS} runs");
        let expected = "expected fewer values, or several experiments";
        say(mistakes, end, "sweep", Fault::too_many(message, expected));
        return Sets::default();
    }
    let (tuning, seeds) = (seeds.len() as u64, &[seeds, report_seeds].concat());
    let mut checking = Checking::new(combinations, (seeds, tuning), folder, files);
    if checking.all_is_well() {
        return checking.sets;
    }
    // Something is wrong: each combination is asked for everything that is.
    let mut checking = Checking::new(combinations, (seeds, tuning), folder, files);
    for index in 0..combinations.len() {
        if mistakes.len() >= MOST_MISTAKES || (index >= MOST_ASKED && !mistakes.is_empty()) {
            break;
        }
        let draft = combinations.draft(index);
        let found = match combinations.finish_draft(&draft, seeds[0]) {
            Err(found) => found,
            Ok(run) => checking.run(&draft, run, 1),
        };
        for mistake in found {
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        }
    }
    checking.sets
}

/// What has been checked so far.
struct Checking<'c> {
    combinations: &'c Combinations,
    end: &'c Place,
    seeds: &'c [u64],
    /// How many of them every combination runs on: without those of a protocol's report.
    of_all: u64,
    /// Where paths start.
    folder: &'c Path,
    sets: Sets,
    files: &'c mut Files,
    /// Identities, each with the data set of its run.
    runs: HashMap<RunId, String>,
    /// Names of data sets, each with its set.
    called: HashMap<String, String>,
    /// What of a run has to do with its data, each checked once.
    fitting: HashSet<String>,
    /// Rows of curves by steps so far.
    step_rows: u64,
    idle: Idle,
    generated: Generated,
}

impl<'c> Checking<'c> {
    fn new(
        combinations: &'c Combinations,
        (seeds, of_all): (&'c [u64], u64),
        folder: &'c Path,
        files: &'c mut Files,
    ) -> Self {
        let (sets, runs, fitting) = (Sets::default(), HashMap::new(), HashSet::new());
        let end = &combinations.sweep.end;
        Self {
            combinations,
            end,
            seeds,
            of_all,
            folder,
            sets,
            files,
            runs,
            called: HashMap::new(),
            fitting,
            step_rows: 0,
            idle: Idle::default(),
            generated: Generated::default(),
        }
    }

    /// Whether nothing is wrong with any combination. Each member of each part is looked at once, and of the combinations one
    /// of each kind.
    fn all_is_well(&mut self) -> bool {
        let Ok(mut run) = self.combinations.finish(0, self.seeds[0]) else { return false };
        let mut parts = Vec::new();
        for part in self.combinations.parts() {
            let Some(members) = self.members(&part, &mut run) else { return false };
            parts.push((part, members));
        }
        let combinations = self.combinations;
        let fits = |kind: Kind| {
            let draft = combinations.draft(kind.index);
            let run = combinations.finish_draft(&draft, self.seeds[0]);
            run.is_ok_and(|run| self.run(&draft, run, kind.combinations).is_empty())
        };
        kinds(combinations, &parts).all(fits) && self.idle.all_fit() && self.data_differ(&parts, &mut run)
    }

    /// The members of a part by kind, those that stand for all looked at, if each can be, fits by itself and differs from the others.
    fn members(&mut self, part: &SweepPart, run: &mut RunSpec) -> Option<Members> {
        let (mut members, mut known) = (Members::default(), HashSet::new());
        let mut cursor = self.combinations.cursor(part);
        for (member, stands_for) in self.combinations.representatives(part) {
            self.put(part, &mut cursor, member, run)?;
            let is_data = part.sections.contains(&Section::Data); // what it holds is known later
            let fits = alone(run).is_empty() && self.idle.add(&part.sections, run);
            let fits = fits && (is_data || known.insert(canonical_id(part, run, "")));
            fits.then(|| members.add(part, (member, stands_for), run, Traits::key))?;
        }
        // Each axis that is represented: its values can be, within each kind, and differ.
        for others in members.firsts().flat_map(|first| self.combinations.represented(part, first)) {
            known.clear();
            for member in others {
                self.put(part, &mut cursor, member, run)?;
                known.insert(canonical_id(part, run, "")).then_some(())?;
            }
        }
        Some(members)
    }

    /// Puts a part's member into a run, and what its files hold.
    fn put(&mut self, part: &SweepPart, cursor: &mut Cursor<'_>, member: u64, run: &mut RunSpec) -> Option<()> {
        cursor.put(member, run).ok()?;
        if part.sections.contains(&Section::Model) {
            self.files.read(run).ok()?;
            self.files.complete(run);
        }
        Some(())
    }

    /// Whether no two data sets are the same one under two names; all were loaded.
    fn data_differ(&mut self, parts: &[(SweepPart, Members)], run: &mut RunSpec) -> bool {
        let mut known = HashSet::new();
        let mut data = parts.iter().map(|(part, _)| part).filter(|part| part.sections.contains(&Section::Data));
        data.all(|part| {
            let mut cursor = self.combinations.cursor(part);
            (0..part.members).all(|member| {
                let put = self.put(part, &mut cursor, member, run).is_some();
                let digest = self.sets.digests.get(&canonical(&run.set()));
                put && digest.is_some_and(|digest| known.insert(canonical_id(part, run, digest)))
            })
        })
    }

    /// Everything that is wrong with one combination, which stands for so many.
    fn run(&mut self, draft: &RunDraft, mut run: RunSpec, combinations: u64) -> Vec<Mistake> {
        let mistake = |path: &str, fault: Fault| {
            vec![Mistake { place: place_of(draft, path, self.end), path: path.to_owned(), fault }]
        };
        if let Err(why) = self.files.read(&run) {
            return mistake(
                "model.initial",
                missing_file(
                    (&run.catalogue, &run.model.initial),
                    self.folder,
                    Fault::unreadable(why.to_string(), "expected a safetensors file of this network's parameters"),
                ),
            );
        }
        self.files.complete(&mut run);
        let run = &run;
        let regularize = &run.regularize;
        let thinned = (regularize.dropout_at_test.name(), regularize.dropout > 0.0, regularize.input_dropout > 0.0);
        let noisy = regularize.input_noise > 0.0;
        let solved = run.catalogue.solvers.find(&run.optimizer.kind).is_some();
        let method = run.catalogue.method(&run.optimizer.kind).map(|method| &method.name);
        let measured = (!run.train.measures.is_empty()).then_some((
            &run.optimizer.kind,
            run.train.ensemble,
            run.regularize.dropout > 0.0,
        ));
        let relevant = (&run.data, &run.model, run.train.batch, solved, thinned, noisy, run.precision.name(), method);
        let relevant = (relevant, measured, &run.train.class_weights);
        let fresh = self.fitting.insert(serde_json::to_string(&relevant).unwrap_or_default());
        let known = self.sets.digests.get(&canonical(&run.set())).cloned();
        let digest = match (known, fresh) {
            (Some(digest), _) => digest,
            (None, false) => return Vec::new(), // it could not be loaded, and that was said
            (None, true) => match self.sets.load(run, self.folder) {
                Ok(_) => self.sets.digests[&canonical(&run.set())].clone(),
                Err(why) => {
                    let fault = Fault::unreadable(why.to_string(), "expected a set that can be made");
                    return mistake("data.set", missing_file((&run.catalogue, &run.data.set), self.folder, fault));
                }
            },
        };
        // By identity, without paths: two files with the same data are one set.
        let set = canonical(&run.data.set);
        if let Some(first) = self.runs.insert(run.identity(&digest), set.clone()) {
            if first != set {
                let named = |set: &str| serde_json::from_str(set).map_or(set.to_owned(), |set: Choice| set.to_string());
                let message = format!("`{}` and `{}` hold the same data", named(&first), named(&set));
                return mistake(
                    "data.set",
                    Fault::unfit(message, "expected data sets that differ; leave one of them out"),
                );
            }
            let message = format!("two combinations are the same run, with `{}`", run.optimizer);
            return mistake("optimizer", Fault::unfit(message, "expected every combination of settings once"));
        }
        let name = data_label(&run.settings());
        if self.called.insert(name.clone(), set.clone()).is_some_and(|first| first != set) {
            let fault =
                Fault::twice(format!("two data sets are called `{name}`"), "expected a `label` of its own for each");
            return mistake("data.set", fault);
        }
        if let Some(why) = self.generated.same(run, &digest) {
            let expected = "expected data sets that differ; leave one of them out, or set `standardize = false` if only \
                            scales differ";
            return mistake("data.set", Fault::unfit(why, expected));
        }
        let (sets, folder) = (&mut self.sets, self.folder);
        let steps = || sets.load(run, folder).ok().and_then(|set| steps_per_epoch(run, set));
        self.idle.add_steps(run, steps);
        let steps = || sets.load(run, folder).ok().and_then(|set| steps_per_epoch(run, set));
        if let Some(why) = self.idle.why(run, steps) {
            return mistake(
                "annealing",
                Fault::unfit(why, "expected a longer run, `per = \"step\"`, or a rule that acts sooner"),
            );
        }
        if let Some(found) = self.too_many_step_rows(draft, run, combinations) {
            return vec![found];
        }
        if !fresh {
            return Vec::new();
        }
        if self.sets.load(run, self.folder).is_ok() {
            self.sets.note(run);
        }
        match run.data.draw {
            Draw::Once => self.against_data(draft, run, self.seeds),
            // Each seed has data of its own.
            Draw::EachSeed => {
                let seeds = self.seeds;
                let of_seed = |seed: &u64| self.against_data(draft, &RunSpec { seed: *seed, ..run.clone() }, &[*seed]);
                seeds.iter().map(of_seed).find(|found| !found.is_empty()).unwrap_or_default()
            }
        }
    }

    /// What does not go together with the data that these seeds see.
    fn against_data(&mut self, draft: &RunDraft, run: &RunSpec, seeds: &[u64]) -> Vec<Mistake> {
        let mistake = |path: &str, fault: Fault| {
            vec![Mistake { place: place_of(draft, path, self.end), path: path.to_owned(), fault }]
        };
        match self.sets.load(run, self.folder) {
            Err(why) => mistake("data.set", Fault::unfit(why.to_string(), "expected a set that can be made")),
            Ok(set) => match inputs(run, set, seeds) {
                Ok(set) => {
                    let network = network(run, &set);
                    let found = check_against_data(draft, run, &set, (seeds, self.folder, self.end));
                    network.iter().for_each(|network| self.sets.measures.note(run, network));
                    found
                }
                Err(why) if run.data.degree == 1 => {
                    let message = format!("`{}`: {why}", run.data.set.kind);
                    mistake(
                        "data.set",
                        Fault::unfit(message, "expected another split, or other treatment of the columns"),
                    )
                }
                Err(why) => {
                    mistake("data.degree", Fault::unfit(why.to_string(), "expected a lower degree, or another set"))
                }
            },
        }
    }

    /// Curves by steps are held in memory on their way to the table, all of an experiment at once. What a protocol's report adds,
    /// a trial of each compared value, is not counted.
    fn too_many_step_rows(&mut self, draft: &RunDraft, run: &RunSpec, combinations: u64) -> Option<Mistake> {
        if !run.train.keeps_steps() {
            return None;
        }
        let set = self.sets.load(run, self.folder).ok()?;
        let per_epoch = steps_per_epoch(run, set)?;
        let per_epoch = per_epoch.div_ceil(run.train.evaluate_steps.unwrap_or(1));
        let rows = per_epoch.saturating_mul(run.train.epochs).saturating_mul(self.of_all);
        let rows = rows.saturating_mul(combinations);
        self.step_rows = self.step_rows.saturating_add(rows);
        (self.step_rows > MOST_STEP_ROWS).then(|| Mistake {
            place: place_of(draft, "train.curve", self.end),
            path: "train.curve".to_owned(),
            fault: Fault::too_many(
                format!("curves by steps of more than {MOST_STEP_ROWS} rows"),
                "expected fewer runs, epochs or steps, or `curve = \"epoch\"`",
            ),
        })
    }
}

/// A set with its columns as inputs, by the training part of the first seed. Where they are learned, other seeds are tried too.
fn inputs<'s>(run: &RunSpec, set: &'s DataSet, seeds: &[u64]) -> Result<Cow<'s, DataSet>, DataError> {
    const MOST_TRIED: usize = 50;
    if set.recipe.is_none() {
        return set.polynomial(run.data.degree);
    }
    let ready = |seed: u64| data::ready(set, run.data.split, run.data.degree, seed).map(|ready| ready.set);
    seeds.iter().take(MOST_TRIED).try_for_each(|seed| ready(*seed).map(drop))?;
    ready(run.seed)
}

/// A fault of a choice that names a file which is not there: with the folder in which it was looked for.
fn missing_file((catalogue, choice): (&Catalogue, &Choice), folder: &Path, fault: Fault) -> Fault {
    let is_file = |name: &str| {
        let entry = catalogue.data_sets.entries().chain(catalogue.initial.entries());
        let entry = entry.into_iter().find(|entry| entry.name == choice.kind);
        entry
            .and_then(|entry| entry.parameter(name))
            .is_some_and(|parameter| matches!(parameter.kind, ParameterKind::File))
    };
    let absent = choice.parameters.iter().any(|(name, value)| match value {
        Value::Text(path) => is_file(name) && !path.is_empty() && !folder.join(path.as_ref()).exists(),
        _ => false,
    });
    if absent { fault.help(looked_for_in(folder)) } else { fault }
}

/// What of a run's identity a part makes.
fn canonical_id(part: &SweepPart, run: &RunSpec, data_digest: &str) -> RunId {
    let mut digest = Digest::of("burnmark part 1").with("data digest", data_digest.as_bytes());
    let revision_of = |setting: &str, name: &str| revision(&run.catalogue, setting, name);
    for section in &part.sections {
        digest.field(section.name(), &run.section_digest(*section, &revision_of));
    }
    RunId::of(&digest)
}
