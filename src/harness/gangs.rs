//! Which runs a worker is given together (`train/gang.rs`): of one seed, with the same data, network and training, that differ in
//! nothing but optimizer, annealing and penalties.
//!
//! The order in which runs are taken stays that of `scattered.rs`: the first run of a gang to have its turn brings the others along.
//! Partners are looked for in blocks of [`BLOCK`] combinations, so that a sweep of any length begins at once.

use super::chosen::chosen;
use super::plan::Plan;
use crate::engine::EngineKind;
use crate::num::gang::gang_size;
use crate::num::{BlockRole, Layout, Precision};
use crate::plan::{RunSpec, Spec};
use crate::train::{RegularizeSettings, can_be_ganged};
use std::collections::HashMap;

/// Combinations among which a run's partners are looked for.
const BLOCK: u64 = 512;

/// Models that are chains of linear maps and activations, which a gang can train.
const MODELS: &[&str] = &["linear", "logistic", "softmax", "adaline", "mlp"];

/// Hidden units, all layers together, above which no gang is faster; below it the worker decides by [`least_runs`].
const MOST_HIDDEN: usize = 64;

/// From how many runs on a network's runs are faster in so many lanes than one by one: a careful table, from measurements of a slower form
/// (docs/performance.md).
pub fn least_runs(lanes: usize, parameters: usize) -> usize {
    match parameters {
        0..=64 => lanes.div_ceil(4).max(2),
        65..=700 => (3 * lanes).div_ceil(4).max(2),
        _ => usize::MAX,
    }
}

/// The numbers of a plan's runs, those of a gang together.
pub struct Gangs<'s, I> {
    spec: &'s Spec,
    plan: &'s Plan,
    /// All that are to be done, in the order in which they are to be taken.
    turns: I,
    /// By number: whether it is to be done and has not been taken with others.
    waits: Vec<bool>,
    /// By number: whether it is to be done.
    wanted: Vec<bool>,
    /// The most runs of a gang, so that each worker has some.
    most: usize,
    /// What runs of a combination share with their gang, numbered, and how many a gang may have; `None` where they have none.
    kinds: HashMap<u64, Option<(usize, usize)>>,
    known: HashMap<String, usize>,
}

impl<'s, I: Iterator<Item = usize>> Gangs<'s, I> {
    /// Of these runs of a plan, for so many workers; each by itself unless `together`.
    pub fn new(spec: &'s Spec, plan: &'s Plan, turns: I, wanted: Vec<bool>, workers: usize, together: bool) -> Self {
        let runs = wanted.iter().filter(|wanted| **wanted).count();
        let most = if together { runs.div_ceil(workers.max(1)) } else { 1 };
        Self { spec, plan, turns, waits: wanted.clone(), wanted, most, kinds: HashMap::new(), known: HashMap::new() }
    }

    /// What the runs of a combination share with a gang, by a number, and how large the gang may be.
    fn kind(&mut self, combination: u64, number: usize) -> Option<(usize, usize)> {
        if let Some(kind) = self.kinds.get(&combination) {
            return *kind;
        }
        let settings = self.spec.run(self.plan.place(number));
        let kind = shared(&settings).map(|shared| {
            let next = self.known.len();
            let size = match settings.precision {
                Precision::F32 => gang_size::<f32>(),
                Precision::F64 => gang_size::<f64>(),
            };
            (*self.known.entry(shared).or_insert(next), size)
        });
        self.kinds.insert(combination, kind);
        kind
    }

    /// A run with those of its gang, itself among them.
    fn gang_of(&mut self, number: usize) -> Vec<usize> {
        let (combination, seed) = self.spec.combination_and_seed(self.plan.place(number));
        let alone = vec![number];
        if self.most == 1 {
            return alone;
        }
        let Some((kind, size)) = self.kind(combination, number) else { return alone };
        let block = combination / BLOCK;
        let within = |place: u64| self.spec.combination_and_seed(place).0 / BLOCK == block;
        let mut first = number;
        while first > 0 && within(self.plan.place(first - 1)) {
            first -= 1;
        }
        let mut alike = Vec::new();
        for other in first..self.wanted.len() {
            let (combination, own_seed) = self.spec.combination_and_seed(self.plan.place(other));
            if combination / BLOCK != block {
                break;
            }
            if self.wanted[other]
                && own_seed == seed
                && self.kind(combination, other).is_some_and(|(own, _)| own == kind)
            {
                alike.push(other);
            }
        }
        let gang = alike.chunks(size.min(self.most)).find(|gang| gang.contains(&number));
        gang.map_or(alone, <[usize]>::to_vec)
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
            let gang = self.gang_of(number);
            gang.iter().for_each(|&number| self.waits[number] = false);
            return Some(gang);
        }
    }
}

/// All settings that the runs of a gang have in common, but the seed; `None` for a run that is in no gang.
pub fn shared(run: &RunSpec) -> Option<String> {
    let RunSpec { engine, precision, data, model, train, optimizer, regularize, catalogue, .. } = run;
    let fits = *engine == EngineKind::Reference
        && MODELS.contains(&model.kind.as_str())
        && model.hidden.iter().sum::<usize>() <= MOST_HIDDEN
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

    #[test]
    fn each_worker_has_something_to_do() {
        let (_, gangs) = gangs(SPEC, |_| true, 40);
        assert!(gangs.iter().all(|gang| gang.len() <= 3), "{gangs:?}");
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
            SPEC.replace("[[4], [5]]", "[[400], [500]]"),
        ] {
            let (_, gangs) = gangs(&other, |_| true, 1);
            assert!(gangs.len() == 120 && gangs.iter().all(|gang| gang.len() == 1), "{other}");
        }
    }
}
