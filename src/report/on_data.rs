//! The methods on one data set, in words.

use super::enough::enough;
use super::holds::place;
use super::phrases::{difference, figure, joined, most, plain, size, tested};
use crate::analysis::{OnData, Paired, Ranked, Verdict, stats};
use crate::record::counted;

/// Who reaches the best figure, and what that says of each other one.
pub fn on_data(on: &OnData, margin: Option<f64>) -> String {
    let Some((best, mean)) = on.methods.first().and_then(|best| Some((best, best.mean?))) else {
        return format!("On {} every setting of every method diverged or failed for some seed.", on.data);
    };
    if on.methods.len() == 1 {
        let (place, metric, figure) = (place(on), tested(&on.metric), figure(mean));
        let reaches = format!("{place} {} reaches a {metric} of {figure}", best.method);
        return format!("{reaches} {}; there is no other one to compare it with.", mean_of(best));
    }
    if let Some(baseline) = on.baseline {
        return against_baseline(on, baseline, margin);
    }
    let leaders = leaders(on);
    let head = head(on, best, mean, &leaders);
    // Of those that share the highest mean nothing more is to be said.
    let behind = on.pairs.iter().filter(|(first, j, _)| *first == 0 && !leaders.contains(&on.methods[*j].method));
    let pairs = behind.map(|(_, j, paired)| (on.methods[*j].method.as_str(), paired.verdict, paired)).collect();
    Others { pairs, margin }.behind(head, if leaders.len() > 1 { &best.method } else { "it" })
}

/// The methods with the highest mean; several where they have the same.
pub fn leaders(on: &OnData) -> Vec<String> {
    let Some(most) = on.methods.first().and_then(|best| best.mean) else { return Vec::new() };
    let with_it = on.methods.iter().take_while(|method| method.mean.is_some_and(|mean| stats::equal(mean, most)));
    with_it.map(|method| method.method.clone()).collect()
}

/// `On iris a reaches the highest test accuracy, 0.9000 (mean of 8 seeds, …)`
fn head(on: &OnData, best: &Ranked, mean: f64, leaders: &[String]) -> String {
    let what = format!("the {} {}, {}", most(&on.metric), tested(&on.metric), figure(mean));
    let (place, statistics) = (place(on), mean_of(best));
    if leaders.len() > 1 {
        format!("{place} {} share {what} {statistics}", joined(leaders))
    } else {
        format!("{place} {} reaches {what} {statistics}", best.method)
    }
}

/// `(mean of 8 seeds, 95 % interval [0.9500, 0.9700])`
fn mean_of(best: &Ranked) -> String {
    let interval = best.interval.map(|i| format!(", 95 % interval {}", plain(&i))).unwrap_or_default();
    format!("(mean of {}{interval})", counted(best.seeds, "seed"))
}

/// The most methods that are told with how far they differ.
const MOST_SIZED: usize = 3;

/// All methods but one, which is compared with them: each with the verdict on it and the figures.
struct Others<'d> {
    pairs: Vec<(&'d str, Verdict, &'d Paired)>,
    margin: Option<f64>,
}

impl<'d> Others<'d> {
    fn with(&self, verdict: Verdict) -> Vec<(&'d str, &'d Paired)> {
        let of = self.pairs.iter().filter(|(_, of, _)| *of == verdict);
        of.map(|(name, _, paired)| (*name, *paired)).collect()
    }

    /// Their names, each with what `of` says of it.
    fn listed(&self, verdict: Verdict, of: impl Fn(&Paired) -> String) -> Option<String> {
        let one = |(name, paired): (&str, &Paired)| match of(paired) {
            said if said.is_empty() => name.to_owned(),
            said => format!("{name} ({said})"),
        };
        let listed: Vec<String> = self.with(verdict).into_iter().map(one).collect();
        (!listed.is_empty()).then(|| joined(&listed))
    }

    /// The most seeds that a verdict takes, where some have too few.
    fn needed(&self) -> Option<usize> {
        self.with(Verdict::TooFewSeeds).iter().map(|(_, paired)| paired.seeds_at_least).max()
    }

    /// How many seeds would be enough for those that are open; with a leading space.
    fn enough(&self) -> String {
        let mut open = self.with(Verdict::NotToldApart);
        open.extend(self.with(Verdict::TooFewSeeds));
        enough(&open, self.margin).map_or(String::new(), |said| format!(" {said}"))
    }

