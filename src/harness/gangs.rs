//! Which runs a worker is given together (`train/gang.rs`): of one seed, with the same data, network and training, that differ in
//! nothing but optimizer, annealing and penalties.
//!
//! The order in which runs are taken stays that of `scattered.rs`: the first run of a gang to have its turn brings the others along.
//! Partners are looked for in blocks of [`BLOCK`] combinations, so that a sweep of any length begins at once. Runs with one optimizer are put
//! together where that can be, since each optimizer's formula is a pass of its own.

use super::chosen::chosen;
use super::plan::Plan;
use crate::engine::EngineKind;
use crate::num::gang::gang_size;
use crate::num::{BlockRole, Layout, Precision};
use crate::plan::{RunSpec, Spec};
use crate::record::{LearningTask, Reading};
use crate::train::{RegularizeSettings, can_be_ganged};
use std::collections::{BTreeMap, HashMap};

/// Combinations among which a run's partners are looked for.
const BLOCK: u64 = 512;

/// Models that are chains of linear maps and activations, which a gang can train.
const MODELS: &[&str] = &["linear", "logistic", "softmax", "adaline", "mlp"];

/// How many runs alone take the time of one gang, full or not, per lane: by the most parameters of a network, from measurements
/// (docs/performance.md, "Gangs"). Beyond the last no gang is faster.
const COSTS: &[(usize, f64)] = &[(64, 0.35), (400, 0.7), (3000, 0.85)];

/// The most numbers that a run's hidden units may have for a batch: those of a gang lie in a core's second cache.
const MOST_NUMBERS: usize = 1 << 14;

/// How many runs alone take the time of a gang of so many lanes; `None` where no gang is faster.
#[allow(clippy::cast_precision_loss)] // a few lanes
fn cost(lanes: usize, parameters: usize, (hidden, batch): (&[usize], usize)) -> Option<f64> {
    let numbers = hidden.iter().sum::<usize>().saturating_mul(batch);
    let cost = COSTS.iter().find(|(most, _)| parameters <= *most && numbers <= MOST_NUMBERS)?.1;
    (lanes > 1).then_some(lanes as f64 * cost)
}

/// From how many runs on a network's runs are faster in so many lanes than one by one.
pub fn least_runs(lanes: usize, parameters: usize, hidden: &[usize], batch: usize) -> usize {
    cost(lanes, parameters, (hidden, batch)).map_or(usize::MAX, least)
}

/// From how many runs on a gang that takes the time of so many runs alone is faster.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few lanes
fn least(cost: f64) -> usize {
    (cost as usize + 1).max(2)
}

/// The numbers of a plan's runs, those of a gang together.
pub struct Gangs<'s, I> {
    spec: &'s Spec,
    plan: &'s Plan,
    /// All that are to be done, in the order in which they are to be taken.
    turns: I,
    /// By number: whether it is to be done and has not been taken.
    waits: Vec<bool>,
    /// How many of these there are, and by how many workers they are done.
    left: usize,
    workers: usize,
    /// By number, where runs may be put together: its gang.
    places: Vec<PlaceInGang>,
    /// Those that have been found: the runs of each, and how many runs alone take its time.
    found: Vec<(Vec<usize>, f64)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PlaceInGang {
    NotLookedFor,
    None,
    Of(u32),
}

/// What runs of a combination share with their gang, numbered; how many a gang may have and what it costs, and their optimizer.
#[derive(Clone)]
struct GangKind {
    shared: usize,
    lanes: usize,
    cost: f64,
    optimizer: String,
}

impl<'s, I: Iterator<Item = usize>> Gangs<'s, I> {
    /// Of these runs of a plan, for so many workers; each by itself unless `together`.
    pub fn new(spec: &'s Spec, plan: &'s Plan, turns: I, wanted: Vec<bool>, workers: usize, together: bool) -> Self {
        let left = wanted.iter().filter(|wanted| **wanted).count();
        let places = vec![PlaceInGang::NotLookedFor; if together { wanted.len() } else { 0 }];
        Self { spec, plan, turns, waits: wanted, left, workers: workers.max(1), places, found: Vec::new() }
    }

