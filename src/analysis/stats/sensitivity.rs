//! How much a method depends on one hyperparameter, such as the learning rate.
//!
//! Over the m values that were tried, with everything else at its best for each: the loss of metric that a wrong value costs
//! on average, regret = best − (1/m) Σ vᵢ, and the width, in decades, of the range about the best value within which the
//! metric stays within `tolerance` of it. A value at which the method diverged counts with the worst metric given.
//!
//! Two methods can be compared only over grids of the same width about their own best values: a narrow grid makes any method
//! look insensitive. Where the best value stands on the edge of the grid, the width is a lower bound and says so.
//!
//! Source: the regret as the tunability of Sivaprasad et al. 2020, section 4; the width after Asi and Duchi 2019, "The importance
//! of better models in stochastic optimization", figure 1.

/// What a wrong value costs, and how wide the right ones lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity {
    pub best: f64,
    pub best_at: f64,
    /// Mean loss of metric over the grid.
    pub regret: f64,
    /// log₁₀ of the greatest over the least neighbouring value that is good enough.
    pub width_decades: f64,
    /// Whether the best value is the first or the last of several.
    pub on_edge: bool,
}

/// From (value, metric) with values positive and ascending, higher metrics better, `None` if the method diverged; those
/// count as `worst`. `None` if it diverged everywhere.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of values
pub fn sensitivity(grid: &[(f64, Option<f64>)], worst: f64, tolerance: f64) -> Option<Sensitivity> {
    let known = grid.iter().enumerate().filter_map(|(i, (_, metric))| Some((i, (*metric)?)));
    let (place, best) = known.max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)))?;
    let cost: f64 = grid.iter().map(|(_, metric)| best - metric.unwrap_or(worst)).sum();
    let good = |(_, metric): &&(f64, Option<f64>)| metric.is_some_and(|metric| metric >= best - tolerance);
    let below = grid[..place].iter().rev().take_while(good).last().unwrap_or(&grid[place]);
    let above = grid[place..].iter().take_while(good).last().unwrap_or(&grid[place]);
    Some(Sensitivity {
        best,
        best_at: grid[place].0,
        regret: cost / grid.len() as f64,
        width_decades: (above.0 / below.0).log10(),
        on_edge: grid.len() > 1 && (place == 0 || place + 1 == grid.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand.
    #[test]
    fn regret_and_width() {
        let grid = [(0.001, Some(0.5)), (0.01, Some(0.89)), (0.1, Some(0.9)), (1.0, None)];
        let found = sensitivity(&grid, 0.1, 0.02).unwrap();
        assert_eq!((found.best, found.best_at, found.on_edge), (0.9, 0.1, false));
        assert!((found.regret - (0.4 + 0.01 + 0.0 + 0.8) / 4.0).abs() < 1e-15);
        assert!((found.width_decades - 1.0).abs() < 1e-12);
        assert!(sensitivity(&grid[..3], 0.1, 0.02).unwrap().on_edge);
        assert_eq!(sensitivity(&[(1.0, None)], 0.0, 0.1), None);
    }
}
