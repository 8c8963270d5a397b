//! A hundred made-up folders with known truth: every sentence of their answers is read, sorted by what it claims, and held against what
//! was planted. The folders have one or several data sets, tuned settings, protocols, labelled cases, planned contrasts, speed, margins, seeds
//! that a method lacks and methods that diverge by chance. A sentence of a kind that nobody sorted fails the test.
//!
//! `BURNMARK_WORLDS=100 cargo test --release --test it hundred -- --nocapture` makes 500 folders; the figures are in
//! docs/decisions/0014-answers.md.

use crate::fakes::{Fake, manifest};
use crate::honesty::worlds;
use crate::sentences::{Claim, claims};
use burnmark::analysis::{Allowed, View, conclude, judged};
use burnmark::num::{Purpose, Stream};
use burnmark::record::{At, CASE, CaseLabel, Contrast, Criterion, Outcome, Protocol, Quantity, Tuned};
use burnmark::report::answers;
use burnmark::store::Finished;
use burnmark::value::Value;
use std::collections::BTreeMap;

pub const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
const DATA: [&str; 8] = ["iris", "wine", "digits", "diabetes", "breast-cancer", "two-moons", "spirals", "blobs"];
const DROPOUTS: [f64; 3] = [0.0, 0.2, 0.5];
const DROPOUT: &str = "regularize.dropout";
/// The seeds on which a protocol tunes.
const TUNING: u64 = 3;

/// What is planted in a folder.
#[derive(Debug)]
struct World {
    number: u64,
    sets: usize,
    seeds: u64,
    rates: usize,
    margin: Option<f64>,
    /// Whether seeds are independent, as for a problem without rows.
    independent: bool,
    /// By how much each method is better than the worst one.
    better: Vec<f64>,
    /// What dropout 0.5 adds to each method; 0.2 adds two fifths of it. `None` without an axis of dropout.
    dropout: Option<Vec<f64>>,
    /// How fast each method's loss falls; `None` for losses that all fall in a straight line.
    speed: Option<Vec<f64>>,
    protocol: bool,
    labels: bool,
    /// A method that lacks some seeds.
    lacking: Option<usize>,
    /// A method that is no better than any other and diverges by chance.
    diverging: Option<usize>,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small counts
fn below(chance: &mut Stream, count: usize) -> usize {
    ((chance.uniform() * count as f64) as usize).min(count - 1)
}

impl World {
    fn of(number: u64) -> Self {
        const BETTER: [f64; 6] = [0.0, 0.0, 0.0, 0.005, 0.02, 0.1];
        const EFFECT: [f64; 5] = [0.0, 0.0, 0.03, 0.1, -0.1];
        let mut chance = Stream::new(number, Purpose::Data, 9);
        let mut pick = |count: usize| below(&mut chance, count);
        let methods = 2 + pick(3);
        let (sets, rates) = (1 + pick(DATA.len()), 1 + pick(3));
        let protocol = pick(3) == 0;
        let seeds = 2 + pick(19) as u64 + if protocol { TUNING } else { 0 };
        let mut better: Vec<f64> = (0..methods).map(|_| BETTER[pick(6)]).collect();
        let (common, own) = (EFFECT[pick(5)], EFFECT[pick(5)]);
        let dropout = (pick(3) == 0).then(|| (0..methods).map(|m| common + if m == 0 { own } else { 0.0 }).collect());
        let speed =
            (dropout.is_none() && pick(2) == 0).then(|| (0..methods).map(|_| [0.3, 0.3, 0.6][pick(3)]).collect());
        let diverging = (pick(4) == 0).then(|| pick(methods));
        if let Some(method) = diverging {
            better[method] = 0.0;
        }
        let lacking = (pick(4) == 0).then(|| pick(methods));
        let margin = [None, Some(0.01), Some(0.05)][pick(3)];
        let (independent, labels) = (pick(2) == 0, pick(4) == 0);
        Self {
            number,
            sets,
            seeds,
            rates,
            margin,
            independent,
            better,
            dropout,
            speed,
            protocol,
            labels,
            lacking,
            diverging,
        }
    }

    /// What a method truly reaches with a dropout, above the worst method without.
    fn reaches(&self, method: usize, dropout: f64) -> f64 {
        self.better[method] + self.dropout.as_ref().map_or(0.0, |of| of[method] * dropout / 0.5)
    }

    /// What a compared value truly reaches with everything else at its best for it.
    fn truth(&self, name: &str, diverging_takes_part: bool) -> f64 {
        let most = |all: &mut dyn Iterator<Item = f64>| all.fold(f64::NEG_INFINITY, f64::max);
        match name.strip_prefix("dropout ") {
            Some(dropout) => {
                let dropout: f64 = dropout.parse().unwrap();
                let takes_part = |method: &usize| {
                    self.left_out() != Some(*method) && (diverging_takes_part || self.diverging != Some(*method))
                };
                most(&mut (0..self.better.len()).filter(takes_part).map(|method| self.reaches(method, dropout)))
            }
            None => most(&mut DROPOUTS.iter().map(|dropout| self.reaches(place(name), *dropout))),
        }
    }

