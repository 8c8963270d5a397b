//! Which factors of a full grid explain the differences between its points: functional analysis of variance.
//!
//! For a grid in which each combination of levels occurs once, let m_W(x) be the mean over all points that agree with x in the factors
//! W, and V(W) the variance of m_W over the grid. The effect of the factors U alone, beyond those of their parts, has the variance
//!
//! V_U = Σ_{W ⊆ U} (−1)^{|U| − |W|} V(W),
//!
//! and the effects add up to the variance of the values: Σ_U V_U = V(all). This is exact for a full grid, no model is fitted.
//!
//! A factor can exist within another one only, as each optimizer's own learning rates do. Its means are taken within the levels of its
//! owners O, V_U = Σ_{W ⊆ U} (−1)^{|U| − |W|} V(W ∪ O): main effect and dependence on the owner are one there, since values of
//! different lists cannot be compared.
//!
//! Must not be used where combinations are missing: the effects overlap then. It describes the grid that was tried, a wider one gives
//! other shares. Differences by chance count too, mostly as effects of many factors together.
//!
//! Source: Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance", section 3; Hooker 2007.

use std::collections::HashMap;

/// One factor of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// The level of each point.
    pub levels: Vec<usize>,
    /// The places of the factors within whose levels it has levels of its own, with their owners.
    pub within: Vec<usize>,
}

/// The shares of the variance of a grid's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// Of each factor alone.
    pub main: Vec<f64>,
    /// Of two factors together, beyond what each does alone, by their places. A factor and its owner are no pair.
    pub pairs: Vec<((usize, usize), f64)>,
    /// Of more than two together.
    pub rest: f64,
}

/// The shares of a full grid's factors, each 0 or more and 1 together; `None` if all values are equal or one is not finite.
#[must_use]
pub fn functional_anova(values: &[f64], factors: &[Factor]) -> Option<Effects> {
    let all: Vec<usize> = (0..factors.len()).collect();
    let total = variance_of_means(values, factors, &all);
    let scale = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    // Values that differ by roundings only are equal.
    if !total.is_finite() || total <= (1e-12 * scale).powi(2) {
        return None;
    }
    let share = |of: &[usize]| (effect(values, factors, of) / total).max(0.0);
    let main: Vec<f64> = all.iter().map(|&factor| share(&[factor])).collect();
    let owns = |a: usize, b: usize| factors[a].within.contains(&b) || factors[b].within.contains(&a);
    let pairs = all.iter().flat_map(|&a| (a + 1..factors.len()).map(move |b| (a, b))).filter(|&(a, b)| !owns(a, b));
    let pairs: Vec<_> = pairs.map(|(a, b)| ((a, b), share(&[a, b]))).collect();
    let named: f64 = main.iter().chain(pairs.iter().map(|(_, share)| share)).sum();
    Some(Effects { main, pairs, rest: (1.0 - named).max(0.0) })
}

/// V_U.
pub(super) fn effect(values: &[f64], factors: &[Factor], of: &[usize]) -> f64 {
    let owners: Vec<usize> = of.iter().flat_map(|&factor| factors[factor].within.iter().copied()).collect();
    let subsets = 0..1_usize << of.len();
    let signed = subsets.map(|bits| {
        let chosen = of.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, &factor)| factor);
        let mut which: Vec<usize> = chosen.chain(owners.iter().copied()).collect();
        which.sort_unstable();
        which.dedup();
        let left_out = of.len() - bits.count_ones() as usize;
        let variance = variance_of_means(values, factors, &which);
        if left_out.is_multiple_of(2) { variance } else { -variance }
    });
    signed.sum()
}

/// V(W): the variance of the means over all points that agree in these factors.
#[allow(clippy::cast_precision_loss)] // counts of settings
fn variance_of_means(values: &[f64], factors: &[Factor], which: &[usize]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let mut places: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut groups: Vec<(f64, f64)> = Vec::new();
    for (point, value) in values.iter().enumerate() {
        let levels = which.iter().map(|&factor| factors[factor].levels[point]).collect();
        let place = *places.entry(levels).or_insert(groups.len());
        if place == groups.len() {
            groups.push((0.0, 0.0));
        }
        groups[place].0 += value - mean;
        groups[place].1 += 1.0;
    }
    groups.iter().map(|(sum, count)| sum * sum / count).sum::<f64>() / n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossed(levels: &[usize]) -> Factor {
        Factor { levels: levels.to_vec(), within: Vec::new() }
    }

    /// y = 2 a + b + 3 a b on {−1, 1}²: the squares of the coefficients.
    #[test]
    fn shares_of_two_factors_by_hand() {
        let factors = [crossed(&[0, 0, 1, 1]), crossed(&[0, 1, 0, 1])];
        let found = functional_anova(&[0.0, -4.0, -2.0, 6.0], &factors).unwrap();
        let close = |ours: f64, theirs: f64| assert!((ours - theirs).abs() < 1e-15, "{ours} for {theirs}");
        close(found.main[0], 4.0 / 14.0);
        close(found.main[1], 1.0 / 14.0);
        close(found.pairs[0].1, 9.0 / 14.0);
        assert_eq!((found.pairs[0].0, found.rest), ((0, 1), 0.0));
    }

    /// Two optimizers with rates of their own: means 1 and 3 about 2, and about these ±1 and ±2.
    #[test]
    fn an_own_list_is_within_its_owner() {
        let factors = [crossed(&[0, 0, 1, 1]), Factor { levels: vec![0, 1, 2, 3], within: vec![0] }];
        let found = functional_anova(&[0.0, 2.0, 1.0, 5.0], &factors).unwrap();
        assert_eq!((found.main, found.pairs.len()), (vec![1.0 / 3.5, 2.5 / 3.5], 0));
    }

    #[test]
    fn no_difference_has_no_shares() {
        let factors = [crossed(&[0, 1])];
        assert_eq!(functional_anova(&[0.3, 0.1 + 0.2], &factors), None);
        assert_eq!(functional_anova(&[0.3, f64::NAN], &factors), None);
        assert_eq!(functional_anova(&[], &[]), None);
    }
}
