//! Choices on the edge of their grid: the best value may lie beyond, and nothing was tuned.

use super::configurations::Configuration;
use super::stats::{CorrectedT, mean};
use super::view::TunedChoice;
use crate::record::{Bounds, Protocol, Tuned};

/// A tuned setting whose chosen value is the least or the greatest of its grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub setting: String,
    pub value: f64,
    /// The values that the grid would have next, as far as the setting can take them; at least one.
    pub next: Vec<f64>,
}

/// The edges on which the chosen trial stands, of all that was tuned; the grids are those of its own compared value and data set.
#[must_use]
pub fn edges(choice: &TunedChoice<'_, '_>, protocol: &Protocol) -> Vec<Edge> {
    let chosen = choice.trials[choice.chosen];
    let edge = |tuned: &Tuned| {
        edge(&tuned.setting, tuned.bounds?, |trial| trial.number(&tuned.setting), (chosen, &choice.trials))
    };
    protocol.tune.iter().filter_map(edge).collect()
}

/// The edges on which a best setting is where no protocol says what is tuned: of its learning rate and of a solver's
/// penalty λ, among all that were tried of its method on its data set.
#[must_use]
pub fn edges_of_best(best: &Configuration<'_>, all: &[Configuration<'_>]) -> Vec<Edge> {
    type Of = fn(&Configuration<'_>) -> Option<f64>;
    let sought: [(&str, Of); 2] =
        [("optimizer.lr", |c| c.learning_rate()), ("optimizer.lambda", |c| c.number("optimizer.lambda"))];
    let tried: Vec<&Configuration> =
        all.iter().filter(|c| c.data == best.data && c.optimizer == best.optimizer).collect();
    sought.into_iter().filter_map(|(setting, of)| edge(setting, Bounds::POSITIVE, of, (best, &tried))).collect()
}

/// The edge of one setting's grid on which the best one of the tried is, if it is on one. Where the next value of the grid does as
/// well, as far as the seeds can tell, the best one lies on a plateau and not on an edge.
fn edge<'r>(
    setting: &str,
    bounds: Bounds,
    of: impl Fn(&Configuration<'r>) -> Option<f64>,
    (best, tried): (&Configuration<'r>, &[&Configuration<'r>]),
) -> Option<Edge> {
    let value = of(best)?;
    let values: Vec<f64> = tried.iter().filter_map(|c| of(c)).collect();
    let next = beyond(&values, value, &bounds);
    let beside: Vec<&Configuration> =
        tried.iter().copied().filter(|c| of(c).is_some() && of(c) == neighbour(&values, value)).collect();
    let flat = super::select::best(&beside).is_some_and(|beside| does_as_well(best, beside));
    (!next.is_empty() && !flat).then(|| Edge { setting: setting.to_owned(), value, next })
}

/// The value beside this one in a grid, where it is the least or the greatest.
fn neighbour(values: &[f64], value: f64) -> Option<f64> {
    let others = || values.iter().copied().filter(|other| *other != value);
    let near = |a: &f64, b: &f64| (a - value).abs().total_cmp(&(b - value).abs());
    others().min_by(near)
}

/// Whether what the best setting is better by than another one is within two standard errors over the seeds; two seeds cannot tell.
fn does_as_well(best: &Configuration<'_>, other: &Configuration<'_>) -> bool {
    let (best, other) = (best.costs(), other.costs());
    let differences: Option<Vec<f64>> = best.iter().map(|(seed, cost)| Some((*other.get(seed)?)? - (*cost)?)).collect();
    let test = differences.and_then(|differences| CorrectedT::of(&differences, 0.0));
    test.is_some_and(|test| best.len() > 2 && test.mean <= 2.0 * test.error)
}

/// The next two values beyond the end of a grid on which `value` stands, in the grid's own spacing; where that leaves the
/// bounds, the point half-way to them. None in the middle of a grid, at an end of what the setting can take, and where there is no
/// grid: for a single value, and for 0 and another one, which are off and on.
fn beyond(tried: &[f64], value: f64, bounds: &Bounds) -> Vec<f64> {
    let mut grid = tried.to_vec();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    let (Some(&first), Some(&last)) = (grid.first(), grid.last()) else { return Vec::new() };
    if grid.len() < 2 || (grid.len() == 2 && first == 0.0) || (value != first && value != last) {
        return Vec::new();
    }
    let log = is_log(&grid);
    let (end, neighbour) = if value == first { (first, grid[1]) } else { (last, grid[grid.len() - 2]) };
    // A grid such as 0, 1e-4, 1e-2 goes on by factors above, and ends at its 0.
    let step = |from: f64| {
        if log && neighbour > 0.0 {
            from * factor(&grid, end, neighbour)
        } else {
            from + distance(&grid, end, neighbour)
        }
    };
    let round = |x: f64| if bounds.whole { x.round() } else { rounded(x) };
    let mut next: Vec<f64> = Vec::new();
    for point in [round(step(end)), round(step(step(end)))] {
        if bounds.contains(point) && point != end && next.last() != Some(&point) {
            next.push(point);
        }
    }
    let limit = if value == first { bounds.range.low } else { bounds.range.high };
    if next.is_empty() && limit.is_finite() {
        let half_way = round(f64::midpoint(end, limit));
        next.extend(Some(half_way).filter(|point| bounds.contains(*point) && *point != end));
    }
    next
}

/// The factor to the next point: that of the last two, but of a grid whose points lie at random the mean one; of wider steps than ten
/// a step of ten is as far as one would look at once.
fn factor(grid: &[f64], end: f64, neighbour: f64) -> f64 {
    let positive: Vec<f64> = grid.iter().copied().filter(|x| *x > 0.0).map(f64::ln).collect();
    let own = if is_irregular(&positive) { mean_step(&positive) } else { (end / neighbour).ln().abs() };
    let factor = own.min(WIDEST).exp();
    if end > neighbour { factor } else { 1.0 / factor }
}

