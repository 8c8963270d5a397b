//! What the sentences of answers claim: read as a reader would, so that [`crate::hundred`] can hold each claim against the truth.

use crate::hundred::NAMES;

/// What a sentence claims.
#[derive(Debug)]
pub enum Claim {
    /// The first is better than the second, by an amount within these ends where they are given.
    Better(String, String, Option<[f64; 2]>),
    SameWithin(f64, String, String),
    SameResults(String, String),
    /// The first needs fewer steps, by a factor within these ends; the upper one is missing where there is a lower bound alone.
    Sooner(String, String, f64, Option<f64>),
    /// The slope from dropout 0 to 0.5 lies within these ends.
    Slope([f64; 2]),
    /// What the second method gains on the first, under the second dropout as against the first.
    Effect([String; 2], [String; 2], [f64; 2]),
}

/// All claims of an answer. A sentence of no known kind is a fault of this test.
pub fn claims(answer: &str) -> Vec<Claim> {
    let text = answer.trim_end_matches('.');
    text.split(". ")
        .flat_map(|sentence| claims_of(sentence.trim()).unwrap_or_else(|| panic!("not sorted: {sentence}")))
        .collect()
}

/// What says nothing of which method is better.
const NO_CLAIM: [&str; 33] = [
    "About ",
    "Even 1000 seeds",
    "No number of",
    "The clearest difference",
    "Settings that lack runs",
    "Those on single data sets",
    "Trainings are compared",
    "Verdicts",
    "Each was tuned",
    "This holds",
    "Nothing is said",
    "On single data sets no pair",
    "On single data sets a verdict takes",
    "On some data sets the best rate",
    "The best rate",
    "The one seed",
    "Slope of dropout: no slope",
    "On average over",
    "The best ",
    "(Shares",
    "There are no runs",
    "On single data sets the",
    "no slope of",
    "the effect of",
    "there is none to test",
    "dropout from",
    "At dropout",
    "Which ",
    "The setting of each",
    "Shares of the variance",
    "No method trains",
    "The effect of ",
    "Of the ",
];

fn claims_of(sentence: &str) -> Option<Vec<Claim>> {
    // The heads of questions and contrasts.
    let mut sentence = sentence;
    for head in ["optimizer: ", "case: ", "dropout: ", "Slope of dropout: "] {
        sentence = sentence.strip_prefix(head).unwrap_or(sentence);
    }
    for head in ["Does the effect of optimizer depend on dropout? ", "Does the effect of case depend on dropout? "] {
        sentence = sentence.strip_prefix(head).unwrap_or(sentence);
    }
    if NO_CLAIM.iter().any(|start| sentence.starts_with(start)) {
        return Some(Vec::new());
    }
    if let Some(said) = sentence.strip_prefix("Speed: ") {
        return Some(said.split("; ").flat_map(sooner).collect());
    }
    if sentence.contains("along a straight line") || sentence.contains(" does not change from ") {
        return slope(sentence).map(|claim| vec![claim]);
    }
    if sentence.contains(" instead of ") {
        return effect(sentence);
    }
    if sentence.contains("no slope of")
        || sentence.contains("explains")
        || sentence.contains("is not told apart from the best")
        || sentence.contains("are not told apart from the best")
        || sentence.contains("there is no verdict")
        || sentence.contains("is the same as the best")
    {
        return Some(Vec::new());
    }
    if sentence.starts_with("Over ") || sentence.starts_with("On ") || sentence.starts_with("At ") {
        return Some(compared(sentence));
    }
    None
}

/// Names of compared values in a text, each with the text in the brackets after it, if it has some.
fn named(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let names = NAMES.iter().flat_map(|name| [(*name).to_owned(), format!("named-{name}")]);
    let values = ["dropout 0.2", "dropout 0.5", "dropout 0"].map(str::to_owned);
    for name in names.chain(values) {
        for (at, _) in text.match_indices(&name) {
            let ends = text[at + name.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '.');
            let begins = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '-');
            if ends && begins {
                found.push((at, at + name.len(), name.clone()));
            }
        }
    }
    found.sort_unstable();
    let bracket = |end: usize| {
        let rest = text[end..].strip_prefix(" (")?;
        Some(rest[..rest.find(')')?].to_owned())
    };
    found.into_iter().map(|(_, end, name)| (name, bracket(end).unwrap_or_default())).collect()
}

