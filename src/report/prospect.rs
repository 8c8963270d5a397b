//! What an experiment is going to find, in words: a plain sentence, then a table.

use super::phrases::{joined, metric};
use super::protocol::compared;
use super::terminal::{aligned, folded, indented};
use crate::analysis::stats::POWER;
use crate::analysis::{Asked, Basis, Planned, Prospect, is_file};
use crate::record::counted;

/// Where there are at most so many of them, each question has a row for each of its data sets.
const MOST_ROWS: usize = 8;
/// So many data sets are named.
const MOST_NAMED: usize = 3;
/// How many further numbers of seeds are shown.
const STEPS: usize = 3;

/// What an experiment is going to find; `like` is the folder of the results that it goes by, where it does.
#[must_use]
pub fn prospect(prospect: &Prospect, like: &str) -> String {
    let asked: Vec<&Asked> = prospect.questions.iter().filter(|asked| asked.pairs() > 0).collect();
    let mut text = format!("what {} can find\n", seeds(prospect));
    if let Some(first) = asked.first() {
        let steps = steps(first, prospect.seeds);
        text += &folded(&headline(prospect, first, &steps), "  ", "  ");
        text += &indented(&table(prospect, &asked, &steps));
    }
    notes(prospect, like).iter().for_each(|note| text += &folded(note, "  ", "  "));
    text
}

/// `5 seeds`, `12 report seeds`
fn seeds(prospect: &Prospect) -> String {
    counted(prospect.seeds, if prospect.staged { "report seed" } else { "seed" })
}

/// The next numbers of seeds to think of: 10, 20, 40 and so on.
fn steps(asked: &Asked, seeds: usize) -> Vec<usize> {
    let least = asked.seeds_at_least().unwrap_or(0).max(seeds + 1);
    std::iter::successors(Some(10), |step| Some(step * 2)).filter(|step| *step >= least).take(STEPS).collect()
}

/// Data sets of one metric whose differences are counted in the same unit.
struct Group<'p> {
    metric: &'p str,
    in_units: bool,
    sets: Vec<&'p Planned>,
}

fn groups(asked: &Asked) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for set in asked.sets.iter().filter(|set| set.basis != Basis::Certain && set.methods > 1) {
        let in_units = set.basis.is_in_units();
        match groups.iter_mut().find(|group| group.metric == set.metric && group.in_units == in_units) {
            Some(group) => group.sets.push(set),
            None => groups.push(Group { metric: &set.metric, in_units, sets: vec![set] }),
        }
    }
    groups
}

impl Group<'_> {
    fn short<'d>(&'d self, data: &'d str) -> &'d str {
        short(data, self.sets.iter().map(|set| set.data.as_str()))
    }

    /// `0.024 (digits) to 0.095 (wine) in accuracy`; none if nothing is found.
    fn found(&self, of: impl Fn(&Planned) -> Option<f64>) -> Option<String> {
        let found: Option<Vec<(f64, &str)>> = self.sets.iter().map(|set| Some((of(set)?, set.data.as_str()))).collect();
        let found = found?;
        let least = found.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let greatest = found.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let size = if digits(least.0) == digits(greatest.0) {
            digits(least.0)
        } else {
            format!(
                "{} ({}) to {} ({})",
                digits(least.0),
                self.short(least.1),
                digits(greatest.0),
                self.short(greatest.1)
            )
        };
        let unit = if self.in_units { "" } else { " standard deviations between seeds" };
        Some(format!("{size}{unit} in {}", metric(self.metric)))
    }
}

/// The sentence to begin with: of the most important question.
fn headline(prospect: &Prospect, asked: &Asked, steps: &[usize]) -> String {
    let at = |seeds: usize| {
        let found: Option<Vec<String>> =
            groups(asked).iter().map(|group| group.found(|set| asked.difference(set, seeds))).collect();
        found.map(|found| joined(&found))
    };
    let (power, between) = (percent(POWER), format!("between two values of {}", compared(&asked.keys)));
    let one = asked.sets.len() == 1;
    let now = match (at(prospect.seeds), asked.seeds_at_least()) {
        (Some(found), _) => {
            format!(
                "{} find a difference of {found} {between} with {power}, and often miss smaller ones.",
                seeds(prospect)
            )
        }
        (None, least) => {
            let on = if one { "" } else { " on a single data set" };
            let least =
                least.map_or("no number of seeds is enough".to_owned(), |least| format!("at least {least} seeds"));
            format!(
                "With {} no difference {between}{on} can be told from chance, however large; that takes {least}.",
                seeds(prospect)
            )
        }
    };
    let more: Vec<String> =
        steps.iter().take(2).filter_map(|&seeds| Some(format!("{seeds} seeds would find {}", at(seeds)?))).collect();
    let more = if more.is_empty() { String::new() } else { format!(" {}.", more.join("; ")) };
    let over = if asked.is_tested_over_data(prospect.seeds) { over_data(asked, prospect.seeds) } else { String::new() };
    now + &more + &over
}

