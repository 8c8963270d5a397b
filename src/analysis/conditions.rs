//! What a verdict holds for: the settings that were tried, where these are no tuning.

use super::configurations::learning_rates;
use super::edges::edges_of_best;
use super::select::Selected;
use super::view::View;

/// Why a verdict on a data set is about settings rather than about methods at their best.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Every method was tried at one learning rate, the same for all where it is named.
    OneRateEach { rate: Option<f64> },
    /// Some methods were tried at one learning rate, and others at several.
    OneRate { methods: Vec<String> },
    /// Methods were tried at different numbers of settings.
    UnequalBudgets { tried: Vec<(String, usize)> },
    /// The best rate or penalty is the least or greatest that was tried.
    OnEdge { methods: Vec<String> },
    /// There is one seed, which chose the settings and tests them.
    ChosenOnTested,
    /// So many settings lack runs of some seeds that others of their method have; they take no part.
    LeftOut { settings: usize, of: usize },
}

/// The conditions of the verdicts between the methods of one data set.
#[must_use]
pub fn conditions(block: &[Selected<'_, '_>], view: &View<'_>) -> Vec<Condition> {
    let mut found = Vec::new();
    let about_rate = view.keys().iter().any(|key| key == "optimizer.lr");
    let rated: Vec<(&Selected, Vec<f64>)> =
        block.iter().map(|row| (row, rates(row, view))).filter(|(_, rates)| !rates.is_empty()).collect();
    let single: Vec<(&Selected, f64)> =
        rated.iter().filter(|(_, rates)| rates.len() == 1).map(|(row, rates)| (*row, rates[0])).collect();
    if let Some((_, first)) = single.first().filter(|_| !about_rate) {
        let same = single.iter().all(|(_, rate)| rate == first);
        found.push(if single.len() == rated.len() {
            Condition::OneRateEach { rate: same.then_some(*first) }
        } else {
            Condition::OneRate { methods: single.iter().map(|(row, _)| row.optimizer.clone()).collect() }
        });
    }
    let blocked = block[0].staged.is_some_and(|staged| !staged.allowed.unequal_budgets);
    if !blocked && block.iter().any(|row| row.tried != block[0].tried) {
        let tried = block.iter().map(|row| (row.optimizer.clone(), row.tried)).collect();
        found.push(Condition::UnequalBudgets { tried });
    }
    let on_edge = |row: &&Selected| row.best.is_some_and(|best| !edges_of_best(best, view.tried()).is_empty());
    let methods: Vec<String> = block.iter().filter(on_edge).map(|row| row.optimizer.clone()).collect();
    if !methods.is_empty() && !about_rate {
        found.push(Condition::OnEdge { methods });
    }
    let one_seed = |row: &Selected| row.staged.is_none() && row.tried > 1 && !row.nested;
    if block.iter().any(one_seed) {
        found.push(Condition::ChosenOnTested);
    }
    let (settings, of) = block.iter().map(|row| left_out(row, view)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    if settings > 0 {
        found.push(Condition::LeftOut { settings, of });
    }
    found
}

/// How many of a method's settings have fewer runs than another one of them, and how many there are.
fn left_out(row: &Selected<'_, '_>, view: &View<'_>) -> (usize, usize) {
    let tried = || view.tried().iter().filter(|c| c.data == row.data && c.optimizer == row.optimizer);
    let most = tried().map(|c| c.runs.len()).max().unwrap_or(0);
    (tried().filter(|c| c.runs.len() < most).count(), tried().count())
}

/// The learning rates at which a method was tried on a data set.
fn rates(row: &Selected<'_, '_>, view: &View<'_>) -> Vec<f64> {
    let tried = view.tried().iter().filter(|c| c.data == row.data && c.optimizer == row.optimizer);
    learning_rates(tried)
}
