//! What answers hold for, in words: the state of training, the settings that were tried, and what verdicts generalize to.

use super::phrases::{joined, metric};
use crate::analysis::{Conclusions, Condition, OnData, Sampled, Verdict, family};
use crate::record::{At, Compared, Quantity, counted};

/// What all answers are about: the state of training, how settings were chosen, and what the verdicts generalize to.
pub fn scope(conclusions: &Conclusions) -> Option<String> {
    let on = || conclusions.questions.iter().flat_map(|question| &question.data);
    if on().all(|on| on.methods.len() < 2) {
        return None;
    }
    let state = match conclusions.judge.at {
        At::Final if on().any(|on| on.stops_early) => {
            "Trainings are compared at their end; one with early stopping ends with the parameters of its best epoch"
        }
        At::Final => "Trainings are compared at their end",
        At::Best => "Trainings are compared in hindsight, at their best epoch, which no training knows while it runs",
        At::Stopped => "Trainings are compared where early stopping ends them",
    };
    let chosen = if conclusions.accounts.is_empty() && on().any(|on| on.methods.iter().any(|method| method.tried > 1)) {
        format!("; for each seed the settings are those that the other seeds choose by {}", chosen_by(conclusions))
    } else {
        String::new()
    };
    let over = conclusions.questions.iter().any(|question| question.over_data.as_ref().is_some_and(|o| o.level > 0.0));
    let about = if over {
        let single = on().filter(|on| on.pairs.iter().any(|(.., pair)| pair.verdict.is_difference()));
        let single = populations(&single.collect::<Vec<_>>());
        let single = single.iter().map(|said| said.replacen("Verdicts", "Those on single data sets", 1));
        ["Verdicts over data sets are about other data sets like these.".to_owned()].into_iter().chain(single).collect()
    } else {
        populations(&on().collect::<Vec<_>>())
    };
    let few = too_few(conclusions).into_iter().collect();
    let lacking = left_out(conclusions).into_iter().collect();
    let goal = match conclusions.judge.outcome {
        Compared::Measure(measure) if !measure.is_goal => {
            let words = measure.words.sentence;
            vec![format!("A lower {words} counts as better here; it says nothing of the predictions.")]
        }
        _ => Vec::new(),
    };
    Some([vec![format!("{state}{chosen}.")], goal, lacking, about, few].concat().join(" "))
}

