//! Components of variance of a full cross of random effects: which source the differences between repetitions come from.
//!
//! Sources f with n_f drawn levels each, every combination of levels once. The value of a combination is a mean plus one independent
//! effect for each set U of sources, with variance σ²_U; the effect of all sources together holds what nothing else explains. With
//! MS_U = SS_U / Π_{f ∈ U} (n_f − 1) and E[MS_U] = Σ_{W ⊇ U} σ²_W Π_{f ∉ W} n_f, the estimates that match the means squares are
//!
//! σ̂²_U = Σ_{W ⊇ U} (−1)^{|W| − |U|} MS_W / Π_{f ∉ U} n_f.
//!
//! They are unbiased and can be negative, which says that a component is small against its error; they come as they are. With few
//! levels of a source its estimate is rough: of 2 levels it has one degree of freedom.
//!
//! Must not be used where combinations are missing or a source has one level.
//!
//! Source: Searle, Casella and McCulloch 1992, "Variance components", chapter 4 (ANOVA estimation, balanced data); for learning,
//! Bouthillier et al. 2021, "Accounting for variance in machine learning benchmarks".

use super::functional_anova::{Factor, effect};

/// The estimated variance of the effects of some sources together.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// Places of the sources, ascending.
    pub of: Vec<usize>,
    /// Below 0 where chance has it so.
    pub variance: f64,
}

/// The components of a full cross, those of single sources first; `None` if a source has one level, combinations are not as many
/// as there must be, or a value is not finite.
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of levels
pub fn random_effects(values: &[f64], sources: &[Factor]) -> Option<Vec<Component>> {
    let counts: Vec<usize> = sources.iter().map(|of| of.levels.iter().max().map_or(0, |most| most + 1)).collect();
    let whole = counts.iter().product::<usize>() == values.len() && counts.iter().all(|count| *count > 1);
    if sources.is_empty() || !whole || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let members = |set: usize| (0..sources.len()).filter(move |place| set >> place & 1 == 1);
    let mean_square = |set: usize| {
        let of: Vec<usize> = members(set).collect();
        let freedom: f64 = of.iter().map(|&place| counts[place] as f64 - 1.0).product();
        values.len() as f64 * effect(values, sources, &of) / freedom
    };
    let sets = 1..1_usize << sources.len();
    let squares: Vec<f64> = [0.0].into_iter().chain(sets.clone().map(mean_square)).collect();
    let component = |set: usize| {
        let over = sets.clone().filter(|other| other & set == set);
        let signed = over.map(|other| {
            let more = (other.count_ones() - set.count_ones()).is_multiple_of(2);
            if more { squares[other] } else { -squares[other] }
        });
        let others: f64 =
            (0..sources.len()).filter(|place| set >> place & 1 == 0).map(|place| counts[place] as f64).product();
        Component { of: members(set).collect(), variance: signed.sum::<f64>() / others }
    };
    let mut components: Vec<Component> = sets.clone().map(component).collect();
    components.sort_by_key(|component| (component.of.len(), component.of.clone()));
    Some(components)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sources with two levels each, by hand: effects ±a, ±b and ±ab of 2, 1 and 0.
    #[test]
    fn a_table_of_four_by_hand() {
        let of = |levels: [usize; 4]| Factor { levels: levels.to_vec(), within: Vec::new() };
        let sources = [of([0, 0, 1, 1]), of([0, 1, 0, 1])];
        let found = random_effects(&[3.0, 1.0, -1.0, -3.0], &sources).unwrap();
        // MS_a = 16, MS_b = 4, MS_ab = 0; each main effect's is over two levels of the other.
        let variances: Vec<f64> = found.iter().map(|component| component.variance).collect();
        assert_eq!(variances, [8.0, 2.0, 0.0]);
        let negative = random_effects(&[1.0, -1.0, -1.0, 1.0], &sources).unwrap();
        assert_eq!(negative.iter().map(|c| c.variance).collect::<Vec<_>>(), [-2.0, -2.0, 4.0]);
        assert_eq!(random_effects(&[1.0, 2.0, 3.0], &sources), None);
        assert_eq!(random_effects(&[1.0, 2.0], &[Factor { levels: vec![0, 0], within: Vec::new() }]), None);
    }
}
