//! What an experiment is going to find, before it runs: the least difference between two methods that so many seeds find, and the
//! seeds that a difference takes. It counts comparisons and shares the level as the verdicts do.

use super::level::{Size, shares};
use super::over_data::{families_of, family};
use super::stats::{
    FamilyError, OverFamilies, Scatter, critical_difference, difference_ever_found, difference_found,
    difference_to_baseline, lead_found, least_p, margin_shown, seeds_for_difference, seeds_for_margin,
};
use crate::measure::Measure;
use std::collections::BTreeMap;

/// What an experiment is going to find.
#[derive(Clone, Debug)]
pub struct Prospect {
    /// The seeds on which methods are compared; with a protocol the report seeds.
    pub seeds: usize,
    /// Whether these are the report seeds of a protocol.
    pub staged: bool,
    /// The smallest difference of interest.
    pub margin: Option<f64>,
    /// At least one, the most important first.
    pub questions: Vec<Asked>,
}

/// A question that is going to be asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The settings whose values are compared.
    pub keys: Vec<String>,
    pub sets: Vec<Planned>,
    /// How many questions are asked of the same runs, this one among them.
    pub questions: usize,
}

/// The methods of a question on one data set.
#[derive(Clone, Debug)]
pub struct Planned {
    pub data: String,
    /// The measure that is compared, by name.
    pub metric: String,
    pub methods: usize,
    /// Pairs of methods that are compared: all of them, or those with the baseline.
    pub pairs: usize,
    pub basis: Basis,
}

/// What a plan knows of how differences scatter between seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Basis {
    /// Results of so many seeds show it.
    Results { scatter: Scatter, seeds: usize },
    /// Two methods are taken to disagree on [`DISAGREE`] of the test rows.
    Assumed { scatter: Scatter },
    /// Nothing: differences are counted in standard deviations of themselves.
    Unknown { scatter: Scatter },
    /// They do not: every seed trains the same.
    Certain,
}

/// The share of test rows on which two methods are taken to disagree, where no results tell. Each such row counts ±1 in the
/// difference of their numbers of correct rows, so that the difference of accuracies has the variance `DISAGREE` / n_test.
pub const DISAGREE: f64 = 0.1;

impl Basis {
    /// The assumption for a test part of so many samples.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a count of samples
    pub fn assumed(metric: &str, test_samples: u64, overlap: f64) -> Self {
        let known = |deviation| Scatter::new(deviation, f64::INFINITY, overlap);
        if Measure::of_metric(metric).is_share && test_samples > 0 {
            Self::Assumed { scatter: known((DISAGREE / test_samples as f64).sqrt()) }
        } else {
            Self::Unknown { scatter: known(1.0) }
        }
    }

    /// In units of the metric, or where nothing is known of standard deviations.
    #[must_use]
    pub fn scatter(&self) -> Option<Scatter> {
        match *self {
            Self::Results { scatter, .. } | Self::Assumed { scatter } | Self::Unknown { scatter } => Some(scatter),
            Self::Certain => None,
        }
    }

    /// Whether differences are in units of the metric.
    #[must_use]
    pub fn is_in_units(&self) -> bool {
        matches!(self, Self::Results { .. } | Self::Assumed { .. })
    }
}

