//! The methods on several data sets, each by itself, in words.

use super::enough::enough;
use super::on_data::leaders;
use super::phrases::{difference, figure, joined, most, tested};
use crate::analysis::{OnData, OverData, Paired, Verdict};
use crate::record::counted;

/// Over single data sets: which pairs are told apart on which. None if they have too few seeds and the verdict over data sets
/// stands alone: then `holds` says so once for all questions.
pub fn on_several(data: &[OnData], over: Option<&OverData>, margin: Option<f64>) -> Option<String> {
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
    let same = margin.and_then(|margin| same_within(data, margin)).map_or(String::new(), |same| format!("; {same}"));
    let leaders = if tested_over { String::new() } else { format!("; {}", highest(data)) };
    let clearest = if apart.is_empty() { clearest(data, margin) } else { None };
    let clearest = clearest.map_or(String::new(), |said| format!(" {said}"));
    Some(format!("{told}{}{same}{leaders}.{clearest}", blocked.unwrap_or_default()))
}

/// Where no pair is told apart: which one is the closest to it, and how many seeds would be enough for that one.
fn clearest(data: &[OnData], margin: Option<f64>) -> Option<String> {
    let open = data.iter().flat_map(|on| on.pairs.iter().map(move |pair| (on, pair))).filter(|(_, (.., paired))| {
        matches!(paired.verdict, Verdict::NotToldApart | Verdict::TooFewSeeds) && paired.difference.is_some()
    });
    let p = |paired: &Paired| paired.p.unwrap_or(1.0);
    let (on, (i, j, paired)) = open.min_by(|(_, a), (_, b)| p(&a.2).total_cmp(&p(&b.2)))?;
    let [first, second] = [i, j].map(|place| on.methods[*place].method.as_str());
    let size = difference(paired).replacen("by ", "", 1);
    let enough = enough(&[(second, paired)], margin).map_or(String::new(), |said| format!(" {said}"));
    Some(format!("The clearest difference is that of {first} and {second} on {} ({size}).{enough}", on.data))
}

/// `a and b are the same within 0.02 on iris and wine`; of many pairs how many there are.
fn same_within(data: &[OnData], margin: f64) -> Option<String> {
    let mut same: Vec<([&str; 2], Vec<String>)> = Vec::new();
    for on in data {
        for (i, j, _) in on.pairs.iter().filter(|(.., paired)| paired.verdict == Verdict::SameWithinMargin) {
            let mut names = [i, j].map(|place| on.methods[*place].method.as_str());
            names.sort_unstable();
            match same.iter_mut().find(|(known, _)| *known == names) {
                Some((_, sets)) => sets.push(on.data.clone()),
                None => same.push((names, vec![on.data.clone()])),
            }
        }
    }
    if same.len() > MOST_GROUPS {
        let count: usize = same.iter().map(|(_, sets)| sets.len()).sum();
        let of: usize = data.iter().map(|on| on.pairs.len()).sum();
        return Some(format!("{count} of {} are the same within {margin}", counted(of, "pair")));
    }
    let one = |([a, b], sets): &([&str; 2], Vec<String>)| {
        format!("{a} and {b} are the same within {margin} on {}", joined(sets))
    };
    let same: Vec<String> = same.iter().map(one).collect();
    (!same.is_empty()).then(|| same.join("; "))
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
    let (method, metric) = (&on.methods[0].method, tested(&on.metric));
    format!("{method} reaches a {metric} of {}; there is no other one to compare it with.", joined(&each))
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

#[cfg(test)]
mod tests {
    use super::super::on_data::tests::with;
    use super::*;

    #[test]
    fn single_data_sets_name_their_pairs() {
        let on = |data: &str, methods: &[(&str, Option<f64>)]| OnData { data: data.to_owned(), ..with(methods) };
        let (a, b) = (("a", Some(0.9)), ("b", Some(0.8)));
        let said =
            on_several(&[on("x", &[a, b]), on("y", &[("b", Some(0.95)), a]), on("z", &[a, b])], None, None).unwrap();
        assert_eq!(
            said,
            "On single data sets a is better than b on x and z; b is better than a on y; the highest means are those of a on x and \
             z; b on y."
        );
        let mut within = [on("x", &[a, b]), on("y", &[b, a])];
        within.iter_mut().for_each(|on| on.pairs[0].2.verdict = Verdict::SameWithinMargin);
        let said = on_several(&within, None, Some(0.02)).unwrap();
        assert!(
            said.contains("no pair is told apart; a and b are the same within 0.02 on x and y; the highest"),
            "{said}"
        );
        // What holds for several pairs alike is said once.
        let c = ("c", Some(0.7));
        let one_behind = [a, c, ("b", Some(0.9))];
        let said = on_several(&[on("x", &[a, b, c]), on("y", &one_behind)], None, None).unwrap();
        assert!(
            said.starts_with("On single data sets a is better than c on x and y; a is better than b on x;"),
            "{said}"
        );
        let last = |on: &OnData, place: usize| (place, 2, on.pairs[1].2.clone());
        let mut both = with(&[a, ("b", Some(0.9)), c]);
        both.pairs = vec![last(&both, 0), last(&both, 1)];
        let said = on_several(&[OnData { data: "x".to_owned(), ..both }, on("y", &[a])], None, None).unwrap();
        assert!(said.starts_with("On single data sets a and b are better than c on x;"), "{said}");
    }
}
