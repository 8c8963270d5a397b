//! Conclusions in words: the same on the terminal, the page and in Markdown.

use super::comparison::p_is;
use super::protocol::tuned;
use crate::analysis::stats::Interval;
use crate::analysis::{Conclusions, Edge, OnData, OverData, Paired, Verdict, Warning};
use crate::record::{Setting, counted};

/// The answer to the experiment's question, in a few sentences, with its uncertainty.
#[must_use]
pub fn answer(conclusions: &Conclusions) -> String {
    if let Some(account) = conclusions.account.as_ref().filter(|account| account.pending) {
        let so = if account.untuned { "So nothing is compared." } else { "Nothing is compared before that." };
        return format!("{} {so}", tuned(account));
    }
    let mut sentences: Vec<String> = conclusions.over_data.iter().map(over_data).collect();
    match conclusions.data.as_slice() {
        [] => sentences.push("There are no runs.".to_owned()),
        [on] => sentences.push(on_data(on)),
        data => sentences.push(many(data)),
    }
    sentences.extend(conclusions.account.as_ref().map(tuned));
    sentences.join(" ")
}

/// Of single data sets, how much is told apart.
fn many(data: &[OnData]) -> String {
    let pairs = || data.iter().flat_map(|on| on.pairs.iter().map(|(_, _, paired)| paired));
    let told = pairs().filter(|paired| matches!(paired.verdict, Verdict::Better | Verdict::Worse)).count();
    let mut first: Vec<(String, Vec<String>)> = Vec::new();
    for on in data {
        let leaders = joined(&leaders(on));
        match first.iter_mut().find(|(known, _)| *known == leaders) {
            _ if leaders.is_empty() => {}
            Some((_, sets)) => sets.push(on.data.clone()),
            None => first.push((leaders, vec![on.data.clone()])),
        }
    }
    let first: Vec<String> = first.iter().map(|(leaders, sets)| format!("{leaders} on {}", joined(sets))).collect();
    let blocked: Vec<Verdict> = pairs().map(|paired| paired.verdict).filter(|verdict| verdict.is_blocked()).collect();
    let few = pairs().filter(|paired| paired.verdict == Verdict::TooFewSeeds).map(|paired| paired.seeds_at_least).max();
    let told = match few {
        _ if !blocked.is_empty() => {
            let all = pairs().count();
            format!("told apart: {told} of {}, and {} have {}", counted(all, "pair"), blocked.len(), blocked[0].words())
        }
        Some(needed) if told == 0 => format!("no pair is told apart; it takes at least {needed} seeds"),
        _ if pairs().next().is_none() => "there is no pair to compare".to_owned(),
        _ => format!("told apart: {told} of {}", counted(pairs().count(), "pair")),
    };
    let first = if first.is_empty() {
        "no method trains for every seed".to_owned()
    } else {
        format!("the highest means are those of {}", first.join("; "))
    };
    format!("On single data sets {told}; {first}.")
}

/// The methods with the highest mean; several where they have the same.
fn leaders(on: &OnData) -> Vec<String> {
    let Some(most) = on.methods.first().and_then(|best| best.mean) else { return Vec::new() };
    on.methods.iter().take_while(|method| method.mean == Some(most)).map(|method| method.method.clone()).collect()
}

fn over_data(over: &OverData) -> String {
    let (first, rank) = &over.ranks[0];
    let (last, worst) = &over.ranks[over.ranks.len() - 1];
    let ranks = if rank == worst {
        format!("all mean ranks are {rank:.2}")
    } else {
        format!("mean ranks go from {rank:.2} ({first}) to {worst:.2} ({last})")
    };
    if let Some(obstacle) = over.obstacle {
        return format!("Over {} data sets there is {}; {ranks}.", over.data_sets, obstacle.words());
    }
    let against = if over.ranks_agree == Some(false) { ", against the mean ranks" } else { "" };
    let test = over.adjusted_p().map(|value| format!("{}: corrected {}{against}", over.test(), p_is(value)));
    let Some(test) = test.as_ref().filter(|_| over.found()) else {
        return format!(
            "Over {} data sets no method is shown to be better than another: {ranks}{}.",
            over.data_sets,
            test.map(|test| format!("; {test}")).unwrap_or_default()
        );
    };
    let worse: Vec<String> = over.behind_best().into_iter().map(str::to_owned).collect();
    let difference =
        over.friedman.as_ref().map(|_| format!(" (critical difference at 1 % {:.2})", over.critical_difference));
    let difference = difference.unwrap_or_default();
    let verdict = if worse.is_empty() {
        format!("{first} ranks first, but no other one lies a critical difference behind it")
    } else {
        format!("{first} ranks better than {}", joined(&worse))
    };
    format!("Over {} data sets the methods differ ({test}): {ranks}; {verdict}{difference}.", over.data_sets)
}

