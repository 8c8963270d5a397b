//! A claim, its rule and its verdict in words.

use crate::analysis::{ClaimVerdict, Estimated, Judged, Lack, LackKind, NoNumber, least_repetitions};
use crate::measure::Measure;
use crate::record::{
    Against, AveragedOver, Bound, Claim, ClaimContrast, ClaimPair, Compared, ContrastScale, DataPart, Effect, Observed,
    Reduce, Take, counted,
};
use crate::report::plots::number;
use crate::report::protocol::compared;

/// The number of a run: `test loss`.
#[must_use]
pub fn quantity(of: &Observed) -> String {
    match of {
        Observed::Of { what, part, untrained: true } => format!("{} before the first step", outcome(*what, *part)),
        Observed::Of { what, part, .. } => outcome(*what, *part),
        Observed::Passes { what, part, bound: Bound::AtLeast(at) } => {
            format!("share of runs with a {} of at least {}", outcome(*what, *part), number(*at))
        }
        Observed::Passes { what, part, bound: Bound::AtMost(at) } => {
            format!("share of runs with a {} of at most {}", outcome(*what, *part), number(*at))
        }
        Observed::Steps { column, take, window } => {
            let which = match (window.from > 0.0, window.to < 1.0) {
                (false, false) => String::new(),
                _ => format!(", from {:.0} to {:.0} % of the steps", 100.0 * window.from, 100.0 * window.to),
            };
            let taken = match take {
                Take::Mean => format!("mean {column} of a step"),
                Take::LogSlope => format!("slope of ln {column} along ln step"),
                Take::Last => format!("last {column}"),
                Take::Rate => format!("slope of ln {column} per step"),
                Take::Rises => format!("share of steps at which {column} rises"),
            };
            taken + &which
        }
        Observed::ToTarget => "steps to the target".to_owned(),
        Observed::Reached => "share of runs that reach the target".to_owned(),
        Observed::Diverged => "share of runs that diverge".to_owned(),
        Observed::Solved => "share of runs that end with a solution".to_owned(),
        Observed::AtRest => "share of runs that come to rest".to_owned(),
        Observed::StepSeconds => "seconds per step".to_owned(),
        Observed::Taken => "steps taken".to_owned(),
        Observed::Parameters => "final parameters".to_owned(),
    }
}

fn outcome(what: Compared, part: DataPart) -> String {
    let part = if part == DataPart::Train { "training" } else { part.name() };
    match what {
        Compared::Metric | Compared::Loss => format!("{part} {}", what.name()),
        Compared::Measure(Measure { words, .. }) if words.of_part => format!("{part} {}", words.sentence),
        Compared::Measure(measure) => measure.words.sentence.to_owned(),
    }
}

/// What is made of the numbers of one problem: `test loss of dropout 0.5 divided by that of dropout 0`.
#[must_use]
pub fn contrast(of: &Observed, contrast: &ClaimContrast) -> String {
    let what = quantity(of);
    let what = if contrast.reduce == Reduce::Spread { format!("spread of the {what}") } else { what };
    let what = contrast.floor.map_or(what.clone(), |floor| format!("{what} (at least {})", precise(floor)));
    let mut words = match &contrast.pair {
        None => what,
        Some(ClaimPair { setting, first, second }) => {
            let second = match second {
                Against::Value(second) => named(setting, second),
                Against::Least => "the least of all in hindsight".to_owned(),
                Against::Greatest => "the greatest of all in hindsight".to_owned(),
            };
            let first = named(setting, first);
            match contrast.scale {
                ContrastScale::Difference => format!("{what} of {first} minus that of {second}"),
                ContrastScale::Ratio => format!("{what} of {first} divided by that of {second}"),
                ContrastScale::Distance => {
                    let unit = contrast
                        .from
                        .as_ref()
                        .map_or("their size".to_owned(), |from| format!("that of {} from them", named(setting, from)));
                    format!("distance of the {what} of {first} from those of {second}, in units of {unit}")
                }
                ContrastScale::LargestGap => {
                    format!("largest gap between the {what} of {first} and {second}, in units of the largest of them")
                }
                ContrastScale::Smaller => format!("share of cases in which {first} has a smaller {what} than {second}"),
            }
        }
    };
    if let Some(ClaimPair { setting, first, second: Against::Value(second) }) = &contrast.by {
        let joined = if contrast.scale == ContrastScale::Ratio { "divided by" } else { "minus" };
        words = format!("{words}, under {} {joined} the same under {}", named(setting, first), named(setting, second));
    }
    match &contrast.along {
        Some(along) if along.logarithms && contrast.scale == ContrastScale::Ratio => {
            format!("exponent of the {words} along {}", compared(std::slice::from_ref(&along.setting)))
        }
        Some(along) => {
            let of = compared(std::slice::from_ref(&along.setting));
            let of = if along.logarithms { format!("ln {of}") } else { of };
            let slope = if contrast.scale == ContrastScale::Ratio { "factor per unit of" } else { "slope along" };
            format!("{slope} {of} of the {words}")
        }
        None => words,
    }
}