    /// Puts the runs of a block of combinations together, of which one has this number.
    fn look_for_partners(&mut self, number: usize) {
        let combination = |number: usize| self.spec.combination_and_seed(self.plan.place(number));
        let block = combination(number).0 / BLOCK;
        let within = |number: &usize| combination(*number).0 / BLOCK == block;
        let first = (0..number).rev().take_while(within).last().unwrap_or(number);
        let end = (number..self.waits.len()).take_while(within).last().map_or(number, |last| last + 1);
        let (mut known, mut kind) = (HashMap::new(), (u64::MAX, None));
        let mut alike = BTreeMap::<(usize, u64), Vec<(GangKind, usize)>>::new();
        for number in (first..end).filter(|number| self.waits[*number]) {
            let (combination, seed) = combination(number);
            if kind.0 != combination {
                kind = (combination, self.kind(&self.spec.run(self.plan.place(number)), &mut known));
            }
            if let Some(kind) = &kind.1 {
                alike.entry((kind.shared, seed)).or_default().push((kind.clone(), number));
            }
        }
        self.places[first..end].fill(PlaceInGang::None);
        for mut runs in alike.into_values() {
            runs.sort_by(|(one, _), (other, _)| one.optimizer.cmp(&other.optimizer));
            let (lanes, cost) = (runs[0].0.lanes, runs[0].0.cost);
            for gang in runs.chunks(lanes).filter(|gang| gang.len() >= least(cost)) {
                let number = u32::try_from(self.found.len()).expect("fewer gangs than runs fit memory");
                gang.iter().for_each(|(_, run)| self.places[*run] = PlaceInGang::Of(number));
                self.found.push((gang.iter().map(|(_, run)| *run).collect(), cost));
            }
        }
    }

    /// The gang of a run whose turn it is. `None` if all that is left is done sooner, by all workers, with each run by itself.
    #[allow(clippy::cast_precision_loss)] // counts
    fn gang_of(&mut self, number: usize) -> Option<Vec<usize>> {
        if self.places.get(number) == Some(&PlaceInGang::NotLookedFor) {
            self.look_for_partners(number);
        }
        let Some(PlaceInGang::Of(gang)) = self.places.get(number) else { return None };
        let (runs, cost) = &mut self.found[*gang as usize];
        let runs = std::mem::take(runs);
        if *cost < self.left.div_ceil(self.workers) as f64 {
            return Some(runs);
        }
        runs.iter().for_each(|run| self.places[*run] = PlaceInGang::None);
        None
    }

    /// The kind of a run, by what the others of its block share; `None` for a run that is in no gang.
    fn kind(&self, run: &RunSpec, known: &mut HashMap<String, usize>) -> Option<GangKind> {
        let shared = shared(run)?;
        let lanes = match run.precision {
            Precision::F32 => gang_size::<f32>(),
            Precision::F64 => gang_size::<f64>(),
        };
        let (reading, hidden) = (self.spec.readings().get(&self.spec.data_key(run)), run.model.hidden.as_slice());
        let batch =
            run.train.batch.of(reading.map_or(0, |reading| usize::try_from(reading.samples).unwrap_or(usize::MAX)));
        let cost = cost(lanes, parameters(reading, hidden), (hidden, batch))?;
        let next = known.len();
        let shared = *known.entry(shared).or_insert(next);
        Some(GangKind { shared, lanes, cost, optimizer: run.optimizer.kind.clone() })
    }
}

impl<I: Iterator<Item = usize>> Iterator for Gangs<'_, I> {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        loop {
            let number = self.turns.next()?;
            if !self.waits[number] {
                continue;
            }
            let gang = self.gang_of(number).unwrap_or_else(|| vec![number]);
            self.left -= gang.len();
            gang.iter().for_each(|&number| self.waits[number] = false);
            return Some(gang);
        }
    }
}

/// About how many parameters a network has, to tell what a gang costs; the worker, which makes the network, counts them.
fn parameters(reading: Option<&Reading>, hidden: &[usize]) -> usize {
    let (features, outputs) = reading.map_or((1, 1), |reading| {
        let outputs = match reading.task {
            LearningTask::Classes { count, .. } if count > 2 => count,
            LearningTask::Regression { answers } => answers,
            _ => 1,
        };
        (reading.features.count, outputs)
    });
    let [features, outputs] = [features, outputs].map(|of| usize::try_from(of).unwrap_or(usize::MAX));
    let widths: Vec<usize> = [features].into_iter().chain(hidden.iter().copied()).chain([outputs]).collect();
    widths.windows(2).map(|of| of[0].saturating_add(1).saturating_mul(of[1])).fold(0, usize::saturating_add)
}

/// All settings that the runs of a gang have in common, but the seed; `None` for a run that is in no gang.
pub fn shared(run: &RunSpec) -> Option<String> {
    let RunSpec { engine, precision, data, model, train, optimizer, regularize, catalogue, .. } = run;
    let fits = *engine == EngineKind::Reference
        && MODELS.contains(&model.kind.as_str())
        && catalogue.solvers.find(&optimizer.kind).is_none()
        && can_be_ganged(train, regularize)
        && has_lanes(run);
    let drawn = RegularizeSettings { weight_decay: 0.0, decoupled: false, l1: 0.0, ..*regularize };
    fits.then(|| serde_json::to_string(&(precision.name(), data, model, train, drawn)).ok()).flatten()
}