fn on_data(on: &OnData) -> String {
    let Some((best, mean)) = on.methods.first().and_then(|best| Some((best, best.mean?))) else {
        return format!("On {} every setting of every method diverged or failed for some seed.", on.data);
    };
    let interval = best.interval.map(|i| format!(" {}", plain(&i))).unwrap_or_default();
    let seeds = counted(best.seeds, "seed");
    let (leaders, metric) = (leaders(on), metric(&on.metric));
    let shared = leaders.len() > 1;
    let head = if shared {
        format!("On {} {} share the highest test {metric}, {mean:.4} over {seeds}", on.data, joined(&leaders))
    } else {
        format!("On {} {} has the highest test {metric}, {mean:.4}{interval} over {seeds}", on.data, best.method)
    };
    let subject = if shared { best.method.as_str() } else { "it" };
    let of_best = || on.pairs.iter().filter(|(first, _, _)| *first == 0);
    if on.methods.len() == 1 {
        return format!("{head}; there is nothing to compare it with.");
    }
    // Of those that share the highest mean nothing more is to be said.
    let behind =
        || of_best().filter(|(_, j, _)| !leaders.contains(&on.methods[*j].method)).map(|(_, _, paired)| paired);
    let few = || behind().filter(|paired| paired.verdict == Verdict::TooFewSeeds);
    let needed = few().map(|paired| paired.seeds_at_least).max().unwrap_or(0);
    if few().count() > 0 && few().count() == behind().count() {
        return format!("{head}, but so few seeds allow no verdict: at least {needed} are needed.");
    }
    let better = of_best().filter(|(_, _, paired)| paired.verdict == Verdict::Better);
    let better: Vec<String> =
        better.map(|(_, j, paired)| format!("{} ({})", on.methods[*j].method, difference(paired))).collect();
    let named = |of: &dyn Fn(Verdict) -> bool| -> Vec<String> {
        let pairs = of_best().filter(|(_, _, paired)| of(paired.verdict));
        pairs.map(|(_, j, _)| on.methods[*j].method.clone()).collect()
    };
    let is_open = |verdict| matches!(verdict, Verdict::Same | Verdict::NotToldApart | Verdict::Worse);
    let mut open = named(&is_open);
    open.retain(|method| !leaders.contains(method));
    let first = match (better.is_empty(), open.is_empty()) {
        (true, true) => head,
        (true, false) => format!("{head}, but {subject} is not told apart from {}", joined(&open)),
        (false, true) => format!("{head}; {subject} is better than {}", joined(&better)),
        (false, false) => {
            let (better, open) = (joined(&better), joined(&open));
            format!("{head}; {subject} is better than {better}, and not told apart from {open}")
        }
    };
    let mut clauses = vec![first];
    if needed > 0 {
        let mut with = named(&|verdict| verdict == Verdict::TooFewSeeds);
        with.retain(|method| !leaders.contains(method));
        let with = joined(&with);
        let subject = if shared { format!("{subject} has") } else { "it has".to_owned() };
        clauses.push(format!("against {with} {subject} too few seeds in common for a verdict, which takes {needed}"));
    }
    let blocked = of_best().map(|(_, _, paired)| paired.verdict).find(|verdict| verdict.is_blocked());
    if let Some(why) = blocked {
        clauses.push(format!("against {} there is {}", joined(&named(&Verdict::is_blocked)), why.words()));
    }
    clauses.join("; ") + "."
}

