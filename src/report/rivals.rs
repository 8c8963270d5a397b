//! Which of two reproductions is better, as published and by our runs: sentences and tables.

use super::printed::{choice, short};
use crate::analysis::{ComparedPairs, Preferred, PreferredOne};
use crate::record::{Published, counted};

/// The names of both reproductions.
fn names<'r>(name: &'r str, published: &'r Published) -> [&'r str; 2] {
    let other = published.against.as_ref().map_or("", |against| against.spec.as_str());
    [name, other.strip_suffix(".toml").unwrap_or(other)]
}

/// What is compared, under which choice.
pub fn title(name: &str, published: &Published, pairs: &ComparedPairs) -> String {
    let [this, other] = names(name, published);
    let under = if pairs.choice.is_empty() { String::new() } else { format!(", {}", choice(&pairs.choice)) };
    format!("lower {}: {this} or {other}{under}", pairs.quantity)
}

/// How often each is better, and how often both sides say the same.
pub fn summary(name: &str, published: &Published, all: &[ComparedPairs]) -> Vec<String> {
    let [this, other] = names(name, published);
    let said = |pairs: &ComparedPairs| {
        let with = if pairs.choice.is_empty() { String::new() } else { format!("With {}: ", choice(&pairs.choice)) };
        let answers = |better: fn(PreferredOne, PreferredOne) -> PreferredOne| {
            let count = |of: PreferredOne| pairs.count(|published, ours| better(published, ours) == of);
            format!("{this} in {}, {other} in {}", count(PreferredOne::This), count(PreferredOne::Other))
        };
        let is_sure = |better: PreferredOne| better != PreferredOne::CannotBeTold;
        let same = pairs.count(|a, b| a == b && is_sure(a));
        let opposite = pairs.count(|a, b| a != b && is_sure(a) && is_sure(b));
        let [only_published, only_ours] =
            [pairs.count(|a, b| is_sure(a) && !is_sure(b)), pairs.count(|a, b| !is_sure(a) && is_sure(b))];
        format!(
            "{with}Of {} the published figures have a surely lower {} with {}; our runs with {}. Both say the same of {same} and the opposite \
             of {opposite}; only the published figures are sure of {only_published}, only our runs of {only_ours}.",
            counted(pairs.pairs.len() as u64, "pair"),
            pairs.quantity,
            answers(|published, _| published),
            answers(|_, ours| ours),
        )
    };
    all.iter().map(said).collect()
}

/// A row for each pair.
pub fn table(name: &str, published: &Published, pairs: &ComparedPairs) -> (Vec<String>, Vec<Vec<String>>) {
    let [this, other] = names(name, published);
    let keys: Vec<&String> = published.keys.keys().collect();
    let side =
        |whose: &str| [this, other].map(|name| format!("{whose} {name}")).into_iter().chain(["better".to_owned()]);
    let head = keys.iter().map(|key| (*key).clone()).chain(side("published")).chain(side("our")).collect();
    let answer = |of: &Preferred| {
        let better = match of.better {
            PreferredOne::This => format!("{this}, {}", chance(of.p)),
            PreferredOne::Other => format!("{other}, {}", chance(of.p)),
            PreferredOne::CannotBeTold => "cannot be told".to_owned(),
        };
        [short(of.this), short(of.other), better]
    };
    let rows = pairs.pairs.iter().map(|pair| {
        let cells = answer(&pair.published).into_iter().chain(answer(&pair.ours));
        keys.iter().map(|key| pair.keys[*key].clone()).chain(cells).collect()
    });
    (head, rows.collect())
}

fn chance(p: f64) -> String {
    if p < 0.001 { "p < 0.001".to_owned() } else { format!("p = {p:.3}") }
}
