//! Whether the runs of a spec have what its claim compares and measures.

use super::space::Space;
use crate::record::{Against, Claim, ClaimPair, Observed};
use crate::spec::{AskedClaim, Fault, Mistake, Place, nearest_help, say};
use std::collections::BTreeSet;

/// The most values that a message lists.
const MOST_LISTED: usize = 12;

/// Compared values that no run has, columns of steps and parameters that no run keeps.
pub fn mistakes(claim: &Claim, asked: &AskedClaim, space: &Space, keeps_parameters: bool) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let places = [
        (&claim.contrast.pair, [("first", &asked.first), ("second", &asked.second)]),
        (&claim.contrast.by, [("under", &asked.under), ("instead", &asked.instead)]),
    ];
    for (pair, keyed) in places {
        let Some(ClaimPair { setting, first, second }) = pair else { continue };
        let known = space.values(setting);
        let second = if let Against::Value(second) = second { Some(second) } else { None };
        for ((key, value), name) in keyed.into_iter().zip([Some(first), second]) {
            let Some((name, place)) = name.zip(value.as_ref().map(|(_, place)| place)) else { continue };
            if !known.iter().any(|known| is_the_same(known, name)) {
                report((key, place), (setting, name), &known, &mut mistakes);
            }
        }
    }
    let from = claim.contrast.from.as_ref().zip(asked.from.as_ref());
    if let (Some(ClaimPair { setting, .. }), Some((from, (_, place)))) = (&claim.contrast.pair, from) {
        let known = space.values(setting);
        if !known.iter().any(|known| is_the_same(known, from)) {
            report(("from", place), (setting, from), &known, &mut mistakes);
        }
    }
    if let (Observed::Parameters, false, Some((_, place))) = (&claim.quantity, keeps_parameters, &asked.quantity) {
        let fault =
            Fault::unfit("the claim compares parameters, which no run keeps", "expected `output.parameters = true`");
        say(&mut mistakes, place, "claim.quantity", fault);
    }
    if let (Observed::Steps { .. }, Some((_, place))) = (&claim.quantity, &asked.quantity) {
        let run = space.finish(0, 0);
        if !run.train.keeps_steps() {
            let expected = "expected `curve = \"step\"` in `[train]`";
            let fault = Fault::unfit("the claim reads a column of the steps, which no run keeps", expected);
            say(&mut mistakes, place, "claim.quantity", fault);
        }
    }
    mistakes
}

fn report(
    (key, place): (&str, &Place),
    (setting, name): (&str, &str),
    known: &BTreeSet<String>,
    mistakes: &mut Vec<Mistake>,
) {
    let listed: Vec<String> = known.iter().take(MOST_LISTED).map(|value| format!("`{value}`")).collect();
    let more = if known.len() > MOST_LISTED { " …" } else { "" };
    let fault = Fault::unknown_value(setting, name, format!("expected one of {}{more}", listed.join(", ")));
    say(mistakes, place, &format!("claim.{key}"), fault.or_help(nearest_help(name, known.iter().map(String::as_str))));
}

/// Whether a value of a setting is the one that a claim names; numbers by their value.
fn is_the_same(known: &str, named: &str) -> bool {
    let numbers = || known.parse::<f64>().ok().zip(named.parse::<f64>().ok());
    known == named || numbers().is_some_and(|(known, named)| known.to_bits() == named.to_bits())
}