/// `by 0.0200 [0.0100, 0.0300], p = 0.031`
#[must_use]
pub fn difference(paired: &Paired) -> String {
    let size = paired.difference.map(|d| format!("by {d:.4}"));
    let interval = paired.interval.map(|i| format!(" {}", plain(&i))).unwrap_or_default();
    let size =
        size.map_or_else(|| format!("no result for {}", counted(paired.diverged, "seed")), |size| size + &interval);
    let p = paired.adjusted_p.map(|value| format!(", {}", p_is(value))).unwrap_or_default();
    size + &p
}

/// `[0.9500, 0.9700]`
#[must_use]
pub fn plain(interval: &Interval) -> String {
    format!("[{:.4}, {:.4}]", interval.low, interval.high)
}

/// A metric's name in a sentence.
#[must_use]
pub fn metric(name: &str) -> &str {
    match name {
        "r2" => "R²",
        "digits" => "number of correct digits",
        "" => "metric",
        other => other,
    }
}

/// `a`, `a and b`, `a, b and c`
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A warning in a sentence.
#[must_use]
pub fn warning(warning: &Warning) -> String {
    match warning {
        Warning::Shard { number, of } => {
            format!(
                "These are the runs of shard {number} of {of} only; `burnmark merge` makes one result of all shards."
            )
        }
        Warning::Unfinished { planned, finished } => {
            format!("The sweep is not finished: {finished} of {} there.", counted(*planned, "run"))
        }
        Warning::Failed { runs } => format!("{} failed; the next `burnmark run` tries again.", counted(*runs, "run")),
        Warning::Suspect { runs } => format!(
            "In {} the two engines differ by more than their bound: see `check_passed` in measurements.parquet.",
            counted(*runs, "run")
        ),
        Warning::Data { data, warning } => format!("{data}: {warning}."),
        Warning::TooFewSeeds { seeds, needed, comparisons, of } => {
            let some = if comparisons < of { format!(" in {comparisons} of {of} comparisons") } else { String::new() };
            format!(
                "Too few seeds{some}: with {seeds} in common no difference can be told from chance, whatever its size; it \
                 takes at least {needed}."
            )
        }
        Warning::NotTuned { data, method, edge } => not_tuned(data, method, edge),
        Warning::NothingTrained { data, method, unsolved: Some(problem) } => {
            format!("On {data} {method} found that there is no solution: {problem}.")
        }
        Warning::NothingTrained { data, method, unsolved: None } => {
            format!("On {data} every setting of {method} diverged or failed for some seed.")
        }
        Warning::Diverged { method, share } => {
            format!("{:.1} % of the runs of {method} diverged; they count as the worst.", 100.0 * share)
        }
        Warning::Unsolved { method, share, problems } => {
            let problems = problems.join(", ");
            format!(
                "{:.1} % of the runs of {method} found no solution ({problems}); they count as the worst.",
                100.0 * share
            )
        }
        Warning::SeedsChangeNothing { data, seeds } => format!(
            "On {data} the seeds change nothing: each of the {seeds} runs of a setting is the same training, so one says all, and \
             nothing is left to chance that a test could tell from a difference."
        ),
        Warning::UnequalBudgets { data, tried, blocks } => {
            let tried: Vec<String> =
                tried.iter().map(|(method, count)| format!("{} of {method}", counted(*count, "setting"))).collect();
            format!(
                "Unequal budgets on {data}: tried were {}; more trials find better ones by chance.{}",
                joined(&tried),
                allowed(*blocks, "unequal-budgets")
            )
        }
        Warning::Unpaired { data, seeds, blocks } => {
            format!(
                "On {data} the methods do not have the same seeds; up to {seeds} are left out of a comparison.{}",
                allowed(*blocks, "unpaired-seeds")
            )
        }
    }
}

/// How to have a verdict all the same.
fn allowed(blocks: bool, what: &str) -> String {
    if blocks { format!(" There is no verdict without `--allow {what}`.") } else { String::new() }
}

