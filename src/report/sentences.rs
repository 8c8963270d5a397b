//! Conclusions in words: the same on the terminal, the page and in Markdown. The plain sentence comes first, its statistics in
//! brackets after it.

use super::claims::words;
use super::contrasts;
use super::flat;
use super::holds::{conditions, place, scope};
use super::importance;
use super::over_data::over_data;
use super::phrases::{difference, figure, joined, metric, most, plain, size};
use super::protocol::{compared, tuned};
use super::sooner::sooner;
use super::sources;
use crate::analysis::{Account, Conclusions, Judged, OnData, OverData, Paired, Question, Verdict};
use crate::record::counted;

/// The answers to the experiment's questions, a paragraph each, and what they hold for.
#[must_use]
pub fn answers(conclusions: &Conclusions) -> Vec<String> {
    if let Some(account) = conclusions.accounts.iter().find(|account| account.pending) {
        let so = if account.untuned { "So nothing is compared." } else { "Nothing is compared before that." };
        return vec![format!("{} {so}", tuned(account))];
    }
    let several = conclusions.questions.len() > 1;
    let asked = !conclusions.judge.target.is_usual();
    let of = |(place, question): (usize, &Question)| {
        let speed = if place == 0 { sooner(&question.sooner, asked) } else { None };
        let said = answer(question, conclusions.judge.margin, speed);
        if several { format!("{}: {said}", compared(&question.keys)) } else { said }
    };
    let claim = conclusions.claim.iter().map(claimed);
    let mut all: Vec<String> = claim.chain(conclusions.questions.iter().enumerate().map(of)).collect();
    all.extend(contrasts::sentences(&conclusions.contrasts, conclusions.judge.margin));
    let of_question = |account: &Account| {
        if several { format!("{}: {}", compared(&account.protocol.compare), tuned(account)) } else { tuned(account) }
    };
    all.extend(conclusions.accounts.iter().map(of_question));
    all.extend(importance::sentences(&conclusions.importance));
    all.extend(sources::sentences(&conclusions.sources));
    all.extend(scope(conclusions));
    all
}

/// The claim and what the runs say of it.
fn claimed(claim: &Judged) -> String {
    let of = &claim.estimated.claim;
    let end = if of.words.ends_with('.') { "" } else { "." };
    format!("{}: {}{end} {}", of.row, of.words, words::answer(claim))
}

/// What the test part shows, then speed, and last what both hold for.
fn answer(question: &Question, margin: Option<f64>, speed: Option<String>) -> String {
    let mut sentences: Vec<String> = question.over_data.iter().map(|over| over_data(over, margin)).collect();
    match question.data.as_slice() {
        [] => sentences.push("There are no runs.".to_owned()),
        [on] => sentences.push(on_data(on, margin)),
        data => sentences.extend(many(data, question.over_data.as_ref())),
    }
    sentences.extend(flat::ranges(question, margin));
    sentences.extend(speed);
    sentences.extend(conditions(&question.data));
    sentences.join(" ")
}

/// Over single data sets: which pairs are told apart on which. None if they have too few seeds and the verdict over data sets
/// stands alone: then [`scope`] says so once for all questions.
fn many(data: &[OnData], over: Option<&OverData>) -> Option<String> {
    let pairs = || data.iter().flat_map(|on| on.pairs.iter().map(|(_, _, paired)| paired));
    let apart = apart(data);
    let tested_over = over.is_some_and(|over| over.level > 0.0);
    let few = pairs().filter(|paired| paired.verdict == Verdict::TooFewSeeds).map(|paired| paired.seeds_at_least).max();
    let blocked = pairs().map(|paired| paired.verdict).find(|verdict| verdict.is_blocked());
    let told = match (apart.is_empty(), few) {
        (false, _) => {
            let more: usize = apart.iter().skip(MOST_GROUPS).map(Apart::pairs).sum();
            let rest = if more > 0 { format!("; and {} more", counted(more, "pair")) } else { String::new() };
            let listed: Vec<String> = apart.iter().take(MOST_GROUPS).map(Apart::in_words).collect();
            format!("On single data sets {}{rest}", listed.join("; "))
        }
        (true, _) if pairs().next().is_none() => return Some(alone(data)),
        (true, Some(_)) if tested_over && blocked.is_none() => return None,
        (true, Some(needed)) => {
            format!("On single data sets no pair is told apart; a verdict takes at least {needed} seeds")
        }
        (true, None) => "On single data sets no pair is told apart".to_owned(),
    };
    let blocked = blocked.map(|why| {
        let count = pairs().filter(|paired| paired.verdict.is_blocked()).count();
        format!("; {} of {} have {}", count, counted(pairs().count(), "pair"), why.words())
    });
    let leaders = if tested_over { String::new() } else { format!("; {}", highest(data)) };
    Some(format!("{told}{}{leaders}.", blocked.unwrap_or_default()))
}