/// What is to be said of a test over data sets.
fn over_data(asked: &Asked, seeds: usize) -> String {
    let (families, sets) = (asked.families(), asked.sets.len());
    let over = if families == sets { counted(sets, "data set") } else { format!("{families} families of data sets") };
    let methods = asked.sets.iter().map(|set| set.methods).max().unwrap_or(0);
    let others = if methods == 2 { "the other" } else { "all others" };
    let power = percent(POWER);
    let found = match asked.lead(seeds) {
        Some((lead, in_units)) => {
            let mut metrics: Vec<String> = Vec::new();
            asked.sets.iter().map(|set| metric(&set.metric).to_owned()).for_each(|name| {
                if !metrics.contains(&name) {
                    metrics.push(name);
                }
            });
            let unit = if in_units { "" } else { " standard deviations between seeds" };
            let (lead, metrics) = (digits(lead), joined(&metrics));
            format!(
                "one value that is ahead of {others} by {lead}{unit} in {metrics} on each of them is found with {power}; a lead that \
                 differs between them is found less often"
            )
        }
        None => {
            format!("no lead of one value on {others}, however large, is found with {power}: that takes more data sets")
        }
    };
    format!(" Over the {over} together {found}.")
}

/// One row for each question and metric, or for few data sets one for each of them.
fn table(prospect: &Prospect, asked: &[&Asked], steps: &[usize]) -> String {
    let bounded = |asked: &Asked| asked.sets.iter().any(|set| set.basis.scatter().is_some_and(|s| s.overlap > 0.0));
    let bounded = asked.iter().any(|asked| bounded(asked));
    let each = asked.iter().map(|asked| asked.sets.len()).sum::<usize>() <= MOST_ROWS;
    let mut head = ["question", "pairs", "needs"].map(str::to_owned).to_vec();
    head.push(counted(prospect.seeds, "seed"));
    head.extend(steps.iter().map(ToString::to_string));
    head.extend(bounded.then(|| "any number".to_owned()));
    head.extend(prospect.margin.map(|margin| format!("same within {margin}")));
    let mut rows = vec![head];
    for asked in asked {
        for (label, in_units, sets) in lines(asked, each) {
            let range = |of: &dyn Fn(&Planned) -> Option<f64>| range(&sets, in_units, of);
            let least = asked.seeds_at_least().map_or("–".to_owned(), |least| least.to_string());
            let mut row = vec![label, asked.pairs().to_string(), least];
            row.extend(
                std::iter::once(&prospect.seeds).chain(steps).map(|&seeds| range(&|set| asked.difference(set, seeds))),
            );
            row.extend(bounded.then(|| range(&|set| asked.difference_ever(set))));
            row.extend(prospect.margin.map(|margin| {
                let seeds: Vec<Option<usize>> = sets.iter().map(|set| asked.seeds_for_margin(set, margin)).collect();
                if in_units { of_seeds(&seeds) } else { "–".to_owned() }
            }));
            rows.push(row);
        }
    }
    aligned(&rows)
}

/// The rows of a question, one for each data set if asked for: what they are called, whether they are in units of the metric, and
/// their data sets.
fn lines(asked: &Asked, each: bool) -> Vec<(String, bool, Vec<&Planned>)> {
    let (name, groups) = (compared(&asked.keys), groups(asked));
    if asked.sets.len() > 1 && each {
        let each = groups
            .into_iter()
            .flat_map(|group| group.sets.into_iter().map(move |set| (set.data.as_str(), group.in_units, vec![set])));
        let short = |data| short(data, asked.sets.iter().map(|set| set.data.as_str()));
        return each.map(|(data, in_units, sets)| (format!("{name} on {}", short(data)), in_units, sets)).collect();
    }
    let several = groups.len() > 1;
    let label = |group: &Group| if several { format!("{name}, {}", metric(group.metric)) } else { name.clone() };
    groups.into_iter().map(|group| (label(&group), group.in_units, group.sets)).collect()
}

/// `0.024–0.095`
fn range(sets: &[&Planned], in_units: bool, of: &dyn Fn(&Planned) -> Option<f64>) -> String {
    let values: Vec<f64> = sets.iter().filter_map(|set| of(set)).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(0.0, f64::max);
    let unit = if in_units { "" } else { " sd" };
    match (values.is_empty(), digits(least) == digits(greatest)) {
        (true, _) => "–".to_owned(),
        (_, true) => digits(least) + unit,
        (_, false) => format!("{}–{}{unit}", digits(least), digits(greatest)),
    }
}

