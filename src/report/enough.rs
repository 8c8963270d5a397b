//! How many seeds would be enough, in words: what follows each answer without a verdict.

use super::phrases::joined;
use crate::analysis::{Enough, MOST_TOLD, Paired, Verdict};
use crate::record::counted;
use std::fmt::Write;

/// After pairs that chance can explain, by the names of their second methods: how many seeds would find differences of these sizes, or
/// with a margin that is larger than they are, show that they lie within it. None if nothing is open.
pub fn enough(open: &[(&str, &Paired)], margin: Option<f64>) -> Option<String> {
    let small = |paired: &Paired, margin: f64| paired.difference.is_some_and(|difference| difference.abs() < margin);
    let (within, beyond): (Vec<_>, Vec<_>) =
        open.iter().copied().partition(|(_, paired)| margin.is_some_and(|margin| small(paired, margin)));
    let seeds = open.iter().map(|(_, paired)| paired.pairs).min()?;
    let margin = margin.unwrap_or_default();
    let found: Vec<_> = beyond.iter().map(|(name, paired)| (*name, *paired, paired.enough())).collect();
    let shown: Vec<_> = within.iter().map(|(name, paired)| (*name, *paired, paired.enough_for(margin))).collect();
    let find = |many: bool| {
        let size = if many { "differences of these sizes" } else { "a difference of this size" };
        format!("would find {size}")
    };
    let show = |many: bool| {
        let is = if many { "equal methods are" } else { "two equal methods are" };
        format!("would show that {is} the same within {margin}")
    };
    let mut said = sentences(&found, &find);
    said.extend(sentences(&shown, &show));
    let last = said.last_mut()?;
    last.truncate(last.trim_end_matches('.').len());
    let roughly = if found.iter().chain(&shown).any(|(.., of)| number(*of).is_some()) { "roughly " } else { "" };
    let _ = write!(last, " ({roughly}estimated from {}).", counted(seeds, "seed"));
    Some(said.join(" "))
}

/// A sentence for each kind of number.
fn sentences(all: &[(&str, &Paired, Enough)], what: &dyn Fn(bool) -> String) -> Vec<String> {
    let of = |kind: fn(&Enough) -> bool| -> Vec<&str> {
        all.iter().filter(|(.., enough)| kind(enough)).map(|(name, ..)| *name).collect()
    };
    let names = |of: &[&str]| joined(&of.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let against = |of: &[&str]| if of.len() < all.len() { format!(" against {}", names(of)) } else { String::new() };
    let mut said = Vec::new();
    let mut seeds: Vec<(usize, &str)> =
        all.iter().filter_map(|(name, _, enough)| Some((number(*enough)?, *name))).collect();
    seeds.sort_unstable();
    match seeds.as_slice() {
        [] => {}
        [(seeds, name)] => {
            let (what, against) = (what(false), against(&[*name]));
            said.push(format!("About {seeds} seeds {what}{against} in four of five experiments."));
        }
        [(least, first), .., (most, last)] => said.push(format!(
            "About {least} seeds (against {first}) to {most} seeds (against {last}) {} in four of five experiments.",
            what(true)
        )),
    }
    let large = of(|enough| *enough == Enough::Many);
    if !large.is_empty() {
        let what = what(large.len() > 1).replacen("would", "would often not", 1);
        said.push(format!("Even {MOST_TOLD} seeds {what}{}.", against(&large)));
    }
    let never = of(|enough| *enough == Enough::Never);
    if !never.is_empty() {
        let held_out = all.iter().any(|(_, paired, enough)| *enough == Enough::Never && paired.on_held_out_rows());
        let seeds = if held_out { "seeds on the same held-out rows" } else { "splits of the same rows" };
        said.push(format!(
            "No number of {seeds} {}{} in four of five experiments; that takes more rows.",
            what(never.len() > 1),
            against(&never)
        ));
    }
    said
}

fn number(enough: Enough) -> Option<usize> {
    match enough {
        Enough::Seeds(seeds) => Some(seeds),
        _ => None,
    }
}

/// What one pair without a verdict takes, as part of a sentence: `one of this size takes about 34 seeds`; `units` are what was repeated.
pub fn takes(paired: &Paired, units: &str) -> Option<String> {
    let open = matches!(paired.verdict, Verdict::NotToldApart | Verdict::TooFewSeeds);
    let number = match paired.enough() {
        _ if !open => return None,
        Enough::Seeds(seeds) => format!("about {seeds} {units}"),
        Enough::Many => format!("more than {MOST_TOLD} {units}"),
        Enough::Never => format!("more rows, no number of {units} is enough"),
        Enough::Unknown => return None,
    };
    Some(format!("one of this size takes {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::paired;
    use std::collections::BTreeMap;

    /// Ten seeds on which the second is ahead by so much on average.
    fn ahead(by: f64, overlap: f64) -> Paired {
        let seeds = |values: [f64; 10]| -> BTreeMap<u64, Option<f64>> { (0..).zip(values.map(Some)).collect() };
        let second = [0.1, -0.2, 0.3, -0.1, 0.2, -0.3, 0.1, 0.0, -0.2, 0.1].map(|x| x + by);
        paired(&seeds([0.0; 10]), &seeds(second), overlap)
    }

    #[test]
    fn each_kind_of_number_has_its_sentence() {
        let said = |pairs: &[(&str, f64, f64)], margin| {
            let pairs: Vec<_> = pairs.iter().map(|(name, by, overlap)| (*name, ahead(*by, *overlap))).collect();
            enough(&pairs.iter().map(|(name, paired)| (*name, paired)).collect::<Vec<_>>(), margin)
        };
        let one = said(&[("b", 0.1, 0.0)], None).unwrap();
        assert!(one.starts_with("About ") && one.ends_with(
            " seeds would find a difference of this size in four of five experiments (roughly estimated from 10 seeds)."
        ), "{one}");
        assert_eq!(
            said(&[("b", 0.02, 1.0 / 3.0)], None).unwrap(),
            "No number of splits of the same rows would find a difference of this size in four of five experiments; that takes more rows \
             (estimated from 10 seeds)."
        );
        assert_eq!(
            said(&[("b", 0.001, 0.0)], None).unwrap(),
            "Even 1000 seeds would often not find a difference of this size (estimated from 10 seeds)."
        );
        let two = said(&[("b", 0.1, 0.0), ("c", 0.05, 0.0), ("d", 0.001, 0.0)], None).unwrap();
        assert!(
            two.starts_with("About ")
                && two.contains(" seeds (against b) to ")
                && two.contains(" seeds (against c) would find"),
            "{two}"
        );
        assert!(two.contains("Even 1000 seeds would often not find a difference of this size against d"), "{two}");
        let within = said(&[("b", 0.02, 0.0)], Some(0.1)).unwrap();
        assert!(
            within.contains(
                " seeds would show that two equal methods are the same within 0.1 in four of five experiments"
            ),
            "{within}"
        );
        assert_eq!(said(&[], None), None);
    }
}
