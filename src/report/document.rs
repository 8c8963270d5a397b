//! The conclusions of a folder as plain data, for programs: what `burnmark report --json` prints.

use super::protocol::{account, compared};
use super::sentences::answers;
use super::tabular::in_units;
use super::warned::warning;
use crate::analysis::{Conclusions, OnData, OverData, Paired, Question, Ranked, Verdict};
use crate::store::Manifest;
use serde::Serialize;

/// All that the terminal says of a folder. Numbers have all their digits; what is not known is null.
#[derive(Debug, Serialize)]
pub struct ReportDocument {
    name: String,
    question: String,
    runs_planned: u64,
    runs_finished: u64,
    runs_diverged: u64,
    runs_failed: u64,
    /// A paragraph each.
    answer: Vec<String>,
    warnings: Vec<String>,
    /// How the settings were tuned, a list for each question; empty without a protocol.
    protocol: Vec<Vec<[String; 2]>>,
    questions: Vec<QuestionDocument>,
}

/// Which value of some settings is best.
#[derive(Debug, Serialize)]
struct QuestionDocument {
    /// In words, such as `optimizer`.
    compared: String,
    keys: Vec<String>,
    over_data: Option<OverDataDocument>,
    rankings: Vec<RankingDocument>,
}

/// The methods over data sets.
#[derive(Debug, Serialize)]
struct OverDataDocument {
    data_sets: usize,
    families: usize,
    test: &'static str,
    adjusted_p: Option<f64>,
    critical_difference: f64,
    /// The best first.
    ranks: Vec<RankRow>,
}

#[derive(Debug, Serialize)]
struct RankRow {
    method: String,
    mean_rank: f64,
}

/// The methods on one data set, best first.
#[derive(Debug, Serialize)]
struct RankingDocument {
    data: String,
    metric: String,
    methods: Vec<MethodRow>,
    differences: Vec<DifferenceRow>,
}

#[derive(Debug, Serialize)]
struct MethodRow {
    rank: usize,
    method: String,
    setting: String,
    seeds: usize,
    /// Of the test part, over seeds.
    mean: Option<f64>,
    sd: Option<f64>,
    /// The ends of the interval of 95 %.
    low: Option<f64>,
    high: Option<f64>,
    tried: usize,
    diverged_share: f64,
    steps_to_target: Option<f64>,
}

/// `first − second`, in the metric's own units; `better` says that the first one is.
#[derive(Debug, Serialize)]
struct DifferenceRow {
    first: String,
    second: String,
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    pairs: usize,
    p: Option<f64>,
    adjusted_p: Option<f64>,
    verdict: Verdict,
    /// Seeds that would find a difference of this size in four of five experiments; null if no number up to 10,000 would.
    seeds_needed: Option<usize>,
}

/// What a folder says, as data.
#[must_use]
pub fn document(manifest: &Manifest, conclusions: &Conclusions) -> ReportDocument {
    ReportDocument {
        name: manifest.name.clone(),
        question: manifest.question.clone(),
        runs_planned: manifest.runs_planned,
        runs_finished: manifest.runs_finished,
        runs_diverged: manifest.runs_diverged,
        runs_failed: manifest.runs_failed,
        answer: answers(conclusions),
        warnings: conclusions.warnings.iter().map(warning).collect(),
        protocol: conclusions.accounts.iter().map(account).collect(),
        questions: conclusions.questions.iter().map(question).collect(),
    }
}

fn question(question: &Question) -> QuestionDocument {
    QuestionDocument {
        compared: compared(&question.keys),
        keys: question.keys.clone(),
        over_data: question.over_data.as_ref().map(over_data),
        rankings: question.data.iter().map(ranking).collect(),
    }
}

fn over_data(over: &OverData) -> OverDataDocument {
    let rank = |(method, mean_rank): &(String, f64)| RankRow { method: method.clone(), mean_rank: *mean_rank };
    OverDataDocument {
        data_sets: over.data_sets,
        families: over.families,
        test: over.test(),
        adjusted_p: over.adjusted_p(),
        critical_difference: over.critical_difference,
        ranks: over.ranks.iter().map(rank).collect(),
    }
}

fn ranking(on: &OnData) -> RankingDocument {
    let methods = on.methods.iter().enumerate().map(|(place, method)| method_row(place, method)).collect();
    let differences = on.pairs.iter().map(|pair| difference(on, pair)).collect();
    RankingDocument { data: on.data.clone(), metric: on.metric.clone(), methods, differences }
}

fn method_row(place: usize, method: &Ranked) -> MethodRow {
    MethodRow {
        rank: place + 1,
        method: method.method.clone(),
        setting: method.setting.clone(),
        seeds: method.seeds,
        mean: method.mean,
        sd: method.sd,
        low: method.interval.map(|interval| interval.low),
        high: method.interval.map(|interval| interval.high),
        tried: method.tried,
        diverged_share: method.diverged_share,
        steps_to_target: method.steps_to_target.as_ref().and_then(|reached| reached.time.expected),
    }
}

fn difference(on: &OnData, (first, second, paired): &(usize, usize, Paired)) -> DifferenceRow {
    let (difference, interval) = in_units(&on.metric, paired);
    DifferenceRow {
        first: on.methods[*first].method.clone(),
        second: on.methods[*second].method.clone(),
        difference,
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        pairs: paired.pairs,
        p: paired.p,
        adjusted_p: paired.adjusted_p,
        verdict: paired.verdict,
        seeds_needed: paired.seeds_needed,
    }
}
