//! A claim put to the test: one number for each run, one contrast for each problem and seed, one interval over families of data sets or
//! over seeds, and a verdict by the rule that the spec fixed before its first run.
//!
//! Everything that the claim does not compare is at its best for each compared value: as a protocol chose it, or by validation loss.

mod contrast;
mod lack;
mod number;
mod rule;

pub use contrast::ClaimCell;
pub use lack::{Lack, LackKind};
pub use rule::{ClaimVerdict, least_repetitions};

use super::configurations::OPTIMIZER;
use super::over_data::family;
use super::select::{Selected, select};
use super::staged::Allowed;
use super::stats::{CorrectedT, Interval, LEVEL, MOST_SEEDS, mean};
use super::targets::targets;
use super::view::View;
use crate::record::{AveragedOver, Claim, Effect, Observed, Reduce, data_label, with_usual};
use crate::store::{Finished, Manifest};
use rule::{MeanAgainst, holm};
use std::collections::{BTreeMap, BTreeSet};

/// What a claim's runs show on one problem.
#[derive(Clone, Debug)]
pub struct ClaimProblem {
    pub data: String,
    /// The contrast of each seed; none if a number is missing.
    pub seeds: BTreeMap<u64, Option<f64>>,
    /// The mean over seeds; none if a number is missing.
    pub effect: Option<f64>,
    /// Of that mean, 95 %, over seeds.
    pub interval: Option<Interval>,
    /// Why there is no mean.
    pub lack: Option<Lack>,
}

/// Why there is no mean contrast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoNumber {
    /// No runs are there to compare.
    NoRuns,
    /// Of this problem, and of so many others, a number is missing.
    Missing { data: String, lack: Lack, others: usize },
    /// Compared values were tuned over different numbers of trials, of this problem.
    Unequal { data: String },
    /// Over so few families or seeds there is never a verdict.
    TooFew { repetitions: usize },
}

/// A claim with what its runs show, before it is judged beside others.
#[derive(Clone, Debug)]
pub struct Estimated {
    pub claim: Claim,
    pub problems: Vec<ClaimProblem>,
    /// The numbers behind the contrasts.
    pub cells: Vec<ClaimCell>,
    pub families: usize,
    /// The fewest of a problem.
    pub seeds: usize,
    /// Of a claim that counts up to a target, how many runs miss it, and how many there are.
    pub misses: (usize, usize),
    /// The mean contrast.
    pub effect: Option<f64>,
    /// Why there is none.
    pub why: Option<NoNumber>,
    against: Option<MeanAgainst>,
}

/// A claim with its verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    pub estimated: Estimated,
    pub verdict: ClaimVerdict,
    /// At a level that all claims share.
    pub interval: Option<Interval>,
    /// The level of the interval.
    pub level: f64,
    /// Corrected for all claims.
    pub adjusted_p: Option<f64>,
}

/// What the runs of a folder show of its claim; none without a claim.
#[must_use]
pub fn estimate(manifest: &Manifest, runs: &[Finished], allowed: Allowed) -> Option<Estimated> {
    let claim = manifest.judge.claim.clone()?;
    let cells = cells(&claim, manifest, runs, allowed);
    let mut problems: Vec<ClaimProblem> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    cells.iter().for_each(|cell| {
        if !names.contains(&cell.problem.as_str()) {
            names.push(&cell.problem);
        }
    });
    for name in &names {
        let here: Vec<&ClaimCell> = cells.iter().filter(|cell| cell.problem == **name).collect();
        problems.push(problem(&here, &claim));
    }
    let families = problems.iter().map(|problem| family(&problem.data)).collect::<BTreeSet<_>>().len();
    let seeds = problems.iter().map(|problem| problem.seeds.len()).min().unwrap_or(0);
    let overlap = cells.iter().map(|cell| cell.overlap).fold(0.0, f64::max);
    let alone = families == problems.len();
    let lacking = || problems.iter().filter_map(|problem| Some((&problem.data, problem.lack.as_ref()?)));
    let missing = lacking().next().map(|(data, lack)| NoNumber::Missing {
        data: if alone { family(data).to_owned() } else { data.clone() },
        lack: lack.clone(),
        others: lacking().count() - 1,
    });
    let unequal = unequal(&cells, allowed).map(|data| NoNumber::Unequal { data });
    let why = if problems.is_empty() { Some(NoNumber::NoRuns) } else { missing.or(unequal) };
    let repetitions = if why.is_some() { Vec::new() } else { repetitions(&problems, claim.over) };
    let overlap = if claim.over == AveragedOver::Seeds { overlap } else { 0.0 };
    let (low, high) = claim.effect.range(&claim.contrast);
    let test = CorrectedT::of(&repetitions, overlap);
    let against = test.map(|test| MeanAgainst { test, repetitions: repetitions.len(), low, high });
    let too_few = against.is_none_or(|against| !against.is_enough()) && !matches!(claim.effect, Effect::Exactly(_));
    let why = why.or_else(|| too_few.then_some(NoNumber::TooFew { repetitions: repetitions.len() }));
    let misses = cells.iter().map(ClaimCell::misses).fold((0, 0), |all, of| (all.0 + of.0, all.1 + of.1));
    Some(Estimated { effect: mean(&repetitions), claim, problems, cells, families, seeds, misses, why, against })
}

