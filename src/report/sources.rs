//! Which source of randomness the differences between runs come from, in words and as a table.

use super::phrases::{joined, metric};
use crate::analysis::{OfMethod, Sources};
use crate::record::{Randomness, counted};

/// What makes the runs of one setting differ, and what that means for verdicts; none without seeds by source.
#[must_use]
pub fn sentences(all: &[Sources]) -> Option<String> {
    let first = all.first()?;
    let said: Vec<String> = all.iter().map(on_data).collect();
    Some(format!("{}{}", said.join(" "), unit(first)))
}

fn on_data(on: &Sources) -> String {
    let metric = metric(&on.metric);
    if on.together.variance() == 0.0 {
        return format!("On {} all runs of a method have the same test {metric}, whatever their seeds.", on.data);
    }
    let mut parts: Vec<(String, f64)> = on
        .crossed
        .iter()
        .map(|(source, _)| (words(*source).to_owned(), on.together.share(|of| *of == [*source])))
        .collect();
    parts.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    parts.push(("their interactions".to_owned(), on.together.share(|of| of.len() > 1)));
    let (most, others) = parts.split_first().expect("two sources at least");
    let others: Vec<String> = others.iter().map(|(name, share)| format!("{name} {}", percent(*share))).collect();
    let cross: Vec<String> = on.crossed.iter().map(|(source, count)| counted(*count, source.name())).collect();
    let negative: Vec<String> = negative(&on.together).map(|of| name(&of)).collect();
    let negative = match negative.as_slice() {
        [] => String::new(),
        names => format!("; the negative estimates of {} count as 0", joined(names)),
    };
    let methods = match on.methods.len() {
        1 => String::new(),
        count => format!(", mean over {count} methods at their best settings"),
    };
    format!(
        "On {} {} makes {} of the variance of the test {metric} between runs of a method, {}. (Components of variance, random \
         effects of {}{methods}; standard deviation of a run {:.4}{negative}.)",
        on.data,
        most.0,
        percent(most.1),
        joined(&others),
        cross.join(" × "),
        on.together.variance().sqrt()
    )
}

/// What a verdict counts as one sample.
fn unit(on: &Sources) -> String {
    let others: Vec<&(Randomness, usize)> =
        on.crossed.iter().filter(|(source, _)| *source != Randomness::Split).collect();
    let runs: usize = others.iter().map(|(_, count)| count).product();
    let kept: Vec<String> =
        others.iter().map(|(source, _)| words(*source).trim_start_matches("the ").to_owned()).collect();
    format!(
        " In verdicts a split is one sample, the mean over its {}; they are about other splits with the same {}.",
        counted(runs, "run"),
        joined(&kept)
    )
}

/// A row for each method on each data set; `None` without seeds by source.
#[must_use]
pub fn table(all: &[Sources]) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let first = all.first()?;
    let kinds: Vec<&Vec<Randomness>> = first.together.components.iter().map(|(of, _)| of).collect();
    let mut head: Vec<String> = ["data set", "method", "sd of a run"].map(str::to_owned).to_vec();
    head.extend(kinds.iter().map(|of| name(of)));
    let row = |on: &Sources, of: &OfMethod| {
        let cell = |kind: &&Vec<Randomness>| {
            let variance = of.components.iter().find(|(sources, _)| sources == *kind).map(|(_, variance)| *variance);
            let mark = if variance.is_some_and(|variance| variance < 0.0) { " *" } else { "" };
            variance.map_or("–".to_owned(), |_| {
                format!("{:.1} %{mark}", 100.0 * of.share(|sources| sources == kind.as_slice()))
            })
        };
        let beginning = [on.data.clone(), of.method.clone(), format!("{:.4}", of.variance().sqrt())];
        beginning.into_iter().chain(kinds.iter().map(cell)).collect::<Vec<_>>()
    };
    let rows = all.iter().flat_map(|on| on.methods.iter().map(move |of| row(on, of)));
    Some((head, rows.collect()))
}

fn negative(of: &OfMethod) -> impl Iterator<Item = Vec<Randomness>> + '_ {
    of.components.iter().filter(|(_, variance)| *variance < 0.0).map(|(sources, _)| sources.clone())
}

/// `split × start`
fn name(of: &[Randomness]) -> String {
    of.iter().map(|source| source.name()).collect::<Vec<_>>().join(" × ")
}

fn words(source: Randomness) -> &'static str {
    match source {
        Randomness::Split => "the split",
        Randomness::Start => "the initial weights",
        Randomness::Order => "the order of samples",
        Randomness::Dropout => "dropout and noise",
    }
}

fn percent(share: f64) -> String {
    if share < 0.005 { "under 1 %".to_owned() } else { format!("{:.0} %", 100.0 * share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(variances: [f64; 3]) -> Sources {
        let kinds = [vec![Randomness::Split], vec![Randomness::Start], vec![Randomness::Split, Randomness::Start]];
        let of = OfMethod { method: "adam".to_owned(), components: kinds.into_iter().zip(variances).collect() };
        let (data, metric) = ("digits".to_owned(), "accuracy".to_owned());
        let crossed = vec![(Randomness::Split, 3), (Randomness::Start, 5)];
        Sources { data, metric, crossed, methods: vec![of.clone()], together: of }
    }

    #[test]
    fn components_are_said_in_plain_words() {
        assert_eq!(
            sentences(&[on([0.0006, -0.0001, 0.0002])]).unwrap(),
            "On digits the split makes 75 % of the variance of the test accuracy between runs of a method, the initial weights under 1 % \
             and their interactions 25 %. (Components of variance, random effects of 3 splits × 5 starts; standard deviation of a run \
             0.0283; the negative estimates of start count as 0.) In verdicts a split is one sample, the mean over its 5 runs; they are \
             about other splits with the same initial weights."
        );
        let (head, rows) = table(&[on([0.0006, -0.0001, 0.0002])]).unwrap();
        assert_eq!(head[3..], ["split", "start", "split × start"]);
        assert_eq!(rows, [["digits", "adam", "0.0283", "75.0 %", "0.0 % *", "25.0 %"].map(str::to_owned)]);
        assert!(
            sentences(&[on([0.0; 3])])
                .unwrap()
                .starts_with("On digits all runs of a method have the same test accuracy")
        );
        assert_eq!((sentences(&[]), table(&[])), (None, None));
    }
}
