//! Whether a published mean and our own are the same within a margin, or differ.
//!
//! Of the published runs only mean, standard deviation and number are known. With the difference d of the means:
//!
//! - d differs from 0: two t tests, Welch's (each spread for itself) and Student's (one spread for both), and the larger p of the two.
//!   Welch's alone says "differs" of equal skewed runs up to 14 times as often as it should where one side has few of them;
//!   Student's alone does so where the spreads differ.
//! - |d| is below the margin: the two one-sided t tests of Schuirmann 1987, again with the larger p of both forms.
//!
//! Rounding: the printed mean is known up to half of its last digit, and the printed standard deviation likewise. A difference counts
//! without the first, the margin with it, and the spread with the second.
//!
//! Over the cells of a table, "differs" is corrected by Holm 1979: the chance of any false one is 5 %. "Agrees" is corrected by Benjamini &
//! Hochberg 1995: of the cells that are said to agree, 5 % on average do not. `tests/it/agreement.rs` shows both by simulation.
//!
//! Runs must be independent, and none left out. Two equal runs of a side have no spread, so a single run says nothing.
//!
//! Sources: Welch 1947; Schuirmann 1987, "A comparison of the two one-sided tests procedure …"; Holm 1979; Benjamini & Hochberg 1995.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Mean, standard deviation and number of runs of one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampleMean {
    pub mean: f64,
    /// 0 of an exact number.
    pub sd: f64,
    /// Runs; at least 2 unless `sd` is 0.
    pub runs: f64,
}

/// The p values of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanTests {
    /// Of "the means are equal up to rounding".
    pub differs: f64,
    /// Of "the means differ by the margin or more".
    pub agrees: f64,
}

/// Compares two means: `rounding` is half of the last printed digit, `margin` the largest difference that counts as agreement, `exact` whether
/// only differences beyond the margin count as such, since the published number has no spread.
#[must_use]
pub fn agreement(published: SampleMean, ours: SampleMean, rounding: f64, margin: f64, exact: bool) -> MeanTests {
    let difference = (ours.mean - published.mean).abs();
    let allowed = margin + rounding;
    // Sums of roundings are no difference.
    let slack = 1e-12 * published.mean.abs().max(ours.mean.abs());
    let beyond = (difference - if exact { allowed } else { rounding } - slack).max(0.0);
    let left = allowed - difference + slack;
    let forms = forms(published, ours);
    let worst =
        |p: &dyn Fn(f64, f64) -> f64| forms.iter().map(|(error, freedom)| p(*error, *freedom)).fold(0.0, f64::max);
    MeanTests {
        differs: worst(&|error, freedom| if beyond > 0.0 { sides(exact) * upper(beyond, error, freedom) } else { 1.0 })
            .min(1.0),
        agrees: worst(&|error, freedom| if left < 0.0 { 1.0 } else { upper(left, error, freedom) }),
    }
}

/// Beyond a margin there is one side at a time, beyond 0 two.
const fn sides(exact: bool) -> f64 {
    if exact { 1.0 } else { 2.0 }
}

/// Standard error and degrees of freedom: Welch's and Student's; where one side is exact, those of the other.
fn forms(a: SampleMean, b: SampleMean) -> [(f64, f64); 2] {
    let (of_a, of_b) = (a.sd * a.sd / a.runs, b.sd * b.sd / b.runs);
    let squares = of_a + of_b;
    let share = |part: f64, runs: f64| if part > 0.0 { part * part / (runs - 1.0) } else { 0.0 };
    let below = share(of_a, a.runs) + share(of_b, b.runs);
    let welch = (squares.sqrt(), if below > 0.0 { squares * squares / below } else { 1.0 });
    if a.sd == 0.0 || b.sd == 0.0 {
        return [welch; 2]; // an exact number, or one spread that says nothing of the other
    }
    let freedom = a.runs + b.runs - 2.0;
    let pooled = ((a.runs - 1.0) * a.sd * a.sd + (b.runs - 1.0) * b.sd * b.sd) / freedom;
    [welch, ((pooled * (1.0 / a.runs + 1.0 / b.runs)).sqrt(), freedom)]
}