/// Judges several claims together, in their order.
#[must_use]
pub fn judge_claims(all: Vec<Estimated>) -> Vec<Judged> {
    let tested = |of: &Estimated| of.against.filter(|_| !matches!(of.claim.effect, Effect::Exactly(_)));
    let mut ruled = holm(&all.iter().filter_map(tested).collect::<Vec<_>>()).into_iter();
    let judge = |estimated: Estimated| match tested(&estimated).and_then(|_| ruled.next()) {
        Some(ruled) => Judged {
            verdict: ruled.verdict,
            interval: ruled.interval,
            level: ruled.level,
            adjusted_p: Some(ruled.adjusted_p),
            estimated,
        },
        None => Judged { verdict: exact(&estimated), interval: None, level: LEVEL, adjusted_p: None, estimated },
    };
    all.into_iter().map(judge).collect()
}

/// Whether an identity holds everywhere.
fn exact(estimated: &Estimated) -> ClaimVerdict {
    match (estimated.claim.effect, estimated.largest()) {
        (Effect::Exactly(most), Some(largest)) if estimated.why.is_none() && largest <= most => ClaimVerdict::Exact,
        (Effect::Exactly(_), Some(_)) if estimated.why.is_none() => ClaimVerdict::Contradicted,
        _ => ClaimVerdict::Undecided,
    }
}

impl Estimated {
    /// The largest share of rows that repetitions have in common.
    fn overlap(&self) -> f64 {
        self.cells.iter().map(|cell| cell.overlap).fold(0.0, f64::max)
    }

    /// What a figure calls a problem: its family where each problem has one of its own.
    #[must_use]
    pub fn short_name<'p>(&self, problem: &'p ClaimProblem) -> &'p str {
        if self.families == self.problems.len() { family(&problem.data) } else { &problem.data }
    }

    /// The contrast of all problems and seeds that is farthest from 0.
    #[must_use]
    pub fn largest(&self) -> Option<f64> {
        let all = self.problems.iter().flat_map(|problem| problem.seeds.values().flatten());
        all.map(|value| value.abs()).reduce(f64::max)
    }
}

impl Judged {
    /// The end of the claim's range that is nearest to the mean.
    #[must_use]
    pub fn nearest_edge(&self) -> Option<f64> {
        let against = self.estimated.against?;
        let far = |edge: f64| (edge - against.test.mean).abs();
        [against.low, against.high]
            .into_iter()
            .filter(|edge| edge.is_finite())
            .min_by(|a, b| far(*a).total_cmp(&far(*b)))
    }

    /// How many families or seeds would decide with the same mean and scatter; none if no number up to [`MOST_SEEDS`] does.
    #[must_use]
    pub fn needed(&self) -> Option<usize> {
        let against = self.estimated.against?;
        let distance = (self.nearest_edge()? - against.test.mean).abs();
        let overlap = match self.estimated.claim.over {
            AveragedOver::Families => 0.0,
            AveragedOver::Seeds => self.estimated.overlap(),
        };
        against.test.repetitions_for(distance, self.level, overlap).filter(|needed| *needed <= MOST_SEEDS)
    }

    /// A number of the contrast as it is shown: a factor of a ratio.
    #[must_use]
    pub fn shown(&self, number: f64) -> f64 {
        if self.estimated.claim.contrast.is_factor() { number.exp() } else { number }
    }
}

/// A problem of which a protocol tuned the compared values over different numbers of trials.
fn unequal(cells: &[ClaimCell], allowed: Allowed) -> Option<String> {
    let differs = |cell: &&ClaimCell| {
        let others = cells.iter().filter(|other| other.problem == cell.problem);
        others.filter_map(|other| other.trials).any(|trials| Some(trials) != cell.trials)
    };
    let found = cells.iter().find(differs).filter(|_| !allowed.unequal_budgets);
    found.map(|cell| cell.problem.clone())
}

fn problem(cells: &[&ClaimCell], claim: &Claim) -> ClaimProblem {
    let seeds = contrast::by_seed(cells, &claim.contrast);
    let values: Option<Vec<f64>> = seeds.values().copied().collect();
    let values = values.filter(|values| !values.is_empty());
    let overlap = cells.iter().map(|cell| cell.overlap).fold(0.0, f64::max);
    ClaimProblem {
        data: cells[0].problem.clone(),
        lack: lack::lack(cells, claim, &seeds),
        effect: values.as_ref().and_then(|values| mean(values)),
        interval: values.and_then(|values| CorrectedT::of(&values, overlap)?.interval(LEVEL)),
        seeds,
    }
}