    /// The method whose settings are left out where methods are settings of something else, as answers say.
    fn left_out(&self) -> Option<usize> {
        self.lacking.filter(|_| !self.protocol && self.seeds > self.number % 5)
    }

    fn may_diverge(&self, name: &str) -> bool {
        self.diverging.is_some_and(|method| NAMES[method] == name.trim_start_matches("named-"))
    }

    fn runs(&self) -> Vec<Finished> {
        let mut chance = Stream::new(self.number, Purpose::Data, 10);
        let mut all = Vec::new();
        let dropouts: &[f64] = if self.dropout.is_some() { &DROPOUTS } else { &DROPOUTS[..1] };
        for (part, &dropout) in (0..).zip(dropouts) {
            let methods: Vec<(&str, f64)> =
                self.better.iter().enumerate().map(|(m, _)| (NAMES[m], self.reaches(m, dropout))).collect();
            let epochs = if self.speed.is_some() { 30 } else { 3 };
            let fake = Fake {
                data: DATA[..self.sets].to_vec(),
                rates: [0.1, 0.01, 1.0][..self.rates].to_vec(),
                world: self.number * 10 + part,
                epochs,
                ..Fake::new(&methods, self.seeds)
            };
            for mut run in fake.runs() {
                let method = place(&run.record.settings["optimizer.kind"].to_string());
                if self.dropout.is_some() {
                    run.record.settings.insert(DROPOUT.to_owned(), Value::Number(dropout));
                }
                if self.independent {
                    run.record.settings.insert("model.kind".to_owned(), Value::text("objective"));
                }
                if let Some(speed) = &self.speed {
                    falls(&mut run, speed[method] * (0.2 * chance.normal()).exp(), 0.2 + 1e-3 * chance.normal());
                }
                if self.diverging == Some(method) && chance.uniform() < 0.3 {
                    run.record.outcome = Outcome::Diverged { step: 1 };
                }
                if self.lacking != Some(method) || run.record.seed().unwrap() % 5 != self.number % 5 {
                    all.push(run);
                }
            }
        }
        all
    }

    /// The sentences of the folder's answers.
    fn answers(&self) -> Vec<String> {
        let runs = self.runs();
        let mut manifest = manifest(runs.len() as u64);
        manifest.judge.margin = self.margin;
        let key = if self.labels { CASE } else { "optimizer.kind" };
        if self.labels {
            let label = |name: &&str| CaseLabel {
                axis: CASE.to_owned(),
                label: format!("named-{name}"),
                settings: BTreeMap::from([("optimizer.kind".to_owned(), Value::text(*name))]),
            };
            manifest.judge.labels = NAMES.iter().map(label).collect();
        }
        if self.dropout.is_some() {
            let (effect, by) = (DROPOUT.to_owned(), key.to_owned());
            let interaction = Contrast::Interaction { effect: by, by: effect.clone() };
            manifest.judge.contrasts =
                if self.protocol { Vec::new() } else { vec![Contrast::Slope { slope: effect }, interaction] };
        }
        if self.protocol {
            let tuned = |name: &str| Tuned { setting: name.to_owned(), bounds: None };
            let dropout = self.dropout.as_ref().map(|_| tuned(DROPOUT));
            manifest.protocol = Some(Protocol {
                compare: vec![key.to_owned()],
                tune: [tuned("optimizer.lr")].into_iter().chain(dropout).collect(),
                average: Vec::new(),
                select: Criterion { at: At::Final, quantity: Quantity::Loss },
                tuning_seeds: (0..TUNING).collect(),
                report_seeds: (TUNING..self.seeds).collect(),
                report_runs: runs.iter().filter(|run| run.record.seed().unwrap() >= TUNING).count() as u64,
                further: Vec::new(),
                tuning_runs: 0,
            });
        }
        let mut runs = judged(&mut manifest, runs).unwrap();
        if let Some(protocol) = &manifest.protocol {
            chosen_alone(&mut runs, protocol);
            manifest.runs_planned = runs.len() as u64;
            let report = runs.iter().filter(|run| run.record.seed().unwrap() >= TUNING).count() as u64;
            manifest.protocol.as_mut().unwrap().report_runs = report;
        }
        let conclusions = conclude(&manifest, &runs, &View::all_of(&manifest, &runs, Allowed::default()));
        answers(&conclusions)
    }
}

/// Keeps of the report seeds what the tuning seeds choose, as a sweep runs nothing else.
fn chosen_alone(runs: &mut Vec<Finished>, protocol: &Protocol) {
    let mut costs: BTreeMap<(String, String, String), Vec<f64>> = BTreeMap::new();
    let key = |run: &Finished| {
        let settings = &run.record.settings;
        (settings["data.set.kind"].to_string(), protocol.method(settings), protocol.trial(settings))
    };
    for run in runs.iter().filter(|run| run.record.seed().unwrap() < TUNING) {
        let cost = run.record.cost(protocol.select).unwrap_or(f64::INFINITY);
        costs.entry(key(run)).or_default().push(cost);
    }
    let mut best: BTreeMap<(String, String), (f64, usize, String)> = BTreeMap::new();
    for ((data, method, trial), costs) in costs {
        let undone = costs.iter().filter(|cost| cost.is_infinite()).count();
        let found = (costs.iter().sum::<f64>(), undone, trial);
        match best.get(&(data.clone(), method.clone())) {
            Some((cost, most, _)) if (*most, *cost) <= (found.1, found.0) => {}
            _ => drop(best.insert((data, method), found)),
        }
    }
    runs.retain(|run| {
        let (data, method, trial) = key(run);
        run.record.seed().unwrap() < TUNING || best[&(data, method)].2 == trial
    });
}

/// A validation loss that falls from 2 at this rate.
fn falls(run: &mut Finished, rate: f64, floor: f64) {
    for point in &mut run.record.curve {
        point.validation.loss = floor + (2.0 - floor) * (-rate * point.epoch as f64).exp();
    }
}

fn place(name: &str) -> usize {
    let name = name.trim_start_matches("named-");
    NAMES.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no method `{name}`"))
}

impl World {
    /// A setting that diverged for a seed is not chosen, so that a claim about dropout is one about all methods or about those that do not
    /// diverge.
    fn is_true(&self, claim: &Claim) -> bool {
        self.holds(claim, true) || self.holds(claim, false)
    }

