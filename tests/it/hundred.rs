//! A hundred made-up folders with known truth: every sentence of their answers is read, sorted by what it claims, and held against what
//! was planted. The folders have one or several data sets, tuned settings, protocols, labelled cases, planned contrasts, speed, margins, seeds
//! that a method lacks and methods that diverge by chance. A sentence of a kind that nobody sorted fails the test.
//!
//! `BURNMARK_WORLDS=100 cargo test --release --test it hundred -- --nocapture` makes 500 folders; the figures are in
//! docs/decisions/0014-answers.md.

use crate::fakes::{Fake, manifest};
use crate::honesty::worlds;
use burnmark::analysis::{Allowed, View, conclude, judged};
use burnmark::num::{Purpose, Stream};
use burnmark::record::{At, CASE, CaseLabel, Contrast, Criterion, Outcome, Protocol, Quantity, Tuned};
use burnmark::report::answers;
use burnmark::store::Finished;
use burnmark::value::Value;
use std::collections::BTreeMap;

const NAMES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
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

/// What a sentence claims.
#[derive(Debug)]
enum Claim {
    /// The first is better than the second, by an amount within these ends where they are given.
    Better(String, String, Option<[f64; 2]>),
    SameWithin(f64, String, String),
    SameResults(String, String),
    /// The first needs fewer steps, by a factor within these ends; the upper one is missing where there is a lower bound alone.
    Sooner(String, String, f64, Option<f64>),
    /// The slope from dropout 0 to 0.5 lies within these ends.
    Slope([f64; 2]),
    /// What the second method gains on the first, under the second dropout as against the first.
    Effect([String; 2], [String; 2], [f64; 2]),
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

/// All claims of an answer. A sentence of no known kind is a fault of this test.
fn claims(answer: &str) -> Vec<Claim> {
    let text = answer.trim_end_matches('.');
    text.split(". ")
        .flat_map(|sentence| claims_of(sentence.trim()).unwrap_or_else(|| panic!("not sorted: {sentence}")))
        .collect()
}

/// What says nothing of which method is better.
const NO_CLAIM: [&str; 29] = [
    "Settings that lack runs",
    "Those on single data sets",
    "Trainings are compared",
    "Verdicts",
    "Each was tuned",
    "This holds",
    "Nothing is said",
    "On single data sets no pair",
    "On single data sets a verdict takes",
    "On some data sets the best rate",
    "The best rate",
    "The one seed",
    "Slope of dropout: no slope",
    "On average over",
    "The best ",
    "(Shares",
    "There are no runs",
    "On single data sets the",
    "no slope of",
    "the effect of",
    "there is none to test",
    "dropout from",
    "At dropout",
    "Which ",
    "The setting of each",
    "Shares of the variance",
    "No method trains",
    "The effect of ",
    "Of the ",
];

fn claims_of(sentence: &str) -> Option<Vec<Claim>> {
    // The heads of questions and contrasts.
    let mut sentence = sentence;
    for head in ["optimizer: ", "case: ", "dropout: ", "Slope of dropout: "] {
        sentence = sentence.strip_prefix(head).unwrap_or(sentence);
    }
    for head in ["Does the effect of optimizer depend on dropout? ", "Does the effect of case depend on dropout? "] {
        sentence = sentence.strip_prefix(head).unwrap_or(sentence);
    }
    if NO_CLAIM.iter().any(|start| sentence.starts_with(start)) {
        return Some(Vec::new());
    }
    if let Some(said) = sentence.strip_prefix("Speed: ") {
        return Some(said.split("; ").flat_map(sooner).collect());
    }
    if sentence.contains("along a straight line") || sentence.contains(" does not change from ") {
        return slope(sentence).map(|claim| vec![claim]);
    }
    if sentence.contains(" instead of ") {
        return effect(sentence);
    }
    if sentence.contains("no slope of")
        || sentence.contains("explains")
        || sentence.contains("is not told apart from the best")
        || sentence.contains("are not told apart from the best")
        || sentence.contains("there is no verdict")
        || sentence.contains("is the same as the best")
    {
        return Some(Vec::new());
    }
    if sentence.starts_with("Over ") || sentence.starts_with("On ") || sentence.starts_with("At ") {
        return Some(compared(sentence));
    }
    None
}

/// Names of compared values in a text, each with the text in the brackets after it, if it has some.
fn named(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let names = NAMES.iter().flat_map(|name| [(*name).to_owned(), format!("named-{name}")]);
    let values = ["dropout 0.2", "dropout 0.5", "dropout 0"].map(str::to_owned);
    for name in names.chain(values) {
        for (at, _) in text.match_indices(&name) {
            let ends = text[at + name.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '.');
            let begins = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
            if ends && begins {
                found.push((at, at + name.len(), name.clone()));
            }
        }
    }
    found.sort_unstable();
    let bracket = |end: usize| {
        let rest = text[end..].strip_prefix(" (")?;
        Some(rest[..rest.find(')')?].to_owned())
    };
    found.into_iter().map(|(_, end, name)| (name, bracket(end).unwrap_or_default())).collect()
}

/// `[0.0100, 0.0300]` in a text.
fn ends(text: &str) -> Option<[f64; 2]> {
    let inner = text.split_once('[')?.1.split_once(']')?.0;
    let (low, high) = inner.split_once(", ")?;
    Some([low.parse().ok()?, high.parse().ok()?])
}

/// The claims about compared values of a sentence on one data set, on single ones or over them.
fn compared(sentence: &str) -> Vec<Claim> {
    let mut all = Vec::new();
    let subject = named(sentence).first().map(|(name, _)| name.clone()).unwrap_or_default();
    for clause in sentence.split("; ") {
        let clause = clause.split(" (mean ranks").next().unwrap();
        if let Some((before, after)) = clause.split_once("better than") {
            let mut better: Vec<String> = named(before).into_iter().map(|(name, _)| name).collect();
            if !before.ends_with(" are ") {
                better.drain(..better.len().saturating_sub(1));
            }
            if better.is_empty() {
                better.push(subject.clone());
            }
            let after = if clause.contains("On single data sets") || !after.contains('(') {
                after.split(" on ").next().unwrap()
            } else {
                after
            };
            for first in &better {
                let claim = |(name, bracket): (String, String)| Claim::Better(first.clone(), name, ends(&bracket));
                all.extend(named(after).into_iter().map(claim));
            }
        } else if let Some((_, after)) = clause.split_once("is worse than") {
            all.extend(named(after).into_iter().map(|(name, bracket)| {
                Claim::Better(name, subject.clone(), ends(&bracket).map(|[low, high]| [-high, -low]))
            }));
        } else if let Some((before, after)) = clause.split_once("is the same as") {
            let margin = number_after(before, "within ");
            all.extend(named(after).into_iter().map(|(name, _)| Claim::SameWithin(margin, subject.clone(), name)));
        } else if let Some((before, after)) = clause.split_once(" are the same within ") {
            let margin = after.split(' ').next().unwrap().parse().unwrap();
            let names: Vec<String> = named(before).into_iter().map(|(name, _)| name).collect();
            for (place, a) in names.iter().enumerate() {
                all.extend(names[place + 1..].iter().map(|b| Claim::SameWithin(margin, a.clone(), b.clone())));
            }
        } else if clause.contains("the same results") {
            let names: Vec<String> = named(clause).into_iter().map(|(name, _)| name).collect();
            let first = if names.len() > 1 { names[0].clone() } else { subject.clone() };
            all.extend(
                names.iter().filter(|name| **name != first).map(|b| Claim::SameResults(first.clone(), b.clone())),
            );
        }
    }
    all
}

fn number_after(text: &str, mark: &str) -> f64 {
    let after = text.rsplit_once(mark).unwrap_or_else(|| panic!("no `{mark}` in {text}")).1;
    after.split([' ', ',', ')']).next().unwrap().parse().unwrap()
}

/// `alpha needs fewer training steps to the target than beta (2.1 times fewer, 95 % interval 1.5 to 3.0, p = 0.01)`
fn sooner(clause: &str) -> Vec<Claim> {
    let Some((before, after)) = clause.split_once(" to the target than ") else { return Vec::new() };
    let Some((first, _)) = named(before).pop() else { return Vec::new() };
    let claim = |(name, bracket): (String, String)| {
        let exact = !bracket.contains("at least");
        let ends = bracket.split_once("95 % interval ").map(|(_, rest)| {
            let rest = rest.split(", p").next().unwrap();
            let (low, high) = rest.split_once(" to ").unwrap();
            (low.parse().unwrap(), high.parse().unwrap())
        });
        let (low, high) = ends.unwrap_or((1.0, f64::INFINITY));
        Claim::Sooner(first.clone(), name, low, exact.then_some(high))
    };
    named(after).into_iter().map(claim).collect()
}

fn slope(sentence: &str) -> Option<Claim> {
    if sentence.contains(" does not change from ") {
        return Some(Claim::Slope([0.0, 0.0]));
    }
    if let Some((_, after)) = sentence.split_once(" changes by less than ") {
        let margin: f64 = after.split(' ').next()?.parse().ok()?;
        return Some(Claim::Slope([-margin, margin]));
    }
    let [low, high] = ends(sentence).unwrap_or([0.0, f64::INFINITY]);
    let low = low.max(0.0);
    if sentence.contains(" gets better by ") {
        Some(Claim::Slope([low, high]))
    } else {
        sentence.contains(" gets worse by ").then_some(Claim::Slope([-high, -low]))
    }
}

fn effect(sentence: &str) -> Option<Vec<Claim>> {
    if sentence.contains("is not shown to differ") {
        return Some(Vec::new());
    }
    let methods: Vec<String> = named(sentence).into_iter().map(|(name, _)| name).collect();
    let [to, from, instead, with] = methods.as_slice() else { return None };
    let (effect, by) = ([from.clone(), to.clone()], [with.clone(), instead.clone()]);
    if sentence.contains(" by the same") {
        let within = if sentence.contains("within") { number_after(sentence, "within ") } else { 0.0 };
        return Some(vec![Claim::Effect(effect, by, [-within, within])]);
    }
    let [low, high] = ends(sentence).unwrap_or([0.0, f64::INFINITY]);
    let within = if sentence.contains(" more under ") { [low.max(0.0), high] } else { [-high, -low.max(0.0)] };
    Some(vec![Claim::Effect(effect, by, within)])
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

/// A parser that finds nothing would find everything true: each kind of sentence, as answers have it.
#[test]
fn sentences_are_sorted_by_what_they_claim() {
    let of = |text: &str| format!("{:?}", claims(text));
    assert_eq!(
        of(
            "On iris alpha reaches the highest test accuracy, 0.9 (mean of 8 seeds, 95 % interval [0.8, 1.0]); it is better than beta (by 0.0200 \
            [0.0100, 0.0300], p = 0.031) and gamma (by 0.1 [0.05, 0.15], p < 0.001); within 0.05 it is the same as delta (ahead by 0.001 [-0.01, \
            0.01])."
        ),
        "[Better(\"alpha\", \"beta\", Some([0.01, 0.03])), Better(\"alpha\", \"gamma\", Some([0.05, 0.15])), SameWithin(0.05, \"alpha\", \"delta\")]"
    );
    assert_eq!(
        of(
            "Over 6 data sets beta is better than alpha (on 6 of 6); gamma and delta are the same within 0.01 (mean difference 0.0001 [-0.001, 0.001]); \
            not told apart: alpha from gamma (mean ranks: beta 1.00, alpha 2.00; Friedman's test, corrected p = 0.001). On single data sets alpha and beta are \
            better than delta on iris and wine; and 3 more pairs."
        ),
        "[Better(\"beta\", \"alpha\", None), SameWithin(0.01, \"gamma\", \"delta\"), Better(\"alpha\", \"delta\", None), Better(\"beta\", \"delta\", None)]"
    );
    assert_eq!(
        of(
            "Speed: over 4 families of data sets alpha needs fewer training steps to the target than beta (2.1 times fewer, 95 % interval 1.5 to 3.0, p = \
            0.01) and gamma (at least 4.0 times fewer, 95 % interval 3.0 to 5.0); the target is the validation loss that was given."
        ),
        "[Sooner(\"alpha\", \"beta\", 1.5, Some(3.0)), Sooner(\"alpha\", \"gamma\", 3.0, None)]"
    );
    assert_eq!(
        of(
            "Slope of dropout: On iris the test accuracy gets worse by 0.0400 (mean of 10 seeds, 95 % interval [0.0300, 0.0500], p = 0.001) from dropout 0 \
            to 0.5, along a straight line."
        ),
        "[Slope([-0.05, -0.03])]"
    );
    assert_eq!(
        of(
            "Does the effect of optimizer depend on dropout? On iris beta instead of alpha improves the test accuracy by 0.0400 (mean of 10 seeds, 95 % \
            interval [0.0300, 0.0500]) less under dropout 0.5 than under dropout 0."
        ),
        "[Effect([\"alpha\", \"beta\"], [\"dropout 0\", \"dropout 0.5\"], [-0.05, -0.03])]"
    );
}