    /// What is in the way of verdicts, and for which of them.
    fn blocked(&self) -> Option<(Verdict, String)> {
        let blocked: Vec<_> = self.pairs.iter().filter(|(_, verdict, _)| verdict.is_blocked()).collect();
        let names: Vec<String> = blocked.iter().map(|(name, ..)| (*name).to_owned()).collect();
        blocked.first().map(|(_, why, _)| (*why, joined(&names)))
    }

    /// What is said of all of them behind the leader.
    fn behind(&self, head: String, subject: &str) -> String {
        let few = self.with(Verdict::TooFewSeeds).len();
        if let Some(needed) = self.needed().filter(|_| few == self.pairs.len()) {
            let why = format!("{head}, but with so few seeds chance explains a difference of any size");
            return format!("{why}: {}.{}", takes(needed), self.enough());
        }
        let margin = self.margin.unwrap_or_default();
        let mut clauses = vec![head];
        let mut say = |verdict: Verdict, words: &str, of: &dyn Fn(&Paired) -> String| {
            clauses.extend(self.listed(verdict, of).map(|listed| format!("{words} {listed}")));
        };
        say(Verdict::Better, &format!("{subject} is better than"), &difference);
        say(Verdict::Worse, &format!("on the seeds that both have, {subject} is worse than"), &difference);
        let ahead = |paired: &Paired| format!("ahead {}", size(paired));
        say(Verdict::SameWithinMargin, &format!("within {margin} {subject} is the same as"), &ahead);
        say(Verdict::Same, &format!("{subject} gives the same results as"), &|_| String::new());
        clauses.extend(self.open().map(|open| format!("{subject} is not told apart from {open}")));
        if let Some((needed, names)) = self.needed().zip(self.listed(Verdict::TooFewSeeds, |_| String::new())) {
            clauses.push(format!("against {names} there are too few seeds: {}", takes(needed)));
        }
        clauses.extend(self.blocked().map(|(why, names)| format!("against {names} there is {}", why.words())));
        let certain = if self.pairs.iter().any(|(.., paired)| paired.certain) { CERTAIN } else { "" };
        format!("{}.{certain}{}", clauses.join("; "), self.enough())
    }

    /// `b (difference 0.0100 [-0.0100, 0.0300], p = 0.310): chance can explain the difference`
    fn open(&self) -> Option<String> {
        let count = self.with(Verdict::NotToldApart).len();
        let sized = |paired: &Paired| match paired.difference {
            Some(_) if count <= MOST_SIZED => difference(paired).replacen("by", "difference", 1),
            _ => String::new(),
        };
        let what = if count == 1 { "the difference" } else { "these differences" };
        Some(format!("{}: chance can explain {what}", self.listed(Verdict::NotToldApart, sized)?))
    }
}

const CERTAIN: &str = " The seeds change nothing here: every run of a setting is the same, so this is certain.";

fn takes(needed: usize) -> String {
    format!("a verdict takes at least {needed}, or 2 where the seeds change nothing")
}