/// What counts once: the mean of a family's problems, or of a seed's.
fn repetitions(problems: &[ClaimProblem], over: AveragedOver) -> Vec<f64> {
    let means = |groups: Vec<Vec<f64>>| groups.iter().filter_map(|group| mean(group)).collect();
    match over {
        AveragedOver::Families => {
            let mut families: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
            for problem in problems {
                families.entry(family(&problem.data)).or_default().extend(problem.effect);
            }
            means(families.into_values().collect())
        }
        AveragedOver::Seeds => {
            let first = problems.first().map(|problem| problem.seeds.keys().copied().collect::<Vec<u64>>());
            let of =
                |seed: u64| problems.iter().map(|problem| *problem.seeds.get(&seed)?).collect::<Option<Vec<f64>>>();
            means(first.unwrap_or_default().into_iter().filter_map(of).collect())
        }
    }
}

/// The numbers of each compared value of each problem.
fn cells(claim: &Claim, manifest: &Manifest, runs: &[Finished], allowed: Allowed) -> Vec<ClaimCell> {
    let settings = claim.contrast.settings();
    let keys: Vec<&str> = if settings.is_empty() { vec![OPTIMIZER] } else { settings };
    // A protocol has one question that compares all of them, but for the data's.
    let asked =
        |view: &&View<'_>| keys.iter().all(|key| key.starts_with("data.") || view.keys().iter().any(|of| of == key));
    let views = View::all_of(manifest, runs, allowed);
    let Some(view) = views.iter().find(asked).or(views.first()) else { return Vec::new() };
    let configurations = view.of_values(&keys);
    let rows = select(&configurations);
    let reached = || targets(&rows, view.goal(), view.at());
    let by_target = matches!(claim.quantity, Observed::ToTarget | Observed::Reached).then(reached).unwrap_or_default();
    let of_row = |row: &Selected<'_, '_>| {
        let mut spent = BTreeMap::new();
        let numbers = match claim.quantity {
            Observed::ToTarget | Observed::Reached => {
                let target = by_target.iter().find(|target| target.data == row.data);
                let method =
                    target.and_then(|target| target.methods.iter().find(|method| method.method == row.optimizer));
                method.map(|method| match claim.quantity {
                    Observed::Reached => method.shares().into_iter().map(|(seed, share)| (seed, Some(share))).collect(),
                    _ => {
                        spent.clone_from(method.spent());
                        let is_reached = spent.values().any(|spent| spent.hits > 0);
                        let counted = contrast::counted(&spent).into_iter();
                        counted.map(|(seed, count)| (seed, is_reached.then_some(count))).collect()
                    }
                })
            }
            _ => Some(numbers(row, claim, view)),
        };
        let mut numbers = numbers.unwrap_or_default();
        // A run that failed has neither reached a target nor missed it: its seed has no number, and is not left out.
        for seed in row.runs.iter().filter_map(|run| run.record.seed()) {
            numbers.entry(seed).or_insert(None);
        }
        let mut settings = with_usual(&row.compared?.settings);
        let shown = settings.clone();
        claim.contrast.along.iter().for_each(|along| drop(settings.remove(&along.setting)));
        Some(ClaimCell {
            problem: data_label(&settings),
            settings: shown,
            numbers,
            spent,
            parameters: parameters(row, &claim.quantity),
            overlap: row.sampled.overlap(),
            trials: row.staged.map(|_| row.tried),
        })
    };
    rows.iter().filter_map(of_row).collect()
}

/// The final parameters of each seed that has one run, where a claim compares them.
fn parameters(row: &Selected<'_, '_>, quantity: &Observed) -> BTreeMap<u64, Vec<f64>> {
    if *quantity != Observed::Parameters {
        return BTreeMap::new();
    }
    let seeds: Vec<Option<u64>> = row.runs.iter().map(|run| run.record.seed()).collect();
    let is_alone = |seed: u64| seeds.iter().filter(|known| **known == Some(seed)).count() == 1;
    let of = |run: &&Finished| Some((run.record.seed().filter(|seed| is_alone(*seed))?, run.parameters.clone()));
    row.runs.iter().filter_map(of).collect()
}

/// One number for each seed; none if one of its runs has none.
fn numbers(row: &Selected<'_, '_>, claim: &Claim, view: &View<'_>) -> BTreeMap<u64, Option<f64>> {
    let mut seeds: BTreeMap<u64, Vec<Option<f64>>> = BTreeMap::new();
    for run in &row.runs {
        let Some(seed) = run.record.seed() else { continue };
        let number = number::of(run, &claim.quantity, view.at());
        seeds.entry(seed).or_default().push(number.map(|number| claim.contrast.floored(number)));
    }
    let reduced = |numbers: Vec<Option<f64>>| {
        let numbers = numbers.into_iter().collect::<Option<Vec<f64>>>()?;
        let ends =
            numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
        match claim.contrast.reduce {
            Reduce::Mean => mean(&numbers),
            Reduce::Spread => Some(ends.1 - ends.0),
        }
    };
    seeds.into_iter().map(|(seed, numbers)| (seed, reduced(numbers))).collect()
}
