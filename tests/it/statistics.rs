//! The statistics against SciPy: `tests/oracles/statistics.py` made the figures.

use burnmark::analysis::stats::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    centre: Vec<Centre>,
    corrected_t: Vec<Mean>,
    signed_rank: Vec<Ranks>,
    improvement: Vec<Share>,
    friedman: Vec<Over>,
    studentized_range: Vec<Range>,
    expected_best: Vec<Budget>,
    seeds_for_difference: Vec<Plan>,
    power: Vec<Chance>,
    pooled: Vec<Scattered>,
}

#[derive(Deserialize)]
struct Centre {
    values: Vec<f64>,
    median: f64,
    iqm: f64,
    sd: f64,
}

#[derive(Deserialize)]
struct Mean {
    values: Vec<f64>,
    overlap: f64,
    p: f64,
    interval: [f64; 2],
}

#[derive(Deserialize)]
struct Ranks {
    differences: Vec<f64>,
    statistic: f64,
    p: f64,
}

#[derive(Deserialize)]
struct Share {
    wins: usize,
    pairs: usize,
    interval: [f64; 2],
}

#[derive(Deserialize)]
struct Over {
    scores: Vec<Vec<Option<f64>>>,
    ranks: Vec<f64>,
    chi_squared: f64,
    chi_squared_p: f64,
    f: f64,
    f_p: f64,
}

#[derive(Deserialize)]
struct Range {
    k: u16,
    q: f64,
    p: f64,
    quantile: f64,
}

#[derive(Deserialize)]
struct Budget {
    values: Vec<f64>,
    k: usize,
    best: f64,
}

#[derive(Deserialize)]
struct Plan {
    effect: f64,
    overlap: f64,
    level: f64,
    seeds: Option<f64>,
}

#[derive(Deserialize)]
struct Chance {
    difference: f64,
    freedom: Option<f64>,
    overlap: f64,
    shared: f64,
    seeds: usize,
    level: f64,
    power: f64,
}

#[derive(Deserialize)]
struct Scattered {
    methods: Vec<Vec<f64>>,
    deviation: f64,
    freedom: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../oracles/statistics.json")).unwrap()
}

#[track_caller]
fn close(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance * theirs.abs().max(1.0), "{ours} for {theirs}");
    // A tail that is smaller than the tolerance is none of another size: both sides have it to a millionth of itself.
    assert!(theirs == 0.0 || theirs.abs() > 1e-6 || (ours / theirs - 1.0).abs() < 1e-6, "{ours} for {theirs}");
}

/// Sums in another order.
const ROUNDING: f64 = 1e-13;
/// Two implementations of a special function.
const SPECIAL: f64 = 1e-9;

#[test]
fn centres_and_deviations() {
    for row in golden().centre {
        assert_eq!(median(&row.values), Some(row.median));
        close(interquartile_mean(&row.values).unwrap(), row.iqm, ROUNDING);
        close(Spread::of(&row.values).unwrap().sd.unwrap(), row.sd, ROUNDING);
    }
    assert_eq!((mean(&[]), median(&[]), interquartile_mean(&[])), (None, None, None));
}

/// Nadeau and Bengio's test, and the ordinary one without overlap.
#[test]
fn means_of_splits() {
    for row in golden().corrected_t {
        let test = CorrectedT::of(&row.values, row.overlap).unwrap();
        // p has a floor of its own, 2/2ⁿ.
        close(test.p(), row.p.max(least_p(row.values.len())), SPECIAL);
        let interval = test.interval(0.05).unwrap();
        close(interval.low, row.interval[0], SPECIAL);
        close(interval.high, row.interval[1], SPECIAL);
    }
}

#[test]
fn signed_ranks() {
    for row in golden().signed_rank {
        let test = signed_rank(&row.differences).unwrap();
        assert_eq!(test.statistic, row.statistic);
        close(test.p, row.p, SPECIAL);
    }
    assert_eq!(signed_rank(&[0.0, 0.0]), None);
}

#[test]
fn probabilities_of_improvement() {
    for row in golden().improvement {
        let difference = |i: usize| if i < row.wins { 0.1 } else { -0.1 };
        let found = improvement(&(0..row.pairs).map(difference).collect::<Vec<_>>(), 0.05).unwrap();
        close(found.interval.low, row.interval[0], SPECIAL);
        close(found.interval.high, row.interval[1], SPECIAL);
    }
}

#[test]
fn over_data_sets() {
    let golden = golden();
    for row in golden.friedman {
        let test = friedman(&row.scores).unwrap();
        test.ranks.iter().zip(&row.ranks).for_each(|(ours, theirs)| close(*ours, *theirs, ROUNDING));
        close(test.chi_squared, row.chi_squared, 1e-12);
        close(test.chi_squared_p, row.chi_squared_p, SPECIAL);
        close(test.f, row.f, 1e-12);
        close(test.f_p, row.f_p, SPECIAL);
    }
    for row in golden.studentized_range {
        close(studentized_range(row.q, row.k), row.p, SPECIAL);
        // SciPy's own quantile is found to about 1e-8 only.
        close(studentized_range_quantile(0.95, row.k), row.quantile, 1e-6);
    }
}

/// Demšar 2006, table 5 (a): q for 2 to 10 methods at 0.05, three decimals.
#[test]
fn the_critical_values_of_the_paper() {
    let q = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164];
    for (k, q) in (2_u16..).zip(q) {
        close(studentized_range_quantile(0.95, k) / 2.0_f64.sqrt(), q, 6e-4);
    }
}

#[test]
fn budgets_and_plans() {
    let golden = golden();
    for row in golden.expected_best {
        close(expected_best(&row.values, row.k).unwrap(), row.best, ROUNDING);
    }
    for row in golden.seeds_for_difference {
        // By SciPy's noncentral t distribution; the approximation is within a seed in a hundred, and one more.
        let scatter = Scatter { deviation: 1.0, freedom: f64::INFINITY, overlap: row.overlap, shared: row.overlap };
        let ours = seeds_for_difference(row.effect, scatter, row.level);
        let seeds = ours.map(|seeds| f64::from(u32::try_from(seeds).unwrap()));
        match (seeds, row.seeds) {
            (Some(ours), Some(theirs)) => assert!((ours - theirs).abs() <= 1.0 + theirs / 100.0, "{ours} for {theirs}"),
            (ours, theirs) => assert_eq!(ours, theirs, "{} {}", row.effect, row.overlap),
        }
    }
}

/// The noncentral t distribution itself, and its mean over estimates of the deviation; one of few degrees of freedom is skewed.
#[test]
fn chances_to_find_a_difference() {
    let rows = golden().power;
    assert!(rows.len() > 40);
    for row in rows {
        let freedom = row.freedom.unwrap_or(f64::INFINITY);
        let scatter = Scatter { deviation: 0.1, freedom, overlap: row.overlap, shared: row.shared };
        let ours = power(0.1 * row.difference, scatter, row.seeds, row.level);
        let tolerance = if row.freedom.is_none_or(|freedom| freedom > 4.0) { 0.01 } else { 0.04 };
        assert!((ours - row.power).abs() < tolerance, "{ours} for {}: {:?} {}", row.power, row.freedom, row.difference);
    }
}

#[test]
fn deviations_of_all_pairs() {
    for row in golden().pooled {
        let found = pooled(&row.methods).unwrap();
        close(found.deviation, row.deviation, 1e-12);
        close(found.freedom, row.freedom, 1e-12);
    }
}
