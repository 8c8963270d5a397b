//! Conclusions in words: the same on the terminal, the page and in Markdown.

use super::comparison::p_is;
use crate::analysis::stats::Interval;
use crate::analysis::{Account, Conclusions, Edge, OnData, OverData, Paired, Verdict, Warning};
use crate::record::{At, Criterion, Protocol, Quantity, Setting};

/// The answer to the experiment's question, in a few sentences, with its uncertainty.
#[must_use]
pub fn answer(conclusions: &Conclusions) -> String {
    if let Some(account) = conclusions.account.as_ref().filter(|account| account.pending) {
        return format!("{} Nothing is compared before that.", tuned(account));
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

/// What was tuned, over how many trials, and on which seeds the choice was tested.
#[must_use]
pub fn tuned(account: &Account) -> String {
    let protocol = &account.protocol;
    let count = |seeds: usize| if seeds == 1 { "1 seed".to_owned() } else { format!("{seeds} seeds") };
    let trials = match account.trials {
        (1, 1) => "1 trial".to_owned(),
        (least, most) if least == most => format!("{most} trials"),
        (least, most) => format!("{least} to {most} trials"),
    };
    let names: Vec<String> = protocol.tune.iter().map(|tuned| tuned.setting.clone()).collect();
    let report = match (account.pending, protocol.report_seeds.len()) {
        (true, seeds) => format!("what is chosen is still to be run on {seeds} other seeds"),
        (false, 1) => "what was chosen was tested on 1 other seed".to_owned(),
        (false, seeds) => format!("what was chosen was tested on {seeds} other seeds"),
    };
    format!(
        "Each {} tuned over {trials} of {} on {} by {}; {report}.",
        if account.pending { "is" } else { "was" },
        joined(&names),
        count(protocol.tuning_seeds.len()),
        criterion(protocol.select)
    )
}

/// A protocol: what, and how.
#[must_use]
pub fn protocol(protocol: &Protocol) -> Vec<[String; 2]> {
    let tuned: Vec<&str> = protocol.tune.iter().map(|tuned| tuned.setting.as_str()).collect();
    let (tuning, report) = (seeds(&protocol.tuning_seeds), seeds(&protocol.report_seeds));
    let tuned = format!("{}, by {} on {tuning}", tuned.join(", "), criterion(protocol.select));
    let averaged = (!protocol.average.is_empty()).then(|| ["averaged".to_owned(), protocol.average.join(", ")]);
    let rows = [["compared".to_owned(), protocol.compare.join(", ")], ["tuned".to_owned(), tuned]];
    let tested = ["tested".to_owned(), format!("what is chosen, on {report}")];
    rows.into_iter().chain(averaged).chain([tested]).collect()
}

/// How it was carried out.
#[must_use]
pub fn account(account: &Account) -> Vec<[String; 2]> {
    let (least, most) = account.trials;
    let trials = if least == most { format!("{most} each") } else { format!("{least} to {most}") };
    let diverged = if account.diverged_share > 0.0 {
        format!("{trials}; {:.1} % of the tuning runs diverged", 100.0 * account.diverged_share)
    } else {
        trials
    };
    let mut rows = protocol(&account.protocol);
    rows.insert(2, ["trials".to_owned(), diverged]);
    if let Some([_, tested]) = rows.last_mut().filter(|_| account.pending) {
        *tested += "; not run yet";
    }
    rows
}

/// `seed 0`, `seeds 0, 1, 2`, `seeds 3 to 12`
fn seeds(seeds: &[u64]) -> String {
    match seeds {
        [one] => format!("seed {one}"),
        [first, .., last]
            if seeds.len() > 3 && seeds.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1])) =>
        {
            format!("seeds {first} to {last}")
        }
        [first, second, third, .., last] if seeds.len() > 12 => {
            format!("seeds {first}, {second}, {third}, … {last}")
        }
        _ => format!("seeds {}", seeds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// What a protocol compares, as the head of a column: `optimizer`.
#[must_use]
pub fn compared(protocol: &Protocol) -> String {
    let short = |name: &String| {
        let name = name.strip_suffix(".kind").unwrap_or(name);
        name.rsplit('.').next().unwrap_or(name).to_owned()
    };
    protocol.compare.iter().map(short).collect::<Vec<_>>().join(", ")
}

/// `the validation loss at the best epoch`
#[must_use]
pub fn criterion(select: Criterion) -> String {
    let quantity = match select.quantity {
        Quantity::Loss => "loss",
        Quantity::Metric => "metric",
    };
    let at = match select.at {
        At::Best => "at the best epoch",
        At::Final => "after the last epoch",
        At::Stopped => "where early stopping would end",
    };
    format!("the validation {quantity} {at}")
}

/// Of single data sets, how much is told apart.
fn many(data: &[OnData]) -> String {
    let pairs = || data.iter().flat_map(|on| on.pairs.iter().map(|(_, _, paired)| paired));
    let told = pairs().filter(|paired| matches!(paired.verdict, Verdict::Better | Verdict::Worse)).count();
    let first: Vec<String> = data
        .iter()
        .filter_map(|on| {
            on.methods.first().filter(|best| best.mean.is_some()).map(|best| format!("{} on {}", best.method, on.data))
        })
        .collect();
    let blocked: Vec<Verdict> = pairs().map(|paired| paired.verdict).filter(|verdict| verdict.is_blocked()).collect();
    let few = pairs().filter(|paired| paired.verdict == Verdict::TooFewSeeds).map(|paired| paired.seeds_at_least).max();
    let told = match few {
        _ if !blocked.is_empty() => {
            let all = pairs().count();
            format!("{told} of {all} pairs are told apart, and {} have {}", blocked.len(), blocked[0].words())
        }
        Some(needed) if told == 0 => format!("no pair is told apart; it takes at least {needed} seeds"),
        _ => format!("{told} of {} pairs are told apart", pairs().count()),
    };
    format!("On single data sets {told}; the highest means are those of {}.", joined(&first))
}

fn over_data(over: &OverData) -> String {
    let (first, rank) = &over.ranks[0];
    let (last, worst) = &over.ranks[over.ranks.len() - 1];
    let ranks = format!("mean ranks go from {rank:.2} ({first}) to {worst:.2} ({last})");
    if let Some(obstacle) = over.obstacle {
        return format!("Over {} data sets there is {}; {ranks}.", over.data_sets, obstacle.words());
    }
    let test = over.adjusted_p().map(|value| format!("{}: {}", over.test(), p_is(value)));
    let Some(test) = test.as_ref().filter(|_| over.found()) else {
        return format!(
            "Over {} data sets no method is shown to be better than another: {ranks}{}.",
            over.data_sets,
            test.map(|test| format!("; {test}")).unwrap_or_default()
        );
    };
    let worse: Vec<String> = over.behind_best().into_iter().map(str::to_owned).collect();
    let difference = over.friedman.as_ref().map(|_| format!(" (critical difference {:.2})", over.critical_difference));
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
    let seeds = if best.seeds == 1 { "1 seed".to_owned() } else { format!("{} seeds", best.seeds) };
    let head = format!(
        "On {} {} has the highest test {}, {mean:.4}{interval} over {seeds}",
        on.data,
        best.method,
        metric(&on.metric)
    );
    let of_best = || on.pairs.iter().filter(|(first, _, _)| *first == 0);
    if on.methods.len() == 1 {
        return format!("{head}; there is nothing to compare it with.");
    }
    let told = of_best().any(|(_, _, paired)| paired.verdict == Verdict::Better);
    if let Some(few) =
        of_best().map(|(_, _, paired)| paired).find(|paired| paired.verdict == Verdict::TooFewSeeds && !told)
    {
        return format!("{head}, but so few seeds allow no verdict: at least {} are needed.", few.seeds_at_least);
    }
    let better = of_best().filter(|(_, _, paired)| paired.verdict == Verdict::Better);
    let better: Vec<String> =
        better.map(|(_, j, paired)| format!("{} ({})", on.methods[*j].method, difference(paired))).collect();
    let named = |of: &dyn Fn(Verdict) -> bool| -> Vec<String> {
        let pairs = of_best().filter(|(_, _, paired)| of(paired.verdict));
        pairs.map(|(_, j, _)| on.methods[*j].method.clone()).collect()
    };
    let blocked = of_best().map(|(_, _, paired)| paired.verdict).find(|verdict| verdict.is_blocked());
    if let Some(why) = blocked {
        let of = joined(&named(&Verdict::is_blocked));
        let told = if better.is_empty() { String::new() } else { format!("; it is better than {}", joined(&better)) };
        return format!("{head}{told}; against {of} there is {}.", why.words());
    }
    let others = named(&|verdict| verdict != Verdict::Better);
    match (better.is_empty(), others.is_empty()) {
        (true, _) => format!("{head}, but it is not told apart from {}.", joined(&others)),
        (false, true) => format!("{head}; it is better than {}.", joined(&better)),
        (false, false) => {
            format!("{head}; it is better than {}, and not told apart from {}.", joined(&better), joined(&others))
        }
    }
}

/// `by 0.0200 [0.0100, 0.0300], p = 0.031`
#[must_use]
pub fn difference(paired: &Paired) -> String {
    let size = paired.difference.map(|d| format!("by {d:.4}"));
    let interval = paired.interval.map(|i| format!(" {}", plain(&i))).unwrap_or_default();
    let size = size.map_or_else(|| format!("{} seeds diverged", paired.diverged), |size| size + &interval);
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
fn joined(words: &[String]) -> String {
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
        Warning::Unfinished { planned, finished } => {
            format!("The sweep is not finished: {finished} of {planned} runs are there.")
        }
        Warning::Failed { runs } => format!("{runs} runs failed; the next `burnmark run` tries them again."),
        Warning::Suspect { runs } => format!(
            "In {runs} runs the two engines differ by more than their bound: see `check_passed` in measurements.parquet."
        ),
        Warning::TooFewSeeds { seeds, needed } => format!(
            "Too few seeds: with {seeds} in common no difference can be told from chance, whatever its size; it takes at least \
             {needed}."
        ),
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
        Warning::UnequalBudgets { data, tried, blocks } => {
            let tried: Vec<String> = tried.iter().map(|(method, count)| format!("{method} {count}")).collect();
            format!(
                "Unequal budgets on {data}: settings tried are {}; more trials find better ones by chance.{}",
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
    let what = if rate { "learning rate" } else { edge.setting.as_str() };
    format!(
        "Not tuned: on {data} the best {what} of {method}, {}, stands on the edge of its grid; try {} too.",
        shown(edge.value),
        joined(&next)
    )
}