/// `[0.0100, 0.0300]` in a text.
fn ends(text: &str) -> Option<[f64; 2]> {
    let inner = text.split_once('[')?.1.split_once(']')?.0;
    let (low, high) = inner.split_once(", ")?;
    Some([low.parse().ok()?, high.parse().ok()?])
}

/// The claims about compared values of a sentence on one data set, on single ones or over them.
fn compared(sentence: &str) -> Vec<Claim> {
    let mut all = Vec::new();
    let subject = named(sentence).first().map(|(name, _)| name.clone()).unwrap_or_default();
    for clause in sentence.split("; ") {
        let clause = clause.split(" (mean ranks").next().unwrap();
        if let Some((before, after)) = clause.split_once("better than") {
            let mut better: Vec<String> = named(before).into_iter().map(|(name, _)| name).collect();
            if !before.ends_with(" are ") {
                better.drain(..better.len().saturating_sub(1));
            }
            if better.is_empty() {
                better.push(subject.clone());
            }
            let after = if clause.contains("On single data sets") || !after.contains('(') {
                after.split(" on ").next().unwrap()
            } else {
                after
            };
            for first in &better {
                let claim = |(name, bracket): (String, String)| Claim::Better(first.clone(), name, ends(&bracket));
                all.extend(named(after).into_iter().map(claim));
            }
        } else if let Some((_, after)) = clause.split_once("is worse than") {
            all.extend(named(after).into_iter().map(|(name, bracket)| {
                Claim::Better(name, subject.clone(), ends(&bracket).map(|[low, high]| [-high, -low]))
            }));
        } else if let Some((before, after)) = clause.split_once("is the same as") {
            let margin = number_after(before, "within ");
            all.extend(named(after).into_iter().map(|(name, _)| Claim::SameWithin(margin, subject.clone(), name)));
        } else if let Some((before, after)) = clause.split_once(" are the same within ") {
            let margin = after.split(' ').next().unwrap().parse().unwrap();
            let names: Vec<String> = named(before).into_iter().map(|(name, _)| name).collect();
            for (place, a) in names.iter().enumerate() {
                all.extend(names[place + 1..].iter().map(|b| Claim::SameWithin(margin, a.clone(), b.clone())));
            }
        } else if clause.contains("the same results") {
            let names: Vec<String> = named(clause).into_iter().map(|(name, _)| name).collect();
            let first = if names.len() > 1 { names[0].clone() } else { subject.clone() };
            all.extend(
                names.iter().filter(|name| **name != first).map(|b| Claim::SameResults(first.clone(), b.clone())),
            );
        }
    }
    all
}

fn number_after(text: &str, mark: &str) -> f64 {
    let after = text.rsplit_once(mark).unwrap_or_else(|| panic!("no `{mark}` in {text}")).1;
    after.split([' ', ',', ')']).next().unwrap().parse().unwrap()
}

/// `alpha needs fewer training steps to the target than beta (2.1 times fewer, 95 % interval 1.5 to 3.0, p = 0.01)`
fn sooner(clause: &str) -> Vec<Claim> {
    let Some((before, after)) = clause.split_once(" to the target than ") else { return Vec::new() };
    let Some((first, _)) = named(before).pop() else { return Vec::new() };
    let claim = |(name, bracket): (String, String)| {
        let exact = !bracket.contains("at least");
        let ends = bracket.split_once("95 % interval ").map(|(_, rest)| {
            let rest = rest.split(", p").next().unwrap();
            let (low, high) = rest.split_once(" to ").unwrap();
            (low.parse().unwrap(), high.parse().unwrap())
        });
        let (low, high) = ends.unwrap_or((1.0, f64::INFINITY));
        Claim::Sooner(first.clone(), name, low, exact.then_some(high))
    };
    named(after).into_iter().map(claim).collect()
}

