//! A protocol in words: what it asks for, and how it was carried out.

use super::phrases::joined;
use crate::analysis::Account;
use crate::record::{At, Criterion, Protocol, counted};

/// What was tuned, over how many trials, and on which seeds the choice was tested.
#[must_use]
pub fn tuned(account: &Account) -> String {
    let protocol = &account.protocol;
    if account.untuned {
        return format!(
            "The setting of each {} is not chosen: runs of the tuning are missing here.",
            compared(&protocol.compare)
        );
    }
    let trials = match account.trials {
        (least, most) if least == most => counted(most, "trial"),
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
        counted(protocol.tuning_seeds.len(), "seed"),
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
    if account.untuned {
        return rows;
    }
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

/// What is compared, as the head of a column: `optimizer`.
#[must_use]
pub fn compared(keys: &[String]) -> String {
    let short = |name: &String| {
        let name = name.strip_suffix(".kind").unwrap_or(name);
        name.rsplit('.').next().unwrap_or(name).to_owned()
    };
    keys.iter().map(short).collect::<Vec<_>>().join(", ")
}

/// `the validation loss at the best epoch`
#[must_use]
pub fn criterion(select: Criterion) -> String {
    let at = match select.at {
        At::Best => "at the best epoch",
        At::Final => "after the last epoch",
        At::Stopped => "where early stopping would end",
    };
    format!("the validation {} {at}", select.quantity.words())
}