/// The chance that a mean with this error lies so far above its own, or farther.
fn upper(distance: f64, error: f64, freedom: f64) -> f64 {
    if error == 0.0 {
        return 0.0;
    }
    StudentsT::new(0.0, 1.0, freedom).map_or(1.0, |student| student.sf(distance / error))
}

/// p values corrected by Holm's step-down: each the level at which its hypothesis falls.
#[must_use]
pub fn holm(values: &[f64]) -> Vec<f64> {
    let order = ascending(values);
    let (mut corrected, mut so_far) = (vec![1.0; values.len()], 0.0_f64);
    for (rank, &place) in order.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)] // counts of cells
        let left = (values.len() - rank) as f64;
        so_far = so_far.max(left * values[place]).min(1.0);
        corrected[place] = so_far;
    }
    corrected
}

/// p values corrected by Benjamini and Hochberg's step-up: each the share of false discoveries at which its hypothesis falls.
#[must_use]
pub fn benjamini_hochberg(values: &[f64]) -> Vec<f64> {
    let order = ascending(values);
    let (mut corrected, mut so_far) = (vec![1.0; values.len()], 1.0_f64);
    for (rank, &place) in order.iter().enumerate().rev() {
        #[allow(clippy::cast_precision_loss)] // counts of cells
        let share = values.len() as f64 / (rank + 1) as f64;
        so_far = so_far.min(share * values[place]);
        corrected[place] = so_far;
    }
    corrected
}

fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(mean: f64, sd: f64, runs: f64) -> SampleMean {
        SampleMean { mean, sd, runs }
    }

    /// SciPy: `ttest_ind_from_stats(3.52, 0.04, 10, 3.60, 0.08, 20, equal_var=True).pvalue`, Welch's being 0.00106, and with the spreads
    /// exchanged that of `equal_var=False`, Student's being 0.00097. Tolerance: 1e-9 of what is written here, for two libraries' tails.
    #[test]
    fn the_larger_p_counts() {
        let p =
            |sd: f64, our_sd: f64| agreement(side(3.52, sd, 10.0), side(3.60, our_sd, 20.0), 0.0, 0.04, false).differs;
        assert!((p(0.04, 0.08) / 0.006_141_945_815_118_383 - 1.0).abs() < 1e-9);
        assert!((p(0.08, 0.04) / 0.012_147_369_943_879_136 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_rounding_hides_is_no_difference() {
        let none = agreement(side(3.52, 0.0, 10.0), side(3.5249, 0.0, 10.0), 0.005, 0.0, false);
        assert_eq!(none, MeanTests { differs: 1.0, agrees: 0.0 });
        let some = agreement(side(3.52, 0.0, 10.0), side(3.5251, 0.0, 10.0), 0.005, 0.0, false);
        assert_eq!(some, MeanTests { differs: 0.0, agrees: 1.0 });
    }

    #[test]
    fn an_exact_number_differs_beyond_its_margin_only() {
        let theory = side(1.0, 0.0, 1.0);
        let within = agreement(theory, side(1.03, 0.01, 100.0), 0.0, 0.05, true);
        assert!(within.agrees < 1e-9 && within.differs == 1.0, "{within:?}");
        let beyond = agreement(theory, side(1.08, 0.01, 100.0), 0.0, 0.05, true);
        assert!(beyond.agrees > 0.99 && beyond.differs < 1e-9, "{beyond:?}");
    }

    /// Worked by hand; R: `p.adjust(c(0.01, 0.04, 0.03), "holm")` is 0.03 0.06 0.06, with `"BH"` 0.03 0.04 0.04.
    #[test]
    fn corrections_are_those_of_r() {
        let near = |found: Vec<f64>, expected: [f64; 3]| {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
        };
        near(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
        near(benjamini_hochberg(&[0.01, 0.04, 0.03]), [0.03, 0.04, 0.04]);
        assert!(holm(&[]).is_empty() && benjamini_hochberg(&[]).is_empty());
    }
}