    fn holds(&self, claim: &Claim, diverging_takes_part: bool) -> bool {
        let truth = |name: &str| self.truth(name, diverging_takes_part);
        let differ = |a: &String, b: &String| truth(a) - truth(b);
        let lost = |a: &String, b: &String| self.may_diverge(a) || self.may_diverge(b);
        match claim {
            // A method that diverges by chance is worse, whatever its other runs reach.
            Claim::Better(a, b, _) if lost(a, b) => !self.may_diverge(a),
            Claim::Better(a, b, within) => {
                let truly = differ(a, b);
                truly > 0.0 && within.is_none_or(|[low, high]| low - 5e-5 <= truly && truly <= high + 5e-5)
            }
            Claim::SameWithin(margin, a, b) => differ(a, b).abs() < *margin,
            Claim::SameResults(a, b) => differ(a, b) == 0.0,
            Claim::Sooner(a, b, low, high) => {
                let Some(speed) = &self.speed else { return differ(a, b) > 0.0 || self.may_diverge(b) };
                let factor = speed[place(a)] / speed[place(b)];
                // Targets are met at the ends of epochs, and factors have two digits.
                let holds = factor > 1.0 && *low <= 1.15 * factor && high.is_none_or(|high| 1.15 * high >= factor);
                holds || self.may_diverge(b)
            }
            Claim::Slope([low, high]) => {
                let values: Vec<f64> = DROPOUTS.iter().map(|d| truth(&format!("dropout {d}"))).collect();
                let centre = DROPOUTS.iter().sum::<f64>() / 3.0;
                let square: f64 = DROPOUTS.iter().map(|d| (d - centre).powi(2)).sum();
                let truly = DROPOUTS.iter().zip(&values).map(|(d, v)| (d - centre) * v).sum::<f64>() * 0.5 / square;
                low - 5e-5 <= truly && truly <= high + 5e-5
            }
            Claim::Effect([from, to], [with, instead], [low, high]) => {
                let of = |name: &str, dropout: &str| {
                    self.reaches(place(name), dropout.trim_start_matches("dropout ").parse().unwrap())
                };
                let truly = of(to, instead) - of(from, instead) - of(to, with) + of(from, with);
                low - 5e-5 <= truly && truly <= high + 5e-5
            }
        }
    }
}

/// At most 5 of 100 answers may have a false claim: 12 happen less than once in a thousand times. Claims of each kind are made.
#[test]
fn sentences_about_a_hundred_folders_are_true() {
    let count = (worlds() * 5).max(100);
    let (mut wrong, mut made) = (0, BTreeMap::<&str, u32>::new());
    for number in 0..count {
        let world = World::of(number);
        let mut false_ones = Vec::new();
        for claim in world.answers().iter().flat_map(|answer| claims(answer)) {
            let kind = match claim {
                Claim::Better(..) => "better",
                Claim::SameWithin(..) => "the same within a margin",
                Claim::SameResults(..) => "the same results",
                Claim::Sooner(..) => "sooner",
                Claim::Slope(_) => "slope",
                Claim::Effect(..) => "effect",
            };
            *made.entry(kind).or_default() += 1;
            if !world.is_true(&claim) {
                false_ones.push(claim);
            }
        }
        if !false_ones.is_empty() {
            println!("folder {number}: {false_ones:?}; planted: {world:?}");
            wrong += 1;
        }
    }
    println!("{wrong} of {count} folders have a false sentence; claims: {made:?}");
    let most = 0.05 * count as f64 + 3.3 * (0.05 * count as f64).sqrt();
    assert!(f64::from(wrong) <= most, "{wrong} of {count}");
    for kind in ["better", "the same within a margin", "sooner", "slope", "effect"] {
        assert!(made.get(kind).is_some_and(|claims| *claims >= 5), "{kind}: {made:?}");
    }
}