/// A value with the name of its setting, where it does not speak for itself.
fn named(setting: &str, value: &str) -> String {
    crate::analysis::method_name(setting, value)
}

/// Where the contrast has to lie: `at least 10`.
#[must_use]
pub fn effect(effect: Effect) -> String {
    match effect {
        Effect::Between { least: Some(least), most: Some(most) } => {
            format!("between {} and {}", precise(least), precise(most))
        }
        Effect::Between { least: Some(least), .. } => format!("at least {}", precise(least)),
        Effect::Between { most: Some(most), .. } => format!("at most {}", precise(most)),
        Effect::Between { .. } => "any number".to_owned(),
        Effect::Exactly(most) => format!("no more than {most:e} from 0, everywhere"),
    }
}

/// Up to four significant digits.
#[must_use]
pub fn precise(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs().log10().floor();
    if !(-4.0..6.0).contains(&size) {
        return format!("{value:.2e}");
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 7
    let digits = (3.0 - size).clamp(0.0, 7.0) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// The mean contrast with its interval: `12.3 [9.1, 16.5]`; of equal repetitions there is none, and `–` without a number.
#[must_use]
pub fn size(judged: &Judged) -> String {
    let estimated = &judged.estimated;
    if let (Effect::Exactly(_), Some(largest)) = (estimated.claim.effect, estimated.largest()) {
        return format!("at most {largest:.1e} from 0");
    }
    let Some(mean) = estimated.effect else { return "–".to_owned() };
    let shown = |value: f64| precise(judged.shown(value));
    let no_scatter = || if estimated.why.is_none() { " everywhere".to_owned() } else { String::new() };
    let interval = judged.interval.map_or_else(no_scatter, |i| format!(" [{}, {}]", shown(i.low), shown(i.high)));
    shown(mean) + &interval
}

/// What the mean is over: `8 families × 10 seeds`.
#[must_use]
pub fn over(judged: &Judged) -> String {
    let (families, seeds) = (judged.estimated.families, judged.estimated.seeds);
    let families = if families == 1 { "1 family".to_owned() } else { format!("{families} families") };
    format!("{families} of data sets, {} each", counted(seeds, "seed"))
}

/// The verdict in a sentence, then the numbers.
#[must_use]
pub fn answer(judged: &Judged) -> String {
    let (estimated, claim) = (&judged.estimated, &judged.estimated.claim);
    let what = contrast(&claim.quantity, &claim.contrast);
    let expected = effect(claim.effect);
    let verdict = match judged.verdict {
        ClaimVerdict::Supported => "The runs support the claim",
        ClaimVerdict::Contradicted => "The runs contradict the claim",
        ClaimVerdict::Undecided => "The runs do not decide the claim",
        ClaimVerdict::Exact => "The claim holds exactly",
    };
    if let Some(why) = why_none(estimated) {
        return format!("{verdict}: {why}");
    }
    if let Effect::Exactly(most) = claim.effect {
        let largest = estimated.largest().map_or("–".to_owned(), |largest| format!("{largest:.1e}"));
        return format!(
            "{verdict}: the {what} is at most {largest} from 0 on every problem and seed; the rule allows {most:e} ({}).",
            over(judged)
        );
    }
    let level = precise(100.0 * (1.0 - judged.level));
    let interval = judged.interval.map_or_else(
        || format!(", without any scatter over {}", claim.over.name()),
        |i| format!(", {level} % interval {} to {}", precise(judged.shown(i.low)), precise(judged.shown(i.high))),
    );
    let mean = estimated.effect.map_or("–".to_owned(), |mean| precise(judged.shown(mean)));
    let about = match claim.over {
        AveragedOver::Families => "other data like these",
        AveragedOver::Seeds => "these problems",
    };
    format!(
        "{verdict}: the {what} is {mean} on average{interval}; the claim expects {expected}. This is about {about} ({}).{}",
        over(judged),
        missed(estimated)
    )
}

/// How runs count that miss a target, where some do.
fn missed(estimated: &Estimated) -> String {
    match estimated.misses {
        (0, _) => String::new(),
        (misses, runs) => format!(
            " {misses} of {} {} the target: each counts with its steps and those that a hit takes on average.",
            counted(runs, "run"),
            if misses == 1 { "misses" } else { "miss" }
        ),
    }
}

/// Why a claim has no number, as a sentence; none if it has one.
#[must_use]
pub fn why_none(estimated: &Estimated) -> Option<String> {
    let why = estimated.why.as_ref()?;
    Some(format!("{}.", no_number(why, &estimated.claim)))
}

/// Why there is no mean.
#[must_use]
pub fn no_number(why: &NoNumber, claim: &Claim) -> String {
    let (of, over) = (&claim.quantity, claim.over);
    match why {
        NoNumber::NoRuns => "no runs are there to compare".to_owned(),
        NoNumber::Missing { data, lack, others: 0 } => format!("on {data}, {}", lacks(lack, of)),
        NoNumber::Missing { data, lack, others } => {
            format!("on {data}, {}; {} without a number", lacks(lack, of), counted(*others, "other problem"))
        }
        NoNumber::Unequal { data } => {
            format!("the compared values on {data} were tuned over different numbers of trials")
        }
        NoNumber::TooFew { repetitions } => {
            format!("{repetitions} {} are too few, a verdict takes at least {}", over.name(), least_repetitions())
        }
    }
}

/// Why a problem has no number: `rprop never reaches the target`.
#[must_use]
pub fn lacks(lack: &Lack, quantity_of: &Observed) -> String {
    let (Lack { kind, of, seeds, all }, number) = (lack, quantity(quantity_of));
    let who = if of.is_empty() { "the run" } else { of.as_str() };
    let on = if seeds == all { "every seed".to_owned() } else { format!("{seeds} of {}", counted(*all, "seed")) };
    match kind {
        LackKind::NoRun => "no seed has a run of every value that is compared".to_owned(),
        LackKind::NoNumber if *quantity_of == Observed::StepSeconds => {
            format!("{who} has no {number} on {on}: its run failed, or shared its time with others (`--gangs off`)")
        }
        LackKind::NoNumber => format!("{who} has no {number} on {on}: its run failed, or does not measure it"),
        LackKind::Unreached => format!("{who} never reaches the target on any seed, so nothing says how long it takes"),
        LackKind::NoRatio => {
            format!("the {number} of {who} is 0 or less on {on}, and there is no ratio of 0 (a `floor` would give one)")
        }
        LackKind::NoContrast => {
            format!("the numbers of {on} make no contrast: a slope along one place, or a unit of 0")
        }
    }
}

/// What would change the verdict.
#[must_use]
pub fn would_change(judged: &Judged) -> String {
    let (estimated, claim) = (&judged.estimated, &judged.estimated.claim);
    if let Some(why) = why_none(estimated) {
        return format!("A number for every problem and seed: {why}");
    }
    let what = claim.over.name();
    match (judged.verdict, judged.needed()) {
        (ClaimVerdict::Exact, _) => "A single problem or seed on which the gap is larger.".to_owned(),
        (_, _) if matches!(claim.effect, Effect::Exactly(_)) => {
            "Nothing but another method: an identity fails on a single case.".to_owned()
        }
        (ClaimVerdict::Undecided, Some(needed)) => {
            format!("More {what}: with the same mean and scatter about {needed} of them would decide.")
        }
        (ClaimVerdict::Undecided, None) => {
            format!(
                "Only a more precise measurement: the mean is so close to the edge of what the claim expects that no feasible number of {what} decides."
            )
        }
        _ => {
            let edge = judged.nearest_edge().map_or(String::new(), |edge| format!(" {}", precise(judged.shown(edge))));
            format!("Other {what} whose mean moves the interval to{edge}, the edge of what the claim expects.")
        }
    }
}