/// What settings are chosen by without a protocol: `validation loss`, `validation F1`.
pub fn chosen_by(conclusions: &Conclusions) -> String {
    let by = conclusions.judge.chosen_by();
    if by != Quantity::Metric {
        return format!("validation {}", by.words());
    }
    let mut names: Vec<String> = Vec::new();
    for on in conclusions.questions.iter().flat_map(|question| &question.data) {
        let name = metric(&on.metric).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    format!("validation {}", joined(&names))
}

/// How many settings take no part because runs of theirs are missing, in the question of which it is the most.
fn left_out(conclusions: &Conclusions) -> Option<String> {
    let of_set = |on: &OnData| {
        let found = on.conditions.iter().find_map(|condition| match condition {
            Condition::LeftOut { settings, of } => Some((*settings, *of)),
            _ => None,
        });
        found.unwrap_or_default()
    };
    let of_question = |data: &[OnData]| data.iter().map(of_set).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let (settings, of) = conclusions.questions.iter().map(|question| of_question(&question.data)).max()?;
    (settings > 0).then(|| format!("Settings that lack runs of some seeds are left out: {settings} of {of}."))
}

/// How many seeds a verdict on a single data set takes, where these have too few and only data sets taken together have one.
fn too_few(conclusions: &Conclusions) -> Option<String> {
    let over =
        conclusions.questions.iter().filter(|question| question.over_data.as_ref().is_some_and(|o| o.level > 0.0));
    let needed = over.filter_map(|question| {
        let few = question.data.iter().flat_map(|on| &on.pairs).filter(|(.., p)| p.verdict == Verdict::TooFewSeeds);
        few.map(|(.., paired)| paired.seeds_at_least).max()
    });
    let needed: Vec<usize> = needed.collect();
    let (least, most) = (needed.iter().min()?, needed.iter().max()?);
    Some(if least == most {
        format!("On single data sets a verdict takes at least {least} seeds.")
    } else {
        format!("On single data sets a verdict takes at least {least} to {most} seeds, depending on the question.")
    })
}

/// The same where all seeds are tested on held-out rows: what these seeds vary, and whether the error of so few rows is included.
fn held_out(all: &[&OnData]) -> Vec<String> {
    let mut sets: Vec<(&OnData, u64)> = Vec::new();
    for on in all {
        if let Sampled::HeldOut { rows: Some(rows) } = on.sampled
            && !sets.iter().any(|(known, _)| known.data == on.data)
        {
            sets.push((on, rows));
        }
    }
    let rows = match sets.as_slice() {
        [] => return Vec::new(),
        [(_, rows)] => format!("these {}", counted(*rows, "held-out row")),
        many => {
            let of: Vec<String> = many.iter().map(|(on, rows)| format!("{} ({rows})", on.data)).collect();
            format!("the held-out rows of {}", joined(&of))
        }
    };
    let included = |is_so: bool| -> Vec<String> {
        let of = sets.iter().filter(|(on, _)| on.includes_test_rows == is_so);
        of.map(|(on, _)| metric(&on.metric).to_owned()).collect()
    };
    let error = match (included(true).is_empty(), included(false).first()) {
        (_, None) => "the sampling error of the held-out rows is included".to_owned(),
        (true, Some(_)) => {
            "they do not show the sampling error of the held-out rows, so on other rows a verdict may differ; `train.jackknife = \
             true` includes it"
                .to_owned()
        }
        (false, Some(metric)) => {
            let known = included(true).remove(0);
            format!("the sampling error of the held-out rows is included for {known}, and not for {metric}")
        }
    };
    let vary = "Seeds vary start and order, and training and validation rows unless the split fixes them";
    vec![format!("Verdicts are for {rows}. {vary}; {error}.")]
}

/// What verdicts on single data sets are about: what seeds are a sample of, in a sentence for each kind.
fn populations(all: &[&OnData]) -> Vec<String> {
    let of = |is_so: fn(Sampled) -> bool| -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for on in all.iter().filter(|on| is_so(on.sampled)) {
            let name = family(&on.data).to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    let (splits, draws) = (of(|s| matches!(s, Sampled::Splits { .. })), of(|s| s == Sampled::Draws));
    let mut said = held_out(all);
    if !splits.is_empty() {
        let on = if draws.is_empty() && said.is_empty() { String::new() } else { format!(" on {}", joined(&splits)) };
        said.push(format!("Verdicts{on} are about other splits of the same rows, not about new data."));
    }
    if !draws.is_empty() {
        said.push(format!("Verdicts are about new draws of {}: each seed has rows of its own.", joined(&draws)));
    }
    said
}

/// `On iris`; `At one learning rate each, on iris`, where nothing was tuned.
pub fn place(on: &OnData) -> String {
    let rate = on.conditions.iter().find_map(|condition| match condition {
        Condition::OneRateEach { rate } => Some(rate.map(super::plots::number)),
        _ => None,
    });
    match rate.filter(|_| on.methods.len() > 1) {
        Some(Some(rate)) => format!("At learning rate {rate}, on {}", on.data),
        Some(None) => format!("At one learning rate each, on {}", on.data),
        None => format!("On {}", on.data),
    }
}

/// What verdicts hold for, where that is less than it seems.
pub fn conditions(data: &[OnData]) -> Option<String> {
    let compared = || data.iter().filter(|on| on.methods.len() > 1);
    let conditions: Vec<&Condition> = compared().flat_map(|on| &on.conditions).collect();
    let any = |of: &dyn Fn(&Condition) -> bool| conditions.iter().any(|condition| of(condition));
    let mut said: Vec<String> = Vec::new();
    if any(&|condition| matches!(condition, Condition::OneRateEach { .. })) {
        let rate = conditions.iter().find_map(|condition| match condition {
            Condition::OneRateEach { rate } => *rate,
            _ => None,
        });
        let at = rate.map_or("one learning rate each".to_owned(), |rate| {
            format!("one learning rate, {}, for all", super::plots::number(rate))
        });
        said.push(if data.len() == 1 {
            "Nothing is said of tuned methods.".to_owned()
        } else {
            format!("This holds at {at}, and says nothing of tuned methods.")
        });
    }
    let mut untuned: Vec<String> = Vec::new();
    let mut edges: Vec<String> = Vec::new();
    for condition in &conditions {
        let (list, names) = match condition {
            Condition::OneRate { methods } => (&mut untuned, methods),
            Condition::OnEdge { methods } => (&mut edges, methods),
            _ => continue,
        };
        names.iter().for_each(|name| {
            if !list.contains(name) {
                list.push(name.clone());
            }
        });
    }
    if !untuned.is_empty() {
        said.push(format!(
            "{} had one learning rate, the others several, so this says nothing of it tuned.",
            joined(&untuned)
        ));
    }
    let budgets = conditions.iter().find_map(|condition| match condition {
        Condition::UnequalBudgets { tried } => Some(tried),
        _ => None,
    });
    said.extend(budgets.map(|tried| {
        let tried: Vec<String> =
            tried.iter().map(|(method, count)| format!("{} of {method}", counted(*count, "setting"))).collect();
        format!("This holds for the settings that were tried: {}.", joined(&tried))
    }));
    if !edges.is_empty() {
        let on_some = if data.len() > 1 { "On some data sets the" } else { "The" };
        said.push(format!(
            "{on_some} best rate or penalty for {} is at the edge of those tried, so this holds for these values only.",
            joined(&edges)
        ));
    }
    if any(&|condition| *condition == Condition::ChosenOnTested) {
        said.push("The one seed that chose the settings also tests them, which flatters every method.".to_owned());
    }
    (!said.is_empty()).then(|| said.join(" "))
}