/// All methods against the one that they are compared with.
fn against_baseline(on: &OnData, baseline: usize, margin: Option<f64>) -> String {
    let of = &on.methods[baseline];
    let reaches = of.mean.map_or("trains for no seed".to_owned(), |mean| {
        format!("has a {} of {} (mean of {})", tested(&on.metric), figure(mean), counted(of.seeds, "seed"))
    });
    let other = |(i, j, paired): &'_ (usize, usize, Paired)| {
        // Differences are first − second.
        let verdict = match (*i == baseline, paired.verdict) {
            (true, Verdict::Better) => Verdict::Worse,
            (true, Verdict::Worse) => Verdict::Better,
            (_, verdict) => verdict,
        };
        (if *i == baseline { *j } else { *i }, verdict)
    };
    let pairs = on.pairs.iter().map(|pair| {
        let (place, verdict) = other(pair);
        (on.methods[place].method.as_str(), verdict, &pair.2)
    });
    let others = Others { pairs: pairs.collect(), margin };
    let within = margin.map_or(String::new(), |margin| format!(" within {margin}"));
    let mut clauses: Vec<String> = Vec::new();
    let mut say = |verdict: Verdict, words: &str, of: &dyn Fn(&Paired) -> String| {
        let verb = if others.with(verdict).len() > 1 {
            words.replace(" is", " are").replace(" has", " have")
        } else {
            words.to_owned()
        };
        clauses.extend(others.listed(verdict, of).map(|listed| format!("{verb} {listed}")));
    };
    say(Verdict::Better, "better is", &difference);
    say(Verdict::Worse, "worse is", &difference);
    say(Verdict::SameWithinMargin, &format!("the same{within} is"), &size);
    say(Verdict::Same, "the same results has", &|_| String::new());
    let is = if others.with(Verdict::NotToldApart).len() > 1 { "are" } else { "is" };
    let few = if others.with(Verdict::TooFewSeeds).len() > 1 { "have" } else { "has" };
    clauses.extend(others.open().map(|open| format!("not told apart from it {is} {open}")));
    clauses.extend(
        others.listed(Verdict::TooFewSeeds, |_| String::new()).map(|listed| format!("too few seeds {few} {listed}")),
    );
    clauses.extend(others.blocked().map(|(why, _)| why.words().to_owned()));
    clauses.extend(others.needed().map(takes));
    let place = place(on);
    format!("{place} the baseline, {}, {reaches}; {}.{}", of.method, clauses.join("; "), others.enough())
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::analysis::{Ranked, Sampled, paired};
    use std::collections::BTreeMap;

    /// Methods with these metrics on eight seeds, all of one method the same; the best first.
    pub fn with(methods: &[(&str, Option<f64>)]) -> OnData {
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
        let pair = |j: usize| (0, j, paired(&seeds(methods[j].1), &seeds(methods[0].1), 0.0));
        OnData {
            data: "iris".to_owned(),
            metric: "accuracy".to_owned(),
            methods: methods.iter().map(ranked).collect(),
            pairs: (1..methods.len()).map(pair).collect(),
            conditions: Vec::new(),
            sampled: Sampled::Splits { overlap: 1.0 / 3.0 },
            includes_test_rows: true,
            flat: None,
            stops_early: false,
            baseline: None,
        }
    }

    fn said(methods: &[(&str, Option<f64>)]) -> String {
        on_data(&with(methods), None)
    }

    #[test]
    fn equal_means_are_shared() {
        assert_eq!(
            said(&[("a", Some(0.9)), ("b", Some(0.9)), ("c", Some(0.8))]),
            "On iris a and b share the highest test accuracy, 0.9000 (mean of 8 seeds); a is better than c (by 0.1000, p = 0.008)."
        );
        assert_eq!(
            said(&[("a", Some(0.9)), ("b", Some(0.9))]),
            "On iris a and b share the highest test accuracy, 0.9000 (mean of 8 seeds)."
        );
    }

    #[test]
    fn a_method_without_results_is_not_said_to_diverge() {
        let said = said(&[("a", Some(0.9)), ("newton", None)]);
        assert!(said.ends_with("it is better than newton (no result for 8 seeds, p = 0.008)."), "{said}");
    }

    /// One method that lacks seeds says nothing of the others.
    #[test]
    fn too_few_seeds_are_those_of_a_pair() {
        let mut on = with(&[("a", Some(0.9)), ("b", Some(0.8)), ("c", Some(0.7))]);
        on.pairs[1].2 = paired(&BTreeMap::from([(0, Some(0.7))]), &BTreeMap::from([(0, Some(0.9))]), 0.0);
        let said = on_data(&on, None);
        let expected = "it is better than b (by 0.1000, p = 0.008); against c there are too few seeds: a verdict takes at least 6, \
                        or 2 where the seeds change nothing.";
        assert!(said.ends_with(expected), "{said}");
        on.pairs.remove(0);
        assert!(on_data(&on, None).contains("but with so few seeds chance explains"), "{}", on_data(&on, None));
    }

    /// With unpaired seeds the higher mean can be the worse one on the seeds that both have.
    #[test]
    fn a_verdict_against_the_leader_is_said() {
        let mut on = with(&[("a", Some(0.9)), ("b", Some(0.8))]);
        on.pairs[0].2.verdict = Verdict::Worse;
        assert!(
            on_data(&on, None).contains("on the seeds that both have, it is worse than b"),
            "{}",
            on_data(&on, None)
        );
    }
}