fn slope(sentence: &str) -> Option<Claim> {
    if sentence.contains(" does not change from ") {
        return Some(Claim::Slope([0.0, 0.0]));
    }
    if let Some((_, after)) = sentence.split_once(" changes by less than ") {
        let margin: f64 = after.split(' ').next()?.parse().ok()?;
        return Some(Claim::Slope([-margin, margin]));
    }
    let [low, high] = ends(sentence).unwrap_or([0.0, f64::INFINITY]);
    let low = low.max(0.0);
    if sentence.contains(" gets better by ") {
        Some(Claim::Slope([low, high]))
    } else {
        sentence.contains(" gets worse by ").then_some(Claim::Slope([-high, -low]))
    }
}

fn effect(sentence: &str) -> Option<Vec<Claim>> {
    if sentence.contains("is not shown to differ") {
        return Some(Vec::new());
    }
    let methods: Vec<String> = named(sentence).into_iter().map(|(name, _)| name).collect();
    let [to, from, instead, with] = methods.as_slice() else { return None };
    let (effect, by) = ([from.clone(), to.clone()], [with.clone(), instead.clone()]);
    if sentence.contains(" by the same") {
        let within = if sentence.contains("within") { number_after(sentence, "within ") } else { 0.0 };
        return Some(vec![Claim::Effect(effect, by, [-within, within])]);
    }
    let [low, high] = ends(sentence).unwrap_or([0.0, f64::INFINITY]);
    let within = if sentence.contains(" more under ") { [low.max(0.0), high] } else { [-high, -low.max(0.0)] };
    Some(vec![Claim::Effect(effect, by, within)])
}

/// A parser that finds nothing would find everything true: each kind of sentence, as answers have it.
#[test]
fn sentences_are_sorted_by_what_they_claim() {
    let of = |text: &str| format!("{:?}", claims(text));
    assert_eq!(
        of(
            "On iris alpha reaches the highest test accuracy, 0.9 (mean of 8 seeds, 95 % interval [0.8, 1.0]); it is better than beta (by 0.0200 \
            [0.0100, 0.0300], p = 0.031) and gamma (by 0.1 [0.05, 0.15], p < 0.001); within 0.05 it is the same as delta (ahead by 0.001 [-0.01, \
            0.01])."
        ),
        "[Better(\"alpha\", \"beta\", Some([0.01, 0.03])), Better(\"alpha\", \"gamma\", Some([0.05, 0.15])), SameWithin(0.05, \"alpha\", \"delta\")]"
    );
    assert_eq!(
        of(
            "Over 6 data sets beta is better than alpha (on 6 of 6); gamma and delta are the same within 0.01 (mean difference 0.0001 [-0.001, 0.001]); \
            not told apart: alpha from gamma (mean ranks: beta 1.00, alpha 2.00; Friedman's test, corrected p = 0.001). On single data sets alpha and beta are \
            better than delta on iris and wine; and 3 more pairs."
        ),
        "[Better(\"beta\", \"alpha\", None), SameWithin(0.01, \"gamma\", \"delta\"), Better(\"alpha\", \"delta\", None), Better(\"beta\", \"delta\", None)]"
    );
    assert_eq!(
        of(
            "Speed: over 4 families of data sets alpha needs fewer training steps to the target than beta (2.1 times fewer, 95 % interval 1.5 to 3.0, p = \
            0.01) and gamma (at least 4.0 times fewer, 95 % interval 3.0 to 5.0); the target is the validation loss that was given."
        ),
        "[Sooner(\"alpha\", \"beta\", 1.5, Some(3.0)), Sooner(\"alpha\", \"gamma\", 3.0, None)]"
    );
    assert_eq!(
        of(
            "Slope of dropout: On iris the test accuracy gets worse by 0.0400 (mean of 10 seeds, 95 % interval [0.0300, 0.0500], p = 0.001) from dropout 0 \
            to 0.5, along a straight line."
        ),
        "[Slope([-0.05, -0.03])]"
    );
    assert_eq!(
        of(
            "Does the effect of optimizer depend on dropout? On iris beta instead of alpha improves the test accuracy by 0.0400 (mean of 10 seeds, 95 % \
            interval [0.0300, 0.0500]) less under dropout 0.5 than under dropout 0."
        ),
        "[Effect([\"alpha\", \"beta\"], [\"dropout 0\", \"dropout 0.5\"], [-0.05, -0.03])]"
    );
}
