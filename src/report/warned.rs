//! Warnings in words.

use super::phrases::joined;
use crate::analysis::{Edge, Warning};
use crate::measure::UNDEFINED;
use crate::record::{counted, problem_in_words};
use crate::value::Value;

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
        Warning::Undefined { measure, data, runs, of } if runs == of => {
            format!("The {measure} is undefined for all runs on {data}, which are left out.")
        }
        Warning::Undefined { measure, data, runs, of } => format!(
            "The {measure} is undefined for {runs} of {} on {data}, which are left out: in their validation or test part {UNDEFINED}.",
            counted(*of, "run")
        ),
        Warning::NoBaseline { name } => {
            format!("No compared value is called `{name}`, the baseline of `[judge]`: all pairs are compared.")
        }
        Warning::Data { data, warning } => format!("{data}: {warning}."),
        Warning::TooFewSeeds { seeds, needed, comparisons, of } => {
            let some = if comparisons < of { format!(" in {comparisons} of {of} comparisons") } else { String::new() };
            format!(
                "Too few seeds{some}: with {seeds} in common chance explains a difference of any size; a verdict takes at \
                 least {needed}."
            )
        }
        Warning::NotTuned { data, method, edge } => not_tuned(data, method, edge),
        Warning::NothingTrained { data, method, unsolved: Some(problem) } => {
            format!("On {data} {method} found that there is no solution: {}.", problem_in_words(problem))
        }
        Warning::NothingTrained { data, method, unsolved: None } => {
            format!("On {data} every setting of {method} diverged, blew up or failed for some seed.")
        }
        Warning::Diverged { method, share } => format!(
            "{:.1} % of the runs of {method} diverged; seeds whose chosen setting diverged count as the worst.",
            100.0 * share
        ),
        Warning::NotChosen { methods } => {
            let of = |(method, share): &(String, f64)| format!("{:.1} % of {method}", 100.0 * share);
            let listed: Vec<String> = methods.iter().map(of).collect();
            format!(
                "Diverged, or ended far above their best: {} of the runs. No best setting has such a run.",
                joined(&listed)
            )
        }
        Warning::NoMinimum { method, runs, problems } => format!(
            "In {} of {method} {}. Their figures are those of the last epoch, and more epochs change them.",
            counted(*runs, "run"),
            in_words(problems)
        ),
        Warning::NotAtRest { method, runs } => format!(
            "{} of {method} did not converge within `train.epochs`; more epochs would change the solution.",
            counted(*runs, "run")
        ),
        Warning::Unsolved { method, share, problems } => {
            format!(
                "{:.1} % of the runs of {method} found no solution ({}); they count as the worst.",
                100.0 * share,
                in_words(problems)
            )
        }
        Warning::UnequalBudgets { data, tried } => {
            let tried: Vec<String> =
                tried.iter().map(|(method, count)| format!("{} of {method}", counted(*count, "setting"))).collect();
            format!(
                "Unequal budgets on {data}: tried were {}; more trials find better ones by chance.{}",
                joined(&tried),
                allowed(true, "unequal-budgets")
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

fn in_words(problems: &[String]) -> String {
    problems.iter().map(|problem| problem_in_words(problem)).collect::<Vec<_>>().join("; ")
}

/// How to have a verdict all the same.
fn allowed(blocks: bool, what: &str) -> String {
    if blocks { format!(" There is no verdict without `--allow {what}`.") } else { String::new() }
}

/// Of the learning rate as everywhere, of other settings by their names.
fn not_tuned(data: &[String], method: &str, edge: &Edge) -> String {
    let rate = edge.setting == "optimizer.lr";
    let shown = |value: f64| if rate { super::plots::number(value) } else { Value::Number(value).to_string() };
    let next: Vec<String> = edge.next.iter().map(|value| shown(*value)).collect();
    let what = match edge.setting.as_str() {
        "optimizer.lr" => "learning rate",
        "optimizer.lambda" => "penalty λ",
        other => other,
    };
    format!(
        "Not tuned: on {} the best {what} of {method}, {}, is on the edge of its grid; try {} too.",
        joined(data),
        shown(edge.value),
        joined(&next)
    )
}