impl Asked {
    /// The comparisons that are tested: pairs of methods, but for those whose results are certain.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.sets.iter().filter(|set| set.basis != Basis::Certain).map(|set| set.pairs).sum()
    }

    /// The families of data sets that are compared over; 1 where they are not.
    #[must_use]
    pub fn families(&self) -> usize {
        let complete = self.sets.iter().all(|set| set.methods == self.sets[0].methods && set.methods > 1);
        if complete { families_of(self.sets.iter().map(|set| set.data.as_str())) } else { 1 }
    }

    fn size(&self, seeds: usize) -> Size {
        Size {
            methods: self.sets.iter().map(|set| set.methods).max().unwrap_or(0),
            pairs: self.sets.iter().map(|set| set.pairs).sum(),
            seeds,
            families: self.families(),
            questions: self.questions,
        }
    }

    /// The level of one comparison on a single data set with so many seeds; none if no difference could have a verdict.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // a count of comparisons
    pub fn level(&self, seeds: usize) -> Option<f64> {
        let own = shares(self.size(seeds)).pairs.level / self.pairs().max(1) as f64;
        (self.pairs() > 0 && least_p(seeds) < own).then_some(own)
    }

    /// Whether the data sets taken together can have a verdict with so many seeds.
    #[must_use]
    pub fn is_tested_over_data(&self, seeds: usize) -> bool {
        seeds > 0 && shares(self.size(seeds)).over_data > 0.0
    }

    /// The least difference of mean ranks over data sets that tells two of three or more methods apart, with so many seeds; with a baseline
    /// one of them is it. None for two methods, where the sizes of the differences count.
    #[must_use]
    pub fn ranks_apart(&self, seeds: usize) -> Option<f64> {
        let Size { methods, pairs, families, .. } = self.size(seeds);
        let level = shares(self.size(seeds)).over_data;
        if methods < 3 || level == 0.0 {
            return None;
        }
        let all = pairs >= self.sets.len() * methods * (methods - 1) / 2;
        if all {
            critical_difference(methods, families, level)
        } else {
            difference_to_baseline(methods, families, level)
        }
    }

    /// The least lead of one method on all others, as large on each family of data sets, that these together find with so many seeds;
    /// and whether it is in units of the metric, or else in standard deviations between seeds. None if they find none.
    #[must_use]
    pub fn lead(&self, seeds: usize) -> Option<(f64, bool)> {
        let size = self.size(seeds);
        let level = shares(size).over_data;
        let known: Vec<&Planned> = self.sets.iter().filter(|set| set.basis != Basis::Certain).collect();
        if level == 0.0 || seeds == 0 || known.is_empty() {
            return None;
        }
        let in_units = known.iter().all(|set| set.basis.is_in_units());
        let families = self.family_errors(seeds, in_units);
        let over = OverFamilies { families, methods: size.methods, ranks_apart: self.ranks_apart(seeds), level };
        Some((lead_found(&over)?, in_units))
    }

    /// Of each family the error of the mean over its data sets; a family's freedom is that of its set of which the least is known. The
    /// freedoms of all families add up: what was taken too large in one was taken too small in another, and the test counts all.
    #[allow(clippy::cast_precision_loss)] // a count of data sets
    fn family_errors(&self, seeds: usize, in_units: bool) -> Vec<FamilyError> {
        let mut families: BTreeMap<&str, Vec<FamilyError>> = BTreeMap::new();
        for set in &self.sets {
            let scatter = set.basis.scatter();
            let unit = if in_units { 1.0 } else { scatter.map_or(1.0, |scatter| scatter.deviation) };
            let error = scatter.filter(|scatter| scatter.deviation > 0.0).map_or(0.0, |of| of.error(seeds) / unit);
            let freedom = scatter.map_or(f64::INFINITY, |scatter| scatter.freedom);
            families.entry(family(&set.data)).or_default().push(FamilyError { error, freedom });
        }
        let mean = |sets: Vec<FamilyError>| FamilyError {
            error: sets.iter().map(|set| set.error * set.error).sum::<f64>().sqrt() / sets.len() as f64,
            freedom: sets.iter().map(|set| set.freedom).fold(f64::INFINITY, f64::min),
        };
        let mut families: Vec<FamilyError> = families.into_values().map(mean).collect();
        let freedom = families.iter().map(|family| family.freedom).sum();
        families.iter_mut().for_each(|family| family.freedom = freedom);
        families
    }

    /// The least number of seeds with which a difference on a single data set can have a verdict.
    #[must_use]
    pub fn seeds_at_least(&self) -> Option<usize> {
        (2..1000).find(|&seeds| self.level(seeds).is_some())
    }

    /// The level with enough seeds, and how many these are at least.
    fn planned(&self) -> Option<(f64, usize)> {
        let least = self.seeds_at_least()?;
        Some((self.level(least)?, least))
    }

    /// The least difference that so many seeds find on a data set.
    #[must_use]
    pub fn difference(&self, set: &Planned, seeds: usize) -> Option<f64> {
        difference_found(set.basis.scatter()?, seeds, self.level(seeds)?)
    }

    /// The least difference that any number of seeds finds on a data set.
    #[must_use]
    pub fn difference_ever(&self, set: &Planned) -> Option<f64> {
        difference_ever_found(set.basis.scatter()?, self.planned()?.0)
    }

    /// The seeds that find a difference on a data set; none if no number of seeds does.
    #[must_use]
    pub fn seeds_for(&self, set: &Planned, difference: f64) -> Option<usize> {
        let (level, least) = self.planned()?;
        seeds_for_difference(difference, set.basis.scatter()?, level).map(|seeds| seeds.max(least))
    }

    /// The least margin within which so many seeds show equal methods to be the same.
    #[must_use]
    pub fn margin(&self, set: &Planned, seeds: usize) -> Option<f64> {
        margin_shown(set.basis.scatter()?, seeds, self.level(seeds)?)
    }

    /// The seeds that show equal methods to be the same within a margin.
    #[must_use]
    pub fn seeds_for_margin(&self, set: &Planned, margin: f64) -> Option<usize> {
        let (level, least) = self.planned()?;
        seeds_for_margin(margin, set.basis.scatter()?, level).map(|seeds| seeds.max(least))
    }
}

#[cfg(test)]
mod tests {
    use super::super::stats::LEVEL;
    use super::*;

    fn asked(sets: &[&str], methods: usize, questions: usize) -> Asked {
        let set = |data: &&str| Planned {
            data: (*data).to_owned(),
            metric: "accuracy".to_owned(),
            methods,
            pairs: methods * (methods - 1) / 2,
            basis: Basis::assumed("accuracy", 100, 1.0 / 3.0),
        };
        Asked { keys: vec!["optimizer.kind".to_owned()], sets: sets.iter().map(set).collect(), questions }
    }

    #[test]
    fn the_level_is_shared_as_the_verdicts_share_it() {
        let one = asked(&["iris"], 2, 1);
        assert_eq!((one.level(5), one.level(6), one.seeds_at_least()), (None, Some(LEVEL), Some(6)));
        // Six pairs on each of eight sets; the test over data sets has half: 0.05 / 4 / 2 / 48.
        let eight = asked(&["a", "b", "c", "d", "e", "f", "g", "h"], 4, 4);
        assert_eq!((eight.pairs(), eight.seeds_at_least()), (48, Some(14)));
        assert!((eight.level(14).unwrap() - LEVEL / 4.0 / 2.0 / 48.0).abs() < 1e-18);
        assert!(eight.is_tested_over_data(3) && !one.is_tested_over_data(3));
        // Parameters of one generator are one family.
        assert_eq!(asked(&["linear (seed 0)", "linear (seed 1)"], 2, 1).families(), 1);
    }

    #[test]
    fn certain_results_take_no_seeds_and_no_level() {
        let mut two = asked(&["iris", "rosenbrock"], 2, 1);
        two.sets[1].basis = Basis::Certain;
        assert_eq!((two.pairs(), two.seeds_at_least(), two.difference(&two.sets[1], 20)), (1, Some(6), None));
        assert!(two.difference(&two.sets[0], 20).is_some());
    }
}
