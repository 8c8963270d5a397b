//! What a sweep allows to conclude, as plain rows.

use super::claim::Judged;
use super::conditions::Condition;
use super::contrasts::Contrasted;
use super::edges::Edge;
use super::importance::Importance;
use super::over_data::OverData;
use super::paired::Paired;
use super::sampled::Sampled;
use super::sooner::Sooner;
use super::sources::Sources;
use super::stats::{Interval, Sensitivity};
use super::targets::Reached;
use super::tuning::Account;
use crate::record::Judge;

/// All that the terminal, the page and Markdown say of a folder.
#[derive(Clone, Debug)]
pub struct Conclusions {
    /// At least one, the most important first.
    pub questions: Vec<Question>,
    /// Those that the folder's judge names.
    pub contrasts: Vec<Contrasted>,
    /// What the folder's claim comes to, by itself.
    pub claim: Option<Judged>,
    /// The state of trainings that counts, and the smallest difference of interest.
    pub judge: Judge,
    pub warnings: Vec<Warning>,
    /// What was tuned and how, for each question, where there is a protocol.
    pub accounts: Vec<Account>,
    /// Which settings explain the differences, one for each data set.
    pub importance: Vec<Importance>,
    /// Which source of randomness the differences between a setting's runs come from, one for each data set where runs have seeds by
    /// source.
    pub sources: Vec<Sources>,
}

/// One question: which value of some settings is best, everything else that was tried at its best for each.
#[derive(Clone, Debug)]
pub struct Question {
    /// The settings whose values are compared.
    pub keys: Vec<String>,
    pub data: Vec<OnData>,
    /// None for a single data set or method, and where not every method was tried on every data set.
    pub over_data: Option<OverData>,
    /// Which method reaches the frozen targets sooner.
    pub sooner: Sooner,
}

/// The methods on one data set, best first.
#[derive(Clone, Debug)]
pub struct OnData {
    pub data: String,
    pub metric: String,
    pub methods: Vec<Ranked>,
    /// Every pair of methods, or those with the baseline: positions in `methods`, the first ranked higher; differences are
    /// first − second.
    pub pairs: Vec<(usize, usize, Paired)>,
    /// The place of the method that all others are compared with, where there is one.
    pub baseline: Option<usize>,
    /// What the verdicts hold for.
    pub conditions: Vec<Condition>,
    /// What seeds are a sample of.
    pub sampled: Sampled,
    /// Whether verdicts include the sampling error of held-out rows, or there are none.
    pub includes_test_rows: bool,
    /// Where the axis is flat, if its values are ordered and verdicts were possible.
    pub flat: Option<Flat>,
    /// Whether some of the runs stopped early.
    pub stops_early: bool,
}

/// The values of an axis about the best one, on one data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Flat {
    /// The value with the highest mean.
    pub best: f64,
    /// The ends of the range in which every value that was tried is not told apart from it.
    pub least: f64,
    pub greatest: f64,
    /// Whether these are all values that were tried.
    pub all: bool,
    /// Whether each of them is shown to be the same within the margin, or has the same results.
    pub same: bool,
}

/// A method on one data set.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub method: String,
    /// The best setting of all seeds in words.
    pub setting: String,
    pub seeds: usize,
    /// Test metric, mean over seeds, each at the setting that was chosen without it; `None` if a seed has no result.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    /// 95 % of the mean, by the corrected t distribution, from 3 seeds on.
    pub interval: Option<Interval>,
    pub interquartile_mean: Option<f64>,
    /// Settings tried; with a protocol, trials.
    pub tried: usize,
    pub diverged_share: f64,
    /// Expected training steps to the data set's target, misses counted, and hits of how many.
    pub steps_to_target: Option<Reached>,
    /// To the learning rate, everything else at its best for each, within [`super::TOLERANCE`]; none with fewer than 2 rates.
    pub to_rate: Option<Sensitivity>,
}

/// What stands in the way of a conclusion.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// These are the runs of one shard.
    Shard {
        number: usize,
        of: usize,
    },
    Unfinished {
        planned: u64,
        finished: u64,
    },
    Failed {
        runs: usize,
    },
    Suspect {
        runs: usize,
    },
    /// The measure that is compared is undefined for so many of a data set's runs, which are left out.
    Undefined {
        measure: &'static str,
        data: String,
        runs: usize,
        of: usize,
    },
    /// The judge's baseline is no compared value of any question.
    NoBaseline {
        name: String,
    },
    /// What is hardly meant so in the data.
    Data {
        data: String,
        warning: String,
    },
    /// In so many of all comparisons.
    TooFewSeeds {
        seeds: usize,
        needed: usize,
        comparisons: usize,
        of: usize,
    },
    /// The best learning rate or penalty, or with a protocol any tuned number, stands on the edge of its grid.
    NotTuned {
        /// The data sets where it is so.
        data: Vec<String>,
        method: String,
        edge: Edge,
    },
    /// Every setting diverged or blew up for some seed.
    NothingTrained {
        data: String,
        method: String,
        /// What a solver found: why there is no solution.
        unsolved: Option<String>,
    },
    /// Some of a method's runs diverged, and seeds of a setting that is compared are among them.
    Diverged {
        method: String,
        share: f64,
    },
    /// Each method with the share of its runs that diverged, or ended far above their lowest validation loss, all at settings that
    /// were not chosen.
    NotChosen {
        methods: Vec<(String, f64)>,
    },
    /// Some of a solver's runs ended with an answer where there is none, as was proved.
    NoMinimum {
        method: String,
        runs: usize,
        /// What was found, each once.
        problems: Vec<String>,
    },
    /// Some of a solver's runs did not come to rest within their epochs.
    NotAtRest {
        method: String,
        runs: usize,
    },
    /// Some of a method's runs found that there is no solution.
    Unsolved {
        method: String,
        share: f64,
        /// What they found, each once.
        problems: Vec<String>,
    },
    /// There is no verdict for that.
    UnequalBudgets {
        data: String,
        tried: Vec<(String, usize)>,
    },
    Unpaired {
        data: String,
        seeds: usize,
        blocks: bool,
    },
}