/// More groups of pairs than these are left to the tables.
const MOST_GROUPS: usize = 6;

/// Each of the first methods is better than each of the second ones, on these data sets.
struct Apart<'d> {
    better: Vec<&'d str>,
    than: Vec<&'d str>,
    on: Vec<String>,
}

impl Apart<'_> {
    fn pairs(&self) -> usize {
        self.better.len() * self.than.len()
    }

    /// `adam and nadam are better than momentum on digits and wine`
    fn in_words(&self) -> String {
        let names = |of: &[&str]| joined(&of.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let are = if self.better.len() > 1 { "are" } else { "is" };
        format!("{} {are} better than {} on {}", names(&self.better), names(&self.than), joined(&self.on))
    }
}

/// All pairs that have a verdict, those together that can be said together; what holds on the most data sets first.
fn apart(data: &[OnData]) -> Vec<Apart<'_>> {
    let mut pairs: Vec<Apart<'_>> = Vec::new();
    for on in data {
        for (i, j, paired) in &on.pairs {
            let names = [on.methods[*i].method.as_str(), on.methods[*j].method.as_str()];
            let [better, than] = match paired.verdict {
                Verdict::Better => names,
                Verdict::Worse => [names[1], names[0]],
                _ => continue,
            };
            match pairs.iter_mut().find(|known| known.better == [better] && known.than == [than]) {
                Some(known) => known.on.push(on.data.clone()),
                None => pairs.push(Apart { better: vec![better], than: vec![than], on: vec![on.data.clone()] }),
            }
        }
    }
    let mut of_one: Vec<Apart<'_>> = Vec::new();
    for pair in pairs {
        match of_one.iter_mut().find(|known| known.better == pair.better && known.on == pair.on) {
            Some(known) => known.than.extend(pair.than),
            None => of_one.push(pair),
        }
    }
    let mut groups: Vec<Apart<'_>> = Vec::new();
    for mut group in of_one {
        group.than.sort_unstable();
        match groups.iter_mut().find(|known| known.than == group.than && known.on == group.on) {
            Some(known) => known.better.extend(group.better),
            None => groups.push(group),
        }
    }
    groups.iter_mut().for_each(|group| group.better.sort_unstable());
    groups.sort_by_key(|group| std::cmp::Reverse(group.on.len()));
    groups
}

/// One method on several data sets.
fn alone(data: &[OnData]) -> String {
    let each: Vec<String> =
        data.iter().filter_map(|on| Some(format!("{} on {}", figure(on.methods.first()?.mean?), on.data))).collect();
    let Some(on) = data.first().filter(|_| !each.is_empty()) else {
        return "No method trains for every seed.".to_owned();
    };
    let (method, metric) = (&on.methods[0].method, metric(&on.metric));
    format!("{method} reaches a test {metric} of {}; there is no other one to compare it with.", joined(&each))
}

/// Which methods have the highest mean on which data sets.
fn highest(data: &[OnData]) -> String {
    let mut first: Vec<(String, Vec<String>)> = Vec::new();
    for on in data {
        let leaders = joined(&leaders(on));
        match first.iter_mut().find(|(known, _)| *known == leaders) {
            _ if leaders.is_empty() => {}
            Some((_, sets)) => sets.push(on.data.clone()),
            None => first.push((leaders, vec![on.data.clone()])),
        }
    }
    if first.is_empty() {
        return "no method trains for every seed".to_owned();
    }
    let first: Vec<String> = first.iter().map(|(leaders, sets)| format!("{leaders} on {}", joined(sets))).collect();
    format!("the {} means are those of {}", most(&data[0].metric), first.join("; "))
}

/// The methods with the highest mean; several where they have the same.
fn leaders(on: &OnData) -> Vec<String> {
    use crate::analysis::stats::equal;
    let Some(most) = on.methods.first().and_then(|best| best.mean) else { return Vec::new() };
    let with_it = on.methods.iter().take_while(|method| method.mean.is_some_and(|mean| equal(mean, most)));
    with_it.map(|method| method.method.clone()).collect()
}