/// Whether the run's optimizer is one formula per weight.
fn has_lanes(run: &RunSpec) -> bool {
    let Ok(optimizer) = chosen(&run.catalogue.optimizers, &run.optimizer) else { return false };
    let mut one_weight = Layout::default();
    one_weight.push("weight", BlockRole::Weights, 1, 1);
    (optimizer.entry.build_f32)(&optimizer.choice, &one_weight).lanes().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::scattered::scattered;

    const SPEC: &str = r#"
        name = "x"
        seeds = 3
        data.set = "iris"
        train = { epochs = 1 }
        engine = "reference"
        model = { kind = "mlp", hidden = [4] }
        [sweep]
        "model.hidden" = [[4], [5]]
        optimizer = [{ kind = "adam", lr = [0.1, 0.2, 0.3] }, { kind = "momentum", lr = [0.1, 0.2] }]
        "regularize.l1" = [0.0, 0.1]
        "regularize.dropout" = [0.0, 0.5]
    "#;

    fn gangs(text: &str, wanted: impl Fn(usize) -> bool, workers: usize) -> (Spec, Vec<Vec<usize>>) {
        let spec = Spec::parse("x.toml".to_owned(), text.to_owned(), &[]).unwrap();
        let plan = Plan::of(&spec, None);
        let count = plan.runs.len();
        let gangs = Gangs::new(&spec, &plan, scattered(count), (0..count).map(wanted).collect(), workers, true);
        let gangs = gangs.collect();
        (spec, gangs)
    }

    #[test]
    fn every_run_has_its_turn_once_with_its_like() {
        let (spec, gangs) = gangs(SPEC, |number| number % 7 != 0, 1);
        let mut all = gangs.concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq((0..120).filter(|number| number % 7 != 0)));
        for gang in &gangs {
            let runs: Vec<RunSpec> = gang.iter().map(|number| spec.run(*number as u64)).collect();
            assert!(runs.len() <= gang_size::<f32>());
            assert!(runs.iter().all(|run| run.seed == runs[0].seed && run.model == runs[0].model));
            assert!(runs.iter().all(|run| run.regularize.dropout.total_cmp(&runs[0].regularize.dropout).is_eq()));
        }
        // Of two networks, two rates of omission and three seeds: ten runs each, less those that are not wanted.
        if gang_size::<f32>() >= 8 {
            assert!(gangs.iter().filter(|gang| gang.len() > 6).count() >= 10, "{gangs:?}");
        }
    }

    /// With so many workers each run by itself is done sooner than a gang; with a few, what is left at the end is.
    #[test]
    fn workers_are_done_at_about_the_same_time() {
        let (_, many) = gangs(SPEC, |_| true, 40);
        assert!(many.iter().all(|gang| gang.len() == 1), "{many:?}");
        let (_, few) = gangs(SPEC, |_| true, 2);
        let together: usize = few.iter().map(Vec::len).filter(|count| *count > 1).sum();
        assert!(together >= 80 || gang_size::<f32>() == 1, "{few:?}");
        // Of two gangs of ten in sixteen lanes the second is none: five runs for each worker take less time.
        let (_, last) = gangs(SPEC, |number| number % 6 == 0, 2);
        let lengths: Vec<usize> = last.iter().map(Vec::len).collect();
        assert!(lengths == [vec![10], vec![1; 10]].concat() || gang_size::<f32>() != 16, "{last:?}");
    }

    #[test]
    fn what_a_gang_cannot_train_is_trained_by_itself() {
        for other in [
            SPEC.replace("\"reference\"", "\"burn\""),
            SPEC.replace("epochs = 1", "epochs = 1, ensemble = 2"),
            SPEC.replace("epochs = 1", "epochs = 1, clip = 1.0"),
            SPEC.replace("\"adam\"", "\"rprop\"")
                .replace("\"momentum\"", "\"irprop-minus\"")
                .replace(".l1", ".weight_decay"),
            SPEC.replace("[[4], [5]]", "[[4000], [5000]]"),
            SPEC.replace("\"iris\"", "{ kind = \"two-moons\", samples = 10000 }")
                .replace("epochs = 1", "epochs = 1, batch = \"full\""),
        ] {
            let (_, gangs) = gangs(&other, |_| true, 1);
            assert!(gangs.len() == 120 && gangs.iter().all(|gang| gang.len() == 1), "{other}");
        }
    }
}