/// The same for differences.
fn distance(grid: &[f64], end: f64, neighbour: f64) -> f64 {
    let own = if is_irregular(grid) { mean_step(grid) } else { (end - neighbour).abs() };
    if end > neighbour { own } else { -own }
}

/// Whether points lie as drawn ones do: many of them, at distances of all sizes.
fn is_irregular(points: &[f64]) -> bool {
    let steps = || points.windows(2).map(|pair| pair[1] - pair[0]);
    let least = steps().fold(f64::INFINITY, f64::min);
    points.len() > 4 && steps().fold(0.0, f64::max) > UNEQUAL * least
}

#[allow(clippy::cast_precision_loss)] // points of a grid
fn mean_step(points: &[f64]) -> f64 {
    (points[points.len() - 1] - points[0]) / (points.len() - 1) as f64
}

/// The logarithm of the widest step.
const WIDEST: f64 = std::f64::consts::LN_10;

/// Whether an ascending grid goes on by factors rather than by differences. Two values say it by their ratio alone; with a
/// 0 in it, it does where the differences are far from equal.
fn is_log(grid: &[f64]) -> bool {
    let spread = |steps: &[f64]| {
        let (least, greatest) = steps.iter().fold((f64::INFINITY, 0.0_f64), |(l, g), &s| (l.min(s), g.max(s)));
        greatest / least
    };
    let differences: Vec<f64> = grid.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let logs: Vec<f64> = grid.iter().map(|x| x.ln()).collect();
    if grid[0] < 0.0 {
        false
    } else if grid[0] > 0.0 && is_irregular(grid) && is_irregular(&logs) {
        // Of points that lie at random the likelier: uniform in their logarithms, of density 1 / (x ln(b/a)), or 1 / (b − a).
        let (first, last) = (grid[0], grid[grid.len() - 1]);
        mean(&logs).is_some_and(|mean| mean + (last / first).ln().ln() < (last - first).ln())
    } else if grid[0] == 0.0 {
        grid.len() > 2 && spread(&differences) > UNEQUAL
    } else if grid.len() == 2 {
        grid[1] / grid[0] >= TWICE
    } else {
        spread(&grid.windows(2).map(|pair| pair[1] / pair[0]).collect::<Vec<_>>()) < spread(&differences)
    }
}

/// Differences that are as unequal as this are none of a linear grid, rounded as it may be.
const UNEQUAL: f64 = 3.0;
/// Two values of which one is twice the other or more are steps of a factor, as people write them.
const TWICE: f64 = 2.0;

/// Three digits, as the points of a range have.
fn rounded(x: f64) -> f64 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Range;

    const POSITIVE: Bounds = Bounds::POSITIVE;
    const BELOW_ONE: Bounds = Bounds::of(Range::BELOW_ONE);
    const COUNT: Bounds = Bounds::whole(1, 1_000_000_000);

    #[test]
    fn grids_go_on_in_their_own_spacing() {
        let log = [0.001, 0.00316, 0.01, 0.0316, 0.1];
        assert_eq!(beyond(&log, 0.1, &POSITIVE), [0.316, 1.0]);
        assert_eq!(beyond(&log, 0.001, &POSITIVE), [0.000_316, 0.0001]);
        assert_eq!(beyond(&[0.1, 1.0], 1.0, &POSITIVE), [10.0, 100.0]);
        assert_eq!(beyond(&[0.01, 1e30], 0.01, &POSITIVE), [0.001, 0.0001], "not 1e-34");
        assert_eq!(beyond(&[0.1, 0.2, 0.3], 0.3, &BELOW_ONE), [0.4, 0.5]);
        assert_eq!(beyond(&[16.0, 32.0, 64.0], 64.0, &COUNT), [128.0, 256.0]);
        assert_eq!(beyond(&[10.0, 20.0, 30.0], 10.0, &COUNT), [6.0], "0 are none, and 6 is half-way to 1");
    }

    /// Steps of a factor of 1.01 at the end of drawn rates say nothing of how far to look.
    #[test]
    fn drawn_points_go_on_in_their_mean_spacing() {
        let drawn = [1e-4, 2e-4, 9e-4, 0.03, 0.0995, 0.1];
        assert_eq!(beyond(&drawn, 0.1, &POSITIVE), [0.398, 1.58]);
        assert_eq!(beyond(&[0.01, 0.05, 0.2, 0.25, 0.39, 0.4], 0.4, &BELOW_ONE), [0.478, 0.556]);
    }

    #[test]
    fn the_middle_and_what_cannot_go_on_are_no_edges() {
        assert!(beyond(&[0.1, 1.0, 10.0], 1.0, &POSITIVE).is_empty());
        assert!(beyond(&[0.1], 0.1, &POSITIVE).is_empty(), "one value is no grid");
        assert!(beyond(&[0.0, 0.2, 0.5], 0.0, &BELOW_ONE).is_empty(), "less than no dropout there is not");
        assert!(beyond(&[0.0, 1e-3], 1e-3, &POSITIVE).is_empty(), "off and on are no grid");
        assert_eq!(beyond(&[0.0, 0.2, 0.5], 0.5, &BELOW_ONE), [0.8]);
        assert_eq!(beyond(&[0.5, 0.9], 0.9, &BELOW_ONE), [0.95], "half-way to 1");
        assert_eq!(beyond(&[0.0, 1e-4, 1e-2], 1e-2, &POSITIVE), [0.1, 1.0]);
        assert!(beyond(&[1.0, 2.0], 1.0, &COUNT).is_empty());
    }
}