fn on_data(on: &OnData, margin: Option<f64>) -> String {
    let Some((best, mean)) = on.methods.first().and_then(|best| Some((best, best.mean?))) else {
        return format!("On {} every setting of every method diverged or failed for some seed.", on.data);
    };
    let place = place(on);
    let interval = best.interval.map(|i| format!(", 95 % interval {}", plain(&i))).unwrap_or_default();
    if let Some(baseline) = on.baseline.filter(|_| on.methods.len() > 1) {
        return against_baseline(on, baseline, margin);
    }
    let (leaders, metric) = (leaders(on), metric(&on.metric));
    let statistics = format!("(mean of {}{interval})", counted(best.seeds, "seed"));
    if on.methods.len() == 1 {
        let reaches = format!("{place} {} reaches a test {metric} of {}", best.method, figure(mean));
        return format!("{reaches} {statistics}; there is no other one to compare it with.");
    }
    let shared = leaders.len() > 1;
    let head = if shared {
        format!(
            "{place} {} share the {} test {metric}, {} {statistics}",
            joined(&leaders),
            most(&on.metric),
            figure(mean)
        )
    } else {
        format!("{place} {} reaches the {} test {metric}, {} {statistics}", best.method, most(&on.metric), figure(mean))
    };
    let subject = if shared { best.method.as_str() } else { "it" };
    // Of those that share the highest mean nothing more is to be said.
    let behind = on.pairs.iter().filter(|(first, j, _)| *first == 0 && !leaders.contains(&on.methods[*j].method));
    let behind: Vec<(&str, &Paired)> = behind.map(|(_, j, paired)| (on.methods[*j].method.as_str(), paired)).collect();
    let named = |of: &dyn Fn(&Paired) -> bool| -> Vec<String> {
        behind.iter().filter(|(_, paired)| of(paired)).map(|(name, _)| (*name).to_owned()).collect()
    };
    let few = named(&|paired| paired.verdict == Verdict::TooFewSeeds);
    let needed = behind.iter().filter(|(_, p)| p.verdict == Verdict::TooFewSeeds).map(|(_, p)| p.seeds_at_least).max();
    if let Some(needed) = needed.filter(|_| few.len() == behind.len()) {
        return format!("{head}, but with so few seeds chance explains a difference of any size: {}.", takes(needed));
    }
    let with = |verdict: Verdict| -> Vec<String> {
        let of = behind.iter().filter(|(_, paired)| paired.verdict == verdict);
        of.map(|(name, paired)| format!("{name} ({})", difference(paired))).collect()
    };
    let (better, worse) = (with(Verdict::Better), with(Verdict::Worse));
    let mut clauses = Vec::new();
    if !better.is_empty() {
        clauses.push(format!("{subject} is better than {}", joined(&better)));
    }
    if !worse.is_empty() {
        clauses.push(format!("on the seeds that both have, {subject} is worse than {}", joined(&worse)));
    }
    let same: Vec<String> = behind
        .iter()
        .filter(|(_, paired)| paired.verdict == Verdict::SameWithinMargin)
        .map(|(name, paired)| format!("{name} (ahead {})", size(paired)))
        .collect();
    if !same.is_empty() {
        let margin = margin.unwrap_or_default();
        clauses.push(format!("within {margin} {subject} is the same as {}", joined(&same)));
    }
    let equal = named(&|paired| paired.verdict == Verdict::Same);
    if !equal.is_empty() {
        clauses.push(format!("{subject} gives the same results as {}", joined(&equal)));
    }
    clauses.extend(not_told_apart(subject, &behind));
    if let Some(needed) = needed {
        clauses.push(format!("against {} there are too few seeds: {}", joined(&few), takes(needed)));
    }
    let blocked = behind.iter().map(|(_, paired)| paired.verdict).find(|verdict| verdict.is_blocked());
    if let Some(why) = blocked {
        let which = named(&|paired| paired.verdict.is_blocked());
        clauses.push(format!("against {} there is {}", joined(&which), why.words()));
    }
    let certain = behind.iter().any(|(_, paired)| paired.certain);
    let certain = if certain {
        " The seeds change nothing here: every run of a setting is the same, so this is certain."
    } else {
        ""
    };
    let said = if clauses.is_empty() { head } else { format!("{head}; {}", clauses.join("; ")) };
    format!("{said}.{certain}")
}

/// The most methods that are told with how far they differ.
const MOST_SIZED: usize = 3;

/// Those that chance may have put behind the first.
fn not_told_apart(subject: &str, behind: &[(&str, &Paired)]) -> Option<String> {
    let open: Vec<_> = behind.iter().filter(|(_, paired)| paired.verdict == Verdict::NotToldApart).collect();
    let one = |(name, paired): &&(&str, &Paired)| match paired.difference {
        Some(_) if open.len() <= MOST_SIZED => {
            format!("{name} ({})", difference(paired).replacen("by", "difference", 1))
        }
        _ => (*name).to_owned(),
    };
    let what = if open.len() == 1 { "the difference" } else { "these differences" };
    let names: Vec<String> = open.iter().map(one).collect();
    (!names.is_empty())
        .then(|| format!("{subject} is not told apart from {}: chance can explain {what}", joined(&names)))
}