/// `18`, `18 to 44`, `18 to never`
fn of_seeds(seeds: &[Option<usize>]) -> String {
    let word = |seeds: Option<usize>| seeds.map_or("never".to_owned(), |seeds| seeds.to_string());
    let or_never = |seeds: &&Option<usize>| seeds.unwrap_or(usize::MAX);
    let least = seeds.iter().min_by_key(or_never).copied().flatten();
    let greatest = seeds.iter().max_by_key(or_never).copied().flatten();
    if least == greatest { word(least) } else { format!("{} to {}", word(least), word(greatest)) }
}

/// What the figures rest on.
pub(super) fn notes(prospect: &Prospect, like: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let of = |is: &dyn Fn(&Basis) -> bool| -> Vec<&Planned> {
        let mut sets: Vec<&Planned> = Vec::new();
        for set in prospect.questions.iter().flat_map(|asked| &asked.sets).filter(|set| is(&set.basis)) {
            if !sets.iter().any(|known| known.data == set.data) {
                sets.push(set);
            }
        }
        sets
    };
    let all = of(&|_| true).len();
    let on =
        |sets: &[&Planned]| if sets.len() == all { String::new() } else { format!(" on {}", names(prospect, sets)) };
    let seen = of(&|basis| matches!(basis, Basis::Results { .. }));
    if !seen.is_empty() {
        let counts = seen.iter().filter_map(|set| match set.basis {
            Basis::Results { seeds, .. } => Some(seeds),
            _ => None,
        });
        let seeds = counts.min().unwrap_or_default();
        notes.push(format!(
            "Differences vary between seeds{} as in `{like}` ({}; the figures allow for how little so few tell).",
            on(&seen),
            counted(seeds, "seed")
        ));
    }
    let assumed = of(&|basis| matches!(basis, Basis::Assumed { .. }));
    let unknown = of(&|basis| matches!(basis, Basis::Unknown { .. }));
    if !assumed.is_empty() {
        notes.push(format!(
            "Assumed{}, without results: two methods disagree on one test row in ten, and nothing else varies.",
            on(&assumed)
        ));
    }
    if !unknown.is_empty() {
        notes.push(format!(
            "Unknown{}, without results: how differences vary between seeds; their standard deviation is the unit there (sd).",
            on(&unknown)
        ));
    }
    if !assumed.is_empty() || !unknown.is_empty() {
        notes.push(
            "Results of a few seeds tell more: `run` the experiment, or name results on the same data by `--like FOLDER`."
                .to_owned(),
        );
    }
    let certain = of(&|basis| *basis == Basis::Certain);
    if !certain.is_empty() {
        notes.push(format!("On {} the seeds change nothing: one run per method is enough.", names(prospect, &certain)));
    }
    notes
}

/// A data set without its parameters, where it is the only one of its kind and no file.
fn short<'d>(data: &'d str, mut all: impl Iterator<Item = &'d str>) -> &'d str {
    let kind = |data: &'d str| data.split_once(" (").map_or(data, |(kind, _)| kind);
    let other = |known: &'d str| known != data && kind(known) == kind(data);
    if is_file(data) || all.any(other) { data } else { kind(data) }
}

/// A data set of the plan without its parameters, where it needs none.
pub(super) fn named<'p>(prospect: &'p Prospect, set: &'p Planned) -> &'p str {
    short(&set.data, prospect.questions[0].sets.iter().map(|set| set.data.as_str()))
}

/// `digits, wine and 6 more`
fn names(prospect: &Prospect, sets: &[&Planned]) -> String {
    let mut named: Vec<String> = sets.iter().map(|set| named(prospect, set).to_owned()).collect();
    if named.len() > MOST_NAMED + 1 {
        let more = named.split_off(MOST_NAMED).len();
        named.push(format!("{more} more"));
    }
    joined(&named)
}

/// Two digits, or three after a leading 1, rounded up: what is promised is not less than what was computed.
pub(super) fn digits(value: f64) -> String {
    if value <= 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let tens = value.log10().floor();
    let decimals = if value / 10.0_f64.powf(tens) < 1.95 { 2.0 } else { 1.0 } - tens;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // few digits
    let places = decimals.clamp(0.0, 12.0) as usize;
    let unit = 10.0_f64.powi(-i32::try_from(places).unwrap_or(12));
    format!("{:.places$}", (value / unit * (1.0 - 1e-9)).ceil() * unit)
}

/// `80 %`
pub(super) fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_or_three() {
        let said = [0.0241, 0.03, 0.0124, 0.01241, 0.0991, 5.12, 1.949, 43.7, 120.4, 0.0].map(digits);
        assert_eq!(said, ["0.025", "0.030", "0.0124", "0.0125", "0.100", "5.2", "1.95", "44", "121", "0"]);
    }

    #[test]
    fn ranges_of_seeds_end_with_never() {
        assert_eq!(of_seeds(&[Some(18), None, Some(44)]), "18 to never");
        assert_eq!(of_seeds(&[Some(18), Some(18)]), "18");
        assert_eq!(of_seeds(&[None]), "never");
    }
}