/// Of the learning rate as everywhere, of other settings by their names.
fn not_tuned(data: &str, method: &str, edge: &Edge) -> String {
    let rate = edge.setting == "optimizer.lr";
    let shown = |value: f64| if rate { super::plots::number(value) } else { Setting::Number(value).to_string() };
    let next: Vec<String> = edge.next.iter().map(|value| shown(*value)).collect();
    let what = match edge.setting.as_str() {
        "optimizer.lr" => "learning rate",
        "optimizer.lambda" => "penalty λ",
        other => other,
    };
    format!(
        "Not tuned: on {data} the best {what} of {method}, {}, stands on the edge of its grid; try {} too.",
        shown(edge.value),
        joined(&next)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Ranked, paired};
    use std::collections::BTreeMap;

    /// Methods with these metrics on eight seeds, all of one method the same; the best first.
    fn with(methods: &[(&str, Option<f64>)]) -> OnData {
        let seeds = |metric: Option<f64>| -> BTreeMap<u64, Option<f64>> { (0..8).map(|seed| (seed, metric)).collect() };
        let ranked = |&(method, mean): &(&str, Option<f64>)| Ranked {
            method: method.to_owned(),
            setting: String::new(),
            seeds: 8,
            mean,
            sd: None,
            interval: None,
            interquartile_mean: mean,
            tried: 1,
            diverged_share: 0.0,
            steps_to_target: None,
            to_rate: None,
        };
        let pair = |j: usize| (0, j, paired(&seeds(methods[j].1), &seeds(methods[0].1)));
        OnData {
            data: "iris".to_owned(),
            metric: "accuracy".to_owned(),
            methods: methods.iter().map(ranked).collect(),
            pairs: (1..methods.len()).map(pair).collect(),
        }
    }

    #[test]
    fn equal_means_are_shared() {
        let said = on_data(&with(&[("a", Some(0.9)), ("b", Some(0.9)), ("c", Some(0.8))]));
        assert_eq!(
            said,
            "On iris a and b share the highest test accuracy, 0.9000 over 8 seeds; a is better than c (by 0.1000, p = 0.008)."
        );
        let said = on_data(&with(&[("a", Some(0.9)), ("b", Some(0.9))]));
        assert_eq!(said, "On iris a and b share the highest test accuracy, 0.9000 over 8 seeds.");
    }

    #[test]
    fn a_method_without_results_is_not_said_to_diverge() {
        let said = on_data(&with(&[("a", Some(0.9)), ("newton", None)]));
        assert!(said.ends_with("it is better than newton (no result for 8 seeds, p = 0.008)."), "{said}");
    }

    /// One method that lacks seeds says nothing of the others.
    #[test]
    fn too_few_seeds_are_those_of_a_pair() {
        let mut on = with(&[("a", Some(0.9)), ("b", Some(0.8)), ("c", Some(0.7))]);
        on.pairs[1].2 = paired(&BTreeMap::from([(0, Some(0.7))]), &BTreeMap::from([(0, Some(0.9))]));
        let said = on_data(&on);
        let expected = "it is better than b (by 0.1000, p = 0.008); against c it has too few seeds in common for a verdict, \
                        which takes 6.";
        assert!(said.ends_with(expected), "{said}");
        on.pairs.remove(0);
        assert!(
            on_data(&on).ends_with("but so few seeds allow no verdict: at least 6 are needed."),
            "{}",
            on_data(&on)
        );
    }

    #[test]
    fn data_sets_with_the_same_leaders_stand_together() {
        let on = |data: &str, methods: &[(&str, Option<f64>)]| OnData { data: data.to_owned(), ..with(methods) };
        let (a, b) = (("a", Some(0.9)), ("b", Some(0.8)));
        let said = many(&[on("x", &[a, b]), on("y", &[("b", Some(0.95)), a]), on("z", &[a, b])]);
        assert!(said.ends_with("the highest means are those of a on x and z; b on y."), "{said}");
    }
}