/// All methods against the one that they are compared with.
fn against_baseline(on: &OnData, baseline: usize, margin: Option<f64>) -> String {
    let of = &on.methods[baseline];
    let reaches = of.mean.map_or("trains for no seed".to_owned(), |mean| {
        format!("has a test {} of {} (mean of {})", metric(&on.metric), figure(mean), counted(of.seeds, "seed"))
    });
    let mut clauses: Vec<String> = Vec::new();
    let margin = margin.map_or(String::new(), |margin| format!(" within {margin}"));
    let kinds = [
        (Verdict::Better, "better is "),
        (Verdict::Worse, "worse is "),
        (Verdict::SameWithinMargin, "the same{margin} is "),
        (Verdict::Same, "the same results has "),
        (Verdict::NotToldApart, "not told apart from it is "),
        (Verdict::TooFewSeeds, "too few seeds has "),
    ];
    let pairs: Vec<(&str, Verdict, &Paired)> = on
        .pairs
        .iter()
        .map(|(i, j, paired)| {
            let other = if *i == baseline { *j } else { *i };
            // Differences are first − second.
            let verdict = match (*i == baseline, paired.verdict) {
                (true, Verdict::Better) => Verdict::Worse,
                (true, Verdict::Worse) => Verdict::Better,
                (_, verdict) => verdict,
            };
            (on.methods[other].method.as_str(), verdict, paired)
        })
        .collect();
    for (kind, words) in kinds {
        let told = pairs.iter().filter(|(_, verdict, _)| *verdict == kind).map(|(name, _, paired)| match kind {
            Verdict::Better | Verdict::Worse => format!("{name} ({})", difference(paired)),
            Verdict::SameWithinMargin => format!("{name} ({})", size(paired)),
            _ => (*name).to_owned(),
        });
        let told: Vec<String> = told.collect();
        if !told.is_empty() {
            let words = words.replace("{margin}", &margin);
            let words = if told.len() > 1 { words.replace(" is ", " are ").replace(" has ", " have ") } else { words };
            clauses.push(format!("{words}{}", joined(&told)));
        }
    }
    let needed =
        pairs.iter().filter(|(_, verdict, _)| *verdict == Verdict::TooFewSeeds).map(|(.., p)| p.seeds_at_least);
    let needed = needed.max().map_or(String::new(), |needed| format!("; {}", takes(needed)));
    let blocked = pairs.iter().map(|(_, verdict, _)| *verdict).find(|verdict| verdict.is_blocked());
    clauses.extend(blocked.map(|why| why.words().to_owned()));
    format!("{} the baseline, {}, {reaches}; {}{needed}.", place(on), of.method, clauses.join("; "))
}

fn takes(needed: usize) -> String {
    format!("a verdict takes at least {needed}, or 2 where the seeds change nothing")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Ranked, Sampled, paired};
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

    #[test]
    fn single_data_sets_name_their_pairs() {
        let on = |data: &str, methods: &[(&str, Option<f64>)]| OnData { data: data.to_owned(), ..with(methods) };
        let (a, b) = (("a", Some(0.9)), ("b", Some(0.8)));
        let said = many(&[on("x", &[a, b]), on("y", &[("b", Some(0.95)), a]), on("z", &[a, b])], None).unwrap();
        assert_eq!(
            said,
            "On single data sets a is better than b on x and z; b is better than a on y; the highest means are those of a on x and \
             z; b on y."
        );
        // What holds for several pairs alike is said once.
        let c = ("c", Some(0.7));
        let one_behind = [a, c, ("b", Some(0.9))];
        let said = many(&[on("x", &[a, b, c]), on("y", &one_behind)], None).unwrap();
        assert!(
            said.starts_with("On single data sets a is better than c on x and y; a is better than b on x;"),
            "{said}"
        );
        let last = |on: &OnData, place: usize| (place, 2, on.pairs[1].2.clone());
        let mut both = with(&[a, ("b", Some(0.9)), c]);
        both.pairs = vec![last(&both, 0), last(&both, 1)];
        let said = many(&[OnData { data: "x".to_owned(), ..both }, on("y", &[a])], None).unwrap();
        assert!(said.starts_with("On single data sets a and b are better than c on x;"), "{said}");
    }
}
